//! What every file of ours looks like.

use std::fs;
use std::path::{Path, PathBuf};

const LINES_MAX: usize = 500;

/// Folders that are made, not written.
const MADE: &[&str] = &[
    ".git",
    ".venv",
    "__pycache__",
    "node_modules",
    "out",
    "target",
];

/// Files in which a path of somebody's machine can hide.
const TEXT: &[&str] = &[
    "css", "ftl", "html", "json", "md", "py", "rs", "run", "sh", "toml", "txt", "wgsl",
];

/// What `cheval-domain` must not say: it gets time and randomness as arguments and reaches nothing.
const NOT_IN_DOMAIN: &[&str] = &[
    "std::fs",
    "std::net",
    "std::thread",
    "std::process",
    "std::env",
    "::now(",
    "new_v4(",
    "now_v7(",
];

/// The only places of the kiosk that know the agent: the command line, which starts it.
const MAY_NAME_THE_AGENT: &[&str] = &["src/main.rs", "src/cli.rs", "src/cli/"];

fn files_below(dir: &Path, into: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).unwrap() {
        let entry = entry.unwrap();
        let (path, name) = (entry.path(), entry.file_name());
        let name = name.to_string_lossy();
        if entry.file_type().unwrap().is_dir() {
            if !MADE.contains(&name.as_ref()) && !name.starts_with("target-") {
                files_below(&path, into);
            }
        } else {
            into.push(path);
        }
    }
}

/// Everything untidy in one file; the `tests.rs` of a module goes without a head, its module has one; `path` is relative to the root.
fn faults_in(path: &str, text: &str) -> Vec<String> {
    let mut faults = Vec::new();
    let mut report = |line: usize, what: &str| faults.push(format!("{path}:{line}: {what}"));
    // Written in two parts so that this file does not find itself.
    let machine_paths = [
        concat!("/wo", "rk/"),
        concat!("/ro", "ot/"),
        concat!("/ho", "me/"),
    ];
    for (index, line) in text.lines().enumerate() {
        if machine_paths.iter().any(|start| line.contains(start)) {
            report(index + 1, "a path of one machine");
        }
    }
    if path.ends_with(".rs") {
        if !text.starts_with("//!") && !path.ends_with("/tests.rs") {
            report(
                1,
                "does not start with `//!`: say what the file owns and what it must not know",
            );
        }
        let lines = text.lines().count();
        if lines > LINES_MAX {
            report(lines, "longer than 500 lines: split it by noun");
        }
        for (index, line) in text.lines().enumerate() {
            let line = line.trim_start();
            if line.starts_with(concat!("#[", "ignore")) {
                report(
                    index + 1,
                    "an ignored test: make it assert what is true today",
                );
            }
            let code = !line.starts_with("//");
            if code
                && path.starts_with("crates/domain/src/")
                && NOT_IN_DOMAIN.iter().any(|word| line.contains(word))
            {
                report(index + 1, "domain reaches outside: take it as an argument");
            }
            if code
                && path.starts_with("src/")
                && line.contains("cheval_agent")
                && !MAY_NAME_THE_AGENT
                    .iter()
                    .any(|place| path.starts_with(place))
            {
                report(index + 1, "the screen must not know the agent");
            }
        }
    }
    faults
}

#[test]
fn every_file_is_tidy() {
    let root = super::root();
    let mut files = Vec::new();
    files_below(&root, &mut files);
    let mut faults = Vec::new();
    let mut looked_at = 0;
    for file in &files {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        let ending = name.rsplit('.').next().unwrap_or_default();
        if !TEXT.contains(&ending) {
            continue;
        }
        let Ok(text) = fs::read_to_string(file) else {
            faults.push(format!("{}: not UTF-8", file.display()));
            continue;
        };
        looked_at += 1;
        faults.extend(faults_in(
            &file.strip_prefix(&root).unwrap().to_string_lossy(),
            &text,
        ));
    }
    assert!(looked_at > 50, "only {looked_at} files were looked at");
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

/// The names of tests in a page: words in backticks with at least two underscores.
fn named_tests(page: &str) -> Vec<&str> {
    let is_test = |word: &&str| {
        word.matches('_').count() >= 2
            && word
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
    };
    page.split('`').skip(1).step_by(2).filter(is_test).collect()
}

#[test]
fn every_test_that_the_architecture_page_names_exists() {
    let root = super::root();
    let page = fs::read_to_string(root.join("ARCHITECTURE.md")).unwrap();
    let mut files = Vec::new();
    files_below(&root, &mut files);
    let sources: String = files
        .iter()
        .filter(|file| file.extension().is_some_and(|ending| ending == "rs"))
        .filter_map(|file| fs::read_to_string(file).ok())
        .collect();
    let named = named_tests(&page);
    assert!(named.len() > 30, "only {} names were found", named.len());
    let missing: Vec<&str> = named
        .into_iter()
        .filter(|name| !sources.contains(&format!("fn {name}(")))
        .collect();
    assert!(
        missing.is_empty(),
        "ARCHITECTURE.md names tests that do not exist: {missing:?}"
    );
}

#[test]
fn names_of_tests_are_told_from_other_words() {
    assert_eq!(
        named_tests("`a_test_of_ours`, `Frame`, `src/a_b_c.rs` and `cargo test`"),
        ["a_test_of_ours"]
    );
}

#[test]
fn untidy_files_are_reported() {
    let check = |path: &str, text: &str, word: &str| {
        let faults = faults_in(path, text);
        assert!(
            faults.len() == 1 && faults[0].contains(word),
            "{path}: {faults:?}"
        );
    };
    check("src/a.rs", "fn main() {}\n", "start with");
    check(
        "src/a.rs",
        &format!("//! Long.\n{}", "\n".repeat(LINES_MAX)),
        "500 lines",
    );
    check(
        "src/a.rs",
        concat!("//! Tests.\n    #[", "ignore = \"later\"]\n"),
        "ignored test",
    );
    check(
        "README.md",
        concat!("see /ho", "me/me/notes\n"),
        "one machine",
    );
    check(
        "crates/domain/src/time.rs",
        "//! Time.\nlet now = Instant::now();\n",
        "as an argument",
    );
    check(
        "src/scene/attract.rs",
        "//! Attract.\nuse cheval_agent::Spool;\n",
        "the agent",
    );
    for (path, text) in [
        (
            "src/cli/run.rs",
            "//! Starts the agent.\nuse cheval_agent::Agent;\n",
        ),
        ("crates/agent/src/clock.rs", "//! Clock.\nInstant::now();\n"),
        ("docs/a.md", "one line\n"),
    ] {
        assert_eq!(faults_in(path, text), [""; 0]);
    }
}
