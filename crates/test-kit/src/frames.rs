//! Picture sources without a camera, and the strings a test pulls on them: numbered pictures, and ones that fail, freeze,
//! tear or fall silent. Nothing happens by itself: a picture comes when the test gives leave.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use cheval_perception::camera::Opener;
use cheval_perception::frame::Frame;
use cheval_perception::source::{Captured, FrameBuffer, FrameSource, SourceError, SourceInfo};

/// Blocks of the barcode along the top edge: block `i` is bit `i` of the picture's number, white for one.
pub const BARCODE_BLOCKS: u32 = 16;

/// Height of the barcode, in pixels.
pub const BARCODE_HEIGHT_PX: u32 = 16;

/// Time between two pictures by their own stamps, in nanoseconds; nobody waits for it.
const PERIOD_NS: u64 = 33_333_333;

/// Longest time a test waits for something that must happen. Only a broken program lets it pass.
const PATIENCE: Duration = Duration::from_secs(120);

/// What happened to the sources of one camera so far.
#[derive(Debug, Clone, Copy, Default)]
pub struct Happened {
    /// Sources that were opened.
    pub opened: u32,
    /// Sources that were closed.
    pub closed: u32,
    /// Times that a picture was asked for.
    pub asked: u32,
    /// Longest time that somebody was willing to wait for one.
    pub longest_timeout: Duration,
    leave: u64,
    given: u64,
}

/// The strings behind the sources of one camera; clones pull the same strings.
#[derive(Clone, Default)]
pub struct Stage {
    happened: Arc<(Mutex<Happened>, Condvar)>,
}

impl Stage {
    /// Lets `count` more pictures come.
    pub fn give(&self, count: u64) {
        self.change(|happened| happened.leave = happened.leave.saturating_add(count));
    }

    /// What happened so far.
    #[must_use]
    pub fn happened(&self) -> Happened {
        *self.lock()
    }

    /// Waits until `enough` has happened.
    ///
    /// # Panics
    /// When it does not happen.
    pub fn wait_until(&self, what: &str, mut enough: impl FnMut(&Happened) -> bool) {
        let (_, changed) = &*self.happened;
        let waited =
            changed.wait_timeout_while(self.lock(), PATIENCE, |happened| !enough(happened));
        let (happened, timeout) = waited.unwrap_or_else(PoisonError::into_inner);
        assert!(
            !timeout.timed_out(),
            "waited in vain until {what}: {happened:?}"
        );
    }

    /// Makes the opener of a camera: `make` gets the number of the try, from 1.
    #[must_use]
    pub fn opener(
        &self,
        mut make: impl FnMut(u32, &Self) -> Result<Box<dyn FrameSource>, SourceError> + Send + 'static,
    ) -> Opener {
        let stage = self.clone();
        let mut tries = 0;
        Box::new(move || {
            tries += 1;
            let source = make(tries, &stage)?;
            stage.change(|happened| happened.opened += 1);
            Ok(Box::new(Watched {
                source,
                stage: stage.clone(),
            }))
        })
    }

    /// Waits up to `timeout` for leave to give a picture; its number, from 1.
    fn next_number(&self, timeout: Duration) -> Result<u64, SourceError> {
        let (_, changed) = &*self.happened;
        let waited =
            changed.wait_timeout_while(self.lock(), timeout, |happened| happened.leave == 0);
        let (mut happened, _) = waited.unwrap_or_else(PoisonError::into_inner);
        if happened.leave == 0 {
            return Err(SourceError::NoFrameYet);
        }
        happened.leave -= 1;
        happened.given += 1;
        Ok(happened.given)
    }

