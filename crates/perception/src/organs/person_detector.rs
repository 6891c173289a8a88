//! BlazePose's detector, 224 px: where a body is and how it is turned. Decoding after MediaPipe's `pose_detection` graph.

use super::anchors;
use super::face_detector::sigmoid;
use super::picture::{Outside, Pixels, Point, Pyramid, letterbox};
use crate::models::{Model, ModelError, ModelStore};

/// Pixels per cell and anchors per cell of the output scales (strides 8, 16, and three times 32).
const GRIDS: [(usize, usize); 3] = [(8, 2), (16, 2), (32, 6)];
const VALUES: usize = 13;
/// A face sits about here on the way from the hips to the top of the body circle.
const FACE_ON_AXIS: f32 = 0.72;
/// Farther than this from that place, in body radii, it is somebody else's face.
const MAX_FACE_OFFSET: f32 = 0.5;
/// The region of interest is this much larger than the body circle (MediaPipe).
const ROI_SCALE: f32 = 1.25;

/// The turned square in which the pose net looks for a body; frame pixels, radians clockwise on screen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct BodyRegion {
    pub(crate) centre: Point,
    pub(crate) half: f32,
    pub(crate) angle: f32,
}

impl BodyRegion {
    /// From the middle of the hips and a point above them on the circle around the body.
    pub(crate) fn from_axis(hips: Point, top: Point) -> Self {
        let angle = std::f32::consts::FRAC_PI_2 - (hips.y - top.y).atan2(top.x - hips.x);
        Self {
            centre: hips,
            half: hips.distance(top) * ROI_SCALE,
            angle,
        }
    }
}

/// The organ.
pub(crate) struct PersonDetector {
    model: Model,
    anchors: Vec<Point>,
    min_score: f32,
    tensor: Vec<f32>,
}

struct Candidate {
    score: f32,
    hips: Point,
    top: Point,
}

impl PersonDetector {
    pub(crate) fn load(store: &ModelStore) -> Result<Self, ModelError> {
        let model = store.load("person_detector")?;
        let min_score = model.entry().threshold("score")?;
        let picture = &model.entry().picture;
        Ok(Self {
            anchors: anchors::on_grids(picture.width, picture.height, &GRIDS),
            model,
            min_score,
            tensor: Vec::new(),
        })
    }

    /// The body that `face` (centre, frame pixels) belongs to.
    pub(crate) fn detect(
        &mut self,
        frame: Pixels<'_>,
        pyramid: &mut Pyramid,
        face: Point,
    ) -> Result<Option<BodyRegion>, ModelError> {
        let input = self.model.entry().picture.clone();
        let map = letterbox(frame, input.width, input.height);
        pyramid.sample(
            frame,
            &map,
            Outside::Colour([0; 3]),
            &input,
            &mut self.tensor,
        );
        let (anchors, min_score, side) = (&self.anchors, self.min_score, input.width as f32);
        let candidates = self.model.run(&self.tensor, |out| {
            out[0]
                .chunks_exact(VALUES)
                .zip(anchors)
                .filter_map(|(values, anchor)| {
                    let score = sigmoid(values[0]);
                    let at = |k: usize| {
                        map.apply(Point::new(
                            values[k] + anchor.x * side,
                            values[k + 1] + anchor.y * side,
                        ))
                    };
                    (score >= min_score).then(|| Candidate {
                        score,
                        hips: at(5),
                        top: at(7),
                    })
                })
                .collect::<Vec<_>>()
        })?;
        Ok(belonging_to(&candidates, face))
    }
}

fn belonging_to(candidates: &[Candidate], face: Point) -> Option<BodyRegion> {
    let offset = |c: &Candidate| {
        let (dx, dy) = (c.top.x - c.hips.x, c.top.y - c.hips.y);
        let expected = Point::new(c.hips.x + dx * FACE_ON_AXIS, c.hips.y + dy * FACE_ON_AXIS);
        expected.distance(face) / c.hips.distance(c.top).max(1.0)
    };
    candidates
        .iter()
        .filter(|c| offset(c) < MAX_FACE_OFFSET)
        .max_by(|a, b| (a.score - offset(a)).total_cmp(&(b.score - offset(b))))
        .map(|c| BodyRegion::from_axis(c.hips, c.top))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_an_anchor_per_output() {
        assert_eq!(anchors::on_grids(224, 224, &GRIDS).len(), 2254);
    }

    #[test]
    fn an_upright_body_is_not_turned() {
        let region = BodyRegion::from_axis(Point::new(100.0, 200.0), Point::new(100.0, 100.0));
        assert!(region.angle.abs() < 1e-6);
        assert_eq!(region.half, 125.0);
        let leaning = BodyRegion::from_axis(Point::new(100.0, 200.0), Point::new(150.0, 150.0));
        assert!((leaning.angle.to_degrees() - 45.0).abs() < 1e-3);
    }

    #[test]
    fn the_body_under_the_face_is_taken_not_the_strongest() {
        let body = |x: f32, score: f32| Candidate {
            score,
            hips: Point::new(x, 300.0),
            top: Point::new(x, 100.0),
        };
        let both = [body(100.0, 0.95), body(400.0, 0.6)];
        assert_eq!(
            belonging_to(&both, Point::new(400.0, 150.0))
                .unwrap()
                .centre
                .x,
            400.0
        );
        assert_eq!(belonging_to(&both, Point::new(700.0, 150.0)), None);
    }
}
