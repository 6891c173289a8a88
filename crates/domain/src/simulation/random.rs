//! Numbers that look random and are the same for the same seed (SplitMix64, Steele and others 2014). Only additions,
//! shifts and products, so that every machine draws the same.

const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

/// A stream of numbers.
#[derive(Debug, Clone)]
pub(super) struct Random(u64);

impl Random {
    /// The stream that belongs to `seed` and `purpose`; streams of different purposes have nothing to do with each other.
    pub(super) fn new(seed: u64, purpose: u64) -> Self {
        let mut mixed = Self(seed);
        let start = mixed.next() ^ purpose.wrapping_mul(GOLDEN);
        let mut stream = Self(start);
        Self(stream.next())
    }

    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(GOLDEN);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// From 0 up to, and without, 1.
    #[expect(clippy::cast_precision_loss, reason = "53 bits fit exactly")]
    pub(super) fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// True in this share of cases.
    pub(super) fn chance(&mut self, share: f64) -> bool {
        self.unit() < share
    }

    /// Evenly between the two.
    pub(super) fn between(&mut self, [low, high]: [f64; 2]) -> f64 {
        low + (high - low) * self.unit()
    }

    /// Seconds between the two, as whole milliseconds.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "checked crowds have no negative or huge seconds"
    )]
    pub(super) fn ms_between(&mut self, secs: [f64; 2]) -> u64 {
        (self.between(secs) * 1000.0) as u64
    }

    /// Evenly between the two, for estimates.
    #[expect(clippy::cast_possible_truncation, reason = "shares and degrees")]
    pub(super) fn small(&mut self, range: [f64; 2]) -> f32 {
        self.between(range) as f32
    }

    /// One of these by weight; none when no weight is above zero.
    pub(super) fn pick<T: Copy>(
        &mut self,
        weighted: impl Iterator<Item = (T, f64)> + Clone,
    ) -> Option<T> {
        let sum: f64 = weighted.clone().map(|(_, weight)| weight).sum();
        let mut left = self.unit() * sum;
        let mut last = None;
        for (value, weight) in weighted.filter(|(_, weight)| *weight > 0.0) {
            last = Some(value);
            if left < weight {
                break;
            }
            left -= weight;
        }
        last
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stream_is_that_of_the_paper() {
        let mut random = Random(1_234_567);
        assert_eq!(random.next(), 6_457_827_717_110_365_317);
        assert_eq!(random.next(), 3_203_168_211_198_807_973);
    }

    #[test]
    fn shares_and_weights_come_out_about_right() {
        let mut random = Random::new(1, 2);
        let hits = (0..10_000).filter(|_| random.chance(0.3)).count();
        assert!((2_800..3_200).contains(&hits), "{hits}");
        let weights = [("a", 1.0), ("b", 0.0), ("c", 3.0)];
        let draws: Vec<_> = (0..4_000)
            .filter_map(|_| random.pick(weights.iter().copied()))
            .collect();
        let c = draws.iter().filter(|d| **d == "c").count();
        assert!((2_850..3_150).contains(&c), "{c}");
        assert!(!draws.contains(&"b"));
        assert_eq!(random.pick([("a", 0.0)].into_iter()), None);
    }
}
