//! `summary.json`: the sums, for other programs and for the page.

use cheval_domain::play::Slot;
use cheval_domain::schedule::{EntryId, Target};
use cheval_domain::simulation::{EntryShare, RuleHits, Verdict};
use serde::Serialize;

use super::{Telling, time};

#[derive(Serialize)]
pub(super) struct Summary {
    pack: String,
    brand: String,
    zone: String,
    from: String,
    to: String,
    seed: u64,
    weather: String,
    pub(super) people: u64,
    pub(super) people_unseen: u64,
    pub(super) watchers: u64,
    pub(super) shoppers: u64,
    pub(super) sessions: usize,
    /// Sessions in which a garment was put on.
    pub(super) sessions_with_try_on: usize,
    csat_mean: Option<f64>,
    attract_plays: u64,
    promo_plays: u64,
    pub(super) entries: Vec<Entry>,
    pub(super) rules: Vec<Rule>,
    faults: Vec<String>,
    hours: Vec<Hour>,
}

/// A playlist or campaign.
#[derive(Serialize)]
pub(super) struct Entry {
    kind: &'static str,
    pub(super) id: String,
    priority: i32,
    share_percent: Option<u32>,
    weight: Option<u32>,
    cap_per_hour: Option<u32>,
    cap_per_person: Option<u32>,
    target_plays: Option<u64>,
    target_impressions: Option<u64>,
    is_fallback: bool,
    due_percent: f64,
    got_percent: f64,
    plays: u64,
    fallback_plays: u64,
    shown_secs: u64,
    impressions: u64,
    most_in_an_hour: usize,
}

/// A promo's rule.
#[derive(Serialize)]
pub(super) struct Rule {
    promo: String,
    condition: String,
    priority: i32,
    /// Percent of shoppers for whom it held.
    shoppers_percent: f64,
    /// Percent of looks at which it held.
    held_percent: f64,
    chosen: u64,
    plays: u64,
    shown_secs: u64,
    verdict: &'static str,
}

#[derive(Serialize)]
struct Hour {
    from: String,
    people: u32,
    watchers: u32,
    dwell_secs: u64,
    attention_secs: u64,
}

pub(super) fn json(telling: &Telling<'_>) -> Result<String, String> {
    let text =
        serde_json::to_string_pretty(&summary(telling)).map_err(|cause| cause.to_string())?;
    Ok(text + "\n")
}

pub(super) fn summary(telling: &Telling<'_>) -> Summary {
    let (story, scenario) = (telling.story, telling.scenario);
    let written = |at| time::written(&scenario.zone, at);
    let stars: Vec<f64> = story
        .sessions
        .iter()
        .filter_map(|s| s.interaction.csat.map(f64::from))
        .collect();
    let plays_in = |slot| story.plays.iter().filter(|p| p.slot == slot).count() as u64;
    let tried = |s: &&cheval_domain::simulation::SessionHeld| !s.interaction.tried.is_empty();
    Summary {
        pack: telling.pack.name(),
        brand: scenario.catalogue.brand.clone(),
        zone: telling.zone.to_owned(),
        from: written(scenario.from),
        to: written(scenario.to),
        seed: scenario.seed,
        weather: scenario.weather.to_owned(),
        people: story.people,
        people_unseen: story.people_unseen,
        watchers: story.hours.iter().map(|h| u64::from(h.watchers)).sum(),
        shoppers: story.shoppers,
        sessions: story.sessions.len(),
        sessions_with_try_on: story.sessions.iter().filter(tried).count(),
        csat_mean: mean(&stars),
        attract_plays: plays_in(Slot::Attract),
        promo_plays: plays_in(Slot::Promo),
        entries: entries(telling),
        rules: story
            .rules
            .iter()
            .map(|r| rule(r, story.shoppers))
            .collect(),
        faults: story.faults.clone(),
        hours: story
            .hours
            .iter()
            .map(|hour| Hour {
                from: written(hour.from),
                people: hour.people,
                watchers: hour.watchers,
                dwell_secs: hour.dwell_ms / 1000,
                attention_secs: hour.attention_ms / 1000,
            })
            .collect(),
    }
}

fn entries(telling: &Telling<'_>) -> Vec<Entry> {
    let plan = telling.scenario.catalogue.plan();
    let shares = &telling.story.entries;
    let due: f64 = shares.iter().map(|e| e.due_plays).sum();
    let plays: u64 = shares.iter().map(|e| e.plays).sum();
    let of_share = |share: &EntryShare| {
        let campaign = plan
            .campaigns()
            .iter()
            .find(|c| share.entry == EntryId::Campaign(c.id.clone()));
        let playlist = plan
            .playlists()
            .iter()
            .find(|p| share.entry == EntryId::Playlist(p.id.clone()));
        let target = campaign.and_then(|c| c.target);
        let (kind, id) = match &share.entry {
            EntryId::Playlist(id) => ("playlist", id.0.clone()),
            EntryId::Campaign(id) => ("campaign", id.0.clone()),
        };
        Entry {
            kind,
            id,
            priority: campaign
                .map(|c| c.priority)
                .or(playlist.map(|p| p.priority))
                .unwrap_or(0),
            share_percent: campaign.and_then(|c| c.share_percent),
            weight: playlist.map(|p| p.weight),
            cap_per_hour: campaign.and_then(|c| c.cap_per_hour),
            cap_per_person: campaign.and_then(|c| c.cap_per_person),
            target_plays: match target {
                Some(Target::Plays(plays)) => Some(plays),
                Some(Target::Impressions(_)) | None => None,
            },
            target_impressions: match target {
                Some(Target::Impressions(impressions)) => Some(impressions),
                Some(Target::Plays(_)) | None => None,
            },
            is_fallback: playlist.is_some_and(|p| plan.fallback() == Some(&p.id)),
            due_percent: percent(share.due_plays, due),
            got_percent: percent(share.plays as f64, plays as f64),
            plays: share.plays,
            fallback_plays: share.fallback_plays,
            shown_secs: share.shown_ms / 1000,
            impressions: share.impressions_milli / 1000,
            most_in_an_hour: share.most_in_an_hour,
        }
    };
    shares.iter().map(of_share).collect()
}

fn rule(hits: &RuleHits, shoppers: u64) -> Rule {
    Rule {
        promo: hits.promo.0.clone(),
        condition: hits
            .condition
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" "),
        priority: hits.priority,
        shoppers_percent: percent(hits.shoppers as f64, shoppers as f64),
        held_percent: percent(hits.held as f64, hits.looks as f64),
        chosen: hits.chosen,
        plays: hits.plays,
        shown_secs: hits.shown_ms / 1000,
        verdict: match hits.verdict() {
            Verdict::NotTried => "not_tried",
            Verdict::NeverTrue => "never_true",
            Verdict::AlwaysTrue if hits.condition.is_empty() => "no_condition",
            Verdict::AlwaysTrue => "always_true",
            Verdict::NeverChosen => "never_chosen",
            Verdict::Fine => "fine",
        },
    }
}

/// With one digit after the point.
fn percent(part: f64, whole: f64) -> f64 {
    if whole > 0.0 {
        (part * 1000.0 / whole).round() / 10.0
    } else {
        0.0
    }
}

fn mean(numbers: &[f64]) -> Option<f64> {
    let sum: f64 = numbers.iter().sum();
    (!numbers.is_empty()).then(|| (sum / numbers.len() as f64 * 100.0).round() / 100.0)
}
