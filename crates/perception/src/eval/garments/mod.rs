//! Evaluates garment parser, person mask and the words for what is worn: a label sheet with `file`, and
//! `mask` or words for torso and legs.

mod masks;
mod read;
mod sections;
mod words;

use super::chain;
use super::picture::{Picture, SIDE_PX};
use super::report::{FORMAT, Report, model_facts};
use super::sheet::{LeftOut, Row, Sheet, demand_folder, file_below};
use super::{EvalError, EvalOptions, Watcher};
use crate::models::{ModelStore, Runtime};

pub use masks::{Cell, LabelMask, MaskScores};
pub use words::{Said, Task, WordCase};

use read::GarmentOrgans;

/// Organs that take part.
const ORGANS: [&str; 5] = [
    "face_detector",
    "person_detector",
    "pose",
    "person_mask",
    "garment_parser",
];

/// One labelled picture and what was said of it.
#[derive(Debug, Clone, PartialEq)]
pub struct GarmentCase {
    /// File as in the label sheet.
    pub file: String,
    /// Line of the label sheet.
    pub line: u64,
    /// How the masks fit; `None` without a labelled mask.
    pub masks: Option<MaskScores>,
    /// A person was found as the kiosk finds one; `None` when no word was asked for.
    pub person: Option<bool>,
    /// Labelled words and what was said.
    pub words: Vec<WordCase>,
    /// Labelled categories and what the parser calls them, in one look at the whole picture.
    pub named: Vec<WordCase>,
}

/// Runs parser, mask and the whole chain over the pictures of a sheet.
///
/// # Errors
/// [`EvalError`] when sheet, folder or models cannot be used, or no row can.
pub fn garments(options: &EvalOptions, watcher: &mut dyn Watcher) -> Result<Report, EvalError> {
    demand_folder(&options.data)?;
    let mut sheet = Sheet::read(&options.labels, &["file"])?;
    if !sheet.has("mask") && Task::ALL.iter().all(|task| !sheet.has(task.column())) {
        return Err(EvalError::Column {
            path: options.labels.clone(),
            column: "mask".to_owned(),
            found: "neither masks nor words such as torso_category".to_owned(),
        });
    }
    let store = ModelStore::open(&options.models, Runtime::load(options.runtime.as_deref())?)?;
    let mut organs = GarmentOrgans::load(&store, options)?;
    let rows = sheet.rows().len() as u64;
    let cases = sheet.each(watcher, |sheet, row| {
        let labels = labelled(sheet, row)?;
        let file = sheet.cell(row, "file");
        let picture = Picture::load(&options.data, file, SIDE_PX)?;
        let mask = match sheet.cell(row, "mask") {
            "" => None,
            name => Some(LabelMask::load(
                &file_below(&options.data, name)?,
                picture.pixels(),
            )?),
        };
        let broken = |e| LeftOut::new("a model failed", format!("{file}: {e}"));
        organs
            .look(&picture, mask.as_ref(), &labels, file, row.line)
            .map_err(broken)
    });
    let skipped = sheet.close(cases.len())?;
    let (sections, worst) = findings(&cases);
    Ok(Report {
        format: FORMAT,
        what: "garments".to_owned(),
        rows,
        used: cases.len() as u64,
        skipped,
        models: model_facts(&store, &ORGANS),
        method: method(),
        sections,
        worst,
    })
}

/// What cases say, apart from any file or model.
#[must_use]
pub fn findings(cases: &[GarmentCase]) -> (Vec<super::Section>, Vec<super::Gallery>) {
    (sections::all(cases), sections::galleries(cases))
}

fn labelled(sheet: &Sheet, row: &Row) -> Result<Vec<(Task, usize)>, LeftOut> {
    let mut labels = Vec::new();
    for task in Task::ALL {
        let word = sheet.cell(row, task.column());
        if !word.is_empty() {
            let truth = task.truth(word).ok_or_else(|| {
                LeftOut::unknown_label(task.column(), word, &task.words().join(", "))
            })?;
            labels.push((task, truth));
        }
    }
    if labels.is_empty() && sheet.cell(row, "mask").is_empty() {
        return Err(LeftOut::new(
            "nothing labelled",
            "neither a mask nor a word",
        ));
    }
    Ok(labels)
}

fn method() -> Vec<String> {
    vec![
        format!(
            "Masks: the whole picture, fitted into the parser's shape, is parsed; cells count as a person's where the person \
             mask is above {}. Compared on a grid of {} by {} cells over that crop; cells without a label do not count. IoU is \
             summed over all pictures.",
            masks::PERSON,
            masks::GRID.0,
            masks::GRID.1
        ),
        format!(
            "Piece right: of upper, outer and dress (of trousers and skirt) the one with most cells is the labelled one. Counts \
             where the labelled one covers more than {} cells.",
            masks::MIN_PIECE
        ),
        format!(
            "Words: the picture is shown to the whole chain {} times, {} ms apart, as if somebody stood still before the mirror; \
             what is reported then counts. Nobody found means nothing said.",
            chain::PASSES,
            chain::STEP_MS
        ),
        "Names alone: what the parser calls the cloth of torso and legs in one look at the whole picture. Intervals are Wilson's, 95 %. Calibration: 15 bins of \
         equal width over 0 to 1 (Guo et al. 2017)."
            .to_owned(),
    ]
}

#[cfg(test)]
mod tests;
