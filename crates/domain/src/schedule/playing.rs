//! The playhead: what plays, until when, and what comes then. Owns everything that changes while a schedule runs.

use std::collections::VecDeque;

use super::cap::{LastHour, Seen};
use super::explain::{self, Chosen, FallbackBecause, Winner};
use super::history::{CampaignHistory, History, Outcome, PlayNo};
use super::name::{CampaignId, EntryId};
use super::open::{Hours, Window};
use super::plan::{Item, Plan};
use super::runner::Runner;
use super::share::{self, Sharer};
use super::standing::{self, Standing};
use super::{ClockTrust, Moment, Settings};
use crate::catalogue::{Catalogue, CreativeId};
use crate::decision::Decision;
use crate::time::Mono;

/// A change this late still keeps the beat; after a longer gap (a shopper came between) the slide gets its full time.
const LATE_MS: u64 = 500;
/// Plays that can still be settled.
const UNSETTLED_MAX: usize = 8;

/// The attract loop of one screen.
#[derive(Debug, Clone)]
pub struct Schedule {
    settings: Settings,
    hours: Hours,
    runners: Vec<Runner>,
    fallback: Option<usize>,
    /// Somebody has a cap per person, so people have to be remembered.
    remembers_people: bool,
    seen: Seen,
    window: Option<Window>,
    head: Option<Head>,
    last_play: PlayNo,
    unsettled: VecDeque<(PlayNo, CampaignId)>,
}

#[derive(Debug, Clone, Copy)]
struct Head {
    entry: usize,
    item: usize,
    since: Mono,
    planned_ms: u64,
    play: PlayNo,
    as_fallback: bool,
}

/// What plays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Playing<'a> {
    /// The creative.
    pub creative: &'a CreativeId,
    /// The playlist or campaign it plays for.
    pub entry: &'a EntryId,
    /// The number of this play; hand it back with [`Schedule::settle`].
    pub play: PlayNo,
    /// Time it was given, milliseconds.
    pub planned_ms: u64,
    /// It plays because nothing else may.
    pub as_fallback: bool,
}

impl Schedule {
    /// The catalogue's schedule, nothing playing yet. A catalogue without one plays all its slides.
    #[must_use]
    pub fn new(catalogue: &Catalogue, settings: Settings) -> Self {
        Self::of_plan(&catalogue.plan(), settings)
    }

    /// A schedule of this plan, nothing playing yet.
    #[must_use]
    pub fn of_plan(plan: &Plan, settings: Settings) -> Self {
        let hours = Hours::new(plan, settings.zone.clone());
        let runners: Vec<Runner> = plan
            .entries()
            .into_iter()
            .enumerate()
            .map(|(number, entry)| Runner::new(entry, number, &hours, settings.seed))
            .collect();
        let is_fallback = |r: &Runner| match (&r.id, plan.fallback()) {
            (EntryId::Playlist(id), Some(fallback)) => id == fallback,
            _ => false,
        };
        Self {
            fallback: runners.iter().position(is_fallback),
            remembers_people: runners.iter().any(|r| r.cap_per_person.is_some()),
            settings,
            hours,
            runners,
            seen: Seen::default(),
            window: None,
            head: None,
            last_play: PlayNo::default(),
            unsettled: VecDeque::new(),
        }
    }

    /// Takes another catalogue. Counters go on. The slide that plays goes on with its time if it is still there; else the
    /// next [`Self::next`] goes on with the first of its former followers that is.
    pub fn replace(&mut self, catalogue: &Catalogue) {
        self.replace_plan(&catalogue.plan());
    }

    /// Takes another plan, see [`Self::replace`].
    pub fn replace_plan(&mut self, plan: &Plan) {
        let mut new = Self::of_plan(plan, self.settings.clone());
        for runner in &mut new.runners {
            if let Some(former) = self.runners.iter().find(|r| r.id == runner.id) {
                runner.continue_from(former);
            }
        }
        new.head = self.head.and_then(|head| self.head_in(&mut new, head));
        new.seen = std::mem::take(&mut self.seen);
        let new_number = |old: usize| {
            let id = &self.runners.get(old)?.id;
            new.runners.iter().position(|r| &r.id == id)
        };
        new.seen.renumber(new_number);
        new.last_play = self.last_play;
        new.unsettled = std::mem::take(&mut self.unsettled);
        *self = new;
    }

    /// Where the playhead stands in the new schedule: in the same entry, else in the first that has the creative.
    fn head_in(&self, new: &mut Self, head: Head) -> Option<Head> {
        let runner = self.runners.get(head.entry)?;
        let item = runner.items.get(head.item)?;
        let is_same = |r: &Runner| r.id == runner.id && r.place_of(head.item, item).is_some();
        let has_it = |r: &Runner| r.place_of(head.item, item).is_some();
        let entry = new
            .runners
            .iter()
            .position(is_same)
            .or_else(|| new.runners.iter().position(has_it))?;
        let runner = new.runners.get_mut(entry)?;
        let place = runner.place_of(head.item, item)?;
        runner.go_on_after(place);
        Some(Head {
            entry,
            item: place,
            ..head
        })
    }

