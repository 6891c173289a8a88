//! The list of what is in a `.cheval` file. Once it is a [`Manifest`], every name, number and order in it has been checked.

use std::collections::BTreeMap;
use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::{Digest as _, Sha256};

use super::names::{self, Names};
use super::{FILE_CAP_BYTES, FILES_MOST, PACK_CAP_BYTES, Refusal, SCHEMA_VERSION};
use crate::wording::{clip, text_problem};

/// Largest revision, as in `pack.toml`.
const REVISION_MOST: u64 = 999_999_999_999;

/// SHA-256 of a file's contents.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BlobHash(pub(super) [u8; 32]);

impl BlobHash {
    /// The hash of these bytes.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }
}

impl fmt::Display for BlobHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for BlobHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BlobHash({self})")
    }
}

impl Serialize for BlobHash {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for BlobHash {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'_, str>>::deserialize(deserializer)?;
        let mut hash = [0; 32];
        hex::decode_to_slice(text.as_ref(), &mut hash).map_err(|_not_hex| {
            serde::de::Error::custom("a sha256 is not 64 hexadecimal digits")
        })?;
        Ok(Self(hash))
    }
}

/// One file of a pack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListedFile {
    /// Where it lies in the pack's folder, with `/` between names.
    pub path: String,
    /// Its length.
    pub size_bytes: u64,
    /// Its contents.
    pub sha256: BlobHash,
}

/// What is in the file, as it is written there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    schema_version: u32,
    pack: String,
    revision: u64,
    licence: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    not_after: Option<Timestamp>,
    files: Vec<ListedFile>,
}

/// Only as much as every layout has.
#[derive(Deserialize)]
struct AnyVersion {
    schema_version: u32,
}

/// What is in a `.cheval` file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manifest {
    written: Written,
    /// Which file first has each blob, in the order of the blobs.
    blobs: Vec<usize>,
}

impl Manifest {
    /// A manifest for these files, in any order.
    pub(super) fn new(
        pack: &str,
        revision: u64,
        licence: &str,
        not_after: Option<Timestamp>,
        mut files: Vec<ListedFile>,
    ) -> Result<Self, Refusal> {
        files.sort_by(|a, b| a.path.cmp(&b.path));
        Self::checked(Written {
            schema_version: SCHEMA_VERSION,
            pack: pack.to_owned(),
            revision,
            licence: licence.to_owned(),
            not_after,
            files,
        })
    }

    /// Reads and checks a manifest; only the bytes that [`Manifest::to_bytes`] would give are accepted.
    ///
    /// # Errors
    /// Anything that is not as it should be.
    pub fn parse(bytes: &[u8]) -> Result<Self, Refusal> {
        let unreadable = |e: serde_json::Error| unusable(clip(&e.to_string()));
        let AnyVersion { schema_version } = serde_json::from_slice(bytes).map_err(unreadable)?;
        if schema_version != SCHEMA_VERSION {
            return Err(Refusal::SchemaVersion {
                found: schema_version,
            });
        }
        let manifest = Self::checked(serde_json::from_slice(bytes).map_err(unreadable)?)?;
        if manifest.to_bytes()? != bytes {
            return Err(unusable("it is JSON, but not written as this program does"));
        }
        Ok(manifest)
    }

    /// The manifest as it stands in the file.
    ///
    /// # Errors
    /// None in practice: there is nothing in it that JSON cannot hold.
    pub fn to_bytes(&self) -> Result<Vec<u8>, Refusal> {
        serde_json::to_vec(&self.written).map_err(|e| unusable(e.to_string()))
    }

    fn checked(written: Written) -> Result<Self, Refusal> {
        check_words(&written)?;
        check_files(&written.files)?;
        let blobs = blobs_of(&written.files)?;
        Ok(Self { written, blobs })
    }

    /// Name of the pack, as in `pack.toml`.
    #[must_use]
    pub fn pack(&self) -> &str {
        &self.written.pack
    }

    /// Revision of the pack, as in `pack.toml`.
    #[must_use]
    pub fn revision(&self) -> u64 {
        self.written.revision
    }

    /// Licence of texts and pictures, SPDX.
    #[must_use]
    pub fn licence(&self) -> &str {
        &self.written.licence
    }

    /// Not to be installed after this time.
    #[must_use]
    pub fn not_after(&self) -> Option<Timestamp> {
        self.written.not_after
    }

    /// All files, by path.
    #[must_use]
    pub fn files(&self) -> &[ListedFile] {
        &self.written.files
    }

    /// The first file of each blob, in the order of the blobs.
    pub fn blobs(&self) -> impl ExactSizeIterator<Item = &ListedFile> {
        self.blobs.iter().map(|at| &self.written.files[*at])
    }

    pub(super) fn blob(&self, at: usize) -> Option<&ListedFile> {
        self.written.files.get(*self.blobs.get(at)?)
    }

    /// All blobs together, bytes.
    #[must_use]
    pub fn blob_bytes(&self) -> u64 {
        self.blobs().map(|file| file.size_bytes).sum()
    }
}

fn check_words(written: &Written) -> Result<(), Refusal> {
    let id_is_fine = (1..=64).contains(&written.pack.len())
        && written
            .pack
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    if !id_is_fine {
        return Err(unusable(format!(
            "`{}` is no name of a pack",
            clip(&written.pack)
        )));
    }
    if !(1..=REVISION_MOST).contains(&written.revision) {
        return Err(unusable(format!(
            "there is no revision {}",
            written.revision
        )));
    }
    match text_problem(&written.licence, 80) {
        Some((what, _)) => Err(unusable(format!("in its licence {what}"))),
        None => Ok(()),
    }
}

fn check_files(files: &[ListedFile]) -> Result<(), Refusal> {
    if files.len() > FILES_MOST {
        return Err(Refusal::TooManyFiles { count: files.len() });
    }
    let mut all = Names::default();
    let mut last = "";
    let mut total_bytes = 0_u64;
    for file in files {
        names::check(&file.path)?;
        if file.size_bytes > FILE_CAP_BYTES {
            return Err(Refusal::FileTooBig {
                path: clip(&file.path),
                size_bytes: file.size_bytes,
            });
        }
        total_bytes = total_bytes.saturating_add(file.size_bytes);
        if file.path.as_str() < last {
            return Err(Refusal::Unsorted {
                path: clip(&file.path),
            });
        }
        last = &file.path;
        all.add(&file.path)?;
    }
    if total_bytes > PACK_CAP_BYTES {
        return Err(Refusal::PackTooBig);
    }
    if !files.iter().any(|f| f.path == crate::pack::PACK_FILE) {
        return Err(unusable("`pack.toml` is not in the list"));
    }
    Ok(())
}

fn blobs_of(files: &[ListedFile]) -> Result<Vec<usize>, Refusal> {
    let mut known: BTreeMap<BlobHash, u64> = BTreeMap::new();
    let mut blobs = Vec::new();
    for (at, file) in files.iter().enumerate() {
        match known.insert(file.sha256, file.size_bytes) {
            None => blobs.push(at),
            Some(size_bytes) if size_bytes == file.size_bytes => {}
            Some(_) => {
                return Err(unusable(format!(
                    "`{}` has the hash of a file of another length",
                    clip(&file.path)
                )));
            }
        }
    }
    Ok(blobs)
}

fn unusable(why: impl Into<String>) -> Refusal {
    Refusal::Manifest { why: why.into() }
}
