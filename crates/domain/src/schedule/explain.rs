//! A choice put into words: what won, why, and what lost. Must not choose.

use super::name::EntryId;
use super::plan::Plan;
use super::runner::Runner;
use super::share::{Claim, PLAY};
use super::standing::Standing;
use crate::decision::{Choice, Decision, Rejected};
use crate::time::Mono;

/// Alternatives kept in a decision.
const REJECTED_MAX: usize = 16;

/// The entry that plays next.
#[derive(Debug, Clone)]
pub(super) struct Chosen {
    pub(super) entry: usize,
    pub(super) winner: Winner,
    /// Where every entry stood; empty when nobody was asked.
    pub(super) standings: Vec<Standing>,
}

/// Why an entry won.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Winner {
    /// It was its turn among so many, with this part of the plays.
    Turn { among: usize, right: i64 },
    /// Nothing else may play.
    Fallback { because: FallbackBecause },
}

/// Why the fallback plays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FallbackBecause {
    ClockDoubtful,
    ClockBeforeContent,
    NothingElse,
}

impl FallbackBecause {
    fn words(self) -> &'static str {
        match self {
            Self::ClockDoubtful => "the clock cannot be trusted",
            Self::ClockBeforeContent => "the clock shows a time before the content was made",
            Self::NothingElse => "nothing else may play now",
        }
    }
}

/// The decision to play item number `item` for so long.
pub(super) fn decision(
    runners: &[Runner],
    chosen: &Chosen,
    (item, planned_ms): (usize, u64),
    at: Mono,
) -> Option<Decision> {
    let runner = runners.get(chosen.entry)?;
    let count = runner.items.len();
    let slide = format!("slide {} of {count}, for {planned_ms} ms", item + 1);
    let why = why(runner, chosen.winner);
    Some(Decision {
        frame: 0,
        at,
        chosen: Choice::Slide {
            id: runner.items.get(item)?.creative.clone(),
        },
        rule: rule(runner, chosen.winner),
        priority: shown(runner.priority),
        because: if why.is_empty() {
            slide
        } else {
            format!("{why}; {slide}")
        },
        rejected: rejected(runners, chosen),
    })
}

fn rule(runner: &Runner, winner: Winner) -> String {
    match winner {
        Winner::Fallback { .. } => "fallback".to_owned(),
        Winner::Turn { .. } if Plan::is_all_slides(&runner.id) => "playlist".to_owned(),
        Winner::Turn { .. } => runner.id.to_string(),
    }
}

fn why(runner: &Runner, winner: Winner) -> String {
    let (among, right) = match winner {
        Winner::Fallback { because } => {
            return format!("{}: {} plays", because.words(), runner.id);
        }
        Winner::Turn { among: 1, .. } if Plan::is_all_slides(&runner.id) => return String::new(),
        Winner::Turn { among, right } => (among, right),
    };
    let plays = match runner.id {
        EntryId::Campaign(_) => format!(", play {}", runner.totals.plays),
        EntryId::Playlist(_) => String::new(),
    };
    match among {
        1 => format!("{} alone may play{plays}", runner.id),
        _ => format!(
            "{} takes its turn among {among} with {} % of the plays{plays}",
            runner.id,
            percent(right)
        ),
    }
}

/// What was considered and lost, best first.
fn rejected(runners: &[Runner], chosen: &Chosen) -> Vec<Rejected> {
    let Some(winner) = runners.get(chosen.entry) else {
        return Vec::new();
    };
    let doubted = chosen.standings.is_empty();
    let mut losers: Vec<(usize, &Runner)> = runners
        .iter()
        .enumerate()
        .filter(|(entry, _)| *entry != chosen.entry)
        .collect();
    let may = |entry: usize| matches!(chosen.standings.get(entry), Some(Standing::May(_)));
    losers.sort_by_key(|(entry, runner)| (!may(*entry), -runner.priority, *entry));
    losers
        .into_iter()
        .take(REJECTED_MAX)
        .map(|(entry, runner)| Rejected {
            what: runner.id.to_string(),
            priority: shown(runner.priority),
            because: match chosen.standings.get(entry) {
                Some(Standing::Out(out)) => out.because(),
                Some(Standing::May(_)) if runner.priority < winner.priority => {
                    "lower priority".to_owned()
                }
                Some(Standing::May(Claim::Weight(_) | Claim::Percent(_))) => {
                    "its turn comes later".to_owned()
                }
                None if doubted => "it needs a clock that can be trusted".to_owned(),
                None => "not considered".to_owned(),
            },
        })
        .collect()
}

fn percent(right: i64) -> i64 {
    (right * 100 + PLAY / 2) / PLAY
}

#[expect(
    clippy::cast_precision_loss,
    reason = "priorities are small numbers, and this one is only shown"
)]
fn shown(priority: i32) -> f32 {
    priority as f32
}
