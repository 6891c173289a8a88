//! Generations on disk: staged beside the active one, switched to by one rename, kept until a newer one has proven itself.
//!
//! ```text
//! active                      {"active": 7, "previous": 6}; written to active.tmp, synced, renamed
//! lock                        held while something is staged or activated
//! generations/7/manifest.json SHA-256 of every file
//! generations/7/pack/…        the pack, read-only from now on
//! generations/8.tmp/          being staged, or left by a power cut: swept away by the next staging
//! ```
//!
//! Whatever the moment of a power cut, `active` names a generation that was synced and verified before.

mod disk;
mod manifest;

use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use cheval_domain::catalogue::Catalogue;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::pack::{self, LoadedPack, Pictures};
use crate::path;
use crate::problem::PackProblems;
use disk::Lock;
use manifest::Manifest;

/// Largest file of a pack, bytes; each kind of file has its own smaller cap besides.
const FILE_CAP: u64 = 8 << 20;
/// Largest pack, bytes.
const PACK_CAP: u64 = 256 << 20;

/// Number of a generation; rises.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct GenerationId(pub u64);

impl fmt::Display for GenerationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// The generation to play from, verified file by file.
#[derive(Debug, Clone, PartialEq)]
pub struct Generation {
    /// Its number.
    pub id: GenerationId,
    /// Folder that the catalogue's picture paths start from.
    pub dir: PathBuf,
    /// What can be shown.
    pub catalogue: Catalogue,
    /// Languages in which every text is there, the default language first.
    pub languages: Vec<String>,
    /// `pack@rev`, as records name it.
    pub pack: String,
    /// When it was staged, by the clock of that moment.
    pub staged: Option<Timestamp>,
    /// Set when this is not the generation that was meant to be active.
    pub rolled_back: Option<RollBack>,
}

/// Why an older generation is playing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RollBack {
    /// The generation that was meant to be active; none if the pointer itself was unreadable.
    pub from: Option<GenerationId>,
    /// What is wrong with it, in one sentence.
    pub why: String,
}

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
    /// The pack to be staged has too many bytes.
    #[error("the pack has more than {} MiB; make its pictures smaller", .cap >> 20)]
    PackTooBig {
        /// Allowed size in bytes.
        cap: u64,
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

/// A folder of generations.
#[derive(Debug, Clone)]
pub struct Store {
    dir: PathBuf,
}

/// The contents of the `active` file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Pointer {
    active: GenerationId,
    previous: Option<GenerationId>,
}

impl Store {
    /// The store in `dir`. Touches nothing: [`Store::stage`] creates what is missing.
    #[must_use]
    pub fn open(dir: &Path) -> Self {
        Self {
            dir: dir.to_path_buf(),
        }
    }

    /// The generation to play, every file checked against its hash. When the active one is damaged, the previous one is
    /// given, with [`Generation::rolled_back`] saying why. Writes nothing.
    ///
    /// # Errors
    /// Nothing was ever activated, or no generation is sound.
    pub fn active(&self) -> Result<Generation, StoreError> {
        let (meant, candidates, mut why) = match self.pointer() {
            Ok(None) => return Err(StoreError::NothingActive(self.dir.clone())),
            Ok(Some(p)) => (
                Some(p.active),
                [Some(p.active), p.previous].into_iter().flatten().collect(),
                String::new(),
            ),
            Err(cause) => {
                let mut all = self.complete_generations()?;
                all.reverse();
                (None, all, format!("the file `active` is damaged: {cause}"))
            }
        };
        for id in candidates {
            match self.verified(id) {
                Ok(mut generation) => {
                    if Some(id) != meant {
                        generation.rolled_back = Some(RollBack { from: meant, why });
                    }
                    return Ok(generation);
                }
                Err(cause) if why.is_empty() => why = cause.to_string(),
                Err(cause) => why = format!("{why}; {cause}"),
            }
        }
        Err(StoreError::NoSoundGeneration {
            dir: self.dir.clone(),
            why,
        })
    }

    /// Copies the pack in `pack_dir` into a new generation, checked and synced to disk, not yet active.
    ///
    /// # Errors
    /// The pack has errors, or the disk refuses; nothing of it stays behind then.
    pub fn stage(&self, pack_dir: &Path) -> Result<GenerationId, StoreError> {
        let generations = self.generations_dir();
        fs::create_dir_all(&generations).map_err(disk::cannot("create", &generations))?;
        let _lock = Lock::take(&self.dir)?;
        disk::sweep_leftovers(&generations)?;
        let id = self.next_id()?;
        let temporary = generations.join(format!("{id}.tmp"));
        let staged = fill(pack_dir, &temporary).and_then(|()| {
            let place = self.dir_of(id);
            fs::rename(&temporary, &place).map_err(disk::cannot("finish", &place))?;
            disk::sync_dir(&generations)
        });
        match staged {
            Ok(()) => Ok(id),
            Err(cause) => {
                disk::remove_quietly(&temporary);
                Err(cause)
            }
        }
    }

