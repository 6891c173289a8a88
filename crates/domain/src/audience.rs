//! Who is there, by DESIGN §5: OTS, watchers, dwell, attention; which of them is the shopper; the windows that are
//! reported. Owns presences while they last; must not know creatives, garments' shops or the screen.
//!
//! A presence is counted once, in the window in which it ended, so that windows can be added up. Its times grow only
//! between reports that really saw the face, and attention grows by a part of what dwell grows by, so that
//! `attention ≤ dwell` holds by construction.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::observation::{
    AgeBand, Estimate, FrameReport, Gender, HeadPose, Person, TrackId, WornGarment,
};
use crate::prominence::{self, Choice, prominence};
use crate::record::{AudienceCell, AudienceWindow};
use crate::time::{Mono, rfc3339_ms};

/// Tuning of the audience.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AudienceSettings {
    /// A presence has left when its face was not seen for this long, milliseconds. Default 2 000.
    pub leave_after_ms: u64,
    /// A presence that left is remembered this long in case its track comes back, milliseconds; at most
    /// [`LONGEST_MEMORY_MS`]. Default 10 000.
    pub forget_after_ms: u64,
    /// Smallest cell that is reported; at least 2. Default 5.
    pub k: u32,
    /// The face points at the screen when turned less than this to a side, degrees. Default 25.
    pub facing_yaw_degrees: f32,
    /// And less than this up or down, degrees. Default 22.
    pub facing_pitch_degrees: f32,
    /// A glance is a look of at least this long, milliseconds; attention sums glances. Default 200.
    pub glance_ms: u64,
    /// A watcher took a look of at least this long, milliseconds. Default 500.
    pub watcher_ms: u64,
    /// Another person becomes the shopper only when this much more prominent than the present one. Default 1.3.
    pub switch_ratio: f32,
    /// And only after having been so for this long, milliseconds. Default 1 000.
    pub switch_after_ms: u64,
}

/// Presences are forgotten at the latest this long after they left (DESIGN §5), milliseconds.
pub const LONGEST_MEMORY_MS: u64 = 60_000;
/// Demographics are reported only for windows at least this long (DESIGN §6.9), seconds.
pub const SHORTEST_WINDOW_SECS: i64 = 15 * 60;
/// Presences held at once; when full, the one not seen for longest is closed and counted.
const PRESENCES_MAX: usize = 64;

impl Default for AudienceSettings {
    fn default() -> Self {
        Self {
            leave_after_ms: 2_000,
            forget_after_ms: 10_000,
            k: 5,
            facing_yaw_degrees: 25.0,
            facing_pitch_degrees: 22.0,
            glance_ms: 200,
            watcher_ms: 500,
            switch_ratio: prominence::SWITCH_RATIO,
            switch_after_ms: prominence::SWITCH_AFTER_MS,
        }
    }
}

/// One person's presence while it lasts.
#[derive(Debug, Clone)]
struct Presence {
    last_seen: Mono,
    dwell_ms: u64,
    attention_ms: u64,
    facing: bool,
    /// How long the present look has lasted.
    look_ms: u64,
    watcher: bool,
    prominence: f32,
    age: Estimate<AgeBand>,
    gender: Estimate<Gender>,
    worn: Vec<WornGarment>,
}

/// Sums of the presences that ended in the current window.
#[derive(Debug, Clone, Default)]
struct Sums {
    ots: u32,
    watchers: u32,
    dwell_ms: u64,
    attention_ms: u64,
    cells: BTreeMap<(AgeBand, Gender), u32>,
}

/// The audience of one mirror.
#[derive(Debug, Clone)]
pub struct Audience {
    settings: AudienceSettings,
    now: Mono,
    last_report: Option<Mono>,
    presences: BTreeMap<TrackId, Presence>,
    shopper: Choice<TrackId>,
    camera_since: Option<Mono>,
    camera_ms: u64,
    sums: Sums,
}

/// The shopper as the audience knows it.
#[derive(Debug, Clone, PartialEq)]
pub struct Shopper {
    /// The presence.
    pub track: TrackId,
    /// Age averaged over the track.
    pub age: Estimate<AgeBand>,
    /// Gender averaged over the track.
    pub gender: Estimate<Gender>,
    /// What the shopper wears.
    pub worn: Vec<WornGarment>,
    /// The face points at the screen.
    pub facing: bool,
    /// Presence so far, milliseconds.
    pub dwell_ms: u64,
    /// Facing time so far, milliseconds.
    pub attention_ms: u64,
}

/// The audience at one moment.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Snapshot {
    /// People present.
    pub people: u32,
    /// Of them, face the screen now.
    pub facing: u32,
    /// Who uses the mirror, or would.
    pub shopper: Option<Shopper>,
}

