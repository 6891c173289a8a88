//! Samples rotated, scaled parts of a frame straight into a net's input tensor. Owns nothing of a frame beyond the call.
//!
//! Coordinates are frame pixels, x right and y down, a pixel's centre at +0.5.

use crate::models::{ColourOrder, Layout, PictureInput};

/// Halved copies kept per frame: 1/2, 1/4, 1/8.
const LEVELS: usize = 3;

/// A point in frame pixels.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct Point {
    pub(crate) x: f32,
    pub(crate) y: f32,
}

impl Point {
    pub(crate) const fn new(x: f32, y: f32) -> Self {
        Self { x, y }
    }

    pub(crate) fn distance(self, other: Self) -> f32 {
        (self.x - other.x).hypot(self.y - other.y)
    }

    pub(crate) fn middle(self, other: Self) -> Self {
        Self::new((self.x + other.x) / 2.0, (self.y + other.y) / 2.0)
    }
}

/// An affine map: (x, y) → (a·x + b·y + c, d·x + e·y + f).
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Affine {
    pub(crate) x: [f32; 3],
    pub(crate) y: [f32; 3],
}

impl Affine {
    pub(crate) fn apply(&self, p: Point) -> Point {
        Point::new(
            self.x[0] * p.x + self.x[1] * p.y + self.x[2],
            self.y[0] * p.x + self.y[1] * p.y + self.y[2],
        )
    }

    /// The map back; a degenerate map gives one that sends everything to the origin.
    pub(crate) fn inverse(&self) -> Self {
        let ([a, b, c], [d, e, f]) = (self.x, self.y);
        let det = a * e - b * d;
        let k = if det.abs() > 1e-12 { 1.0 / det } else { 0.0 };
        Self {
            x: [e * k, -b * k, (b * f - c * e) * k],
            y: [-d * k, a * k, (c * d - a * f) * k],
        }
    }

    /// The axis-aligned rectangle from `origin`, `width` × `height`, spread over `target` (width, height).
    pub(crate) fn from_rectangle(
        origin: Point,
        width: f32,
        height: f32,
        target: (usize, usize),
    ) -> Self {
        Self {
            x: [width / target.0 as f32, 0.0, origin.x],
            y: [0.0, height / target.1 as f32, origin.y],
        }
    }

    /// The square around `centre` with half side `half`, turned by `angle` (radians, clockwise on screen), spread over
    /// `side` × `side`.
    pub(crate) fn from_turned_square(centre: Point, half: f32, angle: f32, side: usize) -> Self {
        let (sin, cos) = angle.sin_cos();
        let step = 2.0 * half / side as f32;
        Self {
            x: [cos * step, -sin * step, centre.x - half * (cos - sin)],
            y: [sin * step, cos * step, centre.y - half * (sin + cos)],
        }
    }

    /// The similarity that sends `from` to `to` with the least squared error (Umeyama 1991, without reflection).
    pub(crate) fn similarity<const N: usize>(from: [Point; N], to: [Point; N]) -> Self {
        let mean = |points: [Point; N]| {
            let sum = points
                .iter()
                .fold(Point::default(), |s, p| Point::new(s.x + p.x, s.y + p.y));
            Point::new(sum.x / N as f32, sum.y / N as f32)
        };
        let (m, n) = (mean(from), mean(to));
        let (mut dot, mut cross, mut norm) = (0.0, 0.0, 0.0);
        for (p, q) in from.iter().zip(&to) {
            let (px, py, qx, qy) = (p.x - m.x, p.y - m.y, q.x - n.x, q.y - n.y);
            dot += px * qx + py * qy;
            cross += px * qy - py * qx;
            norm += px * px + py * py;
        }
        let norm = norm.max(1e-6);
        let (a, b) = (dot / norm, cross / norm);
        Self {
            x: [a, -b, n.x - a * m.x + b * m.y],
            y: [b, a, n.y - b * m.x - a * m.y],
        }
    }

    /// The map with its argument scaled first: x by `by_x`, y by `by_y`.
    pub(crate) fn scaled(&self, by_x: f32, by_y: f32) -> Self {
        let scale = |[a, b, c]: [f32; 3]| [a * by_x, b * by_y, c];
        Self {
            x: scale(self.x),
            y: scale(self.y),
        }
    }

    /// The map with its argument mirrored first: x becomes `width` - x.
    pub(crate) fn mirrored(&self, width: f32) -> Self {
        let mirror = |[a, b, c]: [f32; 3]| [-a, b, c + a * width];
        Self {
            x: mirror(self.x),
            y: mirror(self.y),
        }
    }

