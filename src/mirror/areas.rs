//! Divides the glass into areas that need the same program, so that a software renderer does nothing in vain: furniture is
//! looked up only in rows that hold some, colours are changed only where the masks are.

use std::ops::Range;

use bevy::prelude::*;

use super::glass::Glass;

/// A rectangle of the glass, in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Area {
    pub(super) place: URect,
    pub(super) furniture: bool,
    pub(super) masked: bool,
}

/// The whole glass, each pixel in one area.
pub(super) fn areas(glass: &Glass, worn: Option<Rect>, size: UVec2) -> Vec<Area> {
    let recoloured = glass.recolours().then_some(glass.masked);
    let changed = match (recoloured, worn.filter(|_| glass.mirror)) {
        (Some(a), Some(b)) => Some(a.union(b)),
        (a, b) => a.or(b),
    };
    let masked = changed.map_or(URect::default(), |shares| on_glass(glass, shares, size));
    let mut cuts: Vec<u32> = [0, size.y, masked.min.y, masked.max.y]
        .into_iter()
        .chain(
            glass
                .furniture
                .iter()
                .flat_map(|rows| [rows.start, rows.end]),
        )
        .map(|row| row.min(size.y))
        .collect();
    cuts.sort_unstable();
    cuts.dedup();
    let bands = cuts.iter().zip(cuts.iter().skip(1));
    bands
        .flat_map(|(&top, &bottom)| band(top..bottom, size.x, masked, &glass.furniture))
        .filter(|area| !area.place.is_empty())
        .collect()
}

/// Left of the masks, the masks, right of them; or the whole row.
fn band(rows: Range<u32>, width: u32, masked: URect, furniture: &[Range<u32>]) -> Vec<Area> {
    let furniture = furniture.iter().any(|taken| taken.contains(&rows.start));
    let area = |left, right, masked| Area {
        place: URect::new(left, rows.start, right, rows.end),
        furniture,
        masked,
    };
    if masked.is_empty() || !(masked.min.y..masked.max.y).contains(&rows.start) {
        return vec![area(0, width, false)];
    }
    vec![
        area(0, masked.min.x, false),
        area(masked.min.x, masked.max.x, true),
        area(masked.max.x, width, false),
    ]
}

/// Where a part of the picture lies on the glass, in pixels, with a pixel of reserve for the filter.
fn on_glass(glass: &Glass, shares: Rect, size: UVec2) -> URect {
    let whole = size.as_vec2();
    let mirrored = glass.uniform.look.x > 0.5;
    let masked = if mirrored {
        Rect {
            min: Vec2::new(1.0 - shares.max.x, shares.min.y),
            max: Vec2::new(1.0 - shares.min.x, shares.max.y),
        }
    } else {
        shares
    };
    let place = glass.uniform.place;
    let on_glass = |share: Vec2| (place.xy() + share * place.zw()) * whole;
    let inside = |pixel: Vec2| pixel.clamp(Vec2::ZERO, whole).as_uvec2();
    URect {
        min: inside(on_glass(masked.min) - 1.0),
        max: inside((on_glass(masked.max) + 1.0).ceil()),
    }
}

/// Neighbours closer than this are one block: every area is a draw call.
const NEAR: u32 = 24;

/// Joins the rows of single nodes (top and bottom in pixels) into blocks that stand apart.
pub(super) fn join_rows(nodes: impl Iterator<Item = (f32, f32)>, height: u32) -> Vec<Range<u32>> {
    let mut rows: Vec<Range<u32>> = nodes
        .map(|(top, bottom)| (top.max(0.0) as u32)..(bottom.ceil().max(0.0) as u32).min(height))
        .filter(|rows| !rows.is_empty())
        .collect();
    rows.sort_unstable_by_key(|rows| rows.start);
    let mut blocks: Vec<Range<u32>> = Vec::new();
    for next in rows {
        match blocks.last_mut() {
            Some(last) if next.start <= last.end + NEAR => last.end = last.end.max(next.end),
            _ => blocks.push(next),
        }
    }
    blocks
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mirror::{GlassUniform, RecolourUniform};

    const SIZE: UVec2 = UVec2::new(1080, 1920);

    fn glass(masked: Rect, mirrored: f32) -> Glass {
        let torso = RecolourUniform {
            target_lab: Vec4::ONE,
            ..default()
        };
        Glass {
            uniform: GlassUniform {
                // 1280x720 cover-fitted: 3413 px wide on a glass of 1080.
                place: Vec4::new(-1.08, 0.0, 3.16, 1.0),
                look: Vec4::new(mirrored, 1.0, 0.0, 0.0),
                torso,
                ..default()
            },
            picture: Handle::default(),
            masks: Handle::default(),
            furniture_at_right: false,
            mirror: true,
            barcode: false,
            masked,
            furniture: vec![0..120, 1200..1864],
        }
    }

    fn pixels(areas: &[Area], wanted: impl Fn(&Area) -> bool) -> u32 {
        let size = |area: &&Area| wanted(area);
        areas
            .iter()
            .filter(size)
            .map(|a| a.place.width() * a.place.height())
            .sum()
    }

    #[test]
    fn every_pixel_is_in_one_area() {
        for masked in [
            Rect::default(),
            Rect::new(0.45, 0.05, 0.55, 0.95),
            Rect::new(0.0, 0.0, 1.0, 1.0),
            Rect::new(0.0, 0.1, 0.05, 0.9),
        ] {
            let areas = areas(&glass(masked, 1.0), None, SIZE);
            assert_eq!(pixels(&areas, |_| true), SIZE.x * SIZE.y, "{masked:?}");
            for (i, one) in areas.iter().enumerate() {
                for other in &areas[i + 1..] {
                    assert!(one.place.intersect(other.place).is_empty());
                }
            }
        }
    }

    #[test]
    fn furniture_is_looked_up_in_its_rows_only() {
        let areas = areas(&glass(Rect::new(0.45, 0.2, 0.55, 0.8), 0.0), None, SIZE);
        assert_eq!(pixels(&areas, |a| a.furniture), SIZE.x * (120 + 664));
        assert!(pixels(&areas, |a| a.masked) > 0);
    }

    #[test]
    fn a_mask_at_the_left_of_the_picture_is_at_the_right_of_a_mirror() {
        let left = Rect::new(0.4, 0.4, 0.5, 0.6);
        let plain = on_glass(&glass(left, 0.0), left, SIZE);
        let mirrored = on_glass(&glass(left, 1.0), left, SIZE);
        assert!(plain.max.x <= SIZE.x / 2 + 2, "{plain:?}");
        assert!(mirrored.min.x >= SIZE.x / 2 - 2, "{mirrored:?}");
        assert_eq!(plain.height(), mirrored.height());
    }

    #[test]
    fn rows_close_together_are_one_block() {
        let nodes = [
            (1300.5, 1400.2),
            (10.0, 90.0),
            (1410.0, 2500.0),
            (-50.0, -10.0),
            (60.0, 100.0),
        ];
        let blocks = join_rows(nodes.into_iter(), 1920);
        assert_eq!(blocks, [10..100, 1300..1920]);
    }
}
