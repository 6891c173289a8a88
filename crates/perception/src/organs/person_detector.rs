//! BlazePose's detector, 224 px: where a body is and how it is turned. Decoding after MediaPipe's `pose_detection` graph.

use cheval_domain::geometry::{BoxInImage, PointInImage};

use super::anchors;
use super::face_detector::sigmoid;
use super::picture::{Outside, Pixels, Point, Pyramid, letterbox};
use crate::models::{Model, ModelError, ModelStore};
use crate::track::BodySighting;

/// Pixels per cell and anchors per cell of the output scales (strides 8, 16, and three times 32).
const GRIDS: [(usize, usize); 3] = [(8, 2), (16, 2), (32, 6)];
const VALUES: usize = 13;
/// A face's centre sits this far above the middle of the head's box, in radii of the body's circle (mean over 15 pictures
/// of people, standing, leaning and cut off; the box is drawn below the face on all of them).
const FACE_ABOVE_HEAD: f32 = 0.085;
/// Farther than this from there, in radii, it is somebody else's face: its own is at most 0.06 away there, a neighbour's at
/// least 0.3.
const MAX_FACE_OFFSET: f32 = 0.3;
/// Boxes of one head that overlap by more than this are doubles (MediaPipe).
const MAX_HEAD_OVERLAP: f32 = 0.3;
/// Bodies beyond this are dropped, weakest first.
const MAX_BODIES: usize = 12;
/// Half the width of a standing body, arms included, in radii of the circle that goes from its hips around it.
const HALF_WIDTH: f32 = 0.4;
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

/// A detected body; frame pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct FoundBody {
    score: f32,
    /// Middle of the box around the head, and half its side.
    head: Point,
    head_half: f32,
    hips: Point,
    /// Above the hips on the circle around the body.
    top: Point,
}

impl FoundBody {
    pub(crate) fn region(&self) -> BodyRegion {
        BodyRegion::from_axis(self.hips, self.top)
    }

    fn radius(&self) -> f32 {
        self.hips.distance(self.top).max(1.0)
    }

    /// Where its face should be.
    fn face(&self) -> Point {
        Point::new(
            self.head.x + (self.top.x - self.hips.x) * FACE_ABOVE_HEAD,
            self.head.y + (self.top.y - self.hips.y) * FACE_ABOVE_HEAD,
        )
    }

    /// How far a face is from there, in radii.
    fn offset(&self, face: Point) -> f32 {
        self.face().distance(face) / self.radius()
    }

    fn head_box(&self) -> BoxInImage {
        BoxInImage {
            x: self.head.x - self.head_half,
            y: self.head.y - self.head_half,
            width: 2.0 * self.head_half,
            height: 2.0 * self.head_half,
        }
    }

    /// As the tracker takes it, in a frame of this size.
    pub(crate) fn sighting(&self, width: f32, height: f32) -> BodySighting {
        let (radius, face) = (self.radius(), self.face());
        let (up_x, up_y) = (
            ((self.top.x - self.hips.x) / radius).abs(),
            ((self.top.y - self.hips.y) / radius).abs(),
        );
        let half_width = radius * (up_x + up_y * HALF_WIDTH);
        let half_height = radius * (up_y + up_x * HALF_WIDTH);
        BodySighting {
            bounds: BoxInImage {
                x: (self.hips.x - half_width) / width,
                y: (self.hips.y - half_height) / height,
                width: 2.0 * half_width / width,
                height: 2.0 * half_height / height,
            },
            score: self.score,
            face_at: PointInImage {
                x: face.x / width,
                y: face.y / height,
            },
            radius: PointInImage {
                x: radius / width,
                y: radius / height,
            },
        }
    }
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

    /// Bodies in the frame, best first, without doubles.
    pub(crate) fn detect(
        &mut self,
        frame: Pixels<'_>,
        pyramid: &mut Pyramid,
    ) -> Result<Vec<FoundBody>, ModelError> {
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
        let found = self.model.run(&self.tensor, |out| {
            out[0]
                .chunks_exact(VALUES)
                .zip(anchors)
                .filter_map(|(values, anchor)| {
                    let score = sigmoid(values[0]);
                    (score >= min_score)
                        .then(|| decode(values, *anchor, side, score, |p| map.apply(p)))
                })
                .collect()
        })?;
        Ok(without_doubles(found))
    }
}

