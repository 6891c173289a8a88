//! The outline of a garment as a chain of places, and what its bends tell: corners and notches.

use super::plane::Mask;

/// A place in the picture, pixels.
pub(super) type Place = [f32; 2];

/// Count of places along an outline.
pub(super) const LENGTH: usize = 400;

/// A closed outline, clockwise as seen, evenly spaced, smoothed.
#[derive(Debug, Clone)]
pub(super) struct Outline(pub(super) Vec<Place>);

impl Outline {
    /// Of the one piece of a mask.
    pub(super) fn of(mask: &Mask) -> Option<Self> {
        let traced = traced(mask)?;
        let even = evenly(&traced, LENGTH);
        Some(Self(smoothed(&even, 2)))
    }

    pub(super) fn at(&self, i: usize) -> Place {
        self.0[i % self.0.len()]
    }

    /// Places from `from` to `to`, clockwise, both included.
    pub(super) fn run(&self, from: usize, to: usize) -> Vec<usize> {
        let n = self.0.len();
        let count = (to + n - from % n) % n + 1;
        (0..count).map(|k| (from + k) % n).collect()
    }

    /// Degrees by which the outline turns at `i`, seen over `arm` places on both sides: positive at corners, negative
    /// in notches.
    pub(super) fn turn(&self, i: usize, arm: usize) -> f32 {
        let n = self.0.len();
        let (before, here, after) = (self.at(i + n - arm), self.at(i), self.at(i + arm));
        let turn = angle(minus(here, before), minus(after, here));
        if turn.abs() < 120.0 {
            return turn;
        }
        // A slit and a spike look the same from afar; the small bends on the way tell them apart.
        let small = |k: usize| {
            let (before, here, after) = (self.at(k + n - 1), self.at(k), self.at(k + 1));
            angle(minus(here, before), minus(after, here))
        };
        let way: f32 = (i + n - arm + 1..i + n + arm).map(small).sum();
        if way * turn < 0.0 {
            turn + 360.0 * way.signum()
        } else {
            turn
        }
    }

    /// Where a notch opens to, a unit direction.
    pub(super) fn opening(&self, i: usize, arm: usize) -> Place {
        let n = self.0.len();
        let here = self.at(i);
        let (a, b) = (self.at(i + n - arm), self.at(i + arm));
        unit(minus(middle(a, b), here))
    }

    /// The places of `run` that hold its shape best: with the ends they make the polygon of the largest area.
    pub(super) fn corners(&self, run: &[usize], count: usize) -> Option<Vec<usize>> {
        let n = run.len();
        if n < count + 2 {
            return None;
        }
        let place = |i: usize| self.at(run[i]);
        let cross = |i: usize, j: usize| {
            let (a, b) = (place(i), place(j));
            a[0] * b[1] - a[1] * b[0]
        };
        // best[k][j]: the largest sum of a chain from the start to j with k places between.
        let mut best = vec![vec![f32::NEG_INFINITY; n]; count + 1];
        let mut from = vec![vec![0_usize; n]; count + 1];
        for (j, sum) in best[0].iter_mut().enumerate().skip(1) {
            *sum = cross(0, j);
        }
        for k in 1..=count {
            for j in k + 1..n {
                for i in k..j {
                    let sum = best[k - 1][i] + cross(i, j);
                    if sum > best[k][j] {
                        best[k][j] = sum;
                        from[k][j] = i;
                    }
                }
            }
        }
        let mut chosen = Vec::with_capacity(count);
        let mut at = n - 1;
        for k in (1..=count).rev() {
            at = from[k][at];
            chosen.push(run[at]);
        }
        chosen.reverse();
        Some(chosen)
    }

    /// The place of `run` that makes `score` largest.
    pub(super) fn most(run: &[usize], score: impl Fn(usize) -> f32) -> Option<usize> {
        run.iter()
            .copied()
            .max_by(|a, b| score(*a).total_cmp(&score(*b)))
    }

    /// The place a share of the way along `run`.
    pub(super) fn along(&self, run: &[usize], share: f32) -> Option<Place> {
        let steps: Vec<f32> = run
            .windows(2)
            .map(|p| distance(self.at(p[0]), self.at(p[1])))
            .collect();
        let mut left = steps.iter().sum::<f32>() * share;
        for (pair, step) in run.windows(2).zip(steps) {
            if left <= step {
                return Some(self.at(pair[0]));
            }
            left -= step;
        }
        run.last().map(|i| self.at(*i))
    }
}

/// Degrees from one direction to the other; positive is clockwise as seen.
fn angle(a: Place, b: Place) -> f32 {
    (a[0] * b[1] - a[1] * b[0])
        .atan2(a[0] * b[0] + a[1] * b[1])
        .to_degrees()
}

pub(super) fn minus(a: Place, b: Place) -> Place {
    [a[0] - b[0], a[1] - b[1]]
}

