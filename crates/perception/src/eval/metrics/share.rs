//! Shares with their uncertainty, means, and overlaps of areas.

/// Standard deviations of a 95 % interval.
const Z: f64 = 1.959_964;

/// So many of so many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Share {
    /// Cases that count.
    pub hits: u64,
    /// All cases.
    pub of: u64,
}

impl Share {
    /// Counts one case.
    pub fn add(&mut self, hit: bool) {
        self.hits += u64::from(hit);
        self.of += 1;
    }

    /// The share, 0..=1; `None` without cases.
    #[must_use]
    pub fn value(&self) -> Option<f64> {
        (self.of > 0).then(|| self.hits as f64 / self.of as f64)
    }

    /// 95 % score interval (Wilson 1927); `None` without cases.
    #[must_use]
    pub fn wilson(&self) -> Option<[f64; 2]> {
        let (p, n) = (self.value()?, self.of as f64);
        let middle = p + Z * Z / (2.0 * n);
        let half = Z * (p * (1.0 - p) / n + Z * Z / (4.0 * n * n)).sqrt();
        let scale = 1.0 + Z * Z / n;
        Some([middle - half, middle + half].map(|bound| (bound / scale).clamp(0.0, 1.0)))
    }
}

impl FromIterator<bool> for Share {
    fn from_iter<I: IntoIterator<Item = bool>>(cases: I) -> Self {
        let mut share = Self::default();
        cases.into_iter().for_each(|hit| share.add(hit));
        share
    }
}

/// A mean of numbers.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Mean {
    sum: f64,
    /// How many numbers.
    pub of: u64,
}

impl Mean {
    /// The mean; `None` without numbers.
    #[must_use]
    pub fn value(&self) -> Option<f64> {
        (self.of > 0).then(|| self.sum / self.of as f64)
    }
}

impl FromIterator<f64> for Mean {
    fn from_iter<I: IntoIterator<Item = f64>>(numbers: I) -> Self {
        let mut mean = Self::default();
        for number in numbers {
            mean.sum += number;
            mean.of += 1;
        }
        mean
    }
}

/// Intersection and union of two areas, summed over pictures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Overlap {
    /// Cells in both.
    pub both: u64,
    /// Cells in either.
    pub either: u64,
}

impl Overlap {
    /// Counts one cell.
    pub fn add(&mut self, truth: bool, said: bool) {
        self.both += u64::from(truth && said);
        self.either += u64::from(truth || said);
    }

    /// Intersection over union; `None` when neither holds anything.
    #[must_use]
    pub fn iou(&self) -> Option<f64> {
        (self.either > 0).then(|| self.both as f64 / self.either as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wilson_gives_the_textbook_interval() {
        // 81 of 263 (Newcombe 1998, table I): 0.2553 to 0.3662.
        let [low, high] = Share { hits: 81, of: 263 }.wilson().unwrap();
        assert!(
            (low - 0.2553).abs() < 5e-5 && (high - 0.3662).abs() < 5e-5,
            "{low} {high}"
        );
        let [low, high] = Share { hits: 0, of: 20 }.wilson().unwrap();
        assert!(low == 0.0 && (high - 0.1611).abs() < 5e-5, "{low} {high}");
        assert_eq!(Share::default().wilson(), None);
    }

    #[test]
    fn nothing_has_no_share_no_mean_and_no_overlap() {
        assert_eq!(Share::default().value(), None);
        assert_eq!(Mean::default().value(), None);
        assert_eq!(Overlap::default().iou(), None);
    }

    #[test]
    fn overlap_counts_both_over_either() {
        let mut overlap = Overlap::default();
        for (truth, said) in [(true, true), (true, false), (false, true), (false, false)] {
            overlap.add(truth, said);
        }
        assert_eq!(overlap.iou(), Some(1.0 / 3.0));
        assert_eq!([2.0, 4.0].into_iter().collect::<Mean>().value(), Some(3.0));
        assert_eq!(
            [true, false].into_iter().collect::<Share>().value(),
            Some(0.5)
        );
    }
}
