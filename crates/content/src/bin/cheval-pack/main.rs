//! `cheval-pack`: what a merchandiser uses on a laptop to start, check, look through and pass on a content pack.

mod bundle;
mod garment;
mod new;
mod print;
mod simulate;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use cheval_content::{LoadedPack, PackProblems, Problem, Severity, check_glyphs, load_pack};
use clap::{Parser, Subcommand};

/// The pack was fine, or the work is done.
pub(crate) const FINE: u8 = 0;
/// The pack has errors, or its file is refused.
pub(crate) const PACK_HAS_ERRORS: u8 = 1;
/// The command could not be carried out (clap uses the same code for a wrong command line).
const COULD_NOT: u8 = 2;

/// Make, check and pass on content packs for Cheval mirrors
#[derive(Parser)]
#[command(
    version,
    after_help = "Exit codes: 0 fine (warnings included), 1 the pack has errors or its file is refused, 2 the command could not be carried out."
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Start a new pack in an empty or new folder
    New {
        /// Where; the folder's name becomes the pack's id
        dir: PathBuf,
    },
    /// Say everything that is wrong with a pack, with the place and how to mend it
    Lint {
        /// The pack's folder
        dir: PathBuf,
        /// Check that every .ttf and .otf font in this folder has every letter of every text
        #[arg(long, value_name = "DIR")]
        fonts: Option<PathBuf>,
        /// Print JSON for other programs
        #[arg(long)]
        json: bool,
    },
    /// Show what a pack offers
    Show {
        /// The pack's folder
        dir: PathBuf,
    },
    /// Make a garment's picture fit to be worn
    #[command(subcommand)]
    Garment(garment::Command),
    /// Play a pack to a made-up crowd, and write down what was shown when, and why
    Simulate(simulate::Arguments),
    #[command(flatten)]
    Bundle(bundle::Command),
}

fn main() -> ExitCode {
    let done = match Cli::parse().command {
        Command::New { dir } => new::new_pack(&dir).map(|()| FINE),
        Command::Lint { dir, fonts, json } => lint(&dir, fonts.as_deref(), json),
        Command::Show { dir } => show(&dir),
        Command::Garment(command) => garment::run(command),
        Command::Simulate(arguments) => simulate::run(&arguments),
        Command::Bundle(command) => bundle::run(command),
    };
    ExitCode::from(done.unwrap_or_else(|cause| {
        print::failure(&cause);
        COULD_NOT
    }))
}

fn lint(dir: &Path, fonts: Option<&Path>, json: bool) -> Result<u8, String> {
    must_be_a_folder(dir)?;
    let fonts = fonts.map(read_fonts).transpose()?;
    let (pack, problems) = match load_pack(dir) {
        Ok(pack) => {
            let mut problems = pack.warnings.clone();
            problems.extend(fonts.iter().flat_map(|fonts| glyph_problems(&pack, fonts)));
            (Some(pack), problems)
        }
        Err(PackProblems(problems)) => (None, problems),
    };
    let errors = problems
        .iter()
        .filter(|p| p.severity == Severity::Error)
        .count();
    if json {
        print::as_json(&problems)?;
    } else {
        print::verdict(dir, pack.as_ref(), &problems);
    }
    Ok(if errors == 0 { FINE } else { PACK_HAS_ERRORS })
}

fn show(dir: &Path) -> Result<u8, String> {
    must_be_a_folder(dir)?;
    match load_pack(dir) {
        Ok(pack) => {
            print::catalogue(&pack);
            Ok(FINE)
        }
        Err(PackProblems(problems)) => {
            print::verdict(dir, None, &problems);
            Ok(PACK_HAS_ERRORS)
        }
    }
}

pub(crate) fn must_be_a_folder(dir: &Path) -> Result<(), String> {
    if dir.is_dir() {
        Ok(())
    } else {
        Err(format!("there is no folder {}", dir.display()))
    }
}

fn read_fonts(dir: &Path) -> Result<Vec<Vec<u8>>, String> {
    let cannot = |e: std::io::Error| format!("cannot read the fonts in {}: {e}", dir.display());
    let mut fonts = Vec::new();
    for entry in std::fs::read_dir(dir).map_err(cannot)? {
        let path = entry.map_err(cannot)?.path();
        if path
            .extension()
            .is_some_and(|e| e.eq_ignore_ascii_case("ttf") || e.eq_ignore_ascii_case("otf"))
        {
            fonts.push(std::fs::read(&path).map_err(cannot)?);
        }
    }
    if fonts.is_empty() {
        Err(format!(
            "there is no .ttf or .otf font in {}",
            dir.display()
        ))
    } else {
        Ok(fonts)
    }
}

fn glyph_problems(pack: &LoadedPack, fonts: &[Vec<u8>]) -> Vec<Problem> {
    let pairs: Vec<(&str, &[u8])> = pack
        .languages
        .iter()
        .flat_map(|l| fonts.iter().map(|f| (l.as_str(), f.as_slice())))
        .collect();
    check_glyphs(&pack.catalogue, &pairs)
}
