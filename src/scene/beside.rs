//! What stands beside the shopper while the chosen garment is not on them: the guide, and the garment on a card. Both come and
//! go with fades, whatever becomes of the page, and keep clear of the face.

use bevy::prelude::*;
use bevy::ui::UiGlobalTransform;

use super::guide::{self, Prompter};
use super::sees::glass_from_image;
use super::try_on::{BELOW_CHROME, Foot, picture};
use super::view::{Beside, GuideView, PictureView};
use super::{Props, compose};
use crate::KioskSystems;
use crate::audience::Crowd;
use crate::clock::Clock;
use crate::config::Config;
use crate::mirror::MirrorState;
use crate::theme::fade::Fade;
use crate::theme::figure::FigureInk;
use crate::theme::layout::{EDGE, GAP, RADIUS_CARD, Stage};
use crate::theme::palette;

/// The guide is about so high, design pixels.
const GUIDE_HEIGHT: f32 = 256.0;

/// Where the two stand.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Layout {
    /// They hang below the brand line instead of standing above the furniture.
    hanging: bool,
    /// The card stands at the left and the guide at the right.
    swapped: bool,
}

/// What is on the glass.
#[derive(Default)]
struct Shown {
    guide: Option<(Entity, GuideView)>,
    card: Option<(Entity, PictureView)>,
    stage: Option<Stage>,
}

/// Stands above the furniture, wherever that begins.
#[derive(Component)]
struct AboveFoot;

pub(super) fn plugin(app: &mut App) {
    app.add_systems(
        Update,
        (show, stand)
            .chain()
            .after(compose::ComposeSystems)
            .in_set(KioskSystems::Present),
    );
}

/// Where the shopper's face is, and the picture it was seen in.
#[derive(bevy::ecs::system::SystemParam)]
struct Sight<'w> {
    crowd: Res<'w, Crowd>,
    mirror: Res<'w, MirrorState>,
    config: Res<'w, Config>,
}

impl Sight<'_> {
    fn face(&self, stage: Stage) -> Option<Rect> {
        let shopper = self.crowd.snapshot().shopper.as_ref()?.track;
        let people = &self.crowd.latest()?.people;
        let face = people.iter().find(|p| p.track == shopper)?.face;
        let size = self.mirror.size.as_vec2();
        Some(glass_from_image(
            face,
            size,
            stage,
            self.config.camera.mirrored,
        ))
    }
}

fn show(
    (beside, clock, sight): (Res<Beside>, Res<Clock>, Sight),
    props: Props,
    feet: Query<(&ComputedNode, &UiGlobalTransform), With<Foot>>,
    mut fades: Query<&mut Fade>,
    mut inks: ResMut<Assets<FigureInk>>,
    mut prompter: Local<Prompter>,
    mut shown: Local<Shown>,
    mut commands: Commands,
) {
    let now = clock.now();
    let stage = *props.stage;
    let other_stage = shown.stage.replace(stage) != Some(stage);
    let guide = prompter.step(beside.guide.as_ref(), now);
    let old_guide = shown
        .guide
        .take_if(|(_, view)| other_stage || Some(&*view) != guide);
    let card = beside.card.as_ref();
    let old_card = shown
        .card
        .take_if(|(_, view)| other_stage || Some(&*view) != card);
    let gone = old_guide.map(|(e, _)| e).into_iter();
    for old in gone.chain(old_card.map(|(e, _)| e)) {
        if let Ok(mut fade) = fades.get_mut(old) {
            fade.go();
        }
    }
    let layout = layout(stage, foot_top(&feet, stage), sight.face(stage));
    let hand = props.hand();
    if let (None, Some(view)) = (&shown.guide, guide) {
        let place = node(layout, stage, layout.swapped, guide_size(stage).x);
        let panel = guide::spawn(&mut commands, view, place, (&hand, &mut inks, now));
        shown.guide = Some((panel, view.clone()));
        above_foot(&mut commands, panel, layout, stage);
    }
    if let (None, Some(view)) = (&shown.card, card) {
        let place = Node {
            height: px(card_size(stage).y),
            align_items: AlignItems::Center,
            justify_content: JustifyContent::Center,
            border: UiRect::all(px(1.5)),
            border_radius: BorderRadius::all(px(RADIUS_CARD)),
            overflow: Overflow::clip(),
            ..node(layout, stage, !layout.swapped, card_size(stage).x)
        };
        let card = commands
            .spawn((
                Name::new("side card"),
                place,
                BackgroundColor(palette::LINEN),
                BorderColor::all(palette::HAIR),
                Fade::default(),
                Pickable::IGNORE,
                children![picture(view, &hand)],
            ))
            .id();
        shown.card = Some((card, view.clone()));
        above_foot(&mut commands, card, layout, stage);
    }
}

fn above_foot(commands: &mut Commands, entity: Entity, layout: Layout, stage: Stage) {
    if !layout.hanging && !stage.landscape() {
        commands.entity(entity).insert(AboveFoot);
    }
}