    fn change(&self, change: impl FnOnce(&mut Happened)) {
        change(&mut self.lock());
        self.happened.1.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, Happened> {
        self.happened
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// Writes down what is done with a source.
struct Watched {
    source: Box<dyn FrameSource>,
    stage: Stage,
}

impl FrameSource for Watched {
    fn next(&mut self, timeout: Duration, into: &mut FrameBuffer) -> Result<Captured, SourceError> {
        self.stage.change(|happened| {
            happened.asked += 1;
            happened.longest_timeout = happened.longest_timeout.max(timeout);
        });
        self.source.next(timeout, into)
    }

    fn describe(&self) -> SourceInfo {
        self.source.describe()
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        self.stage.change(|happened| happened.closed += 1);
    }
}

/// Numbered pictures: a barcode on grey that changes from picture to picture.
pub struct Synthetic {
    stage: Stage,
    width_px: u32,
    height_px: u32,
}

impl Synthetic {
    /// Pictures of this size, as the stage gives leave.
    #[must_use]
    pub fn new(stage: &Stage, width_px: u32, height_px: u32) -> Self {
        Self {
            stage: stage.clone(),
            width_px,
            height_px,
        }
    }
}

impl FrameSource for Synthetic {
    fn next(&mut self, timeout: Duration, into: &mut FrameBuffer) -> Result<Captured, SourceError> {
        let number = self.stage.next_number(timeout)?;
        paint(
            into.prepare(self.width_px, self.height_px)?,
            self.width_px,
            number,
        );
        Ok(Captured {
            at_ns: number * PERIOD_NS,
            lost_before: 0,
        })
    }

    fn describe(&self) -> SourceInfo {
        SourceInfo {
            name: "synthetic".to_owned(),
            width_px: self.width_px,
            height_px: self.height_px,
            rate_hz: 30.0,
            format: "RGBA".to_owned(),
            settled_by: "file",
            live: true,
        }
    }
}

fn paint(rgba: &mut [u8], width_px: u32, number: u64) {
    let barcode_pixels = (width_px * BARCODE_HEIGHT_PX) as usize;
    let grey = (number % 200) as u8;
    for (at, pixel) in rgba.as_chunks_mut::<4>().0.iter_mut().enumerate() {
        let block =
            at as u64 % u64::from(width_px) * u64::from(BARCODE_BLOCKS) / u64::from(width_px);
        let value = match at < barcode_pixels {
            true if number >> block & 1 == 1 => 255,
            true => 0,
            false => grey,
        };
        *pixel = [value, value, value, 255];
    }
}

/// Reads the barcode of a picture of [`Synthetic`]: its number, modulo 65536.
#[must_use]
pub fn read_barcode(frame: &Frame) -> u16 {
    let mut rgba = Vec::new();
    frame.copy_to_gpu_buffer(&mut rgba);
    let (width, middle) = (frame.width() as usize, BARCODE_HEIGHT_PX as usize / 2);
    (0..BARCODE_BLOCKS as usize).fold(0, |number, block| {
        let x = (2 * block + 1) * width / (2 * BARCODE_BLOCKS as usize);
        let white = rgba
            .get((middle * width + x) * 4)
            .is_some_and(|value| *value > 127);
        number | u16::from(white) << block
    })
}

/// Gives some pictures, then fails at every further one.
pub struct Failing {
    source: Synthetic,
    left: u32,
    fail: fn() -> SourceError,
}

impl Failing {
    /// Fails with what `fail` makes after `after` pictures.
    #[must_use]
    pub fn after(after: u32, source: Synthetic, fail: fn() -> SourceError) -> Self {
        Self {
            source,
            left: after,
            fail,
        }
    }
}

impl FrameSource for Failing {
    fn next(&mut self, timeout: Duration, into: &mut FrameBuffer) -> Result<Captured, SourceError> {
        if self.left == 0 {
            return Err((self.fail)());
        }
        let captured = self.source.next(timeout, into)?;
        self.left -= 1;
        Ok(captured)
    }

    fn describe(&self) -> SourceInfo {
        self.source.describe()
    }
}

/// Shows the same picture over and over for a while, with stamps that go on.
pub struct Freezing {
    source: Synthetic,
    frozen: std::ops::Range<u64>,
}

impl Freezing {
    /// Is frozen for the pictures of these numbers.
    #[must_use]
    pub fn during(frozen: std::ops::Range<u64>, source: Synthetic) -> Self {
        Self { source, frozen }
    }
}

impl FrameSource for Freezing {
    fn next(&mut self, timeout: Duration, into: &mut FrameBuffer) -> Result<Captured, SourceError> {
        let captured = self.source.next(timeout, into)?;
        if self.frozen.contains(&(captured.at_ns / PERIOD_NS)) {
            paint(
                into.prepare(self.source.width_px, self.source.height_px)?,
                self.source.width_px,
                self.frozen.start,
            );
        }
        Ok(captured)
    }

    fn describe(&self) -> SourceInfo {
        self.source.describe()
    }
}

/// Every so manieth picture arrives torn.
pub struct Torn {
    source: Synthetic,
    every: u64,
}

impl Torn {
    /// The pictures whose number `every` divides are torn.
    #[must_use]
    pub fn every(every: u64, source: Synthetic) -> Self {
        Self { source, every }
    }
}

impl FrameSource for Torn {
    fn next(&mut self, timeout: Duration, into: &mut FrameBuffer) -> Result<Captured, SourceError> {
        let captured = self.source.next(timeout, into)?;
        if (captured.at_ns / PERIOD_NS).is_multiple_of(self.every) {
            return Err(SourceError::TornFrame {
                reason: "half of it is missing".to_owned(),
            });
        }
        Ok(captured)
    }

    fn describe(&self) -> SourceInfo {
        self.source.describe()
    }
}

/// Opens well and never gives a picture.
pub struct Silent {
    source: Synthetic,
}

impl Silent {
    /// In place of `source`.
    #[must_use]
    pub fn instead_of(source: Synthetic) -> Self {
        Self { source }
    }
}

impl FrameSource for Silent {
    fn next(
        &mut self,
        _timeout: Duration,
        _into: &mut FrameBuffer,
    ) -> Result<Captured, SourceError> {
        std::thread::yield_now();
        Err(SourceError::NoFrameYet)
    }

    fn describe(&self) -> SourceInfo {
        self.source.describe()
    }
}