    /// Goes on from counters that were kept by [`Self::history`], after `away_ms` without a clock.
    pub fn restore(&mut self, history: &History, away_ms: u64, now: Mono) {
        for runner in &mut self.runners {
            let EntryId::Campaign(id) = &runner.id else {
                continue;
            };
            if let Some(kept) = history.campaigns.get(id) {
                runner.totals = kept.totals;
                runner.hour = LastHour::restore(&kept.hour_left_ms, away_ms, now);
            }
        }
    }

    /// Counters of all campaigns.
    #[must_use]
    pub fn history(&self, now: Mono) -> History {
        let kept = |runner: &Runner| match &runner.id {
            EntryId::Playlist(_) => None,
            EntryId::Campaign(id) => Some((
                id.clone(),
                CampaignHistory {
                    totals: runner.totals,
                    hour_left_ms: runner.hour.left_ms(now),
                },
            )),
        };
        History {
            campaigns: self.runners.iter().filter_map(kept).collect(),
        }
    }

    /// Moves on if it is time. A decision when a play starts (also of the same slide again), `None` when nothing changes or
    /// there is nothing to play. Cheap to call on every frame.
    pub fn next(&mut self, now: &Moment<'_>) -> Option<Decision> {
        if self.remembers_people {
            self.seen.there(now.present, now.mono);
        }
        if self.head.is_some_and(|head| self.may_go_on(head, now)) {
            self.count_watchers(now);
            return None;
        }
        let since = self.head.map_or(now.mono, |head| beat(head, now.mono));
        let chosen = self.choose(now)?;
        self.start(chosen, since, now)
    }

    /// The slide that plays.
    #[must_use]
    pub fn current(&self) -> Option<&CreativeId> {
        self.playing().map(|playing| playing.creative)
    }

