//! Pictures of a label sheet: loaded as the kiosk loads picture files, with a border where a face fills the picture, and
//! as the small copies that a page shows.

use std::path::Path;

use base64::Engine as _;
use cheval_domain::geometry::BoxInImage;
use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, ImageEncoder, RgbaImage, imageops};

use super::sheet::{LeftOut, file_below};
use super::{Example, Report};
use crate::organs::picture::Pixels;
use crate::source::load_picture;

/// Longest side in pixels: a camera picture of the kiosk as it is set by default.
pub(crate) const SIDE_PX: u32 = 1280;
/// Longest side of a picture on a page, in pixels.
const THUMB_PX: u32 = 144;
const THUMB_QUALITY: u8 = 82;
/// A shown place gets this much of its size on every side.
const THUMB_MARGIN: f32 = 0.35;

/// A picture in memory, upright.
pub(crate) struct Picture(RgbaImage);

impl Picture {
    /// The picture that a row names, no side longer than `side_px`.
    pub(crate) fn load(data: &Path, name: &str, side_px: u32) -> Result<Self, LeftOut> {
        let path = file_below(data, name)?;
        let picture =
            load_picture(&path, side_px).map_err(|e| LeftOut::new("not a usable picture", e))?;
        if picture.width() < 8 || picture.height() < 8 {
            return Err(LeftOut::new(
                "not a usable picture",
                format!(
                    "{name} has {} x {} pixels",
                    picture.width(),
                    picture.height()
                ),
            ));
        }
        Ok(Self(picture))
    }

    pub(crate) fn pixels(&self) -> Pixels<'_> {
        Pixels {
            width: self.0.width() as usize,
            height: self.0.height() as usize,
            rgba: self.0.as_raw(),
        }
    }

    /// The same with half a side more on each side, made of the edge's pixels.
    pub(crate) fn with_border(&self) -> Self {
        let (width, height) = self.0.dimensions();
        let (left, top) = (width / 2, height / 2);
        Self(RgbaImage::from_fn(
            width + 2 * left,
            height + 2 * top,
            |x, y| {
                let inside =
                    |at: u32, border: u32, side: u32| at.saturating_sub(border).min(side - 1);
                *self
                    .0
                    .get_pixel(inside(x, left, width), inside(y, top, height))
            },
        ))
    }

    /// Where a place of the bordered picture lies in the picture itself.
    pub(crate) fn without_border(&self, place: BoxInImage) -> BoxInImage {
        let (width, height) = (f64::from(self.0.width()), f64::from(self.0.height()));
        let (left, top) = (
            (width / 2.0).floor() / width,
            (height / 2.0).floor() / height,
        );
        let (left, top) = (left as f32, top as f32);
        let (across, down) = (1.0 + 2.0 * left, 1.0 + 2.0 * top);
        BoxInImage {
            x: place.x * across - left,
            y: place.y * down - top,
            width: place.width * across,
            height: place.height * down,
        }
    }

    /// A small JPEG of a place as base64; `None` when nothing of it lies in the picture.
    fn thumbnail(&self, place: Option<BoxInImage>) -> Option<String> {
        let place = place.unwrap_or(BoxInImage {
            x: 0.0,
            y: 0.0,
            width: 1.0,
            height: 1.0,
        });
        let (width, height) = (self.0.width(), self.0.height());
        let along = |from: f32, size: f32, side: u32| -> (u32, u32) {
            let at = |v: f32| (v.clamp(0.0, 1.0) * side as f32) as u32;
            (
                at(from - THUMB_MARGIN * size),
                at(from + (1.0 + THUMB_MARGIN) * size),
            )
        };
        let (x0, x1) = along(place.x, place.width, width);
        let (y0, y1) = along(place.y, place.height, height);
        if x1 <= x0 || y1 <= y0 {
            return None;
        }
        let cut = imageops::crop_imm(&self.0, x0, y0, x1 - x0, y1 - y0).to_image();
        let small = DynamicImage::from(cut)
            .resize(THUMB_PX, THUMB_PX, imageops::FilterType::Triangle)
            .into_rgb8();
        let mut jpeg = Vec::new();
        JpegEncoder::new_with_quality(&mut jpeg, THUMB_QUALITY)
            .write_image(
                &small,
                small.width(),
                small.height(),
                image::ExtendedColorType::Rgb8,
            )
            .ok()?;
        Some(base64::engine::general_purpose::STANDARD.encode(jpeg))
    }
}

/// Puts small pictures beside the worst examples, read once more from the data folder. An example whose picture cannot be
/// read any more stays without one.
pub fn attach_pictures(report: &mut Report, data: &Path) {
    for Example {
        file,
        place,
        picture,
        ..
    } in report
        .worst
        .iter_mut()
        .flat_map(|gallery| &mut gallery.examples)
    {
        *picture = Picture::load(data, file, SIDE_PX)
            .ok()
            .and_then(|loaded| loaded.thumbnail(*place));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbered() -> Picture {
        Picture(RgbaImage::from_fn(10, 8, |x, y| {
            image::Rgba([x as u8, y as u8, 0, 255])
        }))
    }

    #[test]
    fn a_border_repeats_the_edge_and_places_come_back() {
        let bordered = numbered().with_border();
        assert_eq!(bordered.0.dimensions(), (20, 16));
        assert_eq!(bordered.0.get_pixel(0, 0).0, [0, 0, 0, 255]);
        assert_eq!(bordered.0.get_pixel(19, 15).0, [9, 7, 0, 255]);
        assert_eq!(bordered.0.get_pixel(7, 6).0, [2, 2, 0, 255]);
        let middle = numbered().without_border(BoxInImage {
            x: 0.25,
            y: 0.25,
            width: 0.5,
            height: 0.5,
        });
        assert!(
            middle.x.abs() < 1e-6 && (middle.width - 1.0).abs() < 1e-6,
            "{middle:?}"
        );
    }

    #[test]
    fn a_place_outside_has_no_picture() {
        let far = BoxInImage {
            x: 3.0,
            y: 0.0,
            width: 0.1,
            height: 0.1,
        };
        assert_eq!(numbered().thumbnail(Some(far)), None);
        let jpeg = numbered().thumbnail(None).unwrap();
        assert!(jpeg.starts_with("/9j/"), "a JPEG begins with FF D8 FF");
    }

    #[test]
    fn text_a_cut_file_and_a_dot_are_no_pictures() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("a.jpg"), "not a picture").unwrap();
        std::fs::write(dir.path().join("b.png"), b"\x89PNG\r\n\x1a\n").unwrap();
        RgbaImage::new(2, 2).save(dir.path().join("c.png")).unwrap();
        for name in ["a.jpg", "b.png", "c.png", "missing.png"] {
            assert!(Picture::load(dir.path(), name, SIDE_PX).is_err(), "{name}");
        }
    }

    #[test]
    fn a_huge_picture_is_taken_smaller() {
        let dir = tempfile::tempdir().unwrap();
        RgbaImage::new(3000, 40)
            .save(dir.path().join("wide.png"))
            .unwrap();
        let picture = Picture::load(dir.path(), "wide.png", SIDE_PX).unwrap();
        assert_eq!(picture.pixels().width, SIDE_PX as usize);
    }
}
