//! Which playlists and campaigns are open, and when that changes. Knows the plan and the store's zone; must not know what has
//! played.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::daypart::{Daypart, State};
use super::name::EntryId;
use super::plan::{Entry, Plan, When};
use super::wall::instant_of;

/// Changes that leave the open set as it was are passed over, so many at most.
const PASSED_OVER_MAX: usize = 1_000;

/// Whether an entry is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Opening {
    /// It may play.
    Open,
    /// None of its dayparts is open.
    Closed,
    /// Its first moment has not come.
    NotYet,
    /// It is over.
    Over,
    /// It never plays by itself.
    Never,
}

/// The plan's hours in one zone.
#[derive(Debug, Clone)]
pub struct Hours {
    zone: TimeZone,
    dayparts: Vec<Daypart>,
    entries: Vec<EntryHours>,
}

#[derive(Debug, Clone)]
struct EntryHours {
    id: EntryId,
    priority: i32,
    when: Indexed,
    from: Option<Timestamp>,
    until: Option<Timestamp>,
}

/// [`When`] with dayparts by number.
#[derive(Debug, Clone)]
enum Indexed {
    Always,
    During(Vec<usize>),
    Never,
}

/// What is open at an instant, and until when all of that stays so.
#[derive(Debug, Clone)]
pub(super) struct Window {
    pub(super) from: Timestamp,
    /// `None`: for ever.
    pub(super) until: Option<Timestamp>,
    pub(super) openings: Vec<Opening>,
}

impl Window {
    pub(super) fn holds(&self, at: Timestamp) -> bool {
        self.from <= at && self.until.is_none_or(|until| at < until)
    }
}

/// A stretch of time with the same entries open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenSpan {
    /// First instant.
    pub from: Timestamp,
    /// First instant after it.
    pub until: Timestamp,
    /// What is open, with its priority, in the order of the plan; nothing: only the fallback plays.
    pub open: Vec<(EntryId, i32)>,
}

impl Hours {
    /// The hours of a plan in the store's own zone.
    #[must_use]
    pub fn new(plan: &Plan, zone: TimeZone) -> Self {
        let entries = plan
            .entries()
            .into_iter()
            .map(|entry| entry_hours(plan, entry, &zone))
            .collect();
        Self {
            dayparts: plan.dayparts().to_vec(),
            entries,
            zone,
        }
    }

    /// When the set of open entries changes next after `at`; `None`: never. Where it stays the same through very many dayparts,
    /// the answer may be an instant at which it is merely good to ask again.
    #[must_use]
    pub fn next_change(&self, at: Timestamp) -> Option<Timestamp> {
        let mut window = self.window(at);
        let before = open_set(&window.openings);
        for _ in 0..PASSED_OVER_MAX {
            let change = window.until?;
            window = self.window(change);
            if open_set(&window.openings) != before {
                return Some(change);
            }
        }
        window.until
    }

    /// What is open from `from` to `until`, without a gap.
    #[must_use]
    pub fn spans(&self, from: Timestamp, until: Timestamp) -> Vec<OpenSpan> {
        let mut spans: Vec<OpenSpan> = Vec::new();
        let mut at = from;
        while at < until {
            let window = self.window(at);
            let end = window.until.map_or(until, |change| change.min(until));
            let open = self.names(&window.openings);
            match spans.last_mut() {
                Some(last) if last.open == open => last.until = end,
                _ => spans.push(OpenSpan {
                    from: at,
                    until: end,
                    open,
                }),
            }
            at = end;
        }
        spans
    }

    /// What is open at this instant.
    pub(super) fn window(&self, at: Timestamp) -> Window {
        let states: Vec<State> = self
            .dayparts
            .iter()
            .map(|daypart| daypart.state(&self.zone, at))
            .collect();
        let openings = self.entries.iter().map(|e| e.opening(&states, at));
        let dayparts_change = states.iter().filter_map(|state| state.until);
        let terms = self.entries.iter().flat_map(|e| [e.from, e.until]);
        Window {
            from: at,
            openings: openings.collect(),
            until: dayparts_change
                .chain(terms.flatten())
                .filter(|change| *change > at)
                .min(),
        }
    }

    /// When an entry is over for good.
    pub(super) fn over_at(&self, entry: usize) -> Option<Timestamp> {
        self.entries.get(entry)?.until
    }

    /// The stretches in which an entry is open, from its first to its last moment; none unless it has both.
    pub(super) fn open_stretches(&self, entry: usize) -> Vec<(Timestamp, Timestamp)> {
        let Some(hours) = self.entries.get(entry) else {
            return Vec::new();
        };
        let (Some(from), Some(until)) = (hours.from, hours.until) else {
            return Vec::new();
        };
        let mut stretches = match &hours.when {
            Indexed::Never => Vec::new(),
            Indexed::Always => vec![(from, until)],
            Indexed::During(numbers) => numbers
                .iter()
                .filter_map(|number| self.dayparts.get(*number))
                .flat_map(|daypart| daypart.spans_between(&self.zone, from, until))
                .collect(),
        };
        stretches.sort_unstable();
        joined(&stretches)
    }

    fn names(&self, openings: &[Opening]) -> Vec<(EntryId, i32)> {
        let open = self.entries.iter().zip(openings);
        open.filter(|(_, opening)| **opening == Opening::Open)
            .map(|(entry, _)| (entry.id.clone(), entry.priority))
            .collect()
    }
}

impl EntryHours {
    fn opening(&self, dayparts: &[State], at: Timestamp) -> Opening {
        if self.until.is_some_and(|until| at >= until) {
            return Opening::Over;
        }
        if self.from.is_some_and(|from| at < from) {
            return Opening::NotYet;
        }
        let is_open = |number: &usize| dayparts.get(*number).is_some_and(|state| state.open);
        match &self.when {
            Indexed::Never => Opening::Never,
            Indexed::Always => Opening::Open,
            Indexed::During(numbers) if numbers.iter().any(is_open) => Opening::Open,
            Indexed::During(_) => Opening::Closed,
        }
    }
}

fn entry_hours(plan: &Plan, entry: Entry<'_>, zone: &TimeZone) -> EntryHours {
    let number = |id| plan.dayparts().iter().position(|d| &d.id == id);
    let when = match entry.when() {
        When::Always => Indexed::Always,
        When::Never => Indexed::Never,
        When::During(ids) => Indexed::During(ids.iter().filter_map(number).collect()),
    };
    let term = |wall: Option<jiff::civil::DateTime>| wall.map(|wall| instant_of(zone, wall));
    EntryHours {
        id: entry.id(),
        priority: entry.priority(),
        when,
        from: term(entry.campaign().and_then(|c| c.from)),
        until: term(entry.campaign().and_then(|c| c.until)),
    }
}

/// Stretches that touch or overlap become one.
fn joined(sorted: &[(Timestamp, Timestamp)]) -> Vec<(Timestamp, Timestamp)> {
    let mut joined: Vec<(Timestamp, Timestamp)> = Vec::new();
    for (from, until) in sorted {
        match joined.last_mut() {
            Some(last) if *from <= last.1 => last.1 = last.1.max(*until),
            _ => joined.push((*from, *until)),
        }
    }
    joined
}

fn open_set(openings: &[Opening]) -> Vec<bool> {
    let open = |opening: &Opening| *opening == Opening::Open;
    openings.iter().map(open).collect()
}
