//! How the camera draws: how much its sensor rustles, how soft its edges are and how dark it exposes. A garment that is drawn
//! sharper, cleaner or brighter than the picture around it looks pasted on.

use cheval_domain::geometry::BoxInImage;

use crate::organs::picture::Pixels;

/// Share of the smallest answers of the noise filter that stands for places without texture.
const SMOOTH: usize = 4;
/// For a normal distribution that quarter of absolute values lies below this many standard deviations.
const QUARTER: f32 = 0.3186;
/// The filter answers noise with six times its deviation (Immerkær, Fast noise variance estimation, 1996).
const FILTER: f32 = 6.0;
/// Places that are looked at along each side of the picture.
const GRID: usize = 64;
/// Noise and softness above these come from something else.
const MOST_GRAIN: f32 = 0.06;
const MOST_SOFT_PX: f32 = 3.0;
/// Steps of brightness smaller than this are no edge, sRGB shares.
const EDGE: f32 = 0.06;
/// Share of the picture that is brighter than what counts as its white, and how bright that is in a picture that is exposed
/// well, sRGB shares: somebody's lit face or shirt is that bright even before a dark wall.
const BRIGHTEST: f32 = 0.02;
const WELL_LIT: f32 = 0.66;
/// Darker than this nothing is drawn: it would be a black shape.
const DARKEST: f32 = 0.2;

/// What of a camera's drawing is to be matched.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Lens {
    /// Standard deviation of the noise of a pixel, sRGB shares of 1.
    pub grain: f32,
    /// Standard deviation of the bell that edges are softened with, pixels.
    pub soft_px: f32,
    /// What sRGB values are multiplied by in a picture that is exposed too dark, 0.2..=1; 1 in any other.
    pub exposure: f32,
}

impl Default for Lens {
    /// A sharp picture without noise, well exposed.
    fn default() -> Self {
        Self {
            grain: 0.0,
            soft_px: 0.4,
            exposure: 1.0,
        }
    }
}

impl Lens {
    /// Reads noise and exposure from the whole picture and softness from the face, `last` is the reading before.
    pub(super) fn read(
        frame: Pixels<'_>,
        face: BoxInImage,
        last: Option<Self>,
        fresh: f32,
    ) -> Self {
        let grain = grain(frame);
        let read = Self {
            grain,
            soft_px: softness(frame, face, grain).unwrap_or(Self::default().soft_px),
            exposure: exposure(frame),
        };
        let mixed = |last: f32, read: f32| last + (read - last) * fresh;
        last.map_or(read, |last| Self {
            grain: mixed(last.grain, read.grain),
            soft_px: mixed(last.soft_px, read.soft_px),
            exposure: mixed(last.exposure, read.exposure),
        })
    }
}

fn grain(frame: Pixels<'_>) -> f32 {
    if frame.width < 3 || frame.height < 3 {
        return 0.0;
    }
    let mut answers: Vec<f32> = Vec::with_capacity(GRID * GRID);
    let luma = |x: usize, y: usize| brightness(frame.rgb_at(x, y));
    for row in 0..GRID {
        for column in 0..GRID {
            let x = 1 + column * frame.width.saturating_sub(3) / GRID;
            let y = 1 + row * frame.height.saturating_sub(3) / GRID;
            let here = luma(x, y);
            // Black and white that are cut off hide the noise.
            if !(0.04..0.96).contains(&here) {
                continue;
            }
            let edges = luma(x - 1, y) + luma(x + 1, y) + luma(x, y - 1) + luma(x, y + 1);
            let corners =
                luma(x - 1, y - 1) + luma(x + 1, y - 1) + luma(x - 1, y + 1) + luma(x + 1, y + 1);
            answers.push((4.0 * here - 2.0 * edges + corners).abs());
        }
    }
    if answers.len() < GRID {
        return 0.0;
    }
    let place = answers.len() / SMOOTH;
    let (_, quarter, _) = answers.select_nth_unstable_by(place, f32::total_cmp);
    (*quarter / (QUARTER * FILTER)).min(MOST_GRAIN)
}

fn exposure(frame: Pixels<'_>) -> f32 {
    if frame.width == 0 || frame.height == 0 {
        return 1.0;
    }
    let mut seen: Vec<f32> = (0..GRID * GRID)
        .map(|k| {
            (
                k % GRID * frame.width / GRID,
                k / GRID * frame.height / GRID,
            )
        })
        .map(|(x, y)| brightness(frame.rgb_at(x, y)))
        .collect();
    let place = seen.len() - 1 - (seen.len() as f32 * BRIGHTEST) as usize;
    let (_, white, _) = seen.select_nth_unstable_by(place, f32::total_cmp);
    (*white / WELL_LIT).clamp(DARKEST, 1.0)
}

