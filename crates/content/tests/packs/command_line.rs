//! `cheval-pack` as a merchandiser meets it.

use std::path::Path;
use std::process::{Command, Output};

use crate::sample::Pack;

pub(crate) fn cheval_pack(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_cheval-pack"))
        .args(args)
        .output()
        .unwrap()
}

pub(crate) fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

pub(crate) fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[test]
fn a_new_pack_passes_lint() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("Spring Sale 2");
    let made = cheval_pack(&["new", text(&dir)]);
    assert_eq!(made.status.code(), Some(0), "{}", said(&made));
    let linted = cheval_pack(&["lint", text(&dir)]);
    assert_eq!(linted.status.code(), Some(0), "{}", said(&linted));
    assert!(
        said(&linted).contains("spring-sale-2@1 is ready to be shown: 1 slide, 1 promo, 1 garment"),
        "{}",
        said(&linted)
    );
    assert!(
        said(&linted).contains("0 errors, 0 warnings."),
        "{}",
        said(&linted)
    );
    let again = cheval_pack(&["new", text(&dir)]);
    assert_eq!(again.status.code(), Some(2));
    assert!(said(&again).contains("is not empty"), "{}", said(&again));
}

#[test]
fn lint_tells_place_what_why_and_remedy() {
    let pack = Pack::new();
    pack.change("pack.toml", "brand =", "brnad = \"X\"\nbrand =");
    let output = cheval_pack(&["lint", text(pack.dir())]);
    assert_eq!(output.status.code(), Some(1));
    let said = said(&output);
    for words in [
        "pack.toml:4  [brnad]",
        "this key is unknown",
        "why   it would silently do nothing",
        "mend  did you mean `brand`?",
        "cannot be shown yet: 1 error, 0 warnings",
    ] {
        assert!(said.contains(words), "`{words}` is not in:\n{said}");
    }
}

#[test]
fn lint_speaks_json_to_other_programs() {
    let pack = Pack::new();
    pack.change("pack.toml", "price = 29.90", "price = 0");
    let output = cheval_pack(&["lint", "--json", text(pack.dir())]);
    assert_eq!(output.status.code(), Some(1));
    let problems: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(problems[0]["severity"], "error");
    assert_eq!(problems[0]["key"], "garments[0].price");
    assert_eq!(problems[0]["line"], 27);
}

#[test]
fn lint_checks_fonts_on_request() {
    let pack = Pack::new();
    pack.change(
        "texts/en.toml",
        "title = \"Welcome\"",
        "title = \"ようこそ\"",
    );
    let fonts = concat!(env!("CARGO_MANIFEST_DIR"), "/../../assets/fonts");
    let output = cheval_pack(&["lint", text(pack.dir()), "--fonts", fonts]);
    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
    assert!(said(&output).contains("U+3088"), "{}", said(&output));
    let nowhere = cheval_pack(&["lint", text(pack.dir()), "--fonts", "/no/such/folder"]);
    assert_eq!(nowhere.status.code(), Some(2));
}

#[test]
fn show_lists_what_is_in_the_pack() {
    let pack = Pack::new();
    let output = cheval_pack(&["show", text(pack.dir())]);
    assert_eq!(output.status.code(), Some(0));
    let said = said(&output);
    for words in [
        "Corner Shop · corner-shop@3",
        "worn_torso == \"shirt\"",
        "Red tee",
        "29.90",
    ] {
        assert!(said.contains(words), "`{words}` is not in:\n{said}");
    }
    assert_eq!(
        cheval_pack(&["show", "/no/such/folder"]).status.code(),
        Some(2)
    );
    assert_eq!(cheval_pack(&["shew"]).status.code(), Some(2));
}
