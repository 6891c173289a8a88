//! Generations on disk: staged beside the active one, switched to by one rename, kept until a newer one has proven itself.
//!
//! ```text
//! active                      which generation plays; written to active.tmp, synced, renamed
//! lock                        held while something is staged, activated, committed or given up
//! generations/7/manifest.json SHA-256 of every file
//! generations/7/pack/…        the pack, read-only from now on
//! generations/8.tmp/          being staged or removed, or left by a power cut: swept away by the next staging
//! ```
//!
//! ```text
//! 7 plays ── stage ──► 7 plays, 8 waits ── activate(8) ──► 8 plays on trial, 7 is kept
//!                                                           ├─ commit(8) ───────► 8 plays, 7 is kept
//!                                                           ├─ give_up(8, why) ─► 7 plays, "8: why" is told, its contents are refused
//!                                                           └─ activate(9) ─────► 9 plays on trial, 7 is kept: 8 never proved itself
//! ```
//!
//! `active` holds `{"active":8,"previous":7}`, with `"on_trial":true` during the trial and
//! `"given_up":[{"id":8,"contents":"<SHA-256>","why":"…"}]` after one that went wrong. A trial outlives restarts and power
//! cuts; how long it lasts and what is healthy is for the caller to say.
//!
//! Whatever the moment of a power cut, `active` names a generation that was synced and verified before: each folder is synced
//! before the name that makes it count, and that name before anything is removed for it. Held by `power_cut`, which cuts at
//! every operation.

mod error;
mod lock;
mod manifest;
mod pointer;
#[cfg(test)]
mod power_cut;
mod room;
mod staging;
mod trial;

use std::collections::BTreeSet;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use cheval_domain::catalogue::Catalogue;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::caps::PACK_CAP_BYTES;
use crate::disk::{Disk, RealDisk};
use crate::pack::{self, LoadedPack, Pictures};
pub use error::StoreError;
use manifest::Manifest;
use pointer::GivenUp;

/// How much a store may take unless told otherwise, bytes: the active generation, the previous one and one being staged,
/// each as large as a pack may be.
const QUOTA_BYTES: u64 = 3 * PACK_CAP_BYTES;

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
    /// It was activated and has not proven itself yet: [`Store::commit`] or [`Store::give_up`] is still to come.
    pub on_trial: bool,
    /// Set when this is not the generation that was meant to be active: that one is damaged or was given up.
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

impl From<&GivenUp> for RollBack {
    fn from(bad: &GivenUp) -> Self {
        Self {
            from: Some(bad.id),
            why: format!("generation {} was given up: {}", bad.id, bad.why),
        }
    }
}

/// A folder of generations.
#[derive(Debug, Clone)]
pub struct Store {
    dir: PathBuf,
    disk: Arc<dyn Disk>,
    quota_bytes: u64,
}

impl Store {
    /// The store in `dir`. Touches nothing: [`Store::stage`] creates what is missing.
    #[must_use]
    pub fn open(dir: &Path) -> Self {
        Self {
            dir: dir.to_path_buf(),
            disk: Arc::new(RealDisk),
            quota_bytes: QUOTA_BYTES,
        }
    }

    /// The same store, whose generations may take so many bytes together: the active one, the previous one and the one being
    /// staged. What is there already is not touched; staging is refused when it would not fit.
    #[must_use]
    pub fn with_quota(self, quota_bytes: u64) -> Self {
        Self {
            quota_bytes,
            ..self
        }
    }

    /// The generation to play, every file checked against its hash. When the active one is damaged, the previous one is
    /// given, with [`Generation::rolled_back`] saying why; so it does when the one that was meant was given up. Writes nothing.
    ///
    /// # Errors
    /// Nothing was ever activated, or no generation is sound.
    pub fn active(&self) -> Result<Generation, StoreError> {
        let pointer = self.pointer();
        let (candidates, mut why) = match &pointer {
            Ok(None) => return Err(StoreError::NothingActive(self.dir.clone())),
            Ok(Some(p)) => (
                [Some(p.active), p.previous].into_iter().flatten().collect(),
                String::new(),
            ),
            Err(cause) => {
                let mut all = self.complete_generations()?;
                all.reverse();
                (all, format!("the file `active` is damaged: {cause}"))
            }
        };
        let pointer = pointer.ok().flatten();
        let meant = pointer.as_ref().map(|p| p.active);
        for id in candidates {
            match self.verified(id) {
                Ok(mut generation) => {
                    if Some(id) != meant {
                        generation.rolled_back = Some(RollBack { from: meant, why });
                    } else if let Some(pointer) = pointer {
                        generation.on_trial = pointer.on_trial;
                        generation.rolled_back = pointer.just_given_up().map(RollBack::from);
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

    fn verified(&self, id: GenerationId) -> Result<Generation, StoreError> {
        let place = self.dir_of(id);
        let damaged = |why: String| StoreError::Damaged { id, why };
        let manifest = Manifest::read(&place).map_err(damaged)?;
        let dir = place.join("pack");
        manifest.verify(&dir).map_err(damaged)?;
        let loaded = pack::read(&dir, Pictures::Trust).map_err(|e| damaged(e.to_string()))?;
        let listed: BTreeSet<&str> = manifest.paths().collect();
        let is_stranger = |file: &&String| !listed.contains(file.as_str());
        if let Some(stranger) = loaded.files.iter().find(is_stranger) {
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
            on_trial: false,
            rolled_back: None,
        })
    }

    fn generations_dir(&self) -> PathBuf {
        self.dir.join("generations")
    }

    fn dir_of(&self, id: GenerationId) -> PathBuf {
        self.generations_dir().join(id.to_string())
    }

    /// Where it lies while it is not yet, or no longer, a generation.
    fn temporary_of(&self, id: GenerationId) -> PathBuf {
        self.generations_dir().join(format!("{id}.tmp"))
    }
}
