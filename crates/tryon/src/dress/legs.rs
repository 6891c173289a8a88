//! Skirts, and the legs of trousers and shorts.

use cheval_domain::anchors::{Anchor, Side};
use glam::Vec2;

use super::Worn;
use super::limb::{Tube, length};
use super::torso::hanging;
use crate::skeleton::{LEG_LENGTH, Skeleton, of_side};
use crate::strip::{FRINGE, Mesh, Rung};

/// Half the girth of the hips in breadths between the shoulder joints: what trousers and skirts are wide, laid flat
/// (ANSUR II: 1.01 m round the hips where the shoulder joints are 0.32 m apart).
const FLAT_HIP: f32 = 1.56;
/// Where legs part, below the hip joints, and where a waistband sits, above them.
const CROTCH_DROP: f32 = 0.25;
const WAISTBAND: f32 = 0.52;
/// Laid flat, a trouser leg is this much wider than it looks round a leg.
const ROUND_THE_LEG: f32 = 1.3;
/// A leg that comes this near to the ankle is meant to reach it.
const FULL_LENGTH: f32 = 0.85;
const ANKLE: f32 = 1.02;

/// The longest skirt, as a share of the leg.
const LONGEST: f32 = 0.86;

/// From the wearer's right to their left over the hips, length 1.
fn across(body: &Skeleton) -> Vec2 {
    (body.legs[0].root - body.legs[1].root).normalize_or(super::torso::across(body))
}

/// A skirt, from the waistband to the hem.
pub(super) fn skirt(worn: &Worn<'_>) -> Option<Mesh> {
    let garment = worn.garment;
    let (waist, hip, hem) = (
        garment.pair(Anchor::Waist)?,
        garment.pair(Anchor::Hip)?,
        garment.pair(Anchor::Hem)?,
    );
    let body = worn.body;
    let (ease, across) = (worn.ease(), across(body));
    let scale = FLAT_HIP * (1.0 + worn.shown_ease() * 0.5) * body.scale / garment.breadth(hip)
        * worn.sizing.length;
    // However long a skirt is drawn, nobody treads on it.
    let long = (hem[0].y + hem[1].y - waist[0].y - waist[1].y) / 2.0 * scale;
    let most = (WAISTBAND + LEG_LENGTH * LONGEST) * body.scale;
    let scale = scale * (most / long.max(1e-5)).min(1.0);
    let (down, way) = (body.down(), hanging(body));
    let top = body.hips() - down * WAISTBAND * body.scale;
    let from_top = |pair: [Vec2; 2]| {
        let y = (pair[0].y + pair[1].y - waist[0].y - waist[1].y) / 2.0 * scale;
        let hips = WAISTBAND * body.scale;
        if y < hips {
            top + down * y
        } else {
            body.hips() + way * (y - hips)
        }
    };
    let rung = |pair: [Vec2; 2], half: [f32; 2], swing: f32| {
        let (at, swing) = (from_top(pair), worn.swing * swing);
        Rung::new(
            pair,
            [at - across * half[1] + swing, at + across * half[0] + swing],
        )
        .fringe(FRINGE)
    };
    let hips = body.girth.hip.map(|half| half * (1.0 + ease));
    let flare = garment.breadth(hem) / garment.breadth(hip);
    let half_way = [0, 1].map(|k: usize| hip[k].lerp(hem[k], 0.5));
    Some(Mesh::of(&[
        rung(
            waist,
            body.girth.waist.map(|half| half * (1.0 + ease * 0.3)),
            0.0,
        ),
        rung(hip, hips, 0.05),
        rung(half_way, hips.map(|half| half * (1.0 + flare) / 2.0), 0.4),
        rung(hem, hips.map(|half| half * flare), 1.0),
    ]))
}

