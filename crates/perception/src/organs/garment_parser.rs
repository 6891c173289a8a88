//! Our garment parser, 256×192: which part of a crop is which kind of garment.

use cheval_domain::geometry::BoxInImage;
use cheval_domain::observation::{Body, Region};

use super::picture::{Affine, Outside, Pixels, Point, Pyramid};
use super::worn_kinds::{COUNT, REGIONS};
use crate::models::{Model, ModelError, ModelStore};

/// Colour the parser was trained to see outside the picture.
const GROUND: [u8; 3] = [114; 3];
/// Cells of the answer.
pub(crate) const COLUMNS: usize = 48;
pub(crate) const ROWS: usize = 64;

/// What the parser tells apart; the order of its output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(usize)]
pub(crate) enum Part {
    Hair = 1,
    Skin = 2,
    Upper = 3,
    Outer = 4,
    Legs = 5,
    Skirt = 6,
    Dress = 7,
    Accessories = 9,
}

/// Count of classes of the net.
pub(crate) const CLASSES: usize = 10;
/// Their names, in the order of its output.
pub(crate) const LABELS: [&str; CLASSES] = [
    "background",
    "hair",
    "skin",
    "upper",
    "outer",
    "legs",
    "skirt",
    "dress",
    "shoes",
    "accessories",
];

/// The parser's answer for one crop: probability of each class in 64 rows of 48 cells, and of each kind of garment for the
/// cloth of each region.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Parsing {
    probability: Vec<f32>,
    kinds: Vec<f32>,
}

impl Parsing {
    #[cfg(test)]
    pub(crate) fn from_cells(cell: impl Fn(usize, usize) -> Part) -> Self {
        let mut probability = vec![0.0; CLASSES * ROWS * COLUMNS];
        for row in 0..ROWS {
            for column in 0..COLUMNS {
                probability[cell(column, row) as usize * ROWS * COLUMNS + row * COLUMNS + column] =
                    1.0;
            }
        }
        Self {
            probability,
            kinds: vec![1.0 / COUNT as f32; REGIONS.len() * COUNT],
        }
    }

    #[cfg(test)]
    pub(crate) fn with_kinds(self, kinds: Vec<f32>) -> Self {
        Self { kinds, ..self }
    }

    /// One class, row by row.
    pub(crate) fn plane(&self, part: Part) -> &[f32] {
        let at = part as usize * ROWS * COLUMNS;
        &self.probability[at..at + ROWS * COLUMNS]
    }

    /// Every class in the order of [`LABELS`], row by row.
    pub(crate) fn planes(&self) -> impl Iterator<Item = &[f32]> {
        self.probability.chunks_exact(ROWS * COLUMNS)
    }

    /// Probability of each kind of garment for the cloth of a region, in the order of `worn_kinds`; none where
    /// no cloth is read.
    pub(crate) fn kinds(&self, region: Region) -> &[f32] {
        let at = match region {
            Region::Torso => 0,
            Region::Legs => COUNT,
            Region::Neck | Region::Head => return &[],
        };
        &self.kinds[at..at + COUNT]
    }

    /// Sum of classes, row by row.
    pub(crate) fn sum(&self, parts: &[Part]) -> Vec<f32> {
        let mut sum = vec![0.0; ROWS * COLUMNS];
        for part in parts {
            sum.iter_mut()
                .zip(self.plane(*part))
                .for_each(|(s, p)| *s += p);
        }
        sum
    }

    /// Probability of a class at a place of the crop, 0..=1 in both axes; `None` outside.
    pub(crate) fn at(&self, part: Part, unit: Point) -> Option<f32> {
        ((0.0..1.0).contains(&unit.x) && (0.0..1.0).contains(&unit.y)).then(|| {
            let (column, row) = (
                (unit.x * COLUMNS as f32) as usize,
                (unit.y * ROWS as f32) as usize,
            );
            self.plane(part)[row * COLUMNS + column]
        })
    }
}

/// The organ.
pub(crate) struct GarmentParser {
    model: Model,
    min_presence: f32,
    min_category: f32,
    tensor: Vec<f32>,
}

