//! Slides, promos, garments and schedule of `pack.toml`, still without their texts.

use std::collections::BTreeSet;

use cheval_domain::catalogue::{
    Artwork, CreativeId, Garment, LocalText, Promo, SizeStock, SizedFor, Sku, Slide,
};
use cheval_domain::observation::{Gender, Region, WornCategory};
use cheval_domain::schedule::Plan;
use cheval_domain::targeting::Rule;

use super::WantedPicture;
use super::fields::{self, millis};
use super::schedule;
use super::texts::{Section, Wanted};
use super::worn::Wearable;
use crate::picture::Use;
use crate::reader::Table;
use crate::wording::clip;

const CATEGORIES: &[&str] = &[
    "t_shirt",
    "shirt",
    "long_sleeve",
    "outerwear",
    "dress",
    "trousers",
    "shorts",
    "skirt",
    "scarf",
    "hat",
    "glasses",
];
const COLOURS: &[&str] = &[
    "black",
    "charcoal",
    "grey",
    "white",
    "cream",
    "beige",
    "brown",
    "red",
    "bordeaux",
    "orange",
    "yellow",
    "olive",
    "green",
    "teal",
    "light_blue",
    "blue",
    "navy",
    "purple",
    "pink",
];
const CUTS: &[&str] = &["female", "male", "unknown"];
const SIZED_FOR: &[&str] = &["adults", "children"];

/// Estimates below this count as unknown unless a promo says otherwise; the level at which the age and gender net is right
/// about three times in four.
const USUAL_MIN_CONFIDENCE: f64 = 0.6;
const USUAL_HOLD_SECS: f64 = 1.0;
const USUAL_COOLDOWN_SECS: f64 = 60.0;
const USUAL_MIN_SHOW_SECS: f64 = 6.0;

/// Everything that `pack.toml` lists.
#[derive(Default)]
pub(crate) struct Draft {
    pub(crate) slides: Vec<Slide>,
    pub(crate) promos: Vec<Promo>,
    pub(crate) garments: Vec<Garment>,
    /// Texts that must be there, also for entries that have other problems.
    pub(crate) wanted: Wanted,
    pub(crate) pictures: Vec<WantedPicture>,
    /// Garments that may lie beside a fit.
    pub(crate) wearable: Vec<Wearable>,
    /// What plays when.
    pub(crate) schedule: Plan,
}

impl Draft {
    pub(crate) fn read(root: &Table<'_>, currency: &str) -> Self {
        let mut draft = Self::default();
        let mut skus = BTreeSet::new();
        let mut creatives = BTreeSet::new();
        for table in root.tables("garments", 1..=1000) {
            let garment = draft.garment(&table, currency, &mut skus);
            draft.garments.extend(garment);
            table.done();
        }
        for table in root.tables("slides", 1..=60) {
            let slide = draft.slide(&table, &mut creatives);
            draft.slides.extend(slide);
            table.done();
        }
        for table in root.tables("promos", 0..=200) {
            let promo = draft.promo(&table, &mut creatives, &skus);
            draft.promos.extend(promo);
            table.done();
        }
        let slides = draft.wanted.of(Section::Slides);
        draft.schedule = schedule::read(root, &slides, &draft.slides);
        draft
    }

