//! A crowd before a mirror, made of numbers: people walk in, stand, cross and leave, and detectors see them as they do,
//! with noise, misses, false alarms, and nothing of a face behind another. Pure: the same seed gives the same crowd.
//!
//! Lengths are metres on the floor; a pinhole camera at face height projects them. The picture is square, so that boxes
//! are square in picture units too.

mod chance;
mod walk;

use cheval_domain::geometry::{BoxInImage, PointInImage};
use cheval_domain::metrics::tracks::Labelled;
use cheval_domain::observation::HeadPose;
use cheval_domain::time::Mono;

pub use chance::Chance;
pub use walk::{Walker, WalkerState};

/// Picture widths per metre at one metre: 60 degrees are seen across.
const FOCAL: f32 = 0.866;
/// Brows to chin, metres: the side of a face's box.
const FACE_M: f32 = 0.15;
/// Circle around a standing body, from its hips, and the face's height over them, metres.
const BODY_RADIUS_M: f32 = 0.95;
const FACE_OVER_HIPS_M: f32 = 0.68;
/// Where faces are, from the picture's top.
const FACE_HEIGHT: f32 = 0.3;
/// A face of which a nearer one covers this share is not found.
const COVERED: f32 = 0.35;
/// Beyond this turn of the head no face is found, degrees.
const PROFILE: f32 = 75.0;

/// How good the detectors are. The default is a little worse than what was measured on still pictures.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Detectors {
    /// Standard deviation of a face's place, as a share of its width.
    pub place_noise: f32,
    /// And of its size.
    pub size_noise: f32,
    /// Chance that a face is missed.
    pub misses: f32,
    /// Chance of a false face per frame.
    pub false_faces: f32,
    /// Standard deviation of a head's turn, degrees.
    pub turn_noise: f32,
}

impl Default for Detectors {
    fn default() -> Self {
        Self {
            place_noise: 0.015,
            size_noise: 0.02,
            misses: 0.05,
            false_faces: 0.03,
            turn_noise: 6.0,
        }
    }
}

/// A face as a detector has it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SeenFace {
    /// Where.
    pub bounds: BoxInImage,
    /// 0..=1.
    pub score: f32,
    /// Where the head points.
    pub head: HeadPose,
}

/// A body as a detector has it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SeenBody {
    /// Head to feet.
    pub bounds: BoxInImage,
    /// Where its face should be.
    pub face_at: PointInImage,
    /// Radius of the circle around it, in picture units.
    pub radius: f32,
}

/// One frame of a crowd.
#[derive(Debug, Clone, PartialEq)]
pub struct CrowdFrame {
    /// When.
    pub at: Mono,
    /// Faces that are in the picture and turned to it, behind others or not, under their owners' numbers.
    pub faces: Vec<Labelled>,
    /// Bodies in the picture, under the same numbers.
    pub bodies: Vec<Labelled>,
    /// What a face detector finds.
    pub seen_faces: Vec<SeenFace>,
    /// What a body detector finds.
    pub seen_bodies: Vec<SeenBody>,
}

/// Everybody who comes by, and what looks at them.
#[derive(Debug, Clone, PartialEq)]
pub struct Crowd {
    /// The people.
    pub walkers: Vec<Walker>,
    /// The detectors.
    pub detectors: Detectors,
    /// For the noise.
    pub seed: u64,
}

impl Crowd {
    /// So many people (2 to 16 are sensible) who come and go within `seconds`: passers-by in both directions, people who
    /// stand and look, people who walk up.
    #[must_use]
    pub fn of(people: usize, seconds: f32, seed: u64) -> Self {
        let mut chance = Chance::new(seed);
        let walkers = (0..people)
            .map(|k| Walker::any(k as u64 + 1, seconds, &mut chance))
            .collect();
        Self {
            walkers,
            detectors: Detectors::default(),
            seed,
        }
    }

