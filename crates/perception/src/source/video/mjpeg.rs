//! Motion-JPEG: JPEG pictures one after the other, bare or with the chunk headers of an AVI file between them.

use super::{Frames, Input};
use crate::source::jpeg::{self, START, Scan};
use crate::source::{FrameBuffer, MAX_FRAME_BYTES, SourceError};

/// Bytes read from the file at a time.
const CHUNK: usize = 256 << 10;

pub(super) struct MotionJpeg {
    input: Input,
    /// Read and not yet used.
    pending: Vec<u8>,
    used: usize,
    at_end: bool,
    rate_hz: Option<f64>,
}

impl MotionJpeg {
    pub(super) fn new(mut input: Input) -> Result<Self, SourceError> {
        let rate_hz = avi_rate_hz(&mut input)?;
        Ok(Self {
            input,
            pending: Vec::new(),
            used: 0,
            at_end: false,
            rate_hz,
        })
    }

    fn unused(&self) -> &[u8] {
        &self.pending[self.used..]
    }

    fn read_more(&mut self) -> Result<(), SourceError> {
        self.pending.drain(..self.used);
        self.used = 0;
        let filled = self.pending.len();
        self.pending.resize(filled + CHUNK, 0);
        let got = self.input.read_up_to(&mut self.pending[filled..])?;
        self.pending.truncate(filled + got);
        self.at_end = got < CHUNK;
        Ok(())
    }

    /// Moves to the start of the next picture; `false` when there is none.
    fn find_start(&mut self) -> Result<bool, SourceError> {
        loop {
            if let Some(at) = self
                .unused()
                .windows(START.len())
                .position(|three| three == START)
            {
                self.used += at;
                return Ok(true);
            }
            if self.at_end {
                return Ok(false);
            }
            self.used = self
                .pending
                .len()
                .saturating_sub(START.len() - 1)
                .max(self.used);
            self.read_more()?;
        }
    }
}

impl Frames for MotionJpeg {
    fn read(&mut self, into: &mut FrameBuffer) -> Result<bool, SourceError> {
        if !self.find_start()? {
            return Ok(false);
        }
        loop {
            match jpeg::scan(self.unused()) {
                Scan::Whole { bytes, .. } => {
                    let picture = self.used..self.used + bytes;
                    self.used += bytes;
                    return jpeg::decode(&self.pending[picture], into).map(|()| true);
                }
                Scan::GoesOn if !self.at_end && self.unused().len() < MAX_FRAME_BYTES => {
                    self.read_more()?
                }
                Scan::GoesOn | Scan::Broken => {
                    self.used += START.len();
                    return Err(SourceError::TornFrame {
                        reason: "a JPEG picture of the recording is cut short or damaged"
                            .to_owned(),
                    });
                }
            }
        }
    }

    fn rewind(&mut self) -> Result<(), SourceError> {
        self.pending.clear();
        self.used = 0;
        self.at_end = false;
        self.input.seek_to(0)
    }

    fn kind(&self) -> (&'static str, Option<f64>) {
        ("MJPG", self.rate_hz)
    }
}

/// The rate in the main header of an AVI file (`avih`, first field: microseconds per frame); none in a bare stream.
fn avi_rate_hz(input: &mut Input) -> Result<Option<f64>, SourceError> {
    let mut head = [0; 36];
    let got = input.read_up_to(&mut head)?;
    input.seek_to(0)?;
    if got < head.len() || !head.starts_with(b"RIFF") || &head[24..28] != b"avih" {
        return Ok(None);
    }
    let micros = u32::from_le_bytes([head[32], head[33], head[34], head[35]]);
    let rate_hz = 1e6 / f64::from(micros.max(1));
    Ok((1.0..=240.0).contains(&rate_hz).then_some(rate_hz))
}
