//! Progress bars that follow the session's own countdowns (notice, idle warning, feedback), without rebuilding the scene.

use bevy::prelude::*;

use crate::KioskSystems;
use crate::diagnostics::pace::Pace;
use crate::session::Visit;
use crate::theme::widget::ProgressFill;

/// The bar below this node shows the session's current countdown.
#[derive(Component)]
pub(super) struct Countdown;

pub(super) fn plugin(app: &mut App) {
    app.add_systems(Update, follow.in_set(KioskSystems::Present));
}

fn follow(
    visit: Res<Visit>,
    mut pace: ResMut<Pace>,
    bars: Query<&Children, With<Countdown>>,
    mut fills: Query<&mut Node, With<ProgressFill>>,
) {
    for children in &bars {
        let Some(share) = visit.countdown_share() else {
            continue;
        };
        pace.animate();
        let mut fill = fills.iter_many_mut(children);
        while let Some(mut node) = fill.fetch_next() {
            node.width = percent(100.0 * share);
        }
    }
}
