//! Puts a garment on a body: a fit and a skeleton become pieces, each a mesh with its place among the others.
//!
//! A garment laid flat is half its girth wide, and seen on a body less than that, since it runs round it. So its length
//! and its breadths are scaled apart: lengths by its breadth at the shoulders or hips, breadths by
//! the body's. Another size than the picture's is broader and longer than that ([`crate::size`]).

mod head;
mod legs;
mod limb;
mod sleeve;
mod torso;

use cheval_domain::anchors::{Anchor, Cut, Fit, Side};
use glam::Vec2;

use crate::size::{SizedFit, Sizing};
use crate::skeleton::Skeleton;
use crate::strip::Mesh;

/// Which part of a garment a piece is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// A trouser leg.
    Leg(Side),
    /// A skirt.
    Skirt,
    /// Front of a top, a coat or a dress.
    Torso,
    /// A sleeve.
    Sleeve(Side),
    /// A scarf.
    Scarf,
    /// Glasses.
    Glasses,
    /// A hat.
    Hat,
}

/// A piece of a garment on the body.
#[derive(Debug, Clone, PartialEq)]
pub struct Piece {
    /// What it is.
    pub part: Part,
    /// Pieces are drawn from the lowest level to the highest.
    pub level: u8,
    /// What is drawn where.
    pub mesh: Mesh,
}

/// How far the hem lags behind the hips, picture heights; see [`crate::sway`].
pub type Swing = Vec2;

/// The pieces of a garment, from the lowest to the highest; none when anchors are missing.
#[must_use]
pub fn dress<'a>(garment: impl Into<SizedFit<'a>>, body: &Skeleton, swing: Swing) -> Vec<Piece> {
    let SizedFit { fit, sizing } = garment.into();
    let garment = Garment { fit };
    let worn = Worn {
        garment: &garment,
        sizing,
        body,
        swing,
    };
    let level = level(fit.cut);
    let piece = |part, raise: u8, mesh: Option<Mesh>| {
        mesh.map(|mesh| Piece {
            part,
            level: level + raise,
            mesh,
        })
    };
    let pieces = match fit.cut {
        Cut::TShirt | Cut::Shirt | Cut::Knitwear | Cut::Jacket | Cut::Coat | Cut::Dress => {
            let mut pieces = vec![piece(Part::Torso, 0, torso::front(&worn))];
            for side in Side::BOTH {
                pieces.push(piece(Part::Sleeve(side), 1, sleeve::sleeve(&worn, side)));
            }
            pieces
        }
        Cut::Skirt => vec![piece(Part::Skirt, 0, legs::skirt(&worn))],
        Cut::Trousers | Cut::Shorts => Side::BOTH
            .map(|side| piece(Part::Leg(side), 0, legs::leg(&worn, side)))
            .into(),
        Cut::Scarf => vec![piece(Part::Scarf, 0, torso::scarf(&worn))],
        Cut::Hat => vec![piece(Part::Hat, 0, head::hat(&worn))],
        Cut::Glasses => vec![piece(Part::Glasses, 0, head::glasses(&worn))],
    };
    pieces.into_iter().flatten().collect()
}

/// How far from the shoulder joint a garment's sleeve ends, along the arm; `None` without a sleeve.
#[must_use]
pub fn sleeve_reach<'a>(
    garment: impl Into<SizedFit<'a>>,
    body: &Skeleton,
    side: Side,
) -> Option<f32> {
    at_rest(garment.into(), body, |worn| sleeve::end(worn, side))
}

/// Where a top, coat or dress ends at rest, y in picture heights.
#[must_use]
pub fn hem_height<'a>(garment: impl Into<SizedFit<'a>>, body: &Skeleton) -> Option<f32> {
    at_rest(garment.into(), body, torso::hem_height)
}

/// The sides of the neckline of a top, coat or dress and its lowest place: the wearer's right, left, front.
#[must_use]
pub fn neckline<'a>(garment: impl Into<SizedFit<'a>>, body: &Skeleton) -> Option<[Vec2; 3]> {
    at_rest(garment.into(), body, torso::neckline)
}

fn at_rest<T>(garment: SizedFit<'_>, body: &Skeleton, f: impl FnOnce(&Worn<'_>) -> T) -> T {
    let SizedFit { fit, sizing } = garment;
    f(&Worn {
        garment: &Garment { fit },
        sizing,
        body,
        swing: Vec2::ZERO,
    })
}

/// What is worn over what: later ones cover earlier ones, and a jacket's sleeves the shirt's.
fn level(cut: Cut) -> u8 {
    match cut {
        Cut::Trousers | Cut::Shorts | Cut::Skirt => 0,
        Cut::TShirt | Cut::Shirt => 2,
        Cut::Dress | Cut::Knitwear => 4,
        Cut::Jacket => 6,
        Cut::Coat => 8,
        Cut::Scarf => 10,
        Cut::Glasses => 11,
        Cut::Hat => 12,
    }
}

/// A fit's picture, measured in its height in both directions.
struct Garment<'a> {
    fit: &'a Fit,
}

impl Garment<'_> {
    /// Where an anchor lies, shares of the picture.
    fn source(&self, anchor: Anchor) -> Option<Vec2> {
        self.fit.at(anchor).map(Vec2::from)
    }

    /// The wearer's right and left of a pair, shares of the picture.
    fn pair(&self, anchor: fn(Side) -> Anchor) -> Option<[Vec2; 2]> {
        Some([
            self.source(anchor(Side::Right))?,
            self.source(anchor(Side::Left))?,
        ])
    }

    /// Distance of two places, picture heights.
    fn length(&self, a: Vec2, b: Vec2) -> f32 {
        let between = b - a;
        Vec2::new(between.x * self.fit.aspect, between.y).length()
    }

    /// Breadth of a pair, picture heights.
    fn breadth(&self, pair: [Vec2; 2]) -> f32 {
        self.length(pair[0], pair[1]).max(1e-4)
    }
}

/// A garment, the body it is on, and how its hem swings.
struct Worn<'a> {
    garment: &'a Garment<'a>,
    sizing: Sizing,
    body: &'a Skeleton,
    swing: Swing,
}

impl Worn<'_> {
    /// Ease of the size that the picture shows; what the picture's own lengths are told by.
    fn shown_ease(&self) -> f32 {
        self.garment.fit.ease.clamp(0.0, 1.0)
    }

    /// Ease in the chosen size.
    fn ease(&self) -> f32 {
        ((1.0 + self.shown_ease()) * self.sizing.breadth - 1.0).clamp(0.0, 1.0)
    }
}

#[cfg(test)]
mod tests;
