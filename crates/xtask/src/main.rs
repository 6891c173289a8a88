//! The project's own commands, `cargo xtask ...`: set a machine up, show the mirror, test everything. Works on a machine that
//! has nothing but a Rust toolchain, so it must not depend on any system library nor on the crates of the product.

mod build;
mod camera_vm;
mod check;
mod demo;
mod looks;
mod progress;
mod setup;
mod shell;
mod stop;
mod workspace;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::stop::Stop;

#[derive(Parser)]
#[command(
    name = "cargo xtask",
    about = "Set up, show and test the mirror",
    disable_help_subcommand = true
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Install what this machine lacks: system packages, ONNX Runtime, models
    Setup,
    /// Build the mirror and its hub, start both, and show the mirror
    Demo(demo::Options),
    /// Try the shop's garments on people in pictures and lay contact sheets
    Looks(looks::Options),
    /// Prove camera capture on a virtual V4L2 camera, in a virtual machine
    CameraVm(camera_vm::CameraVmArgs),
    /// Run everything that decides whether the project is good
    Test(check::Options),
}

fn main() -> ExitCode {
    match shell::watch_signals().and_then(|()| dispatch(Cli::parse().command)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            progress::complain(&format!("{error:#}"));
            ExitCode::from(error.downcast_ref::<Stop>().map_or(1, Stop::exit_code))
        }
    }
}

fn dispatch(command: Command) -> anyhow::Result<()> {
    match command {
        Command::Setup => setup::prepare(&setup::Purpose::ALL).map(drop),
        Command::Demo(options) => demo::run(&options),
        Command::Looks(options) => looks::run(&options),
        Command::CameraVm(args) => camera_vm::run(args),
        Command::Test(options) => check::run(&options),
    }
}
