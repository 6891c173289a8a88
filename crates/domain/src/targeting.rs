//! Which promo is up, and why. Owns hold, cool-down and shortest show of every rule; must not know how a promo is painted
//! or what a play is. The variables a condition may use are in [`Variable`].
//!
//! Nothing flickers: a promo comes up only when its condition has held for `hold_ms`, stays for `min_show_ms`, and then
//! leaves only when its condition has been false for `hold_ms` or a promo of higher priority is ready. It leaves at once
//! only when the people went, or when the shopper is a minor and its condition asks for age or gender.

use std::cmp::Reverse;
use std::sync::Arc;

use crate::catalogue::{CreativeId, Promo};
use crate::decision::{Choice, Decision, Rejected};
use crate::observation::TrackId;
use crate::time::Mono;

mod check;
mod context;
mod rule;
mod surroundings;

pub use check::RuleError;
pub use context::{Context, Variable, Weekday};
pub use rule::Rule;
pub use surroundings::{Surroundings, daypart};

use rule::Verdict;

/// Alternatives kept in a decision.
const REJECTED_MAX: usize = 16;

/// The promo slot of one screen.
pub struct Targeting {
    rules: Vec<Tracked>,
    environment: Arc<cel::Env>,
    now: Mono,
    track: Option<TrackId>,
    up: Option<Up>,
    last: Option<Decision>,
}

/// A rule with what happened to it so far.
#[derive(Debug)]
struct Tracked {
    rule: Rule,
    verdict: Verdict,
    /// Since when the verdict has been what it is, in terms of "holds" and "does not hold".
    since: Mono,
    left_at: Option<Mono>,
}

#[derive(Debug, Clone, Copy)]
struct Up {
    index: usize,
    since: Mono,
}

/// Why a rule is not the one that is up, or that it could be.
enum Standing {
    Ready,
    Out(String),
}

impl Targeting {
    /// Compiles the rules of all promos. Every promo with a fault is left out and named, so that the good ones still play.
    #[must_use]
    pub fn new(promos: &[Promo]) -> (Self, Vec<RuleError>) {
        let mut faults = Vec::new();
        let compile = |promo| {
            Rule::compile(promo)
                .map_err(|fault| faults.push(fault))
                .ok()
        };
        let mut rules: Vec<Rule> = promos.iter().filter_map(compile).collect();
        rules.sort_by(|a, b| (Reverse(a.priority()), a.id()).cmp(&(Reverse(b.priority()), b.id())));
        let rules = rules
            .into_iter()
            .map(|rule| Tracked {
                rule,
                verdict: Verdict::False,
                since: Mono::default(),
                left_at: None,
            })
            .collect();
        let environment = Arc::new(cel::Env::stdlib());
        (
            Self {
                rules,
                environment,
                now: Mono::default(),
                track: None,
                up: None,
                last: None,
            },
            faults,
        )
    }

    /// The promo that is up.
    #[must_use]
    pub fn current(&self) -> Option<&CreativeId> {
        self.up
            .and_then(|up| self.rules.get(up.index))
            .map(|tracked| tracked.rule.id())
    }

    /// The decision that put the present state on the screen.
    #[must_use]
    pub fn last_decision(&self) -> Option<&Decision> {
        self.last.as_ref()
    }

    /// Every rule, highest priority first, and whether its condition held when it was decided last.
    pub fn rules(&self) -> impl Iterator<Item = (&Rule, bool)> {
        let rules = self.rules.iter();
        rules.map(|tracked| (&tracked.rule, tracked.verdict == Verdict::True))
    }

    /// Decides on the observation of camera frame `frame`. `context` is `None` when nobody is there: then nothing is up.
    /// Returns a decision only when something changes.
    pub fn decide(&mut self, now: Mono, frame: u64, context: Option<&Context>) -> Option<Decision> {
        self.now = self.now.max(now);
        self.evaluate(context);
        let because = self.leave(context);
        let best =
            (0..self.rules.len()).find(|&i| matches!(self.standing(i, context), Standing::Ready));
        let better = best.filter(|&i| self.up.is_none_or(|up| self.may_give_way(up, i)));
        match (better, because) {
            (Some(index), _) => {
                self.take_down();
                self.up = Some(Up {
                    index,
                    since: self.now,
                });
            }
            (None, Some(_)) => {}
            (None, None) => return None,
        }
        let decision = self.explain(frame, context, because);
        self.last = Some(decision.clone());
        Some(decision)
    }

