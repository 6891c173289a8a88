//! Where the shopper's garments, hair and skin are, for the shaders that recolour garments and put others on. Low resolution,
//! soft-edged, no colours: a mask says where cloth is, never what it looks like. [`shade`] says how light falls on it.

pub(crate) mod lens;
pub(crate) mod shade;
mod skin;

use std::fmt;

use crate::organs::garment_parser::{COLUMNS, Parsing, Part, ROWS};
use crate::organs::person_mask::PersonMask;
use crate::organs::picture::{Affine, Point};

/// One mask cell covers this many frame pixels in each direction.
pub const CELL_PX: usize = 4;
/// Plane of the torso garment (upper, outer, dress).
pub const TORSO: usize = 0;
/// Plane of the leg garment (trousers, shorts, skirt).
pub const LEGS: usize = 1;
/// Plane of hair and what is worn on the head or carried.
pub const HAIR: usize = 2;
/// Plane of bare skin.
pub const SKIN: usize = 3;
/// All planes.
pub const PLANES: usize = 4;
/// What each plane is made of.
const PARTS: [&[Part]; PLANES] = [
    &[Part::Upper, Part::Outer, Part::Dress],
    &[Part::Legs, Part::Skirt],
    &[Part::Hair, Part::Accessories],
    &[Part::Skin],
];
/// Parser probability at which cloth starts, and is certain.
const CLOTH: (f32, f32) = (0.35, 0.65);
/// Person probability at which the person starts, and is certain.
const PERSON: (f32, f32) = (0.2, 0.6);
/// Weight of the new mask against the last one.
const FRESH: f32 = 0.65;

/// Garment masks in full-frame coordinates: cell (x, y) covers the frame from (4x, 4y) to (4x+4, 4y+4).
#[derive(Clone, PartialEq)]
pub struct GarmentMasks {
    /// Number of the frame they were read from.
    pub frame: u64,
    /// Cells per row.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// Four bytes per cell, row by row: torso garment, leg garment, hair and things, skin; 0 = none, 255 = certain.
    pub rgba: Vec<u8>,
    /// How the light falls on all of it.
    pub shade: shade::Shade,
}

impl fmt::Debug for GarmentMasks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "GarmentMasks(#{}, {}x{})",
            self.frame, self.width, self.height
        )
    }
}

impl GarmentMasks {
    /// Lays the parser's answer over the frame, cut to the person. `last` are the masks of the frame before, if they are
    /// fresh enough to smooth with.
    pub(crate) fn compose(
        frame: u64,
        frame_size: (usize, usize),
        frame_from_unit: &Affine,
        parsing: &Parsing,
        person: Option<&PersonMask>,
        last: Option<&Self>,
    ) -> Self {
        let (width, height) = (
            frame_size.0.div_ceil(CELL_PX),
            frame_size.1.div_ceil(CELL_PX),
        );
        let mut masks = Self::empty(frame, width, height);
        let planes = PARTS.map(|parts| parsing.sum(parts));
        let cells: Vec<[f32; PLANES]> = (0..COLUMNS * ROWS)
            .map(|k| [0, 1, 2, 3].map(|plane: usize| planes[plane][k]))
            .collect();
        let unit_from_frame = frame_from_unit.inverse();
        let low = frame_from_unit.apply(Point::new(0.0, 0.0));
        let high = frame_from_unit.apply(Point::new(1.0, 1.0));
        let cell = |v: f32, cells: usize| (v / CELL_PX as f32).clamp(0.0, cells as f32) as usize;
        for y in cell(low.y, height)..cell(high.y, height) {
            for x in cell(low.x, width)..cell(high.x, width) {
                let centre = Point::new(
                    (x as f32 + 0.5) * CELL_PX as f32,
                    (y as f32 + 0.5) * CELL_PX as f32,
                );
                let unit = unit_from_frame.apply(centre);
                let inside = person.map_or(1.0, |p| {
                    smooth_step(PERSON, interpolate(&p.probability, p.width, p.height, unit))
                });
                if inside > 0.0 {
                    let at = (y * width + x) * PLANES;
                    let found = interpolate_planes(&cells, COLUMNS, ROWS, unit);
                    for (byte, found) in masks.rgba[at..].iter_mut().zip(found) {
                        *byte = to_byte(inside * smooth_step(CLOTH, found));
                    }
                }
            }
        }
        if let Some(last) =
            last.filter(|last| last.rgba.len() == masks.rgba.len() && last.width == width)
        {
            for (new, old) in masks.rgba.iter_mut().zip(&last.rgba) {
                *new =
                    (f32::from(*old) + (f32::from(*new) - f32::from(*old)) * FRESH).round() as u8;
            }
        }
        masks
    }

    /// Masks of nobody.
    pub(crate) fn empty(frame: u64, width: usize, height: usize) -> Self {
        Self {
            frame,
            width,
            height,
            rgba: vec![0; width * height * PLANES],
            shade: shade::Shade::none(width, height),
        }
    }

    /// The mask of a cell, 0 outside.
    pub(crate) fn at_cell(&self, x: usize, y: usize, plane: usize) -> u8 {
        if x < self.width && y < self.height {
            self.rgba[(y * self.width + x) * PLANES + plane]
        } else {
            0
        }
    }

    /// The mask at a cell position, 0 outside.
    pub(crate) fn at(&self, x: f32, y: f32, plane: usize) -> u8 {
        if x < 0.0 || y < 0.0 {
            return 0;
        }
        self.at_cell(x as usize, y as usize, plane)
    }

