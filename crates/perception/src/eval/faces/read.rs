//! Takes readings from the organs as plain values. The only place of the face evaluation that knows them.

use cheval_domain::geometry::BoxInImage;

use super::{FaceCase, FaceReading, FaceRules, Found};
use crate::eval::picture::Picture;
use crate::eval::sheet::LeftOut;
use crate::models::{ModelError, ModelStore};
use crate::organs::age_gender::{AGE_BINS, AgeGender, AgeGenderReader, expected_age};
use crate::organs::face_detector::{Face, FaceDetector};
use crate::organs::picture::{Pixels, Pyramid};

/// One reading's log-odds of a gender count no more than this certainty, as over a presence.
const CERTAIN: f32 = 0.98;
/// A face of more than this share of the picture's shorter side is read with a border around the picture. The detector was
/// made for smaller ones: on FairFace its key points without a border cost the gender 4 points in 100 and the age 0.7 years.
const CLOSE: f32 = 0.4;

/// Detector and reader.
pub(super) struct FaceOrgans {
    detector: FaceDetector,
    reader: AgeGenderReader,
    pyramid: Pyramid,
}

impl FaceOrgans {
    pub(super) fn load(store: &ModelStore) -> Result<Self, ModelError> {
        Ok(Self {
            detector: FaceDetector::load(store)?,
            reader: AgeGenderReader::load(store)?,
            pyramid: Pyramid::default(),
        })
    }

    pub(super) fn rules(&self) -> FaceRules {
        let rules = self.reader.rules();
        FaceRules {
            minor: decimal(rules.minor),
            gender: decimal(rules.gender),
        }
    }

    /// Finds the face of a case and reads it; where it fills the picture or is not found, with a border around the picture.
    pub(super) fn look(
        &mut self,
        picture: &Picture,
        crops: usize,
        case: &mut FaceCase,
    ) -> Result<(), LeftOut> {
        let broken = |e: ModelError| LeftOut::new("a model failed", format!("{}: {e}", case.file));
        let direct = self.look_at(picture.pixels(), crops).map_err(broken)?;
        if let Some((face, reading)) = &direct {
            case.found = Found::Directly;
            case.place = Some(face.bounds);
            case.reading = Some(*reading);
        }
        if direct.is_some_and(|(face, _)| !fills(&face, picture.pixels())) {
            return Ok(());
        }
        let bordered = picture.with_border();
        if let Some((face, reading)) = self.look_at(bordered.pixels(), crops).map_err(broken)? {
            if case.found == Found::No {
                case.found = Found::WithBorder;
            }
            case.place = Some(picture.without_border(face.bounds));
            case.reading = Some(reading);
        }
        Ok(())
    }

    fn look_at(
        &mut self,
        pixels: Pixels<'_>,
        crops: usize,
    ) -> Result<Option<(Face, FaceReading)>, ModelError> {
        self.pyramid.reset();
        let found = self.detector.detect(pixels, &mut self.pyramid)?;
        let Some(face) = nearest_the_middle(found, pixels) else {
            return Ok(None);
        };
        let views = (0..crops).map(|view| (&face, view));
        let readings = self.reader.read(pixels, &mut self.pyramid, views)?;
        let reading = plain(&mean(&readings));
        Ok(Some((face, reading)))
    }
}

/// The face is nearer than any before a mirror.
fn fills(face: &Face, pixels: Pixels<'_>) -> bool {
    let (width, height) = (pixels.width as f32, pixels.height as f32);
    let size = (face.bounds.width * width).max(face.bounds.height * height);
    size > CLOSE * width.min(height)
}

fn nearest_the_middle(faces: Vec<Face>, pixels: Pixels<'_>) -> Option<Face> {
    let off = |place: BoxInImage| {
        let centre = place.centre();
        let across = (centre.x - 0.5) * pixels.width as f32;
        across.hypot((centre.y - 0.5) * pixels.height as f32)
    };
    faces
        .into_iter()
        .min_by(|a, b| off(a.bounds).total_cmp(&off(b.bounds)))
}

/// The mean a presence takes: of ages plainly, of gender in log-odds.
fn mean(readings: &[AgeGender]) -> AgeGender {
    let [only] = readings else {
        let of = |value: &dyn Fn(&AgeGender) -> f32| {
            readings.iter().map(value).sum::<f32>() / readings.len().max(1) as f32
        };
        let log_odds = of(&|r| {
            let female = r.female.clamp(1.0 - CERTAIN, CERTAIN);
            (female / (1.0 - female)).ln()
        });
        return AgeGender {
            age: std::array::from_fn(|k| of(&|r| r.age[k])),
            female: 1.0 / (1.0 + (-log_odds).exp()),
            minor: of(&|r| r.minor),
        };
    };
    *only
}

fn plain(reading: &AgeGender) -> FaceReading {
    let age: [f64; AGE_BINS] = reading.age.map(f64::from);
    FaceReading {
        age,
        years: f64::from(expected_age(&reading.age)),
        female: f64::from(reading.female),
        minor: f64::from(reading.minor),
    }
}

/// A threshold as it stands in the manifest, without the digits that `f32` adds.
fn decimal(threshold: f32) -> f64 {
    (f64::from(threshold) * 1e6).round() / 1e6
}
