//! Colours as people name them, and CIE L*a*b* (D65, 2°) to compare them. Owns the anchors of the names, the distance
//! and the harmony of two names; must not know garments, people or screens.

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

impl ColourName {
    /// Every name, in the order of the enum.
    pub const ALL: [Self; 19] = [
        Self::Black,
        Self::Charcoal,
        Self::Grey,
        Self::White,
        Self::Cream,
        Self::Beige,
        Self::Brown,
        Self::Red,
        Self::Bordeaux,
        Self::Orange,
        Self::Yellow,
        Self::Olive,
        Self::Green,
        Self::Teal,
        Self::LightBlue,
        Self::Blue,
        Self::Navy,
        Self::Purple,
        Self::Pink,
    ];

    /// The word used in conditions, records and message keys; the same as the serialised form.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Black => "black",
            Self::Charcoal => "charcoal",
            Self::Grey => "grey",
            Self::White => "white",
            Self::Cream => "cream",
            Self::Beige => "beige",
            Self::Brown => "brown",
            Self::Red => "red",
            Self::Bordeaux => "bordeaux",
            Self::Orange => "orange",
            Self::Yellow => "yellow",
            Self::Olive => "olive",
            Self::Green => "green",
            Self::Teal => "teal",
            Self::LightBlue => "light_blue",
            Self::Blue => "blue",
            Self::Navy => "navy",
            Self::Purple => "purple",
            Self::Pink => "pink",
        }
    }

    /// The anchor in sRGB: cloth of that name as a camera shows it in shop light (so black is not 0 and white not 255).
    #[must_use]
    pub const fn srgb8(self) -> [u8; 3] {
        match self {
            Self::Black => [0x1A, 0x1A, 0x1B],
            Self::Charcoal => [0x48, 0x4A, 0x4D],
            Self::Grey => [0x93, 0x94, 0x96],
            Self::White => [0xF2, 0xF2, 0xF0],
            Self::Cream => [0xEE, 0xE3, 0xC8],
            Self::Beige => [0xC8, 0xAE, 0x8A],
            Self::Brown => [0x6B, 0x43, 0x28],
            Self::Red => [0xC8, 0x20, 0x2B],
            Self::Bordeaux => [0x6E, 0x1A, 0x2C],
            Self::Orange => [0xE2, 0x71, 0x1D],
            Self::Yellow => [0xF0, 0xC4, 0x19],
            Self::Olive => [0x6B, 0x6B, 0x2A],
            Self::Green => [0x2F, 0x7D, 0x46],
            Self::Teal => [0x15, 0x7A, 0x7C],
            Self::LightBlue => [0x9D, 0xC3, 0xE0],
            Self::Blue => [0x24, 0x59, 0xB5],
            Self::Navy => [0x1F, 0x2A, 0x4D],
            Self::Purple => [0x6B, 0x3F, 0xA0],
            Self::Pink => [0xE5, 0x8F, 0xB0],
        }
    }

    /// The anchor in CIE L*a*b*: [`Self::srgb8`] converted by [`srgb8_to_lab`].
    #[must_use]
    pub fn lab(self) -> [f32; 3] {
        srgb8_to_lab(self.srgb8())
    }
}

/// A colour text that is not `#RRGGBB`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("colour `{text}` is not of the form #RRGGBB (a hash and six hexadecimal digits)")]
pub struct ColourTextError {
    /// What was given, cut to 32 characters.
    pub text: String,
}

/// Reads `#RRGGBB` (either case).
///
/// # Errors
/// Anything else is refused, with the text.
pub fn parse_hex(text: &str) -> Result<[u8; 3], ColourTextError> {
    let refused = || ColourTextError {
        text: text.chars().take(32).collect(),
    };
    let digits = text
        .strip_prefix('#')
        .filter(|d| d.len() == 6 && d.bytes().all(|b| b.is_ascii_hexdigit()));
    let value =
        u32::from_str_radix(digits.ok_or_else(refused)?, 16).map_err(|_not_hex| refused())?;
    let [_, r, g, b] = value.to_be_bytes();
    Ok([r, g, b])
}

/// D65 white, 2° observer (CIE 15).
const WHITE: [f32; 3] = [0.950_47, 1.0, 1.088_83];
/// CIE 1976 constants as exact fractions: ε = (6/29)³, κ = (29/3)³.
const EPSILON: f32 = 216.0 / 24_389.0;
const KAPPA: f32 = 24_389.0 / 27.0;

/// sRGB (IEC 61966-2-1) to CIE L*a*b* (D65, 2°).
#[must_use]
pub fn srgb8_to_lab(rgb: [u8; 3]) -> [f32; 3] {
    srgb_to_lab(rgb.map(|c| f32::from(c) / 255.0))
}

/// sRGB with channels 0..=1 to CIE L*a*b* (D65, 2°).
#[must_use]
pub fn srgb_to_lab(rgb: [f32; 3]) -> [f32; 3] {
    linear_to_lab(rgb.map(linear))
}

