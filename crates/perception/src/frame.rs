//! One camera picture in memory. Besides the learned background (`plate.rs`) the only type of the program that holds what
//! the camera saw: it cannot be cloned, serialised or printed, and its bytes leave this crate only into a buffer for the
//! GPU. Knows no device and no model.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use cheval_domain::time::Mono;
use rustix::time::{ClockId, clock_gettime};

use crate::source::{FrameBuffer, SourceError};

/// Free buffers kept for the next frames: one at the screen, one at the models, one in the slot, one being filled.
const FREE_BUFFERS: usize = 4;

/// A camera picture: RGBA, 8 bits per channel, sRGB, rows from the top, upright (rotation applied), **not** mirrored.
/// Shared as `Arc<Frame>`; overwritten with zeros when the last owner lets go.
pub struct Frame {
    number: u64,
    captured: Mono,
    width_px: u32,
    height_px: u32,
    pixels: Vec<u8>,
    home: Weak<FramePool>,
}

impl Frame {
    /// A frame from RGBA bytes that were made elsewhere (tests, benches, stills).
    ///
    /// # Errors
    /// [`SourceError::TooLarge`] beyond the caps of [`FrameBuffer`], [`SourceError::Decode`] when `rgba` is not
    /// `width_px * height_px * 4` bytes long.
    pub fn from_rgba(
        number: u64,
        captured: Mono,
        width_px: u32,
        height_px: u32,
        rgba: &[u8],
    ) -> Result<Self, SourceError> {
        let mut buffer = FrameBuffer::default();
        let target = buffer.prepare(width_px, height_px)?;
        if target.len() != rgba.len() {
            return Err(SourceError::Decode {
                what: "frame",
                reason: format!(
                    "{} bytes given, {width_px}x{height_px} RGBA takes {}",
                    rgba.len(),
                    target.len()
                ),
            });
        }
        target.copy_from_slice(rgba);
        Ok(Self::seal(buffer, number, captured, &Weak::new()))
    }

    pub(crate) fn seal(
        buffer: FrameBuffer,
        number: u64,
        captured: Mono,
        home: &Weak<FramePool>,
    ) -> Self {
        let (width_px, height_px, pixels) = buffer.into_parts();
        Self {
            number,
            captured,
            width_px,
            height_px,
            pixels,
            home: Weak::clone(home),
        }
    }

    /// Rising number since the screen started, from 1; goes on rising when the camera comes back.
    #[must_use]
    pub fn number(&self) -> u64 {
        self.number
    }

    /// When the picture came into memory.
    #[must_use]
    pub fn captured(&self) -> Mono {
        self.captured
    }

    /// Width in pixels, upright.
    #[must_use]
    pub fn width(&self) -> u32 {
        self.width_px
    }

    /// Height in pixels, upright.
    #[must_use]
    pub fn height(&self) -> u32 {
        self.height_px
    }

    /// The bytes, for the organs of this crate only.
    pub(crate) fn rgba(&self) -> &[u8] {
        &self.pixels
    }

    /// Copies the picture into the buffer of a GPU texture (RGBA8, tightly packed), replacing what it held. This is the
    /// only way pixels leave this crate.
    pub fn copy_to_gpu_buffer(&self, out: &mut Vec<u8>) {
        out.clear();
        out.extend_from_slice(self.rgba());
    }
}

impl fmt::Debug for Frame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Frame(#{}, {}x{})",
            self.number, self.width_px, self.height_px
        )
    }
}

impl Drop for Frame {
    fn drop(&mut self) {
        let mut pixels = std::mem::take(&mut self.pixels);
        wipe(&mut pixels);
        if let Some(pool) = self.home.upgrade() {
            pool.give_back(pixels);
        }
    }
}

/// Overwrites with zeros, also where the optimiser would see that nobody reads them again.
pub(crate) fn wipe(pixels: &mut [u8]) {
    pixels.fill(0);
    std::hint::black_box(pixels);
}

/// A few wiped buffers that wait for the next frames, so that a frame costs no allocation of several megabytes.
#[derive(Default)]
pub(crate) struct FramePool {
    free: Mutex<Vec<Vec<u8>>>,
}

impl FramePool {
    pub(crate) fn new() -> Arc<Self> {
        Arc::default()
    }

    pub(crate) fn take(&self) -> FrameBuffer {
        FrameBuffer::from_recycled(self.lock().pop().unwrap_or_default())
    }

    /// Frees the waiting buffers, for the time in which no frames come.
    pub(crate) fn clear(&self) {
        self.lock().clear();
    }

    fn give_back(&self, pixels: Vec<u8>) {
        let mut free = self.lock();
        if free.len() < FREE_BUFFERS {
            free.push(pixels);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Vec<u8>>> {
        self.free.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Now, on the machine's monotonic clock (`CLOCK_MONOTONIC`), in milliseconds.
#[must_use]
pub fn mono_now() -> Mono {
    Mono(mono_now_ns() / 1_000_000)
}

/// Now, on the machine's monotonic clock (`CLOCK_MONOTONIC`), in nanoseconds.
#[must_use]
pub fn mono_now_ns() -> u64 {
    let now = clock_gettime(ClockId::Monotonic);
    u64::try_from(now.tv_sec).unwrap_or(0) * 1_000_000_000 + u64::try_from(now.tv_nsec).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_no_pixel() {
        let frame = Frame::from_rgba(7, Mono(1), 1, 1, &[201, 202, 203, 204]).unwrap();
        assert_eq!(format!("{frame:?}"), "Frame(#7, 1x1)");
    }

    #[test]
    fn refuses_a_wrong_length() {
        let refused = Frame::from_rgba(1, Mono(1), 2, 2, &[0; 15]).unwrap_err();
        assert_eq!(
            refused.to_string(),
            "cannot decode the frame: 15 bytes given, 2x2 RGBA takes 16"
        );
    }

    #[test]
    fn a_dropped_frame_comes_back_wiped() {
        let pool = FramePool::new();
        let mut buffer = pool.take();
        buffer.prepare(2, 1).unwrap().fill(9);
        drop(Frame::seal(buffer, 1, Mono(1), &Arc::downgrade(&pool)));
        let again = pool.take();
        assert_eq!(again.into_parts().2, vec![0; 8], "same buffer, zeroed");
    }

    #[test]
    fn the_pool_is_bounded() {
        let pool = FramePool::new();
        let frames: Vec<_> = (0..10)
            .map(|n| Frame::seal(pool.take(), n, Mono(0), &Arc::downgrade(&pool)))
            .collect();
        drop(frames);
        assert_eq!(pool.lock().len(), FREE_BUFFERS);
    }

    #[test]
    fn pixels_leave_only_as_a_gpu_buffer() {
        let frame = Frame::from_rgba(1, Mono(1), 1, 1, &[1, 2, 3, 4]).unwrap();
        let mut out = vec![0; 99];
        frame.copy_to_gpu_buffer(&mut out);
        assert_eq!(out, [1, 2, 3, 4]);
    }
}
