//! Engaged: the shopper in the mirror, why these looks, the offer that fits, and the rail of suggestions.

use bevy::prelude::*;
use cheval_domain::session::Action;

use super::Stagehand;
use super::view::{CardView, EngagedView, PromoView};
use crate::theme::layout::{EDGE, GAP, RADIUS_CARD, RADIUS_SMALL};
use crate::theme::motion::{Enter, STAGGER};
use crate::theme::palette;
use crate::theme::typography::Voice;
use crate::theme::widget::{Look, Tappable, button, column, glass, icon_button, row};

const CARD_WIDTH: f32 = 292.0;
/// Room for a name of two lines, so that the prices of neighbours stand in one line.
const CARD_NAME_LINES: f32 = 66.0;
const PROMO_PICTURE: f32 = 132.0;

pub(super) fn spawn(root: &mut ChildSpawnerCommands, view: &EngagedView, hand: &Stagehand) {
    root.spawn(hand.stage.furniture()).with_children(|block| {
        if let Some(promo) = &view.promo {
            spawn_promo(block, promo, hand);
        }
        block
            .spawn((column(10.0), Enter::rise(60.0), UiTransform::IDENTITY))
            .with_children(|words| {
                words.spawn(hand.fonts.text(Voice::Title, palette::PAPER, &view.title));
                words.spawn(hand.fonts.text(Voice::Why, palette::PAPER, &view.why));
            });
        spawn_rail(block, &view.cards, hand);
        block
            .spawn((
                Node {
                    margin: UiRect::top(px(12.0)),
                    ..row()
                },
                Enter::rise(60.0),
                UiTransform::IDENTITY,
            ))
            .with_children(|actions| {
                if let Some(card) = view
                    .cards
                    .iter()
                    .find(|c| c.selected)
                    .or(view.cards.first())
                {
                    actions.spawn(button(
                        &hand.fonts,
                        Look::Main,
                        &view.wear,
                        Action::Wear(card.sku.clone()),
                    ));
                }
                actions.spawn(button(&hand.fonts, Look::Outline, &view.done, Action::Done));
                actions.spawn(icon_button(
                    hand.icon("eye"),
                    "what it sees",
                    Action::WhatItSees,
                ));
                let (icon, action) = if view.camera_on {
                    ("camera_off", Action::CameraOff)
                } else {
                    ("camera", Action::CameraOn)
                };
                actions.spawn(icon_button(hand.icon(icon), icon, action));
            });
    });
}

fn spawn_promo(block: &mut ChildSpawnerCommands, promo: &PromoView, hand: &Stagehand) {
    let node = Node {
        align_items: AlignItems::Center,
        column_gap: px(28.0),
        ..default()
    };
    let mut card = block.spawn((
        Name::new("promo"),
        glass(node),
        Enter::from_right(hand.stage.width),
    ));
    if let Some(sku) = &promo.sku {
        card.insert(Tappable(Action::Wear(sku.clone())));
    }
    card.entry::<Node>()
        .and_modify(|mut node| node.padding = UiRect::axes(px(28.0), px(22.0)));
    card.with_children(|card| {
        card.spawn((
            Node {
                width: px(PROMO_PICTURE),
                height: px(PROMO_PICTURE),
                border_radius: BorderRadius::all(px(RADIUS_SMALL)),
                flex_shrink: 0.0,
                overflow: Overflow::clip(),
                align_items: AlignItems::Center,
                justify_content: JustifyContent::Center,
                ..default()
            },
            BackgroundColor(palette::LINEN),
            Pickable::IGNORE,
            children![(
                ImageNode::new(hand.pack_picture(&promo.picture)),
                Node {
                    width: percent(86.0),
                    ..default()
                },
                Pickable::IGNORE,
            )],
        ));
        card.spawn((
            Node {
                flex_shrink: 1.0,
                ..column(6.0)
            },
            Pickable::IGNORE,
        ))
        .with_children(|words| {
            words.spawn((
                hand.fonts.text(Voice::Head, palette::PAPER, &promo.title),
                Pickable::IGNORE,
            ));
            words.spawn((
                hand.fonts.text(Voice::Why, palette::PAPER, &promo.reason),
                Pickable::IGNORE,
            ));
        });
    });
}

fn spawn_rail(block: &mut ChildSpawnerCommands, cards: &[CardView], hand: &Stagehand) {
    let rail = Node {
        column_gap: px(GAP),
        width: px(hand.stage.furniture_width() + EDGE),
        overflow: Overflow::clip(),
        padding: UiRect::axes(px(6.0), px(6.0)),
        margin: UiRect::left(px(-6.0)),
        ..default()
    };
    block
        .spawn((Name::new("rail"), rail))
        .with_children(|rail| {
            for (i, card) in cards.iter().enumerate() {
                let enter = Enter::from_right(hand.stage.width * 0.5)
                    .after(STAGGER * u32::try_from(i).unwrap_or(0));
                spawn_card(rail, card, enter, hand);
            }
        });
}

fn spawn_card(rail: &mut ChildSpawnerCommands, card: &CardView, enter: Enter, hand: &Stagehand) {
    let picture_height = if hand.stage.landscape() { 212.0 } else { 292.0 };
    rail.spawn((
        Name::new("card"),
        Tappable(Action::Wear(card.sku.clone())),
        Node {
            width: px(CARD_WIDTH),
            flex_direction: FlexDirection::Column,
            border_radius: BorderRadius::all(px(RADIUS_CARD)),
            overflow: Overflow::clip(),
            flex_shrink: 0.0,
            ..default()
        },
        BackgroundColor(palette::PAPER),
        Outline {
            width: px(if card.selected { 6.0 } else { 0.0 }),
            color: palette::ACCENT,
            ..default()
        },
        UiTransform::IDENTITY,
        enter,
    ))
    .with_children(|body| {
        body.spawn((
            Node {
                height: px(picture_height),
                align_items: AlignItems::Center,
                justify_content: JustifyContent::Center,
                border_radius: BorderRadius::top(px(RADIUS_CARD)),
                ..default()
            },
            BackgroundColor(palette::LINEN),
            Pickable::IGNORE,
            children![(
                ImageNode::new(hand.pack_picture(&card.picture)),
                Node {
                    height: percent(88.0),
                    ..default()
                },
                Pickable::IGNORE,
            )],
        ));
        body.spawn((
            Node {
                padding: UiRect::new(px(24.0), px(16.0), px(18.0), px(22.0)),
                ..column(4.0)
            },
            Pickable::IGNORE,
        ))
        .with_children(|words| {
            let lines = Node {
                min_height: px(CARD_NAME_LINES),
                width: px(CARD_WIDTH - 42.0),
                ..column(0.0)
            };
            words.spawn((
                lines,
                Pickable::IGNORE,
                children![(
                    hand.fonts.text(Voice::Label, palette::INK, &card.name),
                    Pickable::IGNORE,
                )],
            ));
            let line = Node {
                column_gap: px(14.0),
                align_items: AlignItems::Center,
                ..default()
            };
            words
                .spawn((line, Pickable::IGNORE))
                .with_children(|prices| {
                    prices.spawn((
                        hand.fonts.text(Voice::Button, palette::INK, &card.price),
                        Pickable::IGNORE,
                    ));
                    if let Some(old) = &card.old_price {
                        prices.spawn((
                            hand.fonts.text(Voice::Label, palette::MUTED_ON_PAPER, old),
                            bevy::text::Strikethrough,
                            Pickable::IGNORE,
                        ));
                    }
                });
        });
    });
}
