//! Where a box that was seen will be: constant velocity with uncertainty, a Kalman filter (Kalman 1960) for the centre's
//! two axes and the logarithm of the size each, driven by white-noise acceleration. Pure: time comes in.
//!
//! Lengths are counted in the box's own widths and heights, so that near and far people, and pictures of any shape, are
//! treated alike.

use cheval_domain::geometry::{BoxInImage, PointInImage};
use cheval_domain::time::Mono;

/// Beyond this squared distance (in standard deviations, over three axes) it is something else: one true pair in a
/// thousand is lost (chi-squared with three degrees of freedom).
const GATE: f32 = 16.3;
/// Standard deviation of a found size, in logarithms; the face detector's own is below 0.01, its choice of anchor more.
const SIZE_NOISE: f32 = 0.06;
/// Walking up to the mirror from 2 m at 1 m/s, a face grows by half in a second.
const SIZE_SPEED: f32 = 0.5;
const SIZE_DRIFT: f32 = 0.5;

/// What moves how, in units of its own box.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Nature {
    /// Standard deviation of a found place.
    pub(super) noise: f32,
    /// Standard deviation of a velocity before anything is known, per second.
    pub(super) speed: f32,
    /// Density of the acceleration's noise: variance of the velocity that is gained per second.
    pub(super) drift: f32,
    /// Nothing jumps farther than this from where it is expected.
    pub(super) jump: f32,
}

impl Nature {
    /// A face is 0.15 m wide and walks at about 1 m/s.
    pub(super) const FACE: Self = Self {
        noise: 0.03,
        speed: 6.0,
        drift: 60.0,
        jump: 2.0,
    };
    /// A body's box is 0.75 m wide.
    pub(super) const BODY: Self = Self {
        noise: 0.08,
        speed: 1.3,
        drift: 1.5,
        jump: 1.5,
    };
}

/// One number that moves.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Axis {
    at: f32,
    speed: f32,
    /// Variances of place and speed, and their covariance.
    var_at: f32,
    var_speed: f32,
    shared: f32,
}

impl Axis {
    fn new(at: f32, noise: f32, speed: f32) -> Self {
        Self {
            at,
            speed: 0.0,
            var_at: noise * noise,
            var_speed: speed * speed,
            shared: 0.0,
        }
    }

    fn after(self, seconds: f32, drift: f32) -> Self {
        let Self {
            var_at,
            var_speed,
            shared,
            ..
        } = self;
        Self {
            at: self.at + self.speed * seconds,
            speed: self.speed,
            var_at: var_at
                + 2.0 * shared * seconds
                + var_speed * seconds * seconds
                + drift * seconds.powi(3) / 3.0,
            var_speed: var_speed + drift * seconds,
            shared: shared + var_speed * seconds + drift * seconds * seconds / 2.0,
        }
    }

    fn corrected(self, seen: f32, noise: f32) -> Self {
        let spread = (self.var_at + noise * noise).max(f32::MIN_POSITIVE);
        let (gain_at, gain_speed) = (self.var_at / spread, self.shared / spread);
        let surprise = seen - self.at;
        Self {
            at: self.at + gain_at * surprise,
            speed: self.speed + gain_speed * surprise,
            var_at: self.var_at * (1.0 - gain_at),
            var_speed: (self.var_speed - gain_speed * self.shared).max(0.0),
            shared: self.shared * (1.0 - gain_at),
        }
    }

    /// Squared distance in standard deviations, and the logarithm of the variance in squared units of `unit`.
    fn distance(self, seen: f32, noise: f32, unit: f32) -> (f32, f32) {
        let spread = (self.var_at + noise * noise).max(f32::MIN_POSITIVE);
        (
            (seen - self.at).powi(2) / spread,
            (spread / (unit * unit)).ln(),
        )
    }
}

/// A box in motion.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Motion {
    nature: Nature,
    x: Axis,
    y: Axis,
    /// Logarithm of the width.
    size: Axis,
    /// Height over width, at the last sighting.
    aspect: f32,
    at: Mono,
}

impl Motion {
    /// Seen for the first time.
    pub(super) fn new(nature: Nature, bounds: BoxInImage, now: Mono) -> Self {
        let (centre, width, height) =
            (bounds.centre(), length(bounds.width), length(bounds.height));
        Self {
            nature,
            x: Axis::new(centre.x, nature.noise * width, nature.speed * width),
            y: Axis::new(centre.y, nature.noise * height, nature.speed * height),
            size: Axis::new(width.ln(), SIZE_NOISE, SIZE_SPEED),
            aspect: height / width,
            at: now,
        }
    }

    fn after(&self, now: Mono) -> Self {
        let seconds = now.since_ms(self.at) as f32 / 1000.0;
        let width = self.size.at.exp();
        let drift = |unit: f32| self.nature.drift * unit * unit;
        Self {
            x: self.x.after(seconds, drift(width)),
            y: self.y.after(seconds, drift(width * self.aspect)),
            size: self.size.after(seconds, SIZE_DRIFT),
            at: self.at.max(now),
            ..*self
        }
    }

