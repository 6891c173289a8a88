//! The screen's end: queues without ever blocking, reconnects with back-off, keeps records until the agent has them.
//! One thread writes, one reads; neither touches the world of the screen.

use std::io::BufReader;
use std::net::Shutdown;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::{Builder, JoinHandle};
use std::time::{Duration, Instant};

use jiff::Timestamp;

use super::backlog::Backlog;
use super::wire::{self, LineError};
use super::{AgentMessage, PROTOCOL, ScreenMessage};
use crate::stamped::StampedRecord;

/// A peer that takes nothing for this long is given up and reached anew.
const WRITE_TIMEOUT: Duration = Duration::from_secs(5);

/// Bounds of the link.
#[derive(Debug, Clone, Copy)]
pub struct LinkOptions {
    /// Messages between the caller and the link's thread.
    pub queue: usize,
    /// Records kept until the agent has accepted them.
    pub unacknowledged: usize,
    /// First and longest wait before the next attempt to connect.
    pub retry: (Duration, Duration),
}

impl Default for LinkOptions {
    fn default() -> Self {
        Self {
            queue: 1024,
            unacknowledged: 10_000,
            retry: (Duration::from_millis(100), Duration::from_secs(5)),
        }
    }
}

/// How the link is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LinkStatus {
    /// An agent is there.
    pub connected: bool,
    /// Time since the agent was last there, in milliseconds; 0 while it is.
    pub agent_away_ms: u64,
    /// Records the agent has not accepted yet.
    pub unacknowledged: u64,
    /// Records accepted by the agent since the start.
    pub accepted: u64,
    /// Records the agent refused for good.
    pub refused: u64,
    /// Records lost because a queue was full; they are reported as a fault.
    pub dropped: u64,
    /// The agent asks the screen to end.
    pub stop_requested: bool,
}

/// The screen's link to its agent. Dropping it ends the threads without waiting for records.
#[derive(Debug)]
pub struct ScreenLink {
    events: SyncSender<Event>,
    shared: Arc<Shared>,
    writer: Option<JoinHandle<()>>,
}

#[derive(Debug)]
struct Shared {
    started: Instant,
    connected: AtomicBool,
    away_since_ms: AtomicU64,
    unacknowledged: AtomicU64,
    accepted: AtomicU64,
    refused: AtomicU64,
    dropped: AtomicU64,
    /// Records that did not fit into the channel; the thread takes the number over.
    lost_at_door: AtomicU64,
    stop_requested: AtomicBool,
    ended: AtomicBool,
    /// Records on their way into the thread.
    at_door: AtomicU64,
    /// Guards the wait for `settled`, nothing else.
    gate: Mutex<()>,
    settled: Condvar,
}

enum Event {
    Send(ScreenMessage),
    Agent {
        connection: u64,
        message: AgentMessage,
    },
    Closed {
        connection: u64,
        reason: Option<LineError>,
    },
    End,
}

impl ScreenLink {
    /// Starts the link to the agent's socket at `path`. There need not be an agent yet.
    ///
    /// # Errors
    /// When the thread cannot be started.
    pub fn start(path: &Path) -> std::io::Result<Self> {
        Self::start_with(path, LinkOptions::default())
    }

    /// [`Self::start`] with other bounds.
    ///
    /// # Errors
    /// When the thread cannot be started.
    pub fn start_with(path: &Path, options: LinkOptions) -> std::io::Result<Self> {
        let (events, inbox) = sync_channel(options.queue.max(1));
        let shared = Arc::new(Shared::new());
        let writer = Writer {
            path: path.to_owned(),
            options,
            inbox,
            events: events.clone(),
            shared: Arc::clone(&shared),
            backlog: Backlog::new(options.unacknowledged),
            connection: None,
            connections: 0,
        };
        let writer = Builder::new()
            .name("agent-link".into())
            .spawn(move || writer.run())?;
        Ok(Self {
            events,
            shared,
            writer: Some(writer),
        })
    }

    /// Queues a message; never blocks. `false` means it did not fit. A lost record is counted and reported as a fault;
    /// beats and decisions are simply gone, also while there is no agent.
    pub fn send(&self, message: ScreenMessage) -> bool {
        let is_record = matches!(message, ScreenMessage::Record(_));
        if is_record {
            self.shared.at_door.fetch_add(1, Ordering::SeqCst);
        }
        let queued = self.events.try_send(Event::Send(message)).is_ok();
        if is_record && !queued {
            self.shared.lost_at_door.fetch_add(1, Ordering::Relaxed);
            self.shared.at_door.fetch_sub(1, Ordering::SeqCst);
        }
        queued
    }

