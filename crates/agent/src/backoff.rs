//! Pauses between attempts: exponential with full jitter, so that a fleet does not come back in step. The randomness
//! comes in as an argument.

use std::time::Duration;

#[derive(Debug)]
pub(crate) struct Backoff {
    first: Duration,
    longest: Duration,
    failures: u32,
}

impl Backoff {
    pub(crate) fn new((first, longest): (Duration, Duration)) -> Self {
        Self {
            first,
            longest,
            failures: 0,
        }
    }

    /// The next pause: between zero and a bound that doubles with every failure.
    pub(crate) fn next(&mut self, random: u64) -> Duration {
        let bound = self
            .first
            .saturating_mul(1 << self.failures.min(20))
            .min(self.longest);
        self.failures += 1;
        let share = (random >> 11) as f64 / (1_u64 << 53) as f64;
        bound.mul_f64(share)
    }

    pub(crate) fn reset(&mut self) {
        self.failures = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn the_bound_doubles_up_to_the_longest_and_starts_over() {
        let mut backoff = Backoff::new((SECOND, 300 * SECOND));
        let most: Vec<u64> = (0..12)
            .map(|_| backoff.next(u64::MAX).as_secs_f64().round() as u64)
            .collect();
        assert_eq!(most, [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300]);
        backoff.reset();
        assert!(backoff.next(u64::MAX) <= SECOND);
    }

    #[test]
    fn jitter_reaches_down_to_nothing_and_never_overflows() {
        let mut backoff = Backoff::new((SECOND, Duration::MAX));
        assert_eq!(backoff.next(0), Duration::ZERO);
        assert!((0..100).all(|_| backoff.next(u64::MAX / 2) <= SECOND * (1 << 20)));
    }
}
