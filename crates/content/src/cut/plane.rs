//! Planes of numbers over a picture, and the few operations on them that cutting out needs. Knows nothing of garments.

use std::collections::VecDeque;

/// One value for each pixel, row by row.
#[derive(Debug, Clone)]
pub(super) struct Plane<T> {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) at: Vec<T>,
}

/// What belongs to the garment.
pub(super) type Mask = Plane<bool>;

impl<T: Copy> Plane<T> {
    pub(super) fn filled(width: usize, height: usize, value: T) -> Self {
        Self {
            width,
            height,
            at: vec![value; width * height],
        }
    }

    pub(super) fn map<U>(&self, f: impl FnMut(T) -> U) -> Plane<U> {
        Plane {
            width: self.width,
            height: self.height,
            at: self.at.iter().copied().map(f).collect(),
        }
    }

    pub(super) fn get(&self, x: usize, y: usize) -> Option<T> {
        (x < self.width)
            .then(|| self.at.get(y * self.width + x).copied())
            .flatten()
    }

    /// The nearest pixel of the plane.
    pub(super) fn near(&self, x: f32, y: f32) -> Option<T> {
        let clamp = |v: f32, most: usize| (v.max(0.0) as usize).min(most.saturating_sub(1));
        self.get(clamp(x, self.width), clamp(y, self.height))
    }
}

impl Plane<f32> {
    /// Mean over a square window, the window cut off at the edges.
    pub(super) fn blurred(&self, radius: usize) -> Self {
        let rows = sums(self, radius);
        let turned = sums(&rows.turned(), radius);
        turned.turned()
    }

    fn turned(&self) -> Self {
        let mut at = Vec::with_capacity(self.at.len());
        for x in 0..self.width {
            at.extend(self.at.iter().skip(x).step_by(self.width));
        }
        Self {
            width: self.height,
            height: self.width,
            at,
        }
    }

    /// Interpolated value at a place.
    pub(super) fn between(&self, x: f32, y: f32) -> f32 {
        let x = x.clamp(0.0, (self.width - 1) as f32);
        let y = y.clamp(0.0, (self.height - 1) as f32);
        let (left, top) = (x.floor(), y.floor());
        let at = |dx: f32, dy: f32| self.near(left + dx, top + dy).unwrap_or_default();
        let (fx, fy) = (x - left, y - top);
        (at(0.0, 0.0) * (1.0 - fx) + at(1.0, 0.0) * fx) * (1.0 - fy)
            + (at(0.0, 1.0) * (1.0 - fx) + at(1.0, 1.0) * fx) * fy
    }
}

/// Running means along rows.
fn sums(plane: &Plane<f32>, radius: usize) -> Plane<f32> {
    let mut at = Vec::with_capacity(plane.at.len());
    for row in plane.at.chunks_exact(plane.width.max(1)) {
        let mut sum: f64 = row.iter().take(radius).map(|v| f64::from(*v)).sum();
        for x in 0..row.len() {
            if let Some(enters) = row.get(x + radius) {
                sum += f64::from(*enters);
            }
            if let Some(leaves) = x.checked_sub(radius + 1).and_then(|i| row.get(i)) {
                sum -= f64::from(*leaves);
            }
            let count = (x + radius).min(row.len() - 1) - x.saturating_sub(radius) + 1;
            at.push((sum / count as f64) as f32);
        }
    }
    Plane {
        width: plane.width,
        height: plane.height,
        at,
    }
}

impl Mask {
    pub(super) fn count(&self) -> usize {
        self.at.iter().filter(|m| **m).count()
    }

    /// Smallest box around what is set: left, top, right, bottom, the last two inside.
    pub(super) fn bounds(&self) -> Option<[usize; 4]> {
        let mut bounds: Option<[usize; 4]> = None;
        for (i, _) in self.at.iter().enumerate().filter(|(_, m)| **m) {
            let (x, y) = (i % self.width, i / self.width);
            bounds = Some(match bounds {
                None => [x, y, x, y],
                Some([l, t, r, b]) => [l.min(x), t.min(y), r.max(x), b.max(y)],
            });
        }
        bounds
    }

