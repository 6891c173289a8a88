//! `cheval looks`: tries garments on people in pictures, through the kiosk's own screen, and lays contact sheets:
//! original, then one picture for each garment.

use std::path::{Path, PathBuf};
use std::process::Command;

use cheval_content::Store;
use clap::Args;
use image::imageops::{FilterType, overlay, resize};
use image::{DynamicImage, ImageDecoder as _, ImageReader, Rgb, RgbImage};

use super::{Failure, say};

/// A person fills at most this much, like a portrait mirror.
const LARGEST: (u32, u32) = (720, 1280);
/// Size of one picture of a sheet, and the gap between two.
const TILE: (u32, u32) = (360, 640);
const GAP: u32 = 6;
/// Pictures in a row of a sheet.
const COLUMNS: u32 = 7;
/// Pictures with more pixels on a side are refused.
const MAX_SIDE_PX: u32 = 12_000;

#[derive(Debug, Args)]
pub(super) struct LooksArgs {
    /// A picture of a person, or a folder of them (JPEG, PNG, WebP).
    #[arg(long, value_name = "DIR|FILE")]
    people: PathBuf,
    /// SKUs with commas between them, outfits joined with `+`, or `all`.
    #[arg(long, value_name = "LIST", default_value = "all")]
    garments: String,
    /// Sheets and single pictures go here.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// The content pack with the garments; the demo shop without it.
    #[arg(long, value_name = "DIR")]
    pack: Option<PathBuf>,
}