/// Civil bounds of a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WindowSpan {
    /// Start.
    pub from: Timestamp,
    /// End, exclusive.
    pub to: Timestamp,
    /// Cut short by start-up or shut-down.
    pub partial: bool,
}

impl Audience {
    /// Nobody there, camera closed.
    #[must_use]
    pub fn new(settings: AudienceSettings, now: Mono) -> Self {
        let settings = AudienceSettings {
            forget_after_ms: settings.forget_after_ms.min(LONGEST_MEMORY_MS),
            leave_after_ms: settings.leave_after_ms.min(LONGEST_MEMORY_MS),
            k: settings.k.max(2),
            ..settings
        };
        Self {
            settings,
            now,
            last_report: None,
            presences: BTreeMap::new(),
            shopper: Choice::default(),
            camera_since: None,
            camera_ms: 0,
            sums: Sums::default(),
        }
    }

    /// Takes one camera frame's report. A report that is not newer than the last one is ignored, as is a second person
    /// with the same track in one report.
    pub fn observe(&mut self, report: &FrameReport) {
        if self.last_report.is_some_and(|last| report.captured <= last) {
            return;
        }
        self.last_report = Some(report.captured);
        self.advance(report.captured);
        for person in report.people.iter().filter(|p| p.face_seen) {
            self.see(report.captured, person);
        }
        self.choose_shopper();
    }

    /// Lets time go on without a report.
    pub fn advance(&mut self, now: Mono) {
        self.now = self.now.max(now);
        let (now, memory_ms) = (
            self.now,
            self.settings
                .leave_after_ms
                .max(self.settings.forget_after_ms),
        );
        let sums = &mut self.sums;
        self.presences.retain(|_, presence| {
            let remembered = now.since_ms(presence.last_seen) <= memory_ms;
            if !remembered {
                sums.add(presence);
            }
            remembered
        });
        self.choose_shopper();
    }

    /// The camera opened or closed. Closing ends every presence: nobody can be seen any more.
    pub fn camera(&mut self, now: Mono, open: bool) {
        self.advance(now);
        match (self.camera_since, open) {
            (None, true) => self.camera_since = Some(self.now),
            (Some(since), false) => {
                self.camera_ms += self.now.since_ms(since);
                self.camera_since = None;
                self.end_all();
            }
            (None, false) | (Some(_), true) => {}
        }
    }

    /// Ends and forgets every presence now, for shut-down.
    pub fn end_all(&mut self) {
        for presence in std::mem::take(&mut self.presences).values() {
            self.sums.add(presence);
        }
        self.shopper = Choice::default();
    }

    /// People present now.
    #[must_use]
    pub fn present(&self) -> u32 {
        u32::try_from(self.here().count()).unwrap_or(u32::MAX)
    }

    /// Who uses the mirror, or would.
    #[must_use]
    pub fn shopper(&self) -> Option<TrackId> {
        self.shopper.chosen()
    }

