//! Which organs run on a frame. Pure: time comes in as an argument.

use cheval_domain::time::Mono;

use super::doubt::Doubt;

/// How often organs run at most, per second.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct VisionRates {
    /// Face search; the camera's rate for moments in which somebody comes or goes.
    pub detect_hz: f32,
    /// Body points; the camera's rate when that is lower.
    pub pose_hz: f32,
    /// Garment masks and names.
    pub parse_hz: f32,
    /// Patterns of the cloth.
    pub patterns_hz: f32,
    /// Search for a lost body.
    pub body_search_hz: f32,
    /// Search for everybody's bodies.
    pub bodies_hz: f32,
    /// Share of one core that all of it may use; what is too much is dropped in the governor's order.
    pub budget_cores: f32,
}

impl Default for VisionRates {
    fn default() -> Self {
        Self {
            detect_hz: 8.0,
            pose_hz: 15.0,
            parse_hz: 6.0,
            patterns_hz: 1.0,
            body_search_hz: 2.0,
            bodies_hz: 1.0,
            budget_cores: 0.30,
        }
    }
}

/// How much of a person is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Effort {
    /// Who is there: faces, age, gender.
    #[default]
    Faces,
    /// Also what the shopper wears, at two fifths of the rates: words about clothes bear a moment's delay.
    Clothes,
    /// Body and garments at the full rates: what is tried on must not lag behind the body.
    TryOn,
}

/// Share of the rates of body points and garment masks while nothing is drawn on the body.
pub(crate) const CALM: f32 = 0.4;

/// What to run on one frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Plan {
    pub(crate) faces: bool,
    /// Age and gender of every face instead of when due.
    pub(crate) read_all: bool,
    pub(crate) pose: bool,
    pub(crate) body_search: bool,
    /// Everybody's bodies.
    pub(crate) bodies: bool,
    pub(crate) parse: bool,
    pub(crate) patterns: bool,
}

impl Plan {
    /// Every organ, whether due or not; bodies are searched for only when the shopper's is lost.
    pub(crate) const EVERYTHING: Self = Self {
        faces: true,
        read_all: true,
        pose: true,
        body_search: true,
        bodies: false,
        parse: true,
        patterns: true,
    };
}

/// What the tracks ask for, after the last frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Needs {
    /// There is a shopper without a known body.
    pub(crate) body_lost: bool,
    /// It is not certain who is there; see [`crate::track::Tracks::is_in_doubt`].
    pub(crate) in_doubt: bool,
    /// There is more than one face.
    pub(crate) several: bool,
}

/// Keeps the rates.
#[derive(Debug)]
pub(crate) struct Schedule {
    faces: Due,
    doubt: Doubt,
    pose: Due,
    body_search: Due,
    bodies: Due,
    parse: Due,
    patterns: Due,
}

impl Schedule {
    pub(crate) fn new(rates: VisionRates) -> Self {
        Self {
            faces: Due::new(rates.detect_hz),
            doubt: Doubt::default(),
            pose: Due::new(rates.pose_hz),
            body_search: Due::new(rates.body_search_hz),
            bodies: Due::new(rates.bodies_hz),
            parse: Due::new(rates.parse_hz),
            patterns: Due::new(rates.patterns_hz),
        }
    }

    /// What to run on the frame of `now`.
    pub(crate) fn plan(&mut self, effort: Effort, needs: Needs, now: Mono) -> Plan {
        let body = effort != Effort::Faces;
        let share = if effort == Effort::TryOn { 1.0 } else { CALM };
        let pose = body && self.pose.take(now, share);
        let body_search = pose && needs.body_lost && self.body_search.take(now, 1.0);
        Plan {
            faces: self.search_faces(needs.in_doubt, now),
            read_all: false,
            pose,
            body_search,
            bodies: self.search_bodies(body_search, body || needs.several, now),
            parse: body && self.parse.take(now, share),
            patterns: body && self.patterns.take(now, 1.0),
        }
    }

    fn search_faces(&mut self, in_doubt: bool, now: Mono) -> bool {
        if self.faces.take(now, 1.0) {
            self.doubt.searched(now);
            return true;
        }
        in_doubt && self.doubt.take(now)
    }

    /// The search for the shopper's body finds everybody's.
    fn search_bodies(&mut self, is_searched: bool, wanted: bool, now: Mono) -> bool {
        if is_searched {
            self.bodies.restart(now);
            return true;
        }
        wanted && self.bodies.take(now, 1.0)
    }
}

#[derive(Debug)]
struct Due {
    period_ms: f32,
    next_ms: Option<f64>,
}

impl Due {
    fn new(rate_hz: f32) -> Self {
        Self {
            period_ms: 1000.0 / rate_hz.max(0.01),
            next_ms: None,
        }
    }

