//! What the figure net is told of a silhouette: the same numbers as `models/train/figure/features.py` works out. All lengths
//! are divided by the torso, from the middle of the shoulders to the middle of the hips.

use cheval_domain::observation::KeyPoint;

use super::Silhouette;
use crate::organs::picture::Point;

/// Places along the torso's axis, from just above the shoulders to below the hips.
const ROWS: usize = 20;
const FIRST: f32 = -0.05;
const LAST: f32 = 1.25;
/// A reach is looked for in such steps of the torso, as far as one torso.
const STEPS: usize = 64;
/// Probability at the silhouette's edge.
const EDGE: f32 = 0.5;
/// Where no arm crosses a row.
const NO_ARM: f32 = 1.0;
/// A torso below this share of the crop's height is none.
const MIN_TORSO: f32 = 0.02;
/// Values beyond are cut off.
const LIMIT: f32 = 2.0;
/// How many numbers there are.
pub(crate) const COUNT: usize = 4 * ROWS + 12;
/// BlazePose points that are needed.
const NOSE: usize = 0;
const EARS: [usize; 2] = [7, 8];
const SHOULDERS: [usize; 2] = [11, 12];
const ELBOWS: [usize; 2] = [13, 14];
const WRISTS: [usize; 2] = [15, 16];
const HIPS: [usize; 2] = [23, 24];
/// Shoulders and hips must be seen at least so well.
const VISIBLE: f32 = 0.5;

/// The body points that matter, as fractions of the silhouette; pairs are the person's left and right.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Places {
    nose: Point,
    ears: [Point; 2],
    pub(super) shoulders: [Point; 2],
    pub(super) elbows: [Point; 2],
    pub(super) wrists: [Point; 2],
    /// The elbow is in sight.
    pub(super) arms_seen: [bool; 2],
    hips: [Point; 2],
}

impl Silhouette<'_> {
    /// As many cells as it says, all of them numbers.
    pub(super) fn is_sound(&self) -> bool {
        let cells = self.width.checked_mul(self.height);
        cells.is_some_and(|cells| cells > 0 && self.probability.len() == cells)
            && self.aspect.is_finite()
            && self.aspect > 0.0
            && self.probability.iter().all(|p| p.is_finite())
    }
}

impl Places {
    /// `None` when points are missing, no numbers, or shoulders or hips not in sight.
    pub(crate) fn of(points: &[KeyPoint]) -> Option<Self> {
        let at = |k: usize| {
            let point = points.get(k)?.at;
            (point.x.is_finite() && point.y.is_finite()).then(|| Point::new(point.x, point.y))
        };
        let in_sight = |k: usize| {
            points.get(k).is_some_and(|p| {
                p.visibility >= VISIBLE
                    && (0.0..=1.0).contains(&p.at.x)
                    && (0.0..=1.0).contains(&p.at.y)
            })
        };
        let pair = |pair: [usize; 2]| Some([at(pair[0])?, at(pair[1])?]);
        SHOULDERS
            .into_iter()
            .chain(HIPS)
            .all(in_sight)
            .then_some(())?;
        Some(Self {
            nose: at(NOSE)?,
            ears: pair(EARS)?,
            shoulders: pair(SHOULDERS)?,
            elbows: pair(ELBOWS)?,
            wrists: pair(WRISTS)?,
            arms_seen: ELBOWS.map(|k| points.get(k).is_some_and(|p| p.visibility >= VISIBLE)),
            hips: pair(HIPS)?,
        })
    }

    /// With heights of the silhouette as the unit in both directions; `x` is its width.
    pub(super) fn scaled(self, x: f32) -> Self {
        let one = |p: Point| Point::new(p.x * x, p.y);
        let pair = |pair: [Point; 2]| pair.map(one);
        Self {
            nose: one(self.nose),
            ears: pair(self.ears),
            shoulders: pair(self.shoulders),
            elbows: pair(self.elbows),
            wrists: pair(self.wrists),
            arms_seen: self.arms_seen,
            hips: pair(self.hips),
        }
    }
}

/// The torso's own axes: where its top is, which way is down and to the picture's right, and how long it is.
pub(super) struct Torso {
    top: Point,
    down: Point,
    right: Point,
    pub(super) length: f32,
}

impl Torso {
    pub(super) fn of(places: &Places) -> Option<Self> {
        let top = places.shoulders[0].middle(places.shoulders[1]);
        let bottom = places.hips[0].middle(places.hips[1]);
        let length = top.distance(bottom);
        if !length.is_finite() || length < MIN_TORSO {
            return None;
        }
        let down = Point::new((bottom.x - top.x) / length, (bottom.y - top.y) / length);
        Some(Self {
            top,
            down,
            right: Point::new(down.y, -down.x),
            length,
        })
    }

    fn along(&self, p: Point) -> f32 {
        ((p.x - self.top.x) * self.down.x + (p.y - self.top.y) * self.down.y) / self.length
    }

