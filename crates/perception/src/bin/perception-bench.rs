//! `perception-bench SOURCE [FRAMES] [--everything]`: prints what vision costs on a source, as JSON.

use std::io::Write;

use cheval_perception::bench::{BenchOptions, run};
use cheval_perception::default_models_folders;
use cheval_perception::source::CameraOptions;

fn main() -> std::process::ExitCode {
    match measure() {
        Ok(json) => match writeln!(std::io::stdout(), "{json}") {
            Ok(()) => std::process::ExitCode::SUCCESS,
            Err(_) => std::process::ExitCode::FAILURE,
        },
        Err(reason) => {
            let text = format!(
                "error: {reason}\nusage: perception-bench SOURCE [FRAMES] [--everything]\n"
            );
            drop(std::io::stderr().write_all(text.as_bytes()));
            std::process::ExitCode::FAILURE
        }
    }
}

fn measure() -> Result<String, Box<dyn std::error::Error>> {
    let (flags, plain): (Vec<_>, Vec<_>) =
        std::env::args().skip(1).partition(|a| a.starts_with("--"));
    if let Some(unknown) = flags.iter().find(|f| *f != "--everything") {
        return Err(format!("unknown option {unknown}").into());
    }
    let source = plain
        .first()
        .ok_or("SOURCE is missing, for example images:DIR")?
        .parse()?;
    let report = run(BenchOptions {
        source,
        camera: CameraOptions::default(),
        models: default_models_folders(),
        runtime: None,
        frames: plain.get(1).map_or(Ok(300), |n| n.parse())?,
        everything: !flags.is_empty(),
    })?;
    Ok(serde_json::to_string_pretty(&report)?)
}
