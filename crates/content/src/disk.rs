//! Every change of the disk that must outlive a power cut goes through [`Disk`], one operation at a time, so that tests can
//! cut between any two of them. Looking needs no such care and goes straight to the files.

use std::fmt;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// The operations that change a disk. None of them is on the disk for certain before the file, or for names the folder that
/// holds them, was synced; until then they may be lost one by one.
pub(crate) trait Disk: fmt::Debug + Send + Sync {
    /// Makes one folder, whose parent is there.
    fn create_dir(&self, dir: &Path) -> io::Result<()>;
    /// Makes a file that is not there yet. It is written without a buffer.
    fn create(&self, file: &Path) -> io::Result<Box<dyn Write>>;
    /// Waits until the bytes of a file, or the names in a folder, are on the disk.
    fn sync(&self, path: &Path) -> io::Result<()>;
    /// Gives a file or folder another name in the same folder.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;
    /// Removes a file.
    fn remove_file(&self, file: &Path) -> io::Result<()>;
    /// Removes an empty folder.
    fn remove_dir(&self, dir: &Path) -> io::Result<()>;
}

/// The machine's own disk.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RealDisk;

impl Disk for RealDisk {
    fn create_dir(&self, dir: &Path) -> io::Result<()> {
        fs::create_dir(dir)
    }

    fn create(&self, file: &Path) -> io::Result<Box<dyn Write>> {
        Ok(Box::new(File::create_new(file)?))
    }

    fn sync(&self, path: &Path) -> io::Result<()> {
        File::open(path)?.sync_all()
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)
    }

    fn remove_file(&self, file: &Path) -> io::Result<()> {
        fs::remove_file(file)
    }

    fn remove_dir(&self, dir: &Path) -> io::Result<()> {
        fs::remove_dir(dir)
    }
}

/// What the disk refused, and why.
#[derive(Debug)]
pub(crate) struct DiskError {
    pub(crate) doing: &'static str,
    pub(crate) path: PathBuf,
    pub(crate) source: io::Error,
}

/// Makes a [`DiskError`] out of an [`io::Error`].
pub(crate) fn cannot(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> DiskError {
    let path = path.to_path_buf();
    move |source| DiskError {
        doing,
        path,
        source,
    }
}

/// Makes a folder and those above it, as far as they are missing; gives those that were made, from the top.
pub(crate) fn create_dirs(disk: &dyn Disk, dir: &Path) -> Result<Vec<PathBuf>, DiskError> {
    let missing = |d: &&Path| !d.as_os_str().is_empty() && !d.is_dir();
    let mut made: Vec<PathBuf> = dir
        .ancestors()
        .take_while(missing)
        .map(Path::to_path_buf)
        .collect();
    made.reverse();
    for folder in &made {
        match disk.create_dir(folder) {
            // Somebody else was quicker.
            Err(e) if e.kind() == io::ErrorKind::AlreadyExists && folder.is_dir() => {}
            done => done.map_err(cannot("create", folder))?,
        }
    }
    Ok(made)
}

/// The same, and a power cut does not undo it.
pub(crate) fn create_dirs_synced(disk: &dyn Disk, dir: &Path) -> Result<(), DiskError> {
    for folder in create_dirs(disk, dir)? {
        let above = folder.parent().filter(|above| *above != Path::new(""));
        sync(disk, above.unwrap_or(Path::new(".")))?;
    }
    Ok(())
}

/// Makes a file and the folders it lies in.
pub(crate) fn create(disk: &dyn Disk, file: &Path) -> Result<Box<dyn Write>, DiskError> {
    if let Some(parent) = file.parent() {
        create_dirs(disk, parent)?;
    }
    disk.create(file).map_err(cannot("create", file))
}

/// Syncs the bytes of a file or the names in a folder.
pub(crate) fn sync(disk: &dyn Disk, path: &Path) -> Result<(), DiskError> {
    disk.sync(path).map_err(cannot("sync", path))
}

/// Syncs a folder and everything in it, from the bottom.
pub(crate) fn sync_tree(disk: &dyn Disk, dir: &Path) -> Result<(), DiskError> {
    for (path, is_dir) in entries(dir)? {
        if is_dir {
            sync_tree(disk, &path)?;
        } else {
            sync(disk, &path)?;
        }
    }
    sync(disk, dir)
}

/// Replaces `dir/name` by `bytes`: after a power cut it holds the old or the new contents.
pub(crate) fn replace_file(
    disk: &dyn Disk,
    dir: &Path,
    name: &str,
    bytes: &[u8],
) -> Result<(), DiskError> {
    let temporary = dir.join(format!("{name}.tmp"));
    let place = dir.join(name);
    match disk.remove_file(&temporary) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => {}
        done => done.map_err(cannot("remove", &temporary))?,
    }
    let mut file = create(disk, &temporary)?;
    file.write_all(bytes).map_err(cannot("write", &temporary))?;
    sync(disk, &temporary)?;
    disk.rename(&temporary, &place)
        .map_err(cannot("replace", &place))?;
    sync(disk, dir)
}

/// Removes a folder and everything in it; one that is not there is fine. Links are removed, not followed.
pub(crate) fn remove_tree(disk: &dyn Disk, dir: &Path) -> Result<(), DiskError> {
    if fs::symlink_metadata(dir).is_err() {
        return Ok(());
    }
    for (path, is_dir) in entries(dir)? {
        if is_dir {
            remove_tree(disk, &path)?;
        } else {
            disk.remove_file(&path).map_err(cannot("remove", &path))?;
        }
    }
    disk.remove_dir(dir).map_err(cannot("remove", dir))
}

/// Bytes of all files in a folder; what cannot be looked at counts nothing.
pub(crate) fn tree_bytes(dir: &Path) -> u64 {
    let size = |(path, is_dir): (PathBuf, bool)| {
        if is_dir {
            tree_bytes(&path)
        } else {
            fs::symlink_metadata(&path).map_or(0, |found| found.len())
        }
    };
    entries(dir).map_or(0, |all| all.into_iter().map(size).sum())
}

/// What lies in a folder, by name, and whether it is a folder itself.
pub(crate) fn entries(dir: &Path) -> Result<Vec<(PathBuf, bool)>, DiskError> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir).map_err(cannot("list", dir))? {
        let entry = entry.map_err(cannot("list", dir))?;
        let kind = entry
            .file_type()
            .map_err(cannot("inspect", &entry.path()))?;
        found.push((entry.path(), kind.is_dir()));
    }
    found.sort_unstable();
    Ok(found)
}
