//! The spool's files: creation, checks at start, moving a damaged database aside.

use std::fs::{self, DirBuilder};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use rusqlite::Connection;

use super::mark::Mark;
use super::{SpoolError, SpoolOptions, gap, store};

pub(super) const DATABASE: &str = "spool.sqlite";
const ASIDE_PREFIX: &str = "spool.damaged-";
/// Damaged databases kept for inspection.
const ASIDE_KEPT: usize = 2;

pub(super) fn create_private_dir(dir: &Path) -> Result<(), SpoolError> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(dir)
        .map_err(SpoolError::file("create the folder", dir))
}

/// Opens the database, or starts a new epoch when there is none or it is damaged.
pub(super) fn open_or_recreate(
    dir: &Path,
    options: &SpoolOptions,
) -> Result<(Connection, Mark), SpoolError> {
    let known = Mark::read(dir);
    if !dir.join(DATABASE).exists() {
        return create(dir, options, known.map(|m| m.epoch));
    }
    let opened = open_checked(dir, options).and_then(|mut db| {
        let mark = reconcile(dir, &mut db, known, options)?;
        Ok((db, mark))
    });
    match opened {
        Err(SpoolError::Damaged { reason }) => {
            tracing::error!(reason, dir = %dir.display(), "the spool database is damaged: moved aside, new epoch");
            recreate(dir, options, known.map_or(0, |m| m.epoch))
        }
        other => other,
    }
}

/// Moves the database aside and starts the epoch after `old_epoch`.
pub(super) fn recreate(
    dir: &Path,
    options: &SpoolOptions,
    old_epoch: u64,
) -> Result<(Connection, Mark), SpoolError> {
    move_aside(dir, old_epoch)?;
    create(dir, options, Some(old_epoch))
}

fn open_checked(dir: &Path, options: &SpoolOptions) -> Result<Connection, SpoolError> {
    let db = store::open(&dir.join(DATABASE), options.max_pages)?;
    let verdict: String = db.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    if verdict != "ok" {
        return Err(SpoolError::Damaged { reason: verdict });
    }
    store::check_format(&db)?;
    Ok(db)
}

/// Brings mark and database together. A database that knows less than was offered lost committed rows (damaged log,
/// restored copy): the lost numbers are skipped and stand in a gap record.
fn reconcile(
    dir: &Path,
    db: &mut Connection,
    known: Option<Mark>,
    options: &SpoolOptions,
) -> Result<Mark, SpoolError> {
    let epoch = store::epoch(db)?;
    let mark = match known {
        Some(mark) if mark.epoch == epoch => mark,
        Some(mark) if mark.epoch > epoch => {
            return Err(SpoolError::Damaged {
                reason: format!("epoch {epoch} where {} was expected", mark.epoch),
            });
        }
        Some(_) | None => Mark {
            epoch,
            offered_through: store::last_sequence(db)?,
        },
    };
    mark.write(dir)?;
    let now = (options.clock)();
    store::in_transaction(db, |tx| {
        let last = store::last_sequence(tx)?;
        if last < mark.offered_through {
            store::skip_to(tx, mark.offered_through)?;
            let lost = mark.offered_through - last;
            tracing::error!(
                from = last + 1,
                to = mark.offered_through,
                "the spool lost records that were already offered"
            );
            store::insert_new(
                tx,
                &gap(now, last + 1, mark.offered_through, lost, "corrupt"),
                now,
            )?;
        }
        Ok(())
    })?;
    Ok(mark)
}

fn create(
    dir: &Path,
    options: &SpoolOptions,
    old_epoch: Option<u64>,
) -> Result<(Connection, Mark), SpoolError> {
    let now = (options.clock)();
    // Seconds since 1970 keep epochs rising even when the whole folder was wiped and nothing remembers the last one.
    let by_clock = u64::try_from(now.as_second()).unwrap_or(1).max(1);
    let epoch = old_epoch.map_or(by_clock, |old| by_clock.max(old + 1));
    let mark = Mark {
        epoch,
        offered_through: 0,
    };
    mark.write(dir)?;
    let mut db = store::create(&dir.join(DATABASE), options.max_pages, epoch)?;
    if old_epoch.is_some() {
        store::in_transaction(&mut db, |tx| {
            store::insert_new(tx, &gap(now, 0, 0, 0, "corrupt"), now)
        })?;
    }
    Ok((db, mark))
}

fn move_aside(dir: &Path, epoch: u64) -> Result<(), SpoolError> {
    for suffix in ["", "-wal", "-shm"] {
        let from = dir.join(format!("{DATABASE}{suffix}"));
        if from.exists() {
            let to = dir.join(format!("{ASIDE_PREFIX}{epoch:020}.sqlite{suffix}"));
            fs::rename(&from, &to).map_err(SpoolError::file("move aside", &from))?;
        }
    }
    forget_old_asides(dir)
}

fn forget_old_asides(dir: &Path) -> Result<(), SpoolError> {
    let mut asides: Vec<PathBuf> = fs::read_dir(dir)
        .map_err(SpoolError::file("list", dir))?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|p| {
            p.file_name()
                .is_some_and(|n| n.to_string_lossy().starts_with(ASIDE_PREFIX))
        })
        .collect();
    asides.sort();
    let mut epochs: Vec<PathBuf> = asides
        .iter()
        .filter(|p| p.extension().is_some_and(|e| e == "sqlite"))
        .cloned()
        .collect();
    epochs.truncate(epochs.len().saturating_sub(ASIDE_KEPT));
    for path in asides.iter().filter(|p| {
        epochs
            .iter()
            .any(|old| p.to_string_lossy().starts_with(&*old.to_string_lossy()))
    }) {
        fs::remove_file(path).map_err(SpoolError::file("remove", path))?;
    }
    Ok(())
}
