//! The newest-wins slot between the camera thread and one consumer.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

use super::lock;
use crate::frame::Frame;

/// Holds at most one frame; a newer one takes the place of one that nobody took.
#[derive(Default)]
pub(super) struct Slot {
    frame: Mutex<Option<Arc<Frame>>>,
    filled: Condvar,
    missed: AtomicU64,
}

impl Slot {
    pub(super) fn put(&self, frame: Arc<Frame>) {
        let replaced = lock(&self.frame).replace(frame);
        if replaced.is_some() {
            self.missed.fetch_add(1, Ordering::Relaxed);
        }
        self.filled.notify_one();
    }

    pub(super) fn clear(&self) {
        lock(&self.frame).take();
    }
}

/// One consumer's view of the camera.
pub struct FrameTap {
    slot: Arc<Slot>,
}

impl FrameTap {
    pub(super) fn new(slot: Arc<Slot>) -> Self {
        Self { slot }
    }

    /// The newest frame, unless this consumer has had it. Does not wait.
    #[must_use]
    pub fn take(&self) -> Option<Arc<Frame>> {
        lock(&self.slot.frame).take()
    }

    /// Waits up to `timeout` for a frame that this consumer has not had.
    #[must_use]
    pub fn wait(&self, timeout: Duration) -> Option<Arc<Frame>> {
        let frame = lock(&self.slot.frame);
        let (mut frame, _) = self
            .slot
            .filled
            .wait_timeout_while(frame, timeout, |frame| frame.is_none())
            .unwrap_or_else(PoisonError::into_inner);
        frame.take()
    }

    /// Frames that newer ones replaced before this consumer took them.
    #[must_use]
    pub fn missed(&self) -> u64 {
        self.slot.missed.load(Ordering::Relaxed)
    }
}
