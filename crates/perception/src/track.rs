//! Faces of single frames become presences. Pure: time and faces come in, tracks come out.
//!
//! A track gets its number when it is confirmed; numbers rise and are never used twice while the program runs.

use cheval_domain::geometry::{BoxInImage, PointInImage};
use cheval_domain::observation::{HeadPose, TrackId};
use cheval_domain::time::Mono;

use crate::organs::age_gender::{AGE_BINS, AgeGender};
use crate::organs::face_detector::Face;

/// Sightings before a face counts as a person.
const CONFIRM_HITS: u32 = 3;
/// A face that is not found again within this time has left.
const COAST_MS: u64 = 500;
/// Farther than this from the expected place, in face sizes, it is another face.
const MAX_JUMP: f32 = 1.3;
/// Grown or shrunk by more than this factor between two sightings, it is another face.
const MAX_GROWTH: f32 = 1.8;
/// Weight of a new velocity against the old one.
const VELOCITY_WEIGHT: f32 = 0.5;
/// Another face must be this much larger before it becomes the active one.
const ACTIVE_LEAD: f32 = 1.5;
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

/// One presence.
#[derive(Debug, Clone)]
pub(crate) struct Track {
    /// Set when confirmed.
    pub(crate) id: Option<TrackId>,
    /// Box at the last sighting.
    bounds: BoxInImage,
    velocity: PointInImage,
    /// The latest search found the face.
    pub(crate) seen: bool,
    pub(crate) head: HeadPose,
    pub(crate) score: f32,
    hits: u32,
    first_seen: Mono,
    last_seen: Mono,
    age: [f32; AGE_BINS],
    female_log_odds: f32,
    minor: f32,
    reading_weight: f32,
    readings: u32,
    last_reading: Option<Mono>,
}

/// All presences.
#[derive(Debug, Default)]
pub(crate) struct Tracker {
    last_id: u64,
    tracks: Vec<Track>,
    active: Option<TrackId>,
}

/// A face that age and gender should be read from.
pub(crate) struct ReadingWish {
    pub(crate) face: Face,
    /// Count of the track's readings so far.
    pub(crate) view: usize,
    track: usize,
}

impl Tracker {
    /// Takes in what a search found. Returns the confirmed tracks' faces whose age and gender are due, or all of them.
    pub(crate) fn update(
        &mut self,
        faces: Vec<Face>,
        frame_width_px: f32,
        read_all: bool,
        now: Mono,
    ) -> Vec<ReadingWish> {
        let pairs = self.associate(&faces, now);
        for track in &mut self.tracks {
            track.seen = false;
        }
        let mut wishes = Vec::new();
        let mut fresh = Vec::new();
        for (face, pair) in faces.into_iter().zip(pairs) {
            let Some(track) = pair else {
                fresh.push(Track::new(&face, now));
                continue;
            };
            self.tracks[track].sight(&face, now);
            if self.tracks[track].id.is_none() && self.tracks[track].hits >= CONFIRM_HITS {
                self.last_id += 1;
                self.tracks[track].id = Some(TrackId(self.last_id));
            }
            let is_person = self.tracks[track].id.is_some();
            if is_person
                && (read_all || self.tracks[track].wants_reading(&face, frame_width_px, now))
            {
                let view = self.tracks[track].readings as usize;
                wishes.push(ReadingWish { face, view, track });
            }
        }
        self.tracks.extend(fresh);
        wishes
    }

    /// Takes in a reading; to be called before the next [`Tracker::update`] or [`Tracker::forget_lost`].
    pub(crate) fn read(&mut self, wish: &ReadingWish, reading: &AgeGender, now: Mono) {
        self.tracks[wish.track].read(reading, now);
    }

    /// Drops presences that were not found again in time, and unconfirmed ones that were missed once.
    pub(crate) fn forget_lost(&mut self, now: Mono) {
        self.tracks
            .retain(|t| t.seen || (t.id.is_some() && now.since_ms(t.last_seen) <= COAST_MS));
        self.choose_active();
    }

    /// Forgets everybody; numbers still rise.
    pub(crate) fn clear(&mut self) {
        self.tracks.clear();
        self.active = None;
    }

    /// Confirmed presences, largest face first.
    pub(crate) fn present(&self) -> Vec<&Track> {
        let mut present: Vec<&Track> = self.tracks.iter().filter(|t| t.id.is_some()).collect();
        present.sort_by(|a, b| b.bounds.area().total_cmp(&a.bounds.area()));
        present
    }

