//! The figure of the one shopper in front of the mirror, held still over time. Dropped with the shopper.

use cheval_domain::figure::Figure;
use cheval_domain::time::Mono;

use super::{Net, Reading, figure, unknown};

/// Time constant of the smoothing, in seconds: a body does not change, poses do.
const SECONDS: f32 = 2.0;
/// Without a measurable silhouette for this long the figure is not known any more.
const MEMORY_MS: u64 = 4_000;
/// Fewer readings than this say nothing: one silhouette may be cut by a door or another person.
const MIN_READINGS: u32 = 3;

/// Smoothed readings of one presence.
#[derive(Debug, Default)]
pub(crate) struct FigureWatch {
    mean: Option<Reading>,
    readings: u32,
    seen_at: Mono,
    measured_at: Mono,
}

impl FigureWatch {
    /// Takes in one frame's reading; `None` when there was nothing to measure.
    pub(crate) fn observe(&mut self, reading: Option<Reading>, net: &Net, now: Mono) {
        let seconds = now.since_ms(self.seen_at) as f32 / 1000.0;
        self.seen_at = now;
        let weight = 1.0 - (-seconds / SECONDS).exp();
        let Some(new) = reading else { return };
        if new.measurable >= net.limits.measurable {
            self.measured_at = now;
            self.readings += 1;
        }
        match self.mean.as_mut() {
            None => self.mean = Some(new),
            Some(mean) => blend(mean, &new, weight),
        }
    }

    /// The figure now. `None` before anything was seen; unknown with `covered`: a coat says nothing about what is under it.
    pub(crate) fn figure(&self, net: &Net, covered: bool, now: Mono) -> Option<Figure> {
        let mean = self.mean.as_ref()?;
        let fresh = self.readings >= MIN_READINGS && now.since_ms(self.measured_at) <= MEMORY_MS;
        Some(if covered || !fresh {
            unknown(0.0)
        } else {
            figure(mean, net)
        })
    }
}

fn blend(mean: &mut Reading, new: &Reading, weight: f32) {
    let step = |old: &mut f32, new: f32, weight: f32| *old += (new - *old) * weight;
    step(&mut mean.measurable, new.measurable, weight);
    // What cannot be measured must not move the measures.
    let weight = weight * new.measurable;
    for (old, new) in mean.log_ratios.iter_mut().zip(new.log_ratios) {
        step(old, new, weight);
    }
    for (old, new) in mean.shapes.iter_mut().zip(new.shapes) {
        step(old, new, weight);
    }
}

#[cfg(test)]
mod tests {
    use cheval_domain::figure::Shape;

    use super::*;

    const TRIANGLE: Reading = Reading {
        log_ratios: [-0.2, -0.3],
        shapes: [0.05, 0.9, 0.0, 0.05, 0.0],
        measurable: 0.95,
    };
    const TURNED: Reading = Reading {
        log_ratios: [0.6, 0.1],
        shapes: [0.0, 0.0, 1.0, 0.0, 0.0],
        measurable: 0.02,
    };

    fn after(readings: &[Option<Reading>]) -> (FigureWatch, Net, Mono) {
        let (mut watch, net) = (FigureWatch::default(), Net::shipped().unwrap());
        let mut now = Mono(10_000);
        for reading in readings {
            now = Mono(now.0 + 200);
            watch.observe(*reading, &net, now);
        }
        (watch, net, now)
    }

    #[test]
    fn a_figure_needs_a_few_readings_and_then_holds_still() {
        let (watch, net, now) = after(&[Some(TRIANGLE); 2]);
        let early = watch.figure(&net, false, now).unwrap();
        assert_eq!(early.shape.value, Shape::Unknown);
        let mut readings = vec![Some(TRIANGLE); 15];
        readings.push(Some(TURNED));
        let (watch, net, now) = after(&readings);
        let figure = watch.figure(&net, false, now).unwrap();
        assert_eq!(figure.shape.value, Shape::Triangle, "{figure:?}");
        assert!((figure.shoulder_to_hip - (-0.2_f32).exp()).abs() < 0.02);
    }

    #[test]
    fn a_coat_a_turn_and_a_lost_body_are_unknown() {
        let (watch, net, now) = after(&[Some(TRIANGLE); 20]);
        let shape = |watch: &FigureWatch, covered, now| {
            watch.figure(&net, covered, now).unwrap().shape.value
        };
        assert_eq!(shape(&watch, false, now), Shape::Triangle);
        assert_eq!(shape(&watch, true, now), Shape::Unknown);
        let later = Mono(now.0 + MEMORY_MS + 1);
        assert_eq!(shape(&watch, false, later), Shape::Unknown);
        let mut readings = vec![Some(TRIANGLE); 5];
        readings.extend([Some(TURNED); 25]);
        let (watch, _, now) = after(&readings);
        assert_eq!(shape(&watch, false, now), Shape::Unknown);
    }

    #[test]
    fn nothing_seen_is_no_figure() {
        let (watch, net, now) = after(&[None; 5]);
        assert_eq!(watch.figure(&net, false, now), None);
    }
}
