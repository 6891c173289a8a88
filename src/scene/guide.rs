//! The guide: a small figure that shows what the shopper is asked to do, with the sentence beside it. When it speaks, and how
//! the figure moves, are functions of time.

use bevy::prelude::*;
use cheval_domain::time::Mono;
use cheval_tryon::gate::Guide;

use super::Stagehand;
use super::view::GuideView;
use crate::KioskSystems;
use crate::clock::Clock;
use crate::diagnostics::pace::Pace;
use crate::theme::fade::Fade;
use crate::theme::figure::{self, Drawing, FigureInk, FigureUniform, Pose};
use crate::theme::layout::RADIUS_SMALL;
use crate::theme::palette;
use crate::theme::typography::Voice;
use crate::theme::widget::glass;

/// A wish must last so long before it is spoken, milliseconds: most are over before anybody could read them.
const PATIENCE_MS: u64 = 650;
/// A sentence stays at least so long before another takes its place.
const HOLD_MS: u64 = 1_600;
/// One movement of the figure, milliseconds.
const LOOP_MS: u64 = 2_600;
/// Height of the figure, design pixels.
const FIGURE: f32 = 216.0;

/// When the guide speaks.
#[derive(Debug, Default)]
pub(super) struct Prompter {
    wish: Option<(GuideView, Mono)>,
    spoken: Option<(GuideView, Mono)>,
}

impl Prompter {
    /// What the guide says now. Falls silent at once, speaks up and changes its mind with patience.
    pub(super) fn step(&mut self, wanted: Option<&GuideView>, now: Mono) -> Option<&GuideView> {
        let Some(wanted) = wanted else {
            *self = Self::default();
            return None;
        };
        if self.wish.as_ref().is_none_or(|(wish, _)| wish != wanted) {
            self.wish = Some((wanted.clone(), now));
        }
        let lasted = self
            .wish
            .as_ref()
            .map_or(0, |(_, since)| now.since_ms(*since));
        let free = self
            .spoken
            .as_ref()
            .is_none_or(|(_, since)| now.since_ms(*since) >= HOLD_MS);
        let other = self.spoken.as_ref().is_none_or(|(said, _)| said != wanted);
        if other && free && lasted >= PATIENCE_MS {
            self.spoken = Some((wanted.clone(), now));
        }
        self.spoken.as_ref().map(|(said, _)| said)
    }
}

/// Lets the figure of this node move.
#[derive(Component)]
struct Moves {
    guide: Guide,
    since: Mono,
    panel: Entity,
}

pub(super) fn plugin(app: &mut App) {
    app.add_systems(Update, animate.in_set(KioskSystems::Present));
}

/// Figure and sentence on glass, so wide and where `place` says.
pub(super) fn spawn(
    commands: &mut Commands,
    view: &GuideView,
    place: Node,
    (hand, inks, now): (&Stagehand, &mut Assets<FigureInk>, Mono),
) -> Entity {
    let node = Node {
        align_items: AlignItems::Center,
        column_gap: px(30.0),
        ..place
    };
    let panel = commands
        .spawn((
            Name::new("guide"),
            glass(node),
            Fade::default(),
            Pickable::IGNORE,
        ))
        .id();
    commands
        .entity(panel)
        .entry::<Node>()
        .and_modify(|mut node| node.padding = UiRect::new(px(20.0), px(34.0), px(20.0), px(20.0)));
    // Landscape leaves the mirror less breadth.
    let voice = if hand.stage.landscape() {
        Voice::Body
    } else {
        Voice::Lead
    };
    let ink = inks.add(FigureInk {
        figure: FigureUniform::of(&drawing(view.guide, 0.0)),
    });
    commands.entity(panel).with_children(|row| {
        let frame = Node {
            width: px(FIGURE * figure::ASPECT),
            height: px(FIGURE),
            border_radius: BorderRadius::all(px(RADIUS_SMALL)),
            flex_shrink: 0.0,
            ..default()
        };
        row.spawn((
            frame,
            BackgroundColor(palette::FRAME),
            Pickable::IGNORE,
            children![(
                Node {
                    width: percent(100.0),
                    height: percent(100.0),
                    ..default()
                },
                MaterialNode(ink),
                Moves {
                    guide: view.guide,
                    since: now,
                    panel,
                },
                Pickable::IGNORE,
            )],
        ));
        row.spawn((
            Node {
                flex_shrink: 1.0,
                ..default()
            },
            Pickable::IGNORE,
            children![(
                hand.fonts.text(voice, palette::PAPER, &view.words),
                Pickable::IGNORE
            )],
        ));
    });
    panel
}

fn animate(
    clock: Res<Clock>,
    moving: Query<(&Moves, &MaterialNode<FigureInk>)>,
    fades: Query<&Fade>,
    mut inks: ResMut<Assets<FigureInk>>,
    mut pace: ResMut<Pace>,
) {
    for (moves, node) in &moving {
        let phase = clock.now().since_ms(moves.since) % LOOP_MS;
        let mut drawing = drawing(moves.guide, phase as f32 / LOOP_MS as f32);
        drawing.opacity *= fades.get(moves.panel).map_or(1.0, Fade::share);
        if let Some(mut ink) = inks.get_mut(&node.0) {
            ink.figure = FigureUniform::of(&drawing);
            pace.animate();
        }
    }
}

/// The middle of the drawing, and the shopper in it as the mirror wants to see them.
const MIDDLE: f32 = figure::ASPECT / 2.0;
const WELL: Pose = Pose {
    feet: Vec2::new(MIDDLE, 0.93),
    height: 0.82,
    frontal: 1.0,
    arms: 0.0,
};

