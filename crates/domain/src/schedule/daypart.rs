//! When something is open: hours on weekdays, with dates added and taken away. Must not know what is open then.
//!
//! A daypart that ends at or before the time it begins runs over midnight. It belongs to the day on which it begins: weekday,
//! dates and exceptions ask for that day, so that "Friday 22:00–02:00" is open on Saturday at 01:00.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use super::name::DaypartId;
use super::wall::{WallMinute, instant_of};

/// Openings that touch are joined over so many days; what stays open longer is looked at again then.
const JOINED_DAYS_MAX: usize = 400;

/// A set of weekdays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Weekdays(u8);

impl Weekdays {
    /// Monday to Sunday.
    pub const ALL: Self = Self(0b0111_1111);
    /// No day.
    pub const NONE: Self = Self(0);

    /// This set with one more day.
    #[must_use]
    pub fn with(self, day: Weekday) -> Self {
        Self(self.0 | Self::bit(day))
    }

    /// Whether the day is in the set.
    #[must_use]
    pub fn has(self, day: Weekday) -> bool {
        self.0 & Self::bit(day) != 0
    }

    /// Whether it is a set of days at all, and not read from a number that is none.
    pub(super) fn is_sound(self) -> bool {
        self.0 & !Self::ALL.0 == 0
    }

    fn bit(day: Weekday) -> u8 {
        1 << day.to_monday_zero_offset()
    }
}

impl FromIterator<Weekday> for Weekdays {
    fn from_iter<I: IntoIterator<Item = Weekday>>(days: I) -> Self {
        days.into_iter().fold(Self::NONE, Self::with)
    }
}

/// Recurring hours in the store's own time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Daypart {
    /// Identifier.
    pub id: DaypartId,
    /// Days on which it begins.
    pub weekdays: Weekdays,
    /// When it begins.
    pub from: WallMinute,
    /// When it ends, exclusive; at or before `from` it is on the day after.
    pub to: WallMinute,
    /// First day on which it may begin.
    pub first_day: Option<Date>,
    /// Last day on which it may begin.
    pub last_day: Option<Date>,
    /// Days on which it begins whatever the weekday and the first and last day.
    pub extra: BTreeSet<Date>,
    /// Days on which it does not begin.
    pub except: BTreeSet<Date>,
}

/// Whether something is open, and until when that stays so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct State {
    pub(super) open: bool,
    /// `None`: for ever.
    pub(super) until: Option<Timestamp>,
}

impl Daypart {
    /// Whether it is open at this instant in this zone.
    #[must_use]
    pub fn is_open(&self, zone: &TimeZone, at: Timestamp) -> bool {
        self.span_around(zone, at).is_some()
    }

    /// Whether it is open, and when that changes.
    pub(super) fn state(&self, zone: &TimeZone, at: Timestamp) -> State {
        match self.span_around(zone, at) {
            Some((_, end)) => State {
                open: true,
                until: Some(self.joined_end(zone, end)),
            },
            None => State {
                open: false,
                until: self.next_start(zone, at),
            },
        }
    }

    /// Whether it runs over midnight.
    #[must_use]
    pub fn crosses_midnight(&self) -> bool {
        self.to <= self.from
    }

    /// Its openings that have a part between these instants, in order.
    pub(super) fn spans_between(
        &self,
        zone: &TimeZone,
        from: Timestamp,
        until: Timestamp,
    ) -> Vec<(Timestamp, Timestamp)> {
        let mut spans = Vec::new();
        let mut day = zone.to_datetime(from).date().yesterday().ok();
        while let Some(candidate) = day.and_then(|day| self.start_day_from(day)) {
            match self.span(zone, candidate) {
                Some((start, _)) if start >= until => break,
                Some((start, end)) if end > from => spans.push((start.max(from), end.min(until))),
                Some(_) | None => {}
            }
            day = candidate.tomorrow().ok();
        }
        spans
    }

    /// The opening that has this instant in it. The wall clock may be set back over midnight, so the day after is looked at too.
    fn span_around(&self, zone: &TimeZone, at: Timestamp) -> Option<(Timestamp, Timestamp)> {
        let today = zone.to_datetime(at).date();
        [today.yesterday().ok(), Some(today), today.tomorrow().ok()]
            .into_iter()
            .flatten()
            .filter_map(|day| self.span(zone, day))
            .find(|(start, end)| (*start..*end).contains(&at))
    }

    fn joined_end(&self, zone: &TimeZone, mut end: Timestamp) -> Timestamp {
        for _ in 0..JOINED_DAYS_MAX {
            match self.span_around(zone, end) {
                Some((_, later)) => end = later,
                None => break,
            }
        }
        end
    }

    fn next_start(&self, zone: &TimeZone, at: Timestamp) -> Option<Timestamp> {
        let mut day = zone.to_datetime(at).date().yesterday().ok();
        while let Some(candidate) = day.and_then(|day| self.start_day_from(day)) {
            if let Some((start, _)) = self.span(zone, candidate).filter(|(start, _)| *start > at) {
                return Some(start);
            }
            day = candidate.tomorrow().ok();
        }
        None
    }

    /// The opening that begins on this day, unless the clock skips all of it.
    fn span(&self, zone: &TimeZone, day: Date) -> Option<(Timestamp, Timestamp)> {
        if !self.begins_on(day) {
            return None;
        }
        let last = if self.crosses_midnight() {
            day.tomorrow().ok()?
        } else {
            day
        };
        let (start, end) = (
            instant_of(zone, self.from.on(day)),
            instant_of(zone, self.to.on(last)),
        );
        (start < end).then_some((start, end))
    }

    fn begins_on(&self, day: Date) -> bool {
        if self.except.contains(&day) {
            return false;
        }
        let in_range = self.first_day.is_none_or(|first| day >= first)
            && self.last_day.is_none_or(|last| day <= last);
        self.extra.contains(&day) || (in_range && self.weekdays.has(day.weekday()))
    }

    /// The first day from `day` on, itself included, on which it begins.
    fn start_day_from(&self, day: Date) -> Option<Date> {
        let extra = self.extra.range(day..).find(|d| self.begins_on(**d));
        let usual = self.usual_start_day_from(day);
        [extra.copied(), usual].into_iter().flatten().min()
    }

    fn usual_start_day_from(&self, day: Date) -> Option<Date> {
        if self.weekdays == Weekdays::NONE {
            return None;
        }
        let mut day = self.first_day.map_or(day, |first| first.max(day));
        // Every seventh day is looked at that is not taken away, so this ends.
        while self.last_day.is_none_or(|last| day <= last) {
            if self.begins_on(day) {
                return Some(day);
            }
            day = day.tomorrow().ok()?;
        }
        None
    }
}
