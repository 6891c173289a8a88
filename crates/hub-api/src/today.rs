//! What the hub knows about today: the body of `GET /v1/today` and the content of its page. Plain data.
//!
//! "Today" is the calendar day in the hub's time zone. Counts come from kiosks; those that rest on the camera are
//! estimates and say so.

use cheval_domain::record::DeviceHealth;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Everything about one day.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Today {
    /// The day.
    pub day: Date,
    /// Its time zone, IANA name or `UTC`.
    pub time_zone: String,
    /// When this was put together.
    pub generated: Timestamp,
    /// Records stored for this day.
    pub records: RecordTotals,
    /// What was shown.
    pub plays: PlayTotals,
    /// Who was there, an estimate by the cameras.
    pub audience: AudienceTotals,
    /// How the mirrors were used.
    pub sessions: SessionTotals,
    /// Privacy counters.
    pub privacy: PrivacyTotals,
    /// Faults, most frequent first.
    pub faults: Vec<FaultLine>,
    /// Every enrolled kiosk, by site and name.
    pub kiosks: Vec<KioskToday>,
}

/// Records stored for one day.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct RecordTotals {
    /// Stored, each once.
    pub accepted: u64,
    /// Refused for good.
    pub rejected: u64,
    /// Stored by kind: the word of `RecordKind::as_str`.
    pub by_kind: std::collections::BTreeMap<String, u64>,
}

/// What was shown in one day.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct PlayTotals {
    /// Plays.
    pub count: u64,
    /// Time on the glass, milliseconds.
    pub shown_ms: u64,
    /// Impressions: people present, summed over plays. An estimate.
    pub impressions: f64,
    /// By creative, most plays first.
    pub by_creative: Vec<CreativePlays>,
}

/// Plays of one creative in one day.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CreativePlays {
    /// Creative identifier.
    pub creative: String,
    /// Plays.
    pub count: u64,
    /// Time on the glass, milliseconds.
    pub shown_ms: u64,
    /// Frames really presented.
    pub frames_presented: u64,
    /// Plays whose surface was black or frozen at a probe.
    pub faulty: u64,
    /// Impressions, an estimate.
    pub impressions: f64,
}

/// Audience of one day. `watchers ≤ ots`, `attention_ms ≤ dwell_ms`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct AudienceTotals {
    /// People who had the opportunity to see.
    pub ots: u64,
    /// Of them, faced the screen at least once.
    pub watchers: u64,
    /// Summed presence of watchers, milliseconds.
    pub dwell_ms: u64,
    /// Summed facing time, milliseconds.
    pub attention_ms: u64,
    /// `dwell_ms / watchers`; absent without watchers.
    pub mean_dwell_ms: Option<u64>,
    /// Time the cameras were open, milliseconds.
    pub camera_ms: u64,
    /// Windows behind these figures.
    pub windows: u64,
}

/// Use of the mirrors in one day.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct SessionTotals {
    /// Sessions ended.
    pub count: u64,
    /// Of them, tried on at least one garment.
    pub with_try_on: u64,
    /// Garments tried on.
    pub garments_tried: u64,
    /// Mean duration, milliseconds; absent without sessions.
    pub mean_duration_ms: Option<u64>,
    /// Ratings given.
    pub csat_count: u64,
    /// Mean rating 1..=5; absent without ratings.
    pub csat_mean: Option<f64>,
}

/// Privacy counters of one day.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PrivacyTotals {
    /// Notices shown.
    pub notices_shown: u64,
    /// Times a shopper paused the camera.
    pub camera_paused: u64,
    /// Times "what it sees" was opened.
    pub sees_opened: u64,
}

/// One fault in one day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FaultLine {
    /// Kiosk name.
    pub kiosk: String,
    /// Code.
    pub code: String,
    /// Component.
    pub component: String,
    /// The last sentence for staff.
    pub message: String,
    /// Occurrences.
    pub count: u64,
}

/// One kiosk today.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct KioskToday {
    /// Identity.
    pub device: Uuid,
    /// Name.
    pub name: String,
    /// Site.
    pub site: String,
    /// When it enrolled.
    pub enrolled: Timestamp,
    /// When it last sent anything.
    pub last_seen: Option<Timestamp>,
    /// How far its clock is behind the hub's (positive) or ahead (negative), milliseconds.
    pub clock_behind_ms: Option<i64>,
    /// Plays today.
    pub plays: u64,
    /// The newest health record.
    pub health: Option<LastHealth>,
    /// How much of what it recorded today has arrived.
    pub completeness: Completeness,
}

/// The newest health record of a kiosk.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LastHealth {
    /// When it was taken.
    pub at: Timestamp,
    /// What it says.
    pub health: DeviceHealth,
}

/// How much of a kiosk's day has arrived, from gaps in its sequence numbers. A kiosk that has sent nothing counts
/// nothing: what it still holds is not known.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Completeness {
    /// Records that the sequence numbers say there are.
    pub expected: u64,
    /// Records stored.
    pub received: u64,
    /// Records that the kiosk itself reported as dropped.
    pub dropped: u64,
}

impl Completeness {
    /// `received / expected` in percent; `None` when nothing is expected.
    #[must_use]
    pub fn percent(&self) -> Option<f64> {
        (self.expected > 0).then(|| 100.0 * self.received as f64 / self.expected as f64)
    }
}
