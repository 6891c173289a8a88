//! What can be wrong with a plan, and the search for it. Finds everything at once; must not know files or lines.

use std::collections::BTreeSet;

use super::daypart::{Daypart, Weekdays};
use super::name::{DaypartId, EntryId, PlaylistId};
use super::plan::{
    Campaign, Entry, Item, LONGEST_ITEM_MS, PlanParts, Playlist, SHORTEST_ITEM_MS, Target, When,
};
use crate::catalogue::CreativeId;

/// Playlists of a plan, at most.
pub const PLAYLISTS_MAX: usize = 64;
/// Dayparts of a plan, at most.
pub const DAYPARTS_MAX: usize = 64;
/// Campaigns of a plan, at most.
pub const CAMPAIGNS_MAX: usize = 200;
/// Items of one playlist or campaign, at most.
pub const ITEMS_MAX: usize = 200;
/// Extra and excepted dates of one daypart, at most of each.
pub const DATES_MAX: usize = 400;
/// Priorities reach from minus this to this.
pub const PRIORITY_MAX: i32 = 1_000;
/// Weight of a playlist, at most.
pub const WEIGHT_MAX: u32 = 100;
/// Plays per hour that a cap may allow: one of the shortest items after the other.
pub const CAP_MAX: u32 = 3_600;
/// Plays or impressions that a target may ask for.
pub const TARGET_MAX: u64 = 1_000_000_000;
/// Days over which a target may be spread.
pub const TARGET_DAYS_MAX: i32 = 400;

/// One thing that is wrong with a plan.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "the messages say it")]
pub enum PlanFault {
    #[error("{found} {what}; at most {most} are allowed")]
    TooMany {
        what: &'static str,
        found: usize,
        most: usize,
    },
    #[error("`{0}` is there twice")]
    NamedTwice(String),
    #[error("there is no daypart `{daypart}`, which {entry} names")]
    UnknownDaypart { entry: EntryId, daypart: DaypartId },
    #[error("there is no playlist `{0}` for the fallback")]
    UnknownFallback(PlaylistId),
    #[error("nothing is said about the fallback")]
    NoFallback,
    #[error("{0} has no items")]
    NoItems(EntryId),
    #[error("{entry} shows `{}` for {duration_ms} ms; {SHORTEST_ITEM_MS} to {LONGEST_ITEM_MS} are allowed", creative.0)]
    Duration {
        entry: EntryId,
        creative: CreativeId,
        duration_ms: u64,
    },
    #[error("{entry} has the priority {priority}; -{PRIORITY_MAX} to {PRIORITY_MAX} are allowed")]
    Priority { entry: EntryId, priority: i32 },
    #[error("{0} names no daypart")]
    NoDayparts(EntryId),
    #[error("{entry} has the weight {weight}; 1 to {WEIGHT_MAX} are allowed")]
    Weight { entry: EntryId, weight: u32 },
    #[error("{entry} has a share of {share_percent} %; 1 to 100 are allowed")]
    Share { entry: EntryId, share_percent: u32 },
    #[error("{entry} has a cap of {cap}; 1 to {CAP_MAX} are allowed")]
    Cap { entry: EntryId, cap: u32 },
    #[error("{entry} has a target of {target}; 1 to {TARGET_MAX} are allowed")]
    TargetSize { entry: EntryId, target: u64 },
    #[error("{0} has a target, but not both a first and a last moment")]
    TargetWithoutEnd(EntryId),
    #[error("{entry} spreads its target over {days} days; {TARGET_DAYS_MAX} are allowed")]
    TargetTooLong { entry: EntryId, days: i32 },
    #[error("{0} ends before it begins")]
    EndsBeforeItBegins(EntryId),
    #[error("daypart {0} begins and ends at the same time")]
    NoHours(DaypartId),
    #[error("daypart {0} begins at 24:00, which is 00:00 of the day after")]
    BeginsAtTheEnd(DaypartId),
    #[error("daypart {0} has no weekday and no date")]
    NoDays(DaypartId),
    #[error("daypart {0} has days that are no days of the week")]
    BadWeekdays(DaypartId),
    #[error("the last day of daypart {0} comes before its first")]
    LastDayBeforeFirst(DaypartId),
    #[error("daypart {daypart} both adds and takes away {date}")]
    AddedAndTaken {
        daypart: DaypartId,
        date: jiff::civil::Date,
    },
}

pub(super) fn faults(parts: &PlanParts) -> Vec<PlanFault> {
    let mut faults = Vec::new();
    check_counts(parts, &mut faults);
    check_names(parts, &mut faults);
    for daypart in &parts.dayparts {
        check_daypart(daypart, &mut faults);
    }
    let known: BTreeSet<&DaypartId> = parts.dayparts.iter().map(|d| &d.id).collect();
    for playlist in &parts.playlists {
        check_entry(Entry::Playlist(playlist), &known, &mut faults);
        check_playlist(playlist, &mut faults);
    }
    for campaign in &parts.campaigns {
        check_entry(Entry::Campaign(campaign), &known, &mut faults);
        check_campaign(campaign, &mut faults);
    }
    check_fallback(parts, &mut faults);
    faults
}

fn too_many(what: &'static str, found: usize, most: usize) -> Option<PlanFault> {
    (found > most).then_some(PlanFault::TooMany { what, found, most })
}

fn check_counts(parts: &PlanParts, faults: &mut Vec<PlanFault>) {
    faults.extend(too_many("playlists", parts.playlists.len(), PLAYLISTS_MAX));
    faults.extend(too_many("dayparts", parts.dayparts.len(), DAYPARTS_MAX));
    faults.extend(too_many("campaigns", parts.campaigns.len(), CAMPAIGNS_MAX));
}

