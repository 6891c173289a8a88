//! A silhouette ready to be asked: its box, its axis, its rows, its notches.

use super::outline::{Outline, Place};
use super::plane::Mask;

/// Arms over which bends are seen, places of the outline: fine and coarse.
const ARMS: [usize; 2] = [8, 14];

/// The silhouette of a garment. Lengths are pixels of its mask.
pub(super) struct Figure<'a> {
    pub(super) mask: &'a Mask,
    pub(super) outline: Outline,
    pub(super) left: f32,
    pub(super) top: f32,
    pub(super) width: f32,
    pub(super) height: f32,
    /// Where the middle lies across.
    pub(super) axis: f32,
}

/// A side of the picture, as a sign: +1 is the right half, where the wearer's left is.
pub(super) type Sign = f32;

impl<'a> Figure<'a> {
    pub(super) fn of(mask: &'a Mask) -> Option<Self> {
        let [l, t, r, b] = mask.bounds()?;
        let outline = Outline::of(mask)?;
        let mut figure = Self {
            mask,
            outline,
            left: l as f32,
            top: t as f32,
            width: (r - l) as f32,
            height: (b - t) as f32,
            axis: (l + r) as f32 / 2.0,
        };
        figure.axis = figure.mirror_axis();
        Some(figure)
    }

    /// The upright line on which the silhouette folds onto itself best.
    fn mirror_axis(&self) -> f32 {
        let middle = self.left + self.width / 2.0;
        let best = (-30..=30_i32)
            .map(|step| {
                let axis = middle + step as f32 / 30.0 * 0.12 * self.width;
                (self.fold(axis), axis)
            })
            .max_by(|a, b| a.0.total_cmp(&b.0));
        best.map_or(middle, |(_, axis)| axis)
    }

    /// Share of sampled places whose mirror image belongs to the garment too.
    fn fold(&self, axis: f32) -> f32 {
        let mut both = 0;
        let step = (self.height / 60.0).max(1.0);
        let mut y = self.top;
        while y < self.top + self.height {
            let mut d = step / 2.0;
            while d < self.width * 0.65 {
                if self.holds([axis - d, y]) && self.holds([axis + d, y]) {
                    both += 1;
                }
                d += step;
            }
            y += step;
        }
        both as f32
    }

    pub(super) fn holds(&self, [x, y]: Place) -> bool {
        x >= 0.0 && y >= 0.0 && self.mask.get(x as usize, y as usize).unwrap_or(false)
    }

    /// A height by its share of the box.
    pub(super) fn y(&self, share: f32) -> f32 {
        self.top + share * self.height
    }

    /// Width of the silhouette, gaps left out, at a share of its height.
    pub(super) fn width_at(&self, share: f32) -> f32 {
        let y = self.y(share) as usize;
        let row = |x: &usize| self.mask.get(*x, y).unwrap_or(false);
        (0..self.mask.width).filter(row).count() as f32
    }

    /// The outline's place on the axis, above or below.
    pub(super) fn on_axis(&self, upper: bool) -> Option<usize> {
        let near = self.width * 0.015 + 1.5;
        let all: Vec<usize> = (0..self.outline.0.len())
            .filter(|i| (self.outline.at(*i)[0] - self.axis).abs() < near)
            .collect();
        let sign = if upper { -1.0 } else { 1.0 };
        Outline::most(&all, |i| sign * self.outline.at(i)[1])
    }

    /// How far a place lies from the axis towards a side.
    pub(super) fn out(&self, at: Place, side: Sign) -> f32 {
        (at[0] - self.axis) * side
    }

    /// The sharpest bend at a place over both arms: the most negative turn.
    pub(super) fn notch(&self, i: usize) -> f32 {
        let turns = ARMS.map(|arm| self.outline.turn(i, arm));
        turns[0].min(turns[1])
    }

    /// Notches sharper than `least` degrees that are the sharpest of their neighbourhood, with their sharpness.
    pub(super) fn notches(&self, least: f32) -> Vec<(usize, f32)> {
        let n = self.outline.0.len();
        let sharp: Vec<f32> = (0..n).map(|i| -self.notch(i)).collect();
        (0..n)
            .filter(|i| sharp[*i] > least)
            .filter(|i| {
                (1..=10)
                    .all(|k| sharp[*i] >= sharp[(i + k) % n] && sharp[*i] >= sharp[(i + n - k) % n])
            })
            .map(|i| (i, sharp[i]))
            .collect()
    }

    /// Where the legs part: the notch near the axis that opens downwards, with its sharpness.
    pub(super) fn crotch(&self) -> Option<(usize, f32)> {
        self.notches(35.0)
            .into_iter()
            .filter(|(i, _)| {
                let at = self.outline.at(*i);
                (at[0] - self.axis).abs() < 0.2 * self.width
                    && at[1] > self.y(0.15)
                    && self.outline.opening(*i, 10)[1] > 0.75
            })
            .min_by(|a, b| self.outline.at(a.0)[1].total_cmp(&self.outline.at(b.0)[1]))
    }

    /// From the top to the lower end of the axis: sleeves that hang lower do not count.
    pub(super) fn length(&self) -> f32 {
        let lower = self.on_axis(false).map(|i| self.outline.at(i)[1]);
        lower.map_or(self.height, |y| y - self.top)
    }

    /// How much lower the middle of the lower edge hangs than its ends, share of the height.
    pub(super) fn belly(&self) -> f32 {
        let lowest = |from: f32, to: f32| {
            self.outline
                .0
                .iter()
                .filter(|at| (at[0] - self.axis).abs() / self.width * 2.0 >= from)
                .filter(|at| (at[0] - self.axis).abs() / self.width * 2.0 < to)
                .map(|at| at[1])
                .fold(f32::NEG_INFINITY, f32::max)
        };
        (lowest(0.0, 0.25) - lowest(0.72, 0.9)) / self.height
    }

    /// Hollows on both sides near the top that open upwards: the feet of a collar.
    pub(super) fn has_collar(&self) -> bool {
        let feet: Vec<f32> = self
            .notches(17.0)
            .into_iter()
            .filter(|(i, _)| {
                let at = self.outline.at(*i);
                at[1] < self.y(0.3) && self.outline.opening(*i, 10)[1] < 0.2
            })
            .map(|(i, _)| self.outline.at(i)[0] - self.axis)
            .filter(|out| out.abs() < 0.35 * self.width)
            .collect();
        let far = 0.05 * self.width;
        feet.iter().any(|out| *out > far) && feet.iter().any(|out| *out < -far)
    }

    /// Where an outline's run passes a height, the first time; the nearest place if it never does.
    pub(super) fn passes(&self, run: &[usize], y: f32) -> Option<Place> {
        for pair in run.windows(2) {
            let (a, b) = (self.outline.at(pair[0]), self.outline.at(pair[1]));
            if (a[1] - y) * (b[1] - y) <= 0.0 && a[1] != b[1] {
                let share = (y - a[1]) / (b[1] - a[1]);
                return Some([a[0] + (b[0] - a[0]) * share, y]);
            }
        }
        Outline::most(run, |i| -(self.outline.at(i)[1] - y).abs()).map(|i| self.outline.at(i))
    }
}
