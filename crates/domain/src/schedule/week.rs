//! The usual week: what is open at which hour when no date is looked at. For checks of a plan before anybody knows the zone or
//! the day; must not decide what plays.
//!
//! Dates that are added or taken away never count. What has a first or last day or moment is not usual: [`Week::usual`]
//! leaves it closed, [`Week::widest`] lets it be open.

use std::ops::Range;

use jiff::civil::Weekday;

use super::daypart::Daypart;
use super::name::EntryId;
use super::plan::{Entry, Plan, When};

const DAY_MINUTES: u16 = 24 * 60;
const WEEK_MINUTES: u16 = 7 * DAY_MINUTES;

/// What is open at every minute of the usual week.
#[derive(Debug, Clone)]
pub struct Week {
    entries: Vec<(EntryId, i32, Vec<Range<u16>>)>,
}

/// What has a first or last day or moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Terms {
    Closed,
    Open,
}

/// A stretch of the week, from Monday 00:00.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WeekSpan {
    /// First minute.
    pub from: u16,
    /// First minute after it.
    pub to: u16,
}

impl Week {
    /// What is open in every week.
    #[must_use]
    pub fn usual(plan: &Plan) -> Self {
        Self::new(plan, Terms::Closed)
    }

    /// What is open in some week.
    #[must_use]
    pub fn widest(plan: &Plan) -> Self {
        Self::new(plan, Terms::Open)
    }

    fn new(plan: &Plan, terms: Terms) -> Self {
        let open = |entry: Entry<'_>| {
            let minutes = open_minutes(plan, entry, terms);
            (entry.id(), entry.priority(), minutes)
        };
        Self {
            entries: plan.entries().into_iter().map(open).collect(),
        }
    }

    /// Minutes of the week in which this entry is open.
    #[must_use]
    pub fn minutes_open(&self, id: &EntryId) -> u16 {
        let entry = self.entries.iter().find(|(known, ..)| known == id);
        let lengths = |ranges: &Vec<Range<u16>>| ranges.iter().map(|r| r.end - r.start).sum();
        entry.map_or(0, |(_, _, ranges)| lengths(ranges))
    }

    /// When nothing is open, so that only the fallback plays.
    #[must_use]
    pub fn holes(&self) -> Vec<WeekSpan> {
        let all = self
            .entries
            .iter()
            .flat_map(|(_, _, ranges)| ranges.clone());
        let mut holes = Vec::new();
        let mut covered_to = 0;
        for range in joined(all.collect()) {
            if range.start > covered_to {
                holes.push(WeekSpan {
                    from: covered_to,
                    to: range.start,
                });
            }
            covered_to = range.end;
        }
        if covered_to < WEEK_MINUTES {
            holes.push(WeekSpan {
                from: covered_to,
                to: WEEK_MINUTES,
            });
        }
        holes
    }

    /// When both entries are open.
    #[must_use]
    pub fn overlap(&self, one: &EntryId, other: &EntryId) -> Vec<WeekSpan> {
        let ranges = |id| {
            let entry = self.entries.iter().find(|(known, ..)| known == id);
            entry.map_or(&[][..], |(_, _, ranges)| ranges.as_slice())
        };
        let mut spans = Vec::new();
        for a in ranges(one) {
            for b in ranges(other) {
                let (from, to) = (a.start.max(b.start), a.end.min(b.end));
                if from < to {
                    spans.push(WeekSpan { from, to });
                }
            }
        }
        spans
    }

    /// Minutes at which some entry opens or closes.
    #[must_use]
    pub fn changes(&self) -> Vec<u16> {
        let ranges = self.entries.iter().flat_map(|(_, _, ranges)| ranges);
        let mut minutes: Vec<u16> = ranges.flat_map(|r| [r.start, r.end]).collect();
        minutes.sort_unstable();
        minutes.dedup();
        minutes
    }

    /// What is open at this minute of the week, with its priority.
    #[must_use]
    pub fn open_at(&self, minute: u16) -> Vec<(&EntryId, i32)> {
        let open = |ranges: &[Range<u16>]| ranges.iter().any(|r| r.contains(&minute));
        let entries = self.entries.iter().filter(|(_, _, ranges)| open(ranges));
        entries.map(|(id, priority, _)| (id, *priority)).collect()
    }
}

impl std::fmt::Display for WeekSpan {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}–{}", moment(self.from, false), moment(self.to, true))
    }
}

/// `Monday 09:00`; at the end of a stretch midnight is the 24:00 of the day before.
fn moment(minute: u16, is_end: bool) -> String {
    const DAYS: [&str; 7] = [
        "Monday",
        "Tuesday",
        "Wednesday",
        "Thursday",
        "Friday",
        "Saturday",
        "Sunday",
    ];
    let midnight_before = is_end && minute > 0 && minute.is_multiple_of(DAY_MINUTES);
    let (day, rest) = if midnight_before {
        (minute / DAY_MINUTES - 1, DAY_MINUTES)
    } else {
        (minute / DAY_MINUTES, minute % DAY_MINUTES)
    };
    let name = DAYS.get(usize::from(day)).copied().unwrap_or_default();
    format!("{name} {:02}:{:02}", rest / 60, rest % 60)
}

fn open_minutes(plan: &Plan, entry: Entry<'_>, terms: Terms) -> Vec<Range<u16>> {
    let has_term = entry
        .campaign()
        .is_some_and(|c| c.from.is_some() || c.until.is_some());
    if has_term && terms == Terms::Closed {
        return Vec::new();
    }
    match entry.when() {
        When::Never => Vec::new(),
        When::Always => vec![Range {
            start: 0,
            end: WEEK_MINUTES,
        }],
        When::During(ids) => {
            let named = plan.dayparts().iter().filter(|d| ids.contains(&d.id));
            joined(named.flat_map(|d| minutes_of(d, terms)).collect())
        }
    }
}

fn minutes_of(daypart: &Daypart, terms: Terms) -> Vec<Range<u16>> {
    let has_term = daypart.first_day.is_some() || daypart.last_day.is_some();
    if has_term && terms == Terms::Closed {
        return Vec::new();
    }
    let days = (0..7u8).filter(|day| {
        Weekday::from_monday_zero_offset(i8::try_from(*day).unwrap_or(0))
            .is_ok_and(|day| daypart.weekdays.has(day))
    });
    let length = if daypart.crosses_midnight() {
        DAY_MINUTES
    } else {
        0
    };
    days.flat_map(|day| {
        let start = u16::from(day) * DAY_MINUTES + u16::from(daypart.from);
        let end = u16::from(day) * DAY_MINUTES + u16::from(daypart.to) + length;
        within_week(start, end)
    })
    .collect()
}

/// Sunday night goes on on Monday morning.
fn within_week(start: u16, end: u16) -> Vec<Range<u16>> {
    if end <= WEEK_MINUTES {
        return vec![Range { start, end }];
    }
    vec![
        Range {
            start,
            end: WEEK_MINUTES,
        },
        Range {
            start: 0,
            end: end - WEEK_MINUTES,
        },
    ]
}

fn joined(mut ranges: Vec<Range<u16>>) -> Vec<Range<u16>> {
    ranges.sort_unstable_by_key(|r| (r.start, r.end));
    let mut joined: Vec<Range<u16>> = Vec::new();
    for range in ranges {
        match joined.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => joined.push(range),
        }
    }
    joined
}
