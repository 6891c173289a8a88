//! Anchors of single-shot detectors: the middles of the cells of square grids, as shares of the input.

use super::picture::Point;

/// The anchors of `grids` (cells per side, anchors per cell), row by row, in the order of the net's outputs.
pub(super) fn on_grids(grids: &[(usize, usize)]) -> Vec<Point> {
    let grid = |&(cells, per_cell): &(usize, usize)| {
        let middle = move |cell: usize| (cell as f32 + 0.5) / cells as f32;
        (0..cells * cells * per_cell)
            .map(move |i| i / per_cell)
            .map(move |cell| Point::new(middle(cell % cells), middle(cell / cells)))
    };
    grids.iter().flat_map(grid).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grid_follows_grid_and_cells_hold_their_anchors() {
        let anchors = on_grids(&[(16, 2), (8, 6)]);
        assert_eq!(anchors.len(), 512 + 384);
        assert_eq!(anchors[0], anchors[1]);
        assert_eq!(anchors[0], Point::new(0.5 / 16.0, 0.5 / 16.0));
        assert_eq!(anchors[2], Point::new(1.5 / 16.0, 0.5 / 16.0));
        assert_eq!(anchors[512], Point::new(0.5 / 8.0, 0.5 / 8.0));
    }
}
