//! What a silhouette is: trousers have a gap between the legs, tops have armpits, hats are domes, skirts have a flat top.

use std::ops::Range;

use cheval_domain::anchors::Cut;

use super::figure::Figure;
use super::outline::Outline;
use super::torso::Armpits;

/// A cut, how sure, and why.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Guess {
    pub(super) cut: Cut,
    pub(super) sure: f32,
    pub(super) because: &'static str,
}

const fn guess(cut: Cut, sure: f32, because: &'static str) -> Guess {
    Guess { cut, sure, because }
}

/// What the cloth tells beside the silhouette.
#[derive(Debug, Clone, Copy)]
pub(super) struct Front {
    /// Upright edges down the middle, in those beside it: about 1 for a closed front.
    pub(super) opening: f32,
    /// Ground shows between its two halves.
    pub(super) open: bool,
}

/// An opening this strong is a row of buttons or a zip.
const OPENING: f32 = 2.3;
/// How much lower a shirt's hem hangs in the middle than at the sides, widths between the armpits.
const TAIL: Range<f32> = 0.055..0.25;
/// Width of a shirt's hem near its lower end, in the same: it is round.
const TAIL_WIDTH: Range<f32> = 0.4..0.88;

/// Decides from the silhouette, and from the front where the outline cannot tell.
pub(super) fn decide(figure: &Figure<'_>, armpits: Option<&Armpits>, front: Front) -> Guess {
    let tall = figure.height / figure.width.max(1.0);
    if tall < 0.45 {
        return guess(Cut::Glasses, 0.5, "much wider than high");
    }
    // The hollows beside the crown of a cap are no armpits: what sticks out there is no sleeve.
    let solid = solidity(figure);
    let is_cap = |a: &Armpits| solid > 0.94 && a.sleeve < 0.25 * a.across(figure);
    if let Some(armpits) = armpits.filter(|a| !is_cap(a)) {
        return top(figure, armpits, front);
    }
    let edge = TopEdge::of(figure);
    let collar = !edge.is_flat() && figure.has_collar();
    legs(figure, &edge, collar, tall)
        .or_else(|| waistband(figure, &edge, tall))
        .or_else(|| collar.then(|| collared(front)))
        .or_else(|| hat(&edge, solid, tall))
        .unwrap_or_else(|| sleeveless(figure, tall))
}

/// Trousers and shorts: legs that part.
fn legs(figure: &Figure<'_>, edge: &TopEdge, collar: bool, tall: f32) -> Option<Guess> {
    let (at, sharp) = figure.crotch()?;
    let leg = (figure.y(1.0) - figure.outline.at(at)[1]) / figure.height;
    let plain = leg > 0.3 || (!collar && edge.hump < 0.1);
    if !((plain && leg > 0.09) || (leg > 0.03 && edge.is_flat())) {
        return None;
    }
    let sure = (sharp / 120.0).clamp(0.4, 0.95);
    Some(if leg > 0.47 || tall > 1.9 {
        guess(Cut::Trousers, sure, "two long legs")
    } else {
        guess(Cut::Shorts, sure, "two short legs")
    })
}

/// Skirts, and shorts whose legs lie together.
fn waistband(figure: &Figure<'_>, edge: &TopEdge, tall: f32) -> Option<Guess> {
    if !edge.is_flat() || (edge.dip >= 0.08 && tall >= 1.2) {
        return None;
    }
    Some(if figure.belly() > 0.13 {
        guess(Cut::Shorts, 0.45, "a flat top, hems rise to the sides")
    } else {
        guess(Cut::Skirt, 0.7, "a flat top and closed sides")
    })
}

/// A top whose sleeves lie on the body.
fn collared(front: Front) -> Guess {
    if front.open || front.opening > OPENING {
        guess(Cut::Jacket, 0.35, "a collar, an opening")
    } else {
        guess(Cut::Knitwear, 0.35, "a collar, sleeves on the body")
    }
}

fn hat(edge: &TopEdge, solid: f32, tall: f32) -> Option<Guess> {
    let dome = solid > 0.92 && tall < 1.6 && edge.dip < 0.03 && edge.sharp < 50.0;
    if dome && tall > 0.5 {
        return Some(guess(Cut::Hat, 0.65, "a dome"));
    }
    (tall < 0.8 && solid > 0.7).then(|| guess(Cut::Hat, 0.5, "a dome over a brim"))
}

fn sleeveless(figure: &Figure<'_>, tall: f32) -> Guess {
    let flared = figure.width_at(0.9) > 1.12 * figure.width_at(0.3);
    if tall > 2.0 || (tall > 1.4 && flared) {
        guess(Cut::Dress, 0.45, "long, without sleeves")
    } else {
        guess(Cut::TShirt, 0.4, "a top without sleeves")
    }
}