    /// How the link is doing; never blocks.
    #[must_use]
    pub fn status(&self) -> LinkStatus {
        self.shared.status()
    }

    /// The agent asks the screen to end.
    #[must_use]
    pub fn stop_requested(&self) -> bool {
        self.shared.stop_requested.load(Ordering::Relaxed)
    }

    /// Waits until the agent has taken all records, at most `timeout`. Blocks: for the end of the process only.
    #[must_use]
    pub fn flush(&self, timeout: Duration) -> bool {
        let gate = self
            .shared
            .gate
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let waited = self
            .shared
            .settled
            .wait_timeout_while(gate, timeout, |()| self.shared.outstanding());
        drop(waited);
        !self.shared.outstanding()
    }
}

impl Drop for ScreenLink {
    fn drop(&mut self) {
        self.shared.ended.store(true, Ordering::Relaxed);
        // Only to wake the thread; a full queue does that too.
        drop(self.events.try_send(Event::End));
        if let Some(writer) = self.writer.take()
            && writer.join().is_err()
        {
            tracing::error!("the link to the agent ended with a panic");
        }
    }
}

impl Shared {
    fn new() -> Self {
        Self {
            started: Instant::now(),
            connected: AtomicBool::new(false),
            away_since_ms: AtomicU64::new(0),
            unacknowledged: AtomicU64::new(0),
            accepted: AtomicU64::new(0),
            refused: AtomicU64::new(0),
            dropped: AtomicU64::new(0),
            lost_at_door: AtomicU64::new(0),
            stop_requested: AtomicBool::new(false),
            ended: AtomicBool::new(false),
            at_door: AtomicU64::new(0),
            gate: Mutex::new(()),
            settled: Condvar::new(),
        }
    }

    fn now_ms(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    fn outstanding(&self) -> bool {
        self.at_door.load(Ordering::SeqCst) > 0 || self.unacknowledged.load(Ordering::SeqCst) > 0
    }

    /// Tells the world how full the backlog is, and whoever waits in [`ScreenLink::flush`] when it is empty.
    fn publish(&self, backlog: &Backlog) {
        self.unacknowledged
            .store(backlog.len() as u64, Ordering::SeqCst);
        self.dropped.store(backlog.dropped(), Ordering::Relaxed);
        if !self.outstanding() {
            let _gate = self.gate.lock().unwrap_or_else(PoisonError::into_inner);
            self.settled.notify_all();
        }
    }

    fn status(&self) -> LinkStatus {
        let connected = self.connected.load(Ordering::Relaxed);
        let away_since = self.away_since_ms.load(Ordering::Relaxed);
        LinkStatus {
            connected,
            agent_away_ms: if connected {
                0
            } else {
                self.now_ms().saturating_sub(away_since)
            },
            unacknowledged: self.unacknowledged.load(Ordering::Relaxed),
            accepted: self.accepted.load(Ordering::Relaxed),
            refused: self.refused.load(Ordering::Relaxed),
            dropped: self.dropped.load(Ordering::Relaxed)
                + self.lost_at_door.load(Ordering::Relaxed),
            stop_requested: self.stop_requested.load(Ordering::Relaxed),
        }
    }
}

struct Writer {
    path: PathBuf,
    options: LinkOptions,
    inbox: Receiver<Event>,
    events: SyncSender<Event>,
    shared: Arc<Shared>,
    backlog: Backlog,
    connection: Option<UnixStream>,
    connections: u64,
}

impl Writer {
    fn run(mut self) {
        let (first, longest) = self.options.retry;
        let mut wait = first;
        let mut next_attempt = Instant::now();
        while !self.shared.ended.load(Ordering::Relaxed) {
            if self.connection.is_none() && Instant::now() >= next_attempt {
                if let Err(error) = self.connect() {
                    tracing::debug!(path = %self.path.display(), %error, "no agent");
                }
                next_attempt = Instant::now() + wait;
                wait = (wait * 2).min(longest);
            }
            self.send_backlog();
            match self.next_event(next_attempt) {
                Ok(Event::End) | Err(RecvTimeoutError::Disconnected) => break,
                Ok(event) => {
                    if self.handle(event) {
                        wait = first;
                    }
                }
                Err(RecvTimeoutError::Timeout) => {}
            }
            self.shared.publish(&self.backlog);
        }
        self.disconnect();
    }

    /// Sleeps until something happens or the next attempt to connect is due.
    fn next_event(&self, next_attempt: Instant) -> Result<Event, RecvTimeoutError> {
        if self.connection.is_some() {
            return self.inbox.recv().map_err(RecvTimeoutError::from);
        }
        self.inbox
            .recv_timeout(next_attempt.saturating_duration_since(Instant::now()))
    }

