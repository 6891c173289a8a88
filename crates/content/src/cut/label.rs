//! The label inside the neck is taken out: a small patch unlike the cloth around it, filled from its rim.

use image::RgbaImage;

use cheval_domain::colour::srgb8_to_lab;

use super::mixture::{Lab, minus, square};
use super::outline::Place;
use super::plane::{Mask, Plane};

/// Unlike the cloth, ΔE.
const UNLIKE: f32 = 13.0;
/// Share of the neckline's inside that a label takes.
const SIZE: std::ops::Range<f32> = 0.006..0.4;
/// Least depth that is looked at, in widths of the neck.
const LEAST_DEEP: f32 = 0.4;
/// Rounds of filling.
const ROUNDS: usize = 300;

/// Where to look, pixels of the picture.
pub(super) struct Inside {
    pub(super) back: Place,
    pub(super) front: Place,
    /// Width between the neck points.
    pub(super) wide: f32,
}

/// Takes a label out of `picture`; tells whether there was one.
pub(super) fn take_out(picture: &mut RgbaImage, inside: &Inside) -> bool {
    let Some(patch) = find(picture, inside) else {
        return false;
    };
    fill(picture, &patch.grown(2.5));
    true
}

fn find(picture: &RgbaImage, inside: &Inside) -> Option<Mask> {
    let (w, h) = (picture.width() as usize, picture.height() as usize);
    let half = 0.4 * inside.wide;
    // The lower edge of a label is easily taken for the neckline: look a little farther.
    let top = inside.back[1];
    let deep = (inside.front[1] - top).max(LEAST_DEEP * inside.wide);
    if deep < 8.0 || half < 8.0 {
        return None;
    }
    // The hollow of a neckline: an upright half-ellipse below its back.
    let region = Plane {
        width: w,
        height: h,
        at: (0..w * h)
            .map(|i| {
                let x = ((i % w) as f32 - inside.back[0]) / half;
                let y = ((i / w) as f32 - top) / (0.94 * deep);
                y > 0.02
                    && x * x + y * y < 1.0
                    && picture.get_pixel((i % w) as u32, (i / w) as u32).0[3] > 250
            })
            .collect(),
    };
    let lab = |i: usize| -> Lab {
        let [r, g, b, _] = picture.get_pixel((i % w) as u32, (i / w) as u32).0;
        srgb8_to_lab([r, g, b])
    };
    let places: Vec<usize> = (0..w * h).filter(|i| region.at[*i]).collect();
    // The back of the collar and the front may differ: a label is unlike both.
    let cloths: Vec<Lab> = places
        .chunks(places.len().div_ceil(3).max(1))
        .filter_map(|part| median(part.iter().map(|i| lab(*i)).collect()))
        .collect();
    if cloths.is_empty() {
        return None;
    }
    let mut unlike = region.map(|_| false);
    for i in &places {
        let colour = lab(*i);
        let nearest = cloths.iter().map(|c| square(minus(colour, *c)));
        unlike.at[*i] = nearest.fold(f32::INFINITY, f32::min).sqrt() > UNLIKE;
    }
    let unlike = unlike.grown(1.5).shrunk(1.5);
    let (numbers, sizes) = unlike.pieces();
    let mut best: Option<(usize, usize)> = None;
    for (number, size) in sizes.iter().enumerate() {
        let share = *size as f32 / places.len() as f32;
        let is_patch = SIZE.contains(&share) && {
            let piece = numbers.map(|n| n == number);
            is_label(&piece, inside, half, deep)
        };
        if is_patch && best.is_none_or(|(_, most)| *size > most) {
            best = Some((number, *size));
        }
    }
    let (number, size) = best?;
    let piece = numbers.map(|n| n == number);
    Some(piece.with_small_holes_filled(size / 2))
}

