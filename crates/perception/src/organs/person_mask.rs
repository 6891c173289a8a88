//! MediaPipe's selfie net, 256 px: what belongs to a person at all. Corrects the garment parser, which alone spills over
//! arms and plain backgrounds.

use super::picture::{Affine, Outside, Pixels, Pyramid};
use crate::models::{Model, ModelError, ModelStore};

/// Probability of "person" over a crop, row by row.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct PersonMask {
    pub(crate) width: usize,
    pub(crate) height: usize,
    pub(crate) probability: Vec<f32>,
}

impl PersonMask {
    /// The probability in the middle of a cell of another grid over the same crop.
    pub(crate) fn at_cell(&self, column: usize, row: usize, columns: usize, rows: usize) -> f32 {
        let x = (2 * column + 1) * self.width / (2 * columns);
        let y = (2 * row + 1) * self.height / (2 * rows);
        self.probability[y * self.width + x]
    }
}

/// The organ.
pub(crate) struct PersonMasker {
    model: Model,
    tensor: Vec<f32>,
}

impl PersonMasker {
    pub(crate) fn load(store: &ModelStore) -> Result<Self, ModelError> {
        Ok(Self {
            model: store.load("person_mask")?,
            tensor: Vec::new(),
        })
    }

    /// Reads the crop that `frame_from_unit` spreads over the unit square.
    pub(crate) fn read(
        &mut self,
        frame: Pixels<'_>,
        pyramid: &mut Pyramid,
        frame_from_unit: &Affine,
    ) -> Result<PersonMask, ModelError> {
        let input = self.model.entry().picture.clone();
        let map = frame_from_unit.scaled(1.0 / input.width as f32, 1.0 / input.height as f32);
        pyramid.sample(frame, &map, Outside::Edge, &input, &mut self.tensor);
        let probability = self.model.run(&self.tensor, |out| out[0].to_vec())?;
        Ok(PersonMask {
            width: input.width,
            height: input.height,
            probability,
        })
    }
}
