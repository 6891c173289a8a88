//! What the kiosk knows about itself: when to draw, what was really presented, what it cost.

pub mod cost;
pub mod pace;
pub mod presented;

use bevy::prelude::*;

pub(super) fn plugin(app: &mut App) {
    app.add_plugins((pace::plugin, presented::plugin, cost::plugin));
}
