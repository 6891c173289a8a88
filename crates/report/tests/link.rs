//! The socket between screen and agent: delivery over crashes of either side, and hostile peers.
#![allow(clippy::unwrap_used, reason = "tests, and the helpers they share")]

use std::fs::{self, Permissions};
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, sync_channel};
use std::time::{Duration, Instant};

use cheval_domain::record::{Privacy, Record};
use cheval_report::{
    AgentMessage, AgentSocket, Beat, ConnectionId, LinkError, LinkEvent, LinkOptions, ScreenLink,
    ScreenMessage, StampedRecord,
};
use jiff::Timestamp;
use tempfile::TempDir;

/// Only reached when something is broken.
const FOREVER: Duration = Duration::from_secs(60);

fn record(n: u32) -> StampedRecord {
    let privacy = Privacy {
        notices_shown: n,
        ..Privacy::default()
    };
    StampedRecord::new(Timestamp::now(), Record::Privacy(privacy))
}

fn socket() -> (TempDir, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("run").join("screen.sock");
    (dir, path)
}

fn bind(path: &Path) -> (AgentSocket, Receiver<LinkEvent>) {
    let (events, inbox) = sync_channel(16);
    (AgentSocket::bind(path, events).unwrap(), inbox)
}

fn next(inbox: &Receiver<LinkEvent>) -> LinkEvent {
    inbox.recv_timeout(FOREVER).unwrap()
}

/// The next record, whatever else comes.
fn next_record(inbox: &Receiver<LinkEvent>) -> (ConnectionId, StampedRecord) {
    loop {
        if let LinkEvent::Record { connection, record } = next(inbox) {
            return (connection, record);
        }
    }
}

fn quick() -> LinkOptions {
    LinkOptions {
        retry: (Duration::from_millis(5), Duration::from_millis(50)),
        ..LinkOptions::default()
    }
}

fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let start = Instant::now();
    while !holds() {
        assert!(start.elapsed() < FOREVER, "never: {what}");
        std::thread::yield_now();
    }
}

#[test]
fn records_arrive_in_order_and_leave_the_screen_when_accepted() {
    let (_dir, path) = socket();
    let (agent, inbox) = bind(&path);
    let link = ScreenLink::start(&path).unwrap();
    let records: Vec<_> = (0..20).map(record).collect();
    for record in &records {
        assert!(link.send(ScreenMessage::Record(record.clone())));
    }
    assert!(matches!(next(&inbox), LinkEvent::Connected { pid, .. } if pid == std::process::id()));
    for wanted in &records {
        let (connection, record) = next_record(&inbox);
        assert_eq!(&record, wanted);
        agent.reply(
            connection,
            &AgentMessage::Accepted {
                ids: vec![record.id],
            },
        );
    }
    assert!(link.flush(FOREVER));
    let status = link.status();
    assert_eq!((status.accepted, status.unacknowledged), (20, 0));
    assert!(status.connected && status.agent_away_ms == 0);
}

#[test]
fn beats_and_decisions_pass_and_a_stop_comes_back() {
    let (_dir, path) = socket();
    let (agent, inbox) = bind(&path);
    let link = ScreenLink::start(&path).unwrap();
    assert!(matches!(next(&inbox), LinkEvent::Connected { .. }));
    let sent = Beat {
        frames_presented: 7,
        first_picture_ms: Some(900),
        state: "attract".into(),
        camera: "live".into(),
    };
    until("connected", || link.status().connected);
    assert!(link.send(ScreenMessage::Beat(sent.clone())));
    assert!(matches!(next(&inbox), LinkEvent::Beat { beat, .. } if beat == sent));
    agent.broadcast(&AgentMessage::Stop);
    until("stop", || link.stop_requested());
}

#[test]
fn without_an_agent_records_wait_and_with_a_new_one_they_are_sent_again() {
    let (_dir, path) = socket();
    let link = ScreenLink::start_with(&path, quick()).unwrap();
    let (first, second) = (record(1), record(2));
    link.send(ScreenMessage::Record(first.clone()));
    link.send(ScreenMessage::Record(second.clone()));
    assert!(!link.flush(Duration::from_millis(1)), "nobody took them");

    let (agent, inbox) = bind(&path);
    assert_eq!(next_record(&inbox).1, first);
    let (connection, _) = next_record(&inbox);
    agent.reply(
        connection,
        &AgentMessage::Accepted {
            ids: vec![first.id],
        },
    );
    until("accepted", || link.status().accepted == 1);
    drop((agent, inbox));
    until("gone", || !link.status().connected);

    let (agent, inbox) = bind(&path);
    let (connection, again) = next_record(&inbox);
    assert_eq!(again, second, "only what was not accepted is sent again");
    agent.reply(
        connection,
        &AgentMessage::Accepted {
            ids: vec![second.id],
        },
    );
    assert!(link.flush(FOREVER));
}

