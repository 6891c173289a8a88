//! What a garment's cloth shows: plain, stripes, checks or a print, from the picture under its mask. No net: features of
//! the cloth and a small trained classifier (`models/train/pattern`). Costs a few milliseconds for torso and legs, so it runs once a second.

mod features;
mod raster;
mod weights;

use cheval_domain::colour::srgb_to_lab;
use cheval_domain::observation::Pattern;

use self::features::{FEATURES, Features};
use self::raster::{CELLS, Raster, SIDE};
use self::weights::{HIDDEN, HIDDEN_WEIGHTS, MEANS, OUTPUT_WEIGHTS, SCALES};
use super::dominant::shades;
use super::picture::{Affine, Outside, Pixels, Point, Pyramid};
use crate::masks::{CELL_PX, GarmentMasks};
use crate::models::{ColourOrder, Layout, PictureInput};

/// The patterns that are told apart, in the order of the scores.
pub(crate) const PATTERNS: [Pattern; 4] = [
    Pattern::Plain,
    Pattern::Striped,
    Pattern::Checked,
    Pattern::Print,
];
/// A probability for each of [`PATTERNS`]; they sum to 1.
pub(crate) type PatternScores = [f32; 4];

/// A mask above this is certainly cloth.
const CERTAIN: u8 = 235;
/// A garment whose shorter side is below this many frame pixels shows too little to say anything.
const MIN_SIDE_PX: f32 = 48.0;
/// Share of the square that must be cloth.
const MIN_CLOTH: f32 = 0.12;
/// Cells whose colours are counted, at most.
const COLOUR_CELLS: usize = 400;
/// The square as the pyramid fills it: RGB 0..=255, row by row.
const INPUT: PictureInput = PictureInput {
    width: SIDE,
    height: SIDE,
    colour: ColourOrder::Rgb,
    layout: Layout::Nhwc,
    mean: [0.0; 3],
    scale: 1.0,
};

/// Reads patterns; keeps its memory between garments.
#[derive(Default)]
pub(crate) struct PatternReader {
    tensor: Vec<f32>,
    raster: Raster,
    features: Features,
}

impl PatternReader {
    /// What the garment under `plane` of the masks shows; `None` when too little of it is in sight.
    pub(crate) fn read(
        &mut self,
        frame: Pixels<'_>,
        pyramid: &mut Pyramid,
        masks: &GarmentMasks,
        plane: usize,
    ) -> Option<PatternScores> {
        let features = self.features(frame, pyramid, masks, plane)?;
        Some(classify(&features))
    }

    /// Overwrites what is left of the last garment with zeros.
    pub(crate) fn wipe(&mut self) {
        self.tensor.fill(0.0);
        self.raster.wipe();
        self.features = Features::default();
    }

    /// The features of the garment under `plane`; `None` when too little of it is in sight.
    pub(crate) fn features(
        &mut self,
        frame: Pixels<'_>,
        pyramid: &mut Pyramid,
        masks: &GarmentMasks,
        plane: usize,
    ) -> Option<[f32; FEATURES]> {
        let map = square_of(masks, plane)?;
        pyramid.sample(frame, &map, Outside::Edge, &INPUT, &mut self.tensor);
        let cell = CELL_PX as f32;
        self.raster.fill(&self.tensor, |column, row| {
            let at = map.apply(Point::new(column as f32 + 0.5, row as f32 + 0.5));
            masks.at(at.x / cell, at.y / cell, plane) > CERTAIN
        });
        if (self.raster.count as f32) < MIN_CLOTH * CELLS as f32 {
            return None;
        }
        let colours = self.colours();
        Some(self.features.read(&self.raster, colours))
    }

    /// How many-coloured the cloth is: share beside the main colour, how far the second is from it in lightness and in
    /// hue and chroma, and how many there are, each about 0..=1.
    fn colours(&self) -> [f32; 4] {
        let every = self.raster.count.div_ceil(COLOUR_CELLS).max(1);
        let labs: Vec<[f32; 3]> = (0..CELLS)
            .filter(|k| self.raster.inside[*k] > 0.0)
            .step_by(every)
            .map(|k| {
                let pixel = &self.tensor[k * 3..k * 3 + 3];
                srgb_to_lab([pixel[0], pixel[1], pixel[2]].map(|c| c / 255.0))
            })
            .collect();
        let found = shades(&labs);
        match found.as_slice() {
            [main, second, ..] => [
                1.0 - main.share,
                (main.lab[0] - second.lab[0]).abs() / 100.0,
                (main.lab[1] - second.lab[1]).hypot(main.lab[2] - second.lab[2]) / 100.0,
                found.len() as f32 / 3.0,
            ],
            _ => [0.0, 0.0, 0.0, 1.0 / 3.0],
        }
    }
}

/// The square in the middle of the garment, as wide as its shorter side.
fn square_of(masks: &GarmentMasks, plane: usize) -> Option<Affine> {
    let (x0, y0, x1, y1) = masks.bounds(plane, CERTAIN)?;
    let cell = CELL_PX as f32;
    let (width, height) = ((x1 - x0) as f32 * cell, (y1 - y0) as f32 * cell);
    let side = width.min(height);
    if side < MIN_SIDE_PX {
        return None;
    }
    let origin = Point::new(
        x0 as f32 * cell + (width - side) / 2.0,
        y0 as f32 * cell + (height - side) / 2.0,
    );
    Some(Affine::from_rectangle(origin, side, side, (SIDE, SIDE)))
}

/// A net of one hidden layer (rectified) and a softmax over the standardised features.
fn classify(features: &[f32; FEATURES]) -> PatternScores {
    let input: [f32; FEATURES] =
        std::array::from_fn(|k| ((features[k] - MEANS[k]) / SCALES[k]).clamp(-6.0, 6.0));
    let layer = |weights: &[f32], input: &[f32]| -> f32 {
        let (bias, weights) = weights.split_first().unwrap_or((&0.0, &[]));
        bias + weights.iter().zip(input).map(|(w, v)| w * v).sum::<f32>()
    };
    let hidden: [f32; HIDDEN] = std::array::from_fn(|k| layer(&HIDDEN_WEIGHTS[k], &input).max(0.0));
    let logits: PatternScores = std::array::from_fn(|k| layer(&OUTPUT_WEIGHTS[k], &hidden));
    let highest = logits.into_iter().fold(f32::NEG_INFINITY, f32::max);
    let powers = logits.map(|v| (v - highest).exp());
    let sum: f32 = powers.iter().sum();
    powers.map(|p| p / sum)
}
