//! Feedback and farewell: one tap, a thank-you, and the promise that everything is wiped.

use bevy::prelude::*;
use cheval_domain::session::Action;

use super::Stagehand;
use super::countdown::Countdown;
use super::view::{FarewellView, FeedbackView};
use crate::theme::layout::EDGE;
use crate::theme::motion::{Enter, STAGGER};
use crate::theme::palette;
use crate::theme::typography::Voice;
use crate::theme::widget::{Look, Tappable, button, column, progress, row};

const FACE: f32 = 156.0;

pub(super) fn spawn(root: &mut ChildSpawnerCommands, view: &FeedbackView, hand: &Stagehand) {
    root.spawn(page(palette::PAPER)).with_children(|page| {
        page.spawn((
            Node {
                position_type: PositionType::Absolute,
                left: px(EDGE),
                right: px(EDGE),
                top: percent(if hand.stage.landscape() { 14.0 } else { 30.0 }),
                ..column(64.0)
            },
            Enter::rise(120.0),
            UiTransform::IDENTITY,
        ))
        .with_children(|question| {
            question.spawn(hand.fonts.text(Voice::Display, palette::INK, &view.title));
            question
                .spawn(Node {
                    column_gap: px(36.0),
                    ..row()
                })
                .with_children(|faces| {
                    for (i, label) in view.scale.iter().enumerate() {
                        spawn_face(faces, i, label, view.rated, hand);
                    }
                });
            question
                .spawn(Node {
                    justify_content: JustifyContent::SpaceBetween,
                    width: px(FACE * 5.0 + 36.0 * 4.0),
                    ..default()
                })
                .with_children(|ends| {
                    ends.spawn(
                        hand.fonts
                            .text(Voice::Label, palette::MUTED_ON_PAPER, &view.worst),
                    );
                    ends.spawn(
                        hand.fonts
                            .text(Voice::Label, palette::MUTED_ON_PAPER, &view.best),
                    );
                });
        });
        page.spawn(foot()).with_children(|foot| {
            foot.spawn(Node {
                justify_content: JustifyContent::SpaceBetween,
                ..row()
            })
            .with_children(|line| {
                line.spawn((
                    Node {
                        width: px(560.0),
                        ..column(0.0)
                    },
                    children![
                        hand.fonts
                            .text(Voice::Label, palette::INK, &view.wiped_soon)
                    ],
                ));
                line.spawn(button(
                    &hand.fonts,
                    Look::Ink,
                    &view.still_here,
                    Action::StillHere,
                ));
            });
            foot.spawn((Countdown, progress(0.0, palette::RAIL_ON_PAPER)));
        });
    });
}

fn spawn_face(
    faces: &mut ChildSpawnerCommands,
    i: usize,
    label: &str,
    rated: Option<u8>,
    hand: &Stagehand,
) {
    let rating = u8::try_from(i + 1).unwrap_or(5);
    let outline = if rated == Some(rating) { 6.0 } else { 0.0 };
    faces.spawn((
        Name::new("rating"),
        Tappable(Action::Rate(rating)),
        Node {
            width: px(FACE),
            height: px(FACE),
            border_radius: BorderRadius::all(px(FACE / 2.0)),
            align_items: AlignItems::Center,
            justify_content: JustifyContent::Center,
            ..default()
        },
        BackgroundColor(palette::FEELINGS[i.min(4)]),
        Outline {
            width: px(outline),
            color: palette::INK,
            ..default()
        },
        UiTransform::IDENTITY,
        Enter::rise(60.0).after(STAGGER * u32::from(rating)),
        children![(
            hand.fonts.text(Voice::Title, palette::INK, label),
            Pickable::IGNORE
        )],
    ));
}

pub(super) fn spawn_farewell(
    root: &mut ChildSpawnerCommands,
    view: &FarewellView,
    hand: &Stagehand,
) {
    let dusk = LinearGradient::new(
        160.0_f32.to_radians(),
        vec![
            ColorStop::new(palette::INK, percent(20.0)),
            ColorStop::new(palette::WINE, percent(115.0)),
        ],
    );
    root.spawn((page(palette::INK), BackgroundGradient::from(dusk)))
        .with_children(|page| {
            page.spawn((
                Node {
                    position_type: PositionType::Absolute,
                    left: px(EDGE),
                    right: px(EDGE),
                    top: percent(36.0),
                    ..column(36.0)
                },
                Enter::rise(120.0),
                UiTransform::IDENTITY,
            ))
            .with_children(|words| {
                words.spawn(hand.fonts.text(Voice::Hero, palette::PAPER, &view.title));
                words.spawn((
                    Node {
                        width: px(820.0),
                        ..column(0.0)
                    },
                    children![hand.fonts.text(Voice::Lead, palette::MUTED, &view.body)],
                ));
            });
        });
}

fn page(ground: Color) -> impl Bundle + use<> {
    (
        Node {
            position_type: PositionType::Absolute,
            width: percent(100.0),
            height: percent(100.0),
            ..default()
        },
        BackgroundColor(ground),
    )
}

fn foot() -> Node {
    Node {
        position_type: PositionType::Absolute,
        left: px(EDGE),
        right: px(EDGE),
        bottom: px(EDGE + 8.0),
        ..column(28.0)
    }
}
