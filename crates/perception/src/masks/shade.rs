//! How the shop's light falls on the shopper: what a garment that is laid over the picture needs to look as if it were lit
//! by the same lamps. Low resolution and without colour; goes to the GPU with the masks and nowhere else.

use cheval_domain::geometry::BoxInImage;

use super::lens::Lens;
use super::{GarmentMasks, LEGS, SKIN, TORSO, skin};
use crate::organs::picture::Pixels;

/// One cell of the shade covers this many cells of the masks in each direction.
const CELLS: usize = 2;
/// A shade of 1 in a byte: cloth as bright as the middle of the garment.
pub(crate) const NEUTRAL: u8 = 128;
/// Cloth is averaged over this share of the face's width in each direction: folds go, the light stays.
const SOFT: f32 = 0.5;
/// Light and shadow make cloth this much brighter or darker than its median; beyond it is another cloth: a shirt under a
/// jacket, a print.
const LIT: std::ops::RangeInclusive<f32> = 0.5..=1.8;
/// A cell belongs to cloth or skin from this mask value on.
const CERTAIN: u8 = 200;
/// Fewer cells than this have no median.
const MIN_CELLS: u32 = 12;
/// Share of a new reading against the last one.
const FRESH: f32 = 0.3;
/// Brightness steps of the median.
const STEPS: usize = 128;

/// Light and tones of one frame; values are sRGB shares, 0..=1.
#[derive(Clone, PartialEq)]
pub struct Shade {
    /// Cells per row; one covers 8 by 8 pixels of the frame.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// How bright the cloth is against the garment's median, 128 = as bright; smoothed over folds, and carried on
    /// beyond the cloth.
    pub relative: Vec<u8>,
    /// How bright each cell is against its smooth surroundings, 128 = as bright: folds, without the weave. Neutral beside the
    /// cloth.
    pub folds: Vec<u8>,
    /// Mean colour of the face's skin; `None` when no skin was seen.
    pub skin: Option<[f32; 3]>,
    /// Skin as it is seen near each cell: sRGB colour, and how near that was, 255 = here.
    pub skin_field: Vec<u8>,
    /// How the camera draws.
    pub lens: Lens,
    /// What the shop's light multiplies the linear channels of something white by; green is 1 in good light.
    pub light: [f32; 3],
}

impl Shade {
    /// Even light, and nothing known of tones; for masks of so many cells.
    pub(crate) fn none(width: usize, height: usize) -> Self {
        let (width, height) = (width.div_ceil(CELLS), height.div_ceil(CELLS));
        Self {
            width,
            height,
            relative: vec![NEUTRAL; width * height],
            folds: vec![NEUTRAL; width * height],
            skin: None,
            skin_field: vec![0; width * height * 4],
            lens: Lens::default(),
            light: [1.0; 3],
        }
    }

    /// Reads the light from the cloth that the masks found. `gains` take the light away again ([`super::GarmentMasks`]'s
    /// own frame); `last` is the shade of the reading before.
    pub(crate) fn read(
        frame: Pixels<'_>,
        masks: &GarmentMasks,
        face: BoxInImage,
        gains: [f32; 3],
        last: Option<&Self>,
    ) -> Self {
        let (width, height) = (masks.width.div_ceil(CELLS), masks.height.div_ceil(CELLS));
        let luma = brightness(frame, width, height);
        let mask = |k: usize, plane| masks.at_cell(k % width * CELLS, k / width * CELLS, plane);
        let median = [TORSO, LEGS].map(|plane| {
            median(
                (0..luma.len())
                    .filter(|&k| mask(k, plane) >= CERTAIN)
                    .map(|k| luma[k]),
            )
        });
        let mut weight = vec![0.0_f32; luma.len()];
        let mut relative = vec![0.0_f32; luma.len()];
        for (k, &luma) in luma.iter().enumerate() {
            for (plane, median) in [TORSO, LEGS].into_iter().zip(median) {
                let covered = f32::from(mask(k, plane)) / 255.0;
                let ratio = median.map(|median| luma / median);
                if let Some(ratio) = ratio.filter(|r| covered > 0.5 && LIT.contains(r)) {
                    weight[k] = covered;
                    relative[k] = covered * ratio;
                }
            }
        }
        let (near_weight, near) = (
            softened(&weight, width, height),
            softened(&relative, width, height),
        );
        let radius = (face.width * width as f32 * SOFT).clamp(1.0, 24.0) as usize;
        blur(&mut weight, width, height, radius);
        blur(&mut relative, width, height, radius);
        let ratio = |value: f32, weight: f32, sure: f32| {
            1.0 + (value / weight.max(1e-4) - 1.0) * (weight * sure).min(1.0)
        };
        let smooth: Vec<f32> = relative
            .iter()
            .zip(&weight)
            .map(|(v, w)| ratio(*v, *w, 8.0))
            .collect();
        let folds = near.iter().zip(&near_weight).zip(&smooth);
        let folds =
            folds.map(|((v, w), smooth)| 1.0 + (ratio(*v, *w, 1.0) / smooth.max(0.1) - 1.0) * w);
        let tone = tone(frame, masks, face);
        Self {
            width,
            height,
            folds: folds.map(byte).collect(),
            relative: smooth.iter().copied().map(byte).collect(),
            skin: match (tone, last.and_then(|last| last.skin)) {
                (Some(new), Some(old)) => {
                    Some([0, 1, 2].map(|k: usize| old[k] + (new[k] - old[k]) * FRESH))
                }
                (new, old) => new.or(old),
            },
            skin_field: skin::field(frame, masks, face.width * width as f32),
            lens: Lens::read(frame, face, last.map(|last| last.lens), FRESH),
            light: gains.map(|gain| 1.0 / gain.max(0.1)),
        }
    }
}

