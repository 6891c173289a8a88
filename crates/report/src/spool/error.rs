//! What can go wrong with a spool, in words for the person at the kiosk.

use std::path::PathBuf;

use crate::stamped::BadRecord;

/// Why the spool could not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum SpoolError {
    /// Another process has it.
    #[error("the spool {dir} is in use by process {pid}: only one kiosk may run on it. Stop that process, or give this kiosk a spool folder of its own", dir = dir.display())]
    Busy {
        /// Folder.
        dir: PathBuf,
        /// Holder's process id, as text; `unknown` if it had no time to write it.
        pid: String,
    },
    /// The disk, or the page limit, is full.
    #[error("no space left for the spool {dir}: free some disk space, records wait in the screen meanwhile", dir = dir.display())]
    DiskFull {
        /// Database file.
        dir: PathBuf,
    },
    /// The database is not one, or contradicts itself.
    #[error("the spool database is damaged ({reason}); it is moved aside and a new epoch begins")]
    Damaged {
        /// SQLite's words.
        reason: String,
    },
    /// Written by a newer program.
    #[error(
        "the spool was written by a newer version (format {found}, this program knows {known}): update the program"
    )]
    TooNew {
        /// Format found.
        found: u32,
        /// Newest format known.
        known: u32,
    },
    /// Cap below [`super::MIN_CAP_BYTES`].
    #[error("a spool cap of {cap_bytes} bytes is too small, at least {min} are needed", min = super::MIN_CAP_BYTES)]
    CapTooSmall {
        /// What was asked.
        cap_bytes: u64,
    },
    /// A record that cannot be kept.
    #[error(transparent)]
    BadRecord(#[from] BadRecord),
    /// Acknowledgement of something that was never sent.
    #[error("sequence {sequence} was acknowledged, but only {last} were ever given out; ignored")]
    NeverIssued {
        /// Acknowledged.
        sequence: u64,
        /// Given out.
        last: u64,
    },
    /// A file could not be read, written or moved.
    #[error("cannot {doing} {path}: {source}", path = path.display())]
    File {
        /// Verb.
        doing: &'static str,
        /// Where.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// Any other database error.
    #[error("the spool database failed: {0}")]
    Database(#[source] rusqlite::Error),
}

impl SpoolError {
    pub(super) fn file(
        doing: &'static str,
        path: &std::path::Path,
    ) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_owned();
        move |source| match source.kind() {
            std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => {
                Self::DiskFull { dir: path }
            }
            _ => Self::File {
                doing,
                path,
                source,
            },
        }
    }
}

impl From<rusqlite::Error> for SpoolError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode;
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::DiskFull {
                dir: PathBuf::from(super::files::DATABASE),
            },
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Self::Damaged {
                reason: error.to_string(),
            },
            _ => Self::Database(error),
        }
    }
}
