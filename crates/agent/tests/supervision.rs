//! The agent and its screen, both as real processes: crashes, hangs, stubbornness, and the death of the agent itself.
#![allow(clippy::unwrap_used, reason = "tests, and the helpers they share")]

mod support;

use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use cheval_agent::control::{self, ControlReply, ControlRequest};
use cheval_agent::{AgentError, CONTROL_SOCKET, ExitReason, StopSignal, Timing};
use cheval_report::{Spool, SpoolOptions};
use rustix::process::{Pid, Signal, kill_process};
use support::{FakeHub, Mood, Running, be_a_screen, options, screen, until};

#[test]
fn fake_screen() {
    be_a_screen();
}

/// This test program again, as an agent; for the tests that kill it.
#[test]
fn agent_process() {
    let Some(dir) = std::env::var_os("CHEVAL_TEST_AGENT").map(PathBuf::from) else {
        return;
    };
    let stop = StopSignal::new().on_signals().unwrap();
    let kind = std::env::var("CHEVAL_TEST_AGENT_SCREEN").unwrap();
    let reason = cheval_agent::run(&options(&dir, screen(&kind), None), &stop).unwrap();
    assert_eq!(reason, ExitReason::Stopped);
}

fn agent_process_in(dir: &Path, kind: &str) -> std::process::Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "agent_process", "--nocapture"])
        .env("CHEVAL_TEST_AGENT", dir)
        .env("CHEVAL_TEST_AGENT_SCREEN", kind)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

fn status_of(dir: &Path) -> Option<cheval_agent::AgentStatus> {
    match control::ask(
        &dir.join("run").join(CONTROL_SOCKET),
        &ControlRequest::Status,
    ) {
        Ok(ControlReply::Status(status)) => Some(*status),
        _ => None,
    }
}

/// Running, and not merely waiting to be reaped.
fn is_alive(pid: i32) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    stat.rsplit(')')
        .next()
        .is_some_and(|rest| !rest.is_empty() && !rest.trim_start().starts_with('Z'))
}

fn kill(pid: i32, signal: Signal) {
    kill_process(Pid::from_raw(pid).unwrap(), signal).unwrap();
}

#[test]
fn a_killed_screen_comes_back_and_no_accepted_record_is_lost() {
    let dir = tempfile::tempdir().unwrap();
    let hub = FakeHub::start(&[Mood::Well]);
    let agent = Running::start(options(dir.path(), screen("endless"), Some(hub.options())));
    for restarts in 0..3 {
        let status = agent.status_when("records", |s| {
            s.screen.restarts == restarts && s.screen.beat.is_some() && s.spool.last_sequence > 20
        });
        kill(status.screen.pid.unwrap(), Signal::KILL);
    }
    let status = agent.status_when("back", |s| {
        s.screen.restarts == 3 && s.screen.beat.is_some()
    });
    assert_eq!(status.screen.last_end.as_deref(), Some("signal 9"));
    assert_eq!(agent.stop(), ExitReason::Stopped);

    let spool = Spool::open(&dir.path().join("spool"), SpoolOptions::default())
        .unwrap()
        .status();
    assert_eq!((spool.pending, spool.dropped, spool.quarantined), (0, 0, 0));
    assert_eq!(
        hub.sequences(),
        (1..=spool.last_sequence).collect::<Vec<_>>()
    );
    let mut notices = hub.notices();
    let all = notices.len();
    notices.dedup();
    assert_eq!(notices.len(), all, "no record is counted twice");
}

#[test]
fn a_screen_that_shows_no_life_is_ended_and_started_again() {
    let dir = tempfile::tempdir().unwrap();
    let mut options = options(dir.path(), screen("hang"), None);
    options.timing.beat = Duration::from_millis(200);
    let agent = Running::start(options);
    let status = agent.status_when("restarted", |s| s.screen.restarts >= 1);
    assert_eq!(status.screen.last_end.as_deref(), Some("signal 6"));
    agent.stop();
}

#[test]
fn a_screen_that_ignores_every_request_is_killed() {
    let dir = tempfile::tempdir().unwrap();
    let mut options = options(dir.path(), screen("stubborn"), None);
    options.timing = Timing {
        stop_grace: Duration::from_millis(300),
        ..options.timing
    };
    let agent = Running::start(options);
    let pid = agent
        .status_when("beating", |s| s.screen.beat.is_some())
        .screen
        .pid
        .unwrap();
    assert_eq!(agent.stop(), ExitReason::Stopped);
    assert!(!is_alive(pid));
}

