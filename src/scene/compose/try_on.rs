//! Words the page of one garment, and what stands beside the shopper meanwhile.

use cheval_domain::catalogue::{Garment, Sku};
use cheval_domain::observation::Region;
use cheval_domain::session::{Action, Screen, TryOn};

use super::Teller;
use crate::scene::view::{
    Beside, GuideView, Page, PictureView, SizeView, SwatchView, TryOnView, View,
};
use crate::try_on::Place;

/// Colours offered while trying on.
const SWATCHES: usize = 7;

/// What decides which words stand over the panel.
#[derive(Debug, Clone, Copy)]
struct Sight {
    mirror: bool,
    refused: bool,
    place: Place,
    /// The worn garment could be shown in this one's colour if it were seen.
    could_recolour: bool,
}

/// The message about what the shopper sees. Never a word about the shopper.
fn badge(sight: Sight) -> &'static str {
    match sight {
        Sight { mirror: false, .. } => "tryon-no-camera",
        Sight { refused: true, .. } => "tryon-adult-sizes",
        Sight {
            place: Place::Beside,
            could_recolour: true,
            ..
        } => "tryon-step-back",
        Sight {
            place: Place::Beside,
            ..
        } => "tryon-beside",
        Sight { .. } => "tryon-live-view",
    }
}

impl Teller<'_, '_> {
    pub(super) fn try_on(&self, on: &TryOn) -> Option<TryOnView> {
        let garment = self.story.content.catalogue.garment(on.sku.as_ref()?)?;
        let worn = self.worn().iter().find(|w| w.region == garment.region);
        let in_picture = self.story.mirror.has_picture;
        let fitted = in_picture && self.story.fitting.is_worn();
        let visible = in_picture && self.story.recoloured.shows(garment.region);
        let (title, about) = match worn {
            Some(worn) if visible && !fitted => (
                self.words.t_with(
                    "tryon-your-garment-in",
                    &[
                        ("category", worn.category.value.as_str().to_owned()),
                        ("colour", garment.colour.as_str().to_owned()),
                    ],
                ),
                self.local(&garment.name),
            ),
            _ => (self.local(&garment.name), self.local(&garment.detail)),
        };
        let place = self.story.side_card.place();
        let sight = Sight {
            mirror: self.camera_on(),
            refused: on.wearing && self.story.fitting.is_refused(),
            place,
            could_recolour: garment.fit.is_none()
                && self.story.config.try_on.recolour
                && matches!(garment.region, Region::Torso | Region::Legs),
        };
        let picture = |wanted| (place == wanted).then(|| picture(garment));
        let stock = [
            ("here", garment.stock_here().to_string()),
            ("warehouse", garment.stock_warehouse().to_string()),
        ];
        Some(TryOnView {
            badge: self.t(badge(sight)),
            whole: picture(Place::Whole),
            small: picture(Place::Small),
            title,
            detail: format!("{about} · {}", self.words.t_with("tryon-stock", &stock)),
            price: self.money(garment.price.0),
            swatches: self.swatches(garment, on),
            sizes: garment
                .sizes
                .iter()
                .map(|s| SizeView {
                    label: s.size.clone(),
                    here: s.here > 0,
                })
                .collect(),
            more: self.t("tryon-more-looks"),
            mine: (place != Place::Whole).then(|| self.t("tryon-back-to-mine")),
            done: self.t("engaged-done"),
        })
    }

    /// What stands beside the shopper on this page.
    pub(super) fn beside(&self, view: &View) -> Beside {
        let Screen::TryOn(TryOn {
            sku: Some(sku),
            wearing: true,
            ..
        }) = self.story.visit.screen()
        else {
            return Beside::default();
        };
        let plain = matches!(view.page, Page::TryOn(_)) && view.warning.is_none();
        if !plain || !self.camera_on() {
            return Beside::default();
        }
        let fitting = &self.story.fitting;
        let guide = fitting.guide().filter(|_| !fitting.is_worn());
        let garment = self.story.content.catalogue.garment(sku);
        Beside {
            guide: guide.map(|guide| GuideView {
                guide,
                words: self.t(&format!("tryon-guide-{}", guide.as_str())),
            }),
            card: garment
                .filter(|_| self.story.side_card.place() == Place::Beside)
                .map(picture),
        }
    }

    /// The same kind of garment in other colours: each swatch is a garment that can be bought.
    fn swatches(&self, garment: &Garment, on: &TryOn) -> Vec<SwatchView> {
        let garments = &self.story.content.catalogue.garments;
        let mut others: Vec<&Garment> = garments
            .iter()
            .filter(|g| g.region == garment.region && g.sku != garment.sku)
            .collect();
        others.sort_by_key(|g| g.category != garment.category);
        let swatch = |g: &Garment, selected| SwatchView {
            hex: g.swatch.clone(),
            selected,
            action: Action::Wear(Sku(g.sku.0.clone())),
        };
        let first = std::iter::once(swatch(garment, on.wearing));
        first
            .chain(
                others
                    .into_iter()
                    .take(SWATCHES - 1)
                    .map(|g| swatch(g, false)),
            )
            .collect()
    }
}

fn picture(garment: &Garment) -> PictureView {
    PictureView {
        path: garment.picture.clone(),
        aspect: garment.fit.as_ref().map_or(1.0, |fit| fit.aspect),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_badge_says_what_is_seen_and_nothing_about_the_shopper() {
        let seen = Sight {
            mirror: true,
            refused: false,
            place: Place::Nowhere,
            could_recolour: false,
        };
        let beside = Sight {
            place: Place::Beside,
            ..seen
        };
        let table = [
            (seen, "tryon-live-view"),
            (
                Sight {
                    place: Place::Small,
                    ..seen
                },
                "tryon-live-view",
            ),
            (beside, "tryon-beside"),
            (
                Sight {
                    could_recolour: true,
                    ..beside
                },
                "tryon-step-back",
            ),
            (
                Sight {
                    refused: true,
                    ..beside
                },
                "tryon-adult-sizes",
            ),
            (
                Sight {
                    refused: true,
                    ..seen
                },
                "tryon-adult-sizes",
            ),
            (
                Sight {
                    mirror: false,
                    place: Place::Whole,
                    ..seen
                },
                "tryon-no-camera",
            ),
        ];
        for (sight, wanted) in table {
            assert_eq!(badge(sight), wanted, "{sight:?}");
        }
    }
}
