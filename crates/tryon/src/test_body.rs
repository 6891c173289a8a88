//! A body for tests: stands straight, facing the camera, and may move its joints.

use glam::Vec2;

use crate::skeleton::{Girth, Head, Limb, Skeleton};

/// How a body stands. Lengths in breadths between the shoulder joints, angles in radians.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stance {
    /// Middle of the shoulder joints, picture heights.
    pub(crate) at: Vec2,
    /// Breadth between the shoulder joints, picture heights.
    pub(crate) scale: f32,
    /// Turn about the spine: 1 = frontal.
    pub(crate) frontal: f32,
    /// Lean of the spine.
    pub(crate) lean: f32,
    /// Angles of upper and lower arm from straight down, outwards positive; left, right.
    pub(crate) arms: [[f32; 2]; 2],
    /// Angles of thigh and shin likewise.
    pub(crate) legs: [[f32; 2]; 2],
    /// Chest, waist and hips, left and right, over the mean proportions.
    pub(crate) broad: [[f32; 2]; 3],
}

/// Straight before the camera, arms hanging.
pub(crate) const CALM: Stance = Stance {
    at: Vec2::new(0.28, 0.3),
    scale: 0.14,
    frontal: 1.0,
    lean: 0.0,
    arms: [[0.15, 0.1]; 2],
    legs: [[0.05, 0.0]; 2],
    broad: [[1.0; 2]; 3],
};

pub(crate) fn body(stance: Stance) -> Skeleton {
    let Stance { at, scale, .. } = stance;
    let turn = |v: Vec2| Vec2::from_angle(stance.lean).rotate(v);
    // The person's left is on the right of the picture.
    let limb = |from: Vec2, sign: f32, bones: [f32; 2], angles: [f32; 2]| {
        let bone = |angle: f32| Vec2::new(angle.sin() * sign, angle.cos());
        let bend = from + turn(bone(angles[0]) * bones[0] * scale);
        Limb {
            root: from,
            bend,
            tip: bend + turn(bone(angles[0] + angles[1]) * bones[1] * scale),
            seen: 1.0,
        }
    };
    let joint = |x: f32, y: f32| at + turn(Vec2::new(x * stance.frontal, y) * scale);
    Skeleton {
        arms: [
            limb(joint(0.5, 0.0), 1.0, [0.95, 0.82], stance.arms[0]),
            limb(joint(-0.5, 0.0), -1.0, [0.95, 0.82], stance.arms[1]),
        ],
        legs: [
            limb(joint(0.28, 1.45), 1.0, [1.3, 1.25], stance.legs[0]),
            limb(joint(-0.28, 1.45), -1.0, [1.3, 1.25], stance.legs[1]),
        ],
        head: Head {
            eyes: [joint(0.1, -0.75), joint(-0.1, -0.75)],
            ears: [joint(0.22, -0.7), joint(-0.22, -0.7)],
            nose: joint(0.0, -0.65),
            mouth: joint(0.0, -0.5),
        },
        girth: girth(&stance),
        scale,
        torso_seen: 1.0,
    }
}

fn girth(stance: &Stance) -> Girth {
    let mean = Girth::mean(stance.scale).levels();
    let [chest, waist, hip] =
        [0, 1, 2].map(|at: usize| [0, 1].map(|k: usize| mean[at][k] * stance.broad[at][k]));
    Girth { chest, waist, hip }
}

/// The same body on a chair: the thighs point to the camera, of whose length this share is seen; the shins hang.
pub(crate) fn seated(stance: Stance, thighs: f32) -> Skeleton {
    let mut body = body(stance);
    for leg in &mut body.legs {
        leg.bend = leg.root.lerp(leg.bend, thighs);
        leg.tip = leg.bend + Vec2::Y * 1.25 * stance.scale;
    }
    body
}
