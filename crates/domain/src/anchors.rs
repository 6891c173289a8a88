//! Where a garment's picture meets a body: named anchors, and how the cut behaves. Data and checks only; the geometry that
//! dresses a body is in `cheval_tryon`.
//!
//! Anchors are shares of the picture: (0, 0) its left upper, (1, 1) its right lower corner. Left and right are the
//! wearer's, so in a picture of the front *left* anchors lie on the right.

mod cut;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use cut::Cut;

use crate::size_chart::{ChartProblem, SizeChart};

/// A side of the wearer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Side {
    Left,
    Right,
}

impl Side {
    /// Left and right.
    pub const BOTH: [Self; 2] = [Self::Left, Self::Right];
}

macro_rules! anchors {
    (middle { $( $(#[$doc:meta])* $name:ident $word:literal; )* } pairs { $( $(#[$pair_doc:meta])* $pair:ident $left:literal $right:literal; )* }) => {
        /// A named place of a garment.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Anchor {
            $( $(#[$doc])* $name, )*
            $( $(#[$pair_doc])* $pair(Side), )*
        }

        impl Anchor {
            /// Every anchor there is.
            pub const ALL: &[Self] = &[
                $( Self::$name, )*
                $( Self::$pair(Side::Left), Self::$pair(Side::Right), )*
            ];

            /// The word in files and on pages.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $( Self::$name => $word, )*
                    $( Self::$pair(Side::Left) => $left, Self::$pair(Side::Right) => $right, )*
                }
            }

            /// The same place of the other side; itself in the middle.
            #[must_use]
            pub const fn mirrored(self) -> Self {
                match self {
                    $( Self::$pair(Side::Left) => Self::$pair(Side::Right), Self::$pair(Side::Right) => Self::$pair(Side::Left), )*
                    other => other,
                }
            }
        }
    };
}

anchors! {
    middle {
    /// Highest point of the collar or neckline behind the neck, in the middle.
    NeckBack "neck_back";
    /// Lowest point of the neckline in front, in the middle; of a scarf, where its ends part.
    NeckFront "neck_front";
    /// Where the legs of trousers part.
    Crotch "crotch";
    /// Highest point of a scarf's loop, in the middle.
    WrapTop "wrap_top";
    /// Highest point of a hat, in the middle.
    Crown "crown";
    /// Middle of glasses, over the nose.
    Bridge "bridge";
    }
    pairs {
    /// Where the shoulder seam meets the neckline; of a scarf, the side of its loop.
    Neck "neck_left" "neck_right";
    /// Outer end of the shoulder seam.
    Shoulder "shoulder_left" "shoulder_right";
    /// Lowest point of the armhole.
    Armpit "armpit_left" "armpit_right";
    /// Side of the waist: the narrowest place, or half-way between armpit and hip where there is none; of skirts and
    /// trousers, end of the waistband.
    Waist "waist_left" "waist_right";
    /// Side at the hips.
    Hip "hip_left" "hip_right";
    /// Corner of the hem; of a scarf, the end.
    Hem "hem_left" "hem_right";
    /// Outside of the sleeve at the elbow.
    ElbowOuter "elbow_outer_left" "elbow_outer_right";
    /// Inside of the sleeve at the elbow.
    ElbowInner "elbow_inner_left" "elbow_inner_right";
    /// Corner of the cuff away from the body.
    CuffOuter "cuff_outer_left" "cuff_outer_right";
    /// Corner of the cuff towards the body.
    CuffInner "cuff_inner_left" "cuff_inner_right";
    /// Outside of the leg at the knee.
    KneeOuter "knee_outer_left" "knee_outer_right";
    /// Inside of the leg at the knee.
    KneeInner "knee_inner_left" "knee_inner_right";
    /// Outer corner of a trouser leg's hem.
    HemOuter "hem_outer_left" "hem_outer_right";
    /// Inner corner of a trouser leg's hem.
    HemInner "hem_inner_left" "hem_inner_right";
    /// Where the edge of the head opening of a hat ends.
    Brim "brim_left" "brim_right";
    /// Hinge of glasses.
    Temple "temple_left" "temple_right";
    }
}

impl Anchor {
    /// The anchor of this word.
    #[must_use]
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|a| a.as_str() == word)
    }
}

impl Serialize for Anchor {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Anchor {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let word = String::deserialize(deserializer)?;
        Self::named(&word)
            .ok_or_else(|| serde::de::Error::custom(format!("there is no anchor `{word}`")))
    }
}

/// How a garment is put on a body.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Fit {
    /// What it is.
    pub cut: Cut,
    /// Width of the picture over its height.
    pub aspect: f32,
    /// It is worn open: what is under it shows in the middle.
    #[serde(default)]
    pub open: bool,
    /// How much wider than the body it is cut, as a share of the body's width: 0 hugs, 0.25 is oversized.
    #[serde(default = "regular_ease")]
    pub ease: f32,
    /// How far its cloth gives, as a share of its width: 0.02 of most woven cloth, 0.35 of rib knit.
    #[serde(default = "woven_stretch")]
    pub stretch: f32,
    /// Where it meets the body.
    pub anchors: BTreeMap<Anchor, [f32; 2]>,
    /// Upper edge of the front, from the wearer's right side of the neck to the left, shares of the picture: cloth above it
    /// is the inside of the back and hidden by the neck. Empty: half an ellipse through `neck_front`.
    #[serde(default)]
    pub neckline: Vec<[f32; 2]>,
    /// What it measures in each size.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chart: Option<SizeChart>,
}

/// A neckline of more places than this is no line drawn by a person or a program of sense.
pub const NECKLINE_MOST: usize = 64;

/// Stretches of the usual neckline.
const ELLIPSE_STEPS: u8 = 12;

const fn regular_ease() -> f32 {
    Fit::REGULAR_EASE
}

const fn woven_stretch() -> f32 {
    Fit::WOVEN_STRETCH
}

/// What is wrong with a fit, in words for the merchandiser.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum FitProblem {
    /// An anchor that the cut needs is not there.
    #[error("the anchor `{}` is missing; a {} needs it", .anchor.as_str(), .cut.as_str())]
    Missing {
        /// The anchor.
        anchor: Anchor,
        /// What needs it.
        cut: Cut,
    },
    /// An anchor that this cut has not.
    #[error("a {} has no anchor `{}`; take it out", .cut.as_str(), .anchor.as_str())]
    Foreign {
        /// The anchor.
        anchor: Anchor,
        /// What has it not.
        cut: Cut,
    },
    /// An anchor lies outside the picture.
    #[error("the anchor `{}` lies outside the picture: {x}, {y}; both must be from 0 to 1", .anchor.as_str())]
    Outside {
        /// The anchor.
        anchor: Anchor,
        /// Share of the width.
        x: f32,
        /// Share of the height.
        y: f32,
    },
    /// A sleeve or leg with some of its anchors only.
    #[error("`{}` is there without `{}`; set both or neither", .has.as_str(), .lacks.as_str())]
    Half {
        /// The anchor that is there.
        has: Anchor,
        /// The one that is not.
        lacks: Anchor,
    },
    /// Left and right are exchanged: left is the wearer's.
    #[error("`{}` lies left of `{}` in the picture; left means the wearer's left, which is on the right of a picture of the front", .left.as_str(), .right.as_str())]
    Exchanged {
        /// The wearer's left.
        left: Anchor,
        /// The wearer's right.
        right: Anchor,
    },
    /// Anchors that must lie above each other do not.
    #[error("`{}` must lie above `{}`", .upper.as_str(), .lower.as_str())]
    UpsideDown {
        /// Must be the upper one.
        upper: Anchor,
        /// Must be the lower one.
        lower: Anchor,
    },
    /// The neckline leaves the picture, or has too few or too many places.
    #[error(
        "the neckline has a place outside the picture, or not from 2 to {NECKLINE_MOST} places"
    )]
    Neckline,
    /// The neckline runs from left to right.
    #[error(
        "the neckline runs the wrong way; it begins at `neck_right`, on the left of a picture of the front"
    )]
    NecklineBackwards,
    /// The ease is no share.
    #[error("the ease is {0}; it must be from 0 (hugs the body) to 1")]
    Ease(f32),
    /// The stretch is no share.
    #[error("the stretch is {0}; it must be from 0 (gives nothing) to 1 (twice as wide)")]
    Stretch(f32),
    /// The size chart is wrong.
    #[error(transparent)]
    Chart(ChartProblem),
    /// The picture has no usable shape.
    #[error("the picture's width over its height is {0}; it must be from 0.1 to 10")]
    Aspect(f32),
}

