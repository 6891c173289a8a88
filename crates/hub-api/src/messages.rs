//! Requests and replies of the hub, apart from the batch itself. Plain data.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The hub's answer to a batch, given after everything accepted is on disk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IngestReply {
    /// Every event of this batch with a sequence up to this one is settled: stored now, stored before, or rejected for
    /// good. The sender may delete them all. `None` when no sequence could be read.
    pub ack_through: Option<u64>,
    /// Events stored now.
    pub accepted: u64,
    /// Events that had been stored before.
    pub duplicates: u64,
    /// Events that will never be accepted: set them aside, do not send them again.
    pub rejected: Vec<Rejection>,
    /// The hub's clock.
    pub server_time: Timestamp,
}

/// One event that the hub refuses for good.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rejection {
    /// Place in the batch, from 0.
    pub index: usize,
    /// Its sequence number, where it could be read.
    pub sequence: Option<u64>,
    /// Short code, e.g. `bad_data`.
    pub code: String,
    /// What is wrong, for a person.
    pub message: String,
}

/// A kiosk asks for an identity. Signed with the key it presents (no device header), which proves that it has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EnrolRequest {
    /// One-time code that an administrator read out; spaces, hyphens and case do not matter.
    pub claim_code: String,
    /// Ed25519 public key, base64.
    pub public_key: String,
    /// What the machine is.
    pub inventory: Inventory,
}

/// What a kiosk says about itself when it enrols. Texts of at most 200 bytes.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Inventory {
    /// Name on the hub's pages, e.g. `window-left`; the hub makes one up when empty.
    pub name: String,
    /// Program version.
    pub version: String,
    /// Operating system and architecture.
    pub system: String,
}

/// The identity a kiosk got. Asking again with the same code and the same key gives the same identity, so a lost reply
/// does no harm.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnrolReply {
    /// The kiosk's identity from now on.
    pub device: Uuid,
    /// Name on the hub's pages.
    pub name: String,
    /// The site that the claim code was made for.
    pub site: String,
    /// The hub's clock.
    pub server_time: Timestamp,
}

/// Body of every reply that is not a success.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorBody {
    /// What was wrong, at least one.
    pub errors: Vec<ApiError>,
}

/// One thing that was wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiError {
    /// Short code for programs, e.g. `claim_expired`.
    pub code: String,
    /// What was wrong and what to do, for a person.
    pub detail: String,
}

impl ErrorBody {
    /// A body with one error.
    #[must_use]
    pub fn new(code: &str, detail: impl Into<String>) -> Self {
        Self {
            errors: vec![ApiError {
                code: code.to_owned(),
                detail: detail.into(),
            }],
        }
    }
}
