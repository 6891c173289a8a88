//! A garment as a small square of numbers in which light and folds count little. Knows no patterns.

/// Cells per side of the square.
pub(super) const SIDE: usize = 112;
pub(super) const CELLS: usize = SIDE * SIDE;
/// Added to channels 0..=255 before they are divided or logged, so that noise in the dark stays small (own choice).
const DARK: f32 = 16.0;

/// Planes of a [`Raster`]: the logarithm of luma, where shading only adds, and two chromaticities (red against green,
/// yellow against blue), where shading cancels.
pub(super) const PLANES: usize = 3;

/// A garment's square: where cloth is, and what it shows there.
pub(super) struct Raster {
    /// 1 where cloth is, else 0.
    pub(super) inside: Vec<f32>,
    /// Count of ones in `inside`.
    pub(super) count: usize,
    pub(super) planes: [Vec<f32>; PLANES],
}

impl Default for Raster {
    fn default() -> Self {
        Self {
            inside: vec![0.0; CELLS],
            count: 0,
            planes: std::array::from_fn(|_| vec![0.0; CELLS]),
        }
    }
}

impl Raster {
    /// Overwrites everything with zeros.
    pub(super) fn wipe(&mut self) {
        self.count = 0;
        self.inside.fill(0.0);
        self.planes.iter_mut().for_each(|plane| plane.fill(0.0));
    }

    /// Takes in RGB 0..=255, row by row; `is_inside` is asked for column and row.
    pub(super) fn fill(&mut self, rgb: &[f32], is_inside: impl Fn(usize, usize) -> bool) {
        self.count = 0;
        for (k, pixel) in rgb.chunks_exact(3).take(CELLS).enumerate() {
            let inside = is_inside(k % SIDE, k / SIDE);
            self.inside[k] = f32::from(u8::from(inside));
            self.count += usize::from(inside);
            let [r, g, b] = [pixel[0], pixel[1], pixel[2]];
            let luma = 0.299 * r + 0.587 * g + 0.114 * b + DARK;
            self.planes[0][k] = luma.ln();
            self.planes[1][k] = (r - g) / luma;
            self.planes[2][k] = (f32::midpoint(r, g) - b) / luma;
        }
    }
}

/// Means over squares of cloth.
#[derive(Default)]
pub(super) struct BoxMeans {
    rows: Vec<f32>,
    weight: Vec<f32>,
    masked: Vec<f32>,
}

impl BoxMeans {
    /// The mean of `values` over the cloth within `radius` cells to each side; 0 outside the cloth.
    pub(super) fn of(
        &mut self,
        values: &[f32],
        inside: &[f32],
        radius: usize,
        same_weight: bool,
        out: &mut Vec<f32>,
    ) {
        if !same_weight {
            let mut weight = std::mem::take(&mut self.weight);
            self.sum(inside, radius, &mut weight);
            self.weight = weight;
        }
        let mut masked = std::mem::take(&mut self.masked);
        masked.clear();
        masked.extend(values.iter().zip(inside).map(|(v, m)| v * m));
        self.sum(&masked, radius, out);
        self.masked = masked;
        for ((sum, weight), inside) in out.iter_mut().zip(&self.weight).zip(inside) {
            *sum = *sum * inside / weight.max(1.0);
        }
    }

    /// Sums over squares, by running sums along rows, then columns.
    fn sum(&mut self, values: &[f32], radius: usize, out: &mut Vec<f32>) {
        self.rows.resize(CELLS, 0.0);
        out.resize(CELLS, 0.0);
        for (row, sums) in values
            .chunks_exact(SIDE)
            .zip(self.rows.chunks_exact_mut(SIDE))
        {
            let mut sum: f32 = row[..radius].iter().sum();
            for (x, out) in sums.iter_mut().enumerate() {
                sum += row.get(x + radius).unwrap_or(&0.0);
                *out = sum;
                if x >= radius {
                    sum -= row[x - radius];
                }
            }
        }
        let mut sum = [0.0_f32; SIDE];
        let add = |sum: &mut [f32; SIDE], rows: &[f32], y: usize, sign: f32| {
            if let Some(row) = rows.get(y * SIDE..(y + 1) * SIDE) {
                sum.iter_mut().zip(row).for_each(|(s, v)| *s += sign * v);
            }
        };
        for y in 0..radius {
            add(&mut sum, &self.rows, y, 1.0);
        }
        for y in 0..SIDE {
            add(&mut sum, &self.rows, y + radius, 1.0);
            out[y * SIDE..(y + 1) * SIDE].copy_from_slice(&sum);
            if y >= radius {
                add(&mut sum, &self.rows, y - radius, -1.0);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn box_means_are_the_means_of_the_cloth_within_reach() {
        let values: Vec<f32> = (0..CELLS).map(|k| ((k * 37) % 101) as f32).collect();
        let inside: Vec<f32> = (0..CELLS)
            .map(|k| f32::from(u8::from(k % SIDE > 20 && (k / SIDE) % 7 != 3)))
            .collect();
        let (mut means, mut out) = (BoxMeans::default(), Vec::new());
        means.of(&values, &inside, 5, false, &mut out);
        for (x, y) in [(21, 0), (60, 61), (111, 111), (23, 109), (5, 5)] {
            let (mut sum, mut count) = (0.0, 0.0);
            for j in y.max(5) - 5..(y + 6).min(SIDE) {
                for i in x.max(5) - 5..(x + 6).min(SIDE) {
                    sum += values[j * SIDE + i] * inside[j * SIDE + i];
                    count += inside[j * SIDE + i];
                }
            }
            let expected = if inside[y * SIDE + x] > 0.0 {
                sum / count
            } else {
                0.0
            };
            let got = out[y * SIDE + x];
            assert!(
                (got - expected).abs() < 0.02,
                "({x}, {y}): {got}, expected {expected}"
            );
        }
    }

    #[test]
    fn twice_the_light_moves_luma_only() {
        let mut raster = Raster::default();
        let read = |raster: &mut Raster, rgb: [f32; 3]| {
            raster.fill(&rgb.repeat(CELLS), |_, _| true);
            [0, 1, 2].map(|p: usize| raster.planes[p][7])
        };
        let dim = read(&mut raster, [80.0, 60.0, 40.0]);
        let lit = read(&mut raster, [160.0, 120.0, 80.0]);
        assert!(lit[0] - dim[0] > 0.5, "{dim:?} {lit:?}");
        assert!((lit[1] / dim[1] - 1.0).abs() < 0.15 && (lit[2] / dim[2] - 1.0).abs() < 0.15);
    }
}
