//! Apparent age and gender of faces, and what a track's mean of them may be called.
//!
//! Accuracy and limits: `models/cards/age_gender.md`. Nothing here tells people apart.

use cheval_domain::observation::{AgeBand, Estimate, Gender};

use super::face_detector::Face;
use super::picture::{Affine, Outside, Pixels, Point, Pyramid};
use crate::models::{Model, ModelError, ModelStore};

/// Count of age bins.
pub(crate) const AGE_BINS: usize = 9;
/// First year of each bin, and the end of the last; a bin's mass is spread evenly over its years.
const BIN_YEARS: [f32; AGE_BINS + 1] = [0.0, 3.0, 10.0, 20.0, 30.0, 40.0, 50.0, 60.0, 70.0, 90.0];
/// Where the eyes, nose tip and mouth centre come to lie, as fractions of the square crop: as in training
/// (`models/train/age_gender/faces.py`), where they are the medians over FairFace's own pictures.
const TEMPLATE: [(f32, f32); 4] = [
    (0.3155, 0.3000),
    (0.6845, 0.3000),
    (0.5000, 0.5367),
    (0.5000, 0.7076),
];
/// The crops of a presence's readings, in turn: enlarged by a factor about the centre, mirrored or not. One crop's answer
/// hangs on its margin by chance; between these factors accuracy stays level (curve in the model's card).
pub(crate) const VIEWS: [(f32, bool); 6] = [
    (1.0, false),
    (1.04, true),
    (0.96, false),
    (1.0, true),
    (1.04, false),
    (0.96, true),
];
/// Faces read in one run; the others wait for the next, so that a crowd does not hold up the pass.
pub(crate) const MAX_FACES: usize = 8;
/// A band's confidence counts ages up to this many years outside the band: the net's mean error is 5.8 years.
const BAND_SLACK_YEARS: f32 = 5.0;
const BANDS: [(AgeBand, f32, f32); 6] = [
    (AgeBand::From18To24, 18.0, 25.0),
    (AgeBand::From25To34, 25.0, 35.0),
    (AgeBand::From35To44, 35.0, 45.0),
    (AgeBand::From45To54, 45.0, 55.0),
    (AgeBand::From55To64, 55.0, 65.0),
    (AgeBand::From65, 65.0, 90.0),
];

/// One reading of one face.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct AgeGender {
    /// Probability of each age bin.
    pub(crate) age: [f32; AGE_BINS],
    /// Probability of appearing female.
    pub(crate) female: f32,
    /// Probability of appearing younger than 20.
    pub(crate) minor: f32,
}

/// When an estimate is `unknown` or a person may be a minor.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct AgeGenderRules {
    /// Probability of appearing younger than 20 above which a person counts as possibly under 18.
    pub(crate) minor: f32,
    /// Least confidence of an age band.
    pub(crate) age: f32,
    /// Least confidence of a gender.
    pub(crate) gender: f32,
}

/// The organ.
pub(crate) struct AgeGenderReader {
    model: Model,
    rules: AgeGenderRules,
    crop: Vec<f32>,
    batch: Vec<f32>,
}

impl AgeGenderReader {
    pub(crate) fn load(store: &ModelStore) -> Result<Self, ModelError> {
        let model = store.load("age_gender")?;
        let entry = model.entry();
        let rules = AgeGenderRules {
            minor: entry.threshold("minor")?,
            age: entry.threshold("age")?,
            gender: entry.threshold("gender")?,
        };
        Ok(Self {
            model,
            rules,
            crop: Vec::new(),
            batch: Vec::new(),
        })
    }

    pub(crate) fn rules(&self) -> AgeGenderRules {
        self.rules
    }

    /// Reads up to [`MAX_FACES`] faces at once, each through a view that is counted on for ever.
    pub(crate) fn read<'f>(
        &mut self,
        frame: Pixels<'_>,
        pyramid: &mut Pyramid,
        faces: impl Iterator<Item = (&'f Face, usize)>,
    ) -> Result<Vec<AgeGender>, ModelError> {
        let input = self.model.entry().picture.clone();
        self.batch.clear();
        let mut count = 0;
        for (face, view) in faces.take(MAX_FACES) {
            let map = frame_from_view(face, VIEWS[view % VIEWS.len()], input.width);
            pyramid.sample(frame, &map, Outside::Edge, &input, &mut self.crop);
            self.batch.extend_from_slice(&self.crop);
            count += 1;
        }
        if count == 0 {
            return Ok(Vec::new());
        }
        self.model.run_batch(count, &self.batch, |out| {
            let one = |k: usize| AgeGender {
                age: std::array::from_fn(|bin| out[0][k * AGE_BINS + bin].clamp(0.0, 1.0)),
                female: out[1][k].clamp(0.0, 1.0),
                minor: out[2][k].clamp(0.0, 1.0),
            };
            (0..count).map(one).collect()
        })
    }
}

fn frame_from_view(face: &Face, (enlarged, mirrored): (f32, bool), side: usize) -> Affine {
    let about_centre = |v: f32| (v - 0.5) * enlarged + 0.5;
    let template = TEMPLATE.map(|(x, y)| (about_centre(x), about_centre(y)));
    let map = frame_from_crop(face, template, side);
    if mirrored {
        map.mirrored(side as f32)
    } else {
        map
    }
}