    fn inverted(&self) -> Self {
        self.map(|m| !m)
    }

    /// Grown by a disc.
    pub(super) fn grown(&self, radius: f32) -> Self {
        let squares = self.distances();
        squares.map(|d| d <= radius * radius)
    }

    /// Shrunk by a disc.
    pub(super) fn shrunk(&self, radius: f32) -> Self {
        self.inverted().grown(radius).inverted()
    }

    /// Square of the distance to the nearest set pixel (Felzenszwalb and Huttenlocher, 2012).
    pub(super) fn distances(&self) -> Plane<f32> {
        let far = 1e9_f32;
        let start = self.map(|m| if m { 0.0 } else { far });
        let down = parabolas(&start.turned());
        parabolas(&down.turned())
    }

    /// Without what is thinner than twice the radius; corners of what stays are kept.
    pub(super) fn without_threads(&self, radius: f32) -> Self {
        let thick = self.shrunk(radius).grown(radius * 1.5);
        Self {
            at: self
                .at
                .iter()
                .zip(&thick.at)
                .map(|(a, b)| *a && *b)
                .collect(),
            ..*self
        }
    }

    /// Pieces that hang together: the number of each pixel's piece, and the sizes.
    pub(super) fn pieces(&self) -> (Plane<usize>, Vec<usize>) {
        let mut numbers = Plane::filled(self.width, self.height, usize::MAX);
        let mut sizes = Vec::new();
        let mut queue = VecDeque::new();
        for start in 0..self.at.len() {
            if !self.at[start] || numbers.at[start] != usize::MAX {
                continue;
            }
            let number = sizes.len();
            numbers.at[start] = number;
            queue.push_back(start);
            let mut size = 0;
            while let Some(i) = queue.pop_front() {
                size += 1;
                for next in self.neighbours(i).into_iter().flatten() {
                    if self.at[next] && numbers.at[next] == usize::MAX {
                        numbers.at[next] = number;
                        queue.push_back(next);
                    }
                }
            }
            sizes.push(size);
        }
        (numbers, sizes)
    }

    fn neighbours(&self, i: usize) -> [Option<usize>; 4] {
        let (x, y) = (i % self.width, i / self.width);
        [
            (x > 0).then(|| i - 1),
            (x + 1 < self.width).then(|| i + 1),
            (y > 0).then(|| i - self.width),
            (y + 1 < self.height).then(|| i + self.width),
        ]
    }

    /// The largest piece alone.
    pub(super) fn largest(&self) -> Self {
        let (numbers, sizes) = self.pieces();
        let largest = (0..sizes.len()).max_by_key(|i| sizes[*i]);
        numbers.map(|n| Some(n) == largest)
    }

    /// Holes of at most this many pixels are filled.
    pub(super) fn with_small_holes_filled(&self, most: usize) -> Self {
        let (numbers, sizes, touches) = self.holes();
        numbers.map(|n| n == usize::MAX || (!touches[n] && sizes[n] <= most))
    }

    /// Pieces of what is not set: numbers, sizes, and whether each reaches the edge of the plane.
    pub(super) fn holes(&self) -> (Plane<usize>, Vec<usize>, Vec<bool>) {
        let (numbers, sizes) = self.inverted().pieces();
        let mut touches = vec![false; sizes.len()];
        for (i, number) in numbers.at.iter().enumerate() {
            let (x, y) = (i % self.width, i / self.width);
            if *number != usize::MAX
                && (x == 0 || y == 0 || x + 1 == self.width || y + 1 == self.height)
            {
                touches[*number] = true;
            }
        }
        (numbers, sizes, touches)
    }