/// Pairs that must lie above each other by at least a hundredth of the picture, where both are there.
fn order() -> Vec<(Anchor, Anchor)> {
    use Anchor::{
        Armpit, Brim, Crotch, Crown, Hem, HemInner, HemOuter, Hip, KneeOuter, Neck, Shoulder,
        Waist, WrapTop,
    };
    let mut pairs = vec![(WrapTop, Anchor::NeckFront)];
    for side in Side::BOTH {
        pairs.extend([
            (Neck(side), Armpit(side)),
            (Shoulder(side), Armpit(side)),
            (Armpit(side), Waist(side)),
            (Armpit(side), Hem(side)),
            (Neck(side), Hem(side)),
            (Waist(side), Hem(side)),
            (Waist(side), Hip(side)),
            (Hip(side), Hem(side)),
            (Waist(side), Crotch),
            (Hip(side), HemOuter(side)),
            (Hip(side), KneeOuter(side)),
            (KneeOuter(side), HemOuter(side)),
            (Crotch, HemInner(side)),
            (Crown, Brim(side)),
        ]);
    }
    pairs
}

/// The least distance that [`order`] asks for, as a share of the picture's height.
const APART: f32 = 0.005;

impl Fit {
    /// The ease of a garment that says nothing about it.
    pub const REGULAR_EASE: f32 = 0.1;
    /// The stretch of a garment that says nothing about it.
    pub const WOVEN_STRETCH: f32 = 0.02;

