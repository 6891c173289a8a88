//! The layer of garments: what the shopper tries on, drawn into a picture of its own in the camera picture's pixels, which the
//! glass then lays over the camera's. The scene says what is drawn ([`Wear`]); this is how.

use std::ops::Range;

use bevy::core_pipeline::FullscreenShader;
use bevy::mesh::VertexBufferLayout;
use bevy::prelude::*;
use bevy::render::extract_resource::{ExtractResource, ExtractResourcePlugin};
use bevy::render::render_asset::RenderAssets;
use bevy::render::render_resource::binding_types::{sampler, texture_2d, uniform_buffer};
use bevy::render::render_resource::{
    BindGroup, BindGroupEntries, BindGroupLayoutDescriptor, BindGroupLayoutEntries, BlendState,
    BufferUsages, CachedRenderPipelineId, ColorTargetState, ColorWrites, FragmentState,
    IndexFormat, LoadOp, Operations, PipelineCache, RawBufferVec, RenderPassColorAttachment,
    RenderPassDescriptor, RenderPipelineDescriptor, SamplerBindingType, ShaderStages, ShaderType,
    StoreOp, TextureFormat, TextureSampleType, UniformBuffer, VertexFormat, VertexState,
    VertexStepMode,
};
use bevy::render::renderer::{RenderContext, RenderDevice, RenderQueue};
use bevy::render::texture::GpuImage;
use bevy::render::{GpuResourceAppExt, Render, RenderApp, RenderStartup, RenderSystems};
use cheval_perception::Lens;
use cheval_tryon::cover::{BODY_MOST, FRONT_MOST, SKIN_MOST};

use super::Glass;

/// Format of the layer: sRGB values as they are, premultiplied.
pub(super) const LAYER_FORMAT: TextureFormat = TextureFormat::Rgba8Unorm;

/// A stick with round ends; see `cheval_tryon::cover`.
#[derive(ShaderType, Debug, Clone, Copy, Default, PartialEq)]
pub struct CapsuleUniform {
    /// Both ends, picture heights.
    pub ends: Vec4,
    /// Radius at either end, weight, only where skin is seen.
    pub round: Vec4,
}

/// Numbers of the shader; its fields stand in the same order.
#[derive(ShaderType, Debug, Clone, Copy, Default, PartialEq)]
pub struct WearUniform {
    /// From a place in the picture to one in the masks, picture heights: first row.
    pub carry_x: Vec4,
    /// Second row.
    pub carry_y: Vec4,
    /// Width over height of the picture, torso and legs give way, opacity.
    pub what: Vec4,
    /// Colour of the skin, known.
    pub skin: Vec4,
    /// Colour of the light on cloth, how far down a worn top hides what is under it (picture heights).
    pub light: Vec4,
    /// How much of the folds of torso and leg garment is carried over; down to where a worn top gives way, and from where
    /// on a worn torso garment does (picture heights).
    pub cloth: Vec4,
    /// The wipe of light: its height, breadth, strength.
    pub wipe: Vec4,
    /// How the camera draws: noise of a pixel, how much smaller versions of pictures are taken (levels), a number that differs
    /// from picture to picture.
    pub lens: Vec4,
    /// Middle of the chest; how far from limbs, and from trunk and legs, worn cloth is the shopper's (picture heights).
    pub chest: Vec4,
    /// What becomes skin.
    pub skins: [CapsuleUniform; SKIN_MOST],
    /// What is left as it is.
    pub bodies: [CapsuleUniform; BODY_MOST],
    /// Arms that stay in front.
    pub fronts: [CapsuleUniform; FRONT_MOST],
}

/// A corner of a piece: place in the picture (picture heights), place in the garment's picture, and how it is drawn.
pub type Corner = [f32; 8];

/// Some triangles with one garment's picture.
#[derive(Debug, Clone, PartialEq)]
pub struct Draw {
    /// Of [`Wear::indices`].
    pub indices: Range<u32>,
    /// The garment's picture: sRGB values, premultiplied, with smaller versions.
    pub picture: Handle<Image>,
}

