//! The walls of the workspace and the tidiness of its files. Reads `cargo metadata` and the sources; compiles nothing of the product.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot read the workspace has failed"
)]

mod tidy;
mod walls;

use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .canonicalize()
        .unwrap()
}
