//! Pictures of every sort and state, shown to everything that reads pictures: lint, cutting and the editor. None breaks
//! them, and what cannot be used is refused with words.

use std::fs;
use std::path::PathBuf;

use cheval_content::cut::{CutError, cut_out, propose, read_picture};
use cheval_content::{Problem, Severity};
use cheval_domain::anchors::Cut;
use image::{DynamicImage, ImageFormat, Rgb, RgbImage, Rgba, RgbaImage};

use crate::command_line::{cheval_pack, said, text};
use crate::cutting::{LIGHT, encoded, garment, held, photographed};
use crate::hostile::crc32;
use crate::sample::Pack;

const PICTURE: &str = "garments/TEE-1.png";

/// Small pictures in forms that nothing here can write: drawn by Pillow, a tee of 160 by 180 pixels.
fn kept(name: &str) -> Vec<u8> {
    let folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/pictures"));
    fs::read(folder.join(name)).unwrap()
}

fn png(picture: &DynamicImage) -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    picture.write_to(&mut bytes, ImageFormat::Png).unwrap();
    bytes.into_inner()
}

/// A PNG that says it is larger than it is.
fn claiming(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = png(&RgbImage::new(300, 300).into());
    bytes[16..20].copy_from_slice(&width.to_be_bytes());
    bytes[20..24].copy_from_slice(&height.to_be_bytes());
    let crc = crc32(&bytes[12..29]);
    bytes[29..33].copy_from_slice(&crc.to_be_bytes());
    bytes
}

/// What lint says of the sample pack with this picture of its tee.
fn linted(bytes: &[u8]) -> Vec<Problem> {
    let pack = Pack::new();
    pack.write(PICTURE, bytes);
    pack.problems()
}

/// That lint says this of the picture, with a remedy.
#[track_caller]
fn lint_tells(bytes: &[u8], severity: Severity, words: &str) {
    let problems = linted(bytes);
    let told = problems.iter().find(|p| p.to_string().contains(words));
    let told = told.unwrap_or_else(|| panic!("`{words}` is not in {problems:#?}"));
    assert_eq!(told.severity, severity, "{told}");
    assert_eq!(told.file, PICTURE, "{told}");
    assert!(!told.mend.is_empty(), "{told}");
}

/// That the editor does not open it and says why.
#[track_caller]
fn edit_refuses(bytes: &[u8], words: &str) {
    let pack = Pack::new();
    pack.write(PICTURE, bytes);
    fs::remove_file(pack.path("garments/TEE-1.fit.toml")).unwrap();
    let output = cheval_pack(&["garment", "edit", text(pack.dir()), "TEE-1"]);
    assert_eq!(output.status.code(), Some(2), "{}", said(&output));
    assert!(said(&output).contains(words), "{}", said(&output));
    assert!(said(&output).contains("TEE-1"), "{}", said(&output));
}

fn cut_refuses(bytes: &[u8]) -> CutError {
    cut_out(bytes, None, |_| ()).unwrap_err()
}

#[test]
fn pictures_that_are_too_large_are_refused_by_every_reader() {
    let huge = claiming(8192, 8192);
    lint_tells(
        &huge,
        Severity::Error,
        "8192 × 8192 px; at most 4096 px a side",
    );
    edit_refuses(&huge, "8192 × 8192 px; a pack holds at most 4096 px a side");
    let told = cut_refuses(&huge).to_string();
    assert!(
        told.contains("8192 × 8192 px; at most 50 megapixels can be cut out, scale it down"),
        "{told}"
    );
    // Few pixels, but a long side: no pack takes it, while a photo of it is scaled down.
    let long = claiming(8192, 600);
    lint_tells(
        &long,
        Severity::Error,
        "8192 × 600 px; at most 4096 px a side",
    );
    edit_refuses(&long, "8192 × 600 px; a pack holds");
}

#[test]
fn a_photo_8192_pixels_wide_is_scaled_down() {
    let (tee, _) = garment("tee-navy");
    let small = photographed(&tee, LIGHT);
    let wide = RgbImage::from_fn(8192, 1600, |x, y| {
        let place = (x / 2)
            .checked_sub(1700)
            .and_then(|x| small.get_pixel_checked(x, y / 2));
        place.copied().unwrap_or(Rgb(LIGHT))
    });
    let done = cut_out(
        &encoded(&wide, ImageFormat::Jpeg),
        Some(Cut::TShirt),
        |_| (),
    )
    .unwrap();
    assert!(done.picture.width().max(done.picture.height()) <= 1200);
    assert_eq!(done.fit.problems(), []);
}

