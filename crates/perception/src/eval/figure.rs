//! Evaluates body proportions: a label sheet with `file,shoulder,waist,hip,clothing` and, if known, `shape`. The three widths
//! may be in any one unit: only their ratios count.

use std::collections::BTreeMap;

use cheval_domain::figure::Shape;

use super::chain::{Chain, PASSES, STEP_MS};
use super::metrics::{Confusion, Mean, Share, coverage};
use super::picture::{Picture, SIDE_PX};
use super::report::{
    Axis, Chart, Column, Example, FORMAT, Figure, Gallery, Matrix, Report, Section, Series, Table,
    TableRow, Unit, model_facts,
};
use super::sheet::{LeftOut, Row, Sheet, demand_folder};
use super::{EvalError, EvalOptions, Watcher};
use crate::models::{ModelStore, Runtime};

const COLUMNS: [&str; 5] = ["file", "shoulder", "waist", "hip", "clothing"];
/// Organs that a figure is read with.
const ORGANS: [&str; 4] = ["face_detector", "person_detector", "pose", "person_mask"];
/// From body-tight to a coat: the further down, the less a silhouette says about the body.
const CLOTHING: [&str; 4] = ["tight", "regular", "loose", "coat"];
const SHAPES: [(&str, Shape); 5] = [
    ("hourglass", Shape::Hourglass),
    ("triangle", Shape::Triangle),
    ("inverted_triangle", Shape::InvertedTriangle),
    ("rectangle", Shape::Rectangle),
    ("oval", Shape::Oval),
];
/// Widths of one body differ by less than this factor from each other.
const MAX_RATIO: f64 = 4.0;
/// Examples of each kind.
const EXAMPLES: usize = 12;

/// Proportions, as labelled or as said.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Proportions {
    /// Shoulder width over hip width.
    pub shoulder_to_hip: f64,
    /// Waist width over hip width.
    pub waist_to_hip: f64,
    /// What they are called; `None` when that is not labelled, or said to be unknown.
    pub shape: Option<Shape>,
    /// Confidence of the shape, 0..=1; 1 for a label.
    pub confidence: f64,
}

/// One labelled body and what was said of it.
#[derive(Debug, Clone, PartialEq)]
pub struct FigureCase {
    /// File as in the label sheet.
    pub file: String,
    /// Line of the label sheet.
    pub line: u64,
    /// The labelled proportions.
    pub truth: Proportions,
    /// One of `tight`, `regular`, `loose`, `coat`.
    pub clothing: &'static str,
    /// What was said; `None` when no figure was reported.
    pub said: Option<Proportions>,
}

/// Shows the pictures of a sheet to the whole chain and compares the figure it reports.
///
/// # Errors
/// [`EvalError`] when sheet, folder or models cannot be used, or no row can.
pub fn figure(options: &EvalOptions, watcher: &mut dyn Watcher) -> Result<Report, EvalError> {
    demand_folder(&options.data)?;
    let mut sheet = Sheet::read(&options.labels, &COLUMNS)?;
    let store = ModelStore::open(&options.models, Runtime::load(options.runtime.as_deref())?)?;
    let mut chain = Chain::load(options);
    let rows = sheet.rows().len() as u64;
    let cases = sheet.each(watcher, |sheet, row| {
        let mut case = labelled(sheet, row)?;
        let picture = Picture::load(&options.data, &case.file, SIDE_PX)?;
        let person = chain.stand_before(picture.pixels());
        case.said = person
            .and_then(|person| person.figure)
            .filter(cheval_domain::figure::Figure::is_measured)
            .map(|said| Proportions {
                shoulder_to_hip: f64::from(said.shoulder_to_hip),
                waist_to_hip: f64::from(said.waist_to_hip),
                shape: (said.shape.value != Shape::Unknown).then_some(said.shape.value),
                confidence: f64::from(said.shape.confidence),
            });
        Ok(case)
    });
    let skipped = sheet.close(cases.len())?;
    let (sections, worst) = findings(&cases);
    Ok(Report {
        format: FORMAT,
        what: "figure".to_owned(),
        rows,
        used: cases.len() as u64,
        skipped,
        models: model_facts(&store, &ORGANS),
        method: vec![format!(
            "Each picture is shown to the whole chain {PASSES} times, {STEP_MS} ms apart, as if somebody stood still before the \
             mirror; the figure reported then counts. A ratio's error is |said / labelled - 1|, of bodies whose figure was \
             reported. Intervals are Wilson's, 95 %."
        )],
        sections,
        worst,
    })
}

