//! What a content pack offers: garments, promos, slides and their targeting, already checked.

use serde::{Deserialize, Serialize};

use crate::anchors::Fit;
use crate::colour::ColourName;
use crate::observation::{Gender, Region, WornCategory};
use crate::schedule::Plan;

/// Stock-keeping unit: the shop's own code for one garment in one colour.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Sku(pub String);

/// Identifier of a creative (slide or promo) inside a pack.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CreativeId(pub String);

/// A text in several languages: BCP 47 tag → text. Packs must at least give the pack's default language.
pub type LocalText = std::collections::BTreeMap<String, String>;

/// Money in minor units (cents), in the pack's currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MinorUnits(pub i64);

/// One garment that can be suggested and tried on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Garment {
    /// The shop's code.
    pub sku: Sku,
    /// Name for shoppers, by language.
    pub name: LocalText,
    /// One line: material, cut.
    pub detail: LocalText,
    /// What it is.
    pub category: WornCategory,
    /// Where it is worn.
    pub region: Region,
    /// Main colour by name.
    pub colour: ColourName,
    /// Main colour as `#RRGGBB`, sRGB.
    pub swatch: String,
    /// For whom it is cut; `Unknown` = anyone.
    pub cut_for: Gender,
    /// For whose body it is sized.
    #[serde(default)]
    pub sized_for: SizedFor,
    /// Price.
    pub price: MinorUnits,
    /// Price before the reduction.
    pub old_price: Option<MinorUnits>,
    /// Sizes in the shop's order, with stock here and in the warehouse.
    pub sizes: Vec<SizeStock>,
    /// Picture with transparent ground, path inside the pack.
    pub picture: String,
    /// How it is put on a body; without it only its colour can be tried on.
    pub fit: Option<Fit>,
}

/// For whose body a garment is sized.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SizedFor {
    /// Adults; children are not shown in it.
    #[default]
    Adults,
    /// Children; it is put on whoever stands there.
    Children,
}

/// Stock of one size.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SizeStock {
    /// Size as printed on the label.
    pub size: String,
    /// Pieces in this store.
    pub here: u32,
    /// Pieces in the warehouse.
    pub warehouse: u32,
}

impl Garment {
    /// Pieces in this store over all sizes.
    #[must_use]
    pub fn stock_here(&self) -> u32 {
        self.sizes.iter().map(|s| s.here).sum()
    }

    /// Pieces in the warehouse over all sizes.
    #[must_use]
    pub fn stock_warehouse(&self) -> u32 {
        self.sizes.iter().map(|s| s.warehouse).sum()
    }
}

/// How a creative is painted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Artwork {
    /// Picture, path inside the pack; drawn over the ground.
    pub picture: String,
    /// Ground gradient, two or three `#RRGGBB` stops, top-left to bottom-right.
    pub ground: Vec<String>,
}

/// One slide of the attract loop.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Slide {
    /// Identifier.
    pub id: CreativeId,
    /// Headline.
    pub title: LocalText,
    /// One or two sentences below it.
    pub body: LocalText,
    /// What is painted.
    pub artwork: Artwork,
    /// How long it stays, in milliseconds.
    pub duration_ms: u64,
}

/// An offer that may be shown to the people in front of the mirror when its condition holds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Promo {
    /// Identifier; also the rule's name in traces.
    pub id: CreativeId,
    /// Headline.
    pub title: LocalText,
    /// One or two sentences.
    pub body: LocalText,
    /// Why it is shown, in plain words, for the shopper.
    pub reason: LocalText,
    /// What is painted.
    pub artwork: Artwork,
    /// Garments it advertises; the first is opened when the card is touched.
    pub skus: Vec<Sku>,
    /// CEL condition over the context of [`crate::targeting`]; an empty condition always holds.
    pub condition: String,
    /// Higher wins.
    pub priority: i32,
    /// Estimates below this confidence count as unknown for this promo, 0..=1.
    pub min_confidence: f32,
    /// The condition must hold this long before the promo may come up, in milliseconds.
    pub hold_ms: u64,
    /// After leaving the screen it stays away this long, in milliseconds.
    pub cooldown_ms: u64,
    /// Once up it stays at least this long, in milliseconds.
    pub min_show_ms: u64,
}

/// A checked content pack, ready to be shown.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Catalogue {
    /// Pack identifier.
    pub pack: String,
    /// Pack revision, rising.
    pub revision: u64,
    /// Shop name on the brand line.
    pub brand: String,
    /// ISO 4217 currency code.
    pub currency: String,
    /// Language used when a text lacks the shopper's.
    pub default_language: String,
    /// Attract loop, in order.
    pub slides: Vec<Slide>,
    /// Offers.
    pub promos: Vec<Promo>,
    /// Garments.
    pub garments: Vec<Garment>,
    /// What plays when; empty: all slides, always.
    #[serde(default)]
    pub schedule: Plan,
}

impl Catalogue {
    /// What plays when; without a schedule, one playlist of all slides that is always open.
    #[must_use]
    pub fn plan(&self) -> Plan {
        if self.schedule.is_empty() {
            Plan::of_slides(&self.slides)
        } else {
            self.schedule.clone()
        }
    }

    /// The garment with this code.
    #[must_use]
    pub fn garment(&self, sku: &Sku) -> Option<&Garment> {
        self.garments.iter().find(|g| &g.sku == sku)
    }
}
