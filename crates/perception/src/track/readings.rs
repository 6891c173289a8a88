//! Age and gender of one presence: when to read them again, and what all readings together say.

use cheval_domain::observation::HeadPose;
use cheval_domain::time::Mono;

use crate::organs::age_gender::{AGE_BINS, AgeGender};

/// The first readings of age and gender come at every sighting, later ones at intervals.
const FIRST_READINGS: u32 = 6;
const READING_INTERVAL_MS: u64 = 2000;
/// Readings count no more than this in the mean, so that a track can still change its mind.
const MAX_READING_WEIGHT: f32 = 12.0;
/// Age and gender are read best within these turns of the head, degrees.
const READ_YAW: f32 = 25.0;
const READ_PITCH: f32 = 22.0;
/// A face that looks away is read only after this time without a reading, only at first, and counts little.
const PATIENCE_MS: u64 = 1000;
const AVERTED_WEIGHT: f32 = 0.3;
/// A face narrower than this, in pixels, says too little.
const MIN_READ_WIDTH_PX: f32 = 28.0;

/// All readings of one face so far.
#[derive(Debug, Clone, Default)]
pub struct Readings {
    age: [f32; AGE_BINS],
    female_log_odds: f32,
    minor: f32,
    weight: f32,
    count: u32,
    last: Option<Mono>,
}

impl Readings {
    /// Readings so far.
    pub(super) fn count(&self) -> u32 {
        self.count
    }

    /// Mean age distribution and probability of appearing female, after at least two readings.
    pub(crate) fn mean(&self) -> Option<AgeGender> {
        (self.count >= 2).then(|| AgeGender {
            age: self.age,
            female: 1.0 / (1.0 + (-self.female_log_odds).exp()),
            minor: self.minor,
        })
    }

    /// A face of this width, turned like this and first seen then, should be read now.
    pub(super) fn are_due(
        &self,
        head: HeadPose,
        width_px: f32,
        first_seen: Mono,
        now: Mono,
    ) -> bool {
        let waited_ms = now.since_ms(self.last.unwrap_or(first_seen));
        let due = match (self.count < FIRST_READINGS, is_facing(head)) {
            (true, true) => true,
            (true, false) => waited_ms >= PATIENCE_MS,
            (false, true) => waited_ms >= READING_INTERVAL_MS,
            (false, false) => false,
        };
        due && width_px >= MIN_READ_WIDTH_PX
    }

    /// Takes in one more.
    pub(super) fn add(&mut self, head: HeadPose, reading: &AgeGender, now: Mono) {
        let weight = if is_facing(head) { 1.0 } else { AVERTED_WEIGHT };
        self.weight = (self.weight + weight).min(MAX_READING_WEIGHT);
        let share = weight / self.weight;
        for (mean, new) in self.age.iter_mut().zip(reading.age) {
            *mean += (new - *mean) * share;
        }
        let female = reading.female.clamp(0.02, 0.98);
        let log_odds = (female / (1.0 - female)).ln();
        self.female_log_odds += (log_odds - self.female_log_odds) * share;
        self.minor += (reading.minor - self.minor) * share;
        self.count += 1;
        self.last = Some(now);
    }
}

fn is_facing(head: HeadPose) -> bool {
    head.yaw_degrees.abs() <= READ_YAW && head.pitch_degrees.abs() <= READ_PITCH
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Seen ten times a second for `frames`, turned by `yaw_degrees`.
    fn read(frames: u64, yaw_degrees: f32, width_px: f32, female: f32) -> Readings {
        let head = HeadPose {
            yaw_degrees,
            pitch_degrees: 0.0,
        };
        let mut age = [0.0; AGE_BINS];
        age[3] = 1.0;
        let mut readings = Readings::default();
        for now in (0..frames).map(|k| Mono(k * 100)) {
            if readings.are_due(head, width_px, Mono(0), now) {
                let reading = AgeGender {
                    age,
                    female,
                    minor: 0.1,
                };
                readings.add(head, &reading, now);
            }
        }
        readings
    }

    #[test]
    fn readings_come_often_at_first_and_then_sparsely() {
        let readings = read(100, 0.0, 100.0, 0.9);
        assert!((FIRST_READINGS + 3..=FIRST_READINGS + 5).contains(&readings.count()));
        let mean = readings.mean().unwrap();
        assert!((mean.female - 0.9).abs() < 0.01 && (mean.age[3] - 1.0).abs() < 0.01);
    }

    #[test]
    fn a_face_that_looks_away_is_read_seldom_but_more_than_once() {
        let readings = read(60, READ_YAW + 10.0, 100.0, 0.2);
        assert!((4..=6).contains(&readings.count()), "{}", readings.count());
        assert!(readings.mean().is_some());
    }

    #[test]
    fn small_faces_are_not_read() {
        assert_eq!(read(10, 0.0, 20.0, 0.5).count(), 0);
        assert_eq!(read(10, 0.0, f32::NAN, 0.5).count(), 0);
    }

    #[test]
    fn one_reading_is_no_mean() {
        assert!(read(1, 0.0, 100.0, 0.9).mean().is_none());
    }
}
