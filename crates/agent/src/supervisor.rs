//! Keeps one screen running: starts it, watches its beats, ends it when it hangs, starts it again. Time comes in as an
//! argument. Must not know records or sockets.

use std::process::ExitStatus;
use std::time::{Duration, Instant};

use rustix::process::Signal;

use crate::Timing;
use crate::child::ScreenProcess;

/// Exit code of a Rust program that panicked: a crash, not a decision.
const PANIC_CODE: i32 = 101;

/// What the supervisor wants done.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Order {
    /// Start the screen and report it with [`Supervisor::started`] or [`Supervisor::failed_to_start`].
    Start,
    /// Ask the screen in words to end.
    AskToStop,
}

#[derive(Debug)]
enum Phase {
    /// No screen; start one then.
    Waiting(Instant),
    /// Running; given up as hanging then.
    Running {
        screen: ScreenProcess,
        hangs_at: Instant,
    },
    /// Hung; killed then.
    Aborting {
        screen: ScreenProcess,
        kill_at: Instant,
    },
    /// Asked to end; SIGTERM and SIGKILL then.
    Ending {
        screen: ScreenProcess,
        term_at: Option<Instant>,
        kill_at: Instant,
    },
    /// Ended for good.
    Ended,
}

#[derive(Debug)]
pub(crate) struct Supervisor {
    timing: Timing,
    phase: Phase,
    started_at: Option<Instant>,
    starts: u32,
    short_lives: u32,
    stopping: bool,
    last_end: Option<String>,
}

impl Supervisor {
    pub(crate) fn new(timing: Timing, now: Instant) -> Self {
        Self {
            timing,
            phase: Phase::Waiting(now),
            started_at: None,
            starts: 0,
            short_lives: 0,
            stopping: false,
            last_end: None,
        }
    }

    /// When [`Self::tick`] has something to do next.
    pub(crate) fn deadline(&self) -> Option<Instant> {
        match &self.phase {
            Phase::Waiting(at)
            | Phase::Running { hangs_at: at, .. }
            | Phase::Aborting { kill_at: at, .. } => Some(*at),
            Phase::Ending {
                term_at, kill_at, ..
            } => Some(term_at.unwrap_or(*kill_at)),
            Phase::Ended => None,
        }
    }

    /// Does what is due.
    pub(crate) fn tick(&mut self, now: Instant) -> Option<Order> {
        if self.deadline().is_none_or(|at| now < at) {
            return None;
        }
        let phase = std::mem::replace(&mut self.phase, Phase::Ended);
        let mut order = None;
        self.phase = match phase {
            Phase::Waiting(_) => {
                order = Some(Order::Start);
                // Stands until the start is reported.
                Phase::Waiting(now)
            }
            Phase::Running { screen, .. } => {
                tracing::error!(
                    pid = screen.pid.as_raw_nonzero(),
                    "the screen shows no sign of life: ending it"
                );
                screen.signal(Signal::ABORT);
                Phase::Aborting {
                    screen,
                    kill_at: now + self.timing.abort_grace,
                }
            }
            Phase::Aborting { screen, .. } => {
                screen.signal(Signal::KILL);
                Phase::Aborting {
                    screen,
                    kill_at: now + self.timing.abort_grace,
                }
            }
            Phase::Ending {
                screen,
                term_at: Some(_),
                kill_at,
            } => {
                screen.signal(Signal::TERM);
                Phase::Ending {
                    screen,
                    term_at: None,
                    kill_at,
                }
            }
            Phase::Ending {
                screen,
                term_at: None,
                ..
            } => {
                tracing::warn!("the screen did not end when asked: killing it");
                screen.signal(Signal::KILL);
                Phase::Ending {
                    screen,
                    term_at: None,
                    kill_at: now + self.timing.abort_grace,
                }
            }
            Phase::Ended => Phase::Ended,
        };
        order
    }

    pub(crate) fn started(&mut self, screen: ScreenProcess, now: Instant) {
        self.starts += 1;
        self.started_at = Some(now);
        self.phase = Phase::Running {
            screen,
            hangs_at: now + self.timing.first_beat,
        };
    }

