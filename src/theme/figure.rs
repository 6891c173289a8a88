//! A small figure of a person that shows a movement: how it is built of sticks with round ends, and how they are painted. What
//! it is to show is said by whoever places it.

use bevy::prelude::*;
use bevy::render::render_resource::{AsBindGroup, ShaderType};
use bevy::shader::ShaderRef;

use super::palette;

/// One person of a drawing. Lengths in heights of the drawing, y downwards.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pose {
    /// Where the feet stand.
    pub feet: Vec2,
    /// From the feet to the top of the head.
    pub height: f32,
    /// 1 = turned towards the viewer, 0 = seen from the side.
    pub frontal: f32,
    /// −1 = arms folded before the chest, 0 = hanging, 1 = held away from the body.
    pub arms: f32,
}

/// A moment of a drawing.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Drawing {
    /// The shopper.
    pub shopper: Pose,
    /// Somebody who stands before them.
    pub neighbour: Option<Pose>,
    /// How far what is asked for is reached, 0..=1: the figure takes on the colour of "well done".
    pub reached: f32,
    /// 0..=1.
    pub opacity: f32,
}

/// Breadth of a drawing over its height.
pub const ASPECT: f32 = 0.76;
/// Corner radius of a drawing, in its heights.
pub const CORNER: f32 = 0.11;
/// Sticks of a drawing at most: two people and the floor below them.
const STICKS: usize = 30;
/// Somebody else is fainter than the shopper; so is the floor.
const NEIGHBOUR_ALPHA: f32 = 0.42;
const FLOOR_ALPHA: f32 = 0.22;

/// Whose stick it is.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Whose {
    Shopper,
    Neighbour,
    Floor,
}

/// A stick with round ends.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Stick {
    ends: [Vec2; 2],
    round: [f32; 2],
    whose: Whose,
}

/// Arms from the shoulder: elbow and hand of the right-hand side, heights of the figure from its feet's middle; y upwards.
const FOLDED: [Vec2; 2] = [Vec2::new(0.185, 0.645), Vec2::new(-0.03, 0.69)];
const HANGING: [Vec2; 2] = [Vec2::new(0.178, 0.62), Vec2::new(0.185, 0.465)];
const OPEN: [Vec2; 2] = [Vec2::new(0.262, 0.66), Vec2::new(0.335, 0.535)];

/// A figure: head, torso, two arms, two legs.
fn sticks(pose: &Pose, whose: Whose) -> Vec<Stick> {
    let turn = 0.3 + 0.7 * pose.frontal;
    let place = |at: Vec2| pose.feet + Vec2::new(at.x * turn, -at.y) * pose.height;
    let stick = |a: Vec2, b: Vec2, round: [f32; 2]| Stick {
        ends: [place(a), place(b)],
        round: round.map(|r| r * pose.height),
        whose,
    };
    let head = Vec2::new(0.0, 0.917);
    let nose = Vec2::new(0.085 * (1.0 - pose.frontal) / turn, 0.9);
    let mut sticks = vec![
        stick(head, head, [0.078; 2]),
        stick(Vec2::new(0.0, 0.9), nose, [0.05, 0.018]),
        stick(Vec2::new(0.0, 0.75), Vec2::new(0.0, 0.5), [0.07, 0.08]),
    ];
    for side in [1.0, -1.0] {
        let out = |at: Vec2| Vec2::new(at.x * side, at.y);
        let [elbow, hand] = arm(pose.arms).map(out);
        let shoulder = out(Vec2::new(0.158, 0.775));
        let (hip, knee, foot) = (
            Vec2::new(0.052, 0.48),
            Vec2::new(0.056, 0.26),
            Vec2::new(0.06, 0.04),
        );
        sticks.extend([
            stick(
                out(Vec2::new(0.07, 0.77)),
                out(Vec2::new(0.048, 0.5)),
                [0.05; 2],
            ),
            stick(shoulder, elbow, [0.037, 0.034]),
            stick(elbow, hand, [0.034, 0.03]),
            stick(out(hip), out(knee), [0.047, 0.042]),
            stick(out(knee), out(foot), [0.042, 0.036]),
        ]);
    }
    sticks
}

/// Elbow and hand.
fn arm(opened: f32) -> [Vec2; 2] {
    let other = if opened < 0.0 { FOLDED } else { OPEN };
    [0, 1].map(|k: usize| HANGING[k].lerp(other[k], opened.abs().min(1.0)))
}

/// What the feet stand on.
fn floor(pose: &Pose) -> Stick {
    let half = Vec2::new(0.15 * pose.height, 0.0);
    Stick {
        ends: [pose.feet - half, pose.feet + half],
        round: [0.012 * pose.height; 2],
        whose: Whose::Floor,
    }
}