    /// Two people who cross in the middle of the picture: one to the right at `near_m`, one to the left at `far_m`, at
    /// these speeds in metres a second.
    #[must_use]
    pub fn crossing(near_m: f32, far_m: f32, near_speed: f32, far_speed: f32, seed: u64) -> Self {
        // They meet before the middle of the picture, four seconds on.
        let walker =
            |id: u64, depth: f32, speed: f32| Walker::straight(id, -4.0 * speed, depth, speed);
        Self {
            walkers: vec![walker(1, near_m, near_speed), walker(2, far_m, -far_speed)],
            detectors: Detectors::default(),
            seed,
        }
    }

    /// `seconds` of it at `rate_hz` frames a second.
    #[must_use]
    pub fn frames(&self, seconds: f32, rate_hz: f32) -> Vec<CrowdFrame> {
        let mut chance = Chance::new(self.seed ^ 0x5EED);
        (0..(seconds * rate_hz) as u64)
            .map(|k| self.frame(k as f32 / rate_hz, &mut chance))
            .collect()
    }

    fn frame(&self, at_s: f32, chance: &mut Chance) -> CrowdFrame {
        let mut there: Vec<(u64, WalkerState)> = self
            .walkers
            .iter()
            .filter_map(|w| Some((w.id, w.at(at_s)?)))
            .filter(|(_, state)| is_inside(face_of(state)))
            .collect();
        there.sort_by(|a, b| a.1.depth_m.total_cmp(&b.1.depth_m));
        let label = |bounds: fn(&WalkerState) -> BoxInImage| {
            move |(id, state): &(u64, WalkerState)| Labelled {
                id: *id,
                bounds: bounds(state),
            }
        };
        let looks = |state: &WalkerState| state.yaw_degrees.abs() < PROFILE;
        let faces: Vec<Labelled> = there
            .iter()
            .filter(|t| looks(&t.1))
            .map(label(face_of))
            .collect();
        let mut seen_faces = Vec::new();
        for (k, (_, state)) in there.iter().enumerate().filter(|(_, t)| looks(&t.1)) {
            let own = face_of(state);
            let covered = there[..k]
                .iter()
                .any(|(_, nearer)| face_of(nearer).common(own) > own.area() * COVERED);
            if !covered && !chance.happens(self.detectors.misses) {
                seen_faces.push(self.see(own, state.yaw_degrees, chance));
            }
        }
        if chance.happens(self.detectors.false_faces) {
            seen_faces.push(false_face(chance));
        }
        CrowdFrame {
            at: Mono((at_s * 1000.0).round() as u64),
            faces,
            bodies: there.iter().map(label(body_of)).collect(),
            seen_faces,
            seen_bodies: there.iter().map(|t| see_body(&t.1, chance)).collect(),
        }
    }

    fn see(&self, face: BoxInImage, yaw_degrees: f32, chance: &mut Chance) -> SeenFace {
        let Detectors {
            place_noise,
            size_noise,
            turn_noise,
            ..
        } = self.detectors;
        let centre = face.centre();
        let mut noisy = |value: f32, noise: f32| value + noise * face.width * chance.normal();
        let (x, y) = (noisy(centre.x, place_noise), noisy(centre.y, place_noise));
        let width = noisy(face.width, size_noise);
        SeenFace {
            bounds: square(x, y, width),
            score: chance.between(0.6, 0.95),
            head: HeadPose {
                yaw_degrees: yaw_degrees + turn_noise * chance.normal(),
                pitch_degrees: turn_noise * chance.normal(),
            },
        }
    }
}

fn false_face(chance: &mut Chance) -> SeenFace {
    let (x, y) = (chance.between(0.05, 0.95), chance.between(0.05, 0.95));
    SeenFace {
        bounds: square(x, y, chance.between(0.02, 0.1)),
        score: chance.between(0.5, 0.6),
        head: HeadPose::default(),
    }
}

