//! What can go wrong with the store, said so that a person knows what to do.

use std::io;
use std::path::PathBuf;

use super::GenerationId;
use crate::bundle::{Refusal, UnpackError};
use crate::disk::DiskError;
use crate::problem::PackProblems;

/// What can go wrong with the store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Nothing was ever activated here.
    #[error("no content is active in {0}; stage and activate a pack first")]
    NothingActive(PathBuf),
    /// Neither the active generation nor any older one is sound.
    #[error("no generation in {dir} is sound: {why}")]
    NoSoundGeneration {
        /// The store's folder.
        dir: PathBuf,
        /// What is wrong with each.
        why: String,
    },
    /// A generation's files are not what they were when it was staged.
    #[error("generation {id} is damaged: {why}")]
    Damaged {
        /// Which.
        id: GenerationId,
        /// What is wrong.
        why: String,
    },
    /// The pack to be staged has errors.
    #[error(transparent)]
    Pack(#[from] PackProblems),
    /// The `.cheval` file is refused.
    #[error(transparent)]
    Bundle(#[from] Refusal),
    /// What the `.cheval` file says of its pack is not what the pack says of itself.
    #[error(
        "the file says that it holds {listed}, but the pack in it is {found}; build it again with `cheval-pack build`"
    )]
    Mislabelled {
        /// `pack@rev` in the file's manifest.
        listed: String,
        /// `pack@rev` in `pack.toml`.
        found: String,
    },
    /// The pack to be staged has too many files.
    #[error("the pack has {count} files, at most {cap} are allowed; take out what is not shown")]
    TooManyFiles {
        /// How many.
        count: usize,
        /// Allowed number.
        cap: usize,
    },
    /// The pack to be staged has too many bytes.
    #[error("the pack has more than {} MiB; make its pictures smaller", .cap >> 20)]
    PackTooBig {
        /// Allowed size in bytes.
        cap: u64,
    },
    /// The store may not grow so far.
    #[error(
        "there is no room for the new content: it has {}, what must be kept has {}, and {} are allowed in all; make the pack smaller, or allow the store more",
        mebibytes(*.new_bytes), mebibytes(*.kept_bytes), mebibytes(*.quota_bytes)
    )]
    NoRoom {
        /// Size of the new generation.
        new_bytes: u64,
        /// Size of the generations that stay: the active and the previous one.
        kept_bytes: u64,
        /// Allowed for all of them.
        quota_bytes: u64,
    },
    /// It did not prove itself before, under this number or another.
    #[error(
        "this content was tried as generation {id} and given up: {why}; mend it, raise its revision and install it again"
    )]
    GivenUp {
        /// Under which number.
        id: GenerationId,
        /// Why.
        why: String,
    },
    /// Only the active generation can be kept or given up, the latter only as long as it is on trial.
    #[error("generation {id} is not on trial")]
    NotOnTrial {
        /// Which.
        id: GenerationId,
    },
    /// There is no other generation to play.
    #[error("generation {id} cannot be given up: there is none before it")]
    NoWayBack {
        /// Which.
        id: GenerationId,
    },
    /// Another process is staging or activating.
    #[error(
        "another program is changing the content in {0} right now; try again when it has finished"
    )]
    Busy(PathBuf),
    /// The disk refused.
    #[error("cannot {doing} {path}: {source}")]
    Disk {
        /// What was tried.
        doing: &'static str,
        /// On what.
        path: PathBuf,
        /// The system's reason.
        #[source]
        source: io::Error,
    },
}

impl From<DiskError> for StoreError {
    fn from(error: DiskError) -> Self {
        Self::Disk {
            doing: error.doing,
            path: error.path,
            source: error.source,
        }
    }
}

impl From<UnpackError> for StoreError {
    fn from(error: UnpackError) -> Self {
        match error {
            UnpackError::Refused(refusal) => Self::Bundle(refusal),
            UnpackError::Exists(path) => Self::Disk {
                doing: "create",
                path,
                source: io::ErrorKind::AlreadyExists.into(),
            },
            UnpackError::Disk {
                doing,
                path,
                source,
            } => Self::Disk {
                doing,
                path,
                source,
            },
        }
    }
}

/// A size to be read by people, never told smaller than it is.
fn mebibytes(bytes: u64) -> String {
    format!("{} MiB", bytes.div_ceil(1 << 20))
}
