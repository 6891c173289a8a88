//! Our garment classifier, 224 px: what a garment that was cut out of the picture is.

use cheval_domain::observation::WornCategory;

use super::picture::{Affine, Outside, Pixels, Point, Pyramid};
use crate::masks::GarmentMasks;
use crate::models::{Layout, Model, ModelError, ModelStore};

/// The ground behind the cut-out garment, as in training.
const GROUND: u8 = 200;
/// Crops smaller than this many mask cells on a side say nothing.
const MIN_CELLS: usize = 8;

/// Classes of the net that are worn on torso or legs, by the net's label.
const CATEGORIES: [(&str, WornCategory); 8] = [
    ("dress", WornCategory::Dress),
    ("longsleeve", WornCategory::LongSleeve),
    ("outwear", WornCategory::Outerwear),
    ("pants", WornCategory::Trousers),
    ("shirt", WornCategory::Shirt),
    ("shorts", WornCategory::Shorts),
    ("skirt", WornCategory::Skirt),
    ("t-shirt", WornCategory::TShirt),
];

/// Probability of each category; what is missing has none.
pub(crate) type CategoryScores = Vec<(WornCategory, f32)>;

/// The organ.
pub(crate) struct WornClassifier {
    model: Model,
    classes: Vec<(usize, WornCategory)>,
    tensor: Vec<f32>,
}

impl WornClassifier {
    pub(crate) fn load(store: &ModelStore) -> Result<Self, ModelError> {
        let model = store.load("worn_classifier")?;
        let index_of = |label: &str| model.entry().labels.iter().position(|l| l == label);
        let classes = CATEGORIES
            .iter()
            .map(|&(label, category)| Some((index_of(label)?, category)))
            .collect::<Option<Vec<_>>>()
            .filter(|_| model.entry().labels.len() == model.entry().outputs[0].elements())
            .ok_or_else(|| ModelError::NotGiven {
                organ: "worn_classifier".to_owned(),
                name: "label per output",
            })?;
        Ok(Self {
            model,
            classes,
            tensor: Vec::new(),
        })
    }

    /// What the garment under `plane` of the masks is; `None` when too little of it is in sight.
    pub(crate) fn read(
        &mut self,
        frame: Pixels<'_>,
        pyramid: &mut Pyramid,
        masks: &GarmentMasks,
        plane: usize,
    ) -> Result<Option<CategoryScores>, ModelError> {
        let Some((x0, y0, x1, y1)) = masks.bounds(plane, 128) else {
            return Ok(None);
        };
        if x1 - x0 < MIN_CELLS || y1 - y0 < MIN_CELLS {
            return Ok(None);
        }
        let (cell_w, cell_h) = (
            frame.width as f32 / masks.width as f32,
            frame.height as f32 / masks.height as f32,
        );
        let (left, top) = (x0 as f32 * cell_w, y0 as f32 * cell_h);
        let (width, height) = ((x1 - x0) as f32 * cell_w, (y1 - y0) as f32 * cell_h);
        let side = width.max(height);
        let origin = Point::new(left - (side - width) / 2.0, top - (side - height) / 2.0);
        let input = self.model.entry().picture.clone();
        let map = Affine::from_rectangle(origin, side, side, (input.width, input.height));
        pyramid.sample(
            frame,
            &map,
            Outside::Colour([GROUND; 3]),
            &input,
            &mut self.tensor,
        );
        debug_assert_eq!(input.layout, Layout::Nchw);
        let cells = input.width * input.height;
        for row in 0..input.height {
            for column in 0..input.width {
                let p = map.apply(Point::new(column as f32 + 0.5, row as f32 + 0.5));
                if masks.at(p.x / cell_w, p.y / cell_h, plane) < 100 {
                    for c in 0..3 {
                        self.tensor[c * cells + row * input.width + column] =
                            (f32::from(GROUND) - input.mean[c]) / input.scale;
                    }
                }
            }
        }
        let classes = &self.classes;
        self.model.run(&self.tensor, |out| {
            Some(
                classes
                    .iter()
                    .map(|&(k, category)| (category, out[0][k].clamp(0.0, 1.0)))
                    .collect(),
            )
        })
    }
}
