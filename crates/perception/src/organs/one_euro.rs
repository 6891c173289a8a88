//! The One-Euro filter (Casiez, Roussel, Vogel 2012): still things stay still, moving things do not lag. Values are
//! divided by the size of what moves first, so that the constants hold near and far.

use cheval_domain::time::Mono;

const DERIVATIVE_CUTOFF_HZ: f32 = 1.0;

/// How much is smoothed: the cut-off at rest, and by how much it rises per size and second.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Smoothing {
    pub(crate) min_cutoff_hz: f32,
    pub(crate) beta: f32,
}

impl Smoothing {
    /// Body points, by the body's size, as MediaPipe has them.
    pub(crate) const BODY_POINT: Self = Self {
        min_cutoff_hz: 0.05,
        beta: 80.0,
    };
    /// Boxes of faces and bodies, by the box's width. At 0.1 m/s (0.7 face widths a second) the cut-off is 7.5 Hz, which
    /// lags 21 ms; the detector's noise alone (0.006 widths) raises it by about 0.5 Hz.
    pub(crate) const BOX: Self = Self {
        min_cutoff_hz: 0.5,
        beta: 10.0,
    };
}

/// State for one coordinate.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct OneEuro {
    last: Option<(Mono, f32)>,
    speed: f32,
}

impl OneEuro {
    /// The smoothed value; `size` is that of what moves, in the units of `value`.
    pub(crate) fn next(&mut self, how: Smoothing, value: f32, size: f32, now: Mono) -> f32 {
        let Some((then, smoothed)) = self.last else {
            self.last = Some((now, value));
            return value;
        };
        let seconds = now.since_ms(then) as f32 / 1000.0;
        if seconds <= 0.0 {
            return smoothed;
        }
        let speed = (value - smoothed) / size.max(1e-3) / seconds;
        self.speed += (speed - self.speed) * weight(DERIVATIVE_CUTOFF_HZ, seconds);
        let cutoff_hz = how.min_cutoff_hz + how.beta * self.speed.abs();
        let smoothed = smoothed + (value - smoothed) * weight(cutoff_hz, seconds);
        self.last = Some((now, smoothed));
        smoothed
    }
}

fn weight(cutoff_hz: f32, seconds: f32) -> f32 {
    let rate = std::f32::consts::TAU * cutoff_hz * seconds;
    rate / (rate + 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jitter_shrinks_and_a_step_arrives() {
        let mut filter = OneEuro::default();
        let how = Smoothing::BODY_POINT;
        let mut spread = 0.0_f32;
        for k in 0..60_u64 {
            let jitter = if k % 2 == 0 { 0.2 } else { -0.2 };
            let smoothed = filter.next(how, 100.0 + jitter, 200.0, Mono(k * 33));
            if k > 10 {
                spread = spread.max((smoothed - 100.0).abs());
            }
        }
        assert!(spread < 0.1, "jitter of 0.2 px became {spread}");
        let mut smoothed = 0.0;
        for k in 60..75_u64 {
            smoothed = filter.next(how, 160.0, 200.0, Mono(k * 33));
        }
        assert!(
            (smoothed - 160.0).abs() < 3.0,
            "half a second after a step it is at {smoothed}"
        );
    }
}
