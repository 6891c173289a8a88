//! Owns the loading of neural nets: finds the runtime library and the model files, verifies every byte before it is
//! used, and runs a net under a deadline. Knows no camera and not what a net's numbers mean.

mod error;
mod manifest;
mod protobuf;
mod runtime;
mod session;
mod watchdog;

pub use error::{ModelError, RuntimeError};
pub use manifest::{ColourOrder, Layout, Manifest, ModelEntry, PictureInput, TensorSpec};
pub use runtime::{Runtime, cache_folder, runtime_candidates};
pub use session::{Model, ModelStore};

#[cfg(test)]
mod tests;