#[test]
fn every_depth_and_kind_of_colour_is_read() {
    let (tee, _) = garment("tee-navy");
    let photo = DynamicImage::from(photographed(&tee, LIGHT));
    let cutout = DynamicImage::from(tee);
    for (kind, picture) in [
        ("8 bits", photo.clone()),
        ("16 bits", photo.to_rgb16().into()),
        ("grey", photo.to_luma8().into()),
        ("grey, 16 bits", photo.to_luma16().into()),
        ("cut out, 16 bits", cutout.to_rgba16().into()),
        ("cut out, grey", cutout.to_luma_alpha8().into()),
        ("cut out, grey, 16 bits", cutout.to_luma_alpha16().into()),
    ] {
        let bytes = png(&picture);
        let done = cut_out(&bytes, None, |_| ()).unwrap();
        assert_eq!(done.fit.cut, Cut::TShirt, "{kind}");
        assert_eq!(done.fit.problems(), [], "{kind}");
        let errors = linted(&bytes).into_iter().filter(|p| p.file == PICTURE);
        let errors: Vec<Problem> = errors.filter(|p| p.severity == Severity::Error).collect();
        if picture.color().has_alpha() {
            assert_eq!(errors, [], "{kind}");
        } else {
            assert!(
                errors[0].what.contains("no transparent ground"),
                "{kind}: {errors:#?}"
            );
        }
        assert!(propose(&read_picture(&bytes).unwrap()).is_some(), "{kind}");
    }
    for (name, width) in [
        ("cmyk.jpg", 160),
        ("palette.png", 160),
        ("animated.webp", 160),
    ] {
        let bytes = kept(name);
        let done = cut_out(&bytes, None, |_| ()).unwrap();
        assert_eq!(done.fit.cut, Cut::TShirt, "{name}");
        assert_eq!(read_picture(&bytes).unwrap().width(), width, "{name}");
    }
    lint_tells(&kept("cmyk.jpg"), Severity::Error, "no transparent ground");
    let told = linted(&kept("palette.png"));
    assert!(
        told.iter()
            .all(|p| p.file != PICTURE || p.severity != Severity::Error),
        "{told:#?}"
    );
}

#[test]
fn pictures_that_move_show_their_first_frame_or_are_refused() {
    for name in ["animated.webp", "animated.png"] {
        lint_tells(&kept(name), Severity::Warning, "the picture moves");
    }
    let told = linted(&kept("palette.png"));
    assert!(told.iter().all(|p| !p.what.contains("moves")), "{told:#?}");
    let gif = kept("animated.gif");
    lint_tells(&gif, Severity::Error, "neither PNG, JPEG nor WebP");
    edit_refuses(&gif, "neither PNG, JPEG nor WebP");
    assert_eq!(cut_refuses(&gif), CutError::NoPicture);
}

#[test]
fn a_picture_stored_on_its_side_is_told() {
    let photo = encoded(
        &RgbImage::from_pixel(500, 500, Rgb(LIGHT)),
        ImageFormat::Jpeg,
    );
    lint_tells(&held(&photo, 6), Severity::Error, "stored on its side");
    let told = linted(&held(&photo, 1));
    assert!(
        told.iter().all(|p| !p.what.contains("on its side")),
        "{told:#?}"
    );
}

#[test]
fn pictures_that_were_cut_short_are_damaged() {
    let whole = png(&photographed(&garment("tee-navy").0, LIGHT).into());
    for share in [1, 5, 9] {
        let part = &whole[..whole.len() * share / 10];
        lint_tells(part, Severity::Error, "the picture is damaged");
        edit_refuses(part, "damaged");
        assert!(matches!(cut_refuses(part), CutError::Damaged(_)));
    }
}

#[test]
fn one_pixel_is_no_garment() {
    for (alpha, words) in [(0, "is empty"), (255, "no transparent ground")] {
        let dot = png(&RgbaImage::from_pixel(1, 1, Rgba([9, 9, 9, alpha])).into());
        lint_tells(&dot, Severity::Error, words);
        lint_tells(&dot, Severity::Warning, "1 × 1 px is small");
        let refused = cut_refuses(&dot);
        assert_eq!(
            refused,
            CutError::TooSmall {
                width: 1,
                height: 1
            }
        );
        assert!(refused.to_string().contains("too small"));
        // Whatever it proposes, a person looks at it.
        _ = propose(&read_picture(&dot).unwrap());
    }
}

#[test]
fn a_box_and_nothing_at_all_are_told_to_be_cut_out() {
    let nothing = png(&RgbaImage::new(500, 500).into());
    lint_tells(&nothing, Severity::Error, "every pixel is transparent");
    edit_refuses(&nothing, "no garment is to be seen");
    assert_eq!(cut_refuses(&nothing), CutError::Nothing);
    let full = png(&RgbaImage::from_pixel(500, 500, Rgba([90, 20, 20, 255])).into());
    lint_tells(&full, Severity::Error, "`cheval-pack garment cut` does it");
    assert_eq!(cut_refuses(&full), CutError::Nothing);
    _ = propose(&read_picture(&full).unwrap());
    // A garment that nobody can wear yet only looks poor on its card.
    let pack = Pack::new();
    pack.write(PICTURE, full);
    fs::remove_file(pack.path("garments/TEE-1.fit.toml")).unwrap();
    let told = pack.problems();
    let boxed = told
        .iter()
        .find(|p| p.what.contains("no transparent ground"))
        .unwrap();
    assert_eq!(boxed.severity, Severity::Warning);
    assert!(boxed.mend.contains("cheval-pack garment cut"));
}
