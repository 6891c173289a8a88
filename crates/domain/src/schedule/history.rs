//! What has played so far, in the form in which it is handed out and taken back, so that a restart forgets no promise. Holds
//! numbers of campaigns only, nothing of people.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::name::CampaignId;

/// The number of a play, rising from 1 while a schedule lives; the same creative played again has another one.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct PlayNo(pub u64);

/// What became of a play.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It was on the glass.
    Presented {
        /// Impressions it made, thousandths.
        impressions_milli: u64,
    },
    /// Not one frame of it was presented, so it does not count.
    NeverShown,
}

/// Plays and impressions of one campaign since it began.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Totals {
    /// Plays started.
    pub plays: u64,
    /// Impressions, thousandths.
    pub impressions_milli: u64,
}

/// Counters of all campaigns.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct History {
    /// By campaign; one that has never played may be missing.
    pub campaigns: BTreeMap<CampaignId, CampaignHistory>,
}

/// Counters of one campaign.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct CampaignHistory {
    /// Since it began.
    pub totals: Totals,
    /// For each play of the last sixty minutes, how much longer it counts towards the cap, milliseconds.
    pub hour_left_ms: Vec<u64>,
}
