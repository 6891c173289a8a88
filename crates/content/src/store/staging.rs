//! A pack's folder or a `.cheval` file → a new generation, in the temporary folder until the last check has passed.

use std::fs::{self, File};
use std::io::{self, BufReader, Write as _};
use std::path::Path;

use super::lock::Lock;
use super::manifest::Manifest;
use super::{GenerationId, Store, StoreError};
use crate::bundle::{self, Terms};
use crate::caps::{FILE_CAP_BYTES, FILES_MOST, PACK_CAP_BYTES};
use crate::disk::{self, DiskError, cannot};
use crate::pack::{self, LoadedPack, Pictures};
use crate::path::{self, FileRefusal};

impl Store {
    /// Copies the pack in `pack_dir` into a new generation, checked and synced to disk, not yet active.
    ///
    /// # Errors
    /// The pack has errors, is too big or was given up, or the disk refuses; nothing of it stays behind then.
    pub fn stage(&self, pack_dir: &Path) -> Result<GenerationId, StoreError> {
        self.stage_with(|id, copy| {
            let listed = pack::read(pack_dir, Pictures::Trust)?;
            self.make_room(id, size_of(pack_dir, &listed)?)?;
            let manifest = self.copy_pack(pack_dir, &listed, copy)?;
            pack::read(copy, Pictures::Decode)?;
            Ok(manifest)
        })
    }

    /// Unpacks the `.cheval` file `file` into a new generation, checked and synced to disk, not yet active. Every byte is
    /// checked while it streams; `progress` is told how many more were written (of [`bundle::Manifest::blob_bytes`]).
    /// Besides what `terms` refuse, a revision older than that of the active pack is refused when it is of the same
    /// name, unless [`Terms::allow_older`].
    ///
    /// # Errors
    /// The file is refused, the pack in it has errors, is too big or was given up, or the disk refuses; nothing of it stays behind then.
    pub fn stage_bundle(
        &self,
        file: &Path,
        terms: &Terms<'_>,
        progress: &mut dyn FnMut(u64),
    ) -> Result<GenerationId, StoreError> {
        let from = File::open(file).map_err(cannot("open", file))?;
        let opened = bundle::open(BufReader::new(from), terms)?;
        self.stage_with(|id, copy| {
            let listed = opened.manifest().clone();
            if let Some(installed) = self.installed_revision(listed.pack()) {
                terms.check_revision(listed.revision(), installed)?;
            }
            self.make_room(id, listed.files().iter().map(|f| f.size_bytes).sum())?;
            bundle::extract(opened, &*self.disk, copy, &|_| true, progress)?;
            let found = pack::read(copy, Pictures::Decode)?.name();
            let name = format!("{}@{}", listed.pack(), listed.revision());
            if found != name {
                let listed = name;
                return Err(StoreError::Mislabelled { listed, found });
            }
            let mut manifest = Manifest::new(&name);
            for file in listed.files() {
                manifest.add(&file.path, file.size_bytes, file.sha256.to_string());
            }
            Ok(manifest)
        })
    }

    /// Lets `fill` put a checked pack into a new folder, then makes it a generation in one rename.
    fn stage_with(
        &self,
        fill: impl FnOnce(GenerationId, &Path) -> Result<Manifest, StoreError>,
    ) -> Result<GenerationId, StoreError> {
        let generations = self.generations_dir();
        disk::create_dirs_synced(&*self.disk, &generations)?;
        let _lock = Lock::take(&self.dir)?;
        self.sweep_leftovers()?;
        if let Ok(Some(pointer)) = self.pointer() {
            self.collect_garbage(&pointer);
        }
        let id = self.next_id()?;
        let (temporary, place) = (self.temporary_of(id), self.dir_of(id));
        let staged = fill(id, &temporary.join("pack")).and_then(|manifest| {
            self.refuse_given_up(&manifest)?;
            manifest.write(&*self.disk, &temporary)?;
            disk::sync_tree(&*self.disk, &temporary)?;
            self.disk
                .rename(&temporary, &place)
                .map_err(cannot("finish", &place))?;
            Ok(disk::sync(&*self.disk, &generations)?)
        });
        if staged.is_err() {
            self.remove_quietly(&temporary);
        }
        staged.map(|()| id)
    }

