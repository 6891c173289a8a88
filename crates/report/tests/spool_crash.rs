//! The spool against sudden death: a writer process is killed at unforeseeable moments, and its log is cut anywhere.
//! The writer is this test program itself, started again with a role in its environment.
#![allow(clippy::unwrap_used, reason = "tests, and the helpers they share")]

use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use cheval_domain::record::{Privacy, Record};
use cheval_report::{Spool, SpoolOptions, StampedRecord};
use jiff::Timestamp;
use uuid::Uuid;

const ROLE: &str = "CHEVAL_TEST_SPOOL_WRITER";

fn record(n: u32) -> StampedRecord {
    let privacy = Privacy {
        notices_shown: n,
        ..Privacy::default()
    };
    StampedRecord::new(Timestamp::now(), Record::Privacy(privacy))
}

/// The writer: appends for ever and says on stdout what has been accepted, as `sequence id`. Also delivers and
/// acknowledges now and then, so that it dies in every operation.
#[test]
fn writer() {
    let Some(dir) = std::env::var_os(ROLE) else {
        return;
    };
    let mut spool = Spool::open(Path::new(&dir), SpoolOptions::default()).unwrap();
    let mut stdout = std::io::stdout();
    for n in 0.. {
        let records: Vec<_> = (0..n % 4 + 1).map(|_| record(n)).collect();
        let sequences = spool.append(&records).unwrap();
        for (sequence, record) in sequences.iter().zip(&records) {
            writeln!(stdout, "accepted {sequence} {}", record.id).unwrap();
        }
        stdout.flush().unwrap();
        if n % 7 == 6 {
            let batch = spool.batch(3, usize::MAX).unwrap();
            let last = batch.last().unwrap().sequence;
            writeln!(stdout, "delivered {last}").unwrap();
            stdout.flush().unwrap();
            spool.acknowledge_through(last).unwrap();
        }
    }
}

#[test]
fn killing_the_writer_at_any_point_loses_nothing_it_had_accepted() {
    let dir = tempfile::tempdir().unwrap();
    let mut accepted: BTreeMap<u64, Uuid> = BTreeMap::new();
    let mut delivered = 0;
    for round in 0..12 {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "writer", "--nocapture"])
            .env(ROLE, dir.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        // Killed after a different number of answers each time, while it is busy with the next.
        let answers = 1 + round * 17 % 41;
        let mut seen = 0;
        for line in lines.by_ref() {
            seen += note(&line.unwrap(), &mut accepted, &mut delivered);
            if seen == answers {
                child.kill().unwrap();
            }
        }
        child.wait().unwrap();
        assert!(
            seen >= answers,
            "the writer ended by itself in round {round}"
        );

        let mut spool = Spool::open(dir.path(), SpoolOptions::default()).unwrap();
        let status = spool.status();
        let pending: BTreeMap<u64, Uuid> = spool
            .batch(1_000_000, usize::MAX)
            .unwrap()
            .into_iter()
            .map(|r| (r.sequence, r.id))
            .collect();
        for (sequence, id) in &accepted {
            match pending.get(sequence) {
                Some(found) => assert_eq!(found, id, "number {sequence} in round {round}"),
                None => assert!(
                    *sequence <= status.acknowledged_through && *sequence <= delivered,
                    "number {sequence} was lost in round {round}"
                ),
            }
        }
        let numbers: Vec<u64> = pending.keys().copied().collect();
        let contiguous: Vec<u64> =
            (status.acknowledged_through + 1..=status.last_sequence).collect();
        assert_eq!(numbers, contiguous, "round {round}");
        assert_eq!(status.dropped, 0);
    }
    assert!(accepted.len() > 100 && delivered > 0);
}

fn note(line: &str, accepted: &mut BTreeMap<u64, Uuid>, delivered: &mut u64) -> usize {
    // The test harness writes its own words, the first of ours may stand behind them.
    let line = line.rsplit("... ").next().unwrap_or(line);
    match line.split(' ').collect::<Vec<_>>()[..] {
        ["accepted", sequence, id] => {
            let old = accepted.insert(sequence.parse().unwrap(), id.parse().unwrap());
            assert_eq!(old, None, "a number was given twice");
            1
        }
        ["delivered", last] => {
            *delivered = last.parse().unwrap();
            1
        }
        _ => 0,
    }
}

#[test]
fn a_log_cut_anywhere_keeps_a_clean_beginning_and_the_numbers_rise() {
    let dir = tempfile::tempdir().unwrap();
    let records: Vec<_> = (0..20).map(record).collect();
    let mut spool = Spool::open(dir.path(), SpoolOptions::default()).unwrap();
    for record in &records {
        spool.append(std::slice::from_ref(record)).unwrap();
    }
    let offered = spool.batch(8, usize::MAX).unwrap().last().unwrap().sequence;
    let epoch = spool.status().epoch;
    // Copied while open: what a power cut leaves behind.
    let copy = |to: &Path| {
        for name in ["spool.sqlite", "spool.sqlite-wal", "spool.mark"] {
            fs::copy(dir.path().join(name), to.join(name)).unwrap();
        }
    };
    let length = fs::metadata(dir.path().join("spool.sqlite-wal"))
        .unwrap()
        .len();
    assert!(length > 50_000);
    for cut in (0..24).map(|n| length * n / 24 + n) {
        let crashed = tempfile::tempdir().unwrap();
        copy(crashed.path());
        let wal = OpenOptions::new()
            .write(true)
            .open(crashed.path().join("spool.sqlite-wal"))
            .unwrap();
        wal.set_len(cut).unwrap();

        let mut spool = Spool::open(crashed.path(), SpoolOptions::default()).unwrap();
        let ids: Vec<Uuid> = spool
            .batch(1_000, usize::MAX)
            .unwrap()
            .iter()
            .filter(|r| matches!(r.record, Record::Privacy(_)))
            .map(|r| r.id)
            .collect();
        let expected: Vec<Uuid> = records.iter().take(ids.len()).map(|r| r.id).collect();
        assert_eq!(ids, expected, "cut at {cut}");
        let next = spool.append(&[record(99)]).unwrap()[0];
        assert!(
            next > offered || spool.status().epoch > epoch,
            "cut at {cut}: {next} may be known to the hub"
        );
    }
}

#[test]
fn an_append_cut_short_by_death_can_be_sent_again() {
    let dir = tempfile::tempdir().unwrap();
    let records: Vec<_> = (0..3).map(record).collect();
    let first = Spool::open(dir.path(), SpoolOptions::default())
        .unwrap()
        .append(&records)
        .unwrap();
    // The answer never reached the screen, which sends all of it again, with one more.
    let again: Vec<_> = records.iter().cloned().chain([record(4)]).collect();
    let mut spool = Spool::open(dir.path(), SpoolOptions::default()).unwrap();
    let second = spool.append(&again).unwrap();
    assert_eq!(second[..3], first);
    assert_eq!(spool.status().last_sequence, 4);
}
