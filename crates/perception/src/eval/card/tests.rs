use super::*;
use crate::eval::report::tests::small_report;

const MANIFEST: &str = r#"
format = 1
[[model]]
organ = "age_gender"
file = "a.onnx"
sha256 = "0000000000000000000000000000000000000000000000000000000000000000"
max_bytes = 10
licence = "CC-BY-4.0"
card = "cards/a.md"
inputs = [{ name = "x", dtype = "f32", dims = [1, 3, 8, 8] }]
outputs = [{ name = "y", dtype = "f32", dims = [1] }]
picture = { width = 8, height = 8, colour = "rgb", layout = "nchw", mean = [0.0, 0.0, 0.0], scale = 1.0 }
[model.source]
kind = "own"
"#;

const HEAD: &str = r#"
title = "Age"
organs = ["age_gender"]
what = "A face"
from = "Here"
size_and_cost = "1 MB"
intended_use = "Signs only."
limits = "Many."
[[evaluation]]
file = "faces.eval.json"
title = "a set"
data = "Somebody's pictures."
sections = ["gender"]
"#;

fn folder(head: &str, report: &str) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    std::fs::create_dir(dir.path().join("cards")).unwrap();
    std::fs::write(dir.path().join("models.toml"), MANIFEST).unwrap();
    std::fs::write(dir.path().join("cards/age.toml"), head).unwrap();
    std::fs::write(dir.path().join("cards/faces.eval.json"), report).unwrap();
    dir
}

fn json() -> String {
    serde_json::to_string(&small_report().for_cards()).unwrap()
}

#[test]
fn a_card_has_hash_licence_figures_and_tables() {
    let dir = folder(HEAD, &json());
    let made = cards(dir.path()).unwrap();
    assert_eq!(made[0].0, dir.path().join("cards/age.md"));
    let text = &made[0].1;
    for wanted in [
        "# Age: `a.onnx`",
        "CC-BY-4.0",
        "`0000000000000000000000000000000000000000000000000000000000000000`",
        "3 of 4 rows were used (left out: no such file 1).",
        "| Gender right | 66.7 % | 20.8 to 93.8 % | 3 |",
        "| <b>& | 3 |",
        "## Intended use\n\nSigns only.",
    ] {
        assert!(text.contains(wanted), "{wanted}\n{text}");
    }
}

#[test]
fn figures_of_another_model_are_refused() {
    let dir = folder(HEAD, &json().replace(&"0".repeat(64), &"1".repeat(64)));
    let error = cards(dir.path()).unwrap_err().to_string();
    assert!(
        error.contains("measured with another age_gender"),
        "{error}"
    );
}

#[test]
fn parts_that_are_wrong_are_named() {
    for (head, report, word) in [
        (
            HEAD.replace("age_gender", "crystal_ball"),
            json(),
            "crystal_ball",
        ),
        (
            HEAD.replace("\"gender\"", "\"height\""),
            json(),
            "no section `height`",
        ),
        (HEAD.replace("limits", "limit"), json(), "limit"),
        (
            HEAD.to_owned(),
            json().replace("\"format\":1", "\"format\":9"),
            "format 9",
        ),
        (HEAD.to_owned(), "{}".to_owned(), "missing field"),
        (
            HEAD.replace("faces.eval", "none.eval"),
            json(),
            "none.eval.json",
        ),
    ] {
        let dir = folder(&head, &report);
        let error = cards(dir.path()).unwrap_err().to_string();
        assert!(error.contains(word), "{word}: {error}");
    }
}
