//! What every organ answers on a few pictures that anybody may have: the public-domain astronaut, drawn people, CC0 garments.
//! A change of a model, a runtime or the way to an input shows here first.
//!
//! `CHEVAL_BLESS=1 cargo nextest run -p cheval-perception golden` writes the expected answers anew. Needs the models and the
//! runtime that `cargo xtask setup` builds.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use cheval_domain::observation::Region;
use cheval_domain::time::Mono;

use super::age_gender::AgeGenderReader;
use super::face_detector::{Face, FaceDetector};
use super::garment_parser::{COLUMNS, GarmentParser, ROWS, crop_of_all};
use super::person_detector::{PersonDetector, belonging_to};
use super::person_mask::PersonMasker;
use super::picture::{Pixels, Point, Pyramid};
use super::pose::PoseReader;
use super::worn_kinds;
use crate::models::{ModelStore, Runtime};
use crate::perception::default_models_folders;

/// Answers are shares of their range (places of the picture's sides, angles of a turn), so this is a thousandth of the range.
const TOLERANCE: f64 = 1e-3;
/// What lies behind pictures that are cut out.
const GROUND: u32 = 128;
/// Faces written down per picture.
const FACES: usize = 2;
const PICTURES: [&str; 6] = [
    "assets/standin/astronaut.png",
    "assets/standin/anna.png",
    "assets/standin/kofi.png",
    "assets/demo-pack/garments/dress-rouge.png",
    "assets/demo-pack/garments/tee-navy.png",
    "assets/demo-pack/garments/jeans-indigo.png",
];

/// Answers by picture and organ.
type Answers = BTreeMap<String, BTreeMap<String, Vec<f64>>>;

struct Organs {
    faces: FaceDetector,
    age_gender: AgeGenderReader,
    persons: PersonDetector,
    pose: PoseReader,
    person_mask: PersonMasker,
    parser: GarmentParser,
}

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn golden_file() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/organs.json")
}

impl Organs {
    fn load() -> Self {
        let folders: Vec<_> = std::iter::once(repository().join("models"))
            .chain(default_models_folders())
            .collect();
        let runtime = Runtime::load(None)
            .expect("these tests run real nets: run `cargo xtask setup`, or set ORT_DYLIB_PATH");
        let store = ModelStore::open(&folders, runtime).unwrap();
        Self {
            faces: FaceDetector::load(&store).unwrap(),
            age_gender: AgeGenderReader::load(&store).unwrap(),
            persons: PersonDetector::load(&store).unwrap(),
            pose: PoseReader::load(&store).unwrap(),
            person_mask: PersonMasker::load(&store).unwrap(),
            parser: GarmentParser::load(&store).unwrap(),
        }
    }

    fn answers(&mut self, pixels: Pixels<'_>) -> BTreeMap<String, Vec<f64>> {
        let mut pyramid = Pyramid::default();
        let mut answers = BTreeMap::new();
        let mut put = |organ: &str, values: Vec<f32>| {
            answers.insert(
                organ.to_owned(),
                values.into_iter().map(f64::from).collect(),
            );
        };
        let (width, height) = (pixels.width as f32, pixels.height as f32);
        let faces = self.faces.detect(pixels, &mut pyramid).unwrap();
        put(
            "faces",
            faces
                .iter()
                .take(FACES)
                .flat_map(|f| face(f, width, height))
                .collect(),
        );
        if let Some(face) = faces.first() {
            let once = std::iter::once((face, 0));
            let reading = self.age_gender.read(pixels, &mut pyramid, once).unwrap()[0];
            put("age", reading.age.to_vec());
            put("female", vec![reading.female]);
            put("minor", vec![reading.minor]);
        }
        let head = faces.first().map_or(Point::new(0.5, 0.15), |f| {
            Point::new(f.bounds.centre().x, f.bounds.centre().y)
        });
        let head = Point::new(head.x * width, head.y * height);
        let bodies = self.persons.detect(pixels, &mut pyramid).unwrap();
        if let Some(region) = belonging_to(&bodies, head) {
            put(
                "body_region",
                vec![
                    region.centre.x / width,
                    region.centre.y / height,
                    region.half / height,
                    region.angle / std::f32::consts::TAU,
                ],
            );
            self.pose.forget();
            if let Some(reading) = self
                .pose
                .read(pixels, &mut pyramid, region, Mono(1))
                .unwrap()
            {
                let points = reading.body.points.iter();
                put(
                    "pose",
                    points
                        .flat_map(|p| [p.at.x, p.at.y, p.visibility])
                        .collect(),
                );
            }
        }
        let crop = crop_of_all(pixels);
        let person = self.person_mask.read(pixels, &mut pyramid, &crop).unwrap();
        put(
            "person_mask",
            means(&person.probability, person.width, person.height, 8, 8),
        );
        let parsing = self.parser.read(pixels, &mut pyramid, &crop).unwrap();
        put(
            "garment_parser",
            parsing
                .planes()
                .flat_map(|plane| means(plane, COLUMNS, ROWS, 3, 4))
                .collect(),
        );
        for (name, region) in [("worn_torso", Region::Torso), ("worn_legs", Region::Legs)] {
            if let Some(scores) = worn_kinds::scores(&parsing, region) {
                put(name, scores.into_iter().map(|(_, p)| p).collect());
            }
        }
        answers
    }
}

