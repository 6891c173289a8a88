//! Which garments to offer to one shopper, and why: what goes with what is worn, what is here, what is new. Owns the
//! score; must not know pictures, screens or languages. The scene turns [`Reason`]s into words.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::catalogue::{Catalogue, Garment, MinorUnits, Sku};
use crate::colour::{ColourName, Relation, harmony};
use crate::decision::{Choice, Decision, Rejected};
use crate::observation::{AgeBand, Estimate, Gender, Region, WornCategory, WornGarment};
use crate::time::Mono;

mod strip;

pub use strip::{MIN_CONFIDENCE, RANKED, STRIP, Strip};

/// What is known about the shopper.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Taste {
    /// What the shopper wears.
    pub worn: Vec<WornGarment>,
    /// Age; a minor's age and gender are never used.
    pub age: Estimate<AgeBand>,
    /// Gender.
    pub gender: Estimate<Gender>,
    /// Estimates below this are not used, 0..=1.
    pub min_confidence: f32,
    /// Prices the shopper looked at, lowest to highest.
    pub price_band: Option<(MinorUnits, MinorUnits)>,
    /// Already opened in this session.
    pub seen: BTreeSet<Sku>,
}

/// One garment to offer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Suggestion {
    /// Which.
    pub sku: Sku,
    /// Sum of its reasons' points.
    pub score: f32,
    /// Why, most points first.
    pub reasons: Vec<ScoredReason>,
}

/// A reason with what it added to the score.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ScoredReason {
    /// Why.
    pub reason: Reason,
    /// Points, negative if it counts against.
    pub points: f32,
}

/// Why a garment is offered, or offered later.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "reason")]
pub enum Reason {
    /// Goes with a garment that the shopper wears ("goes with your navy jacket").
    GoesWith {
        /// Colour worn.
        colour: ColourName,
        /// Category worn.
        category: WornCategory,
        /// How the colours go together.
        relation: Relation,
    },
    /// Its colour clashes with a garment that the shopper wears.
    ClashesWith {
        /// Colour worn.
        colour: ColourName,
        /// Category worn.
        category: WornCategory,
    },
    /// The shopper wears such a garment, in another colour.
    SameCategory {
        /// Category worn.
        category: WornCategory,
    },
    /// The shopper already wears such a garment in this colour.
    AlreadyWorn {
        /// Category worn.
        category: WornCategory,
    },
    /// In stock in this store.
    InStockHere {
        /// Pieces.
        n: u32,
    },
    /// Only in the warehouse.
    InWarehouse {
        /// Pieces.
        n: u32,
    },
    /// Costs less than before.
    Reduced {
        /// Whole percent off.
        percent: u8,
    },
    /// Costs about what the shopper looked at.
    InPriceBand,
    /// Cut for this shopper.
    CutFor {
        /// For whom.
        gender: Gender,
    },
    /// Cut for somebody else.
    CutForOthers {
        /// For whom.
        gender: Gender,
    },
    /// Already opened in this session.
    Seen,
    /// Another garment like it stands before it in the list.
    MoreOfTheSame,
}

/// Points: colour decides first, then stock and cut, then the rest (chosen by hand; a bandit may replace them later).
const GOES_WITH: f32 = 0.40;
const SAME_CATEGORY: f32 = 0.10;
const ALREADY_WORN: f32 = -0.15;
const IN_STOCK_HERE: f32 = 0.20;
const IN_WAREHOUSE: f32 = 0.05;
const REDUCED_MOST: f32 = 0.08;
const IN_PRICE_BAND: f32 = 0.08;
const CUT_FOR: f32 = 0.15;
const CUT_FOR_OTHERS: f32 = -0.40;
const SEEN: f32 = -0.12;
const MORE_OF_THE_SAME: f32 = -0.10;
/// Pieces in stock from which on more does not help.
const PLENTY: u32 = 5;

