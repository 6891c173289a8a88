//! One side of a comparison: a pack's folder or a `.cheval` file, read without decoding its pictures.

use std::fs::File;
use std::io::{self, BufReader};
use std::path::{Path, PathBuf};

use super::build::hashed;
use super::open::{Terms, open};
use super::unpack::{Scratch, UnpackError, extract};
use super::{BuildError, ListedFile};
use crate::disk::RealDisk;
use crate::pack::{self, LoadedPack, Pictures};
use crate::problem::PackProblems;

/// Why a pack cannot be compared.
#[derive(Debug, thiserror::Error)]
pub enum SideError {
    /// The pack in the folder or file has errors.
    #[error("{path}: {source}")]
    Pack {
        /// Which side.
        path: PathBuf,
        /// What is wrong.
        #[source]
        source: PackProblems,
    },
    /// The file is refused, or there is no room for its texts.
    #[error("{path}: {source}")]
    Bundle {
        /// Which side.
        path: PathBuf,
        /// What is wrong.
        #[source]
        source: UnpackError,
    },
    /// A file in the folder cannot be read.
    #[error("{path}: {source}")]
    Folder {
        /// Which side.
        path: PathBuf,
        /// What is wrong.
        #[source]
        source: BuildError,
    },
    /// The disk refused.
    #[error("cannot read {path}: {source}")]
    Disk {
        /// Which side.
        path: PathBuf,
        /// The system's reason.
        #[source]
        source: io::Error,
    },
}

/// A pack to be compared with another.
#[derive(Debug, Clone)]
pub struct Side {
    pub(super) pack: LoadedPack,
    pub(super) files: Vec<ListedFile>,
}

impl Side {
    /// Reads a folder or a `.cheval` file. Signature and expiry do not matter here.
    ///
    /// # Errors
    /// It cannot be read, is damaged, or the pack in it has errors.
    pub fn read(path: &Path) -> Result<Self, SideError> {
        if path.is_dir() {
            Self::of_folder(path)
        } else {
            Self::of_file(path)
        }
    }

    fn of_folder(dir: &Path) -> Result<Self, SideError> {
        let pack = load(dir, dir)?;
        let files = hashed(dir, &pack.files).map_err(|source| SideError::Folder {
            path: dir.to_path_buf(),
            source,
        })?;
        Ok(Self { pack, files })
    }

    fn of_file(path: &Path) -> Result<Self, SideError> {
        let refused = |source| SideError::Bundle {
            path: path.to_path_buf(),
            source,
        };
        let unreadable = |source| SideError::Disk {
            path: path.to_path_buf(),
            source,
        };
        let file = File::open(path).map_err(unreadable)?;
        let opened = open(BufReader::new(file), &Terms::SOUND).map_err(|e| refused(e.into()))?;
        let name = scratch_name().map_err(unreadable)?;
        let scratch = Scratch::create(std::env::temp_dir().join(name)).map_err(refused)?;
        let is_text = |file: &ListedFile| file.path.ends_with(".toml");
        let verified =
            extract(opened, &RealDisk, scratch.path(), &is_text, &mut |_| {}).map_err(refused)?;
        Ok(Self {
            pack: load(path, scratch.path())?,
            files: verified.manifest.files().to_vec(),
        })
    }
}

fn load(named: &Path, dir: &Path) -> Result<LoadedPack, SideError> {
    pack::read(dir, Pictures::Trust).map_err(|source| SideError::Pack {
        path: named.to_path_buf(),
        source,
    })
}

/// A name that nobody else takes or foresees.
fn scratch_name() -> io::Result<String> {
    let mut random = [0; 8];
    getrandom::fill(&mut random).map_err(|e| io::Error::other(e.to_string()))?;
    Ok(format!("cheval-pack-{}", hex::encode(random)))
}
