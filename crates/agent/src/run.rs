//! The agent's one loop: everything that happens comes through one bounded queue and is handled here, in order.

use std::collections::VecDeque;
use std::process::ExitStatus;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::Builder;
use std::time::{Duration, Instant};

use cheval_domain::decision::Decision;
use cheval_report::{
    AgentMessage, AgentSocket, Beat, ConnectionId, LinkEvent, Spool, SpoolOptions, StampedRecord,
};
use rustix::process::Signal;

use crate::child;
use crate::control::{
    AgentStatus, ControlReply, ControlRequest, ControlSocket, Question, ScreenStatus,
};
use crate::drain::Drain;
use crate::supervisor::{Order, Supervisor};
use crate::{AgentError, AgentOptions, CONTROL_SOCKET, ExitReason, SCREEN_SOCKET, StopSignal};

/// Events that may wait; the screens wait when it is full.
const QUEUE: usize = 1024;
/// Records stored in one transaction.
const GROUP: usize = 128;
/// Decisions kept for `cheval why`.
const DECISIONS: usize = 50;
/// Records held in memory while the spool cannot take them: as many as a screen keeps.
const UNSTORED: usize = 10_000;
/// From one attempt to store them to the next.
const STORE_AGAIN: Duration = Duration::from_secs(2);

enum Event {
    Link(LinkEvent),
    Question(Question),
    ScreenEnded {
        start: u32,
        status: std::io::Result<ExitStatus>,
    },
    Stop,
}

impl From<LinkEvent> for Event {
    fn from(event: LinkEvent) -> Self {
        Self::Link(event)
    }
}

impl From<Question> for Event {
    fn from(question: Question) -> Self {
        Self::Question(question)
    }
}

/// Runs the kiosk until `stop` is asked for. Must be called on a thread that lives as long as the process, best the
/// main thread: the screen is tied to it.
///
/// # Errors
/// Only at start; later trouble is met, logged and shown in the status.
pub fn run(options: &AgentOptions, stop: &StopSignal) -> Result<ExitReason, AgentError> {
    let (events, inbox) = sync_channel(QUEUE);
    let mut agent = Agent::start(options, events.clone())?;
    // A full queue wakes the loop anyway, and the loop looks at the signal itself.
    let waker = events;
    stop.on_stop(move || drop(waker.try_send(Event::Stop)));
    let reason = agent.work(&inbox, stop)?;
    agent.finish(&inbox);
    Ok(reason)
}

struct Agent<'a> {
    options: &'a AgentOptions,
    started: Instant,
    events: SyncSender<Event>,
    socket: AgentSocket,
    _control: ControlSocket,
    spool: Arc<Mutex<Spool>>,
    drain: Option<Drain>,
    supervisor: Supervisor,
    screens: Vec<ConnectionId>,
    beat: Option<(Instant, Beat)>,
    decisions: VecDeque<Decision>,
    unstored: VecDeque<(ConnectionId, StampedRecord)>,
    store_at: Option<Instant>,
    ended_with: Option<i32>,
}

impl<'a> Agent<'a> {
    fn start(options: &'a AgentOptions, events: SyncSender<Event>) -> Result<Self, AgentError> {
        if options.screen_command.is_empty() {
            return Err(AgentError::NoCommand);
        }
        let spool_options = SpoolOptions {
            cap_bytes: options.spool_cap_bytes,
            ..SpoolOptions::default()
        };
        let spool = Arc::new(Mutex::new(Spool::open(&options.spool_dir, spool_options)?));
        let drain = options
            .hub
            .as_ref()
            .map(|hub| Drain::start(Arc::clone(&spool), hub))
            .transpose()?;
        let socket = AgentSocket::bind(&options.runtime_dir.join(SCREEN_SOCKET), events.clone())?;
        let control =
            ControlSocket::bind(&options.runtime_dir.join(CONTROL_SOCKET), events.clone())?;
        let started = Instant::now();
        let mut agent = Self {
            options,
            started,
            events,
            socket,
            _control: control,
            spool,
            drain,
            supervisor: Supervisor::new(options.timing, started),
            screens: Vec::new(),
            beat: None,
            decisions: VecDeque::new(),
            unstored: VecDeque::new(),
            store_at: None,
            ended_with: None,
        };
        agent.start_screen_first()?;
        Ok(agent)
    }

