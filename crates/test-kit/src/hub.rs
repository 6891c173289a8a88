//! Hubs for tests: the real one in this process ([`TestHub`]), and one in front of it that misbehaves on command
//! ([`MisbehavingHub`]). No sleeping: everything ends when its owner is dropped.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::JoinHandle;

use cheval_hub::embedded::RunningHub;
use cheval_hub::store::EventLog as _;
use cheval_hub::{HubOptions, open_store, system_clock};
use cheval_hub_api::Today;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use tempfile::TempDir;

/// The real hub on a free loopback port, with data in a folder of its own (UTC days, the machine's clock).
pub struct TestHub {
    hub: Option<RunningHub>,
    address: SocketAddr,
    folder: TempDir,
}

impl TestHub {
    /// Starts a hub without kiosks.
    ///
    /// # Panics
    /// When the machine gives no folder or port.
    #[must_use]
    pub fn start() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let any_port = SocketAddr::from(([127, 0, 0, 1], 0));
        let hub = serve(folder.path(), any_port);
        Self {
            address: hub.address(),
            hub: Some(hub),
            folder,
        }
    }

    /// Everything that the hub keeps.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Address for kiosks, `http://127.0.0.1:port`; stays the same over [`TestHub::stop`] and [`TestHub::restart`].
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// A fresh one-time claim code for the site "Test".
    ///
    /// # Panics
    /// When the hub is stopped.
    #[must_use]
    pub fn claim(&self) -> String {
        let hub = self.hub.as_ref().expect("a running hub");
        hub.claim("Test", Span::new().hours(1))
            .expect("a claim code")
            .to_string()
    }

    /// Where `hub.sqlite` lies.
    #[must_use]
    pub fn data(&self) -> PathBuf {
        self.folder.path().to_owned()
    }

    /// What the hub has stored for the current UTC day, read from its data; also while it is stopped.
    ///
    /// # Panics
    /// When the data cannot be read.
    #[must_use]
    pub fn today(&self) -> Today {
        let now = Timestamp::now();
        let store = open_store(self.folder.path()).expect("the hub's data");
        store
            .today(now.to_zoned(TimeZone::UTC).date(), "UTC", now)
            .expect("today's figures")
    }

    /// Stops the hub; its data stay and its port refuses connections.
    ///
    /// # Panics
    /// When it does not end cleanly.
    pub fn stop(&mut self) {
        if let Some(hub) = self.hub.take() {
            hub.stop().expect("the hub ends cleanly");
        }
    }

    /// Starts it again on the same data and port.
    ///
    /// # Panics
    /// When the port has been taken meanwhile.
    pub fn restart(&mut self) {
        self.stop();
        self.hub = Some(serve(self.folder.path(), self.address));
    }
}

fn serve(data: &Path, listen: SocketAddr) -> RunningHub {
    let options = HubOptions {
        data: data.to_owned(),
        listen,
        time_zone: TimeZone::UTC,
        clock: system_clock(),
    };
    RunningHub::start(options).expect("a running hub")
}

/// How a [`MisbehavingHub`] treats the next requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mood {
    /// Passes everything to the real hub and its reply back.
    Honest,
    /// Closes every connection without reading.
    Down,
    /// Reads the request and never answers, until the mood changes.
    Silent,
    /// Answers 500 with a page of HTML.
    Broken,
    /// Answers 503 with `Retry-After` in seconds.
    Busy(u16),
    /// Answers 200 with something that is not a reply.
    Garbage,
    /// Answers 200 with the first half of the real reply.
    HalfReply,
    /// Passes the request on, waits until the real hub has committed, and drops its reply.
    DropsReply,
    /// Answers 413 to everything.
    TooLarge,
    /// Answers 401 to everything.
    Forgetful,
}

/// A port that stands in front of a hub and misbehaves on command.
pub struct MisbehavingHub {
    address: SocketAddr,
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

struct Shared {
    behind: SocketAddr,
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    mood: Mood,
    requests: u64,
    closing: bool,
}

impl Shared {
    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl MisbehavingHub {
    /// Opens a port in front of `hub`, in the given mood.
    ///
    /// # Panics
    /// When the machine gives no port or thread.
    #[must_use]
    pub fn in_front_of(hub: &TestHub, mood: Mood) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("the port's address");
        let state = Mutex::new(State {
            mood,
            requests: 0,
            closing: false,
        });
        let shared = Arc::new(Shared {
            behind: hub.address,
            state,
            changed: Condvar::new(),
        });
        let theirs = Arc::clone(&shared);
        let accept = move || accept_all(&listener, &theirs);
        let thread = std::thread::Builder::new()
            .name("misbehaving".to_owned())
            .spawn(accept)
            .expect("a thread");
        Self {
            address,
            shared,
            thread: Some(thread),
        }
    }

    /// Address for kiosks.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Changes how requests are treated from now on.
    pub fn set(&self, mood: Mood) {
        self.shared.state().mood = mood;
        self.shared.changed.notify_all();
    }

