//! The command line: what a person types, what they read, and the exit codes that scripts rely on.

mod ask;
mod bench;
mod doctor;
mod enrol;
mod eval;
mod failure;
mod looks;
mod run;
mod screen;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

pub use failure::Failure;

use crate::config::{Config, Layers};

/// A smart-mirror kiosk for shops.
#[derive(Debug, Parser)]
#[command(
    name = "cheval",
    version,
    about = "A smart-mirror kiosk for shops",
    long_about = "A smart-mirror kiosk for shops.\n\n\
        `cheval run` is all a kiosk needs: it shows the mirror, keeps it alive and reports to the hub. Nothing that the \
        camera sees ever leaves the process that draws the mirror.",
    after_help = "First steps:\n  \
        cheval doctor                    is everything here that a kiosk needs?\n  \
        cheval run --camera standin      try the mirror without a camera and without a hub\n  \
        cheval why                       why is this on the screen?\n\n\
        Exit codes: 0 fine · 1 failed · 2 wrong command line · 10 wrong configuration · 11 no display · \
        12 no graphics device · 13 enrolment refused · 14 another kiosk uses this state folder"
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the kiosk: the agent, and the screen as its child.
    Run(Box<run::RunArgs>),
    /// The screen alone (started by `run`; useful by hand to look at it).
    Screen(Box<screen::ScreenArgs>),
    /// Make this kiosk known to a hub with a claim code.
    Enrol(enrol::EnrolArgs),
    /// Why is this on the screen? Prints the last decisions with what was rejected.
    Why(ask::WhyArgs),
    /// How is the running kiosk?
    Status(ask::StatusArgs),
    /// Check this machine: display, graphics, camera, models, content, sound, hub.
    Doctor(doctor::DoctorArgs),
    /// Measure this machine.
    Bench(bench::BenchArgs),
    /// Try garments on people in pictures and lay contact sheets.
    Looks(looks::LooksArgs),
    /// Check the models on labelled pictures of your own.
    Eval(Box<eval::EvalArgs>),
}

/// Options about settings, shared by the commands that read them.
#[derive(Debug, Clone, Default, Args)]
pub struct SettingsArgs {
    /// Settings of the whole store (TOML).
    #[arg(long, value_name = "FILE", env = "CHEVAL_SITE_CONFIG")]
    pub site_config: Option<PathBuf>,
    /// Settings of this kiosk (TOML); they win over the store's.
    #[arg(long, value_name = "FILE", env = "CHEVAL_CONFIG")]
    pub config: Option<PathBuf>,
    /// One setting, e.g. --set sound.volume=0.4.
    #[arg(long = "set", value_name = "KEY=VALUE")]
    pub set: Vec<String>,
}

impl SettingsArgs {
    /// The settings with `more` overrides on top.
    ///
    /// # Errors
    /// All problems at once.
    fn load(&self, more: Vec<String>) -> Result<Config, Failure> {
        let overrides = self.set.iter().cloned().chain(more).collect();
        let layers = Layers {
            site_file: self.site_config.clone(),
            device_file: self.config.clone(),
            overrides,
        };
        Config::load(&layers).map_err(Failure::config)
    }
}

/// Parses the command line, does what it says, prints one line when it failed.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let result = match cli.command {
        Command::Run(args) => run::run(&args),
        Command::Screen(args) => screen::run(&args),
        Command::Enrol(args) => enrol::run(&args),
        Command::Why(args) => ask::why(&args),
        Command::Status(args) => ask::status(&args),
        Command::Doctor(args) => doctor::run(&args),
        Command::Bench(args) => bench::run(&args),
        Command::Looks(args) => looks::run(&args),
        Command::Eval(args) => eval::run(&args),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.tell(),
    }
}

/// Prints a line for the person at the terminal.
fn say(line: impl std::fmt::Display) {
    use std::io::Write;
    // A closed pipe means that nobody reads any more.
    _ = writeln!(std::io::stdout(), "{line}");
}