fn check_names(parts: &PlanParts, faults: &mut Vec<PlanFault>) {
    let mut seen = BTreeSet::new();
    let playlists = parts.playlists.iter().map(|p| format!("playlist {}", p.id));
    let dayparts = parts.dayparts.iter().map(|d| format!("daypart {}", d.id));
    let campaigns = parts.campaigns.iter().map(|c| format!("campaign {}", c.id));
    for name in playlists.chain(dayparts).chain(campaigns) {
        if !seen.insert(name.clone()) {
            faults.push(PlanFault::NamedTwice(name));
        }
    }
}

fn check_daypart(daypart: &Daypart, faults: &mut Vec<PlanFault>) {
    let id = || daypart.id.clone();
    if daypart.from == daypart.to {
        faults.push(PlanFault::NoHours(id()));
    }
    if daypart.from == super::wall::WallMinute::END_OF_DAY {
        faults.push(PlanFault::BeginsAtTheEnd(id()));
    }
    if !daypart.weekdays.is_sound() {
        faults.push(PlanFault::BadWeekdays(id()));
    }
    if daypart.weekdays == Weekdays::NONE && daypart.extra.is_empty() {
        faults.push(PlanFault::NoDays(id()));
    }
    if let (Some(first), Some(last)) = (daypart.first_day, daypart.last_day)
        && last < first
    {
        faults.push(PlanFault::LastDayBeforeFirst(id()));
    }
    faults.extend(too_many("extra dates", daypart.extra.len(), DATES_MAX));
    faults.extend(too_many("excepted dates", daypart.except.len(), DATES_MAX));
    for date in daypart.extra.intersection(&daypart.except) {
        faults.push(PlanFault::AddedAndTaken {
            daypart: id(),
            date: *date,
        });
    }
}

fn check_entry(entry: Entry<'_>, known: &BTreeSet<&DaypartId>, faults: &mut Vec<PlanFault>) {
    if entry.items().is_empty() {
        faults.push(PlanFault::NoItems(entry.id()));
    }
    faults.extend(too_many("items", entry.items().len(), ITEMS_MAX));
    faults.extend(
        entry
            .items()
            .iter()
            .filter_map(|item| wrong_duration(entry, item)),
    );
    let priority = entry.priority();
    if !(-PRIORITY_MAX..=PRIORITY_MAX).contains(&priority) {
        faults.push(PlanFault::Priority {
            entry: entry.id(),
            priority,
        });
    }
    if let When::During(dayparts) = entry.when() {
        if dayparts.is_empty() {
            faults.push(PlanFault::NoDayparts(entry.id()));
        }
        let unknown = dayparts.iter().filter(|daypart| !known.contains(daypart));
        faults.extend(unknown.map(|daypart| PlanFault::UnknownDaypart {
            entry: entry.id(),
            daypart: daypart.clone(),
        }));
    }
}

fn wrong_duration(entry: Entry<'_>, item: &Item) -> Option<PlanFault> {
    let fine = (SHORTEST_ITEM_MS..=LONGEST_ITEM_MS).contains(&item.duration_ms);
    (!fine).then(|| PlanFault::Duration {
        entry: entry.id(),
        creative: item.creative.clone(),
        duration_ms: item.duration_ms,
    })
}

fn check_playlist(playlist: &Playlist, faults: &mut Vec<PlanFault>) {
    if !(1..=WEIGHT_MAX).contains(&playlist.weight) {
        faults.push(PlanFault::Weight {
            entry: EntryId::Playlist(playlist.id.clone()),
            weight: playlist.weight,
        });
    }
}

fn check_campaign(campaign: &Campaign, faults: &mut Vec<PlanFault>) {
    let id = || EntryId::Campaign(campaign.id.clone());
    if campaign.when == When::Never {
        faults.push(PlanFault::NoDayparts(id()));
    }
    if let Some(share_percent) = campaign.share_percent.filter(|p| !(1..=100).contains(p)) {
        faults.push(PlanFault::Share {
            entry: id(),
            share_percent,
        });
    }
    let caps = [campaign.cap_per_hour, campaign.cap_per_person];
    for cap in caps.into_iter().flatten() {
        if !(1..=CAP_MAX).contains(&cap) {
            faults.push(PlanFault::Cap { entry: id(), cap });
        }
    }
    if let (Some(from), Some(until)) = (campaign.from, campaign.until)
        && until <= from
    {
        faults.push(PlanFault::EndsBeforeItBegins(id()));
    }
    if let Some(target) = campaign.target {
        check_target(campaign, target, faults);
    }
}

fn check_target(campaign: &Campaign, target: Target, faults: &mut Vec<PlanFault>) {
    let entry = EntryId::Campaign(campaign.id.clone());
    let (Target::Plays(size) | Target::Impressions(size)) = target;
    if !(1..=TARGET_MAX).contains(&size) {
        faults.push(PlanFault::TargetSize {
            entry: entry.clone(),
            target: size,
        });
    }
    let (Some(from), Some(until)) = (campaign.from, campaign.until) else {
        faults.push(PlanFault::TargetWithoutEnd(entry));
        return;
    };
    let days = (until.date() - from.date()).get_days();
    if days > TARGET_DAYS_MAX {
        faults.push(PlanFault::TargetTooLong { entry, days });
    }
}

fn check_fallback(parts: &PlanParts, faults: &mut Vec<PlanFault>) {
    match &parts.fallback {
        Some(id) if !parts.playlists.iter().any(|p| &p.id == id) => {
            faults.push(PlanFault::UnknownFallback(id.clone()));
        }
        None if !parts.playlists.is_empty() || !parts.campaigns.is_empty() => {
            faults.push(PlanFault::NoFallback);
        }
        Some(_) | None => {}
    }
}
