//! The shopper's skin over the picture: where it is seen, its colours; beyond, those of the skin nearest to it. A bare arm that
//! is drawn where a sleeve was goes over into the hand without a seam. Goes to the GPU with the masks and nowhere else.

use super::shade::blur;
use super::{GarmentMasks, SKIN};
use crate::organs::picture::Pixels;

/// One cell covers this many cells of the masks in each direction.
const CELLS: usize = 2;
/// A cell is skin from this mask value on.
const CERTAIN: u8 = 200;
/// Colours are carried on by so many shares of the face's width, the nearest first.
const REACH: [f32; 3] = [0.25, 1.0, 3.0];
/// Share of skin around a place from which on its colour is believed.
const BELIEVED: f32 = 0.02;

/// Four bytes per cell of 8 by 8 pixels: sRGB colour and how near skin was seen, 255 = here. `face_cells` is the breadth of
/// the face in such cells.
pub(super) fn field(frame: Pixels<'_>, masks: &GarmentMasks, face_cells: f32) -> Vec<u8> {
    let (width, height) = (masks.width.div_ceil(CELLS), masks.height.div_ceil(CELLS));
    let mut seen = vec![[0.0_f32; 4]; width * height];
    for (k, cell) in seen.iter_mut().enumerate() {
        let (x, y) = (k % width * CELLS, k / width * CELLS);
        // All of the cell, so that no edge of cloth or wall colours it.
        let corners = [(0, 0), (1, 0), (0, 1), (1, 1)];
        if corners
            .iter()
            .all(|(dx, dy)| masks.at_cell(x + dx, y + dy, SKIN) >= CERTAIN)
        {
            let middle = |v: usize| (v + 1) * super::CELL_PX;
            let [r, g, b] = frame.rgb_at(middle(x), middle(y)).map(f32::from);
            *cell = [r, g, b, 1.0];
        }
    }
    let mut field = vec![[0.0_f32; 4]; width * height];
    for reach in REACH {
        let radius = (face_cells * reach).clamp(1.0, 64.0) as usize;
        let [reds, greens, blues, shares] = [0, 1, 2, 3].map(|plane: usize| {
            let mut values: Vec<f32> = seen.iter().map(|cell| cell[plane]).collect();
            blur(&mut values, width, height, radius);
            values
        });
        for (k, cell) in field.iter_mut().enumerate() {
            // What was found nearer covers what is found further away.
            let fresh = (1.0 - cell[3]) * (shares[k] / BELIEVED).min(1.0);
            let over = fresh / shares[k].max(1e-6);
            for (sum, of) in cell.iter_mut().zip([reds[k], greens[k], blues[k]]) {
                *sum += of * over;
            }
            cell[3] += fresh;
        }
    }
    field
        .into_iter()
        .flat_map(|[r, g, b, share]| {
            let [r, g, b] = [r, g, b].map(|c| (c / share.max(1e-6)).round().min(255.0) as u8);
            [r, g, b, (share * 255.0).round() as u8]
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZE: (usize, usize) = (160, 240);

    /// A pale face above and a tanned hand at the lower left, cloth between.
    fn found() -> Vec<u8> {
        let hand = |x: usize, y: usize| x < 32 && y >= 208;
        let rgba: Vec<u8> = (0..SIZE.0 * SIZE.1)
            .flat_map(|k| {
                let (x, y) = (k % SIZE.0, k / SIZE.0);
                match (y < 64, hand(x, y)) {
                    (true, _) => [220, 180, 160, 255],
                    (_, true) => [150, 100, 80, 255],
                    _ => [10, 10, 200, 255],
                }
            })
            .collect();
        let mut masks = GarmentMasks::empty(1, SIZE.0 / 4, SIZE.1 / 4);
        for y in 0..SIZE.1 / 4 {
            for x in 0..SIZE.0 / 4 {
                if y * 4 < 64 || hand(x * 4, y * 4) {
                    masks.rgba[(y * SIZE.0 / 4 + x) * 4 + SKIN] = 255;
                }
            }
        }
        let frame = Pixels {
            width: SIZE.0,
            height: SIZE.1,
            rgba: &rgba,
        };
        field(frame, &masks, 6.0)
    }

    fn at(field: &[u8], x: usize, y: usize) -> [u8; 4] {
        let k = (y / 8 * (SIZE.0 / 8) + x / 8) * 4;
        [field[k], field[k + 1], field[k + 2], field[k + 3]]
    }

    #[test]
    fn an_arm_takes_the_colour_of_the_hand_near_it_and_of_the_face_near_that() {
        let field = found();
        let [wrist, shoulder] = [at(&field, 16, 190), at(&field, 16, 80)];
        assert!(wrist[0].abs_diff(150) < 12 && wrist[3] > 200, "{wrist:?}");
        assert!(
            shoulder[0].abs_diff(220) < 12 && shoulder[3] > 200,
            "{shoulder:?}"
        );
    }

    #[test]
    fn between_them_no_colour_is_the_cloths() {
        let field = found();
        for y in (0..240).step_by(8) {
            let [r, _, b, seen] = at(&field, 16, y);
            assert!(seen == 0 || r > b, "{y}: {r} {b}");
        }
    }

    #[test]
    fn where_nobody_shows_skin_nothing_is_known() {
        let rgba = vec![200; SIZE.0 * SIZE.1 * 4];
        let frame = Pixels {
            width: SIZE.0,
            height: SIZE.1,
            rgba: &rgba,
        };
        let field = field(frame, &GarmentMasks::empty(1, SIZE.0 / 4, SIZE.1 / 4), 6.0);
        assert!(field.iter().all(|byte| *byte == 0));
    }
}
