//! Draws the number of the shown camera frame as 16 black or white blocks along the top edge, so that a program that reads
//! the framebuffer can tell how late a picture is. Block i is bit i.

use bevy::prelude::*;

use crate::KioskSystems;
use crate::mirror::MirrorState;

const BLOCKS: usize = 16;

#[derive(Component)]
struct Bit(usize);

pub(super) fn plugin(app: &mut App) {
    app.add_systems(Startup, spawn);
    app.add_systems(Update, draw.in_set(KioskSystems::Present));
}

fn spawn(mut commands: Commands, scale: Res<UiScale>) {
    let height = 16.0 / scale.0;
    commands
        .spawn((
            Name::new("barcode"),
            Node {
                position_type: PositionType::Absolute,
                width: percent(100.0),
                height: px(height),
                ..default()
            },
            GlobalZIndex(100),
            Pickable::IGNORE,
        ))
        .with_children(|bar| {
            for bit in 0..BLOCKS {
                bar.spawn((
                    Bit(bit),
                    Node {
                        width: percent(100.0 / BLOCKS as f32),
                        height: percent(100.0),
                        ..default()
                    },
                    BackgroundColor(Color::BLACK),
                    Pickable::IGNORE,
                ));
            }
        });
}

fn draw(mirror: Res<MirrorState>, mut bits: Query<(&Bit, &mut BackgroundColor)>) {
    for (bit, mut colour) in &mut bits {
        let wanted = if mirror.frame >> bit.0 & 1 == 1 {
            Color::WHITE
        } else {
            Color::BLACK
        };
        if colour.0 != wanted {
            colour.0 = wanted;
        }
    }
}
