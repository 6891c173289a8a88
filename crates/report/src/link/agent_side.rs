//! The agent's end: one private socket, a few connections at most, every line hostile until parsed. Delivers events to
//! the agent's own bounded queue and answers per connection. Must not know what is done with a record.

use std::collections::HashMap;
use std::fs::{self, DirBuilder, Permissions};
use std::io::{self, BufReader};
use std::net::Shutdown;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::SyncSender;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, Builder};
use std::time::Duration;

use cheval_domain::decision::Decision;

use super::wire::{self, LineError};
use super::{AgentMessage, Beat, PROTOCOL, ScreenMessage};
use crate::stamped::StampedRecord;

/// Connections served at the same time: one screen, one that is on its way out, and two for looking around.
const MAX_CONNECTIONS: usize = 4;

/// A connection must say hello within this time.
const HELLO_TIMEOUT: Duration = Duration::from_secs(5);

/// A screen that takes no answer for this long is disconnected.
const WRITE_TIMEOUT: Duration = Duration::from_secs(5);

/// Rest after a failed accept, e.g. when there are no file descriptors left.
const ACCEPT_PAUSE: Duration = Duration::from_millis(200);

/// One connection since the socket was bound; never reused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ConnectionId(u64);

/// What happened on the socket.
#[derive(Debug)]
pub enum LinkEvent {
    /// A screen said hello in our protocol.
    Connected {
        /// Where.
        connection: ConnectionId,
        /// What it says its process id is.
        pid: u32,
    },
    /// A record to keep, then to answer with [`AgentSocket::reply`].
    Record {
        /// Where.
        connection: ConnectionId,
        /// What.
        record: StampedRecord,
    },
    /// A sign of life.
    Beat {
        /// Where.
        connection: ConnectionId,
        /// How it is.
        beat: Beat,
    },
    /// A decision.
    Decision {
        /// Where.
        connection: ConnectionId,
        /// Which.
        decision: Decision,
    },
    /// The connection is over.
    Disconnected {
        /// Where.
        connection: ConnectionId,
        /// Why, unless it just ended.
        reason: Option<String>,
    },
}

/// Why the socket could not be set up.
#[derive(Debug, thiserror::Error)]
pub enum LinkError {
    /// Somebody answers there.
    #[error("{path} is served by another process: only one agent may run per runtime folder", path = path.display())]
    InUse {
        /// The socket.
        path: PathBuf,
    },
    /// Others may write into the folder.
    #[error("the runtime folder {dir} may be written by others (mode {mode:o}): use a folder of its own with mode 700", dir = dir.display())]
    OpenFolder {
        /// The folder.
        dir: PathBuf,
        /// Its mode.
        mode: u32,
    },
    /// A file operation failed.
    #[error("cannot {doing} {path}: {source}", path = path.display())]
    File {
        /// Verb.
        doing: &'static str,
        /// Where.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
}

/// The agent's socket. Dropping it removes the socket file and ends all connections.
#[derive(Debug)]
pub struct AgentSocket {
    path: PathBuf,
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    ended: AtomicBool,
    connections: Mutex<Connections>,
}

#[derive(Debug, Default)]
struct Connections {
    opened: u64,
    open: HashMap<ConnectionId, UnixStream>,
}

impl AgentSocket {
    /// Binds `path` with mode 600, in a folder that is created with mode 700 if missing; a socket left over by a dead
    /// process is replaced. Events go to `events`; when that is full, the screens wait.
    ///
    /// # Errors
    /// [`LinkError`] says what is in the way.
    pub fn bind<E>(path: &Path, events: SyncSender<E>) -> Result<Self, LinkError>
    where
        E: From<LinkEvent> + Send + 'static,
    {
        let listener = bind_private(path)?;
        let shared = Arc::new(Shared::default());
        let accepting = Arc::clone(&shared);
        Builder::new()
            .name("screen-socket".into())
            .spawn(move || accept(&listener, &accepting, &events))
            .map_err(failed("start the thread for", path))?;
        Ok(Self {
            path: path.to_owned(),
            shared,
        })
    }

    /// Answers on one connection; a connection that is gone, or takes nothing, is closed: the screen sends again.
    pub fn reply(&self, connection: ConnectionId, message: &AgentMessage) {
        let stream = self
            .shared
            .lock()
            .open
            .get(&connection)
            .and_then(|s| s.try_clone().ok());
        if let Some(stream) = stream {
            answer(&stream, message);
        }
    }

    /// Ends all connections; the screens come back by themselves.
    pub fn disconnect_all(&self) {
        self.shared.lock().open.values().for_each(close);
    }

