//! The One-Euro filter (Casiez, Roussel, Vogel 2012): still points stay still, moving points do not lag.
//! Constants as MediaPipe uses them for body points: values are divided by the body's size first.

use cheval_domain::time::Mono;

const MIN_CUTOFF_HZ: f32 = 0.05;
const BETA: f32 = 80.0;
const DERIVATIVE_CUTOFF_HZ: f32 = 1.0;

/// State for one coordinate.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct OneEuro {
    last: Option<(Mono, f32)>,
    speed: f32,
}

impl OneEuro {
    /// The smoothed value; `size` is the body's size in the units of `value`.
    pub(crate) fn next(&mut self, value: f32, size: f32, now: Mono) -> f32 {
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
        let smoothed = smoothed
            + (value - smoothed) * weight(MIN_CUTOFF_HZ + BETA * self.speed.abs(), seconds);
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
        let mut spread = 0.0_f32;
        for k in 0..60_u64 {
            let jitter = if k % 2 == 0 { 0.2 } else { -0.2 };
            let smoothed = filter.next(100.0 + jitter, 200.0, Mono(k * 33));
            if k > 10 {
                spread = spread.max((smoothed - 100.0).abs());
            }
        }
        assert!(spread < 0.1, "jitter of 0.2 px became {spread}");
        let mut smoothed = 0.0;
        for k in 60..75_u64 {
            smoothed = filter.next(160.0, 200.0, Mono(k * 33));
        }
        assert!(
            (smoothed - 160.0).abs() < 3.0,
            "half a second after a step it is at {smoothed}"
        );
    }
}
