//! Which of several people is the one before the mirror: nearness, centre and attention as one number, and a choice that
//! does not flicker. Perception reads the body of whom it chooses so, the audience names its shopper so.

use crate::geometry::BoxInImage;
use crate::observation::HeadPose;
use crate::time::Mono;

/// Somebody else must be this much more prominent than the present one. A face at 1.5 m is 1.33 times as large as at 2 m.
pub const SWITCH_RATIO: f32 = 1.3;
/// And for this long, milliseconds.
pub const SWITCH_AFTER_MS: u64 = 1_000;
/// At the picture's left and right edge a face counts this share of what it counts in the middle.
const AT_THE_EDGE: f32 = 0.5;
/// A head that points away counts this share of one that points at the mirror.
const TURNED_AWAY: f32 = 0.6;
/// A head points at the mirror up to the first angle, and away from the second, degrees.
const POINTS_AT: f32 = 20.0;
const POINTS_AWAY: f32 = 50.0;

/// How prominent a face is: its width as a share of the picture's (nearness), less towards the edges (centre), less when
/// the head points away (attention). A face that is no box has none.
#[must_use]
pub fn prominence(face: BoxInImage, head: HeadPose) -> f32 {
    let off_centre = ((face.centre().x - 0.5).abs() * 2.0).clamp(0.0, 1.0);
    let centre = 1.0 - (1.0 - AT_THE_EDGE) * off_centre;
    let value = face.width.max(0.0) * centre * attention(head);
    if value.is_finite() { value } else { 0.0 }
}

/// 1 for a head that points at the camera, falling to [`TURNED_AWAY`].
fn attention(head: HeadPose) -> f32 {
    let (yaw, pitch) = (
        head.yaw_degrees.to_radians(),
        head.pitch_degrees.to_radians(),
    );
    // Angle between where the head points and the camera.
    let angle = (yaw.cos() * pitch.cos())
        .clamp(-1.0, 1.0)
        .acos()
        .to_degrees();
    if angle.is_nan() {
        return TURNED_AWAY;
    }
    let away = ((angle - POINTS_AT) / (POINTS_AWAY - POINTS_AT)).clamp(0.0, 1.0);
    1.0 - (1.0 - TURNED_AWAY) * away
}

/// The present choice. It stays until it is gone, or until another has been clearly more prominent for a while.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Choice<Id> {
    chosen: Option<Id>,
    challenger: Option<(Id, Mono)>,
}

impl<Id> Default for Choice<Id> {
    fn default() -> Self {
        Self {
            chosen: None,
            challenger: None,
        }
    }
}

impl<Id: Copy + PartialEq> Choice<Id> {
    /// Who is chosen.
    #[must_use]
    pub fn chosen(&self) -> Option<Id> {
        self.chosen
    }

