//! Hats and glasses: flat pictures that follow the head.

use cheval_domain::anchors::Anchor;
use glam::Vec2;

use super::Worn;
use crate::skeleton::Skeleton;
use crate::strip::{Mesh, Rung};

/// Between the pupils, in breadths between the shoulder joints (63 mm; ISO 12870 and ANSUR II).
const PUPILS: f32 = 0.197;
/// Breadth of a hat's opening and of glasses from hinge to hinge, in distances between the pupils (162 mm, 140 mm).
const OPENING: f32 = 2.7;
const HINGES: f32 = 2.25;
/// The edge of a hat's opening lies this far above the eyes, half-way up the forehead, so that a brim that dips leaves them
/// free; the bridge of glasses lies this far below them.
const BROW: f32 = 0.95;
const BRIDGE: f32 = 0.08;

/// A hat.
pub(super) fn hat(worn: &Worn<'_>) -> Option<Mesh> {
    let garment = worn.garment;
    let brim = garment.pair(Anchor::Brim)?;
    let crown = garment.source(Anchor::Crown)?;
    let frame = Frame::of(worn.body);
    let middle = (brim[0] + brim[1]) / 2.0;
    let scale = OPENING * frame.pupils / garment.breadth(brim) * worn.sizing.breadth;
    let origin = frame.head - frame.down * BROW * frame.pupils;
    Some(picture(
        worn,
        middle,
        origin,
        &frame,
        scale,
        1.0,
        (crown.y, middle.y),
    ))
}

/// Glasses.
pub(super) fn glasses(worn: &Worn<'_>) -> Option<Mesh> {
    let garment = worn.garment;
    let temples = garment.pair(Anchor::Temple)?;
    let bridge = garment.source(Anchor::Bridge)?;
    let frame = Frame::of(worn.body);
    let scale = HINGES * frame.pupils / garment.breadth(temples) * worn.sizing.breadth;
    let origin = frame.eyes + frame.down * BRIDGE * frame.pupils;
    Some(picture(
        worn,
        bridge,
        origin,
        &frame,
        scale,
        frame.turned,
        (bridge.y, bridge.y),
    ))
}

/// The whole picture of the garment, turned and scaled about one place.
fn picture(
    worn: &Worn<'_>,
    source: Vec2,
    origin: Vec2,
    frame: &Frame,
    scale: f32,
    narrowed: f32,
    (top, bottom): (f32, f32),
) -> Mesh {
    let aspect = worn.garment.fit.aspect;
    let place = |at: Vec2| {
        let from = at - source;
        origin + frame.across * (from.x * aspect * scale * narrowed) + frame.down * (from.y * scale)
    };
    let rung = |y: f32| {
        let ends = [Vec2::new(0.0, y), Vec2::new(1.0, y)];
        Rung::new(ends, ends.map(place))
    };
    let mut heights = vec![0.0, top, bottom, 1.0];
    heights.sort_by(f32::total_cmp);
    heights.dedup_by(|a, b| (*a - *b).abs() < 0.02);
    Mesh::of(&heights.into_iter().map(rung).collect::<Vec<_>>())
}

/// How the head lies in the picture.
struct Frame {
    eyes: Vec2,
    /// Middle of the head at the height of the eyes: between eyes and ears.
    head: Vec2,
    across: Vec2,
    down: Vec2,
    /// Distance of the pupils if the face looked into the camera.
    pupils: f32,
    /// What is left of it as the face is turned.
    turned: f32,
}

impl Frame {
    fn of(body: &Skeleton) -> Self {
        let [left, right] = body.head.eyes;
        let [left_ear, right_ear] = body.head.ears;
        let eyes = (left + right) / 2.0;
        let seen = left.distance(right);
        let pupils = seen.clamp(PUPILS * body.scale * 0.85, PUPILS * body.scale * 1.3);
        let across = (left - right).normalize_or(Vec2::X);
        let down = across.perp();
        let ears = (left_ear + right_ear) / 2.0;
        // Ears lie lower than eyes; only their shift to the side tells where the middle of the head is.
        let aside = (ears - eyes).dot(across).clamp(-pupils, pupils);
        Self {
            eyes,
            head: eyes + across * aside * 0.35,
            across,
            down: if down.y < 0.0 { -down } else { down },
            pupils,
            turned: (seen / pupils).clamp(0.5, 1.0),
        }
    }
}
