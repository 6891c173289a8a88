//! How broad the shopper's torso is in the silhouette, for trying on: from the torso's axis outwards to the first edge, unless
//! an arm comes first. Numbers of one frame, and a short memory of them that is dropped with the shopper.

use std::collections::VecDeque;

use cheval_domain::figure::{ARM_HALF, HAND, TorsoBreadths, seen_share, torso_scale};

use super::Silhouette;
use super::features::{Places, Torso, probability_at};
use crate::organs::picture::Point;

/// Rows of chest, waist and hips along the axis, as shares of the torso.
const ROWS: [[f32; 3]; 3] = [[0.32, 0.38, 0.44], [0.62, 0.67, 0.72], [0.98, 1.04, 1.1]];
/// A breadth is looked for in such steps of the body's scale, as far as this many.
const STEP: f32 = 0.025;
const STEPS: usize = 50;
/// Probability at the silhouette's edge.
const EDGE: f32 = 0.5;
/// Seen further from the side, breadths say little.
const FRONTAL: f32 = 0.75;
/// Halves outside are no torso's, or points that err.
const SANE: (f32, f32) = (0.25, 1.2);
/// Readings kept of each side of each level: some two seconds while something is tried on.
const KEPT: usize = 11;
/// Fewer say nothing: one silhouette may be cut by a door or another person.
const LEAST: usize = 3;

/// The halves of one silhouette: chest, waist, hips; the person's left and right.
pub(crate) type Halves = [[Option<f32>; 2]; 3];

/// What one silhouette says; `None` where nobody stands frontally enough.
pub(crate) fn halves(silhouette: &Silhouette<'_>, places: &Places) -> Option<Halves> {
    if !silhouette.is_sound() {
        return None;
    }
    let places = places.scaled(silhouette.aspect);
    let torso = Torso::of(&places)?;
    let [left, right] = places.shoulders;
    let shoulders = left.distance(right);
    let scale = torso_scale(shoulders, torso.length);
    let frontal = (shoulders / scale.max(1e-6)).min(1.0);
    // The person's left is the picture's right for who faces the camera.
    if frontal < FRONTAL || torso.beside(left) <= torso.beside(right) {
        return None;
    }
    let seen = seen_share(frontal);
    let arms = [0, 1].map(|k: usize| Arm::of(&places, k, scale));
    Some(ROWS.map(|rows| {
        [(0, 1.0), (1, -1.0)].map(|(k, side): (usize, f32)| {
            // Where an arm is only guessed, it may be a part of what looks like a torso.
            if !places.arms_seen[k] {
                return None;
            }
            let found = rows.map(|t| reach(silhouette, &torso, t, side, scale, &arms[k]));
            let half = middle(found.into_iter().flatten().collect(), 2)? / scale / seen;
            (SANE.0..=SANE.1).contains(&half).then_some(half)
        })
    }))
}

/// The way from the axis to the silhouette's edge, heights of the crop; `None` when an arm comes first, or no edge.
fn reach(
    silhouette: &Silhouette<'_>,
    torso: &Torso,
    t: f32,
    side: f32,
    scale: f32,
    arm: &Arm,
) -> Option<f32> {
    let mut last = 0.0;
    for k in 0..STEPS {
        let beside = k as f32 * STEP * scale;
        let place = torso.place(t, side * beside / torso.length);
        let value = probability_at(silhouette, place);
        if value < EDGE {
            // An edge on the axis is none of the torso's.
            let back = (EDGE - value) / (last - value);
            return (k > 0).then_some(beside - back * STEP * scale);
        }
        if arm.covers(place) {
            return None;
        }
        last = value;
    }
    None
}

/// Upper arm, forearm and hand, each a stick with a radius at either end; heights of the crop.
struct Arm([(Point, Point, f32, f32); 2]);

