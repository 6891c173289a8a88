//! Properties of dressing: nothing folds over, everything is continuous, mirror-symmetric and free of scale.

use std::collections::BTreeMap;

use glam::Vec2;
use proptest::prelude::*;

use super::*;
use crate::size::Sizing;
use crate::test_body::{CALM, Stance, body, seated};

fn fit(cut: Cut) -> Fit {
    let right_half: &[(&str, [f32; 2])] = match cut {
        Cut::TShirt | Cut::Shirt | Cut::Knitwear | Cut::Jacket | Cut::Coat | Cut::Dress => &[
            ("neck_right", [0.42, 0.145]),
            ("shoulder_right", [0.28, 0.2]),
            ("armpit_right", [0.28, 0.4]),
            ("waist_right", [0.285, 0.6]),
            ("hem_right", [0.275, 0.87]),
            ("elbow_outer_right", [0.15, 0.42]),
            ("elbow_inner_right", [0.23, 0.48]),
            ("cuff_outer_right", [0.05, 0.7]),
            ("cuff_inner_right", [0.13, 0.73]),
        ],
        Cut::Skirt => &[
            ("waist_right", [0.35, 0.1]),
            ("hip_right", [0.3, 0.3]),
            ("hem_right", [0.2, 0.9]),
        ],
        Cut::Trousers => &[
            ("waist_right", [0.35, 0.06]),
            ("hip_right", [0.31, 0.2]),
            ("knee_outer_right", [0.32, 0.6]),
            ("knee_inner_right", [0.46, 0.6]),
            ("hem_outer_right", [0.33, 0.95]),
            ("hem_inner_right", [0.45, 0.95]),
        ],
        Cut::Shorts => &[
            ("waist_right", [0.3, 0.15]),
            ("hip_right", [0.25, 0.4]),
            ("hem_outer_right", [0.2, 0.85]),
            ("hem_inner_right", [0.48, 0.85]),
        ],
        Cut::Scarf => &[("neck_right", [0.35, 0.2]), ("hem_right", [0.38, 0.95])],
        Cut::Hat => &[("brim_right", [0.3, 0.7])],
        Cut::Glasses => &[("temple_right", [0.1, 0.45])],
    };
    let middle: &[(&str, [f32; 2])] = match cut {
        Cut::Skirt => &[],
        Cut::Trousers | Cut::Shorts => &[("crotch", [0.5, 0.45])],
        Cut::Scarf => &[("wrap_top", [0.5, 0.1]), ("neck_front", [0.5, 0.3])],
        Cut::Hat => &[("crown", [0.5, 0.2])],
        Cut::Glasses => &[("bridge", [0.5, 0.5])],
        _ => &[("neck_back", [0.5, 0.12]), ("neck_front", [0.5, 0.22])],
    };
    let named = |(word, at): &(&str, [f32; 2])| (Anchor::named(word).unwrap(), *at);
    let mut anchors: BTreeMap<_, _> = right_half.iter().chain(middle).map(named).collect();
    if cut == Cut::Dress {
        anchors.insert(Anchor::Hip(Side::Right), [0.26, 0.7]);
    }
    for (anchor, [x, y]) in anchors.clone() {
        anchors.insert(anchor.mirrored(), [1.0 - x, y]);
    }
    let fit = Fit {
        cut,
        aspect: 1.0,
        open: false,
        ease: 0.1,
        stretch: Fit::WOVEN_STRETCH,
        anchors,
        neckline: Vec::new(),
        chart: None,
    };
    assert_eq!(fit.problems(), [], "{cut:?}");
    fit
}

fn corners(pieces: &[Piece]) -> impl Iterator<Item = Vec2> + '_ {
    pieces
        .iter()
        .flat_map(|p| p.mesh.corners.iter().map(|c| c.at))
}

fn piece(pieces: &[Piece], part: Part) -> &Mesh {
    &pieces.iter().find(|p| p.part == part).unwrap().mesh
}

fn bounds(mesh: &Mesh) -> (Vec2, Vec2) {
    mesh.corners.iter().fold(
        (Vec2::splat(f32::MAX), Vec2::splat(f32::MIN)),
        |(low, high), c| (low.min(c.at), high.max(c.at)),
    )
}

