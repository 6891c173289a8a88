//! The models folder: made by `models/recipes/build.py`, checked here against `models/models.toml`, file by file.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};
use serde::Deserialize;

use super::file_hash;
use crate::{shell, workspace};

/// The part of the manifest that says which files there must be.
#[derive(Deserialize)]
struct Manifest {
    model: Vec<Model>,
}

#[derive(Deserialize)]
struct Model {
    file: String,
    sha256: String,
}

/// The complete, checked models folder in the cache.
pub(crate) fn ensure(cache: &Path, python: &Path) -> Result<PathBuf> {
    let source = workspace::root().join("models");
    let text = fs::read_to_string(source.join("models.toml"))
        .context("failed to read models/models.toml")?;
    let manifest: Manifest =
        toml::from_str(&text).context("models/models.toml is not a manifest of models")?;
    let models = cache.join("models");
    if is_current(&models, &text, &manifest)? {
        return Ok(models);
    }
    let mut build = Command::new(python);
    build
        .arg(source.join("recipes/build.py"))
        .arg("--out")
        .arg(&models)
        .arg("--cache")
        .arg(cache.join("downloads"));
    // The recipe reports a line per model; without this they would come all at once at the end.
    build.env("PYTHONUNBUFFERED", "1");
    shell::run_quietly(
        &build,
        "Models: fetch, check, convert",
        &cache.join("logs/models.log"),
    )?;
    for model in &manifest.model {
        file_hash::demand(&models.join(&model.file), &model.sha256)?;
    }
    Ok(models)
}

fn is_current(models: &Path, manifest_text: &str, manifest: &Manifest) -> Result<bool> {
    if fs::read_to_string(models.join("models.toml"))
        .ok()
        .as_deref()
        != Some(manifest_text)
    {
        return Ok(false);
    }
    for model in &manifest.model {
        if file_hash::of_file(&models.join(&model.file))?.as_deref() != Some(model.sha256.as_str())
        {
            return Ok(false);
        }
    }
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder_with(manifest: &str, weights: &str) -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("models.toml"), manifest).unwrap();
        fs::write(dir.path().join("face.onnx"), weights).unwrap();
        dir
    }

    fn manifest_for(weights: &str) -> String {
        format!(
            "format = 1\n[[model]]\nfile = \"face.onnx\"\nsha256 = \"{}\"\n",
            file_hash::of_text(weights)
        )
    }

    #[test]
    fn only_a_folder_that_matches_file_by_file_is_left_alone() {
        let text = manifest_for("weights");
        let manifest: Manifest = toml::from_str(&text).unwrap();
        let current = |dir: &tempfile::TempDir| is_current(dir.path(), &text, &manifest).unwrap();
        assert!(current(&folder_with(&text, "weights")));
        assert!(
            !current(&folder_with(&text, "weightz")),
            "a damaged model must be made anew"
        );
        assert!(
            !current(&folder_with(&manifest_for("old"), "weights")),
            "an older manifest must be replaced"
        );
        assert!(
            !current(&tempfile::tempdir().unwrap()),
            "an empty folder must be filled"
        );
    }
}