    /// Cells from (inclusive) and to (exclusive) that hold everything above `level` in a plane.
    pub(crate) fn bounds(&self, plane: usize, level: u8) -> Option<(usize, usize, usize, usize)> {
        let mut found: Option<(usize, usize, usize, usize)> = None;
        for (k, cell) in self.rgba.chunks_exact(PLANES).enumerate() {
            if cell[plane] > level {
                let (x, y) = (k % self.width, k / self.width);
                let (x0, y0, x1, y1) = found.unwrap_or((x, y, x, y));
                found = Some((x0.min(x), y0.min(y), x1.max(x + 1), y1.max(y + 1)));
            }
        }
        found
    }

    /// Cells of a plane above `level`.
    pub(crate) fn cells_above(
        &self,
        plane: usize,
        level: u8,
    ) -> impl Iterator<Item = (usize, usize)> + '_ {
        self.rgba
            .chunks_exact(PLANES)
            .enumerate()
            .filter(move |(_, cell)| cell[plane] > level)
            .map(|(k, _)| (k % self.width, k / self.width))
    }
}

fn smooth_step((from, to): (f32, f32), value: f32) -> f32 {
    let t = ((value - from) / (to - from)).clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}

fn to_byte(value: f32) -> u8 {
    (value * 255.0).round().clamp(0.0, 255.0) as u8
}

/// Bilinear values of a grid of several planes that covers the unit square.
fn interpolate_planes(
    values: &[[f32; PLANES]],
    width: usize,
    height: usize,
    unit: Point,
) -> [f32; PLANES] {
    let x = (unit.x * width as f32 - 0.5).clamp(0.0, (width - 1) as f32);
    let y = (unit.y * height as f32 - 0.5).clamp(0.0, (height - 1) as f32);
    let (x0, y0) = (x as usize, y as usize);
    let (x1, y1) = ((x0 + 1).min(width - 1), (y0 + 1).min(height - 1));
    let (fx, fy) = (x - x0 as f32, y - y0 as f32);
    let (a, b) = (values[y0 * width + x0], values[y0 * width + x1]);
    let (c, d) = (values[y1 * width + x0], values[y1 * width + x1]);
    std::array::from_fn(|k| {
        let (upper, lower) = (a[k] + (b[k] - a[k]) * fx, c[k] + (d[k] - c[k]) * fx);
        upper + (lower - upper) * fy
    })
}

/// Bilinear value of a grid that covers the unit square.
pub(crate) fn interpolate(values: &[f32], width: usize, height: usize, unit: Point) -> f32 {
    let x = (unit.x * width as f32 - 0.5).clamp(0.0, (width - 1) as f32);
    let y = (unit.y * height as f32 - 0.5).clamp(0.0, (height - 1) as f32);
    let (x0, y0) = (x as usize, y as usize);
    let (x1, y1) = ((x0 + 1).min(width - 1), (y0 + 1).min(height - 1));
    let (fx, fy) = (x - x0 as f32, y - y0 as f32);
    let row =
        |y: usize| values[y * width + x0] + (values[y * width + x1] - values[y * width + x0]) * fx;
    row(y0) + (row(y1) - row(y0)) * fy
}

#[cfg(test)]
mod tests {
    use super::*;

    const CROP: Affine = Affine {
        x: [120.0, 0.0, 40.0],
        y: [0.0, 160.0, 0.0],
    };

    fn shirt_over_trousers() -> Parsing {
        Parsing::from_cells(|_, row| {
            if row < ROWS / 2 {
                Part::Upper
            } else {
                Part::Legs
            }
        })
    }

    #[test]
    fn planes_lie_where_the_crop_lay() {
        let masks = GarmentMasks::compose(3, (200, 160), &CROP, &shirt_over_trousers(), None, None);
        assert_eq!((masks.width, masks.height), (50, 40));
        assert_eq!(masks.at(25.0, 5.0, TORSO), 255);
        assert_eq!(masks.at(25.0, 5.0, LEGS), 0);
        assert_eq!(masks.at(25.0, 35.0, LEGS), 255);
        assert_eq!(masks.at(5.0, 5.0, TORSO), 0, "left of the crop");
        assert_eq!(masks.bounds(TORSO, 128), Some((10, 0, 40, 20)));
    }

    #[test]
    fn cloth_outside_the_person_is_no_cloth() {
        let left_half = PersonMask {
            width: 2,
            height: 1,
            probability: vec![1.0, 0.0],
        };
        let masks = GarmentMasks::compose(
            3,
            (200, 160),
            &CROP,
            &shirt_over_trousers(),
            Some(&left_half),
            None,
        );
        assert_eq!(masks.at(12.0, 5.0, TORSO), 255);
        assert_eq!(masks.at(38.0, 5.0, TORSO), 0);
    }

    #[test]
    fn a_flicker_is_damped() {
        let on = GarmentMasks::compose(1, (200, 160), &CROP, &shirt_over_trousers(), None, None);
        let bare = Parsing::from_cells(|_, _| Part::Skin);
        let off = GarmentMasks::compose(2, (200, 160), &CROP, &bare, None, Some(&on));
        let left = off.at(25.0, 5.0, TORSO);
        assert!((80..=100).contains(&left), "{left}");
        let other_size = GarmentMasks::compose(2, (100, 80), &CROP, &bare, None, Some(&on));
        assert_eq!(other_size.at(20.0, 5.0, TORSO), 0);
    }

    #[test]
    fn debug_shows_no_mask() {
        let mut masks = GarmentMasks::empty(7, 1, 1);
        masks.rgba = vec![201, 202, 203, 204];
        assert_eq!(format!("{masks:?}"), "GarmentMasks(#7, 1x1)");
    }
}
