//! One at a time: whoever changes the store holds its lock. It orders programs, not writes, so a power cut may forget it.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::Path;

use super::StoreError;
use crate::disk::cannot;

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
            Err(TryLockError::WouldBlock) => Err(StoreError::Busy(store.to_path_buf())),
            Err(TryLockError::Error(e)) => Err(cannot("lock", &path)(e).into()),
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
