//! What the square of a garment looks like in numbers: how much it varies at which scale, in which directions its edges
//! point, how well lines explain it, whether they repeat, and how evenly it is spread. Names nothing.
//!
//! Sources: structure tensor and its coherence (Bigün & Granlund 1987; for colour, Di Zenzo 1986), the same with four-fold
//! symmetry for crossed lines (Bigün 1988), periodicity by autocorrelation.

use super::raster::{BoxMeans, CELLS, PLANES, Raster, SIDE};

/// Count of features, see [`Features::read`].
pub(super) const FEATURES: usize = 34;
/// Radii of the means between which the bands of detail lie, in cells of 1/112 of the garment's width.
const RADII: [usize; 3] = [2, 6, 14];
/// Windows per side in which lines are looked for, so that a fold bends few of them.
const WINDOWS: usize = 3;
const WINDOW: usize = SIDE / WINDOWS;
/// Bins across a window in any direction.
const BINS: usize = 2 * WINDOW;
/// Longest period that is looked for, in cells.
const LONGEST: usize = 20;
/// Patches per side for the spread of detail.
const PATCHES: usize = 7;
const PATCH: usize = SIDE / PATCHES;
/// Added before a logarithm: variation below this is none.
const FLOOR: f32 = 1e-3;

/// Scratch memory, kept between garments.
#[derive(Default)]
pub(super) struct Features {
    means: BoxMeans,
    levels: [[Vec<f32>; PLANES]; RADII.len()],
    detail: [Vec<f32>; PLANES],
}

/// How well lines across one direction explain the windows, and how strongly those lines repeat.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
struct Lines {
    explained: f32,
    repeated: f32,
}

/// Sums of the structure tensor over the cloth, for one group of planes.
#[derive(Debug, Clone, Copy, Default)]
struct Tensor {
    energy: f32,
    two: [f32; 2],
    strength: f32,
    two_even: [f32; 2],
    four_even: [f32; 2],
}

impl Tensor {
    fn add(&mut self, [energy, c, s]: [f32; 3]) {
        if energy <= 1e-12 {
            return;
        }
        let strength = energy.sqrt();
        self.energy += energy;
        self.two[0] += c;
        self.two[1] += s;
        self.strength += strength;
        let (c, s) = (c / energy, s / energy);
        self.two_even[0] += c * strength;
        self.two_even[1] += s * strength;
        self.four_even[0] += (c * c - s * s) * strength;
        self.four_even[1] += 2.0 * c * s * strength;
    }

    /// 1 when all edges are parallel, by energy and with strong edges counting less; 1 when they are parallel or square.
    fn coherence(&self) -> [f32; 3] {
        let share = |v: [f32; 2], whole: f32| v[0].hypot(v[1]) / whole.max(1e-9);
        [
            share(self.two, self.energy),
            share(self.two_even, self.strength),
            share(self.four_even, self.strength),
        ]
    }

    /// Direction across the edges, taken as one family and as two square ones, radians.
    fn directions(&self) -> [f32; 2] {
        [
            self.two_even[1].atan2(self.two_even[0]) / 2.0,
            self.four_even[1].atan2(self.four_even[0]) / 4.0,
        ]
    }
}

impl Features {
    /// Reads the features of a square; the order is that of the weights.
    pub(super) fn read(&mut self, raster: &Raster, colours: [f32; 4]) -> [f32; FEATURES] {
        self.separate(raster);
        let mut out = [0.0; FEATURES];
        let mut at = 0;
        let mut put = |values: &[f32]| {
            out[at..at + values.len()].copy_from_slice(values);
            at += values.len();
        };
        let log = |v: f32| (v + FLOOR).ln();
        put(&self.bands(raster).map(log));
        let [luma, chroma, all] = self.tensors(raster);
        put(&luma.coherence());
        put(&chroma.coherence());
        put(&all.coherence());
        let [one, square] = all.directions();
        let quarter = std::f32::consts::FRAC_PI_2;
        let along = [one, one + quarter, square, square + quarter].map(|a| self.lines(raster, a));
        let (high, low) = if along[2].explained >= along[3].explained {
            (along[2], along[3])
        } else {
            (along[3], along[2])
        };
        for lines in [along[0], along[1], high, low] {
            put(&[lines.explained, lines.repeated]);
        }
        put(&self.spread(raster));
        put(&self.tails(raster));
        put(&colours);
        // Means of no cloth, or of numbers that are none, say nothing.
        out.map(|v| if v.is_finite() { v } else { 0.0 })
    }

