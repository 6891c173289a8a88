//! The mirror's material: one uniform, the picture and the masks. The shader's fields stand in the same order.

use bevy::prelude::*;
use bevy::render::render_resource::{AsBindGroup, RenderPipelineDescriptor, ShaderType};
use bevy::shader::ShaderRef;
use bevy::ui_render::ui_material::UiMaterialKey;

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

/// Which parts of the shader are needed now. Software renderers run both sides of every branch, so what is not needed is
/// left out of the program (docs/performance.md has the figures).
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct MirrorKey {
    torso: bool,
    legs: bool,
}

impl From<&MirrorMaterial> for MirrorKey {
    fn from(material: &MirrorMaterial) -> Self {
        let drawn = |recolour: RecolourUniform| recolour.target_lab.w > 0.0;
        Self {
            torso: drawn(material.uniform.torso),
            legs: drawn(material.uniform.legs),
        }
    }
}

/// The mirror's material.
#[derive(Asset, TypePath, AsBindGroup, Debug, Clone)]
#[bind_group_data(MirrorKey)]
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

    fn specialize(descriptor: &mut RenderPipelineDescriptor, key: UiMaterialKey<Self>) {
        let Some(fragment) = &mut descriptor.fragment else {
            return;
        };
        if key.bind_group_data.torso {
            fragment.shader_defs.push("RECOLOUR_TORSO".into());
        }
        if key.bind_group_data.legs {
            fragment.shader_defs.push("RECOLOUR_LEGS".into());
        }
    }
}
