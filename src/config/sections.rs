//! One struct per concern. Ranges and meanings of the values stand in [`super::spec`] and `kiosk-config/default.toml`.

use std::path::PathBuf;

use serde::Deserialize;

/// The sections as they stand in the files.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct All {
    pub(super) site: Site,
    pub(super) screen: Screen,
    pub(super) camera: Camera,
    pub(super) vision: Vision,
    pub(super) try_on: TryOn,
    pub(super) session: Session,
    pub(super) audience: Audience,
    pub(super) content: Content,
    pub(super) sound: Sound,
    pub(super) report: Report,
    pub(super) language: Languages,
}

/// The place the kiosk stands in.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Site {
    /// Name of the store.
    pub store: String,
    /// Kind of place.
    pub venue_type: String,
    /// IANA time zone.
    pub time_zone: String,
    /// Weather word that promo conditions read.
    pub weather: String,
}

/// The panel and its window.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Screen {
    /// Width of the window, physical pixels.
    pub width_px: u32,
    /// Height of the window, physical pixels.
    pub height_px: u32,
    /// Take the whole panel.
    pub fullscreen: bool,
    /// Show the mouse pointer.
    pub cursor: bool,
}

/// The camera.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Camera {
    /// Where pictures come from, as `cheval_perception::SourceSpec` reads it.
    pub source: String,
    /// Wanted width before rotation, pixels.
    pub width_px: u32,
    /// Wanted height before rotation, pixels.
    pub height_px: u32,
    /// Wanted pictures per second.
    pub rate_hz: f64,
    /// Clockwise turn that sets the picture upright: 0, 90, 180 or 270.
    pub rotation_degrees: u32,
    /// Left and right as in a mirror.
    pub mirrored: bool,
}

/// Models and their thread.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Vision {
    /// Look at the pictures at all.
    pub enabled: bool,
    /// Folder of `models.toml` and the weights.
    pub models_dir: PathBuf,
    /// ONNX Runtime library; searched in the usual places when `None`.
    pub runtime: Option<PathBuf>,
    /// Face detections per second.
    pub detect_hz: f64,
    /// Share of one core that vision may use.
    pub budget_cores: f64,
    /// Niceness of the vision thread, 0..=19.
    pub nice: i32,
    /// Estimate the proportions of the shopper's body, for advice on fit.
    pub figure: bool,
}

/// What the mirror may do with what people wear.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TryOn {
    /// Show the worn garment in another colour where one of the shop cannot be put on. Patented in some markets.
    pub recolour: bool,
}

/// Durations of a session, milliseconds; meanings in `cheval_domain::session::SessionTimings`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Session {
    /// Somebody near and facing this long brings up the notice.
    pub linger_ms: u64,
    /// The notice goes on by itself.
    pub notice_ms: u64,
    /// No touch for this long starts the warning.
    pub idle_ms: u64,
    /// The warning counts down, at least 20 000.
    pub warning_ms: u64,
    /// Feedback waits, at least 20 000.
    pub feedback_ms: u64,
    /// The farewell stays.
    pub farewell_ms: u64,
    /// Nobody in the picture for this long: they walked away.
    pub away_ms: u64,
    /// Without word about people for this long, nobody is there.
    pub presence_ttl_ms: u64,
}

/// What is reported about people.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Audience {
    /// Length of one report window, at least 15.
    pub window_minutes: u32,
    /// Smallest cell reported, at least 5.
    pub k: u32,
    /// The face points at the screen when turned less than this to a side, degrees.
    pub facing_yaw_degrees: f64,
    /// And less than this up or down, degrees.
    pub facing_pitch_degrees: f64,
    /// A look of at least this long is a glance, and counts as attention.
    pub glance_ms: u64,
    /// A look of at least this long makes a watcher.
    pub watcher_ms: u64,
}

/// What is shown.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Content {
    /// Folder of the generations.
    pub store_dir: PathBuf,
}

/// What is heard.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sound {
    /// 0..=1.
    pub volume: f32,
    /// Play nothing.
    pub muted: bool,
    /// Name of the sound device; the system's default when `None`.
    pub device: Option<String>,
}

/// Records and where they go.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Report {
    /// The hub; records stay in the spool when `None`.
    pub hub_url: Option<String>,
    /// Folder of the spool.
    pub spool_dir: PathBuf,
    /// Most disk the spool takes, MiB.
    pub spool_cap_mib: u32,
    /// Folder of the socket between agent and screen.
    pub runtime_dir: PathBuf,
    /// Seconds between two health records.
    pub health_secs: u64,
}

/// Languages on the glass.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Languages {
    /// When nobody has chosen.
    pub default: String,
    /// On offer, in this order.
    pub offered: Vec<String>,
}
