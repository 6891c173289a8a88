//! The neckline and the opening: what the outline does not show and the cloth does.

use cheval_domain::anchors::{Anchor, Cut, Side};

use super::Marks;
use super::figure::{Figure, Sign};
use super::mixture::{Lab, mean, minus, square};
use super::neckline;
use super::outline::{Outline, Place, distance};
use super::plane::Plane;
use super::torso::Armpits;

/// Neck point as a share of the way from the axis to the shoulder, where the outline has no corner.
const NECK_SHARE: f32 = 0.38;
/// And how far from there it may well be.
const NECK_SPREAD: f32 = 0.22;
/// The neckline in front hangs this far below the neck points, in widths between them.
const HANG: f32 = 0.42;
/// A step of colour this large is plainly an edge, ΔE.
const PLAIN_EDGE: f32 = 9.0;

/// Colours of the garment at the size of its mask.
pub(super) struct Neckline<'a> {
    pub(super) cloth: &'a Plane<Lab>,
}

impl Neckline<'_> {
    pub(super) fn mark(
        &self,
        figure: &Figure<'_>,
        cut: Cut,
        shoulders: [Place; 2],
        marks: &mut Marks,
    ) -> Option<()> {
        let top = figure.on_axis(true)?;
        let back = figure.outline.at(top);
        let (left, sure_left) = neck_point(figure, top, shoulders[0], 1.0)?;
        let (right, sure_right) = neck_point(figure, top, shoulders[1], -1.0)?;
        marks.set(Anchor::Neck(Side::Left), left, sure_left);
        marks.set(Anchor::Neck(Side::Right), right, sure_right);
        marks.set(Anchor::NeckBack, back, 0.85);
        let wide = distance(left, right);
        let lapels = matches!(cut, Cut::Jacket | Cut::Coat);
        let traced = neckline::trace(figure, self.cloth, back, [left, right], lapels);
        let (front, sure) = match &traced {
            Some(traced) => (traced.front, (0.3 + traced.step / 20.0).min(0.8)),
            None => self.front(figure, back, (left[1] + right[1]) / 2.0, wide),
        };
        marks.set(Anchor::NeckFront, front, sure);
        marks.neckline = traced.map_or_else(Vec::new, |traced| traced.line);
        Some(())
    }

    /// Where the neckline hangs in front: the strongest step of colour down the middle, near where it usually is.
    fn front(&self, figure: &Figure<'_>, back: Place, level: f32, wide: f32) -> (Place, f32) {
        let usual = level + HANG * wide;
        let reach = (0.035 * wide).max(2.0);
        let strip = |y: f32| {
            let half = 0.16 * wide;
            let rows = (0..reach as usize).map(|k| y + k as f32);
            let colours = rows.flat_map(|row| {
                (-4..=4).filter_map(move |k| {
                    let at = [back[0] + k as f32 / 4.0 * half, row];
                    figure
                        .holds(at)
                        .then(|| self.cloth.near(at[0], at[1]))
                        .flatten()
                })
            });
            mean(colours)
        };
        let from = back[1].max(level) + 0.1 * wide;
        let to = (level + 1.3 * wide).min(figure.y(0.6));
        let mut best = (0.0_f32, usual, 0.0_f32);
        let mut y = from;
        while y < to {
            if let (Some(above), Some(below)) = (strip(y - reach), strip(y)) {
                let step = square(minus(above, below)).sqrt();
                let off = (y - usual) / (0.65 * wide);
                let score = step * (-off * off).exp();
                if score > best.0 {
                    best = (score, y, step);
                }
            }
            y += 1.0;
        }
        let (_, y, step) = best;
        if step < PLAIN_EDGE * 0.4 {
            return ([back[0], usual], 0.3);
        }
        ([back[0], y], (0.35 + 0.4 * step / PLAIN_EDGE).min(0.8))
    }

    /// How much more upright edges there are down the middle of the body than beside it: about 1 for a closed front.
    pub(super) fn opening(&self, figure: &Figure<'_>, armpits: &Armpits) -> f32 {
        let across = armpits.across(figure);
        let from = armpits.level(figure) + 0.15 * across;
        let to = figure.y(0.88);
        let column = |x: f32| {
            let mut steps: Vec<f32> = Vec::new();
            let mut y = from;
            while y < to {
                if let (Some(a), Some(b)) =
                    (self.cloth.near(x - 2.0, y), self.cloth.near(x + 2.0, y))
                {
                    steps.push(square(minus(a, b)).sqrt());
                }
                y += 2.0;
            }
            steps.sort_by(f32::total_cmp);
            // An opening is there all the way down; a print is not.
            steps.get(steps.len() * 2 / 5).copied().unwrap_or(0.0)
        };
        let mut beside: Vec<f32> = Vec::new();
        let mut inside = 0.0_f32;
        for k in -30..=30_i32 {
            let share = k as f32 / 30.0 * 0.4;
            let edge = column(figure.axis + share * across);
            if share.abs() < 0.09 {
                inside = inside.max(edge);
            } else {
                beside.push(edge);
            }
        }
        beside.sort_by(f32::total_cmp);
        let usual = beside.get(beside.len() * 4 / 5).copied().unwrap_or(1.0);
        inside / usual.max(1.2)
    }
}

/// Where shoulder seam and neckline meet on one side: the foot of a collar, or the peak of an open neckline.
fn neck_point(
    figure: &Figure<'_>,
    top: usize,
    shoulder: Place,
    side: Sign,
) -> Option<(Place, f32)> {
    let outline = &figure.outline;
    let half = figure.out(shoulder, side).max(1.0);
    let n = outline.0.len();
    let step = |k: usize| {
        if side > 0.0 {
            (top + k) % n
        } else {
            (top + n - k % n) % n
        }
    };
    let run: Vec<usize> = (0..n / 2)
        .map(step)
        .take_while(|i| figure.out(outline.at(*i), side) < 0.75 * half)
        .filter(|i| figure.out(outline.at(*i), side) > 0.1 * half)
        .collect();
    let share = |i: usize| figure.out(outline.at(i), side) / half;
    let usual = Outline::most(&run, |i| -(share(i) - NECK_SHARE).abs())?;
    // Foot of a collar or peak of an open neckline: the outline bends there, in or out.
    let likely = |i: usize| {
        let off = (share(i) - NECK_SHARE) / NECK_SPREAD;
        (-off * off).exp()
    };
    let bend = |i: usize| outline.turn(i, 7).abs();
    let corner = Outline::most(&run, |i| bend(i) * likely(i))?;
    Some(if bend(corner) * likely(corner) > 12.0 {
        (outline.at(corner), (0.45 + bend(corner) / 100.0).min(0.85))
    } else {
        (outline.at(usual), 0.4)
    })
}
