//! The mirror's material: one uniform, the picture and the masks. The shader's fields stand in the same order.

use bevy::prelude::*;
use bevy::render::render_resource::{AsBindGroup, ShaderType};
use bevy::shader::ShaderRef;

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

/// Everything the mirror's shader needs to know.
#[derive(ShaderType, Debug, Clone, Copy, Default, PartialEq)]
pub struct MirrorUniform {
    /// Picture width and height in pixels, 1 = mirrored, brightness.
    pub picture: Vec4,
    /// Ink at the top, behind the furniture, where that starts, 1 = furniture at the right.
    pub ink: Vec4,
    /// Recolour of the torso garment.
    pub torso: RecolourUniform,
    /// Recolour of the leg garment.
    pub legs: RecolourUniform,
}

/// The mirror's material.
#[derive(Asset, TypePath, AsBindGroup, Debug, Clone)]
pub struct MirrorMaterial {
    /// Numbers.
    #[uniform(0)]
    pub uniform: MirrorUniform,
    /// Newest camera picture, sRGB.
    #[texture(1)]
    #[sampler(2)]
    pub picture: Handle<Image>,
    /// Garment masks: red torso, green legs.
    #[texture(3)]
    #[sampler(4)]
    pub masks: Handle<Image>,
}

impl UiMaterial for MirrorMaterial {
    fn fragment_shader() -> ShaderRef {
        "shaders/mirror.wgsl".into()
    }
}
