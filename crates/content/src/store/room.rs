//! How much of the disk the store takes: what nobody needs any more is removed, and nothing is begun that would not fit.

use super::pointer::Pointer;
use super::{GenerationId, Store, StoreError};
use crate::disk::{self, cannot};

impl Store {
    /// Removes what an interrupted staging or removal left behind.
    pub(super) fn sweep_leftovers(&self) -> Result<(), StoreError> {
        for (path, _) in disk::entries(&self.generations_dir())? {
            if path.extension().is_some_and(|e| e == "tmp") {
                disk::remove_tree(&*self.disk, &path)?;
            }
        }
        Ok(())
    }

    /// Removes generations older than the active one, except the previous one, and those that were given up. Failure costs
    /// disk space only and is tried again with the next staging or activation.
    pub(super) fn collect_garbage(&self, pointer: &Pointer) {
        let is_kept = |id| id == pointer.active || Some(id) == pointer.previous;
        let is_needed = |id| id > pointer.active && pointer.given_up(Some(id), None).is_none();
        self.remove_generations(|id| !is_kept(id) && !is_needed(id));
    }

    /// Makes sure that a generation of this size still fits; `begun` is not counted, because it is the one. What was staged
    /// and never activated goes when its room is needed.
    pub(super) fn make_room(&self, begun: GenerationId, new_bytes: u64) -> Result<(), StoreError> {
        let pointer = self.pointer().ok().flatten();
        if self.room_left(begun) < new_bytes
            && let Some(pointer) = &pointer
        {
            self.remove_generations(|id| id > pointer.active && Some(id) != pointer.previous);
        }
        if self.room_left(begun) < new_bytes {
            return Err(StoreError::NoRoom {
                new_bytes,
                kept_bytes: self.kept_bytes(begun),
                quota_bytes: self.quota_bytes,
            });
        }
        Ok(())
    }

    fn room_left(&self, begun: GenerationId) -> u64 {
        self.quota_bytes.saturating_sub(self.kept_bytes(begun))
    }

    /// Bytes of everything that lies there, except what is being staged.
    fn kept_bytes(&self, begun: GenerationId) -> u64 {
        let all = disk::tree_bytes(&self.generations_dir());
        all.saturating_sub(disk::tree_bytes(&self.temporary_of(begun)))
    }

    /// Removes generations so that none ever exists in part under its own name.
    fn remove_generations(&self, doomed: impl Fn(GenerationId) -> bool) {
        let ids = self.complete_generations().unwrap_or_default();
        let renamed: Vec<_> = ids
            .into_iter()
            .filter(|id| doomed(*id))
            .filter_map(|id| {
                let (place, temporary) = (self.dir_of(id), self.temporary_of(id));
                self.disk
                    .rename(&place, &temporary)
                    .inspect_err(|e| tracing::warn!("cannot remove {}: {e}", place.display()))
                    .ok()?;
                Some(temporary)
            })
            .collect();
        if renamed.is_empty() {
            return;
        }
        // Otherwise a power cut could keep the old name and only some of the files.
        let generations = self.generations_dir();
        if let Err(e) = self.disk.sync(&generations) {
            tracing::warn!("cannot sync {}: {e}", generations.display());
            return;
        }
        renamed.iter().for_each(|place| self.remove_quietly(place));
    }

    /// Removes a folder; if that fails it is left for the next sweep.
    pub(super) fn remove_quietly(&self, dir: &std::path::Path) {
        if let Err(e) = disk::remove_tree(&*self.disk, dir) {
            let e = StoreError::from(e);
            tracing::warn!("{e}");
        }
    }

    /// Numbers of the generations that were staged to the end, rising.
    pub(super) fn complete_generations(&self) -> Result<Vec<GenerationId>, StoreError> {
        let dir = self.generations_dir();
        let mut ids = Vec::new();
        for entry in std::fs::read_dir(&dir).map_err(cannot("list", &dir))? {
            let entry = entry.map_err(cannot("list", &dir))?;
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
}