impl Arm {
    fn of(places: &Places, k: usize, scale: f32) -> Self {
        let (shoulder, elbow, wrist) = (places.shoulders[k], places.elbows[k], places.wrists[k]);
        let fingers = Point::new(
            wrist.x + (wrist.x - elbow.x) * HAND,
            wrist.y + (wrist.y - elbow.y) * HAND,
        );
        let (upper, lower) = (ARM_HALF.0 * scale, ARM_HALF.1 * scale);
        let bend = (upper + lower) / 2.0;
        Self([
            (shoulder, elbow, upper, bend),
            (elbow, fingers, bend, lower),
        ])
    }

    fn covers(&self, place: Point) -> bool {
        self.0.iter().any(|&(a, b, from, to)| {
            let (along, away) = (
                Point::new(b.x - a.x, b.y - a.y),
                Point::new(place.x - a.x, place.y - a.y),
            );
            let length = (along.x * along.x + along.y * along.y).max(1e-12);
            let t = ((away.x * along.x + away.y * along.y) / length).clamp(0.0, 1.0);
            let nearest = Point::new(a.x + along.x * t, a.y + along.y * t);
            nearest.distance(place) < from + (to - from) * t
        })
    }
}

/// The median of at least so many.
fn middle(mut values: Vec<f32>, least: usize) -> Option<f32> {
    values.sort_by(f32::total_cmp);
    (values.len() >= least).then(|| values.get(values.len() / 2).copied())?
}

/// The latest halves of one presence. A body's breadth does not change: what an arm covers stays as it was seen last.
#[derive(Debug, Default)]
pub(crate) struct BreadthWatch([[VecDeque<f32>; 2]; 3]);

impl BreadthWatch {
    pub(crate) fn observe(&mut self, halves: &Halves) {
        for (kept, found) in self.0.iter_mut().flatten().zip(halves.iter().flatten()) {
            let Some(found) = found else { continue };
            if kept.len() == KEPT {
                kept.pop_front();
            }
            kept.push_back(*found);
        }
    }

    /// Medians of what is remembered; `None` when nothing is.
    pub(crate) fn breadths(&self) -> Option<TorsoBreadths> {
        let [chest, waist, hip] = [0, 1, 2].map(|level: usize| {
            [0, 1].map(|k: usize| middle(self.0[level][k].iter().copied().collect(), LEAST))
        });
        let any = [chest, waist, hip].iter().flatten().any(Option::is_some);
        any.then_some(TorsoBreadths { chest, waist, hip })
    }
}

#[cfg(test)]
mod tests {
    use cheval_domain::geometry::PointInImage;
    use cheval_domain::observation::{BODY_POINTS, KeyPoint};

    use super::*;

    const WIDTH: usize = 160;
    const HEIGHT: usize = 256;
    const ASPECT: f32 = WIDTH as f32 / HEIGHT as f32;
    /// Half breadth of the drawn torso and breadth between its shoulder joints, heights of the crop.
    const HALF: f32 = 0.07;
    const SCALE: f32 = 0.12;

    /// Somebody whose arms lie `out` beside the joints at the wrists.
    fn points(out: f32, turned: f32) -> Vec<KeyPoint> {
        let mut points = vec![KeyPoint::default(); BODY_POINTS];
        let mut set = |k: usize, x: f32, y: f32| {
            points[k] = KeyPoint {
                at: PointInImage {
                    x: 0.5 + x / ASPECT,
                    y,
                },
                visibility: 1.0,
            };
        };
        for (k, side) in [(0, 1.0), (1, -1.0)] {
            let joint = side * SCALE / 2.0 * turned;
            set(11 + k, joint, 0.3);
            set(13 + k, joint + side * out / 2.0, 0.42);
            set(15 + k, joint + side * out, 0.53);
            set(23 + k, joint * 0.6, 0.3 + SCALE * 1.45);
        }
        for k in [0, 7, 8] {
            set(k, 0.0, 0.2);
        }
        points
    }

