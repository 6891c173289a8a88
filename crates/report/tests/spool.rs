//! The spool through its public door: what it promises about order, repetition, the cap, a full disk and damage.
#![allow(clippy::unwrap_used, reason = "tests, and the helpers they share")]

use std::collections::BTreeSet;
use std::fs::{self, OpenOptions};
use std::path::Path;
use std::sync::atomic::{AtomicI64, Ordering};

use cheval_domain::record::{DeviceHealth, Fault, Privacy, Record, RecordKind, SpoolGap};
use cheval_report::{Spool, SpoolError, SpoolOptions, SpooledRecord, StampedRecord};
use jiff::Timestamp;

fn now() -> Timestamp {
    "2026-03-01T10:00:00Z".parse().unwrap()
}

fn options() -> SpoolOptions {
    SpoolOptions {
        clock: now,
        ..SpoolOptions::default()
    }
}

fn open(dir: &Path) -> Spool {
    Spool::open(dir, options()).unwrap()
}

fn privacy(n: u32) -> StampedRecord {
    let privacy = Privacy {
        notices_shown: n,
        ..Privacy::default()
    };
    StampedRecord::new(now(), Record::Privacy(privacy))
}

fn health(padding: usize) -> StampedRecord {
    let health = DeviceHealth {
        version: "v".repeat(padding),
        ..DeviceHealth::default()
    };
    StampedRecord::new(now(), Record::DeviceHealth(health))
}

fn fault(padding: usize) -> StampedRecord {
    let fault = Fault {
        code: "x".into(),
        component: "screen".into(),
        count: 1,
        message: "m".repeat(padding),
    };
    StampedRecord::new(now(), Record::Fault(fault))
}

fn all(spool: &mut Spool) -> Vec<SpooledRecord> {
    spool.batch(1_000_000, usize::MAX).unwrap()
}

fn sequences(records: &[SpooledRecord]) -> Vec<u64> {
    records.iter().map(|r| r.sequence).collect()
}

fn gaps(records: &[SpooledRecord]) -> Vec<SpoolGap> {
    let gap = |r: &SpooledRecord| match &r.record {
        Record::SpoolGap(gap) => Some(gap.clone()),
        _ => None,
    };
    records.iter().filter_map(gap).collect()
}

#[test]
fn records_keep_their_order_and_numbers_over_a_restart() {
    let dir = tempfile::tempdir().unwrap();
    let records: Vec<_> = (0..5).map(privacy).collect();
    let epoch = {
        let mut spool = open(dir.path());
        assert_eq!(spool.append(&records[..3]).unwrap(), [1, 2, 3]);
        spool.acknowledge_through(1).unwrap();
        spool.status().epoch
    };
    let mut spool = open(dir.path());
    assert_eq!(spool.append(&records[3..]).unwrap(), [4, 5]);
    let pending = all(&mut spool);
    assert_eq!(sequences(&pending), [2, 3, 4, 5]);
    assert!(pending.iter().all(|r| r.epoch == epoch));
    assert_eq!(pending[0].record, records[1].record);
    assert_eq!(pending[0].id, records[1].id);
    assert_eq!(pending[0].recorded_time, "2026-03-01T10:00:00.000Z");
    let status = spool.status();
    assert_eq!(
        (
            status.last_sequence,
            status.acknowledged_through,
            status.pending
        ),
        (5, 1, 4)
    );
    assert_eq!(status.trouble, None);
}

#[test]
fn a_record_sent_again_is_stored_once_even_after_it_was_delivered() {
    let dir = tempfile::tempdir().unwrap();
    let mut spool = open(dir.path());
    let (a, b) = (privacy(1), privacy(2));
    assert_eq!(
        spool.append(&[a.clone(), b.clone(), a.clone()]).unwrap(),
        [1, 2, 1]
    );
    spool.acknowledge_through(2).unwrap();
    drop(spool);
    let mut spool = open(dir.path());
    assert_eq!(spool.append(&[b, privacy(3), a]).unwrap(), [2, 3, 1]);
    assert_eq!(sequences(&all(&mut spool)), [3]);
}

#[test]
fn one_bad_record_keeps_the_whole_append_out() {
    let dir = tempfile::tempdir().unwrap();
    let mut spool = open(dir.path());
    let bad = StampedRecord {
        time: "noon".into(),
        ..privacy(2)
    };
    let error = spool.append(&[privacy(1), bad]).unwrap_err();
    assert!(error.to_string().contains("\"noon\""), "{error}");
    assert_eq!(spool.append(&[privacy(3)]).unwrap(), [1]);
}

