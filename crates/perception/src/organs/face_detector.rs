//! BlazeFace, 256 px on the long side: faces with six key points. Decoding after MediaPipe's `face_detection_back` graph.

use cheval_domain::geometry::BoxInImage;
use cheval_domain::observation::HeadPose;

use super::anchors;
use super::head::head_pose;
use super::picture::{Affine, Outside, Pixels, Point, Pyramid, letterbox};
use crate::models::{Model, ModelError, ModelStore};
use crate::track::Sighting;

/// The one net in its three shapes; see [`fitting`].
const SHAPES: [&str; 3] = [
    "face_detector",
    "face_detector_wide",
    "face_detector_square",
];
/// Pixels per cell and anchors per cell of the two output scales.
const GRIDS: [(usize, usize); 2] = [(16, 2), (32, 6)];
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
    /// As the tracker takes it.
    pub(crate) fn sighting(&self) -> Sighting {
        Sighting {
            bounds: self.bounds,
            score: self.score,
            head: self.head(),
        }
    }

    /// Where the head points, by its key points.
    pub(crate) fn head(&self) -> HeadPose {
        head_pose(&self.points)
    }
}

/// The organ. The shape that fits the camera's pictures is loaded when the first of them comes.
pub(crate) struct FaceDetector {
    store: ModelStore,
    net: Net,
    fits: (usize, usize),
    tensor: Vec<f32>,
}

struct Net {
    model: Model,
    anchors: Vec<Point>,
    min_score: f32,
    max_overlap: f32,
}

impl FaceDetector {
    pub(crate) fn load(store: &ModelStore) -> Result<Self, ModelError> {
        Ok(Self {
            store: store.clone(),
            net: Net::load(store, SHAPES[0])?,
            fits: (0, 0),
            tensor: Vec::new(),
        })
    }

    /// Faces in the frame, best first, without doubles.
    pub(crate) fn detect(
        &mut self,
        frame: Pixels<'_>,
        pyramid: &mut Pyramid,
    ) -> Result<Vec<Face>, ModelError> {
        self.fit(frame)?;
        let input = self.net.model.entry().picture.clone();
        let map = letterbox(frame, input.width, input.height);
        pyramid.sample(
            frame,
            &map,
            Outside::Colour([0; 3]),
            &input,
            &mut self.tensor,
        );
        self.net.faces(&self.tensor, &map, frame)
    }

    /// Loads the shape for pictures of this size, unless it is loaded.
    fn fit(&mut self, frame: Pixels<'_>) -> Result<(), ModelError> {
        let size = (frame.width, frame.height);
        if self.fits != size {
            let sizes = SHAPES.map(|organ| self.store.picture_size(organ).unwrap_or_default());
            let organ = SHAPES[fitting(size, &sizes)];
            if self.net.model.entry().organ != organ {
                self.net = Net::load(&self.store, organ)?;
            }
            self.fits = size;
        }
        Ok(())
    }
}

/// Which input size a picture fills at the largest scale; of equals the one with the fewest pixels.
fn fitting((width, height): (usize, usize), sizes: &[(usize, usize)]) -> usize {
    let scale = |&(w, h): &(usize, usize)| {
        (w as f32 / width.max(1) as f32).min(h as f32 / height.max(1) as f32)
    };
    let better = |a: &(usize, usize), b: &(usize, usize)| {
        scale(a)
            .total_cmp(&scale(b))
            .then((b.0 * b.1).cmp(&(a.0 * a.1)))
    };
    let best = sizes.iter().enumerate().max_by(|a, b| better(a.1, b.1));
    best.map_or(0, |(k, _)| k)
}

impl Net {
    fn load(store: &ModelStore, organ: &str) -> Result<Self, ModelError> {
        let model = store.load(organ)?;
        let entry = model.entry();
        let anchors = anchors::on_grids(entry.picture.width, entry.picture.height, &GRIDS);
        let (min_score, max_overlap) = (entry.threshold("score")?, entry.threshold("overlap")?);
        if entry.outputs[..2]
            .iter()
            .map(|o| o.elements())
            .sum::<usize>()
            != anchors.len()
        {
            return Err(ModelError::NotGiven {
                organ: organ.to_owned(),
                name: "score per anchor",
            });
        }
        Ok(Self {
            model,
            anchors,
            min_score,
            max_overlap,
        })
    }

    fn faces(
        &mut self,
        tensor: &[f32],
        frame_from_input: &Affine,
        frame: Pixels<'_>,
    ) -> Result<Vec<Face>, ModelError> {
        let (anchors, min_score) = (&self.anchors, self.min_score);
        let size = (
            self.model.entry().picture.width as f32,
            self.model.entry().picture.height as f32,
        );
        let mut faces = self.model.run(tensor, |out| {
            let scores = out[0].iter().chain(out[1]);
            let values = out[2]
                .chunks_exact(VALUES)
                .chain(out[3].chunks_exact(VALUES));
            scores
                .zip(values)
                .zip(anchors)
                .filter_map(|((&logit, values), &anchor)| {
                    let (score, anchor) = (
                        sigmoid(logit),
                        Point::new(anchor.x * size.0, anchor.y * size.1),
                    );
                    (score >= min_score).then(|| {
                        decode(values, anchor, score, |p| frame_from_input.apply(p), frame)
                    })
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
    score: f32,
    to_frame: impl Fn(Point) -> Point,
    frame: Pixels<'_>,
) -> Face {
    let at = |k: usize| to_frame(Point::new(values[k] + anchor.x, values[k + 1] + anchor.y));
    let centre = Point::new(values[0] + anchor.x, values[1] + anchor.y);
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
    fn a_picture_is_looked_at_through_the_shape_in_which_it_is_largest() {
        let sizes = [(160, 256), (256, 160), (256, 256)];
        for (picture, shape) in [
            ((720, 1280), 0),
            ((1080, 1920), 0),
            ((1280, 720), 1),
            ((1280, 800), 1),
            ((640, 480), 2),
            ((512, 512), 2),
            ((1, 4000), 0),
            ((0, 0), 2),
        ] {
            assert_eq!(fitting(picture, &sizes), shape, "{picture:?}");
        }
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