    /// Length of one step along x, in the units of the result.
    fn step(&self) -> f32 {
        self.x[0].hypot(self.y[0]).min(self.x[1].hypot(self.y[1]))
    }
}

/// What lies outside the frame.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Outside {
    /// One colour.
    Colour([u8; 3]),
    /// The nearest pixel of the frame's edge.
    Edge,
}

/// A frame's pixels with halved copies, so that shrinking does not skip pixels. Copies are made when first needed and
/// their memory is kept for the next frame.
#[derive(Default)]
pub(crate) struct Pyramid {
    levels: [Level; LEVELS],
    made: usize,
}

#[derive(Default)]
struct Level {
    width: usize,
    height: usize,
    rgba: Vec<u8>,
}

/// Borrowed pixels: RGBA, rows from the top.
#[derive(Clone, Copy)]
pub(crate) struct Pixels<'a> {
    pub(crate) width: usize,
    pub(crate) height: usize,
    pub(crate) rgba: &'a [u8],
}

impl Pixels<'_> {
    /// The colour at a pixel, clamped to the frame.
    pub(crate) fn rgb_at(&self, x: usize, y: usize) -> [u8; 3] {
        let at = (y.min(self.height - 1) * self.width + x.min(self.width - 1)) * 4;
        [self.rgba[at], self.rgba[at + 1], self.rgba[at + 2]]
    }

    /// Mean luma (Rec. 601 weights) on a coarse grid, 0..=1.
    pub(crate) fn brightness(&self) -> f32 {
        let (columns, rows) = (self.width.min(64), self.height.min(64));
        let mut sum = 0_u64;
        for row in 0..rows {
            for column in 0..columns {
                let [r, g, b] =
                    self.rgb_at(column * self.width / columns, row * self.height / rows);
                sum += 299 * u64::from(r) + 587 * u64::from(g) + 114 * u64::from(b);
            }
        }
        sum as f32 / (255_000 * columns * rows) as f32
    }
}

impl Pyramid {
    /// Forgets the last frame's copies; to be called for each new frame, also to wipe when no frame follows.
    pub(crate) fn reset(&mut self) {
        self.made = 0;
    }

    /// Overwrites the copies with zeros.
    pub(crate) fn wipe(&mut self) {
        self.reset();
        self.levels.iter_mut().for_each(|level| level.rgba.fill(0));
    }

    /// Fills `tensor` with the picture that `frame_from_target` cuts out of the frame.
    pub(crate) fn sample(
        &mut self,
        frame: Pixels<'_>,
        frame_from_target: &Affine,
        outside: Outside,
        input: &PictureInput,
        tensor: &mut Vec<f32>,
    ) {
        tensor.resize(input.width * input.height * 3, 0.0);
        let (pixels, scale) = self.level_for(frame, frame_from_target.step());
        let map = Affine {
            x: frame_from_target.x.map(|v| v * scale),
            y: frame_from_target.y.map(|v| v * scale),
        };
        fill(pixels, &map, outside, input, tensor);
    }

    /// The smallest copy that still has at least one pixel per step, and its scale.
    fn level_for<'a>(&'a mut self, frame: Pixels<'a>, step: f32) -> (Pixels<'a>, f32) {
        let mut wanted = 0;
        let mut side = frame.width.min(frame.height);
        while wanted < LEVELS && step >= 1.6 * (1 << wanted) as f32 && side >= 16 {
            wanted += 1;
            side /= 2;
        }
        while self.made < wanted {
            let (done, rest) = self.levels.split_at_mut(self.made);
            let source = done.last().map_or(frame, Level::pixels);
            rest[0].halve(source);
            self.made += 1;
        }
        match wanted {
            0 => (frame, 1.0),
            n => (self.levels[n - 1].pixels(), 1.0 / (1 << n) as f32),
        }
    }
}

impl Level {
    fn pixels(&self) -> Pixels<'_> {
        Pixels {
            width: self.width,
            height: self.height,
            rgba: &self.rgba,
        }
    }

    fn halve(&mut self, source: Pixels<'_>) {
        self.width = source.width / 2;
        self.height = source.height / 2;
        self.rgba.resize(self.width * self.height * 4, 0);
        let row_bytes = source.width * 4;
        for (y, out) in self.rgba.chunks_exact_mut(self.width * 4).enumerate() {
            let (upper, lower) = source.rgba[2 * y * row_bytes..].split_at(row_bytes);
            let pairs = upper.chunks_exact(8).zip(lower.chunks_exact(8));
            for (out, (u, l)) in out.chunks_exact_mut(4).zip(pairs) {
                for c in 0..4 {
                    let sum = u16::from(u[c])
                        + u16::from(u[c + 4])
                        + u16::from(l[c])
                        + u16::from(l[c + 4]);
                    out[c] = ((sum + 2) / 4) as u8;
                }
            }
        }
    }
}

