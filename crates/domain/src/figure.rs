//! The proportions of a body, for advice on fit. Never stored, never reported, never joined to a person.

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