fn all_sticks(drawing: &Drawing) -> Vec<Stick> {
    let mut all = sticks(&drawing.shopper, Whose::Shopper);
    all.push(floor(&drawing.shopper));
    for neighbour in &drawing.neighbour {
        all.extend(sticks(neighbour, Whose::Neighbour));
        all.push(floor(neighbour));
    }
    all
}

/// Numbers of the shader; its fields stand in the same order.
#[derive(ShaderType, Debug, Clone, Copy)]
pub struct FigureUniform {
    ends: [Vec4; STICKS],
    round: [Vec4; STICKS],
    tones: [Vec4; 3],
    what: Vec4,
}

impl FigureUniform {
    /// A moment of a drawing.
    #[must_use]
    pub fn of(drawing: &Drawing) -> Self {
        let all = all_sticks(drawing);
        let tone = |colour: Color, alpha: f32| colour.to_linear().to_vec4().with_w(alpha);
        let own = palette::PAPER.mix(&palette::SAGE, drawing.reached);
        Self {
            ends: std::array::from_fn(|k| {
                all.get(k)
                    .map_or(Vec4::ZERO, |s| Vec4::from((s.ends[0], s.ends[1])))
            }),
            round: std::array::from_fn(|k| {
                all.get(k).map_or(Vec4::ZERO, |s| {
                    Vec4::new(s.round[0], s.round[1], f32::from(s.whose as u8), 0.0)
                })
            }),
            tones: [
                tone(own, 1.0),
                tone(palette::PAPER, NEIGHBOUR_ALPHA),
                tone(palette::PAPER, FLOOR_ALPHA),
            ],
            what: Vec4::new(
                all.len().min(STICKS) as f32,
                CORNER,
                drawing.opacity.clamp(0.0, 1.0),
                0.0,
            ),
        }
    }
}

/// How a node paints a figure.
#[derive(Asset, TypePath, AsBindGroup, Debug, Clone)]
pub struct FigureInk {
    /// What is painted now.
    #[uniform(0)]
    pub figure: FigureUniform,
}

impl UiMaterial for FigureInk {
    fn fragment_shader() -> ShaderRef {
        "shaders/figure.wgsl".into()
    }
}

pub(super) fn plugin(app: &mut App) {
    app.add_plugins(UiMaterialPlugin::<FigureInk>::default());
}

#[cfg(test)]
mod tests {
    use super::*;

    const CALM: Pose = Pose {
        feet: Vec2::new(0.38, 0.92),
        height: 0.8,
        frontal: 1.0,
        arms: 0.0,
    };

    fn drawing(shopper: Pose, neighbour: Option<Pose>) -> Drawing {
        Drawing {
            shopper,
            neighbour,
            reached: 0.0,
            opacity: 1.0,
        }
    }

    fn breadth(pose: Pose) -> f32 {
        let reach = |end: fn(f32, f32) -> f32, from: f32| {
            sticks(&pose, Whose::Shopper)
                .iter()
                .flat_map(|s| [(s.ends[0].x, s.round[0]), (s.ends[1].x, s.round[1])])
                .map(|(x, r)| if from < 0.0 { x + r } else { x - r })
                .fold(from, end)
        };
        reach(f32::max, f32::MIN) - reach(f32::min, f32::MAX)
    }

    #[test]
    fn a_figure_is_as_high_as_asked_and_stands_on_its_feet() {
        let all = sticks(&CALM, Whose::Shopper);
        let top = all
            .iter()
            .map(|s| s.ends[0].y - s.round[0])
            .fold(f32::MAX, f32::min);
        let bottom = all
            .iter()
            .map(|s| s.ends[1].y + s.round[1])
            .fold(f32::MIN, f32::max);
        assert!((top - (CALM.feet.y - CALM.height)).abs() < 0.01, "{top}");
        assert!((bottom - CALM.feet.y).abs() < 0.01, "{bottom}");
    }

    #[test]
    fn turning_away_makes_it_narrow_and_open_arms_make_it_broad() {
        let turned = Pose {
            frontal: 0.0,
            ..CALM
        };
        let open = Pose { arms: 1.0, ..CALM };
        assert!(breadth(turned) < 0.75 * breadth(CALM));
        assert!(breadth(open) > 1.5 * breadth(CALM));
    }

    #[test]
    fn two_people_and_their_floor_fit_the_shader() {
        let both = drawing(CALM, Some(CALM));
        assert_eq!(all_sticks(&both).len(), 28);
        assert_eq!(FigureUniform::of(&both).what.x, 28.0);
        let shader = include_str!("../../assets/shaders/figure.wgsl");
        assert!(shader.contains(&format!("STICKS: u32 = {STICKS}u")));
    }
}