fn fill(
    pixels: Pixels<'_>,
    map: &Affine,
    outside: Outside,
    input: &PictureInput,
    tensor: &mut [f32],
) {
    let plane = input.width * input.height;
    match input.layout {
        Layout::Nhwc => each_pixel(pixels, map, outside, input, |at, value| {
            tensor[at * 3..at * 3 + 3].copy_from_slice(&value);
        }),
        Layout::Nchw => {
            let (first, rest) = tensor.split_at_mut(plane);
            let (second, third) = rest.split_at_mut(plane);
            each_pixel(pixels, map, outside, input, |at, value| {
                (first[at], second[at], third[at]) = (value[0], value[1], value[2]);
            });
        }
    }
}

/// Tells `put` each pixel of the input, row by row, its channels in the net's order and scale.
#[inline]
fn each_pixel(
    pixels: Pixels<'_>,
    map: &Affine,
    outside: Outside,
    input: &PictureInput,
    mut put: impl FnMut(usize, [f32; 3]),
) {
    let factor = 1.0 / input.scale;
    let channels = match input.colour {
        ColourOrder::Rgb => [0, 1, 2],
        ColourOrder::Bgr => [2, 1, 0],
    };
    let offset = channels.map(|c| -input.mean[c] * factor);
    let texels = pixels.rgba.as_chunks::<4>().0;
    let line = |y: usize| &texels[y * pixels.width..(y + 1) * pixels.width];
    let colour = |x: Between, y: Between, upper: &[[u8; 4]], lower: &[[u8; 4]]| match outside {
        Outside::Colour([r, g, b]) if !(x.inside && y.inside) => [r, g, b, 255].map(f32::from),
        _ => {
            let across = |line: &[[u8; 4]]| {
                let texel = |x: usize| line[x].map(f32::from);
                mix(texel(x.first), texel(x.second), x.share)
            };
            mix(across(upper), across(lower), y.share)
        }
    };
    let mut tell = |row: usize, column: usize, rgba: [f32; 4]| {
        let value = std::array::from_fn(|k| rgba[channels[k]] * factor + offset[k]);
        put(row * input.width + column, value);
    };
    let middle = |k: usize| k as f32 + 0.5;
    if map.x[1] == 0.0 && map.y[0] == 0.0 {
        // Upright: where a column lies is the same in every row, and where a row lies in every column.
        let place = |column| Between::at(map.x[0] * middle(column) + map.x[2], pixels.width);
        let columns: Vec<Between> = (0..input.width).map(place).collect();
        for row in 0..input.height {
            let y = Between::at(map.y[1] * middle(row) + map.y[2], pixels.height);
            let (upper, lower) = (line(y.first), line(y.second));
            for (column, &x) in columns.iter().enumerate() {
                tell(row, column, colour(x, y, upper, lower));
            }
        }
        return;
    }
    for row in 0..input.height {
        for column in 0..input.width {
            let at = map.apply(Point::new(middle(column), middle(row)));
            let (x, y) = (
                Between::at(at.x, pixels.width),
                Between::at(at.y, pixels.height),
            );
            tell(row, column, colour(x, y, line(y.first), line(y.second)));
        }
    }
}

/// A place between two pixels of a row or a column; beyond the ends it is the last pixel.
#[derive(Clone, Copy)]
struct Between {
    first: usize,
    second: usize,
    /// Weight of the second, 0..1.
    share: f32,
    inside: bool,
}

impl Between {
    #[inline]
    fn at(place: f32, length: usize) -> Self {
        let last = length.saturating_sub(1);
        let between = (place - 0.5).clamp(0.0, last as f32);
        let first = between as usize;
        Self {
            first,
            second: (first + 1).min(last),
            share: between - first as f32,
            inside: place >= 0.0 && place < length as f32,
        }
    }
}

/// Four lanes, so that the compiler makes one vector of them.
#[inline]
fn mix(a: [f32; 4], b: [f32; 4], t: f32) -> [f32; 4] {
    std::array::from_fn(|k| a[k] + (b[k] - a[k]) * t)
}

/// The map that fits a whole frame into `width` × `height`, centred, keeping its shape.
pub(crate) fn letterbox(frame: Pixels<'_>, width: usize, height: usize) -> Affine {
    let step = (frame.width as f32 / width as f32).max(frame.height as f32 / height as f32);
    Affine {
        x: [step, 0.0, (frame.width as f32 - step * width as f32) / 2.0],
        y: [
            0.0,
            step,
            (frame.height as f32 - step * height as f32) / 2.0,
        ],
    }
}

#[cfg(test)]
mod tests;