    fn garment(
        &mut self,
        table: &Table<'_>,
        currency: &str,
        seen: &mut BTreeSet<String>,
    ) -> Option<Garment> {
        let sku = fields::sku(table, "sku");
        if let Some(sku) = &sku {
            fields::unique(table, "sku", sku, seen);
            self.wanted.add(Section::Garments, sku);
        }
        let category = table.word::<WornCategory>("category", CATEGORIES);
        let colour = table.word("colour", COLOURS);
        let swatch = table
            .text("swatch", 20)
            .and_then(|s| fields::colour(table, "swatch", s));
        let cut_for = table
            .optional_word("cut_for", CUTS)
            .map_or(Gender::Unknown, |c| c.value);
        let sized_for = table
            .optional_word("sized_for", SIZED_FOR)
            .map_or(SizedFor::Adults, |s| s.value);
        let price = fields::price(table, currency);
        let old_price = fields::old_price(table, currency, price);
        let sizes = sizes(table);
        let usual = sku
            .as_deref()
            .map(|s| format!("garments/{s}.png"))
            .unwrap_or_default();
        let picture = fields::picture(table, usual)?;
        let sku = sku?;
        self.want_picture(&picture, Use::Cutout, format!("garment {sku}"));
        self.wearable.push(Wearable {
            sku: sku.clone(),
            picture: picture.clone(),
            category: category.map(|c| c.value),
            sizes: sizes.iter().map(|row| row.size.clone()).collect(),
        });
        let category = category?.value;
        Some(Garment {
            sku: Sku(sku),
            name: LocalText::new(),
            detail: LocalText::new(),
            category,
            region: region_of(category),
            colour: colour?.value,
            swatch: swatch?,
            cut_for,
            sized_for,
            price: price?,
            old_price,
            sizes,
            picture,
            fit: None,
        })
    }

    fn slide(&mut self, table: &Table<'_>, seen: &mut BTreeSet<String>) -> Option<Slide> {
        let id = fields::id(table, "id");
        if let Some(id) = &id {
            fields::unique(table, "id", id, seen);
            self.wanted.add(Section::Slides, id);
        }
        let ground = fields::ground(table);
        let duration = table.number("duration_secs", 2.0..=120.0);
        let usual = id
            .as_deref()
            .map(|i| format!("slides/{i}.png"))
            .unwrap_or_default();
        let picture = fields::picture(table, usual)?;
        let id = id?;
        self.want_picture(&picture, Use::Artwork, format!("slide {id}"));
        Some(Slide {
            id: CreativeId(id),
            title: LocalText::new(),
            body: LocalText::new(),
            artwork: Artwork {
                picture,
                ground: ground?,
            },
            duration_ms: millis(duration?.value),
        })
    }

    fn promo(
        &mut self,
        table: &Table<'_>,
        seen: &mut BTreeSet<String>,
        known: &BTreeSet<String>,
    ) -> Option<Promo> {
        let id = fields::id(table, "id");
        if let Some(id) = &id {
            fields::unique(table, "id", id, seen);
            self.wanted.add(Section::Promos, id);
        }
        let skus = advertised(table, known);
        let ground = fields::ground(table);
        let condition = condition(table);
        let priority = table.whole("priority", -1000..=1000);
        let min_confidence = table
            .optional_number("min_confidence", 0.0..=1.0)
            .map_or(USUAL_MIN_CONFIDENCE, |n| n.value);
        let secs = |key, usual, range| table.optional_number(key, range).map_or(usual, |n| n.value);
        let hold_ms = millis(secs("hold_secs", USUAL_HOLD_SECS, 0.0..=60.0));
        let cooldown_ms = millis(secs("cooldown_secs", USUAL_COOLDOWN_SECS, 0.0..=3600.0));
        let min_show_ms = millis(secs("min_show_secs", USUAL_MIN_SHOW_SECS, 1.0..=120.0));
        let usual = skus.first().map(|s| self.picture_of(s)).unwrap_or_default();
        let picture = fields::picture(table, usual)?;
        let id = id?;
        if !picture.is_empty() {
            self.want_picture(&picture, Use::Artwork, format!("promo {id}"));
        }
        #[expect(
            clippy::cast_possible_truncation,
            reason = "0..=1, and single precision is plenty"
        )]
        let min_confidence = min_confidence as f32;
        let promo = Promo {
            id: CreativeId(id),
            title: LocalText::new(),
            body: LocalText::new(),
            reason: LocalText::new(),
            artwork: Artwork {
                picture,
                ground: ground?,
            },
            skus,
            condition: condition?,
            priority: i32::try_from(priority?.value).ok()?,
            min_confidence,
            hold_ms,
            cooldown_ms,
            min_show_ms,
        };
        check_rule(table, &promo);
        Some(promo)
    }

    /// Each picture is checked once, for its first use.
    fn want_picture(&mut self, picture: &str, used_as: Use, asked_by: String) {
        if !self.pictures.iter().any(|(known, ..)| known == picture) {
            self.pictures.push((picture.to_owned(), used_as, asked_by));
        }
    }

    /// A promo borrows its first garment's picture, wherever that lies.
    fn picture_of(&self, sku: &Sku) -> String {
        let own = self
            .garments
            .iter()
            .find(|g| &g.sku == sku)
            .map(|g| g.picture.clone());
        own.unwrap_or_else(|| format!("garments/{}.png", sku.0))
    }
}

