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

/// Greys, creams and one red shelf under a lamp of this warmth; what a camera without a balance of its own would show.
fn shop(warmth: f32) -> Vec<u8> {
    const SURFACES: [[u8; 3]; 5] = [
        [225, 225, 225],
        [188, 188, 190],
        [150, 148, 146],
        [214, 208, 196],
        [170, 40, 44],
    ];
    (0..64 * 64)
        .flat_map(|k| {
            let [r, g, b] = under(warmth, SURFACES[k / 13 % SURFACES.len()]);
            [r, g, b, 255]
        })
        .collect()
}

/// A colour of white light as it comes out under a lamp that is `warmth` along the line of lamps.
fn under(warmth: f32, rgb: [u8; 3]) -> [u8; 3] {
    let gains = [
        (warmth * WARMER[0]).exp2(),
        1.0,
        (warmth * WARMER[1]).exp2(),
    ];
    // The camera's exposure holds the brightest channel.
    let most = gains.into_iter().fold(1.0, f32::max);
    let lab = cheval_domain::colour::srgb8_to_lab(rgb);
    let lit = cheval_domain::colour::relight(lab, gains.map(|gain| gain / most));
    cheval_domain::colour::lab_to_srgb8(lit)
}

#[test]
fn cloth_keeps_its_name_when_the_lamps_change() {
    use cheval_domain::colour::{ColourName, nearest, relight, srgb8_to_lab};

    let cloths: Vec<(ColourName, [u8; 3])> = ColourName::ALL
        .into_iter()
        .map(|name| (name, cheval_domain::colour::lab_to_srgb8(name.lab())))
        .collect();
    for warmth in [-0.3, 0.0, 0.5, 1.0] {
        let rgba = shop(warmth);
        let frame = Pixels {
            width: 64,
            height: 64,
            rgba: &rgba,
        };
        let gains = estimate(frame, &[]).unwrap().gains();
        let named = |lit: bool| {
            let said = |&(name, rgb): &(ColourName, [u8; 3])| {
                let lab = srgb8_to_lab(under(warmth, rgb));
                nearest(if lit { relight(lab, gains) } else { lab }) == name
            };
            cloths.iter().filter(|cloth| said(cloth)).count()
        };
        let (with, without) = (named(true), named(false));
        println!("warmth {warmth}: {with} of 19 with the light taken away, {without} without");
        assert!(with >= 17, "warmth {warmth}: {with}, gains {gains:?}");
        assert!(with >= without);
    }
}
