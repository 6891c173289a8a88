//! Colours as a mixture of a few Gaussians: how likely a colour is under what was seen. Deterministic.

/// A place in CIE L*a*b*.
pub(super) type Lab = [f32; 3];

/// Least variance of a colour: what a camera's noise and a fold's shading make of one cloth.
const LEAST_VARIANCE: f32 = 6.0;
const ROUNDS: usize = 8;

/// One Gaussian.
#[derive(Debug, Clone)]
pub(super) struct Gaussian {
    pub(super) mean: Lab,
    /// Inverse of the covariance.
    precision: [[f32; 3]; 3],
    /// Logarithm of weight and normalisation.
    log_scale: f32,
    pub(super) weight: f32,
}

/// A few of them.
#[derive(Debug, Clone)]
pub(super) struct Mixture(pub(super) Vec<Gaussian>);

impl Gaussian {
    /// Square of the Mahalanobis distance.
    pub(super) fn distance(&self, colour: Lab) -> f32 {
        let d = minus(colour, self.mean);
        let mut sum = 0.0;
        for (row, di) in self.precision.iter().zip(d) {
            sum += di * (row[0] * d[0] + row[1] * d[1] + row[2] * d[2]);
        }
        sum
    }
}

impl Mixture {
    /// Fits `count` Gaussians: centres by k-means from spread-out seeds, then the covariance of each.
    pub(super) fn of(colours: &[Lab], count: usize) -> Option<Self> {
        // A few thousand tell as much as all of them.
        let stride = (colours.len() / 6000).max(1);
        let colours: Vec<Lab> = colours.iter().copied().step_by(stride).collect();
        let mut centres = seeds(&colours, count)?;
        let mut nearest = vec![0; colours.len()];
        for _ in 0..ROUNDS {
            for (place, colour) in nearest.iter_mut().zip(&colours) {
                *place = closest(&centres, *colour);
            }
            for (k, centre) in centres.iter_mut().enumerate() {
                let mine = members(&colours, &nearest, k);
                if let Some(mean) = mean(mine) {
                    *centre = mean;
                }
            }
        }
        let total = colours.len() as f32;
        let gaussians: Vec<Gaussian> = (0..centres.len())
            .filter_map(|k| {
                let mine: Vec<Lab> = members(&colours, &nearest, k).collect();
                (!mine.is_empty()).then(|| gaussian(&mine, mine.len() as f32 / total))
            })
            .collect();
        (!gaussians.is_empty()).then_some(Self(gaussians))
    }

    /// Minus the logarithm of the likelihood.
    pub(super) fn cost(&self, colour: Lab) -> f32 {
        let best = |g: &Gaussian| 0.5 * g.distance(colour) - g.log_scale;
        self.0.iter().map(best).fold(f32::INFINITY, f32::min)
    }

    /// Square of the distance to the nearest Gaussian.
    pub(super) fn distance(&self, colour: Lab) -> f32 {
        let each = self.0.iter().map(|g| g.distance(colour));
        each.fold(f32::INFINITY, f32::min)
    }

    /// Number of the nearest Gaussian.
    pub(super) fn nearest(&self, colour: Lab) -> usize {
        let distance = |i: &usize| self.0[*i].distance(colour);
        (0..self.0.len())
            .min_by(|a, b| distance(a).total_cmp(&distance(b)))
            .unwrap_or_default()
    }
}

fn seeds(colours: &[Lab], count: usize) -> Option<Vec<Lab>> {
    let mut centres = vec![mean(colours.iter().copied())?];
    while centres.len() < count {
        // The colour farthest from all so far, as one of a hundred: a single odd pixel is no seed.
        let mut far: Vec<(f32, usize)> = colours
            .iter()
            .enumerate()
            .map(|(i, c)| (square(minus(*c, centres[closest(&centres, *c)])), i))
            .collect();
        let at = far.len() - 1 - far.len() / 100;
        far.select_nth_unstable_by(at, |a, b| a.0.total_cmp(&b.0));
        centres.push(colours[far[at].1]);
    }
    Some(centres)
}

fn members<'a>(
    colours: &'a [Lab],
    nearest: &'a [usize],
    k: usize,
) -> impl Iterator<Item = Lab> + 'a {
    let pairs = colours.iter().zip(nearest);
    pairs.filter(move |(_, n)| **n == k).map(|(c, _)| *c)
}

fn closest(centres: &[Lab], colour: Lab) -> usize {
    let distance = |i: &usize| square(minus(colour, centres[*i]));
    (0..centres.len())
        .min_by(|a, b| distance(a).total_cmp(&distance(b)))
        .unwrap_or_default()
}

fn gaussian(colours: &[Lab], weight: f32) -> Gaussian {
    let mean = mean(colours.iter().copied()).unwrap_or_default();
    let mut c = [[0.0_f32; 3]; 3];
    for colour in colours {
        let d = minus(*colour, mean);
        for (row, di) in c.iter_mut().zip(d) {
            for (cell, dj) in row.iter_mut().zip(d) {
                *cell += di * dj / colours.len() as f32;
            }
        }
    }
    for (i, row) in c.iter_mut().enumerate() {
        row[i] += LEAST_VARIANCE;
    }
    let minor = |i: usize, j: usize| {
        let (a, b) = ((i + 1) % 3, (i + 2) % 3);
        let (p, q) = ((j + 1) % 3, (j + 2) % 3);
        c[a][p] * c[b][q] - c[a][q] * c[b][p]
    };
    let determinant =
        (c[0][0] * minor(0, 0) + c[0][1] * minor(0, 1) + c[0][2] * minor(0, 2)).max(1e-6);
    let mut precision = [[0.0; 3]; 3];
    for (i, row) in precision.iter_mut().enumerate() {
        for (j, cell) in row.iter_mut().enumerate() {
            *cell = minor(j, i) / determinant;
        }
    }
    Gaussian {
        mean,
        precision,
        log_scale: weight.max(1e-4).ln() - 0.5 * determinant.ln(),
        weight,
    }
}

pub(super) fn mean(colours: impl Iterator<Item = Lab>) -> Option<Lab> {
    let mut sum = [0.0_f64; 3];
    let mut count = 0_u32;
    for colour in colours {
        for (s, c) in sum.iter_mut().zip(colour) {
            *s += f64::from(c);
        }
        count += 1;
    }
    (count > 0).then(|| sum.map(|s| (s / f64::from(count)) as f32))
}

pub(super) fn minus(a: Lab, b: Lab) -> Lab {
    [a[0] - b[0], a[1] - b[1], a[2] - b[2]]
}

pub(super) fn square(d: Lab) -> f32 {
    d[0] * d[0] + d[1] * d[1] + d[2] * d[2]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_colours_make_two_gaussians() {
        let wobble = |i: usize| (i % 7) as f32 - 3.0;
        let colours: Vec<Lab> = (0..900)
            .map(|i| {
                if i % 3 == 0 {
                    [80.0 + wobble(i), 2.0, wobble(i / 7)]
                } else {
                    [30.0 + wobble(i), 40.0, 10.0]
                }
            })
            .collect();
        let mixture = Mixture::of(&colours, 2).unwrap();
        let near = mixture.nearest([80.0, 2.0, 0.0]);
        assert!((mixture.0[near].weight - 1.0 / 3.0).abs() < 0.01);
        assert!(mixture.cost([30.0, 40.0, 10.0]) < mixture.cost([55.0, 20.0, 5.0]));
        assert!(mixture.distance([80.0, 2.0, 0.0]) < 0.5);
        assert!(Mixture::of(&[], 3).is_none());
    }
}
