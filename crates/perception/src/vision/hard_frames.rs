//! Frames that no shop should ever have, through every organ with the real nets: whatever comes, the pass ends, the report
//! is sane and every organ stays on. Needs the models and the runtime that `cargo xtask setup` builds.

use std::path::{Path, PathBuf};

use cheval_domain::observation::FrameReport;
use cheval_domain::time::Mono;
use image::{RgbaImage, imageops};

use super::VisionOptions;
use super::engine::{Engine, Shot};
use super::schedule::Plan;
use crate::organs::picture::Pixels;
use crate::perception::default_models_folders;

/// The same frame this often, a tenth of a second apart: enough to confirm a person and to read body and garments.
const PASSES: u64 = 5;

fn engine() -> Engine {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../models");
    let folders: Vec<PathBuf> = std::iter::once(own)
        .chain(default_models_folders())
        .collect();
    Engine::load(&VisionOptions {
        models: folders,
        figure: true,
        ..VisionOptions::default()
    })
}

fn portrait() -> RgbaImage {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../assets/standin/astronaut.png");
    image::open(path).unwrap().into_rgba8()
}

/// The last report of a still picture; checks on the way what must hold for any picture.
fn look_at(engine: &mut Engine, picture: &RgbaImage) -> FrameReport {
    let pixels = Pixels {
        width: picture.width() as usize,
        height: picture.height() as usize,
        rgba: picture.as_raw(),
    };
    let mut report = FrameReport::default();
    for number in 1..=PASSES {
        let shot = Shot {
            number,
            captured: Mono(number * 100),
            pixels,
        };
        report = engine.pass(shot, Plan::EVERYTHING);
        assert_sane(&report);
    }
    let off: Vec<_> = engine.organs().into_iter().filter(|o| !o.on).collect();
    assert!(off.is_empty(), "{off:?}");
    report
}

fn assert_sane(report: &FrameReport) {
    assert!((0.0..=1.0).contains(&report.brightness), "{report:?}");
    for person in &report.people {
        let face = person.face;
        assert!(
            [face.x, face.y, face.width, face.height]
                .iter()
                .all(|v| v.is_finite() && v.abs() < 2.0),
            "{face:?}"
        );
        assert!(face.width > 0.0 && face.height > 0.0, "{face:?}");
        for confidence in [
            person.age.confidence,
            person.gender.confidence,
            person.score,
        ] {
            assert!((0.0..=1.0).contains(&confidence), "{person:?}");
        }
        assert!(!person.head.yaw_degrees.is_nan() && !person.head.pitch_degrees.is_nan());
    }
}

fn people_in(picture: &RgbaImage) -> usize {
    look_at(&mut engine(), picture).people.len()
}

fn plain(width: u32, height: u32, value: u8) -> RgbaImage {
    RgbaImage::from_pixel(width, height, image::Rgba([value, value, value, 255]))
}

#[test]
fn empty_pictures_of_any_size_hold_nobody() {
    let mut engine = engine();
    for picture in [
        plain(1, 1, 128),
        plain(2, 3, 128),
        plain(16, 16, 128),
        plain(1, 2_000, 128),
        plain(2_000, 1, 128),
        plain(720, 1280, 0),
        plain(720, 1280, 255),
        plain(4_096, 2_160, 90),
    ] {
        let report = look_at(&mut engine, &picture);
        assert!(
            report.people.is_empty(),
            "{:?}: {report:?}",
            picture.dimensions()
        );
        engine.forget();
    }
}

#[test]
fn a_grey_picture_is_a_picture() {
    let grey = image::DynamicImage::from(imageops::grayscale(&portrait())).into_rgba8();
    assert_eq!(people_in(&grey), 1);
}

#[test]
fn a_huge_and_a_small_portrait_hold_one_person() {
    let huge = imageops::resize(&portrait(), 3_000, 3_000, imageops::FilterType::Triangle);
    assert_eq!(people_in(&huge), 1);
    let small = imageops::resize(&portrait(), 120, 120, imageops::FilterType::Triangle);
    assert_eq!(people_in(&small), 1);
}

#[test]
fn a_camera_on_its_side_finds_no_upright_face_and_goes_on() {
    let mut engine = engine();
    for turned in [
        imageops::rotate90(&portrait()),
        imageops::rotate180(&portrait()),
    ] {
        look_at(&mut engine, &turned);
        engine.forget();
    }
    assert_eq!(look_at(&mut engine, &portrait()).people.len(), 1);
}

#[test]
fn a_face_cut_by_the_border_does_no_harm() {
    let whole = portrait();
    let mut engine = engine();
    // The face lies about at (170..280, 60..190): cut from each side through its middle.
    for (x, y, width, height) in [
        (0, 0, 225, 400),
        (225, 0, 287, 400),
        (60, 125, 400, 387),
        (60, 0, 400, 125),
    ] {
        let cut = imageops::crop_imm(&whole, x, y, width, height).to_image();
        look_at(&mut engine, &cut);
        engine.forget();
    }
}

#[test]
fn forty_faces_are_a_crowd_and_not_more_than_the_tracker_holds() {
    let mut crowd = plain(1_280, 1_600, 40);
    let face = imageops::crop_imm(&portrait(), 130, 20, 190, 200).to_image();
    for k in 0..40 {
        let (column, row) = (k % 5, k / 5);
        imageops::overlay(&mut crowd, &face, 40 + column * 245, row * 200);
    }
    let people = people_in(&crowd);
    assert!((8..=16).contains(&people), "{people}");
}

#[test]
fn a_face_on_a_shirt_is_somebody_else_and_never_the_shopper() {
    let mut wearer = imageops::resize(&portrait(), 900, 900, imageops::FilterType::Triangle);
    let face = imageops::crop_imm(&portrait(), 130, 20, 190, 200).to_image();
    imageops::overlay(&mut wearer, &face, 360, 640);
    let report = look_at(&mut engine(), &wearer);
    let widest = &report.people[0];
    assert!(widest.face.y < 0.5 && !widest.worn.is_empty(), "{report:?}");
    assert!(report.people[1..].iter().all(|other| other.worn.is_empty()));
}

/// Cheval has no test of liveness: a printed face as large as a shopper's counts as a person, on a poster and on a shirt
/// alike. What keeps a poster from being a shopper for ever is that it is part of the empty scene.
#[test]
fn a_poster_counts_as_a_person() {
    let mut wall = plain(720, 1_280, 150);
    let poster = imageops::resize(&portrait(), 360, 360, imageops::FilterType::Triangle);
    imageops::overlay(&mut wall, &poster, 180, 200);
    assert_eq!(people_in(&wall), 1);
}