    /// Fills the means and the detail: what is left when the mean over the largest square is taken away.
    fn separate(&mut self, raster: &Raster) {
        for (radius, level) in RADII.into_iter().zip(&mut self.levels) {
            for (p, out) in level.iter_mut().enumerate() {
                self.means
                    .of(&raster.planes[p], &raster.inside, radius, p > 0, out);
            }
        }
        let widest = &self.levels[RADII.len() - 1];
        for ((detail, plane), means) in self.detail.iter_mut().zip(&raster.planes).zip(widest) {
            detail.resize(CELLS, 0.0);
            let values = plane.iter().zip(means).zip(&raster.inside);
            for (out, ((value, mean), inside)) in detail.iter_mut().zip(values) {
                *out = (value - mean) * inside;
            }
        }
    }

    /// Root mean square of fine, middle and coarse detail: luma, then chroma.
    fn bands(&self, raster: &Raster) -> [f32; 6] {
        let count = raster.count.max(1) as f32;
        let energy = |p: usize, band: usize| -> f32 {
            let pairs: &[f32] = if band == 0 {
                &raster.planes[p]
            } else {
                &self.levels[band - 1][p]
            };
            pairs
                .iter()
                .zip(&self.levels[band][p])
                .zip(&raster.inside)
                .map(|((a, b), inside)| (a - b) * (a - b) * inside)
                .sum()
        };
        std::array::from_fn(|k| {
            let band = k % 3;
            if k < 3 {
                (energy(0, band) / count).sqrt()
            } else {
                ((energy(1, band) + energy(2, band)) / count).sqrt()
            }
        })
    }

    /// Structure tensors of luma, chroma and both.
    fn tensors(&self, raster: &Raster) -> [Tensor; 3] {
        let mut sums = [Tensor::default(); 3];
        for y in 1..SIDE - 1 {
            for x in 1..SIDE - 1 {
                let k = y * SIDE + x;
                let cloth = raster.inside[k - 1]
                    * raster.inside[k + 1]
                    * raster.inside[k - SIDE]
                    * raster.inside[k + SIDE];
                if cloth == 0.0 {
                    continue;
                }
                let products: [[f32; 3]; PLANES] = std::array::from_fn(|p| {
                    let plane = &self.detail[p];
                    let (gx, gy) = (
                        plane[k + 1] - plane[k - 1],
                        plane[k + SIDE] - plane[k - SIDE],
                    );
                    [gx * gx + gy * gy, gx * gx - gy * gy, 2.0 * gx * gy]
                });
                let chroma = std::array::from_fn(|i| products[1][i] + products[2][i]);
                sums[0].add(products[0]);
                sums[1].add(chroma);
                sums[2].add(std::array::from_fn(|i| products[0][i] + chroma[i]));
            }
        }
        sums
    }

    /// Looks for lines across the direction `angle` (radians) in each window.
    fn lines(&self, raster: &Raster, angle: f32) -> Lines {
        let (sin, cos) = angle.sin_cos();
        let (mut between, mut total) = (0.0, 0.0);
        let mut repeats = [0.0; LONGEST + 1];
        for window in 0..WINDOWS * WINDOWS {
            let corner = (window / WINDOWS) * WINDOW * SIDE + (window % WINDOWS) * WINDOW;
            let profile = self.profile(raster, corner, sin, cos, &mut total);
            for p in 0..PLANES {
                let bins = profile.map(|bin| bin[p]);
                for (k, bin) in profile.iter().enumerate() {
                    between += bin[PLANES] * bins[k] * bins[k];
                }
                for (lag, sum) in repeats.iter_mut().enumerate() {
                    *sum += bins[lag..]
                        .iter()
                        .zip(&bins)
                        .map(|(a, b)| a * b)
                        .sum::<f32>();
                }
            }
        }
        Lines {
            explained: between / f32::max(total, 1e-6),
            repeated: highest_after_the_first_dip(&repeats),
        }
    }