    /// Connections seen so far.
    #[must_use]
    pub fn requests(&self) -> u64 {
        self.shared.state().requests
    }

    /// Waits until at least `count` connections have been seen.
    pub fn wait_for_requests(&self, count: u64) {
        let mut state = self.shared.state();
        while state.requests < count {
            state = self
                .shared
                .changed
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }
}

impl Drop for MisbehavingHub {
    fn drop(&mut self) {
        self.shared.state().closing = true;
        self.shared.changed.notify_all();
        // Wakes the accepting thread.
        drop(TcpStream::connect(self.address));
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}

fn accept_all(listener: &TcpListener, shared: &Arc<Shared>) {
    let mut talks: Vec<JoinHandle<()>> = Vec::new();
    for stream in listener.incoming() {
        if shared.state().closing {
            break;
        }
        let Ok(stream) = stream else { continue };
        let theirs = Arc::clone(shared);
        // A talk that breaks off is what this is for.
        let talk = move || drop(talk(stream, &theirs));
        talks.retain(|talk| !talk.is_finished());
        talks.extend(
            std::thread::Builder::new()
                .name("misbehaving-talk".to_owned())
                .spawn(talk),
        );
    }
    for talk in talks {
        drop(talk.join());
    }
}

fn talk(mut stream: TcpStream, shared: &Shared) -> std::io::Result<()> {
    let mood = {
        let mut state = shared.state();
        state.requests += 1;
        shared.changed.notify_all();
        state.mood
    };
    if mood == Mood::Down {
        return stream.shutdown(Shutdown::Both);
    }
    let request = read_message(&mut stream)?;
    match mood {
        Mood::Down => Ok(()),
        Mood::Honest => stream.write_all(&pass_on(&request, shared)?),
        Mood::DropsReply => pass_on(&request, shared).map(drop),
        Mood::HalfReply => {
            let reply = pass_on(&request, shared)?;
            stream.write_all(
                reply
                    .get(..reply.len().saturating_sub(40))
                    .unwrap_or_default(),
            )
        }
        Mood::Silent => {
            let mut state = shared.state();
            while state.mood == Mood::Silent && !state.closing {
                state = shared
                    .changed
                    .wait(state)
                    .unwrap_or_else(PoisonError::into_inner);
            }
            Ok(())
        }
        Mood::Broken => answer(
            &mut stream,
            "500 Internal Server Error",
            "",
            "<html>oops</html>",
        ),
        Mood::Busy(seconds) => answer(
            &mut stream,
            "503 Service Unavailable",
            &format!("Retry-After: {seconds}\r\n"),
            r#"{"errors":[{"code":"busy","detail":"busy"}]}"#,
        ),
        Mood::Garbage => answer(
            &mut stream,
            "200 OK",
            "",
            "{\"ack_through\": \"everything\"",
        ),
        Mood::TooLarge => answer(
            &mut stream,
            "413 Payload Too Large",
            "",
            r#"{"errors":[{"code":"batch_too_large","detail":"too large"}]}"#,
        ),
        Mood::Forgetful => answer(
            &mut stream,
            "401 Unauthorized",
            "",
            r#"{"errors":[{"code":"unknown_device","detail":"who are you?"}]}"#,
        ),
    }
}

fn answer(stream: &mut TcpStream, status: &str, headers: &str, body: &str) -> std::io::Result<()> {
    let length = body.len();
    write!(
        stream,
        "HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {length}\r\n{headers}\r\n{body}"
    )
}

/// Sends `request` to the real hub and returns its whole reply.
fn pass_on(request: &[u8], shared: &Shared) -> std::io::Result<Vec<u8>> {
    let mut hub = TcpStream::connect(shared.behind)?;
    hub.write_all(request)?;
    let mut reply = read_message(&mut hub)?;
    // The kiosk must not keep a connection that this side closes.
    if let Some(end) = find(&reply, b"\r\n") {
        drop(reply.splice(end..end, *b"\r\nconnection: close"));
    }
    Ok(reply)
}

/// One HTTP/1.1 message with `Content-Length`.
fn read_message(stream: &mut TcpStream) -> std::io::Result<Vec<u8>> {
    let mut message = Vec::new();
    let mut chunk = [0; 4096];
    loop {
        if let Some(head) = find(&message, b"\r\n\r\n")
            && message.len() >= head + 4 + content_length(&message[..head])
        {
            return Ok(message);
        }
        match stream.read(&mut chunk)? {
            0 => return Err(std::io::ErrorKind::UnexpectedEof.into()),
            read => message.extend_from_slice(&chunk[..read]),
        }
    }
}

fn content_length(head: &[u8]) -> usize {
    let head = String::from_utf8_lossy(head).to_lowercase();
    let value = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length:"));
    value
        .and_then(|value| value.trim().parse().ok())
        .unwrap_or(0)
}

fn find(bytes: &[u8], needle: &[u8]) -> Option<usize> {
    bytes
        .windows(needle.len())
        .position(|window| window == needle)
}
