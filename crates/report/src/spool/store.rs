//! The SQL of the spool: one function per thing done. Must not know files besides the database, nor the cap.

use std::path::Path;
use std::time::Duration;

use cheval_domain::record::{Record, RecordKind};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params};
use uuid::Uuid;

use super::{QUARANTINE_RECORDS, SpoolError, SpoolStatus, SpooledRecord};
use crate::stamped::{StampedRecord, rfc3339_ms};

const FORMAT: u32 = 1;

/// Ids remembered after their record has left: far more than a screen keeps unacknowledged.
const REMEMBERED_IDS: u64 = 65_536;

/// Bytes a row takes beyond its body, rounded up from what SQLite needs for keys, stamps and the id index.
pub(super) const ROW_BYTES: u64 = 200;

const SCHEMA: &str = "
CREATE TABLE state (
  one INTEGER PRIMARY KEY CHECK (one = 1), epoch INTEGER NOT NULL, last_sequence INTEGER NOT NULL,
  acknowledged_through INTEGER NOT NULL, dropped INTEGER NOT NULL, quarantined INTEGER NOT NULL,
  pending INTEGER NOT NULL, pending_bytes INTEGER NOT NULL
) STRICT;
CREATE TABLE record (
  sequence INTEGER PRIMARY KEY, id BLOB NOT NULL, kind INTEGER NOT NULL, time TEXT NOT NULL,
  recorded_time TEXT NOT NULL, body TEXT NOT NULL, bytes INTEGER NOT NULL
) STRICT;
CREATE INDEX record_by_kind ON record (kind, sequence);
CREATE TABLE seen (sequence INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE) STRICT;
CREATE TABLE quarantine (
  sequence INTEGER PRIMARY KEY, id BLOB NOT NULL, time TEXT NOT NULL, body TEXT NOT NULL, code TEXT NOT NULL
) STRICT;
";

pub(super) fn open(path: &Path, max_pages: Option<u32>) -> Result<Connection, SpoolError> {
    let db = Connection::open(path)?;
    db.busy_timeout(Duration::from_secs(5))?;
    // Exclusive: no shared-memory file, nothing for a full disk or another program to spoil.
    db.pragma_update(None, "locking_mode", "EXCLUSIVE")?;
    db.pragma_update(None, "journal_mode", "WAL")?;
    db.pragma_update(None, "synchronous", "FULL")?;
    db.pragma_update(None, "journal_size_limit", 8 * 1024 * 1024)?;
    if let Some(pages) = max_pages {
        db.pragma_update(None, "max_page_count", pages)?;
    }
    Ok(db)
}

pub(super) fn create(
    path: &Path,
    max_pages: Option<u32>,
    epoch: u64,
) -> Result<Connection, SpoolError> {
    let mut db = open(path, max_pages)?;
    let tx = db.transaction()?;
    tx.execute_batch(SCHEMA)?;
    tx.execute(
        "INSERT INTO state VALUES (1, ?1, 0, 0, 0, 0, 0, 0)",
        params![epoch],
    )?;
    tx.pragma_update(None, "user_version", FORMAT)?;
    tx.commit()?;
    Ok(db)
}

/// Refuses a newer format; a file without one is not a spool.
pub(super) fn check_format(db: &Connection) -> Result<(), SpoolError> {
    let found: u32 = db.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    match found {
        FORMAT => Ok(()),
        0 => Err(SpoolError::Damaged {
            reason: "it holds no spool".to_owned(),
        }),
        _ => Err(SpoolError::TooNew {
            found,
            known: FORMAT,
        }),
    }
}

/// Runs `work` in one transaction; on error nothing of it remains.
pub(super) fn in_transaction<T>(
    db: &mut Connection,
    work: impl FnOnce(&Transaction<'_>) -> Result<T, SpoolError>,
) -> Result<T, SpoolError> {
    let tx = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let result = work(&tx)?;
    tx.commit()?;
    Ok(result)
}

/// Frees the space of the write-ahead log, so that acknowledging can go on while the disk is full.
pub(super) fn give_back_log(db: &Connection) {
    if let Err(error) = db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())) {
        tracing::debug!(%error, "the write-ahead log could not be emptied");
    }
}