#[test]
fn refused_records_are_not_sent_again() {
    let (_dir, path) = socket();
    let (agent, inbox) = bind(&path);
    let link = ScreenLink::start_with(&path, quick()).unwrap();
    link.send(ScreenMessage::Record(record(1)));
    let (connection, bad) = next_record(&inbox);
    let refused = AgentMessage::Refused {
        ids: vec![bad.id],
        reason: "no good".into(),
    };
    agent.reply(connection, &refused);
    assert!(link.flush(FOREVER));
    assert_eq!(link.status().refused, 1);
}

#[test]
fn when_the_screen_must_drop_records_the_loss_arrives_as_a_record() {
    let (_dir, path) = socket();
    let options = LinkOptions {
        unacknowledged: 10,
        ..quick()
    };
    let link = ScreenLink::start_with(&path, options).unwrap();
    for n in 0..25 {
        until("queued", || link.send(ScreenMessage::Record(record(n))));
    }
    until("dropped", || link.status().dropped == 15);

    let (agent, inbox) = bind(&path);
    let mut dropped = 0;
    let mut records = 0;
    while dropped == 0 {
        let (connection, record) = next_record(&inbox);
        match record.record {
            Record::Fault(fault) => dropped = fault.count,
            _ => records += 1,
        }
        let accepted = AgentMessage::Accepted {
            ids: vec![record.id],
        };
        agent.reply(connection, &accepted);
    }
    assert_eq!((records, dropped), (10, 15));
}

#[test]
fn a_full_queue_refuses_without_blocking() {
    let (_dir, path) = socket();
    // Somebody listens but never reads, so that the link's thread gets stuck in a write.
    fs::create_dir(path.parent().unwrap()).unwrap();
    let listener = UnixListener::bind(&path).unwrap();
    let options = LinkOptions {
        queue: 4,
        ..quick()
    };
    let link = ScreenLink::start_with(&path, options).unwrap();
    let silent = listener.accept().unwrap();
    let mut refused = 0;
    until("refused", || {
        let start = Instant::now();
        let taken = link.send(ScreenMessage::Record(record(0)));
        refused += u64::from(!taken);
        assert!(start.elapsed() < Duration::from_secs(2));
        refused >= 3
    });
    // What was lost at the door is on its way into the backlog's own count for a moment.
    until("counted", || link.status().dropped >= 3);
    drop(silent);
}

fn converse(path: &Path, say: &[u8]) -> String {
    let mut stream = UnixStream::connect(path).unwrap();
    // The agent may hang up before it has heard all.
    drop(stream.write_all(say));
    drop(stream.shutdown(std::net::Shutdown::Write));
    let mut answer = String::new();
    drop(stream.read_to_string(&mut answer));
    answer
}

#[test]
fn hostile_screens_are_refused_by_name_and_the_next_is_served() {
    let (_dir, path) = socket();
    let (_agent, inbox) = bind(&path);
    let hello = b"{\"hello\":{\"pid\":1,\"version\":1}}\n".to_vec();
    let after_hello = |line: &[u8]| [hello.as_slice(), line].concat();
    let long = vec![b'x'; 200_000];
    let cases: [(Vec<u8>, &str); 8] = [
        (b"\x16\x03\x01garbage\n".to_vec(), "not a message"),
        (b"{\"beat\":{\"frames_presented\":1,\"first_picture_ms\":null,\"state\":\"\",\"camera\":\"\"}}\n".to_vec(), "first line must be a hello"),
        (b"{\"hello\":{\"pid\":1,\"version\":99}}\n".to_vec(), "protocol 99 was offered, this agent speaks 1"),
        (b"{\"hello\":{\"pid\":1,".to_vec(), "middle of a line"),
        (long.clone(), "longer than 65536 bytes"),
        (after_hello(&long), "longer than 65536 bytes"),
        (after_hello(b"{\"record\":{\"id\":7}}\n"), "not a message"),
        (after_hello(&hello), "second hello"),
    ];
    for (say, wanted) in cases {
        let answer = converse(&path, &say);
        // A peer that is cut off in the middle of a flood may not get to hear the reason; the agent has it.
        let reason = loop {
            if let LinkEvent::Disconnected { reason, .. } = next(&inbox) {
                break reason.unwrap();
            }
        };
        assert!(reason.contains(wanted), "{reason}");
        assert!(answer.is_empty() || answer.contains(wanted), "{answer}");
    }
    let link = ScreenLink::start(&path).unwrap();
    link.send(ScreenMessage::Record(record(1)));
    next_record(&inbox);
}

