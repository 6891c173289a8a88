//! The only place of the screen that asks the machine for the time. Everyone else is told.

use bevy::prelude::*;
use cheval_domain::time::Mono;
use jiff::{SignedDuration, Timestamp, Zoned, tz::TimeZone};

/// Time of the current frame: one monotonic stamp for durations, one civil stamp for records and dayparts.
#[derive(Resource, Debug, Clone)]
pub struct Clock {
    mono: Mono,
    civil: Timestamp,
    zone: TimeZone,
    running: bool,
}

impl Clock {
    /// A clock for this store's time zone.
    #[must_use]
    pub fn new(zone: TimeZone) -> Self {
        Self {
            mono: cheval_perception::frame::mono_now(),
            civil: Timestamp::now(),
            zone,
            running: true,
        }
    }

    /// A clock that moves only when it is [`set`](Self::set): for stories and simulations.
    #[must_use]
    pub fn stopped_at(mono: Mono) -> Self {
        Self {
            mono,
            civil: Timestamp::UNIX_EPOCH,
            zone: TimeZone::UTC,
            running: false,
        }
    }

    /// The same clock on another day, in the zone of that time.
    #[must_use]
    pub fn on(self, civil: &Zoned) -> Self {
        Self {
            civil: civil.timestamp(),
            zone: civil.time_zone().clone(),
            ..self
        }
    }

    /// Moves a stopped clock.
    pub fn set(&mut self, mono: Mono) {
        let forward = i64::try_from(mono.since_ms(self.mono)).unwrap_or(0);
        self.civil = self
            .civil
            .saturating_add(SignedDuration::from_millis(forward))
            .unwrap_or(self.civil);
        self.mono = mono;
    }

    /// Monotonic time of this frame.
    #[must_use]
    pub fn now(&self) -> Mono {
        self.mono
    }

    /// Civil time of this frame.
    #[must_use]
    pub fn civil(&self) -> Timestamp {
        self.civil
    }

    /// The store's own zone.
    #[must_use]
    pub fn zone(&self) -> &TimeZone {
        &self.zone
    }

    /// Civil time of this frame in the store's own zone.
    #[must_use]
    pub fn local(&self) -> Zoned {
        self.civil.to_zoned(self.zone.clone())
    }
}

pub(super) fn plugin(app: &mut App) {
    app.add_systems(First, tick);
}

fn tick(mut clock: ResMut<Clock>) {
    if clock.running {
        clock.mono = cheval_perception::frame::mono_now();
        clock.civil = Timestamp::now();
    }
}
