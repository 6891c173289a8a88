//! Contact sheets of garments on people: `cheval looks` on a virtual display.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context as _, Result};
use clap::Args;

use crate::demo::{Display, Size};
use crate::setup::{self, Purpose};
use crate::{build, shell};

#[derive(Args)]
pub(crate) struct Options {
    /// A picture of a person, or a folder of them
    #[arg(long, value_name = "DIR|FILE")]
    people: PathBuf,
    /// SKUs with commas between them, outfits joined with `+`, or `all`
    #[arg(long, value_name = "LIST", default_value = "all")]
    garments: String,
    /// Sheets and single pictures go here
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// The content pack with the garments; the demo shop without it
    #[arg(long, value_name = "DIR")]
    pack: Option<PathBuf>,
}

pub(crate) fn run(options: &Options) -> Result<()> {
    let mut environment = setup::prepare(&[Purpose::Build, Purpose::Run, Purpose::VirtualDisplay])?;
    let programs = build::build()?;
    std::fs::create_dir_all(options.out.join("logs"))
        .with_context(|| format!("failed to make {}", options.out.display()))?;
    environment.use_software_vulkan();
    // Larger than any person that is shown on it.
    let display = Display::start_virtual(
        Size {
            width: 1280,
            height: 1280,
        },
        &options.out,
    )?;
    let mut command = Command::new(&programs.kiosk);
    command.arg("looks");
    command.arg("--people").arg(&options.people);
    command.arg("--garments").arg(&options.garments);
    command.arg("--out").arg(&options.out);
    if let Some(pack) = &options.pack {
        command.arg("--pack").arg(pack);
    }
    environment.apply(&mut command);
    display.apply(&mut command);
    shell::run(&command, "the looks")
}
