//! The spool: records on disk (SQLite, WAL, `synchronous=FULL`) from the moment they are accepted until the hub has
//! committed them. Owns numbering: `(epoch, sequence)` is never used twice for different records. Must not know HTTP.
//!
//! Sequences are contiguous within an epoch. A new epoch starts when the database has to be recreated. Order and age
//! are by sequence, so a jumping clock changes nothing but the stamps.

mod cap;
mod error;
mod files;
mod lock;
mod mark;
mod store;

use std::path::{Path, PathBuf};

use cheval_domain::record::{Record, RecordKind, SpoolGap};
use jiff::Timestamp;
use rusqlite::Connection;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub use error::SpoolError;

use crate::stamped::{StampedRecord, rfc3339_ms};
use lock::SpoolLock;
use mark::Mark;

/// Smallest accepted cap in bytes.
pub const MIN_CAP_BYTES: u64 = 64 * 1024;

/// Rejected records kept for inspection; the oldest go first.
pub const QUARANTINE_RECORDS: u64 = 1_000;

/// How a spool is opened.
#[derive(Debug, Clone)]
pub struct SpoolOptions {
    /// Pending records may take about this many bytes; at least [`MIN_CAP_BYTES`]. Gap records come on top.
    pub cap_bytes: u64,
    /// Where the time of day comes from.
    pub clock: fn() -> Timestamp,
    /// Limit of the database file in pages of 4 KiB; `None` = the disk is the limit.
    pub max_pages: Option<u32>,
}

impl Default for SpoolOptions {
    fn default() -> Self {
        Self {
            cap_bytes: 256 * 1024 * 1024,
            clock: Timestamp::now,
            max_pages: None,
        }
    }
}

/// One pending record with its place in the sequence.
#[derive(Debug, Clone, PartialEq)]
pub struct SpooledRecord {
    /// Epoch of the spool.
    pub epoch: u64,
    /// Place within the epoch, from 1, contiguous.
    pub sequence: u64,
    /// The record's own id.
    pub id: Uuid,
    /// When it happened, RFC 3339 UTC.
    pub time: String,
    /// When it was accepted into the spool, RFC 3339 UTC.
    pub recorded_time: String,
    /// What happened.
    pub record: Record,
}

/// The spool's condition.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct SpoolStatus {
    /// Epoch in force.
    pub epoch: u64,
    /// Highest sequence given out so far.
    pub last_sequence: u64,
    /// Everything up to here was taken by the hub or dropped.
    pub acknowledged_through: u64,
    /// Records waiting for the hub.
    pub pending: u64,
    /// Bytes they take.
    pub pending_bytes: u64,
    /// Records dropped because of the cap, since the epoch began.
    pub dropped: u64,
    /// Records the hub refused for good, since the epoch began.
    pub quarantined: u64,
    /// What is wrong now, in words; empty when all is well.
    pub trouble: Option<String>,
}

/// The durable outbox. One process at a time; share it between threads behind a mutex.
#[derive(Debug)]
pub struct Spool {
    dir: PathBuf,
    options: SpoolOptions,
    db: Connection,
    mark: Mark,
    trouble: Option<String>,
    _lock: SpoolLock,
}

impl Spool {
    /// Opens or creates the spool in folder `dir`. A damaged database is moved aside, a new epoch started and a gap
    /// recorded: damaged rows are never sent again, since some may have been delivered under the old numbering.
    ///
    /// # Errors
    /// [`SpoolError::Busy`] names the process that holds the spool; others say what failed and where.
    pub fn open(dir: &Path, options: SpoolOptions) -> Result<Self, SpoolError> {
        if options.cap_bytes < MIN_CAP_BYTES {
            return Err(SpoolError::CapTooSmall {
                cap_bytes: options.cap_bytes,
            });
        }
        files::create_private_dir(dir)?;
        let lock = SpoolLock::take(dir)?;
        let (db, mark) = files::open_or_recreate(dir, &options)?;
        Ok(Self {
            dir: dir.to_owned(),
            options,
            db,
            mark,
            trouble: None,
            _lock: lock,
        })
    }

    /// Stores `records` in one transaction and returns their sequences, in order. A record whose id was stored before
    /// is not stored again: its first sequence is returned. When this returns, the records survive a power cut.
    ///
    /// # Errors
    /// Nothing of `records` is stored. [`SpoolError::DiskFull`] passes when space returns.
    pub fn append(&mut self, records: &[StampedRecord]) -> Result<Vec<u64>, SpoolError> {
        let bodies = records
            .iter()
            .map(StampedRecord::checked_body)
            .collect::<Result<Vec<_>, _>>()?;
        let now = (self.options.clock)();
        let cap_bytes = self.options.cap_bytes;
        let result = store::in_transaction(&mut self.db, |tx| {
            let sequences = records
                .iter()
                .zip(&bodies)
                .map(|(record, body)| store::insert(tx, record, body, &rfc3339_ms(now)))
                .collect::<Result<Vec<_>, _>>()?;
            cap::enforce(tx, cap_bytes, now)?;
            Ok(sequences)
        });
        self.settle(result)
    }

