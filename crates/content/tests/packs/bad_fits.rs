//! Fits as nobody should write them: each is told with file, line, what and how to mend it, and none breaks anything.

use cheval_content::{Problem, Severity};

use crate::editing::Editor;
use crate::fits::{FILE, one_problem};
use crate::sample::{FIT, Pack};

/// The problems of the sample pack with another fit; all are errors in that file with a remedy.
fn problems_of(fit: &str) -> Vec<Problem> {
    let pack = Pack::new();
    pack.write(FILE, fit);
    let problems = pack.problems();
    assert!(!problems.is_empty());
    for problem in &problems {
        assert_eq!(problem.severity, Severity::Error, "{problem}");
        assert_eq!(problem.file, FILE, "{problem}");
        assert!(!problem.mend.is_empty(), "{problem}");
        assert!(problem.line.is_some(), "{problem}");
    }
    problems
}

#[test]
fn numbers_that_are_no_places_are_outside() {
    for number in ["nan", "-nan", "inf", "-inf", "1e300", "-1e-3", "1.0001"] {
        let problem = one_problem(
            "[0.5, 0.22]",
            &format!("[0.5, {number}]"),
            "anchors.neck_front",
            "outside",
        );
        assert_eq!(problem.line, Some(9), "{number}");
    }
    for (from, to, key) in [
        ("ease = 0.1", "ease = nan", "ease"),
        ("ease = 0.1", "ease = 1e300", "ease"),
        ("aspect = 1.0", "aspect = nan", "aspect"),
        ("aspect = 1.0", "aspect = inf", "aspect"),
        ("aspect = 1.0", "aspect = -1e300", "aspect"),
    ] {
        one_problem(from, to, key, "is out of range; write 0");
    }
}

#[test]
fn a_fit_without_anchors_names_each_that_is_missing() {
    let (head, _) = FIT.split_once("[anchors]").unwrap();
    let problems = problems_of(&format!("{head}[anchors]\n"));
    assert_eq!(problems.len(), 12, "{problems:#?}");
    for problem in problems {
        assert!(problem.what.contains("is missing; a t_shirt needs it"));
        assert!(problem.mend.contains("garment edit"));
    }
    let pack = Pack::new();
    pack.write(FILE, head);
    let told: Vec<String> = pack.problems().iter().map(Problem::to_string).collect();
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].contains("anchors"), "{told:?}");
}

#[test]
fn an_anchor_that_is_there_twice_is_told_with_its_line() {
    let pack = Pack::new();
    pack.write(FILE, format!("{FIT}neck_back = [0.5, 0.2]\n"));
    let problems = pack.problems();
    assert_eq!(problems.len(), 1, "{problems:#?}");
    let told = problems[0].to_string();
    assert!(told.contains("duplicate key"), "{told}");
    assert_eq!(
        (problems[0].file.as_str(), problems[0].line),
        (FILE, Some(20))
    );
}

#[test]
fn left_and_right_exchanged_are_told_once_for_each_pair() {
    let turned = FIT
        .replace("_left", "_there")
        .replace("_right", "_left")
        .replace("_there", "_right");
    let problems = problems_of(&turned);
    assert_eq!(problems.len(), 5, "{problems:#?}");
    for problem in problems {
        assert!(problem.what.contains("the wearer's left"), "{problem}");
        assert!(problem.mend.contains("exchange"), "{problem}");
    }
}

#[test]
fn wrong_necklines_are_told_with_their_line() {
    let many = vec!["[0.5, 0.5]"; 65].join(", ");
    for (line, words) in [
        ("[0.45, nan], [0.55, 0.2]", "outside the picture"),
        ("[0.45, inf], [0.55, 0.2]", "outside the picture"),
        ("[0.45, 0.2], [0.55, 1.2]", "outside the picture"),
        ("[0.45, 0.2]", "not from 2 to 64"),
        (many.as_str(), "not from 2 to 64"),
        ("[0.55, 0.2], [0.45, 0.2]", "the wrong way"),
    ] {
        let to = format!("ease = 0.1\nneckline = [{line}]");
        let problem = one_problem("ease = 0.1", &to, "neckline", words);
        assert_eq!(problem.line, Some(5), "{line}");
    }
    for wrong in [
        "0.5",
        "[0.5, 0.5]",
        "[[0.5]]",
        "[[0.5, 0.5, 0.5]]",
        "[[\"a\", 0]]",
    ] {
        let to = format!("ease = 0.1\nneckline = {wrong}");
        one_problem("ease = 0.1", &to, "neckline", "points");
    }
}

#[test]
fn trousers_are_no_hat() {
    let pack = Pack::new();
    pack.change("pack.toml", "\"t_shirt\"", "\"hat\"");
    let trousers = "cut = \"trousers\"\naspect = 1.0\n[anchors]\ncrotch = [0.5, 0.4]\n\
                    waist_left = [0.6, 0.1]\nwaist_right = [0.4, 0.1]\nhip_left = [0.65, 0.3]\nhip_right = [0.35, 0.3]\n\
                    hem_outer_left = [0.7, 0.9]\nhem_outer_right = [0.3, 0.9]\n\
                    hem_inner_left = [0.55, 0.9]\nhem_inner_right = [0.45, 0.9]\n";
    pack.write(FILE, trousers);
    let problems = pack.problems();
    assert_eq!(problems.len(), 1, "{problems:#?}");
    let told = problems[0].to_string();
    assert_eq!(
        (problems[0].file.as_str(), problems[0].line),
        (FILE, Some(1))
    );
    for words in [
        "listed as `hat`",
        "cut as a `trousers`",
        "wrong part of the shopper",
        "`cut = \"hat\"`",
    ] {
        assert!(told.contains(words), "`{words}` is not in: {told}");
    }
}

#[test]
fn the_editor_opens_a_fit_of_no_numbers_and_saves_it_mended() {
    let pack = Pack::new();
    pack.change(FILE, "[0.5, 0.22]", "[nan, 0.22]");
    pack.change(
        FILE,
        "ease = 0.1",
        "ease = inf\nneckline = [[0.4, inf], [0.45, 0.2], [0.55, 0.2]]",
    );
    let editor = Editor::of(pack);
    let garment = editor.garment();
    let problems = garment["problems"].as_array().unwrap();
    assert_eq!(problems.len(), 1, "{garment}");
    assert_eq!(problems[0]["anchor"], "neck_front");
    let mut fit = garment["fit"].clone();
    fit["anchors"]["neck_front"] = serde_json::json!([0.5, 0.22]);
    assert_eq!(editor.post("save", &fit.to_string()).0, 200);
    assert_eq!(editor.pack.problems(), []);
    assert_eq!(editor.saved().neckline.len(), 2);
}
