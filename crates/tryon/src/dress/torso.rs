//! Fronts of tops, coats and dresses, and scarves: ladders down the spine.

use cheval_domain::anchors::{Anchor, Cut, Side};
use cheval_domain::figure::seen_share;
use glam::Vec2;

use super::Worn;
use crate::skeleton::{
    CHEST_HALF, NECK_HALF, NECK_RISE, SHOULDER_HALF, SHOULDER_RISE, Skeleton, TORSO_LENGTH,
};
use crate::strip::{FRINGE, Mesh, Rung};

/// Laid flat, a top is this much wider under the arms than it looks on a body.
const ROUND_THE_CHEST: f32 = 1.1;
/// Cloth that goes over a chest and hangs free looks this much shorter than laid flat.
const LENGTH: f32 = 0.93;
/// The armpits lie this far below the shoulder joints, in breadths between them.
pub(super) const ARMPIT_DROP: f32 = 0.36;
/// Waist and hips of a dress along the spine.
const DRESS_WAIST: f32 = 0.66;
const DRESS_HIP: f32 = 1.06;
/// How much of its ease a garment keeps away from a body that is broader than its cut.
const LOOSE: f32 = 0.4;
/// A collar is at least this tall, if it is, breadths between the shoulder joints.
const COLLAR: f32 = 0.08;
/// From this share of the thighs' length on somebody stands: a step forward shortens a thigh too.
const STANDS: f32 = 0.75;

/// The front of a top, a coat or a dress.
pub(super) fn front(worn: &Worn<'_>) -> Option<Mesh> {
    let garment = worn.garment;
    let neck_back = garment.source(Anchor::NeckBack)?;
    let neck = garment.pair(Anchor::Neck)?;
    let shoulder = garment.pair(Anchor::Shoulder)?;
    let armpit = garment.pair(Anchor::Armpit)?;
    let waist = garment.pair(Anchor::Waist)?;
    let hem = garment.pair(Anchor::Hem)?;
    let hip = garment.pair(Anchor::Hip);
    let ladder = Ladder::of(worn, shoulder, armpit);
    let sleeves = Side::BOTH.map(|side| garment.fit.has_sleeve(side));
    let beside_sleeve = if sleeves == [true; 2] { 0.0 } else { FRINGE };

    let collar = neck.map(|at| Vec2::new(at.x, neck_back.y.min(at.y - 0.004)));
    let mut rungs = vec![
        Rung::new(collar, ladder.neck(neck, collar)).fringe(FRINGE),
        Rung::new(neck, ladder.neck(neck, neck)).fringe(beside_sleeve),
        Rung::new(shoulder, ladder.shoulders()).fringe(beside_sleeve),
        Rung::new(armpit, ladder.armpits()).fringe(beside_sleeve),
        ladder.rung(waist, ladder.drop_of(waist, hip), ladder.body.girth.waist),
    ];
    if let Some(hip) = hip {
        rungs.push(ladder.rung(hip, ladder.drop_of(hip, Some(hip)), ladder.body.girth.hip));
    }
    rungs.push(ladder.rung(hem, ladder.drop_of(hem, hip), ladder.body.girth.hip));
    Some(Mesh::of(&rungs))
}

/// Where the front ends, y in picture heights.
pub(super) fn hem_height(worn: &Worn<'_>) -> Option<f32> {
    let garment = worn.garment;
    let ladder = Ladder::of(
        worn,
        garment.pair(Anchor::Shoulder)?,
        garment.pair(Anchor::Armpit)?,
    );
    let hem = garment.pair(Anchor::Hem)?;
    let drop = ladder.drop_of(hem, garment.pair(Anchor::Hip));
    Some(ladder.down_to(drop).0.y)
}

/// Both sides of the neckline, right and left, and its lowest place.
pub(super) fn neckline(worn: &Worn<'_>) -> Option<[Vec2; 3]> {
    let garment = worn.garment;
    let ladder = Ladder::of(
        worn,
        garment.pair(Anchor::Shoulder)?,
        garment.pair(Anchor::Armpit)?,
    );
    let neck = garment.pair(Anchor::Neck)?;
    let front = garment.source(Anchor::NeckFront)?;
    let [right, left] = ladder.neck(neck, neck);
    let depth = (front.y - (neck[0].y + neck[1].y) / 2.0).max(0.0) * ladder.scale;
    Some([right, left, right.midpoint(left) + worn.body.down() * depth])
}

