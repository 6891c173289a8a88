//! What must disappear and what must stay in front when a garment is put on: worn sleeves become arms, cloth beside the
//! body the wall behind it, cloth on the body stays; hands stay before a garment. Shapes only; masks say where cloth is.

use cheval_domain::anchors::{Anchor, Cut, Fit, Side};
use cheval_domain::figure::HAND;
use cheval_domain::observation::WornCategory;
use glam::Vec2;

use crate::dress::{hem_height, neckline, sleeve_reach};
use crate::size::SizedFit;
use crate::skeleton::{ARM_HALF, Limb, NECK_HALF, Skeleton, of_side};

/// A stick with round ends and a radius at each.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Capsule {
    /// Ends, picture heights.
    pub ends: [Vec2; 2],
    /// Radius at either end, picture heights.
    pub radius: [f32; 2],
    /// How certain it is, 0..=1.
    pub weight: f32,
    /// In front, skin that is seen there counts only, no worn cloth; of skin, the flat of the chest and no round limb.
    pub bare: bool,
}

/// Most capsules of skin: a neck, two of the opening below it, two bones of each arm and leg.
pub const SKIN_MOST: usize = 11;
/// Most capsules of the body: shoulders, chest, belly, two bones of each leg.
pub const BODY_MOST: usize = 7;
/// Most capsules that stay in front: three for each arm.
pub const FRONT_MOST: usize = 6;

/// The shapes for one garment on one body.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Cover {
    /// The torso garment that is worn gives way.
    pub torso: bool,
    /// The leg garment that is worn gives way.
    pub legs: bool,
    /// The torso garment gives way down to here, picture heights; all of it without.
    pub ends: Option<f32>,
    /// From here down a worn torso garment gives way to a skirt or trousers, picture heights.
    pub skirt: Option<f32>,
    /// Where what gives way becomes skin.
    pub skin: Vec<Capsule>,
    /// Where it is left as it is; outside of both it becomes background.
    pub body: Vec<Capsule>,
    /// Arms from where they are bare, with hands, which stay before the garment.
    pub front: Vec<Capsule>,
}

/// Bare arms are a little thinner than the mean proportions, which hold for clothed ones.
const BARE: f32 = 0.96;
/// The round of the shoulder is the garment's: skin begins at this share of the upper arm.
const SLEEVELESS: f32 = 0.25;
/// Cuffs lie beyond the wrist: skin goes on by this share of the forearm.
const CUFF: f32 = 0.3;
/// Beside a garment without sleeves the arm stays in front from this share of the upper arm on.
const BESIDE_STRAP: f32 = 0.25;
/// Under a garment that covers the trunk only this share of its breadth is sure to be body; the rest of what is worn gives
/// way.
const TUCKED: f32 = 0.8;

/// Radius of the opening's upper and lower edge, in half breadths of the neckline.
const OPENING_EDGE: f32 = 0.35;
/// A worn dress ends this far above the hip joints, under the waistband, breadths between the shoulder joints.
const UNDER_BAND: f32 = 0.4;
/// See [`top_ends`], breadths between the shoulder joints below the hip joints.
const TOP_ENDS: f32 = 0.12;
/// What is worn under a new hem shows from here on, breadths between the shoulder joints.
const BELOW_HEM: f32 = 0.06;

/// The shapes for a garment; `worn` is the torso garment that the shopper has on.
#[must_use]
pub fn cover<'a>(
    garment: impl Into<SizedFit<'a>>,
    body: &Skeleton,
    worn: Option<WornCategory>,
) -> Cover {
    let garment = garment.into();
    let (fit, s) = (garment.fit, body.scale);
    let (torso, legs) = match fit.cut {
        Cut::TShirt | Cut::Shirt | Cut::Knitwear | Cut::Jacket | Cut::Coat => (true, false),
        Cut::Dress => (true, true),
        Cut::Skirt | Cut::Trousers | Cut::Shorts => (false, true),
        Cut::Scarf | Cut::Hat | Cut::Glasses => (false, false),
    };
    let mut skin = Vec::new();
    let mut shape = Vec::new();
    if torso && !fit.open {
        skin.push(neck(fit, body));
        skin.extend(opening(garment, body).into_iter().flatten());
        let bare_shoulders = !fit.has_sleeve(Side::Left) && !fit.has_sleeve(Side::Right);
        for arm in &body.arms {
            let radii = [ARM_HALF.0, (ARM_HALF.0 + ARM_HALF.1) / 2.0, ARM_HALF.1];
            skin.extend(bones(&bare_arm(arm, bare_shoulders), radii, s * BARE));
        }
    }
    shape.extend(trunk(body, torso && !fit.open));
    let leg_radii = body.leg_half();
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
        skirt: (legs && !torso).then(|| skirt(body, worn)).flatten(),
        ends: torso.then(|| ends(garment, body, worn)).flatten(),
        skin,
        body: shape,
        front: Side::BOTH
            .into_iter()
            .flat_map(|side| before(&body.arms[of_side(side)], bare_from(garment, body, side), s))
            .collect(),
    }
}

