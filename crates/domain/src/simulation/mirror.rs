//! One mirror in the simulation: the real audience, session, targeting, strip, schedule and meter, called in the order of
//! the kiosk's frame. Must not know where people come from, nor decide anything itself.

use jiff::Timestamp;
use jiff::civil::DateTime;

use super::clock::VirtualClock;
use super::hand::{Hand, Offered};
use super::run::Scenario;
use super::story::Played;
use super::tally::{Stamp, Tally};
use super::visitor::Visitor;
use crate::audience::{Audience, AudienceSettings, Snapshot, WindowSpan};
use crate::catalogue::{Catalogue, CreativeId, Promo};
use crate::observation::{FrameReport, TrackId};
use crate::play::{Planned, PlayMeter, Slot};
use crate::record::EndReason;
use crate::schedule::{ClockTrust, EntryId, Moment, Outcome, PlayNo, Schedule, Settings};
use crate::session::{Action, CameraStatus, Effect, Input, Screen, Session, SessionTimings};
use crate::suggest::Strip;
use crate::targeting::{Surroundings, Targeting};
use crate::time::Mono;

/// The mirror.
pub(super) struct Mirror<'s> {
    catalogue: &'s Catalogue,
    language: &'s str,
    seed: u64,
    surroundings: Surroundings,
    audience: Audience,
    session: Session,
    targeting: Targeting,
    strip: Strip,
    schedule: Schedule,
    camera_live: bool,
    frame: u64,
    hand: Option<Hand>,
    running: Option<Running>,
    /// Place of the decision that chose the promo that is up, and the slide that plays.
    promo_change: usize,
    slide_change: usize,
    pub(super) tally: Tally,
}

/// A play on the glass.
struct Running {
    slot: Slot,
    meter: PlayMeter,
    started: Timestamp,
    play: Option<PlayNo>,
    entry: Option<EntryId>,
    as_fallback: bool,
    change: usize,
}

/// One frame's time and people.
struct Frame<'f> {
    now: Mono,
    civil: Timestamp,
    local: DateTime,
    here: &'f [Visitor],
}

impl<'s> Mirror<'s> {
    pub(super) fn new(scenario: &'s Scenario<'s>) -> Self {
        let (targeting, faults) = Targeting::new(&scenario.catalogue.promos);
        let schedule = Schedule::new(
            scenario.catalogue,
            Settings {
                zone: scenario.zone.clone(),
                seed: scenario.seed,
                made: None,
            },
        );
        let plan = scenario.catalogue.plan();
        let playlists = plan
            .playlists()
            .iter()
            .map(|p| EntryId::Playlist(p.id.clone()));
        let campaigns = plan
            .campaigns()
            .iter()
            .map(|c| EntryId::Campaign(c.id.clone()));
        let faults = faults.iter().map(ToString::to_string).collect();
        let start = Mono::default();
        Self {
            tally: Tally::new(&targeting, faults, playlists.chain(campaigns).collect()),
            catalogue: scenario.catalogue,
            language: scenario.language,
            seed: scenario.seed,
            surroundings: Surroundings::new(scenario.catalogue, scenario.weather),
            audience: Audience::new(AudienceSettings::default(), start),
            session: Session::new(SessionTimings::default(), start),
            targeting,
            strip: Strip::default(),
            schedule,
            camera_live: false,
            frame: 0,
            hand: None,
            running: None,
            promo_change: 0,
            slide_change: 0,
        }
    }

    /// One frame, in the kiosk's order. True when nothing can happen before somebody comes or the slide is over.
    pub(super) fn step(&mut self, clock: &VirtualClock, here: &[Visitor]) -> bool {
        let frame = Frame {
            now: clock.now(),
            civil: clock.civil(),
            local: clock.local(),
            here,
        };
        let report = self.look(&frame);
        let audience = self.audience.snapshot();
        self.advance_session(&frame, &audience, report.as_ref());
        self.decide_promo(&frame, &audience);
        self.decide_strip(&frame, &audience);
        self.turn_slides(&frame, &audience);
        self.meter(&frame, audience.people);
        let settled = here.is_empty()
            && audience.people == 0
            && self.camera_live
            && *self.session.screen() == Screen::Attract
            && self.targeting.current().is_none();
        if settled {
            self.tally.settled();
        }
        settled
    }

    /// When the slide on the glass is over.
    pub(super) fn deadline(&self) -> Option<Mono> {
        self.schedule.deadline()
    }

