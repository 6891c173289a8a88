//! What differs between two packs: files, and what shoppers would notice.

use std::collections::BTreeMap;

use cheval_domain::catalogue::{Catalogue, Garment, LocalText};
use serde::Serialize;

use super::{BlobHash, Side};
use crate::money;

/// What differs from one pack to another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// `pack@rev` of the first.
    pub before: String,
    /// `pack@rev` of the second.
    pub after: String,
    /// By path.
    pub files: FileChanges,
    /// In the order of the packs, as all that follows.
    pub garments: Changes,
    /// Promos.
    pub promos: Changes,
    /// Slides of the attract loop.
    pub slides: Changes,
    /// Garments in both packs whose price tag reads otherwise.
    pub prices: Vec<PriceChange>,
}

/// Paths of files that differ.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct FileChanges {
    /// Only in the second.
    pub added: Vec<String>,
    /// Only in the first.
    pub removed: Vec<String>,
    /// In both with other contents.
    pub changed: Vec<String>,
}

/// Things of one kind that are only in one of the packs.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Changes {
    /// Only in the second.
    pub added: Vec<Named>,
    /// Only in the first.
    pub removed: Vec<Named>,
}

/// A garment, promo or slide.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Named {
    /// Its SKU or id.
    pub id: String,
    /// What it is called, in the pack's default language.
    pub name: String,
}

/// A price tag that reads otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PriceChange {
    /// Which garment.
    pub sku: String,
    /// What it is called, in the second pack's default language.
    pub name: String,
    /// Such as `29.90 EUR`.
    pub before: String,
    /// Such as `24.90 EUR`.
    pub after: String,
    /// The old price on the tag, struck out.
    pub old_price_before: Option<String>,
    /// The same in the second pack.
    pub old_price_after: Option<String>,
}

/// What has to be changed in `before` to get `after`.
#[must_use]
pub fn compare(before: &Side, after: &Side) -> Difference {
    let (old, new) = (&before.pack.catalogue, &after.pack.catalogue);
    Difference {
        before: before.pack.name(),
        after: after.pack.name(),
        files: files(before, after),
        garments: changes(garments(old), garments(new)),
        promos: changes(promos(old), promos(new)),
        slides: changes(slides(old), slides(new)),
        prices: prices(old, new),
    }
}

impl Difference {
    /// Nothing differs.
    #[must_use]
    pub fn is_none(&self) -> bool {
        let FileChanges {
            added,
            removed,
            changed,
        } = &self.files;
        // All that a pack says stands in its files.
        added.is_empty() && removed.is_empty() && changed.is_empty()
    }
}

fn files(before: &Side, after: &Side) -> FileChanges {
    let hashes = |side: &Side| -> BTreeMap<String, BlobHash> {
        let pairs = side.files.iter().map(|f| (f.path.clone(), f.sha256));
        pairs.collect()
    };
    let (old, new) = (hashes(before), hashes(after));
    let mut changes = FileChanges::default();
    for (path, hash) in &new {
        match old.get(path) {
            None => changes.added.push(path.clone()),
            Some(other) if other != hash => changes.changed.push(path.clone()),
            Some(_) => {}
        }
    }
    let gone = old.into_keys().filter(|path| !new.contains_key(path));
    changes.removed = gone.collect();
    changes
}

fn changes(old: Vec<Named>, new: Vec<Named>) -> Changes {
    let missing_in = |there: &[Named], named: &Named| !there.iter().any(|n| n.id == named.id);
    Changes {
        added: new
            .iter()
            .filter(|n| missing_in(&old, n))
            .cloned()
            .collect(),
        removed: old.into_iter().filter(|n| missing_in(&new, n)).collect(),
    }
}

fn garments(catalogue: &Catalogue) -> Vec<Named> {
    let all = catalogue.garments.iter();
    all.map(|g| named(catalogue, &g.sku.0, &g.name)).collect()
}

fn promos(catalogue: &Catalogue) -> Vec<Named> {
    let all = catalogue.promos.iter();
    all.map(|p| named(catalogue, &p.id.0, &p.title)).collect()
}

fn slides(catalogue: &Catalogue) -> Vec<Named> {
    let all = catalogue.slides.iter();
    all.map(|s| named(catalogue, &s.id.0, &s.title)).collect()
}

fn named(catalogue: &Catalogue, id: &str, name: &LocalText) -> Named {
    let name = name.get(&catalogue.default_language);
    Named {
        id: id.to_owned(),
        name: name.cloned().unwrap_or_default(),
    }
}

fn prices(old: &Catalogue, new: &Catalogue) -> Vec<PriceChange> {
    let change = |after: &Garment| {
        let before = old.garments.iter().find(|g| g.sku == after.sku)?;
        let tag = |catalogue: &Catalogue, amount| {
            let currency = &catalogue.currency;
            format!("{} {currency}", money::written(amount, currency))
        };
        let Named { id, name } = named(new, &after.sku.0, &after.name);
        let change = PriceChange {
            sku: id,
            name,
            before: tag(old, before.price),
            after: tag(new, after.price),
            old_price_before: before.old_price.map(|amount| tag(old, amount)),
            old_price_after: after.old_price.map(|amount| tag(new, amount)),
        };
        let differs =
            change.before != change.after || change.old_price_before != change.old_price_after;
        differs.then_some(change)
    };
    new.garments.iter().filter_map(change).collect()
}
