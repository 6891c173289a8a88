//! `cheval looks`: tries garments on people in pictures, through the kiosk's own screen. Lays contact sheets, and measures how
//! well each garment sits (`metrics.csv`).

mod golden;
mod measure;
mod person;
mod sheet;
mod table;

use std::path::{Path, PathBuf};
use std::process::Command;

use cheval_content::Store;
use clap::Args;
use image::{GrayImage, RgbImage, RgbaImage};

use super::{Failure, say};
use measure::{Motion, Shown, Still};
use table::Line;

#[derive(Debug, Args)]
pub(super) struct LooksArgs {
    /// A picture of a person, or a folder of them (JPEG, PNG, WebP).
    #[arg(long, value_name = "DIR|FILE")]
    people: PathBuf,
    /// SKUs with commas between them, outfits joined with `+`, or `all`.
    #[arg(long, value_name = "LIST", default_value = "all")]
    garments: String,
    /// Sheets, single pictures and metrics.csv go here.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// The content pack with the garments; the demo shop without it.
    #[arg(long, value_name = "DIR")]
    pack: Option<PathBuf>,
    /// What each pixel of the people's pictures is, as grey PNGs by the same names: 0 background, 1 skin, 2 hair, 3 torso
    /// garment, 4 leg garment, 5 anything else. Without it the parser's own masks are the measure.
    #[arg(long, value_name = "DIR")]
    masks: Option<PathBuf>,
    /// Compare every look with `DIR/PERSON.GARMENT.png`; with CHEVAL_BLESS=1 write them.
    #[arg(long, value_name = "DIR")]
    golden: Option<PathBuf>,
    /// Let each person stand and walk too: edge flicker, swim, and pictures of it. Ten seconds a garment.
    #[arg(long)]
    motion: bool,
}

/// Makes the sheets. Needs a display, as the screen does.
pub(super) fn run(args: &LooksArgs) -> Result<(), Failure> {
    let people = people(&args.people)?;
    let store = store(args)?;
    let mut lines = Vec::new();
    for (k, person) in people.iter().enumerate() {
        let name = stem(person);
        let folder = args.out.join(&name);
        wear(args, &store, person, &folder, false)?;
        if args.motion {
            let motion = folder.join("motion");
            if motion.exists() {
                // Numbers of an earlier run would be mixed in.
                std::fs::remove_dir_all(&motion).map_err(Failure::new)?;
            }
            wear(args, &store, person, &motion, true)?;
        }
        let tried = tried(args, &name, &folder)?;
        if tried.is_empty() {
            say(format_args!(
                "{}: the screen found nobody to dress in it; its log is {}",
                person.display(),
                folder.join("screen.log").display()
            ));
            continue;
        }
        let shown = tried.iter().filter(|line| line.shown);
        let pictures: Vec<&str> = std::iter::once("original")
            .chain(shown.map(|line| line.garment.as_str()))
            .collect();
        let sheet = args.out.join(format!("{name}.jpg"));
        sheet::sheet_of(&folder, &pictures)?
            .save(&sheet)
            .map_err(|e| Failure::new(format!("{}: {e}", sheet.display())))?;
        for line in tried.iter().filter(|line| !line.shown) {
            say(format_args!(
                "  {} is not shown: {}",
                line.garment, line.guide
            ));
        }
        let at = format!("{} of {}", k + 1, people.len());
        say(format_args!("{at}: {}", sheet.display()));
        lines.extend(tried);
    }
    let file = args.out.join("metrics.csv");
    table::write(&file, &lines).map_err(|e| Failure::new(format!("{}: {e}", file.display())))?;
    say(format_args!(
        "{}\n{}",
        table::summary(&lines),
        file.display()
    ));
    Ok(())
}

fn stem(path: &Path) -> String {
    path.file_stem()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}

fn people(path: &Path) -> Result<Vec<PathBuf>, Failure> {
    if path.is_file() {
        return Ok(vec![path.to_owned()]);
    }
    let wrong = |e: std::io::Error| Failure::new(format!("--people {}: {e}", path.display()));
    let mut found = Vec::new();
    for entry in std::fs::read_dir(path).map_err(wrong)? {
        let file = entry.map_err(wrong)?.path();
        let kind = file
            .extension()
            .and_then(|e| e.to_str())
            .map(str::to_lowercase);
        if matches!(kind.as_deref(), Some("jpg" | "jpeg" | "png" | "webp")) {
            found.push(file);
        }
    }
    found.sort();
    if found.is_empty() {
        return Err(Failure::new(format!(
            "--people {}: no picture in it",
            path.display()
        )));
    }
    Ok(found)
}

/// A content store with the pack, inside the output folder.
fn store(args: &LooksArgs) -> Result<PathBuf, Failure> {
    let pack = match &args.pack {
        Some(pack) => pack.clone(),
        None => super::screen::assets_dir()?.join("demo-pack"),
    };
    let dir = args.out.join(".content");
    let store = Store::open(&dir);
    store
        .stage(&pack)
        .and_then(|id| store.activate(id))
        .map_err(|e| Failure::new(format!("the content cannot be used: {e}")))?;
    Ok(dir)
}