/// Makes the sheets. Needs a display, as the screen does.
pub(super) fn run(args: &LooksArgs) -> Result<(), Failure> {
    let people = people(&args.people)?;
    let store = store(args)?;
    for (k, person) in people.iter().enumerate() {
        let name = stem(person);
        let folder = args.out.join(&name);
        let size = prepare(person, &folder)?;
        let shown = wear(args, &store, &folder, size)?;
        let sheet = args.out.join(format!("{name}.jpg"));
        sheet_of(&folder, &shown)?
            .save(&sheet)
            .map_err(|e| Failure::new(format!("{}: {e}", sheet.display())))?;
        say(format_args!(
            "{} of {}: {}",
            k + 1,
            people.len(),
            sheet.display()
        ));
    }
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

/// The picture upright and no larger than a mirror, alone in `folder/.person`; its size.
fn prepare(person: &Path, folder: &Path) -> Result<(u32, u32), Failure> {
    let wrong = |e: &dyn std::fmt::Display| Failure::new(format!("{}: {e}", person.display()));
    let mut reader = ImageReader::open(person)
        .and_then(ImageReader::with_guessed_format)
        .map_err(|e| wrong(&e))?;
    let mut limits = image::Limits::default();
    limits.max_image_width = Some(MAX_SIDE_PX);
    limits.max_image_height = Some(MAX_SIDE_PX);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(|e| wrong(&e))?;
    let orientation = decoder.orientation().map_err(|e| wrong(&e))?;
    let mut picture = DynamicImage::from_decoder(decoder).map_err(|e| wrong(&e))?;
    picture.apply_orientation(orientation);
    let picture = picture
        .resize(LARGEST.0, LARGEST.1, FilterType::CatmullRom)
        .to_rgb8();
    let alone = folder.join(".person");
    std::fs::create_dir_all(&alone).map_err(|e| wrong(&e))?;
    picture
        .save(alone.join("person.png"))
        .map_err(|e| wrong(&e))?;
    Ok(picture.dimensions())
}

/// Lets the screen try the garments on; names of the pictures it took.
fn wear(
    args: &LooksArgs,
    store: &Path,
    folder: &Path,
    (width, height): (u32, u32),
) -> Result<Vec<String>, Failure> {
    let log = folder.join("screen.log");
    let file = std::fs::File::create(&log).map_err(Failure::new)?;
    let status = Command::new(std::env::current_exe().map_err(Failure::new)?)
        .arg("screen")
        .args(["--size", &format!("{width}x{height}")])
        .arg("--camera")
        .arg(format!("images:{}", folder.join(".person").display()))
        .arg("--content")
        .arg(store)
        .arg("--runtime")
        .arg(folder.join(".runtime"))
        .arg("--shots")
        .arg(folder)
        .args(["--looks", &args.garments])
        .args(["--set", "camera.mirrored=false"])
        .stderr(file.try_clone().map_err(Failure::new)?)
        .stdout(file)
        .status()
        .map_err(Failure::new)?;
    let told = std::fs::read_to_string(folder.join("looks.csv"));
    let (true, Ok(told)) = (status.success(), told) else {
        return Err(Failure::new(format!(
            "the screen found nobody to dress, or ended early ({status})"
        ))
        .advise(format!("its log is {}", log.display())));
    };
    let mut shown = vec!["original".to_owned()];
    for line in told.lines().skip(1) {
        let mut cells = line.split(',');
        let (name, worn) = (cells.next().unwrap_or(""), cells.next());
        match worn {
            Some("true") if name != "original" => shown.push(name.to_owned()),
            Some("false") => say(format_args!(
                "  {name} is not shown: {}",
                cells.next().unwrap_or("")
            )),
            _ => {}
        }
    }
    Ok(shown)
}

fn sheet_of(folder: &Path, names: &[String]) -> Result<RgbImage, Failure> {
    let count = u32::try_from(names.len()).unwrap_or(1).max(1);
    let (columns, rows) = (count.min(COLUMNS), count.div_ceil(COLUMNS));
    let step = (TILE.0 + GAP, TILE.1 + GAP);
    let mut sheet = RgbImage::from_pixel(columns * step.0, rows * step.1, Rgb([247, 242, 235]));
    for (k, name) in names.iter().enumerate() {
        let file = folder.join(format!("{name}.png"));
        let picture = image::open(&file)
            .map_err(|e| Failure::new(format!("{}: {e}", file.display())))?
            .to_rgb8();
        let (width, height) = picture.dimensions();
        let scale = f64::min(
            f64::from(TILE.0) / f64::from(width),
            f64::from(TILE.1) / f64::from(height),
        );
        let side = |px: u32| ((f64::from(px) * scale) as u32).max(1);
        let small = resize(&picture, side(width), side(height), FilterType::Triangle);
        let k = u32::try_from(k).unwrap_or(0);
        let (x, y) = (k % COLUMNS * step.0, k / COLUMNS * step.1);
        overlay(&mut sheet, &small, i64::from(x), i64::from(y));
    }
    Ok(sheet)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sheets_hold_every_picture_in_its_place() {
        let dir = tempfile::tempdir().unwrap();
        let names: Vec<String> = (0..9).map(|k| format!("g{k}")).collect();
        for (k, name) in names.iter().enumerate() {
            let colour = Rgb([k as u8 * 20, 100, 0]);
            let picture = RgbImage::from_pixel(72, 128, colour);
            picture
                .save(dir.path().join(format!("{name}.png")))
                .unwrap();
        }
        let sheet = sheet_of(dir.path(), &names).unwrap();
        assert_eq!(sheet.dimensions(), (7 * 366, 2 * 646));
        assert_eq!(sheet.get_pixel(366 + 100, 100), &Rgb([20, 100, 0]));
        assert_eq!(sheet.get_pixel(100, 646 + 100), &Rgb([140, 100, 0]));
        assert_eq!(
            sheet.get_pixel(2 * 366 + 100, 646 + 100),
            &Rgb([247, 242, 235])
        );
    }

    #[test]
    fn what_is_no_picture_of_a_person_is_refused_by_name() {
        let dir = tempfile::tempdir().unwrap();
        assert!(people(dir.path()).is_err());
        let file = dir.path().join("anna.jpg");
        std::fs::write(&file, "no picture").unwrap();
        assert_eq!(people(dir.path()).unwrap(), std::slice::from_ref(&file));
        let error = prepare(&file, &dir.path().join("out"))
            .unwrap_err()
            .to_string();
        assert!(error.contains("anna.jpg"), "{error}");
    }
}