#[test]
fn a_t_shirt_covers_the_torso_and_follows_the_arms() {
    let body = body(CALM);
    let pieces = dress(&fit(Cut::TShirt), &body, Vec2::ZERO);
    let (low, high) = bounds(piece(&pieces, Part::Torso));
    let s = body.scale;
    assert!(
        low.y > body.head.mouth.y && low.y < body.shoulders().y,
        "{low}"
    );
    assert!(
        high.y > body.hips().y && high.y < body.hips().y + 0.9 * s,
        "{high}"
    );
    let breadth = high.x - low.x;
    assert!((1.1 * s..1.7 * s).contains(&breadth), "{}", breadth / s);
    let sleeve = piece(&pieces, Part::Sleeve(Side::Left));
    let (low, high) = bounds(sleeve);
    let wrist = body.arms[0].tip;
    assert!(
        low.x < wrist.x && wrist.x < high.x,
        "a long sleeve ends at the wrist"
    );
    assert!((high.y - wrist.y).abs() < 0.2 * s, "{high} {wrist}");
}

#[test]
fn trousers_reach_the_ankles_and_shorts_the_knees() {
    let body = body(CALM);
    for (cut, joint) in [
        (Cut::Trousers, body.legs[0].tip),
        (Cut::Shorts, body.legs[0].bend),
    ] {
        let pieces = dress(&fit(cut), &body, Vec2::ZERO);
        let (low, high) = bounds(piece(&pieces, Part::Leg(Side::Left)));
        assert!(
            (high.y - joint.y).abs() < 0.45 * body.scale,
            "{cut:?} {high} {joint}"
        );
        assert!(low.y < body.hips().y && low.y > body.shoulders().y);
    }
}

#[test]
fn every_cut_gives_its_pieces_in_their_order() {
    for cut in Cut::ALL {
        let pieces = dress(&fit(cut), &body(CALM), Vec2::ZERO);
        let wanted = match cut {
            Cut::Trousers | Cut::Shorts => 2,
            Cut::Skirt | Cut::Scarf | Cut::Hat | Cut::Glasses => 1,
            _ => 3,
        };
        assert_eq!(pieces.len(), wanted, "{cut:?}");
        assert!(pieces.is_sorted_by_key(|p| p.level));
    }
}

#[test]
fn a_fit_without_its_anchors_is_no_piece_and_no_panic() {
    for cut in Cut::ALL {
        let whole = fit(cut);
        for anchor in cut.required() {
            let mut fit = whole.clone();
            fit.anchors.remove(&anchor);
            let pieces = dress(&fit, &body(CALM), Vec2::ZERO);
            assert!(corners(&pieces).all(Vec2::is_finite), "{cut:?} {anchor:?}");
        }
    }
}

#[test]
fn on_somebody_who_sits_hems_lie_on_the_lap() {
    let sitting = seated(CALM, 0.35);
    for cut in [Cut::TShirt, Cut::Coat, Cut::Dress] {
        let hem = |body: &Skeleton| {
            bounds(piece(&dress(&fit(cut), body, Vec2::ZERO), Part::Torso))
                .1
                .y
        };
        assert!(hem(&sitting) < hem(&body(CALM)), "{cut:?}");
        let knees = sitting.legs[0].bend.y;
        assert!(hem(&sitting) < knees + 0.3 * sitting.scale, "{cut:?}");
    }
}

fn any_cut() -> impl Strategy<Value = Cut> {
    prop::sample::select(Cut::ALL.to_vec())
}

prop_compose! {
    /// From slim to heavy, left and right not quite alike.
    fn any_broad()(
        chest in 0.8_f32..1.35, waist in 0.75_f32..1.6, hip in 0.75_f32..1.5, aside in [-0.08_f32..0.08, -0.08_f32..0.08, -0.08_f32..0.08],
    ) -> [[f32; 2]; 3] {
        let pair = |mean: f32, aside: f32| [mean * (1.0 + aside), mean * (1.0 - aside)];
        [pair(chest, aside[0]), pair(waist, aside[1]), pair(hip, aside[2])]
    }
}

prop_compose! {
    fn any_sizing()(breadth in 0.8_f32..1.3, length in 0.8_f32..1.3) -> Sizing {
        Sizing { breadth, length, ..Sizing::AS_SHOWN }
    }
}

prop_compose! {
    fn any_stance()(
        x in 0.1_f32..0.5, y in 0.2_f32..0.4, scale in 0.05_f32..0.3, frontal in 0.6_f32..1.0, lean in -0.35_f32..0.35,
        arms in [[-0.4_f32..2.9, -2.2_f32..0.3], [-0.4_f32..2.9, -2.2_f32..0.3]],
        legs in [[-0.2_f32..0.7, -0.6_f32..0.2], [-0.2_f32..0.7, -0.6_f32..0.2]],
        broad in any_broad(),
    ) -> Stance {
        Stance { at: Vec2::new(x, y), scale, frontal, lean, arms, legs, broad }
    }
}

