//! `perception-bench SOURCE [FRAMES] [--everything] [--reports] [--budget=CORES]`: prints what vision costs on a source, as
//! JSON; before that, when asked for, every report on a line of its own.

use std::io::Write;

use cheval_perception::bench::{BenchOptions, run_with};
use cheval_perception::source::CameraOptions;
use cheval_perception::{VisionRates, default_models_folders};

fn main() -> std::process::ExitCode {
    match measure() {
        Ok(json) => match writeln!(std::io::stdout(), "{json}") {
            Ok(()) => std::process::ExitCode::SUCCESS,
            Err(_) => std::process::ExitCode::FAILURE,
        },
        Err(reason) => {
            let text = format!(
                "error: {reason}\nusage: perception-bench SOURCE [FRAMES] [--everything] [--reports] [--budget=CORES]\n"
            );
            drop(std::io::stderr().write_all(text.as_bytes()));
            std::process::ExitCode::FAILURE
        }
    }
}

fn measure() -> Result<String, Box<dyn std::error::Error>> {
    let (flags, plain): (Vec<_>, Vec<_>) =
        std::env::args().skip(1).partition(|a| a.starts_with("--"));
    let (mut everything, mut reports) = (false, false);
    let mut budget_cores = VisionRates::default().budget_cores;
    for flag in flags {
        match flag.split_once('=') {
            None if flag == "--everything" => everything = true,
            None if flag == "--reports" => reports = true,
            Some(("--budget", cores)) => budget_cores = cores.parse()?,
            _ => return Err(format!("unknown option {flag}").into()),
        }
    }
    let source = plain
        .first()
        .ok_or("SOURCE is missing, for example images:DIR")?
        .parse()?;
    let options = BenchOptions {
        source,
        camera: CameraOptions::default(),
        models: default_models_folders(),
        runtime: None,
        frames: plain.get(1).map_or(Ok(300), |n| n.parse())?,
        everything,
        budget_cores,
    };
    let mut lines = Vec::new();
    let report = run_with(options, |report| {
        if reports {
            lines.push(serde_json::to_string(report));
        }
    })?;
    for line in lines {
        writeln!(std::io::stdout(), "{}", line?)?;
    }
    Ok(serde_json::to_string_pretty(&report)?)
}
