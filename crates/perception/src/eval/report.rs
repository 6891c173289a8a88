//! What an evaluation found, as plain data: the text table, the JSON, the page and the model card are all drawn from it.

use std::collections::BTreeMap;

use cheval_domain::geometry::BoxInImage;
use serde::{Deserialize, Serialize};

use super::metrics::{Calibration, Confusion, Share};
use crate::models::ModelStore;

/// Version of the JSON form.
pub(crate) const FORMAT: u32 = 1;

/// One evaluation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Report {
    /// Version of this form; 1.
    pub format: u32,
    /// What was evaluated: `faces`, `garments`, `figure` or `tracks`.
    pub what: String,
    /// Rows of the label sheet.
    pub rows: u64,
    /// Rows that were used.
    pub used: u64,
    /// Rows that were left out, by reason.
    pub skipped: BTreeMap<String, u64>,
    /// Models that were run.
    pub models: Vec<ModelFact>,
    /// How it was measured, a sentence each.
    pub method: Vec<String>,
    /// The findings.
    pub sections: Vec<Section>,
    /// The worst cases; left out of the form that is stored with a model card.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub worst: Vec<Gallery>,
}

/// Which model file was run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModelFact {
    /// Organ as in `models.toml`.
    pub organ: String,
    /// File name.
    pub file: String,
    /// SHA-256 of the file, lower-case hexadecimal.
    pub sha256: String,
}

/// Findings about one question.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Section {
    /// Word that names it in scripts and cards.
    pub key: String,
    /// Headline.
    pub title: String,
    /// What to know when reading it; may be empty.
    pub note: String,
    /// Single figures.
    pub figures: Vec<Figure>,
    /// Tables.
    pub tables: Vec<Table>,
    /// Confusion matrices.
    pub matrices: Vec<Matrix>,
    /// Curves.
    pub charts: Vec<Chart>,
}

impl Section {
    pub(crate) fn new(key: &str, title: &str, note: &str) -> Self {
        Self {
            key: key.to_owned(),
            title: title.to_owned(),
            note: note.to_owned(),
            ..Self::default()
        }
    }
}

/// How a number is meant and shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// 0..=1.
    Share,
    /// Years of age.
    Years,
    /// Whole things.
    Count,
    /// 0..=1, three digits: an error or an overlap rather than a share of cases.
    Ratio,
}

/// One number with what it rests on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Figure {
    /// Stable name for scripts.
    pub key: String,
    /// For people.
    pub label: String,
    /// `None` when there was nothing to measure it on.
    pub value: Option<f64>,
    /// How it is meant.
    pub unit: Unit,
    /// Cases it rests on.
    pub n: u64,
    /// 95 % interval (Wilson) of a share.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interval: Option<[f64; 2]>,
}

impl Figure {
    pub(crate) fn share(key: &str, label: &str, share: Share) -> Self {
        Self {
            key: key.to_owned(),
            label: label.to_owned(),
            value: share.value().map(rounded),
            unit: Unit::Share,
            n: share.of,
            interval: share.wilson().map(|i| i.map(rounded)),
        }
    }

    pub(crate) fn number(key: &str, label: &str, value: Option<f64>, unit: Unit, n: u64) -> Self {
        Self {
            key: key.to_owned(),
            label: label.to_owned(),
            value: value.map(rounded),
            unit,
            n,
            interval: None,
        }
    }
}

/// A table of numbers.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Table {
    /// Word that names it in model cards.
    pub key: String,
    /// Headline.
    pub title: String,
    /// Head of the first column.
    pub rows_are: String,
    /// The other columns.
    pub columns: Vec<Column>,
    /// Rows.
    pub rows: Vec<TableRow>,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Column {
    /// Headline.
    pub label: String,
    /// How its numbers are meant.
    pub unit: Unit,
}

impl Column {
    pub(crate) fn new(label: &str, unit: Unit) -> Self {
        Self {
            label: label.to_owned(),
            unit,
        }
    }
}