    /// The oldest pending records: at most `max_records`, bodies of about `max_bytes` together, but at least one if
    /// there is any. They stay until acknowledged. Rows this version cannot read go to quarantine.
    ///
    /// # Errors
    /// Says what failed.
    pub fn batch(
        &mut self,
        max_records: usize,
        max_bytes: usize,
    ) -> Result<Vec<SpooledRecord>, SpoolError> {
        let result = self.read_batch(max_records, max_bytes);
        self.settle(result)
    }

    /// Forgets everything up to and including `sequence`: the hub has committed it.
    ///
    /// # Errors
    /// [`SpoolError::NeverIssued`] for a sequence that was never given out; nothing is forgotten then.
    pub fn acknowledge_through(&mut self, sequence: u64) -> Result<(), SpoolError> {
        let result = store::in_transaction(&mut self.db, |tx| {
            let last = store::last_sequence(tx)?;
            if sequence > last {
                return Err(SpoolError::NeverIssued { sequence, last });
            }
            store::acknowledge(tx, sequence)
        });
        self.settle(result)
    }

    /// Takes one pending record out of the way because the hub will never accept it. Unknown sequences are ignored.
    ///
    /// # Errors
    /// Says what failed.
    pub fn quarantine(&mut self, sequence: u64, code: &str) -> Result<(), SpoolError> {
        let result =
            store::in_transaction(&mut self.db, |tx| store::quarantine(tx, sequence, code));
        self.settle(result)
    }

    /// How the spool feels; never fails, trouble stands in the answer.
    #[must_use]
    pub fn status(&self) -> SpoolStatus {
        let mut status = store::status(&self.db).unwrap_or_else(|e| SpoolStatus {
            trouble: Some(e.to_string()),
            ..SpoolStatus::default()
        });
        status.epoch = self.mark.epoch;
        if self.trouble.is_some() {
            status.trouble.clone_from(&self.trouble);
        }
        status
    }

    fn read_batch(
        &mut self,
        max_records: usize,
        max_bytes: usize,
    ) -> Result<Vec<SpooledRecord>, SpoolError> {
        let (records, unreadable) =
            store::oldest(&self.db, self.mark.epoch, max_records, max_bytes)?;
        if !unreadable.is_empty() {
            store::in_transaction(&mut self.db, |tx| {
                unreadable
                    .iter()
                    .try_for_each(|sequence| store::quarantine(tx, *sequence, "unreadable"))
            })?;
        }
        if let Some(last) = records.last() {
            self.mark.offer_through(&self.dir, last.sequence)?;
        }
        Ok(records)
    }

    /// Keeps the trouble for [`Self::status`], and takes the way out where there is one.
    fn settle<T>(&mut self, result: Result<T, SpoolError>) -> Result<T, SpoolError> {
        match &result {
            Ok(_) => self.trouble = None,
            Err(error) => {
                self.trouble = Some(error.to_string());
                match error {
                    SpoolError::DiskFull { .. } => store::give_back_log(&self.db),
                    SpoolError::Damaged { .. } => self.recreate(),
                    _ => {}
                }
            }
        }
        result
    }

    fn recreate(&mut self) {
        let Ok(memory) = Connection::open_in_memory() else {
            return;
        };
        drop(std::mem::replace(&mut self.db, memory));
        match files::recreate(&self.dir, &self.options, self.mark.epoch) {
            Ok((db, mark)) => (self.db, self.mark) = (db, mark),
            Err(error) => self.trouble = Some(error.to_string()),
        }
    }
}

/// The record that stands for records that are gone.
fn gap(
    now: Timestamp,
    from_sequence: u64,
    to_sequence: u64,
    dropped: u64,
    reason: &str,
) -> StampedRecord {
    let gap = SpoolGap {
        from_sequence,
        to_sequence,
        dropped,
        reason: reason.to_owned(),
    };
    StampedRecord::new(now, Record::SpoolGap(gap))
}

/// Kinds in the order in which they are dropped; [`RecordKind::SpoolGap`] never is.
const DROP_ORDER: [RecordKind; 6] = [
    RecordKind::DeviceHealth,
    RecordKind::Fault,
    RecordKind::Interaction,
    RecordKind::AudienceWindow,
    RecordKind::Play,
    RecordKind::Privacy,
];
