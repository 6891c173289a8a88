//! Several garments at once: one for each place on the body, the newest last.

use cheval_domain::anchors::Cut;
use cheval_domain::catalogue::Sku;

/// A place on the body that holds one garment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Slot {
    Legs,
    Torso,
    Over,
    Neck,
    Face,
    Head,
}

/// Places that a cut takes.
fn slots(cut: Cut) -> &'static [Slot] {
    match cut {
        Cut::TShirt | Cut::Shirt | Cut::Knitwear => &[Slot::Torso],
        Cut::Dress => &[Slot::Torso, Slot::Legs],
        Cut::Jacket | Cut::Coat => &[Slot::Over],
        Cut::Skirt | Cut::Trousers | Cut::Shorts => &[Slot::Legs],
        Cut::Scarf => &[Slot::Neck],
        Cut::Glasses => &[Slot::Face],
        Cut::Hat => &[Slot::Head],
    }
}

/// What the shopper has put on, in the order they chose it.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Outfit(Vec<(Sku, Cut)>);

impl Outfit {
    /// Puts a garment on; what was in its places comes off.
    pub(super) fn put_on(&mut self, sku: &Sku, cut: Cut) {
        if self.newest() == Some(sku) {
            return;
        }
        let shares = |other: Cut| slots(other).iter().any(|slot| slots(cut).contains(slot));
        self.0.retain(|(_, other)| !shares(*other));
        self.0.push((sku.clone(), cut));
    }

    /// Everything comes off.
    pub(super) fn take_off(&mut self) {
        self.0.clear();
    }

    /// The garment chosen last.
    pub(super) fn newest(&self) -> Option<&Sku> {
        self.0.last().map(|(sku, _)| sku)
    }

    /// All of it, the newest last.
    pub(super) fn garments(&self) -> impl Iterator<Item = &Sku> {
        self.0.iter().map(|(sku, _)| sku)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(outfit: &Outfit) -> Vec<&str> {
        outfit.garments().map(|sku| sku.0.as_str()).collect()
    }

    #[test]
    fn garments_for_other_places_stay_on() {
        let mut outfit = Outfit::default();
        for (sku, cut) in [
            ("shirt", Cut::Shirt),
            ("jeans", Cut::Trousers),
            ("jacket", Cut::Jacket),
            ("hat", Cut::Hat),
            ("tee", Cut::TShirt),
        ] {
            outfit.put_on(&Sku(sku.into()), cut);
        }
        assert_eq!(names(&outfit), ["jeans", "jacket", "hat", "tee"]);
        outfit.put_on(&Sku("dress".into()), Cut::Dress);
        assert_eq!(names(&outfit), ["jacket", "hat", "dress"]);
        outfit.put_on(&Sku("skirt".into()), Cut::Skirt);
        assert_eq!(names(&outfit), ["jacket", "hat", "skirt"]);
        outfit.take_off();
        assert_eq!(outfit.newest(), None);
    }
}