/// A scarf: a loop round the neck, ends that hang.
pub(super) fn scarf(worn: &Worn<'_>) -> Option<Mesh> {
    let garment = worn.garment;
    let top = garment.source(Anchor::WrapTop)?;
    let parting = garment.source(Anchor::NeckFront)?;
    let neck = garment.pair(Anchor::Neck)?;
    let hem = garment.pair(Anchor::Hem)?;
    let body = worn.body;
    let scale = body.scale * NECK_HALF * 2.0 * (1.55 + worn.shown_ease()) / garment.breadth(neck);
    let (down, across) = (body.down(), across(body));
    let base = body.shoulders() - down * NECK_RISE * body.scale * 0.9;
    let middle = (neck[0] + neck[1]) / 2.0;
    let aspect = garment.fit.aspect;
    let hang = down.lerp(Vec2::Y, 0.7).normalize_or(Vec2::Y);
    let place = |at: Vec2, swing: f32| {
        let (x, y) = (
            (at.x - middle.x) * aspect * scale * worn.sizing.breadth,
            (at.y - middle.y) * scale * worn.sizing.length,
        );
        base + across * x + if y > 0.0 { hang * y } else { down * y } + worn.swing * swing
    };
    let rung = |pair: [Vec2; 2], swing: f32| {
        Rung::new(pair, pair.map(|at| place(at, swing))).fringe(FRINGE)
    };
    let level = |y: f32, pair: [Vec2; 2]| pair.map(|at| Vec2::new(at.x, y));
    let half_way = |a: [Vec2; 2], b: [Vec2; 2]| [0, 1].map(|k: usize| a[k].lerp(b[k], 0.5));
    let parted = level(parting.y, half_way(neck, hem));
    Some(Mesh::of(&[
        rung(level(top.y, neck), 0.0),
        rung(neck, 0.0),
        rung(parted, 0.1),
        rung(half_way(parted, hem), 0.4),
        rung(hem, 1.0),
    ]))
}

/// From the wearer's right to their left, length 1.
pub(super) fn across(body: &Skeleton) -> Vec2 {
    (body.arms[0].root - body.arms[1].root).normalize_or(Vec2::X)
}

/// The part of a breadth that is seen of a body turned away.
fn seen_breadth(body: &Skeleton) -> f32 {
    seen_share(body.frontal())
}

/// Picture heights of the camera for one of the garment's picture, along its length.
pub(super) fn length_scale(worn: &Worn<'_>, shoulder: [Vec2; 2], armpit: [Vec2; 2]) -> f32 {
    let garment = worn.garment;
    let by_chest =
        2.0 * CHEST_HALF * ROUND_THE_CHEST * (1.0 + worn.shown_ease()) / garment.breadth(armpit);
    let by_shoulder =
        2.0 * SHOULDER_HALF * (1.0 + worn.shown_ease() * 0.5) / garment.breadth(shoulder);
    // Straps and dropped shoulders say little about the size.
    let agrees = (0.75..=1.33).contains(&(by_shoulder / by_chest));
    let scale = if agrees {
        (by_chest + by_shoulder) / 2.0
    } else {
        by_chest
    };
    scale * LENGTH * worn.body.scale
}

/// Places down a body for one garment.
struct Ladder<'a> {
    worn: &'a Worn<'a>,
    body: &'a Skeleton,
    /// Of the source's shoulder rung.
    shoulder_y: f32,
    chest_breadth: f32,
    scale: f32,
    /// How much shorter the spine is seen than it is.
    bent: f32,
}

impl<'a> Ladder<'a> {
    fn of(worn: &'a Worn<'a>, shoulder: [Vec2; 2], armpit: [Vec2; 2]) -> Self {
        let body = worn.body;
        Self {
            worn,
            body,
            shoulder_y: (shoulder[0].y + shoulder[1].y) / 2.0,
            chest_breadth: worn.garment.breadth(armpit),
            scale: length_scale(worn, shoulder, armpit) * worn.sizing.length,
            bent: (body.spine().length() / (TORSO_LENGTH * body.scale)).clamp(0.45, 1.1),
        }
    }

    /// Neckline and collar, which stand upright from the sides of the neck.
    fn neck(&self, neck: [Vec2; 2], at: [Vec2; 2]) -> [Vec2; 2] {
        let (down, across, s) = (self.body.down(), across(self.body), self.body.scale);
        let seen = seen_breadth(self.body);
        let own = self.worn.garment.breadth(neck) * self.scale / 2.0;
        let half = own.max(NECK_HALF * s) * seen;
        let tall = (neck[0].y - at[0].y + neck[1].y - at[1].y) / 2.0 * self.scale;
        // A wide neckline lies lower: it has slid down the slope of the shoulders.
        let slope = (NECK_RISE - SHOULDER_RISE) / (SHOULDER_HALF - NECK_HALF);
        let rise = (NECK_RISE * s - (own - NECK_HALF * s).max(0.0) * slope).max(SHOULDER_RISE * s);
        // However tall a collar is, it ends below the chin.
        let to_chin = (self.body.shoulders() - self.body.head.chin()).dot(down) - rise;
        let middle = self.body.shoulders() - down * (rise + tall.min(to_chin.max(COLLAR * s)));
        [middle - across * half, middle + across * half]
    }

    fn shoulders(&self) -> [Vec2; 2] {
        shoulder_tips(self.worn)
    }

    fn armpits(&self) -> [Vec2; 2] {
        [
            armpit(self.worn, Side::Right),
            armpit(self.worn, Side::Left),
        ]
    }

