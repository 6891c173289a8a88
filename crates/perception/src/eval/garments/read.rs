//! Takes readings from the organs as plain values. The only place of the garment evaluation that knows them.

use super::masks::{Cell, GRID, LabelMask, MaskScores};
use super::words::{Said, Task, WordCase};
use super::{EvalOptions, GarmentCase};
use crate::eval::chain::Chain;
use crate::eval::picture::Picture;
use crate::masks::{TORSO, interpolate};
use crate::models::{ModelError, ModelStore};
use crate::organs::garment_parser::{CLASSES, COLUMNS, GarmentParser, Part, ROWS, crop_of_all};
use crate::organs::person_mask::PersonMasker;
use crate::organs::picture::{Pixels, Point, Pyramid};
use crate::organs::worn_classifier::WornClassifier;

/// The nets alone, and the whole chain.
pub(super) struct GarmentOrgans {
    parser: GarmentParser,
    person_mask: PersonMasker,
    classifier: WornClassifier,
    chain: Chain,
    pyramid: Pyramid,
}

impl GarmentOrgans {
    pub(super) fn load(store: &ModelStore, options: &EvalOptions) -> Result<Self, ModelError> {
        Ok(Self {
            parser: GarmentParser::load(store)?,
            person_mask: PersonMasker::load(store)?,
            classifier: WornClassifier::load(store)?,
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
            cut_out: Vec::new(),
        };
        if let Some(mask) = mask {
            case.masks = Some(self.compare(pixels, mask)?);
            for &(task, truth) in labels.iter().filter(|(task, _)| task.is_category()) {
                let said = self.classify(pixels, mask, task, truth)?;
                case.cut_out
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

    fn compare(&mut self, pixels: Pixels<'_>, mask: &LabelMask) -> Result<MaskScores, ModelError> {
        let crop = crop_of_all(pixels);
        let parsing = self.parser.read(pixels, &mut self.pyramid, &crop)?;
        let person = self.person_mask.read(pixels, &mut self.pyramid, &crop)?;
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

    /// What the classifier alone says of the garment that the labelled mask cuts out; `None` when too little of it is there.
    fn classify(
        &mut self,
        pixels: Pixels<'_>,
        mask: &LabelMask,
        task: Task,
        truth: usize,
    ) -> Result<Option<Said>, ModelError> {
        let part = match task.answer(truth) {
            "outerwear" => Part::Outer,
            "dress" => Part::Dress,
            "trousers" | "shorts" => Part::Legs,
            "skirt" => Part::Skirt,
            _ => Part::Upper,
        };
        let garment = mask.as_garment(part as usize, pixels);
        let scores = self
            .classifier
            .read(pixels, &mut self.pyramid, &garment, TORSO)?;
        let best = scores.and_then(|scores| scores.into_iter().max_by(|a, b| a.1.total_cmp(&b.1)));
        Ok(best.map(|(category, probability)| Said {
            word: task.place(category.as_str()),
            confidence: Some(f64::from(probability)),
        }))
    }
}
