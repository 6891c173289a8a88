//! The process that keeps the kiosk going: starts the screen and brings it back, keeps its records on disk and carries
//! them to the hub, answers `cheval why` and `cheval status`. Has no camera and never sees a pixel.
//!
//! [`run()`] is the whole of it: one loop over one bounded queue. What the screen process calls on itself is in
//! [`child`] and [`sandbox`].

mod backoff;
pub mod child;
pub mod control;
mod drain;
pub mod enrolment;
mod run;
pub mod sandbox;
mod stop;
mod supervisor;

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use cheval_hub_api::client::DeviceIdentity;

pub use cheval_hub_api::Inventory;
pub use control::{AgentStatus, ControlReply, ControlRequest, HubStatus, ScreenStatus};
pub use run::run;
pub use stop::StopSignal;

/// The screen's socket inside the runtime folder.
pub const SCREEN_SOCKET: &str = "screen.sock";
/// The socket of [`control::ask`] inside the runtime folder.
pub const CONTROL_SOCKET: &str = "control.sock";

/// How an agent runs.
#[derive(Clone)]
pub struct AgentOptions {
    /// Folder for sockets, private to the kiosk.
    pub runtime_dir: PathBuf,
    /// Folder of the spool, private to the kiosk, on a disk that lasts.
    pub spool_dir: PathBuf,
    /// Bytes the spool may take.
    pub spool_cap_bytes: u64,
    /// Program and arguments of the screen.
    pub screen_command: Vec<OsString>,
    /// Where records go; `None` = they wait in the spool.
    pub hub: Option<HubOptions>,
    /// End when the screen ends by itself (exit code, no signal, no panic) instead of starting it again.
    pub end_with_screen: bool,
    /// Patience with the screen.
    pub timing: Timing,
}

/// Where and how records are delivered.
#[derive(Clone)]
pub struct HubOptions {
    /// `https://host[:port]`, or `http://` on this machine.
    pub url: String,
    /// Who this kiosk is, from [`enrolment`].
    pub identity: DeviceIdentity,
    /// Records are collected this long before they are sent.
    pub flush_interval: Duration,
    /// First and longest pause after a failed attempt; in between it doubles, with full jitter.
    pub retry: (Duration, Duration),
    /// Limit for one request.
    pub request_timeout: Duration,
}

impl HubOptions {
    /// The usual pace: flush every 5 s, pauses from 1 s to 300 s, 30 s for a request.
    #[must_use]
    pub fn new(url: String, identity: DeviceIdentity) -> Self {
        Self {
            url,
            identity,
            flush_interval: Duration::from_secs(5),
            retry: (Duration::from_secs(1), Duration::from_secs(300)),
            request_timeout: Duration::from_secs(30),
        }
    }
}

/// Patience with the screen.
#[derive(Debug, Clone, Copy)]
pub struct Timing {
    /// From start to the first beat; generous, a cold shader cache takes its time.
    pub first_beat: Duration,
    /// From beat to beat.
    pub beat: Duration,
    /// From SIGABRT to SIGKILL of a screen that hangs.
    pub abort_grace: Duration,
    /// From the request to stop to SIGKILL; SIGTERM comes halfway.
    pub stop_grace: Duration,
    /// A screen that lived less than this has crashed at start.
    pub short_life: Duration,
    /// Crashes at start before the agent pauses between attempts.
    pub short_lives: u32,
    /// First and longest such pause; it doubles.
    pub pause: (Duration, Duration),
    /// For the last delivery to the hub before the agent ends.
    pub last_delivery: Duration,
}

impl Default for Timing {
    fn default() -> Self {
        Self {
            first_beat: Duration::from_secs(60),
            beat: Duration::from_secs(15),
            abort_grace: Duration::from_secs(2),
            stop_grace: Duration::from_secs(6),
            short_life: Duration::from_secs(10),
            short_lives: 3,
            pause: (Duration::from_secs(1), Duration::from_secs(30)),
            last_delivery: Duration::from_secs(3),
        }
    }
}

/// Why the agent ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExitReason {
    /// It was asked to.
    Stopped,
    /// The screen ended with this code and [`AgentOptions::end_with_screen`] is set.
    ScreenEnded(i32),
}

/// Why the agent could not start.
#[derive(Debug, thiserror::Error)]
pub enum AgentError {
    /// No command was given.
    #[error("the command of the screen is empty")]
    NoCommand,
    /// The screen cannot be started at all.
    #[error("cannot start the screen {program:?}: {source}")]
    Screen {
        /// What was to be started.
        program: OsString,
        /// Why not.
        #[source]
        source: std::io::Error,
    },
    /// The spool cannot be used.
    #[error(transparent)]
    Spool(#[from] cheval_report::SpoolError),
    /// A socket cannot be set up.
    #[error(transparent)]
    Socket(#[from] cheval_report::LinkError),
    /// The hub's address cannot be used.
    #[error(transparent)]
    Hub(#[from] cheval_hub_api::client::ClientError),
    /// A thread cannot be started.
    #[error("cannot start a thread: {0}")]
    Thread(#[source] std::io::Error),
}
