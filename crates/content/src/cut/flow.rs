//! The cheapest cut of a picture in two along its edges: push-relabel with a queue and global relabelling, on the eight
//! neighbours of each pixel. Own code: the flow crates there are take general graphs, at many times the memory.

use std::collections::VecDeque;

/// Right, left, down, up, and the diagonals; each beside its opposite.
const STEPS: [(isize, isize); 8] = [
    (1, 0),
    (-1, 0),
    (0, 1),
    (0, -1),
    (1, 1),
    (-1, -1),
    (1, -1),
    (-1, 1),
];

/// A picture to be cut.
pub(super) struct Grid {
    width: usize,
    height: usize,
    /// What may still flow to each neighbour.
    room: [Vec<i32>; 8],
    /// What waits at each pixel.
    excess: Vec<i32>,
    /// What each pixel can still hand to the sink.
    drain: Vec<i32>,
    level: Vec<u32>,
}

impl Grid {
    /// `leaning` says what it costs to call a pixel ground, less what it costs to call it garment; `bond` what it costs
    /// to part two neighbours.
    pub(super) fn new(
        width: usize,
        height: usize,
        leaning: &[f32],
        bond: impl Fn(usize, usize, bool) -> f32,
    ) -> Self {
        const FINE: f32 = 64.0;
        let n = width * height;
        let mut grid = Self {
            width,
            height,
            room: std::array::from_fn(|_| vec![0; n]),
            excess: leaning.iter().map(|l| (l.max(0.0) * FINE) as i32).collect(),
            drain: leaning
                .iter()
                .map(|l| ((-l).max(0.0) * FINE) as i32)
                .collect(),
            level: vec![0; n],
        };
        for i in 0..n {
            for d in (0..8).step_by(2) {
                if let Some(j) = grid.neighbour(i, d) {
                    let capacity = (bond(i, j, d >= 4) * FINE) as i32;
                    grid.room[d][i] = capacity;
                    grid.room[d + 1][j] = capacity;
                }
            }
        }
        grid
    }

    fn neighbour(&self, i: usize, direction: usize) -> Option<usize> {
        let (dx, dy) = STEPS[direction];
        let x = (i % self.width).checked_add_signed(dx)?;
        let y = (i / self.width).checked_add_signed(dy)?;
        (x < self.width && y < self.height).then(|| y * self.width + x)
    }

    /// What lies on the garment's side of the cheapest cut.
    pub(super) fn cut(mut self) -> Vec<bool> {
        let n = self.excess.len();
        self.relabel_all();
        let mut waiting: VecDeque<usize> = (0..n).filter(|i| self.is_active(*i)).collect();
        let mut queued = vec![false; n];
        waiting.iter().for_each(|i| queued[*i] = true);
        let mut lifts = 0;
        while let Some(i) = waiting.pop_front() {
            queued[i] = false;
            if !self.is_active(i) {
                continue;
            }
            lifts += self.discharge(i, &mut waiting, &mut queued);
            if lifts > n / 2 {
                lifts = 0;
                self.relabel_all();
            }
        }
        self.relabel_all();
        self.level.iter().map(|l| *l == u32::MAX).collect()
    }

    fn is_active(&self, i: usize) -> bool {
        self.excess[i] > 0 && self.level[i] != u32::MAX
    }

    /// Pushes what waits at a pixel downhill, lifting the pixel as often as needed; gives the number of lifts.
    fn discharge(&mut self, i: usize, waiting: &mut VecDeque<usize>, queued: &mut [bool]) -> usize {
        let mut lifts = 0;
        loop {
            let to_sink = self.excess[i].min(self.drain[i]);
            self.excess[i] -= to_sink;
            self.drain[i] -= to_sink;
            let mut lowest = u32::MAX;
            for d in 0..8 {
                if self.excess[i] == 0 {
                    return lifts;
                }
                if self.room[d][i] == 0 {
                    continue;
                }
                let Some(j) = self.neighbour(i, d) else {
                    continue;
                };
                if self.level[j] < self.level[i] {
                    let pushed = self.excess[i].min(self.room[d][i]);
                    self.room[d][i] -= pushed;
                    self.room[d ^ 1][j] += pushed;
                    self.excess[i] -= pushed;
                    self.excess[j] += pushed;
                    if !queued[j] {
                        queued[j] = true;
                        waiting.push_back(j);
                    }
                }
                if self.room[d][i] > 0 {
                    lowest = lowest.min(self.level[j]);
                }
            }
            if self.excess[i] == 0 {
                return lifts;
            }
            lifts += 1;
            self.level[i] = lowest.saturating_add(1);
            if self.level[i] == u32::MAX {
                return lifts;
            }
        }
    }

    /// Levels anew: the number of steps to the sink, `MAX` where it cannot be reached.
    fn relabel_all(&mut self) {
        self.level.fill(u32::MAX);
        let mut queue = VecDeque::new();
        for i in 0..self.drain.len() {
            if self.drain[i] > 0 {
                self.level[i] = 1;
                queue.push_back(i);
            }
        }
        while let Some(i) = queue.pop_front() {
            for d in 0..8 {
                if let Some(j) = self.neighbour(i, d)
                    && self.room[d ^ 1][j] > 0
                    && self.level[j] == u32::MAX
                {
                    self.level[j] = self.level[i] + 1;
                    queue.push_back(j);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cut_follows_the_weak_bonds() {
        // Garment left, ground right; the bond between columns 2 and 3 is weak.
        let leaning: Vec<f32> = (0..30)
            .map(|i| match i % 6 {
                0 => 5.0,
                5 => -5.0,
                _ => 0.0,
            })
            .collect();
        let bond = |i: usize, j: usize, _| {
            if (i % 6).min(j % 6) == 2 && i % 6 != j % 6 {
                0.1
            } else {
                2.0
            }
        };
        let cut = Grid::new(6, 5, &leaning, bond).cut();
        assert!(
            cut.iter().enumerate().all(|(i, m)| *m == (i % 6 <= 2)),
            "{cut:?}"
        );
    }

    #[test]
    fn a_lonely_pixel_follows_its_neighbours() {
        let mut leaning = vec![-1.0; 25];
        leaning[12] = 3.0;
        assert!(!Grid::new(5, 5, &leaning, |_, _, _| 1.0).cut()[12]);
        assert!(Grid::new(5, 5, &leaning, |_, _, _| 0.1).cut()[12]);
    }
}
