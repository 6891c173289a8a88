//! `cheval-pack garment edit`: what is edited, from file to file. The page and its server are in `serving`.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use cheval_content::{anchor_of_problem, cut, write_fit, write_whole};
use cheval_domain::anchors::{Anchor, Cut, Fit, NECKLINE_MOST};
use serde_json::{Value, json};

use super::serving;
use crate::FINE;

/// Largest picture, bytes; what a pack may hold.
const PICTURE_CAP: u64 = 8 << 20;
/// Largest fit file, bytes.
const FIT_CAP: u64 = 64 << 10;
/// Endings under which the picture is looked for.
const PICTURES: [(&str, &str); 4] = [
    ("png", "image/png"),
    ("webp", "image/webp"),
    ("jpg", "image/jpeg"),
    ("jpeg", "image/jpeg"),
];

/// A garment on the table.
pub(super) struct Editing {
    place: PathBuf,
    name: String,
    pub(super) picture: Vec<u8>,
    pub(super) picture_type: &'static str,
    aspect: f32,
    /// Comments at the head of the file; they stay.
    head: String,
    /// As it is in the file, or as it was proposed.
    fit: Mutex<Fit>,
    /// There was no file; the anchors are a proposal.
    proposed: bool,
}

pub(crate) fn edit(path: &Path, sku: Option<&str>) -> Result<u8, String> {
    let editing = Editing::open(fit_place(path, sku)?)?;
    serving::serve(editing)?;
    Ok(FINE)
}

/// `…/tee.fit.toml`, its picture, or a pack's folder with a SKU.
fn fit_place(path: &Path, sku: Option<&str>) -> Result<PathBuf, String> {
    let Some(sku) = sku else {
        let name = path
            .file_name()
            .and_then(|n| n.to_str())
            .unwrap_or_default();
        if path.is_dir() {
            return Err(format!(
                "{} is a folder; say which garment: cheval-pack garment edit {} SKU",
                path.display(),
                path.display()
            ));
        }
        if name.ends_with(".fit.toml") {
            return Ok(path.to_owned());
        }
        return Ok(path.with_extension("fit.toml"));
    };
    let sku = super::cutting::checked_sku(sku)?;
    Ok(path.join("garments").join(format!("{sku}.fit.toml")))
}

impl Editing {
    fn open(place: PathBuf) -> Result<Self, String> {
        let name = place
            .file_name()
            .and_then(|n| n.to_str())
            .and_then(|n| n.strip_suffix(".fit.toml"))
            .ok_or_else(|| format!("{} is no fit file", place.display()))?
            .to_owned();
        let (picture, picture_type) = read_picture(&place, &name)?;
        let decoded = cut::read_picture(&picture)
            .map_err(|e| format!("the picture of {name} cannot be used: {e}"))?;
        let aspect = decoded.width() as f32 / decoded.height().max(1) as f32;
        let (mut fit, head, proposed) = if place.exists() {
            let text = String::from_utf8(read_capped(&place, FIT_CAP)?)
                .map_err(|_not_text| format!("{} is not UTF-8 text", place.display()))?;
            let fit = toml::from_str::<Fit>(&text)
                .map_err(|e| format!("{} cannot be read: {}", place.display(), e.message()))?;
            let comments = text.lines().take_while(|line| line.starts_with('#'));
            (
                of_numbers(fit),
                comments.map(|l| format!("{l}\n")).collect(),
                false,
            )
        } else {
            let fit = cut::propose(&decoded)
                .ok_or_else(|| format!("no garment is to be seen in the picture of {name}"))?;
            (fit, String::new(), true)
        };
        fit.aspect = aspect;
        Ok(Self {
            place,
            name,
            picture,
            picture_type,
            aspect,
            head,
            fit: Mutex::new(fit),
            proposed,
        })
    }

    pub(super) fn place(&self) -> &Path {
        &self.place
    }

    /// Everything the page needs to know.
    pub(super) fn described(&self) -> Value {
        let fit = self.fit.lock().map(|f| f.clone()).ok();
        let words = |anchors: Vec<Anchor>| -> Vec<&str> {
            anchors.into_iter().map(Anchor::as_str).collect()
        };
        let cuts: serde_json::Map<String, Value> = Cut::ALL
            .into_iter()
            .map(|cut| {
                let anchors =
                    json!({"required": words(cut.required()), "optional": words(cut.optional())});
                (cut.as_str().to_owned(), anchors)
            })
            .collect();
        let mirrored: serde_json::Map<String, Value> = Anchor::ALL
            .iter()
            .map(|a| (a.as_str().to_owned(), a.mirrored().as_str().into()))
            .collect();
        let problems = fit.as_ref().map(problems_of);
        json!({
            "name": self.name,
            "fit": fit,
            "cuts": cuts,
            "mirrored": mirrored,
            "neckline_most": NECKLINE_MOST,
            "proposed": self.proposed,
            "problems": problems,
        })
    }

    /// A fit from the page, on this picture.
    pub(super) fn parsed(&self, body: &[u8]) -> Result<Fit, String> {
        let mut fit: Fit = serde_json::from_slice(body).map_err(|e| e.to_string())?;
        fit.aspect = self.aspect;
        Ok(fit)
    }

    /// Writes the file whole or not at all.
    pub(super) fn save(&self, fit: &Fit) -> Result<(), String> {
        let text = format!("{}{}", self.head, write_fit(fit));
        let mut kept = self
            .fit
            .lock()
            .map_err(|_poisoned| "an earlier save broke off; start again".to_owned())?;
        write_whole(&self.place, text.as_bytes())
            .map_err(|e| format!("cannot write {}: {e}", self.place.display()))?;
        *kept = fit.clone();
        Ok(())
    }
}

/// Without places that are no numbers: JSON has no word for them, and nobody can drag them.
fn of_numbers(mut fit: Fit) -> Fit {
    let finite = |at: &[f32; 2]| at.iter().all(|v| v.is_finite());
    fit.anchors.retain(|_, at| finite(at));
    fit.neckline.retain(finite);
    if !fit.ease.is_finite() {
        fit.ease = Fit::REGULAR_EASE;
    }
    fit
}

/// What is wrong, each with the anchor it is about.
pub(super) fn problems_of(fit: &Fit) -> Value {
    fit.problems()
        .iter()
        .map(|problem| {
            let anchor = anchor_of_problem(problem).map(Anchor::as_str);
            json!({"what": problem.to_string(), "anchor": anchor})
        })
        .collect()
}

/// The picture beside the fit.
fn read_picture(place: &Path, name: &str) -> Result<(Vec<u8>, &'static str), String> {
    for (ending, kind) in PICTURES {
        let picture = place.with_file_name(format!("{name}.{ending}"));
        if picture.exists() {
            return Ok((read_capped(&picture, PICTURE_CAP)?, kind));
        }
    }
    Err(format!(
        "there is no picture {} beside the fit",
        place.with_file_name(format!("{name}.png")).display()
    ))
}

fn read_capped(path: &Path, cap: u64) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|file| file.take(cap + 1).read_to_end(&mut bytes))
        .map_err(|e| format!("cannot read {}: {e}", path.display()))?;
    if bytes.len() as u64 > cap {
        return Err(format!("{} has more than {cap} bytes", path.display()));
    }
    Ok(bytes)
}
