//! Which organs run on a frame. Pure: time comes in as an argument.

use cheval_domain::time::Mono;

/// How often organs run at most, per second.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct VisionRates {
    /// Face search.
    pub detect_hz: f32,
    /// Body points; the camera's rate when that is lower.
    pub pose_hz: f32,
    /// Garment masks and names.
    pub parse_hz: f32,
    /// Search for a lost body.
    pub body_search_hz: f32,
}

impl Default for VisionRates {
    fn default() -> Self {
        Self {
            detect_hz: 8.0,
            pose_hz: 15.0,
            parse_hz: 6.0,
            body_search_hz: 2.0,
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
    pub(crate) parse: bool,
}

impl Plan {
    /// Every organ, whether due or not.
    pub(crate) const EVERYTHING: Self = Self {
        faces: true,
        read_all: true,
        pose: true,
        body_search: true,
        parse: true,
    };
}

/// Keeps the rates.
#[derive(Debug)]
pub(crate) struct Schedule {
    faces: Due,
    pose: Due,
    body_search: Due,
    parse: Due,
}

impl Schedule {
    pub(crate) fn new(rates: VisionRates) -> Self {
        Self {
            faces: Due::new(rates.detect_hz),
            pose: Due::new(rates.pose_hz),
            body_search: Due::new(rates.body_search_hz),
            parse: Due::new(rates.parse_hz),
        }
    }

    /// What to run on the frame of `now`. `body_lost`: there is a shopper without a known body.
    pub(crate) fn plan(&mut self, effort: Effort, body_lost: bool, now: Mono) -> Plan {
        let body = effort != Effort::Faces;
        let share = if effort == Effort::TryOn { 1.0 } else { CALM };
        Plan {
            faces: self.faces.take(now, 1.0),
            read_all: false,
            pose: body && self.pose.take(now, share),
            body_search: body && body_lost && self.body_search.take(now, 1.0),
            parse: body && self.parse.take(now, share),
        }
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
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(effort: Effort, step_ms: u64, pick: impl Fn(&Plan) -> bool) -> usize {
        let mut schedule = Schedule::new(VisionRates::default());
        (0..10_000 / step_ms)
            .filter(|k| pick(&schedule.plan(effort, true, Mono(k * step_ms))))
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
        let more = |p: &Plan| p.pose || p.parse || p.body_search;
        assert_eq!(count(Effort::Faces, 33, more), 0);
        let faces = count(Effort::Faces, 33, |p| p.faces);
        assert!(near(faces, VisionRates::default().detect_hz));
    }

    #[test]
    fn a_pause_is_not_made_up_for() {
        let mut schedule = Schedule::new(VisionRates::default());
        schedule.plan(Effort::TryOn, false, Mono(0));
        let burst = (0..4)
            .filter(|k| schedule.plan(Effort::TryOn, false, Mono(60_000 + k)).faces)
            .count();
        assert!(burst <= 2, "{burst}");
    }
}
