//! `cheval-pack new`: a small pack that already passes `lint`, to be changed rather than written from nothing.

use std::fs;
use std::path::Path;

use image::{Rgba, RgbaImage};

use crate::print;

const PACK: &str = include_str!("template/pack.toml");
const TEXTS: &str = include_str!("template/texts-en.toml");
/// Side of the placeholder pictures, pixels.
const SIDE: u32 = 900;

pub(crate) fn new_pack(dir: &Path) -> Result<(), String> {
    let id = id_from(dir)?;
    if dir.exists()
        && fs::read_dir(dir)
            .map_err(|e| cannot(dir, &e))?
            .next()
            .is_some()
    {
        return Err(format!(
            "{} is not empty; choose a new folder, so that nothing is overwritten",
            dir.display()
        ));
    }
    for folder in ["texts", "slides", "garments"] {
        let place = dir.join(folder);
        fs::create_dir_all(&place).map_err(|e| cannot(&place, &e))?;
    }
    write(&dir.join("pack.toml"), &PACK.replace("{id}", &id))?;
    write(&dir.join("texts/en.toml"), TEXTS)?;
    draw(&dir.join("slides/welcome.png"), 0.30)?;
    draw(&dir.join("garments/tee-red.png"), 0.42)?;
    print::done(&format!(
        "{} holds a small pack that works. Put your pictures and words in, then run\n  cheval-pack lint {}",
        dir.display(),
        dir.display()
    ));
    Ok(())
}

/// The folder's name as an id: small letters, digits, hyphens.
fn id_from(dir: &Path) -> Result<String, String> {
    let name = dir
        .file_name()
        .and_then(|n| n.to_str())
        .unwrap_or_default()
        .to_lowercase();
    let id: String = name
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
        .collect();
    let id = id.trim_matches('-').to_owned();
    if id.is_empty() || id.len() > 64 {
        return Err(format!(
            "the folder name of {} makes no pack id; use 1 to 64 letters and digits",
            dir.display()
        ));
    }
    Ok(id)
}

/// A soft disc on a transparent ground, `radius` as a share of the side, to stand where a picture will be.
fn draw(path: &Path, radius: f32) -> Result<(), String> {
    #[expect(clippy::cast_precision_loss, reason = "pixels below 900")]
    let picture = RgbaImage::from_fn(SIDE, SIDE, |x, y| {
        let side = SIDE as f32;
        let from_centre =
            ((x as f32 - side / 2.0).powi(2) + (y as f32 - side / 2.0).powi(2)).sqrt();
        let inside = from_centre < radius * side;
        if inside {
            Rgba([0xA8, 0x20, 0x2C, 255])
        } else {
            Rgba([0, 0, 0, 0])
        }
    });
    picture
        .save(path)
        .map_err(|e| format!("cannot write {}: {e}", path.display()))
}

fn write(path: &Path, text: &str) -> Result<(), String> {
    fs::write(path, text).map_err(|e| cannot(path, &e))
}

fn cannot(path: &Path, cause: &std::io::Error) -> String {
    format!("cannot write {}: {cause}", path.display())
}
