//! What one shopper wears, as words that hold still: evidence of single frames comes in, smoothed names go out.
//! Pure; time comes in as an argument.

use cheval_domain::colour::{self, ColourName};
use cheval_domain::observation::{Body, Estimate, Region, WornCategory, WornGarment};
use cheval_domain::time::Mono;

use super::dominant::{Shade, shades};
use super::garment_parser::{COLUMNS, Parsing, Part, ROWS};
use super::pattern::PatternScores;
use super::person_mask::PersonMask;
use super::picture::{Affine, Pixels, Point};
use super::worn_kinds::CategoryScores;
use crate::masks::{CELL_PX, GarmentMasks};

mod pattern_hold;

use pattern_hold::PatternHold;

/// Time constants of the smoothing, in seconds.
const CATEGORY_SECONDS: f32 = 1.2;
const COLOUR_SECONDS: f32 = 1.0;
/// Another category must be ahead by this much before the name changes.
const CATEGORY_LEAD: f32 = 0.08;
/// Another colour name must hold this long before the name changes.
const COLOUR_HOLD_MS: u64 = 600;
/// A colour stays the main one while its share is at least this part of the largest one's.
const NEARLY_AS_LARGE: f32 = 0.6;
/// CIEDE2000 between the smoothed and the seen colour above which the garment is another one, not a noisy one.
const SETTLED: f32 = 12.0;
/// Weight of the parser's names against its masks when they disagree on the kind of torso garment. On the test set with
/// equal say the kind is right on 76 % of whole people and on 82 % of upper bodies from near, by masks alone on 75 % and 78 %.
const NAMES_WEIGHT: f32 = 0.5;
/// A mask above this is certainly cloth.
const CERTAIN: u8 = 235;
/// Fewer certain cells say nothing about a colour; more than this many are not looked at.
const MIN_SAMPLES: usize = 24;
const MAX_SAMPLES: usize = 600;

/// Places along a forearm or shin that are looked at, and how much of them must be skin or cloth to say anything.
const ALONG_LIMB: [f32; 3] = [0.35, 0.5, 0.65];
const MIN_LIMB_SEEN: f32 = 1.2;

/// Categories with the probability that the limb below is bare when they are worn (own estimates).
const TORSO: [(WornCategory, f32); 5] = [
    (WornCategory::TShirt, 0.9),
    (WornCategory::Shirt, 0.3),
    (WornCategory::LongSleeve, 0.12),
    (WornCategory::Outerwear, 0.1),
    (WornCategory::Dress, 0.6),
];
const LEGS: [(WornCategory, f32); 3] = [
    (WornCategory::Trousers, 0.05),
    (WornCategory::Shorts, 0.9),
    (WornCategory::Skirt, 0.75),
];

/// What one frame says about one region.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Evidence {
    /// Share of the crop the garment covers.
    pub(crate) share: f32,
    /// Parser mass of the kinds of garment: torso upper, outer, dress; legs trousers or shorts, skirt.
    pub(crate) kinds: [f32; 3],
    /// Probability that forearms (torso) or shins (legs) are bare; `None` when they are out of sight.
    pub(crate) bare: Option<f32>,
    /// Colours of the certain cells as the camera shows them, largest share first; none when too little is seen.
    pub(crate) colours: Vec<Shade>,
}

/// Smoothed state of one shopper's garments.
#[derive(Debug, Default)]
pub(crate) struct Wardrobe {
    torso: Slot,
    legs: Slot,
}

#[derive(Debug, Default)]
struct Slot {
    seen_at: Option<Mono>,
    share: f32,
    worn: bool,
    scores: Vec<f32>,
    classified: Option<CategoryScores>,
    category: usize,
    lab: Option<[f32; 3]>,
    colour: Option<ColourName>,
    colour_rival: Option<(ColourName, Mono)>,
    pattern: PatternHold,
}

impl Wardrobe {
    /// What the parser names the cloth; it holds until the next time.
    pub(crate) fn classify(&mut self, region: Region, scores: CategoryScores) {
        if let Some(slot) = self.slot(region) {
            slot.classified = Some(scores);
        }
    }

