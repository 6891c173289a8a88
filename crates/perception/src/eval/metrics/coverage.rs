//! How right are the answers when only the sure ones are given? Selective accuracy against coverage (El-Yaniv and Wiener
//! 2010; "abstention curve").

use super::share::Share;

/// Points of a curve; more cannot be told apart on a page.
const POINTS: usize = 100;

/// Accuracy of the most confident answers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CoveragePoint {
    /// Share of cases that get an answer.
    pub answered: f64,
    /// Share of the given answers that are right.
    pub accuracy: f64,
    /// Least confidence of a given answer.
    pub threshold: f64,
}

/// The curve over (confidence, right), from few sure answers to all answers. Answers of equal confidence are given
/// together, so that the order of the cases does not matter. A confidence that is no number is left out.
#[must_use]
pub fn coverage(answers: &[(f64, bool)]) -> Vec<CoveragePoint> {
    let mut sorted: Vec<_> = answers
        .iter()
        .filter(|(c, _)| c.is_finite())
        .copied()
        .collect();
    sorted.sort_by(|a, b| b.0.total_cmp(&a.0));
    let all = sorted.len();
    let mut right = 0_usize;
    let mut curve: Vec<CoveragePoint> = Vec::new();
    for (k, &(confidence, hit)) in sorted.iter().enumerate() {
        right += usize::from(hit);
        let given = k + 1;
        let last_of_its_kind = sorted.get(given).is_none_or(|next| next.0 < confidence);
        let due = curve.len() * all < given * POINTS || given == all;
        if last_of_its_kind && due {
            curve.push(CoveragePoint {
                answered: given as f64 / all as f64,
                accuracy: right as f64 / given as f64,
                threshold: confidence,
            });
        }
    }
    curve
}

/// What is answered, and how much of that is right, when answers below `threshold` are not given.
#[must_use]
pub fn coverage_at(answers: &[(f64, bool)], threshold: f64) -> (Share, Share) {
    let given = |confidence: f64| confidence >= threshold;
    (
        answers.iter().map(|&(c, _)| given(c)).collect(),
        answers
            .iter()
            .filter(|&&(c, _)| given(c))
            .map(|&(_, right)| right)
            .collect(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANSWERS: [(f64, bool); 4] = [(0.6, false), (0.9, true), (0.8, true), (0.7, true)];

    #[test]
    fn sure_answers_come_first() {
        let curve = coverage(&ANSWERS);
        let points: Vec<_> = curve.iter().map(|p| (p.answered, p.accuracy)).collect();
        assert_eq!(points, [(0.25, 1.0), (0.5, 1.0), (0.75, 1.0), (1.0, 0.75)]);
    }

    #[test]
    fn equal_confidence_is_answered_together() {
        let curve = coverage(&[(0.9, true), (0.9, false), (0.5, true)]);
        assert_eq!(curve.len(), 2);
        assert_eq!((curve[0].answered, curve[0].accuracy), (2.0 / 3.0, 0.5));
    }

    #[test]
    fn a_long_curve_is_thinned_but_ends_at_everything() {
        let answers: Vec<_> = (0..5000)
            .map(|k| (f64::from(k) / 5000.0, k % 2 == 0))
            .collect();
        let curve = coverage(&answers);
        assert!(curve.len() <= POINTS + 1, "{}", curve.len());
        assert_eq!(curve.last().unwrap().answered, 1.0);
    }

    #[test]
    fn the_threshold_itself_is_answered() {
        let (answered, right) = coverage_at(&ANSWERS, 0.8);
        assert_eq!((answered.hits, answered.of), (2, 4));
        assert_eq!((right.hits, right.of), (2, 2));
        assert_eq!(coverage_at(&ANSWERS, 0.95).1.value(), None);
    }

    #[test]
    fn no_number_gives_no_point() {
        assert!(coverage(&[(f64::NAN, true)]).is_empty() && coverage(&[]).is_empty());
    }
}
