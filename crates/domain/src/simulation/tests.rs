use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::*;
use crate::catalogue::{
    Artwork, Catalogue, CreativeId, Garment, LocalText, MinorUnits, Promo, SizeStock, SizedFor,
    Sku, Slide,
};
use crate::colour::ColourName;
use crate::decision::Choice;
use crate::observation::{AgeBand, Gender, Region, WornCategory};
use crate::play::Slot;
use crate::schedule::{
    Campaign, CampaignId, EntryId, Item, Plan, PlanParts, Playlist, PlaylistId, When,
};

mod crowds;
mod days;

fn artwork() -> Artwork {
    Artwork {
        picture: String::new(),
        ground: Vec::new(),
    }
}

pub(super) fn slide(id: &str, duration_ms: u64) -> Slide {
    Slide {
        id: CreativeId(id.to_owned()),
        title: LocalText::new(),
        body: LocalText::new(),
        artwork: artwork(),
        duration_ms,
    }
}

pub(super) fn promo(id: &str, condition: &str, priority: i32) -> Promo {
    Promo {
        id: CreativeId(id.to_owned()),
        title: LocalText::new(),
        body: LocalText::new(),
        reason: LocalText::new(),
        artwork: artwork(),
        skus: vec![Sku("tee".to_owned())],
        condition: condition.to_owned(),
        priority,
        min_confidence: 0.6,
        hold_ms: 1_000,
        cooldown_ms: 10_000,
        min_show_ms: 4_000,
    }
}

fn garment(sku: &str, colour: ColourName) -> Garment {
    Garment {
        sku: Sku(sku.to_owned()),
        name: LocalText::new(),
        detail: LocalText::new(),
        category: WornCategory::TShirt,
        region: Region::Torso,
        colour,
        swatch: "#101010".to_owned(),
        cut_for: Gender::Unknown,
        sized_for: SizedFor::Adults,
        price: MinorUnits(2_900),
        old_price: None,
        sizes: vec![SizeStock {
            size: "M".to_owned(),
            here: 3,
            warehouse: 4,
        }],
        picture: String::new(),
        fit: None,
    }
}

pub(super) fn catalogue(promos: Vec<Promo>) -> Catalogue {
    Catalogue {
        pack: "shop".to_owned(),
        revision: 1,
        brand: "Shop".to_owned(),
        currency: "EUR".to_owned(),
        default_language: "en".to_owned(),
        slides: vec![slide("one", 9_000), slide("two", 7_000)],
        promos,
        garments: vec![
            garment("tee", ColourName::Red),
            garment("shirt", ColourName::Navy),
        ],
        schedule: Plan::default(),
    }
}

pub(super) fn kyiv() -> TimeZone {
    TimeZone::get("Europe/Kyiv").unwrap()
}

pub(super) fn at(text: &str) -> Timestamp {
    let local: jiff::civil::DateTime = text.parse().unwrap();
    local.to_zoned(kyiv()).unwrap().timestamp()
}

pub(super) fn scenario<'a>(
    catalogue: &'a Catalogue,
    crowd: &'a Crowd,
    (from, to): (&str, &str),
) -> Scenario<'a> {
    Scenario {
        catalogue,
        crowd,
        zone: kyiv(),
        from: at(from),
        to: at(to),
        seed: 7,
        weather: "clear",
        language: "en",
    }
}

pub(super) fn play(scenario: &Scenario<'_>) -> Story {
    simulate(scenario, |_| {}).unwrap()
}

/// The usual crowd with every number of groups per hour set to this.
pub(super) fn crowd_of(groups_per_hour: f64) -> Crowd {
    changed(|parts| {
        parts.arrivals = Arrivals {
            usual: vec![groups_per_hour; 24],
            saturday: None,
            sunday: None,
            ..Arrivals::default()
        };
    })
}

pub(super) fn changed(change: impl FnOnce(&mut CrowdParts)) -> Crowd {
    let mut parts = CrowdParts::default();
    change(&mut parts);
    Crowd::try_from(parts).unwrap()
}
