//! BlazeFace, 256 px: faces with six key points. Decoding after MediaPipe's `face_detection_back` graph.

use cheval_domain::geometry::BoxInImage;
use cheval_domain::observation::HeadPose;

use super::anchors;
use super::head::head_pose;
use super::picture::{Outside, Pixels, Point, Pyramid, letterbox};
use crate::models::{Model, ModelError, ModelStore};

/// Cells per side and anchors per cell of the two output scales.
const GRIDS: [(usize, usize); 2] = [(16, 2), (8, 6)];
const VALUES: usize = 16;
/// Faces beyond this are dropped, weakest first.
const MAX_FACES: usize = 16;
/// A detected face.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Face {
    /// Brows to chin, square.
    pub(crate) bounds: BoxInImage,
    /// Image-left eye, image-right eye, nose tip, mouth centre, image-left ear, image-right ear; frame pixels.
    pub(crate) points: [Point; 6],
    /// 0..=1.
    pub(crate) score: f32,
}

impl Face {
    /// Where the head points, by its key points.
    pub(crate) fn head(&self) -> HeadPose {
        head_pose(&self.points)
    }
}

/// The organ.
pub(crate) struct FaceDetector {
    model: Model,
    anchors: Vec<Point>,
    min_score: f32,
    max_overlap: f32,
    tensor: Vec<f32>,
}

impl FaceDetector {
    pub(crate) fn load(store: &ModelStore) -> Result<Self, ModelError> {
        let model = store.load("face_detector")?;
        let (min_score, max_overlap) = (
            model.entry().threshold("score")?,
            model.entry().threshold("overlap")?,
        );
        Ok(Self {
            model,
            anchors: anchors::on_grids(&GRIDS),
            min_score,
            max_overlap,
            tensor: Vec::new(),
        })
    }

    /// Faces in the frame, best first, without doubles.
    pub(crate) fn detect(
        &mut self,
        frame: Pixels<'_>,
        pyramid: &mut Pyramid,
    ) -> Result<Vec<Face>, ModelError> {
        let input = self.model.entry().picture.clone();
        let map = letterbox(frame, input.width, input.height);
        pyramid.sample(
            frame,
            &map,
            Outside::Colour([0; 3]),
            &input,
            &mut self.tensor,
        );
        let (anchors, min_score) = (&self.anchors, self.min_score);
        let side = input.width as f32;
        let mut faces = self.model.run(&self.tensor, |out| {
            let scores = out[0].iter().chain(out[1]);
            let values = out[2]
                .chunks_exact(VALUES)
                .chain(out[3].chunks_exact(VALUES));
            scores
                .zip(values)
                .zip(anchors)
                .filter_map(|((&logit, values), &anchor)| {
                    let score = sigmoid(logit);
                    (score >= min_score)
                        .then(|| decode(values, anchor, side, score, |p| map.apply(p), frame))
                })
                .collect::<Vec<_>>()
        })?;
        faces.retain(|face| face.bounds.width > 0.0 && face.bounds.height > 0.0);
        Ok(without_doubles(faces, self.max_overlap))
    }
}

/// Sixteen values per anchor: centre and size of the box, then six points, all in input pixels relative to the anchor.
fn decode(
    values: &[f32],
    anchor: Point,
    side: f32,
    score: f32,
    to_frame: impl Fn(Point) -> Point,
    frame: Pixels<'_>,
) -> Face {
    let at = |k: usize| {
        to_frame(Point::new(
            values[k] + anchor.x * side,
            values[k + 1] + anchor.y * side,
        ))
    };
    let centre = Point::new(values[0] + anchor.x * side, values[1] + anchor.y * side);
    let (half_width, half_height) = (values[2] / 2.0, values[3] / 2.0);
    let low = to_frame(Point::new(centre.x - half_width, centre.y - half_height));
    let high = to_frame(Point::new(centre.x + half_width, centre.y + half_height));
    let (width, height) = (frame.width as f32, frame.height as f32);
    Face {
        bounds: BoxInImage {
            x: low.x / width,
            y: low.y / height,
            width: (high.x - low.x) / width,
            height: (high.y - low.y) / height,
        },
        points: std::array::from_fn(|k| at(4 + 2 * k)),
        score,
    }
}

fn without_doubles(mut faces: Vec<Face>, max_overlap: f32) -> Vec<Face> {
    faces.sort_by(|a, b| b.score.total_cmp(&a.score));
    let mut kept: Vec<Face> = Vec::new();
    for face in faces {
        if kept.len() < MAX_FACES && kept.iter().all(|k| k.bounds.iou(face.bounds) < max_overlap) {
            kept.push(face);
        }
    }
    kept
}

pub(crate) fn sigmoid(logit: f32) -> f32 {
    1.0 / (1.0 + (-logit.clamp(-80.0, 80.0)).exp())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn face() -> Face {
        Face {
            bounds: BoxInImage::default(),
            points: [Point::new(0.0, 0.0); 6],
            score: 1.0,
        }
    }

    #[test]
    fn there_is_an_anchor_per_output() {
        assert_eq!(anchors::on_grids(&GRIDS).len(), 512 + 384);
    }

    #[test]
    fn doubles_go_and_neighbours_stay() {
        let face_at = |x: f32, score: f32| Face {
            bounds: BoxInImage {
                x,
                y: 0.1,
                width: 0.2,
                height: 0.2,
            },
            score,
            ..face()
        };
        let kept = without_doubles(
            vec![face_at(0.1, 0.6), face_at(0.12, 0.9), face_at(0.5, 0.7)],
            0.3,
        );
        assert_eq!(kept.iter().map(|f| f.score).collect::<Vec<_>>(), [0.9, 0.7]);
    }
}
