//! Where pictures come from. Every source fills a [`FrameBuffer`] with an upright RGBA picture; what happens to it after
//! that is none of its business. Knows no thread, no status, no model.

mod buffer;
mod convert;
mod images;
mod jpeg;
mod pace;
mod rotate;
mod standin;
mod v4l2;
mod video;

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

pub use self::buffer::{FrameBuffer, MAX_FRAME_BYTES, MAX_SIDE_PX};
pub(crate) use self::images::load as load_picture;
pub use self::rotate::Rotation;
pub use self::v4l2::{CameraDevice, list_cameras};
use crate::spec::SourceSpec;

/// Gives pictures one after the other, at its own rate.
pub trait FrameSource: Send {
    /// Waits up to `timeout` for the next picture and writes it into `into`.
    ///
    /// # Errors
    /// [`SourceError::NoFrameYet`] when `timeout` passed: ask again. [`SourceError::TornFrame`] when one picture was
    /// damaged: the next may be whole. [`SourceError::Ended`] when a recording that plays once is over. Anything else
    /// means that the source has to be opened again.
    fn next(&mut self, timeout: Duration, into: &mut FrameBuffer) -> Result<Captured, SourceError>;

    /// What was opened.
    fn describe(&self) -> SourceInfo;
}

/// What is known about a picture that arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Captured {
    /// When it came into memory: `CLOCK_MONOTONIC` in nanoseconds.
    pub at_ns: u64,
    /// Pictures that the device took before it but could not deliver.
    pub lost_before: u32,
}

impl Captured {
    /// In memory since now, nothing lost.
    #[must_use]
    pub fn now() -> Self {
        Self {
            at_ns: crate::frame::mono_now_ns(),
            lost_before: 0,
        }
    }
}

/// What a source is and delivers.
#[derive(Debug, Clone, PartialEq)]
pub struct SourceInfo {
    /// For staff: the camera's own name, or the file.
    pub name: String,
    /// Width of the upright picture in pixels.
    pub width_px: u32,
    /// Height of the upright picture in pixels.
    pub height_px: u32,
    /// Pictures per second.
    pub rate_hz: f64,
    /// Pixel format as it comes, e.g. `YUYV`, `MJPG`, `images`.
    pub format: String,
    /// The library that settled format and rate with the device; `file` for everything that is none.
    pub settled_by: &'static str,
    /// A sensor looks at the world, whose noise makes every picture different: identical ones mean that it hangs.
    pub live: bool,
}

impl fmt::Display for SourceInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            name,
            width_px,
            height_px,
            rate_hz,
            format,
            ..
        } = self;
        write!(
            f,
            "{name}: {width_px}x{height_px} {format} at {rate_hz:.4}/s"
        )
    }
}

/// How the camera is to be opened.
#[derive(Debug, Clone, PartialEq)]
pub struct CameraOptions {
    /// Wanted width as the sensor sees it, before rotation, in pixels.
    pub width_px: u32,
    /// Wanted height as the sensor sees it, before rotation, in pixels.
    pub height_px: u32,
    /// Wanted pictures per second; also the rate of files that do not say theirs.
    pub rate_hz: f64,
    /// How the picture must be turned to stand upright.
    pub rotation: Rotation,
    /// Recordings start again at their end.
    pub repeat: bool,
    /// Writes `{"frame":n,"captured_ns":t}` lines here, one per frame, for measurements from outside.
    pub frame_log: Option<PathBuf>,
}

impl Default for CameraOptions {
    fn default() -> Self {
        Self {
            width_px: 1280,
            height_px: 720,
            rate_hz: 30.0,
            rotation: Rotation::None,
            repeat: true,
            frame_log: None,
        }
    }
}

/// Opens what `spec` names.
///
/// # Errors
/// Whatever keeps it from opening, said so that staff can act on it.
pub fn open(
    spec: &SourceSpec,
    options: &CameraOptions,
) -> Result<Box<dyn FrameSource>, SourceError> {
    let source: Box<dyn FrameSource> = match spec {
        SourceSpec::Images { dir, hold_ms } => {
            Box::new(images::Images::open(dir, *hold_ms, options)?)
        }
        SourceSpec::Video { file, raw } => video::open(file, *raw, options)?,
        SourceSpec::Standin { dir } => Box::new(standin::Standin::open(dir, options)?),
        SourceSpec::V4l2(name) => v4l2::open(name, options)?,
        SourceSpec::None => return Err(SourceError::NoCamera),
    };
    Ok(rotate::upright(source, options.rotation))
}

/// What went wrong with a source. The texts are for staff.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// Nothing within the timeout; not a fault.
    #[error("no picture yet")]
    NoFrameYet,
    /// A recording that plays once is over.
    #[error("the recording is over")]
    Ended,
    /// The camera is switched off by its specification `none`.
    #[error("no camera is configured")]
    NoCamera,
    /// The wanted device is not there.
    #[error("no camera {wanted}; found: {found}. Check the cable, and `ls /dev/v4l/by-id`")]
    NoDevice {
        /// What was asked for.
        wanted: String,
        /// What is there instead.
        found: String,
    },
    /// Another program has it.
    #[error("camera {device} is in use by another program; close that program")]
    Busy {
        /// The device.
        device: String,
    },
    /// We may not open it.
    #[error("no permission to open camera {device}; add this user to the group `video`")]
    Denied {
        /// The device.
        device: String,
    },
    /// It speaks none of our formats.
    #[error(
        "camera {device} offers no usable picture format; it offers {offered}, we read YUYV, NV12 and MJPG"
    )]
    UnsupportedFormat {
        /// The device.
        device: String,
        /// What it offers.
        offered: String,
    },
    /// It was there and is gone.
    #[error("the camera is gone: {reason}")]
    Lost {
        /// What the system said.
        reason: String,
    },
    /// It is there and gives nothing.
    #[error("the camera has given no picture for {waited_ms} ms")]
    Stalled {
        /// How long nothing came.
        waited_ms: u64,
    },
    /// One picture arrived damaged and is not shown.
    #[error("torn picture: {reason}")]
    TornFrame {
        /// In which way.
        reason: String,
    },
    /// Something is not what it claims to be.
    #[error("cannot decode the {what}: {reason}")]
    Decode {
        /// What was to be decoded.
        what: &'static str,
        /// Why it cannot.
        reason: String,
    },
    /// Empty, or more than we are willing to hold.
    #[error(
        "a picture of {width_px}x{height_px} pixels is not acceptable: sides must be 1..={MAX_SIDE_PX} and \
         the whole at most {} MiB as RGBA", MAX_FRAME_BYTES >> 20
    )]
    TooLarge {
        /// Its width.
        width_px: u32,
        /// Its height.
        height_px: u32,
    },
    /// A file or folder cannot be read.
    #[error("cannot read {}: {source}", path.display())]
    Read {
        /// Which.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// A file or folder can be read but is of no use.
    #[error("{}: {reason}", path.display())]
    BadFile {
        /// Which.
        path: PathBuf,
        /// What is wrong and what was expected.
        reason: String,
    },
}
