//! Who is dressed, and what the others are asked to do.

use super::*;
use crate::test_body::{CALM, Stance, body, seated};

const ASPECT: f32 = 0.5625;

fn answer(cut: Cut, stance: Stance) -> Result<(), Hindrance> {
    fits(cut, Some(&body(stance)), ASPECT, false)
}

#[test]
fn somebody_who_stands_before_the_mirror_can_wear_everything() {
    for cut in Cut::ALL {
        assert_eq!(answer(cut, CALM), Ok(()), "{cut:?}");
    }
}

#[test]
fn nobody_and_somebody_far_away_are_asked_to_come_closer() {
    assert_eq!(
        fits(Cut::Shirt, None, ASPECT, false),
        Err(Ask(Guide::ComeCloser))
    );
    let far = Stance {
        scale: 0.03,
        ..CALM
    };
    assert_eq!(answer(Cut::Shirt, far), Err(Ask(Guide::ComeCloser)));
}

#[test]
fn somebody_too_near_is_asked_to_step_back_and_may_wear_a_hat() {
    let near = Stance {
        at: Vec2::new(0.28, 0.85),
        scale: 0.3,
        ..CALM
    };
    assert_eq!(answer(Cut::TShirt, near), Err(Ask(Guide::StepBack)));
    assert_eq!(answer(Cut::Hat, near), Ok(()));
    let half_outside = Stance {
        at: Vec2::new(0.0, 0.3),
        ..CALM
    };
    assert_eq!(answer(Cut::TShirt, half_outside), Err(Ask(Guide::StepBack)));
}

#[test]
fn hips_at_the_pictures_edge_leave_tops_on() {
    // Knees below it.
    let near = Stance {
        at: Vec2::new(0.28, 0.6),
        scale: 0.22,
        ..CALM
    };
    assert_eq!(answer(Cut::Knitwear, near), Ok(()));
    assert_eq!(answer(Cut::Trousers, near), Err(Ask(Guide::StepBack)));
}

#[test]
fn a_turned_body_is_asked_to_face_the_mirror_and_a_back_too() {
    let turned = Stance {
        frontal: 0.4,
        ..CALM
    };
    assert_eq!(answer(Cut::Shirt, turned), Err(Ask(Guide::FaceMirror)));
    let from_behind = Stance {
        frontal: -1.0,
        ..CALM
    };
    assert_eq!(answer(Cut::Shirt, from_behind), Err(Ask(Guide::FaceMirror)));
}

#[test]
fn a_turn_that_takes_a_garment_away_is_larger_than_the_one_that_keeps_it_off() {
    let between = body(Stance {
        frontal: 0.55,
        ..CALM
    });
    assert!(fits(Cut::Shirt, Some(&between), ASPECT, false).is_err());
    assert!(fits(Cut::Shirt, Some(&between), ASPECT, true).is_ok());
}

#[test]
fn hidden_joints_and_folded_arms_are_told_apart() {
    let mut hidden = body(CALM);
    hidden.torso_seen = 0.2;
    assert_eq!(
        fits(Cut::Shirt, Some(&hidden), ASPECT, false),
        Err(Ask(Guide::StandClear))
    );
    let mut folded = body(CALM);
    let chest = folded.shoulders() + folded.spine() * 0.4;
    for arm in &mut folded.arms {
        arm.tip = chest;
    }
    assert_eq!(
        fits(Cut::Shirt, Some(&folded), ASPECT, false),
        Err(Ask(Guide::OpenArms))
    );
    assert_eq!(
        fits(Cut::Shirt, Some(&folded), ASPECT, true),
        Ok(()),
        "worn already"
    );
}

#[test]
fn the_gate_opens_and_closes_late_and_does_not_flicker() {
    let mut gate = Gate::default();
    let at = |k: u64| Mono(1000 + k * 33);
    assert_eq!(gate.step(Ok(()), at(0)), Err(Ask(Guide::ComeCloser)));
    let opened = (0..30).find(|k| gate.step(Ok(()), at(*k)).is_ok());
    assert_eq!(opened, Some(8), "a quarter of a second");
    for k in 30..60 {
        let flickering = if k % 2 == 0 {
            Ok(())
        } else {
            Err(Ask(Guide::FaceMirror))
        };
        assert_eq!(gate.step(flickering, at(k)), Ok(()));
    }
    let closed = (60..90).find(|k| gate.step(Err(Ask(Guide::StepBack)), at(*k)).is_err());
    assert_eq!(closed, Some(70));
    assert_eq!(
        gate.step(Err(Ask(Guide::StepBack)), at(91)),
        Err(Ask(Guide::StepBack))
    );
}

#[test]
fn somebody_who_sits_wears_everything_above_the_lap_and_is_not_asked_to_stand_up() {
    let sitting = seated(CALM, 0.35);
    for cut in Cut::ALL {
        let legs = matches!(cut, Cut::Trousers | Cut::Shorts | Cut::Skirt);
        let wanted = if legs { Err(Hindrance::Beside) } else { Ok(()) };
        assert_eq!(fits(cut, Some(&sitting), ASPECT, false), wanted, "{cut:?}");
    }
}

#[test]
fn somebody_who_sits_near_the_edge_of_the_picture_wears_tops() {
    // As before a table, or in a wheelchair close by: everything below the hips is cut off.
    let near = Stance {
        at: Vec2::new(0.28, 0.7),
        scale: 0.18,
        ..CALM
    };
    let sitting = seated(near, 0.3);
    for cut in [Cut::TShirt, Cut::Shirt, Cut::Knitwear, Cut::Jacket] {
        assert_eq!(fits(cut, Some(&sitting), ASPECT, false), Ok(()), "{cut:?}");
    }
    assert_eq!(
        fits(Cut::Trousers, Some(&sitting), ASPECT, false),
        Err(Ask(Guide::StepBack))
    );
}

#[test]
fn a_lifted_leg_is_no_seat() {
    let mut walking = body(CALM);
    let leg = &mut walking.legs[0];
    leg.bend = leg.root.lerp(leg.bend, 0.3);
    assert_eq!(fits(Cut::Trousers, Some(&walking), ASPECT, false), Ok(()));
}