/// What has sleeves that stand off.
fn top(figure: &Figure<'_>, armpits: &Armpits, front: Front) -> Guess {
    let across = armpits.across(figure).max(1.0);
    let long = figure.length() / across;
    let narrow = armpits.narrowest(figure) / across;
    let hem = figure.width_at(0.96) / across;
    let short_sleeves = armpits.sleeve / across < 0.65;
    if long > 2.05 {
        return if !front.open && (short_sleeves || narrow < 0.86 || hem > 1.35) {
            guess(
                Cut::Dress,
                0.6,
                "long, with a waist, a wide hem or short sleeves",
            )
        } else {
            guess(Cut::Coat, 0.55, "long, straight, long sleeves")
        };
    }
    if hem > 1.5 && long > 1.6 {
        return guess(Cut::Dress, 0.5, "a wide hem");
    }
    let round_hem = TAIL.contains(&(armpits.tail(figure) / across)) && TAIL_WIDTH.contains(&hem);
    let opening = front.opening > OPENING;
    if front.open {
        guess(Cut::Jacket, 0.7, "worn open")
    } else if short_sleeves && opening {
        guess(Cut::Shirt, 0.5, "short sleeves, an opening")
    } else if short_sleeves {
        guess(Cut::TShirt, 0.8, "short sleeves")
    } else if round_hem {
        guess(Cut::Shirt, 0.6, "long sleeves, a round hem")
    } else if opening {
        guess(Cut::Jacket, 0.5, "long sleeves, an opening, a straight hem")
    } else {
        guess(Cut::Knitwear, 0.55, "long sleeves, closed")
    }
}

/// What the upper edge of a silhouette without sleeves looks like. All are shares.
struct TopEdge {
    /// How far below the top its corners lie, of the height.
    corners: f32,
    /// Width between the corners, of the whole width.
    wide: f32,
    /// How deep it dips in the middle, of the height: a neckline does, a waistband hardly.
    dip: f32,
    /// How sharply it bends at its corners, degrees.
    sharp: f32,
    /// How far the middle stands above the corners, of the height.
    hump: f32,
}

impl TopEdge {
    fn of(figure: &Figure<'_>) -> Self {
        let none = Self {
            corners: 1.0,
            wide: 0.0,
            dip: 0.0,
            sharp: 0.0,
            hump: 0.0,
        };
        let (Some(top), Some(bottom)) = (figure.on_axis(true), figure.on_axis(false)) else {
            return none;
        };
        let outline = &figure.outline;
        // Waistband, the round of the hip, hem.
        let right = outline.corners(&outline.run(top, bottom), 3);
        let left = outline.corners(&outline.run(bottom, top), 3);
        let (Some(right), Some(left)) = (right, left) else {
            return none;
        };
        let (a, b) = (outline.at(right[0]), outline.at(left[2]));
        let edge = outline.run(left[2], right[0]);
        let Some(highest) = Outline::most(&edge, |i| -outline.at(i)[1]) else {
            return none;
        };
        Self {
            corners: (a[1].max(b[1]) - figure.top) / figure.height,
            wide: (a[0] - b[0]) / figure.width,
            dip: (outline.at(top)[1] - outline.at(highest)[1]) / figure.height,
            sharp: outline.turn(right[0], 8).min(outline.turn(left[2], 8)),
            hump: ((a[1] + b[1]) / 2.0 - outline.at(top)[1]) / figure.height,
        }
    }

    fn is_flat(&self) -> bool {
        self.sharp > 50.0
            && self.corners < 0.15
            && self.wide > 0.2
            && self.hump < 0.07
            && self.dip < 0.2
    }
}

/// Area over the area of the convex hull, sampled by rows and columns: 1 has no hollows.
fn solidity(figure: &Figure<'_>) -> f32 {
    let mask = figure.mask;
    let mut hull = 0.0;
    let mut points: Vec<[f32; 2]> = figure.outline.0.clone();
    points.sort_by(|a, b| a[0].total_cmp(&b[0]).then(a[1].total_cmp(&b[1])));
    let half = |points: &mut dyn Iterator<Item = [f32; 2]>| {
        let mut chain: Vec<[f32; 2]> = Vec::new();
        for p in points {
            while let [.., a, b] = chain[..] {
                if (b[0] - a[0]) * (p[1] - a[1]) - (b[1] - a[1]) * (p[0] - a[0]) > 0.0 {
                    break;
                }
                chain.pop();
            }
            chain.push(p);
        }
        chain
    };
    let mut around = half(&mut points.iter().copied());
    around.extend(half(&mut points.iter().rev().copied()));
    for (a, b) in around.iter().zip(around.iter().cycle().skip(1)) {
        hull += (a[0] * b[1] - a[1] * b[0]) / 2.0;
    }
    mask.count() as f32 / hull.abs().max(1.0)
}
