//! Does 0.8 mean right in four of five cases? Reliability bins and the expected calibration error.

/// Bins of equal width over 0..=1, as in Guo et al., "On Calibration of Modern Neural Networks" (2017).
pub const BINS: usize = 15;

/// Reliability of a set of answers.
#[derive(Debug, Clone, PartialEq)]
pub struct Calibration {
    /// Bins of equal width, from low to high confidence.
    pub bins: Vec<Bin>,
    /// Expected calibration error: mean distance of confidence and accuracy over the bins, weighted by their cases;
    /// `None` without cases.
    pub ece: Option<f64>,
    /// Cases.
    pub count: u64,
}

/// Answers of about the same confidence.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Bin {
    /// Cases.
    pub count: u64,
    /// Their mean confidence; 0 without cases.
    pub confidence: f64,
    /// Share of them that came true; 0 without cases.
    pub accuracy: f64,
}

/// Sorts (confidence 0..=1, came true) into [`BINS`] bins. A confidence that is no number is left out.
#[must_use]
pub fn calibration(answers: &[(f64, bool)]) -> Calibration {
    let mut sums = [(0_u64, 0.0, 0_u64); BINS];
    for &(confidence, right) in answers.iter().filter(|(c, _)| c.is_finite()) {
        let at = ((confidence * BINS as f64) as usize).min(BINS - 1);
        let (count, confidences, hits) = &mut sums[at];
        *count += 1;
        *confidences += confidence;
        *hits += u64::from(right);
    }
    let count: u64 = sums.iter().map(|(count, ..)| count).sum();
    let bins: Vec<Bin> = sums
        .iter()
        .map(|&(count, confidences, hits)| match count {
            0 => Bin::default(),
            _ => Bin {
                count,
                confidence: confidences / count as f64,
                accuracy: hits as f64 / count as f64,
            },
        })
        .collect();
    let gap: f64 = bins
        .iter()
        .map(|bin| bin.count as f64 * (bin.confidence - bin.accuracy).abs())
        .sum();
    Calibration {
        bins,
        ece: (count > 0).then(|| gap / count as f64),
        count,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sure_answer_that_is_half_right_is_half_off() {
        let found = calibration(&[(1.0, true), (1.0, false)]);
        assert_eq!(found.ece, Some(0.5));
        assert_eq!(found.bins[BINS - 1].count, 2, "1.0 belongs to the last bin");
    }

    #[test]
    fn bins_are_weighted_by_their_cases() {
        // Three cases 0.1 too sure, one case right on.
        let found = calibration(&[(0.1, false), (0.1, false), (0.1, false), (1.0, true)]);
        assert!((found.ece.unwrap() - 0.075).abs() < 1e-12);
    }

    #[test]
    fn honest_answers_have_no_error() {
        let answers: Vec<_> = (0..1000).map(|k| (0.7, k % 10 < 7)).collect();
        assert!(calibration(&answers).ece.unwrap() < 1e-9);
    }

    #[test]
    fn what_is_no_number_and_nothing_at_all_count_nothing() {
        assert_eq!(calibration(&[(f64::NAN, true)]).count, 0);
        assert_eq!(calibration(&[]).ece, None);
    }
}