pub(super) fn epoch(db: &Connection) -> Result<u64, SpoolError> {
    Ok(db.query_row("SELECT epoch FROM state", [], |row| row.get(0))?)
}

pub(super) fn last_sequence(db: &Connection) -> Result<u64, SpoolError> {
    Ok(db.query_row("SELECT last_sequence FROM state", [], |row| row.get(0))?)
}

pub(super) fn skip_to(tx: &Transaction<'_>, sequence: u64) -> Result<(), SpoolError> {
    tx.execute("UPDATE state SET last_sequence = ?1", params![sequence])?;
    Ok(())
}

/// Stores `record` unless its id is known, and returns its sequence either way.
pub(super) fn insert(
    tx: &Transaction<'_>,
    record: &StampedRecord,
    body: &str,
    recorded_time: &str,
) -> Result<u64, SpoolError> {
    let id = record.id.as_bytes().as_slice();
    let known = tx
        .prepare_cached("SELECT sequence FROM seen WHERE id = ?1")?
        .query_row(params![id], |row| row.get(0))
        .optional()?;
    if let Some(sequence) = known {
        return Ok(sequence);
    }
    let bytes = body.len() as u64 + ROW_BYTES;
    let sequence: u64 = tx
        .prepare_cached(
            "UPDATE state SET last_sequence = last_sequence + 1, pending = pending + 1,
             pending_bytes = pending_bytes + ?1 RETURNING last_sequence",
        )?
        .query_row(params![bytes], |row| row.get(0))?;
    tx.prepare_cached("INSERT INTO record VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)")?
        .execute(params![
            sequence,
            id,
            kind_rank(record.record.kind()),
            record.time,
            recorded_time,
            body,
            bytes
        ])?;
    tx.prepare_cached("INSERT INTO seen VALUES (?1, ?2)")?
        .execute(params![sequence, id])?;
    tx.prepare_cached("DELETE FROM seen WHERE sequence <= ?1")?
        .execute(params![sequence.saturating_sub(REMEMBERED_IDS)])?;
    Ok(sequence)
}

/// Stores a record of our own.
pub(super) fn insert_new(
    tx: &Transaction<'_>,
    record: &StampedRecord,
    now: Timestamp,
) -> Result<(), SpoolError> {
    let body = record.checked_body()?;
    insert(tx, record, &body, &rfc3339_ms(now))?;
    Ok(())
}

/// The oldest pending records, and the sequences of rows that cannot be read.
pub(super) fn oldest(
    db: &Connection,
    epoch: u64,
    max_records: usize,
    max_bytes: usize,
) -> Result<(Vec<SpooledRecord>, Vec<u64>), SpoolError> {
    let mut statement = db.prepare_cached(
        "SELECT sequence, id, time, recorded_time, body FROM record ORDER BY sequence LIMIT ?1",
    )?;
    let mut rows = statement.query(params![max_records as u64])?;
    let (mut records, mut unreadable, mut bytes) = (Vec::new(), Vec::new(), 0_usize);
    while let Some(row) = rows.next()? {
        let sequence = row.get(0)?;
        let id: Vec<u8> = row.get(1)?;
        let body: String = row.get(4)?;
        let (Ok(id), Ok(record)) = (Uuid::from_slice(&id), serde_json::from_str::<Record>(&body))
        else {
            unreadable.push(sequence);
            continue;
        };
        bytes = bytes.saturating_add(body.len());
        if bytes > max_bytes && !records.is_empty() {
            break;
        }
        records.push(SpooledRecord {
            epoch,
            sequence,
            id,
            time: row.get(2)?,
            recorded_time: row.get(3)?,
            record,
        });
    }
    Ok((records, unreadable))
}

pub(super) fn acknowledge(tx: &Transaction<'_>, through: u64) -> Result<(), SpoolError> {
    forget(tx, "sequence <= ?1", through)?;
    tx.execute(
        "UPDATE state SET acknowledged_through = max(acknowledged_through, ?1)",
        params![through],
    )?;
    Ok(())
}

