//! What a generation consists of: every file with its size and SHA-256.

use std::path::Path;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::disk::{self, Disk, DiskError, cannot};
use crate::path::{self, FileRefusal};

/// The layout of `manifest.json` that this program writes and reads.
const SCHEMA_VERSION: u32 = 1;
const MANIFEST_FILE: &str = "manifest.json";
/// Largest manifest, bytes: as many files as a pack may have, with the longest names.
const MANIFEST_CAP: u64 = 4 << 20;

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Manifest {
    schema_version: u32,
    /// `pack@rev`.
    pack: String,
    files: Vec<ListedFile>,
    /// Of the files that were added.
    #[serde(skip)]
    total_bytes: u64,
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
            total_bytes: 0,
        }
    }

    pub(super) fn add(&mut self, path: &str, size_bytes: u64, sha256: String) {
        let file = ListedFile {
            path: path.to_owned(),
            size_bytes,
            sha256,
        };
        self.total_bytes += size_bytes;
        self.files.push(file);
    }

    /// `pack@rev`.
    pub(super) fn pack(&self) -> &str {
        &self.pack
    }

    /// SHA-256 over all of it: the same for the same pack, however it arrived.
    pub(super) fn fingerprint(&self) -> Option<String> {
        let json = serde_json::to_vec(self).ok()?;
        Some(hex::encode(Sha256::digest(json)))
    }

    pub(super) fn total_bytes(&self) -> u64 {
        self.total_bytes
    }

    pub(super) fn paths(&self) -> impl Iterator<Item = &str> {
        self.files.iter().map(|f| f.path.as_str())
    }

    /// When the manifest of this generation was written; nothing is changed in a generation after that.
    pub(super) fn written(generation: &Path) -> Option<Timestamp> {
        let file = std::fs::metadata(generation.join(MANIFEST_FILE)).ok()?;
        Timestamp::try_from(file.modified().ok()?).ok()
    }

    pub(super) fn write(&self, disk: &dyn Disk, generation: &Path) -> Result<(), DiskError> {
        let place = generation.join(MANIFEST_FILE);
        let json =
            serde_json::to_vec_pretty(self).map_err(|e| cannot("write", &place)(e.into()))?;
        let mut file = disk::create(disk, &place)?;
        file.write_all(&json).map_err(cannot("write", &place))
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
            let nowhere = &mut |_: &[u8]| Ok::<(), FileRefusal>(());
            let read = path::stream(pack_dir, &file.path, file.size_bytes, nowhere)
                .map_err(|e| e.to_string())?;
            if hex::encode(read.sha256) != file.sha256 {
                return Err(format!("`{}` has changed since it was staged", file.path));
            }
        }
        Ok(())
    }
}
