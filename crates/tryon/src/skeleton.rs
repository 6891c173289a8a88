//! The shopper's joints and girths as the geometry wants them: points with one unit in both directions, the picture's
//! height. Left and right are the person's, as in [`Body`].
//!
//! A pose net marks joints, which lie inside the body. How far the outline is from them are mean proportions of adults
//! (ANSUR II, Gordon et al. 2014, 50th percentiles of both sexes), in breadths between the shoulder joints: they lie
//! 0.32 m apart where the breadth over the deltoids is 0.47 m, the neck 0.12 m, chest 0.31 m, waist 0.30 m, hips 0.35 m.

use cheval_domain::anchors::Side;
use cheval_domain::figure::torso_scale;
pub use cheval_domain::figure::{ARM_HALF, TORSO_LENGTH};
use cheval_domain::observation::{Body, KeyPoint, Person};
use glam::Vec2;

pub use crate::girth::{Bulk, Girth};

/// Half breadths of the body in breadths between the shoulder joints.
pub const NECK_HALF: f32 = 0.19;
/// Over the deltoids, where a shoulder seam ends.
pub const SHOULDER_HALF: f32 = 0.59;
/// Under the arms.
pub const CHEST_HALF: f32 = 0.55;
/// The narrowest place.
pub const WAIST_HALF: f32 = 0.5;
/// Over the hips.
pub const HIP_HALF: f32 = 0.57;
/// Radius of the thigh, the knee and the ankle.
pub const LEG_HALF: (f32, f32, f32) = (0.27, 0.18, 0.12);
/// The side of the neck lies this far above the line of the shoulder joints; the top of a shoulder this far.
pub const NECK_RISE: f32 = 0.22;
/// See [`NECK_RISE`].
pub const SHOULDER_RISE: f32 = 0.08;
/// From shoulder joint to wrist, and from hip joint to ankle.
pub const ARM_LENGTH: f32 = 1.72;
/// See [`ARM_LENGTH`].
pub const LEG_LENGTH: f32 = 2.55;
/// From hip joint to knee.
pub const THIGH_LENGTH: f32 = 1.3;

/// Two or three joints of a limb, from the body outwards.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limb {
    /// Shoulder or hip.
    pub root: Vec2,
    /// Elbow or knee.
    pub bend: Vec2,
    /// Wrist or ankle.
    pub tip: Vec2,
    /// How certainly bend and tip are seen, 0..=1.
    pub seen: f32,
}

/// Eyes and ears.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Head {
    /// Left and right eye.
    pub eyes: [Vec2; 2],
    /// Left and right ear.
    pub ears: [Vec2; 2],
    /// Tip of the nose.
    pub nose: Vec2,
    /// Middle of the mouth.
    pub mouth: Vec2,
}

impl Head {
    /// The chin of a face that looks ahead: it is as far below the mouth as two thirds of the way from there up to the eyes
    /// (menton, stomion and pupils in Farkas, Anthropometry of the Head and Face, 1994).
    #[must_use]
    pub fn chin(&self) -> Vec2 {
        let eyes = (self.eyes[0] + self.eyes[1]) / 2.0;
        self.mouth + (self.mouth - eyes) * (2.0 / 3.0)
    }
}

/// One body in one frame. Unit: the picture's height; y downwards.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Skeleton {
    /// Left and right arm, from the shoulder joint.
    pub arms: [Limb; 2],
    /// Left and right leg, from the hip joint.
    pub legs: [Limb; 2],
    /// The head.
    pub head: Head,
    /// Breadths of the torso.
    pub girth: Girth,
    /// The breadth between the shoulder joints if the person stood straight before the camera: what all other measures
    /// are multiples of. Turning does not shrink it.
    pub scale: f32,
    /// The least visibility of shoulders and hips, 0..=1.
    pub torso_seen: f32,
}

/// Index of a side in pairs.
#[must_use]
pub const fn of_side(side: Side) -> usize {
    match side {
        Side::Left => 0,
        Side::Right => 1,
    }
}

impl Skeleton {
    /// The skeleton of a reported body of mean breadths in a picture whose width over its height is `aspect`; `None` when a point is no
    /// number or the body has no size.
    #[must_use]
    pub fn of(body: &Body, aspect: f32) -> Option<Self> {
        let point = |k: usize| body.points.get(k).map(|p| place(p, aspect));
        let seen = |k: usize| body.points.get(k).map_or(0.0, |p| p.visibility);
        let limb = |[root, bend, tip]: [usize; 3]| {
            Some(Limb {
                root: point(root)?,
                bend: point(bend)?,
                tip: point(tip)?,
                seen: seen(bend).min(seen(tip)),
            })
        };
        let arms = [limb([11, 13, 15])?, limb([12, 14, 16])?];
        let legs = [limb([23, 25, 27])?, limb([24, 26, 28])?];
        let head = Head {
            eyes: [point(2)?, point(5)?],
            ears: [point(7)?, point(8)?],
            nose: point(0)?,
            mouth: (point(9)? + point(10)?) / 2.0,
        };
        let scale = scale(&arms, &legs);
        let skeleton = Self {
            arms,
            legs,
            head,
            girth: Girth::mean(scale),
            scale,
            torso_seen: [11, 12, 23, 24].map(seen).into_iter().fold(1.0, f32::min),
        };
        (scale > 1e-3 && skeleton.points().all(Vec2::is_finite)).then_some(skeleton)
    }

