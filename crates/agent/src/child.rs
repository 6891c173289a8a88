//! The tie between agent and screen process, both ends: how the agent starts one, and what the screen calls on itself
//! so that it never outlives its agent.

use std::ffi::OsString;
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};

use rustix::process::{Pid, PidfdFlags, Signal, WaitId, WaitIdOptions};

/// Environment variable: path of the agent's socket.
pub const SOCKET_VAR: &str = "CHEVAL_AGENT_SOCKET";
/// Environment variable: process id of the agent.
pub const AGENT_PID_VAR: &str = "CHEVAL_AGENT_PID";
/// Environment variable: how often the agent has started the screen anew.
pub const RESTARTS_VAR: &str = "CHEVAL_SCREEN_RESTARTS";

/// Settings of glibc's allocator: few arenas, large blocks given back at once. Frames, textures and models are large, and
/// many threads hold one now and then; measured on the screen with vision at 1080x1920: 471 MB became 394 MB (PSS).
const THRIFTY_ALLOCATOR: [(&str, &str); 3] = [
    ("MALLOC_ARENA_MAX", "2"),
    ("MALLOC_TRIM_THRESHOLD_", "131072"),
    ("MALLOC_MMAP_THRESHOLD_", "131072"),
];

/// What the screen learns from its agent; all empty without one.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Upbringing {
    /// The agent's socket.
    pub socket: Option<PathBuf>,
    /// The agent's process id.
    pub agent_pid: Option<i32>,
    /// Restarts so far, for health records.
    pub restarts: u32,
}

impl Upbringing {
    /// Reads it from the environment.
    #[must_use]
    pub fn from_env() -> Self {
        let number = |name| std::env::var(name).ok()?.parse::<i32>().ok();
        Self {
            socket: std::env::var_os(SOCKET_VAR).map(PathBuf::from),
            agent_pid: number(AGENT_PID_VAR),
            restarts: number(RESTARTS_VAR)
                .and_then(|n| u32::try_from(n).ok())
                .unwrap_or(0),
        }
    }
}

/// Why the screen should end at once.
#[derive(Debug, thiserror::Error)]
pub enum OrphanError {
    /// The agent died before the tie was made.
    #[error("the agent (process {0}) is gone: this screen would never be looked after")]
    AgentGone(i32),
    /// The kernel refused.
    #[error("cannot tie the screen to its agent: {0}")]
    Kernel(#[source] io::Error),
}

/// Ties this process to the agent that started it: the kernel kills it when the thread that started it ends, however
/// that comes about. Called by the screen as early as possible. Does nothing without an agent.
///
/// # Errors
/// [`OrphanError`]: the screen should end.
pub fn die_with_agent(upbringing: &Upbringing) -> Result<(), OrphanError> {
    let Some(agent) = upbringing.agent_pid else {
        return Ok(());
    };
    rustix::process::set_parent_process_death_signal(Some(Signal::KILL))
        .map_err(|e| OrphanError::Kernel(e.into()))?;
    // The agent may have died before the line above; a wrapper in between is fine while the agent lives.
    let alive =
        Pid::from_raw(agent).is_some_and(|pid| rustix::process::test_kill_process(pid).is_ok());
    if alive {
        Ok(())
    } else {
        Err(OrphanError::AgentGone(agent))
    }
}

/// A running screen process, in a process group of its own.
#[derive(Debug)]
pub(crate) struct ScreenProcess {
    pub(crate) pid: Pid,
    handle: OwnedFd,
}

/// Starts the screen. The returned child is for [`wait`], on another thread.
///
/// Must be called on a thread that lives as long as the agent: the tie made by [`die_with_agent`] is to that thread.
pub(crate) fn start(
    command: &[OsString],
    socket: &Path,
    restarts: u32,
) -> io::Result<(ScreenProcess, Child)> {
    let (program, arguments) = command.split_first().ok_or(io::ErrorKind::InvalidInput)?;
    let mut child = Command::new(program)
        .args(arguments)
        .env(SOCKET_VAR, socket)
        .env(AGENT_PID_VAR, std::process::id().to_string())
        .env(RESTARTS_VAR, restarts.to_string())
        .envs(THRIFTY_ALLOCATOR)
        .stdin(Stdio::null())
        .process_group(0)
        .spawn()?;
    let pid = Pid::from_child(&child);
    match rustix::process::pidfd_open(pid, PidfdFlags::empty()) {
        Ok(handle) => Ok((ScreenProcess { pid, handle }, child)),
        Err(error) => {
            child.kill()?;
            child.wait()?;
            Err(error.into())
        }
    }
}

impl ScreenProcess {
    /// Signals the process itself; one that is gone is fine.
    pub(crate) fn signal(&self, signal: Signal) {
        if let Err(error) = rustix::process::pidfd_send_signal(&self.handle, signal) {
            tracing::debug!(%error, ?signal, "the screen is already gone");
        }
    }
}

/// Waits for the end, then kills whatever else is left of the process group before its id can be used again.
pub(crate) fn wait(mut child: Child) -> io::Result<ExitStatus> {
    let pid = Pid::from_child(&child);
    rustix::process::waitid(
        WaitId::Pid(pid),
        WaitIdOptions::EXITED | WaitIdOptions::NOWAIT,
    )?;
    if let Err(error) = rustix::process::kill_process_group(pid, Signal::KILL) {
        tracing::debug!(%error, "nothing left of the screen's process group");
    }
    child.wait()
}

/// The end of a process in words.
pub(crate) fn describe(status: ExitStatus) -> String {
    match (status.code(), status.signal()) {
        (Some(code), _) => format!("exit code {code}"),
        (None, Some(signal)) => format!("signal {signal}"),
        (None, None) => "unknown end".to_owned(),
    }
}