/// Near the middle, compact, and not the rim of the neckline itself.
fn is_label(piece: &Mask, inside: &Inside, half: f32, deep: f32) -> bool {
    let Some([l, t, r, b]) = piece.bounds().map(|b| b.map(|v| v as f32)) else {
        return false;
    };
    let (wide, high) = (r - l + 1.0, b - t + 1.0);
    let full = piece.count() as f32 / (wide * high);
    ((l + r) / 2.0 - inside.back[0]).abs() < 0.35 * half
        && wide < 1.1 * half
        && b < inside.back[1] + 0.9 * deep
        && full > 0.5
        && (0.25..5.0).contains(&(wide / high))
}

fn median(colours: Vec<Lab>) -> Option<Lab> {
    if colours.len() < 40 {
        return None;
    }
    Some(std::array::from_fn(|c| {
        let mut values: Vec<f32> = colours.iter().map(|l| l[c]).collect();
        let at = values.len() / 2;
        *values.select_nth_unstable_by(at, f32::total_cmp).1
    }))
}

/// Fills a patch so that it goes over smoothly into its rim.
fn fill(picture: &mut RgbaImage, patch: &Mask) {
    let (w, h) = (patch.width, patch.height);
    let places: Vec<usize> = (0..w * h)
        .filter(|i| patch.at[*i] && i % w > 0 && i % w + 1 < w && i / w > 0 && i / w + 1 < h)
        .collect();
    let mut colours: Vec<[f32; 3]> = picture
        .pixels()
        .map(|p| [f32::from(p.0[0]), f32::from(p.0[1]), f32::from(p.0[2])])
        .collect();
    let rim: Vec<usize> = {
        let near = patch.grown(2.0);
        (0..w * h)
            .filter(|i| near.at[*i] && !patch.at[*i])
            .collect()
    };
    let mut start = [0.0_f32; 3];
    for i in &rim {
        for (s, c) in start.iter_mut().zip(colours[*i]) {
            *s += c / rim.len() as f32;
        }
    }
    places.iter().for_each(|i| colours[*i] = start);
    for _ in 0..ROUNDS {
        for i in &places {
            colours[*i] = std::array::from_fn(|c| {
                (colours[i - 1][c] + colours[i + 1][c] + colours[i - w][c] + colours[i + w][c])
                    / 4.0
            });
        }
    }
    for i in places {
        let pixel = picture.get_pixel_mut((i % w) as u32, (i / w) as u32);
        for (into, c) in pixel.0.iter_mut().zip(colours[i]) {
            *into = c.round().clamp(0.0, 255.0) as u8;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Rgba;

    const INSIDE: Inside = Inside {
        back: [100.0, 20.0],
        front: [100.0, 90.0],
        wide: 160.0,
    };

    fn neck() -> RgbaImage {
        RgbaImage::from_pixel(200, 200, Rgba([40, 60, 120, 255]))
    }

    #[test]
    fn a_label_is_filled_with_the_cloth_around_it() {
        let mut picture = neck();
        for y in 30..50 {
            for x in 85..115 {
                picture.put_pixel(x, y, Rgba([240, 240, 235, 255]));
            }
        }
        assert!(take_out(&mut picture, &INSIDE));
        assert_eq!(picture.get_pixel(100, 40).0, [40, 60, 120, 255]);
        assert!(!take_out(&mut picture, &INSIDE), "there is none any more");
    }

    #[test]
    fn what_is_no_label_stays() {
        let unchanged = |paint: &dyn Fn(u32, u32) -> bool| {
            let mut picture = neck();
            for (x, y, pixel) in picture.enumerate_pixels_mut() {
                if paint(x, y) {
                    *pixel = Rgba([240, 240, 235, 255]);
                }
            }
            let before = picture.clone();
            assert!(!take_out(&mut picture, &INSIDE));
            assert_eq!(picture, before);
        };
        unchanged(&|_, y| y > 60); // the front of another colour
        unchanged(&|x, y| (45..60).contains(&x) && y < 60); // off the middle
        unchanged(&|x, y| (99..101).contains(&x) && (40..42).contains(&y)); // a speck
    }
}
