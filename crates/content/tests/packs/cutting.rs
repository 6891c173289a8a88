//! A merchandiser's photo becomes a picture that can be worn. The photos are made here: garments of the demo shop, whose
//! anchors are known, on a ground with some light and noise.

use std::fs;
use std::io::Cursor;
use std::path::{Path, PathBuf};

use cheval_content::cut::{CutError, CutOut, cut_out, draw_anchors};
use cheval_domain::anchors::{Anchor, Cut, Fit, Side};
use image::imageops::{self, FilterType};
use image::{ImageFormat, Rgb, RgbImage, RgbaImage};

use crate::command_line::{cheval_pack, said, text};

pub(crate) const LIGHT: [u8; 3] = [236, 232, 226];
const DARK: [u8; 3] = [92, 98, 104];

fn demo(name: &str) -> PathBuf {
    let garments = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../assets/demo-pack/garments"
    );
    Path::new(garments).join(name)
}

pub(crate) fn garment(sku: &str) -> (RgbaImage, Fit) {
    let picture = image::open(demo(&format!("{sku}.png"))).unwrap();
    let picture = imageops::resize(&picture.to_rgba8(), 600, 600, FilterType::Triangle);
    let fit = fs::read_to_string(demo(&format!("{sku}.fit.toml"))).unwrap();
    (picture, toml::from_str(&fit).unwrap())
}

/// The garment on a ground that is lighter on one side and a little noisy, as a phone would take it.
pub(crate) fn photographed(picture: &RgbaImage, ground: [u8; 3]) -> RgbImage {
    let mut seed = 7_u32;
    RgbImage::from_fn(720, 760, |x, y| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let light = 0.95 + 0.1 * x as f32 / 720.0;
        let noise = (seed >> 24) as f32 / 255.0 * 6.0 - 3.0;
        let over = |c: usize| {
            let under = f32::from(ground[c]) * light + noise;
            let place = x.checked_sub(60).zip(y.checked_sub(80));
            let pixel = place.and_then(|(x, y)| picture.get_pixel_checked(x, y));
            let (own, a) = pixel.map_or((0.0, 0.0), |p| {
                (f32::from(p.0[c]), f32::from(p.0[3]) / 255.0)
            });
            (own * a + under * (1.0 - a)).clamp(0.0, 255.0) as u8
        };
        Rgb([over(0), over(1), over(2)])
    })
}

