//! Colour tokens. A shop's brand pack may replace them one day; until then these are the house colours.

use bevy::prelude::*;

/// Dark warm ground and text on paper.
pub const INK: Color = Color::srgb_u8(0x17, 0x13, 0x0F);
/// Light warm ground and text on ink.
pub const PAPER: Color = Color::srgb_u8(0xF7, 0xF2, 0xEB);
/// Ground of product pictures.
pub const LINEN: Color = Color::srgb_u8(0xED, 0xE4, 0xD8);
/// Secondary text on ink.
pub const MUTED: Color = Color::srgb_u8(0xCF, 0xC6, 0xBA);
/// Secondary text on paper, contrast 5.5 on [`PAPER`].
pub const MUTED_ON_PAPER: Color = Color::srgb_u8(0x6B, 0x61, 0x57);
/// The one main action per screen.
pub const ACCENT: Color = Color::srgb_u8(0xE8, 0x56, 0x2A);
/// Accent under small white text, contrast 4.6 with white.
pub const ACCENT_DEEP: Color = Color::srgb_u8(0xD2, 0x3F, 0x14);
/// "All is well".
pub const SAGE: Color = Color::srgb_u8(0x8F, 0xB3, 0x9A);
/// Seasonal drama.
pub const WINE: Color = Color::srgb_u8(0x78, 0x1E, 0x34);
/// Flat translucent ink: panels over the mirror. The GPU blends in linear light, where 0.92 looks like the 0.76 of a web
/// page; body text keeps contrast 4.5 even on a white shirt.
pub const GLASS: Color = Color::srgba(0.090, 0.075, 0.059, 0.92);
/// The hairline around glass.
pub const HAIR: Color = Color::srgba(0.969, 0.949, 0.922, 0.18);
/// Outline of secondary buttons on ink.
pub const OUTLINE: Color = Color::srgba(0.969, 0.949, 0.922, 0.58);
/// The rail of a progress bar on ink.
pub const RAIL: Color = Color::srgba(0.969, 0.949, 0.922, 0.26);
/// The rail of a progress bar on paper.
pub const RAIL_ON_PAPER: Color = Color::srgb_u8(0xE2, 0xD9, 0xCC);
/// Ground of a small drawing on glass.
pub const FRAME: Color = Color::srgba(0.969, 0.949, 0.922, 0.04);
/// The five answers of "how did it feel", worst to best.
pub const FEELINGS: [Color; 5] = [
    Color::srgb_u8(0xE8, 0xD5, 0xCC),
    Color::srgb_u8(0xEF, 0xE3, 0xD3),
    Color::srgb_u8(0xF3, 0xEB, 0xD9),
    Color::srgb_u8(0xE6, 0xED, 0xDC),
    Color::srgb_u8(0xCF, 0xE3, 0xD3),
];

/// A `#RRGGBB` colour of a content pack; packs are checked when loaded, so a bad one is painted as linen, not refused here.
#[must_use]
pub fn from_pack(hex: &str) -> Color {
    Srgba::hex(hex).map_or(LINEN, Color::Srgba)
}

/// Ink reads better than paper on this ground (WCAG relative luminance; both have contrast ≥ 4.5 at the switch).
#[must_use]
pub fn wants_ink(ground: Color) -> bool {
    ground.luminance() > 0.30
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contrast(a: Color, b: Color) -> f32 {
        let (a, b) = (a.luminance() + 0.05, b.luminance() + 0.05);
        a.max(b) / a.min(b)
    }

    #[test]
    fn every_text_colour_has_contrast_on_its_ground() {
        let pairs = [
            (PAPER, INK),
            (INK, PAPER),
            (MUTED, INK),
            (MUTED_ON_PAPER, PAPER),
            (Color::WHITE, ACCENT_DEEP),
            (INK, LINEN),
        ];
        for (text, ground) in pairs {
            assert!(
                contrast(text, ground) >= 4.5,
                "{text:?} on {ground:?}: {}",
                contrast(text, ground)
            );
        }
        for feeling in FEELINGS {
            assert!(contrast(INK, feeling) >= 4.5);
        }
    }

    #[test]
    fn a_bad_pack_colour_is_linen() {
        assert_eq!(from_pack("not a colour"), LINEN);
        assert!(wants_ink(from_pack("#F7F2EB")));
        assert!(!wants_ink(from_pack("#781E34")));
    }
}
