//! The look in one place: colours, type, spacing, motion and the few widgets every scene is built of. Scenes name tokens,
//! never raw colours or sizes.

pub mod fade;
pub mod figure;
pub mod layout;
pub mod motion;
pub mod palette;
pub mod typography;
pub mod widget;

use bevy::prelude::*;

pub(super) fn plugin(app: &mut App) {
    app.add_plugins((
        fade::plugin,
        figure::plugin,
        layout::plugin,
        motion::plugin,
        typography::plugin,
        widget::plugin,
    ));
}