pub(super) fn distance(a: Place, b: Place) -> f32 {
    let d = minus(a, b);
    d[0].hypot(d[1])
}

pub(super) fn middle(a: Place, b: Place) -> Place {
    [(a[0] + b[0]) / 2.0, (a[1] + b[1]) / 2.0]
}

fn unit(d: Place) -> Place {
    let length = d[0].hypot(d[1]).max(1e-6);
    [d[0] / length, d[1] / length]
}

/// Follows the edge of the piece that the topmost pixel belongs to, clockwise (Moore's neighbours).
fn traced(mask: &Mask) -> Option<Vec<Place>> {
    const AROUND: [(isize, isize); 8] = [
        (1, 0),
        (1, 1),
        (0, 1),
        (-1, 1),
        (-1, 0),
        (-1, -1),
        (0, -1),
        (1, -1),
    ];
    let start = mask.at.iter().position(|m| *m)?;
    let start = ((start % mask.width) as isize, (start / mask.width) as isize);
    let is_set = |(x, y): (isize, isize)| {
        let place = usize::try_from(x).ok().zip(usize::try_from(y).ok());
        place.and_then(|(x, y)| mask.get(x, y)).unwrap_or(false)
    };
    let mut places = Vec::new();
    let (mut here, mut facing) = (start, 0_usize);
    for _ in 0..mask.at.len() * 2 {
        places.push([here.0 as f32, here.1 as f32]);
        let next = (0..8).map(|k| (facing + 6 + k) % 8).find(|d| {
            let (dx, dy) = AROUND[*d];
            is_set((here.0 + dx, here.1 + dy))
        })?;
        here = (here.0 + AROUND[next].0, here.1 + AROUND[next].1);
        facing = next;
        if here == start && places.len() > 2 {
            break;
        }
    }
    Some(places)
}

fn evenly(places: &[Place], count: usize) -> Vec<Place> {
    let n = places.len();
    let length = |i: usize| distance(places[i], places[(i + 1) % n]);
    let whole: f32 = (0..n).map(length).sum();
    let mut out = Vec::with_capacity(count);
    let (mut i, mut passed) = (0, 0.0);
    for k in 0..count {
        let wanted = whole * k as f32 / count as f32;
        while i + 1 < n && passed + length(i) < wanted {
            passed += length(i);
            i += 1;
        }
        let share = ((wanted - passed) / length(i).max(1e-6)).clamp(0.0, 1.0);
        let (a, b) = (places[i], places[(i + 1) % n]);
        out.push([a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share]);
    }
    out
}

fn smoothed(places: &[Place], rounds: usize) -> Vec<Place> {
    let n = places.len();
    let mut now = places.to_vec();
    for _ in 0..rounds {
        now = (0..n)
            .map(|i| {
                let (a, b, c) = (now[(i + n - 1) % n], now[i], now[(i + 1) % n]);
                [
                    (a[0] + 2.0 * b[0] + c[0]) / 4.0,
                    (a[1] + 2.0 * b[1] + c[1]) / 4.0,
                ]
            })
            .collect();
    }
    now
}

#[cfg(test)]
mod tests {
    use super::super::plane::Plane;
    use super::*;

    /// An upright T: bar above, stem below.
    fn letter() -> Outline {
        let mut mask = Plane::filled(100, 100, false);
        for y in 10..90 {
            for x in 10..90 {
                mask.at[y * 100 + x] = y < 40 || (40..60).contains(&x);
            }
        }
        Outline::of(&mask).unwrap()
    }

    #[test]
    fn an_outline_goes_clockwise_and_its_bends_have_signs() {
        let t = letter();
        let area: f32 = (0..LENGTH)
            .map(|i| {
                let (a, b) = (t.at(i), t.at(i + 1));
                (a[0] * b[1] - a[1] * b[0]) / 2.0
            })
            .sum();
        assert!(area > 3000.0, "clockwise: {area}");
        let all: Vec<usize> = (0..LENGTH).collect();
        let notch = Outline::most(&all, |i| -t.turn(i, 8)).unwrap();
        let [x, y] = t.at(notch);
        assert!((y - 40.0).abs() < 3.0 && ((x - 40.0).abs() < 3.0 || (x - 60.0).abs() < 3.0));
        assert!(t.turn(notch, 8) < -70.0);
        assert!(t.opening(notch, 8)[1] > 0.5, "opens downwards");
    }

    #[test]
    fn corners_are_found_between_two_ends() {
        let t = letter();
        let start = Outline::most(&t.run(0, LENGTH - 1), |i| -t.at(i)[0] - t.at(i)[1]).unwrap();
        let end = Outline::most(&t.run(0, LENGTH - 1), |i| t.at(i)[1] - t.at(i)[0].abs()).unwrap();
        let found = t.corners(&t.run(start, end), 2).unwrap();
        assert!(distance(t.at(found[0]), [89.0, 10.0]) < 4.0);
        assert_eq!(found.len(), 2);
    }
}