    /// How far below the shoulder joints a rung of the source hangs.
    fn drop_of(&self, pair: [Vec2; 2], hip: Option<[Vec2; 2]>) -> f32 {
        let y = (pair[0].y + pair[1].y) / 2.0;
        let free = (y - self.shoulder_y) * self.scale * self.bent - SHOULDER_RISE * self.body.scale;
        if self.worn.garment.fit.cut != Cut::Dress {
            return free;
        }
        // A dress has a waist and hips of its own, which go to the body's.
        let spine = self.body.spine().length();
        let Some([right, left]) = hip else {
            return free;
        };
        let hip_y = (right.y + left.y) / 2.0;
        let (waist_at, hip_at) = (DRESS_WAIST * spine, DRESS_HIP * spine);
        if y < hip_y - 1e-4 {
            waist_at
        } else {
            hip_at + (y - hip_y) * self.scale * self.bent.max(0.8)
        }
    }

    /// A rung that hangs `drop` below the shoulder joints, as broad as cut and body ask for.
    fn rung(&self, source: [Vec2; 2], drop: f32, girth: [f32; 2]) -> Rung {
        let (ease, body) = (self.worn.ease(), self.body);
        let ratio = self.worn.garment.breadth(source) / self.chest_breadth;
        let seen = seen_breadth(body);
        let half = |k: usize| {
            let cut = body.girth.chest[k] * (1.0 + ease) * ratio;
            cut.max(girth[k] * (1.0 + ease * LOOSE)) * seen
        };
        let (at, way) = self.down_to(drop);
        let across = self.across_at(drop, way);
        let swing = self.worn.swing * swing_at(drop / body.scale);
        Rung::new(
            source,
            [at - across * half(1) + swing, at + across * half(0) + swing],
        )
        .fringe(FRINGE)
    }

    /// The middle of the body `drop` below the shoulder joints, and which way it goes there: along the spine, then
    /// half-way between legs and plumb line.
    fn down_to(&self, drop: f32) -> (Vec2, Vec2) {
        let body = self.body;
        let (spine, down) = (body.spine().length(), body.down());
        let below = (drop - spine) * lap(body);
        if below <= 0.0 {
            return (body.shoulders() + down * drop, down);
        }
        let way = hanging(body);
        (body.hips() + way * below, way)
    }

    fn across_at(&self, drop: f32, way: Vec2) -> Vec2 {
        let body = self.body;
        let shoulders = across(body);
        let hips = (body.legs[0].root - body.legs[1].root).normalize_or(shoulders);
        let v = (drop / body.spine().length().max(1e-5)).clamp(0.0, 1.0);
        let of_joints = shoulders.lerp(hips, v);
        // Cloth hangs square to the way it goes, more so further down.
        let square = -way.perp();
        let square = if square.dot(shoulders) < 0.0 {
            -square
        } else {
            square
        };
        of_joints
            .lerp(square, 0.3 + 0.5 * v)
            .normalize_or(shoulders)
    }
}

/// Cloth below the hips of somebody who sits lies on the thighs, which point to the camera: the share of its length that is
/// seen. 1 for everybody who stands.
fn lap(body: &Skeleton) -> f32 {
    let seen = body.legs[0].seen.min(body.legs[1].seen).clamp(0.0, 1.0);
    let short = (body.thighs_seen() / STANDS).clamp(0.3, 1.0);
    1.0 + (short - 1.0) * seen
}

/// Below the hips cloth goes half-way between the legs and the plumb line.
pub(super) fn hanging(body: &Skeleton) -> Vec2 {
    let knees = (body.legs[0].bend + body.legs[1].bend) / 2.0;
    let seen = body.legs[0].seen.min(body.legs[1].seen).clamp(0.0, 1.0);
    let legs = (knees - body.hips()).normalize_or(Vec2::Y);
    let guess = body.down();
    guess
        .lerp(legs, seen)
        .lerp(Vec2::Y, 0.5)
        .normalize_or(Vec2::Y)
}

/// Share of the swing that cloth takes part in, so far below the shoulders.
fn swing_at(breadths: f32) -> f32 {
    ((breadths - 0.8) / 2.2).clamp(0.0, 1.0).powi(2)
}

/// Where shoulder seams end: the wearer's right, left.
pub(super) fn shoulder_tips(worn: &Worn<'_>) -> [Vec2; 2] {
    let body = worn.body;
    let (down, across) = (body.down(), across(body));
    let out = (SHOULDER_HALF - 0.5) * body.scale * body.frontal() * (1.0 + worn.ease());
    let up = SHOULDER_RISE * body.scale;
    [
        body.arms[1].root - across * out - down * up,
        body.arms[0].root + across * out - down * up,
    ]
}

/// Where the armhole of a side ends, under the arm.
pub(super) fn armpit(worn: &Worn<'_>, side: Side) -> Vec2 {
    let body = worn.body;
    let k = crate::skeleton::of_side(side);
    let outwards = if side == Side::Left { 1.0 } else { -1.0 };
    let half = body.girth.chest[k] * (1.0 + worn.ease()) * seen_breadth(body);
    let drop = ARMPIT_DROP * (1.0 + worn.ease() * 0.5) * body.scale;
    body.shoulders() + body.down() * drop + across(body) * half * outwards
}