/// A row.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TableRow {
    /// Its name.
    pub label: String,
    /// One number per column; `None` where there is nothing to count.
    pub cells: Vec<Option<f64>>,
}

impl TableRow {
    pub(crate) fn new(label: &str, cells: Vec<Option<f64>>) -> Self {
        Self {
            label: label.to_owned(),
            cells: cells.into_iter().map(|cell| cell.map(rounded)).collect(),
        }
    }
}

/// A confusion matrix: rows are the truth, columns what was said.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Matrix {
    /// Headline.
    pub title: String,
    /// Names of the rows.
    pub truth: Vec<String>,
    /// Names of the columns.
    pub said: Vec<String>,
    /// Cases, row by row.
    pub counts: Vec<Vec<u64>>,
}

impl Matrix {
    pub(crate) fn new(title: &str, confusion: &Confusion) -> Self {
        Self {
            title: title.to_owned(),
            truth: confusion.truth().to_vec(),
            said: confusion.said().to_vec(),
            counts: confusion.rows().map(<[u64]>::to_vec).collect(),
        }
    }
}

/// A chart of curves.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Chart {
    /// Headline.
    pub title: String,
    /// What to know when reading it.
    pub note: String,
    /// Across.
    pub x: Axis,
    /// Up.
    pub y: Axis,
    /// Draw the line on which both are equal.
    pub diagonal: bool,
    /// Curves.
    pub series: Vec<Series>,
    /// Single points worth a word.
    pub marks: Vec<Mark>,
}

/// An axis.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Axis {
    /// What it shows.
    pub label: String,
    /// Left or lower end.
    pub from: f64,
    /// Right or upper end.
    pub to: f64,
}

impl Axis {
    pub(crate) fn new(label: &str, from: f64, to: f64) -> Self {
        Self {
            label: label.to_owned(),
            from,
            to,
        }
    }
}

/// A curve.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Series {
    /// Its name.
    pub label: String,
    /// x, y.
    pub points: Vec<[f64; 2]>,
    /// Cases behind each point, shown as dots of that area; empty for a plain line.
    pub counts: Vec<u64>,
}

impl Series {
    pub(crate) fn line(label: &str, points: impl IntoIterator<Item = [f64; 2]>) -> Self {
        Self {
            label: label.to_owned(),
            points: points.into_iter().map(|p| p.map(rounded)).collect(),
            counts: Vec::new(),
        }
    }

    pub(crate) fn calibration(label: &str, calibration: &Calibration) -> Self {
        let filled = || calibration.bins.iter().filter(|bin| bin.count > 0);
        Self {
            counts: filled().map(|bin| bin.count).collect(),
            ..Self::line(label, filled().map(|bin| [bin.confidence, bin.accuracy]))
        }
    }
}

/// A point with a word.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mark {
    /// The word.
    pub label: String,
    /// Across.
    pub x: f64,
    /// Up.
    pub y: f64,
}

impl Mark {
    pub(crate) fn new(label: &str, x: f64, y: f64) -> Self {
        Self {
            label: label.to_owned(),
            x: rounded(x),
            y: rounded(y),
        }
    }
}

/// The worst cases of one kind.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gallery {
    /// Headline.
    pub title: String,
    /// Worst first.
    pub examples: Vec<Example>,
}

/// One case that went wrong.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Example {
    /// File as in the label sheet.
    pub file: String,
    /// Line of the label sheet.
    pub line: u64,
    /// The truth by the label sheet.
    pub truth: String,
    /// What the models said.
    pub said: String,
    /// Where in the picture, in image coordinates; `None` for all of it.
    #[serde(skip)]
    pub place: Option<BoxInImage>,
    /// A small JPEG as base64, once [`attach_pictures`](super::attach_pictures) made it.
    #[serde(skip)]
    pub picture: Option<String>,
}

