//! The stores on SQLite: WAL with `synchronous=FULL`, one writing connection, reading connections of their own.

mod append;
mod control;
mod figures;
mod writer;

use std::path::Path;
use std::sync::Mutex;
use std::time::Duration;

use cheval_hub_api::Today;
use jiff::Timestamp;
use jiff::civil::Date;
use rusqlite::Connection;
use uuid::Uuid;

use self::writer::Writer;
use crate::store::{
    Appended, ControlStore, Device, EnrolOutcome, Enrolment, EventBatch, EventLog, StoreError,
};

/// Name of the database inside the data folder.
pub const FILE_NAME: &str = "hub.sqlite";

/// Forward-only; a published one never changes.
const MIGRATIONS: [&str; 1] = [include_str!("migrations/0001_start.sql")];
/// Reading connections kept open.
const IDLE_READERS: usize = 8;
/// Another process (`cheval-hub claim`) may be writing.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// Both stores in one database file.
pub struct SqliteStore {
    path: std::path::PathBuf,
    writer: Writer,
    readers: Mutex<Vec<Connection>>,
}

impl SqliteStore {
    /// Opens or creates the database in `folder`, which must exist.
    ///
    /// # Errors
    /// [`StoreError::Failed`] when it cannot be opened, [`StoreError::TooNew`].
    pub fn open(folder: &Path) -> Result<Self, StoreError> {
        let path = folder.join(FILE_NAME);
        let connection = open_writer(&path)?;
        let writer = Writer::start(connection).map_err(|error| StoreError::Failed {
            doing: "start its writer",
            detail: error.to_string(),
        })?;
        Ok(Self {
            path,
            writer,
            readers: Mutex::new(Vec::new()),
        })
    }

    fn read<T>(
        &self,
        doing: &'static str,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, StoreError> {
        let idle = self
            .readers
            .lock()
            .ok()
            .and_then(|mut readers| readers.pop());
        let connection = match idle {
            Some(connection) => connection,
            None => open_reader(&self.path).map_err(failed("open the database"))?,
        };
        // One transaction, so that all figures of a page belong together.
        let transaction = connection.unchecked_transaction().map_err(failed(doing))?;
        let result = work(&transaction).map_err(failed(doing))?;
        transaction.finish().map_err(failed(doing))?;
        if let Ok(mut readers) = self.readers.lock()
            && readers.len() < IDLE_READERS
        {
            readers.push(connection);
        }
        Ok(result)
    }
}

impl EventLog for SqliteStore {
    fn append(&self, batch: EventBatch) -> Result<Appended, StoreError> {
        self.writer.call("store records", move |connection| {
            append::append(connection, &batch)
        })
    }

    fn today(&self, day: Date, time_zone: &str, generated: Timestamp) -> Result<Today, StoreError> {
        self.read("read the day", |connection| {
            figures::today(connection, day, time_zone, generated)
        })
    }
}

impl ControlStore for SqliteStore {
    fn create_claim(
        &self,
        hash: [u8; 32],
        site: &str,
        created: Timestamp,
        expires: Timestamp,
    ) -> Result<(), StoreError> {
        let site = site.to_owned();
        self.writer.call("store a claim code", move |connection| {
            control::create_claim(connection, hash, &site, created, expires)
        })
    }

    fn enrol(&self, enrolment: Enrolment) -> Result<EnrolOutcome, StoreError> {
        self.writer.call("enrol a kiosk", move |connection| {
            control::enrol(connection, &enrolment)
        })
    }

    fn device(&self, device: Uuid) -> Result<Option<Device>, StoreError> {
        self.read("read a kiosk", |connection| {
            control::device(connection, device)
        })
    }

    fn check(&self) -> Result<(), StoreError> {
        self.read("read the database", |connection| {
            connection.query_row("SELECT count(*) FROM claim", [], |_| Ok(()))
        })
    }
}

fn open_writer(path: &Path) -> Result<Connection, StoreError> {
    let mut connection = Connection::open(path).map_err(failed("open the database"))?;
    connection
        .busy_timeout(BUSY_TIMEOUT)
        .and_then(|()| connection.pragma_update(None, "journal_mode", "WAL"))
        .and_then(|()| connection.pragma_update(None, "synchronous", "FULL"))
        .and_then(|()| connection.pragma_update(None, "foreign_keys", true))
        .map_err(failed("open the database"))?;
    connection.set_prepared_statement_cache_capacity(64);
    migrate(&mut connection)?;
    Ok(connection)
}

fn open_reader(path: &Path) -> rusqlite::Result<Connection> {
    let connection = Connection::open(path)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.pragma_update(None, "query_only", true)?;
    Ok(connection)
}

fn migrate(connection: &mut Connection) -> Result<(), StoreError> {
    let doing = "bring the database to this version";
    let transaction = connection
        .transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)
        .map_err(failed(doing))?;
    let found: i64 = transaction
        .pragma_query_value(None, "user_version", |row| row.get(0))
        .map_err(failed(doing))?;
    let known = MIGRATIONS.len() as i64;
    let done = usize::try_from(found)
        .ok()
        .filter(|done| *done <= MIGRATIONS.len());
    let done = done.ok_or(StoreError::TooNew { found, known })?;
    for migration in MIGRATIONS.iter().skip(done) {
        transaction
            .execute_batch(migration)
            .map_err(failed(doing))?;
    }
    transaction
        .pragma_update(None, "user_version", known)
        .map_err(failed(doing))?;
    transaction.commit().map_err(failed(doing))
}

fn failed(doing: &'static str) -> impl Fn(rusqlite::Error) -> StoreError {
    move |error| StoreError::Failed {
        doing,
        detail: error.to_string(),
    }
}

/// Numbers from kiosks are checked to fit before they come here.
fn int(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn uint(row: &rusqlite::Row<'_>, column: usize) -> rusqlite::Result<u64> {
    row.get::<_, i64>(column)
        .map(|number| u64::try_from(number).unwrap_or(0))
}

fn time(row: &rusqlite::Row<'_>, column: usize) -> rusqlite::Result<Timestamp> {
    Ok(Timestamp::from_millisecond(row.get(column)?).unwrap_or(Timestamp::UNIX_EPOCH))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_of_a_newer_hub_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        drop(SqliteStore::open(folder.path()).unwrap());
        let path = folder.path().join(FILE_NAME);
        Connection::open(&path)
            .unwrap()
            .pragma_update(None, "user_version", 99)
            .unwrap();
        let error = SqliteStore::open(folder.path()).err().unwrap();
        assert!(
            matches!(error, StoreError::TooNew { found: 99, .. }),
            "{error}"
        );
    }

    #[test]
    fn a_file_that_is_no_database_is_named() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(
            folder.path().join(FILE_NAME),
            "not a database, only some text",
        )
        .unwrap();
        let error = SqliteStore::open(folder.path()).err().unwrap().to_string();
        assert!(error.contains("open the database"), "{error}");
    }

    #[test]
    fn commits_reach_the_disk() {
        let folder = tempfile::tempdir().unwrap();
        let connection = open_writer(&folder.path().join(FILE_NAME)).unwrap();
        let mode: String = connection
            .pragma_query_value(None, "journal_mode", |row| row.get(0))
            .unwrap();
        let synchronous: i64 = connection
            .pragma_query_value(None, "synchronous", |row| row.get(0))
            .unwrap();
        assert_eq!((mode.as_str(), synchronous), ("wal", 2), "2 = FULL");
    }
}
