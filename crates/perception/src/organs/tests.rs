//! The nets on a real portrait: the public-domain astronaut among the stand-in people.
//! Needs the models and the runtime that `cargo xtask setup` builds.

use std::path::Path;

use cheval_domain::audience::AudienceSettings;
use cheval_domain::observation::{AgeBand, Gender};

use super::age_gender::{
    AgeGender, AgeGenderReader, VIEWS, age_estimate, frame_from_crop, gender_estimate,
};
use super::face_detector::{Face, FaceDetector};
use super::picture::{Affine, Outside, Pixels, Pyramid};
use crate::models::{ModelStore, Runtime};
use crate::perception::default_models_folders;

/// Where the check pair wants eyes, nose tip and mouth centre, as fractions of its crop (facts of its own training chip).
const CHECK_TEMPLATE: [(f32, f32); 4] = [
    (0.3006, 0.2945),
    (0.6822, 0.2952),
    (0.4874, 0.5238),
    (0.4890, 0.7287),
];

struct Portrait {
    width: usize,
    height: usize,
    rgba: Vec<u8>,
}

impl Portrait {
    fn astronaut() -> Self {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../assets/standin/astronaut.png");
        let picture = image::open(&path)
            .unwrap_or_else(|e| panic!("{}: {e}", path.display()))
            .into_rgba8();
        Self {
            width: picture.width() as usize,
            height: picture.height() as usize,
            rgba: picture.into_raw(),
        }
    }

    fn pixels(&self) -> Pixels<'_> {
        Pixels {
            width: self.width,
            height: self.height,
            rgba: &self.rgba,
        }
    }

    /// Turned by 180 degrees: no upright face is in it.
    fn upside_down(mut self) -> Self {
        let turned = self.rgba.chunks_exact(4).rev().flatten().copied().collect();
        self.rgba = turned;
        self
    }
}

fn store() -> ModelStore {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../models");
    let folders: Vec<_> = std::iter::once(own)
        .chain(default_models_folders())
        .collect();
    let runtime = Runtime::load(None)
        .expect("these tests run real nets: run `cargo xtask setup`, or set ORT_DYLIB_PATH");
    ModelStore::open(&folders, runtime).unwrap()
}

fn faces(portrait: &Portrait) -> Vec<Face> {
    let mut detector = FaceDetector::load(&store()).unwrap_or_else(|e| panic!("{e}"));
    detector
        .detect(portrait.pixels(), &mut Pyramid::default())
        .unwrap()
}

#[test]
fn the_astronaut_has_one_frontal_face_where_it_is() {
    let found = faces(&Portrait::astronaut());
    assert_eq!(found.len(), 1, "{found:?}");
    let centre = found[0].bounds.centre();
    assert!(
        (centre.x - 0.43).abs() < 0.06 && (centre.y - 0.24).abs() < 0.08,
        "{centre:?}"
    );
    assert!(faces_screen(&found[0]) && found[0].score > 0.8);
}

fn faces_screen(face: &Face) -> bool {
    AudienceSettings::default().is_facing(face.head())
}

#[test]
fn what_is_no_face_is_not_found() {
    let flat = Portrait {
        width: 320,
        height: 240,
        rgba: vec![90; 320 * 240 * 4],
    };
    assert_eq!(faces(&flat), []);
    let turned = faces(&Portrait::astronaut().upside_down());
    assert!(
        turned.iter().all(|f| !faces_screen(f) || f.score < 0.8),
        "{turned:?}"
    );
}

#[test]
fn age_and_gender_agree_with_the_check_pair() {
    let portrait = Portrait::astronaut();
    let face = faces(&portrait).remove(0);
    let store = store();
    let mut pyramid = Pyramid::default();
    let mut reader = AgeGenderReader::load(&store).unwrap_or_else(|e| panic!("{e}"));
    let views = (0..VIEWS.len()).map(|view| (&face, view));
    let readings = reader.read(portrait.pixels(), &mut pyramid, views).unwrap();
    let alone = reader.read(portrait.pixels(), &mut pyramid, [(&face, 3)].into_iter());
    assert!(
        (alone.unwrap()[0].female - readings[3].female).abs() < 1e-3,
        "a batch changes nothing"
    );
    // The mean that a track takes: of ages plainly, of gender in log-odds.
    let mean = |value: &dyn Fn(&AgeGender) -> f32| {
        readings.iter().map(value).sum::<f32>() / readings.len() as f32
    };
    let log_odds =
        mean(&|r| (r.female.clamp(0.02, 0.98) / (1.0 - r.female.clamp(0.02, 0.98))).ln());
    let reading = AgeGender {
        age: std::array::from_fn(|k| mean(&|r| r.age[k])),
        female: 1.0 / (1.0 + (-log_odds).exp()),
        minor: mean(&|r| r.minor),
    };
    let gender = gender_estimate(reading.female, reader.rules());
    let age = age_estimate(&reading, reader.rules());
    assert_eq!(gender.value, Gender::Female, "{reading:?}");
    assert!(
        matches!(
            age.value,
            AgeBand::From25To34 | AgeBand::From35To44 | AgeBand::From45To54
        ),
        "{age:?} {reading:?}"
    );

    let mut probabilities = |organ: &str| {
        let mut model = store.load(organ).unwrap_or_else(|e| panic!("{e}"));
        let input = model.entry().picture.clone();
        let map: Affine = frame_from_crop(&face, CHECK_TEMPLATE, input.width);
        let mut tensor = Vec::new();
        pyramid.reset();
        pyramid.sample(portrait.pixels(), &map, Outside::Edge, &input, &mut tensor);
        model.run(&tensor, |out| out[0].to_vec()).unwrap()
    };
    let female = probabilities("check_gender")[0];
    assert!(female > 0.5, "the check pair says female with {female}");
    let years: f32 = probabilities("check_age")
        .iter()
        .enumerate()
        .map(|(year, p)| year as f32 * p)
        .sum();
    assert!(
        (20.0..55.0).contains(&years),
        "the check pair says {years} years"
    );
}