fn byte(ratio: f32) -> u8 {
    (ratio * f32::from(NEUTRAL)).round().clamp(0.0, 255.0) as u8
}

/// Averaged over the neighbouring cells: the weave goes, folds stay.
fn softened(values: &[f32], width: usize, height: usize) -> Vec<f32> {
    let mut soft = values.to_vec();
    blur(&mut soft, width, height, 1);
    soft
}

/// Mean brightness of every cell, from a grid of four pixels.
fn brightness(frame: Pixels<'_>, width: usize, height: usize) -> Vec<f32> {
    let pixels = super::CELL_PX * CELLS;
    let places = [pixels / 4, pixels * 3 / 4];
    (0..width * height)
        .map(|k| {
            let (x, y) = (k % width * pixels, k / width * pixels);
            let sum: f32 = places
                .iter()
                .flat_map(|dy| places.iter().map(move |dx| (x + dx, y + dy)))
                .map(|(x, y)| luma(frame.rgb_at(x.min(frame.width - 1), y.min(frame.height - 1))))
                .sum();
            sum / 4.0
        })
        .collect()
}

/// Rec. 601 luma of sRGB values, 0..=1.
fn luma([r, g, b]: [u8; 3]) -> f32 {
    (0.299 * f32::from(r) + 0.587 * f32::from(g) + 0.114 * f32::from(b)) / 255.0
}

fn median(values: impl Iterator<Item = f32>) -> Option<f32> {
    let mut steps = [0_u32; STEPS];
    for value in values {
        steps[((value * STEPS as f32) as usize).min(STEPS - 1)] += 1;
    }
    let all: u32 = steps.iter().sum();
    let mut below = 0;
    let at = steps.iter().position(|count| {
        below += count;
        below * 2 >= all
    })?;
    (all >= MIN_CELLS).then_some((at as f32 + 0.5) / STEPS as f32)
}

/// Two box blurs, which come near a Gaussian.
pub(super) fn blur(values: &mut [f32], width: usize, height: usize, radius: usize) {
    for _ in 0..2 {
        for row in values.chunks_exact_mut(width) {
            let line = row.to_vec();
            slide(&line, radius, |k, mean| row[k] = mean);
        }
        for x in 0..width {
            let line: Vec<f32> = (0..height).map(|y| values[y * width + x]).collect();
            slide(&line, radius, |y, mean| values[y * width + x] = mean);
        }
    }
}

/// Running mean over `radius` to either side; what lies beyond the ends counts as nothing.
fn slide(line: &[f32], radius: usize, mut put: impl FnMut(usize, f32)) {
    let whole = (2 * radius + 1) as f32;
    let mut sum: f32 = line.iter().take(radius).sum();
    for k in 0..line.len() {
        sum += line.get(k + radius).unwrap_or(&0.0);
        put(k, sum / whole);
        if k >= radius {
            sum -= line[k - radius];
        }
    }
}