fn see_body(state: &WalkerState, chance: &mut Chance) -> SeenBody {
    let (body, radius) = (body_of(state), BODY_RADIUS_M * FOCAL / state.depth_m);
    let mut shake = || 0.02 * radius * chance.normal();
    let (dx, dy) = (shake(), shake());
    let face = face_of(state).centre();
    SeenBody {
        bounds: BoxInImage {
            x: body.x + dx,
            y: body.y + dy,
            ..body
        },
        face_at: PointInImage {
            x: face.x + dx,
            y: face.y + dy,
        },
        radius,
    }
}

fn square(x: f32, y: f32, width: f32) -> BoxInImage {
    BoxInImage {
        x: x - width / 2.0,
        y: y - width / 2.0,
        width,
        height: width,
    }
}

fn face_of(state: &WalkerState) -> BoxInImage {
    let scale = FOCAL / state.depth_m;
    square(
        0.5 + state.aside_m * scale,
        FACE_HEIGHT - state.height_m * scale,
        FACE_M * scale,
    )
}

fn body_of(state: &WalkerState) -> BoxInImage {
    let scale = FOCAL / state.depth_m;
    let (face, radius) = (face_of(state).centre(), BODY_RADIUS_M * scale);
    BoxInImage {
        x: face.x - 0.4 * radius,
        y: face.y + FACE_OVER_HIPS_M * scale - radius,
        width: 0.8 * radius,
        height: 2.0 * radius,
    }
}

/// More than half of it is in the picture.
fn is_inside(face: BoxInImage) -> bool {
    let picture = square(0.5, 0.5, 1.0);
    face.common(picture) > face.area() * 0.5
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_crowd_and_another_another() {
        let frames = |seed| Crowd::of(6, 20.0, seed).frames(20.0, 30.0);
        assert_eq!(frames(1), frames(1));
        assert_ne!(frames(1), frames(2));
        assert_eq!(frames(1).len(), 600);
    }

    #[test]
    fn who_crosses_behind_is_hidden_for_a_while_but_true() {
        let mut crowd = Crowd::crossing(1.5, 2.0, 0.8, 0.8, 3);
        crowd.detectors.misses = 0.0;
        crowd.detectors.false_faces = 0.0;
        let frames = crowd.frames(8.0, 30.0);
        let both: Vec<_> = frames.iter().filter(|f| f.faces.len() == 2).collect();
        let hidden = both.iter().filter(|f| f.seen_faces.len() == 1).count();
        assert!(
            (2..30).contains(&hidden),
            "hidden on {hidden} of {}",
            both.len()
        );
    }

    #[test]
    fn noise_misses_and_false_alarms_are_as_ordered() {
        let mut crowd = Crowd::crossing(2.0, 2.0, 0.0, 0.0, 5);
        crowd.walkers.truncate(1);
        crowd.detectors.false_faces = 0.0;
        let frames = crowd.frames(100.0, 30.0);
        let seen: Vec<_> = frames.iter().flat_map(|f| &f.seen_faces).collect();
        let missed = 1.0 - seen.len() as f32 / frames.len() as f32;
        assert!((missed - 0.05).abs() < 0.015, "{missed}");
        let off = |f: &CrowdFrame| {
            let (seen, truth) = (f.seen_faces.first()?.bounds, f.faces[0].bounds);
            Some(((seen.centre().x - truth.centre().x) / truth.width).powi(2))
        };
        let noise = (frames.iter().filter_map(off).sum::<f32>() / seen.len() as f32).sqrt();
        assert!((noise - 0.015).abs() < 0.002, "{noise}");
        crowd.walkers.clear();
        crowd.detectors.false_faces = 0.5;
        let ghosts: usize = crowd
            .frames(100.0, 30.0)
            .iter()
            .map(|f| f.seen_faces.len())
            .sum();
        assert!((1_350..1_650).contains(&ghosts), "{ghosts}");
    }

    #[test]
    fn people_come_and_go() {
        let frames = Crowd::of(16, 30.0, 9).frames(30.0, 10.0);
        let counts: Vec<usize> = frames.iter().map(|f| f.bodies.len()).collect();
        assert!(
            counts.iter().max() > Some(&6) && counts.iter().min() < Some(&3),
            "{counts:?}"
        );
    }
}
