//! Attract: one slide of the loop, full glass. It moves when it comes and then stands still.

use std::time::Duration;

use bevy::prelude::*;
use cheval_domain::session::Action;

use super::Stagehand;
use super::view::SlideView;
use crate::theme::layout::EDGE;
use crate::theme::motion::{Enter, SLIDE};
use crate::theme::palette;
use crate::theme::typography::Voice;
use crate::theme::widget::{Look, button, column, row};

pub(super) fn spawn(root: &mut ChildSpawnerCommands, slide: &SlideView, hand: &Stagehand) {
    let stage = hand.stage;
    root.spawn(ground(&slide.ground));
    if let Some(picture) = &slide.picture {
        root.spawn((
            Name::new("hero picture"),
            ImageNode::new(hand.pack_picture(picture)),
            hero_place(stage.landscape(), stage.width, stage.height),
            Enter::rise(180.0).over(SLIDE).tilting(0.09, 0.0),
            UiTransform::IDENTITY,
            Pickable::IGNORE,
        ));
    }
    let on_light = slide.on_light();
    let text = if on_light {
        palette::INK
    } else {
        palette::PAPER
    };
    let text_width = if stage.landscape() {
        stage.width * 0.46
    } else {
        stage.width - 2.0 * EDGE
    };
    root.spawn((
        Node {
            position_type: PositionType::Absolute,
            left: px(EDGE),
            right: px(EDGE),
            bottom: px(EDGE + 8.0),
            ..column(40.0)
        },
        Enter::rise(90.0)
            .over(SLIDE)
            .after(Duration::from_millis(120)),
        UiTransform::IDENTITY,
    ))
    .with_children(|block| {
        block.spawn((
            Node {
                width: px(text_width),
                ..column(28.0)
            },
            children![
                hand.fonts.text(Voice::Hero, text, &slide.title),
                (
                    Node {
                        width: px(text_width.min(780.0)),
                        ..column(0.0)
                    },
                    children![hand.fonts.text(Voice::Lead, text, &slide.body)],
                ),
            ],
        ));
        block.spawn(row()).with_children(|foot| {
            foot.spawn(button(
                &hand.fonts,
                if on_light { Look::Ink } else { Look::Paper },
                &slide.invitation,
                Action::StepCloser,
            ));
        });
    });
}

/// The ground gradient, from the top left to the bottom right.
fn ground(stops: &[String]) -> impl Bundle + use<> {
    let last = stops.len().saturating_sub(1).max(1) as f32;
    let stops = stops
        .iter()
        .enumerate()
        .map(|(i, hex)| ColorStop::new(palette::from_pack(hex), percent(100.0 * i as f32 / last)))
        .collect();
    (
        Node {
            position_type: PositionType::Absolute,
            width: percent(100.0),
            height: percent(100.0),
            ..default()
        },
        BackgroundColor(palette::INK),
        BackgroundGradient::from(LinearGradient::new(160.0_f32.to_radians(), stops)),
        Pickable::IGNORE,
    )
}

fn hero_place(landscape: bool, width: f32, height: f32) -> Node {
    let place = Node {
        position_type: PositionType::Absolute,
        ..default()
    };
    if landscape {
        let side = height * 0.92;
        Node {
            height: px(side),
            right: px(EDGE),
            top: px((height - side) / 2.0),
            ..place
        }
    } else {
        let side = width * 0.92;
        Node {
            width: px(side),
            left: px((width - side) / 2.0),
            top: px(height * 0.09),
            ..place
        }
    }
}