    /// The shopper: the largest face, kept until it leaves or another is much larger.
    pub(crate) fn active(&self) -> Option<&Track> {
        let active = self.active?;
        self.tracks.iter().find(|t| t.id == Some(active))
    }

    fn choose_active(&mut self) {
        let largest = self.present().first().map(|t| (t.id, t.bounds.area()));
        let Some((largest_id, largest_area)) = largest else {
            self.active = None;
            return;
        };
        let current_area = self.active().map(|t| t.bounds.area());
        if current_area.is_none_or(|area| largest_area > area * ACTIVE_LEAD) {
            self.active = largest_id;
        }
    }

    /// For each face the track it continues; each track at most once, nearest pairs first.
    fn associate(&self, faces: &[Face], now: Mono) -> Vec<Option<usize>> {
        let mut costs = Vec::new();
        for (t, track) in self.tracks.iter().enumerate() {
            let expected = track.expected_at(now);
            for (f, face) in faces.iter().enumerate() {
                if let Some(cost) = cost(expected, face.bounds) {
                    costs.push((cost, t, f));
                }
            }
        }
        costs.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut of_face = vec![None; faces.len()];
        let mut taken = vec![false; self.tracks.len()];
        for (_, t, f) in costs {
            if !taken[t] && of_face[f].is_none() {
                taken[t] = true;
                of_face[f] = Some(t);
            }
        }
        of_face
    }
}

impl Track {
    fn new(face: &Face, now: Mono) -> Self {
        Self {
            id: None,
            bounds: face.bounds,
            velocity: PointInImage::default(),
            seen: true,
            head: face.head(),
            score: face.score,
            hits: 1,
            first_seen: now,
            last_seen: now,
            age: [0.0; AGE_BINS],
            female_log_odds: 0.0,
            minor: 0.0,
            reading_weight: 0.0,
            readings: 0,
            last_reading: None,
        }
    }

    /// Where the face should be, at constant velocity.
    pub(crate) fn expected_at(&self, now: Mono) -> BoxInImage {
        let seconds = now.since_ms(self.last_seen).min(COAST_MS) as f32 / 1000.0;
        BoxInImage {
            x: self.bounds.x + self.velocity.x * seconds,
            y: self.bounds.y + self.velocity.y * seconds,
            ..self.bounds
        }
    }

    /// Mean age distribution and probability of appearing female, after at least two readings.
    pub(crate) fn mean_reading(&self) -> Option<AgeGender> {
        (self.readings >= 2).then(|| AgeGender {
            age: self.age,
            female: 1.0 / (1.0 + (-self.female_log_odds).exp()),
            minor: self.minor,
        })
    }

    fn is_facing(&self) -> bool {
        self.head.yaw_degrees.abs() <= READ_YAW && self.head.pitch_degrees.abs() <= READ_PITCH
    }

    fn sight(&mut self, face: &Face, now: Mono) {
        let seconds = now.since_ms(self.last_seen) as f32 / 1000.0;
        if seconds > 0.0 {
            let (from, to) = (self.bounds.centre(), face.bounds.centre());
            let blend = |old: f32, moved: f32| old + (moved / seconds - old) * VELOCITY_WEIGHT;
            self.velocity = PointInImage {
                x: blend(self.velocity.x, to.x - from.x),
                y: blend(self.velocity.y, to.y - from.y),
            };
        }
        self.bounds = face.bounds;
        self.seen = true;
        self.head = face.head();
        self.score = face.score;
        self.hits += 1;
        self.last_seen = now;
    }

    fn wants_reading(&self, face: &Face, frame_width_px: f32, now: Mono) -> bool {
        let waited_ms = now.since_ms(self.last_reading.unwrap_or(self.first_seen));
        let due = match (self.readings < FIRST_READINGS, self.is_facing()) {
            (true, true) => true,
            (true, false) => waited_ms >= PATIENCE_MS,
            (false, true) => waited_ms >= READING_INTERVAL_MS,
            (false, false) => false,
        };
        due && face.bounds.width * frame_width_px >= MIN_READ_WIDTH_PX
    }

    fn read(&mut self, reading: &AgeGender, now: Mono) {
        let weight = if self.is_facing() {
            1.0
        } else {
            AVERTED_WEIGHT
        };
        self.reading_weight = (self.reading_weight + weight).min(MAX_READING_WEIGHT);
        let share = weight / self.reading_weight;
        for (mean, new) in self.age.iter_mut().zip(reading.age) {
            *mean += (new - *mean) * share;
        }
        let female = reading.female.clamp(0.02, 0.98);
        let log_odds = (female / (1.0 - female)).ln();
        self.female_log_odds += (log_odds - self.female_log_odds) * share;
        self.minor += (reading.minor - self.minor) * share;
        self.readings += 1;
        self.last_reading = Some(now);
    }
}

