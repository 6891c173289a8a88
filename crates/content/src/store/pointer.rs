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
    pub(super) previous: Option<GenerationId>,
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
