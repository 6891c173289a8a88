use std::path::Path;

use super::*;
use crate::eval::{Report, Section};
use crate::perception::default_models_folders;

const RULES: FaceRules = FaceRules {
    minor: 0.3,
    gender: 0.75,
};

fn case(age: &str, gender: Gender, said_bin: usize, female: f64, minor: f64) -> FaceCase {
    let mut bins = [0.0; AGE_BINS];
    bins[said_bin] = 1.0;
    FaceCase {
        file: format!("{age}.jpg"),
        line: 2,
        age: age_label(age).unwrap(),
        gender,
        group: String::new(),
        found: Found::Directly,
        place: None,
        reading: Some(FaceReading {
            age: bins,
            years: [1.0, 6.0, 14.5, 24.5, 34.5, 44.5, 54.5, 64.5, 75.0][said_bin],
            female,
            minor,
        }),
    }
}

fn value(sections: &[Section], key: &str) -> Option<f64> {
    let mut figures = sections.iter().flat_map(|s| &s.figures);
    figures
        .find(|f| f.key == key)
        .unwrap_or_else(|| panic!("no figure {key}"))
        .value
}

#[test]
fn figures_are_what_a_hand_count_gives() {
    let mut missed = case("20-29", Gender::Male, 3, 0.5, 0.0);
    missed.found = Found::No;
    missed.reading = None;
    let cases = [
        case("3-9", Gender::Female, 1, 0.6, 0.9),
        case("10-19", Gender::Male, 3, 0.9, 0.2),
        case("20-29", Gender::Female, 3, 0.9, 0.4),
        case("30-39", Gender::Male, 5, 0.1, 0.0),
        missed,
    ];
    let (sections, worst) = findings(&cases, RULES);
    for (key, wanted) in [
        ("found.share", 0.8),
        ("found.missed", 1.0),
        ("gender.accuracy", 0.75),
        ("gender.accuracy_20", 1.0),
        ("gender.answered", 0.75),
        ("gender.answered_accuracy", 0.6667),
        // 0 + 10 + 0 + 10 years over four faces.
        ("age.mae", 5.0),
        ("age.exact_bin", 0.5),
        ("age.one_off", 1.0),
        ("minor.recall_under_10", 1.0),
        ("minor.recall_10_19", 0.0),
        ("minor.false_alarms", 0.5),
        // Always sure of the bin, right half of the time.
        ("age.ece", 0.5),
    ] {
        let found = value(&sections, key).unwrap_or_else(|| panic!("{key} has no value"));
        assert!(
            (found - wanted).abs() < 1e-4,
            "{key}: {found}, not {wanted}"
        );
    }
    let gender = &sections[1].matrices[0];
    assert_eq!(gender.counts, [[1, 0, 1], [1, 1, 0]]);
    assert_eq!(worst[0].examples.len(), 1, "one gender was wrong");
    assert_eq!(worst[0].examples[0].truth, "male, 10-19");
    assert_eq!(worst.last().unwrap().examples[0].said, "no face");
}

#[test]
fn years_bring_the_figures_by_years() {
    let cases = [
        case("12", Gender::Female, 2, 0.9, 0.9),
        case("16", Gender::Female, 2, 0.9, 0.1),
        case("30", Gender::Female, 4, 0.9, 0.0),
    ];
    let (sections, _) = findings(&cases, RULES);
    assert_eq!(value(&sections, "minor.recall_under_13"), Some(1.0));
    assert_eq!(value(&sections, "minor.recall_13_17"), Some(0.0));
    let (by_bins, _) = findings(&[case("3-9", Gender::Male, 1, 0.1, 1.0)], RULES);
    assert!(
        by_bins
            .iter()
            .flat_map(|s| &s.figures)
            .all(|f| f.key != "minor.recall_under_13")
    );
}

#[test]
fn groups_are_told_only_when_the_sheet_has_them() {
    let mut cases = [
        case("20-29", Gender::Female, 3, 0.9, 0.0),
        case("20-29", Gender::Female, 3, 0.1, 0.0),
    ];
    assert!(findings(&cases, RULES).0.iter().all(|s| s.key != "groups"));
    cases[0].group = "a".to_owned();
    cases[1].group = "b".to_owned();
    let (sections, _) = findings(&cases, RULES);
    let table = &sections.last().unwrap().tables[0];
    assert_eq!(
        table.rows.iter().map(|r| r.cells[3]).collect::<Vec<_>>(),
        [Some(1.0), Some(0.0)]
    );
}

#[test]
fn without_a_single_face_nothing_is_claimed() {
    let mut lost = case("20-29", Gender::Male, 3, 0.5, 0.0);
    lost.found = Found::No;
    lost.reading = None;
    let (sections, _) = findings(&[lost], RULES);
    assert_eq!(value(&sections, "found.share"), Some(0.0));
    for key in ["gender.accuracy", "age.mae", "minor.ece", "gender.ece"] {
        assert_eq!(value(&sections, key), None, "{key}");
    }
}

fn repository() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn evaluate(data: &Path, sheet: &str) -> Result<Report, EvalError> {
    let dir = tempfile::tempdir().unwrap();
    let labels = dir.path().join("labels.csv");
    std::fs::write(&labels, sheet).unwrap();
    let options = EvalOptions {
        data: data.to_owned(),
        labels,
        models: std::iter::once(repository().join("models"))
            .chain(default_models_folders())
            .collect(),
        runtime: None,
    };
    faces(&options, 1, &mut ())
}

#[test]
fn a_real_face_is_found_and_read_and_bad_rows_are_counted() {
    let sheet = "file,age,gender,group\nastronaut.png,43,female,x\nastronaut.png,43,unsure,x\n\
                 ../astronaut.png,43,female,x\nnobody.png,43,female,x\nstandin.toml,43,female,x\nstore.jpg,20-29,male,x\n";
    let report = evaluate(&repository().join("assets/standin"), sheet).unwrap();
    assert_eq!((report.rows, report.used), (6, 2));
    let skipped: Vec<_> = report
        .skipped
        .iter()
        .map(|(k, n)| (k.as_str(), *n))
        .collect();
    assert_eq!(
        skipped,
        [
            ("file outside the folder", 1),
            ("no such file", 1),
            ("not a usable picture", 1),
            ("unknown label", 1)
        ]
    );
    assert_eq!(report.figure("gender.accuracy").unwrap().value, Some(1.0));
    assert_eq!(
        report.figure("found.missed").unwrap().value,
        Some(1.0),
        "an empty shop has no face"
    );
    assert_eq!(report.models.len(), 2);
    assert!(report.models.iter().all(|m| m.sha256.len() == 64));
}

#[test]
fn an_empty_folder_is_an_error_that_says_why() {
    let empty = tempfile::tempdir().unwrap();
    let error = evaluate(empty.path(), "file,age,gender\na.jpg,3,male\n")
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("none of the 1 rows") && error.contains("labels.csv:2: no such file"),
        "{error}"
    );
}
