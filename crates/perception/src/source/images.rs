//! A folder of pictures shown as if a camera saw them, each for a while, by file name.

use std::fs;
use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::time::Duration;

use image::metadata::Orientation;
use image::{DynamicImage, GenericImageView, ImageDecoder, ImageReader, Limits, RgbaImage};
use tracing::warn;

use super::jpeg::{self, Scan};
use super::pace::Pacer;
use super::{
    CameraOptions, Captured, FrameBuffer, FrameSource, MAX_FRAME_BYTES, MAX_SIDE_PX, SourceError,
    SourceInfo,
};

/// Most pictures taken from one folder.
const MAX_PICTURES: usize = 10_000;

/// Most memory one picture may take while it is decoded: 8192 x 8192 in RGBA, and as much again for the decoder.
const MAX_DECODE_BYTES: u64 = 2 * 4 * (MAX_SIDE_PX as u64) * (MAX_SIDE_PX as u64);

pub(super) struct Images {
    dir: PathBuf,
    files: Vec<PathBuf>,
    at: usize,
    picture: RgbaImage,
    shown: u64,
    frames_each: u64,
    box_px: u32,
    rate_hz: f64,
    repeat: bool,
    pacer: Pacer,
}

impl Images {
    pub(super) fn open(
        dir: &Path,
        hold_ms: u64,
        options: &CameraOptions,
    ) -> Result<Self, SourceError> {
        let files = candidates(dir)?;
        let box_px = options
            .width_px
            .max(options.height_px)
            .clamp(16, MAX_SIDE_PX);
        let frames_each = ((hold_ms as f64 / 1000.0 * options.rate_hz).round() as u64).max(1);
        let mut images = Self {
            dir: dir.to_owned(),
            files,
            at: 0,
            picture: RgbaImage::default(),
            shown: 0,
            frames_each,
            box_px,
            rate_hz: options.rate_hz,
            repeat: options.repeat,
            pacer: Pacer::new(options.rate_hz),
        };
        images.load_current()?;
        Ok(images)
    }

    /// Loads the picture at `at`; files that are no usable picture leave the list with a warning.
    fn load_current(&mut self) -> Result<(), SourceError> {
        loop {
            if self.at >= self.files.len() {
                self.at = 0;
            }
            let Some(file) = self.files.get(self.at) else {
                return Err(SourceError::BadFile {
                    path: self.dir.clone(),
                    reason: "no usable picture in this folder; expected PNG, JPEG or WebP files"
                        .to_owned(),
                });
            };
            match load(file, self.box_px) {
                Ok(picture) => {
                    self.picture = picture;
                    self.shown = 0;
                    return Ok(());
                }
                Err(refused) => {
                    warn!("skipping a file of the camera's picture folder: {refused}");
                    self.files.remove(self.at);
                }
            }
        }
    }

    fn advance(&mut self) -> Result<(), SourceError> {
        if self.shown < self.frames_each {
            return Ok(());
        }
        self.at += 1;
        if self.at >= self.files.len() && !self.repeat {
            return Err(SourceError::Ended);
        }
        if self.files.len() == 1 {
            self.at = 0;
            self.shown = 0;
            return Ok(());
        }
        self.load_current()
    }
}

impl FrameSource for Images {
    fn next(&mut self, timeout: Duration, into: &mut FrameBuffer) -> Result<Captured, SourceError> {
        self.pacer.wait(timeout)?;
        self.advance()?;
        self.shown += 1;
        let (width_px, height_px) = self.picture.dimensions();
        into.prepare(width_px, height_px)?
            .copy_from_slice(self.picture.as_raw());
        Ok(Captured::now())
    }

    fn describe(&self) -> SourceInfo {
        let (width_px, height_px) = self.picture.dimensions();
        SourceInfo {
            name: format!("{} pictures in {}", self.files.len(), self.dir.display()),
            width_px,
            height_px,
            rate_hz: self.rate_hz,
            format: "images".to_owned(),
            settled_by: "file",
            live: false,
        }
    }
}

/// The files of a folder, by name.
fn candidates(dir: &Path) -> Result<Vec<PathBuf>, SourceError> {
    let read = |source| SourceError::Read {
        path: dir.to_owned(),
        source,
    };
    let mut files = Vec::new();
    for entry in fs::read_dir(dir).map_err(read)? {
        let path = entry.map_err(read)?.path();
        if path.is_file() && files.len() < MAX_PICTURES {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// Reads one picture, stands it upright by its EXIF tag and scales it down so that no side is longer than `box_px`.
pub(crate) fn load(path: &Path, box_px: u32) -> Result<RgbaImage, SourceError> {
    let unusable = |reason: String| SourceError::BadFile {
        path: path.to_owned(),
        reason,
    };
    let bytes = read_capped(path)?;
    if bytes.starts_with(&jpeg::START) && !matches!(jpeg::scan(&bytes), Scan::Whole { .. }) {
        return Err(unusable(
            "the JPEG picture is cut short or damaged".to_owned(),
        ));
    }
    let mut reader = ImageReader::new(Cursor::new(bytes))
        .with_guessed_format()
        .map_err(|source| SourceError::Read {
            path: path.to_owned(),
            source,
        })?;
    if reader.format().is_none() {
        return Err(unusable(
            "not a picture; expected PNG, JPEG or WebP".to_owned(),
        ));
    }
    let mut limits = Limits::default();
    limits.max_image_width = Some(MAX_SIDE_PX);
    limits.max_image_height = Some(MAX_SIDE_PX);
    limits.max_alloc = Some(MAX_DECODE_BYTES);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(|e| unusable(e.to_string()))?;
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let mut picture = DynamicImage::from_decoder(decoder).map_err(|e| unusable(e.to_string()))?;
    picture.apply_orientation(orientation);
    let (width, height) = picture.dimensions();
    if width.max(height) > box_px {
        picture = picture.resize(box_px, box_px, image::imageops::FilterType::Triangle);
    }
    Ok(picture.into_rgba8())
}

/// Reads a file unless it is larger than any picture we accept.
pub(super) fn read_capped(path: &Path) -> Result<Vec<u8>, SourceError> {
    use std::io::Read;

    let read = |source| SourceError::Read {
        path: path.to_owned(),
        source,
    };
    let mut bytes = Vec::new();
    let limit = MAX_FRAME_BYTES as u64 + 1;
    fs::File::open(path)
        .map_err(read)?
        .take(limit)
        .read_to_end(&mut bytes)
        .map_err(read)?;
    if bytes.len() > MAX_FRAME_BYTES {
        let reason = format!(
            "larger than {} MiB, the most one picture may take",
            MAX_FRAME_BYTES >> 20
        );
        return Err(SourceError::BadFile {
            path: path.to_owned(),
            reason,
        });
    }
    Ok(bytes)
}
