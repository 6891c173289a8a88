//! What the glass is made of, told to the render world once per frame: the numbers of the shader (its fields stand in the
//! same order), the newest camera picture, and the masks.

use std::ops::Range;

use bevy::prelude::*;
use bevy::render::extract_resource::ExtractResource;
use bevy::render::render_resource::ShaderType;

use super::areas::Area;

/// Recolour of one region; see `cheval_tryon::recolour` for the meaning of the numbers.
#[derive(ShaderType, Debug, Clone, Copy, Default, PartialEq)]
pub struct RecolourUniform {
    /// Target L*a*b*, strength 0..=1.
    pub target_lab: Vec4,
    /// Worn L*a*b*, kept share of the L* deviation.
    pub worn_lab: Vec4,
    /// Kept share of the a*b* deviation, room above and below the target L*.
    pub keep: Vec4,
}

impl RecolourUniform {
    fn is_drawn(&self) -> bool {
        self.target_lab.w > 0.0
    }
}

/// Everything the glass shader needs to know.
#[derive(ShaderType, Debug, Clone, Copy, Default, PartialEq)]
pub struct GlassUniform {
    /// Where the picture lies: left, top, width, height as shares of the glass.
    pub place: Vec4,
    /// 1 = mirrored, brightness.
    pub look: Vec4,
    /// Ink at the top, behind the furniture, where that starts.
    pub ink: Vec4,
    /// Recolour of the torso garment.
    pub torso: RecolourUniform,
    /// Recolour of the leg garment.
    pub legs: RecolourUniform,
    /// Number of the camera frame, for the barcode.
    pub frame: u32,
}

/// What is drawn on the glass: the mirror, and over it the furniture that the user interface painted.
#[derive(Resource, ExtractResource, Debug, Clone)]
pub struct Glass {
    /// Numbers.
    pub uniform: GlassUniform,
    /// Newest camera picture, sRGB values.
    pub picture: Handle<Image>,
    /// Masks: red torso garment, green leg garment, blue hair and things, alpha skin.
    pub masks: Handle<Image>,
    /// The furniture stands at the right (landscape) instead of along the bottom.
    pub furniture_at_right: bool,
    /// The mirror is shown; else the furniture stands on plain ink.
    pub mirror: bool,
    /// Draw the number of the camera frame along the top edge, to be read from outside.
    pub barcode: bool,
    /// Where the masks are not empty, as shares of the picture.
    pub masked: Rect,
    /// Rows of the glass that hold furniture, in pixels: sorted, apart from each other.
    pub furniture: Vec<Range<u32>>,
}

/// Which parts of the shader are needed now. Software renderers run both sides of every branch, so what is not needed is
/// left out of the program (docs/performance.md has the figures).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Ingredients {
    pub(super) mirror: bool,
    pub(super) furniture: bool,
    pub(super) at_right: bool,
    pub(super) torso: bool,
    pub(super) legs: bool,
    pub(super) wear: bool,
    pub(super) barcode: bool,
}

impl Ingredients {
    /// What an area of the glass needs.
    pub(super) fn of(glass: &Glass, wears: bool, area: &Area) -> Self {
        let recolour = |region: &RecolourUniform| area.masked && region.is_drawn();
        Self {
            mirror: glass.mirror,
            furniture: area.furniture,
            at_right: glass.furniture_at_right,
            torso: recolour(&glass.uniform.torso),
            legs: recolour(&glass.uniform.legs),
            wear: wears && glass.mirror && area.masked,
            barcode: glass.barcode,
        }
    }

    /// Names of the parts in the shader.
    pub(super) fn names(self) -> impl Iterator<Item = &'static str> {
        [
            (self.mirror, "MIRROR"),
            (self.furniture, "FURNITURE"),
            (self.at_right, "FURNITURE_AT_RIGHT"),
            (self.torso, "RECOLOUR_TORSO"),
            (self.legs, "RECOLOUR_LEGS"),
            (self.wear, "WEAR"),
            (self.barcode, "BARCODE"),
        ]
        .into_iter()
        .filter_map(|(needed, name)| needed.then_some(name))
    }
}

impl Glass {
    /// Garments are recoloured.
    pub(super) fn recolours(&self) -> bool {
        self.mirror && (self.uniform.torso.is_drawn() || self.uniform.legs.is_drawn())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_drawn_is_in_the_program() {
        let mut glass = Glass {
            uniform: GlassUniform::default(),
            picture: Handle::default(),
            masks: Handle::default(),
            furniture_at_right: false,
            mirror: true,
            barcode: false,
            masked: Rect::default(),
            furniture: Vec::new(),
        };
        let area = Area {
            place: URect::new(0, 0, 8, 8),
            furniture: false,
            masked: true,
        };
        let parts = |glass: &Glass| -> Vec<_> { Ingredients::of(glass, false, &area).names().collect() };
        assert_eq!(parts(&glass), ["MIRROR"]);
        glass.uniform.legs.target_lab.w = 0.5;
        assert_eq!(parts(&glass), ["MIRROR", "RECOLOUR_LEGS"]);
        let worn: Vec<_> = Ingredients::of(&glass, true, &area).names().collect();
        assert_eq!(worn, ["MIRROR", "RECOLOUR_LEGS", "WEAR"]);
    }
}
