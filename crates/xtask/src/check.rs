//! `cargo xtask test`: everything that decides whether the project is good, each step runnable alone.

mod steps;

use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use clap::{Args, ValueEnum};

use crate::setup::{self, Environment, Purpose};
use crate::{progress, shell};
pub(crate) use steps::StepName;

#[derive(Args)]
pub(crate) struct Options {
    /// Run this step alone (may be given more than once)
    #[arg(long, value_name = "STEP", value_enum)]
    only: Vec<StepName>,
}

/// How a step ended.
pub(crate) enum Outcome {
    Passed,
    /// A tool that the project can do without is missing.
    Skipped(&'static str),
}

/// Runs all steps, or those asked for; a failure does not keep later steps from running.
pub(crate) fn run(options: &Options) -> Result<()> {
    let chosen: Vec<StepName> = StepName::value_variants()
        .iter()
        .copied()
        .filter(|step| options.only.is_empty() || options.only.contains(step))
        .collect();
    let started = Instant::now();
    let environment = if chosen.iter().any(StepName::needs_setup) {
        setup::prepare(&Purpose::ALL)?
    } else {
        Environment::default()
    };
    let mut report = Report {
        lines: vec![("setup", started.elapsed(), "ready".to_owned())],
        ..Report::default()
    };
    for step in chosen {
        shell::check_interrupted()?;
        report.note(step, &environment);
        shell::check_interrupted()?;
    }
    report.close(started.elapsed())
}

#[derive(Default)]
struct Report {
    lines: Vec<(&'static str, Duration, String)>,
    passed: u32,
    failed: Vec<&'static str>,
    skipped: u32,
}

impl Report {
    fn note(&mut self, step: StepName, environment: &Environment) {
        let name = step.name();
        progress::say(&format!("\n=== {name}: {}", step.purpose()));
        let started = Instant::now();
        let outcome = match step.run(environment) {
            Ok(Outcome::Passed) => {
                self.passed += 1;
                "passed".to_owned()
            }
            Ok(Outcome::Skipped(reason)) => {
                self.skipped += 1;
                format!("skipped: {reason}")
            }
            Err(error) => {
                self.failed.push(name);
                progress::say(&format!("{name}: {error:#}"));
                "FAILED".to_owned()
            }
        };
        progress::say(&format!(
            "=== {name}: {outcome} ({:.0} s)",
            started.elapsed().as_secs_f32()
        ));
        self.lines.push((name, started.elapsed(), outcome));
    }

    fn close(self, total: Duration) -> Result<()> {
        progress::say("");
        for (name, took, outcome) in &self.lines {
            progress::say(&format!(
                "{name:>10} {:>6.0} s  {outcome}",
                took.as_secs_f32()
            ));
        }
        progress::say(&format!("{:>10} {:>6.0} s", "total", total.as_secs_f32()));
        progress::answer(&format!(
            "steps: {} passed, {} failed, {} skipped",
            self.passed,
            self.failed.len(),
            self.skipped
        ));
        if self.failed.is_empty() {
            return Ok(());
        }
        bail!(
            "failed: {}; run one alone with `cargo xtask test --only STEP`",
            self.failed.join(", ")
        );
    }
}
