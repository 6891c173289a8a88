//! `cheval-pack garment cut`: a photo becomes a picture, a fit and a preview.

use std::fs::File;
use std::io::{Cursor, Read as _};
use std::path::Path;

use cheval_content::cut::{self, CutOut, Step};
use cheval_content::{write_fit, write_whole};
use cheval_domain::anchors::{Anchor, Cut};
use image::{ImageFormat, RgbaImage};

use crate::{FINE, PACK_HAS_ERRORS, print};

/// Anchors named in one line; more are counted.
const NAMED: usize = 6;

pub(crate) fn cut(
    photo: &Path,
    out: Option<&Path>,
    sku: Option<String>,
    cut: Option<&str>,
) -> Result<u8, String> {
    let cut = cut.map(cut_named).transpose()?;
    let sku = sku.map_or_else(|| sku_from(photo), |sku| checked_sku(&sku))?;
    let dir = out.unwrap_or_else(|| photo.parent().unwrap_or(Path::new("")));
    let bytes = read_photo(photo)?;
    let place = |ending: &str| dir.join(format!("{sku}.{ending}"));
    let places = [place("png"), place("fit.toml"), place("anchors.png")];
    if let Some(taken) = places.iter().find(|p| p.exists()) {
        return Err(format!(
            "{} is there already; choose another --sku or --out, so that nothing is overwritten",
            taken.display()
        ));
    }
    let done = cut::cut_out(&bytes, cut, |step| print::progress(&doing(step)));
    print::progress("");
    let done = done.map_err(|e| format!("{}: {e}", photo.display()))?;
    std::fs::create_dir_all(dir)
        .map_err(|e| format!("cannot make the folder {}: {e}", dir.display()))?;
    let preview = cut::draw_anchors(&done.picture, &done.fit);
    let contents = [
        png(&done.picture)?,
        write_fit(&done.fit).into_bytes(),
        png(&preview)?,
    ];
    for (place, contents) in places.iter().zip(contents) {
        write_whole(place, &contents)
            .map_err(|e| format!("cannot write {}: {e}", place.display()))?;
    }
    let problems = done.fit.problems();
    print::done(&told(&sku, &done, cut.is_some()));
    for problem in &problems {
        print::done(&format!("  wrong: {problem}"));
    }
    print::done(&format!(
        "  {} shows the anchors; move them with\n  cheval-pack garment edit {}",
        places[2].display(),
        places[1].display()
    ));
    Ok(if problems.is_empty() {
        FINE
    } else {
        PACK_HAS_ERRORS
    })
}

fn cut_named(word: &str) -> Result<Cut, String> {
    let known = Cut::ALL.into_iter().find(|cut| cut.as_str() == word);
    known.ok_or_else(|| {
        let words: Vec<&str> = Cut::ALL.iter().map(|cut| cut.as_str()).collect();
        format!("there is no cut `{word}`; choose from {}", words.join(", "))
    })
}

pub(super) fn checked_sku(sku: &str) -> Result<String, String> {
    let fine = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    if !sku.is_empty() && sku.len() <= 64 && sku.chars().all(fine) && !sku.starts_with('.') {
        Ok(sku.to_owned())
    } else {
        Err(format!(
            "`{}` is no SKU; use 1 to 64 letters, digits, `-`, `_` and `.`",
            sku.escape_debug()
        ))
    }
}

/// The photo's name with everything else made a hyphen.
fn sku_from(photo: &Path) -> Result<String, String> {
    let name = photo
        .file_stem()
        .and_then(|s| s.to_str())
        .unwrap_or_default();
    let fine = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let sku: String = name
        .chars()
        .map(|c| if fine(c) { c } else { '-' })
        .collect();
    checked_sku(sku.trim_matches(['-', '.'])).map_err(|e| format!("{e}, with --sku"))
}

fn read_photo(photo: &Path) -> Result<Vec<u8>, String> {
    let cannot = |e: std::io::Error| format!("cannot read {}: {e}", photo.display());
    let mut bytes = Vec::new();
    File::open(photo)
        .and_then(|file| file.take(cut::PHOTO_CAP + 1).read_to_end(&mut bytes))
        .map_err(cannot)?;
    if bytes.len() as u64 > cut::PHOTO_CAP {
        return Err(format!(
            "{} has more than {} MiB; export it smaller",
            photo.display(),
            cut::PHOTO_CAP >> 20
        ));
    }
    Ok(bytes)
}

fn doing(step: Step) -> String {
    match step {
        Step::Reading => "reading the photo".to_owned(),
        Step::Finding(round, rounds) => {
            format!("telling garment and ground apart, {round} of {rounds}")
        }
        Step::Softening => "softening the edge".to_owned(),
        Step::Marking => "finding the anchors".to_owned(),
    }
}

fn png(picture: &RgbaImage) -> Result<Vec<u8>, String> {
    let mut bytes = Cursor::new(Vec::new());
    picture
        .write_to(&mut bytes, ImageFormat::Png)
        .map_err(|e| format!("cannot write a PNG: {e}"))?;
    Ok(bytes.into_inner())
}

/// What was decided, how sure, and what to look at.
fn told(sku: &str, done: &CutOut, given: bool) -> String {
    let mut text = format!(
        "{sku}: {} × {} px, {}",
        done.picture.width(),
        done.picture.height(),
        worded(done.fit.cut)
    );
    if given {
        text.push_str(", as you said");
    } else {
        text.push_str(&format!(
            " ({}), {}",
            done.because,
            surely(done.sure_of_cut)
        ));
    }
    if done.has_sleeves() {
        text.push_str("; sleeves found");
    }
    if done.label_taken_out {
        text.push_str("; the label inside the neck is taken out");
    }
    let check: Vec<&str> = done.to_check().into_iter().map(Anchor::as_str).collect();
    if !check.is_empty() {
        text.push_str(&format!(
            "; check {}",
            check[..check.len().min(NAMED)].join(", ")
        ));
        if check.len() > NAMED {
            text.push_str(&format!(" and {} more", check.len() - NAMED));
        }
    }
    if done.contrast < 0.6 {
        text.push_str(
            "\n  it hardly stands out from the ground: look at the edge, or lay it on another colour",
        );
    }
    if done.cropped {
        text.push_str("\n  it reaches the edge of the photo: leave some ground all around");
    }
    text
}

fn worded(cut: Cut) -> &'static str {
    match cut {
        Cut::TShirt => "T-shirt",
        Cut::Shirt => "shirt",
        Cut::Knitwear => "knitwear",
        Cut::Jacket => "jacket",
        Cut::Coat => "coat",
        Cut::Dress => "dress",
        Cut::Skirt => "skirt",
        Cut::Trousers => "trousers",
        Cut::Shorts => "shorts",
        Cut::Scarf => "scarf",
        Cut::Hat => "hat",
        Cut::Glasses => "glasses",
    }
}

fn surely(sure: f32) -> &'static str {
    match sure {
        s if s >= 0.7 => "sure",
        s if s >= 0.5 => "fairly sure; --cut says otherwise",
        _ => "a guess; say it with --cut",
    }
}
