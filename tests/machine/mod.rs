//! Real processes for stories: a virtual display, the kiosk's program, a hub. Everything ends with its owner.

pub(crate) mod watermark;

use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use cheval_agent::control::{self, ControlReply, ControlRequest};
use cheval_agent::{AgentStatus, CONTROL_SOCKET};
use cheval_hub_api::Today;
use cheval_test_kit::hub::TestHub;
use tempfile::TempDir;

/// Generous: these machines are shared and draw in software.
const PATIENCE: Duration = Duration::from_secs(60);
const SIZE: &str = "360x640";

/// A virtual X display on a free number.
pub(crate) struct Display {
    server: Child,
    name: String,
}

impl Display {
    pub(crate) fn start() -> Self {
        let mut server = Command::new("Xvfb")
            .args([
                "-displayfd",
                "1",
                "-screen",
                "0",
                "360x640x24",
                "-nolisten",
                "tcp",
            ])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("Xvfb is installed: `cargo xtask test` installs it");
        let mut number = String::new();
        let output = server.stdout.take().expect("its output");
        BufReader::new(output)
            .read_line(&mut number)
            .expect("its display number");
        Self {
            server,
            name: format!(":{}", number.trim()),
        }
    }
}

impl Drop for Display {
    fn drop(&mut self) {
        _ = self.server.kill();
        _ = self.server.wait();
    }
}

/// What a kiosk says of itself.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Status {
    pub(crate) first_picture_ms: Option<u64>,
    pub(crate) state: String,
    pub(crate) restarts: u32,
    pub(crate) screen_pid: i32,
}

/// A running `cheval run`, enrolled at its own hub.
pub(crate) struct Kiosk {
    agent: Child,
    pub(crate) hub: TestHub,
    folder: TempDir,
}

impl Kiosk {
    pub(crate) fn start(display: &Display, args: &[&str]) -> Self {
        let hub = TestHub::start();
        let folder = tempfile::tempdir().expect("a temporary folder");
        let state = folder.path().join("state");
        let enrolled = program()
            .args([
                "enrol",
                "--hub",
                &hub.url(),
                "--claim",
                &hub.claim(),
                "--state",
            ])
            .arg(&state)
            .output()
            .expect("the program starts");
        assert!(
            enrolled.status.success(),
            "{}",
            String::from_utf8_lossy(&enrolled.stderr)
        );
        let agent = run(display, folder.path(), args)
            .spawn()
            .expect("the program starts");
        Self { agent, hub, folder }
    }

    /// The same kiosk once more, as its service manager would.
    pub(crate) fn start_again(&mut self, display: &Display, args: &[&str]) {
        self.agent = run(display, self.folder.path(), args)
            .spawn()
            .expect("the program starts");
    }

    pub(crate) fn status(&self) -> Status {
        self.try_status()
            .unwrap_or_else(|| panic!("the agent does not answer"))
    }

    fn try_status(&self) -> Option<Status> {
        let socket = self.runtime().join(CONTROL_SOCKET);
        let Ok(ControlReply::Status(status)) = control::ask(&socket, &ControlRequest::Status)
        else {
            return None;
        };
        let AgentStatus { screen, .. } = *status;
        let beat = screen.beat.unwrap_or_default();
        Some(Status {
            first_picture_ms: beat.first_picture_ms,
            state: beat.state,
            restarts: screen.restarts,
            screen_pid: screen.pid.unwrap_or(0),
        })
    }

    pub(crate) fn wait_for(&self, what: &str, holds: impl Fn(&Status) -> bool) {
        wait_until(what, PATIENCE, || {
            self.try_status().is_some_and(|status| holds(&status))
        });
    }

    pub(crate) fn wait_for_records(&self, holds: impl Fn(&Today) -> bool) {
        wait_until("records at the hub", PATIENCE, || holds(&self.hub.today()));
    }

    pub(crate) fn kill_screen(&self) {
        kill(self.status().screen_pid);
    }

    pub(crate) fn kill_agent(&mut self) {
        self.agent.kill().expect("the agent runs");
        self.agent.wait().expect("the agent ends");
    }

