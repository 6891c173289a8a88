//! Playlists, dayparts, campaigns and the fallback of `pack.toml` → a checked plan, with what could be better about it.

mod campaign;
mod daypart;
mod lint;

use std::collections::{BTreeMap, BTreeSet};

use cheval_domain::catalogue::{CreativeId, Slide};
use cheval_domain::schedule::{
    CAMPAIGNS_MAX, DAYPARTS_MAX, DaypartId, EntryId, ITEMS_MAX, Item, LONGEST_ITEM_MS,
    PLAYLISTS_MAX, PRIORITY_MAX, Plan, PlanFaults, PlanParts, Playlist, PlaylistId,
    SHORTEST_ITEM_MS, WEIGHT_MAX, When,
};

use super::fields::{self, millis};
use crate::reader::{Placed, Table};
use crate::wording::clip;

pub use lint::check_schedule_at;

/// Names that entries of the schedule may use.
#[derive(Default)]
struct Known {
    /// Slides, with the time each stays.
    slides: BTreeMap<String, u64>,
    slide_ids: BTreeSet<String>,
    dayparts: BTreeSet<String>,
}

/// Where entries stand in the file, for what is found out about them later.
#[derive(Default)]
struct Lines {
    entries: BTreeMap<EntryId, (String, usize)>,
    dayparts: BTreeMap<DaypartId, (String, usize)>,
    fallback: Option<usize>,
}

/// Reads the schedule; `slide_ids` are the ids of all slides, `slides` those without faults.
pub(super) fn read(root: &Table<'_>, slide_ids: &BTreeSet<String>, slides: &[Slide]) -> Plan {
    let mut known = Known {
        slides: slides
            .iter()
            .map(|slide| (slide.id.0.clone(), slide.duration_ms))
            .collect(),
        slide_ids: slide_ids.clone(),
        dayparts: BTreeSet::new(),
    };
    let errors_before = root.errors_so_far();
    let mut lines = Lines::default();
    let mut parts = PlanParts::default();
    for table in root.tables("dayparts", 0..=DAYPARTS_MAX) {
        let daypart = daypart::read(&table, &mut known.dayparts);
        if let Some(daypart) = &daypart {
            let place = (table.key("id"), table.line());
            lines.dayparts.insert(daypart.id.clone(), place);
        }
        parts.dayparts.extend(daypart);
        table.done();
    }
    let mut names = BTreeSet::new();
    for table in root.tables("playlists", 0..=PLAYLISTS_MAX) {
        let playlist = playlist(&table, &known, &mut names);
        if let Some(playlist) = &playlist {
            lines.note(EntryId::Playlist(playlist.id.clone()), &table);
        }
        parts.playlists.extend(playlist);
        table.done();
    }
    let playlists = names;
    let mut names = BTreeSet::new();
    for table in root.tables("campaigns", 0..=CAMPAIGNS_MAX) {
        let campaign = campaign::read(&table, &known, &mut names);
        if let Some(campaign) = &campaign {
            lines.note(EntryId::Campaign(campaign.id.clone()), &table);
        }
        parts.campaigns.extend(campaign);
        table.done();
    }
    let is_scheduled = !playlists.is_empty() || !names.is_empty();
    parts.fallback = fallback(root, &playlists, is_scheduled, &mut lines);
    if root.errors_so_far() > errors_before {
        return Plan::default();
    }
    finish(root, parts, slide_ids, &lines)
}

impl Lines {
    fn note(&mut self, id: EntryId, table: &Table<'_>) {
        self.entries.insert(id, (table.key("id"), table.line()));
    }
}

/// The whole must make sense too. What could be better is only told then.
fn finish(root: &Table<'_>, parts: PlanParts, slides: &BTreeSet<String>, lines: &Lines) -> Plan {
    match Plan::try_from(parts) {
        Ok(plan) => {
            lint::check(root, &plan, slides, lines);
            plan
        }
        Err(PlanFaults(faults)) => {
            for fault in faults {
                let problem = root.error("playlists", root.line(), fault.to_string());
                root.report(problem.mend("docs/content-packs.md says what a schedule may hold"));
            }
            Plan::default()
        }
    }
}

