//! The demo's own hub: a free port on the loopback interface, a fresh database, one claim code.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead as _, BufReader, Read as _};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{ChildStdout, Command};
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use serde::Deserialize;

use super::http;
use crate::setup::Environment;
use crate::shell::{self, Running};

const START_LIMIT: Duration = Duration::from_secs(60);
/// The records are in when their number has not changed for this long.
const QUIET: Duration = Duration::from_secs(1);

/// The running hub.
pub(crate) struct Hub {
    running: Running,
    address: SocketAddr,
    url: String,
    claim: String,
    data: PathBuf,
}

/// The part of the hub's answer to `GET /v1/today` that the demo needs.
#[derive(Deserialize)]
struct Today {
    records: Records,
    kiosks: Vec<KioskToday>,
}

#[derive(Deserialize)]
struct Records {
    by_kind: BTreeMap<String, u64>,
}

#[derive(Deserialize)]
struct KioskToday {
    completeness: Completeness,
}

#[derive(Deserialize)]
struct Completeness {
    expected: u64,
    received: u64,
    dropped: u64,
}

impl Hub {
    pub(crate) fn start(program: &Path, environment: &Environment, out: &Path) -> Result<Self> {
        let data = out.join("hub");
        fs::create_dir_all(&data)
            .with_context(|| format!("failed to create {}", data.display()))?;
        let log = out.join("logs/hub.log");
        let mut command = Command::new(program);
        // The hub picks a free port itself and tells it.
        command
            .args([
                "serve",
                "--listen",
                "127.0.0.1:0",
                "--print-claim",
                "demo",
                "--data",
            ])
            .arg(&data);
        environment.apply(&mut command);
        let (mut running, stdout) = Running::start_piped(&command, "the hub", &log)?;
        let announcements = watch(stdout)?;
        let deadline = Instant::now() + START_LIMIT;
        let (mut address, mut claim) = (None, None);
        loop {
            for announcement in announcements.try_iter() {
                match announcement {
                    Announcement::Listening(told) => address = Some(told),
                    Announcement::Claim(told) => claim = Some(told),
                }
            }
            if let (Some(address), Some(claim)) = (address, claim.take_if(|_| address.is_some())) {
                return Ok(Self {
                    running,
                    address,
                    url: format!("http://{address}"),
                    claim,
                    data,
                });
            }
            if running.ended()?.is_some() || Instant::now() >= deadline {
                bail!(
                    "the hub did not start. The end of {}:\n{}",
                    log.display(),
                    shell::tail(&log, 15)
                );
            }
            shell::pause()?;
        }
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    pub(crate) fn claim(&self) -> &str {
        &self.claim
    }

    /// Waits until everything that the kiosk recorded has arrived, at most `limit`, and counts it by kind.
    pub(crate) fn wait_for_records(&self, limit: Duration) -> Result<BTreeMap<String, u64>> {
        let deadline = Instant::now() + limit;
        let mut counts = BTreeMap::new();
        let mut last_change = Instant::now();
        loop {
            let today = self.today()?;
            if today.records.by_kind != counts {
                counts = today.records.by_kind;
                last_change = Instant::now();
            }
            let complete = !counts.is_empty()
                && today.kiosks.iter().all(|kiosk| {
                    kiosk.completeness.received + kiosk.completeness.dropped
                        >= kiosk.completeness.expected
                });
            if (complete && last_change.elapsed() >= QUIET) || Instant::now() >= deadline {
                return Ok(counts);
            }
            shell::pause()?;
        }
    }

    fn today(&self) -> Result<Today> {
        let body = http::get(self.address, "/v1/today")?;
        serde_json::from_slice(&body)
            .context("the hub's /v1/today is not what this command understands")
    }

    /// Ends the hub, giving it time to close its database.
    pub(crate) fn stop(&mut self) {
        self.running.stop(Duration::from_secs(10));
    }

    /// Copies the stopped hub's database to `out`.
    pub(crate) fn keep_database(&self, out: &Path) -> Result<()> {
        for name in ["hub.sqlite", "hub.sqlite-wal"] {
            let source = self.data.join(name);
            if source.exists() {
                fs::copy(&source, out.join(name))
                    .with_context(|| format!("failed to copy {}", source.display()))?;
            }
        }
        if !out.join("hub.sqlite").exists() {
            bail!("the hub left no hub.sqlite in {}", self.data.display());
        }
        Ok(())
    }
}

/// What the hub says on its standard output.
#[derive(Debug, PartialEq)]
enum Announcement {
    Listening(SocketAddr),
    Claim(String),
}

impl Announcement {
    fn parse(line: &str) -> Option<Self> {
        match line.trim().split_once(": ")? {
            ("listening", url) => Some(Self::Listening(url.strip_prefix("http://")?.parse().ok()?)),
            ("claim", code) => Some(Self::Claim(code.to_owned())),
            _ => None,
        }
    }
}

/// Reads the hub's standard output to its end, so that the hub never blocks on it.
fn watch(stdout: ChildStdout) -> Result<Receiver<Announcement>> {
    const LINE_BYTES_MAX: u64 = 4096;
    // Two announcements are expected; what comes after a full queue is of no interest.
    let (sender, receiver) = sync_channel(8);
    let read = move || {
        let mut reader = BufReader::new(stdout);
        let mut line = String::new();
        while reader
            .by_ref()
            .take(LINE_BYTES_MAX)
            .read_line(&mut line)
            .is_ok_and(|bytes| bytes > 0)
        {
            if let Some(announcement) = Announcement::parse(&line) {
                drop(sender.try_send(announcement));
            }
            line.clear();
        }
    };
    thread::Builder::new()
        .name("hub-output".into())
        .spawn(read)
        .context("failed to start a thread")?;
    Ok(receiver)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_answer_of_the_hub_is_understood() {
        let today: Today = serde_json::from_str(
            r#"{"day":"2026-11-22","records":{"accepted":3,"rejected":0,"by_kind":{"play":2,"device_health":1}},
                "kiosks":[{"name":"k","completeness":{"expected":4,"received":3,"dropped":1}}]}"#,
        )
        .unwrap();
        assert_eq!(today.records.by_kind.get("play"), Some(&2));
        assert_eq!(today.kiosks.len(), 1);
    }

    #[test]
    fn the_hub_tells_its_address_and_a_claim_code() {
        let check = |line: &str, expected: Option<Announcement>| {
            assert_eq!(Announcement::parse(line), expected, "{line}")
        };
        check(
            "listening: http://127.0.0.1:4711\n",
            Some(Announcement::Listening(([127, 0, 0, 1], 4711).into())),
        );
        check(
            "claim: ABCD-EFGH-JKLM\n",
            Some(Announcement::Claim("ABCD-EFGH-JKLM".into())),
        );
        for other in [
            "",
            "claim",
            "listening: https://example",
            "listening: http://nowhere",
            "ready",
        ] {
            check(other, None);
        }
    }
}