proptest! {
    #[test]
    fn nothing_folds_over(cut in any_cut(), stance in any_stance(), sizing in any_sizing()) {
        let body = body(stance);
        for piece in dress(SizedFit { fit: &fit(cut), sizing }, &body, Vec2::ZERO) {
            let areas: Vec<f32> = piece.mesh.triangles.iter().map(|t| piece.mesh.doubled_area(*t)).collect();
            let turned: f32 = areas.iter().sum();
            let tiny = 1e-4 * stance.scale * stance.scale;
            let shown: usize = piece.mesh.triangles.len();
            prop_assert!(shown * 10 > piece.mesh.corners.len() * 12, "{cut:?} {:?} hardly any cloth is left", piece.part);
            let folded = areas.iter().position(|area| area * turned.signum() <= -tiny).map(|at| at / 2 / crate::strip::COLUMNS);
            prop_assert_eq!(folded, None, "{:?} {:?} row", cut, piece.part);
        }
    }

    #[test]
    fn on_somebody_who_sits_nothing_folds_over_or_flies_away(cut in any_cut(), stance in any_stance(), thighs in 0.05_f32..0.6) {
        let body = seated(stance, thighs);
        let reach = 4.0 * stance.scale;
        for piece in dress(&fit(cut), &body, Vec2::ZERO) {
            let far = piece.mesh.corners.iter().find(|c| !c.at.is_finite() || c.at.distance(body.hips()) > reach);
            prop_assert!(far.is_none(), "{cut:?} {:?} {:?}", piece.part, far);
            if matches!(piece.part, Part::Torso | Part::Sleeve(_)) {
                let areas: Vec<f32> = piece.mesh.triangles.iter().map(|t| piece.mesh.doubled_area(*t)).collect();
                let turned: f32 = areas.iter().sum();
                let tiny = 1e-4 * stance.scale * stance.scale;
                prop_assert!(areas.iter().all(|area| area * turned.signum() > -tiny), "{cut:?} {:?}", piece.part);
            }
        }
    }

    #[test]
    fn a_small_move_of_the_body_is_a_small_move_of_the_cloth(cut in any_cut(), stance in any_stance(), angle in -0.01_f32..0.01) {
        let mut moved = stance;
        moved.arms[0][0] += angle;
        moved.legs[1][1] += angle;
        moved.at.x += angle * stance.scale;
        let (a, b) = (dress(&fit(cut), &body(stance), Vec2::ZERO), dress(&fit(cut), &body(moved), Vec2::ZERO));
        let most = corners(&a).zip(corners(&b)).map(|(a, b)| a.distance(b)).fold(0.0, f32::max);
        prop_assert!(most < 0.12 * stance.scale, "{cut:?} moved by {} breadths", most / stance.scale);
    }

    #[test]
    fn a_mirrored_body_wears_a_mirrored_garment(cut in any_cut(), stance in any_stance()) {
        let body = body(stance);
        let (here, there) = (dress(&fit(cut), &body, Vec2::ZERO), dress(&fit(cut), &body.mirrored(), Vec2::ZERO));
        let sum = |pieces: &[Piece]| corners(pieces).fold(Vec2::ZERO, |sum, at| sum + at) / corners(pieces).count() as f32;
        let (a, b) = (sum(&here), sum(&there));
        prop_assert!((a.x + b.x).abs() < 1e-3 && (a.y - b.y).abs() < 1e-3, "{cut:?}: {a} {b}");
    }

    #[test]
    fn size_does_not_matter(cut in any_cut(), stance in any_stance(), factor in 0.3_f32..3.0) {
        let body = body(stance);
        let large = Skeleton {
            scale: body.scale * factor,
            girth: body.girth.joined(&body.girth, |half, _| half * factor),
            ..body.moved(|p| p * factor)
        };
        let (a, b) = (dress(&fit(cut), &body, Vec2::ZERO), dress(&fit(cut), &large, Vec2::ZERO));
        let most = corners(&a).zip(corners(&b)).map(|(a, b)| (a * factor).distance(b)).fold(0.0, f32::max);
        prop_assert!(most < 2e-3 * factor, "{cut:?}: {most}");
    }
}
