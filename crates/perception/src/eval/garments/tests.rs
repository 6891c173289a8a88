use std::path::Path;

use super::*;
use crate::eval::metrics::Share;
use crate::organs::garment_parser::CLASSES;
use crate::organs::picture::Pixels;
use crate::perception::default_models_folders;

fn sure(truth: usize, said: usize, person: f32) -> Cell {
    let mut probability = [0.0; CLASSES];
    probability[said] = 1.0;
    Cell {
        truth,
        said: probability,
        person,
    }
}

fn cells(parts: &[(usize, Cell)]) -> MaskScores {
    MaskScores::of(
        parts
            .iter()
            .flat_map(|(count, cell)| std::iter::repeat_n(*cell, *count)),
    )
}

#[test]
fn overlaps_and_pieces_are_what_a_hand_count_gives() {
    // 400 cells of upper: 300 right, 100 taken for outer; 500 of trousers said so where the mask sees nobody.
    let scores = cells(&[
        (300, sure(3, 3, 1.0)),
        (100, sure(3, 4, 1.0)),
        (500, sure(5, 5, 0.1)),
        (100, sure(0, 0, 0.0)),
    ]);
    assert_eq!(
        scores.torso.iou(),
        Some(1.0),
        "upper and outer are one garment here"
    );
    assert_eq!(scores.lower.iou(), Some(0.0), "no person, no trousers");
    assert_eq!(scores.clothing.iou(), Some(400.0 / 900.0));
    assert_eq!(scores.classes[3].iou(), Some(0.75));
    assert_eq!(
        scores.cells,
        Share {
            hits: 400,
            of: 1000
        }
    );
    assert_eq!(scores.torso_pieces, [(0, Some(0))]);
    assert_eq!(
        scores.lower_pieces,
        [(0, None)],
        "labelled trousers, nothing said"
    );
}

#[test]
fn a_sliver_is_no_piece_and_sums_are_sums() {
    let small = cells(&[(300, sure(3, 3, 1.0))]);
    assert!(small.torso_pieces.is_empty());
    let mut sum = cells(&[(400, sure(7, 3, 1.0))]);
    sum.join(&small);
    assert_eq!(sum.torso_pieces, [(2, Some(0))]);
    assert_eq!((sum.classes[3].both, sum.classes[3].either), (300, 700));
}

fn grey(path: &Path, width: u32, height: u32, value: u8) {
    image::GrayImage::from_pixel(width, height, image::Luma([value]))
        .save(path)
        .unwrap();
}

#[test]
fn masks_that_are_none_are_refused_with_a_reason() {
    let dir = tempfile::tempdir().unwrap();
    let at = |name: &str| dir.path().join(name);
    grey(&at("good.png"), 30, 40, 9);
    grey(&at("strange.png"), 30, 40, 10);
    grey(&at("other-shape.png"), 40, 30, 3);
    image::RgbImage::new(30, 40)
        .save(at("colours.png"))
        .unwrap();
    std::fs::write(at("text.png"), "no picture").unwrap();
    let rgba = vec![0; 60 * 80 * 4];
    let picture = Pixels {
        width: 60,
        height: 80,
        rgba: &rgba,
    };
    let mask = LabelMask::load(&at("good.png"), picture).unwrap();
    assert_eq!(
        (mask.at(0.5, 0.999), mask.at(1.0, 0.5), mask.at(-0.1, 0.5)),
        (Some(9), None, None)
    );
    for (name, word) in [
        ("strange.png", "value 10"),
        ("other-shape.png", "40 x 30 has not the shape"),
        ("colours.png", "not an 8-bit grey"),
        ("text.png", "text.png"),
        ("missing.png", "missing.png"),
    ] {
        let refused = LabelMask::load(&at(name), picture).err().unwrap();
        assert!(format!("{refused:?}").contains(word), "{name}: {refused:?}");
    }
}

#[test]
fn words_have_their_places_and_answers_without_a_label_theirs() {
    assert_eq!(Task::TorsoCategory.truth("T-Shirt"), Some(0));
    assert_eq!(Task::LegsColour.truth("light blue"), Some(14));
    assert_eq!(Task::TorsoPattern.truth("unknown"), None, "no label");
    for task in Task::ALL {
        let said = task.said(&[]);
        assert_eq!(task.answer(said.word), "nothing");
        assert_eq!(task.answer(task.place("wetsuit")), "other");
    }
}

fn word(task: Task, truth: usize, said: usize, confidence: f64) -> GarmentCase {
    GarmentCase {
        file: "a.jpg".to_owned(),
        line: 2,
        masks: None,
        person: Some(true),
        words: vec![WordCase {
            task,
            truth,
            said: Said {
                word: said,
                confidence: Some(confidence),
            },
        }],
        named: Vec::new(),
    }
}

#[test]
fn top_one_counts_every_label_and_calibration_only_names() {
    let nothing = Task::TorsoCategory.words().len() + 2;
    let mut silent = word(Task::TorsoCategory, 1, nothing, 0.0);
    silent.words[0].said.confidence = None;
    let cases = [
        word(Task::TorsoCategory, 0, 0, 0.9),
        word(Task::TorsoCategory, 1, 0, 0.8),
        silent,
    ];
    let (sections, worst) = findings(&cases);
    let figure = |key: &str| sections[0].figures.iter().find(|f| f.key == key).unwrap();
    assert_eq!(figure("words.torso_category").value, Some(0.3333));
    assert_eq!(figure("words.torso_category_ece").n, 2);
    assert_eq!(worst[0].examples[0].said, "t shirt 80 %");
    assert!(
        sections.iter().all(|s| s.key != "masks"),
        "no mask, no section on masks"
    );
}

fn evaluate(data: &Path, sheet: &str) -> Result<Report, EvalError> {
    let dir = tempfile::tempdir().unwrap();
    let labels = dir.path().join("labels.csv");
    std::fs::write(&labels, sheet).unwrap();
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../models");
    let options = EvalOptions {
        data: data.to_owned(),
        labels,
        models: std::iter::once(own)
            .chain(default_models_folders())
            .collect(),
        runtime: None,
    };
    garments(&options, &mut ())
}

#[test]
fn a_real_picture_is_parsed_and_named_and_bad_rows_are_counted() {
    let dir = tempfile::tempdir().unwrap();
    let standin = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../assets/standin/astronaut.png");
    std::fs::copy(standin, dir.path().join("a.png")).unwrap();
    grey(&dir.path().join("all-cloth.png"), 664, 664, 3);
    let sheet = "file,mask,torso_category,torso_colour\na.png,all-cloth.png,,orange\na.png,,,\na.png,,toga,\n\
                 a.png,no.png,,\nb.png,,,orange\n";
    let report = evaluate(dir.path(), sheet).unwrap();
    assert_eq!((report.rows, report.used), (5, 1));
    let skipped: Vec<_> = report
        .skipped
        .iter()
        .map(|(k, n)| (k.as_str(), *n))
        .collect();
    assert_eq!(
        skipped,
        [
            ("no such file", 2),
            ("nothing labelled", 1),
            ("unknown label", 1)
        ]
    );
    assert_eq!(report.figure("words.person").unwrap().value, Some(1.0));
    let cloth = report.figure("masks.clothing_iou").unwrap().value.unwrap();
    assert!(
        (0.2..0.9).contains(&cloth),
        "her suit covers a part of what is labelled: {cloth}"
    );
}

#[test]
fn a_sheet_that_labels_nothing_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let error = evaluate(dir.path(), "file,colour\na.png,red\n")
        .unwrap_err()
        .to_string();
    assert!(error.contains("`mask` is missing"), "{error}");
}