    /// What the cloth of one frame shows.
    pub(crate) fn read_pattern(&mut self, region: Region, scores: &PatternScores, now: Mono) {
        if let Some(slot) = self.slot(region) {
            slot.pattern.observe(scores, now);
        }
    }

    /// Takes in one parsed frame. `gains` are those of the light, for naming colours only.
    pub(crate) fn observe(
        &mut self,
        region: Region,
        evidence: &Evidence,
        gains: [f32; 3],
        min_share: f32,
        now: Mono,
    ) {
        let scores = match region {
            Region::Torso => torso_scores(evidence, self.torso.classified.as_ref()),
            Region::Legs => legs_scores(evidence, self.legs.classified.as_ref()),
            Region::Neck | Region::Head => return,
        };
        if let Some(slot) = self.slot(region) {
            slot.observe(evidence, scores, gains, min_share, now);
        }
    }

    /// What is worn now.
    pub(crate) fn worn(&self, min_category: f32) -> Vec<WornGarment> {
        let torso = self
            .torso
            .garment(Region::Torso, &TORSO)
            .map(|mut garment| {
                if garment.category.confidence < min_category {
                    garment.category.value = WornCategory::Top;
                }
                garment
            });
        torso
            .into_iter()
            .chain(self.legs.garment(Region::Legs, &LEGS))
            .collect()
    }

    /// `None` where no cloth is read.
    fn slot(&mut self, region: Region) -> Option<&mut Slot> {
        match region {
            Region::Torso => Some(&mut self.torso),
            Region::Legs => Some(&mut self.legs),
            Region::Neck | Region::Head => None,
        }
    }
}

impl Slot {
    fn observe(
        &mut self,
        evidence: &Evidence,
        scores: Vec<f32>,
        gains: [f32; 3],
        min_share: f32,
        now: Mono,
    ) {
        let seconds = self
            .seen_at
            .map_or(f32::INFINITY, |then| now.since_ms(then) as f32 / 1000.0);
        self.seen_at = Some(now);
        let weight = |constant: f32| 1.0 - (-seconds / constant).exp();
        self.share += (evidence.share - self.share) * weight(CATEGORY_SECONDS);
        self.worn = self.share
            >= if self.worn {
                min_share / 2.0
            } else {
                min_share
            };
        if evidence.share >= min_share / 2.0 {
            self.blend_scores(scores, weight(CATEGORY_SECONDS));
        }
        if let Some(seen) = self.main_colour(&evidence.colours) {
            let old = self.lab.unwrap_or(seen);
            let w = weight(COLOUR_SECONDS);
            let smooth = std::array::from_fn(|k| old[k] + (seen[k] - old[k]) * w);
            self.lab = Some(smooth);
            // On the way to another colour lie colours that nobody wears.
            let settled = colour::delta_e_2000(smooth, seen) < SETTLED;
            let lab = if settled { smooth } else { seen };
            self.name_colour(colour::nearest(colour::relight(lab, gains)), now);
        }
    }

    /// The largest of the colours, or that of the last frame when it is nearly as large: two even stripes do not flicker.
    fn main_colour(&self, colours: &[Shade]) -> Option<[f32; 3]> {
        let largest = colours.first()?;
        let Some(last) = self.lab else {
            return Some(largest.lab);
        };
        let apart = |shade: &Shade| colour::delta_e_2000(shade.lab, last);
        colours
            .iter()
            .filter(|shade| shade.share >= largest.share * NEARLY_AS_LARGE)
            .min_by(|a, b| apart(a).total_cmp(&apart(b)))
            .map(|shade| shade.lab)
    }

    fn blend_scores(&mut self, scores: Vec<f32>, weight: f32) {
        if self.scores.len() == scores.len() {
            self.scores
                .iter_mut()
                .zip(&scores)
                .for_each(|(old, new)| *old += (new - *old) * weight);
        } else {
            self.scores = scores;
            self.category = best(&self.scores);
        }
        let leader = best(&self.scores);
        if self.scores[leader] > self.scores[self.category] + CATEGORY_LEAD {
            self.category = leader;
        }
    }

