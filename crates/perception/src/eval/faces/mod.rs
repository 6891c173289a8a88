//! Evaluates the face detector and the age and gender net: a label sheet with `file,age,gender` and, if known, `group`.

mod groups;
mod minor;
mod read;
mod sections;
mod worst;

use cheval_domain::geometry::BoxInImage;
use cheval_domain::observation::Gender;

use super::labels::{age_label, gender_label};
use super::picture::{Picture, SIDE_PX};
use super::report::{FORMAT, Report, model_facts};
use super::sheet::{LeftOut, Row, Sheet, demand_folder};
use super::{AgeLabel, EvalError, EvalOptions, Watcher};
use crate::models::{ModelStore, Runtime};
use crate::organs::age_gender::{AGE_BINS, VIEWS};

use read::FaceOrgans;

/// The columns that must be there.
const COLUMNS: [&str; 3] = ["file", "age", "gender"];
/// Longest name of a group; more is no name.
const MAX_GROUP: usize = 60;

/// What the models said of one face, as plain values.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FaceReading {
    /// Probability of each age bin.
    pub age: [f64; AGE_BINS],
    /// Mean age in years.
    pub years: f64,
    /// Probability of appearing female.
    pub female: f64,
    /// Probability of being under 20.
    pub minor: f64,
}

/// How the face was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    /// In the picture as it is.
    Directly,
    /// Once half a side of border was put around the picture.
    WithBorder,
    /// Not at all.
    No,
}

/// One labelled face and what was said of it.
#[derive(Debug, Clone, PartialEq)]
pub struct FaceCase {
    /// File as in the label sheet.
    pub file: String,
    /// Line of the label sheet.
    pub line: u64,
    /// The labelled age.
    pub age: AgeLabel,
    /// The labelled gender; never `Unknown`.
    pub gender: Gender,
    /// The labelled group; empty when there is none.
    pub group: String,
    /// How the face was found.
    pub found: Found,
    /// Where it lies in the picture, in image coordinates.
    pub place: Option<BoxInImage>,
    /// What was said; `None` when no face was found.
    pub reading: Option<FaceReading>,
}

/// The shipped thresholds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FaceRules {
    /// P(minor) above which a person counts as possibly a minor.
    pub minor: f64,
    /// Confidence from which a gender is told.
    pub gender: f64,
}

/// Runs detector and reader over the pictures of a sheet. `crops` readings of each face are averaged as the kiosk does over a
/// presence (1 to 6; fewer and more are brought into that range).
///
/// # Errors
/// [`EvalError`] when sheet, folder or models cannot be used, or no row can.
pub fn faces(
    options: &EvalOptions,
    crops: usize,
    watcher: &mut dyn Watcher,
) -> Result<Report, EvalError> {
    let crops = crops.clamp(1, VIEWS.len());
    demand_folder(&options.data)?;
    let mut sheet = Sheet::read(&options.labels, &COLUMNS)?;
    let store = ModelStore::open(&options.models, Runtime::load(options.runtime.as_deref())?)?;
    let mut organs = FaceOrgans::load(&store)?;
    let rows = sheet.rows().len() as u64;
    let cases = sheet.each(watcher, |sheet, row| {
        let mut case = labelled(sheet, row)?;
        let picture = Picture::load(&options.data, &case.file, SIDE_PX)?;
        organs.look(&picture, crops, &mut case)?;
        Ok(case)
    });
    let skipped = sheet.close(cases.len())?;
    let rules = organs.rules();
    let (sections, worst) = findings(&cases, rules);
    Ok(Report {
        format: FORMAT,
        what: "faces".to_owned(),
        rows,
        used: cases.len() as u64,
        skipped,
        models: model_facts(&store, &["face_detector", "age_gender"]),
        method: method(crops, rules),
        sections,
        worst,
    })
}

/// What cases say, apart from any file or model.
#[must_use]
pub fn findings(
    cases: &[FaceCase],
    rules: FaceRules,
) -> (Vec<super::Section>, Vec<super::Gallery>) {
    (sections::all(cases, rules), worst::galleries(cases))
}

fn labelled(sheet: &Sheet, row: &Row) -> Result<FaceCase, LeftOut> {
    let cell = |column| sheet.cell(row, column);
    let age = age_label(cell("age")).ok_or_else(|| {
        LeftOut::unknown_label("age", cell("age"), "years, or a bin such as 20-29")
    })?;
    let gender = gender_label(cell("gender"))
        .ok_or_else(|| LeftOut::unknown_label("gender", cell("gender"), "male or female"))?;
    Ok(FaceCase {
        file: cell("file").to_owned(),
        line: row.line,
        age,
        gender,
        group: cell("group").chars().take(MAX_GROUP).collect(),
        found: Found::No,
        place: None,
        reading: None,
    })
}

fn method(crops: usize, rules: FaceRules) -> Vec<String> {
    vec![
        "Faces are found by the shipped detector. Where it finds none, or one wider than 0.4 of the picture, half a side of \
         border, made of the edge's pixels, is put around the picture and it looks once more: some sets are cut closer than \
         anybody stands before a mirror. Of several faces the one nearest the middle counts."
            .to_owned(),
        format!(
            "Age and gender are the mean over {crops} {} of the kiosk's six; faces that were not found are counted and take no \
             part in the other figures.",
            if crops == 1 { "crop" } else { "crops" }
        ),
        format!(
            "Shipped thresholds: a gender is told from a confidence of {}, a person counts as a possible minor above {}.",
            rules.gender, rules.minor
        ),
        "A bin stands for its middle (1, 6, 14.5, 24.5 to 64.5, 75 years). Intervals are Wilson's, 95 %. Calibration: 15 bins \
         of equal width over 0 to 1 (Guo et al. 2017)."
            .to_owned(),
    ]
}

#[cfg(test)]
mod tests;