fn fallback(
    root: &Table<'_>,
    playlists: &BTreeSet<String>,
    is_scheduled: bool,
    lines: &mut Lines,
) -> Option<PlaylistId> {
    let Some(named) = root.optional_text("fallback", 64) else {
        if is_scheduled && !root.has("fallback") {
            let problem = root.error("fallback", root.line(), "`fallback` is missing");
            root.report(
                problem
                    .because("the mirror must have something to play when nothing else may")
                    .mend("add `fallback = \"…\"` with a playlist that is right on any day"),
            );
        }
        return None;
    };
    lines.fallback = Some(named.line);
    if playlists.contains(named.value) {
        return Some(PlaylistId(named.value.to_owned()));
    }
    let what = format!("no playlist has the id `{}`", clip(named.value));
    root.report(
        root.error("fallback", named.line, what)
            .mend(fields::nearest_name(named.value, playlists)),
    );
    None
}

fn playlist(table: &Table<'_>, known: &Known, seen: &mut BTreeSet<String>) -> Option<Playlist> {
    let id = fields::id(table, "id");
    if let Some(id) = &id {
        fields::unique(table, "id", id, seen);
    }
    let items = items(table, known);
    let when = when(table, known, 0);
    let priority = priority(table);
    let weight = table
        .optional_whole("weight", 1..=i64::from(WEIGHT_MAX))
        .map_or(1, |weight| weight.value);
    Some(Playlist {
        id: PlaylistId(id?),
        items,
        when,
        priority,
        weight: u32::try_from(weight).ok()?,
    })
}

fn priority(table: &Table<'_>) -> i32 {
    let range = i64::from(-PRIORITY_MAX)..=i64::from(PRIORITY_MAX);
    let written = table.optional_whole("priority", range);
    written.map_or(0, |p| i32::try_from(p.value).unwrap_or(0))
}

/// Slides with the time each stays: its own, unless the item says otherwise.
fn items(table: &Table<'_>, known: &Known) -> Vec<Item> {
    let mut items = Vec::new();
    for row in table.tables("items", 1..=ITEMS_MAX) {
        let slide = row.text("slide", 64);
        let duration = row.optional_number("duration_secs", 2.0..=120.0);
        let item = slide.and_then(|slide| {
            known_slide(&row, slide, known)?;
            let own = known.slides.get(slide.value).copied();
            let duration_ms = duration.map_or(own.unwrap_or(SHORTEST_ITEM_MS), |d| millis(d.value));
            Some(Item {
                creative: CreativeId(slide.value.to_owned()),
                duration_ms: duration_ms.clamp(SHORTEST_ITEM_MS, LONGEST_ITEM_MS),
            })
        });
        items.extend(item);
        row.done();
    }
    items
}

fn known_slide(row: &Table<'_>, slide: Placed<&str>, known: &Known) -> Option<()> {
    if known.slide_ids.contains(slide.value) {
        return Some(());
    }
    let what = format!("no slide has the id `{}`", clip(slide.value));
    let mend = fields::nearest_name(slide.value, &known.slide_ids);
    row.report(row.error("slide", slide.line, what).mend(mend));
    None
}

/// Left out: always. An empty list: never, where that may be said.
fn when(table: &Table<'_>, known: &Known, least: usize) -> When {
    let Some(listed) = table.optional_texts("dayparts", least..=DAYPARTS_MAX) else {
        return When::Always;
    };
    if listed.value.is_empty() {
        return When::Never;
    }
    let mut ids = Vec::new();
    for name in listed.value {
        if known.dayparts.contains(name.value) {
            ids.push(DaypartId(name.value.to_owned()));
        } else {
            let what = format!("no daypart has the id `{}`", clip(name.value));
            let mend = fields::nearest_name(name.value, &known.dayparts);
            table.report(table.error("dayparts", name.line, what).mend(mend));
        }
    }
    When::During(ids)
}
