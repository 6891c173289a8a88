//! What stays on the glass over the mirror: the brand line, what the camera does, and the idle warning.

use bevy::prelude::*;
use cheval_domain::session::Action;

use super::Stagehand;
use super::countdown::Countdown;
use super::view::{ChromeView, WarningView};
use crate::theme::layout::{EDGE, GAP};
use crate::theme::motion::Enter;
use crate::theme::palette;
use crate::theme::typography::Voice;
use crate::theme::widget::{Look, Tappable, button, chip, glass, one_line, progress, row};

pub(super) fn spawn(root: &mut ChildSpawnerCommands, view: &ChromeView, hand: &Stagehand) {
    let line = Node {
        position_type: PositionType::Absolute,
        left: px(EDGE),
        right: px(EDGE),
        top: px(48.0),
        justify_content: JustifyContent::SpaceBetween,
        align_items: AlignItems::Center,
        column_gap: px(GAP),
        ..default()
    };
    root.spawn(line).with_children(|line| {
        let ink = if view.on_paper {
            palette::INK
        } else {
            palette::PAPER
        };
        line.spawn((
            Node {
                flex_shrink: 0.0,
                ..default()
            },
            children![(hand.fonts.text(Voice::Brand, ink, &view.brand), one_line())],
        ));
        if let Some(camera) = &view.camera {
            let dot = if view.camera_live {
                palette::SAGE
            } else {
                palette::MUTED
            };
            line.spawn((
                chip(&hand.fonts, Some(dot), camera),
                Tappable(Action::WhatItSees),
                UiTransform::IDENTITY,
            ));
        }
    });
}

pub(super) fn spawn_warning(root: &mut ChildSpawnerCommands, view: &WarningView, hand: &Stagehand) {
    let panel = Node {
        row_gap: px(30.0),
        ..hand.stage.furniture()
    };
    root.spawn((glass(panel), GlobalZIndex(5), Enter::rise(420.0)))
        .with_children(|panel| {
            panel.spawn(hand.fonts.text(Voice::Title, palette::PAPER, &view.title));
            panel.spawn(hand.fonts.text(Voice::Body, palette::PAPER, &view.body));
            panel.spawn((Countdown, progress(0.0, palette::RAIL)));
            panel.spawn(row()).with_children(|actions| {
                actions.spawn(button(
                    &hand.fonts,
                    Look::Main,
                    &view.still_here,
                    Action::StillHere,
                ));
                actions.spawn(button(&hand.fonts, Look::Outline, &view.done, Action::Done));
            });
        });
}