/// The best `limit` garments, best first; ties go to the lower sku. Garments that are nowhere in stock are left out.
/// The same inputs give the same list.
#[must_use]
pub fn suggest(catalogue: &Catalogue, taste: &Taste, limit: usize) -> Vec<Suggestion> {
    let mut left: Vec<(&Garment, Suggestion)> = catalogue
        .garments
        .iter()
        .filter(|g| g.stock_here() > 0 || g.stock_warehouse() > 0)
        .map(|g| (g, score(g, taste)))
        .collect();
    left.sort_by(|a, b| a.1.sku.cmp(&b.1.sku));
    let mut chosen: Vec<(&Garment, Suggestion)> = Vec::new();
    while chosen.len() < limit {
        let value = |(garment, s): &(&Garment, Suggestion)| s.score + sameness(garment, &chosen);
        let best = (0..left.len()).max_by(|&a, &b| match (left.get(a), left.get(b)) {
            // Of equals the earlier (lower sku) wins.
            (Some(one), Some(two)) => value(one).total_cmp(&value(two)).then(b.cmp(&a)),
            _ => b.cmp(&a),
        });
        let Some(best) = best else { break };
        let (garment, mut suggestion) = left.remove(best);
        let points = sameness(garment, &chosen);
        if points != 0.0 {
            suggestion.score += points;
            suggestion.reasons.push(ScoredReason {
                reason: Reason::MoreOfTheSame,
                points,
            });
        }
        chosen.push((garment, suggestion));
    }
    chosen
        .into_iter()
        .map(|(_, suggestion)| suggestion)
        .collect()
}

/// The suggestion strip as a decision. `frame` is the camera frame that carried the observation. Rejected are those that
/// `shown` does not take from the front of `ranked`.
#[must_use]
pub fn decision(now: Mono, frame: u64, ranked: &[Suggestion], shown: usize) -> Decision {
    let (strip, rest) = ranked.split_at(shown.min(ranked.len()));
    Decision {
        frame,
        at: now,
        chosen: Choice::Suggestions {
            skus: strip.iter().map(|s| s.sku.clone()).collect(),
        },
        rule: "suggest".to_owned(),
        priority: strip.first().map_or(0.0, |s| s.score),
        because: strip.first().map_or_else(
            || "nothing in stock".to_owned(),
            |s| format!("{} scores {:.2}: {}", s.sku.0, s.score, points_in_words(s)),
        ),
        rejected: rest
            .iter()
            .take(16)
            .map(|s| Rejected {
                what: s.sku.0.clone(),
                priority: s.score,
                because: points_in_words(s),
            })
            .collect(),
    }
}

fn score(garment: &Garment, taste: &Taste) -> Suggestion {
    let mut reasons: Vec<ScoredReason> = taste
        .worn
        .iter()
        .filter_map(|worn| colours(garment, worn))
        .chain([stock(garment)])
        .chain(reduction(garment))
        .chain(price(garment, taste))
        .chain(cut(garment, taste))
        .chain(taste.seen.contains(&garment.sku).then_some(ScoredReason {
            reason: Reason::Seen,
            points: SEEN,
        }))
        .collect();
    reasons.sort_by(|a, b| b.points.total_cmp(&a.points));
    Suggestion {
        sku: garment.sku.clone(),
        score: reasons.iter().map(|r| r.points).sum(),
        reasons,
    }
}

/// What a worn garment says: one that is worn together with the offered one asks for harmony, one that the offered
/// garment would replace asks for another colour.
fn colours(garment: &Garment, worn: &WornGarment) -> Option<ScoredReason> {
    let category = worn.category.value;
    let (reason, points) = if worn_together(garment, worn) {
        let harmony = harmony(garment.colour, worn.colour);
        match harmony.relation {
            Relation::Clash => (
                Reason::ClashesWith {
                    colour: worn.colour,
                    category,
                },
                GOES_WITH * (harmony.score - 0.5),
            ),
            relation => (
                Reason::GoesWith {
                    colour: worn.colour,
                    category,
                    relation,
                },
                GOES_WITH * harmony.score,
            ),
        }
    } else if garment.category == category && garment.colour == worn.colour {
        (Reason::AlreadyWorn { category }, ALREADY_WORN)
    } else if garment.category == category {
        (Reason::SameCategory { category }, SAME_CATEGORY)
    } else {
        return None;
    };
    Some(ScoredReason { reason, points })
}

