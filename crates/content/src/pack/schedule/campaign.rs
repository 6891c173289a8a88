//! One `[[campaigns]]` entry: share, caps, target, term.

use std::collections::BTreeSet;

use cheval_domain::schedule::{
    CAP_MAX, Campaign, CampaignId, DateTime, TARGET_DAYS_MAX, TARGET_MAX, Target, parse_date,
    parse_date_time,
};

use super::{Known, items, priority, when};
use crate::pack::fields;
use crate::reader::{Placed, Table};
use crate::wording::clip;

pub(super) fn read(
    table: &Table<'_>,
    known: &Known,
    seen: &mut BTreeSet<String>,
) -> Option<Campaign> {
    let id = fields::id(table, "id");
    if let Some(id) = &id {
        fields::unique(table, "id", id, seen);
    }
    let items = items(table, known);
    let when = when(table, known, 1);
    let priority = priority(table);
    let share_percent = count(table, "share_percent", 100);
    let cap_per_hour = count(table, "cap_per_hour", CAP_MAX.into());
    let cap_per_person = count(table, "cap_per_person", CAP_MAX.into());
    let from = moment(table, "from", Edge::First);
    let until = moment(table, "until", Edge::Last);
    let target = target(table);
    check_term(table, from, until);
    check_target(table, target, from, until);
    Some(Campaign {
        id: CampaignId(id?),
        items,
        when,
        priority,
        share_percent,
        from: from.map(|moment| moment.value),
        until: until.map(|moment| moment.value),
        cap_per_hour,
        cap_per_person,
        target: target.map(|(_, target)| target.value),
    })
}

fn count(table: &Table<'_>, key: &'static str, most: i64) -> Option<u32> {
    let written = table.optional_whole(key, 1..=most)?;
    u32::try_from(written.value).ok()
}

/// Which end of a day a date without a time means.
#[derive(Clone, Copy)]
enum Edge {
    First,
    Last,
}

/// A moment in the store's own time: a date, which is meant whole, or a date with a time.
fn moment(table: &Table<'_>, key: &'static str, edge: Edge) -> Option<Placed<DateTime>> {
    let written = table.optional_date(key)?;
    let day = parse_date(&written.value).and_then(|date| match edge {
        Edge::First => Some(date),
        Edge::Last => date.tomorrow().ok(),
    });
    let value = day
        .map(|date| date.at(0, 0, 0, 0))
        .or_else(|| parse_date_time(&written.value));
    let Some(value) = value else {
        let what = format!("`{}` is no date", clip(&written.value));
        let problem = table.error(key, written.line, what);
        table.report(
            problem
                .because("it is in the store's own time, so it has no zone")
                .mend("write a date such as 2026-12-24, or with a time, \"2026-12-24 18:00\""),
        );
        return None;
    };
    Some(Placed {
        value,
        line: written.line,
    })
}

fn check_term(table: &Table<'_>, from: Option<Placed<DateTime>>, until: Option<Placed<DateTime>>) {
    if let (Some(from), Some(until)) = (from, until)
        && until.value <= from.value
    {
        let what = "it ends before it begins";
        let problem = table.error("until", until.line, what);
        table.report(problem.mend("correct `from` or `until`"));
    }
}

fn target(table: &Table<'_>) -> Option<(&'static str, Placed<Target>)> {
    let most = i64::try_from(TARGET_MAX).unwrap_or(i64::MAX);
    let written = |key| {
        let written = table.optional_whole(key, 1..=most)?;
        let number = u64::try_from(written.value).ok()?;
        Some((number, written.line))
    };
    let plays = written("target_plays").map(|(n, line)| {
        let value = Target::Plays(n);
        ("target_plays", Placed { value, line })
    });
    let impressions = written("target_impressions").map(|(n, line)| {
        let value = Target::Impressions(n);
        ("target_impressions", Placed { value, line })
    });
    if let (Some(_), Some((key, second))) = (plays, impressions) {
        let problem = table.error(key, second.line, "there are two targets");
        table.report(
            problem
                .because("reaching one would miss the other")
                .mend("keep `target_plays` or `target_impressions`"),
        );
    }
    plays.or(impressions)
}

fn check_target(
    table: &Table<'_>,
    target: Option<(&'static str, Placed<Target>)>,
    from: Option<Placed<DateTime>>,
    until: Option<Placed<DateTime>>,
) {
    let Some((key, target)) = target else { return };
    let (Some(from), Some(until)) = (from, until) else {
        if !table.has("from") || !table.has("until") {
            let problem = table.error(key, target.line, "a target needs `from` and `until`");
            table.report(
                problem
                    .because("it is spread evenly between the two")
                    .mend("add the one that is missing"),
            );
        }
        return;
    };
    let days = (until.value.date() - from.value.date()).get_days();
    if days > TARGET_DAYS_MAX {
        let what = format!("a target is spread over {days} days");
        let problem = table.error(key, target.line, what);
        table.report(problem.mend(format!("split it: at most {TARGET_DAYS_MAX} days")));
    }
}