#[test]
fn batches_hold_to_both_limits_but_never_stall() {
    let dir = tempfile::tempdir().unwrap();
    let mut spool = open(dir.path());
    spool
        .append(&[health(5_000), health(100), health(100)])
        .unwrap();
    assert_eq!(sequences(&spool.batch(10, 1_000).unwrap()), [1]);
    assert_eq!(sequences(&spool.batch(2, usize::MAX).unwrap()), [1, 2]);
    assert!(spool.batch(0, usize::MAX).unwrap().is_empty());
    spool.acknowledge_through(1).unwrap();
    assert_eq!(sequences(&spool.batch(10, 1_000).unwrap()), [2, 3]);
}

#[test]
fn only_what_was_given_out_can_be_acknowledged() {
    let dir = tempfile::tempdir().unwrap();
    let mut spool = open(dir.path());
    spool.append(&[privacy(1)]).unwrap();
    let error = spool.acknowledge_through(u64::MAX / 4).unwrap_err();
    assert!(
        matches!(error, SpoolError::NeverIssued { last: 1, .. }),
        "{error}"
    );
    assert_eq!(sequences(&all(&mut spool)), [1]);
    spool.acknowledge_through(1).unwrap();
    spool.acknowledge_through(0).unwrap();
    assert_eq!(spool.status().acknowledged_through, 1);
}

#[test]
fn quarantined_records_leave_the_queue_and_are_counted() {
    let dir = tempfile::tempdir().unwrap();
    let mut spool = open(dir.path());
    spool.append(&[privacy(1), privacy(2), privacy(3)]).unwrap();
    spool.quarantine(2, "bad_data").unwrap();
    spool.quarantine(2, "bad_data").unwrap();
    spool.quarantine(99, "bad_data").unwrap();
    assert_eq!(sequences(&all(&mut spool)), [1, 3]);
    assert_eq!(spool.status().quarantined, 1);
}

#[test]
fn at_the_cap_the_least_important_and_oldest_go_and_a_gap_says_so() {
    let dir = tempfile::tempdir().unwrap();
    let cap_bytes = 64 * 1024;
    let mut spool = Spool::open(
        dir.path(),
        SpoolOptions {
            cap_bytes,
            ..options()
        },
    )
    .unwrap();
    for n in 0..40 {
        spool
            .append(&[privacy(n), fault(400), health(1_000)])
            .unwrap();
    }
    let pending = all(&mut spool);
    let of = |kind: RecordKind| pending.iter().filter(|r| r.record.kind() == kind).count() as u64;
    assert_eq!(of(RecordKind::Privacy), 40, "the most important stay");
    assert_eq!(
        of(RecordKind::Fault),
        40,
        "faults stay while there is health to drop"
    );
    assert!(of(RecordKind::DeviceHealth) < 40);
    let first_health = pending
        .iter()
        .position(|r| r.record.kind() == RecordKind::DeviceHealth);
    assert!(
        first_health.is_some_and(|p| p > 20),
        "the oldest health goes first"
    );

    let gaps = gaps(&pending);
    assert!(!gaps.is_empty() && gaps.iter().all(|g| g.reason == "disk_cap"));
    let dropped: u64 = gaps.iter().map(|g| g.dropped).sum();
    assert_eq!(dropped, 40 - of(RecordKind::DeviceHealth));
    let status = spool.status();
    assert_eq!(status.dropped, dropped);
    assert_eq!(
        status.pending + dropped,
        status.last_sequence,
        "every number is pending or in a gap"
    );
    assert!(status.pending_bytes <= cap_bytes + 2_048);
}

#[test]
fn the_cap_holds_over_ten_times_its_size_and_nothing_vanishes_unrecorded() {
    let dir = tempfile::tempdir().unwrap();
    let cap_bytes = 64 * 1024;
    let mut spool = Spool::open(
        dir.path(),
        SpoolOptions {
            cap_bytes,
            ..options()
        },
    )
    .unwrap();
    for n in 0..1_500 {
        spool.append(&[privacy(n), health(100)]).unwrap();
    }
    let pending = all(&mut spool);
    let in_gaps: u64 = gaps(&pending).iter().map(|g| g.dropped).sum();
    assert_eq!(pending.len() as u64 + in_gaps, spool.status().last_sequence);
    let kept: u64 = pending
        .iter()
        .filter(|r| r.record.kind() != RecordKind::SpoolGap)
        .count() as u64;
    assert!(kept > 100 && kept * 200 < cap_bytes);
}

#[test]
fn a_cap_that_cannot_work_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let tiny = SpoolOptions {
        cap_bytes: 1_000,
        ..options()
    };
    let error = Spool::open(dir.path(), tiny).unwrap_err();
    assert!(error.to_string().contains("at least 65536"), "{error}");
}

