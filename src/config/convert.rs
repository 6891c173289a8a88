//! Settings in the types that other crates take.

use cheval_domain::session::SessionTimings;
use cheval_perception::source::{CameraOptions, Rotation};

use super::{Camera, Session};

impl Session {
    /// As the session machine takes them.
    #[must_use]
    pub fn timings(&self) -> SessionTimings {
        SessionTimings {
            linger_ms: self.linger_ms,
            notice_ms: self.notice_ms,
            idle_ms: self.idle_ms,
            warning_ms: self.warning_ms,
            feedback_ms: self.feedback_ms,
            farewell_ms: self.farewell_ms,
            away_ms: self.away_ms,
            presence_ttl_ms: self.presence_ttl_ms,
        }
    }
}

impl Camera {
    /// As the frame sources take them.
    #[must_use]
    pub fn options(&self) -> CameraOptions {
        CameraOptions {
            width_px: self.width_px,
            height_px: self.height_px,
            rate_hz: self.rate_hz,
            rotation: Rotation::from_degrees(self.rotation_degrees).unwrap_or_default(),
            ..CameraOptions::default()
        }
    }
}
