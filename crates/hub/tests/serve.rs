//! The program itself: starts, prints what scripts need, enrols, and ends when asked.
#![expect(clippy::unwrap_used, reason = "tests, and the helpers they share")]

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

use cheval_hub_api::Inventory;
use cheval_hub_api::client::enrol;
use ed25519_dalek::SigningKey;

fn hub(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cheval-hub"));
    command
        .args(arguments)
        .env_remove("RUST_LOG")
        .stdin(Stdio::null());
    command
}

/// Ends the program even when the test fails.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

fn terminate(child: &Child) {
    let kill = format!("kill -TERM {}", child.id());
    assert!(
        Command::new("sh")
            .args(["-c", &kill])
            .status()
            .unwrap()
            .success()
    );
}

#[test]
fn serve_prints_address_and_claim_and_ends_on_sigterm() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("made/by/hub");
    let data = data.to_str().unwrap();
    let child = hub(&[
        "serve",
        "--data",
        data,
        "--listen",
        "127.0.0.1:0",
        "--print-claim",
        "Demo",
    ])
    .stdout(Stdio::piped())
    .stderr(Stdio::null())
    .spawn()
    .unwrap();
    let mut running = Running(child);
    let mut lines = BufReader::new(running.0.stdout.take().unwrap()).lines();
    let mut value = |key: &str| {
        lines
            .next()
            .unwrap()
            .unwrap()
            .strip_prefix(key)
            .unwrap()
            .to_owned()
    };
    let (url, claim) = (value("listening: "), value("claim: "));

    let key = SigningKey::from_bytes(&[3; 32]);
    let reply = enrol(&url, &claim, &key, Inventory::default()).unwrap();
    assert_eq!(
        (reply.site.as_str(), reply.name.as_str()),
        ("Demo", "kiosk-001")
    );

    let beside = hub(&["claim", "--data", data, "--site", "Second"])
        .output()
        .unwrap();
    assert!(beside.status.success());
    let second = String::from_utf8(beside.stdout).unwrap();
    let second = second.trim().strip_prefix("claim: ").unwrap();
    let other = SigningKey::from_bytes(&[4; 32]);
    assert_eq!(
        enrol(&url, second, &other, Inventory::default())
            .unwrap()
            .site,
        "Second"
    );

    terminate(&running.0);
    assert!(running.0.wait().unwrap().success());
}

#[test]
fn what_cannot_work_is_said_in_one_line() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    std::fs::write(&file, "in the way").unwrap();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = taken.local_addr().unwrap().to_string();
    let data = folder.path().to_str().unwrap();
    for (arguments, words) in [
        (
            vec!["serve", "--data", file.to_str().unwrap()],
            "cannot create the data folder",
        ),
        (
            vec!["serve", "--data", data, "--listen", taken.as_str()],
            "is another hub running there",
        ),
        (
            vec!["serve", "--data", data, "--time-zone", "Mars/Base"],
            "Mars/Base",
        ),
        (vec!["claim", "--data", data, "--site", " "], "site name"),
        (
            vec!["claim", "--data", data, "--site", "x", "--valid-hours", "0"],
            "valid-hours",
        ),
    ] {
        let output = hub(&arguments).output().unwrap();
        assert!(!output.status.success(), "{arguments:?}");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(said.contains(words), "{arguments:?}: {said}");
    }
}
