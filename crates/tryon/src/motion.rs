//! Where the body is at the moment of the picture on the glass. Poses come late and less often than pictures: each joint
//! goes on at the speed it had, for a short while.

use cheval_domain::time::Mono;
use glam::Vec2;

use crate::skeleton::Skeleton;

/// A joint goes on for at most so long, milliseconds; a person who turns round has stopped by then.
const MOST_MS: f32 = 140.0;
/// Weight of the latest speed against the ones before: jitter of a pose is not speed.
const SPEED_WEIGHT: f32 = 0.6;
/// Below this speed a body stands still, breadths between the shoulder joints a second; above the second it moves.
const STILL: (f32, f32) = (0.15, 0.6);
/// Poses further apart than this have nothing to do with each other, milliseconds.
const GAP_MS: u64 = 500;
/// A shift of the middle by more than this, in breadths between the shoulder joints, is another body.
const JUMP: f32 = 1.5;
/// Share of the girths and the scale that a new pose brings: they change slowly, and sizes that breathe look wrong.
const SIZE_WEIGHT: f32 = 0.15;

/// Follows one body.
#[derive(Debug, Clone, Default)]
pub struct Motion {
    last: Option<Pose>,
}

#[derive(Debug, Clone, Copy)]
struct Pose {
    body: Skeleton,
    /// Movement of every joint in a second; joints only.
    speed: Option<Skeleton>,
    at: Mono,
}

impl Motion {
    /// Takes in a pose of the frame captured at `at`; an older one than the last changes nothing.
    pub fn see(&mut self, body: Skeleton, at: Mono) {
        let Some(last) = self.last.filter(|last| goes_on(last, &body, at)) else {
            self.last = Some(Pose {
                body,
                speed: None,
                at,
            });
            return;
        };
        let ms = at.since_ms(last.at);
        if ms == 0 || at < last.at {
            return;
        }
        let sized = Skeleton {
            scale: last.body.scale + (body.scale - last.body.scale) * SIZE_WEIGHT,
            girth: last.body.mix(body, SIZE_WEIGHT).girth,
            ..body
        };
        let now = difference(&body, &last.body, 1000.0 / ms as f32);
        let speed = last
            .speed
            .map_or(now, |before| before.mix(now, SPEED_WEIGHT));
        self.last = Some(Pose {
            body: sized,
            speed: Some(speed),
            at,
        });
    }

    /// Nobody is followed any more.
    pub fn forget(&mut self) {
        self.last = None;
    }

    /// The body as it was seen last.
    #[must_use]
    pub fn seen(&self) -> Option<(Skeleton, Mono)> {
        self.last.map(|last| (last.body, last.at))
    }

    /// The body at the moment `at`, which may lie before or after the pose seen last.
    #[must_use]
    pub fn at(&self, at: Mono) -> Option<Skeleton> {
        let last = self.last?;
        let Some(speed) = last.speed else {
            return Some(last.body);
        };
        let ms = if at >= last.at {
            at.since_ms(last.at) as f32
        } else {
            -(last.at.since_ms(at) as f32)
        };
        let seconds = ms.clamp(-MOST_MS, MOST_MS) / 1000.0;
        Some(advanced(&last.body, &speed, seconds))
    }

    /// The same where the face is seen more often than the body: it has gone on by `strayed` (picture heights) since the pose
    /// seen last, and a pose too old to be predicted goes along with it.
    #[must_use]
    pub fn along(&self, at: Mono, strayed: Vec2) -> Option<Skeleton> {
        let (seen, captured) = self.seen()?;
        let predicted = self.at(at)?;
        let share = (at.since_ms(captured) as f32 / MOST_MS - 1.0).clamp(0.0, 1.0);
        let behind = strayed - (predicted.shoulders() - seen.shoulders());
        Some(predicted.moved(|joint| joint + behind * share))
    }
}

fn goes_on(last: &Pose, body: &Skeleton, at: Mono) -> bool {
    let jump = last.body.shoulders().distance(body.shoulders()) / last.body.scale.max(1e-5);
    at.since_ms(last.at) <= GAP_MS && last.at.since_ms(at) <= GAP_MS && jump < JUMP
}

/// The joints' movement times `factor`, as a skeleton of vectors.
fn difference(new: &Skeleton, old: &Skeleton, factor: f32) -> Skeleton {
    new.joined(old, |new, old| (new - old) * factor)
}

