//! `cheval-pack simulate` as a merchandiser meets it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use crate::command_line::{cheval_pack, said, text};
use crate::sample::Pack;

const DEMO: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../assets/demo-pack");

fn simulate(pack: &Path, out: &Path, more: &[&str]) -> Output {
    let mut args = vec!["simulate", "--pack", text(pack), "--out", text(out)];
    args.extend(["--zone", "Europe/Kyiv"]);
    args.extend(more);
    cheval_pack(&args)
}

fn files(out: &Path) -> Vec<Vec<u8>> {
    let names = ["changes.csv", "summary.json", "timeline.html"];
    names.map(|name| fs::read(out.join(name)).unwrap()).to_vec()
}

fn summary(out: &Path) -> serde_json::Value {
    serde_json::from_slice(&fs::read(out.join("summary.json")).unwrap()).unwrap()
}

/// An hour of a demo shop, with a folder of its own.
fn hour(folder: &Path, name: &str, more: &[&str]) -> PathBuf {
    let out = folder.join(name);
    let mut all = vec!["--from", "2026-11-28 15:00", "--to", "2026-11-28 16:00"];
    all.extend(more);
    let output = simulate(Path::new(DEMO), &out, &all);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    out
}

#[test]
fn the_same_inputs_give_the_same_bytes_and_another_seed_other_people() {
    let folder = tempfile::tempdir().unwrap();
    let one = hour(folder.path(), "one", &[]);
    let again = hour(folder.path(), "again", &[]);
    assert_eq!(files(&one), files(&again));
    let other = hour(folder.path(), "other", &["--seed", "2"]);
    assert_ne!(summary(&one)["hours"], summary(&other)["hours"]);
    assert!(summary(&one)["people"].as_u64().unwrap() > 40);
}

#[test]
fn the_example_crowd_is_the_one_that_is_built_in() {
    let folder = tempfile::tempdir().unwrap();
    let example = cheval_pack(&["simulate", "--example-crowd"]);
    assert_eq!(example.status.code(), Some(0), "{}", said(&example));
    let file = folder.path().join("crowd.toml");
    fs::write(&file, &example.stdout).unwrap();
    let with = hour(folder.path(), "with", &["--crowd", text(&file)]);
    let without = hour(folder.path(), "without", &[]);
    assert_eq!(files(&with), files(&without));
}

#[test]
fn a_bad_crowd_or_span_is_refused_with_the_reason() {
    let folder = tempfile::tempdir().unwrap();
    let crowd = folder.path().join("crowd.toml");
    let day = ["--from", "2026-11-28", "--to", "2026-11-28"];
    for (toml, words) in [
        (
            "[behaviour]\ntouch = 2\ncome_near = -1\n",
            "behaviour.come_near is -1",
        ),
        (
            "[behaviour]\ntouch = 2\ncome_near = -1\n",
            "behaviour.touch is 2",
        ),
        ("[behaviour]\nfly = 2\n", "unknown field `fly`"),
        ("[groups]\nsizes = []\n", "groups.sizes is a list of 0"),
    ] {
        fs::write(&crowd, toml).unwrap();
        let mut all = day.to_vec();
        all.extend(["--crowd", text(&crowd)]);
        let output = simulate(Path::new(DEMO), &folder.path().join("out"), &all);
        assert_eq!(output.status.code(), Some(2));
        assert!(said(&output).contains(words), "{}", said(&output));
    }
    for (from, to, words) in [
        ("2026-11-28", "2026-11-27", "ends at or before"),
        ("2026-11-28 10:00", "2026-11-28 10:00", "ends at or before"),
        ("2026-11-28", "2027-11-28", "longer than 31 days"),
        ("tomorrow", "2026-11-28", "--from tomorrow is no time"),
    ] {
        let all = ["--from", from, "--to", to];
        let output = simulate(Path::new(DEMO), &folder.path().join("out"), &all);
        assert_eq!(output.status.code(), Some(2));
        assert!(said(&output).contains(words), "{}", said(&output));
    }
    assert!(!folder.path().join("out").exists());
}

#[test]
fn nothing_of_the_pack_becomes_markup() {
    let folder = tempfile::tempdir().unwrap();
    let pack = Pack::new();
    for (file, old, new) in [
        (
            "texts/en.toml",
            "title = \"Welcome\"",
            "title = \"</script><b onload=x>\"",
        ),
        (
            "pack.toml",
            "brand = \"Corner Shop\"",
            "brand = \"<img src=x>\"",
        ),
    ] {
        pack.change(file, old, new);
    }
    let out = folder.path().join("out");
    let span = ["--from", "2026-11-28 15:00", "--to", "2026-11-28 15:10"];
    let output = simulate(pack.dir(), &out, &span);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let page = fs::read_to_string(out.join("timeline.html")).unwrap();
    assert!(!page.contains("<b onload") && !page.contains("<img src"));
    assert_eq!(page.matches("</script>").count(), 2);
}

#[test]
fn a_pack_with_errors_is_not_simulated() {
    let folder = tempfile::tempdir().unwrap();
    let pack = Pack::new();
    pack.change("pack.toml", "price = 29.90", "price = 0");
    let span = ["--from", "2026-11-28", "--to", "2026-11-28"];
    let output = simulate(pack.dir(), &folder.path().join("out"), &span);
    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
}
