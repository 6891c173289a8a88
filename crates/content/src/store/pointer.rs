//! The file `active`: which generation plays, and which one it would be without it.

use serde::{Deserialize, Serialize};

use super::{GenerationId, Store, StoreError};
use crate::disk::{self, cannot};
use crate::path;

const POINTER_FILE: &str = "active";
/// Longest pointer, bytes.
const POINTER_CAP: u64 = 64 << 10;

/// The contents of the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Pointer {
    pub(super) active: GenerationId,
    /// To go back to.
    pub(super) previous: Option<GenerationId>,
    /// The active one has not proven itself yet.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) on_trial: bool,
    /// What did not prove itself, the latest last. As long as there is none, and no trial, older programs read the file too.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) given_up: Vec<GivenUp>,
}

/// A generation that did not prove itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct GivenUp {
    pub(super) id: GenerationId,
    /// SHA-256 over the list of its files.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) contents: Option<String>,
    /// In one sentence.
    pub(super) why: String,
}

impl Pointer {
    /// The generation that was given up for the one that plays, if nothing was activated since.
    pub(super) fn just_given_up(&self) -> Option<&GivenUp> {
        self.given_up.last().filter(|bad| bad.id > self.active)
    }

    /// The refusal, when a generation of this number or with these contents was given up.
    pub(super) fn given_up(
        &self,
        id: Option<GenerationId>,
        contents: Option<&str>,
    ) -> Option<StoreError> {
        let same = |bad: &&GivenUp| {
            Some(bad.id) == id || (contents.is_some() && bad.contents.as_deref() == contents)
        };
        self.given_up.iter().rev().find(same).map(|bad| {
            let why = bad.why.clone();
            StoreError::GivenUp { id: bad.id, why }
        })
    }

    /// The highest number that was ever given out, as far as it is written here.
    pub(super) fn highest(&self) -> u64 {
        let given_up = self.given_up.iter().map(|bad| bad.id.0);
        given_up.max().unwrap_or(0).max(self.active.0)
    }
}

impl Store {
    /// The pointer; `Ok(None)` when there is none yet, the reason as text when it is unreadable.
    pub(super) fn pointer(&self) -> Result<Option<Pointer>, String> {
        match path::read_capped(&self.dir, POINTER_FILE, POINTER_CAP) {
            Ok(bytes) => serde_json::from_slice(&bytes)
                .map(Some)
                .map_err(|e| e.to_string()),
            Err(path::FileRefusal::Missing(_)) => Ok(None),
            Err(refusal) => Err(refusal.to_string()),
        }
    }

    /// Replaces the pointer, in one rename.
    pub(super) fn point(&self, pointer: &Pointer) -> Result<(), StoreError> {
        let json = serde_json::to_vec(pointer).map_err(|e| cannot("write", &self.dir)(e.into()))?;
        disk::replace_file(&*self.disk, &self.dir, POINTER_FILE, &json)?;
        Ok(())
    }
}
