//! Colours as people name them, and CIE L*a*b* (D65, 2°) to compare them.

use serde::{Deserialize, Serialize};

/// The colour names a shop uses; anchors in L*a*b* are in [`ColourName::lab`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum ColourName {
    Black,
    Charcoal,
    Grey,
    White,
    Cream,
    Beige,
    Brown,
    Red,
    Bordeaux,
    Orange,
    Yellow,
    Olive,
    Green,
    Teal,
    LightBlue,
    Blue,
    Navy,
    Purple,
    Pink,
}
