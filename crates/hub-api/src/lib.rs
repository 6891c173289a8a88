//! What kiosk and hub say to each other: envelopes, batches, signatures, replies, and (feature `client`) the kiosk's
//! HTTPS client. Knows the records of `cheval-domain`; must not know how either side stores them.
//!
//! A record's way over the wire: [`Envelope`] (CloudEvents 1.0) → [`batch::encode`] (JSON array, zstd) →
//! [`signing::sign`] (Ed25519 headers) → `POST /v1/ingest` → [`IngestReply`].
#![warn(missing_docs)]

pub mod batch;
#[cfg(feature = "client")]
pub mod client;
mod envelope;
mod messages;
pub mod signing;
mod today;

pub use envelope::{Envelope, EnvelopeError, FIRST_SEQUENCE};
pub use messages::{
    ApiError, EnrolReply, EnrolRequest, ErrorBody, IngestReply, Inventory, Rejection,
};
pub use today::{
    AudienceTotals, Completeness, CreativePlays, FaultLine, KioskToday, LastHealth, PlayTotals,
    PrivacyTotals, RecordTotals, SessionTotals, Today,
};

/// Path of the ingest endpoint.
pub const INGEST_PATH: &str = "/v1/ingest";
/// Path of the enrolment endpoint.
pub const ENROL_PATH: &str = "/v1/enrol";
/// Path of today's totals as JSON ([`Today`]).
pub const TODAY_PATH: &str = "/v1/today";
/// Path that answers 200 while the hub can read its storage.
pub const HEALTH_PATH: &str = "/healthz";

/// Sizes that both sides hold to. The figures are those of common customer-data platforms (32 KB per event, 500 KB per
/// batch), see `docs/hub.md`.
pub mod limits {
    /// Largest serialised event, bytes.
    pub const EVENT_BYTES: usize = 32 * 1024;
    /// Largest batch after decompression, bytes.
    pub const BATCH_BYTES: usize = 512 * 1024;
    /// Largest request body as sent, bytes. zstd never grows a batch by more than a few bytes.
    pub const BODY_BYTES: usize = BATCH_BYTES + 1024;
    /// Most events in one batch.
    pub const BATCH_EVENTS: usize = 500;
    /// A body may unpack to at most this many times its size …
    pub const MAX_RATIO: usize = 200;
    /// … once it has unpacked to more than this many bytes.
    pub const RATIO_FREE_BYTES: usize = 64 * 1024;
    /// Largest zstd window as a power of two (2 MiB): bounds the memory one body can ask for.
    pub const ZSTD_WINDOW_LOG: u32 = 21;
    /// Largest enrolment request and largest reply a client reads, bytes.
    pub const MESSAGE_BYTES: usize = 256 * 1024;
}
