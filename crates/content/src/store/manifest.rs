//! What a generation consists of: every file with its size and SHA-256.

use std::path::Path;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::{StoreError, disk};
use crate::path;

/// The layout of `manifest.json` that this program writes and reads.
const SCHEMA_VERSION: u32 = 1;
const MANIFEST_FILE: &str = "manifest.json";
/// Largest manifest, bytes.
const MANIFEST_CAP: u64 = 4 << 20;

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Manifest {
    schema_version: u32,
    /// `pack@rev`.
    pack: String,
    files: Vec<ListedFile>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ListedFile {
    path: String,
    size_bytes: u64,
    sha256: String,
}

impl Manifest {
    pub(super) fn new(pack: &str) -> Self {
        Self {
            schema_version: SCHEMA_VERSION,
            pack: pack.to_owned(),
            files: Vec::new(),
        }
    }

    pub(super) fn add(&mut self, path: &str, bytes: &[u8]) {
        let file = ListedFile {
            path: path.to_owned(),
            size_bytes: bytes.len() as u64,
            sha256: hash(bytes),
        };
        self.files.push(file);
    }

    pub(super) fn total_bytes(&self) -> u64 {
        self.files.iter().map(|f| f.size_bytes).sum()
    }

    pub(super) fn lists(&self, path: &str) -> bool {
        self.files.iter().any(|f| f.path == path)
    }

    /// When the manifest of this generation was written; nothing is changed in a generation after that.
    pub(super) fn written(generation: &Path) -> Option<Timestamp> {
        let file = std::fs::metadata(generation.join(MANIFEST_FILE)).ok()?;
        Timestamp::try_from(file.modified().ok()?).ok()
    }

    pub(super) fn write(&self, generation: &Path) -> Result<(), StoreError> {
        let place = generation.join(MANIFEST_FILE);
        let json =
            serde_json::to_vec_pretty(self).map_err(|e| disk::cannot("write", &place)(e.into()))?;
        disk::write_synced(&place, &json)
    }

    pub(super) fn read(generation: &Path) -> Result<Self, String> {
        let bytes = path::read_capped(generation, MANIFEST_FILE, MANIFEST_CAP)
            .map_err(|e| e.to_string())?;
        let manifest: Self = serde_json::from_slice(&bytes)
            .map_err(|e| format!("its manifest is unreadable: {e}"))?;
        if manifest.schema_version != SCHEMA_VERSION {
            return Err(format!(
                "its manifest has layout {}, not {SCHEMA_VERSION}",
                manifest.schema_version
            ));
        }
        Ok(manifest)
    }

    /// Compares every listed file with its hash; the reason as a sentence when one differs.
    pub(super) fn verify(&self, pack_dir: &Path) -> Result<(), String> {
        for file in &self.files {
            let bytes = path::read_capped(pack_dir, &file.path, file.size_bytes)
                .map_err(|e| e.to_string())?;
            if hash(&bytes) != file.sha256 {
                return Err(format!("`{}` has changed since it was staged", file.path));
            }
        }
        Ok(())
    }
}

fn hash(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}