    pub(super) fn beside(&self, p: Point) -> f32 {
        ((p.x - self.top.x) * self.right.x + (p.y - self.top.y) * self.right.y) / self.length
    }

    /// The place `along` the axis and `beside` it.
    pub(super) fn place(&self, along: f32, beside: f32) -> Point {
        let (a, b) = (along * self.length, beside * self.length);
        Point::new(
            self.top.x + self.down.x * a + self.right.x * b,
            self.top.y + self.down.y * a + self.right.y * b,
        )
    }
}

/// The numbers for the net, or `None` where there is nothing to measure.
pub(crate) fn features(silhouette: &Silhouette<'_>, places: &Places) -> Option<[f32; COUNT]> {
    if !silhouette.is_sound() {
        return None;
    }
    let places = places.scaled(silhouette.aspect);
    let torso = Torso::of(&places)?;
    let mut out = [0.0; COUNT];
    for row in 0..ROWS {
        let t = FIRST + (LAST - FIRST) * row as f32 / (ROWS - 1) as f32;
        // The person's left is the picture's right.
        for (k, side) in [1.0, -1.0].into_iter().enumerate() {
            let limb = [places.shoulders[k], places.elbows[k], places.wrists[k]]
                .map(|p| (torso.along(p), side * torso.beside(p)));
            out[2 * row + k] = reach(silhouette, &torso, t, side);
            out[2 * ROWS + 2 * row + k] = crossing(limb, t);
        }
    }
    let far = |a: Point, b: Point| a.distance(b) / torso.length;
    let [left, right] = places.shoulders;
    let more = [
        far(left, right),
        far(places.hips[0], places.hips[1]),
        torso.beside(left),
        torso.beside(right),
        torso.beside(places.hips[0]),
        torso.beside(places.hips[1]),
        torso.along(places.nose),
        torso.beside(places.nose),
        torso.beside(places.ears[0]),
        torso.beside(places.ears[1]),
        far(left, places.elbows[0]),
        far(right, places.elbows[1]),
    ];
    out[4 * ROWS..].copy_from_slice(&more);
    out.iter_mut().for_each(|v| *v = v.clamp(-LIMIT, LIMIT));
    out.iter().all(|v| v.is_finite()).then_some(out)
}

/// Way from the axis to the silhouette's first edge, in torsos.
fn reach(silhouette: &Silhouette<'_>, torso: &Torso, t: f32, side: f32) -> f32 {
    let mut last = 0.0;
    for k in 0..=STEPS {
        let place = torso.place(t, side * k as f32 / STEPS as f32);
        let value = probability_at(silhouette, place);
        if value < EDGE {
            return match k {
                0 => 0.0,
                _ => ((k - 1) as f32 + (last - EDGE) / (last - value)) / STEPS as f32,
            };
        }
        last = value;
    }
    1.0
}

/// Bilinear; nothing outside. `place` is in heights of the crop.
pub(super) fn probability_at(silhouette: &Silhouette<'_>, place: Point) -> f32 {
    let (x, y) = (place.x / silhouette.aspect, place.y);
    if !(0.0..1.0).contains(&x) || !(0.0..1.0).contains(&y) {
        return 0.0;
    }
    let (width, height) = (silhouette.width, silhouette.height);
    let fx = (x * width as f32 - 0.5).clamp(0.0, (width - 1) as f32);
    let fy = (y * height as f32 - 0.5).clamp(0.0, (height - 1) as f32);
    let (x0, y0) = (fx as usize, fy as usize);
    let (x1, y1) = ((x0 + 1).min(width - 1), (y0 + 1).min(height - 1));
    let (u, v) = (fx - x0 as f32, fy - y0 as f32);
    let at = |x: usize, y: usize| silhouette.probability[y * width + x];
    let upper = at(x0, y0) + (at(x1, y0) - at(x0, y0)) * u;
    let lower = at(x0, y1) + (at(x1, y1) - at(x0, y1)) * u;
    upper + (lower - upper) * v
}

/// How far beside the axis a limb lies at `t` along it; the first stretch that crosses counts.
fn crossing(limb: [(f32, f32); 3], t: f32) -> f32 {
    limb.windows(2)
        .find_map(|stretch| match *stretch {
            [(a, x), (b, y)] if (a - t) * (b - t) <= 0.0 && a != b => {
                Some((x + (y - x) * (t - a) / (b - a)).clamp(-1.0, 1.0))
            }
            _ => None,
        })
        .unwrap_or(NO_ARM)
}

/// The numbers of the mirrored picture.
pub(crate) fn mirrored(values: &[f32; COUNT]) -> [f32; COUNT] {
    let mut out = *values;
    out[..4 * ROWS]
        .chunks_exact_mut(2)
        .for_each(|pair| pair.swap(0, 1));
    let more = &mut out[4 * ROWS..];
    for pair in [2, 4, 8] {
        (more[pair], more[pair + 1]) = (-more[pair + 1], -more[pair]);
    }
    more[7] = -more[7];
    more.swap(10, 11);
    out
}