/// What is tried on in this frame.
#[derive(Resource, ExtractResource, Debug, Clone, Default)]
pub struct Wear {
    /// Anything is drawn.
    pub on: bool,
    /// Something worn gives way.
    pub uncovers: bool,
    /// Numbers.
    pub uniform: WearUniform,
    /// Corners of all pieces.
    pub corners: Vec<Corner>,
    /// Triangles of all pieces.
    pub indices: Vec<u32>,
    /// In the order they are drawn.
    pub draws: Vec<Draw>,
    /// Where something may be drawn, shares of the picture.
    pub extent: Rect,
    /// How light falls on the worn cloth.
    pub shade: Handle<Image>,
    /// Colours of the skin that is seen nearby.
    pub skin: Handle<Image>,
    /// The learned background.
    pub plate: Handle<Image>,
    /// What is drawn into.
    pub layer: Handle<Image>,
    /// Tones of the shopper in the shop's light. They stay on their way to the GPU.
    pub tones: Tones,
}

impl Wear {
    /// Nothing of the shopper who was there is kept.
    pub fn forget(&mut self) {
        self.on = false;
        self.uniform = WearUniform::default();
        self.corners.clear();
        self.indices.clear();
        self.draws.clear();
        self.tones = Tones::default();
    }
}

/// What perception found of tones; values are sRGB shares.
#[derive(Clone, Copy, PartialEq, Default)]
pub struct Tones {
    /// Mean colour of the face's skin.
    pub skin: Option<[f32; 3]>,
    /// What the light multiplies linear white by.
    pub light: [f32; 3],
    /// How the camera draws.
    pub lens: Lens,
}

impl std::fmt::Debug for Tones {
    /// Tones are read from a face: none is ever printed.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Tones")
    }
}

pub(super) fn plugin(app: &mut App) {
    app.init_resource::<Wear>();
    app.add_plugins(ExtractResourcePlugin::<Wear>::default());
    let Some(render_app) = app.get_sub_app_mut(RenderApp) else {
        return;
    };
    render_app
        .init_gpu_resource::<WearBuffers>()
        .add_systems(RenderStartup, make_programs)
        .add_systems(
            Render,
            write_buffers.in_set(RenderSystems::PrepareResources),
        );
}

#[derive(Resource)]
pub(super) struct WearBuffers {
    numbers: UniformBuffer<WearUniform>,
    corners: RawBufferVec<Corner>,
    indices: RawBufferVec<u32>,
}

impl Default for WearBuffers {
    fn default() -> Self {
        Self {
            numbers: UniformBuffer::default(),
            corners: RawBufferVec::new(BufferUsages::VERTEX),
            indices: RawBufferVec::new(BufferUsages::INDEX),
        }
    }
}

#[derive(Resource)]
pub(super) struct WearPrograms {
    layout: BindGroupLayoutDescriptor,
    uncover: CachedRenderPipelineId,
    cloth: CachedRenderPipelineId,
}

fn make_programs(
    mut commands: Commands,
    vertex: Res<FullscreenShader>,
    assets: Res<AssetServer>,
    cache: Res<PipelineCache>,
) {
    let picture = || texture_2d(TextureSampleType::Float { filterable: true });
    let entries = BindGroupLayoutEntries::sequential(
        ShaderStages::VERTEX_FRAGMENT,
        (
            uniform_buffer::<WearUniform>(false),
            picture(),
            picture(),
            picture(),
            picture(),
            picture(),
            sampler(SamplerBindingType::Filtering),
            picture(),
        ),
    );
    let layout = BindGroupLayoutDescriptor::new("wear", &entries);
    let shader: Handle<Shader> = assets.load("shaders/wear.wgsl");
    let program =
        |name: &'static str, defs: &[&'static str], vertex: VertexState, entry: &'static str| {
            RenderPipelineDescriptor {
                label: Some(name.into()),
                layout: vec![layout.clone()],
                vertex,
                fragment: Some(FragmentState {
                    shader: shader.clone(),
                    shader_defs: defs.iter().map(|def| (*def).into()).collect(),
                    entry_point: Some(entry.into()),
                    targets: vec![Some(ColorTargetState {
                        format: LAYER_FORMAT,
                        blend: Some(BlendState::PREMULTIPLIED_ALPHA_BLENDING),
                        write_mask: ColorWrites::ALL,
                    })],
                }),
                ..default()
            }
        };
    let corners = VertexState {
        shader: shader.clone(),
        shader_defs: vec!["CLOTH".into()],
        entry_point: Some("corner".into()),
        buffers: vec![VertexBufferLayout::from_vertex_formats(
            VertexStepMode::Vertex,
            [
                VertexFormat::Float32x2,
                VertexFormat::Float32x2,
                VertexFormat::Float32x4,
            ],
        )],
    };
    let uncover = cache.queue_render_pipeline(program(
        "uncover",
        &["UNCOVER"],
        vertex.to_vertex_state(),
        "uncover",
    ));
    let cloth = cache.queue_render_pipeline(program("cloth", &["CLOTH"], corners, "cloth"));
    commands.insert_resource(WearPrograms {
        layout,
        uncover,
        cloth,
    });
}

