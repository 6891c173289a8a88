use cheval_domain::colour::{ColourName, delta_e_2000, srgb_to_lab, srgb8_to_lab};
use proptest::prelude::*;

use super::*;

fn lightness(srgb: [f32; 3]) -> f32 {
    srgb_to_lab(srgb)[0]
}

fn grey(level: f32) -> [f32; 3] {
    [level; 3]
}

fn full(worn: [f32; 3], target: [f32; 3]) -> RecolourParameters {
    RecolourParameters::new(worn, target, 1.0)
}

#[test]
fn the_main_colour_becomes_the_target() {
    for worn in ColourName::ALL {
        for target in ColourName::ALL {
            let main = worn.srgb8().map(|c| f32::from(c) / 255.0);
            let out = srgb_to_lab(recolour_pixel(main, &full(worn.lab(), target.lab())));
            assert!(
                delta_e_2000(out, target.lab()) < 1.5,
                "{worn:?} as {target:?}: {out:?}"
            );
        }
    }
}

#[test]
fn a_black_coat_in_yellow_keeps_folds_and_is_not_grey() {
    let p = full(ColourName::Black.lab(), ColourName::Yellow.lab());
    let (fold, lit) = (
        recolour_pixel(grey(0.05), &p),
        recolour_pixel(grey(0.25), &p),
    );
    assert!(lightness(lit) - lightness(fold) > 8.0);
    let lab = srgb_to_lab(fold);
    assert!(
        lab[1].hypot(lab[2]) > 50.0,
        "the fold is still yellow: {lab:?}"
    );
}

#[test]
fn a_white_shirt_in_navy_does_not_sink_into_black() {
    let p = full(ColourName::White.lab(), ColourName::Navy.lab());
    // The shade under an arm on a white shirt, L* about 55.
    let out = lightness(recolour_pixel(grey(0.51), &p));
    let navy = ColourName::Navy.lab()[0];
    assert!((L_DARKEST..navy).contains(&out), "{out} for navy at {navy}");
    let creases: Vec<f32> = [0.45, 0.6, 0.75, 0.9]
        .map(|l| lightness(recolour_pixel(grey(l), &p)))
        .to_vec();
    assert!(
        creases.windows(2).all(|w| w[1] - w[0] > 0.8),
        "creases can be told apart: {creases:?}"
    );
}

#[test]
fn strength_zero_is_the_picture_itself() {
    let p = RecolourParameters::new(ColourName::Red.lab(), ColourName::Blue.lab(), 0.0);
    assert_eq!(recolour_pixel([0.8, 0.3, 0.1], &p), [0.8, 0.3, 0.1]);
}

fn worn(lab: [f32; 3]) -> Option<Worn> {
    Some(Worn {
        lab,
        confidence: 0.9,
    })
}

#[test]
fn it_fades_in_and_out_in_260_ms_and_then_is_gone() {
    let (red, blue) = (ColourName::Red.lab(), Some(ColourName::Blue.lab()));
    let mut recolour = Recolour::default();
    assert_eq!(recolour.step(Mono(1_000), worn(red), blue), None);
    let half = recolour
        .step(Mono(1_130), worn(red), blue)
        .unwrap()
        .strength;
    assert!(half > 0.5 && half < 1.0, "{half}");
    assert_eq!(
        recolour
            .step(Mono(1_260), worn(red), blue)
            .unwrap()
            .strength,
        1.0
    );
    assert!(
        recolour.step(Mono(1_390), None, blue).unwrap().strength < 1.0,
        "the mask was lost"
    );
    assert_eq!(recolour.step(Mono(1_521), None, blue), None);
}

#[test]
fn a_doubtful_mask_and_broken_numbers_fade_out_too() {
    let (red, blue) = (ColourName::Red.lab(), Some(ColourName::Blue.lab()));
    for bad in [
        Some(Worn {
            lab: red,
            confidence: 0.2,
        }),
        Some(Worn {
            lab: red,
            confidence: f32::NAN,
        }),
        worn([f32::NAN, 0.0, 0.0]),
    ] {
        let mut recolour = Recolour::default();
        recolour.step(Mono(0), worn(red), blue);
        recolour.step(Mono(300), worn(red), blue);
        assert_eq!(recolour.step(Mono(600), bad, blue), None);
    }
}

#[test]
fn the_worn_colour_is_followed_over_a_second_not_at_once() {
    let (before, after, target) = ([30.0, 0.0, 0.0], [40.0, 0.0, 0.0], Some([60.0, 40.0, 20.0]));
    let mut recolour = Recolour::default();
    recolour.step(Mono(0), worn(before), target);
    recolour.step(Mono(300), worn(before), target);
    let soon = recolour
        .step(Mono(333), worn(after), target)
        .unwrap()
        .worn_lab[0];
    assert!((30.0..30.5).contains(&soon), "{soon}");
    let later = recolour
        .step(Mono(1_333), worn(after), target)
        .unwrap()
        .worn_lab[0];
    assert!((36.0..37.0).contains(&later), "63 % of the way: {later}");
}

