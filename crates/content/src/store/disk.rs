//! Writing so that a power cut leaves either the old or the new, and removing so that it leaves nothing half.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;

use super::StoreError;

/// Makes a [`StoreError::Disk`] out of an [`io::Error`].
pub(super) fn cannot(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> StoreError {
    let path = path.to_path_buf();
    move |source| StoreError::Disk {
        doing,
        path,
        source,
    }
}

/// Held while the store is changed; the system releases it when the process ends, however it ends.
pub(super) struct Lock(File);

impl Lock {
    pub(super) fn take(store: &Path) -> Result<Self, StoreError> {
        let path = store.join("lock");
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)
            .map_err(cannot("open", &path))?;
        match file.try_lock() {
            Ok(()) => Ok(Self(file)),
            Err(fs::TryLockError::WouldBlock) => Err(StoreError::Busy(store.to_path_buf())),
            Err(fs::TryLockError::Error(e)) => Err(cannot("lock", &path)(e)),
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        if let Err(e) = self.0.unlock() {
            tracing::warn!("cannot release the content lock: {e}");
        }
    }
}

/// Writes a file and its folders, synced.
pub(super) fn write_synced(path: &Path, bytes: &[u8]) -> Result<(), StoreError> {
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).map_err(cannot("create", parent))?;
    }
    let mut file = File::create_new(path).map_err(cannot("create", path))?;
    file.write_all(bytes)
        .and_then(|()| file.sync_all())
        .map_err(cannot("write", path))
}

/// Replaces `dir/name` by `bytes`: after a power cut it holds the old or the new contents.
pub(super) fn replace_file(dir: &Path, name: &str, bytes: &[u8]) -> Result<(), StoreError> {
    let temporary = dir.join(format!("{name}.tmp"));
    let place = dir.join(name);
    match fs::remove_file(&temporary) {
        Err(e) if e.kind() != io::ErrorKind::NotFound => {
            return Err(cannot("remove", &temporary)(e));
        }
        _ => {}
    }
    write_synced(&temporary, bytes)?;
    fs::rename(&temporary, &place).map_err(cannot("replace", &place))?;
    sync_dir(dir)
}

/// Syncs a folder's list of names.
pub(super) fn sync_dir(dir: &Path) -> Result<(), StoreError> {
    File::open(dir)
        .and_then(|d| d.sync_all())
        .map_err(cannot("sync", dir))
}

/// Syncs the lists of names of a folder and all folders in it.
pub(super) fn sync_tree(dir: &Path) -> Result<(), StoreError> {
    for entry in fs::read_dir(dir).map_err(cannot("list", dir))? {
        let entry = entry.map_err(cannot("list", dir))?;
        if entry
            .file_type()
            .map_err(cannot("inspect", &entry.path()))?
            .is_dir()
        {
            sync_tree(&entry.path())?;
        }
    }
    sync_dir(dir)
}

/// Removes what an interrupted staging or removal left behind.
pub(super) fn sweep_leftovers(generations: &Path) -> Result<(), StoreError> {
    for entry in fs::read_dir(generations).map_err(cannot("list", generations))? {
        let path = entry.map_err(cannot("list", generations))?.path();
        if path.extension().is_some_and(|e| e == "tmp") {
            fs::remove_dir_all(&path).map_err(cannot("remove", &path))?;
        }
    }
    Ok(())
}

/// Removes a folder; if that fails it is left for the next sweep.
pub(super) fn remove_quietly(dir: &Path) {
    match fs::remove_dir_all(dir) {
        Err(e) if e.kind() != io::ErrorKind::NotFound => {
            tracing::warn!("cannot remove {}: {e}", dir.display())
        }
        _ => {}
    }
}

/// Removes a generation so that it never exists in part under its own name.
pub(super) fn remove_whole(dir: &Path) {
    let doomed = dir.with_extension("tmp");
    match fs::rename(dir, &doomed) {
        Ok(()) => remove_quietly(&doomed),
        Err(e) => tracing::warn!("cannot remove {}: {e}", dir.display()),
    }
}