    /// Returns whether the agent has shown that it is well.
    fn handle(&mut self, event: Event) -> bool {
        match event {
            Event::Send(ScreenMessage::Record(record)) => self.take(record),
            Event::Send(message) => self.write(&message),
            Event::Agent {
                connection,
                message,
            } if connection == self.connections => {
                return self.obey(message);
            }
            Event::Closed { connection, reason } if connection == self.connections => {
                if let Some(reason) = reason {
                    tracing::warn!(%reason, "the connection to the agent broke");
                }
                self.disconnect();
            }
            Event::Agent { .. } | Event::Closed { .. } | Event::End => {}
        }
        false
    }

    fn take(&mut self, record: StampedRecord) {
        self.backlog.push(record);
        self.backlog
            .count_lost(self.shared.lost_at_door.swap(0, Ordering::Relaxed));
        self.backlog.record_losses(Timestamp::now());
        self.shared.publish(&self.backlog);
        self.shared.at_door.fetch_sub(1, Ordering::SeqCst);
    }

    /// Returns whether the agent takes what it gets.
    fn obey(&mut self, message: AgentMessage) -> bool {
        let well = match message {
            AgentMessage::Accepted { ids } => {
                let settled = self.backlog.settle(&ids);
                self.shared.accepted.fetch_add(settled, Ordering::Relaxed);
                true
            }
            AgentMessage::Refused { ids, reason } => {
                let settled = self.backlog.settle(&ids);
                self.shared.refused.fetch_add(settled, Ordering::Relaxed);
                tracing::warn!(records = ids.len(), reason, "refused by the agent");
                !ids.is_empty()
            }
            AgentMessage::Stop => {
                self.shared.stop_requested.store(true, Ordering::Relaxed);
                true
            }
        };
        self.backlog.record_losses(Timestamp::now());
        well
    }

    fn send_backlog(&mut self) {
        while let Some(stream) = &mut self.connection
            && let Some(record) = self.backlog.next_unsent()
        {
            let id = record.id;
            match wire::write_message(stream, &ScreenMessage::Record(record.clone())) {
                Ok(()) => {}
                Err(error @ LineError::TooLong) => {
                    tracing::error!(%id, %error, "a record is dropped");
                    let lost = self.backlog.settle(&[id]);
                    self.backlog.count_lost(lost);
                }
                Err(error) => self.give_up(&error),
            }
        }
    }

    fn give_up(&mut self, error: &LineError) {
        tracing::warn!(%error, "the agent takes nothing, connecting anew");
        self.disconnect();
    }

    fn write(&mut self, message: &ScreenMessage) {
        let Some(stream) = &mut self.connection else {
            return;
        };
        if let Err(error) = wire::write_message(stream, message) {
            self.give_up(&error);
        }
    }

    fn connect(&mut self) -> std::io::Result<()> {
        let stream = UnixStream::connect(&self.path)?;
        stream.set_write_timeout(Some(WRITE_TIMEOUT))?;
        self.connections += 1;
        let (connection, events, reading) =
            (self.connections, self.events.clone(), stream.try_clone()?);
        Builder::new()
            .name("agent-link-in".into())
            .spawn(move || read(connection, &reading, &events))?;
        self.connection = Some(stream);
        self.backlog.resend_all();
        self.write(&ScreenMessage::Hello {
            pid: std::process::id(),
            version: PROTOCOL,
        });
        self.shared
            .connected
            .store(self.connection.is_some(), Ordering::Relaxed);
        Ok(())
    }

    fn disconnect(&mut self) {
        let Some(stream) = self.connection.take() else {
            return;
        };
        // The reader of this connection ends by it; a socket that is already gone is fine.
        if let Err(error) = stream.shutdown(Shutdown::Both) {
            tracing::debug!(%error, "the socket was already closed");
        }
        self.shared
            .away_since_ms
            .store(self.shared.now_ms(), Ordering::Relaxed);
        self.shared.connected.store(false, Ordering::Relaxed);
    }
}

/// Reads until the connection ends. Blocks on a full queue, which in turn makes the agent wait.
fn read(connection: u64, stream: &UnixStream, events: &SyncSender<Event>) {
    let mut reader = BufReader::new(stream);
    let reason = loop {
        match wire::read_message(&mut reader) {
            Ok(Some(message)) => {
                if events
                    .send(Event::Agent {
                        connection,
                        message,
                    })
                    .is_err()
                {
                    return;
                }
            }
            Ok(None) => break None,
            Err(error) => break Some(error),
        }
    };
    // Nobody listens any more when the link has ended.
    drop(events.send(Event::Closed { connection, reason }));
}