    /// Where the box should be. The size is held: that it grew for a moment says little about what comes.
    pub(super) fn expected_at(&self, now: Mono) -> BoxInImage {
        let seconds = now.since_ms(self.at) as f32 / 1000.0;
        let width = self.size.at.exp();
        let height = width * self.aspect;
        BoxInImage {
            x: self.x.at + self.x.speed * seconds - width / 2.0,
            y: self.y.at + self.y.speed * seconds - height / 2.0,
            width,
            height,
        }
    }

    /// Picture units per second.
    pub(super) fn velocity(&self) -> PointInImage {
        PointInImage {
            x: self.x.speed,
            y: self.y.speed,
        }
    }

    /// How badly a found box fits: twice the negative logarithm of its likelihood, but for a constant. `None` when it
    /// cannot be this one.
    pub(super) fn cost(&self, found: BoxInImage, now: Mono) -> Option<f32> {
        let expected = self.after(now);
        let (width, height) = (length(found.width), length(found.height));
        let (centre, noise) = (found.centre(), self.nature.noise);
        let (dx, spread_x) = expected.x.distance(centre.x, noise * width, width);
        let (dy, spread_y) = expected.y.distance(centre.y, noise * height, height);
        let (ds, spread_s) = expected.size.distance(width.ln(), SIZE_NOISE, 1.0);
        let jump = ((centre.x - expected.x.at) / width).hypot((centre.y - expected.y.at) / height);
        let squared = dx + dy + ds;
        (squared <= GATE && jump <= self.nature.jump)
            .then_some(squared + spread_x + spread_y + spread_s)
    }

    /// Seen again.
    pub(super) fn see(&mut self, found: BoxInImage, now: Mono) {
        let expected = self.after(now);
        let (width, height) = (length(found.width), length(found.height));
        let (centre, noise) = (found.centre(), self.nature.noise);
        *self = Self {
            x: expected.x.corrected(centre.x, noise * width),
            y: expected.y.corrected(centre.y, noise * height),
            size: expected.size.corrected(width.ln(), SIZE_NOISE),
            aspect: height / width,
            ..expected
        };
    }

    /// Moved along with something else that was seen.
    pub(super) fn follow(&mut self, centre: PointInImage, velocity: PointInImage, now: Mono) {
        *self = self.after(now);
        (self.x.at, self.y.at) = (centre.x, centre.y);
        (self.x.speed, self.y.speed) = (velocity.x, velocity.y);
    }
}

/// A length that can be divided by.
fn length(value: f32) -> f32 {
    value.max(1e-4)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn face(x: f32, y: f32, width: f32) -> BoxInImage {
        BoxInImage {
            x: x - width / 2.0,
            y: y - width / 2.0,
            width,
            height: width,
        }
    }

    /// Seen 30 times a second, moving right at `speed` picture widths a second.
    fn walked(speed: f32) -> Motion {
        let mut motion = Motion::new(Nature::FACE, face(0.2, 0.3, 0.06), Mono(0));
        for k in 1..30_u64 {
            let x = 0.2 + speed * (k * 33) as f32 / 1000.0;
            motion.see(face(x, 0.3, 0.06), Mono(k * 33));
        }
        motion
    }

    #[test]
    fn a_steady_walk_is_continued() {
        let expected = walked(0.3).expected_at(Mono(29 * 33 + 300));
        let truth = 0.2 + 0.3 * (29 * 33 + 300) as f32 / 1000.0;
        assert!((expected.centre().x - truth).abs() < 0.006, "{expected:?}");
        assert!((expected.centre().y - 0.3).abs() < 1e-4 && (expected.width - 0.06).abs() < 1e-4);
    }

    #[test]
    fn the_right_one_is_cheap_and_another_is_none() {
        let (motion, now) = (walked(0.3), Mono(30 * 33));
        let at = |x: f32, width: f32| motion.cost(face(x, 0.3, width), now);
        let truth = 0.2 + 0.3 * 0.99;
        let right = at(truth, 0.06).unwrap();
        assert!(at(truth + 0.008, 0.06).unwrap() > right);
        assert_eq!(at(truth + 0.06, 0.06), None, "a face away");
        assert_eq!(at(truth, 0.1), None, "another size");
    }

    #[test]
    fn what_was_not_seen_for_long_may_be_farther_away_but_is_dearer() {
        let motion = walked(0.0);
        let (soon, late) = (Mono(30 * 33), Mono(30 * 33 + 400));
        let aside = face(0.25, 0.3, 0.06);
        assert_eq!(motion.cost(aside, soon), None);
        assert!(motion.cost(aside, late).is_some());
        let there = face(0.2, 0.3, 0.06);
        assert!(motion.cost(there, late) > motion.cost(there, soon));
    }

    #[test]
    fn time_that_goes_back_and_boxes_without_size_do_no_harm() {
        let mut motion = walked(0.3);
        motion.see(face(0.5, 0.3, 0.06), Mono(0));
        motion.see(face(0.5, 0.3, 0.0), Mono(2_000));
        let expected = motion.expected_at(Mono(2_000));
        assert!(expected.is_finite() && expected.width > 0.0);
    }
}
