//! Contact sheets: the person as they are, then one picture for each garment.

use std::path::Path;

use image::imageops::{FilterType, overlay, resize};
use image::{Rgb, RgbImage};

use super::Failure;

/// Size of one picture of a sheet, and the gap between two.
const TILE: (u32, u32) = (360, 640);
const GAP: u32 = 6;
/// Pictures in a row of a sheet.
const COLUMNS: u32 = 7;

/// Lays the pictures `folder/NAME.png` side by side.
pub(super) fn sheet_of(folder: &Path, names: &[&str]) -> Result<RgbImage, Failure> {
    let count = u32::try_from(names.len()).unwrap_or(1).max(1);
    let (columns, rows) = (count.min(COLUMNS), count.div_ceil(COLUMNS));
    let step = (TILE.0 + GAP, TILE.1 + GAP);
    let mut sheet = RgbImage::from_pixel(columns * step.0, rows * step.1, Rgb([247, 242, 235]));
    for (k, name) in names.iter().enumerate() {
        let file = folder.join(format!("{name}.png"));
        let picture = image::open(&file)
            .map_err(|e| Failure::new(format!("{}: {e}", file.display())))?
            .to_rgb8();
        let (width, height) = picture.dimensions();
        let scale = f64::min(
            f64::from(TILE.0) / f64::from(width),
            f64::from(TILE.1) / f64::from(height),
        );
        let side = |px: u32| ((f64::from(px) * scale) as u32).max(1);
        let small = resize(&picture, side(width), side(height), FilterType::Triangle);
        let k = u32::try_from(k).unwrap_or(0);
        let (x, y) = (k % COLUMNS * step.0, k / COLUMNS * step.1);
        overlay(&mut sheet, &small, i64::from(x), i64::from(y));
    }
    Ok(sheet)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sheets_hold_every_picture_in_its_place() {
        let dir = tempfile::tempdir().unwrap();
        let names = ["g0", "g1", "g2", "g3", "g4", "g5", "g6", "g7", "g8"];
        for (k, name) in names.iter().enumerate() {
            let colour = Rgb([k as u8 * 20, 100, 0]);
            let picture = RgbImage::from_pixel(72, 128, colour);
            picture
                .save(dir.path().join(format!("{name}.png")))
                .unwrap();
        }
        let sheet = sheet_of(dir.path(), &names).unwrap();
        assert_eq!(sheet.dimensions(), (7 * 366, 2 * 646));
        assert_eq!(sheet.get_pixel(366 + 100, 100), &Rgb([20, 100, 0]));
        assert_eq!(sheet.get_pixel(100, 646 + 100), &Rgb([140, 100, 0]));
        assert_eq!(
            sheet.get_pixel(2 * 366 + 100, 646 + 100),
            &Rgb([247, 242, 235])
        );
    }
}