fn bones(limb: &Limb, radii: [f32; 3], scale: f32) -> [Capsule; 2] {
    let capsule = |a, b, from: usize| Capsule {
        ends: [a, b],
        radius: [radii[from] * scale, radii[from + 1] * scale],
        weight: weight(limb),
        bare: false,
    };
    [
        capsule(limb.root, limb.bend, 0),
        capsule(limb.bend, limb.tip, 1),
    ]
}

/// A limb that is hardly seen is no reason to paint anything.
fn weight(limb: &Limb) -> f32 {
    ((limb.seen - 0.4) / 0.1).clamp(0.0, 1.0)
}

/// A new top changes nothing of a dress below its hem: that is the skirt. Only outerwear is taken off whole.
fn ends(garment: SizedFit<'_>, body: &Skeleton, worn: Option<WornCategory>) -> Option<f32> {
    let all = garment.fit.cut == Cut::Dress || worn == Some(WornCategory::Outerwear);
    hem_height(garment, body)
        .filter(|_| !all)
        .map(|hem| hem + BELOW_HEM * body.scale)
}

/// Where a skirt or trousers show over what is worn on the torso: a dress ends under their waistband, a top under its own
/// hem, and they go under outerwear.
fn skirt(body: &Skeleton, worn: Option<WornCategory>) -> Option<f32> {
    match worn? {
        WornCategory::Outerwear => None,
        WornCategory::Dress => Some((body.hips() - body.down() * UNDER_BAND * body.scale).y),
        _ => Some(top_ends(body)),
    }
}

/// Down to here a worn top hides trousers and skirts, y in picture heights; what the parser takes for a top further down
/// is a dress, or a skirt of the same cloth.
#[must_use]
pub fn top_ends(body: &Skeleton) -> f32 {
    body.hips().y + TOP_ENDS * body.scale
}

/// Skin from where any sleeve has begun to beyond the wrist.
fn bare_arm(arm: &Limb, bare_shoulders: bool) -> Limb {
    let begin = if bare_shoulders { 0.0 } else { SLEEVELESS };
    Limb {
        root: arm.root.lerp(arm.bend, begin),
        tip: arm.tip + (arm.tip - arm.bend) * CUFF,
        ..*arm
    }
}

/// How far from the shoulder a garment's sleeve leaves the arm bare.
fn bare_from(garment: SizedFit<'_>, body: &Skeleton, side: Side) -> f32 {
    let arm = &body.arms[of_side(side)];
    let strap = arm.root.distance(arm.bend) * BESIDE_STRAP;
    sleeve_reach(garment, body, side).unwrap_or(strap)
}

/// The arm from where it is bare to the finger tips; sleeves lie before the garment by themselves.
fn before(arm: &Limb, bare: f32, scale: f32) -> [Capsule; 3] {
    let (upper, lower) = (arm.bend - arm.root, arm.tip - arm.bend);
    let (first, second) = (upper.length().max(1e-5), lower.length().max(1e-5));
    let on_upper = arm.root + upper * (bare / first).min(1.0);
    let on_lower = arm.bend + lower * ((bare - first) / second).clamp(0.0, 1.0);
    let capsule = |a, b, radius: [f32; 2]| Capsule {
        ends: [a, b],
        radius: radius.map(|r| r * scale),
        weight: weight(arm),
        bare: false,
    };
    let elbow = (ARM_HALF.0 + ARM_HALF.1) / 2.0;
    [
        Capsule {
            weight: if bare < first { weight(arm) } else { 0.0 },
            ..capsule(on_upper, arm.bend, [ARM_HALF.0, elbow].map(|r| r * BARE))
        },
        capsule(on_lower, arm.tip, [elbow, ARM_HALF.1].map(|r| r * BARE)),
        // A hand is broader than the wrist; a worn cuff around it is none of it.
        Capsule {
            bare: true,
            ..capsule(on_lower, arm.tip + lower * HAND, [elbow, ARM_HALF.1 * 1.6])
        },
    ]
}