impl GarmentParser {
    pub(crate) fn load(store: &ModelStore) -> Result<Self, ModelError> {
        let model = store.load("garment_parser")?;
        let given = |fits: bool, name: &'static str| {
            fits.then_some(()).ok_or_else(|| ModelError::NotGiven {
                organ: "garment_parser".to_owned(),
                name,
            })
        };
        let sizes: Vec<usize> = model.entry().outputs.iter().map(|o| o.elements()).collect();
        given(
            model.entry().labels == LABELS,
            "labels in the expected order",
        )?;
        given(
            sizes == [CLASSES * ROWS * COLUMNS, REGIONS.len() * COUNT],
            "outputs for classes and kinds",
        )?;
        let (min_presence, min_category) = (
            model.entry().threshold("presence")?,
            model.entry().threshold("category")?,
        );
        Ok(Self {
            model,
            min_presence,
            min_category,
            tensor: Vec::new(),
        })
    }

    /// Share of the crop a garment must cover to be worn at all.
    pub(crate) fn min_presence(&self) -> f32 {
        self.min_presence
    }

    /// Confidence below which a torso garment is only a top.
    pub(crate) fn min_category(&self) -> f32 {
        self.min_category
    }

    pub(crate) fn read(
        &mut self,
        frame: Pixels<'_>,
        pyramid: &mut Pyramid,
        frame_from_unit: &Affine,
    ) -> Result<Parsing, ModelError> {
        let input = self.model.entry().picture.clone();
        let map = frame_from_unit.scaled(1.0 / input.width as f32, 1.0 / input.height as f32);
        pyramid.sample(
            frame,
            &map,
            Outside::Colour(GROUND),
            &input,
            &mut self.tensor,
        );
        self.model.run(&self.tensor, |out| Parsing {
            probability: out[0].to_vec(),
            kinds: out[1].to_vec(),
        })
    }
}

/// The whole frame in the parser's shape, with as little around it as that takes.
pub(crate) fn crop_of_all(frame: Pixels<'_>) -> Affine {
    let (width, height) = (frame.width as f32, frame.height as f32);
    let aspect = COLUMNS as f32 / ROWS as f32;
    let (crop_w, crop_h) = (width.max(height * aspect), height.max(width / aspect));
    Affine {
        x: [crop_w, 0.0, (width - crop_w) / 2.0],
        y: [0.0, crop_h, (height - crop_h) / 2.0],
    }
}

/// The crop around a person: three to four, with air around body and head. Without a body it is guessed from the face.
/// `face` and the body's box are in image coordinates.
pub(crate) fn crop_of(frame: Pixels<'_>, face: BoxInImage, body: Option<&Body>) -> Affine {
    let (width, height) = (frame.width as f32, frame.height as f32);
    let (face_w, face_h) = (face.width * width, face.height * height);
    let top = face.y * height - 0.9 * face_h;
    let middle = face.centre().x * width;
    let (mut left, mut right) = (middle - 2.2 * face_w, middle + 2.2 * face_w);
    let mut bottom = (face.y * height + 9.5 * face_h).min(height);
    if let Some(body) = body.filter(|b| b.bounds.height > 0.0) {
        let margin = (0.35 * face_w).max(0.12 * body.bounds.width * width);
        left = (body.bounds.x * width - margin).min(middle - 1.2 * face_w);
        right = ((body.bounds.x + body.bounds.width) * width + margin).max(middle + 1.2 * face_w);
        bottom = ((body.bounds.y + body.bounds.height) * height + 0.5 * face_h).min(height);
    }
    left = left.max(0.0);
    right = right.min(width);
    let (mut crop_w, mut crop_h) = ((right - left).max(8.0), (bottom - top).max(8.0));
    let aspect = COLUMNS as f32 / ROWS as f32;
    let (centre_x, centre_y) = ((left + right) / 2.0, (top + bottom) / 2.0);
    if crop_w / crop_h < aspect {
        crop_w = crop_h * aspect;
    } else {
        crop_h = crop_w / aspect;
    }
    Affine {
        x: [crop_w, 0.0, centre_x - crop_w / 2.0],
        y: [0.0, crop_h, centre_y - crop_h / 2.0],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_crop_has_the_parsers_shape_and_holds_the_face() {
        let rgba = vec![0; 720 * 1280 * 4];
        let frame = Pixels {
            width: 720,
            height: 1280,
            rgba: &rgba,
        };
        let face = BoxInImage {
            x: 0.4,
            y: 0.1,
            width: 0.2,
            height: 0.1125,
        };
        let crop = crop_of(frame, face, None);
        assert!((crop.x[0] / crop.y[1] - 0.75).abs() < 1e-4);
        let unit = crop.inverse().apply(Point::new(0.5 * 720.0, 0.15 * 1280.0));
        assert!(
            (0.0..0.4).contains(&unit.y) && (unit.x - 0.5).abs() < 0.1,
            "{unit:?}"
        );
    }

    #[test]
    fn cells_are_found_by_place() {
        let parsing = Parsing::from_cells(|_, row| if row < 32 { Part::Upper } else { Part::Legs });
        assert_eq!(parsing.at(Part::Upper, Point::new(0.5, 0.2)), Some(1.0));
        assert_eq!(parsing.at(Part::Upper, Point::new(0.5, 0.8)), Some(0.0));
        assert_eq!(parsing.at(Part::Upper, Point::new(1.5, 0.8)), None);
    }
}
