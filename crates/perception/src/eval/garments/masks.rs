//! How well parsed cells fit a labelled mask.

use std::path::Path;

use image::{DynamicImage, ImageReader, Limits};

use crate::eval::metrics::{Overlap, Share};
use crate::eval::sheet::LeftOut;
use crate::organs::garment_parser::{CLASSES, Part};
use crate::organs::picture::Pixels;
use crate::source::MAX_SIDE_PX;

/// Columns and rows of the grid on which masks are compared: the size the parser was trained on, before its crops.
pub(super) const GRID: (usize, usize) = (264, 352);
/// Person mask above which a cell belongs to the person.
pub(super) const PERSON: f32 = 0.3;
/// A labelled piece of fewer cells is a sliver that says nothing about what somebody wears.
pub(super) const MIN_PIECE: usize = 300;
/// A label that says nothing.
const NO_LABEL: u8 = 255;
/// Sides of picture and mask may differ by rounding, not more.
const MAX_ASPECT_ERROR: f32 = 0.01;

const TORSO: [usize; 3] = [
    Part::Upper as usize,
    Part::Outer as usize,
    Part::Dress as usize,
];
const LOWER: [usize; 2] = [Part::Legs as usize, Part::Skirt as usize];
/// Everything worn but accessories: shoes count.
const CLOTHING: [usize; 6] = [3, 4, 5, 6, 7, 8];

/// A labelled mask: the parser's class numbers, 255 for no label.
pub struct LabelMask {
    width: usize,
    height: usize,
    classes: Vec<u8>,
}

/// One cell of the comparison.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cell {
    /// Labelled class.
    pub truth: usize,
    /// Probability of each class.
    pub said: [f32; CLASSES],
    /// Probability that the person is here.
    pub person: f32,
}

/// Overlaps of one picture, or summed over several.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct MaskScores {
    /// All clothing against the rest.
    pub clothing: Overlap,
    /// Torso garments as one.
    pub torso: Overlap,
    /// Trousers and skirts as one.
    pub lower: Overlap,
    /// Each class.
    pub classes: [Overlap; CLASSES],
    /// Cells with the right class.
    pub cells: Share,
    /// Largest torso piece as labelled and as said; `None` when nothing was said.
    pub torso_pieces: Vec<(usize, Option<usize>)>,
    /// The same for the lower half.
    pub lower_pieces: Vec<(usize, Option<usize>)>,
}

impl LabelMask {
    /// Reads an 8-bit grey PNG of the same shape as `picture`.
    pub(super) fn load(path: &Path, picture: Pixels<'_>) -> Result<Self, LeftOut> {
        let wrong = |reason: String| LeftOut::new("mask", format!("{}: {reason}", path.display()));
        let mut reader = ImageReader::open(path)
            .and_then(ImageReader::with_guessed_format)
            .map_err(|e| wrong(e.to_string()))?;
        let mut limits = Limits::default();
        limits.max_image_width = Some(MAX_SIDE_PX);
        limits.max_image_height = Some(MAX_SIDE_PX);
        reader.limits(limits);
        let decoded = reader.decode().map_err(|e| wrong(e.to_string()))?;
        let DynamicImage::ImageLuma8(grey) = decoded else {
            return Err(wrong(
                "not an 8-bit grey picture; a palette will not do".to_owned(),
            ));
        };
        let (width, height) = (grey.width() as usize, grey.height() as usize);
        let (own, other) = (
            width as f32 / height.max(1) as f32,
            picture.width as f32 / picture.height.max(1) as f32,
        );
        if (own / other - 1.0).abs() > MAX_ASPECT_ERROR {
            return Err(wrong(format!(
                "{width} x {height} has not the shape of its picture, {} x {}",
                picture.width, picture.height
            )));
        }
        let classes = grey.into_raw();
        if let Some(strange) = classes
            .iter()
            .find(|c| **c != NO_LABEL && usize::from(**c) >= CLASSES)
        {
            return Err(wrong(format!(
                "holds the value {strange}; classes are 0 to 9, 255 is no label"
            )));
        }
        Ok(Self {
            width,
            height,
            classes,
        })
    }

    /// The class at a place, 0..1 in both axes; `None` outside and without a label.
    pub(super) fn at(&self, x: f32, y: f32) -> Option<usize> {
        if !((0.0..1.0).contains(&x) && (0.0..1.0).contains(&y)) {
            return None;
        }
        let column = ((x * self.width as f32) as usize).min(self.width - 1);
        let row = ((y * self.height as f32) as usize).min(self.height - 1);
        let class = self.classes[row * self.width + column];
        (class != NO_LABEL).then_some(usize::from(class))
    }
}

impl MaskScores {
    /// The scores of one picture.
    pub fn of(cells: impl Iterator<Item = Cell>) -> Self {
        let mut scores = Self::default();
        let (mut truth, mut said) = ([0_usize; CLASSES], [0_usize; CLASSES]);
        for cell in cells {
            let inside = cell.person > PERSON;
            let class = if inside { largest(&cell.said) } else { 0 };
            scores.cells.add(class == cell.truth);
            for (k, overlap) in scores.classes.iter_mut().enumerate() {
                overlap.add(cell.truth == k, class == k);
            }
            let group = |overlap: &mut Overlap, of: &[usize]| {
                let mass: f32 = of.iter().map(|&k| cell.said[k]).sum();
                overlap.add(of.contains(&cell.truth), inside && mass > 0.5);
            };
            group(&mut scores.clothing, &CLOTHING);
            group(&mut scores.torso, &TORSO);
            group(&mut scores.lower, &LOWER);
            truth[cell.truth.min(CLASSES - 1)] += 1;
            said[class] += 1;
        }
        scores.torso_pieces.extend(piece(&truth, &said, &TORSO));
        scores.lower_pieces.extend(piece(&truth, &said, &LOWER));
        scores
    }

    /// Adds another picture.
    pub fn join(&mut self, other: &Self) {
        let sum = |mine: &mut Overlap, theirs: &Overlap| {
            mine.both += theirs.both;
            mine.either += theirs.either;
        };
        sum(&mut self.clothing, &other.clothing);
        sum(&mut self.torso, &other.torso);
        sum(&mut self.lower, &other.lower);
        self.classes
            .iter_mut()
            .zip(&other.classes)
            .for_each(|(a, b)| sum(a, b));
        self.cells.hits += other.cells.hits;
        self.cells.of += other.cells.of;
        self.torso_pieces.extend(&other.torso_pieces);
        self.lower_pieces.extend(&other.lower_pieces);
    }
}

/// Places of the largest labelled and said piece of a group; nothing when too little of the group is labelled.
fn piece(
    truth: &[usize; CLASSES],
    said: &[usize; CLASSES],
    group: &[usize],
) -> Option<(usize, Option<usize>)> {
    let best = |counts: &[usize; CLASSES]| {
        let most = group.iter().map(|&k| counts[k]).max().unwrap_or(0);
        let at = group.iter().position(|&k| counts[k] == most).unwrap_or(0);
        (at, most)
    };
    let ((wanted, size), (found, seen)) = (best(truth), best(said));
    (size > MIN_PIECE).then(|| (wanted, (seen > 0).then_some(found)))
}

fn largest(values: &[f32; CLASSES]) -> usize {
    (0..CLASSES).fold(0, |best, k| if values[k] > values[best] { k } else { best })
}
