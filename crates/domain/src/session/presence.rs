//! What the session is told about the people that one camera frame shows. Must not know how a session goes on.

use super::Input;
use crate::audience::Snapshot;
use crate::observation::FrameReport;

/// A face at least this high (share of the picture) is near enough to use the mirror: about 3 m from a 70° lens.
pub const NEAR_FACE: f32 = 0.05;

impl Input {
    /// Presence as the audience sees it after `report`.
    #[must_use]
    pub fn of_presence(audience: &Snapshot, report: &FrameReport) -> Self {
        let Some(shopper) = &audience.shopper else {
            return Self::PersonGone;
        };
        let person = report.people.iter().find(|p| p.track == shopper.track);
        Self::PersonPresent {
            near: person.is_some_and(|p| p.face.height >= NEAR_FACE),
            facing: shopper.facing,
        }
    }
}
