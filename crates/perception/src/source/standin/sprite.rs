//! Cut-out people, prepared in a ladder of sizes and drawn at any size and place between pixels. Drawing costs about the
//! area of the person: transparent ends of rows are skipped, rows are mixed before columns.

use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{PixelType, ResizeOptions, Resizer};
use image::RgbaImage;

use super::scaling;
use super::script::Placement;
use crate::source::SourceError;

/// Each size of the ladder over the one before. Sampling two by two pixels of a picture at most 4/3 too large shows no
/// shimmer.
const LADDER: f64 = 0.75;

/// Smallest height in the ladder, in pixels.
const SMALLEST_PX: f64 = 48.0;

/// One cut-out in all its sizes, largest first.
pub(super) struct Sprites {
    sizes: Vec<Sprite>,
    aspect: f64,
    columns: Vec<(usize, u32)>,
    row: Vec<[u8; 4]>,
}

/// One size: premultiplied alpha, with a transparent border of one pixel so that edges fade between pixels.
struct Sprite {
    width: usize,
    height: usize,
    pixels: Vec<[u8; 4]>,
    /// Per row, the columns from the first to behind the last that is not transparent.
    spans: Vec<(usize, usize)>,
}

/// The frame that is drawn on.
pub(super) struct Target<'a> {
    pixels: &'a mut [[u8; 4]],
    width: usize,
    height: usize,
}

impl<'a> Target<'a> {
    pub(super) fn new(rgba: &'a mut [u8], width_px: u32, height_px: u32) -> Self {
        Self {
            pixels: rgba.as_chunks_mut().0,
            width: width_px as usize,
            height: height_px as usize,
        }
    }
}

impl Sprites {
    /// Prepares a cut-out for heights up to `tallest_px`.
    pub(super) fn prepare(
        mut cut_out: RgbaImage,
        flip: bool,
        tallest_px: f64,
    ) -> Result<Self, SourceError> {
        if flip {
            image::imageops::flip_horizontal_in_place(&mut cut_out);
        }
        premultiply(&mut cut_out);
        let aspect = f64::from(cut_out.width()) / f64::from(cut_out.height().max(1));
        let mut height_px = (tallest_px * 1.004).ceil().clamp(SMALLEST_PX, 4096.0);
        let mut sizes = vec![Sprite::scaled(&cut_out, height_px, aspect)?];
        while height_px * LADDER >= SMALLEST_PX {
            height_px *= LADDER;
            sizes.push(Sprite::scaled(&cut_out, height_px, aspect)?);
        }
        Ok(Self {
            sizes,
            aspect,
            columns: Vec::new(),
            row: Vec::new(),
        })
    }

    /// Draws the cut-out where `place` says.
    pub(super) fn draw(&mut self, place: Placement, target: &mut Target<'_>) {
        let height_px = place.height * target.height as f64;
        let width_px = height_px * self.aspect;
        let left = place.x * target.width as f64 - width_px / 2.0;
        let top = place.y * target.height as f64 - height_px;
        let Self {
            sizes,
            columns,
            row,
            ..
        } = self;
        let fitting = sizes
            .iter()
            .rev()
            .find(|sprite| sprite.height as f64 - 2.0 >= height_px - 0.5);
        if let Some(sprite) = fitting.or(sizes.first()) {
            let across = Axis::new(left, width_px, sprite.width, target.width);
            let down = Axis::new(top, height_px, sprite.height, target.height);
            sprite.draw(&across, &down, columns, row, target);
        }
    }
}

/// How one direction of the frame maps to one of the sprite.
struct Axis {
    /// Frame pixels that the sprite may touch.
    from: usize,
    to: usize,
    /// Sprite position of the middle of frame pixel 0, and its advance per frame pixel.
    origin: f64,
    step: f64,
    last: usize,
}

impl Axis {
    fn new(start: f64, length: f64, sprite: usize, frame: usize) -> Self {
        let inner = sprite as f64 - 2.0;
        let step = inner / length;
        let clip = |position: f64| position.clamp(0.0, frame as f64) as usize;
        Self {
            from: clip((start - 1.0 / step).floor()),
            to: clip((start + length + 1.0 / step).ceil()),
            origin: (0.5 - start) * step + 0.5,
            step,
            last: sprite - 2,
        }
    }

