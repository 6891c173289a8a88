//! Pictures of a pack: what they are by their first bytes, how large they are before anything is unpacked, and whether
//! they can be decoded to the end.

use std::io::Cursor;
use std::path::Path;

use image::codecs::png::PngDecoder;
use image::codecs::webp::WebPDecoder;
use image::metadata::Orientation;
use image::{ColorType, DynamicImage, ImageDecoder as _, ImageFormat, ImageReader, Limits};

use crate::path;
use crate::problem::{Problem, Sink};

/// Largest picture file, bytes.
const FILE_CAP: u64 = 8 << 20;
/// Longest side, pixels: what the smallest GPU in the field takes as one texture.
pub(crate) const SIDE_CAP: u32 = 4096;
/// Most pixels of one picture; at 4 bytes each this is 32 MiB unpacked.
pub(crate) const PIXEL_CAP: u64 = 8 << 20;
/// Below this side length a picture looks soft on the glass, pixels.
const SOFT_SIDE: u32 = 480;

/// What a picture is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Use {
    /// Cut out, laid over other things.
    Cutout,
    /// Cut out, put on a shopper.
    Worn,
    /// Painted over a ground of its own.
    Artwork,
}

/// Checks one picture and reports what is wrong with it. Gives width and height when it can be decoded.
pub(crate) fn check(
    root: &Path,
    relative: &str,
    used_as: Use,
    asked_by: &str,
    sink: &Sink,
) -> Option<(u32, u32)> {
    let error = |what: String| Problem::error(relative, None, asked_by, what);
    let bytes = match path::read_capped(root, relative, FILE_CAP) {
        Ok(bytes) => bytes,
        Err(refusal) => {
            sink.push(error(refusal.to_string()).mend(refusal.mend()));
            return None;
        }
    };
    let format = match image::guess_format(&bytes) {
        Ok(format @ (ImageFormat::Png | ImageFormat::Jpeg | ImageFormat::WebP)) => format,
        _ => {
            let what = "the file's first bytes are neither PNG, JPEG nor WebP".to_owned();
            sink.push(
                error(what)
                    .because("the name's ending does not count")
                    .mend("export it again as PNG"),
            );
            return None;
        }
    };
    match decode(&bytes, format) {
        Ok((picture, turned)) => {
            let problem = |severe, what: String| {
                if severe {
                    Problem::error(relative, None, asked_by, what)
                } else {
                    Problem::warning(relative, None, asked_by, what)
                }
            };
            for told in judge(&picture, used_as, problem) {
                sink.push(told);
            }
            if turned {
                let what = "the picture is stored on its side or mirrored".to_owned();
                sink.push(
                    problem(used_as == Use::Worn, what)
                        .because("the mirror shows pictures as they are stored")
                        .mend("turn it upright and export it again"),
                );
            }
            if moves(&bytes, format) {
                sink.push(
                    problem(false, "the picture moves".to_owned())
                        .because("only its first frame is shown")
                        .mend("export the frame that is meant"),
                );
            }
            return Some((picture.width(), picture.height()));
        }
        Err(Unfit::TooLarge { width, height }) => sink.push(
            error(format!(
                "{width} × {height} px; at most {SIDE_CAP} px a side and {} megapixels are allowed",
                PIXEL_CAP >> 20
            ))
            .because("it would not fit into the smallest kiosk's picture memory")
            .mend("scale it down; 1600 px is enough for the tallest screen"),
        ),
        Err(Unfit::Broken(cause)) => {
            sink.push(error(format!("the picture is damaged: {cause}")).mend("export it again"));
        }
    }
    None
}

enum Unfit {
    TooLarge { width: u32, height: u32 },
    Broken(String),
}

/// A picture of this size fits into the smallest kiosk's picture memory.
pub(crate) fn fits(width: u32, height: u32) -> bool {
    width.max(height) <= SIDE_CAP && u64::from(width) * u64::from(height) <= PIXEL_CAP
}

/// The picture as it is stored, and whether its file says that it is to be turned before it is shown.
fn decode(bytes: &[u8], format: ImageFormat) -> Result<(DynamicImage, bool), Unfit> {
    let broken = |e: image::ImageError| Unfit::Broken(e.to_string());
    let mut limits = Limits::default();
    limits.max_alloc = Some(PIXEL_CAP * 8 + (16 << 20));
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(broken)?;
    let (width, height) = decoder.dimensions();
    if !fits(width, height) {
        return Err(Unfit::TooLarge { width, height });
    }
    let turned = decoder.orientation().map_err(broken)? != Orientation::NoTransforms;
    let picture = DynamicImage::from_decoder(decoder).map_err(broken)?;
    Ok((picture, turned))
}

/// The file holds more than one frame.
fn moves(bytes: &[u8], format: ImageFormat) -> bool {
    match format {
        ImageFormat::Png => {
            PngDecoder::new(Cursor::new(bytes)).is_ok_and(|d| d.is_apng().unwrap_or(false))
        }
        ImageFormat::WebP => WebPDecoder::new(Cursor::new(bytes)).is_ok_and(|d| d.has_animation()),
        _ => false,
    }
}

fn judge(
    picture: &DynamicImage,
    used_as: Use,
    problem: impl Fn(bool, String) -> Problem,
) -> Vec<Problem> {
    let mut told = Vec::new();
    let (width, height) = (picture.width(), picture.height());
    if width.max(height) < SOFT_SIDE {
        told.push(
            problem(false, format!("{width} × {height} px is small"))
                .because("it will look soft on the glass")
                .mend(format!(
                    "export it with a longest side of at least {SOFT_SIDE} px"
                )),
        );
    }
    if used_as == Use::Artwork {
        return told;
    }
    if is_empty(picture) {
        told.push(
            problem(
                true,
                "the picture is empty: every pixel is transparent".to_owned(),
            )
            .mend("cut the garment out again and export it as PNG"),
        );
    } else if !has_transparent_pixels(picture) {
        let worn = used_as == Use::Worn;
        let why = if worn {
            "the whole box would be laid over the shopper"
        } else {
            "the garment will stand in a box"
        };
        told.push(
            problem(worn, "the picture has no transparent ground".to_owned())
                .because(why)
                .mend("cut the garment out, `cheval-pack garment cut` does it"),
        );
    }
    told
}

fn has_transparent_pixels(picture: &DynamicImage) -> bool {
    has_alpha(picture) && alphas(picture).any(|alpha| alpha < 128)
}

fn is_empty(picture: &DynamicImage) -> bool {
    has_alpha(picture) && alphas(picture).all(|alpha| alpha < 128)
}

/// How opaque each pixel is, 0 to 255.
fn alphas(picture: &DynamicImage) -> Box<dyn Iterator<Item = u8> + '_> {
    match picture {
        DynamicImage::ImageRgba8(rgba) => {
            Box::new(rgba.as_raw().iter().skip(3).step_by(4).copied())
        }
        DynamicImage::ImageLumaA8(grey) => {
            Box::new(grey.as_raw().iter().skip(1).step_by(2).copied())
        }
        other => Box::new(other.to_rgba8().into_raw().into_iter().skip(3).step_by(4)),
    }
}

fn has_alpha(picture: &DynamicImage) -> bool {
    matches!(
        picture.color(),
        ColorType::Rgba8 | ColorType::La8 | ColorType::Rgba16 | ColorType::La16
    )
}