/// Thirteen values per anchor: score, centre and size of the head's box, then four points (hips, top of the circle, and
/// the same of the upper body), all in input pixels relative to the anchor.
fn decode(
    values: &[f32],
    anchor: Point,
    side: f32,
    score: f32,
    to_frame: impl Fn(Point) -> Point,
) -> FoundBody {
    let raw = |k: usize| Point::new(values[k] + anchor.x * side, values[k + 1] + anchor.y * side);
    let (head, half) = (raw(1), values[3] / 2.0);
    let edge = to_frame(Point::new(head.x + half, head.y));
    let head = to_frame(head);
    FoundBody {
        score,
        head,
        head_half: head.distance(edge),
        hips: to_frame(raw(5)),
        top: to_frame(raw(7)),
    }
}

fn without_doubles(mut found: Vec<FoundBody>) -> Vec<FoundBody> {
    found.sort_by(|a, b| b.score.total_cmp(&a.score));
    let mut kept: Vec<FoundBody> = Vec::new();
    for body in found {
        let is_new = |k: &FoundBody| k.head_box().iou(body.head_box()) < MAX_HEAD_OVERLAP;
        if kept.len() < MAX_BODIES && kept.iter().all(is_new) {
            kept.push(body);
        }
    }
    kept
}

/// The body that `face` (centre, frame pixels) belongs to.
pub(crate) fn belonging_to(found: &[FoundBody], face: Point) -> Option<BodyRegion> {
    found
        .iter()
        .filter(|body| body.offset(face) < MAX_FACE_OFFSET)
        .min_by(|a, b| a.offset(face).total_cmp(&b.offset(face)))
        .map(FoundBody::region)
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

    /// Standing at `x`, 200 px from the hips to the top.
    fn body(x: f32, score: f32) -> FoundBody {
        FoundBody {
            score,
            head: Point::new(x, 160.0),
            head_half: 30.0,
            hips: Point::new(x, 300.0),
            top: Point::new(x, 100.0),
        }
    }

    #[test]
    fn the_body_under_the_face_is_taken_not_the_strongest() {
        let both = [body(100.0, 0.95), body(400.0, 0.6)];
        let at = |x: f32| belonging_to(&both, Point::new(x, 143.0));
        assert_eq!(at(400.0).unwrap().centre.x, 400.0);
        assert_eq!(at(700.0), None);
    }

    #[test]
    fn one_head_is_one_body() {
        let found = vec![body(100.0, 0.6), body(108.0, 0.9), body(180.0, 0.7)];
        let kept = without_doubles(found);
        assert_eq!(kept.iter().map(|b| b.score).collect::<Vec<_>>(), [0.9, 0.7]);
        assert_eq!(without_doubles(vec![]), []);
    }

    #[test]
    fn a_body_s_box_goes_from_head_to_feet_and_turns_with_it() {
        let upright = body(100.0, 0.9).sighting(1000.0, 500.0);
        assert!(
            (upright.bounds.y - 0.2).abs() < 1e-6 && (upright.bounds.height - 0.8).abs() < 1e-6
        );
        assert!(
            (upright.bounds.x - 0.02).abs() < 1e-6 && (upright.bounds.width - 0.16).abs() < 1e-6
        );
        assert!((upright.face_at.x - 0.1).abs() < 1e-6 && (upright.face_at.y - 0.286).abs() < 1e-6);
        let lying = FoundBody {
            top: Point::new(300.0, 300.0),
            ..body(100.0, 0.9)
        };
        assert!((lying.sighting(1000.0, 500.0).bounds.width - 0.4).abs() < 1e-6);
    }

    #[test]
    fn values_are_decoded_around_their_anchor() {
        let mut values = [0.0; VALUES];
        (values[2], values[3], values[4], values[6], values[8]) = (-4.0, 20.0, 20.0, 30.0, -30.0);
        let anchor = Point::new(0.5, 0.25);
        let found = decode(&values, anchor, 200.0, 0.8, |p| {
            Point::new(p.x * 2.0, p.y * 2.0)
        });
        assert_eq!(
            (found.head, found.head_half),
            (Point::new(200.0, 92.0), 20.0)
        );
        assert_eq!(
            (found.hips, found.top),
            (Point::new(200.0, 160.0), Point::new(200.0, 40.0))
        );
    }
}