    /// Chooses among `candidates` (each with its prominence): another one only when `ratio` times as prominent for
    /// `after_ms` milliseconds.
    pub fn choose(
        &mut self,
        candidates: impl Iterator<Item = (Id, f32)> + Clone,
        ratio: f32,
        after_ms: u64,
        now: Mono,
    ) {
        let best = candidates.clone().max_by(|a, b| a.1.total_cmp(&b.1));
        let present = self
            .chosen
            .and_then(|id| candidates.into_iter().find(|c| c.0 == id));
        let (Some((best, strength)), Some((_, present))) = (best, present) else {
            *self = Self {
                chosen: best.map(|b| b.0),
                challenger: None,
            };
            return;
        };
        if Some(best) == self.chosen || strength < present * ratio {
            self.challenger = None;
            return;
        }
        let since = match self.challenger {
            Some((id, since)) if id == best => since,
            Some(_) | None => now,
        };
        self.challenger = Some((best, since));
        if now.since_ms(since) >= after_ms {
            *self = Self {
                chosen: Some(best),
                challenger: None,
            };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn face(x: f32, width: f32) -> BoxInImage {
        BoxInImage {
            x: x - width / 2.0,
            y: 0.2,
            width,
            height: width,
        }
    }

    fn head(yaw_degrees: f32, pitch_degrees: f32) -> HeadPose {
        HeadPose {
            yaw_degrees,
            pitch_degrees,
        }
    }

    #[test]
    fn near_central_and_attentive_people_are_prominent() {
        let plain = prominence(face(0.5, 0.1), head(0.0, 0.0));
        assert!((plain - 0.1).abs() < 1e-6);
        assert!(prominence(face(0.5, 0.15), head(0.0, 0.0)) > plain, "near");
        assert!(prominence(face(0.2, 0.1), head(0.0, 0.0)) < plain, "aside");
        assert!(
            prominence(face(0.5, 0.1), head(60.0, 0.0)) < plain,
            "turned"
        );
        assert!(prominence(face(0.5, 0.1), head(0.0, -45.0)) < plain, "bent");
    }

    #[test]
    fn attention_falls_without_a_step() {
        let at = |degrees: f32| attention(head(degrees, 0.0));
        let steps = (0..90).map(|d| at(d as f32) - at((d + 1) as f32));
        assert!(steps.clone().all(|s| (-1e-6..0.02).contains(&s)));
        assert_eq!(
            (at(0.0), at(90.0), at(180.0)),
            (1.0, TURNED_AWAY, TURNED_AWAY)
        );
    }

    #[test]
    fn broken_numbers_are_nobody() {
        assert_eq!(prominence(face(f32::NAN, 0.1), head(0.0, 0.0)), 0.0);
        assert_eq!(prominence(face(0.5, f32::INFINITY), head(0.0, 0.0)), 0.0);
        assert_eq!(prominence(face(0.5, -0.1), head(0.0, 0.0)), 0.0);
        let unknown = prominence(face(0.5, 0.1), head(f32::NAN, 0.0));
        assert!((unknown - 0.06).abs() < 1e-6, "counts as turned away");
    }

    fn choose(choice: &mut Choice<u8>, at_ms: u64, people: &[(u8, f32)]) -> Option<u8> {
        choice.choose(
            people.iter().copied(),
            SWITCH_RATIO,
            SWITCH_AFTER_MS,
            Mono(at_ms),
        );
        choice.chosen()
    }

    #[test]
    fn strength_and_time_are_both_needed_to_take_over() {
        let mut choice = Choice::default();
        assert_eq!(choose(&mut choice, 0, &[(1, 0.2), (2, 0.1)]), Some(1));
        assert_eq!(choose(&mut choice, 9_000, &[(1, 0.2), (2, 0.25)]), Some(1));
        assert_eq!(choose(&mut choice, 9_100, &[(1, 0.2), (2, 0.3)]), Some(1));
        assert_eq!(choose(&mut choice, 10_000, &[(1, 0.2), (2, 0.3)]), Some(1));
        assert_eq!(choose(&mut choice, 10_100, &[(1, 0.2), (2, 0.3)]), Some(2));
        assert_eq!(choose(&mut choice, 10_200, &[(1, 0.2), (2, 0.2)]), Some(2));
    }

    #[test]
    fn a_challenge_that_pauses_starts_anew() {
        let mut choice = Choice::default();
        choose(&mut choice, 0, &[(1, 0.2)]);
        choose(&mut choice, 100, &[(1, 0.2), (2, 0.3)]);
        choose(&mut choice, 900, &[(1, 0.2), (2, 0.2)]);
        assert_eq!(choose(&mut choice, 1_200, &[(1, 0.2), (2, 0.3)]), Some(1));
        choose(&mut choice, 1_300, &[(1, 0.2), (3, 0.3)]);
        assert_eq!(choose(&mut choice, 2_250, &[(1, 0.2), (3, 0.3)]), Some(1));
        assert_eq!(choose(&mut choice, 2_300, &[(1, 0.2), (3, 0.3)]), Some(3));
    }

    #[test]
    fn who_is_gone_is_replaced_at_once() {
        let mut choice = Choice::default();
        choose(&mut choice, 0, &[(1, 0.2), (2, 0.1)]);
        assert_eq!(choose(&mut choice, 100, &[(2, 0.1)]), Some(2));
        assert_eq!(choose(&mut choice, 200, &[]), None);
    }
}