    /// The slide that plays, with what it plays for.
    #[must_use]
    pub fn playing(&self) -> Option<Playing<'_>> {
        let head = self.head?;
        let runner = self.runners.get(head.entry)?;
        Some(Playing {
            creative: &runner.items.get(head.item)?.creative,
            entry: &runner.id,
            play: head.play,
            planned_ms: head.planned_ms,
            as_fallback: head.as_fallback,
        })
    }

    /// Time the slide that plays was given, milliseconds.
    #[must_use]
    pub fn planned_ms(&self) -> Option<u64> {
        self.head.map(|head| head.planned_ms)
    }

    /// When the next change is due.
    #[must_use]
    pub fn deadline(&self) -> Option<Mono> {
        self.head.map(Head::deadline)
    }

    /// The loop leaves the screen; the next [`Self::next`] starts another slide with its full time.
    pub fn interrupt(&mut self) {
        self.head = None;
    }

    /// What became of a play. Only the last few plays can be settled; others are left as they were counted when they started.
    pub fn settle(&mut self, play: PlayNo, outcome: Outcome) {
        let Some(at) = self.unsettled.iter().position(|(known, _)| *known == play) else {
            return;
        };
        let Some((_, campaign)) = self.unsettled.remove(at) else {
            return;
        };
        let id = EntryId::Campaign(campaign);
        let Some(runner) = self.runners.iter_mut().find(|r| r.id == id) else {
            return;
        };
        let totals = &mut runner.totals;
        match outcome {
            Outcome::Presented { impressions_milli } => {
                totals.impressions_milli =
                    totals.impressions_milli.saturating_add(impressions_milli);
            }
            Outcome::NeverShown => {
                totals.plays = totals.plays.saturating_sub(1);
                runner.hour.take_back(play);
            }
        }
    }

    /// What part of the next play is due to each entry that may have it now, in percent; nothing when only the fallback may.
    pub fn due(&mut self, now: &Moment<'_>) -> Vec<(&EntryId, f64)> {
        if self.doubt(now).is_some() {
            return Vec::new();
        }
        let standings = self.standings(now);
        let sharers = self.sharers(&standings);
        let named = sharers.into_iter().filter_map(|(entry, right)| {
            let id = &self.runners.get(entry)?.id;
            Some((id, share::in_percent(right)))
        });
        named.collect()
    }

    /// What is open when, for whoever has to plan ahead.
    #[must_use]
    pub fn hours(&self) -> &Hours {
        &self.hours
    }

    fn may_go_on(&self, head: Head, now: &Moment<'_>) -> bool {
        let over = self
            .runners
            .get(head.entry)
            .is_none_or(|r| r.is_over(now.civil));
        now.mono < head.deadline() && (head.as_fallback || (self.doubt(now).is_none() && !over))
    }

    fn doubt(&self, now: &Moment<'_>) -> Option<FallbackBecause> {
        let too_early = self.settings.made.is_some_and(|made| now.civil < made);
        match now.clock {
            ClockTrust::Doubtful => Some(FallbackBecause::ClockDoubtful),
            ClockTrust::Trusted if too_early => Some(FallbackBecause::ClockBeforeContent),
            ClockTrust::Trusted => None,
        }
    }

    fn choose(&mut self, now: &Moment<'_>) -> Option<Chosen> {
        let fallback = |because| Winner::Fallback { because };
        if let Some(because) = self.doubt(now) {
            return Some(Chosen {
                entry: self.fallback?,
                winner: fallback(because),
                standings: Vec::new(),
            });
        }
        let standings = self.standings(now);
        let sharers = self.sharers(&standings);
        if let Some((entry, right)) = self.share(&sharers) {
            let among = sharers.len();
            return Some(Chosen {
                entry,
                winner: Winner::Turn { among, right },
                standings,
            });
        }
        Some(Chosen {
            entry: self.fallback?,
            winner: fallback(FallbackBecause::NothingElse),
            standings,
        })
    }

    fn standings(&mut self, now: &Moment<'_>) -> Vec<Standing> {
        let window = match self.window.take() {
            Some(window) if window.holds(now.civil) => window,
            Some(_) | None => self.hours.window(now.civil),
        };
        let most_seen = self.seen.most(now.present, self.runners.len());
        let standings = self
            .runners
            .iter_mut()
            .zip(&window.openings)
            .zip(most_seen)
            .map(|((runner, opening), seen)| standing::of(runner, *opening, seen, now))
            .collect();
        self.window = Some(window);
        standings
    }

    /// Those of the highest priority that may play, each with its part of the class's plays.
    fn sharers(&self, standings: &[Standing]) -> Vec<(usize, i64)> {
        let may = || {
            let all = self.runners.iter().zip(standings).enumerate();
            all.filter_map(|(entry, (runner, standing))| match standing {
                Standing::May(claim) => Some((entry, runner.priority, *claim)),
                Standing::Out(_) => None,
            })
        };
        let Some(highest) = may().map(|(_, priority, _)| priority).max() else {
            return Vec::new();
        };
        let class: Vec<_> = may().filter(|(_, p, _)| *p == highest).collect();
        let claims: Vec<_> = class.iter().map(|(_, _, claim)| *claim).collect();
        let entries = class.iter().map(|(entry, ..)| *entry);
        entries.zip(share::rights(&claims)).collect()
    }

    fn share(&mut self, class: &[(usize, i64)]) -> Option<(usize, i64)> {
        let sharer = |(entry, right): &(usize, i64)| {
            let runner = self.runners.get(*entry)?;
            Some(Sharer {
                right: *right,
                lag: runner.lag,
                lot: runner.lot,
            })
        };
        let mut sharers: Vec<Sharer> = class.iter().filter_map(sharer).collect();
        let winner = share::next(&mut sharers);
        for ((entry, _), sharer) in class.iter().zip(&sharers) {
            if let Some(runner) = self.runners.get_mut(*entry) {
                runner.lag = sharer.lag;
            }
        }
        class.get(winner?).copied()
    }

    fn start(&mut self, chosen: Chosen, since: Mono, now: &Moment<'_>) -> Option<Decision> {
        let as_fallback = matches!(chosen.winner, Winner::Fallback { .. });
        let runner = self.runners.get_mut(chosen.entry)?;
        let (item, Item { duration_ms, .. }) = runner.take_item()?;
        let left_ms = runner.left_ms(now.civil).unwrap_or(u64::MAX);
        let play = PlayNo(self.last_play.0 + 1);
        let head = Head {
            entry: chosen.entry,
            item,
            since,
            planned_ms: duration_ms.min(left_ms),
            play,
            as_fallback,
        };
        self.last_play = play;
        self.head = Some(head);
        self.count_play(head, now);
        explain::decision(&self.runners, &chosen, (item, head.planned_ms), now.mono)
    }

    fn count_play(&mut self, head: Head, now: &Moment<'_>) {
        let Some(runner) = self.runners.get_mut(head.entry) else {
            return;
        };
        let EntryId::Campaign(id) = &runner.id else {
            return;
        };
        runner.totals.plays = runner.totals.plays.saturating_add(1);
        if runner.cap_per_hour.is_some() {
            runner.hour.add(now.mono, head.play);
        }
        self.unsettled.push_back((head.play, id.clone()));
        if self.unsettled.len() > UNSETTLED_MAX {
            self.unsettled.pop_front();
        }
        self.count_watchers(now);
    }

    /// Whoever is there while a play is on has seen it.
    fn count_watchers(&mut self, now: &Moment<'_>) {
        let Some(head) = self.head else { return };
        let Some(runner) = self.runners.get(head.entry) else {
            return;
        };
        if runner.cap_per_person.is_some() {
            self.seen.count(now.present, head.entry, head.play);
        }
    }
}

impl Head {
    fn deadline(self) -> Mono {
        self.since.plus_ms(self.planned_ms)
    }
}

/// When the play after this one begins: on the beat, unless it is much too late for that or this one was cut short.
fn beat(head: Head, now: Mono) -> Mono {
    let deadline = head.deadline();
    if now >= deadline && now.since_ms(deadline) <= LATE_MS {
        deadline
    } else {
        now
    }
}
