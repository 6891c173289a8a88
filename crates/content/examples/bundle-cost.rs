//! `bundle-cost [MEGABYTES] [PICTURES]`: seconds for building, verifying and unpacking a `.cheval` file, and that in times of a floor: hash,
//! copy and sync of the same bytes in the same run. The pack has the PNG pictures of a folder over and over, which have to be decoded
//! as a shop's own, or noise, which is only copied. Prints, judges nothing.

use std::error::Error;
use std::fs::{self, File};
use std::hint::black_box;
use std::io::{self, Write};
use std::path::Path;
use std::time::Instant;

use cheval_content::bundle::{Plan, PrivateKey, Terms, sign_file, unpack, verify};
use cheval_content::load_pack;
use image::{ImageFormat, Rgba, RgbaImage};
use sha2::{Digest as _, Sha256};

/// Side of a picture of noise, pixels; it has 3.2 MB.
const SIDE: u32 = 900;
/// The best of so many counts: what else the machine does is not asked for.
const ROUNDS: usize = 5;

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = std::env::args().skip(1);
    let megabytes: usize = args.next().map_or(Ok(100), |n| n.parse())?;
    let pictures = match args.next() {
        Some(dir) => pictures_in(Path::new(&dir))?,
        None => noise()?,
    };
    let folder = std::env::temp_dir().join(format!("bundle-cost-{}", std::process::id()));
    fs::create_dir(&folder)?;
    let measured = measure(&folder, megabytes * 1_000_000, &pictures);
    fs::remove_dir_all(&folder)?;
    measured
}

fn measure(folder: &Path, most_bytes: usize, pictures: &[Vec<u8>]) -> Result<(), Box<dyn Error>> {
    let pack = folder.join("pack");
    let garments = make_pack(&pack, most_bytes, pictures)?;
    let (bundle, copy, unpacked) = (
        folder.join("pack.cheval"),
        folder.join("copy"),
        folder.join("unpacked"),
    );
    let size_bytes = Plan::new(&pack, None)?.write_file(&bundle, &mut |_| {})?;
    let key = PrivateKey::from_seed(&[1; 32]);
    let trusted = [key.public()];
    let terms = Terms {
        trusted: Some(&trusted),
        ..Terms::SOUND
    };
    sign_file(&bundle, &key, false)?;

    let hash_secs = best(|| hash(&bundle))?;
    let floor_secs = best(|| {
        hash(&bundle)?;
        copy_synced(&bundle, &copy)
    })?;
    let lint_secs = best(|| {
        black_box(load_pack(&pack)?);
        Ok(())
    })?;
    let build_secs = best(|| {
        Plan::new(&pack, None)?.write_file(&folder.join("again.cheval"), &mut |_| {})?;
        Ok(())
    })?;
    let verify_secs = best(|| {
        black_box(verify(File::open(&bundle)?, &terms, &mut |_| {})?);
        Ok(())
    })?;
    let mut unpack_secs = f64::INFINITY;
    for _ in 0..ROUNDS {
        let secs = timed(&mut || {
            unpack(File::open(&bundle)?, &terms, &unpacked, &mut |_| {})?;
            Ok(())
        })?;
        unpack_secs = unpack_secs.min(secs);
        fs::remove_dir_all(&unpacked)?;
    }

    let mut out = io::stdout().lock();
    writeln!(
        out,
        "{garments} pictures, {size_bytes} bytes; best of {ROUNDS}"
    )?;
    for (what, secs) in [
        ("floor: hash, copy, sync", floor_secs),
        ("of it the hash", hash_secs),
        ("build", build_secs),
        ("of it lint", lint_secs),
        ("verify", verify_secs),
        ("unpack", unpack_secs),
    ] {
        writeln!(
            out,
            "{what:<24} {secs:>7.3} s {:>6.2} floors",
            secs / floor_secs
        )?;
    }
    Ok(())
}

