//! Light from made-up pictures.

use super::*;

fn gains_of(rgb: [u8; 3]) -> Option<[f32; 3]> {
    let rgba: Vec<u8> = (0..64 * 64)
        .flat_map(|_| [rgb[0], rgb[1], rgb[2], 255])
        .collect();
    let frame = Pixels {
        width: 64,
        height: 64,
        rgba: &rgba,
    };
    estimate(frame, &[]).map(Light::gains)
}

#[test]
fn a_bright_grey_room_is_neutral() {
    let gains = gains_of([232, 232, 232]).unwrap();
    assert!(gains.iter().all(|g| (g - 1.0).abs() < 0.02), "{gains:?}");
}

#[test]
fn black_and_clipped_pictures_say_nothing() {
    assert_eq!(gains_of([0, 0, 0]), None);
    assert_eq!(gains_of([255, 255, 255]), None);
}

#[test]
fn gains_stay_in_their_range() {
    for k in 0..512_u32 {
        let rgb = [k % 8, (k / 8) % 8, k / 64].map(|c| (c * 35) as u8);
        if let Some([r, g, b]) = gains_of(rgb) {
            assert!((0.47..=2.25).contains(&r), "{rgb:?}: red {r}");
            assert!((0.99..=1.64).contains(&g), "{rgb:?}: green {g}");
            assert!((0.68..=4.85).contains(&b), "{rgb:?}: blue {b}");
        }
    }
}
