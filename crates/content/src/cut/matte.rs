//! The soft edge: how much of each pixel at the outline is garment, and what colour it has without the ground's.

use image::{RgbImage, Rgba, RgbaImage};

use super::plane::{Mask, Plane};

/// Radius in which the colours of both sides are gathered, pixels.
const GATHER: usize = 7;
/// Colours nearer than this (squared, 0..=255 per channel) tell nothing about how they are mixed.
const ALIKE: f32 = 900.0;

/// The garment of `photo` with a soft edge. `mask` may be smaller than the photo; it is believed to within `band` pixels.
pub(super) fn soften(photo: &RgbImage, mask: &Mask, band: f32) -> RgbaImage {
    let (w, h) = (photo.width() as usize, photo.height() as usize);
    let believed = scaled(mask, w, h, (band / 2.0).max(1.0) as usize);
    let hard = believed.map(|m| m > 0.5);
    let to_garment = hard.distances();
    let to_ground = hard.map(|m| !m).distances();
    let edge = band * band;
    let surely_garment = to_ground.map(|d| d > edge);
    let surely_ground = to_garment.map(|d| d > edge);
    let reach = GATHER + band as usize;
    let garment = gathered(photo, &surely_garment, reach);
    let ground = gathered(photo, &surely_ground, reach);
    let mut alpha = Plane::filled(w, h, 0.0_f32);
    for (i, (pixel, value)) in photo.pixels().zip(&mut alpha.at).enumerate() {
        *value = if surely_garment.at[i] {
            1.0
        } else if surely_ground.at[i] {
            0.0
        } else {
            let colour = pixel.0.map(f32::from);
            mixed(colour, garment[i], ground[i], believed.at[i])
        };
    }
    let smooth = alpha.blurred(1);
    let kept = pieces_that_hang(&smooth);
    let mut out = RgbaImage::new(photo.width(), photo.height());
    for (i, (from, into)) in photo.pixels().zip(out.pixels_mut()).enumerate() {
        // The outermost shimmer is dropped: it is what a halo is made of.
        let a = ((smooth.at[i] - 0.12) / 0.76).clamp(0.0, 1.0);
        if a <= 0.0 || !kept.at[i] {
            continue;
        }
        let colour = from.0.map(f32::from);
        let own = match (garment[i], ground[i]) {
            (Some(cloth), Some(around)) if a < 1.0 => std::array::from_fn(|c| {
                let apart = (colour[c] - (1.0 - a) * around[c]) / a.max(0.25);
                // Near the ground the sum is mostly noise: lean on the cloth beside it.
                a * apart.clamp(0.0, 255.0) + (1.0 - a) * cloth[c]
            }),
            (Some(cloth), None) if a < 1.0 => cloth,
            _ => colour,
        };
        let [r, g, b] = own.map(|c| c.round().clamp(0.0, 255.0) as u8);
        *into = Rgba([r, g, b, (a * 255.0).round() as u8]);
    }
    out
}

/// The share of garment in a colour between the two; what the mask believes where they are alike.
fn mixed(
    colour: [f32; 3],
    garment: Option<[f32; 3]>,
    ground: Option<[f32; 3]>,
    believed: f32,
) -> f32 {
    let (Some(f), Some(b)) = (garment, ground) else {
        return believed;
    };
    let (mut along, mut length) = (0.0, 0.0);
    for c in 0..3 {
        along += (colour[c] - b[c]) * (f[c] - b[c]);
        length += (f[c] - b[c]) * (f[c] - b[c]);
    }
    let told = (along / length.max(1.0)).clamp(0.0, 1.0);
    let trust = (length / (length + ALIKE)).clamp(0.0, 1.0);
    // A print or a shadow may look like the ground: the mask has a say everywhere.
    let told = 0.65 * told + 0.35 * believed;
    trust * told + (1.0 - trust) * believed
}

/// Mean colour of the chosen pixels around each pixel; none where there are none.
fn gathered(photo: &RgbImage, chosen: &Mask, radius: usize) -> Vec<Option<[f32; 3]>> {
    let weights = chosen.map(|m| if m { 1.0 } else { 0.0 }).blurred(radius);
    let channels: [Plane<f32>; 3] = std::array::from_fn(|c| {
        Plane {
            width: chosen.width,
            height: chosen.height,
            at: photo
                .pixels()
                .zip(&chosen.at)
                .map(|(p, m)| if *m { f32::from(p.0[c]) } else { 0.0 })
                .collect(),
        }
        .blurred(radius)
    });
    let mean =
        |(i, w): (usize, &f32)| (*w > 1e-4).then(|| std::array::from_fn(|c| channels[c].at[i] / w));
    weights.at.iter().enumerate().map(mean).collect()
}

/// The mask at the size of the photo, its steps smoothed.
fn scaled(mask: &Mask, width: usize, height: usize, blur: usize) -> Plane<f32> {
    let soft = mask.map(|m| if m { 1.0 } else { 0.0 });
    let (sx, sy) = (
        mask.width as f32 / width as f32,
        mask.height as f32 / height as f32,
    );
    let mut out = Plane::filled(width, height, 0.0);
    for (i, value) in out.at.iter_mut().enumerate() {
        let (x, y) = ((i % width) as f32, (i / width) as f32);
        *value = soft.between((x + 0.5) * sx - 0.5, (y + 0.5) * sy - 0.5);
    }
    out.blurred(blur).blurred(blur)
}

/// Specks beside the garment are dropped.
fn pieces_that_hang(alpha: &Plane<f32>) -> Mask {
    alpha.map(|a| a > 0.15).largest()
}
