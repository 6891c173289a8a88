//! What must disappear and what must stay in front when a garment is put on: worn sleeves become arms, cloth beside the
//! body the wall behind it, cloth on the body stays; hands stay before a garment. Shapes only; masks say where cloth is.

use cheval_domain::anchors::{Anchor, Cut, Fit, Side};
use glam::Vec2;

use crate::skeleton::{ARM_HALF, LEG_HALF, Limb, NECK_HALF, Skeleton};

/// A stick with round ends and a radius at each.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Capsule {
    /// Ends, picture heights.
    pub ends: [Vec2; 2],
    /// Radius at either end, picture heights.
    pub radius: [f32; 2],
    /// How certain it is, 0..=1.
    pub weight: f32,
}

/// Most capsules of skin: a neck, two bones of each arm and leg.
pub const SKIN_MOST: usize = 9;
/// Most capsules of the body: shoulders, chest, belly, two bones of each leg.
pub const BODY_MOST: usize = 7;

/// The shapes for one garment on one body.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Cover {
    /// The torso garment that is worn gives way.
    pub torso: bool,
    /// The leg garment that is worn gives way.
    pub legs: bool,
    /// Where what gives way becomes skin.
    pub skin: Vec<Capsule>,
    /// Where it is left as it is; outside of both it becomes background.
    pub body: Vec<Capsule>,
    /// Forearms with hands, which stay before the garment.
    pub front: Vec<Capsule>,
}

/// Bare arms are a little thinner than the mean proportions, which hold for clothed ones.
const BARE: f32 = 0.92;
/// From wrist to finger tips, as a share of the forearm.
const HAND: f32 = 0.62;

/// The shapes for a garment.
#[must_use]
pub fn cover(fit: &Fit, body: &Skeleton) -> Cover {
    let s = body.scale;
    let (torso, legs) = match fit.cut {
        _ if fit.open => (false, false),
        Cut::TShirt | Cut::Shirt | Cut::Knitwear | Cut::Jacket | Cut::Coat => (true, false),
        Cut::Dress => (true, true),
        Cut::Skirt | Cut::Trousers | Cut::Shorts => (false, true),
        Cut::Scarf | Cut::Hat | Cut::Glasses => (false, false),
    };
    let mut skin = Vec::new();
    let mut shape = Vec::new();
    if torso {
        skin.push(neck(fit, body));
        for arm in &body.arms {
            skin.extend(bones(arm, [ARM_HALF.0, (ARM_HALF.0 + ARM_HALF.1) / 2.0, ARM_HALF.1], s * BARE));
        }
    }
    shape.extend(trunk(body));
    let leg_radii = [LEG_HALF.0, LEG_HALF.1, LEG_HALF.2];
    for leg in &body.legs {
        let bones = bones(leg, leg_radii, s);
        if legs && fit.cut != Cut::Trousers {
            skin.extend(bones);
        } else {
            shape.extend(bones);
        }
    }
    Cover {
        torso,
        legs,
        skin,
        body: shape,
        front: body.arms.iter().map(|arm| forearm(arm, s)).collect(),
    }
}

fn bones(limb: &Limb, radii: [f32; 3], scale: f32) -> [Capsule; 2] {
    let capsule = |a, b, from: usize| Capsule {
        ends: [a, b],
        radius: [radii[from] * scale, radii[from + 1] * scale],
        weight: weight(limb),
    };
    [
        capsule(limb.root, limb.bend, 0),
        capsule(limb.bend, limb.tip, 1),
    ]
}

/// A limb that is hardly seen is no reason to paint anything.
fn weight(limb: &Limb) -> f32 {
    ((limb.seen - 0.3) / 0.3).clamp(0.0, 1.0)
}

fn forearm(arm: &Limb, scale: f32) -> Capsule {
    let bone = arm.tip - arm.bend;
    Capsule {
        ends: [arm.bend + bone * 0.15, arm.tip + bone * HAND],
        radius: [ARM_HALF.0 * 0.95 * scale, ARM_HALF.1 * 1.6 * scale],
        weight: weight(arm),
    }
}

/// From the mouth down to where the garment's neckline ends.
fn neck(fit: &Fit, body: &Skeleton) -> Capsule {
    let down = body.down();
    let depth = fit
        .at(Anchor::NeckFront)
        .zip(fit.at(Anchor::Neck(Side::Left)))
        .zip(fit.at(Anchor::Shoulder(Side::Left)).zip(fit.at(Anchor::Shoulder(Side::Right))))
        .map_or(0.0, |((front, side), (left, right))| {
            let breadth = ((left[0] - right[0]) * fit.aspect).abs().max(0.05);
            (front[1] - side[1]).max(0.0) / breadth * 1.25 * body.scale
        });
    let top = body.head.mouth;
    let base = body.shoulders() - down * 0.2 * body.scale;
    Capsule {
        ends: [top, base + down * depth],
        radius: [NECK_HALF * 0.95 * body.scale, NECK_HALF * 1.05 * body.scale],
        weight: 1.0,
    }
}

/// Shoulders, chest and belly.
fn trunk(body: &Skeleton) -> [Capsule; 3] {
    let (s, down) = (body.scale, body.down());
    let mean = |pair: [f32; 2]| (pair[0] + pair[1]) / 2.0;
    let (chest, waist, hip) = (mean(body.girth.chest), mean(body.girth.waist), mean(body.girth.hip));
    let at = |share: f32| body.shoulders() + body.spine() * share;
    let capsule = |a, b, radius| Capsule {
        ends: [a, b],
        radius,
        weight: 1.0,
    };
    [
        capsule(body.arms[0].root, body.arms[1].root, [0.14 * s; 2]),
        capsule(body.shoulders() + down * chest * 0.9, at(0.7), [chest * 0.94, waist * 0.96]),
        capsule(at(0.7), body.hips(), [waist * 0.96, hip * 0.96]),
    ]
}

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
