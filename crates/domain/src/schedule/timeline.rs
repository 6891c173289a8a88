//! What will play, as far as it can be foreseen: the real schedule with a clock of its own. Must not decide anything itself.

use jiff::{SignedDuration, Timestamp};

use super::{ClockTrust, Moment, Schedule};
use crate::decision::Decision;
use crate::observation::TrackId;
use crate::time::Mono;

/// One play to come.
#[derive(Debug, Clone, PartialEq)]
pub struct Foreseen {
    /// When it starts.
    pub at: Timestamp,
    /// How long it stays, milliseconds.
    pub planned_ms: u64,
    /// What plays, and why.
    pub decision: Decision,
}

/// The plays to come from a schedule, in order. Whoever is there is told by `present`, asked once per play.
#[derive(Debug, Clone)]
pub struct Forecast<P> {
    schedule: Schedule,
    mono: Mono,
    at: Timestamp,
    until: Timestamp,
    present: P,
}

impl<P: FnMut(Timestamp) -> Vec<TrackId>> Forecast<P> {
    /// What `schedule` will play from `now` until `until`, if the clock can be trusted all the while.
    #[must_use]
    pub fn new(
        schedule: Schedule,
        (mono, now): (Mono, Timestamp),
        until: Timestamp,
        present: P,
    ) -> Self {
        Self {
            schedule,
            mono,
            at: now,
            until,
            present,
        }
    }

    /// The schedule as it will be then.
    #[must_use]
    pub fn into_schedule(self) -> Schedule {
        self.schedule
    }

    fn step(&mut self) -> Option<Decision> {
        let people = (self.present)(self.at);
        self.schedule.next(&Moment {
            mono: self.mono,
            civil: self.at,
            clock: ClockTrust::Trusted,
            present: &people,
        })
    }

    /// Both clocks go to the end of the play.
    fn wait(&mut self) -> Option<()> {
        let deadline = self.schedule.deadline()?;
        let wait = i64::try_from(deadline.since_ms(self.mono)).ok()?;
        self.at = self
            .at
            .checked_add(SignedDuration::from_millis(wait))
            .ok()?;
        self.mono = self.mono.max(deadline);
        Some(())
    }
}

impl<P: FnMut(Timestamp) -> Vec<TrackId>> Iterator for Forecast<P> {
    type Item = Foreseen;

    fn next(&mut self) -> Option<Foreseen> {
        while self.at < self.until {
            let at = self.at;
            let decision = self.step();
            let planned_ms = self.schedule.planned_ms()?;
            self.wait()?;
            if let Some(decision) = decision {
                return Some(Foreseen {
                    at,
                    planned_ms,
                    decision,
                });
            }
        }
        None
    }
}