    /// Where an anchor lies, as shares of the picture.
    #[must_use]
    pub fn at(&self, anchor: Anchor) -> Option<[f32; 2]> {
        self.anchors.get(&anchor).copied()
    }

    /// The garment has this sleeve.
    #[must_use]
    pub fn has_sleeve(&self, side: Side) -> bool {
        self.at(Anchor::CuffOuter(side)).is_some() && self.at(Anchor::CuffInner(side)).is_some()
    }

    /// The neckline of a garment whose fit draws none: half an ellipse from neck to neck through `neck_front`. Empty for
    /// what has no neck.
    #[must_use]
    pub fn usual_neckline(&self) -> Vec<[f32; 2]> {
        let ends = self
            .at(Anchor::Neck(Side::Right))
            .zip(self.at(Anchor::Neck(Side::Left)));
        let middle = self.at(Anchor::NeckFront).zip(self.at(Anchor::NeckBack));
        let (Some((right, left)), Some((front, _))) = (ends, middle) else {
            return Vec::new();
        };
        (0..=ELLIPSE_STEPS)
            .map(|k| {
                let angle = std::f32::consts::PI * f32::from(k) / f32::from(ELLIPSE_STEPS);
                let share = (1.0 - angle.cos()) / 2.0;
                let along = |i: usize| right[i] + (left[i] - right[i]) * share;
                let hang = (front[1] - along(1)).max(0.0) * angle.sin();
                [along(0), along(1) + hang]
            })
            .collect()
    }