fn advanced(body: &Skeleton, speed: &Skeleton, seconds: f32) -> Skeleton {
    let scale = body.scale.max(1e-5);
    body.joined(speed, |at, speed| {
        let fast = speed.length() / scale;
        let share = ((fast - STILL.0) / (STILL.1 - STILL.0)).clamp(0.0, 1.0);
        at + speed * seconds * share
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_body::{CALM, Stance, body};

    fn at_x(x: f32) -> Skeleton {
        body(Stance {
            at: Vec2::new(x, 0.3),
            ..CALM
        })
    }

    /// A body that moves at `speed` picture heights a second, seen every 66 ms.
    fn walked(speed: f32) -> (Motion, Mono) {
        let mut motion = Motion::default();
        let mut now = Mono(1_000);
        for k in 0..10 {
            now = Mono(1_000 + k * 66);
            motion.see(at_x(0.2 + speed * k as f32 * 0.066), now);
        }
        (motion, now)
    }

    #[test]
    fn a_body_on_its_way_is_where_it_will_be() {
        // A metre a second before a lens that sees 1.8 m of height.
        let speed = 0.55;
        let (motion, last) = walked(speed);
        let here = motion.at(last.plus_ms(66)).unwrap().shoulders().x;
        let truth = 0.2 + speed * (9.0 * 0.066 + 0.066);
        assert!((here - truth).abs() < 0.004, "{here} {truth}");
    }

    #[test]
    fn a_body_that_stands_still_is_not_moved_by_the_jitter_of_its_pose() {
        let mut motion = Motion::default();
        for k in 0..20 {
            let jitter = if k % 2 == 0 { 0.0006 } else { -0.0006 };
            motion.see(at_x(0.28 + jitter), Mono(1_000 + k * 66));
        }
        let (seen, last) = motion.seen().unwrap();
        let on = motion.at(last.plus_ms(100)).unwrap();
        assert!(seen.shoulders().distance(on.shoulders()) < 1e-4);
    }

    #[test]
    fn nobody_goes_on_for_long() {
        let (motion, last) = walked(0.55);
        let (soon, late) = (last.plus_ms(140), last.plus_ms(5_000));
        assert_eq!(motion.at(soon), motion.at(late));
    }

    #[test]
    fn an_old_pose_goes_along_with_the_face() {
        let (motion, last) = walked(0.55);
        let (seen, _) = motion.seen().unwrap();
        let face = |ms: u64| Vec2::new(0.55 * ms as f32 / 1000.0, 0.0);
        let fresh = last.plus_ms(66);
        assert_eq!(motion.along(fresh, Vec2::ONE), motion.at(fresh));
        let late = motion.along(last.plus_ms(500), face(500)).unwrap();
        let gone = late.shoulders() - seen.shoulders();
        assert!(gone.distance(face(500)) < 1e-5, "{gone}");
        assert!((late.spine() - seen.spine()).length() < 1e-3);
        let steps = (0..60).map(|k| motion.along(last.plus_ms(k * 10), face(k * 10)).unwrap());
        let places: Vec<f32> = steps.map(|body| body.shoulders().x).collect();
        assert!(places.windows(2).all(|w| (w[1] - w[0]).abs() < 0.012));
    }

    #[test]
    fn another_body_and_an_old_pose_start_anew() {
        let (mut motion, last) = walked(0.55);
        motion.see(at_x(0.9), last.plus_ms(66));
        assert_eq!(motion.at(last.plus_ms(120)).unwrap(), at_x(0.9));
        let (mut motion, last) = walked(0.55);
        motion.see(at_x(0.3), last.plus_ms(5_000));
        assert_eq!(motion.at(last.plus_ms(5_100)).unwrap(), at_x(0.3));
        let mut motion = Motion::default();
        assert_eq!(motion.at(last), None);
        motion.see(at_x(0.3), last);
        motion.forget();
        assert_eq!(motion.at(last), None);
    }

    #[test]
    fn sizes_change_slowly() {
        let mut motion = Motion::default();
        motion.see(at_x(0.28), Mono(1_000));
        let mut larger = at_x(0.28);
        larger.scale *= 1.2;
        motion.see(larger, Mono(1_066));
        let scale = motion.at(Mono(1_066)).unwrap().scale / CALM.scale;
        assert!((1.0..1.05).contains(&scale), "{scale}");
    }
}