    pub(crate) fn failed_to_start(&mut self, reason: String, now: Instant) {
        self.last_end = Some(reason);
        self.starts += 1;
        self.short_lives += 1;
        self.wait_for_next(now);
    }

    /// The screen shows that it lives.
    pub(crate) fn beat(&mut self, now: Instant) {
        if let Phase::Running { hangs_at, .. } = &mut self.phase {
            *hangs_at = now + self.timing.beat;
        }
    }

    /// The screen's process has ended; returns its exit code if it ended by its own decision.
    pub(crate) fn exited(&mut self, status: ExitStatus, now: Instant) -> Option<i32> {
        let words = crate::child::describe(status);
        let lived = self
            .started_at
            .map_or(Duration::ZERO, |at| now.saturating_duration_since(at));
        tracing::warn!(
            end = words,
            lived_secs = lived.as_secs(),
            "the screen ended"
        );
        self.last_end = Some(words);
        self.short_lives = if lived < self.timing.short_life {
            self.short_lives + 1
        } else {
            0
        };
        let own_decision = matches!(self.phase, Phase::Running { .. });
        if self.stopping {
            self.phase = Phase::Ended;
        } else {
            self.wait_for_next(now);
        }
        status
            .code()
            .filter(|code| own_decision && *code != PANIC_CODE)
    }

    /// The agent ends: the screen is asked to, then told, then killed.
    pub(crate) fn stop(&mut self, connected: bool, now: Instant) -> Option<Order> {
        if self.stopping {
            return None;
        }
        self.stopping = true;
        let phase = std::mem::replace(&mut self.phase, Phase::Ended);
        match phase {
            Phase::Running { screen, .. } => {
                // A screen that cannot be asked is told at once.
                let term_at = if connected {
                    now + self.timing.stop_grace / 2
                } else {
                    now
                };
                let kill_at = now + self.timing.stop_grace;
                self.phase = Phase::Ending {
                    screen,
                    term_at: Some(term_at),
                    kill_at,
                };
                Some(Order::AskToStop)
            }
            Phase::Aborting { screen, kill_at } => {
                self.phase = Phase::Ending {
                    screen,
                    term_at: None,
                    kill_at,
                };
                None
            }
            Phase::Waiting(_) | Phase::Ending { .. } | Phase::Ended => None,
        }
    }

    /// There is no screen and there will be none.
    pub(crate) fn is_over(&self) -> bool {
        matches!(self.phase, Phase::Ended)
    }

    /// Starts after the first.
    pub(crate) fn restarts(&self) -> u32 {
        self.starts.saturating_sub(1)
    }

    /// Starts so far.
    pub(crate) fn starts(&self) -> u32 {
        self.starts
    }

    pub(crate) fn last_end(&self) -> Option<&str> {
        self.last_end.as_deref()
    }

    /// Process id and age of the running screen.
    pub(crate) fn running(&self, now: Instant) -> Option<(i32, Duration)> {
        match &self.phase {
            Phase::Running { screen, .. }
            | Phase::Aborting { screen, .. }
            | Phase::Ending { screen, .. } => {
                let age = self
                    .started_at
                    .map_or(Duration::ZERO, |at| now.saturating_duration_since(at));
                Some((screen.pid.as_raw_nonzero().get(), age))
            }
            Phase::Waiting(_) | Phase::Ended => None,
        }
    }

    /// At once after a crash; with pauses, but for ever, when it keeps crashing at start.
    fn wait_for_next(&mut self, now: Instant) {
        let pause = pause_before_start(&self.timing, self.short_lives);
        if !pause.is_zero() {
            tracing::error!(
                crashes = self.short_lives,
                pause_secs = pause.as_secs_f32(),
                "the screen keeps crashing"
            );
        }
        self.phase = Phase::Waiting(now + pause);
    }
}

