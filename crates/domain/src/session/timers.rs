//! What happens when nothing happens: the notice goes on, idleness warns, absence ends the session.

use super::{Cue, Effect, Outcome, Screen, Session};

/// A rating is thanked for this long before the farewell, milliseconds; a touch within it goes on as usual.
const THANKS_MS: u64 = 1_600;

impl Session {
    pub(super) fn run_timers(&mut self, effects: &mut Vec<Effect>) {
        let timings = self.timings;
        if self.last_present.is_some() && !self.somebody_here() {
            self.person_gone();
        }
        if self.screen.in_session() && self.walked_away() {
            return self.wipe(effects);
        }
        match self.screen {
            Screen::Attract => {
                self.quiet &=
                    self.on_screen_ms() < timings.presence_ttl_ms || self.last_present.is_some();
                self.forget_idle_choices(effects);
            }
            Screen::Noticed if self.last_present.is_none() => {
                self.forget(effects);
                self.enter(Screen::Attract);
            }
            Screen::Noticed => {
                let lingered = self
                    .lingering_since
                    .is_some_and(|s| self.now.since_ms(s) >= timings.linger_ms);
                if lingered && !self.quiet {
                    self.begin(&Screen::Notice, effects);
                    self.enter(Screen::Notice);
                }
                self.forget_idle_choices(effects);
            }
            Screen::Notice if self.sees => {}
            Screen::Notice if self.on_screen_ms() >= timings.notice_ms => {
                self.enter(Screen::Engaged)
            }
            Screen::Feedback
                if self.csat.is_some() && self.now.since_ms(self.last_touch) >= THANKS_MS =>
            {
                self.say_goodbye(Outcome::Done, effects);
            }
            Screen::Feedback
                if self
                    .count_down(self.last_touch.max(self.entered), timings.feedback_ms)
                    .left_ms
                    == 0 =>
            {
                self.say_goodbye(Outcome::Done, effects);
            }
            Screen::Farewell if self.on_screen_ms() >= timings.farewell_ms => self.wipe(effects),
            Screen::Notice
            | Screen::Feedback
            | Screen::Farewell
            | Screen::Engaged
            | Screen::TryOn(_) => {}
        }
        if self.screen.in_session() {
            self.run_idle_timer(effects);
        }
    }

    /// A language or panel that somebody left behind on the attract loop.
    fn forget_idle_choices(&mut self, effects: &mut Vec<Effect>) {
        let left_behind = self.sees || self.language.is_some();
        if left_behind
            && !self.screen.in_session()
            && self.now.since_ms(self.last_touch) >= self.timings.idle_ms
        {
            self.forget(effects);
        }
    }

    fn run_idle_timer(&mut self, effects: &mut Vec<Effect>) {
        let idle_ms = self.now.since_ms(self.last_touch.max(self.entered));
        match self.warning_since {
            Some(since) if self.now.since_ms(since) >= self.timings.warning_ms => {
                self.quiet = true;
                self.say_goodbye(
                    if self.paused {
                        Outcome::CameraOff
                    } else {
                        Outcome::Idle
                    },
                    effects,
                );
            }
            None if idle_ms >= self.timings.idle_ms
                && (self.screen.warns_when_idle() || self.sees) =>
            {
                self.warning_since = Some(self.now);
                effects.push(Effect::PlayCue(Cue::Warning));
            }
            Some(_) | None => {}
        }
    }

    fn walked_away(&self) -> bool {
        self.presence_known()
            && self.last_present.is_none()
            && self.now.since_ms(self.last_touch.max(self.entered)) >= self.timings.away_ms
    }
}
