//! Where the chosen garment's picture is shown while the garment itself is not on the shopper: never a mirror without it.

use bevy::prelude::*;
use cheval_domain::session::{Screen, TryOn};
use cheval_domain::time::Mono;
use cheval_perception::camera::CameraStatus;

use super::{Fitting, Recoloured};
use crate::clock::Clock;
use crate::content::Content;
use crate::mirror::MirrorState;
use crate::perception::Eyes;
use crate::session::Visit;

/// Where the picture is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Place {
    /// Nowhere: the shopper wears the garment, or none is chosen.
    #[default]
    Nowhere,
    /// Small beside its name: the shopper sees its colour on themselves, or wanted to see their own.
    Small,
    /// On a card beside the shopper.
    Beside,
    /// Large, where the mirror would be.
    Whole,
}

/// A place must be the right one for so long before the picture goes there, milliseconds: garments take a moment to come.
const CALM_MS: u64 = 900;

/// Where the picture is now.
#[derive(Resource, Debug, Default)]
pub struct SideCard {
    place: Place,
    other: Option<(Place, Mono)>,
}

impl SideCard {
    /// Where the picture is.
    #[must_use]
    pub fn place(&self) -> Place {
        self.place
    }

    /// What is put on, and a mirror that closes, are followed at once; everything else when it lasts.
    fn step(&mut self, wanted: Place, now: Mono) {
        if wanted == self.place {
            self.other = None;
            return;
        }
        let since = match self.other {
            Some((other, since)) if other == wanted => since,
            _ => now,
        };
        self.other = Some((wanted, since));
        let at_once = matches!(wanted, Place::Nowhere | Place::Whole);
        if at_once || now.since_ms(since) >= CALM_MS {
            self.place = wanted;
            self.other = None;
        }
    }
}

/// What decides.
#[derive(Debug, Clone, Copy)]
struct Facts {
    /// The mirror shows a picture.
    mirror: bool,
    /// The shopper did not ask to see themselves as they are.
    wearing: bool,
    /// The garment is on the shopper.
    worn: bool,
    /// What the shopper wears is shown in its colour.
    recoloured: bool,
}

fn place(facts: Facts) -> Place {
    match facts {
        Facts { mirror: false, .. } => Place::Whole,
        Facts { worn: true, .. } => Place::Nowhere,
        Facts {
            recoloured: true, ..
        }
        | Facts { wearing: false, .. } => Place::Small,
        Facts { .. } => Place::Beside,
    }
}

pub(super) fn decide(
    (clock, visit, content): (Res<Clock>, Res<Visit>, Res<Content>),
    (eyes, mirror): (Res<Eyes>, Res<MirrorState>),
    (fitting, recoloured): (Res<Fitting>, Res<Recoloured>),
    mut card: ResMut<SideCard>,
) {
    let chosen = match visit.screen() {
        Screen::TryOn(TryOn {
            sku: Some(sku),
            wearing,
            ..
        }) => content.catalogue.garment(sku).map(|g| (g, *wearing)),
        _ => None,
    };
    let wanted = chosen.map_or(Place::Nowhere, |(garment, wearing)| {
        place(Facts {
            mirror: mirror.has_picture && matches!(eyes.camera(), CameraStatus::Live { .. }),
            wearing,
            worn: fitting.is_worn(),
            recoloured: recoloured.shows(garment.region),
        })
    });
    card.step(wanted, clock.now());
}

#[cfg(test)]
mod tests {
    use super::*;

    const FACTS: Facts = Facts {
        mirror: true,
        wearing: true,
        worn: false,
        recoloured: false,
    };

    #[test]
    fn there_is_always_a_picture_unless_the_garment_is_worn() {
        let no_mirror = Facts {
            mirror: false,
            ..FACTS
        };
        let worn = Facts {
            worn: true,
            ..FACTS
        };
        let recoloured = Facts {
            recoloured: true,
            ..FACTS
        };
        let as_they_are = Facts {
            wearing: false,
            ..FACTS
        };
        let table = [
            (FACTS, Place::Beside),
            (worn, Place::Nowhere),
            (recoloured, Place::Small),
            (as_they_are, Place::Small),
            (no_mirror, Place::Whole),
            // What was worn when the camera went away is not seen any more.
            (
                Facts {
                    worn: true,
                    ..no_mirror
                },
                Place::Whole,
            ),
        ];
        for (facts, wanted) in table {
            assert_eq!(place(facts), wanted, "{facts:?}");
        }
    }

    #[test]
    fn a_garment_that_takes_a_moment_to_come_brings_no_card() {
        let mut card = SideCard::default();
        for ms in (0..800).step_by(100) {
            card.step(Place::Beside, Mono(ms));
            assert_eq!(card.place(), Place::Nowhere, "{ms}");
        }
        card.step(Place::Nowhere, Mono(850));
        card.step(Place::Beside, Mono(900));
        assert_eq!(card.place(), Place::Nowhere, "it begins anew");
        card.step(Place::Beside, Mono(900 + CALM_MS));
        assert_eq!(card.place(), Place::Beside);
        card.step(Place::Nowhere, Mono(2_000));
        assert_eq!(card.place(), Place::Nowhere, "worn: at once");
    }

    #[test]
    fn masks_that_lag_do_not_move_the_picture_to_and_fro() {
        let mut card = SideCard::default();
        card.step(Place::Small, Mono(0));
        card.step(Place::Small, Mono(CALM_MS));
        for k in 0..40_u64 {
            let wanted = if k % 2 == 0 {
                Place::Beside
            } else {
                Place::Small
            };
            card.step(wanted, Mono(1_000 + k * 400));
            assert_eq!(card.place(), Place::Small, "{k}");
        }
        card.step(Place::Whole, Mono(20_000));
        assert_eq!(card.place(), Place::Whole, "the camera went: at once");
    }
}