#[test]
fn the_screen_may_end_the_kiosk_only_where_that_is_wanted() {
    let dir = tempfile::tempdir().unwrap();
    let mut wanted = options(dir.path(), screen("exit:4"), None);
    wanted.end_with_screen = true;
    assert_eq!(
        Running::start(wanted).wait().unwrap(),
        ExitReason::ScreenEnded(4)
    );

    let agent = Running::start(options(dir.path(), screen("exit:4"), None));
    let status = agent.status_when("restarted", |s| s.screen.restarts >= 2);
    assert_eq!(status.screen.last_end.as_deref(), Some("exit code 4"));
    agent.stop();

    let mut crashing = options(dir.path(), screen("panic"), None);
    crashing.end_with_screen = true;
    let agent = Running::start(crashing);
    agent.status_when("restarted", |s| s.screen.restarts >= 2);
    agent.stop();
}

#[test]
fn the_last_fifty_decisions_can_be_asked_for() {
    let dir = tempfile::tempdir().unwrap();
    let agent = Running::start(options(dir.path(), screen("decide"), None));
    let socket = dir.path().join("run").join(CONTROL_SOCKET);
    let why = |last| match control::ask(&socket, &ControlRequest::Why { last }) {
        Ok(ControlReply::Why { decisions }) => decisions.iter().map(|d| d.frame).collect(),
        _ => Vec::new(),
    };
    until("all decisions", || (why(1) == [59]).then_some(()));
    assert_eq!(why(3), [57, 58, 59]);
    assert_eq!(why(1_000), (10..60).collect::<Vec<_>>());

    for garbage in ["", "why?\n", "{\"status\":1}\n", &"x".repeat(10_000)] {
        let mut stream = UnixStream::connect(&socket).unwrap();
        drop(stream.write_all(garbage.as_bytes()));
        drop(stream.shutdown(std::net::Shutdown::Write));
        let mut answer = String::new();
        drop(stream.read_to_string(&mut answer));
        assert!(
            answer.is_empty() || answer.contains("not a question"),
            "{answer}"
        );
    }
    assert_eq!(why(1), [59]);
    agent.stop();
    let error = control::ask(&socket, &ControlRequest::Status)
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("is `cheval run` running?")
            || error.contains("did not answer")
            || error.contains("refuses"),
        "{error}"
    );
}

#[test]
fn what_prevents_a_start_is_said_at_once() {
    let dir = tempfile::tempdir().unwrap();
    let start = |command| {
        cheval_agent::run(&options(dir.path(), command, None), &StopSignal::new()).unwrap_err()
    };
    let error = start(vec!["/no/such/screen".into()]);
    assert!(matches!(error, AgentError::Screen { .. }));
    assert!(error.to_string().contains("/no/such/screen"), "{error}");
    assert!(matches!(start(Vec::new()), AgentError::NoCommand));

    let agent = Running::start(options(dir.path(), screen("idle"), None));
    agent.status_when("running", |s| s.screen.pid.is_some());
    let error = start(screen("idle")).to_string();
    assert!(error.contains("in use by process"), "{error}");
    agent.stop();
}

#[test]
fn killing_the_agent_ends_its_screen_and_the_next_agent_goes_on() {
    let dir = tempfile::tempdir().unwrap();
    let mut before = 0;
    for _ in 0..3 {
        let mut agent = agent_process_in(dir.path(), "endless");
        let status = until("records", || {
            status_of(dir.path())
                .filter(|s| s.pid == agent.id() && s.spool.last_sequence > before + 10)
        });
        agent.kill().unwrap();
        agent.wait().unwrap();
        let screen = status.screen.pid.unwrap();
        until("the screen ends with its agent", || {
            (!is_alive(screen)).then_some(())
        });
        assert!(status.spool.last_sequence > before);
        before = status.spool.last_sequence;
    }
    let mut spool = Spool::open(&dir.path().join("spool"), SpoolOptions::default()).unwrap();
    let stored: Vec<u64> = spool
        .batch(1_000_000, usize::MAX)
        .unwrap()
        .iter()
        .map(|r| r.sequence)
        .collect();
    assert!(stored.len() as u64 >= before);
    assert_eq!(stored, (1..=stored.len() as u64).collect::<Vec<_>>());
    drop(spool);

    let hub = FakeHub::start(&[Mood::Forgetful, Mood::Well]);
    let agent = Running::start(options(dir.path(), screen("idle"), Some(hub.options())));
    agent.status_when("delivered", |s| s.spool.pending == 0);
    agent.stop();
    assert_eq!(hub.sequences(), stored);
}

#[test]
fn a_signal_ends_agent_and_screen_in_good_order() {
    let dir = tempfile::tempdir().unwrap();
    for signal in [Signal::TERM, Signal::INT] {
        let mut agent = agent_process_in(dir.path(), "farewell");
        let status = until("beating", || {
            status_of(dir.path()).filter(|s| s.pid == agent.id() && s.screen.beat.is_some())
        });
        kill(i32::try_from(agent.id()).unwrap(), signal);
        assert!(agent.wait().unwrap().success());
        assert!(!is_alive(status.screen.pid.unwrap()));
    }
    let spool = Spool::open(&dir.path().join("spool"), SpoolOptions::default()).unwrap();
    assert_eq!(spool.status().pending, 2, "both farewells were kept");
}