    /// Says the same on all connections.
    pub fn broadcast(&self, message: &AgentMessage) {
        let streams: Vec<_> = self
            .shared
            .lock()
            .open
            .values()
            .filter_map(|s| s.try_clone().ok())
            .collect();
        streams.iter().for_each(|stream| answer(stream, message));
    }
}

impl Drop for AgentSocket {
    fn drop(&mut self) {
        self.shared.ended.store(true, Ordering::SeqCst);
        // Wakes the accepting thread, which then ends.
        drop(UnixStream::connect(&self.path));
        self.shared
            .lock()
            .open
            .drain()
            .for_each(|(_, stream)| close(&stream));
        if let Err(error) = fs::remove_file(&self.path) {
            tracing::warn!(path = %self.path.display(), %error, "the socket file stays behind");
        }
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Connections> {
        self.connections
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Enters a connection, if there is room for it.
    fn open(&self, stream: &UnixStream) -> io::Result<Option<ConnectionId>> {
        stream.set_write_timeout(Some(WRITE_TIMEOUT))?;
        stream.set_read_timeout(Some(HELLO_TIMEOUT))?;
        let mut connections = self.lock();
        if connections.open.len() >= MAX_CONNECTIONS {
            return Ok(None);
        }
        connections.opened += 1;
        let id = ConnectionId(connections.opened);
        connections.open.insert(id, stream.try_clone()?);
        Ok(Some(id))
    }
}

/// Binds `path` for the owner only. Bound under another name and renamed, so it is never open to others nor missing.
///
/// # Errors
/// [`LinkError`] says what is in the way.
pub fn bind_private(path: &Path) -> Result<UnixListener, LinkError> {
    let dir = path.parent().unwrap_or(Path::new("."));
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(dir)
        .map_err(failed("create the folder", dir))?;
    let mode = fs::metadata(dir)
        .map_err(failed("look at", dir))?
        .permissions()
        .mode()
        & 0o7777;
    if mode & 0o022 != 0 {
        return Err(LinkError::OpenFolder {
            dir: dir.to_owned(),
            mode,
        });
    }
    if UnixStream::connect(path).is_ok() {
        return Err(LinkError::InUse {
            path: path.to_owned(),
        });
    }
    let new = path.with_extension("new");
    match fs::remove_file(&new) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            return Err(failed("remove", &new)(error));
        }
        Ok(()) | Err(_) => {}
    }
    let listener = UnixListener::bind(&new).map_err(failed("listen on", &new))?;
    fs::set_permissions(&new, Permissions::from_mode(0o600)).map_err(failed("protect", &new))?;
    fs::rename(&new, path).map_err(failed("put in place", path))?;
    Ok(listener)
}

fn failed(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> LinkError {
    let path = path.to_owned();
    move |source| LinkError::File {
        doing,
        path,
        source,
    }
}

fn accept<E: From<LinkEvent> + Send + 'static>(
    listener: &UnixListener,
    shared: &Arc<Shared>,
    events: &SyncSender<E>,
) {
    for stream in listener.incoming() {
        if shared.ended.load(Ordering::SeqCst) {
            return;
        }
        if let Err(error) = stream.and_then(|stream| serve(stream, shared, events)) {
            tracing::warn!(%error, "a screen could not be served");
            thread::sleep(ACCEPT_PAUSE);
        }
    }
}

fn serve<E>(stream: UnixStream, shared: &Arc<Shared>, events: &SyncSender<E>) -> io::Result<()>
where
    E: From<LinkEvent> + Send + 'static,
{
    let Some(connection) = shared.open(&stream)? else {
        refuse(&stream, "too many connections");
        return Ok(());
    };
    let (reading, sender) = (Arc::clone(shared), events.clone());
    let reader = Builder::new().name("screen-reader".into()).spawn(move || {
        let reason = read(connection, &stream, &sender);
        if let Some(reason) = &reason {
            refuse(&stream, reason);
        }
        close(&stream);
        reading.lock().open.remove(&connection);
        // The agent may already have ended.
        drop(sender.send(LinkEvent::Disconnected { connection, reason }.into()));
    });
    if reader.is_err() {
        shared.lock().open.remove(&connection);
    }
    reader.map(drop)
}

/// Reads one connection to its end; returns what was wrong with it.
fn read<E: From<LinkEvent>>(
    connection: ConnectionId,
    stream: &UnixStream,
    events: &SyncSender<E>,
) -> Option<String> {
    let mut reader = BufReader::new(stream);
    let pid = match wire::read_message(&mut reader) {
        Ok(Some(ScreenMessage::Hello {
            pid,
            version: PROTOCOL,
        })) => pid,
        Ok(Some(ScreenMessage::Hello { version, .. })) => {
            return Some(format!(
                "protocol {version} was offered, this agent speaks {PROTOCOL}: update the older one"
            ));
        }
        Ok(Some(_)) => return Some("the first line must be a hello".to_owned()),
        Ok(None) => return None,
        Err(error) => return Some(error.to_string()),
    };
    if let Err(error) = stream.set_read_timeout(None) {
        return Some(error.to_string());
    }
    let mut event = LinkEvent::Connected { connection, pid };
    loop {
        if events.send(event.into()).is_err() {
            return None;
        }
        event = match wire::read_message(&mut reader) {
            Ok(Some(ScreenMessage::Record(record))) => LinkEvent::Record { connection, record },
            Ok(Some(ScreenMessage::Beat(beat))) => LinkEvent::Beat { connection, beat },
            Ok(Some(ScreenMessage::Decision(decision))) => LinkEvent::Decision {
                connection,
                decision,
            },
            Ok(Some(ScreenMessage::Hello { .. })) => {
                return Some("a second hello on the same connection".to_owned());
            }
            Ok(None) | Err(LineError::HalfLine) => return None,
            Err(error) => return Some(error.to_string()),
        };
    }
}

fn refuse(stream: &UnixStream, reason: &str) {
    answer(
        stream,
        &AgentMessage::Refused {
            ids: Vec::new(),
            reason: reason.to_owned(),
        },
    );
}

fn answer(stream: &UnixStream, message: &AgentMessage) {
    if let Err(error) = wire::write_message(&mut &*stream, message) {
        tracing::debug!(%error, "the screen does not listen");
        close(stream);
    }
}

fn close(stream: &UnixStream) {
    if let Err(error) = stream.shutdown(Shutdown::Both) {
        tracing::debug!(%error, "the connection was already closed");
    }
}