    /// Everything that is wrong; empty when the garment can be put on.
    #[must_use]
    pub fn problems(&self) -> Vec<FitProblem> {
        let mut found = self.wrong_numbers();
        found.extend(self.wrong_anchors());
        if found.is_empty() {
            found.extend(self.wrong_places());
        }
        found
    }

    fn wrong_numbers(&self) -> Vec<FitProblem> {
        let mut found = Vec::new();
        if !(0.0..=1.0).contains(&self.ease) {
            found.push(FitProblem::Ease(self.ease));
        }
        if !(0.0..=1.0).contains(&self.stretch) {
            found.push(FitProblem::Stretch(self.stretch));
        }
        if let Some(chart) = &self.chart {
            found.extend(chart.problems(self.cut).into_iter().map(FitProblem::Chart));
        }
        if !(0.1..=10.0).contains(&self.aspect) {
            found.push(FitProblem::Aspect(self.aspect));
        }
        let inside = |v: &f32| (0.0..=1.0).contains(v);
        if self.neckline.len() == 1
            || self.neckline.len() > NECKLINE_MOST
            || !self.neckline.iter().flatten().all(inside)
        {
            found.push(FitProblem::Neckline);
        } else if let (Some([from, _]), Some([to, _])) =
            (self.neckline.first(), self.neckline.last())
            && from >= to
        {
            found.push(FitProblem::NecklineBackwards);
        }
        for (&anchor, &[x, y]) in &self.anchors {
            if !(0.0..=1.0).contains(&x) || !(0.0..=1.0).contains(&y) {
                found.push(FitProblem::Outside { anchor, x, y });
            }
        }
        found
    }

    fn wrong_anchors(&self) -> Vec<FitProblem> {
        let (cut, required, optional) = (self.cut, self.cut.required(), self.cut.optional());
        let has = |anchor: &Anchor| self.anchors.contains_key(anchor);
        let missing = required.iter().filter(|a| !has(a));
        let mut found: Vec<_> = missing
            .map(|&anchor| FitProblem::Missing { anchor, cut })
            .collect();
        let foreign = |a: &&Anchor| !required.contains(a) && !optional.contains(a);
        found.extend(
            self.anchors
                .keys()
                .filter(foreign)
                .map(|&anchor| FitProblem::Foreign { anchor, cut }),
        );
        for pair in [
            (
                Anchor::CuffOuter as fn(Side) -> Anchor,
                Anchor::CuffInner as fn(Side) -> Anchor,
            ),
            (Anchor::ElbowOuter, Anchor::ElbowInner),
            (Anchor::ElbowOuter, Anchor::CuffOuter),
            (Anchor::KneeOuter, Anchor::KneeInner),
        ] {
            for side in Side::BOTH {
                let (a, b) = (pair.0(side), pair.1(side));
                // An elbow needs a cuff; a cuff needs no elbow.
                let one_way = a == Anchor::ElbowOuter(side) && b == Anchor::CuffOuter(side);
                if has(&a) && !has(&b) {
                    found.push(FitProblem::Half { has: a, lacks: b });
                } else if has(&b) && !has(&a) && !one_way {
                    found.push(FitProblem::Half { has: b, lacks: a });
                }
            }
        }
        found
    }

    fn wrong_places(&self) -> Vec<FitProblem> {
        let mut found = Vec::new();
        for (&left, &[x, _]) in self.anchors.iter().filter(|(a, _)| is_left(**a)) {
            let right = left.mirrored();
            if self.at(right).is_some_and(|[other, _]| x <= other) {
                found.push(FitProblem::Exchanged { left, right });
            }
        }
        for (upper, lower) in order() {
            if let (Some(a), Some(b)) = (self.at(upper), self.at(lower))
                && a[1] + APART > b[1]
            {
                found.push(FitProblem::UpsideDown { upper, lower });
            }
        }
        found
    }
}

fn is_left(anchor: Anchor) -> bool {
    anchor.as_str().ends_with("_left")
}

#[cfg(test)]
mod tests;