    fn look(&mut self, frame: &Frame<'_>) -> Option<FrameReport> {
        self.audience.camera(frame.now, self.camera_live);
        let looks = self.camera_live && self.session.inference_allowed();
        let report = looks.then(|| {
            self.frame += 1;
            let shopper = self.audience.shopper();
            let reads_clothes = *self.session.screen() != Screen::Attract;
            let seen = |v: &Visitor| v.seen(frame.now, reads_clothes && shopper == Some(v.track));
            FrameReport {
                frame: self.frame,
                captured: frame.now,
                people: frame.here.iter().map(seen).collect(),
                faceless: 0,
                brightness: 0.5,
            }
        });
        if let Some(report) = &report {
            self.audience.observe(report);
        }
        self.audience.advance(frame.now);
        report
    }

    fn advance_session(
        &mut self,
        frame: &Frame<'_>,
        audience: &Snapshot,
        report: Option<&FrameReport>,
    ) {
        let camera = if self.camera_live {
            CameraStatus::Live
        } else {
            CameraStatus::Off
        };
        let mut inputs = vec![Input::Camera(camera), Input::NoticePresented];
        inputs.extend(report.map(|report| Input::of_presence(audience, report)));
        inputs.extend(self.touch(frame).map(Input::Tap));
        inputs.push(Input::Tick);
        let before = self.session.screen().name();
        for input in inputs {
            for effect in self.session.handle(frame.now, input) {
                self.carry_out(frame, effect);
            }
        }
        let after = self.session.screen().name();
        if before != after {
            let stamp = self.stamp(frame, audience.people);
            self.tally.screen(stamp, &format!("{before} → {after}"));
        }
    }

    fn carry_out(&mut self, frame: &Frame<'_>, effect: Effect) {
        match effect {
            Effect::OpenCamera => self.camera_live = true,
            Effect::CloseCamera => self.camera_live = false,
            Effect::WipeSession => self.strip = Strip::default(),
            Effect::TurnSuggestions => self.strip.turn(),
            Effect::Report(interaction) => self.tally.session(frame.civil, interaction),
            Effect::AllowInference(_)
            | Effect::PlayCue(_)
            | Effect::CountNoticeShown
            | Effect::CountCameraPaused
            | Effect::CountSeesOpened => {}
        }
    }

    /// Of those who touch, the one who came first has the mirror until leaving.
    fn touch(&mut self, frame: &Frame<'_>) -> Option<Action> {
        let is_here = |track: TrackId| frame.here.iter().any(|v| v.track == track);
        self.hand = self.hand.take().filter(|hand| is_here(hand.track));
        if self.hand.is_none() {
            let mut all = frame.here.iter();
            let next = all.find_map(|v| Some((v.track, v.touches_every_secs?)));
            let (track, every_secs) = next?;
            self.hand = Some(Hand::new(self.seed, track, every_secs, frame.now));
        }
        let promo = self.promo().filter(|_| self.slot() == Some(Slot::Promo));
        let offered = Offered {
            screen: &self.session.screen().clone(),
            card: promo.and_then(|p| p.skus.first()),
            strip: self.strip.shown().map(|s| &s.sku).collect(),
        };
        self.hand.as_mut()?.touch(frame.now, &offered)
    }

    fn slot(&self) -> Option<Slot> {
        Slot::on(self.session.screen(), self.session.sees_open())
    }

