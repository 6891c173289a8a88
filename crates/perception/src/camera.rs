//! The camera as the rest of the program sees it: it never fails, it has a status, it gives the newest picture to every
//! consumer and counts the rest. Its thread opens the source, opens it again when it is lost, and closes it on pause.
//! Knows no model and no screen.

mod log;
mod tap;
mod watch;
mod worker;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak};
use std::thread;

use tracing::error;

pub use self::tap::FrameTap;
use self::tap::Slot;
pub use self::watch::CameraTiming;
use self::worker::Worker;
use crate::frame::Frame;
use crate::source::{self, CameraOptions, FrameSource, SourceError, SourceInfo};
use crate::spec::SourceSpec;

/// Called by the camera thread after a new frame and after every change of status. Must be quick.
pub type Wake = Arc<dyn Fn() + Send + Sync>;

/// Opens a source, again and again.
pub type Opener = Box<dyn FnMut() -> Result<Box<dyn FrameSource>, SourceError> + Send>;

/// How the camera is.
#[derive(Debug, Clone, PartialEq)]
pub enum CameraStatus {
    /// It is being opened.
    Starting,
    /// Pictures come.
    Live {
        /// What was opened.
        info: SourceInfo,
        /// They come, but have not changed for [`CameraTiming::frozen_ms`], which no real sensor does.
        frozen: bool,
    },
    /// The device is closed until [`Camera::resume`].
    Paused,
    /// It cannot be opened or was lost; it is tried again.
    Lost {
        /// Why, for staff.
        reason: String,
        /// Time from the loss to the next try, in milliseconds.
        retry_in_ms: u64,
    },
    /// None is configured, or a recording that plays once is over.
    None,
}

impl CameraStatus {
    /// The word for health records.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Starting => "starting",
            Self::Live { .. } => "live",
            Self::Paused => "paused",
            Self::Lost { .. } => "lost",
            Self::None => "none",
        }
    }
}

/// What the camera thread has counted since it started.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CameraCounts {
    /// Whole pictures that came into memory.
    pub frames_in: u64,
    /// Pictures that the device took but could not deliver.
    pub dropped: u64,
    /// Pictures that arrived damaged and were not shown.
    pub torn: u64,
}

/// A running camera. Dropping it closes the device within [`CameraTiming::tick_ms`].
pub struct Camera {
    shared: Arc<Shared>,
}

impl Camera {
    /// Starts the camera thread. Whatever goes wrong shows in [`Camera::status`].
    #[must_use]
    pub fn start(spec: SourceSpec, options: CameraOptions, wake: Wake) -> Self {
        if spec == SourceSpec::None {
            return Self {
                shared: Arc::new(Shared::new(CameraStatus::None, wake)),
            };
        }
        let frame_log = options.frame_log.clone();
        let opener: Opener = Box::new(move || source::open(&spec, &options));
        Self::start_with(
            opener,
            CameraTiming {
                frame_log,
                ..CameraTiming::default()
            },
            wake,
        )
    }

    /// Starts the camera thread on sources of the caller's own making.
    #[must_use]
    pub fn start_with(opener: Opener, timing: CameraTiming, wake: Wake) -> Self {
        let shared = Arc::new(Shared::new(CameraStatus::Starting, wake));
        let worker = Worker::new(Arc::clone(&shared), opener, timing);
        if let Err(reason) = thread::Builder::new()
            .name("camera".to_owned())
            .spawn(move || worker.run())
        {
            error!("cannot start the camera thread: {reason}");
            let reason = format!("cannot start the camera thread: {reason}");
            shared.set_status(CameraStatus::Lost {
                reason,
                retry_in_ms: u64::MAX,
            });
        }
        Self { shared }
    }

    /// A handle for one consumer, which sees every newest frame once.
    #[must_use]
    pub fn tap(&self) -> FrameTap {
        let slot = Arc::new(Slot::default());
        let mut taps = lock(&self.shared.taps);
        taps.retain(|tap| tap.strong_count() > 0);
        taps.push(Arc::downgrade(&slot));
        FrameTap::new(slot)
    }

    /// How the camera is now.
    #[must_use]
    pub fn status(&self) -> CameraStatus {
        lock(&self.shared.status).clone()
    }

    /// What was counted so far.
    #[must_use]
    pub fn counts(&self) -> CameraCounts {
        CameraCounts {
            frames_in: self.shared.frames_in.load(Ordering::Relaxed),
            dropped: self.shared.dropped.load(Ordering::Relaxed),
            torn: self.shared.torn.load(Ordering::Relaxed),
        }
    }

    /// Closes the device; returns at once. It is closed when the status says [`CameraStatus::Paused`], after at most one
    /// more wait for a picture ([`CameraTiming::tick_ms`]).
    pub fn pause(&self) {
        self.shared.wish(Wish::Pause);
    }

    /// Opens the device again after [`Camera::pause`].
    pub fn resume(&self) {
        self.shared.wish(Wish::Run);
    }
}

impl Drop for Camera {
    fn drop(&mut self) {
        self.shared.wish(Wish::Stop);
    }
}

/// What the owner of the camera wants the thread to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wish {
    Run,
    Pause,
    Stop,
}

/// What the camera thread and its handles share.
struct Shared {
    wish: Mutex<Wish>,
    wished: Condvar,
    status: Mutex<CameraStatus>,
    taps: Mutex<Vec<Weak<Slot>>>,
    frames_in: AtomicU64,
    dropped: AtomicU64,
    torn: AtomicU64,
    wake: Wake,
}

impl Shared {
    fn new(status: CameraStatus, wake: Wake) -> Self {
        Self {
            wish: Mutex::new(Wish::Run),
            wished: Condvar::new(),
            status: Mutex::new(status),
            taps: Mutex::default(),
            frames_in: AtomicU64::new(0),
            dropped: AtomicU64::new(0),
            torn: AtomicU64::new(0),
            wake,
        }
    }

    fn wish(&self, wish: Wish) {
        *lock(&self.wish) = wish;
        self.wished.notify_all();
    }

    fn wished(&self) -> Wish {
        *lock(&self.wish)
    }

    fn set_status(&self, status: CameraStatus) {
        let mut current = lock(&self.status);
        if *current != status {
            *current = status;
            drop(current);
            (self.wake)();
        }
    }

    /// Gives a frame to every consumer; one that has not taken the last sees only this one.
    fn publish(&self, frame: &Arc<Frame>) {
        for tap in lock(&self.taps).iter().filter_map(Weak::upgrade) {
            tap.put(Arc::clone(frame));
        }
        (self.wake)();
    }

    /// Takes back what consumers have not yet taken, so that no old picture is shown.
    fn withdraw(&self) {
        for tap in lock(&self.taps).iter().filter_map(Weak::upgrade) {
            tap.clear();
        }
    }
}

/// No code of ours panics while it holds one of these locks, and their contents are whole at every moment.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
