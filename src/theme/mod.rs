//! The look in one place: colours, type, spacing, motion and the few widgets every scene is built of. Scenes name tokens,
//! never raw colours or sizes.

pub mod layout;
pub mod motion;
pub mod palette;
pub mod typography;
pub mod widget;

use bevy::prelude::*;

pub(super) fn plugin(app: &mut App) {
    app.add_plugins((
        layout::plugin,
        motion::plugin,
        typography::plugin,
        widget::plugin,
    ));
}
