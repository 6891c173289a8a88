//! What could be better about a schedule that is right: what never plays, holes, overlaps, promises that cannot be kept.

use std::collections::BTreeSet;

use cheval_domain::catalogue::Catalogue;
use cheval_domain::schedule::{
    Campaign, DateTime, DaypartId, EntryId, Item, Plan, Playlist, Week, WeekSpan, When,
};

use super::Lines;
use crate::problem::{Problem, Severity};
use crate::reader::Table;

/// Stretches of a week that one message names; more are counted.
const SPANS_MAX: usize = 3;
/// Pairs of playlists that are told to overlap.
const OVERLAPS_MAX: usize = 10;

pub(super) fn check(root: &Table<'_>, plan: &Plan, slides: &BTreeSet<String>, lines: &Lines) {
    if plan.is_empty() {
        return;
    }
    let lint = Lint { root, plan, lines };
    lint.never_open();
    lint.dayparts_without_use();
    lint.slides_without_use(slides);
    lint.holes();
    lint.overlaps();
    lint.too_many_shares();
    lint.caps_below_shares();
}

struct Lint<'a> {
    root: &'a Table<'a>,
    plan: &'a Plan,
    lines: &'a Lines,
}

impl Lint<'_> {
    fn tell(
        &self,
        severity: Severity,
        place: Option<&(String, usize)>,
        what: String,
        why: &str,
        mend: &str,
    ) {
        let (key, line) = place.cloned().unwrap_or((String::new(), 1));
        let problem = Problem {
            severity,
            line: Some(line),
            ..Problem::advice(self.root.file(), key, what)
        };
        self.root.report(problem.because(why).mend(mend));
    }

    fn about(&self, id: &EntryId, severity: Severity, what: String, why: &str, mend: &str) {
        self.tell(severity, self.lines.entries.get(id), what, why, mend);
    }

    fn never_open(&self) {
        let idle = |playlist: &&Playlist| {
            playlist.when == When::Never && self.plan.fallback() != Some(&playlist.id)
        };
        for playlist in self.plan.playlists().iter().filter(idle) {
            self.about(
                &EntryId::Playlist(playlist.id.clone()),
                Severity::Warning,
                format!("playlist `{}` never plays", playlist.id),
                "it has no dayparts and is not the fallback",
                "list dayparts, or leave `dayparts` out for always",
            );
        }
    }

    fn dayparts_without_use(&self) {
        let playlists = self.plan.playlists().iter().map(|p| &p.when);
        let campaigns = self.plan.campaigns().iter().map(|c| &c.when);
        let used: BTreeSet<&DaypartId> = playlists
            .chain(campaigns)
            .filter_map(|when| match when {
                When::During(ids) => Some(ids),
                When::Always | When::Never => None,
            })
            .flatten()
            .collect();
        let idle = self
            .plan
            .dayparts()
            .iter()
            .filter(|d| !used.contains(&d.id));
        for daypart in idle {
            self.tell(
                Severity::Warning,
                self.lines.dayparts.get(&daypart.id),
                format!("daypart `{}` is not used", daypart.id),
                "no playlist and no campaign names it",
                "name it in `dayparts`, or take it away",
            );
        }
    }

    fn slides_without_use(&self, slides: &BTreeSet<String>) {
        let playlists = self.plan.playlists().iter().flat_map(|p| &p.items);
        let campaigns = self.plan.campaigns().iter().flat_map(|c| &c.items);
        let used: BTreeSet<&str> = playlists
            .chain(campaigns)
            .map(|item| item.creative.0.as_str())
            .collect();
        for slide in slides.iter().filter(|id| !used.contains(id.as_str())) {
            self.tell(
                Severity::Warning,
                None,
                format!("slide `{slide}` is never shown"),
                "no playlist and no campaign has it",
                "add it to the `items` of one of them, or take it away",
            );
        }
    }

    fn holes(&self) {
        let holes = Week::usual(self.plan).holes();
        if holes.is_empty() {
            return;
        }
        let place = ("fallback".to_owned(), self.lines.fallback.unwrap_or(1));
        self.tell(
            Severity::Advice,
            Some(&place),
            format!("in a usual week only the fallback plays {}", spans(&holes)),
            "no playlist is open then, and campaigns and dayparts with a first or last day are not counted on",
            "open a playlist then, if it is not meant so",
        );
    }

    fn overlaps(&self) {
        let week = Week::usual(self.plan);
        let exclusive: Vec<&Playlist> = self
            .plan
            .playlists()
            .iter()
            .filter(|p| p.priority > 0)
            .collect();
        let mut told = 0;
        for (n, one) in exclusive.iter().enumerate() {
            for other in exclusive.iter().skip(n + 1) {
                let ids = [one, other].map(|p| EntryId::Playlist(p.id.clone()));
                let both = week.overlap(&ids[0], &ids[1]);
                if one.priority != other.priority || both.is_empty() || told == OVERLAPS_MAX {
                    continue;
                }
                told += 1;
                self.about(
                    &ids[1],
                    Severity::Advice,
                    format!(
                        "playlists `{}` and `{}` both have the priority {} and are both open {}",
                        one.id,
                        other.id,
                        one.priority,
                        spans(&both)
                    ),
                    "they take turns then",
                    "give one of them a higher priority, if it is to play alone",
                );
            }
        }
    }

    /// Campaigns of one priority that may be open at the same time.
    fn too_many_shares(&self) {
        let week = Week::widest(self.plan);
        let sharing: Vec<&Campaign> = self
            .plan
            .campaigns()
            .iter()
            .filter(|c| c.share_percent.is_some())
            .collect();
        let mut told: BTreeSet<i32> = BTreeSet::new();
        for first in &sharing {
            if told.contains(&first.priority) {
                continue;
            }
            let with: Vec<&&Campaign> = sharing
                .iter()
                .filter(|c| c.priority == first.priority && runs_at_start_of(c, first))
                .collect();
            let Some((minute, percent)) = most_promised(&week, &with) else {
                continue;
            };
            told.insert(first.priority);
            let span = WeekSpan {
                from: minute,
                to: minute,
            };
            let moment = span.to_string();
            let moment = moment.split('–').next().unwrap_or_default();
            self.about(
                &EntryId::Campaign(first.id.clone()),
                Severity::Warning,
                format!("the shares of campaigns that are open together, such as on {moment}, add up to {percent} %"),
                "each gets less than it was promised, and playlists nothing",
                "lower some shares, or part the campaigns by dayparts or dates",
            );
        }
    }

    fn caps_below_shares(&self) {
        for campaign in self.plan.campaigns() {
            let (Some(share), Some(cap)) = (campaign.share_percent, campaign.cap_per_hour) else {
                continue;
            };
            let an_hour = u64::from(share) * self.plays_per_hour(campaign) / 100;
            if an_hour > u64::from(cap) {
                self.about(
                    &EntryId::Campaign(campaign.id.clone()),
                    Severity::Advice,
                    format!("a share of {share} % is about {an_hour} plays an hour, but `cap_per_hour` allows {cap}"),
                    "the share will not be reached",
                    "raise the cap or lower the share",
                );
            }
        }
    }

    /// Plays in an hour, with slides of the average length of those of the same priority.
    fn plays_per_hour(&self, campaign: &Campaign) -> u64 {
        let same = |priority: i32| priority == campaign.priority;
        let playlists = self.plan.playlists().iter();
        let campaigns = self.plan.campaigns().iter();
        let items: Vec<&Item> = playlists
            .filter(|p| same(p.priority) && p.when != When::Never)
            .flat_map(|p| &p.items)
            .chain(
                campaigns
                    .filter(|c| same(c.priority))
                    .flat_map(|c| &c.items),
            )
            .collect();
        let count = u64::try_from(items.len()).unwrap_or(u64::MAX);
        let total_ms: u64 = items.iter().map(|item| item.duration_ms).sum();
        3_600_000 * count / total_ms.max(1)
    }
}