    /// A torso of this half breadth with arms beside it where the points say.
    fn cells(half: [f32; 2], points: &[KeyPoint]) -> Vec<f32> {
        let places = Places::of(points).unwrap().scaled(ASPECT);
        let arms = [0, 1].map(|k: usize| Arm::of(&places, k, SCALE));
        let cell = |x: usize, y: usize| {
            let place = Point::new(
                (x as f32 + 0.5) / HEIGHT as f32,
                (y as f32 + 0.5) / HEIGHT as f32,
            );
            let beside = place.x - 0.5 * ASPECT;
            let torso = (0.25..0.6).contains(&place.y) && beside < half[0] && -beside < half[1];
            let person = torso || arms.iter().any(|arm| arm.covers(place));
            if person { 0.95 } else { 0.03 }
        };
        (0..HEIGHT)
            .flat_map(|y| (0..WIDTH).map(move |x| (x, y)))
            .map(|(x, y)| cell(x, y))
            .collect()
    }

    fn read(half: [f32; 2], points: &[KeyPoint]) -> Option<Halves> {
        let probability = cells(half, points);
        let silhouette = Silhouette {
            width: WIDTH,
            height: HEIGHT,
            probability: &probability,
            aspect: ASPECT,
        };
        halves(&silhouette, &Places::of(points).unwrap())
    }

    #[track_caller]
    fn is_near(found: Option<f32>, wanted: f32) {
        let found = found.unwrap();
        assert!((found - wanted).abs() < 0.03, "{found} is not {wanted}");
    }

    #[test]
    fn with_the_arms_lifted_every_breadth_is_read() {
        let found = read([HALF, HALF * 0.9], &points(0.2, 1.0)).unwrap();
        for level in found {
            is_near(level[0], HALF / SCALE);
            is_near(level[1], HALF * 0.9 / SCALE);
        }
    }

    #[test]
    fn where_an_arm_lies_against_the_body_nothing_is_said() {
        let found = read([HALF; 2], &points(0.0, 1.0)).unwrap();
        assert_eq!(found[0], [None; 2], "chest");
        assert_eq!(found[1], [None; 2], "waist");
        let mut guessed = points(0.2, 1.0);
        guessed[13].visibility = 0.3;
        let found = read([HALF; 2], &guessed).unwrap();
        assert!(
            found
                .iter()
                .all(|level| level[0].is_none() && level[1].is_some())
        );
        let mut one_arm = points(0.2, 1.0);
        let hanging = points(0.0, 1.0);
        (one_arm[13], one_arm[15]) = (hanging[13], hanging[15]);
        let found = read([HALF; 2], &one_arm).unwrap();
        assert_eq!(found[1][0], None);
        is_near(found[1][1], HALF / SCALE);
    }

    #[test]
    fn who_turns_is_as_broad_as_before_until_nothing_can_be_said() {
        let seen = seen_share(0.85);
        let found = read([HALF * seen; 2], &points(0.2, 0.85)).unwrap();
        is_near(found[1][0], HALF / SCALE);
        assert_eq!(read([HALF; 2], &points(0.2, 0.5)), None);
        assert_eq!(read([HALF; 2], &points(0.2, -1.0)), None, "from behind");
    }

    #[test]
    fn breadths_hold_still_and_outlast_an_arm() {
        let all = |half: f32| [[Some(half); 2]; 3];
        let mut watch = BreadthWatch::default();
        watch.observe(&all(0.6));
        watch.observe(&all(0.6));
        assert_eq!(watch.breadths(), None, "two readings say nothing");
        for half in [0.6, 0.9, 0.61] {
            watch.observe(&all(half));
        }
        let mut covered = all(0.6);
        covered[1][0] = None;
        for _ in 0..40 {
            watch.observe(&covered);
        }
        let breadths = watch.breadths().unwrap();
        assert_eq!(breadths.waist[0], Some(0.6));
        assert_eq!(breadths.chest, [Some(0.6); 2]);
    }
}
