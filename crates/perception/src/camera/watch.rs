//! What tells a healthy camera from a sick one: patience, back-off, and a memory for pictures that do not change.

use std::path::PathBuf;
use std::time::Duration;

use crate::source::FrameBuffer;

/// Patience of the camera thread.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CameraTiming {
    /// Longest single wait for a picture; pause and stop are noticed after it. Milliseconds.
    pub tick_ms: u64,
    /// Without a whole picture for this long the source is opened again. Milliseconds.
    pub stall_ms: u64,
    /// The same for the first picture after opening, because USB cameras take their time. Milliseconds.
    pub first_frame_ms: u64,
    /// A live camera whose picture has not changed for this long is frozen. Milliseconds.
    pub frozen_ms: u64,
    /// Wait before the first new try. Milliseconds.
    pub retry_first_ms: u64,
    /// Longest wait between tries; each is twice the one before. Milliseconds.
    pub retry_cap_ms: u64,
    /// After this many pictures the source is trusted again and the wait starts over.
    pub trust_after_frames: u32,
    /// See [`crate::source::CameraOptions::frame_log`].
    pub frame_log: Option<PathBuf>,
}

impl Default for CameraTiming {
    fn default() -> Self {
        Self {
            tick_ms: 100,
            stall_ms: 2000,
            first_frame_ms: 5000,
            frozen_ms: 10_000,
            retry_first_ms: 500,
            retry_cap_ms: 30_000,
            trust_after_frames: 30,
            frame_log: None,
        }
    }
}

/// Waits that double from try to try.
#[derive(Debug)]
pub(super) struct Backoff {
    first_ms: u64,
    cap_ms: u64,
    next_ms: u64,
}

impl Backoff {
    pub(super) fn new(timing: &CameraTiming) -> Self {
        Self {
            first_ms: timing.retry_first_ms,
            cap_ms: timing.retry_cap_ms,
            next_ms: timing.retry_first_ms,
        }
    }

    pub(super) fn next(&mut self) -> Duration {
        let wait_ms = self.next_ms.min(self.cap_ms);
        self.next_ms = wait_ms.saturating_mul(2);
        Duration::from_millis(wait_ms)
    }

    pub(super) fn start_over(&mut self) {
        self.next_ms = self.first_ms;
    }
}

/// Every how many rows a picture is looked at: noise shows everywhere, and a sixteenth costs next to nothing.
const ROW_STEP: usize = 16;

/// Notices that pictures do not change.
#[derive(Debug, Default)]
pub(super) struct FreezeWatch {
    last: Option<u64>,
    same_since_ns: u64,
}

impl FreezeWatch {
    /// Takes note of a picture; for how long none has differed from it, in milliseconds.
    pub(super) fn unchanged_ms(&mut self, picture: &FrameBuffer, at_ns: u64) -> u64 {
        let print = fingerprint(picture);
        if self.last.replace(print) != Some(print) {
            self.same_since_ns = at_ns;
        }
        at_ns.saturating_sub(self.same_since_ns) / 1_000_000
    }
}

/// A number that differs between pictures that differ (multiply and rotate, as in FxHash).
fn fingerprint(picture: &FrameBuffer) -> u64 {
    let row_bytes = picture.width().max(1) as usize * 4;
    let rows = picture.rgba().chunks_exact(row_bytes).step_by(ROW_STEP);
    let words = rows
        .flat_map(|row| row.as_chunks::<8>().0)
        .map(|bytes| u64::from_le_bytes(*bytes));
    let size = u64::from(picture.width()) << 32 | u64::from(picture.height());
    words.fold(size, |print, word| {
        (print.rotate_left(5) ^ word).wrapping_mul(0x517C_C1B7_2722_0A95)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_the_cap_and_start_over() {
        let mut backoff = Backoff::new(&CameraTiming::default());
        let mut waits: Vec<_> = (0..9).map(|_| backoff.next().as_millis()).collect();
        backoff.start_over();
        waits.push(backoff.next().as_millis());
        assert_eq!(
            waits,
            [
                500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000, 500
            ]
        );
    }

    #[test]
    fn one_changed_value_ends_a_freeze() {
        let mut picture = FrameBuffer::default();
        picture.prepare(64, 48).unwrap().fill(7);
        let mut watch = FreezeWatch::default();
        assert_eq!(watch.unchanged_ms(&picture, 1_000_000_000), 0);
        assert_eq!(watch.unchanged_ms(&picture, 13_000_000_000), 12_000);
        picture.prepare(64, 48).unwrap()[16 * 64 * 4 + 9] ^= 1;
        assert_eq!(watch.unchanged_ms(&picture, 14_000_000_000), 0);
    }
}