/// From the mouth down to where the garment's neckline ends.
fn neck(fit: &Fit, body: &Skeleton) -> Capsule {
    let down = body.down();
    let depth = fit
        .at(Anchor::NeckFront)
        .zip(fit.at(Anchor::Neck(Side::Left)))
        .zip(
            fit.at(Anchor::Shoulder(Side::Left))
                .zip(fit.at(Anchor::Shoulder(Side::Right))),
        )
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
        bare: false,
    }
}

/// Chest and shoulders inside the garment's neckline: along its upper edge, and down to its lowest place.
fn opening(garment: SizedFit<'_>, body: &Skeleton) -> [Option<Capsule>; 2] {
    let Some([right, left, front]) = neckline(garment, body) else {
        return [None; 2];
    };
    let (down, half) = (body.down(), right.distance(left) / 2.0);
    let middle = right.midpoint(left);
    let edge = half * OPENING_EDGE;
    // A little of it lies under the cloth.
    let inwards = (left - right).normalize_or_zero() * edge * 0.8;
    let capsule = |ends, radius| {
        Some(Capsule {
            ends,
            radius,
            weight: 1.0,
            bare: true,
        })
    };
    [
        capsule(
            [right + inwards + down * edge, left - inwards + down * edge],
            [edge; 2],
        ),
        capsule(
            [middle + down * half * 0.8, front],
            [half * 1.02, half * OPENING_EDGE],
        ),
    ]
}

