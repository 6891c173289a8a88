//! Anchors of single-shot detectors: the middles of the cells of grids, as shares of the input.

use super::picture::Point;

/// The anchors of `grids` (pixels per cell, anchors per cell) on an input of `width` × `height` pixels, row by row, in the
/// order of the net's outputs.
pub(super) fn on_grids(width: usize, height: usize, grids: &[(usize, usize)]) -> Vec<Point> {
    let grid = |&(stride, per_cell): &(usize, usize)| {
        let (columns, rows) = (width / stride, height / stride);
        let middle = |cell: usize, cells: usize| (cell as f32 + 0.5) / cells as f32;
        (0..columns * rows * per_cell)
            .map(move |i| i / per_cell)
            .map(move |cell| {
                Point::new(
                    middle(cell % columns, columns),
                    middle(cell / columns, rows),
                )
            })
    };
    grids.iter().flat_map(grid).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grid_follows_grid_and_cells_hold_their_anchors() {
        let anchors = on_grids(256, 256, &[(16, 2), (32, 6)]);
        assert_eq!(anchors.len(), 512 + 384);
        assert_eq!(anchors[0], anchors[1]);
        assert_eq!(anchors[0], Point::new(0.5 / 16.0, 0.5 / 16.0));
        assert_eq!(anchors[2], Point::new(1.5 / 16.0, 0.5 / 16.0));
        assert_eq!(anchors[512], Point::new(0.5 / 8.0, 0.5 / 8.0));
    }

    #[test]
    fn a_tall_input_has_more_rows_than_columns() {
        let anchors = on_grids(160, 256, &[(16, 2), (32, 6)]);
        assert_eq!(anchors.len(), 320 + 240);
        assert_eq!(anchors[2 * 10], Point::new(0.05, 1.5 / 16.0));
        assert_eq!(anchors[559], Point::new(0.9, 7.5 / 8.0));
    }
}