    /// Copies the files that belong to a pack, and lists what was copied.
    fn copy_pack(
        &self,
        pack_dir: &Path,
        listed: &LoadedPack,
        copy: &Path,
    ) -> Result<Manifest, StoreError> {
        let mut manifest = Manifest::new(&listed.name());
        for relative in &listed.files {
            let place = copy.join(relative);
            let mut to = disk::create(&*self.disk, &place)?;
            let mut write = |chunk: &[u8]| to.write_all(chunk).map_err(cannot("write", &place));
            match path::stream(pack_dir, relative, FILE_CAP_BYTES, &mut |chunk| {
                Ok(write(chunk)?)
            }) {
                Ok(read) => manifest.add(relative, read.size_bytes, hex::encode(read.sha256)),
                Err(Copying::Write(error)) => return Err(error.into()),
                Err(Copying::Read(refusal)) => return Err(unreadable(pack_dir, &refusal)),
            }
            if manifest.total_bytes() > PACK_CAP_BYTES {
                return Err(StoreError::PackTooBig {
                    cap: PACK_CAP_BYTES,
                });
            }
        }
        Ok(manifest)
    }

    /// Revision of the pack that is meant to play, if it is of this name.
    fn installed_revision(&self, name: &str) -> Option<u64> {
        let active = self.pointer().ok()??.active;
        let manifest = Manifest::read(&self.dir_of(active)).ok()?;
        let (pack, revision) = manifest.pack().rsplit_once('@')?;
        (pack == name).then(|| revision.parse().ok())?
    }

    fn refuse_given_up(&self, manifest: &Manifest) -> Result<(), StoreError> {
        let pointer = self.pointer().ok().flatten();
        let contents = manifest.fingerprint();
        pointer
            .and_then(|p| p.given_up(None, contents.as_deref()))
            .map_or(Ok(()), Err)
    }

    fn next_id(&self) -> Result<GenerationId, StoreError> {
        let highest = self.complete_generations()?.last().map_or(0, |id| id.0);
        let pointed = self.pointer().ok().flatten().map_or(0, |p| p.highest());
        Ok(GenerationId(highest.max(pointed) + 1))
    }
}

/// Which side failed.
enum Copying {
    Read(FileRefusal),
    Write(DiskError),
}

impl From<FileRefusal> for Copying {
    fn from(refusal: FileRefusal) -> Self {
        Self::Read(refusal)
    }
}

impl From<DiskError> for Copying {
    fn from(error: DiskError) -> Self {
        Self::Write(error)
    }
}

/// How much there is to be copied. A file that cannot be looked at is told of when it is read.
fn size_of(pack_dir: &Path, pack: &LoadedPack) -> Result<u64, StoreError> {
    let count = pack.files.len();
    if count > FILES_MOST {
        let cap = FILES_MOST;
        return Err(StoreError::TooManyFiles { count, cap });
    }
    let size = |relative| fs::metadata(pack_dir.join(relative)).map_or(0, |found| found.len());
    let bytes = pack.files.iter().map(size).sum();
    if bytes > PACK_CAP_BYTES {
        let cap = PACK_CAP_BYTES;
        return Err(StoreError::PackTooBig { cap });
    }
    Ok(bytes)
}

/// A file of the pack cannot be read: said with all other problems of the pack.
fn unreadable(pack_dir: &Path, refusal: &FileRefusal) -> StoreError {
    match pack::read(pack_dir, Pictures::Decode) {
        Err(problems) => StoreError::Pack(problems),
        Ok(_) => cannot("read", pack_dir)(io::Error::other(refusal.to_string())).into(),
    }
}
