//! What the shopper tries on. The chosen garments are put on the body in the mirror ([`Fitting`]); where that is not possible
//! the worn garment is recoloured ([`Recoloured`]), and the garment's picture is shown ([`SideCard`]). Geometry and arithmetic are in `cheval_tryon`; here they meet the session,
//! what perception saw, and the shaders.

mod fitting;
mod outfit;
mod recolour;
mod scene;
mod side_card;
#[cfg(test)]
mod test_body;
mod wardrobe;

use bevy::prelude::*;

pub use fitting::Fitting;
pub use recolour::Recoloured;
pub use side_card::{Place, SideCard};

use crate::KioskSystems;

pub(super) fn plugin(app: &mut App) {
    app.init_resource::<Fitting>();
    app.init_resource::<Recoloured>();
    app.init_resource::<SideCard>();
    app.init_resource::<wardrobe::Wardrobe>();
    app.add_systems(
        Update,
        (
            wardrobe::fetch,
            fitting::follow,
            fitting::put_on,
            recolour::recolour,
            side_card::decide,
        )
            .chain()
            .in_set(KioskSystems::Present),
    );
}
