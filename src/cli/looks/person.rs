//! A picture of a person as the camera of the mirror would bring it: upright, no larger than a portrait mirror, and where
//! motion is asked for, a few seconds of it with the noise of a sensor, standing still and then walking to and fro.

use std::f32::consts::TAU;
use std::path::Path;

use image::codecs::jpeg::JpegEncoder;
use image::imageops::FilterType;
use image::{DynamicImage, ImageDecoder as _, ImageReader, RgbImage};

use super::Failure;

/// A person fills at most this much, like a portrait mirror.
const LARGEST: (u32, u32) = (720, 1280);
/// A sequence is smaller: reading back large pictures would be what is measured.
const LARGEST_MOVING: (u32, u32) = (432, 768);
/// Pictures with more pixels on a side are refused.
const MAX_SIDE_PX: u32 = 12_000;

/// Camera pictures without motion, and with it; 30 a second. They are repeated.
pub(super) const REST: usize = 60;
const WALK: usize = 40;
pub(super) const FRAMES: usize = REST + WALK;
/// How far the person goes to either side, picture heights. Somebody of 1.7 m who fills 0.85 of the picture's height reaches
/// 0.95 m/s on the way.
const REACH: f32 = 0.1;
/// Standard deviation of the sensor's noise, 8-bit values: what a good camera has in the light of a shop.
const NOISE: f32 = 3.0;

/// How far picture `frame` of the sequence is shifted to the right, pixels.
pub(super) fn shift_px(frame: usize, height: u32) -> i64 {
    let Some(step) = (frame % FRAMES).checked_sub(REST) else {
        return 0;
    };
    let angle = TAU * step as f32 / WALK as f32;
    (angle.sin() * REACH * height as f32).round() as i64
}

/// The picture in `folder/.person`, alone or as a sequence; its size.
pub(super) fn prepare(person: &Path, folder: &Path, motion: bool) -> Result<(u32, u32), Failure> {
    let wrong = |e: &dyn std::fmt::Display| Failure::new(format!("{}: {e}", person.display()));
    let largest = if motion { LARGEST_MOVING } else { LARGEST };
    let picture = read(person, largest).map_err(|e| wrong(&e))?;
    let place = folder.join(".person");
    if place.exists() {
        std::fs::remove_dir_all(&place).map_err(|e| wrong(&e))?;
    }
    std::fs::create_dir_all(&place).map_err(|e| wrong(&e))?;
    if motion {
        film(&picture, &place)
    } else {
        picture.save(place.join("person.png"))
    }
    .map_err(|e| wrong(&e))?;
    Ok(picture.dimensions())
}

fn read(person: &Path, largest: (u32, u32)) -> image::ImageResult<RgbImage> {
    let mut reader = ImageReader::open(person)?.with_guessed_format()?;
    let mut limits = image::Limits::default();
    limits.max_image_width = Some(MAX_SIDE_PX);
    limits.max_image_height = Some(MAX_SIDE_PX);
    reader.limits(limits);
    let mut decoder = reader.into_decoder()?;
    let orientation = decoder.orientation()?;
    let mut picture = DynamicImage::from_decoder(decoder)?;
    picture.apply_orientation(orientation);
    let small = picture.resize(largest.0, largest.1, FilterType::CatmullRom);
    Ok(on_white(&small))
}

/// People that were cut out stand before a white wall.
fn on_white(picture: &DynamicImage) -> RgbImage {
    let picture = picture.to_rgba8();
    RgbImage::from_fn(picture.width(), picture.height(), |x, y| {
        let [r, g, b, a] = picture.get_pixel(x, y).0.map(u32::from);
        let over = |c: u32| ((c * a + 240 * (255 - a)) / 255) as u8;
        image::Rgb([over(r), over(g), over(b)])
    })
}

fn film(picture: &RgbImage, place: &Path) -> image::ImageResult<()> {
    let (width, height) = picture.dimensions();
    let last = i64::from(width) - 1;
    for frame in 0..FRAMES {
        let shift = shift_px(frame, height);
        let mut noise = Noise(frame as u64 + 1);
        let shown = RgbImage::from_fn(width, height, |x, y| {
            // Beyond the edge the picture's last column goes on.
            let from = (i64::from(x) - shift).clamp(0, last);
            let pixel = picture.get_pixel(u32::try_from(from).unwrap_or(0), y).0;
            image::Rgb(pixel.map(|c| (f32::from(c) + noise.next() * NOISE).round() as u8))
        });
        let mut file = std::fs::File::create(place.join(format!("{frame:03}.jpg")))?;
        JpegEncoder::new_with_quality(&mut file, 95).encode_image(&shown)?;
    }
    Ok(())
}

/// The same noise in every run: an LCG (Knuth's MMIX), the sum of four shares for a bell (Irwin–Hall), variance 1.
struct Noise(u64);

impl Noise {
    fn next(&mut self) -> f32 {
        let mut sum = 0.0;
        for _ in 0..4 {
            self.0 = self
                .0
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            sum += (self.0 >> 40) as f32 / (1_u64 << 24) as f32;
        }
        (sum - 2.0) * 3.0_f32.sqrt()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_picture_of_a_person_is_refused_by_name() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("anna.jpg");
        std::fs::write(&file, "no picture").unwrap();
        let error = prepare(&file, &dir.path().join("out"), false).unwrap_err();
        assert!(error.to_string().contains("anna.jpg"), "{error}");
    }

    #[test]
    fn somebody_stands_still_and_then_walks_to_both_sides() {
        let shifts: Vec<i64> = (0..FRAMES).map(|k| shift_px(k, 1000)).collect();
        assert!(shifts[..REST].iter().all(|s| *s == 0));
        assert_eq!(shifts.iter().max(), Some(&100));
        assert_eq!(shifts.iter().min(), Some(&-100));
        let steps = shifts.windows(2).map(|w| (w[1] - w[0]).abs());
        assert!(
            steps.max() <= Some(16),
            "no jump, and 0.47 heights a second at most"
        );
        assert_eq!(
            shift_px(FRAMES + REST + 10, 1000),
            shift_px(REST + 10, 1000)
        );
    }

    #[test]
    fn noise_is_as_strong_as_stated_and_the_same_in_every_run() {
        let mut noise = Noise(1);
        let all: Vec<f32> = (0..20_000).map(|_| noise.next()).collect();
        let mean = all.iter().sum::<f32>() / 20_000.0;
        let variance = all.iter().map(|v| (v - mean).powi(2)).sum::<f32>() / 20_000.0;
        assert!(
            mean.abs() < 0.03 && (variance - 1.0).abs() < 0.05,
            "{mean} {variance}"
        );
        assert_eq!(all[0], Noise(1).next());
    }

    #[test]
    fn a_sequence_shows_the_person_where_it_says() {
        let dir = tempfile::tempdir().unwrap();
        let mut picture = RgbImage::from_pixel(300, 400, image::Rgb([200; 3]));
        for y in 0..400 {
            for x in 140..160 {
                picture.put_pixel(x, y, image::Rgb([20; 3]));
            }
        }
        let file = dir.path().join("kofi.png");
        picture.save(&file).unwrap();
        assert_eq!(prepare(&file, dir.path(), true).unwrap(), (432, 576));
        let turn = REST + WALK / 4;
        let shown = image::open(dir.path().join(format!(".person/{turn:03}.jpg"))).unwrap();
        let middle = 216 + u32::try_from(shift_px(turn, 576)).unwrap();
        assert!(shown.to_luma8().get_pixel(middle, 288).0[0] < 60);
        assert!(shown.to_luma8().get_pixel(216, 288).0[0] > 150);
    }
}
