//! The agent's question socket: `cheval why`, `cheval status`. One JSON line in, one JSON line out, one at a time.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread::Builder;
use std::time::Duration;

use cheval_domain::decision::Decision;
use cheval_report::{Beat, LinkError, SpoolStatus};
use serde::{Deserialize, Serialize};

/// Longest question, bytes.
const MAX_REQUEST_BYTES: u64 = 4 * 1024;
/// Longest answer a client reads, bytes: 50 decisions of the longest line the screen may send.
const MAX_REPLY_BYTES: u64 = 4 * 1024 * 1024;
/// For a question to arrive, and for the agent to answer.
const PATIENCE: Duration = Duration::from_secs(2);

/// A question to a running agent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum ControlRequest {
    /// The last decisions, newest last.
    Why {
        /// How many at most.
        last: usize,
    },
    /// How everything is.
    Status,
}

/// The answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ControlReply {
    /// Decisions, newest last.
    Why {
        /// Which.
        decisions: Vec<Decision>,
    },
    /// How everything is.
    Status(Box<AgentStatus>),
    /// The question was not understood or could not be answered.
    Refused {
        /// Why.
        reason: String,
    },
}

/// How everything is.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct AgentStatus {
    /// Process id of the agent.
    pub pid: u32,
    /// Age of the agent in seconds.
    pub uptime_secs: u64,
    /// The screen.
    pub screen: ScreenStatus,
    /// The spool.
    pub spool: SpoolStatus,
    /// Records that wait in memory because the spool could not take them.
    pub unstored: u64,
    /// The way to the hub; `None` when no hub is configured.
    pub hub: Option<HubStatus>,
}

/// The screen as its agent sees it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ScreenStatus {
    /// Process id, if one is running.
    pub pid: Option<i32>,
    /// Its age in milliseconds.
    pub running_ms: u64,
    /// Times it was started again.
    pub restarts: u32,
    /// How the one before ended.
    pub last_end: Option<String>,
    /// Age of the last beat in milliseconds.
    pub beat_age_ms: Option<u64>,
    /// The last beat.
    pub beat: Option<Beat>,
}

/// The way to the hub.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct HubStatus {
    /// Address.
    pub url: String,
    /// Records the hub has stored since the agent started.
    pub delivered: u64,
    /// Records it had stored before.
    pub duplicates: u64,
    /// Records it refused for good.
    pub rejected: u64,
    /// When it last took a batch, RFC 3339.
    pub last_success: Option<String>,
    /// What went wrong last; `None` after a success.
    pub trouble: Option<String>,
}

/// Why a question got no answer.
#[derive(Debug, thiserror::Error)]
pub enum AskError {
    /// Nobody listens.
    #[error("no agent answers at {path} ({source}): is `cheval run` running?", path = path.display())]
    NoAgent {
        /// The socket.
        path: PathBuf,
        /// The kernel's words.
        #[source]
        source: io::Error,
    },
    /// No complete answer in time.
    #[error("the agent did not answer: {0}")]
    NoAnswer(#[source] io::Error),
    /// Not an answer of this version.
    #[error("the answer of the agent is not understood ({0}): do the versions differ?")]
    Garbage(#[source] serde_json::Error),
    /// The agent says no.
    #[error("the agent refuses: {0}")]
    Refused(String),
}

/// Asks the agent behind the socket at `path`.
///
/// # Errors
/// [`AskError`] says whether there is no agent, or what it said.
pub fn ask(path: &Path, request: &ControlRequest) -> Result<ControlReply, AskError> {
    let stream = UnixStream::connect(path).map_err(|source| AskError::NoAgent {
        path: path.to_owned(),
        source,
    })?;
    let mut line = String::new();
    let mut talk = || -> io::Result<()> {
        stream.set_read_timeout(Some(PATIENCE * 3))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        writeln!(&stream, "{}", serde_json::json!(request))?;
        BufReader::new((&stream).take(MAX_REPLY_BYTES))
            .read_line(&mut line)
            .map(drop)
    };
    talk().map_err(AskError::NoAnswer)?;
    match serde_json::from_str(&line).map_err(AskError::Garbage)? {
        ControlReply::Refused { reason } => Err(AskError::Refused(reason)),
        reply => Ok(reply),
    }
}

/// A question on its way to the agent's loop, with the place for its answer.
#[derive(Debug)]
pub(crate) struct Question {
    pub(crate) request: ControlRequest,
    pub(crate) answer: SyncSender<ControlReply>,
}

/// The socket for questions. Dropping it removes the socket file.
#[derive(Debug)]
pub(crate) struct ControlSocket {
    path: PathBuf,
    ended: Arc<AtomicBool>,
}

impl ControlSocket {
    /// Serves questions on `path`.
    pub(crate) fn bind<E>(path: &Path, events: SyncSender<E>) -> Result<Self, LinkError>
    where
        E: From<Question> + Send + 'static,
    {
        let listener = cheval_report::bind_private(path)?;
        let socket = Self {
            path: path.to_owned(),
            ended: Arc::default(),
        };
        let ended = Arc::clone(&socket.ended);
        Builder::new()
            .name("control-socket".into())
            .spawn(move || accept(&listener, &ended, &events))
            .map_err(|source| LinkError::File {
                doing: "start the thread for",
                path: path.to_owned(),
                source,
            })?;
        Ok(socket)
    }
}

impl Drop for ControlSocket {
    fn drop(&mut self) {
        self.ended.store(true, Ordering::SeqCst);
        // Wakes the thread, which then ends.
        drop(UnixStream::connect(&self.path));
        if let Err(error) = std::fs::remove_file(&self.path) {
            tracing::warn!(path = %self.path.display(), %error, "the socket file stays behind");
        }
    }
}

fn accept<E: From<Question>>(listener: &UnixListener, ended: &AtomicBool, events: &SyncSender<E>) {
    for stream in listener.incoming() {
        if ended.load(Ordering::SeqCst) {
            return;
        }
        if let Err(error) = stream.and_then(|stream| answer_one(&stream, events)) {
            tracing::debug!(%error, "a question was not answered");
            // Out of file descriptors, or a peer in a hurry: no reason to spin.
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

fn answer_one<E: From<Question>>(stream: &UnixStream, events: &SyncSender<E>) -> io::Result<()> {
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let mut line = Vec::new();
    BufReader::new(stream.take(MAX_REQUEST_BYTES)).read_until(b'\n', &mut line)?;
    let reply = match serde_json::from_slice(&line) {
        Ok(request) => forward(request, events),
        Err(error) => ControlReply::Refused {
            reason: format!("not a question this agent knows: {error}"),
        },
    };
    let mut text = serde_json::to_vec(&reply)?;
    text.push(b'\n');
    (&mut &*stream).write_all(&text)
}

fn forward<E: From<Question>>(request: ControlRequest, events: &SyncSender<E>) -> ControlReply {
    let (answer, reply) = sync_channel(1);
    let busy = || ControlReply::Refused {
        reason: "the agent is too busy or ending".to_owned(),
    };
    if events
        .try_send(Question { request, answer }.into())
        .is_err()
    {
        return busy();
    }
    reply.recv_timeout(PATIENCE).unwrap_or_else(|_| busy())
}