/// The figure at a moment of the loop: it stands as the shopper does, moves, stays for a moment as it should be, and begins
/// again. `phase` 0..1.
fn drawing(guide: Guide, phase: f32) -> Drawing {
    let done = eased((phase - 0.16) / 0.42);
    Drawing {
        shopper: between(from(guide), towards(guide), done),
        neighbour: (guide == Guide::StandClear).then(|| Pose {
            feet: Vec2::new(MIDDLE - 0.13 - 0.55 * done, 0.97),
            height: 0.86,
            ..WELL
        }),
        reached: eased((phase - 0.52) / 0.1),
        // It does not walk backwards: it begins anew.
        opacity: eased(phase / 0.08).min(1.0 - eased((phase - 0.92) / 0.08)),
    }
}

/// How the shopper stands before they do what is asked.
fn from(guide: Guide) -> Pose {
    match guide {
        Guide::ComeCloser => Pose {
            feet: Vec2::new(MIDDLE, 0.72),
            height: 0.36,
            ..WELL
        },
        Guide::StepBack => Pose {
            feet: Vec2::new(MIDDLE, 1.52),
            height: 1.44,
            ..WELL
        },
        Guide::FaceMirror => Pose {
            frontal: 0.0,
            ..WELL
        },
        Guide::StandClear => WELL,
        Guide::OpenArms => Pose { arms: -1.0, ..WELL },
    }
}

/// How they stand then.
fn towards(guide: Guide) -> Pose {
    match guide {
        Guide::OpenArms => Pose { arms: 1.0, ..WELL },
        Guide::ComeCloser | Guide::StepBack | Guide::FaceMirror | Guide::StandClear => WELL,
    }
}

fn between(a: Pose, b: Pose, share: f32) -> Pose {
    let mix = |a: f32, b: f32| a + (b - a) * share;
    Pose {
        feet: a.feet.lerp(b.feet, share),
        height: mix(a.height, b.height),
        frontal: mix(a.frontal, b.frontal),
        arms: mix(a.arms, b.arms),
    }
}

/// Slow, fast, slow: 0..=1 → 0..=1.
fn eased(t: f32) -> f32 {
    let t = t.clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Guide; 5] = [
        Guide::ComeCloser,
        Guide::StepBack,
        Guide::FaceMirror,
        Guide::StandClear,
        Guide::OpenArms,
    ];
    const END: f32 = 0.8;

    #[test]
    fn the_figure_does_what_the_sentence_says() {
        let (before, after) = (|g| drawing(g, 0.1), |g| drawing(g, END));
        let height = |d: Drawing| d.shopper.height;
        assert!(height(before(Guide::StepBack)) > 1.3 * height(after(Guide::StepBack)));
        assert!(height(before(Guide::ComeCloser)) < 0.6 * height(after(Guide::ComeCloser)));
        let frontal = |d: Drawing| d.shopper.frontal;
        assert!(frontal(before(Guide::FaceMirror)) < 0.1);
        assert_eq!(frontal(after(Guide::FaceMirror)), 1.0);
        let arms = |d: Drawing| d.shopper.arms;
        assert!(arms(before(Guide::OpenArms)) < 0.0 && arms(after(Guide::OpenArms)) > 0.9);
        let beside = |d: Drawing| d.neighbour.map_or(0.0, |n| MIDDLE - n.feet.x);
        assert!(beside(before(Guide::StandClear)) < 0.2);
        assert!(
            beside(after(Guide::StandClear)) > MIDDLE,
            "out of the picture"
        );
    }

    #[test]
    fn every_loop_ends_well_inside_the_frame_and_is_calm() {
        for guide in ALL {
            let end = drawing(guide, END);
            assert_eq!((end.reached, end.opacity), (1.0, 1.0), "{guide:?}");
            let Pose { feet, height, .. } = end.shopper;
            assert!(feet.y < 1.0 && feet.y - height > 0.0, "{guide:?}");
            assert!(drawing(guide, 0.0).opacity < 0.01, "{guide:?}");
            for k in 0..100 {
                let at = |k: i32| drawing(guide, k as f32 / 100.0);
                let (a, b) = (at(k).shopper, at(k + 1).shopper);
                let step = a.feet.distance(b.feet) + (a.height - b.height).abs();
                assert!(step < 0.06, "{guide:?} jumps at {k}");
            }
        }
    }

    fn says(guide: Guide) -> GuideView {
        GuideView {
            guide,
            words: guide.as_str().to_owned(),
        }
    }

    #[test]
    fn a_gate_that_flickers_makes_no_guide() {
        let mut prompter = Prompter::default();
        let wish = says(Guide::StepBack);
        for k in 0..100_u64 {
            let wanted = (k % 10 < 6).then_some(&wish);
            assert_eq!(prompter.step(wanted, Mono(k * 66)), None, "{k}");
        }
    }

    #[test]
    fn a_wish_that_lasts_is_spoken_and_falls_silent_at_once() {
        let mut prompter = Prompter::default();
        let wish = says(Guide::OpenArms);
        assert_eq!(prompter.step(Some(&wish), Mono(0)), None);
        assert_eq!(prompter.step(Some(&wish), Mono(PATIENCE_MS)), Some(&wish));
        assert_eq!(prompter.step(None, Mono(PATIENCE_MS + 1)), None);
    }

    #[test]
    fn a_sentence_can_be_read_before_the_next_comes() {
        let (near, far) = (says(Guide::StepBack), says(Guide::ComeCloser));
        let mut prompter = Prompter::default();
        prompter.step(Some(&near), Mono(0));
        prompter.step(Some(&near), Mono(700));
        for ms in (700..700 + HOLD_MS).step_by(50) {
            assert_eq!(prompter.step(Some(&far), Mono(ms)), Some(&near), "{ms}");
        }
        assert_eq!(prompter.step(Some(&far), Mono(700 + HOLD_MS)), Some(&far));
    }
}