/// A channel of sRGB, 0..=1, to linear light (IEC 61966-2-1).
#[must_use]
pub fn linear(channel: f32) -> f32 {
    if channel <= 0.040_45 {
        channel / 12.92
    } else {
        ((channel + 0.055) / 1.055).powf(2.4)
    }
}

/// Linear light in sRGB primaries to CIE L*a*b* (D65, 2°).
fn linear_to_lab([r, g, b]: [f32; 3]) -> [f32; 3] {
    let xyz = [
        0.412_456_4 * r + 0.357_576_1 * g + 0.180_437_5 * b,
        0.212_672_9 * r + 0.715_152_2 * g + 0.072_175 * b,
        0.019_333_9 * r + 0.119_192 * g + 0.950_304_1 * b,
    ];
    let f = |t: f32| {
        if t > EPSILON {
            t.cbrt()
        } else {
            (KAPPA * t + 16.0) / 116.0
        }
    };
    let [fx, fy, fz] = [
        f(xyz[0] / WHITE[0]),
        f(xyz[1] / WHITE[1]),
        f(xyz[2] / WHITE[2]),
    ];
    [116.0 * fy - 16.0, 500.0 * (fx - fy), 200.0 * (fy - fz)]
}

/// CIE L*a*b* (D65, 2°) to sRGB with channels clipped to 0..=1.
#[must_use]
pub fn lab_to_srgb(lab: [f32; 3]) -> [f32; 3] {
    lab_to_linear(lab).map(|c| {
        let c = c.clamp(0.0, 1.0);
        (if c <= 0.003_130_8 {
            12.92 * c
        } else {
            1.055 * c.powf(1.0 / 2.4) - 0.055
        })
        .clamp(0.0, 1.0)
    })
}

/// CIE L*a*b* (D65, 2°) to linear light in sRGB primaries, not clipped.
fn lab_to_linear(lab: [f32; 3]) -> [f32; 3] {
    let fy = (lab[0] + 16.0) / 116.0;
    let f = [fy + lab[1] / 500.0, fy, fy - lab[2] / 200.0];
    let inverse = |t: f32| {
        if t * t * t > EPSILON {
            t * t * t
        } else {
            (116.0 * t - 16.0) / KAPPA
        }
    };
    let [x, y, z] = [
        inverse(f[0]) * WHITE[0],
        inverse(f[1]) * WHITE[1],
        inverse(f[2]) * WHITE[2],
    ];
    [
        3.240_454_2 * x - 1.537_138_5 * y - 0.498_531_4 * z,
        -0.969_266 * x + 1.876_010_8 * y + 0.041_556 * z,
        0.055_643_4 * x - 0.204_025_9 * y + 1.057_225_2 * z,
    ]
}

/// The colour that a camera would show of the same cloth with each linear channel multiplied by its gain (von Kries'
/// diagonal, in sRGB primaries). What would come out brighter than white keeps its hue and is held at the brightest.
#[must_use]
pub fn relight(lab: [f32; 3], gains: [f32; 3]) -> [f32; 3] {
    let linear = lab_to_linear(lab);
    let lit: [f32; 3] = std::array::from_fn(|k| (linear[k] * gains[k]).max(0.0));
    let brightest = lit.into_iter().fold(1.0, f32::max);
    linear_to_lab(lit.map(|c| c / brightest))
}

/// CIE L*a*b* (D65, 2°) to sRGB, colours outside the gamut clipped by channel.
#[must_use]
pub fn lab_to_srgb8(lab: [f32; 3]) -> [u8; 3] {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "clipped to 0..=255 before the cast"
    )]
    lab_to_srgb(lab).map(|c| (c * 255.0).round() as u8)
}

/// The name whose anchor is nearest by [`delta_e_2000`]. CIEDE2000 and not plain ΔE*ab because the names crowd where
/// plain Lab is least even: dark, low-chroma cloth (black, charcoal, navy) and saturated blues.
#[must_use]
pub fn nearest(lab: [f32; 3]) -> ColourName {
    ColourName::ALL
        .into_iter()
        .map(|name| (name, delta_e_2000(lab, name.lab())))
        .min_by(|a, b| a.1.total_cmp(&b.1))
        .map_or(ColourName::Grey, |(name, _)| name)
}

