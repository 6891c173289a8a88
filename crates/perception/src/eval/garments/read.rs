//! Takes readings from the organs as plain values. The only place of the garment evaluation that knows them.

use super::masks::{Cell, GRID, LabelMask, MaskScores};
use super::words::{Said, Task, WordCase};
use super::{EvalOptions, GarmentCase};
use crate::eval::chain::Chain;
use crate::eval::picture::Picture;
use crate::masks::interpolate;
use crate::models::{ModelError, ModelStore};
use crate::organs::garment_parser::{CLASSES, COLUMNS, GarmentParser, Parsing, ROWS, crop_of_all};
use crate::organs::person_mask::PersonMasker;
use crate::organs::picture::{Affine, Pixels, Point, Pyramid};
use crate::organs::worn_kinds;

/// The nets alone, and the whole chain.
pub(super) struct GarmentOrgans {
    parser: GarmentParser,
    person_mask: PersonMasker,
    chain: Chain,
    pyramid: Pyramid,
}

impl GarmentOrgans {
    pub(super) fn load(store: &ModelStore, options: &EvalOptions) -> Result<Self, ModelError> {
        Ok(Self {
            parser: GarmentParser::load(store)?,
            person_mask: PersonMasker::load(store)?,
            chain: Chain::load(options),
            pyramid: Pyramid::default(),
        })
    }

    /// Reads one picture and compares it with its labels.
    pub(super) fn look(
        &mut self,
        picture: &Picture,
        mask: Option<&LabelMask>,
        labels: &[(Task, usize)],
        file: &str,
        line: u64,
    ) -> Result<GarmentCase, ModelError> {
        let pixels = picture.pixels();
        self.pyramid.reset();
        let mut case = GarmentCase {
            file: file.to_owned(),
            line,
            masks: None,
            person: None,
            words: Vec::new(),
            named: Vec::new(),
        };
        if let Some(mask) = mask {
            let crop = crop_of_all(pixels);
            let parsing = self.parser.read(pixels, &mut self.pyramid, &crop)?;
            case.masks = Some(self.compare(pixels, &crop, &parsing, mask)?);
            for &(task, truth) in labels.iter().filter(|(task, _)| task.is_category()) {
                let said = named(&parsing, task);
                case.named
                    .extend(said.map(|said| WordCase { task, truth, said }));
            }
        }
        if !labels.is_empty() {
            let person = self.chain.stand_before(pixels);
            case.person = Some(person.is_some());
            let worn = person.map(|person| person.worn).unwrap_or_default();
            case.words = labels
                .iter()
                .map(|&(task, truth)| WordCase {
                    task,
                    truth,
                    said: task.said(&worn),
                })
                .collect();
        }
        Ok(case)
    }

    fn compare(
        &mut self,
        pixels: Pixels<'_>,
        crop: &Affine,
        parsing: &Parsing,
        mask: &LabelMask,
    ) -> Result<MaskScores, ModelError> {
        let person = self.person_mask.read(pixels, &mut self.pyramid, crop)?;
        let planes: Vec<&[f32]> = parsing.planes().collect();
        let (columns, rows) = GRID;
        let cells = (0..columns * rows).filter_map(|k| {
            let unit = Point::new(
                ((k % columns) as f32 + 0.5) / columns as f32,
                ((k / columns) as f32 + 0.5) / rows as f32,
            );
            let at = crop.apply(unit);
            let truth = mask.at(at.x / pixels.width as f32, at.y / pixels.height as f32)?;
            let mut said = [0.0; CLASSES];
            for (value, plane) in said.iter_mut().zip(&planes) {
                *value = interpolate(plane, COLUMNS, ROWS, unit);
            }
            Some(Cell {
                truth,
                said,
                person: interpolate(&person.probability, person.width, person.height, unit),
            })
        });
        Ok(MaskScores::of(cells))
    }
}

/// What the parser calls the cloth of a region; `None` when too little of it is there.
fn named(parsing: &Parsing, task: Task) -> Option<Said> {
    let scores = worn_kinds::scores(parsing, task.region())?;
    let (category, probability) = scores.into_iter().max_by(|a, b| a.1.total_cmp(&b.1))?;
    Some(Said {
        word: task.place(category.as_str()),
        confidence: Some(f64::from(probability)),
    })
}