/// Whether `campaign` runs when `first` begins; of several that run together one begins last, so this finds every moment.
fn runs_at_start_of(campaign: &Campaign, first: &Campaign) -> bool {
    let begun = match (campaign.from, first.from) {
        (None, _) => true,
        (Some(_), None) => false,
        (Some(own), Some(start)) => own <= start,
    };
    let not_over = match (campaign.until, first.from) {
        (None, _) | (Some(_), None) => true,
        (Some(until), Some(start)) => until > start,
    };
    begun && not_over
}

/// The first minute of the week with more than all promised, and how much.
fn most_promised(week: &Week, campaigns: &[&&Campaign]) -> Option<(u16, u32)> {
    let promised = |minute: u16| -> u32 {
        let open = week.open_at(minute);
        let is_open = |c: &Campaign| {
            let id = EntryId::Campaign(c.id.clone());
            open.iter().any(|(known, _)| **known == id)
        };
        let open_now = campaigns.iter().filter(|c| is_open(c));
        open_now.filter_map(|c| c.share_percent).sum()
    };
    let changes = week.changes().into_iter();
    changes
        .map(|minute| (minute, promised(minute)))
        .find(|(_, percent)| *percent > 100)
}

fn spans(spans: &[WeekSpan]) -> String {
    let named: Vec<String> = spans
        .iter()
        .take(SPANS_MAX)
        .map(ToString::to_string)
        .collect();
    match spans.len().checked_sub(SPANS_MAX) {
        Some(more) if more > 0 => format!("{} and {more} times more", named.join(", ")),
        Some(_) | None => named.join(", "),
    }
}

/// What is over at this time in the store's own zone, and would never play again.
#[must_use]
pub fn check_schedule_at(catalogue: &Catalogue, now: DateTime) -> Vec<Problem> {
    let plan = &catalogue.schedule;
    let over = |what: String| {
        Problem {
            severity: Severity::Warning,
            ..Problem::advice(super::super::PACK_FILE, "", what)
        }
        .because("it never plays again")
        .mend("take it away, or correct its dates")
    };
    let campaigns = plan.campaigns().iter().filter_map(|campaign| {
        let until = campaign.until.filter(|until| *until <= now)?;
        let ended = until.strftime("%Y-%m-%d %H:%M");
        Some(over(format!(
            "campaign `{}` is over since {ended}",
            campaign.id
        )))
    });
    // One that begins on its last day may run into the next.
    let dayparts = plan.dayparts().iter().filter_map(|daypart| {
        let last_extra = daypart.extra.last().copied();
        let last = daypart
            .last_day
            .map(|last| last_extra.map_or(last, |extra| extra.max(last)))?;
        let gone = last.tomorrow().is_ok_and(|next| next < now.date());
        gone.then(|| {
            over(format!(
                "daypart `{}` began for the last time on {last}",
                daypart.id
            ))
        })
    });
    campaigns.chain(dayparts).collect()
}
