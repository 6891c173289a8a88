//! How long the spool takes to make records safe: `cargo run --release -p cheval-report --example append_speed [DIR]`.
//! Without DIR a temporary folder is used; give one on the disk that matters.
#![expect(clippy::print_stdout, reason = "a measurement for a person")]

use std::path::PathBuf;
use std::time::{Duration, Instant};

use cheval_domain::record::{EndReason, Play, Record};
use cheval_report::{Spool, SpoolError, SpoolOptions, StampedRecord};
use jiff::Timestamp;

const COMMITS: u32 = 200;

fn main() -> Result<(), SpoolError> {
    let dir = std::env::args_os()
        .nth(1)
        .map_or_else(std::env::temp_dir, PathBuf::from);
    let dir = dir.join(format!("append-speed-{}", std::process::id()));
    let mut spool = Spool::open(&dir, SpoolOptions::default())?;
    for group in [1, 20, 128] {
        let mut times = Vec::new();
        for _ in 0..COMMITS {
            let records: Vec<_> = (0..group).map(|_| play()).collect();
            let start = Instant::now();
            spool.append(&records)?;
            times.push(start.elapsed());
        }
        times.sort();
        let at = |share: f64| {
            times
                .get((f64::from(COMMITS) * share) as usize)
                .copied()
                .unwrap_or_default()
        };
        let ms = |time: Duration| time.as_secs_f64() * 1000.0;
        println!(
            "{group:>4} records per commit: p50 {:.2} ms, p99 {:.2} ms",
            ms(at(0.5)),
            ms(at(0.99))
        );
    }
    let start = Instant::now();
    let mut delivered = 0;
    while let Some(last) = spool.batch(500, 256 * 1024)?.last().map(|r| r.sequence) {
        spool.acknowledge_through(last)?;
        delivered = last;
    }
    let secs = start.elapsed().as_secs_f64();
    println!(
        "{delivered} records read and acknowledged in {secs:.2} s: {:.0} per second",
        delivered as f64 / secs
    );
    drop(spool);
    std::fs::remove_dir_all(&dir).map_err(|source| SpoolError::File {
        doing: "remove",
        path: dir,
        source,
    })
}

fn play() -> StampedRecord {
    let now = Timestamp::now();
    let play = Play {
        slot: "attract".into(),
        creative: cheval_domain::catalogue::CreativeId("autumn-knitwear".into()),
        pack: "demo@3".into(),
        started: now.to_string(),
        ended: now.to_string(),
        shown_ms: 8_000,
        planned_ms: 8_000,
        frames_presented: 240,
        black: false,
        frozen: false,
        end_reason: EndReason::Complete,
        qty_multiplier: 1.5,
    };
    StampedRecord::new(now, Record::Play(play))
}
