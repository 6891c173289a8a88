//! Programs that we start. All of them end when we end: on Ctrl-C, on SIGTERM, on an error, and (by the kernel's
//! parent-death signal, through `setpriv`) even when we are killed outright.

use std::fs::{self, File};
use std::io::{Read as _, Seek as _, SeekFrom};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use rustix::process::{Pid, Signal, kill_process_group};

use crate::progress::Step;
use crate::stop::Stop;

const POLL: Duration = Duration::from_millis(50);

static INTERRUPTED: OnceLock<Arc<AtomicBool>> = OnceLock::new();

/// Turns Ctrl-C, SIGTERM and a closed terminal into a flag, so that whoever owns children can end them first.
pub(crate) fn watch_signals() -> Result<()> {
    let flag = INTERRUPTED.get_or_init(Arc::default);
    for signal in [
        signal_hook::consts::SIGINT,
        signal_hook::consts::SIGTERM,
        signal_hook::consts::SIGHUP,
    ] {
        signal_hook::flag::register(signal, Arc::clone(flag))
            .context("failed to watch for Ctrl-C")?;
    }
    Ok(())
}

/// Fails once a request to end has come in.
pub(crate) fn check_interrupted() -> Result<()> {
    if INTERRUPTED
        .get()
        .is_some_and(|flag| flag.load(Ordering::Relaxed))
    {
        bail!(Stop::Interrupted);
    }
    Ok(())
}

/// Waits a moment between two looks at something.
pub(crate) fn pause() -> Result<()> {
    check_interrupted()?;
    thread::sleep(POLL);
    check_interrupted()
}

/// A program in a process group of its own that is ended with its children when this value goes.
pub(crate) struct Running {
    name: String,
    child: Child,
    /// Our end of its standard input: it closes when we go, however we go.
    stdin: Option<ChildStdin>,
}

impl Running {
    /// Starts `command` with our own output.
    #[cfg(test)]
    pub(crate) fn start(command: &Command, name: &str) -> Result<Self> {
        Self::start_with(command, name, |_| ())
    }

    /// Starts `command` with its output in `log`.
    pub(crate) fn start_logged(command: &Command, name: &str, log: &Path) -> Result<Self> {
        let out = create_log(log)?;
        let err = out.try_clone().context("failed to share a log file")?;
        Self::start_with(command, name, |tied| {
            tied.stdout(out).stderr(err);
        })
    }

    /// Starts `command` with its standard output readable by us.
    pub(crate) fn start_piped(
        command: &Command,
        name: &str,
        log: &Path,
    ) -> Result<(Self, ChildStdout)> {
        let err = create_log(log)?;
        let mut running = Self::start_with(command, name, |tied| {
            tied.stdout(Stdio::piped()).stderr(err);
        })?;
        let stdout = running
            .child
            .stdout
            .take()
            .context("a piped standard output is missing")?;
        Ok((running, stdout))
    }

    fn start_with(command: &Command, name: &str, wire: impl FnOnce(&mut Command)) -> Result<Self> {
        let mut tied = tied_to_us(command);
        tied.process_group(0).stdin(Stdio::piped());
        wire(&mut tied);
        let mut child = tied
            .spawn()
            .with_context(|| format!("failed to start {name}"))?;
        let stdin = child.stdin.take();
        Ok(Self {
            name: name.to_owned(),
            child,
            stdin,
        })
    }

    /// How it ended, if it did.
    pub(crate) fn ended(&mut self) -> Result<Option<ExitStatus>> {
        self.child
            .try_wait()
            .with_context(|| format!("failed to look after {}", self.name))
    }

    /// Waits for its end, at most `limit`; `None` when it still runs then.
    pub(crate) fn wait(&mut self, limit: Duration) -> Result<Option<ExitStatus>> {
        let deadline = Instant::now() + limit;
        loop {
            if let Some(status) = self.ended()? {
                return Ok(Some(status));
            }
            if Instant::now() >= deadline {
                return Ok(None);
            }
            pause()?;
        }
    }

    /// Asks it to end, and ends it by force when it has not after `grace`.
    pub(crate) fn stop(&mut self, grace: Duration) {
        self.stdin = None;
        self.signal(Signal::TERM);
        let deadline = Instant::now() + grace;
        while matches!(self.child.try_wait(), Ok(None)) && Instant::now() < deadline {
            thread::sleep(POLL);
        }
        // Also reaches grandchildren that outlived the leader: the group exists as long as one of them does.
        self.signal(Signal::KILL);
        drop(self.child.wait());
    }

    fn signal(&self, signal: Signal) {
        if let Some(group) = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw) {
            // The group may be gone already, which is what we want.
            kill_process_group(group, signal).ok();
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop(Duration::from_secs(5));
    }
}

/// Runs a program to its end with our terminal as its own.
pub(crate) fn run(command: &Command, what: &str) -> Result<()> {
    check_interrupted()?;
    let mut tied = tied_to_us(command);
    let mut child = tied
        .stdin(Stdio::null())
        .spawn()
        .with_context(|| format!("failed to start: {what}"))?;
    let status = loop {
        if let Some(status) = child
            .try_wait()
            .with_context(|| format!("failed to wait for: {what}"))?
        {
            break status;
        }
        if let Err(stop) = pause() {
            end_child(&mut child);
            return Err(stop);
        }
    };
    check_interrupted()?;
    if !status.success() {
        bail!("{what} failed ({status})");
    }
    Ok(())
}

