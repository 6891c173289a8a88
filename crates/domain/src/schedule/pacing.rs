//! Targets, spread evenly over the hours in which a campaign is open. Must not know other campaigns.
//!
//! The line runs from what was reached when counting began (at the start of the campaign, or when the kiosk came back) to the
//! target at the last open moment. A play may come only when the line has reached it. Whoever is behind the line gets more of
//! the plays, up to [`BOOST_MAX`] times their right; whoever is so far behind that it could not be made up soon begins a new
//! line from there, so that the rest is spread over the hours that remain.

use jiff::Timestamp;

use super::history::Totals;
use super::plan::Target;

/// Times its right that a campaign behind its line may get.
pub const BOOST_MAX: u32 = 4;
/// So far behind, a new line is begun, in plays or percent of the impressions.
const NEW_LINE_BEHIND: u64 = 8;
/// The wall clock may go back so far before a new line is begun, milliseconds.
const BACK_MAX_MS: u64 = 60_000;
/// Impressions are counted in thousandths.
const MILLI: u64 = 1_000;

/// Where a campaign stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// Nothing is left to be done.
    Reached,
    /// The line has not come so far yet.
    Ahead,
    /// It may play, with so many times its right.
    Due { boost: u32 },
}

/// The hours in which a campaign is open, laid end to end.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct OpenTime {
    /// First and last millisecond of each stretch, and the open time before it.
    stretches: Vec<(i64, i64, u64)>,
    total_ms: u64,
}

impl OpenTime {
    fn new(stretches: &[(Timestamp, Timestamp)]) -> Self {
        let mut open = Self::default();
        for (from, until) in stretches {
            let (from, until) = (from.as_millisecond(), until.as_millisecond());
            open.stretches.push((from, until, open.total_ms));
            open.total_ms += until.abs_diff(from);
        }
        open
    }

    fn before(&self, at: Timestamp) -> u64 {
        let at = at.as_millisecond();
        let begun = self.stretches.partition_point(|(from, ..)| *from <= at);
        let last = begun.checked_sub(1).and_then(|i| self.stretches.get(i));
        last.map_or(0, |(from, until, before)| {
            before + at.min(*until).abs_diff(*from)
        })
    }
}

#[derive(Debug, Clone, Copy)]
struct Line {
    from_ms: u64,
    from_done: u64,
}

/// One campaign's target and its line.
#[derive(Debug, Clone)]
pub(super) struct Pace {
    open: OpenTime,
    target: Target,
    line: Option<Line>,
}

impl Pace {
    pub(super) fn new(target: Target, stretches: &[(Timestamp, Timestamp)]) -> Self {
        Self {
            open: OpenTime::new(stretches),
            target,
            line: None,
        }
    }

    /// Keeps to the former line if nothing about it has changed.
    pub(super) fn continue_from(&mut self, former: &Self) {
        if self.target == former.target && self.open == former.open {
            self.line = former.line;
        }
    }

    /// Where the campaign stands; begins a new line where one is needed.
    pub(super) fn standing(&mut self, totals: Totals, at: Timestamp) -> Standing {
        let (done, goal, step) = self.measure(totals);
        if done >= goal {
            return Standing::Reached;
        }
        let now_ms = self.open.before(at);
        let new = Line {
            from_ms: now_ms,
            from_done: done,
        };
        let line = *self.line.get_or_insert(new);
        let behind = self.due(line, now_ms, goal).saturating_sub(done) / step;
        let set_back = now_ms.saturating_add(BACK_MAX_MS) < line.from_ms;
        if behind > NEW_LINE_BEHIND || set_back {
            self.line = Some(new);
            return Standing::Due { boost: 1 };
        }
        if done > self.due(line, now_ms, goal) {
            return Standing::Ahead;
        }
        let boost = u32::try_from(behind).unwrap_or(BOOST_MAX) + 1;
        Standing::Due {
            boost: boost.min(BOOST_MAX),
        }
    }

    /// What is done, what is to be done, and what counts as one step behind.
    fn measure(&self, totals: Totals) -> (u64, u64, u64) {
        match self.target {
            Target::Plays(plays) => (totals.plays, plays, 1),
            Target::Impressions(impressions) => {
                let goal = impressions.saturating_mul(MILLI);
                (totals.impressions_milli, goal, (goal / 100).max(1))
            }
        }
    }

    /// What ought to be done after so much open time.
    fn due(&self, line: Line, now_ms: u64, goal: u64) -> u64 {
        let whole_ms = self.open.total_ms.saturating_sub(line.from_ms);
        let gone_ms = now_ms.saturating_sub(line.from_ms);
        let to_do = goal.saturating_sub(line.from_done);
        let due = u128::from(to_do) * u128::from(gone_ms) / u128::from(whole_ms.max(1));
        line.from_done
            .saturating_add(u64::try_from(due).unwrap_or(u64::MAX))
    }
}