    fn name_colour(&mut self, name: ColourName, now: Mono) {
        if self.colour.is_none_or(|colour| colour == name) {
            self.colour = Some(name);
            self.colour_rival = None;
            return;
        }
        match self.colour_rival {
            Some((rival, since)) if rival == name => {
                if now.since_ms(since) >= COLOUR_HOLD_MS {
                    self.colour = Some(name);
                    self.colour_rival = None;
                }
            }
            _ => self.colour_rival = Some((name, now)),
        }
    }

    fn garment(&self, region: Region, categories: &[(WornCategory, f32)]) -> Option<WornGarment> {
        let (lab, colour) = (self.lab?, self.colour?);
        let confidence = *self.scores.get(self.category)?;
        let category = Estimate {
            value: categories[self.category].0,
            confidence,
        };
        self.worn.then_some(WornGarment {
            region,
            category,
            colour,
            lab,
            pattern: self.pattern.estimate(),
        })
    }
}

fn best(scores: &[f32]) -> usize {
    scores
        .iter()
        .enumerate()
        .max_by(|a, b| a.1.total_cmp(b.1))
        .map_or(0, |(k, _)| k)
}

fn torso_scores(evidence: &Evidence, classified: Option<&CategoryScores>) -> Vec<f32> {
    let class = |category| score_of(classified, category);
    let classes = [
        class(WornCategory::TShirt) + class(WornCategory::Shirt) + class(WornCategory::LongSleeve),
        class(WornCategory::Outerwear),
        class(WornCategory::Dress),
    ];
    let [upper, outer, dress] = mix(
        normal(evidence.kinds),
        normal(classes),
        classified.is_some(),
    );
    let inside = normal([
        class(WornCategory::TShirt),
        class(WornCategory::Shirt),
        class(WornCategory::LongSleeve),
    ]);
    let even = 1.0 / 3.0;
    // Even a sure name leaves a little to the sleeves.
    let [t_shirt, shirt, long] = inside.map(|p| {
        if classified.is_some() {
            0.15 * even + 0.85 * p
        } else {
            even
        }
    });
    with_bare(
        vec![upper * t_shirt, upper * shirt, upper * long, outer, dress],
        &TORSO,
        evidence.bare,
    )
}

fn legs_scores(evidence: &Evidence, classified: Option<&CategoryScores>) -> Vec<f32> {
    let class = |category| score_of(classified, category);
    let classes = [
        class(WornCategory::Trousers) + class(WornCategory::Shorts),
        class(WornCategory::Skirt),
        0.0,
    ];
    let [legs, skirt, _] = mix(
        normal(evidence.kinds),
        normal(classes),
        classified.is_some(),
    );
    // Four of five people in trousers or shorts wear trousers (own estimate).
    let prior = [0.8, 0.2, 0.0];
    let inside = normal([
        class(WornCategory::Trousers),
        class(WornCategory::Shorts),
        0.0,
    ]);
    let [trousers, shorts, _] = std::array::from_fn(|k| {
        if classified.is_some() {
            (prior[k] + inside[k]) / 2.0
        } else {
            prior[k]
        }
    });
    with_bare(
        vec![legs * trousers, legs * shorts, skirt],
        &LEGS,
        evidence.bare,
    )
}

fn score_of(classified: Option<&CategoryScores>, category: WornCategory) -> f32 {
    classified
        .and_then(|scores| scores.iter().find(|(c, _)| *c == category))
        .map_or(0.0, |(_, p)| *p)
}

fn mix(masks: [f32; 3], names: [f32; 3], has_names: bool) -> [f32; 3] {
    let weight = if has_names { NAMES_WEIGHT } else { 0.0 };
    std::array::from_fn(|k| masks[k] * (1.0 - weight) + names[k] * weight)
}

fn normal(values: [f32; 3]) -> [f32; 3] {
    let sum: f32 = values.iter().sum();
    values.map(|v| if sum > 1e-6 { v / sum } else { 1.0 / 3.0 })
}

