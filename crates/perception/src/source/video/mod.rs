//! Recordings. What a file is, is told by its first bytes; only headerless ones need the specification's help.

mod mjpeg;
mod planes;

use std::fs::File;
use std::io::{BufReader, Read, Seek};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::pace::Pacer;
use super::{CameraOptions, Captured, FrameBuffer, FrameSource, SourceError, SourceInfo};
use crate::spec::RawLayout;

/// Reads the frames of one kind of recording.
trait Frames: Send {
    /// Decodes the next frame; `false` at the end of the recording.
    fn read(&mut self, into: &mut FrameBuffer) -> Result<bool, SourceError>;

    /// Goes back to the first frame.
    fn rewind(&mut self) -> Result<(), SourceError>;

    /// Format and, where the file says so, its rate.
    fn kind(&self) -> (&'static str, Option<f64>);
}

/// Opens a recording.
pub(super) fn open(
    file: &Path,
    raw: Option<RawLayout>,
    options: &CameraOptions,
) -> Result<Box<dyn FrameSource>, SourceError> {
    let input = Input::open(file)?;
    let mut frames: Box<dyn Frames> = match raw {
        Some(layout) => Box::new(planes::Planes::raw(input, layout)?),
        None => recognise(input)?,
    };
    let (width_px, height_px) = first_size(frames.as_mut(), file)?;
    let (format, stated_hz) = frames.kind();
    let rate_hz = stated_hz.unwrap_or(options.rate_hz);
    let info = SourceInfo {
        name: file.display().to_string(),
        width_px,
        height_px,
        rate_hz,
        format: format.to_owned(),
        settled_by: "file",
        live: false,
    };
    Ok(Box::new(Video {
        frames,
        info,
        repeat: options.repeat,
        read_since_start: 0,
        pacer: Pacer::new(rate_hz),
    }))
}

fn recognise(mut input: Input) -> Result<Box<dyn Frames>, SourceError> {
    let head = input.head()?;
    if head.starts_with(b"YUV4MPEG2 ") {
        return Ok(Box::new(planes::Planes::y4m(input)?));
    }
    if head.starts_with(&super::jpeg::START)
        || (head.starts_with(b"RIFF") && head.get(8..12) == Some(b"AVI "))
    {
        return Ok(Box::new(mjpeg::MotionJpeg::new(input)?));
    }
    Err(input.bad(
        "not a recording we can read; expected MJPEG (bare or in AVI), Y4M, or raw frames with \
         `?size=WxH&format=rgb|nv12|yuyv` after the file name",
    ))
}

/// Size of the first whole frame, looked at within the first hundred.
fn first_size(frames: &mut dyn Frames, file: &Path) -> Result<(u32, u32), SourceError> {
    let mut buffer = FrameBuffer::default();
    for _ in 0..100 {
        match frames.read(&mut buffer) {
            Ok(true) => {
                frames.rewind()?;
                return Ok((buffer.width(), buffer.height()));
            }
            Ok(false) => break,
            Err(SourceError::TornFrame { .. }) => {}
            Err(other) => return Err(other),
        }
    }
    Err(SourceError::BadFile {
        path: file.to_owned(),
        reason: "no whole picture in this recording".to_owned(),
    })
}

struct Video {
    frames: Box<dyn Frames>,
    info: SourceInfo,
    repeat: bool,
    read_since_start: u64,
    pacer: Pacer,
}

impl FrameSource for Video {
    fn next(&mut self, timeout: Duration, into: &mut FrameBuffer) -> Result<Captured, SourceError> {
        self.pacer.wait(timeout)?;
        if !self.frames.read(into)? {
            if !self.repeat {
                return Err(SourceError::Ended);
            }
            self.frames.rewind()?;
            if self.read_since_start == 0 || !self.frames.read(into)? {
                return Err(SourceError::Lost {
                    reason: "no whole picture in the recording".to_owned(),
                });
            }
            self.read_since_start = 0;
        }
        self.read_since_start += 1;
        Ok(Captured::now())
    }

    fn describe(&self) -> SourceInfo {
        self.info.clone()
    }
}

/// A recording on disk with its name, for messages.
struct Input {
    path: PathBuf,
    reader: BufReader<File>,
}

impl Input {
    fn open(path: &Path) -> Result<Self, SourceError> {
        let read = |source| SourceError::Read {
            path: path.to_owned(),
            source,
        };
        let file = File::open(path).map_err(read)?;
        let metadata = file.metadata().map_err(read)?;
        let input = Self {
            path: path.to_owned(),
            reader: BufReader::new(file),
        };
        if metadata.is_file() {
            Ok(input)
        } else {
            Err(input.bad("not a file; expected a recording"))
        }
    }

    /// The first bytes, without moving.
    fn head(&mut self) -> Result<[u8; 16], SourceError> {
        let mut head = [0; 16];
        let got = self.read_up_to(&mut head)?;
        self.seek_to(0)?;
        if got == 0 {
            Err(self.bad("the file is empty"))
        } else {
            Ok(head)
        }
    }

    /// Fills `target` as far as the file goes; the number of bytes read.
    fn read_up_to(&mut self, target: &mut [u8]) -> Result<usize, SourceError> {
        let mut filled = 0;
        while filled < target.len() {
            match self.reader.read(&mut target[filled..]) {
                Ok(0) => break,
                Ok(count) => filled += count,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(source) => {
                    return Err(SourceError::Read {
                        path: self.path.clone(),
                        source,
                    });
                }
            }
        }
        Ok(filled)
    }

    fn seek_to(&mut self, position: u64) -> Result<(), SourceError> {
        self.reader
            .seek(std::io::SeekFrom::Start(position))
            .map(drop)
            .map_err(|source| SourceError::Read {
                path: self.path.clone(),
                source,
            })
    }

    fn bad(&self, reason: &str) -> SourceError {
        SourceError::BadFile {
            path: self.path.clone(),
            reason: reason.to_owned(),
        }
    }
}
