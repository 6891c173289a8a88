//! V4L2 cameras: nokhwa finds and lists them and sets their format; the buffers are taken through the `v4l` crate below
//! it, because nokhwa waits for a picture without end (`docs/decisions/camera-capture.md`).

mod devices;
mod negotiate;

use std::io;
use std::time::Duration;

use v4l::Device;
use v4l::buffer::{Flags, Metadata, Type};
use v4l::format::Quantization;
use v4l::io::traits::{CaptureStream, Stream};
use v4l::prelude::MmapStream;
use v4l::video::Capture;
use yuv::YuvRange;

pub use self::devices::{CameraDevice, list_cameras};
use self::negotiate::{Agreed, Wanted};
use super::convert::{self, Layout};
use super::{CameraOptions, Captured, FrameBuffer, FrameSource, SourceError, SourceInfo, jpeg};
use crate::frame::mono_now_ns;
use crate::spec::{CameraName, CameraPixels};

/// Buffers shared with the driver: one that we read, one that it fills, two for a late reader.
const BUFFERS: u32 = 4;

/// `poll(2)`: there is something to read.
const POLLIN: i16 = 1;

/// A driver's time stamp older than this is not believed.
const OLDEST_STAMP_NS: u64 = 2_000_000_000;

/// Opens the camera that `name` means.
pub(super) fn open(
    name: &CameraName,
    options: &CameraOptions,
) -> Result<Box<dyn FrameSource>, SourceError> {
    let wanted = Wanted {
        options,
        pixels: name.pixels,
    };
    let mut refusal = None;
    for camera in devices::matching(&name.device)? {
        match V4l2::open(&camera, wanted) {
            Ok(source) => return Ok(Box::new(source)),
            Err(refused) => refusal = refusal.or(Some(refused)),
        }
    }
    Err(refusal.unwrap_or_else(|| devices::none_found(&name.device)))
}

struct V4l2 {
    stream: MmapStream<'static>,
    info: SourceInfo,
    pixels: CameraPixels,
    layout: Layout,
    last_sequence: Option<u32>,
}

impl V4l2 {
    fn open(camera: &CameraDevice, wanted: Wanted<'_>) -> Result<Self, SourceError> {
        let named = camera.path.display().to_string();
        let device = Device::with_path(&camera.path).map_err(|e| refused(&e, &named))?;
        let Agreed { pixels, settled_by } = negotiate::negotiate(&device, camera, wanted)?;
        let format = device.format().map_err(|e| refused(&e, &named))?;
        let rate_hz = negotiate::rate_hz(&device).unwrap_or(wanted.options.rate_hz);
        let range = match format.quantization {
            Quantization::FullRange => YuvRange::Full,
            Quantization::Default | Quantization::LimitedRange => YuvRange::Limited,
        };
        let stream = start(&device).map_err(|e| refused(&e, &named))?;
        Ok(Self {
            stream,
            info: SourceInfo {
                name: format!("{} ({named})", camera.name),
                width_px: format.width,
                height_px: format.height,
                rate_hz,
                format: pixels.as_str().to_owned(),
                settled_by,
                live: true,
            },
            pixels,
            layout: Layout {
                width_px: format.width,
                height_px: format.height,
                stride_bytes: format.stride,
                range,
            },
            last_sequence: None,
        })
    }

    /// The driver numbers its pictures: a gap means that it had to throw some away.
    fn captured(&mut self, meta: &Metadata) -> Captured {
        let lost_before = self
            .last_sequence
            .replace(meta.sequence)
            .map_or(0, |last| meta.sequence.wrapping_sub(last).saturating_sub(1));
        let now_ns = mono_now_ns();
        let stamp = Duration::new(meta.timestamp.sec.unsigned_abs(), 0)
            + Duration::from_micros(meta.timestamp.usec.unsigned_abs());
        let stamp_ns = u64::try_from(stamp.as_nanos()).unwrap_or(0);
        let believable = meta.flags.contains(Flags::TIMESTAMP_MONOTONIC)
            && (now_ns.saturating_sub(OLDEST_STAMP_NS)..=now_ns).contains(&stamp_ns);
        Captured {
            at_ns: if believable { stamp_ns } else { now_ns },
            lost_before: lost_before.min(1000),
        }
    }
}