#[test]
fn half_a_line_at_the_end_is_no_record() {
    let (_dir, path) = socket();
    let (_agent, inbox) = bind(&path);
    let line = serde_json::to_string(&ScreenMessage::Record(record(1))).unwrap();
    let half = &line[..line.len() - 3];
    converse(
        &path,
        format!("{{\"hello\":{{\"pid\":1,\"version\":1}}}}\n{half}").as_bytes(),
    );
    assert!(matches!(next(&inbox), LinkEvent::Connected { .. }));
    assert!(
        matches!(next(&inbox), LinkEvent::Disconnected { reason: None, .. }),
        "a screen that died while speaking is nothing unusual"
    );
}

#[test]
fn too_many_connections_are_turned_away() {
    let (_dir, path) = socket();
    let (_agent, inbox) = bind(&path);
    let mut open = Vec::new();
    for _ in 0..4 {
        let mut stream = UnixStream::connect(&path).unwrap();
        stream
            .write_all(b"{\"hello\":{\"pid\":1,\"version\":1}}\n")
            .unwrap();
        assert!(matches!(next(&inbox), LinkEvent::Connected { .. }));
        open.push(stream);
    }
    assert!(converse(&path, b"").contains("too many connections"));
    open.pop();
    assert!(matches!(next(&inbox), LinkEvent::Disconnected { .. }));
    let link = ScreenLink::start_with(&path, quick()).unwrap();
    link.send(ScreenMessage::Record(record(1)));
    next_record(&inbox);
}

#[test]
fn a_hostile_agent_does_not_harm_the_screen() {
    let (_dir, path) = socket();
    fs::create_dir(path.parent().unwrap()).unwrap();
    let listener = UnixListener::bind(&path).unwrap();
    let link = ScreenLink::start_with(&path, quick()).unwrap();
    link.send(ScreenMessage::Record(record(1)));
    for say in [
        b"garbage\n".to_vec(),
        vec![b'x'; 100_000],
        b"{\"accepted\":{\"ids\":[\"00000000-0000-0000-0000-000000000000\"]}}\n".to_vec(),
        Vec::new(),
    ] {
        let (mut stream, _) = listener.accept().unwrap();
        let mut hello = String::new();
        BufReader::new(stream.try_clone().unwrap())
            .read_line(&mut hello)
            .unwrap();
        assert!(hello.contains("hello"));
        drop(stream.write_all(&say));
    }
    let (stream, _) = listener.accept().unwrap();
    let lines: Vec<String> = BufReader::new(stream)
        .lines()
        .take(2)
        .map(Result::unwrap)
        .collect();
    assert!(
        lines[1].contains("notices_shown"),
        "the record is still offered"
    );
    assert_eq!(link.status().accepted, 0);
}

#[test]
fn the_socket_is_private_and_replaces_only_what_is_dead() {
    let (dir, path) = socket();
    let (agent, _inbox) = bind(&path);
    let mode = |p: &Path| fs::metadata(p).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&path), 0o600);
    assert_eq!(mode(path.parent().unwrap()), 0o700);

    let (events, _second) = sync_channel::<LinkEvent>(1);
    let error = AgentSocket::bind(&path, events.clone()).unwrap_err();
    assert!(matches!(error, LinkError::InUse { .. }));
    assert!(error.to_string().contains("only one agent"), "{error}");
    drop(agent);
    assert!(!path.exists());

    drop(UnixListener::bind(&path).unwrap());
    assert!(path.exists(), "a socket left over by a dead process");
    drop(AgentSocket::bind(&path, events.clone()).unwrap());

    let open = dir.path().join("open");
    fs::create_dir(&open).unwrap();
    fs::set_permissions(&open, Permissions::from_mode(0o777)).unwrap();
    let error = AgentSocket::bind(&open.join("screen.sock"), events).unwrap_err();
    assert!(
        error
            .to_string()
            .contains("may be written by others (mode 777)"),
        "{error}"
    );
}
