//! The strip of suggestions while it is on the glass: it is made when there is something to go by, and then keeps still.
//! Owns the page and what was opened already; must not know how garments are scored.

use std::collections::BTreeSet;

use super::{Suggestion, Taste, decision, suggest};
use crate::audience::Shopper;
use crate::catalogue::{Catalogue, Sku};
use crate::colour::ColourName;
use crate::decision::Decision;
use crate::observation::{Region, WornCategory};
use crate::session::Screen;
use crate::time::Mono;

/// Garments on the strip at once; the last one peeks in from the edge.
pub const STRIP: usize = 4;
/// Garments ranked: three pages of the strip.
pub const RANKED: usize = 3 * STRIP;
/// Estimates below this do not steer suggestions.
pub const MIN_CONFIDENCE: f32 = 0.8;

/// The strip of one session.
#[derive(Debug, Clone, Default)]
pub struct Strip {
    suggestions: Vec<Suggestion>,
    page: usize,
    seen: BTreeSet<Sku>,
    basis: Option<Vec<(Region, ColourName, WornCategory)>>,
}

impl Strip {
    /// Ranks anew when the strip is on the glass and there is more to go by than before. Garments are voted over time, and
    /// a strip must not twitch.
    pub fn update(
        &mut self,
        catalogue: &Catalogue,
        screen: &Screen,
        shopper: Option<&Shopper>,
        (now, frame): (Mono, u64),
    ) -> Option<Decision> {
        if let Screen::TryOn(on) = screen {
            self.seen.extend(on.sku.clone());
        }
        if !matches!(screen, Screen::Noticed | Screen::Notice | Screen::Engaged) {
            return None;
        }
        let worn = shopper.map_or(&[][..], |s| &s.worn);
        let is_stale = self
            .basis
            .as_ref()
            .is_none_or(|known| known.is_empty() && !worn.is_empty());
        if !is_stale {
            return None;
        }
        let taste = Taste {
            worn: worn.to_vec(),
            age: shopper.map(|s| s.age).unwrap_or_default(),
            gender: shopper.map(|s| s.gender).unwrap_or_default(),
            min_confidence: MIN_CONFIDENCE,
            price_band: None,
            seen: self.seen.clone(),
        };
        let basis = worn.iter().map(|w| (w.region, w.colour, w.category.value));
        self.basis = Some(basis.collect());
        self.suggestions = suggest(catalogue, &taste, RANKED);
        Some(decision(now, frame, &self.suggestions, STRIP))
    }

    /// The next page.
    pub fn turn(&mut self) {
        self.page += 1;
    }

    /// The best of all.
    #[must_use]
    pub fn best(&self) -> Option<&Suggestion> {
        self.suggestions.first()
    }

    /// What is on the strip, best first.
    pub fn shown(&self) -> impl Iterator<Item = &Suggestion> {
        let count = self.suggestions.len();
        let start = self.page * STRIP % count.max(1);
        self.suggestions
            .iter()
            .cycle()
            .skip(start)
            .take(STRIP.min(count))
    }
}