    /// The audience at this moment.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        let shopper = self
            .shopper()
            .and_then(|track| self.presences.get(&track).map(|p| (track, p)));
        Snapshot {
            people: self.present(),
            facing: u32::try_from(self.here().filter(|(_, p)| p.facing).count())
                .unwrap_or(u32::MAX),
            shopper: shopper.map(|(track, p)| Shopper {
                track,
                age: p.age,
                gender: p.gender,
                worn: p.worn.clone(),
                facing: p.facing,
                dwell_ms: p.dwell_ms,
                attention_ms: p.attention_ms,
            }),
        }
    }

    /// Closes the window and starts the next. Presences that still last are counted in the window in which they end.
    /// Cells under `k`, minors and unknowns go to `other`; so does everybody when the window is shorter than
    /// [`SHORTEST_WINDOW_SECS`].
    pub fn close_window(&mut self, now: Mono, span: WindowSpan) -> AudienceWindow {
        self.advance(now);
        if let Some(since) = &mut self.camera_since {
            self.camera_ms += self.now.since_ms(*since);
            *since = self.now;
        }
        let sums = std::mem::take(&mut self.sums);
        let long_enough = span.to.as_second() - span.from.as_second() >= SHORTEST_WINDOW_SECS;
        let cells: Vec<AudienceCell> = sums
            .cells
            .iter()
            .filter(|&(&(age, gender), &n)| {
                long_enough && n >= self.settings.k && may_be_reported(age, gender)
            })
            .map(|(&(age, gender), &n)| AudienceCell {
                age_band: age.as_str().to_owned(),
                gender: gender.as_str().to_owned(),
                n,
            })
            .collect();
        AudienceWindow {
            from: rfc3339_ms(span.from),
            to: rfc3339_ms(span.to),
            partial: span.partial,
            ots: sums.ots,
            watchers: sums.watchers,
            dwell_ms: sums.dwell_ms,
            attention_ms: sums.attention_ms,
            other: sums.ots - cells.iter().map(|c| c.n).sum::<u32>(),
            cells,
            k: self.settings.k,
            camera_ms: std::mem::take(&mut self.camera_ms),
        }
    }

    fn see(&mut self, at: Mono, person: &Person) {
        match self.presences.get(&person.track) {
            Some(known) if known.last_seen == at => return,
            None if self.presences.len() >= PRESENCES_MAX => self.close_longest_unseen(),
            Some(_) | None => {}
        }
        let settings = self.settings;
        let presence = self
            .presences
            .entry(person.track)
            .or_insert_with(|| Presence::new(at));
        let facing = settings.is_facing(person.head);
        let gap_ms = at.since_ms(presence.last_seen);
        if gap_ms <= settings.leave_after_ms {
            presence.dwell_ms += gap_ms;
            presence.look(gap_ms, facing, &settings);
        } else {
            presence.look_ms = 0;
        }
        presence.last_seen = at;
        presence.facing = facing;
        presence.prominence = prominence(person.face, person.head);
        presence.age = person.age;
        presence.gender = person.gender;
        presence.worn.clone_from(&person.worn);
    }

    fn close_longest_unseen(&mut self) {
        let oldest = self
            .presences
            .iter()
            .min_by_key(|(_, p)| p.last_seen)
            .map(|(track, _)| *track);
        if let Some(presence) = oldest.and_then(|track| self.presences.remove(&track)) {
            self.sums.add(&presence);
        }
    }

    fn here(&self) -> impl Iterator<Item = (TrackId, &Presence)> + Clone {
        let (now, leave_after_ms) = (self.now, self.settings.leave_after_ms);
        self.presences
            .iter()
            .filter(move |(_, p)| now.since_ms(p.last_seen) <= leave_after_ms)
            .map(|(t, p)| (*t, p))
    }

    fn choose_shopper(&mut self) {
        let mut shopper = self.shopper;
        shopper.choose(
            self.here().map(|(track, p)| (track, p.prominence)),
            self.settings.switch_ratio,
            self.settings.switch_after_ms,
            self.now,
        );
        self.shopper = shopper;
    }
}

impl AudienceSettings {
    /// The face points at the screen.
    #[must_use]
    pub fn is_facing(&self, head: HeadPose) -> bool {
        head.yaw_degrees.abs() <= self.facing_yaw_degrees
            && head.pitch_degrees.abs() <= self.facing_pitch_degrees
    }
}

impl Presence {
    /// Lets a look last on, or ends it. A look counts, from its start, once it is long enough to be a glance.
    fn look(&mut self, gap_ms: u64, facing: bool, settings: &AudienceSettings) {
        if !(self.facing && facing) {
            self.look_ms = 0;
            return;
        }
        let before_ms = self.look_ms;
        self.look_ms += gap_ms;
        if self.look_ms >= settings.glance_ms {
            let is_new = before_ms < settings.glance_ms;
            self.attention_ms += if is_new { self.look_ms } else { gap_ms };
        }
        self.watcher |= self.look_ms >= settings.watcher_ms;
    }

    fn new(at: Mono) -> Self {
        Self {
            last_seen: at,
            dwell_ms: 0,
            attention_ms: 0,
            facing: false,
            look_ms: 0,
            watcher: false,
            prominence: 0.0,
            age: Estimate::default(),
            gender: Estimate::default(),
            worn: Vec::new(),
        }
    }
}

impl Sums {
    fn add(&mut self, presence: &Presence) {
        self.ots += 1;
        if presence.watcher {
            self.watchers += 1;
            self.dwell_ms += presence.dwell_ms;
            self.attention_ms += presence.attention_ms;
        }
        *self
            .cells
            .entry((presence.age.value, presence.gender.value))
            .or_default() += 1;
    }
}

fn may_be_reported(age: AgeBand, gender: Gender) -> bool {
    !matches!(age, AgeBand::Unknown | AgeBand::Minor) && gender != Gender::Unknown
}

/// Start of the window of `minutes` (1..=1440) that contains `at`, aligned to the UTC day.
#[must_use]
pub fn window_start(at: Timestamp, minutes: u16) -> Timestamp {
    let length_secs = i64::from(minutes.clamp(1, 1_440)) * 60;
    let start = at.as_second() - at.as_second().rem_euclid(86_400).rem_euclid(length_secs);
    Timestamp::from_second(start).unwrap_or(at)
}

#[cfg(test)]
mod tests;
