//! The clock of a simulation: monotonic and civil time in step, and the wall of the store. Must not know what happens then.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::time::Mono;

const HOUR_SECS: i64 = 60 * 60;

/// Time as the mirror would read it.
#[derive(Debug, Clone)]
pub(super) struct VirtualClock {
    zone: TimeZone,
    start: Timestamp,
    now: Mono,
}

impl VirtualClock {
    pub(super) fn new(zone: TimeZone, start: Timestamp) -> Self {
        Self {
            zone,
            start,
            now: Mono::default(),
        }
    }

    pub(super) fn now(&self) -> Mono {
        self.now
    }

    pub(super) fn civil(&self) -> Timestamp {
        self.civil_at(self.now)
    }

    pub(super) fn civil_at(&self, mono: Mono) -> Timestamp {
        let since = SignedDuration::from_millis(i64::try_from(mono.0).unwrap_or(i64::MAX));
        self.start.checked_add(since).unwrap_or(Timestamp::MAX)
    }

    pub(super) fn mono_at(&self, civil: Timestamp) -> Mono {
        let since = civil.as_millisecond() - self.start.as_millisecond();
        Mono(u64::try_from(since).unwrap_or(0))
    }

    /// The time on the store's wall.
    pub(super) fn local(&self) -> DateTime {
        self.zone.to_datetime(self.civil())
    }

    /// Never goes back.
    pub(super) fn go_to(&mut self, mono: Mono) {
        self.now = self.now.max(mono);
    }

    /// The next full hour on the wall.
    pub(super) fn next_hour(&self) -> Mono {
        let at = self.civil();
        let offset = i64::from(self.zone.to_offset(at).seconds());
        let into_hour = (at.as_second() + offset).rem_euclid(HOUR_SECS);
        let end = Timestamp::from_second(at.as_second() - into_hour + HOUR_SECS);
        end.map_or(Mono(u64::MAX), |end| self.mono_at(end))
    }
}
