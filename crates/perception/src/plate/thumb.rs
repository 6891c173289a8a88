//! A frame shrunk to cells by a few pixels of each: enough to compare, cheap enough for every frame.

use crate::organs::picture::Pixels;

/// Cells along the long side, at most.
const LONG_SIDE: usize = 160;

/// A frame in cells, row by row from the top.
#[derive(Default)]
pub(super) struct Thumb {
    /// Side of a cell, frame pixels.
    pub(super) cell_px: usize,
    /// Cells per row.
    pub(super) width: usize,
    /// Rows.
    pub(super) height: usize,
    /// Mean red, green and blue of two pixels of each cell.
    pub(super) rgb: Vec<[u8; 3]>,
}

impl Thumb {
    /// Takes in a frame, keeping the memory of the last. Two pixels of one row a cell: how much of the frame is fetched
    /// from memory sets the cost.
    pub(super) fn take(&mut self, frame: Pixels<'_>) {
        self.cell_px = cell_px(frame, LONG_SIDE);
        self.width = frame.width / self.cell_px;
        self.height = frame.height / self.cell_px;
        self.rgb.clear();
        let (near, far) = (self.cell_px / 4, self.cell_px * 3 / 4);
        let (row_bytes, cell_bytes) = (frame.width * 4, self.cell_px * 4);
        for y in 0..self.height {
            let start = (y * self.cell_px + self.cell_px / 2) * row_bytes;
            let cells = frame.rgba[start..start + row_bytes].chunks_exact(cell_bytes);
            let means = cells.map(|cell| {
                let (a, b) = (&cell[near * 4..near * 4 + 3], &cell[far * 4..far * 4 + 3]);
                std::array::from_fn(|k| a[k].midpoint(b[k]))
            });
            self.rgb.extend(means);
        }
    }

    pub(super) fn wipe(&mut self) {
        self.rgb.fill([0; 3]);
        std::hint::black_box(&mut self.rgb);
    }
}

/// Side of a cell, in frame pixels, so that at most `long_side` of them lie along the frame's long side.
pub(super) fn cell_px(frame: Pixels<'_>, long_side: usize) -> usize {
    frame.width.max(frame.height).div_ceil(long_side).max(1)
}

/// Mean of the four pixels at the quarters of a cell. The cell must lie in the frame.
#[inline]
pub(super) fn mean_of(frame: Pixels<'_>, cell_px: usize, x: usize, y: usize) -> [u8; 3] {
    let (near, far) = (cell_px / 4, cell_px * 3 / 4);
    let mut sum = [2_u16; 3];
    for dy in [near, far] {
        let row = (y * cell_px + dy) * frame.width;
        for dx in [near, far] {
            let at = (row + x * cell_px + dx) * 4;
            let pixel = &frame.rgba[at..at + 3];
            for (sum, value) in sum.iter_mut().zip(pixel) {
                *sum += u16::from(*value);
            }
        }
    }
    sum.map(|sum| (sum / 4) as u8)
}