fn labelled(sheet: &Sheet, row: &Row) -> Result<FigureCase, LeftOut> {
    let width = |column| {
        let text = sheet.cell(row, column);
        let parsed = text
            .parse::<f64>()
            .ok()
            .filter(|w| w.is_finite() && *w > 0.0);
        parsed.ok_or_else(|| LeftOut::unknown_label(column, text, "a width above 0"))
    };
    let (shoulder, waist, hip) = (width("shoulder")?, width("waist")?, width("hip")?);
    let ratios = [shoulder / hip, waist / hip];
    if ratios
        .iter()
        .any(|r| !(1.0 / MAX_RATIO..=MAX_RATIO).contains(r))
    {
        return Err(LeftOut::new(
            "unknown label",
            "no body has widths so unlike; are they in one unit?",
        ));
    }
    let clothing = sheet.cell(row, "clothing");
    let shape = match sheet.cell(row, "shape") {
        "" => None,
        name => Some(shape_named(name).ok_or_else(|| {
            LeftOut::unknown_label("shape", name, &SHAPES.map(|(name, _)| name).join(", "))
        })?),
    };
    Ok(FigureCase {
        file: sheet.cell(row, "file").to_owned(),
        line: row.line,
        truth: Proportions {
            shoulder_to_hip: ratios[0],
            waist_to_hip: ratios[1],
            shape,
            confidence: 1.0,
        },
        clothing: CLOTHING
            .into_iter()
            .find(|known| *known == clothing)
            .ok_or_else(|| LeftOut::unknown_label("clothing", clothing, &CLOTHING.join(", ")))?,
        said: None,
    })
}

fn shape_named(name: &str) -> Option<Shape> {
    SHAPES
        .iter()
        .find(|(known, _)| *known == name)
        .map(|(_, shape)| *shape)
}

fn place(shape: Option<Shape>) -> usize {
    SHAPES
        .iter()
        .position(|(_, known)| Some(*known) == shape)
        .unwrap_or(SHAPES.len())
}

/// One of the three ratios of a body.
type Ratio = fn(&Proportions) -> f64;
const RATIOS: [(&str, &str, Ratio); 3] = [
    ("shoulder_to_hip", "Shoulder to hip", |p| p.shoulder_to_hip),
    ("waist_to_hip", "Waist to hip", |p| p.waist_to_hip),
    ("shoulder_to_waist", "Shoulder to waist", |p| {
        p.shoulder_to_hip / p.waist_to_hip.max(1e-6)
    }),
];

fn error(case: &FigureCase, ratio: Ratio) -> Option<f64> {
    Some((ratio(case.said.as_ref()?) / ratio(&case.truth) - 1.0).abs())
}

/// The mean error over the three ratios.
fn mean_error(case: &FigureCase) -> Option<f64> {
    let errors: Option<Vec<f64>> = RATIOS
        .iter()
        .map(|(.., ratio)| error(case, *ratio))
        .collect();
    errors?.into_iter().collect::<Mean>().value()
}

/// Whether the shape is right, with the confidence it was said with; `None` when not labelled or not said.
fn shape_answer(case: &FigureCase) -> Option<(f64, bool)> {
    let said = case.said?;
    Some((said.confidence, case.truth.shape? == said.shape?))
}