/// Shoulders, chest and belly.
fn trunk(body: &Skeleton, tucked: bool) -> Vec<Capsule> {
    let share = if tucked { TUCKED } else { 1.0 };
    let (s, down) = (body.scale, body.down());
    let mean = |pair: [f32; 2]| (pair[0] + pair[1]) / 2.0;
    let (chest, waist, hip) = (
        mean(body.girth.chest),
        mean(body.girth.waist),
        mean(body.girth.hip),
    );
    let at = |share: f32| body.shoulders() + body.spine() * share;
    let capsule = |a, b, radius| Capsule {
        ends: [a, b],
        radius,
        weight: 1.0,
        bare: false,
    };
    let mut trunk = vec![
        capsule(
            body.shoulders() + down * chest * 0.9,
            at(0.7),
            [chest * share, waist * share],
        ),
        capsule(at(0.7), body.hips(), [waist * share, hip * share]),
    ];
    if !tucked {
        trunk.push(capsule(body.arms[0].root, body.arms[1].root, [0.14 * s; 2]));
    }
    trunk
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_body::{CALM, body};

    fn tee(cuff_y: Option<f32>) -> Fit {
        let mut anchors: Vec<(&str, [f32; 2])> = vec![
            ("neck_back", [0.5, 0.12]),
            ("neck_front", [0.5, 0.22]),
            ("neck_right", [0.42, 0.14]),
            ("shoulder_right", [0.28, 0.2]),
            ("armpit_right", [0.28, 0.4]),
            ("waist_right", [0.28, 0.6]),
            ("hem_right", [0.28, 0.87]),
        ];
        if let Some(y) = cuff_y {
            anchors.extend([
                ("cuff_outer_right", [0.1, y]),
                ("cuff_inner_right", [0.2, y + 0.08]),
            ]);
        }
        let one = anchors
            .iter()
            .map(|(word, at)| (Anchor::named(word).unwrap(), *at));
        let mirrored = one
            .clone()
            .map(|(anchor, [x, y])| (anchor.mirrored(), [1.0 - x, y]));
        Fit {
            cut: Cut::TShirt,
            aspect: 1.0,
            open: false,
            ease: 0.1,
            stretch: Fit::WOVEN_STRETCH,
            anchors: one.chain(mirrored).collect(),
            neckline: Vec::new(),
            chart: None,
        }
    }

    #[test]
    fn a_top_leaves_trousers_alone_and_trousers_a_top() {
        let body = body(CALM);
        let of = |cut, open| {
            let cover = cover(
                &Fit {
                    cut,
                    open,
                    ..tee(None)
                },
                &body,
                None,
            );
            (cover.torso, cover.legs)
        };
        assert_eq!(of(Cut::TShirt, false), (true, false));
        assert_eq!(of(Cut::Coat, true), (true, false));
        assert_eq!(of(Cut::Dress, false), (true, true));
        assert_eq!(of(Cut::Shorts, false), (false, true));
        for cut in [Cut::Scarf, Cut::Hat, Cut::Glasses] {
            assert_eq!(of(cut, false), (false, false));
        }
    }

    #[test]
    fn shapes_fit_the_shader_whatever_the_cut() {
        let body = body(CALM);
        for cut in Cut::ALL {
            for open in [false, true] {
                let cover = cover(
                    &Fit {
                        cut,
                        open,
                        ..tee(Some(0.6))
                    },
                    &body,
                    None,
                );
                assert!(cover.skin.len() <= SKIN_MOST && cover.body.len() <= BODY_MOST);
                assert!(cover.front.len() <= FRONT_MOST);
            }
        }
    }

    #[test]
    fn a_worn_dress_is_left_below_a_new_top_and_taken_below_a_new_waistband() {
        let body = body(CALM);
        let of = |cut, worn| {
            let fit = Fit { cut, ..tee(None) };
            let cover = cover(&fit, &body, worn);
            (cover.ends.is_some(), cover.skirt.is_some())
        };
        let dress = Some(WornCategory::Dress);
        assert_eq!(of(Cut::TShirt, dress), (true, false));
        assert_eq!(
            of(Cut::TShirt, Some(WornCategory::Outerwear)),
            (false, false)
        );
        assert_eq!(of(Cut::Coat, dress), (true, false));
        assert_eq!(of(Cut::Dress, dress), (false, false));
        assert_eq!(of(Cut::Trousers, dress), (false, true));
        assert_eq!(of(Cut::Trousers, None), (false, false));
        assert_eq!(
            of(Cut::Trousers, Some(WornCategory::Outerwear)),
            (false, false)
        );
        let from = |worn| {
            cover(
                &Fit {
                    cut: Cut::Shorts,
                    ..tee(None)
                },
                &body,
                Some(worn),
            )
            .skirt
        };
        assert!(from(WornCategory::Dress) < from(WornCategory::TShirt));
        let ends = cover(&tee(None), &body, dress).ends.unwrap();
        let hem = hem_height(&tee(None), &body).unwrap();
        assert!(ends > hem && ends < hem + 0.1 * body.scale);
    }

    #[test]
    fn the_neckline_s_opening_lies_between_neck_and_neckline() {
        let body = body(CALM);
        let skin = cover(&tee(None), &body, None).skin;
        let [right, left, front] = neckline(&tee(None), &body).unwrap();
        for capsule in &skin[1..3] {
            for (end, radius) in capsule.ends.iter().zip(capsule.radius) {
                let under = 0.03 * body.scale;
                assert!(end.x - radius > right.x - under && end.x + radius < left.x + under);
                assert!(end.y - radius > right.y - 0.2 * body.scale);
            }
        }
        assert!(front.y > right.y && (front.x - body.shoulders().x).abs() < 0.01);
    }

    #[test]
    fn an_open_jacket_uncovers_no_skin() {
        let cover = cover(
            &Fit {
                open: true,
                ..tee(Some(0.6))
            },
            &body(CALM),
            None,
        );
        assert!(cover.skin.is_empty(), "what is worn under it shows");
    }

    #[test]
    fn arms_stay_in_front_from_where_the_sleeve_ends() {
        let body = body(CALM);
        // The first piece of the right arm that counts.
        let bare = |fit: &Fit| {
            let front = cover(fit, &body, None).front;
            front[3..].iter().find(|c| c.weight > 0.0).unwrap().ends[0].y
        };
        let (none, short, long) = (
            bare(&tee(None)),
            bare(&tee(Some(0.3))),
            bare(&tee(Some(0.75))),
        );
        assert!(none <= short && short < long, "{none} {short} {long}");
        let wrist = body.arms[1].tip.y;
        assert!(
            (long - wrist).abs() < 0.1 * body.scale,
            "a long sleeve leaves the hand only"
        );
    }

    #[test]
    fn a_limb_that_is_not_seen_paints_nothing() {
        let mut hidden = body(CALM);
        hidden.arms[0].seen = 0.1;
        let cover = cover(&tee(None), &hidden, None);
        let weights: Vec<f32> = cover.skin.iter().map(|c| c.weight).collect();
        assert_eq!(weights, [1.0, 1.0, 1.0, 0.0, 0.0, 1.0, 1.0]);
    }
}
