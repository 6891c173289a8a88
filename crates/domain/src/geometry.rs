//! Points and boxes, normalised to the upright camera picture: x to the right and y down, both 0..=1 inside the picture,
//! not mirrored. The scene mirrors when it draws.

use serde::{Deserialize, Serialize};

/// A point in the upright camera picture, 0..=1 in both axes.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct PointInImage {
    /// Rightwards, 0 at the left edge, 1 at the right edge.
    pub x: f32,
    /// Downwards, 0 at the top edge, 1 at the bottom edge.
    pub y: f32,
}

/// An axis-aligned box in the upright camera picture, 0..=1 in both axes; may reach outside the picture.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct BoxInImage {
    /// Left edge.
    pub x: f32,
    /// Top edge.
    pub y: f32,
    /// Width, never negative.
    pub width: f32,
    /// Height, never negative.
    pub height: f32,
}

impl BoxInImage {
    /// The box's centre.
    #[must_use]
    pub fn centre(self) -> PointInImage {
        PointInImage {
            x: self.x + self.width / 2.0,
            y: self.y + self.height / 2.0,
        }
    }

    /// Area in squared picture units.
    #[must_use]
    pub fn area(self) -> f32 {
        self.width * self.height
    }

    /// Every number is one.
    #[must_use]
    pub fn is_finite(self) -> bool {
        [self.x, self.y, self.width, self.height]
            .iter()
            .all(|v| v.is_finite())
    }

    /// Intersection over union with `other`, 0..=1; 0 for a box that is none.
    #[must_use]
    pub fn iou(self, other: Self) -> f32 {
        let both = self.common(other);
        both / (self.area() + other.area() - both).max(f32::EPSILON)
    }

    /// Area that both boxes cover, in squared picture units; 0 for a box that is none.
    #[must_use]
    pub fn common(self, other: Self) -> f32 {
        if !self.is_finite() || !other.is_finite() {
            return 0.0;
        }
        let width = (self.x + self.width).min(other.x + other.width) - self.x.max(other.x);
        let height = (self.y + self.height).min(other.y + other.height) - self.y.max(other.y);
        if width <= 0.0 || height <= 0.0 {
            return 0.0;
        }
        width * height
    }
}