    fn promo(&self) -> Option<&'s Promo> {
        let id = self.targeting.current()?;
        self.catalogue.promos.iter().find(|promo| &promo.id == id)
    }

    fn stamp(&self, frame: &Frame<'_>, people: u32) -> Stamp {
        Stamp {
            at: frame.civil,
            mono: frame.now,
            screen: self.session.screen().name(),
            people,
        }
    }

    fn decide_promo(&mut self, frame: &Frame<'_>, audience: &Snapshot) {
        let language = self.session.language().unwrap_or(self.language);
        let context = (audience.people > 0)
            .then(|| self.surroundings.context(audience, frame.local, language));
        let decision = self
            .targeting
            .decide(frame.now, self.frame, context.as_ref());
        if context.is_some() {
            let shopper = audience.shopper.as_ref().map(|s| s.track);
            self.tally.rules_at(&self.targeting, shopper);
        }
        if let Some(decision) = decision {
            let stamp = self.stamp(frame, audience.people);
            self.promo_change = self.tally.decided(stamp, decision);
        }
    }

    fn decide_strip(&mut self, frame: &Frame<'_>, audience: &Snapshot) {
        let decision = self.strip.update(
            self.catalogue,
            self.session.screen(),
            audience.shopper.as_ref(),
            (frame.now, self.frame),
        );
        if let Some(decision) = decision {
            let stamp = self.stamp(frame, audience.people);
            self.tally.decided(stamp, decision);
        }
    }

    fn turn_slides(&mut self, frame: &Frame<'_>, audience: &Snapshot) {
        if self.slot() != Some(Slot::Attract) {
            if self.schedule.playing().is_some() {
                self.schedule.interrupt();
            }
            return;
        }
        let present: Vec<TrackId> = frame.here.iter().map(|v| v.track).collect();
        let moment = Moment {
            mono: frame.now,
            civil: frame.civil,
            clock: ClockTrust::Trusted,
            present: &present,
        };
        let is_over = self.schedule.deadline().is_none_or(|end| end <= frame.now);
        let due: Vec<(EntryId, f64)> = if is_over {
            let due = self.schedule.due(&moment).into_iter();
            due.map(|(id, percent)| (id.clone(), percent)).collect()
        } else {
            Vec::new()
        };
        if let Some(decision) = self.schedule.next(&moment) {
            self.tally.due(&due);
            let stamp = self.stamp(frame, audience.people);
            self.slide_change = self.tally.decided(stamp, decision);
        }
    }

    fn meter(&mut self, frame: &Frame<'_>, people: u32) {
        let (now, civil) = (frame.now, frame.civil);
        let wanted = self.wanted();
        let stays = match (&self.running, &wanted) {
            (Some(running), Some((slot, creative, play))) => {
                running.slot == *slot
                    && running.meter.planned().creative == *creative
                    && running.play == *play
            }
            _ => false,
        };
        if stays {
            if let Some(running) = &mut self.running {
                running.meter.people(now, people);
            }
            return;
        }
        self.end_play(now, None);
        let Some((slot, creative, play)) = wanted else {
            return;
        };
        let playing = self.schedule.playing().filter(|_| slot == Slot::Attract);
        let planned = Planned {
            slot: slot.as_str().to_owned(),
            creative,
            pack: String::new(),
            planned_ms: match &playing {
                Some(playing) => playing.planned_ms,
                None => self.promo().map_or(0, |promo| promo.min_show_ms),
            },
        };
        let mut meter = PlayMeter::new(planned, people);
        meter.frame_presented(now, civil);
        self.running = Some(Running {
            slot,
            meter,
            started: civil,
            play,
            entry: playing.map(|p| p.entry.clone()),
            as_fallback: playing.is_some_and(|p| p.as_fallback),
            change: match slot {
                Slot::Attract => self.slide_change,
                Slot::Promo => self.promo_change,
            },
        });
    }

    /// What ought to be on the glass.
    fn wanted(&self) -> Option<(Slot, CreativeId, Option<PlayNo>)> {
        match self.slot()? {
            Slot::Attract => {
                let playing = self.schedule.playing()?;
                Some((Slot::Attract, playing.creative.clone(), Some(playing.play)))
            }
            Slot::Promo => Some((Slot::Promo, self.promo()?.id.clone(), None)),
        }
    }

    fn end_play(&mut self, now: Mono, reason: Option<EndReason>) {
        let Some(running) = self.running.take() else {
            return;
        };
        let times = (
            running.meter.shown_ms(now),
            running.meter.planned().planned_ms,
        );
        let usual = running.slot.end_reason(self.session.screen(), times, false);
        let Some(play) = running.meter.end(now, reason.unwrap_or(usual)) else {
            return;
        };
        let impressions_milli = thousandths(play.qty_multiplier);
        if let Some(number) = running.play {
            self.schedule
                .settle(number, Outcome::Presented { impressions_milli });
        }
        let played = Played {
            at: running.started,
            slot: running.slot,
            creative: play.creative,
            entry: running.entry,
            as_fallback: running.as_fallback,
            shown_ms: play.shown_ms,
            planned_ms: play.planned_ms,
            people: play.qty_multiplier,
            end_reason: play.end_reason,
            change: running.change,
        };
        self.tally.played(played, impressions_milli);
    }

    /// A full hour is over.
    pub(super) fn close_hour(&mut self, now: Mono, (from, to): (Timestamp, Timestamp)) {
        let partial = to.as_second() - from.as_second() != 3_600;
        let window = self
            .audience
            .close_window(now, WindowSpan { from, to, partial });
        self.tally.hour(from, &window);
    }

    /// The end: what is on the glass leaves it, who is there is counted.
    pub(super) fn shut_down(&mut self, clock: &VirtualClock) {
        let frame = Frame {
            now: clock.now(),
            civil: clock.civil(),
            local: clock.local(),
            here: &[],
        };
        for effect in self.session.handle(frame.now, Input::Shutdown) {
            self.carry_out(&frame, effect);
        }
        self.end_play(frame.now, Some(EndReason::Shutdown));
        self.audience.end_all();
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a mean of small counts"
)]
fn thousandths(people: f32) -> u64 {
    (people * 1000.0).round() as u64
}