    /// Holes are opened downwards by a slit: the outline then follows the gap between a sleeve and the body that it
    /// rests on.
    pub(super) fn with_holes_opened(&self, least: usize) -> Self {
        let (numbers, sizes, touches) = self.holes();
        let mut opened = self.clone();
        for (number, size) in sizes.iter().enumerate() {
            if touches[number] || *size < least {
                continue;
            }
            let Some(lowest) = numbers.at.iter().rposition(|n| *n == number) else {
                continue;
            };
            let mut below = lowest + self.width;
            while below < self.at.len() && self.at[below] {
                opened.at[below] = false;
                below += self.width;
            }
        }
        opened
    }
}

/// Lower envelope of parabolas along rows.
fn parabolas(plane: &Plane<f32>) -> Plane<f32> {
    let mut out = Plane::filled(plane.width, plane.height, 0.0_f32);
    let width = plane.width;
    if width == 0 {
        return out;
    }
    let mut hulls = vec![0_usize; width];
    let mut bounds = vec![0.0_f32; width + 1];
    for (row, into) in plane
        .at
        .chunks_exact(width)
        .zip(out.at.chunks_exact_mut(width))
    {
        let meet = |q: usize, p: usize| {
            let (fq, fp) = (q as f32, p as f32);
            ((row[q] + fq * fq) - (row[p] + fp * fp)) / (2.0 * (fq - fp))
        };
        let mut k = 0;
        hulls[0] = 0;
        bounds[0] = f32::NEG_INFINITY;
        bounds[1] = f32::INFINITY;
        for q in 1..width {
            let mut s = meet(q, hulls[k]);
            while k > 0 && s <= bounds[k] {
                k -= 1;
                s = meet(q, hulls[k]);
            }
            k += 1;
            hulls[k] = q;
            bounds[k] = s;
            bounds[k + 1] = f32::INFINITY;
        }
        let mut k = 0;
        for (x, value) in into.iter_mut().enumerate() {
            while bounds[k + 1] < x as f32 {
                k += 1;
            }
            let d = x as f32 - hulls[k] as f32;
            *value = d * d + row[hulls[k]];
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mask(rows: &[&str]) -> Mask {
        Plane {
            width: rows[0].len(),
            height: rows.len(),
            at: rows.concat().bytes().map(|b| b == b'#').collect(),
        }
    }

    #[test]
    fn the_largest_piece_stays_and_only_small_holes_are_filled() {
        let picture = mask(&["######.#", "#.#..#.#", "######..", "........"]);
        let whole = picture.largest();
        assert_eq!(whole.count(), 15);
        assert_eq!(whole.with_small_holes_filled(1).count(), 16);
        assert_eq!(whole.with_small_holes_filled(2).count(), 18);
        assert_eq!(whole.bounds(), Some([0, 0, 5, 2]));
    }

    #[test]
    fn distances_and_means_are_those_of_paper() {
        let dot = mask(&[".....", ".....", "..#..", ".....", "....."]);
        let squares = dot.distances();
        assert_eq!(squares.get(4, 4), Some(8.0));
        assert_eq!(dot.grown(1.0).count(), 5);
        assert_eq!(dot.grown(1.0).shrunk(1.0).count(), 1);
        let mean = dot.map(|m| if m { 9.0 } else { 0.0 }).blurred(1);
        assert_eq!((mean.get(1, 1), mean.get(0, 2)), (Some(1.0), Some(0.0)));
    }

    #[test]
    fn threads_go_and_corners_stay() {
        let mut square = Plane::filled(40, 40, false);
        for y in 10..30 {
            for x in 5..25 {
                square.at[y * 40 + x] = true;
            }
        }
        let whole = square.clone();
        for x in 25..40 {
            square.at[20 * 40 + x] = true;
        }
        let left = square.without_threads(3.0);
        assert!(left.count() >= whole.count() && left.count() < whole.count() + 4);
        assert!(left.at[10 * 40 + 5], "the corner");
    }
}
