//! BlazePose lite: 33 body points inside a region, and the region for the next frame.

use cheval_domain::geometry::{BoxInImage, PointInImage};
use cheval_domain::observation::{BODY_POINTS, Body, KeyPoint};
use cheval_domain::time::Mono;

use super::face_detector::sigmoid;
use super::one_euro::{OneEuro, Smoothing};
use super::person_detector::BodyRegion;
use super::picture::{Affine, Outside, Pixels, Point, Pyramid};
use crate::models::{Model, ModelError, ModelStore};

/// x, y, z, visibility logit, presence logit.
const VALUES: usize = 5;
/// Points after the 33 that give the next region: middle of the hips, top of the body circle.
const HIPS: usize = 33;
const TOP: usize = 34;
/// Points that count for the body's box.
const VISIBLE: f32 = 0.5;
/// Both nostril and eyes would have to leave the face's box by this many box widths before the body is somebody else's.
const MAX_NOSE_OFFSET: f32 = 1.2;

/// A body in one frame.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct BodyReading {
    /// As reported.
    pub(crate) body: Body,
    /// Where to look in the next frame.
    pub(crate) next: BodyRegion,
}

/// The organ.
pub(crate) struct PoseReader {
    model: Model,
    min_score: f32,
    smoothing: Vec<[OneEuro; 2]>,
    tensor: Vec<f32>,
}

impl PoseReader {
    pub(crate) fn load(store: &ModelStore) -> Result<Self, ModelError> {
        let model = store.load("pose")?;
        let min_score = model.entry().threshold("score")?;
        Ok(Self {
            model,
            min_score,
            smoothing: vec![Default::default(); BODY_POINTS],
            tensor: Vec::new(),
        })
    }

    /// Forgets the last body, before another one is read.
    pub(crate) fn forget(&mut self) {
        self.smoothing.fill_with(Default::default);
    }

    /// The body in `region`, or `None` when there is none.
    pub(crate) fn read(
        &mut self,
        frame: Pixels<'_>,
        pyramid: &mut Pyramid,
        region: BodyRegion,
        now: Mono,
    ) -> Result<Option<BodyReading>, ModelError> {
        let input = self.model.entry().picture.clone();
        let map = Affine::from_turned_square(region.centre, region.half, region.angle, input.width);
        pyramid.sample(
            frame,
            &map,
            Outside::Colour([0; 3]),
            &input,
            &mut self.tensor,
        );
        let (score, raw) = self
            .model
            .run(&self.tensor, |out| (out[1][0], out[0].to_vec()))?;
        if score < self.min_score {
            return Ok(None);
        }
        let at = |k: usize| map.apply(Point::new(raw[k * VALUES], raw[k * VALUES + 1]));
        let (width, height) = (frame.width as f32, frame.height as f32);
        let points: Vec<KeyPoint> = (0..BODY_POINTS)
            .map(|k| {
                let smooth = &mut self.smoothing[k];
                let p = at(k);
                let x = smooth[0].next(Smoothing::BODY_POINT, p.x, region.half, now);
                let y = smooth[1].next(Smoothing::BODY_POINT, p.y, region.half, now);
                KeyPoint {
                    at: PointInImage {
                        x: x / width,
                        y: y / height,
                    },
                    visibility: sigmoid(raw[k * VALUES + 3]),
                }
            })
            .collect();
        let bounds = visible_bounds(&points);
        let body = Body {
            points,
            bounds,
            score: score.clamp(0.0, 1.0),
            captured: now,
        };
        Ok(Some(BodyReading {
            body,
            next: BodyRegion::from_axis(at(HIPS), at(TOP)),
        }))
    }
}

/// The body's head is where the face is.
pub(crate) fn has_face(body: &Body, face: BoxInImage) -> bool {
    body.points.first().is_some_and(|nose| {
        let centre = face.centre();
        (nose.at.x - centre.x).abs() < MAX_NOSE_OFFSET * face.width
            && (nose.at.y - centre.y).abs() < MAX_NOSE_OFFSET * face.height
    })
}

fn visible_bounds(points: &[KeyPoint]) -> BoxInImage {
    let visible = || {
        points
            .iter()
            .filter(|p| p.visibility > VISIBLE)
            .map(|p| p.at)
    };
    if visible().next().is_none() {
        return BoxInImage::default();
    }
    let low = visible().fold((f32::MAX, f32::MAX), |m, p| (m.0.min(p.x), m.1.min(p.y)));
    let high = visible().fold((f32::MIN, f32::MIN), |m, p| (m.0.max(p.x), m.1.max(p.y)));
    BoxInImage {
        x: low.0,
        y: low.1,
        width: high.0 - low.0,
        height: high.1 - low.1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(x: f32, y: f32, visibility: f32) -> KeyPoint {
        KeyPoint {
            at: PointInImage { x, y },
            visibility,
        }
    }

    #[test]
    fn bounds_hold_the_visible_points_only() {
        let bounds = visible_bounds(&[
            point(0.2, 0.3, 0.9),
            point(0.5, 0.9, 0.8),
            point(0.0, 2.0, 0.1),
        ]);
        assert!(
            (bounds.x - 0.2).abs() < 1e-6
                && (bounds.width - 0.3).abs() < 1e-6
                && (bounds.height - 0.6).abs() < 1e-6
        );
        assert_eq!(visible_bounds(&[]), BoxInImage::default());
    }

    #[test]
    fn a_face_elsewhere_is_somebody_else() {
        let body = Body {
            points: vec![point(0.5, 0.2, 1.0)],
            bounds: BoxInImage::default(),
            score: 1.0,
            captured: Mono(0),
        };
        let face = |x: f32| BoxInImage {
            x,
            y: 0.15,
            width: 0.1,
            height: 0.1,
        };
        assert!(has_face(&body, face(0.45)));
        assert!(!has_face(&body, face(0.7)));
    }
}
