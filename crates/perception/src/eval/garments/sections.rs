//! Figures, tables, matrices and curves of a garment evaluation. Pure.

use super::GarmentCase;
use super::masks::MaskScores;
use super::words::{Task, WordCase};
use crate::eval::metrics::{Confusion, Overlap, Share, calibration, coverage};
use crate::eval::report::{
    Axis, Chart, Column, Example, Figure, Gallery, Matrix, Section, Series, Table, TableRow, Unit,
};
use crate::organs::garment_parser::LABELS;

/// Examples of each kind.
const EXAMPLES: usize = 12;

pub(super) fn all(cases: &[GarmentCase]) -> Vec<Section> {
    let words: Vec<WordCase> = cases.iter().flat_map(|c| &c.words).copied().collect();
    let named: Vec<WordCase> = cases.iter().flat_map(|c| &c.named).copied().collect();
    let mut sections = Vec::new();
    if cases.iter().any(|c| c.masks.is_some()) {
        sections.push(masks(cases));
    }
    if !words.is_empty() {
        sections.push(said(cases, &words));
    }
    if !named.is_empty() {
        sections.push(names(&named));
    }
    sections
}

fn masks(cases: &[GarmentCase]) -> Section {
    let mut sum = MaskScores::default();
    let mut pictures = 0;
    for scores in cases.iter().filter_map(|c| c.masks.as_ref()) {
        sum.join(scores);
        pictures += 1;
    }
    let iou = |key: &str, label: &str, overlap: Overlap| {
        Figure::number(key, label, overlap.iou(), Unit::Ratio, pictures)
    };
    let torso = pieces(&["upper", "outer", "dress"], &sum.torso_pieces);
    let lower = pieces(&["trousers", "skirt"], &sum.lower_pieces);
    let mut section = Section::new(
        "masks",
        "Masks",
        "Parser times person mask against labelled masks; the count behind an overlap is pictures.",
    );
    section.figures = vec![
        iou(
            "masks.clothing_iou",
            "Clothing against the rest, IoU",
            sum.clothing,
        ),
        iou("masks.torso_iou", "Torso garments, IoU", sum.torso),
        iou("masks.lower_iou", "Leg garments, IoU", sum.lower),
        Figure::share("masks.torso_piece", "Torso piece right", torso.right()),
        Figure::share("masks.lower_piece", "Lower piece right", lower.right()),
        Figure::number(
            "masks.cells",
            "Cells right",
            sum.cells.value(),
            Unit::Ratio,
            pictures,
        ),
    ];
    section.tables = vec![Table {
        key: "classes".to_owned(),
        title: "By class".to_owned(),
        rows_are: "Class".to_owned(),
        columns: vec![Column::new("IoU", Unit::Ratio)],
        rows: LABELS
            .iter()
            .zip(&sum.classes)
            .map(|(name, overlap)| TableRow::new(name, vec![overlap.iou()]))
            .collect(),
    }];
    section.matrices = vec![
        Matrix::new("Largest torso piece", &torso),
        Matrix::new("Largest lower piece", &lower),
    ];
    section
}

fn pieces(names: &[&str], found: &[(usize, Option<usize>)]) -> Confusion {
    let mut confusion = Confusion::new(names, &["none"]);
    for &(truth, said) in found {
        confusion.add(truth, said.unwrap_or(names.len()));
    }
    confusion
}

fn said(cases: &[GarmentCase], words: &[WordCase]) -> Section {
    let person: Share = cases.iter().filter_map(|c| c.person).collect();
    let mut section = Section::new("words", "What the kiosk says is worn", "");
    section.figures = vec![Figure::share("words.person", "A person was found", person)];
    for task in Task::ALL {
        let of: Vec<WordCase> = words.iter().filter(|w| w.task == task).copied().collect();
        if of.is_empty() {
            continue;
        }
        let confusion = confusion(task, &of);
        let key = |end: &str| format!("words.{}{end}", task.column());
        section
            .figures
            .push(Figure::share(&key(""), task.title(), confusion.right()));
        section.matrices.push(Matrix::new(task.title(), &confusion));
        let answers = answers(&of);
        if !answers.is_empty() {
            let reliability = calibration(&answers);
            section.figures.push(Figure::number(
                &key("_ece"),
                &format!("{}, calibration error (ECE)", task.title()),
                reliability.ece,
                Unit::Ratio,
                reliability.count,
            ));
        }
    }
    section.charts = charts("of words", words);
    section
}

/// (confidence, right) of the answers that name something.
fn answers(words: &[WordCase]) -> Vec<(f64, bool)> {
    words
        .iter()
        .filter(|w| w.said.word < w.task.words().len())
        .filter_map(|w| Some((w.said.confidence?, w.right())))
        .collect()
}