fn best(mut work: impl FnMut() -> Result<(), Box<dyn Error>>) -> Result<f64, Box<dyn Error>> {
    let mut best_secs = f64::INFINITY;
    for _ in 0..ROUNDS {
        best_secs = best_secs.min(timed(&mut work)?);
    }
    Ok(best_secs)
}

fn timed(work: &mut dyn FnMut() -> Result<(), Box<dyn Error>>) -> Result<f64, Box<dyn Error>> {
    let start = Instant::now();
    work()?;
    Ok(start.elapsed().as_secs_f64())
}

fn hash(path: &Path) -> Result<(), Box<dyn Error>> {
    let mut hash = Sha256::new();
    io::copy(
        &mut io::BufReader::with_capacity(1 << 18, File::open(path)?),
        &mut hash,
    )?;
    black_box(hash.finalize());
    Ok(())
}

fn copy_synced(from: &Path, to: &Path) -> Result<(), Box<dyn Error>> {
    let mut copy = File::create(to)?;
    io::copy(&mut File::open(from)?, &mut copy)?;
    copy.sync_all()?;
    Ok(())
}

/// A pack that lint takes, with garments until there are so many bytes. Gives their number.
fn make_pack(dir: &Path, most_bytes: usize, pictures: &[Vec<u8>]) -> Result<usize, Box<dyn Error>> {
    for folder in ["texts", "slides", "garments"] {
        fs::create_dir_all(dir.join(folder))?;
    }
    let mut pack =
        "schema_version = 1\nid = \"cost\"\nrevision = 1\nbrand = \"Cost\"\ncurrency = \"EUR\"\n\
        default_language = \"en\"\nlanguages = [\"en\"]\nlicence = \"CC0-1.0\"\n\n\
        [[slides]]\nid = \"welcome\"\nground = [\"#781E34\", \"#17130F\"]\nduration_secs = 9\n\
        picture = \"garments/T-0.png\"\n"
            .to_owned();
    let mut texts = "[slides.welcome]\ntitle = \"Welcome\"\nbody = \"Come in.\"\n".to_owned();
    let (mut garments, mut bytes) = (0_usize, 0);
    for picture in pictures.iter().cycle() {
        bytes += picture.len();
        if bytes > most_bytes {
            break;
        }
        pack += &format!(
            "\n[[garments]]\nsku = \"T-{garments}\"\ncategory = \"t_shirt\"\ncolour = \"red\"\nswatch = \"#A8202C\"\n\
             price = 29\nsizes = [{{ size = \"M\", here = 1, warehouse = 1 }}]\n"
        );
        texts += &format!("\n[garments.T-{garments}]\nname = \"Tee\"\ndetail = \"Cotton\"\n");
        // What stands after a picture's end is not looked at, but no two files are the same.
        let unlike = [picture.as_slice(), &garments.to_le_bytes()].concat();
        fs::write(dir.join(format!("garments/T-{garments}.png")), unlike)?;
        garments += 1;
    }
    fs::write(dir.join("pack.toml"), pack)?;
    fs::write(dir.join("texts/en.toml"), texts)?;
    Ok(garments)
}

fn pictures_in(dir: &Path) -> Result<Vec<Vec<u8>>, Box<dyn Error>> {
    let mut pictures = Vec::new();
    for entry in fs::read_dir(dir)? {
        let path = entry?.path();
        if path.extension().is_some_and(|e| e == "png") {
            pictures.push(fs::read(path)?);
        }
    }
    if pictures.is_empty() {
        return Err(format!("there is no PNG in {}", dir.display()).into());
    }
    Ok(pictures)
}

fn noise() -> Result<Vec<Vec<u8>>, Box<dyn Error>> {
    let mut seed = 1_u64;
    let mut next = || {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        seed.to_le_bytes()
    };
    let picture = RgbaImage::from_fn(SIDE, SIDE, |_, _| {
        let [r, g, b, a, ..] = next();
        Rgba([r, g, b, a])
    });
    let mut png = io::Cursor::new(Vec::new());
    picture.write_to(&mut png, ImageFormat::Png)?;
    Ok(vec![png.into_inner()])
}
