//! Carries the masks of an older frame along with a body that has moved on.

use glam::Vec2;

use crate::skeleton::Skeleton;

/// An affine map of the plane, for carrying masks along with a body that has moved on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Carry {
    /// x' = x.x · x + x.y · y + x.z
    pub x: [f32; 3],
    /// y' likewise.
    pub y: [f32; 3],
}

impl Carry {
    /// Leaves everything where it is.
    pub const STAY: Self = Self {
        x: [1.0, 0.0, 0.0],
        y: [0.0, 1.0, 0.0],
    };

    /// From where `now` stands to where `then` stood: turns, scales and shifts the torso of one onto the other's.
    #[must_use]
    pub fn between(now: &Skeleton, then: &Skeleton) -> Self {
        let (a, b) = (now.spine(), then.spine());
        let length = a.length_squared();
        if length < 1e-8 || b.length_squared() < 1e-8 {
            return Self::STAY;
        }
        // b = (cos, sin) rotated and scaled a, as complex numbers: b / a.
        let (re, im) = (a.dot(b) / length, a.perp_dot(b) / length);
        let (from, to) = (now.shoulders(), then.shoulders());
        Self {
            x: [re, -im, to.x - re * from.x + im * from.y],
            y: [im, re, to.y - im * from.x - re * from.y],
        }
    }

    /// Where a point goes.
    #[must_use]
    pub fn apply(&self, p: Vec2) -> Vec2 {
        Vec2::new(
            self.x[0] * p.x + self.x[1] * p.y + self.x[2],
            self.y[0] * p.x + self.y[1] * p.y + self.y[2],
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_body::{CALM, Stance, body};

    #[test]
    fn masks_are_carried_to_where_the_body_was() {
        let then = body(CALM);
        let now = body(Stance {
            at: CALM.at + Vec2::new(0.08, -0.03),
            scale: CALM.scale * 1.1,
            lean: 0.1,
            ..CALM
        });
        let carry = Carry::between(&now, &then);
        for (a, b) in [
            (now.shoulders(), then.shoulders()),
            (now.hips(), then.hips()),
            (now.arms[0].root, then.arms[0].root),
        ] {
            assert!(carry.apply(a).distance(b) < 2e-3, "{} {b}", carry.apply(a));
        }
        assert_eq!(
            Carry::between(&now.moved(|_| Vec2::ZERO), &then),
            Carry::STAY
        );
    }
}
