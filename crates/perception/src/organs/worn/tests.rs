//! What is worn, from made-up evidence.

use super::*;

const RED: [f32; 3] = [45.0, 65.0, 45.0];
const NAVY: [f32; 3] = [15.0, 8.0, -30.0];

fn top(bare: Option<f32>, lab: [f32; 3]) -> Evidence {
    Evidence {
        share: 0.2,
        kinds: [0.2, 0.0, 0.0],
        bare,
        lab: Some(lab),
    }
}

fn watch(wardrobe: &mut Wardrobe, evidence: &Evidence, from_ms: u64, frames: u64) -> u64 {
    for k in 0..frames {
        wardrobe.observe(Region::Torso, evidence, 0.01, Mono(from_ms + k * 125));
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
        lab: Some(NAVY),
    };
    wardrobe.observe(Region::Torso, &odd, 0.01, Mono(now));
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
        lab: Some(NAVY),
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