/// The crop in which eyes, nose and mouth lie where `template` (fractions of the square) says.
pub(crate) fn frame_from_crop(face: &Face, template: [(f32, f32); 4], side: usize) -> Affine {
    let to = template.map(|(x, y)| Point::new(x * side as f32, y * side as f32));
    let [a, b, c, d, ..] = face.points;
    Affine::similarity([a, b, c, d], to).inverse()
}

/// What to call a mean reading.
pub(crate) fn age_estimate(reading: &AgeGender, rules: AgeGenderRules) -> Estimate<AgeBand> {
    if reading.minor > rules.minor {
        return Estimate {
            value: AgeBand::Minor,
            confidence: reading.minor,
        };
    }
    let age = &reading.age;
    let expected = expected_age(age);
    let (band, from, to) = BANDS
        .into_iter()
        .find(|&(_, _, to)| expected < to)
        .unwrap_or(BANDS[BANDS.len() - 1]);
    let confidence = mass(age, from - BAND_SLACK_YEARS, to + BAND_SLACK_YEARS).min(1.0);
    let value = if confidence >= rules.age {
        band
    } else {
        AgeBand::Unknown
    };
    Estimate { value, confidence }
}

/// What to call a mean reading.
pub(crate) fn gender_estimate(female: f32, rules: AgeGenderRules) -> Estimate<Gender> {
    let confidence = female.max(1.0 - female);
    let value = match confidence >= rules.gender {
        false => Gender::Unknown,
        true if female >= 0.5 => Gender::Female,
        true => Gender::Male,
    };
    Estimate { value, confidence }
}

/// Mean age in years.
pub(crate) fn expected_age(age: &[f32; AGE_BINS]) -> f32 {
    // The last bin's centre is 75: few people in front of a mirror are near 90.
    const CENTRES: [f32; AGE_BINS] = [1.0, 6.0, 14.5, 24.5, 34.5, 44.5, 54.5, 64.5, 75.0];
    let total: f32 = age.iter().sum();
    age.iter().zip(CENTRES).map(|(p, c)| p * c).sum::<f32>() / total.max(1e-6)
}

/// Probability of an age in `from..to` years.
pub(crate) fn mass(age: &[f32; AGE_BINS], from: f32, to: f32) -> f32 {
    age.iter()
        .zip(BIN_YEARS.windows(2))
        .map(|(p, years)| {
            let overlap = (to.min(years[1]) - from.max(years[0])).max(0.0);
            p * overlap / (years[1] - years[0])
        })
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULES: AgeGenderRules = AgeGenderRules {
        minor: 0.3,
        age: 0.5,
        gender: 0.75,
    };

    fn bins(pairs: &[(usize, f32)]) -> AgeGender {
        let mut age = [0.0; AGE_BINS];
        pairs.iter().for_each(|&(k, p)| age[k] = p);
        AgeGender {
            age,
            female: 0.5,
            minor: 0.0,
        }
    }

    #[test]
    fn who_may_be_a_minor_is_one_whatever_the_age_says() {
        let may_be = |minor| AgeGender {
            minor,
            ..bins(&[(3, 1.0)])
        };
        assert_eq!(age_estimate(&may_be(0.31), RULES).value, AgeBand::Minor);
        assert_eq!(
            age_estimate(&may_be(0.29), RULES).value,
            AgeBand::From18To24
        );
    }

    #[test]
    fn bands_follow_the_expected_age() {
        for (age, band) in [
            (bins(&[(3, 0.5), (4, 0.5)]), AgeBand::From25To34),
            (bins(&[(4, 0.4), (5, 0.6)]), AgeBand::From35To44),
            (bins(&[(6, 1.0)]), AgeBand::From45To54),
            (bins(&[(7, 0.8), (8, 0.2)]), AgeBand::From65),
        ] {
            let estimate = age_estimate(&age, RULES);
            assert_eq!(estimate.value, band, "{age:?}");
            assert!(estimate.confidence > 0.7, "{age:?} {}", estimate.confidence);
        }
    }

    #[test]
    fn a_flat_guess_is_unknown() {
        let estimate = age_estimate(
            &bins(&[
                (3, 0.17),
                (4, 0.17),
                (5, 0.17),
                (6, 0.17),
                (7, 0.16),
                (8, 0.16),
            ]),
            RULES,
        );
        assert_eq!(estimate.value, AgeBand::Unknown);
        assert!(estimate.confidence < 0.5);
    }

    #[test]
    fn gender_needs_confidence() {
        assert_eq!(
            gender_estimate(0.9, RULES),
            Estimate {
                value: Gender::Female,
                confidence: 0.9
            }
        );
        assert_eq!(
            gender_estimate(0.1, RULES),
            Estimate {
                value: Gender::Male,
                confidence: 0.9
            }
        );
        assert_eq!(gender_estimate(0.6, RULES).value, Gender::Unknown);
    }

    #[test]
    fn all_mass_is_counted_once() {
        let even = [1.0 / 9.0; AGE_BINS];
        assert!((mass(&even, 0.0, 90.0) - 1.0).abs() < 1e-5);
        assert!((mass(&bins(&[(3, 1.0)]).age, 20.0, 25.0) - 0.5).abs() < 1e-5);
    }
}
