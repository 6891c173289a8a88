//! A pack's folder → a `.cheval` file. Refuses packs that lint refuses, and takes only the files that the pack uses.

use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::head::Head;
use super::{
    BlobHash, CHUNK_BYTES, FILE_CAP_BYTES, FILES_MOST, ListedFile, Manifest, Refusal, names,
};
use crate::pack::load_pack;
use crate::path::{self, FileRefusal};
use crate::problem::{PackProblems, Problem};
use crate::whole::write_whole_with;

/// Why no `.cheval` file was made.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// Lint refuses the pack.
    #[error(transparent)]
    Pack(#[from] PackProblems),
    /// Whoever reads the file would refuse it.
    #[error("the pack cannot become a .cheval file: {0}")]
    Refused(#[from] Refusal),
    /// A file is gone, or is no plain file.
    #[error("{what}; {mend}")]
    File {
        /// What is wrong, with the file's name.
        what: String,
        /// What to do about it.
        mend: String,
    },
    /// Somebody works on the pack at the same time.
    #[error("`{path}` changed while it was read; build again when nobody works on the pack")]
    Changed {
        /// Which.
        path: String,
    },
    /// The disk refused.
    #[error("cannot write the .cheval file: {0}")]
    Disk(#[from] io::Error),
}

impl From<FileRefusal> for BuildError {
    fn from(refusal: FileRefusal) -> Self {
        Self::File {
            what: refusal.to_string(),
            mend: refusal.mend().to_owned(),
        }
    }
}

/// A checked pack, ready to be written.
#[derive(Debug)]
pub struct Plan {
    dir: PathBuf,
    manifest: Manifest,
    warnings: Vec<Problem>,
}

impl Plan {
    /// Checks the pack in `dir` down to the last pixel and hashes its files.
    ///
    /// # Errors
    /// The pack has errors, or has names or sizes that no `.cheval` file may have.
    pub fn new(dir: &Path, not_after: Option<Timestamp>) -> Result<Self, BuildError> {
        let pack = load_pack(dir)?;
        let files = hashed(dir, &pack.files)?;
        let (id, revision) = (&pack.catalogue.pack, pack.catalogue.revision);
        Ok(Self {
            dir: dir.to_path_buf(),
            manifest: Manifest::new(id, revision, &pack.licence, not_after, files)?,
            warnings: pack.warnings,
        })
    }

    /// What will be in the file.
    #[must_use]
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// What lint had to say besides.
    #[must_use]
    pub fn warnings(&self) -> &[Problem] {
        &self.warnings
    }

    /// A name for the file: pack and revision.
    #[must_use]
    pub fn file_name(&self) -> String {
        format!(
            "{}-{}.cheval",
            self.manifest.pack(),
            self.manifest.revision()
        )
    }

    /// Files in the folder that the pack does not use and the `.cheval` file will not have, sorted; hidden ones are not told.
    #[must_use]
    pub fn left_out(&self) -> Vec<String> {
        let mut found = Vec::new();
        list(&self.dir, "", &mut found);
        let used = |path: &String| {
            let files = self.manifest.files();
            files.binary_search_by(|f| f.path.cmp(path)).is_ok()
        };
        found.retain(|path| !used(path));
        found.sort();
        found
    }

    /// Writes the file, whole or not at all, in place of one that may be there. `progress` is told how many more bytes of blobs
    /// were written. Gives the length of the file in bytes.
    ///
    /// # Errors
    /// The disk refuses, or the pack was changed meanwhile.
    pub fn write_file(
        &self,
        path: &Path,
        progress: &mut dyn FnMut(u64),
    ) -> Result<u64, BuildError> {
        write_whole_with(path, |file| {
            let mut out = BufWriter::with_capacity(CHUNK_BYTES, &mut *file);
            self.write(&mut out, progress)?;
            out.flush()?;
            drop(out);
            Ok(file.metadata()?.len())
        })
    }

    /// Writes the file's bytes to anything that takes them.
    ///
    /// # Errors
    /// `out` refuses, or the pack was changed meanwhile.
    pub fn write(
        &self,
        out: &mut impl Write,
        progress: &mut dyn FnMut(u64),
    ) -> Result<(), BuildError> {
        let manifest = self.manifest.to_bytes()?;
        out.write_all(&Head::unsigned(&manifest)?.encode())?;
        out.write_all(&manifest)?;
        for file in self.manifest.blobs() {
            let copied = stream(&self.dir, &file.path, &mut |chunk| {
                progress(chunk.len() as u64);
                out.write_all(chunk)
            })?;
            if copied != *file {
                return Err(BuildError::Changed {
                    path: file.path.clone(),
                });
            }
        }
        Ok(())
    }
}

/// Every file with its length and hash.
pub(super) fn hashed(dir: &Path, paths: &[String]) -> Result<Vec<ListedFile>, BuildError> {
    if paths.len() > FILES_MOST {
        return Err(Refusal::TooManyFiles { count: paths.len() }.into());
    }
    paths
        .iter()
        .map(|path| {
            names::check(path)?;
            stream(dir, path, &mut |_| Ok(()))
        })
        .collect()
}

/// Reads a file of the pack piece by piece and says what was read.
fn stream(
    dir: &Path,
    path: &str,
    take: &mut dyn FnMut(&[u8]) -> io::Result<()>,
) -> Result<ListedFile, BuildError> {
    let mut take = |chunk: &[u8]| Ok::<(), BuildError>(take(chunk)?);
    let read = path::stream(dir, path, FILE_CAP_BYTES, &mut take)?;
    Ok(ListedFile {
        path: path.to_owned(),
        size_bytes: read.size_bytes,
        sha256: BlobHash(read.sha256),
    })
}

/// Adds the plain files below `dir`, as far as they can be listed. Nobody depends on this being complete.
fn list(dir: &Path, prefix: &str, found: &mut Vec<String>) {
    let Ok(entries) = fs::read_dir(dir) else {
        return;
    };
    for entry in entries.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let Ok(kind) = entry.file_type() else {
            continue;
        };
        if name.starts_with('.') || found.len() > FILES_MOST {
            continue;
        }
        if kind.is_dir() && prefix.split('/').count() < 16 {
            list(&entry.path(), &format!("{prefix}{name}/"), found);
        } else if !kind.is_dir() {
            found.push(format!("{prefix}{name}"));
        }
    }
}
