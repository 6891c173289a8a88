//! What a person at the terminal sees: a moving line on a terminal, plain lines elsewhere. The only place that prints.
#![expect(
    clippy::print_stderr,
    clippy::print_stdout,
    reason = "the terminal is this program's user interface"
)]

use std::io::{IsTerminal, stderr};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

/// How often a long step says that it is alive where there is no moving line.
const HEARTBEAT: Duration = Duration::from_secs(20);

/// One plain line about what happens.
pub(crate) fn say(line: &str) {
    eprintln!("{line}");
}

/// One line on standard output, for what the caller may want to capture.
pub(crate) fn answer(line: &str) {
    println!("{line}");
}

/// The last word of a command that failed.
pub(crate) fn complain(line: &str) {
    eprintln!("cargo xtask: {line}");
}

/// A step that takes a while.
pub(crate) struct Step {
    label: String,
    bar: Option<ProgressBar>,
    started: Instant,
    last_heartbeat: Instant,
}

impl Step {
    /// Announces the step.
    pub(crate) fn start(label: &str) -> Self {
        let bar = stderr().is_terminal().then(|| {
            let style = ProgressStyle::with_template("{spinner} {prefix} [{elapsed}] {wide_msg}");
            let bar = ProgressBar::new_spinner()
                .with_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()));
            bar.set_prefix(label.to_owned());
            bar
        });
        if bar.is_none() {
            say(&format!("{label} ..."));
        }
        let now = Instant::now();
        Self {
            label: label.to_owned(),
            bar,
            started: now,
            last_heartbeat: now,
        }
    }

    /// Shows that the step is alive; `detail` is what it last said.
    pub(crate) fn tick(&mut self, detail: &str) {
        if let Some(bar) = &self.bar {
            bar.set_message(detail.to_owned());
            bar.tick();
        } else if self.last_heartbeat.elapsed() >= HEARTBEAT {
            self.last_heartbeat = Instant::now();
            say(&format!(
                "{} ... {} s: {detail}",
                self.label,
                self.started.elapsed().as_secs()
            ));
        }
    }

    /// Ends the step with its outcome in a few words.
    pub(crate) fn done(self, outcome: &str) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
        say(&format!(
            "{}: {outcome} ({:.1} s)",
            self.label,
            self.started.elapsed().as_secs_f32()
        ));
    }
}
