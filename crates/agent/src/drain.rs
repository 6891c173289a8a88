//! Carries the spool to the hub on a thread of its own: collects for a moment, sends, deletes only what the hub has
//! committed. At least once on the wire, exactly once by `(device, epoch, sequence)` in the hub. Asleep when there is
//! nothing to do.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::Builder;
use std::time::{Duration, Instant};

use cheval_hub_api::client::{ClientError, HubClient};
use cheval_hub_api::{Envelope, IngestReply, limits};
use cheval_report::{Spool, SpoolError, SpooledRecord};
use jiff::Timestamp;

use crate::backoff::Backoff;
use crate::control::HubStatus;
use crate::{AgentError, HubOptions};

/// Bodies of one batch in bytes; the envelopes around them fit into what is left of the hub's limit.
const BATCH_BODY_BYTES: usize = limits::BATCH_BYTES - limits::BATCH_EVENTS * 512;

/// Records set aside one after the other without the hub taking any: then the hub is at fault, not the records.
const REFUSALS_IN_A_ROW: u32 = 10;

/// The running drain.
pub(crate) struct Drain {
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    flags: Mutex<Flags>,
    changed: Condvar,
    status: Mutex<HubStatus>,
}

#[derive(Default)]
struct Flags {
    fresh: bool,
    ending: bool,
    ended: bool,
}

impl Drain {
    /// Starts delivering what is in `spool`.
    ///
    /// # Errors
    /// A hub address that cannot be used, or no thread.
    pub(crate) fn start(
        spool: Arc<Mutex<Spool>>,
        options: &HubOptions,
    ) -> Result<Self, AgentError> {
        let client = HubClient::with_timeout(
            &options.url,
            options.identity.clone(),
            options.request_timeout,
        )?;
        let shared = Arc::new(Shared::default());
        lock(&shared.status).url.clone_from(&options.url);
        // What an earlier run left behind goes out first.
        lock(&shared.flags).fresh = true;
        let worker = Worker {
            spool,
            client,
            shared: Arc::clone(&shared),
            flush_interval: options.flush_interval,
            backoff: Backoff::new(options.retry),
            batch_events: limits::BATCH_EVENTS,
            refusals: 0,
        };
        Builder::new()
            .name("hub-drain".into())
            .spawn(move || worker.run())
            .map_err(AgentError::Thread)?;
        Ok(Self { shared })
    }

    /// There are new records.
    pub(crate) fn wake(&self) {
        lock(&self.shared.flags).fresh = true;
        self.shared.changed.notify_all();
    }

    pub(crate) fn status(&self) -> HubStatus {
        lock(&self.shared.status).clone()
    }