fn pause_before_start(timing: &Timing, short_lives: u32) -> Duration {
    let (first, longest) = timing.pause;
    match short_lives.checked_sub(timing.short_lives.max(1)) {
        None => Duration::ZERO,
        Some(doublings) => first.saturating_mul(1 << doublings.min(20)).min(longest),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::process::ExitStatusExt;

    use super::*;

    fn exit(code: i32) -> ExitStatus {
        ExitStatus::from_raw(code << 8)
    }

    fn killed(signal: i32) -> ExitStatus {
        ExitStatus::from_raw(signal)
    }

    /// A supervisor with a process that merely sleeps.
    fn running(now: Instant) -> (Supervisor, std::process::Child) {
        let mut supervisor = Supervisor::new(Timing::default(), now);
        assert_eq!(supervisor.tick(now), Some(Order::Start));
        let command = ["sleep".into(), "1000".into()];
        let (screen, child) =
            crate::child::start(&command, std::path::Path::new("/nowhere"), 0).unwrap();
        supervisor.started(screen, now);
        (supervisor, child)
    }

    #[test]
    fn pauses_come_only_after_repeated_short_lives_and_never_end() {
        let timing = Timing::default();
        let pauses: Vec<u64> = (0..12)
            .map(|n| pause_before_start(&timing, n).as_secs())
            .collect();
        assert_eq!(pauses, [0, 0, 0, 1, 2, 4, 8, 16, 30, 30, 30, 30]);
        assert_eq!(pause_before_start(&timing, u32::MAX).as_secs(), 30);
    }

    #[test]
    fn a_crash_brings_the_screen_back_at_once() {
        let now = Instant::now();
        let (mut supervisor, mut child) = running(now);
        child.kill().unwrap();
        let status = child.wait().unwrap();
        assert_eq!(supervisor.exited(status, now), None);
        assert_eq!(supervisor.tick(now), Some(Order::Start));
        assert_eq!(supervisor.last_end(), Some("signal 9"));
        assert_eq!(supervisor.running(now), None);
    }

    #[test]
    fn only_an_exit_code_of_its_own_counts_as_a_decision() {
        let now = Instant::now();
        for (status, decision) in [
            (exit(0), Some(0)),
            (exit(4), Some(4)),
            (exit(101), None),
            (killed(11), None),
        ] {
            let (mut supervisor, child) = running(now);
            assert_eq!(supervisor.exited(status, now), decision);
            end(child);
        }
    }

    #[test]
    fn missing_beats_end_the_screen_and_beats_keep_it() {
        let now = Instant::now();
        let timing = Timing::default();
        let (mut supervisor, child) = running(now);
        let beat_at = now + timing.first_beat - Duration::from_secs(1);
        supervisor.beat(beat_at);
        assert_eq!(supervisor.deadline(), Some(beat_at + timing.beat));
        assert_eq!(supervisor.tick(beat_at + timing.beat), None);
        assert!(matches!(supervisor.phase, Phase::Aborting { .. }));
        let status = crate::child::wait(child).unwrap();
        assert_eq!(status.signal(), Some(6), "asked by SIGABRT first");
        assert_eq!(supervisor.exited(status, beat_at + timing.beat), None);
        assert!(supervisor.deadline().is_some(), "and started again");
    }

    #[test]
    fn stopping_asks_then_tells_then_kills_and_starts_nothing_again() {
        let now = Instant::now();
        let timing = Timing::default();
        let (mut supervisor, child) = running(now);
        assert_eq!(supervisor.stop(true, now), Some(Order::AskToStop));
        assert_eq!(supervisor.stop(true, now), None, "asked once");
        assert_eq!(supervisor.deadline(), Some(now + timing.stop_grace / 2));
        assert_eq!(supervisor.tick(now + timing.stop_grace / 2), None);
        let status = crate::child::wait(child).unwrap();
        assert_eq!(status.signal(), Some(15));
        supervisor.exited(status, now);
        assert!(supervisor.is_over() && supervisor.deadline().is_none());
    }

    #[test]
    fn a_start_that_fails_is_tried_again() {
        let now = Instant::now();
        let mut supervisor = Supervisor::new(Timing::default(), now);
        for _ in 0..5 {
            let at = supervisor.deadline().unwrap();
            assert_eq!(supervisor.tick(at), Some(Order::Start));
            supervisor.failed_to_start("no such file".into(), at);
        }
        assert_eq!(supervisor.restarts(), 4);
        assert!(supervisor.stop(false, now).is_none() && supervisor.is_over());
    }

    fn end(mut child: std::process::Child) {
        child.kill().unwrap();
        child.wait().unwrap();
    }
}
