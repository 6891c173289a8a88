//! The neckline: the upper edge of the front, below which the cloth is worn outside. Found as the strongest smooth line
//! of changing colour around the middle of the neck, from the wearer's right to the left.

use super::figure::Figure;
use super::mixture::{Lab, mean, minus, square};
use super::outline::{Place, distance};
use super::plane::Plane;

/// Rays from the middle of the neck, from the right of the wearer down and up to the left.
const RAYS: usize = 61;
/// Angle of the first ray below the horizontal, degrees.
const FIRST: f32 = 4.0;
/// Places along each ray, evenly spaced in the logarithm of the distance.
const RINGS: usize = 72;
/// Least and largest distance, half widths of the neck.
const REACH: [f32; 2] = [0.28, 7.0];
/// Depths of necklines in half widths of the neck, each with how usual it is: a roll collar's, round, V, a jacket's.
const DEPTHS: [(f32, f32); 4] = [(0.45, 0.8), (0.95, 1.0), (1.8, 0.95), (4.0, 0.85)];
/// The same of jackets and coats, whose lapels open low.
const LAPELS: [(f32, f32); 4] = [(0.45, 0.5), (0.95, 0.92), (1.8, 0.95), (4.0, 1.15)];
/// Spread of the logarithm of the distance around such a line.
const SPREAD: f32 = 0.6;
/// Most rings from ray to ray, and what each costs.
const JUMP: usize = 7;
const JUMP_COST: f32 = 0.035;
/// A step of colour that counts in full, ΔE.
const PLAIN_STEP: f32 = 14.0;
/// Share that a step counts which darkens outwards: the inside of the back lies in the shade.
const DARKENING: f32 = 0.55;
/// Below this the line is no more than a guess, mean of the steps along it, ΔE.
const SEEN_STEP: f32 = 2.2;
/// Places nearer to the line than this are left out, widths of the neck.
const SMOOTH: f32 = 0.018;

/// The neckline in pixels of the mask.
pub(super) struct Traced {
    pub(super) line: Vec<Place>,
    /// Where it hangs lowest.
    pub(super) front: Place,
    /// Mean step of colour along it, ΔE.
    pub(super) step: f32,
}

/// The part of the picture that is looked at, in polar coordinates around the middle of the neck.
struct Fan<'a> {
    figure: &'a Figure<'a>,
    cloth: &'a Plane<Lab>,
    centre: Place,
    half: f32,
}

/// Finds the neckline between the neck points; `None` when nothing is to be seen.
pub(super) fn trace(
    figure: &Figure<'_>,
    cloth: &Plane<Lab>,
    back: Place,
    necks: [Place; 2],
    lapels: bool,
) -> Option<Traced> {
    let fan = Fan::between(figure, cloth, back, necks);
    if fan.half < 6.0 {
        return None;
    }
    let steps: Vec<Vec<f32>> = (0..RAYS).map(|ray| fan.steps(ray)).collect();
    let depths = if lapels { LAPELS } else { DEPTHS };
    let paths = depths.map(|(depth, usual)| {
        let (rings, sum) = best_path(&fan.scores(&steps, depth));
        (rings, sum * usual)
    });
    let (rings, _) = paths.into_iter().max_by(|a, b| a.1.total_cmp(&b.1))?;
    let rings = evened(&rings);
    let places: Vec<Place> = rings
        .iter()
        .enumerate()
        .map(|(ray, ring)| fan.place(ray, *ring))
        .collect();
    let along = rings
        .iter()
        .enumerate()
        .map(|(ray, ring)| steps[ray][*ring].abs());
    let step = along.sum::<f32>() / RAYS as f32;
    if step < SEEN_STEP {
        return None;
    }
    let lowest = places
        .iter()
        .copied()
        .max_by(|a, b| a[1].total_cmp(&b[1]))?;
    Some(Traced {
        line: simplified(&fan.with_ends(places), SMOOTH * 2.0 * fan.half),
        front: [fan.centre[0], lowest[1]],
        step,
    })
}