/// One leg of trousers or shorts, with its half of the waistband.
pub(super) fn leg(worn: &Worn<'_>, side: Side) -> Option<Mesh> {
    let garment = worn.garment;
    let body = worn.body;
    let waist = garment.source(Anchor::Waist(side))?;
    let hip = garment.source(Anchor::Hip(side))?;
    let crotch = garment.source(Anchor::Crotch)?;
    let hem = [
        garment.source(Anchor::HemOuter(side))?,
        garment.source(Anchor::HemInner(side))?,
    ];
    let knee = garment
        .source(Anchor::KneeOuter(side))
        .zip(garment.source(Anchor::KneeInner(side)))
        .map(|(outer, inner)| [outer, inner]);
    let scale = FLAT_HIP * (1.0 + worn.shown_ease() * 0.5) * body.scale
        / garment.breadth(garment.pair(Anchor::Hip)?);
    let down = body.down();
    let crotch_at = body.hips() + down * CROTCH_DROP * body.scale;
    let outwards = if side == Side::Left { 1.0 } else { -1.0 };
    // However high a waistband is drawn, it sits at the waist.
    let rise = ((crotch.y - waist.y) * scale).max(1e-5);
    let scale_up = scale * ((CROTCH_DROP + WAISTBAND) * body.scale / rise).min(1.0);
    let band = |source: Vec2, girth: [f32; 2]| {
        let at = crotch_at - down * ((crotch.y - source.y) * scale_up);
        let half = girth[of_side(side)] * (1.0 + worn.ease() * 0.5);
        (at, at + across(body) * half * outwards)
    };
    let (middle, outer) = band(waist, body.girth.waist);
    let (_, side_of_hip) = band(hip, body.girth.hip);
    let limb = &body.legs[of_side(side)];
    let whole = length(limb);
    // Of the leg as it is, not as it is seen: somebody who sits has short thighs.
    let begun = CROTCH_DROP * body.scale;
    let share = (begun + (hem[1].y - crotch.y) * scale) / (LEG_LENGTH * body.scale);
    let share = if share >= FULL_LENGTH { ANKLE } else { share };
    let reach = whole * share * worn.sizing.along_limbs();
    let tube = Tube {
        limb,
        outwards,
        seam: [side_of_hip, crotch_at],
        free: begun * 1.4,
        reach,
    };
    let start = [hip, crotch];
    let bend = knee.map(|knee| {
        let at = (knee[0].y + knee[1].y - hip.y - crotch.y) / 2.0;
        let whole = (hem[0].y + hem[1].y - hip.y - crotch.y) / 2.0;
        (knee, (at / whole.max(1e-4)).clamp(0.05, 0.95))
    });
    let source = |share: f32| match bend {
        Some((knee, at)) if share < at => between(start, knee, share / at),
        Some((knee, at)) => between(knee, hem, (share - at) / (1.0 - at)),
        None => between(start, hem, share),
    };
    let half = |along: f32| {
        let [thigh, knee, ankle] = body.leg_half();
        let t = (along / whole.max(1e-5)).clamp(0.0, 1.0) * 2.0;
        let leg = if t < 1.0 {
            thigh + (knee - thigh) * t
        } else {
            knee + (ankle - knee) * (t - 1.0)
        };
        let leg = leg * body.scale;
        let flat = garment.breadth(source(along / reach.max(1e-5))) * scale * worn.sizing.breadth;
        let cut = flat / 2.0 / ROUND_THE_LEG;
        cut.clamp(leg * 1.03, leg * 2.6)
    };
    let mut rungs = vec![
        Rung::new([waist, Vec2::new(crotch.x, waist.y)], [outer, middle]).fringe_of(FRINGE, CENTRE),
    ];
    rungs.extend(tube.rungs(source, half, FRINGE));
    rungs[1] = rungs[1].fringe_of(FRINGE, CENTRE);
    Some(Mesh::of(&rungs))
}

/// Both halves reach a little over the middle, so that nothing gapes there.
const CENTRE: f32 = 0.015;

fn between(a: [Vec2; 2], b: [Vec2; 2], t: f32) -> [Vec2; 2] {
    [0, 1].map(|k: usize| a[k].lerp(b[k], t))
}