    /// Mean detail of a window in bins across the lines, less the window's mean; the last number of a bin is its count.
    /// Adds the window's squared detail to `total`.
    fn profile(
        &self,
        raster: &Raster,
        corner: usize,
        sin: f32,
        cos: f32,
        total: &mut f32,
    ) -> [[f32; PLANES + 1]; BINS] {
        let mut bins = [[0.0_f32; PLANES + 1]; BINS];
        let middle = WINDOW as f32 / 2.0;
        let mut squares = 0.0;
        for y in 0..WINDOW {
            for x in 0..WINDOW {
                let k = corner + y * SIDE + x;
                if raster.inside[k] == 0.0 {
                    continue;
                }
                let along = (x as f32 - middle) * cos + (y as f32 - middle) * sin;
                let bin = &mut bins[((along + WINDOW as f32) as usize).min(BINS - 1)];
                for (sum, detail) in bin.iter_mut().zip(&self.detail) {
                    let v = detail[k];
                    *sum += v;
                    squares += v * v;
                }
                bin[PLANES] += 1.0;
            }
        }
        let count: f32 = bins.iter().map(|bin| bin[PLANES]).sum();
        for p in 0..PLANES {
            let mean = bins.iter().map(|bin| bin[p]).sum::<f32>() / count.max(1.0);
            squares -= mean * mean * count;
            for bin in bins.iter_mut().filter(|bin| bin[PLANES] > 0.0) {
                bin[p] = bin[p] / bin[PLANES] - mean;
            }
        }
        *total += squares.max(0.0);
        bins
    }

    /// How evenly detail is spread over patches: loud against middling, middling against quiet (logarithms), share of
    /// patches with at least half the loudest's detail, share of all detail in the loudest seventh.
    fn spread(&self, raster: &Raster) -> [f32; 4] {
        let mut patches = Vec::with_capacity(PATCHES * PATCHES);
        for patch in 0..PATCHES * PATCHES {
            let corner = (patch / PATCHES) * PATCH * SIDE + (patch % PATCHES) * PATCH;
            let (mut sum, mut count) = (0.0, 0.0);
            for row in 0..PATCH {
                for k in corner + row * SIDE..corner + row * SIDE + PATCH {
                    sum += self
                        .detail
                        .iter()
                        .map(|plane| plane[k] * plane[k])
                        .sum::<f32>();
                    count += raster.inside[k];
                }
            }
            if count >= (PATCH * PATCH / 2) as f32 {
                patches.push((sum / count).sqrt() + FLOOR);
            }
        }
        patches.sort_unstable_by(f32::total_cmp);
        let Some(loudest) = patches.last().copied() else {
            return [0.0; 4];
        };
        let at = |share: f32| patches[((patches.len() - 1) as f32 * share) as usize];
        let count = patches.len() as f32;
        let energy = |from: usize| patches[from..].iter().map(|v| v * v).sum::<f32>();
        let loud = patches.len() - patches.len().div_ceil(PATCHES);
        [
            (at(0.9) / at(0.5)).ln(),
            (at(0.5) / at(0.1)).ln(),
            patches.iter().filter(|v| **v >= loudest / 2.0).count() as f32 / count,
            energy(loud) / energy(0),
        ]
    }

    /// Kurtosis (logarithm) and skewness of luma's detail, kurtosis of chroma's.
    fn tails(&self, raster: &Raster) -> [f32; 3] {
        let count = raster.count.max(1) as f32;
        let moment = |p: usize, power: i32| -> f32 {
            self.detail[p].iter().map(|v| v.powi(power)).sum::<f32>() / count
        };
        let small = FLOOR * FLOOR;
        let kurtosis =
            |p: usize| (moment(p, 4) + 3.0 * small * small) / (moment(p, 2) + small).powi(2);
        let skewness = moment(0, 3) / (moment(0, 2) + small).powf(1.5);
        [
            kurtosis(0).max(0.1).ln(),
            skewness.clamp(-5.0, 5.0),
            f32::midpoint(kurtosis(1), kurtosis(2)).max(0.1).ln(),
        ]
    }
}

/// The highest autocorrelation after it first fell below zero: how strongly something repeats; 0 when it never fell.
fn highest_after_the_first_dip(sums: &[f32]) -> f32 {
    let whole = sums.first().copied().unwrap_or(0.0).max(1e-6);
    sums.iter()
        .skip_while(|sum| **sum >= 0.0)
        .fold(0.0, |high: f32, sum| high.max(sum / whole))
}