/// What cases say, apart from any file or model.
#[must_use]
pub fn findings(cases: &[FigureCase]) -> (Vec<Section>, Vec<Gallery>) {
    let (ratios, shapes) = (ratios(cases), shapes(cases));
    let mut ranked: Vec<(f64, &FigureCase)> = cases
        .iter()
        .filter_map(|case| Some((mean_error(case)?, case)))
        .collect();
    ranked.sort_by(|a, b| b.0.total_cmp(&a.0));
    let examples = ranked
        .into_iter()
        .take(EXAMPLES)
        .map(|(error, case)| Example {
            file: case.file.clone(),
            line: case.line,
            truth: words(&case.truth),
            said: format!(
                "{}, {:.0} % off",
                case.said.as_ref().map(words).unwrap_or_default(),
                100.0 * error
            ),
            place: None,
            picture: None,
        });
    let gallery = Gallery {
        title: "Proportions furthest off".to_owned(),
        examples: examples.collect(),
    };
    (
        vec![ratios, shapes],
        Some(gallery)
            .filter(|g| !g.examples.is_empty())
            .into_iter()
            .collect(),
    )
}

fn words(p: &Proportions) -> String {
    format!(
        "shoulder {:.2}, waist {:.2} of hip",
        p.shoulder_to_hip, p.waist_to_hip
    )
}

fn ratios(cases: &[FigureCase]) -> Section {
    let mut section = Section::new("ratios", "Proportions", "");
    let reported: Share = cases.iter().map(|case| case.said.is_some()).collect();
    section.figures = vec![Figure::share(
        "figure.reported",
        "A figure was reported",
        reported,
    )];
    for (key, label, ratio) in RATIOS {
        let errors: Mean = cases.iter().filter_map(|case| error(case, ratio)).collect();
        section.figures.push(Figure::number(
            &format!("figure.{key}"),
            &format!("{label}, mean error"),
            errors.value(),
            Unit::Share,
            errors.of,
        ));
    }
    section.tables = vec![by_clothing(cases)];
    section
}

fn by_clothing(cases: &[FigureCase]) -> Table {
    let mut levels: BTreeMap<usize, Vec<&FigureCase>> = BTreeMap::new();
    for case in cases {
        let level = CLOTHING
            .iter()
            .position(|name| *name == case.clothing)
            .unwrap_or(0);
        levels.entry(level).or_default().push(case);
    }
    let rows = levels.into_iter().map(|(level, of)| {
        let shape: Share = of
            .iter()
            .filter_map(|c| shape_answer(c))
            .map(|(_, right)| right)
            .collect();
        let mut cells = vec![
            Some(of.len() as f64),
            of.iter()
                .map(|c| c.said.is_some())
                .collect::<Share>()
                .value(),
        ];
        cells.extend(RATIOS.iter().map(|(.., ratio)| {
            of.iter()
                .filter_map(|c| error(c, *ratio))
                .collect::<Mean>()
                .value()
        }));
        cells.push(shape.value());
        TableRow::new(CLOTHING[level], cells)
    });
    let mut columns = vec![
        Column::new("Bodies", Unit::Count),
        Column::new("Reported", Unit::Share),
    ];
    columns.extend(
        RATIOS
            .iter()
            .map(|(_, label, _)| Column::new(&format!("{label}, error"), Unit::Share)),
    );
    columns.push(Column::new("Shape right", Unit::Share));
    Table {
        key: "clothing".to_owned(),
        title: "By clothing".to_owned(),
        rows_are: "Clothing".to_owned(),
        columns,
        rows: rows.collect(),
    }
}

fn shapes(cases: &[FigureCase]) -> Section {
    let labelled = || cases.iter().filter(|case| case.truth.shape.is_some());
    let mut confusion = Confusion::new(&SHAPES.map(|(name, _)| name), &["unknown"]);
    labelled()
        .for_each(|c| confusion.add(place(c.truth.shape), place(c.said.and_then(|s| s.shape))));
    let answers: Vec<(f64, bool)> = labelled().filter_map(shape_answer).collect();
    let answered: Share = labelled()
        .map(|case| shape_answer(case).is_some())
        .collect();
    let mut section = Section::new(
        "shape",
        "Shape",
        "What the proportions are called; `unknown` is an answer that claims nothing.",
    );
    section.figures = vec![
        Figure::share("figure.shape_answered", "A shape was named", answered),
        Figure::share(
            "figure.shape_right",
            "Right when named",
            answers.iter().map(|&(_, right)| right).collect(),
        ),
    ];
    section.matrices = vec![Matrix::new("Shape", &confusion)];
    section.charts = vec![Chart {
        title: "Abstention: shape right against share answered".to_owned(),
        note: "Of the bodies whose shape was named.".to_owned(),
        x: Axis::new("share answered", 0.0, 1.0),
        y: Axis::new("share right", 0.0, 1.0),
        diagonal: false,
        series: vec![Series::line(
            "shape",
            coverage(&answers).iter().map(|p| [p.answered, p.accuracy]),
        )],
        marks: Vec::new(),
    }];
    section
}