fn end_child(child: &mut Child) {
    if let Some(pid) = i32::try_from(child.id()).ok().and_then(Pid::from_raw) {
        rustix::process::kill_process(pid, Signal::TERM).ok();
    }
    drop(child.wait());
}

/// Runs a long, talkative program: one moving line for the person, everything in `log`, the log's end when it fails.
pub(crate) fn run_quietly(command: &Command, label: &str, log: &Path) -> Result<()> {
    let mut step = Step::start(label);
    let mut running = Running::start_logged(command, label, log)?;
    running.stdin = None;
    let status = loop {
        if let Some(status) = running.ended()? {
            break status;
        }
        step.tick(tail(log, 1).trim());
        pause()?;
    };
    if !status.success() {
        step.done("failed");
        bail!(
            "{label} failed ({status}). The end of {}:\n{}",
            log.display(),
            tail(log, 25)
        );
    }
    step.done("done");
    Ok(())
}

/// The standard output of a short program; an error when it fails or does not exist.
pub(crate) fn capture(command: &mut Command) -> Result<String> {
    let output = command
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("failed to run {}", command.get_program().display()))?;
    if !output.status.success() {
        bail!(
            "{} failed ({}): {}",
            command.get_program().display(),
            output.status,
            String::from_utf8_lossy(&output.stderr).trim()
        );
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Whether `program` is on the search path.
pub(crate) fn on_path(program: &str) -> bool {
    std::env::var_os("PATH")
        .is_some_and(|path| std::env::split_paths(&path).any(|dir| dir.join(program).is_file()))
}

/// The last `lines` lines of a log file; empty when it cannot be read.
pub(crate) fn tail(log: &Path, lines: usize) -> String {
    const WINDOW: u64 = 8 * 1024;
    let read = || -> std::io::Result<Vec<u8>> {
        let mut file = File::open(log)?;
        let size = file.metadata()?.len();
        file.seek(SeekFrom::Start(size.saturating_sub(WINDOW)))?;
        let mut end = Vec::new();
        file.take(WINDOW).read_to_end(&mut end)?;
        Ok(end)
    };
    let end = read().unwrap_or_default();
    let text = String::from_utf8_lossy(&end);
    let all: Vec<&str> = text
        .split(['\n', '\r'])
        .filter(|line| !line.trim().is_empty())
        .collect();
    all.get(all.len().saturating_sub(lines)..)
        .unwrap_or_default()
        .join("\n")
}

fn create_log(log: &Path) -> Result<File> {
    if let Some(dir) = log.parent() {
        fs::create_dir_all(dir).with_context(|| format!("failed to create {}", dir.display()))?;
    }
    File::create(log).with_context(|| format!("failed to create {}", log.display()))
}

/// `command` behind `setpriv --pdeathsig`, where that exists (util-linux, part of every Debian): the kernel ends it when we die.
fn tied_to_us(command: &Command) -> Command {
    let mut tied = if on_path("setpriv") {
        let mut setpriv = Command::new("setpriv");
        setpriv
            .args(["--pdeathsig", "TERM", "--"])
            .arg(command.get_program());
        setpriv
    } else {
        Command::new(command.get_program())
    };
    tied.args(command.get_args());
    for (key, value) in command.get_envs() {
        match value {
            Some(value) => tied.env(key, value),
            None => tied.env_remove(key),
        };
    }
    if let Some(dir) = command.get_current_dir() {
        tied.current_dir(dir);
    }
    tied
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sh(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    fn alive(pid: i32) -> bool {
        // A zombie that nobody has collected yet is not alive.
        fs::read_to_string(format!("/proc/{pid}/stat")).is_ok_and(|stat| !stat.contains(") Z "))
    }

    #[test]
    fn dropping_a_program_ends_its_grandchildren_too() {
        let dir = tempfile::tempdir().unwrap();
        let pid_file = dir.path().join("pid");
        let script = format!(
            "sleep 1000 & echo $! > {0}.new; mv {0}.new {0}; wait",
            pid_file.display()
        );
        let running = Running::start(&sh(&script), "sh").unwrap();
        let deadline = Instant::now() + Duration::from_secs(30);
        while !pid_file.exists() {
            assert!(Instant::now() < deadline, "the shell never started");
            thread::sleep(POLL);
        }
        let grandchild: i32 = fs::read_to_string(&pid_file)
            .unwrap()
            .trim()
            .parse()
            .unwrap();
        assert!(alive(grandchild));
        drop(running);
        let deadline = Instant::now() + Duration::from_secs(30);
        while alive(grandchild) {
            assert!(Instant::now() < deadline, "the grandchild lives on");
            thread::sleep(POLL);
        }
    }

    #[test]
    fn a_program_that_ignores_the_polite_request_is_ended_by_force() {
        let mut running =
            Running::start(&sh("trap '' TERM; while :; do sleep 1; done"), "sh").unwrap();
        running.stop(Duration::from_millis(200));
        assert!(running.ended().unwrap().is_some());
    }

    #[test]
    fn a_failing_program_shows_the_end_of_its_log() {
        let dir = tempfile::tempdir().unwrap();
        let error = run_quietly(
            &sh("echo all was well; echo disk is full; exit 7"),
            "copy",
            &dir.path().join("log"),
        )
        .unwrap_err();
        let text = format!("{error:#}");
        assert!(
            text.contains("copy failed") && text.contains("disk is full"),
            "{text}"
        );
    }

    #[test]
    fn a_missing_program_is_named() {
        let error = run(&Command::new("no-such-program-here"), "the missing thing").unwrap_err();
        assert!(
            format!("{error:#}").contains("the missing thing"),
            "{error:#}"
        );
    }
}
