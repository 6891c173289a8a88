//! The proportions of a body, for advice on fit and for trying on. Never stored, never reported, never joined to a person.

use serde::{Deserialize, Serialize};

use crate::observation::Estimate;

/// Shape classes after the shoulder, waist and hip widths.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Shape {
    /// Not enough is seen: a coat, a turned body, no hips.
    #[default]
    Unknown,
    /// Shoulders and hips alike, a clear waist.
    Hourglass,
    /// Hips wider than shoulders.
    Triangle,
    /// Shoulders wider than hips.
    InvertedTriangle,
    /// Shoulders, waist and hips alike.
    Rectangle,
    /// The waist is the widest.
    Oval,
}

/// Proportions of one body. Breadths as seen from the front, measured as `models/cards/figure.md` says; both ratios are 0
/// where the body cannot be measured.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Figure {
    /// Shoulder width over hip width; bodies lie between about 0.6 and 1.6.
    pub shoulder_to_hip: f32,
    /// Waist width over hip width; bodies lie between about 0.5 and 1.1.
    pub waist_to_hip: f32,
    /// What these proportions are called.
    pub shape: Estimate<Shape>,
}

impl Figure {
    /// Whether the widths are known; the shape may be unknown all the same.
    #[must_use]
    pub fn is_measured(&self) -> bool {
        self.shoulder_to_hip > 0.0 && self.waist_to_hip > 0.0
    }
}

/// From shoulder joints to hip joints of somebody who stands straight, in breadths between the shoulder joints.
pub const TORSO_LENGTH: f32 = 1.45;
/// Radius of the upper arm, and of the wrist, in breadths between the shoulder joints.
pub const ARM_HALF: (f32, f32) = (0.155, 0.085);
/// From wrist to finger tips, as a share of the forearm.
pub const HAND: f32 = 0.62;
/// Depth of a torso over its breadth, seen from above: what is left of the breadth from the side.
const DEPTH: f32 = 0.65;

/// How large a body is in a picture: the breadth between its shoulder joints if it stood straight before the camera. Both
/// lengths have one unit.
///
/// Shoulders shrink when the body turns and the torso when it bends or sits: the larger of the two says how large it is.
/// Hips below the picture are guessed by the pose net, hence the limit.
#[must_use]
pub fn torso_scale(shoulders: f32, spine: f32) -> f32 {
    shoulders.max((spine / TORSO_LENGTH).min(shoulders * 1.6))
}

/// The share of a torso's breadth that is seen of a body turned away; `frontal` is the cosine of the turn.
#[must_use]
pub fn seen_share(frontal: f32) -> f32 {
    (frontal * frontal + DEPTH * DEPTH * (1.0 - frontal * frontal)).sqrt()
}

/// How far the silhouette of a torso reaches from its axis towards the person's left and right, worn cloth included, arms not,
/// as seen from the front. Unit: [`torso_scale`] of the same body. `None` where an arm lies against the body.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct TorsoBreadths {
    /// Under the arms.
    pub chest: [Option<f32>; 2],
    /// At the waist.
    pub waist: [Option<f32>; 2],
    /// At the hips.
    pub hip: [Option<f32>; 2],
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neither_a_turn_nor_a_bow_makes_a_body_smaller() {
        assert_eq!(torso_scale(1.0, TORSO_LENGTH), 1.0);
        assert_eq!(torso_scale(0.8, TORSO_LENGTH), 1.0);
        assert_eq!(torso_scale(1.0, 0.5), 1.0);
        assert!((torso_scale(0.1, TORSO_LENGTH) - 0.16).abs() < 1e-6);
    }

    #[test]
    fn from_the_side_a_torso_shows_its_depth() {
        assert_eq!(seen_share(1.0), 1.0);
        assert!((seen_share(0.0) - DEPTH).abs() < 1e-6);
        assert!(seen_share(0.8) > seen_share(0.7));
    }
}
