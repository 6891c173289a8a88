//! A private Python with the packages of the model recipes, in the user's cache. The system's Python is never changed.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};

use super::file_hash;
use crate::{shell, workspace};

/// The private interpreter, made on first use and again when its requirements change.
pub(crate) fn ensure(cache: &Path) -> Result<PathBuf> {
    let requirements = workspace::root().join("models/recipes/requirements.txt");
    let text = fs::read_to_string(&requirements)
        .with_context(|| format!("failed to read {}", requirements.display()))?;
    let version = shell::capture(Command::new("python3").arg("--version"))
        .context("python3 is needed to prepare the models")?;
    let key = file_hash::of_text(&format!("{version}{text}"));
    let home = cache.join("python").join(&key[..16]);
    let python = home.join("bin/python");
    let ready = home.join("ready");
    // The mark stands inside and is written last: a half-made folder is made anew.
    if ready.exists() && python.exists() {
        return Ok(python);
    }
    if home.exists() {
        fs::remove_dir_all(&home).with_context(|| format!("failed to clear {}", home.display()))?;
    }
    let log = cache.join("logs/python.log");
    let mut create = Command::new("python3");
    create.args(["-m", "venv"]).arg(&home);
    shell::run_quietly(&create, "Private Python: create", &log)?;
    let mut install = Command::new(&python);
    install
        .args([
            "-m",
            "pip",
            "install",
            "--disable-pip-version-check",
            "--no-input",
            "-r",
        ])
        .arg(&requirements);
    shell::run_quietly(
        &install,
        "Private Python: packages of the model recipes",
        &log,
    )?;
    fs::write(&ready, &version).with_context(|| format!("failed to write {}", ready.display()))?;
    Ok(python)
}