impl FrameSource for V4l2 {
    fn next(&mut self, timeout: Duration, into: &mut FrameBuffer) -> Result<Captured, SourceError> {
        let timeout_ms = i32::try_from(timeout.as_millis()).unwrap_or(i32::MAX);
        match self.stream.handle().poll(POLLIN, timeout_ms) {
            Ok(0) => return Err(SourceError::NoFrameYet),
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {
                return Err(SourceError::NoFrameYet);
            }
            Err(error) => return Err(lost(&error)),
        }
        let (layout, pixels) = (self.layout, self.pixels);
        let (buffer, meta) = self.stream.next().map_err(|e| lost(&e))?;
        let meta = *meta;
        let bytes = buffer.get(..meta.bytesused as usize).unwrap_or(buffer);
        let decoded = if meta.flags.contains(Flags::ERROR) {
            Err(SourceError::TornFrame {
                reason: "the driver marked the picture as damaged".to_owned(),
            })
        } else {
            match pixels {
                CameraPixels::Nv12 => convert::nv12(bytes, layout, into),
                CameraPixels::Yuyv => convert::yuyv(bytes, layout, into),
                CameraPixels::Mjpg => jpeg::decode(bytes, into),
            }
        };
        let captured = self.captured(&meta);
        decoded.map(|()| captured)
    }

    fn describe(&self) -> SourceInfo {
        self.info.clone()
    }
}

/// Starts streaming with all buffers but the first in the driver's hands, as [`CaptureStream::next`] expects it of a
/// running stream: so the first picture is waited for with a timeout like every other.
fn start(device: &Device) -> io::Result<MmapStream<'static>> {
    let mut stream = MmapStream::with_buffers(device, Type::VideoCapture, BUFFERS)?;
    let queued = (1..BUFFERS as usize)
        .take_while(|index| CaptureStream::queue(&mut stream, *index).is_ok())
        .count();
    if queued == 0 {
        return Err(io::Error::other("the driver gives only one buffer"));
    }
    stream.start()?;
    Ok(stream)
}

fn refused(error: &io::Error, device: &str) -> SourceError {
    let device = device.to_owned();
    match error.kind() {
        io::ErrorKind::ResourceBusy => SourceError::Busy { device },
        io::ErrorKind::PermissionDenied => SourceError::Denied { device },
        _ => SourceError::Lost {
            reason: format!("{device}: {error}"),
        },
    }
}

fn lost(error: &io::Error) -> SourceError {
    SourceError::Lost {
        reason: error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn system_errors_become_advice() {
        let say = |code| refused(&io::Error::from_raw_os_error(code), "/dev/video0").to_string();
        assert!(say(16).contains("in use by another program"), "EBUSY");
        assert!(say(13).contains("group `video`"), "EACCES");
        assert!(say(19).contains("/dev/video0"), "ENODEV");
    }

    fn refusal(spec: &str) -> SourceError {
        crate::source::open(&spec.parse().unwrap(), &CameraOptions::default())
            .err()
            .unwrap()
    }

    #[test]
    fn a_path_that_is_no_camera_is_refused() {
        let file = tempfile::NamedTempFile::new().unwrap();
        for path in [
            "/dev/video-that-is-not-there",
            &file.path().display().to_string(),
        ] {
            let refused = refusal(&format!("v4l2:{path}"));
            assert!(matches!(refused, SourceError::NoDevice { .. }), "{refused}");
            assert!(refused.to_string().contains(path), "{refused}");
        }
    }

    #[test]
    fn an_unknown_serial_number_is_refused() {
        let refused = refusal("v4l2:serial=no-such-serial");
        assert!(
            refused.to_string().contains("serial=no-such-serial"),
            "{refused}"
        );
    }
}