/// Colour difference CIEDE2000 with unit weights (Sharma, Wu, Dalal 2005, "The CIEDE2000 color-difference formula").
#[must_use]
pub fn delta_e_2000(one: [f32; 3], two: [f32; 3]) -> f32 {
    let chroma = |lab: [f32; 3]| lab[1].hypot(lab[2]);
    let seventh = |c: f32| {
        let c7 = c.powi(7);
        (c7 / (c7 + 25.0_f32.powi(7))).sqrt()
    };
    let g = 0.5 * (1.0 - seventh(f32::midpoint(chroma(one), chroma(two))));
    let prime = |lab: [f32; 3]| {
        let a = lab[1] * (1.0 + g);
        let hue = if a == 0.0 && lab[2] == 0.0 {
            0.0
        } else {
            lab[2].atan2(a).to_degrees().rem_euclid(360.0)
        };
        (a.hypot(lab[2]), hue)
    };
    let ((c1, h1), (c2, h2)) = (prime(one), prime(two));
    let grey = c1 * c2 == 0.0;
    let hue_step = match h2 - h1 {
        _ if grey => 0.0,
        d if d > 180.0 => d - 360.0,
        d if d < -180.0 => d + 360.0,
        d => d,
    };
    let mean_hue = match (h1 + h2, (h1 - h2).abs()) {
        (sum, _) if grey => sum,
        (sum, apart) if apart <= 180.0 => sum / 2.0,
        (sum, _) if sum < 360.0 => (sum + 360.0) / 2.0,
        (sum, _) => (sum - 360.0) / 2.0,
    };
    let (mean_l, mean_c) = (f32::midpoint(one[0], two[0]), f32::midpoint(c1, c2));
    let cos = |degrees: f32| degrees.to_radians().cos();
    let t = 1.0 - 0.17 * cos(mean_hue - 30.0)
        + 0.24 * cos(2.0 * mean_hue)
        + 0.32 * cos(3.0 * mean_hue + 6.0)
        - 0.20 * cos(4.0 * mean_hue - 63.0);
    let from_50 = (mean_l - 50.0).powi(2);
    let s_l = 1.0 + 0.015 * from_50 / (20.0 + from_50).sqrt();
    let s_c = 1.0 + 0.045 * mean_c;
    let s_h = 1.0 + 0.015 * mean_c * t;
    let turn = -(60.0 * (-((mean_hue - 275.0) / 25.0).powi(2)).exp())
        .to_radians()
        .sin()
        * 2.0
        * seventh(mean_c);
    let lightness = (two[0] - one[0]) / s_l;
    let chroma_part = (c2 - c1) / s_c;
    let hue_part = 2.0 * (c1 * c2).sqrt() * (hue_step / 2.0).to_radians().sin() / s_h;
    (lightness.powi(2) + chroma_part.powi(2) + hue_part.powi(2) + turn * chroma_part * hue_part)
        .max(0.0)
        .sqrt()
}

/// Why two colours go together, or do not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Relation {
    /// At least one is a wardrobe neutral, which goes with everything.
    Neutral,
    /// One hue, light and dark.
    TonOnTon,
    /// Neighbours on the hue wheel.
    Analogous,
    /// Opposite on the hue wheel.
    Complementary,
    /// Beside the opposite on the hue wheel.
    SplitComplementary,
    /// No template holds both.
    Clash,
}

/// How well two colours go together.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Harmony {
    /// 0 = clash, 1 = as good as it gets.
    pub score: f32,
    /// Why.
    pub relation: Relation,
}

/// Below this chroma a colour has no hue worth matching: black to white, cream, navy, beige, the neutrals of a wardrobe.
const NEUTRAL_CHROMA: f32 = 25.0;

/// Hue distances at which Matsuda's hue templates, with the sector widths of Cohen-Or et al. 2006 ("Color
/// Harmonization": 18° and 93.6°), stop to hold both colours: type i (one narrow sector), V centred on one colour,
/// and from the opposite side type I (two narrow sectors) and Y (a wide sector against a narrow one).
const TYPE_I_NARROW_DEGREES: f32 = 18.0;
const TYPE_V_DEGREES: f32 = 93.6 / 2.0;
const TYPE_I_OPPOSITE_DEGREES: f32 = 180.0 - 18.0;
const TYPE_Y_DEGREES: f32 = 180.0 - (93.6 + 18.0) / 2.0;

/// How well garments of two colours go together. The relation comes from hue templates (Matsuda 1995; Cohen-Or et al.
/// 2006) on the LCh hue wheel; lightness contrast adds up to 0.1 (Ou & Luo 2006: harmony rises with the difference
/// in lightness), and two colours that fit no template clash less the more muted one of them is.
#[must_use]
pub fn harmony(a: ColourName, b: ColourName) -> Harmony {
    let (a, b) = (a.lab(), b.lab());
    let chroma = a[1].hypot(a[2]).min(b[1].hypot(b[2]));
    let hue = |lab: [f32; 3]| lab[2].atan2(lab[1]).to_degrees();
    let apart = (hue(a) - hue(b)).rem_euclid(360.0);
    let apart = apart.min(360.0 - apart);
    let (relation, base) = match apart {
        _ if chroma < NEUTRAL_CHROMA => (Relation::Neutral, 0.75),
        d if d <= TYPE_I_NARROW_DEGREES => (Relation::TonOnTon, 0.7),
        d if d <= TYPE_V_DEGREES => (Relation::Analogous, 0.8),
        d if d >= TYPE_I_OPPOSITE_DEGREES => (Relation::Complementary, 0.85),
        d if d >= TYPE_Y_DEGREES => (Relation::SplitComplementary, 0.7),
        _ => (
            Relation::Clash,
            0.2 + 0.3 * (1.0 - (chroma / 70.0).min(1.0)),
        ),
    };
    let contrast = ((a[0] - b[0]).abs() / 50.0).min(1.0);
    Harmony {
        score: (base + 0.1 * contrast).clamp(0.0, 1.0),
        relation,
    }
}

#[cfg(test)]
mod tests;
