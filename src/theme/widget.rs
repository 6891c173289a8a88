//! Widgets are controlled: they say what was touched, the session decides what it means. Every widget is at least 92 design
//! pixels high and takes its colours from the palette.

use bevy::prelude::*;
use bevy::ui::FocusPolicy;
use cheval_domain::session::Action;

use super::layout::{EDGE, RADIUS_CARD, TOUCH};
use super::palette;
use super::typography::{Fonts, Voice};
use crate::diagnostics::pace::Pace;

/// Touching this node means this action.
#[derive(Component, Debug, Clone, PartialEq)]
pub struct Tappable(pub Action);

/// A shopper touched something.
#[derive(Message, Debug, Clone)]
pub struct Tapped(pub Action);

/// How a button looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// The one main action of the screen.
    Main,
    /// Paper on the mirror.
    Paper,
    /// Outline on the mirror.
    Outline,
    /// Ink on paper.
    Ink,
    /// Outline on paper.
    OutlineOnPaper,
}

impl Look {
    const fn ground(self) -> Color {
        match self {
            Self::Main => palette::ACCENT_DEEP,
            Self::Paper => palette::PAPER,
            Self::Ink => palette::INK,
            Self::Outline | Self::OutlineOnPaper => Color::NONE,
        }
    }

    const fn text(self) -> Color {
        match self {
            Self::Main => Color::WHITE,
            Self::Paper | Self::OutlineOnPaper => palette::INK,
            Self::Outline | Self::Ink => palette::PAPER,
        }
    }

    const fn border(self) -> Color {
        match self {
            Self::Outline => palette::OUTLINE,
            Self::OutlineOnPaper => palette::INK,
            Self::Main | Self::Paper | Self::Ink => Color::NONE,
        }
    }
}

pub(super) fn plugin(app: &mut App) {
    app.add_message::<Tapped>();
    app.add_observer(on_click)
        .add_observer(on_press)
        .add_observer(on_release)
        .add_observer(on_out);
}

fn on_click(
    click: On<Pointer<Click>>,
    tappable: Query<&Tappable>,
    mut tapped: MessageWriter<Tapped>,
) {
    if let Ok(Tappable(action)) = tappable.get(click.entity) {
        tapped.write(Tapped(action.clone()));
    }
}

fn on_press(
    press: On<Pointer<Press>>,
    mut nodes: Query<&mut UiTransform, With<Tappable>>,
    mut pace: ResMut<Pace>,
) {
    scale(press.entity, 0.97, &mut nodes, &mut pace);
}

fn on_release(
    up: On<Pointer<Release>>,
    mut nodes: Query<&mut UiTransform, With<Tappable>>,
    mut pace: ResMut<Pace>,
) {
    scale(up.entity, 1.0, &mut nodes, &mut pace);
}

fn on_out(
    out: On<Pointer<Out>>,
    mut nodes: Query<&mut UiTransform, With<Tappable>>,
    mut pace: ResMut<Pace>,
) {
    scale(out.entity, 1.0, &mut nodes, &mut pace);
}

fn scale(
    entity: Entity,
    to: f32,
    nodes: &mut Query<&mut UiTransform, With<Tappable>>,
    pace: &mut Pace,
) {
    if let Ok(mut transform) = nodes.get_mut(entity) {
        transform.scale = Vec2::splat(to);
        pace.animate();
    }
}

/// A pill button.
pub fn button(fonts: &Fonts, look: Look, label: &str, action: Action) -> impl Bundle + use<> {
    (
        Name::new("button"),
        Tappable(action),
        FocusPolicy::Block,
        Node {
            height: px(TOUCH),
            padding: UiRect::horizontal(px(33.0)),
            border: UiRect::all(px(2.5)),
            border_radius: BorderRadius::all(px(TOUCH / 2.0)),
            align_items: AlignItems::Center,
            justify_content: JustifyContent::Center,
            flex_shrink: 0.0,
            ..default()
        },
        BackgroundColor(look.ground()),
        BorderColor::all(look.border()),
        UiTransform::IDENTITY,
        children![(
            fonts.text(Voice::Button, look.text(), label),
            one_line(),
            Pickable::IGNORE
        )],
    )
}