pub(crate) fn encoded(photo: &RgbImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    photo.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// Left, top, width and height of what is opaque, in pixels.
fn bounds(picture: &RgbaImage) -> [f32; 4] {
    let opaque = |(_, _, p): &(u32, u32, &image::Rgba<u8>)| p.0[3] > 127;
    let (mut l, mut t, mut r, mut b) = (u32::MAX, u32::MAX, 0, 0);
    for (x, y, _) in picture.enumerate_pixels().filter(opaque) {
        (l, t, r, b) = (l.min(x), t.min(y), r.max(x), b.max(y));
    }
    [l as f32, t as f32, (r - l) as f32, (b - t) as f32]
}

/// Share of the known anchors that were found within `near` of the garment's longer side.
fn share_found(known: (&RgbaImage, &Fit), found: &CutOut, near: f32) -> f32 {
    let (kb, fb) = (bounds(known.0), bounds(&found.picture));
    let longer = kb[2].max(kb[3]);
    let within = |anchor: &Anchor, at: &[f32; 2]| {
        let place = |[x, y]: [f32; 2], size: (u32, u32), b: [f32; 4]| {
            [
                (x * size.0 as f32 - b[0]) / b[2],
                (y * size.1 as f32 - b[1]) / b[3],
            ]
        };
        let a = place(*at, known.0.dimensions(), kb);
        found.fit.at(*anchor).is_some_and(|at| {
            let b = place(at, found.picture.dimensions(), fb);
            ((a[0] - b[0]) * kb[2]).hypot((a[1] - b[1]) * kb[3]) <= near * longer
        })
    };
    let good = known.1.anchors.iter().filter(|(a, at)| within(a, at));
    good.count() as f32 / known.1.anchors.len() as f32
}

#[test]
fn cut_and_anchors_are_found_by_themselves() {
    for (sku, ground, cut) in [
        ("tee-navy", LIGHT, Cut::TShirt),
        ("tee-saffron", DARK, Cut::TShirt),
        ("knit-charcoal", LIGHT, Cut::Knitwear),
        ("jeans-indigo", LIGHT, Cut::Trousers),
        ("skirt-rose", DARK, Cut::Skirt),
    ] {
        let (picture, fit) = garment(sku);
        let photo = encoded(&photographed(&picture, ground), ImageFormat::Jpeg);
        let done = cut_out(&photo, None, |_| ()).unwrap();
        assert_eq!(done.fit.cut, cut, "{sku}");
        assert_eq!(done.fit.problems(), [], "{sku}");
        let share = share_found((&picture, &fit), &done, 0.04);
        assert!(share >= 0.8, "{sku}: {share}");
        assert!(!done.cropped && done.contrast > 0.6, "{sku}");
        assert!(done.sure.keys().eq(done.fit.anchors.keys()));
    }
}

/// Height of the neckline's lowest place, share of the garment's box.
fn hang(neckline: &[[f32; 2]], picture: &RgbaImage) -> f32 {
    let [_, top, _, high] = bounds(picture);
    let heights = neckline
        .iter()
        .map(|[_, y]| (y * picture.height() as f32 - top) / high);
    heights.fold(0.0, f32::max)
}

#[test]
fn the_upper_edge_of_the_front_is_found_and_drawn() {
    for (sku, ground, slack) in [
        ("tee-navy", LIGHT, 0.02),
        ("tee-iris", LIGHT, 0.02),
        ("knit-bordeaux", LIGHT, 0.02),
        ("shirt-oxford", DARK, 0.02),
        // So deep a point is found less well.
        ("jacket-navy", LIGHT, 0.06),
    ] {
        let (picture, fit) = garment(sku);
        let photo = encoded(&photographed(&picture, ground), ImageFormat::Jpeg);
        let done = cut_out(&photo, None, |_| ()).unwrap();
        let (known, found) = (
            hang(&fit.neckline, &picture),
            hang(&done.fit.neckline, &done.picture),
        );
        assert!((known - found).abs() < slack, "{sku}: {known:?} {found:?}");
        let drawn = draw_anchors(&done.picture, &done.fit);
        let mut without = done.fit.clone();
        without.neckline.clear();
        assert_ne!(drawn, draw_anchors(&done.picture, &without), "{sku}");
        // A seam is not taken for it: nothing of the line lies outside the garment's neck.
        let wide = done.fit.at(Anchor::Neck(Side::Left)).unwrap()[0]
            - done.fit.at(Anchor::Neck(Side::Right)).unwrap()[0];
        let [first, last] = [
            done.fit.neckline.first().unwrap(),
            done.fit.neckline.last().unwrap(),
        ];
        assert!(last[0] - first[0] < 1.3 * wide, "{sku}");
    }
}

#[test]
fn jackets_shirts_and_what_is_worn_open_are_told_apart() {
    for (sku, ground, cut, open) in [
        ("jacket-cognac", LIGHT, Cut::Jacket, false),
        ("jacket-navy", LIGHT, Cut::Jacket, false),
        ("jacket-sand", DARK, Cut::Jacket, true),
        ("coat-slate", LIGHT, Cut::Coat, true),
        ("coat-camel", DARK, Cut::Coat, false),
        ("shirt-oxford", DARK, Cut::Shirt, false),
        ("shirt-check", LIGHT, Cut::Shirt, false),
        ("trousers-grey", LIGHT, Cut::Trousers, false),
    ] {
        let (picture, _) = garment(sku);
        let photo = encoded(&photographed(&picture, ground), ImageFormat::Jpeg);
        let done = cut_out(&photo, None, |_| ()).unwrap();
        assert_eq!(
            (done.fit.cut, done.fit.open),
            (cut, open),
            "{sku}: {}",
            done.because
        );
    }
}

#[test]
fn the_edge_is_soft_and_free_of_the_ground() {
    let (picture, _) = garment("tee-saffron");
    // A ground that would show at once.
    let photo = encoded(&photographed(&picture, [30, 60, 220]), ImageFormat::Png);
    let done = cut_out(&photo, None, |_| ()).unwrap();
    let soft: Vec<[u8; 4]> = done
        .picture
        .pixels()
        .map(|p| p.0)
        .filter(|p| (20..235).contains(&p[3]))
        .collect();
    assert!(soft.len() > 200, "{} soft pixels", soft.len());
    let blue = soft.iter().filter(|[r, _, b, _]| b > r).count();
    assert!(blue * 50 < soft.len(), "{blue} of {} are blue", soft.len());
    let (own, cut) = (bounds(&picture), bounds(&done.picture));
    assert!((own[2] / own[3] - cut[2] / cut[3]).abs() < 0.02);
    for corner in [done.picture.get_pixel(0, 0), done.picture.get_pixel(5, 90)] {
        assert_eq!(corner.0[3], 0);
    }
}

/// The bytes with an EXIF block that says how the camera was held.
pub(crate) fn held(jpeg: &[u8], orientation: u8) -> Vec<u8> {
    let tiff = [
        &b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0"[..],
        &[orientation, 0, 0, 0, 0, 0, 0, 0],
    ]
    .concat();
    let length = u16::try_from(tiff.len() + 2).unwrap().to_be_bytes();
    [&jpeg[..2], &[0xFF, 0xE1], &length, &tiff, &jpeg[2..]].concat()
}

#[test]
fn a_photo_taken_sideways_is_turned_upright() {
    let (picture, fit) = garment("tee-navy");
    let turned = imageops::rotate270(&photographed(&picture, LIGHT));
    let photo = held(&encoded(&turned, ImageFormat::Jpeg), 6);
    let done = cut_out(&photo, None, |_| ()).unwrap();
    assert_eq!(done.fit.cut, Cut::TShirt);
    assert!(share_found((&picture, &fit), &done, 0.04) >= 0.8);
}

#[test]
fn the_label_inside_the_neck_is_taken_out() {
    let (mut picture, fit) = garment("tee-ember");
    let clean = cut_out(
        &encoded(&photographed(&picture, DARK), ImageFormat::Png),
        Some(Cut::TShirt),
        |_| (),
    )
    .unwrap();
    assert!(!clean.label_taken_out);
    let [x, y] = fit.at(Anchor::NeckBack).unwrap();
    let (x, y) = ((x * 600.0) as u32, (y * 600.0) as u32);
    for (dx, dy) in (0..26).flat_map(|dx| (0..14).map(move |dy| (dx, dy))) {
        picture.put_pixel(x - 13 + dx, y + 8 + dy, image::Rgba([245, 245, 240, 255]));
    }
    let photo = encoded(&photographed(&picture, DARK), ImageFormat::Png);
    let done = cut_out(&photo, Some(Cut::TShirt), |_| ()).unwrap();
    assert!(done.label_taken_out);
    let white = done
        .picture
        .pixels()
        .filter(|p| p.0[3] == 255 && p.0[2] > 225)
        .count();
    assert_eq!(white, 0, "nothing of the label is left");
}

#[test]
fn photos_that_cannot_be_cut_out_are_refused_with_words() {
    let refused = |bytes: &[u8]| cut_out(bytes, None, |_| ()).unwrap_err();
    assert_eq!(refused(b""), CutError::NoPicture);
    assert_eq!(refused(b"<svg/>"), CutError::NoPicture);
    assert_eq!(
        refused(b"\x89PNG\r\n\x1a\n").to_string().split(':').next(),
        Some("the photo is damaged")
    );
    let plain = RgbImage::from_pixel(300, 300, Rgb(LIGHT));
    assert_eq!(
        refused(&encoded(&plain, ImageFormat::Png)),
        CutError::Nothing
    );
    let tiny = RgbImage::from_pixel(20, 300, Rgb(LIGHT));
    assert!(matches!(
        refused(&encoded(&tiny, ImageFormat::Png)),
        CutError::TooSmall { .. }
    ));
    let mut large = encoded(&plain, ImageFormat::Png);
    large[16..24].copy_from_slice(&[0, 0, 0x23, 0x28, 0, 0, 0x17, 0x70]);
    let crc = crate::hostile::crc32(&large[12..29]);
    large[29..33].copy_from_slice(&crc.to_be_bytes());
    let told = refused(&large).to_string();
    assert!(
        told.contains("9000 × 6000 px; at most 50 megapixels"),
        "{told}"
    );
}

#[test]
fn the_command_writes_picture_fit_and_preview_and_overwrites_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let photo = folder.path().join("IMG 0042.jpg");
    let (picture, _) = garment("tee-navy");
    fs::write(
        &photo,
        encoded(&photographed(&picture, LIGHT), ImageFormat::Jpeg),
    )
    .unwrap();
    let out = folder.path().join("new");
    let args = ["garment", "cut", text(&photo), "--out", text(&out)];
    let done = cheval_pack(&args);
    assert_eq!(done.status.code(), Some(0), "{}", said(&done));
    for words in ["IMG-0042: ", "T-shirt", "sleeves found", "garment edit"] {
        assert!(said(&done).contains(words), "`{words}`: {}", said(&done));
    }
    let fit: Fit =
        toml::from_str(&fs::read_to_string(out.join("IMG-0042.fit.toml")).unwrap()).unwrap();
    assert!(fit.has_sleeve(Side::Left) && fit.problems().is_empty());
    let cut = image::open(out.join("IMG-0042.png")).unwrap();
    assert!((fit.aspect - cut.width() as f32 / cut.height() as f32).abs() < 0.001);
    assert!(
        image::open(out.join("IMG-0042.anchors.png"))
            .unwrap()
            .width()
            > cut.width()
    );
    assert_eq!(
        fs::read_dir(&out).unwrap().count(),
        3,
        "nothing else is left"
    );

    let again = cheval_pack(&args);
    assert_eq!(again.status.code(), Some(2));
    assert!(
        said(&again).contains("is there already"),
        "{}",
        said(&again)
    );
    for (more, words) in [
        (["--cut", "cape"], "there is no cut `cape`"),
        (["--sku", "../evil"], "is no SKU"),
        (["--sku", ".hidden"], "is no SKU"),
    ] {
        let output = cheval_pack(&[&args[..], &more[..]].concat());
        assert_eq!(output.status.code(), Some(2));
        assert!(said(&output).contains(words), "{}", said(&output));
    }
    let nowhere = cheval_pack(&["garment", "cut", "/no/such/photo.jpg"]);
    assert_eq!(nowhere.status.code(), Some(2));
}