    /// Sprite pixel left of (above) the middle of frame pixel `at`, and the weight of its neighbour in 256ths.
    fn sample(&self, at: usize) -> (usize, u32) {
        let position = self.origin + at as f64 * self.step;
        if position < 0.0 || position >= (self.last + 1) as f64 {
            return (0, 0);
        }
        let below = position as usize;
        (below, ((position - below as f64) * 256.0) as u32)
    }
}

impl Sprite {
    fn scaled(cut_out: &RgbaImage, height_px: f64, aspect: f64) -> Result<Self, SourceError> {
        let (to_width, to_height) = (
            ((height_px * aspect).round() as u32).clamp(1, 8192),
            height_px.round() as u32,
        );
        let (from_width, from_height) = cut_out.dimensions();
        let from = ImageRef::new(from_width, from_height, cut_out.as_raw(), PixelType::U8x4)
            .map_err(|e| scaling(&e))?;
        let mut to = Image::new(to_width, to_height, PixelType::U8x4);
        let options = ResizeOptions::new().use_alpha(false);
        Resizer::new()
            .resize(&from, &mut to, &options)
            .map_err(|e| scaling(&e))?;
        let inner = to.into_vec();
        let (width, height) = (to_width as usize + 2, to_height as usize + 2);
        let mut pixels = vec![[0; 4]; width * height];
        for (row, from) in pixels
            .chunks_exact_mut(width)
            .skip(1)
            .zip(inner.chunks_exact(to_width as usize * 4))
        {
            row[1..=to_width as usize].copy_from_slice(from.as_chunks().0);
        }
        let spans = pixels.chunks_exact(width).map(span).collect();
        Ok(Self {
            width,
            height,
            pixels,
            spans,
        })
    }

    fn draw(
        &self,
        across: &Axis,
        down: &Axis,
        columns: &mut Vec<(usize, u32)>,
        row: &mut Vec<[u8; 4]>,
        target: &mut Target<'_>,
    ) {
        columns.clear();
        columns.extend((across.from..across.to).map(|x| across.sample(x)));
        row.resize(self.width, [0; 4]);
        for y in down.from..down.to {
            let (above, weight) = down.sample(y);
            let ((first, end), (first_below, end_below)) =
                (self.spans[above], self.spans[above + 1]);
            let (first, end) = (first.min(first_below), end.max(end_below));
            if first >= end {
                continue;
            }
            let (first, end) = (first - 1, end + 1);
            let line = |y: usize| self.pixels[y * self.width..][first..end].as_flattened();
            mix_rows(
                line(above),
                line(above + 1),
                weight,
                row[first..end].as_flattened_mut(),
            );
            let covered = |(at, _): &(usize, u32)| *at >= first && *at + 1 < end;
            let Some(start) = columns.iter().position(covered) else {
                continue;
            };
            let stop = columns
                .iter()
                .rposition(covered)
                .map_or(start, |last| last + 1);
            let frame_row = &mut target.pixels[y * target.width + across.from..][start..stop];
            for (pixel, (at, weight)) in frame_row.iter_mut().zip(&columns[start..stop]) {
                *pixel = over(mix(row[*at], row[*at + 1], *weight), *pixel);
            }
        }
    }
}

/// Columns of a row from the first to behind the last that is not transparent; `(width, 0)` when all are.
fn span(row: &[[u8; 4]]) -> (usize, usize) {
    let seen = |pixel: &[u8; 4]| pixel[3] != 0;
    let first = row.iter().position(seen).unwrap_or(row.len());
    (first, row.iter().rposition(seen).map_or(0, |last| last + 1))
}

fn premultiply(picture: &mut RgbaImage) {
    for pixel in picture.pixels_mut() {
        let alpha = u16::from(pixel[3]);
        for channel in &mut pixel.0[..3] {
            *channel = ((u16::from(*channel) * alpha + 127) / 255) as u8;
        }
    }
}

fn mix_rows(above: &[u8], below: &[u8], weight: u32, out: &mut [u8]) {
    let weight = weight as u16;
    for ((out, above), below) in out.iter_mut().zip(above).zip(below) {
        *out = ((u16::from(*above) * (256 - weight) + u16::from(*below) * weight) >> 8) as u8;
    }
}

/// Every second byte of a pixel, so that two channels are worked on in one multiplication.
const PAIR: u32 = 0x00FF_00FF;