    /// Makes a staged generation the active one, by one rename, and removes generations that are no longer needed: the
    /// active one and the one before it stay.
    ///
    /// # Errors
    /// The generation is not there or is damaged, or the disk refuses; the active one is unchanged then.
    pub fn activate(&self, id: GenerationId) -> Result<(), StoreError> {
        let _lock = Lock::take(&self.dir)?;
        self.verified(id)?;
        let previous = match self.active() {
            Ok(playing) if playing.id != id => Some(playing.id),
            Ok(_) => self.pointer().ok().flatten().and_then(|p| p.previous),
            Err(_) => None,
        };
        let pointer = Pointer {
            active: id,
            previous,
        };
        let json =
            serde_json::to_vec(&pointer).map_err(|e| disk::cannot("write", &self.dir)(e.into()))?;
        disk::replace_file(&self.dir, "active", &json)?;
        self.collect_garbage(pointer);
        Ok(())
    }

    /// Removes generations older than the active one, except the previous one. Failure costs disk space only and is
    /// tried again with the next activation.
    fn collect_garbage(&self, pointer: Pointer) {
        for id in self.complete_generations().unwrap_or_default() {
            if id < pointer.active && Some(id) != pointer.previous {
                disk::remove_whole(&self.dir_of(id));
            }
        }
    }

    fn verified(&self, id: GenerationId) -> Result<Generation, StoreError> {
        let place = self.dir_of(id);
        let damaged = |why: String| StoreError::Damaged { id, why };
        let manifest = Manifest::read(&place).map_err(damaged)?;
        let dir = place.join("pack");
        manifest.verify(&dir).map_err(damaged)?;
        let loaded = pack::read(&dir, Pictures::Trust).map_err(|e| damaged(e.to_string()))?;
        if let Some(stranger) = loaded.files.iter().find(|f| !manifest.lists(f)) {
            return Err(damaged(format!(
                "`{stranger}` was not there when it was staged"
            )));
        }
        let pack = loaded.name();
        let LoadedPack {
            catalogue,
            languages,
            ..
        } = loaded;
        Ok(Generation {
            id,
            dir,
            catalogue,
            languages,
            pack,
            staged: Manifest::written(&place),
            rolled_back: None,
        })
    }

    /// The pointer; `Ok(None)` when there is none yet, the reason as text when it is unreadable.
    fn pointer(&self) -> Result<Option<Pointer>, String> {
        match path::read_capped(&self.dir, "active", 4096) {
            Ok(bytes) => serde_json::from_slice(&bytes)
                .map(Some)
                .map_err(|e| e.to_string()),
            Err(path::FileRefusal::Missing(_)) => Ok(None),
            Err(refusal) => Err(refusal.to_string()),
        }
    }

    /// Numbers of the generations that were staged to the end, rising.
    fn complete_generations(&self) -> Result<Vec<GenerationId>, StoreError> {
        let dir = self.generations_dir();
        let mut ids = Vec::new();
        for entry in fs::read_dir(&dir).map_err(disk::cannot("list", &dir))? {
            let entry = entry.map_err(disk::cannot("list", &dir))?;
            ids.extend(
                entry
                    .file_name()
                    .to_str()
                    .and_then(|n| n.parse().ok())
                    .map(GenerationId),
            );
        }
        ids.sort_unstable();
        Ok(ids)
    }

    fn next_id(&self) -> Result<GenerationId, StoreError> {
        let highest = self.complete_generations()?.last().map_or(0, |id| id.0);
        let pointed = self.pointer().ok().flatten().map_or(0, |p| p.active.0);
        Ok(GenerationId(highest.max(pointed) + 1))
    }

    fn generations_dir(&self) -> PathBuf {
        self.dir.join("generations")
    }

    fn dir_of(&self, id: GenerationId) -> PathBuf {
        self.generations_dir().join(id.to_string())
    }
}

/// Copies the pack's files into `place/pack`, checks the copy down to the last pixel, writes and syncs the manifest.
fn fill(pack_dir: &Path, place: &Path) -> Result<(), StoreError> {
    let listed = pack::read(pack_dir, Pictures::Trust)?;
    let copy = place.join("pack");
    let mut manifest = Manifest::new(&listed.name());
    for relative in &listed.files {
        let Ok(bytes) = path::read_capped(pack_dir, relative, FILE_CAP) else {
            // Say it with all other problems of the pack.
            return Err(pack::read(pack_dir, Pictures::Decode).err().map_or_else(
                || {
                    disk::cannot("read", &pack_dir.join(relative))(
                        io::ErrorKind::Interrupted.into(),
                    )
                },
                StoreError::Pack,
            ));
        };
        manifest.add(relative, &bytes);
        if manifest.total_bytes() > PACK_CAP {
            return Err(StoreError::PackTooBig { cap: PACK_CAP });
        }
        disk::write_synced(&copy.join(relative), &bytes)?;
    }
    pack::read(&copy, Pictures::Decode)?;
    manifest.write(place)?;
    disk::sync_tree(place)
}
