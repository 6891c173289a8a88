//! A small figure of a person that shows a movement: how it is built of sticks with round ends that melt into one outline, and
//! how it is painted. What it is to show is said by whoever places it.

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
const STICKS: usize = 44;
/// Somebody else is fainter than the shopper; so is the floor.
const NEIGHBOUR_ALPHA: f32 = 0.5;
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
    /// How far it melts into the others.
    melt: f32,
    whose: Whose,
}

/// Arms from the shoulder: elbow and hand of the right-hand side, heights of the figure from its feet's middle; y upwards.
const FOLDED: [Vec2; 2] = [Vec2::new(0.165, 0.655), Vec2::new(-0.035, 0.7)];
const HANGING: [Vec2; 2] = [Vec2::new(0.152, 0.645), Vec2::new(0.158, 0.5)];
const OPEN: [Vec2; 2] = [Vec2::new(0.235, 0.68), Vec2::new(0.325, 0.575)];
/// Limbs melt into the body over this share of its height.
const MELT: f32 = 0.022;

/// Middle of the body from head to hips: both ends, radius at either; places as above.
const MIDDLE: [([f32; 2], [f32; 2], [f32; 2]); 5] = [
    ([0.0, 0.945], [0.0, 0.925], [0.055, 0.048]),
    ([0.0, 0.86], [0.0, 0.81], [0.026, 0.03]),
    ([-0.085, 0.785], [0.085, 0.785], [0.04, 0.04]),
    ([0.0, 0.73], [0.0, 0.64], [0.075, 0.062]),
    ([0.0, 0.64], [0.0, 0.53], [0.062, 0.07]),
];
/// Flank, leg and foot of the right-hand side likewise.
const SIDE: [([f32; 2], [f32; 2], [f32; 2]); 5] = [
    ([0.06, 0.76], [0.042, 0.64], [0.05, 0.036]),
    ([0.042, 0.63], [0.05, 0.52], [0.036, 0.046]),
    ([0.052, 0.5], [0.052, 0.27], [0.05, 0.032]),
    ([0.052, 0.27], [0.056, 0.035], [0.033, 0.02]),
    ([0.056, 0.03], [0.075, 0.018], [0.018, 0.016]),
];
const SHOULDER: Vec2 = Vec2::new(0.115, 0.785);

/// A figure: head, torso, two arms, two legs.
fn sticks(pose: &Pose, whose: Whose) -> Vec<Stick> {
    let turn = 0.36 + 0.64 * pose.frontal;
    let place = |at: Vec2| pose.feet + Vec2::new(at.x * turn, -at.y) * pose.height;
    let stick = |a: Vec2, b: Vec2, round: [f32; 2]| Stick {
        ends: [place(a), place(b)],
        round: round.map(|r| r * pose.height),
        melt: MELT * pose.height,
        whose,
    };
    let nose = Vec2::new(0.075 * (1.0 - pose.frontal) / turn, 0.925);
    let mut sticks = vec![stick(Vec2::new(0.0, 0.92), nose, [0.03, 0.012])];
    sticks.extend(MIDDLE.map(|(a, b, round)| stick(a.into(), b.into(), round)));
    for side in [Vec2::ONE, Vec2::new(-1.0, 1.0)] {
        let [elbow, hand] = arm(pose.arms).map(|at| at * side);
        sticks.extend([
            stick(SHOULDER * side, elbow, [0.034, 0.026]),
            stick(elbow, hand, [0.026, 0.02]),
        ]);
        sticks.extend(
            SIDE.map(|(a, b, round)| stick(Vec2::from(a) * side, Vec2::from(b) * side, round)),
        );
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
        round: [0.008 * pose.height; 2],
        melt: 0.0,
        whose: Whose::Floor,
    }
}

fn all_sticks(drawing: &Drawing) -> Vec<Stick> {
    let mut all = sticks(&drawing.shopper, Whose::Shopper);
    all.push(floor(&drawing.shopper));
    if let Some(neighbour) = &drawing.neighbour {
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
                    Vec4::new(s.round[0], s.round[1], f32::from(s.whose as u8), s.melt)
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
        assert!((bottom - CALM.feet.y).abs() < 0.02, "{bottom}");
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
        assert_eq!(all_sticks(&both).len(), 42);
        assert_eq!(FigureUniform::of(&both).what.x, 42.0);
        let shader = include_str!("../../assets/shaders/figure.wgsl");
        assert!(shader.contains(&format!("STICKS: u32 = {STICKS}u")));
    }
}