    /// Evaluates every condition; another shopper starts every hold again.
    fn evaluate(&mut self, context: Option<&Context>) {
        let track = context.and_then(|c| c.track);
        let same_shopper = track == self.track;
        self.track = track;
        let scope = context.map(|c| c.to_scope(&self.environment));
        for tracked in &mut self.rules {
            let verdict = match (context, &scope) {
                (Some(context), Some(scope)) => tracked.rule.evaluate(context, scope),
                _ => Verdict::False,
            };
            if (verdict == Verdict::True) != (tracked.verdict == Verdict::True) || !same_shopper {
                tracked.since = self.now;
            }
            tracked.verdict = verdict;
        }
    }

    /// Takes the promo down that must or may leave; says why.
    fn leave(&mut self, context: Option<&Context>) -> Option<&'static str> {
        let up = self.up?;
        let tracked = self.rules.get(up.index)?;
        let shown = self.now.since_ms(up.since) >= tracked.rule.min_show_ms();
        let false_for_long = tracked.verdict != Verdict::True
            && self.now.since_ms(tracked.since) >= tracked.rule.hold_ms();
        let because = match context {
            None => "nobody is there",
            Some(context) if context.is_minor() && tracked.rule.is_personal() => {
                "the shopper may be a minor"
            }
            Some(_) if shown && false_for_long => "its condition no longer holds",
            Some(_) => return None,
        };
        self.take_down();
        Some(because)
    }

    fn take_down(&mut self) {
        if let Some(tracked) = self.up.take().and_then(|up| self.rules.get_mut(up.index)) {
            tracked.left_at = Some(self.now);
        }
    }

    fn may_give_way(&self, up: Up, to: usize) -> bool {
        let (Some(present), Some(next)) = (self.rules.get(up.index), self.rules.get(to)) else {
            return false;
        };
        next.rule.priority() > present.rule.priority()
            && self.now.since_ms(up.since) >= present.rule.min_show_ms()
    }

    fn standing(&self, index: usize, context: Option<&Context>) -> Standing {
        let Some(tracked) = self.rules.get(index) else {
            return Standing::Out("gone".to_owned());
        };
        let held_ms = self.now.since_ms(tracked.since);
        let cooling_ms = tracked.left_at.map_or(0, |at| {
            tracked
                .rule
                .cooldown_ms()
                .saturating_sub(self.now.since_ms(at))
        });
        let out = match &tracked.verdict {
            _ if context.is_none() => "nobody is there".to_owned(),
            Verdict::Minor => "minor".to_owned(),
            Verdict::False => "condition false".to_owned(),
            Verdict::Failed(message) => format!("condition failed: {message}"),
            Verdict::True if self.up.is_some_and(|up| up.index == index) => return Standing::Ready,
            Verdict::True if cooling_ms > 0 => {
                format!("cooling down for {} s", cooling_ms.div_ceil(1000))
            }
            Verdict::True if held_ms < tracked.rule.hold_ms() => {
                format!(
                    "held {} of {} s",
                    tenths(held_ms),
                    tenths(tracked.rule.hold_ms())
                )
            }
            Verdict::True => return Standing::Ready,
        };
        Standing::Out(out)
    }

    fn explain(&self, frame: u64, context: Option<&Context>, left: Option<&str>) -> Decision {
        let winner = self
            .up
            .and_then(|up| self.rules.get(up.index))
            .map(|tracked| &tracked.rule);
        let rejected = (0..self.rules.len())
            .filter(|&index| self.up.is_none_or(|up| up.index != index))
            .filter_map(|index| Some((&self.rules.get(index)?.rule, self.standing(index, context))))
            .take(REJECTED_MAX)
            .map(|(rule, standing)| Rejected {
                what: rule.id().0.clone(),
                priority: priority(rule),
                because: match standing {
                    Standing::Ready => "lower priority".to_owned(),
                    Standing::Out(because) => because,
                },
            })
            .collect();
        let because = match (winner, left) {
            (Some(rule), _) => rule.why(),
            (None, Some(left)) => format!("nothing fits: {left}"),
            (None, None) => "nothing fits".to_owned(),
        };
        Decision {
            frame,
            at: self.now,
            chosen: winner.map_or(Choice::NoPromo, |rule| Choice::Promo {
                id: rule.id().clone(),
            }),
            rule: winner
                .map_or("fallback", |rule| rule.id().0.as_str())
                .to_owned(),
            priority: winner.map_or(0.0, priority),
            because,
            rejected,
        }
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "priorities are small numbers, and this one is only shown"
)]
fn priority(rule: &Rule) -> f32 {
    rule.priority() as f32
}

fn tenths(ms: u64) -> String {
    format!("{}.{}", ms / 1000, ms % 1000 / 100)
}

#[cfg(test)]
mod tests;
