//! In which rows of the glass the user interface paints anything.

use bevy::ecs::query::QueryData;
use bevy::prelude::*;
use bevy::ui::UiGlobalTransform;
use bevy::window::PrimaryWindow;

use super::areas::join_rows;
use super::glass::Glass;

/// Pixels by which letters, outlines and soft edges may reach beyond their node.
const OVERHANG: f32 = 16.0;

/// Where furniture stands is found in this set.
#[derive(SystemSet, Debug, Clone, PartialEq, Eq, Hash)]
pub struct FurnitureSystems;

pub(super) fn plugin(app: &mut App) {
    app.add_systems(Last, find_furniture.in_set(FurnitureSystems));
}

#[derive(QueryData)]
struct Piece {
    node: &'static ComputedNode,
    place: &'static UiGlobalTransform,
    visible: &'static InheritedVisibility,
    ground: Option<&'static BackgroundColor>,
    gradient: Has<BackgroundGradient>,
    picture: Has<ImageNode>,
    words: Has<Text>,
}

impl PieceItem<'_, '_> {
    /// A node that only holds others paints nothing.
    fn paints(&self) -> bool {
        let ground = self
            .ground
            .is_some_and(|ground| !ground.0.is_fully_transparent());
        let border = self.node.border() != BorderRect::ZERO;
        let something = ground || border || self.gradient || self.picture || self.words;
        something && self.visible.get() && !self.node.is_empty()
    }

    /// Top and bottom in pixels, of a tilted node too.
    fn rows(&self) -> (f32, f32) {
        let half = self.node.size() / 2.0;
        let turned = self.place.matrix2;
        let reach = (turned.x_axis.y * half.x).abs() + (turned.y_axis.y * half.y).abs() + OVERHANG;
        let middle = self.place.translation.y;
        (middle - reach, middle + reach)
    }
}

fn find_furniture(
    mut glass: ResMut<Glass>,
    windows: Query<&Window, With<PrimaryWindow>>,
    pieces: Query<Piece>,
) {
    let height = windows.single().map_or(0, Window::physical_height);
    let painted = pieces.iter().filter(PieceItem::paints);
    let rows = join_rows(painted.map(|piece| piece.rows()), height);
    if glass.furniture != rows {
        glass.furniture = rows;
    }
}