#[cfg(test)]
mod tests {
    use super::*;

    fn case(
        clothing: &'static str,
        truth: (f64, f64),
        said: Option<(f64, f64, Option<Shape>)>,
    ) -> FigureCase {
        FigureCase {
            file: "a.png".to_owned(),
            line: 2,
            truth: Proportions {
                shoulder_to_hip: truth.0,
                waist_to_hip: truth.1,
                shape: Some(Shape::Hourglass),
                confidence: 1.0,
            },
            clothing,
            said: said.map(|(shoulder_to_hip, waist_to_hip, shape)| Proportions {
                shoulder_to_hip,
                waist_to_hip,
                shape,
                confidence: 0.8,
            }),
        }
    }

    fn value(sections: &[Section], key: &str) -> Option<f64> {
        sections
            .iter()
            .flat_map(|s| &s.figures)
            .find(|f| f.key == key)
            .unwrap()
            .value
    }

    #[test]
    fn ratio_errors_are_relative_and_only_of_what_was_reported() {
        let cases = [
            case(
                "tight",
                (1.0, 0.8),
                Some((1.1, 0.8, Some(Shape::Hourglass))),
            ),
            case("loose", (1.0, 0.8), Some((1.0, 0.6, Some(Shape::Oval)))),
            case("coat", (1.0, 0.8), None),
        ];
        let (sections, worst) = findings(&cases);
        assert_eq!(value(&sections, "figure.reported"), Some(0.6667));
        assert_eq!(value(&sections, "figure.shoulder_to_hip"), Some(0.05));
        assert_eq!(value(&sections, "figure.waist_to_hip"), Some(0.125));
        assert_eq!(value(&sections, "figure.shape_right"), Some(0.5));
        let rows = &sections[0].tables[0].rows;
        assert_eq!(
            rows.iter().map(|r| r.label.as_str()).collect::<Vec<_>>(),
            ["tight", "loose", "coat"]
        );
        assert_eq!(
            rows[2].cells[1..3],
            [Some(0.0), None],
            "a coat says nothing, and that is no error of 0"
        );
        assert!(
            worst[0].examples[0].said.contains("19 % off"),
            "{:?}",
            worst[0].examples[0]
        );
    }

    #[test]
    fn an_unknown_shape_is_no_wrong_one() {
        let (sections, _) = findings(&[case("coat", (1.0, 0.8), Some((1.0, 0.8, None)))]);
        assert_eq!(value(&sections, "figure.shape_answered"), Some(0.0));
        assert_eq!(value(&sections, "figure.shape_right"), None);
        assert_eq!(sections[1].matrices[0].counts[0], [0, 0, 0, 0, 0, 1]);
    }

    #[test]
    fn labels_that_are_no_body_are_refused() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("labels.csv");
        let rows = [
            ("40,30,38,tight,hourglass", true),
            ("40,30,38,tight,", true),
            ("nan,30,38,tight,", false),
            ("40,0,38,tight,", false),
            ("400,30,38,tight,", false),
            ("40,30,38,naked,", false),
            ("40,30,38,tight,pear", false),
        ];
        let text = rows.map(|(row, _)| format!("a.png,{row}\n")).concat();
        std::fs::write(
            &path,
            format!("file,shoulder,waist,hip,clothing,shape\n{text}"),
        )
        .unwrap();
        let sheet = Sheet::read(&path, &COLUMNS).unwrap();
        for (row, (text, good)) in sheet.rows().iter().zip(rows) {
            assert_eq!(labelled(&sheet, row).is_ok(), good, "{text}");
        }
    }
}
