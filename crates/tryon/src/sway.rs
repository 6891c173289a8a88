//! How a hem lags behind the hips and swings out: a damped pendulum, driven by the body's own movement.

use glam::Vec2;

/// A hem of 0.8 m swings about so often a second (pendulum of cloth, half its length), and comes to rest in two swings.
const SWINGS_PER_S: f32 = 1.3;
const DAMPING: f32 = 0.32;
/// It hangs back by at most this much, breadths between the shoulder joints.
const MOST: f32 = 0.28;
/// Steps longer than this are taken in parts, seconds; a gap longer than the second starts anew.
const STEP_S: f32 = 0.02;
const GAP_S: f32 = 0.5;

/// State of one hem.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Sway {
    /// Where the hem is, and how fast it moves; picture heights, seconds.
    hem: Vec2,
    speed: Vec2,
    hips: Option<Vec2>,
}

impl Sway {
    /// `hips` are there `seconds` after the last step; `scale` is the breadth between the shoulder joints. Returns how far
    /// the hem hangs from where it would be at rest.
    pub fn step(&mut self, hips: Vec2, scale: f32, seconds: f32) -> Vec2 {
        let usable = hips.is_finite() && seconds.is_finite() && scale.is_finite();
        let Some(before) = self
            .hips
            .filter(|_| usable && (0.0..GAP_S).contains(&seconds))
        else {
            *self = Self {
                hem: hips,
                speed: Vec2::ZERO,
                hips: usable.then_some(hips),
            };
            return Vec2::ZERO;
        };
        let parts = (seconds / STEP_S).ceil().max(1.0) as u32;
        let rate = SWINGS_PER_S * std::f32::consts::TAU;
        for part in 1..=parts {
            let at = before.lerp(hips, part as f32 / parts as f32);
            let dt = seconds / parts as f32;
            let pull = (at - self.hem) * rate * rate - self.speed * (2.0 * DAMPING * rate);
            self.speed += pull * dt;
            self.hem += self.speed * dt;
        }
        self.hips = Some(hips);
        let lag = (self.hem - hips).clamp_length_max(MOST * scale);
        self.hem = hips + lag;
        // Cloth hangs from the hips: it swings to the sides and hardly up and down.
        Vec2::new(lag.x, lag.y * 0.25)
    }

    /// Hangs still.
    pub fn rest(&mut self) {
        *self = Self::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCALE: f32 = 0.15;

    #[test]
    fn hips_that_stand_still_leave_the_hem_at_rest() {
        let mut sway = Sway::default();
        for _ in 0..100 {
            assert_eq!(sway.step(Vec2::new(0.5, 0.6), SCALE, 0.033), Vec2::ZERO);
        }
    }

    #[test]
    fn the_hem_hangs_back_swings_over_and_comes_to_rest() {
        let mut sway = Sway::default();
        let mut at = Vec2::new(0.3, 0.6);
        sway.step(at, SCALE, 0.033);
        let on_the_way: Vec<f32> = (0..15)
            .map(|_| {
                at.x += 0.01;
                sway.step(at, SCALE, 0.033).x
            })
            .collect();
        assert!(on_the_way.iter().any(|x| *x < -0.005), "hangs back");
        let after: Vec<f32> = (0..120).map(|_| sway.step(at, SCALE, 0.033).x).collect();
        assert!(after.iter().any(|x| *x > 0.003), "swings over");
        assert!(after[100..].iter().all(|x| x.abs() < 1e-3), "rests");
    }

    #[test]
    fn it_is_the_same_at_any_frame_rate() {
        let run = |fps: u32| {
            let mut sway = Sway::default();
            let mut lag = Vec2::ZERO;
            for k in 0..=fps {
                let t = k as f32 / fps as f32;
                lag = sway.step(Vec2::new(0.3 + 0.1 * t, 0.6), SCALE, 1.0 / fps as f32);
            }
            lag
        };
        assert!((run(30) - run(60)).length() < 0.004);
    }

    #[test]
    fn gaps_and_numbers_that_are_none_start_anew() {
        let mut sway = Sway::default();
        sway.step(Vec2::ZERO, SCALE, 0.03);
        assert_eq!(sway.step(Vec2::ONE, SCALE, 5.0), Vec2::ZERO);
        assert_eq!(sway.step(Vec2::NAN, SCALE, 0.03), Vec2::ZERO);
        assert_eq!(sway.step(Vec2::ONE, SCALE, 0.03), Vec2::ZERO);
    }
}
