//! Why a model or the runtime cannot be used, in words for the person who installs the kiosk.

use std::path::PathBuf;

/// The runtime library cannot be used.
#[derive(Debug, Clone, thiserror::Error)]
pub enum RuntimeError {
    /// No library at any of the places looked at.
    #[error("the ONNX Runtime library was not found; looked at {}. Run `cargo xtask setup`", list(.looked))]
    NotFound {
        /// Places in search order.
        looked: Vec<PathBuf>,
    },
    /// The library is there but cannot be loaded.
    #[error("the ONNX Runtime library {} cannot be loaded: {reason}. It must be version 1.24 or newer", path.display())]
    Load {
        /// The file.
        path: PathBuf,
        /// What the loader said.
        reason: String,
    },
}

/// A model cannot be used.
#[derive(Debug, Clone, thiserror::Error)]
pub enum ModelError {
    /// The runtime library is missing or broken.
    #[error(transparent)]
    Runtime(#[from] RuntimeError),
    /// No folder holds a manifest.
    #[error("no models.toml in {}. Run `cargo xtask setup`", list(.looked))]
    NoManifest {
        /// Folders in search order.
        looked: Vec<PathBuf>,
    },
    /// The manifest cannot be read or understood.
    #[error("the model manifest {} is not usable: {reason}", path.display())]
    Manifest {
        /// The manifest.
        path: PathBuf,
        /// What is wrong and where.
        reason: String,
    },
    /// The manifest does not name a model for this organ.
    #[error("models.toml names no model for `{organ}`")]
    NotListed {
        /// The organ.
        organ: String,
    },
    /// The manifest lacks a value that the organ needs.
    #[error("models.toml gives no `{name}` for `{organ}`")]
    NotGiven {
        /// The organ.
        organ: String,
        /// The missing key.
        name: &'static str,
    },
    /// The file is in none of the folders.
    #[error("the model file {file} was not found in {}. Run `cargo xtask setup`", list(.looked))]
    Missing {
        /// The file's name.
        file: String,
        /// Folders in search order.
        looked: Vec<PathBuf>,
    },
    /// The file cannot be read.
    #[error("the model file {} cannot be read: {reason}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        reason: String,
    },
    /// The file is larger than the manifest allows.
    #[error("the model file {file} is larger than the {max_bytes} bytes that models.toml allows")]
    TooLarge {
        /// The file's name.
        file: String,
        /// The cap.
        max_bytes: u64,
    },
    /// The file is not the one that the manifest describes.
    #[error(
        "the model file {file} is damaged or another version: its SHA-256 is {found}, models.toml expects {expected}"
    )]
    WrongHash {
        /// The file's name.
        file: String,
        /// Hash of what was read.
        found: String,
        /// Hash in the manifest.
        expected: String,
    },
    /// The file is not an ONNX model.
    #[error("the model file {file} is not a valid ONNX file: {reason}")]
    Malformed {
        /// The file's name.
        file: String,
        /// Where it stopped making sense.
        reason: &'static str,
    },
    /// The model wants to read another file.
    #[error("the model file {file} is refused: its tensor `{tensor}` lies in another file")]
    ExternalData {
        /// The file's name.
        file: String,
        /// The tensor.
        tensor: String,
    },
    /// The runtime does not accept the model.
    #[error("the runtime refuses the model file {file}: {reason}")]
    Refused {
        /// The file's name.
        file: String,
        /// What it said.
        reason: String,
    },
    /// Inputs or outputs differ from the manifest.
    #[error(
        "the model file {file} has another {what} than models.toml says: found {found}, expected {expected}"
    )]
    Signature {
        /// The file's name.
        file: String,
        /// `inputs` or `outputs`.
        what: &'static str,
        /// What the model has.
        found: String,
        /// What the manifest says.
        expected: String,
    },
    /// A run gave something that is not a finite number, or the wrong amount of numbers.
    #[error("the model {file} gives unusable numbers: output `{output}` {reason}")]
    BadOutput {
        /// The file's name.
        file: String,
        /// The output.
        output: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A run took too long and was stopped.
    #[error("the model {file} did not answer within {deadline_ms} ms and was stopped")]
    Deadline {
        /// The file's name.
        file: String,
        /// The deadline.
        deadline_ms: u64,
    },
    /// A run failed.
    #[error("the model {file} cannot be run: {reason}")]
    Run {
        /// The file's name.
        file: String,
        /// What the runtime said.
        reason: String,
    },
}

fn list(paths: &[PathBuf]) -> String {
    if paths.is_empty() {
        return "no place at all".to_owned();
    }
    paths
        .iter()
        .map(|p| p.display().to_string())
        .collect::<Vec<_>>()
        .join(", ")
}