/// An edge softened by a bell of deviation s, seen by pixels one wide: the squares of steps over one pixel and over two, summed
/// across it, are in the ratio √((s² + 1/3) / (s² + 1/12)) / 4.
fn softness(frame: Pixels<'_>, face: BoxInImage, grain: f32) -> Option<f32> {
    let place = |from: f32, size: f32, px: usize| {
        let at = |v: f32| (v * px as f32).clamp(0.0, px.saturating_sub(3) as f32) as usize;
        // Hair and chin as well.
        at(from - size * 0.3)..at(from + size * 1.3)
    };
    let (mut one, mut two, mut count) = (0.0_f32, 0.0_f32, 0_u32);
    for y in place(face.y, face.height, frame.height).step_by(2) {
        for x in place(face.x, face.width, frame.width) {
            let [a, b, c] = [0, 1, 2].map(|k: usize| brightness(frame.rgb_at(x + k, y)));
            if (c - a).abs() > EDGE.max(4.0 * grain) {
                one += ((b - a).powi(2) + (c - b).powi(2)) / 2.0;
                two += (c - a).powi(2);
                count += 1;
            }
        }
    }
    let noise = 2.0 * grain * grain * count as f32;
    let ratio = 4.0 * (one - noise).max(0.0) / (two - noise).max(1e-6);
    let square = ratio * ratio;
    if count < 100 || square <= 1.0 {
        return (count >= 100).then_some(MOST_SOFT_PX);
    }
    let variance = (1.0 / 3.0 - square / 12.0) / (square - 1.0);
    Some(variance.max(0.0).sqrt().min(MOST_SOFT_PX))
}

fn brightness([r, g, b]: [u8; 3]) -> f32 {
    (0.299 * f32::from(r) + 0.587 * f32::from(g) + 0.114 * f32::from(b)) / 255.0
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZE: usize = 240;
    const FACE: BoxInImage = BoxInImage {
        x: 0.3,
        y: 0.3,
        width: 0.4,
        height: 0.4,
    };

    /// Upright bars, softened by a bell of `soft` pixels, with noise of `grain`.
    fn read(soft: f32, grain: f32) -> Lens {
        let step = |x: f32| 1.0 / (1.0 + (-1.702 * x / soft.max(0.01)).exp());
        let mut seed = 1_u64;
        let mut noise = || {
            let mut sum = 0.0;
            for _ in 0..12 {
                seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                sum += (seed >> 40) as f32 / (1_u64 << 24) as f32;
            }
            sum - 6.0
        };
        let rgba: Vec<u8> = (0..SIZE * SIZE)
            .flat_map(|k| {
                let x = (k % SIZE) as f32;
                let phase = x.rem_euclid(40.0);
                // The pixel's mean over its width.
                let bar = (0..8).map(|s| {
                    let at = phase + s as f32 / 8.0;
                    step(at - 10.3) - step(at - 30.3)
                });
                let value = 0.3 + 0.4 * bar.sum::<f32>() / 8.0 + noise() * grain;
                let byte = (value * 255.0).round().clamp(0.0, 255.0) as u8;
                [byte, byte, byte, 255]
            })
            .collect();
        let frame = Pixels {
            width: SIZE,
            height: SIZE,
            rgba: &rgba,
        };
        Lens::read(frame, FACE, None, 1.0)
    }

    #[test]
    fn noise_is_read_as_strong_as_it_is() {
        for grain in [0.008, 0.015, 0.03] {
            let read = read(0.8, grain).grain;
            assert!((read - grain).abs() < grain * 0.25, "{grain}: {read}");
        }
        assert!(read(0.8, 0.0).grain < 0.003);
    }

    #[test]
    fn softer_edges_are_read_as_softer_with_noise_and_without() {
        for grain in [0.0, 0.01] {
            let read = [0.3, 0.7, 1.2, 2.0].map(|soft| (soft, read(soft, grain).soft_px));
            for (soft, read) in read {
                assert!(
                    (read - soft).abs() < 0.25 + soft * 0.2,
                    "{soft} {grain}: {read}"
                );
            }
        }
    }

    #[test]
    fn a_picture_without_edges_or_without_light_says_nothing() {
        for byte in [0, 128, 255] {
            let rgba = vec![byte; SIZE * SIZE * 4];
            let frame = Pixels {
                width: SIZE,
                height: SIZE,
                rgba: &rgba,
            };
            let (read, default) = (Lens::read(frame, FACE, None, 1.0), Lens::default());
            assert_eq!((read.grain, read.soft_px), (default.grain, default.soft_px));
        }
    }

    #[test]
    fn a_picture_is_too_dark_when_nothing_in_it_is_bright() {
        let exposure = |wall: u8, face: u8| {
            let rgba: Vec<u8> = (0..SIZE * SIZE)
                .flat_map(|k| {
                    let inside = (60..120).contains(&(k % SIZE)) && k / SIZE < 60;
                    let byte = if inside { face } else { wall };
                    [byte, byte, byte, 255]
                })
                .collect();
            let frame = Pixels {
                width: SIZE,
                height: SIZE,
                rgba: &rgba,
            };
            Lens::read(frame, FACE, None, 1.0).exposure
        };
        assert_eq!(exposure(20, 190), 1.0, "a lit face before a dark wall");
        assert_eq!(exposure(255, 255), 1.0);
        assert!((exposure(20, 84) - 0.5).abs() < 0.01);
        assert_eq!(exposure(0, 0), DARKEST);
    }

    #[test]
    fn tiny_pictures_and_faces_outside_are_no_harm() {
        for (width, height) in [(1, 1), (3, 2), (5, 300)] {
            let rgba = vec![90; width * height * 4];
            let frame = Pixels {
                width,
                height,
                rgba: &rgba,
            };
            let face = BoxInImage {
                x: 1.4,
                y: -2.0,
                width: 0.5,
                height: 9.0,
            };
            assert!(Lens::read(frame, face, None, 1.0).grain < 0.01);
        }
    }
}
