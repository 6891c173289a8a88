//! Try-on: what the shopper wears, live in another colour, with the garment it stands for.

use bevy::prelude::*;
use cheval_domain::session::Action;

use super::Stagehand;
use super::view::{PictureView, SwatchView, TryOnView};
use crate::theme::layout::{EDGE, GAP, RADIUS_CARD, TOUCH};
use crate::theme::motion::Enter;
use crate::theme::palette;
use crate::theme::typography::Voice;
use crate::theme::widget::{Look, Tappable, button, chip, column, glass, row};

const SWATCH: f32 = 96.0;
/// Side of the picture beside the garment's name.
const SMALL: f32 = 148.0;
/// Below brand line and camera chip.
pub(super) const BELOW_CHROME: f32 = 152.0;

/// Marks the furniture that the mirror above is free of.
#[derive(Component)]
pub(super) struct Foot;

pub(super) fn spawn(root: &mut ChildSpawnerCommands, view: &TryOnView, hand: &Stagehand) {
    let Some(picture) = &view.whole else {
        root.spawn((Foot, hand.stage.furniture()))
            .with_children(|block| spawn_furniture(block, view, hand));
        return;
    };
    // Without a mirror the garment takes its place.
    if hand.stage.landscape() {
        let place = Node {
            position_type: PositionType::Absolute,
            left: px(EDGE),
            top: px(BELOW_CHROME),
            bottom: px(EDGE),
            width: px(hand.stage.width - hand.stage.furniture_width() - 2.0 * EDGE - GAP),
            ..default()
        };
        spawn_picture(root, picture, place, hand);
        root.spawn(hand.stage.furniture())
            .with_children(|block| spawn_furniture(block, view, hand));
        return;
    }
    let page = Node {
        top: px(BELOW_CHROME),
        ..hand.stage.furniture()
    };
    root.spawn(page).with_children(|page| {
        let place = Node {
            flex_grow: 1.0,
            flex_basis: px(0.0),
            min_height: px(0.0),
            ..default()
        };
        spawn_picture(page, picture, place, hand);
        page.spawn(column(GAP))
            .with_children(|block| spawn_furniture(block, view, hand));
    });
}

/// The garment on linen.
pub(super) fn spawn_picture(
    parent: &mut ChildSpawnerCommands,
    view: &PictureView,
    place: Node,
    hand: &Stagehand,
) {
    let ground = Node {
        align_items: AlignItems::Center,
        justify_content: JustifyContent::Center,
        border_radius: BorderRadius::all(px(RADIUS_CARD)),
        overflow: Overflow::clip(),
        ..place
    };
    parent.spawn((
        Name::new("garment"),
        ground,
        BackgroundColor(palette::LINEN),
        Pickable::IGNORE,
        children![picture(view, hand)],
    ));
}

/// A garment's picture in its own shape, a little smaller than what it stands on.
pub(super) fn picture(view: &PictureView, hand: &Stagehand) -> impl Bundle + use<> {
    let (width, height) = if view.aspect > 1.0 {
        (percent(90.0), Val::Auto)
    } else {
        (Val::Auto, percent(90.0))
    };
    (
        ImageNode::new(hand.pack_picture(&view.path)),
        Node {
            width,
            height,
            aspect_ratio: Some(view.aspect),
            ..default()
        },
        Pickable::IGNORE,
    )
}

fn spawn_furniture(block: &mut ChildSpawnerCommands, view: &TryOnView, hand: &Stagehand) {
    block.spawn(row()).with_children(|line| {
        line.spawn(chip(&hand.fonts, None, &view.badge));
    });
    let panel = Node {
        row_gap: px(30.0),
        ..column(30.0)
    };
    block
        .spawn((glass(panel), Enter::rise(420.0)))
        .with_children(|panel| {
            spawn_head(panel, view, hand);
            panel
                .spawn(Node {
                    column_gap: px(26.0),
                    ..row()
                })
                .with_children(|swatches| {
                    for swatch in &view.swatches {
                        spawn_swatch(swatches, swatch);
                    }
                });
            spawn_sizes(panel, view, hand);
        });
    block
        .spawn((
            Node {
                margin: UiRect::top(px(4.0)),
                ..row()
            },
            Enter::rise(60.0),
            UiTransform::IDENTITY,
        ))
        .with_children(|actions| {
            actions.spawn(button(&hand.fonts, Look::Main, &view.more, Action::Back));
            if let Some(mine) = &view.mine {
                actions.spawn(button(&hand.fonts, Look::Outline, mine, Action::BackToMine));
            }
            actions.spawn(button(&hand.fonts, Look::Outline, &view.done, Action::Done));
        });
}

fn spawn_head(panel: &mut ChildSpawnerCommands, view: &TryOnView, hand: &Stagehand) {
    let head = Node {
        justify_content: JustifyContent::SpaceBetween,
        column_gap: px(32.0),
        ..default()
    };
    panel.spawn(head).with_children(|head| {
        if let Some(small) = &view.small {
            let tile = Node {
                width: px(SMALL),
                height: px(SMALL),
                flex_shrink: 0.0,
                ..default()
            };
            spawn_picture(head, small, tile, hand);
        }
        head.spawn(Node {
            flex_shrink: 1.0,
            flex_grow: 1.0,
            ..column(8.0)
        })
        .with_children(|words| {
            words.spawn(hand.fonts.text(Voice::Title, palette::PAPER, &view.title));
            words.spawn(hand.fonts.text(Voice::Body, palette::MUTED, &view.detail));
        });
        head.spawn((
            Node {
                flex_shrink: 0.0,
                ..default()
            },
            children![hand.fonts.text(Voice::Title, palette::PAPER, &view.price)],
        ));
    });
}

fn spawn_swatch(row: &mut ChildSpawnerCommands, swatch: &SwatchView) {
    row.spawn((
        Name::new("swatch"),
        Tappable(swatch.action.clone()),
        Node {
            width: px(SWATCH),
            height: px(SWATCH),
            border: UiRect::all(px(5.0)),
            border_radius: BorderRadius::all(px(SWATCH / 2.0)),
            ..default()
        },
        BackgroundColor(palette::from_pack(&swatch.hex)),
        BorderColor::all(if swatch.selected {
            palette::INK
        } else {
            Color::NONE
        }),
        Outline {
            width: px(if swatch.selected { 5.0 } else { 2.0 }),
            color: if swatch.selected {
                palette::PAPER
            } else {
                palette::OUTLINE
            },
            ..default()
        },
        UiTransform::IDENTITY,
    ));
}

fn spawn_sizes(panel: &mut ChildSpawnerCommands, view: &TryOnView, hand: &Stagehand) {
    panel
        .spawn(Node {
            column_gap: px(16.0),
            ..row()
        })
        .with_children(|sizes| {
            for size in &view.sizes {
                let (colour, border) = if size.here {
                    (palette::PAPER, palette::OUTLINE)
                } else {
                    (palette::MUTED, palette::HAIR)
                };
                let mut pill = sizes.spawn((
                    Node {
                        min_width: px(TOUCH),
                        height: px(76.0),
                        padding: UiRect::horizontal(px(22.0)),
                        border: UiRect::all(px(2.0)),
                        border_radius: BorderRadius::all(px(26.0)),
                        align_items: AlignItems::Center,
                        justify_content: JustifyContent::Center,
                        ..default()
                    },
                    BorderColor::all(border),
                ));
                pill.with_children(|pill| {
                    let mut label = pill.spawn(hand.fonts.text(Voice::Button, colour, &size.label));
                    if !size.here {
                        label.insert(bevy::text::Strikethrough);
                    }
                });
            }
        });
}
