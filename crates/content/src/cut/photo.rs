//! A merchandiser's photo: read within bounds and turned upright.

use std::io::Cursor;

use image::imageops::FilterType;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits, RgbImage};

use super::CutError;

/// Most pixels of a photo, millions.
pub(super) const MEGAPIXELS_CAP: u64 = 50;
/// Largest photo file, bytes.
pub const PHOTO_CAP: u64 = 96 << 20;
/// Longest side that is worked on: enough for a garment of 1200 px in two thirds of the photo.
const WORK_SIDE: u32 = 2000;
/// Below this there is no garment to be seen.
const LEAST_SIDE: u32 = 96;

/// The photo upright, opaque, at most [`WORK_SIDE`] long.
pub(super) fn read(bytes: &[u8]) -> Result<RgbImage, CutError> {
    let photo = decoded(bytes)?;
    if photo.width().min(photo.height()) < LEAST_SIDE {
        return Err(CutError::TooSmall {
            width: photo.width(),
            height: photo.height(),
        });
    }
    if photo.width().max(photo.height()) > WORK_SIDE {
        let fitting = photo.resize(WORK_SIDE, WORK_SIDE, FilterType::Triangle);
        return Ok(on_white(&fitting));
    }
    Ok(on_white(&photo))
}

/// A picture upright, whole.
pub(super) fn decoded(bytes: &[u8]) -> Result<DynamicImage, CutError> {
    let mut decoder = decoder(bytes)?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MEGAPIXELS_CAP * 1_000_000 {
        return Err(CutError::TooLarge { width, height });
    }
    let orientation = decoder.orientation().map_err(broken)?;
    let mut photo = DynamicImage::from_decoder(decoder).map_err(broken)?;
    photo.apply_orientation(orientation);
    Ok(photo)
}

/// Width and height as they are stored, before anything is unpacked.
pub(super) fn size(bytes: &[u8]) -> Result<(u32, u32), CutError> {
    decoder(bytes).map(|decoder| decoder.dimensions())
}

fn decoder(bytes: &[u8]) -> Result<impl ImageDecoder, CutError> {
    let format = match image::guess_format(bytes) {
        Ok(format @ (ImageFormat::Png | ImageFormat::Jpeg | ImageFormat::WebP)) => format,
        _ => return Err(CutError::NoPicture),
    };
    let mut limits = Limits::default();
    limits.max_alloc = Some(MEGAPIXELS_CAP * 1_000_000 * 8 + (64 << 20));
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    reader.limits(limits);
    reader.into_decoder().map_err(broken)
}

fn broken(error: image::ImageError) -> CutError {
    CutError::Damaged(error.to_string())
}

/// What is transparent becomes white: a cut-out is a photo on a white ground.
fn on_white(photo: &DynamicImage) -> RgbImage {
    if !photo.color().has_alpha() {
        return photo.to_rgb8();
    }
    let photo = photo.to_rgba8();
    RgbImage::from_fn(photo.width(), photo.height(), |x, y| {
        let [r, g, b, a] = photo.get_pixel(x, y).0.map(u32::from);
        let over = |c: u32| ((c * a + 255 * (255 - a)) / 255) as u8;
        image::Rgb([over(r), over(g), over(b)])
    })
}
