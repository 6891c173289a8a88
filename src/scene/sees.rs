//! "What I see, and what I keep": the boxes the models drew, over the live mirror, and an honest table.

use bevy::prelude::*;
use cheval_domain::geometry::BoxInImage;
use cheval_domain::session::Action;

use super::Stagehand;
use super::view::{Beliefs, SeesView};
use crate::KioskSystems;
use crate::config::Config;
use crate::mirror::{MirrorState, picture_place};
use crate::perception::Seen;
use crate::theme::layout::{RADIUS_SMALL, Stage};
use crate::theme::motion::Enter;
use crate::theme::palette;
use crate::theme::typography::Voice;
use crate::theme::widget::{Look, button, glass, one_line, row};

/// Which observation a box on the glass follows.
#[derive(Component, Debug, Clone, Copy, PartialEq)]
enum Follows {
    Face(usize),
    Body,
}

/// The words beside such a box.
#[derive(Component)]
struct Says(Follows);

/// Boxes on the glass at most: more people than this do not fit before one mirror.
const MOST_FACES: usize = 8;

pub(super) fn plugin(app: &mut App) {
    app.add_systems(
        Update,
        (
            follow_people,
            say_beliefs.after(super::compose::ComposeSystems),
        )
            .in_set(KioskSystems::Present),
    );
}

pub(super) fn spawn(root: &mut ChildSpawnerCommands, view: &SeesView, hand: &Stagehand) {
    for i in 0..MOST_FACES {
        spawn_box(root, Follows::Face(i), hand);
    }
    spawn_box(root, Follows::Body, hand);
    let panel = Node {
        row_gap: px(26.0),
        ..hand.stage.furniture()
    };
    root.spawn((glass(panel), Enter::rise(420.0)))
        .with_children(|panel| {
            panel.spawn(hand.fonts.text(Voice::Title, palette::PAPER, &view.title));
            let grid = Node {
                display: Display::Grid,
                grid_template_columns: vec![GridTrack::fr(1.0), GridTrack::fr(1.15)],
                column_gap: px(40.0),
                row_gap: px(16.0),
                ..default()
            };
            panel.spawn(grid).with_children(|grid| {
                for (what, fate) in &view.rows {
                    grid.spawn(hand.fonts.text(Voice::Body, palette::PAPER, what));
                    grid.spawn(hand.fonts.text(Voice::BodyBold, palette::PAPER, fate));
                }
            });
            panel
                .spawn(Node {
                    margin: UiRect::top(px(10.0)),
                    ..row()
                })
                .with_children(|actions| {
                    actions.spawn(button(
                        &hand.fonts,
                        Look::Paper,
                        &view.understood,
                        Action::Understood,
                    ));
                    actions.spawn(button(
                        &hand.fonts,
                        Look::Outline,
                        &view.camera_off,
                        Action::CameraOff,
                    ));
                });
        });
}

fn spawn_box(root: &mut ChildSpawnerCommands, follows: Follows, hand: &Stagehand) {
    let colour = if follows == Follows::Body {
        palette::SAGE
    } else {
        palette::PAPER
    };
    root.spawn((
        Name::new("seen"),
        follows,
        Node {
            position_type: PositionType::Absolute,
            border: UiRect::all(px(4.0)),
            border_radius: BorderRadius::all(px(RADIUS_SMALL)),
            display: Display::None,
            ..default()
        },
        BorderColor::all(colour),
        Pickable::IGNORE,
    ))
    .with_children(|frame| {
        let place = match follows {
            Follows::Face(_) => Node {
                top: percent(100.0),
                margin: UiRect::top(px(14.0)),
                ..default()
            },
            Follows::Body => Node {
                top: percent(32.0),
                margin: UiRect::left(px(18.0)),
                ..default()
            },
        };
        frame.spawn((
            Node {
                position_type: PositionType::Absolute,
                padding: UiRect::axes(px(18.0), px(10.0)),
                border_radius: BorderRadius::all(px(14.0)),
                ..place
            },
            BackgroundColor(palette::INK),
            children![(
                Says(follows),
                hand.fonts.text(Voice::Label, palette::PAPER, ""),
                one_line()
            )],
        ));
    });
}

fn follow_people(
    mut seen: MessageReader<Seen>,
    mirror: Res<MirrorState>,
    stage: Res<Stage>,
    config: Res<Config>,
    mut boxes: Query<(&Follows, &mut Node)>,
) {
    let Some(Seen(report)) = seen.read().last() else {
        return;
    };
    for (follows, mut node) in &mut boxes {
        let found = match follows {
            Follows::Face(i) => report.people.get(*i).map(|person| person.face),
            Follows::Body => report
                .people
                .iter()
                .find_map(|person| person.body.as_ref())
                .map(|body| body.bounds),
        };
        let Some(found) = found else {
            node.display = Display::None;
            continue;
        };
        let on_glass =
            glass_from_image(found, mirror.size.as_vec2(), *stage, config.camera.mirrored);
        node.display = Display::Flex;
        node.left = px(on_glass.min.x);
        node.top = px(on_glass.min.y);
        node.width = px(on_glass.width());
        node.height = px(on_glass.height());
    }
}

fn say_beliefs(beliefs: Res<Beliefs>, mut words: Query<(&Says, &mut Text)>) {
    for (Says(about), mut text) in &mut words {
        let said = match about {
            Follows::Face(i) => beliefs.faces.get(*i),
            Follows::Body => beliefs.body.as_ref(),
        };
        if let Some(said) = said.filter(|said| **said != text.0) {
            text.0.clone_from(said);
        }
    }
}

/// Where a box of the camera picture lies on the glass, in design pixels: placed and mirrored like the mirror itself.
#[must_use]
pub fn glass_from_image(found: BoxInImage, picture: Vec2, stage: Stage, mirrored: bool) -> Rect {
    if picture.min_element() < 1.0 {
        return Rect::default();
    }
    let place = picture_place(stage, picture);
    let x = if mirrored {
        1.0 - found.x - found.width
    } else {
        found.x
    };
    let min = place.min + Vec2::new(x, found.y) * place.size();
    Rect::from_corners(
        min,
        min + Vec2::new(found.width, found.height) * place.size(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_centred_face_stays_centred_whatever_the_fit() {
        let face = BoxInImage {
            x: 0.4,
            y: 0.4,
            width: 0.2,
            height: 0.2,
        };
        for (w, h) in [(1280.0, 720.0), (720.0, 1280.0), (640.0, 480.0)] {
            let stage = Stage::default();
            let on_glass = glass_from_image(face, Vec2::new(w, h), stage, true);
            assert!((on_glass.center() - Vec2::new(540.0, 960.0)).length() < 0.01);
        }
    }

    #[test]
    fn mirroring_swaps_left_and_right() {
        let face = BoxInImage {
            x: 0.0,
            y: 0.0,
            width: 0.1,
            height: 0.1,
        };
        let on_glass = glass_from_image(face, Vec2::new(720.0, 1280.0), Stage::default(), true);
        assert!((on_glass.max.x - 1080.0).abs() < 0.01);
    }
}