/// A round button with an icon; `name` is for logs and assistive technology.
pub fn icon_button(icon: Handle<Image>, name: &'static str, action: Action) -> impl Bundle + use<> {
    (
        Name::new(name),
        Tappable(action),
        FocusPolicy::Block,
        Node {
            width: px(TOUCH),
            height: px(TOUCH),
            border: UiRect::all(px(2.5)),
            border_radius: BorderRadius::all(px(TOUCH / 2.0)),
            align_items: AlignItems::Center,
            justify_content: JustifyContent::Center,
            flex_shrink: 0.0,
            ..default()
        },
        BackgroundColor(palette::GLASS),
        BorderColor::all(palette::OUTLINE),
        UiTransform::IDENTITY,
        children![(
            ImageNode::new(icon),
            Node {
                width: px(48.0),
                height: px(48.0),
                ..default()
            },
            Pickable::IGNORE
        )],
    )
}

/// Text that never wraps.
#[must_use]
pub fn one_line() -> TextLayout {
    TextLayout {
        linebreak: LineBreak::NoWrap,
        ..default()
    }
}

/// A row of neighbours that wraps when a language needs more room.
#[must_use]
pub fn row() -> Node {
    Node {
        flex_direction: FlexDirection::Row,
        flex_wrap: FlexWrap::Wrap,
        align_items: AlignItems::Center,
        column_gap: px(super::layout::GAP),
        row_gap: px(super::layout::GAP),
        ..default()
    }
}

/// A column of neighbours.
#[must_use]
pub fn column(gap: f32) -> Node {
    Node {
        flex_direction: FlexDirection::Column,
        row_gap: px(gap),
        ..default()
    }
}

/// A panel of glass: flat translucent ink with a hairline.
pub fn glass(node: Node) -> impl Bundle + use<> {
    (
        Node {
            padding: UiRect::all(px(EDGE)),
            border: UiRect::all(px(1.5)),
            border_radius: BorderRadius::all(px(RADIUS_CARD)),
            ..node
        },
        BackgroundColor(palette::GLASS),
        BorderColor::all(palette::HAIR),
        UiTransform::IDENTITY,
    )
}

/// A thin progress bar, `share` 0..=1 filled.
pub fn progress(share: f32, rail: Color) -> impl Bundle + use<> {
    (
        Node {
            height: px(8.0),
            width: percent(100.0),
            border_radius: BorderRadius::all(px(4.0)),
            overflow: Overflow::clip(),
            ..default()
        },
        BackgroundColor(rail),
        children![(
            ProgressFill,
            Node {
                height: percent(100.0),
                width: percent(100.0 * share.clamp(0.0, 1.0)),
                border_radius: BorderRadius::all(px(4.0)),
                ..default()
            },
            BackgroundColor(palette::ACCENT),
        )],
    )
}

/// The filled part of a [`progress`] bar.
#[derive(Component, Debug)]
pub struct ProgressFill;

/// A small dark pill with text, for facts on the glass.
pub fn chip(fonts: &Fonts, dot: Option<Color>, label: &str) -> impl Bundle + use<> {
    (
        Name::new("chip"),
        Node {
            min_height: px(72.0),
            padding: UiRect::axes(px(30.0), px(12.0)),
            border: UiRect::all(px(1.5)),
            border_radius: BorderRadius::all(px(36.0)),
            align_items: AlignItems::Center,
            column_gap: px(14.0),
            ..default()
        },
        BackgroundColor(palette::GLASS),
        BorderColor::all(palette::HAIR),
        children![
            (
                Node {
                    width: px(if dot.is_some() { 18.0 } else { 0.0 }),
                    height: px(18.0),
                    margin: UiRect::right(px(if dot.is_some() { 0.0 } else { -14.0 })),
                    border_radius: BorderRadius::all(px(9.0)),
                    flex_shrink: 0.0,
                    ..default()
                },
                BackgroundColor(dot.unwrap_or(Color::NONE)),
                Pickable::IGNORE,
            ),
            (
                fonts.text(Voice::Label, palette::PAPER, label),
                Pickable::IGNORE
            ),
        ],
    )
}