    /// Delivers once more what there is and ends; gives up after `timeout`, the rest stays in the spool.
    pub(crate) fn finish(self, timeout: Duration) {
        let mut flags = lock(&self.shared.flags);
        flags.ending = true;
        self.shared.changed.notify_all();
        let waited = self
            .shared
            .changed
            .wait_timeout_while(flags, timeout, |flags| !flags.ended);
        if !waited.unwrap_or_else(PoisonError::into_inner).0.ended {
            tracing::info!("the hub is slow: undelivered records stay in the spool");
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Shared {
    /// Sleeps until there is something to send; `false` when it is time to end.
    fn wait_for_records(&self) -> bool {
        let flags = lock(&self.flags);
        let waited = self
            .changed
            .wait_while(flags, |flags| !flags.fresh && !flags.ending);
        let mut flags = waited.unwrap_or_else(PoisonError::into_inner);
        flags.fresh = false;
        !flags.ending
    }

    /// Sleeps that long, less when it is time to end.
    fn pause(&self, pause: Duration) {
        drop(
            self.changed
                .wait_timeout_while(lock(&self.flags), pause, |flags| !flags.ending),
        );
    }

    fn is_ending(&self) -> bool {
        lock(&self.flags).ending
    }
}

/// What became of one attempt.
enum Outcome {
    /// Nothing to send.
    Empty,
    /// Something went through; there may be more.
    Progress,
    /// Nothing went through; not again before this time has passed.
    Pause(Duration),
}

struct Worker {
    spool: Arc<Mutex<Spool>>,
    client: HubClient,
    shared: Arc<Shared>,
    flush_interval: Duration,
    backoff: Backoff,
    batch_events: usize,
    refusals: u32,
}

impl Worker {
    fn run(mut self) {
        let mut last_flush: Option<Instant> = None;
        while self.shared.wait_for_records() {
            if let Some(last) = last_flush {
                self.shared
                    .pause(self.flush_interval.saturating_sub(last.elapsed()));
            }
            self.empty_the_spool();
            last_flush = Some(Instant::now());
        }
        while matches!(self.attempt(), Outcome::Progress) {}
        let shared = Arc::clone(&self.shared);
        // Lets go of the spool first: whoever waits for the end may want it.
        drop(self);
        lock(&shared.flags).ended = true;
        shared.changed.notify_all();
    }

    fn empty_the_spool(&mut self) {
        while !self.shared.is_ending() {
            match self.attempt() {
                Outcome::Empty => return,
                Outcome::Progress => {}
                Outcome::Pause(pause) => self.shared.pause(pause),
            }
        }
    }

    fn attempt(&mut self) -> Outcome {
        let oldest = lock(&self.spool).batch(self.batch_events, BATCH_BODY_BYTES);
        let batch = match oldest {
            Ok(batch) if batch.is_empty() => return Outcome::Empty,
            Ok(batch) => batch,
            Err(error) => return self.spool_trouble(&error),
        };
        match self.deliver(&batch) {
            Ok(Ok(())) => {
                self.backoff.reset();
                Outcome::Progress
            }
            Ok(Err(error)) => self.hub_trouble(&batch, error),
            Err(error) => self.spool_trouble(&error),
        }
    }

    /// Sends one batch and settles it by the hub's answer.
    fn deliver(&mut self, batch: &[SpooledRecord]) -> Result<Result<(), ClientError>, SpoolError> {
        let device = self.client.identity().device;
        let mut envelopes = Vec::with_capacity(batch.len());
        for record in batch {
            match envelope(device, record) {
                Some(envelope) => envelopes.push(envelope),
                None => lock(&self.spool).quarantine(record.sequence, "bad_time")?,
            }
        }
        if envelopes.is_empty() {
            return Ok(Ok(()));
        }
        match self.client.ingest(&envelopes) {
            Ok(reply) => self.settle(&envelopes, &reply),
            Err(error) => Ok(Err(error)),
        }
    }

    fn settle(
        &mut self,
        sent: &[Envelope],
        reply: &IngestReply,
    ) -> Result<Result<(), ClientError>, SpoolError> {
        let (Some(first), Some(last)) = (sent.first(), sent.last()) else {
            return Ok(Ok(()));
        };
        let through = reply.ack_through.unwrap_or(0).min(last.sequence);
        if through < first.sequence {
            return Ok(Err(ClientError::BadReply(
                "it acknowledges nothing of what was sent".to_owned(),
            )));
        }
        // Held until the status agrees with it: whoever asks sees both from before this reply, or both from after it.
        let mut spool = lock(&self.spool);
        for rejection in &reply.rejected {
            let named = rejection
                .sequence
                .or_else(|| sent.get(rejection.index).map(|e| e.sequence));
            // Only what was sent can be refused.
            if let Some(sequence) = named.filter(|s| (first.sequence..=through).contains(s)) {
                tracing::warn!(
                    sequence,
                    code = rejection.code,
                    "the hub will never take this record: set aside"
                );
                spool.quarantine(sequence, &rejection.code)?;
            }
        }
        spool.acknowledge_through(through)?;
        self.refusals = 0;
        self.batch_events = (self.batch_events * 2).min(limits::BATCH_EVENTS);
        let mut status = lock(&self.shared.status);
        status.delivered += reply.accepted;
        status.duplicates += reply.duplicates;
        status.rejected += reply.rejected.len() as u64;
        status.last_success = Some(format!("{:.3}", Timestamp::now()));
        status.trouble = None;
        Ok(Ok(()))
    }

    fn hub_trouble(&mut self, batch: &[SpooledRecord], error: ClientError) -> Outcome {
        tracing::warn!(%error, records = batch.len(), "delivery failed");
        lock(&self.shared.status).trouble = Some(error.to_string());
        match error {
            ClientError::Retry { after, .. } => Outcome::Pause(self.next_pause().max(after)),
            ClientError::TooLarge(_) => self.split_or_set_aside(batch, "too_large"),
            ClientError::Rejected { code, .. } => self.split_or_set_aside(batch, &code),
            ClientError::Unauthorised(_)
            | ClientError::Unreachable(_)
            | ClientError::BadReply(_)
            | ClientError::BadAddress { .. } => Outcome::Pause(self.next_pause()),
        }
    }

    /// A batch that is refused as a whole is halved until the one record that offends is alone; that goes aside.
    fn split_or_set_aside(&mut self, batch: &[SpooledRecord], code: &str) -> Outcome {
        match batch {
            [only] if self.refusals < REFUSALS_IN_A_ROW => {
                self.refusals += 1;
                let mut spool = lock(&self.spool);
                if let Err(error) = spool.quarantine(only.sequence, code) {
                    drop(spool);
                    return self.spool_trouble(&error);
                }
                lock(&self.shared.status).rejected += 1;
                Outcome::Progress
            }
            [] | [_] => Outcome::Pause(self.next_pause()),
            _ => {
                self.batch_events = (batch.len() / 2).max(1);
                Outcome::Progress
            }
        }
    }

    /// The spool keeps its own trouble for the status; here it only costs a pause.
    fn spool_trouble(&mut self, error: &SpoolError) -> Outcome {
        tracing::warn!(%error, "the spool cannot be read or shortened");
        Outcome::Pause(self.next_pause())
    }

    fn next_pause(&mut self) -> Duration {
        // Without randomness the fleet may come back in step, which is no reason to stop.
        let random = getrandom::u64().unwrap_or(u64::MAX);
        self.backoff.next(random)
    }
}

/// `None` if its times do not parse, which [`cheval_report::StampedRecord::checked_body`] rules out.
fn envelope(device: uuid::Uuid, record: &SpooledRecord) -> Option<Envelope> {
    let mut envelope = Envelope::new(
        device,
        record.epoch,
        record.sequence,
        record.id,
        record.time.parse().ok()?,
        record.record.clone(),
    );
    envelope.recorded = record.recorded_time.parse().ok()?;
    Some(envelope)
}
