//! The durable outbox between the screen and the hub: [`spool`] keeps records until the hub has them, [`link`] carries
//! them from the screen to the process that owns the spool. Knows nothing of windows, cameras or HTTP.

pub mod link;
pub mod spool;
mod stamped;

pub use link::{
    AgentMessage, AgentSocket, Beat, ConnectionId, LinkError, LinkEvent, LinkOptions, LinkStatus,
    ScreenLink, ScreenMessage, bind_private,
};
pub use spool::{Spool, SpoolError, SpoolOptions, SpoolStatus, SpooledRecord};
pub use stamped::{BadRecord, MAX_RECORD_BYTES, StampedRecord};