fn mix(a: [u8; 4], b: [u8; 4], weight: u32) -> [u8; 4] {
    let (a, b) = (u32::from_le_bytes(a), u32::from_le_bytes(b));
    let even = ((a & PAIR) * (256 - weight) + (b & PAIR) * weight) >> 8;
    let odd = ((a >> 8) & PAIR) * (256 - weight) + ((b >> 8) & PAIR) * weight;
    ((even & PAIR) | (odd & !PAIR)).to_le_bytes()
}

/// A premultiplied pixel over an opaque one.
fn over(top: [u8; 4], under: [u8; 4]) -> [u8; 4] {
    match top[3] {
        0 => under,
        255 => top,
        alpha => {
            let keep = 256 - u32::from(alpha) - u32::from(alpha >> 7);
            let under = u32::from_le_bytes(under);
            let even = (((under & PAIR) * keep) >> 8) & PAIR;
            let odd = (((under >> 8) & PAIR) * keep) & !PAIR;
            let [r, g, b, _] = (even | odd).to_le_bytes();
            [
                top[0].saturating_add(r),
                top[1].saturating_add(g),
                top[2].saturating_add(b),
                255,
            ]
        }
    }
}

#[cfg(test)]
mod tests {
    use image::Rgba;

    use super::*;

    fn drawn(sprites: &mut Sprites, place: Placement) -> Vec<u8> {
        let mut rgba = [10, 20, 30, 255].repeat(60 * 100);
        sprites.draw(place, &mut Target::new(&mut rgba, 60, 100));
        rgba
    }

    #[test]
    fn half_transparent_pixels_are_mixed() {
        let cut_out = RgbaImage::from_pixel(20, 40, Rgba([200, 100, 0, 128]));
        let mut sprites = Sprites::prepare(cut_out, false, 80.0).unwrap();
        let rgba = drawn(
            &mut sprites,
            Placement {
                x: 0.5,
                y: 1.0,
                height: 0.8,
            },
        );
        let middle = &rgba[(60 * 60 + 30) * 4..][..4];
        for (got, want) in middle.iter().zip([105_u8, 60, 15, 255]) {
            assert!(got.abs_diff(want) <= 2, "{middle:?}");
        }
    }

    #[test]
    fn flipping_swaps_left_and_right() {
        let mut cut_out = RgbaImage::from_pixel(20, 40, Rgba([255, 0, 0, 255]));
        (0..40).for_each(|y| (0..10).for_each(|x| cut_out.put_pixel(x, y, Rgba([0, 0, 255, 255]))));
        for (flip, left_blue) in [(false, 255), (true, 0)] {
            let mut sprites = Sprites::prepare(cut_out.clone(), flip, 80.0).unwrap();
            let rgba = drawn(
                &mut sprites,
                Placement {
                    x: 0.5,
                    y: 1.0,
                    height: 0.8,
                },
            );
            assert_eq!(rgba[(60 * 60 + 15) * 4 + 2], left_blue);
        }
    }

    #[test]
    fn any_place_and_size_is_clipped() {
        let cut_out = RgbaImage::from_pixel(20, 40, Rgba([255, 255, 255, 255]));
        let mut sprites = Sprites::prepare(cut_out, false, 400.0).unwrap();
        for x in [-10.0, -0.1, 0.0, 0.37, 1.0, 1.1, 10.0] {
            for y in [-10.0, 0.0, 0.5, 1.0, 3.9, 10.0] {
                for height in [0.01, 0.3, 1.0, 4.0] {
                    drawn(&mut sprites, Placement { x, y, height });
                }
            }
        }
        let near = drawn(
            &mut sprites,
            Placement {
                x: 0.5,
                y: 2.0,
                height: 4.0,
            },
        );
        assert!(
            near.iter().all(|byte| *byte == 255),
            "a person close to the camera fills the frame"
        );
    }

    #[test]
    fn a_transparent_cut_out_changes_nothing() {
        let mut sprites = Sprites::prepare(RgbaImage::new(20, 40), false, 80.0).unwrap();
        let rgba = drawn(
            &mut sprites,
            Placement {
                x: 0.5,
                y: 1.0,
                height: 0.8,
            },
        );
        assert_eq!(rgba, [10, 20, 30, 255].repeat(60 * 100));
    }
}
