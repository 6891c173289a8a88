//! Times as the clock on the store's wall shows them, and the instants they stand for. Owns the rule for nights on which that
//! clock is changed; must not know what is scheduled.
//!
//! One rule: **a wall time stands for the first instant at which the clock shows that time or a later one.** A time that
//! comes twice means its first coming; one that is skipped means the moment of the skip. So what ends at 02:30 and what
//! begins at 02:30 always meet: no hole, no overlap, whatever the night.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{AmbiguousOffset, TimeZone};
use serde::{Deserialize, Serialize};

/// Minutes of a day.
const DAY_MINUTES: u16 = 24 * 60;

/// A minute on the wall clock, 00:00 to 24:00.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(try_from = "u16", into = "u16")]
pub struct WallMinute(u16);

/// A number that is no minute of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0} is no minute of a day, 0 to 1440")]
pub struct NoMinute(pub u16);

impl TryFrom<u16> for WallMinute {
    type Error = NoMinute;

    fn try_from(minute: u16) -> Result<Self, NoMinute> {
        if minute <= DAY_MINUTES {
            Ok(Self(minute))
        } else {
            Err(NoMinute(minute))
        }
    }
}

impl From<WallMinute> for u16 {
    fn from(minute: WallMinute) -> Self {
        minute.0
    }
}

impl std::fmt::Display for WallMinute {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:02}:{:02}", self.0 / 60, self.0 % 60)
    }
}

impl WallMinute {
    /// 00:00.
    pub const MIDNIGHT: Self = Self(0);
    /// 24:00, which is 00:00 of the day after.
    pub const END_OF_DAY: Self = Self(DAY_MINUTES);

    /// `HH:MM`, from 00:00 to 24:00.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (hours, minutes) = text.split_once(':')?;
        let two_digits = |part: &str| part.len() == 2 && part.bytes().all(|b| b.is_ascii_digit());
        if !two_digits(hours) || !two_digits(minutes) {
            return None;
        }
        let (hours, minutes): (u16, u16) = (hours.parse().ok()?, minutes.parse().ok()?);
        (minutes < 60)
            .then(|| Self::try_from(hours * 60 + minutes).ok())
            .flatten()
    }

    /// The wall time on this day; 24:00 is the midnight that ends it.
    pub(super) fn on(self, day: Date) -> DateTime {
        let time = |minute: u16| {
            let part = |n: u16| i8::try_from(n).unwrap_or(0);
            Time::new(part(minute / 60), part(minute % 60), 0, 0).unwrap_or(Time::midnight())
        };
        if self == Self::END_OF_DAY {
            day.tomorrow()
                .map_or(DateTime::MAX, |next| next.to_datetime(Time::midnight()))
        } else {
            day.to_datetime(time(self.0))
        }
    }
}

/// A date `YYYY-MM-DD`.
#[must_use]
pub fn parse_date(text: &str) -> Option<Date> {
    let shaped = text.len() == 10 && text.bytes().all(|b| b.is_ascii_digit() || b == b'-');
    shaped.then(|| text.parse().ok()).flatten()
}

/// A date and time `YYYY-MM-DD HH:MM`, with a `T` or a space between, seconds allowed, and no zone.
#[must_use]
pub fn parse_date_time(text: &str) -> Option<DateTime> {
    let shaped = (16..=19).contains(&text.len())
        && text
            .bytes()
            .all(|b| b.is_ascii_digit() || matches!(b, b'-' | b':' | b'T' | b' '));
    shaped.then(|| text.parse().ok()).flatten()
}

/// The first instant at which the clock on the wall shows `wall` or later.
#[must_use]
pub fn instant_of(zone: &TimeZone, wall: DateTime) -> Timestamp {
    let beyond = || {
        if wall.year() < 0 {
            Timestamp::MIN
        } else {
            Timestamp::MAX
        }
    };
    let instant = match zone.to_ambiguous_timestamp(wall).offset() {
        AmbiguousOffset::Unambiguous { offset } => offset.to_timestamp(wall),
        // Before the clock is set back.
        AmbiguousOffset::Fold { before, .. } => before.to_timestamp(wall),
        // The later offset lands before the skip, and the skip is what follows.
        AmbiguousOffset::Gap { after, .. } => after.to_timestamp(wall).map(|before_skip| {
            zone.following(before_skip)
                .next()
                .map_or(before_skip, |skip| skip.timestamp())
        }),
    };
    instant.unwrap_or_else(|_| beyond())
}