/// Where a garment of this category is worn.
fn region_of(category: WornCategory) -> Region {
    match category {
        WornCategory::Trousers | WornCategory::Shorts | WornCategory::Skirt => Region::Legs,
        WornCategory::TShirt
        | WornCategory::Shirt
        | WornCategory::LongSleeve
        | WornCategory::Outerwear
        | WornCategory::Dress
        | WornCategory::Top => Region::Torso,
        WornCategory::Scarf => Region::Neck,
        WornCategory::Hat | WornCategory::Glasses => Region::Head,
    }
}

fn sizes(table: &Table<'_>) -> Vec<SizeStock> {
    let mut seen = BTreeSet::new();
    let mut sizes = Vec::new();
    for row in table.tables("sizes", 1..=20) {
        let size = row.text("size", 12).map(|s| s.value.to_owned());
        let here = row.whole("here", 0..=100_000);
        let warehouse = row.whole("warehouse", 0..=10_000_000);
        if let Some(size) = &size {
            fields::unique(&row, "size", size, &mut seen);
        }
        row.done();
        if let (Some(size), Some(here), Some(warehouse)) = (size, here, warehouse) {
            let count = |n: i64| u32::try_from(n).unwrap_or(u32::MAX);
            sizes.push(SizeStock {
                size,
                here: count(here.value),
                warehouse: count(warehouse.value),
            });
        }
    }
    sizes
}

fn advertised(table: &Table<'_>, known: &BTreeSet<String>) -> Vec<Sku> {
    let Some(listed) = table.texts("skus", 1..=12) else {
        return Vec::new();
    };
    let mut skus = Vec::new();
    for sku in listed.value {
        if known.contains(sku.value) {
            skus.push(Sku(sku.value.to_owned()));
        } else {
            let what = format!("no garment has the SKU `{}`", clip(sku.value));
            table.report(
                table
                    .error("skus", sku.line, what)
                    .mend(fields::nearest_name(sku.value, known)),
            );
        }
    }
    skus
}

/// The targeting condition; absent means the promo always fits.
fn condition(table: &Table<'_>) -> Option<String> {
    let Some(written) = table.optional_lines("condition", 1000) else {
        return Some(String::new());
    };
    Some(written.value.trim().to_owned())
}

/// The condition must be one that the mirror can evaluate.
fn check_rule(table: &Table<'_>, promo: &Promo) {
    if let Err(fault) = Rule::compile(promo) {
        let line = table
            .optional_lines("condition", usize::MAX)
            .map_or(table.line(), |c| c.line);
        let problem = table.error("condition", line, fault.to_string());
        table.report(
            problem
                .because("the promo would never come up")
                .mend("docs/content-packs.md lists what conditions may use"),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cheval_domain::colour::ColourName;

    #[test]
    fn the_listed_words_are_the_domain_words() {
        for word in COLOURS {
            serde_json::from_str::<ColourName>(&format!("\"{word}\"")).unwrap();
        }
        for word in CATEGORIES {
            serde_json::from_str::<WornCategory>(&format!("\"{word}\"")).unwrap();
        }
        for word in CUTS {
            serde_json::from_str::<Gender>(&format!("\"{word}\"")).unwrap();
        }
        for word in SIZED_FOR {
            serde_json::from_str::<SizedFor>(&format!("\"{word}\"")).unwrap();
        }
    }
}
