//! Looks as they should be: small pictures in the repository that each look is compared with. Processors round a net's answers
//! differently, so a look may lie a pixel aside; another colour, a hole or a part at another place is found.

use std::path::Path;

use image::imageops::{FilterType, resize};
use image::{DynamicImage, RgbImage};

use super::Failure;

/// Pictures in the repository have this height: enough to see a collar, small enough to keep.
const HEIGHT: u32 = 240;
/// A channel of a small pixel that differs by more is another colour.
const OTHER: u8 = 40;
/// Share of small pixels that may be of another colour: outlines and checks, moved by a pixel or two with the pose.
const MOST: f32 = 0.025;
/// Set it to write the pictures instead of comparing with them.
const BLESS: &str = "CHEVAL_BLESS";

/// Compares a look with `dir/name.png`, or writes that.
pub(super) fn compare(look: &RgbImage, dir: &Path, name: &str) -> Result<(), Failure> {
    let file = dir.join(format!("{name}.png"));
    let wrong = |e: &dyn std::fmt::Display| Failure::new(format!("{}: {e}", file.display()));
    let small = shrunk(look);
    if std::env::var_os(BLESS).is_some() {
        std::fs::create_dir_all(dir).map_err(|e| wrong(&e))?;
        return small.save(&file).map_err(|e| wrong(&e));
    }
    let golden = image::open(&file)
        .map(DynamicImage::into_rgb8)
        .map_err(|e| wrong(&e))?;
    if golden.dimensions() != small.dimensions() {
        return Err(wrong(&"has another size than the look"));
    }
    let share = other(&golden, &small);
    if share <= MOST {
        return Ok(());
    }
    let percent = share * 100.0;
    Err(wrong(&format_args!(
        "{percent:.1} % of the look is of another colour"
    ))
    .advise(format!(
        "look at it; if it is better, keep it: run again with {BLESS}=1"
    )))
}

/// A look that was not shown: an error where it should have been.
pub(super) fn missed(dir: &Path, name: &str, guide: &str) -> Result<(), Failure> {
    let file = dir.join(format!("{name}.png"));
    if !file.exists() || std::env::var_os(BLESS).is_some() {
        return Ok(());
    }
    let why = if guide.is_empty() {
        "it came off"
    } else {
        guide
    };
    Err(Failure::new(format!(
        "{}: the look was not shown ({why})",
        file.display()
    )))
}

fn shrunk(look: &RgbImage) -> RgbImage {
    let width = (look.width() * HEIGHT / look.height().max(1)).max(1);
    resize(look, width, HEIGHT, FilterType::Triangle)
}

fn other(a: &RgbImage, b: &RgbImage) -> f32 {
    let pairs = a.pixels().zip(b.pixels());
    let differ = pairs.filter(|(a, b)| (0..3).any(|k| a.0[k].abs_diff(b.0[k]) > OTHER));
    differ.count() as f32 / (a.width() * a.height()) as f32
}

#[cfg(test)]
mod tests {
    use image::Rgb;

    use super::*;

    fn look(left: u32, colour: [u8; 3]) -> RgbImage {
        RgbImage::from_fn(480, 960, |x, y| {
            let cloth = (left..left + 200).contains(&x) && (300..600).contains(&y);
            Rgb(if cloth { colour } else { [230, 230, 225] })
        })
    }

    #[test]
    fn a_pixel_aside_is_the_same_look_and_another_colour_is_not() {
        let dir = tempfile::tempdir().unwrap();
        shrunk(&look(100, [180, 30, 40]))
            .save(dir.path().join("tee.png"))
            .unwrap();
        let compared = |look: &RgbImage| compare(look, dir.path(), "tee");
        assert!(compared(&look(100, [180, 30, 40])).is_ok());
        assert!(compared(&look(101, [178, 32, 40])).is_ok());
        for other in [
            look(100, [30, 30, 180]),
            look(130, [180, 30, 40]),
            look(100, [230, 230, 225]),
        ] {
            let error = compared(&other).unwrap_err().to_string();
            assert!(
                error.contains("tee.png") && error.contains("another colour"),
                "{error}"
            );
        }
        assert!(compare(&look(100, [0; 3]), dir.path(), "coat").is_err());
        assert!(missed(dir.path(), "tee", "step-back").is_err());
        assert!(missed(dir.path(), "skirt", "step-back").is_ok());
    }
}
