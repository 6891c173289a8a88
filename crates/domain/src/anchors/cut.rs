//! Cuts: what a garment is when it is put on, and which anchors it needs for that.

use serde::{Deserialize, Serialize};

use super::{Anchor, Side};

/// What a garment is when it is put on; finer than what can be read from a camera picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum Cut {
    TShirt,
    Shirt,
    Knitwear,
    Jacket,
    Coat,
    Dress,
    Skirt,
    Trousers,
    Shorts,
    Scarf,
    Hat,
    Glasses,
}

impl Cut {
    /// All of them.
    pub const ALL: [Self; 12] = [
        Self::TShirt,
        Self::Shirt,
        Self::Knitwear,
        Self::Jacket,
        Self::Coat,
        Self::Dress,
        Self::Skirt,
        Self::Trousers,
        Self::Shorts,
        Self::Scarf,
        Self::Hat,
        Self::Glasses,
    ];

    /// The anchors without which a garment cannot be put on.
    #[must_use]
    pub fn required(self) -> Vec<Anchor> {
        use Anchor::{
            Bridge, Brim, Crotch, Crown, HemInner, HemOuter, Hip, NeckBack, NeckFront, Temple,
            WrapTop,
        };
        match self {
            Self::TShirt | Self::Shirt | Self::Knitwear | Self::Jacket | Self::Coat => {
                let mut wanted = vec![NeckBack, NeckFront];
                wanted.extend(both(&TORSO));
                wanted
            }
            Self::Dress => {
                let mut wanted = vec![NeckBack, NeckFront];
                wanted.extend(both(&TORSO));
                wanted.extend(both(&[Hip]));
                wanted
            }
            Self::Skirt => both(&[Anchor::Waist, Hip, Anchor::Hem]),
            Self::Trousers | Self::Shorts => {
                let mut wanted = vec![Crotch];
                wanted.extend(both(&[Anchor::Waist, Hip, HemOuter, HemInner]));
                wanted
            }
            Self::Scarf => {
                let mut wanted = vec![WrapTop, NeckFront];
                wanted.extend(both(&[Anchor::Neck, Anchor::Hem]));
                wanted
            }
            Self::Hat => {
                let mut wanted = vec![Crown];
                wanted.extend(both(&[Brim]));
                wanted
            }
            Self::Glasses => {
                let mut wanted = vec![Bridge];
                wanted.extend(both(&[Temple]));
                wanted
            }
        }
    }

    /// Anchors that make it sit better: all four of a sleeve or none.
    #[must_use]
    pub fn optional(self) -> Vec<Anchor> {
        match self {
            Self::TShirt
            | Self::Shirt
            | Self::Knitwear
            | Self::Jacket
            | Self::Coat
            | Self::Dress => both(&[
                Anchor::CuffOuter,
                Anchor::CuffInner,
                Anchor::ElbowOuter,
                Anchor::ElbowInner,
            ]),
            Self::Trousers => both(&[Anchor::KneeOuter, Anchor::KneeInner]),
            _ => Vec::new(),
        }
    }
}

const TORSO: [fn(Side) -> Anchor; 5] = [
    Anchor::Neck,
    Anchor::Shoulder,
    Anchor::Armpit,
    Anchor::Waist,
    Anchor::Hem,
];

fn both(of: &[fn(Side) -> Anchor]) -> Vec<Anchor> {
    of.iter()
        .flat_map(|anchor| [anchor(Side::Left), anchor(Side::Right)])
        .collect()
}

impl Cut {
    /// The word in files and on pages; the same as the serialised form.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::TShirt => "t_shirt",
            Self::Shirt => "shirt",
            Self::Knitwear => "knitwear",
            Self::Jacket => "jacket",
            Self::Coat => "coat",
            Self::Dress => "dress",
            Self::Skirt => "skirt",
            Self::Trousers => "trousers",
            Self::Shorts => "shorts",
            Self::Scarf => "scarf",
            Self::Hat => "hat",
            Self::Glasses => "glasses",
        }
    }
}