#[test]
fn a_full_disk_is_said_loses_nothing_and_passes() {
    let dir = tempfile::tempdir().unwrap();
    let limited = SpoolOptions {
        max_pages: Some(40),
        ..options()
    };
    let mut spool = Spool::open(dir.path(), limited).unwrap();
    let mut kept = Vec::new();
    let refused = loop {
        let record = fault(1_000);
        match spool.append(std::slice::from_ref(&record)) {
            Ok(sequence) => kept.push((sequence[0], record.id)),
            Err(error) => {
                assert!(matches!(error, SpoolError::DiskFull { .. }), "{error}");
                assert!(error.to_string().contains("free some disk space"));
                break record;
            }
        }
    };
    assert!(kept.len() > 20);
    assert!(spool.status().trouble.unwrap().contains("no space left"));
    let pending: Vec<_> = all(&mut spool).iter().map(|r| (r.sequence, r.id)).collect();
    assert_eq!(pending, kept, "nothing that was accepted is gone");

    spool.acknowledge_through(10).unwrap();
    assert_eq!(
        spool.append(&[refused]).unwrap(),
        [kept.len() as u64 + 1],
        "no number is lost"
    );
    assert_eq!(spool.status().trouble, None);
}

#[test]
fn two_kiosks_on_one_spool_are_refused_by_name() {
    let dir = tempfile::tempdir().unwrap();
    let first = open(dir.path());
    let error = Spool::open(dir.path(), options()).unwrap_err().to_string();
    assert!(
        error.contains(&format!("in use by process {}", std::process::id())),
        "{error}"
    );
    assert!(error.contains("spool folder of its own"), "{error}");
    drop(first);
    drop(open(dir.path()));
}

#[test]
fn damaged_databases_are_moved_aside_and_leave_a_gap() {
    let damage: [(&str, fn(&Path)); 4] = [
        ("text", |db| {
            fs::write(db, "this is no database, it is a letter".repeat(100)).unwrap()
        }),
        ("empty", |db| fs::write(db, "").unwrap()),
        ("half", |db| {
            let length = fs::metadata(db).unwrap().len();
            OpenOptions::new()
                .write(true)
                .open(db)
                .unwrap()
                .set_len(length / 2 + 7)
                .unwrap();
        }),
        ("zeroed pages", |db| {
            let mut bytes = fs::read(db).unwrap();
            bytes[4096..].fill(0);
            fs::write(db, bytes).unwrap();
        }),
    ];
    for (what, damage) in damage {
        let dir = tempfile::tempdir().unwrap();
        let epoch = {
            let mut spool = open(dir.path());
            let records: Vec<_> = (0..100).map(privacy).collect();
            spool.append(&records).unwrap();
            spool.status().epoch
        };
        damage(&dir.path().join("spool.sqlite"));

        let mut spool = open(dir.path());
        assert_eq!(spool.status().epoch, epoch + 1, "{what}");
        let pending = all(&mut spool);
        assert_eq!(sequences(&pending), [1], "{what}");
        assert_eq!(gaps(&pending)[0].reason, "corrupt", "{what}");
        assert_eq!(spool.append(&[privacy(1)]).unwrap(), [2], "{what}");
        assert!(
            dir.path()
                .join(format!("spool.damaged-{epoch:020}.sqlite"))
                .exists(),
            "{what}"
        );
    }
}

#[test]
fn damage_met_while_running_starts_a_new_epoch_at_once() {
    let dir = tempfile::tempdir().unwrap();
    // More than SQLite keeps in memory, so that it has to read the damaged pages.
    let records: Vec<_> = (0..600).map(|_| fault(10_000)).collect();
    open(dir.path()).append(&records).unwrap();
    let mut spool = open(dir.path());
    let epoch = spool.status().epoch;
    let mut bytes = fs::read(dir.path().join("spool.sqlite")).unwrap();
    bytes[4096 * 2..].fill(0xaa);
    fs::write(dir.path().join("spool.sqlite"), bytes).unwrap();

    let error = spool.batch(10_000, usize::MAX).map(drop).unwrap_err();
    assert!(matches!(error, SpoolError::Damaged { .. }), "{error}");
    assert_eq!(spool.status().epoch, epoch + 1);
    assert_eq!(spool.append(&[privacy(1)]).unwrap(), [2]);
}

