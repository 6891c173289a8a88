//! Sleeves: ladders along the arm that begin at the armhole.

use cheval_domain::anchors::{Anchor, Side};
use glam::Vec2;

use super::Worn;
use super::limb::{Tube, length};
use super::torso::{across, armpit, length_scale, shoulder_tips};
use crate::skeleton::{ARM_HALF, ARM_LENGTH, of_side};
use crate::strip::{FRINGE, Mesh, Rung};

/// Laid flat, a sleeve is this much wider than it looks round an arm.
const ROUND_THE_ARM: f32 = 1.25;
/// The sleeve stands square to the arm from here on, breadths between the shoulder joints from the joint.
const FREE: f32 = 0.3;
/// A sleeve that comes this near to the wrist, as a share of the arm, is meant to reach it.
const FULL_LENGTH: f32 = 0.68;
/// Where a full sleeve ends: the cuff reaches over the joint to the heel of the hand.
const WRIST: f32 = 1.09;
/// How far inside the armhole the sleeve begins, picture heights of the garment.
const SEAM: f32 = 0.02;

/// The sleeve of a side, if the garment has one.
pub(super) fn sleeve(worn: &Worn<'_>, side: Side) -> Option<Mesh> {
    Some(Sleeve::of(worn, side)?.mesh())
}

/// How far from the shoulder joint the sleeve ends, along the arm.
pub(super) fn end(worn: &Worn<'_>, side: Side) -> Option<f32> {
    let sleeve = Sleeve::of(worn, side)?;
    Some(sleeve.tube.end(&|along| sleeve.half(along)))
}

/// One sleeve in its picture and round its arm.
struct Sleeve<'a> {
    worn: &'a Worn<'a>,
    /// Armhole and cuff in the picture, outer and inner end.
    hole: [Vec2; 2],
    cuff: [Vec2; 2],
    /// The elbow in the picture, and how far down the sleeve it is.
    bend: Option<([Vec2; 2], f32)>,
    scale: f32,
    tube: Tube<'a>,
}

impl<'a> Sleeve<'a> {
    fn of(worn: &'a Worn<'a>, side: Side) -> Option<Self> {
        let garment = worn.garment;
        let hole = [
            garment.source(Anchor::Shoulder(side))?,
            garment.source(Anchor::Armpit(side))?,
        ];
        let cuff = [
            garment.source(Anchor::CuffOuter(side))?,
            garment.source(Anchor::CuffInner(side))?,
        ];
        let elbow = garment
            .source(Anchor::ElbowOuter(side))
            .zip(garment.source(Anchor::ElbowInner(side)));
        let bend = elbow.map(|(outer, inner)| {
            let elbow = [outer, inner];
            let at = garment.length(middle(hole), middle(elbow));
            let on = garment.length(middle(elbow), middle(cuff));
            (elbow, (at / (at + on).max(1e-5)).clamp(0.05, 0.95))
        });
        let tips = shoulder_tips(worn);
        let tip = if side == Side::Left { tips[1] } else { tips[0] };
        Some(Self {
            worn,
            hole,
            cuff,
            bend,
            scale: scale(worn)?,
            tube: Tube {
                limb: &worn.body.arms[of_side(side)],
                outwards: if side == Side::Left { 1.0 } else { -1.0 },
                seam: [tip, armpit(worn, side)],
                free: FREE * worn.body.scale,
                reach: reach(worn, side)?,
            },
        })
    }

    fn mesh(&self) -> Mesh {
        let mut rungs = vec![into_the_body(
            self.hole,
            self.cuff,
            self.tube.seam,
            across(self.worn.body) * self.tube.outwards,
            self.scale,
        )];
        let half = |along: f32| self.half(along);
        rungs.extend(self.tube.rungs(|share| self.source(share), half, FRINGE));
        Mesh::of(&rungs)
    }

    /// The rung of the picture for a share of the way from armhole to cuff.
    fn source(&self, share: f32) -> [Vec2; 2] {
        match self.bend {
            Some((elbow, at)) if share < at => between(self.hole, elbow, share / at),
            Some((elbow, at)) => between(elbow, self.cuff, (share - at) / (1.0 - at)),
            None => between(self.hole, self.cuff, share),
        }
    }

    /// Half the breadth so far along the arm.
    fn half(&self, along: f32) -> f32 {
        let Worn { body, sizing, .. } = self.worn;
        let t = (along / length(self.tube.limb).max(1e-5)).clamp(0.0, 1.0);
        let arm = (ARM_HALF.0 + (ARM_HALF.1 - ARM_HALF.0) * t) * body.scale;
        let flat = self
            .worn
            .garment
            .breadth(self.source(along / self.tube.reach));
        let cut = flat * self.scale * sizing.breadth / 2.0 / ROUND_THE_ARM;
        cut.clamp(arm * (1.02 + self.worn.ease() * 0.3), arm * 1.55)
    }
}

fn scale(worn: &Worn<'_>) -> Option<f32> {
    let garment = worn.garment;
    Some(length_scale(
        worn,
        garment.pair(Anchor::Shoulder)?,
        garment.pair(Anchor::Armpit)?,
    ))
}

/// How far from the shoulder joint the sleeve is meant to end, along the arm.
fn reach(worn: &Worn<'_>, side: Side) -> Option<f32> {
    let garment = worn.garment;
    let hole = [Anchor::Shoulder(side), Anchor::Armpit(side)];
    let cuff = [Anchor::CuffOuter(side), Anchor::CuffInner(side)];
    let place =
        |pair: [Anchor; 2]| Some(middle([garment.source(pair[0])?, garment.source(pair[1])?]));
    let cut = garment.length(place(hole)?, place(cuff)?) * scale(worn)?;
    // Of the arm as it is, not as it is seen: an arm that points at the camera looks short.
    let share = cut / (ARM_LENGTH * worn.body.scale);
    let share = if share >= FULL_LENGTH { WRIST } else { share };
    Some(length(&worn.body.arms[of_side(side)]) * share * worn.sizing.along_limbs())
}

/// A little of the torso beside the armhole is drawn with the sleeve, so that nothing gapes at the seam.
fn into_the_body(
    hole: [Vec2; 2],
    cuff: [Vec2; 2],
    begun: [Vec2; 2],
    outwards: Vec2,
    scale: f32,
) -> Rung {
    let square = (begun[1] - begun[0]).perp().normalize_or_zero();
    let away = if square.dot(outwards) > 0.0 {
        -square
    } else {
        square
    };
    let inwards = (middle(hole) - middle(cuff)).normalize_or_zero() * SEAM;
    Rung::new(
        hole.map(|at| at + inwards),
        begun.map(|at| at + away * SEAM * scale),
    )
}

fn between(a: [Vec2; 2], b: [Vec2; 2], t: f32) -> [Vec2; 2] {
    [0, 1].map(|k: usize| a[k].lerp(b[k], t))
}

fn middle(pair: [Vec2; 2]) -> Vec2 {
    (pair[0] + pair[1]) / 2.0
}
