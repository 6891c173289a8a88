//! A `.cheval` file → a folder, which is there whole or not at all. What is unpacked lies in a hidden folder until the last
//! byte has proved sound.

use std::fs::{self, File};
use std::io::{self, Read, Write as _};
use std::path::{Path, PathBuf};

use super::open::{Opened, Terms, Verified, open};
use super::{ListedFile, Refusal};
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
    let name = hidden_name(to).map_err(disk("name", to))?;
    let scratch = Scratch::create(to.with_file_name(name))?;
    let verified = extract(opened, scratch.path(), &|_| true, progress)?;
    sync(scratch.path(), verified.manifest.files())?;
    scratch.become_folder(to)?;
    Ok(verified)
}

/// Writes the wanted files into the folder `dir` while checking all of them.
pub(super) fn extract<R: Read>(
    mut opened: Opened<R>,
    dir: &Path,
    wanted: &dyn Fn(&ListedFile) -> bool,
    progress: &mut dyn FnMut(u64),
) -> Result<Verified, UnpackError> {
    while let Some(blob) = opened.upcoming().cloned() {
        let manifest = opened.manifest().clone();
        let same = |file: &&ListedFile| file.sha256 == blob.sha256 && wanted(file);
        let mut places = manifest.files().iter().filter(same).map(|file| &file.path);
        let mut first = places.next().map(|path| create(dir, path)).transpose()?;
        opened.next_blob(&mut |chunk| {
            progress(chunk.len() as u64);
            match &mut first {
                Some((file, path)) => file.write_all(chunk).map_err(disk("write", path)),
                None => Ok(()),
            }
        })?;
        let Some((_, first)) = first else { continue };
        for path in places {
            let (mut file, path) = create(dir, path)?;
            File::open(&first)
                .and_then(|mut from| io::copy(&mut from, &mut file))
                .map_err(disk("write", &path))?;
        }
    }
    Ok(opened.finish()?)
}

/// Creates a file that is not there yet. `path` has been checked: it leads nowhere else, and no link is on the way because
/// everything below `dir` was made here.
fn create(dir: &Path, path: &str) -> Result<(File, PathBuf), UnpackError> {
    let full = dir.join(path);
    if let Some(folder) = full.parent() {
        fs::create_dir_all(folder).map_err(disk("create", folder))?;
    }
    let file = File::create_new(&full).map_err(disk("create", &full))?;
    Ok((file, full))
}

/// Syncs all files, then the folders. After the first one most of it is on the disk already.
fn sync(dir: &Path, files: &[ListedFile]) -> Result<(), UnpackError> {
    let mut folders = vec![dir.to_path_buf()];
    for file in files {
        let full = dir.join(&file.path);
        File::open(&full)
            .and_then(|f| f.sync_all())
            .map_err(disk("sync", &full))?;
        let above = full.ancestors().skip(1);
        folders.extend(above.take_while(|a| *a != dir).map(Path::to_path_buf));
    }
    folders.sort_unstable();
    folders.dedup();
    for folder in folders.iter().rev() {
        sync_folder(folder)?;
    }
    Ok(())
}

fn sync_folder(dir: &Path) -> Result<(), UnpackError> {
    File::open(dir)
        .and_then(|d| d.sync_all())
        .map_err(disk("sync", dir))
}

/// A folder for unfinished things, gone when this is dropped.
pub(super) struct Scratch(Option<PathBuf>);

impl Scratch {
    pub(super) fn create(path: PathBuf) -> Result<Self, UnpackError> {
        fs::create_dir(&path).map_err(disk("create", &path))?;
        Ok(Self(Some(path)))
    }

    pub(super) fn path(&self) -> &Path {
        self.0.as_deref().unwrap_or(Path::new(""))
    }

    /// Renames the folder; an empty folder is all that this could ever replace.
    fn become_folder(mut self, to: &Path) -> Result<(), UnpackError> {
        fs::rename(self.path(), to).map_err(disk("finish", to))?;
        self.0 = None;
        let above = to.parent().filter(|above| *above != Path::new(""));
        if let Err(e) = sync_folder(above.unwrap_or(Path::new("."))) {
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

pub(super) fn disk(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> UnpackError {
    let path = path.to_path_buf();
    move |source| UnpackError::Disk {
        doing,
        path,
        source,
    }
}
