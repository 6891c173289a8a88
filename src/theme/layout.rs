//! The design space: 1080 design pixels across the screen's shorter side, whatever the panel. Portrait puts the furniture
//! along the bottom, landscape in a column at the right, so that the shopper stays free.

use bevy::prelude::*;
use bevy::window::PrimaryWindow;

/// Margin between furniture and the edge of the glass.
pub const EDGE: f32 = 56.0;
/// Space between neighbours.
pub const GAP: f32 = 24.0;
/// Corner radii: small things, cards, panels.
pub const RADIUS_SMALL: f32 = 20.0;
/// See [`RADIUS_SMALL`].
pub const RADIUS_CARD: f32 = 36.0;
/// Height of everything that can be touched; the rule is at least 92.
pub const TOUCH: f32 = 104.0;

/// Width of the furniture column in landscape.
const COLUMN: f32 = 968.0;
const SHORT_SIDE: f32 = 1080.0;

/// The current design space. Width and height in design pixels.
#[derive(Resource, Debug, Clone, Copy, PartialEq)]
pub struct Stage {
    /// Width in design pixels.
    pub width: f32,
    /// Height in design pixels.
    pub height: f32,
}

impl Default for Stage {
    fn default() -> Self {
        Self {
            width: SHORT_SIDE,
            height: 1920.0,
        }
    }
}

impl Stage {
    /// The design space of a window of this physical size.
    #[must_use]
    pub fn of_window(width: f32, height: f32) -> (Self, f32) {
        let scale = (width.min(height) / SHORT_SIDE).max(0.1);
        (
            Self {
                width: width / scale,
                height: height / scale,
            },
            scale,
        )
    }

    /// Wider than high.
    #[must_use]
    pub fn landscape(self) -> bool {
        self.width > self.height
    }

    /// The block at the bottom (portrait) or in the right-hand column (landscape) that holds a scene's furniture.
    #[must_use]
    pub fn furniture(self) -> Node {
        Node {
            position_type: PositionType::Absolute,
            right: px(EDGE),
            bottom: px(EDGE),
            width: px(self.furniture_width()),
            flex_direction: FlexDirection::Column,
            row_gap: px(GAP),
            ..default()
        }
    }

    /// Width of the furniture block.
    #[must_use]
    pub fn furniture_width(self) -> f32 {
        if self.landscape() {
            COLUMN
        } else {
            self.width - 2.0 * EDGE
        }
    }
}

pub(super) fn plugin(app: &mut App) {
    app.init_resource::<Stage>();
    app.add_systems(PreUpdate, fit_stage);
}

fn fit_stage(
    windows: Query<&Window, With<PrimaryWindow>>,
    mut stage: ResMut<Stage>,
    mut scale: ResMut<UiScale>,
) {
    let Ok(window) = windows.single() else { return };
    let (wanted, wanted_scale) = Stage::of_window(window.width(), window.height());
    stage.set_if_neq(wanted);
    // Portrait panels of every size share one design space: the scale can change while the stage does not.
    if scale.0 != wanted_scale {
        scale.0 = wanted_scale;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_panel_is_the_same_stage_drawn_smaller() {
        let mut app = App::new();
        app.init_resource::<UiScale>().add_plugins(plugin);
        let window = Window {
            resolution: (720, 1280).into(),
            ..default()
        };
        app.world_mut().spawn((window, PrimaryWindow));
        app.update();
        assert_eq!(*app.world().resource::<Stage>(), Stage::default());
        let scale = app.world().resource::<UiScale>().0;
        assert!((scale - 720.0 / 1080.0).abs() < 1e-6, "{scale}");
    }

    #[test]
    fn the_shorter_side_is_always_1080() {
        for (width, height, landscape) in [
            (1080.0, 1920.0, false),
            (720.0, 1280.0, false),
            (1920.0, 1080.0, true),
        ] {
            let (stage, scale) = Stage::of_window(width, height);
            assert_eq!(stage.width.min(stage.height), 1080.0);
            assert_eq!(stage.landscape(), landscape);
            assert!((stage.width * scale - width).abs() < 0.01);
            assert!(stage.furniture_width() <= stage.width - 2.0 * EDGE);
        }
    }
}
