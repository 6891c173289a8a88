//! `perception-eval faces|garments|figure|cards ...`: checks the models on labelled pictures, without the kiosk's program
//! around it. `cheval eval` is the same with all its words.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use cheval_perception::default_models_folders;
use cheval_perception::eval::{
    EvalOptions, Report, Watcher, attach_pictures, card, faces, figure, garments, page, table,
};

const USAGE: &str = "usage: perception-eval faces|garments|figure DATA LABELS [--crops=N] [--json=FILE] [--html=FILE] [--card=FILE]\n       \
                     perception-eval cards MODELS";
/// Messages on rows that are shown; all are counted.
const MESSAGES: usize = 20;

fn main() -> ExitCode {
    match run() {
        Ok(text) => match writeln!(std::io::stdout(), "{text}") {
            Ok(()) => ExitCode::SUCCESS,
            Err(_) => ExitCode::FAILURE,
        },
        Err(reason) => {
            tell(&format!("error: {reason}\n{USAGE}"));
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<String, Box<dyn std::error::Error>> {
    let (flags, plain): (Vec<_>, Vec<_>) =
        std::env::args().skip(1).partition(|a| a.starts_with("--"));
    let flag = |name: &str| {
        flags
            .iter()
            .find_map(|f| f.strip_prefix(name)?.strip_prefix('='))
    };
    let at = |k: usize, what: &str| plain.get(k).ok_or_else(|| format!("{what} is missing"));
    let what = at(0, "what to evaluate")?.as_str();
    if what == "cards" {
        return write_cards(Path::new(at(1, "MODELS")?));
    }
    let options = EvalOptions {
        data: PathBuf::from(at(1, "DATA")?),
        labels: PathBuf::from(at(2, "LABELS")?),
        models: default_models_folders(),
        runtime: None,
    };
    let mut watcher = Told::default();
    let mut report = match what {
        "faces" => {
            let crops = flag("--crops").map_or(Ok(1), str::parse)?;
            faces::faces(&options, crops, &mut watcher)?
        }
        "garments" => garments::garments(&options, &mut watcher)?,
        "figure" => figure::figure(&options, &mut watcher)?,
        other => return Err(format!("unknown: {other}").into()),
    };
    write_files(&mut report, &options.data, flag)?;
    Ok(table(&report))
}

fn write_files<'a>(
    report: &mut Report,
    data: &Path,
    flag: impl Fn(&str) -> Option<&'a str>,
) -> Result<(), Box<dyn std::error::Error>> {
    if let Some(file) = flag("--json") {
        std::fs::write(file, serde_json::to_string_pretty(report)?)?;
    }
    if let Some(file) = flag("--card") {
        let stored = serde_json::to_string_pretty(&report.clone().for_cards())?;
        std::fs::write(file, stored + "\n")?;
    }
    if let Some(file) = flag("--html") {
        attach_pictures(report, data);
        std::fs::write(file, page(report)?)?;
    }
    Ok(())
}

fn write_cards(models: &Path) -> Result<String, Box<dyn std::error::Error>> {
    let made = card::cards(models)?;
    for (path, text) in &made {
        std::fs::write(path, text)?;
    }
    Ok(format!("{} cards written", made.len()))
}

/// Messages and progress on the error stream.
#[derive(Default)]
struct Told {
    messages: usize,
}

impl Watcher for Told {
    fn row_done(&mut self, done: usize, all: usize) {
        if done.is_multiple_of(100) || done == all {
            tell(&format!("{done} of {all}"));
        }
    }

    fn left_out(&mut self, message: &str) {
        self.messages += 1;
        if self.messages <= MESSAGES {
            tell(message);
        }
    }
}

fn tell(line: &str) {
    // Nobody reads any more when the stream is closed.
    drop(writeln!(std::io::stderr(), "{line}"));
}
