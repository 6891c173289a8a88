//! The walls around the screen process, put up by the screen itself before it starts any thread: no internet sockets,
//! no writing outside its folders, no new programs, no core dumps. On a kernel that cannot do all of it the rest still
//! holds, and the report says loudly what is missing.
//!
//! Reading stays open everywhere (drivers, fonts, models), and so do Unix sockets (display, sound, agent). Devices
//! under `/dev` may be opened for writing, since a camera that is plugged in again is a new file there; disks are
//! protected by their owner and group only, so the screen should not run as root.

mod files;
mod syscalls;

use std::fmt;
use std::path::PathBuf;

use rustix::process::{DumpableBehavior, Resource, Rlimit};

/// What the screen may do.
#[derive(Debug, Clone, Default)]
pub struct SandboxOptions {
    /// Folders (or files) it may write; they must exist.
    pub writable: Vec<PathBuf>,
}

/// How far one wall stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wall {
    /// As designed.
    Full,
    /// Partly, because the kernel is too old for the rest.
    Partial,
    /// Not at all.
    Missing {
        /// Why.
        reason: String,
    },
}

/// What is in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SandboxReport {
    /// Landlock: writing, device control and TCP.
    pub files: Wall,
    /// seccomp: internet sockets, programs, other processes, io_uring.
    pub syscalls: Wall,
    /// `PR_SET_NO_NEW_PRIVS`, and memory neither dumped nor open to others.
    pub process: Wall,
    /// Things that are not as they should be, one sentence each.
    pub remarks: Vec<String>,
}

impl SandboxReport {
    /// Every wall stands as designed.
    #[must_use]
    pub fn is_full(&self) -> bool {
        [&self.files, &self.syscalls, &self.process]
            .into_iter()
            .all(|wall| *wall == Wall::Full)
    }
}

impl fmt::Display for SandboxReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "files: {}, system calls: {}, process: {}",
            self.files, self.syscalls, self.process
        )?;
        self.remarks
            .iter()
            .try_for_each(|remark| write!(f, "; {remark}"))
    }
}

impl fmt::Display for Wall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Full => f.write_str("walled"),
            Self::Partial => f.write_str("partly walled (older kernel)"),
            Self::Missing { reason } => write!(f, "NOT WALLED ({reason})"),
        }
    }
}

/// Puts up the walls for this process and everything it starts. There is no way back. Call it before any thread is
/// started: the file wall holds only for the calling thread and its descendants.
#[must_use]
pub fn enter(options: &SandboxOptions) -> SandboxReport {
    let mut remarks = remarks_before();
    let process = wall(harden());
    let files = files::restrict(options, &mut remarks);
    let syscalls = wall(syscalls::restrict());
    SandboxReport {
        files,
        syscalls,
        process,
        remarks,
    }
}

fn wall<E: fmt::Display>(result: Result<(), E>) -> Wall {
    match result {
        Ok(()) => Wall::Full,
        Err(error) => Wall::Missing {
            reason: error.to_string(),
        },
    }
}

fn remarks_before() -> Vec<String> {
    let mut remarks = Vec::new();
    match std::fs::read_dir("/proc/self/task").map(Iterator::count) {
        Ok(1) => {}
        Ok(threads) => remarks.push(format!(
            "{threads} threads ran already: the file wall does not hold for all of them"
        )),
        Err(error) => remarks.push(format!("threads cannot be counted: {error}")),
    }
    if rustix::process::geteuid().is_root() {
        remarks.push("runs as root: disks under /dev are not protected by their owner".to_owned());
    }
    remarks
}

fn harden() -> rustix::io::Result<()> {
    rustix::thread::set_no_new_privs(true)?;
    rustix::process::setrlimit(
        Resource::Core,
        Rlimit {
            current: Some(0),
            maximum: Some(0),
        },
    )?;
    rustix::process::set_dumpable_behavior(DumpableBehavior::NotDumpable)
}
