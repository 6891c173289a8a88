//! Recolours the worn garment in the mirror to the colour of the chosen one, where that one itself is not put on. The colour
//! arithmetic is in `cheval_tryon::recolour`; here it meets the session, the observation and the shader.

use bevy::prelude::*;
use cheval_domain::colour::{parse_hex, srgb8_to_lab};
use cheval_domain::observation::{Region, WornGarment};
use cheval_domain::session::{Screen, TryOn};
use cheval_tryon::recolour::{Recolour, RecolourParameters, Worn};

use super::fitting::Fitting;
use crate::audience::Crowd;
use crate::clock::Clock;
use crate::config::Config;
use crate::content::Content;
use crate::diagnostics::pace::Pace;
use crate::mirror::{Glass, MirrorState, RecolourUniform};
use crate::session::{Effects, Visit};

/// What the mirror recolours now.
#[derive(Resource, Default)]
pub struct Recoloured {
    torso: Recolour,
    legs: Recolour,
    shown: [bool; 2],
}

impl Recoloured {
    /// The shopper sees this region in another colour.
    #[must_use]
    pub fn shows(&self, region: Region) -> bool {
        match region {
            Region::Torso => self.shown[0],
            Region::Legs => self.shown[1],
            // Nothing is recoloured on neck and head.
            Region::Neck | Region::Head => false,
        }
    }
}

pub(super) fn recolour(
    (clock, crowd, content): (Res<Clock>, Res<Crowd>, Res<Content>),
    (visit, effects): (Res<Visit>, Res<Effects>),
    (mirror, config): (Res<MirrorState>, Res<Config>),
    (fitting, mut wearing): (Res<Fitting>, ResMut<Recoloured>),
    mut glass: ResMut<Glass>,
    mut pace: ResMut<Pace>,
) {
    if effects.wipe() {
        wearing.torso.wipe();
        wearing.legs.wipe();
    }
    let instead = config.try_on.recolour && !fitting.is_worn() && !fitting.is_refused();
    let target = target(&visit, &content).filter(|_| instead);
    // Masks that lag behind would paint the wall beside a shopper who moves: fade out until they catch up.
    let shopper = crowd
        .snapshot()
        .shopper
        .as_ref()
        .filter(|_| mirror.masks_are_fresh());
    let worn = shopper.map_or(&[][..], |shopper| &shopper.worn);
    let now = clock.now();
    let target_of = |region| {
        target
            .filter(|(wanted, _)| *wanted == region)
            .map(|(_, lab)| lab)
    };
    let torso = wearing
        .torso
        .step(now, worn_at(worn, Region::Torso), target_of(Region::Torso));
    let legs = wearing
        .legs
        .step(now, worn_at(worn, Region::Legs), target_of(Region::Legs));
    wearing.shown = [torso.is_some(), legs.is_some()];
    let (torso, legs) = (uniform(torso), uniform(legs));
    if (glass.uniform.torso, glass.uniform.legs) != (torso, legs) {
        glass.uniform.torso = torso;
        glass.uniform.legs = legs;
        pace.new_picture();
    }
}

/// Region and colour that the shopper wants to see on themselves.
fn target(visit: &Visit, content: &Content) -> Option<(Region, [f32; 3])> {
    let Screen::TryOn(TryOn {
        sku: Some(sku),
        wearing: true,
        tint,
    }) = visit.screen()
    else {
        return None;
    };
    let garment = content.catalogue.garment(sku)?;
    let rgb = parse_hex(tint.as_ref().unwrap_or(&garment.swatch)).ok()?;
    Some((garment.region, srgb8_to_lab(rgb)))
}

/// A reported garment has a mask: perception reports none without.
fn worn_at(worn: &[WornGarment], region: Region) -> Option<Worn> {
    worn.iter().find(|w| w.region == region).map(|w| Worn {
        lab: w.lab,
        confidence: 1.0,
    })
}

fn uniform(parameters: Option<RecolourParameters>) -> RecolourUniform {
    let Some(p) = parameters else {
        return RecolourUniform::default();
    };
    RecolourUniform {
        target_lab: Vec3::from(p.target_lab).extend(p.strength),
        worn_lab: Vec3::from(p.worn_lab).extend(p.luma_gain),
        keep: Vec4::new(p.chroma_keep, p.headroom, p.footroom, 0.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_tried_on_is_a_uniform_of_zeros() {
        assert_eq!(uniform(None), RecolourUniform::default());
        assert!(
            uniform(Some(RecolourParameters::new(
                [30.0, 0.0, -20.0],
                [60.0, 40.0, 40.0],
                1.0
            )))
            .target_lab
            .w > 0.99
        );
    }
}
