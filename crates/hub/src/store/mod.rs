//! What the hub keeps, as two traits: records ([`EventLog`]) and who may send them ([`ControlStore`]). Nothing here
//! knows HTTP; nothing outside knows SQL. Every method may block until the data are on disk: call from threads that may.

pub mod sqlite;

use cheval_hub_api::{Envelope, Inventory, Today};
use jiff::Timestamp;
use jiff::civil::Date;
use uuid::Uuid;

/// Why the store could not do its work.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StoreError {
    /// More is waiting to be written than fits the queue.
    #[error("the store is busy")]
    Busy,
    /// The writer has stopped.
    #[error("the store is closed")]
    Closed,
    /// The database failed; nothing of the request was stored.
    #[error("the store cannot {doing}: {detail}")]
    Failed {
        /// What was attempted.
        doing: &'static str,
        /// The database's words.
        detail: String,
    },
    /// The database was written by a newer hub.
    #[error(
        "the data were written by a newer hub (format {found}, this hub knows {known}): install that version"
    )]
    TooNew {
        /// Format found.
        found: i64,
        /// Newest format this hub knows.
        known: i64,
    },
}

/// A record that passed every check, with the hub's view of when it happened.
#[derive(Debug, Clone, PartialEq)]
pub struct CheckedEvent {
    /// As it came.
    pub envelope: Envelope,
    /// The day it counts for, in the hub's time zone.
    pub day: Date,
    /// When it happened by the hub's clock.
    pub occurred: Timestamp,
}

/// One request's worth of records from one kiosk.
#[derive(Debug, Clone, PartialEq)]
pub struct EventBatch {
    /// The sender.
    pub device: Uuid,
    /// When the hub received it.
    pub received: Timestamp,
    /// The day it was received, in the hub's time zone.
    pub received_day: Date,
    /// How far the sender's clock is behind, milliseconds.
    pub clock_behind_ms: i64,
    /// What to store.
    pub events: Vec<CheckedEvent>,
    /// What was refused for good: sequence and code.
    pub rejections: Vec<(u64, &'static str)>,
}

/// How many of a batch were new.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Appended {
    /// Stored now.
    pub accepted: u64,
    /// Stored before.
    pub duplicates: u64,
}

/// The log of all records.
pub trait EventLog: Send + Sync {
    /// Stores each event once, for ever, and returns when all are on disk: all or nothing.
    ///
    /// # Errors
    /// Any [`StoreError`]; then nothing of this batch is stored.
    fn append(&self, batch: EventBatch) -> Result<Appended, StoreError>;

    /// Everything about `day`; `time_zone` and `generated` are passed through.
    ///
    /// # Errors
    /// [`StoreError::Failed`].
    fn today(&self, day: Date, time_zone: &str, generated: Timestamp) -> Result<Today, StoreError>;
}

/// A kiosk that may send records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    /// Its identity.
    pub device: Uuid,
    /// Its Ed25519 public key.
    pub public_key: [u8; 32],
    /// Its name on the pages.
    pub name: String,
    /// Where it stands.
    pub site: String,
}

/// A wish to become a [`Device`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enrolment {
    /// Hash of the claim code.
    pub claim_hash: [u8; 32],
    /// The identity it gets, if it gets one.
    pub device: Uuid,
    /// Its key; the sender has proved to own it.
    pub public_key: [u8; 32],
    /// What it says about itself.
    pub inventory: Inventory,
    /// Now.
    pub at: Timestamp,
}

/// What became of an [`Enrolment`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EnrolOutcome {
    /// It is enrolled, now or already by the same code and key.
    Enrolled(Device),
    /// No such code.
    UnknownClaim,
    /// The code has been spent on another key.
    UsedClaim,
    /// The code is too old.
    ExpiredClaim,
    /// The key belongs to a kiosk that enrolled with another code.
    KnownKey,
}

/// Who may send records.
pub trait ControlStore: Send + Sync {
    /// Remembers a claim code for `site` until `expires`.
    ///
    /// # Errors
    /// Any [`StoreError`].
    fn create_claim(
        &self,
        hash: [u8; 32],
        site: &str,
        created: Timestamp,
        expires: Timestamp,
    ) -> Result<(), StoreError>;

    /// Spends a claim code.
    ///
    /// # Errors
    /// Any [`StoreError`]; a code that does not hold is an [`EnrolOutcome`].
    fn enrol(&self, enrolment: Enrolment) -> Result<EnrolOutcome, StoreError>;

    /// The kiosk with this identity.
    ///
    /// # Errors
    /// [`StoreError::Failed`].
    fn device(&self, device: Uuid) -> Result<Option<Device>, StoreError>;

    /// Whether the store can be read.
    ///
    /// # Errors
    /// [`StoreError::Failed`] when not.
    fn check(&self) -> Result<(), StoreError>;
}
