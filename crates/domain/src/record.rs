//! What the kiosk reports: counts and facts, never a person. These are the bodies; the envelope is the hub's wire format.

use serde::{Deserialize, Serialize};

use crate::catalogue::{CreativeId, Sku};

/// One record for the hub. The serialised form is `{"type": "...", "data": {...}}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", content = "data", rename_all = "snake_case")]
pub enum Record {
    /// One creative presented once.
    Play(Play),
    /// Who was there, aggregated over a window of at least 15 minutes.
    AudienceWindow(AudienceWindow),
    /// How one shopper's use went.
    Interaction(Interaction),
    /// How the kiosk feels.
    DeviceHealth(DeviceHealth),
    /// Something went wrong.
    Fault(Fault),
    /// Privacy-relevant counters.
    Privacy(Privacy),
    /// Records that had to be dropped.
    SpoolGap(SpoolGap),
}

impl Record {
    /// The record type as it stands in the envelope.
    #[must_use]
    pub const fn kind(&self) -> RecordKind {
        match self {
            Self::Play(_) => RecordKind::Play,
            Self::AudienceWindow(_) => RecordKind::AudienceWindow,
            Self::Interaction(_) => RecordKind::Interaction,
            Self::DeviceHealth(_) => RecordKind::DeviceHealth,
            Self::Fault(_) => RecordKind::Fault,
            Self::Privacy(_) => RecordKind::Privacy,
            Self::SpoolGap(_) => RecordKind::SpoolGap,
        }
    }
}

/// The types of [`Record`], ordered by how soon they are dropped when the disk cap is reached: first goes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RecordKind {
    /// Dropped first.
    DeviceHealth,
    /// Then faults.
    Fault,
    /// Then interactions.
    Interaction,
    /// Then audience windows.
    AudienceWindow,
    /// Then plays.
    Play,
    /// Privacy counters go last.
    Privacy,
    /// Never dropped.
    SpoolGap,
}

impl RecordKind {
    /// The word on the wire; the same as the serialised form.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::DeviceHealth => "device_health",
            Self::Fault => "fault",
            Self::Interaction => "interaction",
            Self::AudienceWindow => "audience_window",
            Self::Play => "play",
            Self::Privacy => "privacy",
            Self::SpoolGap => "spool_gap",
        }
    }
}

/// One creative presented once, reported after its last frame. Carries no demographics.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Play {
    /// Where on the screen: `attract` or `promo`.
    pub slot: String,
    /// What.
    pub creative: CreativeId,
    /// Pack and revision, `pack@rev`.
    pub pack: String,
    /// First presentation, RFC 3339 UTC with milliseconds.
    pub started: String,
    /// End, exclusive.
    pub ended: String,
    /// Time on the glass in milliseconds.
    pub shown_ms: u64,
    /// Time it was meant to stay, in milliseconds.
    pub planned_ms: u64,
    /// Frames really presented with it.
    pub frames_presented: u64,
    /// The presented surface was black at a probe.
    pub black: bool,
    /// The presented surface did not change although it should have.
    pub frozen: bool,
    /// Why it ended.
    pub end_reason: EndReason,
    /// Impression estimate: people present while it was on the glass (`qty.multiplier`, source 2 = publisher).
    pub qty_multiplier: f32,
}

/// Why a play ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EndReason {
    /// Its time was over.
    Complete,
    /// A shopper touched the screen.
    Touched,
    /// Something more important came.
    Preempted,
    /// The screen stops.
    Shutdown,
}

/// Audience over one aligned window (≥ 15 minutes). `watchers ≤ ots`, `attention_ms ≤ dwell_ms`; every cell with fewer
/// than `k` people is merged into `other`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AudienceWindow {
    /// Window start, RFC 3339 UTC.
    pub from: String,
    /// Window end, exclusive.
    pub to: String,
    /// The window was cut short (start-up, shut-down); its counts are still true.
    pub partial: bool,
    /// People present.
    pub ots: u32,
    /// Of them, faced the screen at least once.
    pub watchers: u32,
    /// Summed presence of watchers, milliseconds.
    pub dwell_ms: u64,
    /// Summed facing time, milliseconds.
    pub attention_ms: u64,
    /// People by age band and gender, cells of at least `k`.
    pub cells: Vec<AudienceCell>,
    /// People in cells too small to show, minors and unknowns.
    pub other: u32,
    /// The threshold in force.
    pub k: u32,
    /// Time the camera was open in this window, milliseconds.
    pub camera_ms: u64,
}

/// One cell of an audience window.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AudienceCell {
    /// Age band word, never `minor` or `unknown`.
    pub age_band: String,
    /// Gender word, never `unknown`.
    pub gender: String,
    /// People.
    pub n: u32,
}

/// One shopper's use, after it ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Interaction {
    /// Rising number since the screen started; not a person.
    pub session: u64,
    /// Whole time, rounded to seconds.
    pub duration_secs: u64,
    /// Screens in order with time spent, milliseconds.
    pub steps: Vec<InteractionStep>,
    /// Garments tried on, with time.
    pub tried: Vec<TriedGarment>,
    /// CSAT 1..=5 if given.
    pub csat: Option<u8>,
    /// How it ended: `done`, `walked_away`, `idle`, `camera_off`.
    pub outcome: String,
}

/// One screen visited.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InteractionStep {
    /// Screen name.
    pub screen: String,
    /// Time there.
    pub ms: u64,
}

/// One garment tried on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TriedGarment {
    /// Which.
    pub sku: Sku,
    /// How long.
    pub ms: u64,
}

/// Health over the last interval.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeviceHealth {
    /// Frames presented since the screen started.
    pub frames_presented: u64,
    /// Presented frames per second over the interval.
    pub fps: f32,
    /// Camera: `live`, `paused`, `lost`, `none`, `starting`.
    pub camera: String,
    /// Camera frames received since the screen started.
    pub camera_frames: u64,
    /// Vision results since the screen started.
    pub vision_results: u64,
    /// Median time of one vision pass, milliseconds.
    pub vision_ms: f32,
    /// Organs switched off, with the reason, e.g. `garment_parser: wrong hash`.
    pub organs_off: Vec<String>,
    /// Sound: `on`, `muted`, `no_device`.
    pub sound: String,
    /// Resident memory of the screen, bytes.
    pub rss_bytes: u64,
    /// Active content, `pack@rev`.
    pub content: String,
    /// Program version.
    pub version: String,
    /// Times the agent has restarted the screen.
    pub restarts: u32,
}

/// Something went wrong. The vocabulary is closed: no free text from outside, no paths, no names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// Short code, e.g. `camera_lost`.
    pub code: String,
    /// Component: `camera`, `perception`, `content`, `audio`, `screen`, `report`.
    pub component: String,
    /// Occurrences folded into this record.
    pub count: u32,
    /// A sentence for staff from our own vocabulary.
    pub message: String,
}

/// Privacy-relevant counters since the last record.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Privacy {
    /// Notice shown this many times.
    pub notices_shown: u32,
    /// Camera paused by a shopper this many times.
    pub camera_paused: u32,
    /// "What it sees" opened this many times.
    pub sees_opened: u32,
}

/// Records were dropped because the disk cap was reached.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SpoolGap {
    /// First dropped sequence number.
    pub from_sequence: u64,
    /// Last dropped sequence number.
    pub to_sequence: u64,
    /// How many in between were dropped (others may have been delivered).
    pub dropped: u64,
    /// Why: `disk_cap`, `disk_full`, `corrupt`.
    pub reason: String,
}