/// Keeps them above the furniture when that grows or shrinks.
fn stand(
    stage: Res<Stage>,
    feet: Query<(&ComputedNode, &UiGlobalTransform), With<Foot>>,
    mut standing: Query<&mut Node, With<AboveFoot>>,
) {
    let bottom = px(stage.height - foot_top(&feet, *stage) + GAP);
    for mut node in &mut standing {
        if node.bottom != bottom {
            node.bottom = bottom;
        }
    }
}

/// Where the furniture begins, design pixels; a usual place before it is laid out.
fn foot_top(feet: &Query<(&ComputedNode, &UiGlobalTransform), With<Foot>>, stage: Stage) -> f32 {
    let laid_out = feet.iter().find(|(node, _)| !node.is_empty());
    laid_out.map_or(stage.height * 0.58, |(node, place)| {
        (place.translation.y - node.size().y / 2.0) * node.inverse_scale_factor()
    })
}

/// Size of the card.
fn card_size(stage: Stage) -> Vec2 {
    if stage.landscape() {
        Vec2::new(280.0, 362.0)
    } else {
        Vec2::new(340.0, 440.0)
    }
}

/// The guide takes the breadth that the card leaves.
fn guide_size(stage: Stage) -> Vec2 {
    let (left, right) = free(stage);
    Vec2::new(right - left - card_size(stage).x - GAP, GUIDE_HEIGHT)
}

/// What the mirror leaves free, from left to right.
fn free(stage: Stage) -> (f32, f32) {
    let right = if stage.landscape() {
        stage.width - stage.furniture_width() - EDGE - GAP
    } else {
        stage.width - EDGE
    };
    (EDGE, right)
}

/// Side by side at the foot of the mirror; card and guide change places, or go up, where the face would be covered.
fn layout(stage: Stage, foot_top: f32, face: Option<Rect>) -> Layout {
    let (left, right) = free(stage);
    let bottom = if stage.landscape() {
        stage.height - EDGE
    } else {
        foot_top - GAP
    };
    let covers = |x: f32, size: Vec2| {
        let place = Rect::new(x, bottom - size.y, x + size.x, bottom);
        face.is_some_and(|face| !place.intersect(face).is_empty())
    };
    let (card, guide) = (card_size(stage), guide_size(stage));
    let side_by_side = covers(left, guide) || covers(right - card.x, card);
    let the_other_way = covers(left, card) || covers(right - guide.x, guide);
    // Both above the face then, and the card, which is higher, on the side that is freer.
    let hanging = side_by_side && the_other_way;
    let at_right = face.is_some_and(|face| face.center().x > f32::midpoint(left, right));
    Layout {
        hanging,
        swapped: if hanging { at_right } else { side_by_side },
    }
}

/// A place at one side.
fn node(layout: Layout, stage: Stage, at_right: bool, width: f32) -> Node {
    let (left, right) = free(stage);
    let (top, bottom) = if layout.hanging {
        (px(BELOW_CHROME), Val::Auto)
    } else {
        (Val::Auto, px(EDGE))
    };
    Node {
        position_type: PositionType::Absolute,
        left: px(if at_right { right - width } else { left }),
        width: px(width),
        top,
        bottom,
        ..default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STAGE: Stage = Stage {
        width: 1080.0,
        height: 1920.0,
    };
    const FOOT: f32 = 1110.0;

    fn with_face(x: f32, y: f32, size: f32) -> Layout {
        let face = Rect::from_center_size(Vec2::new(x, y), Vec2::splat(size));
        layout(STAGE, FOOT, Some(face))
    }

    #[test]
    fn the_card_and_the_guide_never_cover_the_face() {
        let usual = Layout {
            hanging: false,
            swapped: false,
        };
        assert_eq!(layout(STAGE, FOOT, None), usual);
        assert_eq!(with_face(540.0, 200.0, 200.0), usual, "somebody who stands");
        assert!(with_face(850.0, 700.0, 200.0).swapped, "at the right");
        let seated = with_face(540.0, 950.0, 260.0);
        assert!(seated.hanging, "somebody low in the picture");
        let near = with_face(700.0, 800.0, 700.0);
        assert!(near.hanging && near.swapped, "a face that fills the glass");
    }

    #[test]
    fn both_stand_side_by_side_within_the_mirror() {
        let wide = Stage {
            width: 1920.0,
            height: 1080.0,
        };
        for stage in [STAGE, wide] {
            for swapped in [false, true] {
                let layout = Layout {
                    hanging: false,
                    swapped,
                };
                let (guide, card) = (
                    node(layout, stage, swapped, guide_size(stage).x),
                    node(layout, stage, !swapped, card_size(stage).x),
                );
                let span = |node: &Node| match (node.left, node.width) {
                    (Val::Px(left), Val::Px(width)) => (left, left + width),
                    other => panic!("{other:?}"),
                };
                let (guide, card) = (span(&guide), span(&card));
                let (left, right) = free(stage);
                let (first, second) = if swapped {
                    (card, guide)
                } else {
                    (guide, card)
                };
                assert!(first.0 >= left && second.1 <= right);
                assert!(first.1 + GAP <= second.0 + 0.01, "{first:?} {second:?}");
            }
        }
    }
}
