//! Makes a bare machine ready: system packages, a private Python, ONNX Runtime, models. Every step looks first and does only
//! what is missing, so that a second run takes seconds.

mod environment;
mod file_hash;
mod models;
mod onnxruntime;
mod packages;
mod python;

use anyhow::Result;

pub(crate) use environment::Environment;
pub(crate) use packages::Purpose;

use crate::workspace;

/// Prepares the machine for `purposes` and returns what the product's processes need in their environment.
///
/// # Errors
/// The first step that failed; [`crate::stop::Stop::PackagesMissing`] when a person must install packages first.
pub(crate) fn prepare(purposes: &[Purpose]) -> Result<Environment> {
    let cache = workspace::cache_dir()?;
    packages::ensure(purposes, &cache)?;
    let python = python::ensure(&cache)?;
    let runtime = onnxruntime::ensure(&cache, &python)?;
    let models = models::ensure(&cache, &python)?;
    Environment::assemble(&cache, &runtime, &models)
}