/// Box, six points and score, as shares of the picture's sides.
fn face(face: &Face, width: f32, height: f32) -> Vec<f32> {
    let b = face.bounds;
    let points = face.points.iter().flat_map(|p| [p.x / width, p.y / height]);
    [b.x, b.y, b.width, b.height, face.score]
        .into_iter()
        .chain(points)
        .collect()
}

/// Means over tiles of a grid.
fn means(values: &[f32], width: usize, height: usize, across: usize, down: usize) -> Vec<f32> {
    let mut sums = vec![(0.0, 0.0); across * down];
    for (k, value) in values.iter().enumerate() {
        let (x, y) = (k % width, k / width);
        let (sum, count) = &mut sums[(y * down / height) * across + x * across / width];
        *sum += value;
        *count += 1.0;
    }
    sums.into_iter()
        .map(|(sum, count)| sum / f32::max(count, 1.0))
        .collect()
}

fn found() -> Answers {
    let mut organs = Organs::load();
    let answer = |name: &str| {
        let path = repository().join(name);
        let mut picture = image::open(&path)
            .unwrap_or_else(|e| panic!("{}: {e}", path.display()))
            .into_rgba8();
        for pixel in picture.pixels_mut() {
            let alpha = u32::from(pixel.0[3]);
            for channel in 0..3 {
                let over = u32::from(pixel.0[channel]) * alpha + GROUND * (255 - alpha);
                pixel.0[channel] = u8::try_from((over + 127) / 255).unwrap();
            }
            pixel.0[3] = 255;
        }
        let pixels = Pixels {
            width: picture.width() as usize,
            height: picture.height() as usize,
            rgba: picture.as_raw(),
        };
        (name.to_owned(), organs.answers(pixels))
    };
    PICTURES.into_iter().map(answer).collect()
}

/// Everything that differs, each as a line.
fn differences(expected: &Answers, found: &Answers) -> Vec<String> {
    let mut lines = Vec::new();
    if expected.keys().ne(found.keys()) {
        lines.push(format!(
            "pictures: {:?}, not {:?}",
            found.keys(),
            expected.keys()
        ));
    }
    for (picture, expected) in expected {
        let empty = BTreeMap::new();
        let found = found.get(picture).unwrap_or(&empty);
        if expected.keys().ne(found.keys()) {
            lines.push(format!(
                "{picture}: {:?}, not {:?}",
                found.keys(),
                expected.keys()
            ));
        }
        for (organ, wanted) in expected {
            let given = found.get(organ).map_or(&[][..], Vec::as_slice);
            if wanted.len() != given.len() {
                lines.push(format!(
                    "{picture}, {organ}: {} numbers, not {}",
                    given.len(),
                    wanted.len()
                ));
            }
            let off = |(a, b): (&f64, &f64)| (a - b).abs();
            let worst = wanted.iter().zip(given).map(off).fold(0.0, f64::max);
            if worst > TOLERANCE {
                lines.push(format!("{picture}, {organ}: off by {worst:.5}"));
            }
        }
    }
    lines
}

#[test]
fn golden_answers_of_every_organ_hold() {
    let found = found();
    assert!(
        found.values().any(|a| a.contains_key("pose"))
            && found.values().any(|a| a.contains_key("worn_torso")),
        "every organ answers on some picture"
    );
    let path = golden_file();
    if std::env::var_os("CHEVAL_BLESS").is_some() {
        // Five digits: well below the tolerance, and a file that can be read.
        let short: Answers = found
            .iter()
            .map(|(picture, organs)| {
                let cut = |v: &Vec<f64>| v.iter().map(|x| (x * 1e5).round() / 1e5).collect();
                (
                    picture.clone(),
                    organs.iter().map(|(k, v)| (k.clone(), cut(v))).collect(),
                )
            })
            .collect();
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, lines_of(&short)).unwrap();
    }
    let text = std::fs::read_to_string(&path).unwrap();
    let expected: Answers = serde_json::from_str(&text).unwrap();
    let differences = differences(&expected, &found);
    assert!(differences.is_empty(), "\n{}", differences.join("\n"));
}

/// JSON with one line per organ.
fn lines_of(answers: &Answers) -> String {
    let pictures = answers.iter().map(|(picture, organs)| {
        let organs = organs.iter().map(|(organ, values)| {
            format!("    {organ:?}: {}", serde_json::to_string(values).unwrap())
        });
        format!(
            "  {picture:?}: {{\n{}\n  }}",
            organs.collect::<Vec<_>>().join(",\n")
        )
    });
    format!("{{\n{}\n}}\n", pictures.collect::<Vec<_>>().join(",\n"))
}

#[test]
fn a_changed_answer_is_told_with_picture_and_organ() {
    let of = |value: f64| -> Answers {
        [(
            "a.png".to_owned(),
            [("female".to_owned(), vec![value])].into(),
        )]
        .into()
    };
    assert!(differences(&of(0.5), &of(0.5009)).is_empty());
    assert_eq!(
        differences(&of(0.5), &of(0.502)),
        ["a.png, female: off by 0.00200"]
    );
    assert_eq!(
        differences(&of(0.5), &Answers::new()).len(),
        3,
        "a missing picture is a difference"
    );
}
