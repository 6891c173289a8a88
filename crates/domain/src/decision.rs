//! What was decided and why. A decision keeps its reason so that "why is this on screen?" is one call.

use serde::{Deserialize, Serialize};

use crate::catalogue::{CreativeId, Sku};
use crate::time::Mono;

/// One decision with its reason.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Decision {
    /// Camera frame whose observation led to it; 0 when no camera took part.
    pub frame: u64,
    /// When.
    pub at: Mono,
    /// What was chosen.
    pub chosen: Choice,
    /// The rule that won: promo id, `playlist`, `suggest`, `fallback`.
    pub rule: String,
    /// Its priority or score.
    pub priority: f32,
    /// Why it won, in one plain sentence.
    pub because: String,
    /// What else was considered and why it lost; at most 16, best first.
    pub rejected: Vec<Rejected>,
}

/// What a decision put on the screen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Choice {
    /// A slide of the attract loop.
    Slide {
        /// Which.
        id: CreativeId,
    },
    /// A promo card.
    Promo {
        /// Which.
        id: CreativeId,
    },
    /// No promo: nothing fits.
    NoPromo,
    /// The suggestion strip, best first.
    Suggestions {
        /// Garments in order.
        skus: Vec<Sku>,
    },
}

/// An alternative that lost.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Rejected {
    /// Its name.
    pub what: String,
    /// Its priority or score.
    pub priority: f32,
    /// Why it lost: `condition false`, `cooling down for 12 s`, `held 0.4 of 1.5 s`, `lower priority`, `minor`.
    pub because: String,
}
