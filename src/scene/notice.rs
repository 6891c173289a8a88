//! Noticed and notice: the mirror opens, says hello, and says at once what it sees and what it keeps.

use bevy::prelude::*;
use cheval_domain::session::Action;

use super::Stagehand;
use super::view::{GreetingView, NoticeView};
use crate::theme::motion::Enter;
use crate::theme::palette;
use crate::theme::typography::Voice;
use crate::theme::widget::{Look, button, glass, progress, row};

pub(super) fn spawn_greeting(
    root: &mut ChildSpawnerCommands,
    greeting: &GreetingView,
    hand: &Stagehand,
) {
    root.spawn((
        hand.stage.furniture(),
        Enter::rise(80.0),
        UiTransform::IDENTITY,
    ))
    .with_children(|block| {
        block.spawn(
            hand.fonts
                .text(Voice::Display, palette::PAPER, &greeting.title),
        );
        block.spawn(hand.fonts.text(Voice::Body, palette::PAPER, &greeting.body));
    });
}

/// Marks the notice, so that the session learns when it has been on the glass.
#[derive(Component)]
pub struct NoticePanel;

pub(super) fn spawn(root: &mut ChildSpawnerCommands, notice: &NoticeView, hand: &Stagehand) {
    let panel = Node {
        row_gap: px(30.0),
        ..hand.stage.furniture()
    };
    root.spawn((NoticePanel, glass(panel), Enter::rise(420.0)))
        .with_children(|panel| {
            panel.spawn(hand.fonts.text(Voice::Title, palette::PAPER, &notice.title));
            panel.spawn(hand.fonts.text(Voice::Body, palette::PAPER, &notice.body));
            panel.spawn((super::countdown::Countdown, progress(0.0, palette::RAIL)));
            panel.spawn(row()).with_children(|actions| {
                actions.spawn(button(
                    &hand.fonts,
                    Look::Paper,
                    &notice.show,
                    Action::ShowLooks,
                ));
                actions.spawn(button(
                    &hand.fonts,
                    Look::Outline,
                    &notice.sees,
                    Action::WhatItSees,
                ));
                actions.spawn(button(
                    &hand.fonts,
                    Look::Outline,
                    &notice.camera_off,
                    Action::CameraOff,
                ));
            });
        });
}