impl<'a> Fan<'a> {
    fn between(
        figure: &'a Figure<'a>,
        cloth: &'a Plane<Lab>,
        back: Place,
        [left, right]: [Place; 2],
    ) -> Self {
        let level = (left[1] + right[1]) / 2.0;
        let centre = [(left[0] + right[0]) / 2.0, back[1].min(level)];
        // A collar that stands is narrower than the neck below it.
        let below = centre[1] + 0.06 * distance(left, right);
        let reach = |side: f32| {
            let inside = |d: &f32| figure.holds([centre[0] + side * d, below]);
            (0..figure.width as usize)
                .map(|d| d as f32)
                .take_while(inside)
                .count() as f32
        };
        let half = distance(left, right) / 2.0;
        let collar = (reach(1.0) + reach(-1.0)) / 2.0;
        let half = if collar > 0.3 * half {
            half.min(collar)
        } else {
            half
        };
        Self {
            figure,
            cloth,
            centre,
            half,
        }
    }

    fn distance(&self, ring: f32) -> f32 {
        let share = ring / (RINGS - 1) as f32;
        self.half * REACH[0] * (REACH[1] / REACH[0]).powf(share)
    }

    fn along(&self, ray: usize, distance: f32) -> Place {
        let angle = direction(ray);
        [
            self.centre[0] - angle.cos() * distance,
            self.centre[1] + angle.sin() * distance,
        ]
    }

    fn place(&self, ray: usize, ring: usize) -> Place {
        self.along(ray, self.distance(ring as f32))
    }

    /// Steps of colour along one ray; negative where it darkens outwards.
    fn steps(&self, ray: usize) -> Vec<f32> {
        let gap = (0.05 * self.half).max(2.0);
        (0..RINGS)
            .map(|ring| {
                let distance = self.distance(ring as f32);
                let inner = self.colour(self.along(ray, distance - gap));
                let outer = self.colour(self.along(ray, distance + gap));
                match (inner, outer) {
                    (Some(a), Some(b)) => {
                        let step = square(minus(b, a)).sqrt();
                        if b[0] < a[0] { -step } else { step }
                    }
                    _ => 0.0,
                }
            })
            .collect()
    }

    /// The cloth's colour around a place; none where it ends.
    fn colour(&self, [x, y]: Place) -> Option<Lab> {
        let around = [[0.0, 0.0], [-1.5, 0.0], [1.5, 0.0], [0.0, -1.5], [0.0, 1.5]];
        let places = around.map(|[dx, dy]| [x + dx, y + dy]);
        if !places.iter().all(|at| self.figure.holds(*at)) {
            return None;
        }
        mean(places.iter().filter_map(|at| self.cloth.near(at[0], at[1])))
    }

    /// How likely the neckline passes each place.
    fn scores(&self, steps: &[Vec<f32>], depth: f32) -> Vec<Vec<f32>> {
        let lowest = self.figure.y(0.62);
        let score = |ray: usize, ring: usize, step: f32| {
            if self.place(ray, ring)[1] > lowest {
                return -1.0;
            }
            let angle = direction(ray);
            let usual = 1.0 / (angle.cos() / 0.95).hypot(angle.sin() / depth);
            let off = (self.distance(ring as f32) / self.half / usual).ln();
            let strength = if step < 0.0 { -step * DARKENING } else { step };
            (strength / PLAIN_STEP).min(1.0) * (-(off / SPREAD).powi(2)).exp()
        };
        steps
            .iter()
            .enumerate()
            .map(|(ray, steps)| {
                steps
                    .iter()
                    .enumerate()
                    .map(|(ring, s)| score(ray, ring, *s))
                    .collect()
            })
            .collect()
    }

    /// With both ends led up to the edge of the garment, so that nothing of the inside stays beside them.
    fn with_ends(&self, mut places: Vec<Place>) -> Vec<Place> {
        let top = |[x, y]: Place| {
            let up = (0..y as usize)
                .rev()
                .find(|row| !self.figure.holds([x, *row as f32]));
            [x, up.map_or(0.0, |row| row as f32)]
        };
        if let (Some(first), Some(last)) = (places.first().copied(), places.last().copied()) {
            places.insert(0, top(first));
            places.push(top(last));
        }
        places
    }
}

/// Angle of a ray below the horizontal, from the left of the picture.
fn direction(ray: usize) -> f32 {
    let share = ray as f32 / (RAYS - 1) as f32;
    (FIRST + (180.0 - 2.0 * FIRST) * share).to_radians()
}