fn with_bare(
    mut scores: Vec<f32>,
    categories: &[(WornCategory, f32)],
    bare: Option<f32>,
) -> Vec<f32> {
    if let Some(bare) = bare {
        for (score, (_, when_worn)) in scores.iter_mut().zip(categories) {
            *score *= bare * when_worn + (1.0 - bare) * (1.0 - when_worn);
        }
    }
    let sum: f32 = scores.iter().sum::<f32>().max(1e-6);
    scores.iter_mut().for_each(|s| *s /= sum);
    scores
}

/// Reads the evidence for both regions out of one parsed frame.
pub(crate) fn evidence(
    frame: Pixels<'_>,
    frame_from_unit: &Affine,
    parsing: &Parsing,
    person: Option<&PersonMask>,
    masks: &GarmentMasks,
    body: Option<&Body>,
) -> [(Region, Evidence); 2] {
    let mass = |part: Part| -> f32 {
        let plane = parsing.plane(part);
        let cells = plane.iter().enumerate().map(|(k, p)| match person {
            Some(person) => p * person.at_cell(k % COLUMNS, k / COLUMNS, COLUMNS, ROWS),
            None => *p,
        });
        cells.sum::<f32>() / plane.len() as f32
    };
    let torso = [mass(Part::Upper), mass(Part::Outer), mass(Part::Dress)];
    let legs = [mass(Part::Legs), mass(Part::Skirt), 0.0];
    let bare =
        |limbs: [(usize, usize); 2]| bare_limbs(frame, frame_from_unit, parsing, body?, limbs);
    let read = |kinds: [f32; 3], plane: usize, bare: Option<f32>| Evidence {
        share: kinds.iter().sum(),
        kinds,
        bare,
        colours: colours_of(frame, masks, plane),
    };
    [
        (
            Region::Torso,
            read(torso, crate::masks::TORSO, bare([(13, 15), (14, 16)])),
        ),
        (
            Region::Legs,
            read(legs, crate::masks::LEGS, bare([(25, 27), (26, 28)])),
        ),
    ]
}

/// Probability that the limbs from joint to joint are bare, from three places along each.
fn bare_limbs(
    frame: Pixels<'_>,
    frame_from_unit: &Affine,
    parsing: &Parsing,
    body: &Body,
    limbs: [(usize, usize); 2],
) -> Option<f32> {
    let unit_from_frame = frame_from_unit.inverse();
    let (mut skin, mut seen) = (0.0, 0.0);
    for (from, to) in limbs {
        let (Some(from), Some(to)) = (body.points.get(from), body.points.get(to)) else {
            continue;
        };
        if from.visibility < 0.5 || to.visibility < 0.5 {
            continue;
        }
        for along in ALONG_LIMB {
            let place = Point::new(
                (from.at.x + (to.at.x - from.at.x) * along) * frame.width as f32,
                (from.at.y + (to.at.y - from.at.y) * along) * frame.height as f32,
            );
            let unit = unit_from_frame.apply(place);
            let at = |part| parsing.at(part, unit).unwrap_or(0.0);
            let cloth: f32 = [
                Part::Upper,
                Part::Outer,
                Part::Dress,
                Part::Legs,
                Part::Skirt,
            ]
            .map(at)
            .iter()
            .sum();
            skin += at(Part::Skin);
            seen += at(Part::Skin) + cloth;
        }
    }
    (seen > MIN_LIMB_SEEN).then(|| skin / seen)
}

/// Colours of the frame under the certain cells of a mask plane, as the camera shows them; none for too few cells.
pub(crate) fn colours_of(frame: Pixels<'_>, masks: &GarmentMasks, plane: usize) -> Vec<Shade> {
    let count = masks.cells_above(plane, CERTAIN).count();
    if count < MIN_SAMPLES {
        return Vec::new();
    }
    let every = count.div_ceil(MAX_SAMPLES);
    let labs: Vec<[f32; 3]> = masks
        .cells_above(plane, CERTAIN)
        .step_by(every)
        .map(|(x, y)| {
            colour::srgb8_to_lab(frame.rgb_at(x * CELL_PX + CELL_PX / 2, y * CELL_PX + CELL_PX / 2))
        })
        .collect();
    shades(&labs)
}

#[cfg(test)]
mod tests;
