//! Writing a file so that whoever looks finds the old or the new contents, never a part.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::Path;

/// Replaces `path` by `bytes`.
///
/// # Errors
/// Nothing was changed.
pub fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    write_whole_with(path, |file| file.write_all(bytes))
}

/// Replaces `path` by what `fill` writes; when `fill` fails, nothing was changed.
pub(crate) fn write_whole_with<T, E: From<io::Error>>(
    path: &Path,
    fill: impl FnOnce(&mut File) -> Result<T, E>,
) -> Result<T, E> {
    let temporary = path.with_file_name(hidden_name(path)?);
    let written = File::create(&temporary)
        .map_err(E::from)
        .and_then(|mut file| {
            let done = fill(&mut file)?;
            file.sync_all()?;
            fs::rename(&temporary, path)?;
            Ok(done)
        });
    if written.is_err() {
        // What is left of it is of no use; the first error is the one to tell.
        _ = fs::remove_file(&temporary);
    }
    written
}

/// Name for something unfinished that will become `path`: hidden, and no other process takes it.
pub(crate) fn hidden_name(path: &Path) -> io::Result<std::ffi::OsString> {
    let name = path
        .file_name()
        .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "the path names no file"))?;
    let mut hidden = std::ffi::OsString::from(".");
    hidden.push(name);
    hidden.push(format!(".{}.tmp", std::process::id()));
    Ok(hidden)
}
