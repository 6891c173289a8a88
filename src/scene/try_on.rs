//! Try-on: what the shopper wears, live in another colour, with the garment it stands for.

use bevy::prelude::*;
use cheval_domain::session::Action;

use super::Stagehand;
use super::view::{SwatchView, TryOnView};
use crate::theme::layout::TOUCH;
use crate::theme::motion::Enter;
use crate::theme::palette;
use crate::theme::typography::Voice;
use crate::theme::widget::{Look, Tappable, button, chip, column, glass, row};

const SWATCH: f32 = 96.0;

pub(super) fn spawn(root: &mut ChildSpawnerCommands, view: &TryOnView, hand: &Stagehand) {
    root.spawn(hand.stage.furniture()).with_children(|block| {
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
                actions.spawn(button(
                    &hand.fonts,
                    Look::Outline,
                    &view.mine,
                    Action::BackToMine,
                ));
                actions.spawn(button(&hand.fonts, Look::Outline, &view.done, Action::Done));
            });
    });
}

fn spawn_head(panel: &mut ChildSpawnerCommands, view: &TryOnView, hand: &Stagehand) {
    let head = Node {
        justify_content: JustifyContent::SpaceBetween,
        column_gap: px(32.0),
        ..default()
    };
    panel.spawn(head).with_children(|head| {
        head.spawn(Node {
            flex_shrink: 1.0,
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
