//! A `.cheval` file → a folder, which is there whole or not at all. What is unpacked lies in a hidden folder until the last
//! byte has proved sound.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::open::{Opened, Terms, Verified, open};
use super::{BlobHash, ListedFile, Refusal};
use crate::disk::{self, Disk, DiskError, RealDisk, cannot};
use crate::whole::hidden_name;

/// Why a file was not unpacked; nothing of it is there.
#[derive(Debug, thiserror::Error)]
pub enum UnpackError {
    /// It is not sound, or not as the terms want it.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// Something is in the way.
    #[error("{0} is there already; choose a new folder, so that nothing is overwritten")]
    Exists(PathBuf),
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

impl From<DiskError> for UnpackError {
    fn from(error: DiskError) -> Self {
        Self::Disk {
            doing: error.doing,
            path: error.path,
            source: error.source,
        }
    }
}

/// Unpacks into the new folder `to`; `progress` is told how many more bytes of blobs were written.
///
/// # Errors
/// The file is refused, `to` is there already, or the disk refuses. `to` is not there then, or as it was.
pub fn unpack(
    from: impl Read,
    terms: &Terms<'_>,
    to: &Path,
    progress: &mut dyn FnMut(u64),
) -> Result<Verified, UnpackError> {
    if fs::symlink_metadata(to).is_ok() {
        return Err(UnpackError::Exists(to.to_path_buf()));
    }
    let opened = open(from, terms)?;
    let name = hidden_name(to).map_err(cannot("name", to))?;
    let scratch = Scratch::create(to.with_file_name(name))?;
    let verified = extract(opened, &RealDisk, scratch.path(), &|_| true, progress)?;
    disk::sync_tree(&RealDisk, scratch.path())?;
    scratch.become_folder(to)?;
    Ok(verified)
}

/// Writes the wanted files into the folder `dir` while checking all of them. Nothing is synced yet. Every path has been
/// checked: it leads nowhere else, and no link is on the way because everything below `dir` is made here.
pub(crate) fn extract<R: Read>(
    mut opened: Opened<R>,
    disk: &dyn Disk,
    dir: &Path,
    wanted: &dyn Fn(&ListedFile) -> bool,
    progress: &mut dyn FnMut(u64),
) -> Result<Verified, UnpackError> {
    let manifest = Arc::clone(opened.manifest());
    let mut places: BTreeMap<BlobHash, Vec<PathBuf>> = BTreeMap::new();
    for file in manifest.files().iter().filter(|file| wanted(file)) {
        let full = dir.join(&file.path);
        places.entry(file.sha256).or_default().push(full);
    }
    for blob in manifest.blobs() {
        let mut places = places.remove(&blob.sha256).unwrap_or_default().into_iter();
        let mut first = match places.next() {
            Some(path) => Some((disk::create(disk, &path)?, path)),
            None => None,
        };
        opened.next_blob(&mut |chunk| {
            progress(chunk.len() as u64);
            match &mut first {
                Some((file, path)) => Ok(file.write_all(chunk).map_err(cannot("write", path))?),
                None => Ok::<(), UnpackError>(()),
            }
        })?;
        let Some((_, first)) = first else { continue };
        for path in places {
            let mut file = disk::create(disk, &path)?;
            File::open(&first)
                .and_then(|mut from| io::copy(&mut from, &mut file))
                .map_err(cannot("write", &path))?;
        }
    }
    Ok(opened.finish()?)
}

/// A folder for unfinished things, gone when this is dropped.
pub(super) struct Scratch(Option<PathBuf>);

impl Scratch {
    pub(super) fn create(path: PathBuf) -> Result<Self, UnpackError> {
        fs::create_dir(&path).map_err(cannot("create", &path))?;
        Ok(Self(Some(path)))
    }

    pub(super) fn path(&self) -> &Path {
        self.0.as_deref().unwrap_or(Path::new(""))
    }

    /// Renames the folder; an empty folder is all that this could ever replace.
    fn become_folder(mut self, to: &Path) -> Result<(), UnpackError> {
        fs::rename(self.path(), to).map_err(cannot("finish", to))?;
        self.0 = None;
        let above = to.parent().filter(|above| *above != Path::new(""));
        if let Err(e) = RealDisk.sync(above.unwrap_or(Path::new("."))) {
            tracing::warn!("a power cut may undo the unpacking: {e}");
        }
        Ok(())
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if let Some(Err(e)) = self.0.take().map(fs::remove_dir_all) {
            tracing::warn!("cannot remove a folder of unfinished things: {e}");
        }
    }
}