    /// The skeleton of a person, as broad as they were seen.
    #[must_use]
    pub fn of_person(person: &Person, aspect: f32) -> Option<Self> {
        let skeleton = Self::of(person.body.as_ref()?, aspect)?;
        let girth = Girth::of(
            skeleton.scale,
            person.breadths.as_ref(),
            person.figure.as_ref(),
            Bulk::of(&person.worn),
        );
        Some(Self { girth, ..skeleton })
    }

    fn points(&self) -> impl Iterator<Item = Vec2> {
        let limbs = [self.arms, self.legs].concat();
        let joints = limbs
            .into_iter()
            .flat_map(|limb| [limb.root, limb.bend, limb.tip]);
        let Head {
            eyes,
            ears,
            nose,
            mouth,
        } = self.head;
        joints.chain([eyes[0], eyes[1], ears[0], ears[1], nose, mouth])
    }

    /// Middle of the shoulder joints.
    #[must_use]
    pub fn shoulders(&self) -> Vec2 {
        (self.arms[0].root + self.arms[1].root) / 2.0
    }

    /// Middle of the hip joints.
    #[must_use]
    pub fn hips(&self) -> Vec2 {
        (self.legs[0].root + self.legs[1].root) / 2.0
    }

    /// From the shoulders to the hips.
    #[must_use]
    pub fn spine(&self) -> Vec2 {
        self.hips() - self.shoulders()
    }

    /// Down along the spine, length 1.
    #[must_use]
    pub fn down(&self) -> Vec2 {
        self.spine().normalize_or(Vec2::Y)
    }

    /// Radius of thigh, knee and ankle in breadths between the shoulder joints: the broader the hips, the thicker the thigh,
    /// and the knee by half of it.
    #[must_use]
    pub fn leg_half(&self) -> [f32; 3] {
        let (thigh, knee, ankle) = LEG_HALF;
        let broad = self.girth.thigh(self.scale);
        [thigh * broad, knee * (1.0 + broad) / 2.0, ankle]
    }

    /// How far the body is turned away: 1 = straight before the camera, 0 = seen from the side.
    #[must_use]
    pub fn frontal(&self) -> f32 {
        let breadth = self.arms[0].root.distance(self.arms[1].root);
        (breadth / self.scale.max(1e-6)).clamp(0.0, 1.0)
    }

    /// How much of the length of the thighs is seen, of the longer one: 1 = standing, little when somebody sits and the knees
    /// point to the camera.
    #[must_use]
    pub fn thighs_seen(&self) -> f32 {
        let longest = self
            .legs
            .iter()
            .map(|leg| leg.root.distance(leg.bend))
            .fold(0.0, f32::max);
        longest / (THIGH_LENGTH * self.scale).max(1e-6)
    }

    /// The person's left shoulder joint lies on the right of the picture, as it does when they face the camera.
    #[must_use]
    pub fn faces_camera(&self) -> bool {
        let across = self.arms[0].root - self.arms[1].root;
        across.x > 0.0 && across.dot(self.down()).abs() < across.length() * 0.8
    }

    /// Every point moved by `f`; lengths stay as they are.
    #[must_use]
    pub fn moved(&self, f: impl Fn(Vec2) -> Vec2) -> Self {
        self.joined(self, |at, _| f(at))
    }

    /// On the way to `other`; beyond it where `share` is above 1.
    #[must_use]
    pub fn mix(&self, other: Self, share: f32) -> Self {
        Self {
            girth: self.girth.joined(&other.girth, |a, b| a + (b - a) * share),
            scale: self.scale + (other.scale - self.scale) * share,
            torso_seen: self.torso_seen.min(other.torso_seen),
            ..self.joined(&other, |a, b| a.lerp(b, share))
        }
    }

    /// Every point joined with the same one of `other`; lengths stay as they are.
    #[must_use]
    pub fn joined(&self, other: &Self, f: impl Fn(Vec2, Vec2) -> Vec2) -> Self {
        let limb = |a: Limb, b: Limb| Limb {
            root: f(a.root, b.root),
            bend: f(a.bend, b.bend),
            tip: f(a.tip, b.tip),
            seen: a.seen,
        };
        let two = |a: [Vec2; 2], b: [Vec2; 2]| [0, 1].map(|k: usize| f(a[k], b[k]));
        Self {
            arms: [0, 1].map(|k: usize| limb(self.arms[k], other.arms[k])),
            legs: [0, 1].map(|k: usize| limb(self.legs[k], other.legs[k])),
            head: Head {
                eyes: two(self.head.eyes, other.head.eyes),
                ears: two(self.head.ears, other.head.ears),
                nose: f(self.head.nose, other.head.nose),
                mouth: f(self.head.mouth, other.head.mouth),
            },
            ..*self
        }
    }

    /// The same body in a mirror that stands at x = 0.
    #[must_use]
    pub fn mirrored(&self) -> Self {
        let moved = self.moved(|p| Vec2::new(-p.x, p.y));
        Self {
            arms: [moved.arms[1], moved.arms[0]],
            legs: [moved.legs[1], moved.legs[0]],
            head: Head {
                eyes: [moved.head.eyes[1], moved.head.eyes[0]],
                ears: [moved.head.ears[1], moved.head.ears[0]],
                ..moved.head
            },
            girth: self.girth.mirrored(),
            ..moved
        }
    }
}

fn place(point: &KeyPoint, aspect: f32) -> Vec2 {
    Vec2::new(point.at.x * aspect, point.at.y)
}

fn scale(arms: &[Limb; 2], legs: &[Limb; 2]) -> f32 {
    let spine = ((legs[0].root + legs[1].root) - (arms[0].root + arms[1].root)) / 2.0;
    torso_scale(arms[0].root.distance(arms[1].root), spine.length())
}
