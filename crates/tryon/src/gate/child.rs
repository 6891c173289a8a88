//! Whether the shopper is surely a child, on whom adult sizes would look wrong. Two independent signs must agree: the face and
//! the proportions of the body. In doubt nobody is one. The answer decides what is dressed and nothing else.

use cheval_domain::observation::{AgeBand, Estimate};

use crate::skeleton::Skeleton;

/// From this probability of being under 20 on the face may be a child's. Perception says `minor` from 0.12 on, which one adult
/// in five exceeds: right for advertising, far too eager here. The probability is calibrated, so above 0.85 fewer than one
/// face in seven is an adult's; most others are teenagers, who wear adult sizes: hence the second sign.
const YOUNG: f32 = 0.85;
/// Between the ears, in breadths between the shoulder joints, when the head is large for the body. Once it was, the second.
/// Adults whose whole torso is in the picture measure 0.34 to 0.46 with this pose net. By head and shoulder breadths
/// (Snyder et al. 1977) somebody of six has 1.4 times, of ten 1.2 times the ratio of an adult: 0.52 and 0.45.
const LARGE_HEAD: (f32, f32) = (0.47, 0.44);
/// Share of a new measurement in the mean; one of a turned head or of raised shoulders alone says nothing.
const SHARE: f32 = 0.08;
/// Measurements before anything is said.
const ENOUGH: u32 = 12;
/// Shoulders turned away further than this are not measured.
const STRAIGHT: f32 = 0.85;

/// What was measured of one shopper so far; it is forgotten with them.
#[derive(Debug, Clone, Copy, Default)]
pub struct Stature {
    head: f32,
    measured: u32,
    child: bool,
}

impl Stature {
    /// Takes in one pose of somebody whose shoulders are seen, and what the face says by now.
    pub fn see(&mut self, age: Estimate<AgeBand>, body: &Skeleton) {
        if !body.faces_camera() || body.frontal() < STRAIGHT {
            return;
        }
        let [left, right] = body.head.ears;
        let head = left.distance(right) / body.scale.max(1e-6);
        let share = SHARE.max(1.0 / (1 + self.measured) as f32);
        self.head += (head - self.head) * share;
        self.measured += 1;
        let large = if self.child {
            LARGE_HEAD.1
        } else {
            LARGE_HEAD.0
        };
        let young = age.value == AgeBand::Minor && age.confidence >= YOUNG;
        self.child = self.measured >= ENOUGH && young && self.head >= large;
    }

    /// Both signs agree.
    #[must_use]
    pub fn is_child(&self) -> bool {
        self.child
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_body::{CALM, Stance, body};

    /// A body whose ears are so far apart, in breadths between the shoulder joints.
    fn with_head(breadth: f32, stance: Stance) -> Skeleton {
        let mut body = body(stance);
        let middle = (body.head.ears[0] + body.head.ears[1]) / 2.0;
        for ear in &mut body.head.ears {
            *ear = middle + (*ear - middle).normalize() * breadth * body.scale / 2.0;
        }
        body
    }

    fn after(readings: usize, age: AgeBand, confidence: f32, breadth: f32) -> Stature {
        let mut stature = Stature::default();
        let age = Estimate {
            value: age,
            confidence,
        };
        for _ in 0..readings {
            stature.see(age, &with_head(breadth, CALM));
        }
        stature
    }

    #[test]
    fn only_both_signs_together_say_so() {
        let table = [
            (AgeBand::Minor, 0.95, 0.7, true),
            // A teenager: young in the face, grown in the shoulders.
            (AgeBand::Minor, 0.95, 0.4, false),
            // One adult in five is read as possibly a minor.
            (AgeBand::Minor, 0.3, 0.4, false),
            (AgeBand::Minor, 0.3, 0.7, false),
            // Narrow shoulders, or a bad pose.
            (AgeBand::From25To34, 0.95, 0.7, false),
            // Nothing is known of the face.
            (AgeBand::Unknown, 0.0, 0.7, false),
        ];
        for (age, confidence, breadth, child) in table {
            let stature = after(40, age, confidence, breadth);
            assert_eq!(stature.is_child(), child, "{age:?} {confidence} {breadth}");
        }
    }

    #[test]
    fn a_few_poses_say_nothing() {
        assert!(!after(5, AgeBand::Minor, 0.99, 0.8).is_child());
    }

    #[test]
    fn noise_does_not_make_it_flicker() {
        let mut stature = after(40, AgeBand::Minor, 0.95, 0.52);
        let age = Estimate {
            value: AgeBand::Minor,
            confidence: 0.9,
        };
        for k in 0..200 {
            let noisy = 0.5 + if k % 2 == 0 { 0.1 } else { -0.1 };
            stature.see(age, &with_head(noisy, CALM));
            assert!(stature.is_child(), "{k}");
        }
    }

    #[test]
    fn turned_shoulders_are_not_measured() {
        let mut stature = Stature::default();
        let turned = Stance {
            frontal: 0.6,
            ..CALM
        };
        let age = Estimate {
            value: AgeBand::Minor,
            confidence: 0.99,
        };
        for _ in 0..60 {
            stature.see(age, &with_head(0.9, turned));
        }
        assert!(!stature.is_child());
    }
}
