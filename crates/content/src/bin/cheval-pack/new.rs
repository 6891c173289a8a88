//! `cheval-pack new`: a small pack that already passes `lint`, to be changed rather than written from nothing.

use std::fs;
use std::path::Path;

use image::{Rgba, RgbaImage};

use crate::print;

const PACK: &str = include_str!("template/pack.toml");
const TEXTS: &str = include_str!("template/texts-en.toml");
const FIT: &str = include_str!("template/tee-red.fit.toml");
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
    draw(&dir.join("slides/welcome.png"), is_disc)?;
    draw(&dir.join("garments/tee-red.png"), is_tee)?;
    write(&dir.join("garments/tee-red.fit.toml"), FIT)?;
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

/// A disc or a T-shirt on a transparent ground, to stand where a picture will be.
fn draw(path: &Path, shape: impl Fn([f32; 2]) -> bool) -> Result<(), String> {
    #[expect(clippy::cast_precision_loss, reason = "pixels below 900")]
    let picture = RgbaImage::from_fn(SIDE, SIDE, |x, y| {
        let side = SIDE as f32;
        if shape([(x as f32 + 0.5) / side, (y as f32 + 0.5) / side]) {
            Rgba([0xA8, 0x20, 0x2C, 255])
        } else {
            Rgba([0, 0, 0, 0])
        }
    });
    picture
        .save(path)
        .map_err(|e| format!("cannot write {}: {e}", path.display()))
}

fn is_disc([x, y]: [f32; 2]) -> bool {
    (x - 0.5).hypot(y - 0.5) < 0.30
}

/// The tee of the template's fit: inside the outline of one half, by counting the edges above.
fn is_tee([x, y]: [f32; 2]) -> bool {
    const HALF: [[f32; 2]; 8] = [
        [0.0, 0.15],
        [0.08, 0.12],
        [0.36, 0.33],
        [0.28, 0.42],
        [0.21, 0.36],
        [0.215, 0.62],
        [0.22, 0.88],
        [0.0, 0.89],
    ];
    let x = (x - 0.5).abs();
    let above = |(a, b): (&[f32; 2], &[f32; 2])| {
        let between = (a[0] <= x) != (b[0] <= x);
        between && a[1] + (b[1] - a[1]) * (x - a[0]) / (b[0] - a[0]) < y
    };
    let edges = HALF.iter().zip(HALF.iter().cycle().skip(1));
    edges.filter(|edge| above(*edge)).count() % 2 == 1
}

fn write(path: &Path, text: &str) -> Result<(), String> {
    fs::write(path, text).map_err(|e| cannot(path, &e))
}

fn cannot(path: &Path, cause: &std::io::Error) -> String {
    format!("cannot write {}: {cause}", path.display())
}
