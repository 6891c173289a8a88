//! A small file beside the database: the epoch, and how far the hub may have seen. It survives when the database is
//! lost or rolled back by a damaged log, so that no `(epoch, sequence)` the hub may know is ever given out again.

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::SpoolError;

const MARK: &str = "spool.mark";
const MARK_NEW: &str = "spool.mark.new";

/// Content of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Mark {
    pub(super) epoch: u64,
    /// Highest sequence of this epoch handed out for sending.
    pub(super) offered_through: u64,
}

impl Mark {
    /// The mark in `dir`, or `None` when there is none that can be read.
    pub(super) fn read(dir: &Path) -> Option<Self> {
        let text = fs::read(dir.join(MARK)).ok()?;
        serde_json::from_slice(&text).ok()
    }

    /// Writes the mark so that either the old or the new one survives a power cut.
    pub(super) fn write(&self, dir: &Path) -> Result<(), SpoolError> {
        let path = dir.join(MARK);
        let new = dir.join(MARK_NEW);
        let text = serde_json::json!(self).to_string();
        let write = || -> std::io::Result<()> {
            let mut file = File::create(&new)?;
            file.write_all(text.as_bytes())?;
            file.sync_all()?;
            fs::rename(&new, &path)?;
            File::open(dir)?.sync_all()
        };
        write().map_err(SpoolError::file("write", &path))
    }

    /// Records that everything up to `sequence` may become known to the hub.
    pub(super) fn offer_through(&mut self, dir: &Path, sequence: u64) -> Result<(), SpoolError> {
        if sequence > self.offered_through {
            let next = Self {
                offered_through: sequence,
                ..*self
            };
            next.write(dir)?;
            *self = next;
        }
        Ok(())
    }
}