/// How badly a face fits an expected place; `None` when it cannot be the same face.
fn cost(expected: BoxInImage, found: BoxInImage) -> Option<f32> {
    let (a, b) = (expected.centre(), found.centre());
    // Boxes are square in pixels: dividing by width and height makes both axes count in face sizes.
    let (width, height) = (
        (expected.width + found.width) / 2.0,
        (expected.height + found.height) / 2.0,
    );
    let distance = ((a.x - b.x) / width.max(1e-6)).hypot((a.y - b.y) / height.max(1e-6));
    let growth =
        (found.width / expected.width.max(1e-6)).max(expected.width / found.width.max(1e-6));
    (distance <= MAX_JUMP && growth <= MAX_GROWTH)
        .then(|| distance + (1.0 - expected.iou(found)) + 0.5 * (growth - 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::organs::picture::Point;

    /// A frontal face of 100 px in a frame of 1000 x 1000, centred at (x, y) in picture units.
    fn face(x: f32, y: f32) -> Face {
        sized_face(x, y, 0.1)
    }

    fn sized_face(x: f32, y: f32, size: f32) -> Face {
        let place =
            |dx: f32, dy: f32| Point::new((x + dx * size) * 1000.0, (y + dy * size) * 1000.0);
        Face {
            bounds: BoxInImage {
                x: x - size / 2.0,
                y: y - size / 2.0,
                width: size,
                height: size,
            },
            points: [
                place(-0.2, -0.15),
                place(0.2, -0.15),
                place(0.0, 0.08),
                place(0.0, 0.28),
                place(-0.45, -0.05),
                place(0.45, -0.05),
            ],
            score: 0.9,
        }
    }

    fn run(
        tracker: &mut Tracker,
        start: u64,
        frames: u64,
        faces: impl Fn(u64) -> Vec<Face>,
    ) -> Vec<Vec<(u64, f32)>> {
        (0..frames)
            .map(|k| {
                let now = Mono(start + k * 100);
                tracker.update(faces(k), 1000.0, false, now);
                tracker.forget_lost(now);
                let mut present: Vec<_> = tracker
                    .present()
                    .iter()
                    .map(|t| (t.id.unwrap().0, t.bounds.centre().x))
                    .collect();
                present.sort_by_key(|p| p.0);
                present
            })
            .collect()
    }

    #[test]
    fn a_person_counts_from_the_third_sighting() {
        let seen = run(&mut Tracker::default(), 0, 4, |_| vec![face(0.5, 0.3)]);
        assert_eq!(seen.iter().map(Vec::len).collect::<Vec<_>>(), [0, 0, 1, 1]);
    }

    #[test]
    fn a_flash_is_nobody() {
        let seen = run(&mut Tracker::default(), 0, 8, |k| {
            if k % 3 < 2 {
                vec![face(0.5, 0.3)]
            } else {
                vec![]
            }
        });
        assert!(seen.iter().all(Vec::is_empty), "{seen:?}");
    }

    #[test]
    fn people_who_cross_keep_their_numbers() {
        let mut tracker = Tracker::default();
        let at = |k: u64| k as f32 * 0.03;
        let seen = run(&mut tracker, 0, 28, |k| {
            vec![face(0.1 + at(k), 0.3), face(0.9 - at(k), 0.36)]
        });
        let last = seen.last().unwrap();
        assert_eq!(
            last.iter().map(|p| p.0).collect::<Vec<_>>(),
            [1, 2],
            "nobody new: {last:?}"
        );
        let first = seen[2].clone();
        let moved_right = first.iter().find(|p| p.1 < 0.5).unwrap().0;
        let now_right = last.iter().max_by(|a, b| a.1.total_cmp(&b.1)).unwrap().0;
        assert_eq!(moved_right, now_right, "{seen:?}");
    }

    #[test]
    fn a_short_drop_out_keeps_the_number_and_coasts() {
        let mut tracker = Tracker::default();
        let seen = run(&mut tracker, 0, 14, |k| {
            if (6..9).contains(&k) {
                vec![]
            } else {
                vec![face(0.2 + k as f32 * 0.02, 0.3)]
            }
        });
        assert!(
            seen[2..].iter().all(|p| p.len() == 1 && p[0].0 == 1),
            "{seen:?}"
        );
        assert!(!tracker.tracks.is_empty());
    }

    #[test]
    fn a_coasting_face_is_marked_unseen_and_moves_on() {
        let mut tracker = Tracker::default();
        run(&mut tracker, 0, 6, |k| {
            vec![face(0.2 + k as f32 * 0.02, 0.3)]
        });
        tracker.update(vec![], 1000.0, false, Mono(700));
        tracker.forget_lost(Mono(700));
        let track = tracker.active().unwrap();
        assert!(!track.seen);
        assert!(track.expected_at(Mono(700)).centre().x > 0.32);
    }

    #[test]
    fn a_number_is_never_used_again() {
        let mut tracker = Tracker::default();
        for visit in 0..5_u64 {
            let seen = run(&mut tracker, visit * 10_000, 5, |_| vec![face(0.5, 0.3)]);
            assert_eq!(seen[4], [(visit + 1, 0.5)]);
            run(&mut tracker, visit * 10_000 + 5000, 8, |_| vec![]);
            assert!(tracker.present().is_empty());
        }
        tracker.clear();
        assert_eq!(
            run(&mut tracker, 90_000, 5, |_| vec![face(0.5, 0.3)])[4][0].0,
            6
        );
    }

    #[test]
    fn two_faces_are_two_people_and_the_larger_is_active() {
        let mut tracker = Tracker::default();
        run(&mut tracker, 0, 5, |_| {
            vec![sized_face(0.3, 0.3, 0.1), sized_face(0.7, 0.3, 0.14)]
        });
        assert_eq!(tracker.present().len(), 2);
        assert!(tracker.active().unwrap().bounds.centre().x > 0.5);
    }

    #[test]
    fn the_active_face_does_not_flip_between_equals() {
        let mut tracker = Tracker::default();
        run(&mut tracker, 0, 5, |_| {
            vec![sized_face(0.3, 0.3, 0.11), sized_face(0.7, 0.3, 0.10)]
        });
        let first = tracker.active().unwrap().id;
        run(&mut tracker, 500, 5, |_| {
            vec![sized_face(0.3, 0.3, 0.10), sized_face(0.7, 0.3, 0.12)]
        });
        assert_eq!(tracker.active().unwrap().id, first);
        run(&mut tracker, 1000, 5, |_| {
            vec![sized_face(0.3, 0.3, 0.10), sized_face(0.7, 0.3, 0.16)]
        });
        assert_ne!(tracker.active().unwrap().id, first);
    }

    #[test]
    fn readings_come_often_at_first_and_then_sparsely() {
        let mut tracker = Tracker::default();
        let reading = AgeGender {
            age: [0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0],
            female: 0.9,
            minor: 0.1,
        };
        let mut readings = 0;
        for k in 0..100_u64 {
            let now = Mono(k * 100);
            for wish in tracker.update(vec![face(0.5, 0.3)], 1000.0, false, now) {
                tracker.read(&wish, &reading, now);
                readings += 1;
            }
            tracker.forget_lost(now);
        }
        assert!(
            (FIRST_READINGS + 3..=FIRST_READINGS + 5).contains(&readings),
            "{readings}"
        );
        let mean = tracker.active().unwrap().mean_reading().unwrap();
        assert!((mean.female - 0.9).abs() < 0.01 && (mean.age[3] - 1.0).abs() < 0.01);
    }

    #[test]
    fn a_face_that_looks_away_is_read_seldom_but_more_than_once() {
        let mut tracker = Tracker::default();
        let mut averted = face(0.5, 0.3);
        averted.points[2].x += 60.0;
        assert!(averted.head().yaw_degrees.abs() > READ_YAW);
        let reading = AgeGender {
            age: [0.1; AGE_BINS],
            female: 0.2,
            minor: 0.1,
        };
        let mut readings = 0;
        for k in 0..60_u64 {
            let now = Mono(k * 100);
            for wish in tracker.update(vec![averted.clone()], 1000.0, false, now) {
                tracker.read(&wish, &reading, now);
                readings += 1;
            }
            tracker.forget_lost(now);
        }
        assert!((4..=6).contains(&readings), "{readings}");
        assert!(tracker.active().unwrap().mean_reading().is_some());
    }

    #[test]
    fn small_faces_are_not_read() {
        let mut tracker = Tracker::default();
        for k in 0..10_u64 {
            assert!(
                tracker
                    .update(vec![face(0.5, 0.3)], 200.0, false, Mono(k * 100))
                    .is_empty()
            );
        }
    }
}