fn charts(what: &str, words: &[WordCase]) -> Vec<Chart> {
    let kinds: Vec<(Task, Vec<(f64, bool)>)> = Task::ALL
        .into_iter()
        .map(|task| {
            let of: Vec<WordCase> = words.iter().filter(|w| w.task == task).copied().collect();
            (task, answers(&of))
        })
        .filter(|(_, answers)| !answers.is_empty())
        .collect();
    if kinds.is_empty() {
        return Vec::new();
    }
    let titles = || {
        kinds
            .iter()
            .map(|(task, answers)| (task.column().replace('_', " "), answers))
    };
    vec![
        Chart {
            title: format!("Calibration {what}"),
            note: "On the line, what is said with a confidence comes true as often. Larger dots stand for more cases.".to_owned(),
            x: Axis::new("confidence", 0.0, 1.0),
            y: Axis::new("share that came true", 0.0, 1.0),
            diagonal: true,
            series: titles().map(|(name, of)| Series::calibration(&name, &calibration(of))).collect(),
            marks: Vec::new(),
        },
        Chart {
            title: format!("Abstention {what}: right against share answered"),
            note: "From right to left fewer, surer answers.".to_owned(),
            x: Axis::new("share answered", 0.0, 1.0),
            y: Axis::new("share right", 0.0, 1.0),
            diagonal: false,
            series: titles()
                .map(|(name, of)| Series::line(&name, coverage(of).iter().map(|p| [p.answered, p.accuracy])))
                .collect(),
            marks: Vec::new(),
        },
    ]
}

fn confusion(task: Task, words: &[WordCase]) -> Confusion {
    let mut confusion = Confusion::new(&task.words(), &Task::no_labels());
    words
        .iter()
        .for_each(|w| confusion.add(w.truth, w.said.word));
    confusion
}

fn names(named: &[WordCase]) -> Section {
    let right = |wanted: &dyn Fn(Task) -> bool| {
        named
            .iter()
            .filter(|w| wanted(w.task))
            .map(WordCase::right)
            .collect::<Share>()
    };
    let mut section = Section::new(
        "names",
        "Names alone",
        "What the parser calls the cloth of torso and legs in one look. “Other” is a piece of the other half of the body.",
    );
    section.figures = vec![
        Figure::share("names.right", "Garments named right", right(&|_| true)),
        Figure::share(
            "names.torso",
            "Torso garments named right",
            right(&|t| t == Task::TorsoCategory),
        ),
        Figure::share(
            "names.legs",
            "Leg garments named right",
            right(&|t| t == Task::LegsCategory),
        ),
    ];
    let of = |task: Task| {
        named
            .iter()
            .filter(|w| w.task == task)
            .copied()
            .collect::<Vec<_>>()
    };
    section.matrices = [Task::TorsoCategory, Task::LegsCategory]
        .into_iter()
        .filter(|task| !of(*task).is_empty())
        .map(|task| Matrix::new(task.title(), &confusion(task, &of(task))))
        .collect();
    section.charts = charts("of the names alone", named);
    section
}

pub(super) fn galleries(cases: &[GarmentCase]) -> Vec<Gallery> {
    let kinds = [
        worst("Clothing masked worst", cases, |case| {
            let iou = case.masks.as_ref()?.clothing.iou()?;
            Some((1.0 - iou, "clothing".to_owned(), format!("IoU {iou:.2}")))
        }),
        worst("Named wrong with the most confidence", cases, |case| {
            let wrong = case
                .words
                .iter()
                .filter(|w| w.task.is_category() && !w.right());
            let rated = wrong.filter_map(|w| Some((w.said.confidence?, w)));
            let (confidence, w) = rated.max_by(|a, b| a.0.total_cmp(&b.0))?;
            Some((
                confidence,
                w.task.answer(w.truth).replace('_', " "),
                format!(
                    "{} {:.0} %",
                    w.task.answer(w.said.word).replace('_', " "),
                    100.0 * confidence
                ),
            ))
        }),
    ];
    kinds
        .into_iter()
        .filter(|g| !g.examples.is_empty())
        .collect()
}

fn worst(
    title: &str,
    cases: &[GarmentCase],
    badness: impl Fn(&GarmentCase) -> Option<(f64, String, String)>,
) -> Gallery {
    let mut ranked: Vec<_> = cases
        .iter()
        .filter_map(|case| Some((badness(case)?, case)))
        .collect();
    ranked.sort_by(|a, b| b.0.0.total_cmp(&a.0.0));
    Gallery {
        title: title.to_owned(),
        examples: ranked
            .into_iter()
            .take(EXAMPLES)
            .map(|((_, truth, said), case)| Example {
                file: case.file.clone(),
                line: case.line,
                truth,
                said,
                place: None,
                picture: None,
            })
            .collect(),
    }
}