    /// The loop. Ends when the screen has ended for good.
    fn work(
        &mut self,
        inbox: &Receiver<Event>,
        stop: &StopSignal,
    ) -> Result<ExitReason, AgentError> {
        loop {
            if stop.is_stopped() {
                self.stop();
            }
            if let Some(code) = self.ended_with {
                return Ok(ExitReason::ScreenEnded(code));
            }
            if self.supervisor.is_over() {
                return Ok(ExitReason::Stopped);
            }
            match self.next(inbox) {
                Ok(event) => self.handle_group(event, inbox),
                Err(RecvTimeoutError::Timeout) => {}
                // Cannot be: we hold a sender ourselves.
                Err(RecvTimeoutError::Disconnected) => return Ok(ExitReason::Stopped),
            }
            // A screen that has ended for good is not started once more.
            if self.ended_with.is_none() {
                self.on_time(Instant::now());
            }
        }
    }

    fn next(&self, inbox: &Receiver<Event>) -> Result<Event, RecvTimeoutError> {
        let deadline = [self.supervisor.deadline(), self.store_at]
            .into_iter()
            .flatten()
            .min();
        match deadline {
            Some(at) => inbox.recv_timeout(at.saturating_duration_since(Instant::now())),
            None => inbox.recv().map_err(RecvTimeoutError::from),
        }
    }

    /// Handles `first` and what else is waiting, then stores all records of the group in one transaction.
    fn handle_group(&mut self, first: Event, inbox: &Receiver<Event>) {
        let before = self.unstored.len();
        self.handle(first);
        for event in inbox.try_iter().take(GROUP - 1) {
            self.handle(event);
        }
        if self.unstored.len() > before && self.store_at.is_none() {
            self.store();
        }
    }

    fn handle(&mut self, event: Event) {
        let now = Instant::now();
        match event {
            Event::Link(event) => self.on_link(event, now),
            Event::Question(question) => {
                let reply = self.answer(&question.request, now);
                // The asker may have gone.
                drop(question.answer.try_send(reply));
            }
            Event::ScreenEnded { start, status } if start == self.supervisor.starts() => {
                match status {
                    Ok(status) => self.on_screen_ended(status, now),
                    Err(error) => tracing::error!(%error, "cannot wait for the screen"),
                }
            }
            Event::ScreenEnded { .. } | Event::Stop => {}
        }
    }

    fn on_link(&mut self, event: LinkEvent, now: Instant) {
        match event {
            LinkEvent::Connected { connection, pid } => {
                tracing::info!(pid, "a screen is connected");
                self.screens.push(connection);
            }
            LinkEvent::Record { connection, record } => self.take(connection, record),
            LinkEvent::Beat { beat, .. } => {
                self.supervisor.beat(now);
                self.beat = Some((now, beat));
            }
            LinkEvent::Decision { decision, .. } => {
                if self.decisions.len() >= DECISIONS {
                    self.decisions.pop_front();
                }
                self.decisions.push_back(decision);
            }
            LinkEvent::Disconnected { connection, reason } => {
                if let Some(reason) = reason {
                    tracing::warn!(reason, "a screen was disconnected");
                }
                self.screens.retain(|c| *c != connection);
            }
        }
    }

    fn on_screen_ended(&mut self, status: ExitStatus, now: Instant) {
        self.beat = None;
        let decision = self.supervisor.exited(status, now);
        if self.options.end_with_screen {
            self.ended_with = decision;
        }
    }

    /// Puts a record in line for the spool; one that can never be stored is refused at once.
    fn take(&mut self, connection: ConnectionId, record: StampedRecord) {
        if let Err(error) = record.checked_body() {
            let refused = AgentMessage::Refused {
                ids: vec![record.id],
                reason: error.to_string(),
            };
            self.socket.reply(connection, &refused);
            return;
        }
        if self.unstored.len() >= UNSTORED {
            // Nothing is lost: on a new connection the screen sends all of it again.
            tracing::warn!("the spool cannot keep up: the screens have to wait");
            self.unstored.clear();
            self.socket.disconnect_all();
            return;
        }
        self.unstored.push_back((connection, record));
    }