/// What the manifest says of the models that take part.
pub(crate) fn model_facts(store: &ModelStore, organs: &[&str]) -> Vec<ModelFact> {
    organs
        .iter()
        .filter_map(|organ| store.entry(organ))
        .map(|entry| ModelFact {
            organ: entry.organ.clone(),
            file: entry.file.clone(),
            sha256: entry.sha256.clone(),
        })
        .collect()
}

/// Four digits after the point: more than any sample here can say, few enough to read and compare.
pub(crate) fn rounded(value: f64) -> f64 {
    (value * 1e4).round() / 1e4
}

impl Report {
    /// A figure by its key.
    #[must_use]
    pub fn figure(&self, key: &str) -> Option<&Figure> {
        self.sections
            .iter()
            .flat_map(|section| &section.figures)
            .find(|figure| figure.key == key)
    }

    /// The form that is stored with model cards: no name of any picture, and no curve, which no card shows.
    #[must_use]
    pub fn for_cards(mut self) -> Self {
        self.worst.clear();
        self.sections
            .iter_mut()
            .for_each(|section| section.charts.clear());
        self
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A report with a little of everything, and text that a page must not take for markup.
    pub(crate) fn small_report() -> Report {
        let mut confusion = Confusion::new(&["female", "male"], &["unknown"]);
        confusion.add(0, 0);
        confusion.add(1, 1);
        confusion.add(1, 2);
        let mut section = Section::new("gender", "Gender", "As a face appears.");
        section.figures = vec![
            Figure::share("gender.accuracy", "Gender right", Share { hits: 2, of: 3 }),
            Figure::number("gender.ece", "Calibration error", None, Unit::Ratio, 0),
        ];
        section.tables = vec![Table {
            key: "groups".to_owned(),
            title: "By group".to_owned(),
            rows_are: "Group".to_owned(),
            columns: vec![Column::new("Faces", Unit::Count)],
            rows: vec![TableRow::new("<b>&", vec![Some(3.0)])],
        }];
        section.matrices = vec![Matrix::new("Gender", &confusion)];
        section.charts = vec![Chart {
            title: "Abstention".to_owned(),
            note: String::new(),
            x: Axis::new("answered", 0.0, 1.0),
            y: Axis::new("right", 0.5, 1.0),
            diagonal: true,
            series: vec![Series {
                counts: vec![1, 9],
                ..Series::line("all", [[0.5, 1.0], [1.0, 0.75]])
            }],
            marks: vec![Mark::new("shipped", 0.5, 1.0)],
        }];
        Report {
            format: FORMAT,
            what: "faces".to_owned(),
            rows: 4,
            used: 3,
            skipped: [("no such file".to_owned(), 1)].into(),
            models: vec![ModelFact {
                organ: "age_gender".to_owned(),
                file: "a.onnx".to_owned(),
                sha256: "0".repeat(64),
            }],
            method: vec!["One crop.".to_owned()],
            sections: vec![section],
            worst: vec![Gallery {
                title: "Worst".to_owned(),
                examples: vec![Example {
                    file: "<script>alert(1)</script>.jpg".to_owned(),
                    line: 7,
                    truth: "male".to_owned(),
                    said: "female 99 %".to_owned(),
                    place: None,
                    picture: Some("QUJD".to_owned()),
                }],
            }],
        }
    }

    #[test]
    fn json_comes_back_as_it_went_but_for_pictures() {
        let report = small_report();
        let json = serde_json::to_string(&report).unwrap();
        assert!(!json.contains("QUJD"), "pictures stay out of the JSON");
        let mut again: Report = serde_json::from_str(&json).unwrap();
        again.worst[0].examples[0].picture = Some("QUJD".to_owned());
        assert_eq!(again, report);
    }

    #[test]
    fn the_form_for_cards_names_no_picture() {
        let json = serde_json::to_string(&small_report().for_cards()).unwrap();
        assert!(
            !json.contains(".jpg") && json.contains("gender.accuracy"),
            "{json}"
        );
    }
}