fn write_buffers(
    wear: Res<Wear>,
    device: Res<RenderDevice>,
    queue: Res<RenderQueue>,
    mut buffers: ResMut<WearBuffers>,
) {
    if !wear.on {
        return;
    }
    let WearBuffers {
        numbers,
        corners,
        indices,
    } = &mut *buffers;
    numbers.set(wear.uniform);
    numbers.write_buffer(&device, &queue);
    corners.clear();
    corners.extend(wear.corners.iter().copied());
    corners.write_buffer(&device, &queue);
    indices.clear();
    indices.extend(wear.indices.iter().copied());
    indices.write_buffer(&device, &queue);
}

/// Draws the layer, before the glass is drawn from it.
pub(super) fn draw_wear(
    wear: Res<Wear>,
    glass: Res<Glass>,
    programs: Res<WearPrograms>,
    buffers: Res<WearBuffers>,
    cache: Res<PipelineCache>,
    images: Res<RenderAssets<GpuImage>>,
    mut ctx: RenderContext,
) {
    if !wear.on {
        return;
    }
    let Some(layer) = images.get(&wear.layer) else {
        return;
    };
    let groups: Option<Vec<BindGroup>> = std::iter::once(&glass.picture)
        .chain(wear.draws.iter().map(|draw| &draw.picture))
        .map(|garment| {
            bind(
                &wear, &glass, &programs, &buffers, &cache, &images, &ctx, garment,
            )
        })
        .collect();
    // Without its pictures the layer stays empty: the shopper sees themselves.
    let groups = groups.unwrap_or_default();
    let mut pass = ctx.begin_tracked_render_pass(RenderPassDescriptor {
        label: Some("wear"),
        color_attachments: &[Some(RenderPassColorAttachment {
            view: &layer.texture_view,
            depth_slice: None,
            resolve_target: None,
            ops: Operations {
                load: LoadOp::Clear(LinearRgba::NONE.into()),
                store: StoreOp::Store,
            },
        })],
        ..default()
    });
    let (Some((uncover, groups)), Some(corners), Some(indices)) = (
        groups.split_first(),
        buffers.corners.buffer(),
        buffers.indices.buffer(),
    ) else {
        return;
    };
    let size = layer.size_2d().as_vec2();
    let extent = Rect::from_corners(wear.extent.min * size, wear.extent.max * size);
    let place = extent
        .intersect(Rect::from_corners(Vec2::ZERO, size))
        .as_urect();
    if place.is_empty() {
        return;
    }
    pass.set_scissor_rect(place.min.x, place.min.y, place.width(), place.height());
    if wear.uncovers
        && let Some(program) = cache.get_render_pipeline(programs.uncover)
    {
        pass.set_render_pipeline(program);
        pass.set_bind_group(0, uncover, &[]);
        pass.draw(0..3, 0..1);
    }
    let Some(program) = cache.get_render_pipeline(programs.cloth) else {
        return;
    };
    pass.set_render_pipeline(program);
    pass.set_vertex_buffer(0, corners.slice(..));
    pass.set_index_buffer(indices.slice(..), IndexFormat::Uint32);
    for (draw, group) in wear.draws.iter().zip(groups) {
        pass.set_bind_group(0, group, &[]);
        pass.draw_indexed(draw.indices.clone(), 0, 0..1);
    }
}

fn bind(
    wear: &Wear,
    glass: &Glass,
    programs: &WearPrograms,
    buffers: &WearBuffers,
    cache: &PipelineCache,
    images: &RenderAssets<GpuImage>,
    ctx: &RenderContext,
    garment: &Handle<Image>,
) -> Option<BindGroup> {
    let view = |image: &Handle<Image>| images.get(image);
    let garment = view(garment)?;
    let entries = BindGroupEntries::sequential((
        buffers.numbers.binding()?,
        &view(&glass.picture)?.texture_view,
        &view(&glass.masks)?.texture_view,
        &view(&wear.shade)?.texture_view,
        &view(&wear.skin)?.texture_view,
        &view(&wear.plate)?.texture_view,
        &garment.sampler,
        &garment.texture_view,
    ));
    let layout = cache.get_bind_group_layout(&programs.layout);
    Some(
        ctx.render_device()
            .create_bind_group("wear", &layout, &entries),
    )
}
