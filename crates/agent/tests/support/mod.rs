//! A hub that misbehaves on request, and a screen without pictures.

#![allow(dead_code, reason = "each test program uses a part")]

use std::collections::{BTreeMap, VecDeque};
use std::ffi::OsString;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::mpsc::{Receiver, sync_channel};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use cheval_agent::child::{Upbringing, die_with_agent};
use cheval_agent::control::{self, ControlReply, ControlRequest};
use cheval_agent::{
    AgentError, AgentOptions, AgentStatus, CONTROL_SOCKET, ExitReason, HubOptions, StopSignal,
    Timing,
};
use cheval_domain::decision::{Choice, Decision};
use cheval_domain::record::{Privacy, Record};
use cheval_domain::time::Mono;
use cheval_hub_api::client::DeviceIdentity;
use cheval_hub_api::{Envelope, ErrorBody, IngestReply, Rejection, batch};
use cheval_report::{Beat, ScreenLink, ScreenMessage, StampedRecord};
use ed25519_dalek::SigningKey;
use jiff::Timestamp;
use uuid::Uuid;

/// Only reached when something is broken.
pub(crate) const FOREVER: Duration = Duration::from_secs(120);

pub(crate) fn until<T>(what: &str, mut found: impl FnMut() -> Option<T>) -> T {
    let start = Instant::now();
    loop {
        if let Some(found) = found() {
            return found;
        }
        assert!(start.elapsed() < FOREVER, "never: {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// How the hub treats one request.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Mood {
    /// Stores and answers.
    Well,
    /// Closes the connection without reading.
    Down,
    /// Stores, then closes the connection without an answer.
    Forgetful,
    /// Stores, then sends half an answer.
    HalfAnswer,
    /// Answers 500.
    Broken,
    /// Answers 503 with `Retry-After: 1`.
    Busy,
    /// Answers 200 with something else.
    Garbage,
    /// Answers 200 and acknowledges nothing, or far too much.
    Acknowledges(u64),
    /// Answers 413 to more than that many events.
    Narrow(usize),
    /// Refuses the event with this number for good.
    Picky(u64),
    /// Refuses whole requests for good.
    Hostile,
    /// Takes longer than the client waits.
    Slow,
}

/// A hub in a thread: moods are used up one per request, the last stays.
pub(crate) struct FakeHub {
    pub(crate) url: String,
    shared: Arc<Mutex<Shared>>,
}

#[derive(Default)]
struct Shared {
    moods: VecDeque<Mood>,
    stored: BTreeMap<(Uuid, u64, u64), Envelope>,
    requests: Vec<(Instant, usize)>,
}

impl FakeHub {
    pub(crate) fn start(moods: &[Mood]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let shared = Arc::new(Mutex::new(Shared {
            moods: moods.iter().copied().collect(),
            ..Shared::default()
        }));
        let serving = Arc::clone(&shared);
        std::thread::Builder::new()
            .spawn(move || {
                listener
                    .incoming()
                    .for_each(|stream| serve(&stream.unwrap(), &serving));
            })
            .unwrap();
        Self { url, shared }
    }

    /// The `notices_shown` of all stored privacy records, sorted.
    pub(crate) fn notices(&self) -> Vec<u32> {
        let shared = self.shared.lock().unwrap();
        let notices = shared
            .stored
            .values()
            .filter_map(|envelope| match &envelope.record {
                Record::Privacy(privacy) => Some(privacy.notices_shown),
                _ => None,
            });
        let mut notices: Vec<u32> = notices.collect();
        notices.sort_unstable();
        notices
    }

    pub(crate) fn sequences(&self) -> Vec<u64> {
        self.shared
            .lock()
            .unwrap()
            .stored
            .keys()
            .map(|key| key.2)
            .collect()
    }

    /// When requests came in, and with how many events.
    pub(crate) fn requests(&self) -> Vec<(Instant, usize)> {
        self.shared.lock().unwrap().requests.clone()
    }

    pub(crate) fn options(&self) -> HubOptions {
        HubOptions {
            flush_interval: Duration::from_millis(20),
            retry: (Duration::from_millis(5), Duration::from_millis(50)),
            request_timeout: Duration::from_secs(20),
            ..HubOptions::new(self.url.clone(), identity())
        }
    }
}

pub(crate) fn identity() -> DeviceIdentity {
    DeviceIdentity {
        device: Uuid::from_u128(7),
        key: SigningKey::from_bytes(&[3; 32]),
    }
}

fn serve(mut stream: &TcpStream, shared: &Mutex<Shared>) {
    let mood = {
        let mut shared = shared.lock().unwrap();
        let only = shared.moods.len() == 1;
        if only {
            shared.moods[0]
        } else {
            shared.moods.pop_front().unwrap_or(Mood::Well)
        }
    };
    if matches!(mood, Mood::Down) {
        return;
    }
    let Some(body) = read_request(stream) else {
        return;
    };
    let events: Vec<Envelope> = batch::decode(&body)
        .unwrap()
        .iter()
        .map(|event| Envelope::parse(event.get()).unwrap())
        .collect();
    shared
        .lock()
        .unwrap()
        .requests
        .push((Instant::now(), events.len()));
    let (status, extra, answer) = answer(mood, &events, &mut shared.lock().unwrap());
    let length = answer.len()
        + if matches!(mood, Mood::HalfAnswer) {
            100
        } else {
            0
        };
    if matches!(mood, Mood::Slow) {
        // Until the client has given up.
        drop(stream.read(&mut [0]));
        return;
    }
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n{extra}\r\n"
    );
    if !matches!(mood, Mood::Forgetful) {
        // The client may have given up.
        drop(stream.write_all(format!("{head}{answer}").as_bytes()));
    }
}

fn answer(
    mood: Mood,
    events: &[Envelope],
    shared: &mut Shared,
) -> (&'static str, &'static str, String) {
    let refusal = |code: &str| serde_json::json!(ErrorBody::new(code, "by the test")).to_string();
    match mood {
        Mood::Broken => ("500 Oh", "Retry-After: 0\r\n", "<html>".into()),
        Mood::Busy => ("503 Busy", "Retry-After: 1\r\n", refusal("busy")),
        Mood::Garbage => ("200 OK", "", "<html>Welcome to the hotel</html>".into()),
        Mood::Hostile => ("400 No", "", refusal("bad_batch")),
        Mood::Narrow(most) if events.len() > most => ("413 Long", "", refusal("too_large")),
        Mood::Acknowledges(through) => {
            let mut reply = store(events, None, shared);
            reply.ack_through = Some(through);
            ("200 OK", "", serde_json::json!(reply).to_string())
        }
        Mood::Picky(sequence) => (
            "200 OK",
            "",
            serde_json::json!(store(events, Some(sequence), shared)).to_string(),
        ),
        Mood::Well
        | Mood::Down
        | Mood::Forgetful
        | Mood::HalfAnswer
        | Mood::Narrow(_)
        | Mood::Slow => (
            "200 OK",
            "",
            serde_json::json!(store(events, None, shared)).to_string(),
        ),
    }
}

/// Stores each `(device, epoch, sequence)` once, as the real hub does, and checks that it always names the same record.
fn store(events: &[Envelope], refused: Option<u64>, shared: &mut Shared) -> IngestReply {
    let mut reply = IngestReply {
        ack_through: events.iter().map(|e| e.sequence).max(),
        accepted: 0,
        duplicates: 0,
        rejected: Vec::new(),
        server_time: Timestamp::now(),
    };
    for (index, event) in events.iter().enumerate() {
        let sequence = event.sequence;
        if refused == Some(sequence) {
            reply.rejected.push(Rejection {
                index,
                sequence: Some(sequence),
                code: "bad_data".into(),
                message: "by the test".into(),
            });
            continue;
        }
        let key = (event.device, event.epoch, sequence);
        match shared.stored.insert(key, event.clone()) {
            Some(before) => {
                assert_eq!(before.id, event.id, "number {sequence} names two records");
                reply.duplicates += 1;
            }
            None => reply.accepted += 1,
        }
    }
    reply
}

fn read_request(stream: &TcpStream) -> Option<Vec<u8>> {
    let mut reader = BufReader::new(stream);
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        if line.trim().is_empty() {
            break;
        }
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse().ok()?;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(body)
}

/// This test program again, as a screen of that kind; `fake_screen` must be one of its tests.
pub(crate) fn screen(kind: &str) -> Vec<OsString> {
    let exe = std::env::current_exe().unwrap();
    [
        "env".into(),
        format!("CHEVAL_TEST_SCREEN={kind}").into(),
        exe.into(),
    ]
    .into_iter()
    .chain(["--exact", "fake_screen", "--nocapture"].map(OsString::from))
    .collect()
}

/// The screen: `records:N` sends N records and then lives; `endless` sends for ever; `farewell` sends one record when
/// asked to end; `hang` beats once; `stubborn` ignores every request to end; `exit:N`; `panic`; `decide`; `bad`.
pub(crate) fn be_a_screen() {
    let Some(kind) = std::env::var("CHEVAL_TEST_SCREEN").ok() else {
        return;
    };
    let upbringing = Upbringing::from_env();
    if kind != "wrapped" {
        die_with_agent(&upbringing).unwrap();
    }
    let link = ScreenLink::start(&upbringing.socket.clone().unwrap()).unwrap();
    let (kind, number) = kind
        .split_once(':')
        .map_or((&*kind, 0), |(k, n)| (k, n.parse().unwrap()));
    match kind {
        "records" => (0..number).for_each(|n| send(&link, n)),
        "exit" => std::process::exit(i32::try_from(number).unwrap()),
        "panic" => panic!("by the test"),
        "decide" => (0..60).for_each(|n| {
            until("connected", || link.status().connected.then_some(()));
            link.send(ScreenMessage::Decision(decision(n)));
        }),
        "bad" => {
            let bad = StampedRecord {
                time: "noon".into(),
                ..record(0)
            };
            link.send(ScreenMessage::Record(bad));
            send(&link, 1);
        }
        "stubborn" => {
            let signals = [signal_hook::consts::SIGTERM, signal_hook::consts::SIGABRT];
            let ignored = signal_hook::iterator::Signals::new(signals).unwrap();
            std::mem::forget(ignored);
        }
        _ => {}
    }
    let mut n = 0;
    loop {
        if kind != "hang" || n == 0 {
            link.send(ScreenMessage::Beat(Beat {
                frames_presented: u64::from(n),
                first_picture_ms: Some(1),
                state: "attract".into(),
                camera: "none".into(),
            }));
        }
        if kind == "endless" {
            send(&link, upbringing.restarts * 1_000_000 + n);
        }
        if link.stop_requested() && kind != "stubborn" {
            if kind == "farewell" {
                send(&link, 99);
            }
            assert!(link.flush(FOREVER));
            std::process::exit(0);
        }
        n += 1;
        std::thread::sleep(Duration::from_millis(5));
    }
}

pub(crate) fn record(n: u32) -> StampedRecord {
    let privacy = Privacy {
        notices_shown: n,
        ..Privacy::default()
    };
    StampedRecord::new(Timestamp::now(), Record::Privacy(privacy))
}

fn send(link: &ScreenLink, n: u32) {
    assert!(link.send(ScreenMessage::Record(record(n))));
}

fn decision(n: u64) -> Decision {
    Decision {
        frame: n,
        at: Mono(n),
        chosen: Choice::NoPromo,
        rule: "fallback".into(),
        priority: 0.0,
        because: "nothing fits".into(),
        rejected: Vec::new(),
    }
}

pub(crate) fn options(dir: &Path, command: Vec<OsString>, hub: Option<HubOptions>) -> AgentOptions {
    AgentOptions {
        runtime_dir: dir.join("run"),
        spool_dir: dir.join("spool"),
        spool_cap_bytes: 1024 * 1024,
        screen_command: command,
        hub,
        end_with_screen: false,
        timing: Timing {
            last_delivery: FOREVER,
            ..Timing::default()
        },
    }
}

/// An agent on a thread of this program.
pub(crate) struct Running {
    stop: StopSignal,
    thread: Option<JoinHandle<()>>,
    result: Receiver<Result<ExitReason, AgentError>>,
    options: AgentOptions,
}

impl Running {
    pub(crate) fn start(options: AgentOptions) -> Self {
        let stop = StopSignal::new();
        let (sender, result) = sync_channel(1);
        let (theirs, signal) = (options.clone(), stop.clone());
        let thread = std::thread::Builder::new()
            .spawn(move || sender.send(cheval_agent::run(&theirs, &signal)).unwrap())
            .unwrap();
        Self {
            stop,
            thread: Some(thread),
            result,
            options,
        }
    }

    pub(crate) fn status(&self) -> Option<AgentStatus> {
        match control::ask(
            &self.options.runtime_dir.join(CONTROL_SOCKET),
            &ControlRequest::Status,
        ) {
            Ok(ControlReply::Status(status)) => Some(*status),
            _ => None,
        }
    }

    /// The status as soon as it satisfies `holds`.
    pub(crate) fn status_when(
        &self,
        what: &str,
        holds: impl Fn(&AgentStatus) -> bool,
    ) -> AgentStatus {
        until(what, || self.status().filter(&holds))
    }

    /// Waits for an end that nobody asked for.
    pub(crate) fn wait(mut self) -> Result<ExitReason, AgentError> {
        let result = self.result.recv_timeout(FOREVER).unwrap();
        self.thread.take().unwrap().join().unwrap();
        result
    }

    pub(crate) fn stop(self) -> ExitReason {
        self.stop.stop();
        self.wait().unwrap()
    }
}