#[test]
fn another_swatch_glides() {
    let red = ColourName::Red.lab();
    let mut recolour = Recolour::default();
    recolour.step(Mono(0), worn(red), Some([20.0, 0.0, 0.0]));
    recolour.step(Mono(300), worn(red), Some([20.0, 0.0, 0.0]));
    let gliding = recolour
        .step(Mono(333), worn(red), Some([80.0, 0.0, 0.0]))
        .unwrap()
        .target_lab[0];
    assert!(gliding > 21.0 && gliding < 60.0, "{gliding}");
    let there = recolour
        .step(Mono(1_333), worn(red), Some([80.0, 0.0, 0.0]))
        .unwrap()
        .target_lab[0];
    assert!((there - 80.0).abs() < 0.1);
}

#[test]
fn a_wipe_leaves_nothing() {
    let mut recolour = Recolour::default();
    recolour.step(Mono(0), worn([30.0; 3]), Some([60.0; 3]));
    recolour.step(Mono(300), worn([30.0; 3]), Some([60.0; 3]));
    recolour.wipe();
    assert_eq!(recolour.step(Mono(301), None, None), None);
}

proptest! {
    #[test]
    fn ones_own_colour_changes_nothing(pixel: [u8; 3], own: [u8; 3]) {
        let own = srgb8_to_lab(own);
        let srgb = pixel.map(|c| f32::from(c) / 255.0);
        let out = recolour_pixel(srgb, &full(own, own));
        // A difference of 1 is just noticeable (CIE 1976); channels near zero move more than the eye does.
        let seen = distance(srgb_to_lab(out), srgb_to_lab(srgb));
        prop_assert!(seen < 0.5, "{srgb:?} became {out:?}");
    }

    #[test]
    fn lighter_stays_lighter(target: [u8; 3], worn: [u8; 3], one in 0.0f32..1.0, two in 0.0f32..1.0) {
        let (dark, light) = (one.min(two), one.max(two));
        let p = full(srgb8_to_lab(worn), srgb8_to_lab(target));
        // One material in two lights: the worn colour scaled.
        let lit = |k: f32| worn.map(|c| f32::from(c) / 255.0 * k);
        let (dark, light) = (lightness(recolour_pixel(lit(dark), &p)), lightness(recolour_pixel(lit(light), &p)));
        // Clipping to what a screen can show may turn two near-blacks round, by less than can be noticed (1).
        prop_assert!(dark <= light + 1.0, "{dark} should not be lighter than {light}");
    }

    #[test]
    fn black_stays_darker_than_white(target: [u8; 3], worn: [u8; 3]) {
        let p = full(srgb8_to_lab(worn), srgb8_to_lab(target));
        prop_assert!(lightness(recolour_pixel(grey(0.0), &p)) < lightness(recolour_pixel(grey(1.0), &p)));
    }

    #[test]
    fn always_in_gamut(pixel: [u8; 3], target in [-20.0f32..120.0, -150.0f32..150.0, -150.0f32..150.0],
                       worn in [-20.0f32..120.0, -150.0f32..150.0, -150.0f32..150.0], strength in -1.0f32..2.0) {
        let p = RecolourParameters::new(worn, target, strength);
        let out = recolour_pixel(pixel.map(|c| f32::from(c) / 255.0), &p);
        prop_assert!(out.iter().all(|c| (-1e-6..=1.000_001).contains(c)), "{out:?}");
    }

    #[test]
    fn the_frame_rate_does_not_matter(steps in 1u64..40) {
        let run = |steps: u64| {
            let mut recolour = Recolour::default();
            recolour.step(Mono(0), worn([30.0, 5.0, 5.0]), Some([60.0, 0.0, 0.0]));
            let mut last = None;
            for i in 1..=steps {
                last = recolour.step(Mono(i * 4_000 / steps), worn([50.0, 0.0, 0.0]), Some([60.0, 0.0, 0.0]));
            }
            last.unwrap()
        };
        let (one, many) = (run(1), run(steps));
        prop_assert!((one.worn_lab[0] - many.worn_lab[0]).abs() < 0.1);
        prop_assert_eq!(one.strength, many.strength);
    }

    #[test]
    fn any_order_of_times_and_inputs_is_survived(steps in prop::collection::vec((0u64..3_000, any::<Option<(u8, u8)>>()), 0..60)) {
        let mut recolour = Recolour::default();
        for (at, input) in steps {
            let worn = input.map(|(l, c)| Worn { lab: [f32::from(l), 0.0, 0.0], confidence: f32::from(c) / 255.0 });
            if let Some(p) = recolour.step(Mono(at), worn, Some([50.0, 0.0, 0.0])) {
                prop_assert!(p.strength > 0.0 && p.strength <= 1.0);
            }
        }
    }
}