/// Lets the screen try the garments on, on somebody who stands still or moves.
fn wear(
    args: &LooksArgs,
    store: &Path,
    person: &Path,
    folder: &Path,
    motion: bool,
) -> Result<(), Failure> {
    let (width, height) = person::prepare(person, folder, motion)?;
    let log = folder.join("screen.log");
    let file = std::fs::File::create(&log).map_err(Failure::new)?;
    // A picture of one file is shown for ever; those of a sequence one after another.
    let camera = format!("images:{}?hold_secs=0.01", folder.join(".person").display());
    let status = Command::new(std::env::current_exe().map_err(Failure::new)?)
        .arg("screen")
        .args(["--size", &format!("{width}x{height}")])
        .args(["--camera", &camera])
        .arg("--content")
        .arg(store)
        .arg("--runtime")
        .arg(folder.join(".runtime"))
        .arg("--shots")
        .arg(folder)
        .args(["--looks", &args.garments])
        .args(motion.then_some("--looks-motion"))
        .args(["--set", "camera.mirrored=false"])
        .stderr(file.try_clone().map_err(Failure::new)?)
        .stdout(file)
        .status()
        .map_err(Failure::new)?;
    if status.success() && folder.join("looks.csv").exists() {
        return Ok(());
    }
    Err(Failure::new(format!(
        "the screen found nobody to dress, or ended early ({status})"
    ))
    .advise(format!("its log is {}", log.display())))
}

/// What the screen told of each garment, and what its pictures say.
fn tried(args: &LooksArgs, person: &str, folder: &Path) -> Result<Vec<Line>, Failure> {
    let told = std::fs::read_to_string(folder.join("looks.csv")).map_err(Failure::new)?;
    if told.lines().nth(1).is_none_or(str::is_empty) {
        return Ok(Vec::new());
    }
    let original: RgbImage = open(&folder.join("original.png"))?.to_rgb8();
    let labels = labels(args, person, folder, original.dimensions())?;
    let mut lines = Vec::new();
    for told in told.lines().skip(2) {
        let cells: Vec<&str> = told.split(',').collect();
        let &[garment, shown, guide, to, from, legs, delay_ms] = cells.as_slice() else {
            return Err(Failure::new(format!(
                "looks.csv: `{told}` is no line of it"
            )));
        };
        // Somebody who moved away meanwhile was shown and not measured.
        let read = folder.join(format!("{garment}.uncovered.png")).exists();
        let shown = shown == "true" && read;
        let (mut still, mut motion) = (Still::default(), Motion::default());
        if shown {
            let part = |part: &str| open(&folder.join(format!("{garment}{part}.png")));
            let parts = Shown {
                original: original.clone(),
                look: part("")?.to_rgb8(),
                cloth: part(".cloth")?.to_luma8(),
                uncovered: part(".uncovered")?.to_rgba8(),
                torso_to: to.parse().map_err(Failure::new)?,
                torso_from: from.parse().map_err(Failure::new)?,
                legs: legs == "true",
            };
            still = measure::still(&parts, &labels);
            if let Some(dir) = &args.golden {
                golden::compare(&parts.look, dir, &format!("{person}.{garment}"))?;
            }
            if args.motion {
                motion = measure::motion(&folder.join("motion/cloth").join(garment))?;
            }
        }
        if let Some(dir) = args.golden.as_ref().filter(|_| !shown) {
            golden::missed(dir, &format!("{person}.{garment}"), guide)?;
        }
        lines.push(Line {
            person: person.to_owned(),
            garment: garment.to_owned(),
            shown,
            guide: guide.to_owned(),
            still,
            motion,
            delay_ms: delay_ms.parse().unwrap_or_default(),
        });
    }
    Ok(lines)
}

fn open(file: &Path) -> Result<image::DynamicImage, Failure> {
    image::open(file).map_err(|e| Failure::new(format!("{}: {e}", file.display())))
}

/// By hand where there are masks, else as the parser sees it.
fn labels(
    args: &LooksArgs,
    person: &str,
    folder: &Path,
    size: (u32, u32),
) -> Result<GrayImage, Failure> {
    let Some(masks) = &args.masks else {
        let masks: RgbaImage = open(&folder.join("masks.png"))?.to_rgba8();
        return Ok(measure::labels_of(&masks, size));
    };
    let by_hand = open(&masks.join(format!("{person}.png")))?.to_luma8();
    let nearest = image::imageops::FilterType::Nearest;
    Ok(image::imageops::resize(&by_hand, size.0, size.1, nearest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_without_people_is_refused_and_a_file_is_one_person() {
        let dir = tempfile::tempdir().unwrap();
        assert!(people(dir.path()).is_err());
        let file = dir.path().join("anna.jpg");
        std::fs::write(&file, "").unwrap();
        assert_eq!(people(dir.path()).unwrap(), std::slice::from_ref(&file));
    }
}
