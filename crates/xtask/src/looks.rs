//! Contact sheets of garments on people: `cheval looks` on a virtual display.

use std::ffi::OsString;
use std::process::Command;

use anyhow::{Context as _, Result};
use clap::Args;

use crate::demo::{Display, Size};
use crate::setup::{self, Purpose};
use crate::{build, shell, workspace};

#[derive(Args)]
pub(crate) struct Options {
    /// As `cheval looks` takes them: --people DIR|FILE --garments LIST|all --out DIR, and more
    #[arg(
        value_name = "ARGUMENTS",
        trailing_var_arg = true,
        allow_hyphen_values = true,
        required = true
    )]
    pub(crate) arguments: Vec<OsString>,
}

pub(crate) fn run(options: &Options) -> Result<()> {
    let mut environment = setup::prepare(&[Purpose::Build, Purpose::Run, Purpose::VirtualDisplay])?;
    let programs = build::build()?;
    let logs = workspace::target_dir()?.join("looks");
    std::fs::create_dir_all(logs.join("logs"))
        .with_context(|| format!("failed to make {}", logs.display()))?;
    environment.use_software_vulkan();
    // Larger than any person that is shown on it.
    let display = Display::start_virtual(
        Size {
            width: 1280,
            height: 1280,
        },
        &logs,
    )?;
    let mut command = Command::new(&programs.kiosk);
    command.arg("looks").args(&options.arguments);
    environment.apply(&mut command);
    display.apply(&mut command);
    shell::run(&command, "the looks")
}
