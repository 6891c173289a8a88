//! Searches beyond the rate, for moments in which it is not certain who is there: a small purse that fills slowly, so that
//! something that flickers cannot keep the full rate on. Pure: time comes in.

use cheval_domain::time::Mono;

/// Searches that the purse holds: three people who leave at once, each missed nine times beyond the rate.
const PURSE: f32 = 30.0;
/// Searches that come in per second: at worst, for ever, so much more than the rate.
const INCOME_HZ: f32 = 3.0;
/// No two searches are nearer than this, milliseconds: thirty a second are enough with a faster camera too.
const GAP_MS: u64 = 28;

/// The purse.
#[derive(Debug)]
pub(super) struct Doubt {
    purse: f32,
    filled: Option<Mono>,
    searched: Option<Mono>,
}

impl Default for Doubt {
    fn default() -> Self {
        Self {
            purse: PURSE,
            filled: None,
            searched: None,
        }
    }
}

impl Doubt {
    /// A search of the usual rate ran.
    pub(super) fn searched(&mut self, now: Mono) {
        self.searched = Some(now);
    }

    /// Pays for a search at `now`, if it can.
    pub(super) fn take(&mut self, now: Mono) -> bool {
        let waited_ms = self.filled.map_or(0, |then| now.since_ms(then));
        self.purse = (self.purse + waited_ms as f32 / 1000.0 * INCOME_HZ).min(PURSE);
        self.filled = Some(now);
        let too_soon = self
            .searched
            .is_some_and(|then| now.since_ms(then) < GAP_MS);
        if too_soon || self.purse < 1.0 {
            return false;
        }
        self.purse -= 1.0;
        self.searched = Some(now);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paid(doubt: &mut Doubt, from_ms: u64, to_ms: u64, step_ms: usize) -> usize {
        (from_ms..to_ms)
            .step_by(step_ms)
            .filter(|&ms| doubt.take(Mono(ms)))
            .count()
    }

    #[test]
    fn a_moment_of_doubt_is_paid_at_the_camera_s_rate() {
        assert_eq!(paid(&mut Doubt::default(), 0, 900, 33), 28);
    }

    #[test]
    fn endless_doubt_is_paid_at_its_income_and_the_purse_fills_again() {
        let mut doubt = Doubt::default();
        paid(&mut doubt, 0, 10_000, 33);
        let later = paid(&mut doubt, 10_000, 20_000, 33);
        assert!((29..=31).contains(&later), "{later}");
        assert!(paid(&mut doubt, 60_000, 60_900, 33) >= 28);
    }

    #[test]
    fn a_fast_camera_is_not_searched_faster() {
        assert!(paid(&mut Doubt::default(), 0, 480, 16) <= 16);
        let mut doubt = Doubt::default();
        doubt.searched(Mono(100));
        assert!(!doubt.take(Mono(116)) && doubt.take(Mono(133)));
    }
}
