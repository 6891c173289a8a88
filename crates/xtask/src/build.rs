//! Builds our programs, in the one way that every task uses.

use std::path::PathBuf;

use anyhow::Result;

use crate::{progress, shell, workspace};

/// Where the programs are.
pub(crate) struct Programs {
    pub(crate) kiosk: PathBuf,
    pub(crate) hub: PathBuf,
    pub(crate) probe: PathBuf,
}

/// Builds every program of the workspace; cargo shows its own progress.
pub(crate) fn build() -> Result<Programs> {
    progress::say(
        "Build: the mirror and its hub (the first time takes a while: the screen's engine is compiled too)",
    );
    let mut cargo = workspace::cargo();
    // The whole workspace with one small test, so that cargo chooses the features that the tests need too: another choice
    // would compile the screen's engine twice.
    cargo.args(["build", "--workspace", "--bins", "--test", "architecture"]);
    shell::run(&cargo, "the build")?;
    let folder = workspace::target_dir()?.join("debug");
    Ok(Programs {
        kiosk: folder.join("cheval"),
        hub: folder.join("cheval-hub"),
        probe: folder.join("camera-probe"),
    })
}
