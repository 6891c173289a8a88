//! `cheval eval`: how right are the models on labelled pictures of one's own? Prints figures, judges nothing.

use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};

use cheval_perception::eval::{
    EvalError, EvalOptions, Report, Watcher, attach_pictures, card, faces, figure, garments, page,
    table, tracks,
};
use clap::{Args, Subcommand};

use super::{Failure, SettingsArgs, say};

/// Messages on rows that are shown; all are counted.
const MESSAGES: usize = 20;

/// What to evaluate.
#[derive(Debug, Args)]
pub(super) struct EvalArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Faces, age and gender: a sheet with file,age,gender and, if known, group.
    Faces(FacesArgs),
    /// Garments: a sheet with file, and mask or words for what is worn.
    Garments(SheetArgs),
    /// Body proportions: a sheet with file,shoulder,waist,hip,clothing and, if known, shape.
    Figure(SheetArgs),
    /// Face tracks over a folder of frames: a sheet in the form of MOTChallenge, frame,id,x,y,w,h.
    Tracks(TracksArgs),
    /// Write the model cards anew from their parts.
    Cards(CardsArgs),
}

#[derive(Debug, Args)]
struct SheetArgs {
    #[command(flatten)]
    settings: SettingsArgs,
    /// Folder that the file names of the label sheet start from.
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    /// The label sheet (CSV); docs/eval.md lists its columns.
    #[arg(long, value_name = "FILE")]
    labels: PathBuf,
    /// Machine-readable.
    #[arg(long)]
    json: bool,
    /// Also write a page with curves, confusion matrices and the worst examples.
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// Also store the figures for a model card: no name of any picture in them.
    #[arg(long, value_name = "FILE")]
    card: Option<PathBuf>,
}

#[derive(Debug, Args)]
struct FacesArgs {
    #[command(flatten)]
    sheet: SheetArgs,
    /// Average this many of the six crops that the kiosk takes in turn.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..=6))]
    crops: u8,
}

#[derive(Debug, Args)]
struct TracksArgs {
    #[command(flatten)]
    sheet: SheetArgs,
    /// Frames per second of the folder's pictures.
    #[arg(long, value_name = "N", default_value_t = 30.0)]
    fps: f64,
}

#[derive(Debug, Args)]
struct CardsArgs {
    /// Folder with models.toml and cards.
    #[arg(long, value_name = "DIR", default_value = "models")]
    models: PathBuf,
}

/// Runs one evaluation.
pub(super) fn run(args: &EvalArgs) -> Result<(), Failure> {
    match &args.what {
        What::Faces(args) => {
            let crops = usize::from(args.crops);
            evaluate(&args.sheet, |options, watcher| {
                faces::faces(options, crops, watcher)
            })
        }
        What::Garments(args) => evaluate(args, garments::garments),
        What::Figure(args) => evaluate(args, figure::figure),
        What::Tracks(args) => evaluate(&args.sheet, |options, watcher| {
            let run = tracks::follow(options, args.fps, watcher)?;
            tracks::report(options, &run)
        }),
        What::Cards(args) => cards(&args.models),
    }
}

fn evaluate(
    args: &SheetArgs,
    run: impl FnOnce(&EvalOptions, &mut dyn Watcher) -> Result<Report, EvalError>,
) -> Result<(), Failure> {
    let config = args.settings.load(Vec::new())?;
    let options = EvalOptions {
        data: args.data.clone(),
        labels: args.labels.clone(),
        models: crate::models_folders(&config),
        runtime: config.vision.runtime.clone(),
    };
    let mut told = Told::new();
    let outcome = run(&options, &mut told);
    told.close();
    let mut report = outcome.map_err(Failure::new)?;
    if let Some(file) = &args.card {
        let stored =
            serde_json::to_string_pretty(&report.clone().for_cards()).map_err(Failure::new)?;
        write(file, &(stored + "\n"))?;
    }
    if let Some(file) = &args.html {
        attach_pictures(&mut report, &args.data);
        write(file, &page(&report).map_err(Failure::new)?)?;
    }
    if args.json {
        say(serde_json::to_string_pretty(&report).map_err(Failure::new)?);
    } else {
        say(table(&report));
    }
    Ok(())
}

fn cards(models: &Path) -> Result<(), Failure> {
    for (path, text) in card::cards(models).map_err(Failure::new)? {
        write(&path, &text)?;
        say(path.display());
    }
    Ok(())
}

fn write(path: &Path, text: &str) -> Result<(), Failure> {
    std::fs::write(path, text)
        .map_err(|error| Failure::new(format!("failed to write {}: {error}", path.display())))
}

/// Tells of rows that were left out, and how far the work is, on the error stream.
struct Told {
    messages: usize,
    on_terminal: bool,
}

impl Told {
    fn new() -> Self {
        Self {
            messages: 0,
            on_terminal: std::io::stderr().is_terminal(),
        }
    }

    fn close(&self) {
        if self.on_terminal {
            tell("\r\x1b[K");
        }
        if self.messages > MESSAGES {
            tell(&format!(
                "and {} more rows were left out\n",
                self.messages - MESSAGES
            ));
        }
    }
}

impl Watcher for Told {
    fn row_done(&mut self, done: usize, all: usize) {
        if self.on_terminal && (done.is_multiple_of(10) || done == all) {
            tell(&format!("\r\x1b[K{done} of {all} rows"));
        }
    }

    fn left_out(&mut self, message: &str) {
        self.messages += 1;
        if self.messages <= MESSAGES {
            let start = if self.on_terminal { "\r\x1b[K" } else { "" };
            tell(&format!("{start}{message}\n"));
        }
    }
}

fn tell(text: &str) {
    let mut stderr = std::io::stderr();
    // Nobody reads any more when the stream is closed.
    _ = stderr.write_all(text.as_bytes());
    _ = stderr.flush();
}