    /// Due now, at this share of the rate? Frames come in steps: being early by a third of a period counts as due, the mean
    /// rate still holds.
    fn take(&mut self, now: Mono, share: f32) -> bool {
        let (now_ms, period) = (now.0 as f64, f64::from(self.period_ms / share));
        let due = self
            .next_ms
            .is_none_or(|next| now_ms + period / 3.0 >= next);
        if due {
            let next = self
                .next_ms
                .map_or(now_ms, |next| next.max(now_ms - period));
            self.next_ms = Some(next + period);
        }
        due
    }

    /// It ran just now, whether due or not.
    fn restart(&mut self, now: Mono) {
        self.next_ms = Some(now.0 as f64 + f64::from(self.period_ms));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOST: Needs = Needs {
        body_lost: true,
        in_doubt: false,
        several: false,
    };

    fn count(effort: Effort, step_ms: u64, pick: impl Fn(&Plan) -> bool) -> usize {
        let mut schedule = Schedule::new(VisionRates::default());
        (0..10_000 / step_ms)
            .filter(|k| pick(&schedule.plan(effort, LOST, Mono(k * step_ms))))
            .count()
    }

    /// Ten seconds of a rate, with a little play for the steps of the camera.
    fn near(count: usize, rate_hz: f32) -> bool {
        (count as f32 - 10.0 * rate_hz).abs() <= 3.0 + 0.3 * rate_hz
    }

    #[test]
    fn rates_hold_at_any_camera_rate() {
        let rates = VisionRates::default();
        for step_ms in [16, 33, 40] {
            let counted = |pick: fn(&Plan) -> bool| count(Effort::TryOn, step_ms, pick);
            assert!(near(counted(|p| p.faces), rates.detect_hz));
            assert!(near(counted(|p| p.pose), rates.pose_hz));
            assert!(near(counted(|p| p.parse), rates.parse_hz));
            assert!(near(counted(|p| p.patterns), rates.patterns_hz));
        }
    }

    #[test]
    fn clothes_are_read_calmly_until_one_is_tried_on() {
        let rates = VisionRates::default();
        let counted = |pick: fn(&Plan) -> bool| count(Effort::Clothes, 33, pick);
        assert!(near(counted(|p| p.faces), rates.detect_hz));
        assert!(near(counted(|p| p.pose), rates.pose_hz * CALM));
        assert!(near(counted(|p| p.parse), rates.parse_hz * CALM));
    }

    #[test]
    fn faces_alone_leave_bodies_and_garments_unread() {
        let more = |p: &Plan| p.pose || p.parse || p.patterns || p.body_search || p.bodies;
        assert_eq!(count(Effort::Faces, 33, more), 0);
        let faces = count(Effort::Faces, 33, |p| p.faces);
        assert!(near(faces, VisionRates::default().detect_hz));
    }

    #[test]
    fn a_pause_is_not_made_up_for() {
        let mut schedule = Schedule::new(VisionRates::default());
        schedule.plan(Effort::TryOn, Needs::default(), Mono(0));
        let burst = (0..4)
            .filter(|k| {
                schedule
                    .plan(Effort::TryOn, Needs::default(), Mono(60_000 + k))
                    .faces
            })
            .count();
        assert!(burst <= 2, "{burst}");
    }

    fn ten_seconds(needs: Needs, effort: Effort, pick: fn(&Plan) -> bool) -> usize {
        let mut schedule = Schedule::new(VisionRates::default());
        (0..300)
            .filter(|k| pick(&schedule.plan(effort, needs, Mono(k * 33))))
            .count()
    }

    #[test]
    fn in_doubt_the_next_frame_is_searched_but_not_for_ever() {
        let needs = Needs {
            in_doubt: true,
            ..Needs::default()
        };
        let mut schedule = Schedule::new(VisionRates::default());
        let first = (0..30).filter(|k| schedule.plan(Effort::Faces, needs, Mono(k * 33)).faces);
        assert_eq!(first.count(), 30);
        let all = ten_seconds(needs, Effort::Faces, |p| p.faces);
        assert!(
            (130..=145).contains(&all),
            "80 at the rate, 30 from the purse, 30 as income: {all}"
        );
    }

    #[test]
    fn bodies_are_looked_for_when_there_is_more_than_a_face_to_see() {
        let several = Needs {
            several: true,
            ..Needs::default()
        };
        let rate = VisionRates::default().bodies_hz;
        let crowd = ten_seconds(several, Effort::Faces, |p| p.bodies);
        let shopper = ten_seconds(Needs::default(), Effort::Clothes, |p| p.bodies);
        assert!(
            near(crowd, rate) && near(shopper, rate),
            "{crowd} {shopper}"
        );
        assert_eq!(
            ten_seconds(Needs::default(), Effort::Faces, |p| p.bodies),
            0
        );
    }

    #[test]
    fn the_search_for_the_shopper_s_body_serves_everybody() {
        let bodies = ten_seconds(LOST, Effort::TryOn, |p| p.bodies);
        let shopper = ten_seconds(LOST, Effort::TryOn, |p| p.body_search);
        assert!(near(shopper, VisionRates::default().body_search_hz));
        assert!(bodies <= shopper + 1, "{bodies} after {shopper}");
    }
}
