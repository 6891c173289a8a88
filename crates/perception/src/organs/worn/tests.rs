//! What is worn, from made-up evidence.

use super::*;

const RED: [f32; 3] = [45.0, 65.0, 45.0];
const NEUTRAL: [f32; 3] = [1.0; 3];
const NAVY: [f32; 3] = [15.0, 8.0, -30.0];

fn top(bare: Option<f32>, lab: [f32; 3]) -> Evidence {
    Evidence {
        share: 0.2,
        kinds: [0.2, 0.0, 0.0],
        bare,
        colours: vec![Shade { lab, share: 1.0 }],
    }
}

fn watch(wardrobe: &mut Wardrobe, evidence: &Evidence, from_ms: u64, frames: u64) -> u64 {
    for k in 0..frames {
        wardrobe.observe(
            Region::Torso,
            evidence,
            NEUTRAL,
            0.01,
            Mono(from_ms + k * 125),
        );
    }
    from_ms + frames * 125
}

#[test]
fn bare_forearms_make_a_t_shirt_and_covered_ones_do_not() {
    let even = vec![
        (WornCategory::TShirt, 0.3),
        (WornCategory::LongSleeve, 0.3),
        (WornCategory::Shirt, 0.3),
    ];
    for (bare, expected) in [
        (0.95, WornCategory::TShirt),
        (0.05, WornCategory::LongSleeve),
    ] {
        let mut wardrobe = Wardrobe::default();
        wardrobe.classify(Region::Torso, even.clone());
        watch(&mut wardrobe, &top(Some(bare), RED), 0, 10);
        assert_eq!(
            wardrobe.worn(0.4)[0].category.value,
            expected,
            "bare {bare}"
        );
    }
}

#[test]
fn without_a_reason_to_choose_it_is_a_top() {
    let mut wardrobe = Wardrobe::default();
    watch(&mut wardrobe, &top(None, RED), 0, 10);
    assert_eq!(wardrobe.worn(0.45)[0].category.value, WornCategory::Top);
}

#[test]
fn one_odd_frame_changes_no_name() {
    let mut wardrobe = Wardrobe::default();
    wardrobe.classify(Region::Torso, vec![(WornCategory::TShirt, 0.9)]);
    let now = watch(&mut wardrobe, &top(Some(1.0), RED), 0, 16);
    let before = wardrobe.worn(0.4);
    let odd = Evidence {
        share: 0.2,
        kinds: [0.0, 0.2, 0.0],
        bare: Some(0.0),
        colours: vec![Shade {
            lab: NAVY,
            share: 1.0,
        }],
    };
    wardrobe.observe(Region::Torso, &odd, NEUTRAL, 0.01, Mono(now));
    let after = wardrobe.worn(0.4);
    assert_eq!(
        (after[0].category.value, after[0].colour),
        (before[0].category.value, before[0].colour)
    );
}

#[test]
fn a_new_garment_arrives_within_seconds() {
    let mut wardrobe = Wardrobe::default();
    let now = watch(&mut wardrobe, &top(Some(1.0), RED), 0, 16);
    let coat = Evidence {
        share: 0.3,
        kinds: [0.0, 0.3, 0.0],
        bare: Some(0.0),
        colours: vec![Shade {
            lab: NAVY,
            share: 1.0,
        }],
    };
    watch(&mut wardrobe, &coat, now, 40);
    let worn = wardrobe.worn(0.4);
    assert_eq!(worn[0].category.value, WornCategory::Outerwear);
    assert_eq!(worn[0].colour, colour::nearest(NAVY));
}

#[test]
fn what_left_the_picture_is_not_worn() {
    let mut wardrobe = Wardrobe::default();
    let now = watch(&mut wardrobe, &top(None, RED), 0, 16);
    watch(&mut wardrobe, &Evidence::default(), now, 60);
    assert_eq!(wardrobe.worn(0.4), []);
}

#[test]
fn the_name_is_that_of_the_cloth_and_the_colour_that_of_the_camera() {
    // White cloth under a lamp that the camera did not balance.
    let seen = colour::srgb8_to_lab([235, 205, 160]);
    let mut wardrobe = Wardrobe::default();
    for k in 0..10 {
        let gains = [0.8, 1.05, 1.85];
        wardrobe.observe(Region::Torso, &top(None, seen), gains, 0.01, Mono(k * 125));
    }
    let worn = wardrobe.worn(0.4);
    assert_eq!(worn[0].colour, ColourName::White);
    assert_eq!(worn[0].lab, seen);
    let mut neutral = Wardrobe::default();
    watch(&mut neutral, &top(None, seen), 0, 10);
    assert_ne!(neutral.worn(0.4)[0].colour, ColourName::White);
}

#[test]
fn even_stripes_keep_one_name() {
    let stripes = |navy: f32| Evidence {
        colours: vec![
            Shade {
                lab: if navy > 0.5 { NAVY } else { RED },
                share: navy.max(1.0 - navy),
            },
            Shade {
                lab: if navy > 0.5 { RED } else { NAVY },
                share: navy.min(1.0 - navy),
            },
        ],
        ..top(None, NAVY)
    };
    let mut wardrobe = Wardrobe::default();
    let first = watch(&mut wardrobe, &stripes(0.55), 0, 10);
    let name = wardrobe.worn(0.4)[0].colour;
    watch(&mut wardrobe, &stripes(0.45), first, 40);
    assert_eq!(wardrobe.worn(0.4)[0].colour, name);
    assert_eq!(name, colour::nearest(NAVY));
}

#[test]
fn on_the_way_to_another_colour_no_third_name_appears() {
    let white = [93.0, 0.0, 2.0];
    let mut wardrobe = Wardrobe::default();
    let mut now = watch(&mut wardrobe, &top(None, NAVY), 0, 16);
    let names: std::collections::BTreeSet<_> = (0..60)
        .map(|_| {
            now = watch(&mut wardrobe, &top(None, white), now, 1);
            wardrobe.worn(0.4)[0].colour
        })
        .collect();
    let expected = [colour::nearest(NAVY), ColourName::White];
    assert_eq!(names, expected.into_iter().collect());
}

#[test]
fn a_pattern_is_reported_with_its_garment() {
    let mut wardrobe = Wardrobe::default();
    watch(&mut wardrobe, &top(None, RED), 0, 10);
    assert_eq!(wardrobe.worn(0.4)[0].pattern, Estimate::default());
    wardrobe.read_pattern(Region::Torso, &[0.1, 0.1, 0.7, 0.1], Mono(2000));
    assert_eq!(
        wardrobe.worn(0.4)[0].pattern.value,
        cheval_domain::observation::Pattern::Checked
    );
}
