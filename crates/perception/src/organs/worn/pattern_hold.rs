//! The pattern of one garment over time: single readings come in, a name that holds still goes out.

use cheval_domain::observation::{Estimate, Pattern};
use cheval_domain::time::Mono;

use crate::organs::pattern::{PATTERNS, PatternScores};

/// Time constant of the smoothing, seconds; readings come about once a second.
const SECONDS: f32 = 2.0;
/// Another pattern must be ahead by this much before the name changes.
const LEAD: f32 = 0.1;
/// Below this probability the pattern is unknown.
const MIN_CONFIDENCE: f32 = 0.5;
/// A reading older than this says nothing about the next one.
const MEMORY_MS: u64 = 10_000;

/// Smoothed scores and the name that holds.
#[derive(Debug, Default)]
pub(super) struct PatternHold {
    last: Option<(PatternScores, Mono)>,
    held: usize,
}

impl PatternHold {
    /// Takes in one reading; scores that are no numbers are left out.
    pub(super) fn observe(&mut self, scores: &PatternScores, now: Mono) {
        if !scores.iter().all(|p| p.is_finite()) {
            return;
        }
        let smooth = match self.last {
            Some((old, then)) if now.since_ms(then) <= MEMORY_MS => {
                let weight = 1.0 - (-(now.since_ms(then) as f32) / 1000.0 / SECONDS).exp();
                std::array::from_fn(|k| old[k] + (scores[k] - old[k]) * weight)
            }
            _ => {
                self.held = highest(scores);
                *scores
            }
        };
        self.last = Some((smooth, now));
        let leader = highest(&smooth);
        if smooth[leader] > smooth[self.held] + LEAD {
            self.held = leader;
        }
    }

    /// The pattern as it is believed now, with its probability; unknown without a reading or a clear winner.
    pub(super) fn estimate(&self) -> Estimate<Pattern> {
        let Some((scores, _)) = self.last else {
            return Estimate::default();
        };
        let confidence = scores[self.held];
        if confidence < MIN_CONFIDENCE {
            return Estimate {
                value: Pattern::Unknown,
                confidence,
            };
        }
        Estimate {
            value: PATTERNS[self.held],
            confidence,
        }
    }
}

fn highest(scores: &PatternScores) -> usize {
    (1..scores.len()).fold(0, |best, k| if scores[k] > scores[best] { k } else { best })
}

#[cfg(test)]
mod tests {
    use super::*;

    const STRIPED: PatternScores = [0.05, 0.85, 0.05, 0.05];
    const PLAIN: PatternScores = [0.9, 0.04, 0.03, 0.03];

    fn after(readings: &[PatternScores]) -> Estimate<Pattern> {
        let mut hold = PatternHold::default();
        for (k, scores) in readings.iter().enumerate() {
            hold.observe(scores, Mono(k as u64 * 1000));
        }
        hold.estimate()
    }

    #[test]
    fn unread_is_unknown_and_one_reading_is_enough() {
        assert_eq!(after(&[]), Estimate::default());
        assert_eq!(after(&[STRIPED]).value, Pattern::Striped);
    }

    #[test]
    fn one_odd_reading_changes_no_name_and_a_new_garment_does() {
        assert_eq!(after(&[STRIPED, STRIPED, PLAIN]).value, Pattern::Striped);
        let changed = after(&[STRIPED, STRIPED, PLAIN, PLAIN, PLAIN, PLAIN]);
        assert_eq!(changed.value, Pattern::Plain);
    }

    #[test]
    fn no_clear_winner_is_unknown() {
        assert_eq!(after(&[[0.3, 0.25, 0.25, 0.2]]).value, Pattern::Unknown);
    }

    #[test]
    fn no_number_changes_nothing() {
        assert_eq!(after(&[STRIPED, [f32::NAN; 4]]), after(&[STRIPED]));
    }

    #[test]
    fn after_a_long_gap_the_next_reading_starts_anew() {
        let mut hold = PatternHold::default();
        hold.observe(&STRIPED, Mono(0));
        hold.observe(&PLAIN, Mono(20_000));
        assert_eq!(hold.estimate().value, Pattern::Plain);
    }
}
