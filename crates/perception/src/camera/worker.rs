//! The camera thread: open, read, publish; on failure wait and open again; on pause close and wait.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};

use cheval_domain::time::Mono;
use tracing::{info, warn};

use super::log::FrameLog;
use super::watch::{Backoff, CameraTiming, FreezeWatch};
use super::{CameraStatus, Opener, Shared, Wish, lock};
use crate::frame::{Frame, FramePool};
use crate::source::{Captured, FrameBuffer, FrameSource, SourceError, SourceInfo};

pub(super) struct Worker {
    shared: Arc<Shared>,
    opener: Opener,
    timing: CameraTiming,
    backoff: Backoff,
    pool: Arc<FramePool>,
    log: Option<FrameLog>,
    last_number: u64,
}

/// Why a source was closed.
enum Closed {
    /// Its owner wants something else.
    ByWish,
    /// A recording is over.
    AtEnd,
    /// It failed.
    Failed(String),
}

impl Worker {
    pub(super) fn new(shared: Arc<Shared>, opener: Opener, timing: CameraTiming) -> Self {
        let log = timing.frame_log.as_deref().map(FrameLog::create);
        let backoff = Backoff::new(&timing);
        Self {
            shared,
            opener,
            timing,
            backoff,
            pool: FramePool::new(),
            log,
            last_number: 0,
        }
    }

    pub(super) fn run(mut self) {
        loop {
            match self.shared.wished() {
                Wish::Stop => return,
                Wish::Pause => self.rest(CameraStatus::Paused, Wish::Pause),
                Wish::Run => match self.use_source() {
                    Closed::ByWish => {}
                    Closed::AtEnd => self.rest(CameraStatus::None, Wish::Run),
                    Closed::Failed(reason) => self.wait_to_retry(reason),
                },
            }
        }
    }

    /// Without a source, until the owner wishes something other than `now`.
    fn rest(&self, status: CameraStatus, now: Wish) {
        self.forget_pictures();
        self.shared.set_status(status);
        let wish = lock(&self.shared.wish);
        drop(
            self.shared
                .wished
                .wait_while(wish, |wish| *wish == now)
                .unwrap_or_else(PoisonError::into_inner),
        );
    }

    fn wait_to_retry(&mut self, reason: String) {
        let wait = self.backoff.next();
        warn!("camera lost, next try in {} ms: {reason}", wait.as_millis());
        self.forget_pictures();
        let retry_in_ms = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX);
        self.shared.set_status(CameraStatus::Lost {
            reason,
            retry_in_ms,
        });
        let wish = lock(&self.shared.wish);
        let waited = self
            .shared
            .wished
            .wait_timeout_while(wish, wait, |wish| *wish == Wish::Run);
        drop(waited.unwrap_or_else(PoisonError::into_inner));
    }

    fn forget_pictures(&self) {
        self.shared.withdraw();
        self.pool.clear();
    }

    /// Opens the source and reads it until it fails or the owner wishes otherwise. The libraries below assert and panic
    /// on what a device tells them; that must not end the thread.
    fn use_source(&mut self) -> Closed {
        if !matches!(self.shared.status_word(), "lost") {
            self.shared.set_status(CameraStatus::Starting);
        }
        catch_unwind(AssertUnwindSafe(|| match (self.opener)() {
            Ok(source) => Session::new(self, source).read(),
            Err(SourceError::NoCamera) => Closed::AtEnd,
            Err(refused) => Closed::Failed(refused.to_string()),
        }))
        .unwrap_or_else(|_panic| {
            Closed::Failed("the capture library gave up on this camera".to_owned())
        })
    }
}

/// One opened source.
struct Session<'a> {
    worker: &'a mut Worker,
    source: Box<dyn FrameSource>,
    info: SourceInfo,
    last_whole: Instant,
    torn: Option<String>,
    frames: u32,
    freeze: FreezeWatch,
}

