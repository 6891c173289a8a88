//! Paths and files inside a pack folder. Nothing outside the folder can be named, and nothing but plain files is opened.

use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

use crate::caps::CHUNK_BYTES;

/// Why a file inside a pack is not read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum FileRefusal {
    #[error(
        "the path `{0}` leads out of the pack or is written in a way other machines read differently"
    )]
    Path(String),
    #[error("`{0}` is missing")]
    Missing(String),
    #[error("`{0}` is a link; packs hold plain files only")]
    Link(String),
    #[error("`{0}` is not a plain file")]
    NotAFile(String),
    #[error("`{path}` has {size} bytes; at most {cap} are allowed")]
    TooBig { path: String, size: u64, cap: u64 },
    #[error("`{path}` cannot be read: {cause}")]
    Unreadable { path: String, cause: String },
}

impl FileRefusal {
    /// What the author of the pack can do about it.
    pub(crate) fn mend(&self) -> &'static str {
        match self {
            Self::Path(_) => {
                "name a file inside the pack folder, with `/` between folders, without `..`"
            }
            Self::Missing(_) => "add the file, or correct its name (upper and lower case count)",
            Self::Link(_) => "copy the file itself into the pack",
            Self::NotAFile(_) => "put a plain file there",
            Self::TooBig { .. } => "make it smaller",
            Self::Unreadable { .. } => "check the file's permissions and the disk",
        }
    }
}

/// Checks that `relative` names something inside a pack: relative, `/`-separated, no `.`/`..`, no control characters.
pub(crate) fn checked(relative: &str) -> Result<&str, FileRefusal> {
    let part_is_fine = |part: &str| {
        !part.is_empty()
            && part != "."
            && part != ".."
            && !part
                .chars()
                .any(|c| c.is_control() || matches!(c, '\\' | ':'))
    };
    let fine = relative.len() <= 200 && relative.split('/').all(part_is_fine);
    if fine {
        Ok(relative)
    } else {
        Err(FileRefusal::Path(relative.escape_debug().to_string()))
    }
}

/// Something of this name lies there, fit to be read or not.
pub(crate) fn is_there(root: &Path, relative: &str) -> bool {
    checked(relative).is_ok() && fs::symlink_metadata(root.join(relative)).is_ok()
}

/// The full path of a plain file of at most `cap` bytes inside `root`; no link on the way.
pub(crate) fn plain_file(root: &Path, relative: &str, cap: u64) -> Result<PathBuf, FileRefusal> {
    let mut full = root.to_path_buf();
    let mut last = None;
    for part in checked(relative)?.split('/') {
        full.push(part);
        let found = fs::symlink_metadata(&full).map_err(|e| refusal_of(relative, &e))?;
        if found.file_type().is_symlink() {
            return Err(FileRefusal::Link(relative.to_owned()));
        }
        last = Some(found);
    }
    match last {
        Some(found) if found.is_file() && found.len() <= cap => Ok(full),
        Some(found) if found.is_file() => Err(FileRefusal::TooBig {
            path: relative.to_owned(),
            size: found.len(),
            cap,
        }),
        _ => Err(FileRefusal::NotAFile(relative.to_owned())),
    }
}

/// The bytes of a plain file of at most `cap` bytes inside `root`.
pub(crate) fn read_capped(root: &Path, relative: &str, cap: u64) -> Result<Vec<u8>, FileRefusal> {
    let full = plain_file(root, relative, cap)?;
    let mut bytes = Vec::new();
    fs::File::open(full)
        .and_then(|file| file.take(cap + 1).read_to_end(&mut bytes))
        .map_err(|e| refusal_of(relative, &e))?;
    if bytes.len() as u64 > cap {
        return Err(FileRefusal::TooBig {
            path: relative.to_owned(),
            size: bytes.len() as u64,
            cap,
        });
    }
    Ok(bytes)
}

/// What was read piece by piece.
pub(crate) struct Streamed {
    pub(crate) size_bytes: u64,
    pub(crate) sha256: [u8; 32],
}

/// Reads a plain file of at most `cap` bytes inside `root` piece by piece, and hands over each one.
pub(crate) fn stream<E: From<FileRefusal>>(
    root: &Path,
    relative: &str,
    cap: u64,
    take: &mut dyn FnMut(&[u8]) -> Result<(), E>,
) -> Result<Streamed, E> {
    let full = plain_file(root, relative, cap)?;
    let file = fs::File::open(full).map_err(|e| refusal_of(relative, &e))?;
    let length = file.metadata().map_or(0, |found| found.len());
    let mut from = file.take(cap + 1);
    let mut buffer =
        vec![0; usize::try_from(length + 1).map_or(CHUNK_BYTES, |n| n.min(CHUNK_BYTES))];
    let mut hash = Sha256::new();
    let mut size = 0;
    loop {
        let got = match from.read(&mut buffer) {
            Ok(0) => break,
            Ok(got) => got,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => continue,
            Err(e) => return Err(refusal_of(relative, &e).into()),
        };
        let chunk = buffer.get(..got).unwrap_or_default();
        hash.update(chunk);
        take(chunk)?;
        size += got as u64;
    }
    if size > cap {
        let path = relative.to_owned();
        return Err(FileRefusal::TooBig { path, size, cap }.into());
    }
    Ok(Streamed {
        size_bytes: size,
        sha256: hash.finalize().into(),
    })
}

fn refusal_of(relative: &str, error: &io::Error) -> FileRefusal {
    match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => {
            FileRefusal::Missing(relative.to_owned())
        }
        _ => FileRefusal::Unreadable {
            path: relative.to_owned(),
            cause: error.to_string(),
        },
    }
}
