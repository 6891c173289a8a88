//! Any bytes as `pack.toml`: problems or a pack, never a panic.
#![no_main]

use std::fs;
use std::sync::LazyLock;

use cheval_content::load_pack;
use tempfile::TempDir;

static DIR: LazyLock<Option<TempDir>> = LazyLock::new(|| tempfile::tempdir().ok());

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Some(dir) = DIR.as_ref()
        && fs::write(dir.path().join("pack.toml"), bytes).is_ok()
    {
        _ = load_pack(dir.path());
    }
});
