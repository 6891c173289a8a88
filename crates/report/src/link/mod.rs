//! The Unix socket between the screen and its agent: JSON lines, a hello first, records acknowledged one by one.
//!
//! Screen side: [`ScreenLink`] queues without blocking and works without an agent. Agent side: [`AgentSocket`] takes
//! every line as hostile. What is kept where, and how decisions are used, is not known here.

mod agent_side;
mod backlog;
mod screen_side;
mod wire;

use cheval_domain::decision::Decision;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub use agent_side::{AgentSocket, ConnectionId, LinkError, LinkEvent, bind_private};
pub use screen_side::{LinkOptions, LinkStatus, ScreenLink};

use crate::stamped::StampedRecord;

/// Version of the protocol; both sides must speak the same.
pub const PROTOCOL: u32 = 1;

/// Longest line in bytes, its newline included.
pub const MAX_LINE_BYTES: usize = 64 * 1024;

/// What the screen says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ScreenMessage {
    /// First line of every connection; [`ScreenLink`] sends it by itself.
    Hello {
        /// Process id of the screen.
        pid: u32,
        /// [`PROTOCOL`].
        version: u32,
    },
    /// A record to keep; sent again after a reconnect until accepted or refused.
    Record(StampedRecord),
    /// Sign of life.
    Beat(Beat),
    /// What was decided and why.
    Decision(Decision),
}

/// Sign of life of the screen, about once a second. Missing beats make the agent restart the screen.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Beat {
    /// Frames presented since the screen started.
    pub frames_presented: u64,
    /// Process start to first picture in milliseconds; `None` until there was one.
    pub first_picture_ms: Option<u64>,
    /// Session state: `attract`, `noticed`, `engaged`, `try_on`, `farewell`, or `starting`.
    pub state: String,
    /// Camera: `live`, `paused`, `lost`, `none`, `starting`.
    pub camera: String,
}

/// What the agent says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AgentMessage {
    /// These records are on disk.
    Accepted {
        /// Their ids.
        ids: Vec<Uuid>,
    },
    /// These records will never be kept; an empty list means the connection itself was refused.
    Refused {
        /// Their ids.
        ids: Vec<Uuid>,
        /// Why, for the log.
        reason: String,
    },
    /// The screen should end in good order.
    Stop,
}