/// The ring of each ray on the path with the largest sum of scores, jumps paid, and that sum.
fn best_path(scores: &[Vec<f32>]) -> (Vec<usize>, f32) {
    let mut sums = scores.first().cloned().unwrap_or_default();
    let mut from: Vec<Vec<usize>> = Vec::with_capacity(scores.len());
    for row in scores.iter().skip(1) {
        let before: Vec<usize> = (0..row.len())
            .map(|ring| {
                let near = ring.saturating_sub(JUMP)..=(ring + JUMP).min(row.len() - 1);
                let reached = |k: usize| sums[k] - JUMP_COST * ring.abs_diff(k) as f32;
                near.max_by(|a, b| reached(*a).total_cmp(&reached(*b)))
                    .unwrap_or(ring)
            })
            .collect();
        sums = row
            .iter()
            .enumerate()
            .map(|(ring, score)| {
                let k = before[ring];
                sums[k] - JUMP_COST * ring.abs_diff(k) as f32 + score
            })
            .collect();
        from.push(before);
    }
    let mut ring = (0..sums.len())
        .max_by(|a, b| sums[*a].total_cmp(&sums[*b]))
        .unwrap_or(0);
    let sum = sums.get(ring).copied().unwrap_or(0.0);
    let mut path = vec![ring];
    for before in from.iter().rev() {
        ring = before[ring];
        path.push(ring);
    }
    path.reverse();
    (path, sum)
}

/// Without single rays that stand out: the median of each three.
fn evened(rings: &[usize]) -> Vec<usize> {
    let mut even = rings.to_vec();
    for (into, three) in even.iter_mut().skip(1).zip(rings.windows(3)) {
        let mut three = [three[0], three[1], three[2]];
        three.sort_unstable();
        *into = three[1];
    }
    even
}

/// Without the places that lie nearer than `slack` to the straight line between those that stay (Douglas and Peucker).
fn simplified(places: &[Place], slack: f32) -> Vec<Place> {
    let (Some(first), Some(last)) = (places.first(), places.last()) else {
        return Vec::new();
    };
    let off = |at: Place| {
        let along = [last[0] - first[0], last[1] - first[1]];
        let length = along[0].hypot(along[1]).max(1e-6);
        ((at[0] - first[0]) * along[1] - (at[1] - first[1]) * along[0]).abs() / length
    };
    let farthest = (1..places.len().saturating_sub(1))
        .max_by(|a, b| off(places[*a]).total_cmp(&off(places[*b])));
    match farthest {
        Some(i) if off(places[i]) > slack => {
            let mut kept = simplified(&places[..=i], slack);
            kept.pop();
            kept.extend(simplified(&places[i..], slack));
            kept
        }
        _ => vec![*first, *last],
    }
}

#[cfg(test)]
mod tests {
    use super::super::plane::Plane;
    use super::*;

    const CLOTH: Lab = [60.0, 20.0, 10.0];
    const SHADE: Lab = [45.0, 16.0, 8.0];

    /// The neckline of a block of cloth whose places inside the neck lie in the shade.
    fn traced(is_inside: impl Fn(f32, f32) -> bool) -> Option<Traced> {
        let mut mask = Plane::filled(200, 240, false);
        let mut cloth = Plane::filled(200, 240, CLOTH);
        for y in 20..230 {
            for x in 10..190 {
                mask.at[y * 200 + x] = true;
                if is_inside(x as f32 - 100.0, y as f32 - 20.0) {
                    cloth.at[y * 200 + x] = SHADE;
                }
            }
        }
        let figure = Figure::of(&mask)?;
        trace(
            &figure,
            &cloth,
            [100.0, 20.0],
            [[140.0, 20.0], [60.0, 20.0]],
            false,
        )
    }

    #[test]
    fn round_necks_and_deep_ones_are_followed_from_right_to_left() {
        let round = traced(|x, y| (x / 40.0).hypot(y / 36.0) < 1.0).unwrap();
        assert!((round.front[1] - 56.0).abs() < 4.0, "{:?}", round.front);
        let deep = traced(|x, y| x.abs() / 40.0 + y / 80.0 < 1.0).unwrap();
        assert!((deep.front[1] - 100.0).abs() < 9.0, "{:?}", deep.front);
        for line in [round.line, deep.line] {
            let (first, last) = (line[0], line[line.len() - 1]);
            assert!(first[0] < 68.0 && last[0] > 132.0, "{line:?}");
            assert!((5..25).contains(&line.len()), "{line:?}");
        }
    }

    #[test]
    fn plain_cloth_has_no_neckline_to_be_seen() {
        assert!(traced(|_, _| false).is_none());
    }
}
