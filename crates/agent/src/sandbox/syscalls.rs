//! The system call wall (seccomp): only what a compromised screen would need to carry pictures away or to reach into
//! other processes is denied; everything drivers and displays need goes on.

use std::collections::BTreeMap;

use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter,
    SeccompRule, TargetArch,
};

type Rules = BTreeMap<i64, Vec<SeccompRule>>;

/// Denied whatever the arguments: other processes' memory, new programs, and io_uring, which would bypass this filter.
const DENIED: [i64; 7] = [
    libc::SYS_execve,
    libc::SYS_execveat,
    libc::SYS_ptrace,
    libc::SYS_process_vm_readv,
    libc::SYS_process_vm_writev,
    libc::SYS_io_uring_setup,
    libc::SYS_pidfd_getfd,
];

/// The same calls under the x32 numbers of `arch/x86/entry/syscalls/syscall_64.tbl`, bit 30 set.
#[cfg(target_arch = "x86_64")]
const DENIED_X32: [i64; 7] = [
    0x4000_0208,
    0x4000_0221,
    0x4000_0209,
    0x4000_021b,
    0x4000_021c,
    0x4000_01a9,
    0x4000_01b6,
];
#[cfg(not(target_arch = "x86_64"))]
const DENIED_X32: [i64; 0] = [];

/// Calls that make sockets: only Unix ones. x32 numbers as above.
#[cfg(target_arch = "x86_64")]
const SOCKETS: [i64; 4] = [
    libc::SYS_socket,
    libc::SYS_socketpair,
    0x4000_0029,
    0x4000_0035,
];
#[cfg(not(target_arch = "x86_64"))]
const SOCKETS: [i64; 2] = [libc::SYS_socket, libc::SYS_socketpair];

/// Why the wall does not stand.
#[derive(Debug, thiserror::Error)]
pub(super) enum SyscallError {
    /// Not an architecture we know.
    #[error("seccomp for this processor is not known: {0}")]
    Processor(#[source] seccompiler::BackendError),
    /// The filter could not be built.
    #[error("the seccomp filter cannot be built: {0}")]
    Filter(#[from] seccompiler::BackendError),
    /// The kernel did not take it.
    #[error("the kernel does not take the seccomp filter: {0}")]
    Kernel(#[from] seccompiler::Error),
}

/// Applies to all threads of the process, present and future.
pub(super) fn restrict() -> Result<(), SyscallError> {
    seccompiler::apply_filter_all_threads(&program(denied_rules(), libc::EPERM)?)?;
    seccompiler::apply_filter_all_threads(&program(socket_rules()?, libc::EAFNOSUPPORT)?)?;
    Ok(())
}

fn denied_rules() -> Rules {
    DENIED
        .into_iter()
        .chain(DENIED_X32)
        .map(|call| (call, Vec::new()))
        .collect()
}

fn socket_rules() -> Result<Rules, SyscallError> {
    let unix = u64::from(libc::AF_UNIX.unsigned_abs());
    let not_unix = SeccompCondition::new(0, SeccompCmpArgLen::Dword, SeccompCmpOp::Ne, unix)?;
    let rule = SeccompRule::new(vec![not_unix])?;
    Ok(SOCKETS
        .into_iter()
        .map(|call| (call, vec![rule.clone()]))
        .collect())
}

fn program(rules: Rules, errno: i32) -> Result<BpfProgram, SyscallError> {
    let processor =
        TargetArch::try_from(std::env::consts::ARCH).map_err(SyscallError::Processor)?;
    let deny = SeccompAction::Errno(errno.unsigned_abs());
    Ok(SeccompFilter::new(rules, SeccompAction::Allow, deny, processor)?.try_into()?)
}