    /// Ends in good order.
    pub(crate) fn stop(&mut self) {
        let pid = i32::try_from(self.agent.id()).expect("a pid");
        let pid = rustix::process::Pid::from_raw(pid).expect("a pid");
        rustix::process::kill_process(pid, rustix::process::Signal::TERM).expect("the agent runs");
        wait_until("the agent ends", PATIENCE, || {
            matches!(self.agent.try_wait(), Ok(Some(_)))
        });
    }

    /// Records that the hub knows of but never got.
    pub(crate) fn missing_sequences(&self) -> u64 {
        self.hub
            .today()
            .kiosks
            .iter()
            .map(|kiosk| {
                let known = &kiosk.completeness;
                known
                    .expected
                    .saturating_sub(known.received + known.dropped)
            })
            .sum()
    }

    /// Another kiosk on the same state, with a runtime folder of its own: exit code and what it said.
    pub(crate) fn run_another(&self, display: &Display) -> (Option<i32>, String) {
        finish(run_in(
            display,
            self.folder.path(),
            "other",
            &["--camera", "none"],
        ))
    }

    /// State and runtime of the kiosk.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    fn runtime(&self) -> PathBuf {
        self.folder.path().join("run")
    }
}

impl Drop for Kiosk {
    fn drop(&mut self) {
        if let Some(status) = self.try_status() {
            kill(status.screen_pid);
        }
        _ = self.agent.kill();
        _ = self.agent.wait();
    }
}

fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cheval"));
    command
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .stdin(Stdio::null());
    command
}

fn run(display: &Display, folder: &Path, args: &[&str]) -> Command {
    run_in(display, folder, "run", args)
}

fn run_in(display: &Display, folder: &Path, runtime: &str, args: &[&str]) -> Command {
    let mut command = program();
    command
        .env("DISPLAY", &display.name)
        .env_remove("WAYLAND_DISPLAY");
    command.arg("run").arg("--state").arg(folder.join("state"));
    command.arg("--runtime").arg(folder.join(runtime));
    command
        .args(["--size", SIZE, "--set", "sound.muted=true"])
        .args(args);
    command
}

/// Any command of the program: exit code and what it said.
pub(crate) fn cheval(args: &[&str]) -> (Option<i32>, String) {
    let mut command = program();
    command.args(args);
    finish(command)
}

pub(crate) fn screen_without_display() -> (Option<i32>, String) {
    let runtime = tempfile::tempdir().expect("a temporary folder");
    let mut command = program();
    command.env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY");
    command.arg("screen").arg("--runtime").arg(runtime.path());
    finish(command)
}

pub(crate) fn screen_without_graphics(display: &Display) -> (Option<i32>, String) {
    let runtime = tempfile::tempdir().expect("a temporary folder");
    let mut command = program();
    command
        .env("DISPLAY", &display.name)
        .env_remove("WAYLAND_DISPLAY");
    for driver_list in ["VK_ICD_FILENAMES", "VK_DRIVER_FILES"] {
        command.env(driver_list, "/nonexistent.json");
    }
    command
        .args(["screen", "--size", SIZE, "--camera", "none", "--runtime"])
        .arg(runtime.path());
    finish(command)
}

fn finish(mut command: Command) -> (Option<i32>, String) {
    let mut child = command
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    wait_until("the program ends", PATIENCE, || {
        matches!(child.try_wait(), Ok(Some(_)))
    });
    let mut said = String::new();
    child
        .stderr
        .take()
        .expect("its messages")
        .read_to_string(&mut said)
        .expect("text");
    (child.wait().expect("its end").code(), said)
}

pub(crate) fn alive(pid: i32) -> bool {
    Path::new(&format!("/proc/{pid}/stat")).exists()
}

fn kill(pid: i32) {
    if let Some(pid) = rustix::process::Pid::from_raw(pid) {
        // Already gone is fine.
        _ = rustix::process::kill_process(pid, rustix::process::Signal::KILL);
    }
}

/// Polls; the only clock in these stories is patience.
pub(crate) fn wait_until(what: &str, patience: Duration, mut holds: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !holds() {
        assert!(
            begun.elapsed() < patience,
            "{what}: not within {} s",
            patience.as_secs()
        );
        std::thread::sleep(Duration::from_millis(100));
    }
}
