//! One `[[dayparts]]` entry: hours, weekdays, dates.

use std::collections::BTreeSet;

use cheval_domain::schedule::{
    DATES_MAX, Date, Daypart, DaypartId, WallMinute, Weekday, Weekdays, parse_date,
};

use crate::pack::fields;
use crate::problem::did_you_mean;
use crate::reader::{Placed, Table};
use crate::wording::clip;

const WEEKDAYS: &[&str] = &[
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
];

pub(super) fn read(table: &Table<'_>, seen: &mut BTreeSet<String>) -> Option<Daypart> {
    let id = fields::id(table, "id");
    if let Some(id) = &id {
        fields::unique(table, "id", id, seen);
    }
    let hours = hours(table);
    let weekdays = weekdays(table);
    let (first_day, last_day) = days(table);
    let extra = dates(table, "extra_dates");
    let except = dates(table, "except_dates");
    check_dates(table, &extra, &except);
    let weekdays = weekdays.filter(|days| begins(table, *days, &extra));
    let (from, to) = hours?;
    Some(Daypart {
        id: DaypartId(id?),
        weekdays: weekdays?,
        from,
        to,
        first_day,
        last_day,
        extra,
        except,
    })
}

/// Both ends, or the whole day when both are left out.
fn hours(table: &Table<'_>) -> Option<(WallMinute, WallMinute)> {
    let from = table.optional_text("from", 20);
    let to = table.optional_text("to", 20);
    let (from, to) = match (from, to) {
        (Some(from), Some(to)) => (minute(table, "from", from), minute(table, "to", to)),
        (None, None) if !table.has("from") && !table.has("to") => {
            return Some((WallMinute::MIDNIGHT, WallMinute::END_OF_DAY));
        }
        (Some(_), None) if !table.has("to") => return half(table, "from", "to"),
        (None, Some(_)) if !table.has("from") => return half(table, "to", "from"),
        _ => return None,
    };
    let (from, to) = (from?, to?);
    if from.value == WallMinute::END_OF_DAY {
        let problem = table.error("from", from.line, "24:00 is the end of a day");
        table.report(problem.mend("write 00:00, which is when the next day begins"));
        return None;
    }
    if from.value == to.value {
        let what = format!("it begins and ends at {}", from.value);
        let problem = table.error("to", to.line, what);
        table.report(
            problem
                .because("that could mean the whole day or nothing")
                .mend("for the whole day leave out `from` and `to`"),
        );
        return None;
    }
    Some((from.value, to.value))
}

fn half<T>(table: &Table<'_>, given: &str, missing: &str) -> Option<T> {
    let what = format!("`{given}` is there without `{missing}`");
    let problem = table.error(given, table.line(), what);
    table.report(problem.mend("set both, or neither for the whole day"));
    None
}

fn minute(
    table: &Table<'_>,
    key: &'static str,
    written: Placed<&str>,
) -> Option<Placed<WallMinute>> {
    let Some(value) = WallMinute::parse(written.value) else {
        let what = format!("`{}` is no time of day", clip(written.value));
        let problem = table.error(key, written.line, what);
        table.report(problem.mend("write hours and minutes, from \"00:00\" to \"24:00\""));
        return None;
    };
    Some(Placed {
        value,
        line: written.line,
    })
}

/// Left out: every day. `None` when a word is no weekday.
fn weekdays(table: &Table<'_>) -> Option<Weekdays> {
    let Some(listed) = table.optional_texts("weekdays", 0..=7) else {
        return (!table.has("weekdays")).then_some(Weekdays::ALL);
    };
    let mut days = Some(Weekdays::NONE);
    for word in listed.value {
        let number = WEEKDAYS.iter().position(|day| *day == word.value);
        let day = number
            .and_then(|n| i8::try_from(n).ok())
            .and_then(|n| Weekday::from_monday_zero_offset(n).ok());
        match day {
            Some(day) => days = days.map(|days| days.with(day)),
            None => {
                days = None;
                let what = format!("`{}` is no weekday", clip(word.value));
                let problem = table.error("weekdays", word.line, what);
                table.report(problem.mend(did_you_mean(word.value, WEEKDAYS)));
            }
        }
    }
    days
}

fn days(table: &Table<'_>) -> (Option<Date>, Option<Date>) {
    let day = |key| {
        let written = table.optional_date(key)?;
        let line = written.line;
        let value = date(table, key, &written)?;
        Some(Placed { value, line })
    };
    let (first, last) = (day("first_day"), day("last_day"));
    if let (Some(first), Some(last)) = (first, last)
        && last.value < first.value
    {
        let what = format!("{} comes before the first day, {}", last.value, first.value);
        let problem = table.error("last_day", last.line, what);
        table.report(problem.mend("correct one of the two"));
    }
    (first.map(|d| d.value), last.map(|d| d.value))
}

fn date(table: &Table<'_>, key: &str, written: &Placed<String>) -> Option<Date> {
    let date = parse_date(&written.value);
    if date.is_none() {
        let what = format!("`{}` is no date", clip(&written.value));
        let problem = table.error(key, written.line, what);
        table.report(problem.mend("write year, month and day, such as 2026-12-24"));
    }
    date
}

fn dates(table: &Table<'_>, key: &'static str) -> BTreeSet<Date> {
    let written = table.dates(key, DATES_MAX);
    written.iter().filter_map(|d| date(table, key, d)).collect()
}

fn check_dates(table: &Table<'_>, extra: &BTreeSet<Date>, except: &BTreeSet<Date>) {
    for both in extra.intersection(except) {
        let what = format!("{both} is among the extra dates and among the excepted ones");
        let problem = table.error("except_dates", table.line(), what);
        table.report(problem.mend("take it out of one of the two"));
    }
}

/// Whether it begins on any day at all.
fn begins(table: &Table<'_>, weekdays: Weekdays, extra: &BTreeSet<Date>) -> bool {
    let begins = weekdays != Weekdays::NONE || !extra.is_empty() || table.has("extra_dates");
    if !begins {
        let problem = table.error("weekdays", table.line(), "there is no weekday and no date");
        table.report(
            problem
                .because("it would never begin")
                .mend("list weekdays, or days in `extra_dates`"),
        );
    }
    begins
}