/// Above and below go together, and so do a jacket and what is under it. A dress replaces both.
fn worn_together(garment: &Garment, worn: &WornGarment) -> bool {
    let layers = (garment.category == WornCategory::Outerwear)
        != (worn.category.value == WornCategory::Outerwear);
    let dress =
        garment.category == WornCategory::Dress || worn.category.value == WornCategory::Dress;
    match (garment.region, worn.region) {
        (Region::Torso, Region::Torso) => layers,
        (Region::Torso, Region::Legs) | (Region::Legs, Region::Torso) => !dress,
        (Region::Legs, Region::Legs) => false,
        (Region::Neck | Region::Head, worn) => worn != garment.region,
        (Region::Torso | Region::Legs, Region::Neck | Region::Head) => true,
    }
}

fn stock(garment: &Garment) -> ScoredReason {
    let here = garment.stock_here();
    if here == 0 {
        return ScoredReason {
            reason: Reason::InWarehouse {
                n: garment.stock_warehouse(),
            },
            points: IN_WAREHOUSE,
        };
    }
    #[expect(clippy::cast_precision_loss, reason = "at most PLENTY")]
    let share = here.min(PLENTY) as f32 / PLENTY as f32;
    ScoredReason {
        reason: Reason::InStockHere { n: here },
        points: IN_STOCK_HERE * (0.5 + 0.5 * share),
    }
}

fn reduction(garment: &Garment) -> Option<ScoredReason> {
    let old = garment
        .old_price
        .filter(|old| old.0 > 0 && *old > garment.price)?;
    let percent = (old.0 - garment.price.0.max(0)) as f64 * 100.0 / old.0 as f64;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "0..=100"
    )]
    let percent = percent.round().clamp(0.0, 100.0) as u8;
    let points = REDUCED_MOST * (f32::from(percent) / 50.0).min(1.0);
    (percent > 0).then_some(ScoredReason {
        reason: Reason::Reduced { percent },
        points,
    })
}

fn price(garment: &Garment, taste: &Taste) -> Option<ScoredReason> {
    let (low, high) = taste.price_band?;
    (low..=high)
        .contains(&garment.price)
        .then_some(ScoredReason {
            reason: Reason::InPriceBand,
            points: IN_PRICE_BAND,
        })
}

/// Gender counts only for adults whose age and gender are sure enough.
fn cut(garment: &Garment, taste: &Taste) -> Option<ScoredReason> {
    let adult = !matches!(taste.age.value, AgeBand::Unknown | AgeBand::Minor);
    let sure = taste.age.confidence >= taste.min_confidence
        && taste.gender.confidence >= taste.min_confidence;
    let known = garment.cut_for != Gender::Unknown && taste.gender.value != Gender::Unknown;
    if !(adult && sure && known) {
        return None;
    }
    let gender = garment.cut_for;
    Some(if gender == taste.gender.value {
        ScoredReason {
            reason: Reason::CutFor { gender },
            points: CUT_FOR,
        }
    } else {
        ScoredReason {
            reason: Reason::CutForOthers { gender },
            points: CUT_FOR_OTHERS,
        }
    })
}

/// Keeps the strip from being one garment in five colours.
fn sameness(garment: &Garment, chosen: &[(&Garment, Suggestion)]) -> f32 {
    let alike = chosen
        .iter()
        .filter(|(other, _)| other.category == garment.category)
        .count();
    #[expect(clippy::cast_precision_loss, reason = "a handful")]
    let alike = alike.min(8) as f32;
    MORE_OF_THE_SAME * alike
}

fn points_in_words(suggestion: &Suggestion) -> String {
    let parts = suggestion
        .reasons
        .iter()
        .map(|r| format!("{} {:+.2}", r.reason.as_str(), r.points));
    parts.collect::<Vec<_>>().join(", ")
}

impl Reason {
    /// The word used in traces and message keys; the same as the serialised tag.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::GoesWith { .. } => "goes_with",
            Self::ClashesWith { .. } => "clashes_with",
            Self::SameCategory { .. } => "same_category",
            Self::AlreadyWorn { .. } => "already_worn",
            Self::InStockHere { .. } => "in_stock_here",
            Self::InWarehouse { .. } => "in_warehouse",
            Self::Reduced { .. } => "reduced",
            Self::InPriceBand => "in_price_band",
            Self::CutFor { .. } => "cut_for",
            Self::CutForOthers { .. } => "cut_for_others",
            Self::Seen => "seen",
            Self::MoreOfTheSame => "more_of_the_same",
        }
    }
}

#[cfg(test)]
mod tests;