#[test]
fn only_the_last_damaged_databases_are_kept() {
    let dir = tempfile::tempdir().unwrap();
    for _ in 0..5 {
        open(dir.path());
        fs::write(dir.path().join("spool.sqlite"), "damaged").unwrap();
    }
    open(dir.path());
    let asides: BTreeSet<_> = fs::read_dir(dir.path())
        .unwrap()
        .map(|e| e.unwrap().file_name().into_string().unwrap())
        .filter(|n| n.starts_with("spool.damaged-") && n.ends_with(".sqlite"))
        .collect();
    assert_eq!(asides.len(), 2, "{asides:?}");
}

#[test]
fn a_newer_format_is_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    drop(open(dir.path()));
    let db = rusqlite::Connection::open(dir.path().join("spool.sqlite")).unwrap();
    db.pragma_update(None, "user_version", 9).unwrap();
    drop(db);
    let error = Spool::open(dir.path(), options()).unwrap_err();
    assert!(
        error.to_string().contains("newer version (format 9"),
        "{error}"
    );
    assert!(dir.path().join("spool.sqlite").exists());
}

#[test]
fn a_row_of_an_unknown_type_goes_to_quarantine() {
    let dir = tempfile::tempdir().unwrap();
    open(dir.path()).append(&[privacy(1), privacy(2)]).unwrap();
    let db = rusqlite::Connection::open(dir.path().join("spool.sqlite")).unwrap();
    db.execute(
        r#"UPDATE record SET body = '{"type":"soul","data":{}}' WHERE sequence = 1"#,
        [],
    )
    .unwrap();
    drop(db);
    let mut spool = open(dir.path());
    assert_eq!(sequences(&all(&mut spool)), [2]);
    assert_eq!(spool.status().quarantined, 1);
}

#[test]
fn a_rolled_back_database_never_reuses_a_number_the_hub_may_know() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("spool.sqlite");
    let mut spool = open(dir.path());
    spool.append(&[privacy(1)]).unwrap();
    drop(spool);
    let old = fs::read(&file).unwrap();
    let mut spool = open(dir.path());
    let epoch = spool.status().epoch;
    spool.append(&[privacy(2), privacy(3)]).unwrap();
    all(&mut spool);
    spool.append(&[privacy(4)]).unwrap();
    drop(spool);
    fs::write(&file, old).unwrap();

    let mut spool = open(dir.path());
    let pending = all(&mut spool);
    assert_eq!(
        sequences(&pending),
        [1, 4],
        "2 and 3 were offered, 4 is the gap"
    );
    let expected = SpoolGap {
        from_sequence: 2,
        to_sequence: 3,
        dropped: 2,
        reason: "corrupt".into(),
    };
    assert_eq!(gaps(&pending), [expected]);
    assert_eq!(spool.status().epoch, epoch, "the numbering goes on");
}

#[test]
fn wiping_the_folder_still_raises_the_epoch() {
    static SECONDS: AtomicI64 = AtomicI64::new(1_772_359_200);
    let clock = || Timestamp::from_second(SECONDS.fetch_add(1, Ordering::SeqCst)).unwrap();
    let dir = tempfile::tempdir().unwrap();
    let options = SpoolOptions {
        clock,
        ..SpoolOptions::default()
    };
    let first = Spool::open(dir.path(), options.clone())
        .unwrap()
        .status()
        .epoch;
    fs::remove_dir_all(dir.path()).unwrap();
    let second = Spool::open(dir.path(), options).unwrap().status().epoch;
    assert!(second > first);
}

#[test]
fn a_jumping_clock_changes_neither_order_nor_numbers() {
    static SECONDS: AtomicI64 = AtomicI64::new(0);
    const YEAR: i64 = 365 * 24 * 3600;
    let options = SpoolOptions {
        clock: || Timestamp::from_second(SECONDS.load(Ordering::SeqCst)).unwrap(),
        ..SpoolOptions::default()
    };
    let dir = tempfile::tempdir().unwrap();
    let noon = 1_772_359_200;
    for (n, at) in [noon, noon + YEAR, noon - YEAR, 0, -5, noon]
        .into_iter()
        .enumerate()
    {
        SECONDS.store(at, Ordering::SeqCst);
        let mut spool = Spool::open(dir.path(), options.clone()).unwrap();
        assert_eq!(spool.append(&[privacy(1)]).unwrap(), [n as u64 + 1]);
    }
    let mut spool = Spool::open(dir.path(), options).unwrap();
    assert_eq!(sequences(&all(&mut spool)), [1, 2, 3, 4, 5, 6]);
    assert_eq!(spool.status().epoch, noon as u64);
}

#[test]
fn a_folder_that_cannot_be_written_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("file");
    fs::write(&file, "").unwrap();
    let error = Spool::open(&file.join("spool"), options())
        .unwrap_err()
        .to_string();
    assert!(error.contains("cannot create the folder"), "{error}");
}