    /// Stores what is in line; says "accepted" only after the commit.
    fn store(&mut self) {
        self.store_at = None;
        while !self.unstored.is_empty() {
            let count = self.unstored.len().min(GROUP);
            let records: Vec<StampedRecord> = self
                .unstored
                .iter()
                .take(count)
                .map(|(_, r)| r.clone())
                .collect();
            if let Err(error) = lock(&self.spool).append(&records) {
                tracing::error!(%error, waiting = self.unstored.len(), "records cannot be stored now");
                self.store_at = Some(Instant::now() + STORE_AGAIN);
                return;
            }
            let stored: Vec<_> = self
                .unstored
                .drain(..count)
                .map(|(connection, r)| (connection, r.id))
                .collect();
            for group in stored.chunk_by(|a, b| a.0 == b.0) {
                if let Some((connection, _)) = group.first() {
                    let ids = group.iter().map(|(_, id)| *id).collect();
                    self.socket
                        .reply(*connection, &AgentMessage::Accepted { ids });
                }
            }
        }
        if let Some(drain) = &self.drain {
            drain.wake();
        }
    }

    fn on_time(&mut self, now: Instant) {
        if self.store_at.is_some_and(|at| now >= at) {
            self.store();
        }
        if let Some(order) = self.supervisor.tick(now) {
            self.obey(&order, now);
        }
    }

    fn stop(&mut self) {
        let now = Instant::now();
        if let Some(order) = self.supervisor.stop(!self.screens.is_empty(), now) {
            self.obey(&order, now);
        }
    }

    fn obey(&mut self, order: &Order, now: Instant) {
        match order {
            Order::Start => {
                if let Err(error) = self.start_screen() {
                    tracing::error!(%error, "the screen cannot be started");
                    self.supervisor.failed_to_start(error.to_string(), now);
                }
            }
            Order::AskToStop => self.socket.broadcast(&AgentMessage::Stop),
        }
    }

    /// The first start tells a wrong command from bad luck.
    fn start_screen_first(&mut self) -> Result<(), AgentError> {
        self.start_screen().map_err(|source| {
            let program = self
                .options
                .screen_command
                .first()
                .cloned()
                .unwrap_or_default();
            AgentError::Screen { program, source }
        })
    }

    fn start_screen(&mut self) -> std::io::Result<()> {
        let socket = self.options.runtime_dir.join(SCREEN_SOCKET);
        let (process, child) = child::start(
            &self.options.screen_command,
            &socket,
            self.supervisor.starts(),
        )?;
        let (events, start) = (self.events.clone(), self.supervisor.starts() + 1);
        let waiter = Builder::new().name("screen-waiter".into()).spawn(move || {
            // The agent may have ended before its screen.
            drop(events.send(Event::ScreenEnded {
                start,
                status: child::wait(child),
            }));
        });
        if let Err(error) = waiter {
            process.signal(Signal::KILL);
            return Err(error);
        }
        tracing::info!(pid = process.pid.as_raw_nonzero(), "the screen is started");
        self.supervisor.started(process, Instant::now());
        Ok(())
    }

    fn answer(&self, request: &ControlRequest, now: Instant) -> ControlReply {
        match request {
            ControlRequest::Why { last } => {
                let skip = self.decisions.len().saturating_sub(*last);
                ControlReply::Why {
                    decisions: self.decisions.iter().skip(skip).cloned().collect(),
                }
            }
            ControlRequest::Status => ControlReply::Status(Box::new(self.status(now))),
        }
    }

    fn status(&self, now: Instant) -> AgentStatus {
        let running = self.supervisor.running(now);
        AgentStatus {
            pid: std::process::id(),
            uptime_secs: self.started.elapsed().as_secs(),
            screen: ScreenStatus {
                pid: running.map(|(pid, _)| pid),
                running_ms: running.map_or(0, |(_, age)| millis(age)),
                restarts: self.supervisor.restarts(),
                last_end: self.supervisor.last_end().map(str::to_owned),
                beat_age_ms: self
                    .beat
                    .as_ref()
                    .map(|(at, _)| millis(now.saturating_duration_since(*at))),
                beat: self.beat.as_ref().map(|(_, beat)| beat.clone()),
            },
            spool: lock(&self.spool).status(),
            unstored: self.unstored.len() as u64,
            hub: self.drain.as_ref().map(Drain::status),
        }
    }

    /// Takes what the screen said last, then delivers once more.
    fn finish(mut self, inbox: &Receiver<Event>) {
        for event in inbox.try_iter().take(QUEUE) {
            self.handle(event);
        }
        self.store();
        if let Some(drain) = self.drain.take() {
            drain.finish(self.options.timing.last_delivery);
        }
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

fn lock(spool: &Mutex<Spool>) -> MutexGuard<'_, Spool> {
    spool.lock().unwrap_or_else(PoisonError::into_inner)
}