/// Mean colour of the face's skin on its lit side: no hair, no beard, no glare.
fn tone(frame: Pixels<'_>, masks: &GarmentMasks, face: BoxInImage) -> Option<[f32; 3]> {
    let span = |from: f32, size: f32, cells: usize| {
        let at = |v: f32| (v * cells as f32).clamp(0.0, cells as f32) as usize;
        at(from)..at(from + size)
    };
    let mut tones: Vec<[u8; 3]> = Vec::new();
    for y in span(face.y + face.height * 0.2, face.height * 0.75, masks.height) {
        for x in span(face.x + face.width * 0.1, face.width * 0.8, masks.width) {
            if masks.at_cell(x, y, SKIN) >= CERTAIN {
                let at = |v: usize, most: usize| (v * super::CELL_PX + 2).min(most - 1);
                tones.push(frame.rgb_at(at(x, frame.width), at(y, frame.height)));
            }
        }
    }
    if tones.len() < MIN_CELLS as usize {
        return None;
    }
    tones.sort_by(|a, b| luma(*a).total_cmp(&luma(*b)));
    let middle = &tones[tones.len() / 2..tones.len() * 9 / 10];
    let mean = |k: usize| {
        middle.iter().map(|tone| f32::from(tone[k])).sum::<f32>() / (middle.len() as f32 * 255.0)
    };
    Some([mean(0), mean(1), mean(2)])
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZE: (usize, usize) = (160, 240);
    const FACE: BoxInImage = BoxInImage {
        x: 0.35,
        y: 0.05,
        width: 0.3,
        height: 0.2,
    };

    /// A face above a shirt; the shirt's right half lies in shadow.
    fn scene(paint: impl Fn(usize, usize) -> [u8; 3]) -> (Vec<u8>, GarmentMasks) {
        let rgba = (0..SIZE.0 * SIZE.1)
            .flat_map(|k| {
                let [r, g, b] = paint(k % SIZE.0, k / SIZE.0);
                [r, g, b, 255]
            })
            .collect();
        let (width, height) = (SIZE.0 / 4, SIZE.1 / 4);
        let mut masks = GarmentMasks::empty(1, width, height);
        for y in 0..height {
            for x in 0..width {
                let plane = if y < height * 3 / 10 { SKIN } else { TORSO };
                masks.rgba[(y * width + x) * 4 + plane] = 255;
            }
        }
        (rgba, masks)
    }

    fn shade(rgba: &[u8], masks: &GarmentMasks) -> Shade {
        let frame = Pixels {
            width: SIZE.0,
            height: SIZE.1,
            rgba,
        };
        Shade::read(frame, masks, FACE, [1.0; 3], None)
    }

    #[test]
    fn even_light_is_neutral_everywhere() {
        let (rgba, masks) = scene(|_, y| {
            if y < 72 {
                [200, 150, 120]
            } else {
                [90, 90, 90]
            }
        });
        let shade = shade(&rgba, &masks);
        assert!(shade.relative.iter().all(|v| v.abs_diff(NEUTRAL) <= 3));
        assert!(shade.folds.iter().all(|v| v.abs_diff(NEUTRAL) <= 3));
        let skin = shade.skin.unwrap();
        assert!((skin[0] - 200.0 / 255.0).abs() < 0.01 && (skin[2] - 120.0 / 255.0).abs() < 0.01);
    }

    #[test]
    fn a_shadow_is_darker_and_folds_are_not() {
        let (rgba, masks) = scene(|x, y| {
            let fold = if x / 4 % 2 == 0 { 10 } else { 0 };
            let lit = if x < 80 { 112 } else { 64 };
            if y < 72 {
                [200, 150, 120]
            } else {
                [lit + fold; 3]
            }
        });
        let shade = shade(&rgba, &masks);
        let at = |x: usize| f32::from(shade.relative[20 * shade.width + x]);
        assert!(at(2) > at(17) * 1.4, "{} {}", at(2), at(17));
        assert!((at(2) - at(3)).abs() < 6.0, "folds are smoothed away");
        assert!(
            shade.folds.iter().any(|v| *v > NEUTRAL + 4),
            "and kept apart"
        );
    }

    #[test]
    fn nothing_worn_and_nobody_there_is_neutral() {
        let (rgba, _) = scene(|_, _| [0; 3]);
        let shade = shade(&rgba, &GarmentMasks::empty(1, SIZE.0 / 4, SIZE.1 / 4));
        assert!(shade.relative.iter().all(|v| *v == NEUTRAL));
        assert_eq!(shade.skin, None);
    }
}