impl<'a> Session<'a> {
    fn new(worker: &'a mut Worker, source: Box<dyn FrameSource>) -> Self {
        let info = source.describe();
        Self {
            worker,
            source,
            info,
            last_whole: Instant::now(),
            torn: None,
            frames: 0,
            freeze: FreezeWatch::default(),
        }
    }

    fn read(mut self) -> Closed {
        let tick = Duration::from_millis(self.worker.timing.tick_ms);
        let mut buffer = self.worker.pool.take();
        while self.worker.shared.wished() == Wish::Run {
            match self.source.next(tick, &mut buffer) {
                Ok(captured) => {
                    self.keep(
                        std::mem::replace(&mut buffer, self.worker.pool.take()),
                        captured,
                    );
                }
                Err(SourceError::NoFrameYet) => {}
                Err(SourceError::TornFrame { reason }) => self.refuse_torn(reason),
                Err(SourceError::Ended) => return Closed::AtEnd,
                Err(failed) => return Closed::Failed(failed.to_string()),
            }
            if let Some(stalled) = self.stalled() {
                return Closed::Failed(stalled.to_string());
            }
        }
        Closed::ByWish
    }

    fn keep(&mut self, buffer: FrameBuffer, captured: Captured) {
        let Self { worker, info, .. } = self;
        let frozen = info.live
            && self.freeze.unchanged_ms(&buffer, captured.at_ns) >= worker.timing.frozen_ms;
        self.last_whole = Instant::now();
        self.torn = None;
        self.frames = self.frames.saturating_add(1);
        if self.frames == 1 {
            info!("camera is live: {info}");
        }
        if self.frames == worker.timing.trust_after_frames {
            worker.backoff.start_over();
        }
        worker.last_number += 1;
        worker.shared.frames_in.fetch_add(1, Ordering::Relaxed);
        worker
            .shared
            .dropped
            .fetch_add(u64::from(captured.lost_before), Ordering::Relaxed);
        if let Some(log) = &mut worker.log {
            log.write(worker.last_number, captured.at_ns);
        }
        let stamp = Mono(captured.at_ns / 1_000_000);
        let frame = Frame::seal(
            buffer,
            worker.last_number,
            stamp,
            &Arc::downgrade(&worker.pool),
        );
        worker.shared.set_live(info, frozen);
        worker.shared.publish(&Arc::new(frame));
    }

    fn refuse_torn(&mut self, reason: String) {
        let before = self.worker.shared.torn.fetch_add(1, Ordering::Relaxed);
        if before.is_multiple_of(100) {
            warn!("torn camera picture, {} so far: {reason}", before + 1);
        }
        self.torn = Some(reason);
    }

    fn stalled(&self) -> Option<SourceError> {
        let timing = &self.worker.timing;
        let patience_ms = if self.frames == 0 {
            timing.first_frame_ms
        } else {
            timing.stall_ms
        };
        let beats_ms = (4000.0 / self.info.rate_hz.max(0.01)) as u64;
        let waited_ms = u64::try_from(self.last_whole.elapsed().as_millis()).unwrap_or(u64::MAX);
        (waited_ms >= patience_ms.max(beats_ms)).then(|| match &self.torn {
            Some(reason) => SourceError::TornFrame {
                reason: format!("nothing else for {waited_ms} ms: {reason}"),
            },
            None => SourceError::Stalled { waited_ms },
        })
    }
}

impl Shared {
    fn status_word(&self) -> &'static str {
        lock(&self.status).as_str()
    }

    /// Like `set_status`, without making a new text for every frame.
    fn set_live(&self, info: &SourceInfo, frozen: bool) {
        let already = matches!(&*lock(&self.status), CameraStatus::Live { frozen: now, .. } if *now == frozen);
        if !already {
            if frozen {
                warn!("the camera's picture does not change any more");
            }
            self.set_status(CameraStatus::Live {
                info: info.clone(),
                frozen,
            });
        }
    }
}