pub(super) fn quarantine(
    tx: &Transaction<'_>,
    sequence: u64,
    code: &str,
) -> Result<(), SpoolError> {
    let code: String = code.chars().take(80).collect();
    let moved = tx.execute(
        "INSERT OR IGNORE INTO quarantine SELECT sequence, id, time, body, ?2 FROM record WHERE sequence = ?1",
        params![sequence, code],
    )?;
    if moved > 0 {
        forget(tx, "sequence = ?1", sequence)?;
        tx.execute("UPDATE state SET quarantined = quarantined + 1", [])?;
        tx.execute(
            "DELETE FROM quarantine WHERE sequence NOT IN (SELECT sequence FROM quarantine ORDER BY sequence DESC LIMIT ?1)",
            params![QUARANTINE_RECORDS],
        )?;
    }
    Ok(())
}

/// Pending bytes of droppable rows.
pub(super) fn droppable_bytes(tx: &Transaction<'_>) -> Result<u64, SpoolError> {
    let all: u64 = tx.query_row("SELECT pending_bytes FROM state", [], |row| row.get(0))?;
    let gaps: u64 = tx.query_row(
        "SELECT coalesce(sum(bytes), 0) FROM record WHERE kind = ?1",
        params![kind_rank(RecordKind::SpoolGap)],
        |row| row.get(0),
    )?;
    Ok(all.saturating_sub(gaps))
}

/// The oldest rows of `kind` that free about `bytes`: `(sequence, bytes)`.
pub(super) fn oldest_of_kind(
    tx: &Transaction<'_>,
    kind: RecordKind,
    bytes: u64,
) -> Result<Vec<(u64, u64)>, SpoolError> {
    let mut statement =
        tx.prepare_cached("SELECT sequence, bytes FROM record WHERE kind = ?1 ORDER BY sequence")?;
    let mut rows = statement.query(params![kind_rank(kind)])?;
    let (mut found, mut sum) = (Vec::new(), 0);
    while sum < bytes
        && let Some(row) = rows.next()?
    {
        let size: u64 = row.get(1)?;
        found.push((row.get(0)?, size));
        sum += size;
    }
    Ok(found)
}

pub(super) fn drop_row(tx: &Transaction<'_>, sequence: u64) -> Result<(), SpoolError> {
    forget(tx, "sequence = ?1", sequence)?;
    tx.prepare_cached("UPDATE state SET dropped = dropped + 1")?
        .execute([])?;
    Ok(())
}

pub(super) fn status(db: &Connection) -> Result<SpoolStatus, SpoolError> {
    Ok(db.query_row(
        "SELECT epoch, last_sequence, acknowledged_through, pending, pending_bytes, dropped, quarantined FROM state",
        [],
        |row| {
            Ok(SpoolStatus {
                epoch: row.get(0)?,
                last_sequence: row.get(1)?,
                acknowledged_through: row.get(2)?,
                pending: row.get(3)?,
                pending_bytes: row.get(4)?,
                dropped: row.get(5)?,
                quarantined: row.get(6)?,
                trouble: None,
            })
        },
    )?)
}

/// Deletes pending rows and keeps the totals right.
fn forget(tx: &Transaction<'_>, which: &'static str, sequence: u64) -> Result<(), SpoolError> {
    let (rows, bytes): (u64, u64) = tx
        .prepare_cached(&format!(
            "SELECT count(*), coalesce(sum(bytes), 0) FROM record WHERE {which}"
        ))?
        .query_row(params![sequence], |row| Ok((row.get(0)?, row.get(1)?)))?;
    tx.prepare_cached(&format!("DELETE FROM record WHERE {which}"))?
        .execute(params![sequence])?;
    tx.prepare_cached(
        "UPDATE state SET pending = pending - ?1, pending_bytes = pending_bytes - ?2",
    )?
    .execute(params![rows, bytes])?;
    Ok(())
}

const fn kind_rank(kind: RecordKind) -> i64 {
    match kind {
        RecordKind::DeviceHealth => 0,
        RecordKind::Fault => 1,
        RecordKind::Interaction => 2,
        RecordKind::AudienceWindow => 3,
        RecordKind::Play => 4,
        RecordKind::Privacy => 5,
        RecordKind::SpoolGap => 9,
    }
}
