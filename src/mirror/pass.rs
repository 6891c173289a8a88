//! The one pass that fills the glass. The user interface paints its furniture into a transparent layer of its own, and only
//! when something of it changed; each camera picture is drawn under that layer straight onto the surface. A software
//! renderer pays for every pixel it touches, so each is touched once.

use bevy::core_pipeline::FullscreenShader;
use bevy::ecs::schedule::ScheduleLabel;
use bevy::prelude::*;
use bevy::render::camera::ExtractedCamera;
use bevy::render::extract_resource::ExtractResourcePlugin;
use bevy::render::render_asset::RenderAssets;
use bevy::render::render_phase::ViewSortedRenderPhases;
use bevy::render::render_resource::binding_types::{sampler, texture_2d, uniform_buffer};
use bevy::render::render_resource::{
    BindGroup, BindGroupEntries, BindGroupLayoutDescriptor, BindGroupLayoutEntries,
    CachedRenderPipelineId, ColorTargetState, ColorWrites, FragmentState, PipelineCache,
    RenderPassDescriptor, RenderPipelineDescriptor, SamplerBindingType, ShaderStages,
    SpecializedRenderPipeline, SpecializedRenderPipelines, TextureFormat, TextureSampleType,
    UniformBuffer,
};
use bevy::render::renderer::{RenderContext, RenderDevice, RenderQueue, ViewQuery};
use bevy::render::texture::GpuImage;
use bevy::render::view::ViewTarget;
use bevy::render::{GpuResourceAppExt, Render, RenderApp, RenderStartup, RenderSystems};
use bevy::ui_render::{TransparentUi, ui_pass};

use super::areas::{Area, areas};
use super::glass::{Glass, GlassUniform, Ingredients};
use super::wear::{Wear, draw_wear};

/// What the camera of the screen runs: furniture into its layer, then the glass.
#[derive(ScheduleLabel, Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct DrawGlass;

pub(super) fn plugin(app: &mut App) {
    app.add_plugins(ExtractResourcePlugin::<Glass>::default());
    let Some(render_app) = app.get_sub_app_mut(RenderApp) else {
        return;
    };
    render_app
        .init_gpu_resource::<SpecializedRenderPipelines<GlassPipeline>>()
        .init_gpu_resource::<GlassNumbers>()
        .init_resource::<Plan>()
        .init_schedule(DrawGlass)
        .add_systems(RenderStartup, make_pipeline)
        .add_systems(
            Render,
            (
                keep_painted_furniture
                    .after(RenderSystems::PhaseSort)
                    .before(RenderSystems::Prepare),
                (write_numbers, plan_areas).in_set(RenderSystems::Prepare),
            ),
        )
        .add_systems(
            DrawGlass,
            (clear_furniture, ui_pass, draw_wear, draw_glass).chain(),
        );
}

#[derive(Resource, Default)]
struct GlassNumbers(UniformBuffer<GlassUniform>);

/// What this frame draws where, with which program.
#[derive(Resource, Default)]
struct Plan(Vec<(Area, CachedRenderPipelineId)>);

#[derive(Resource)]
struct GlassPipeline {
    layout: BindGroupLayoutDescriptor,
    vertex: FullscreenShader,
    fragment: Handle<Shader>,
}

fn make_pipeline(mut commands: Commands, vertex: Res<FullscreenShader>, assets: Res<AssetServer>) {
    let entries = BindGroupLayoutEntries::sequential(
        ShaderStages::FRAGMENT,
        (
            uniform_buffer::<GlassUniform>(false),
            texture_2d(TextureSampleType::Float { filterable: false }),
            texture_2d(TextureSampleType::Float { filterable: true }),
            sampler(SamplerBindingType::Filtering),
            texture_2d(TextureSampleType::Float { filterable: true }),
            texture_2d(TextureSampleType::Float { filterable: true }),
        ),
    );
    commands.insert_resource(GlassPipeline {
        layout: BindGroupLayoutDescriptor::new("glass", &entries),
        vertex: vertex.clone(),
        fragment: assets.load("shaders/glass.wgsl"),
    });
}

impl SpecializedRenderPipeline for GlassPipeline {
    type Key = (Ingredients, TextureFormat);

    fn specialize(&self, (ingredients, format): Self::Key) -> RenderPipelineDescriptor {
        RenderPipelineDescriptor {
            label: Some("glass".into()),
            layout: vec![self.layout.clone()],
            vertex: self.vertex.to_vertex_state(),
            fragment: Some(FragmentState {
                shader: self.fragment.clone(),
                shader_defs: ingredients.names().map(Into::into).collect(),
                targets: vec![Some(ColorTargetState {
                    format,
                    blend: None,
                    write_mask: ColorWrites::ALL,
                })],
                ..default()
            }),
            ..default()
        }
    }
}

/// A camera that does not clear its layer wants the furniture of the frame before: nothing of it is drawn again.
fn keep_painted_furniture(
    cameras: Query<&ExtractedCamera>,
    mut phases: ResMut<ViewSortedRenderPhases<TransparentUi>>,
) {
    if cameras.iter().any(paints_furniture) {
        return;
    }
    for phase in phases.values_mut() {
        phase.items.clear();
    }
}

fn paints_furniture(camera: &ExtractedCamera) -> bool {
    !matches!(camera.clear_color, ClearColorConfig::None)
}

fn write_numbers(
    glass: Res<Glass>,
    device: Res<RenderDevice>,
    queue: Res<RenderQueue>,
    mut numbers: ResMut<GlassNumbers>,
) {
    numbers.0.set(glass.uniform);
    numbers.0.write_buffer(&device, &queue);
}

fn plan_areas(
    glass: Res<Glass>,
    wear: Res<Wear>,
    targets: Query<&ViewTarget>,
    pipeline: Res<GlassPipeline>,
    mut cache: ResMut<PipelineCache>,
    mut specialized: ResMut<SpecializedRenderPipelines<GlassPipeline>>,
    mut plan: ResMut<Plan>,
) {
    plan.0.clear();
    let Ok(target) = targets.single() else { return };
    let Some(format) = target.out_texture_view_format() else {
        return;
    };
    let size = target.main_texture().size();
    for area in areas(&glass, worn_extent(&wear), UVec2::new(size.width, size.height)) {
        let program = (Ingredients::of(&glass, wear.on, &area), format);
        let program = specialized.specialize(&cache, &pipeline, program);
        // An area without its program would be black: it is waited for, once for each program.
        cache.block_on_render_pipeline(program);
        plan.0.push((area, program));
    }
}

/// Where the layer of garments is to be looked up, shares of the picture.
fn worn_extent(wear: &Wear) -> Option<Rect> {
    wear.on.then_some(wear.extent)
}

/// The furniture is painted on nothing. A page without any furniture must be wiped too.
fn clear_furniture(view: ViewQuery<(&ViewTarget, &ExtractedCamera)>, mut ctx: RenderContext) {
    let (target, camera) = view.into_inner();
    if paints_furniture(camera) {
        ctx.command_encoder()
            .begin_render_pass(&RenderPassDescriptor {
                label: Some("clear furniture"),
                color_attachments: &[Some(target.get_unsampled_color_attachment())],
                ..default()
            });
    }
}

fn draw_glass(
    view: ViewQuery<&ViewTarget>,
    (glass, wear): (Res<Glass>, Res<Wear>),
    (pipeline, plan, cache): (Res<GlassPipeline>, Res<Plan>, Res<PipelineCache>),
    numbers: Res<GlassNumbers>,
    images: Res<RenderAssets<GpuImage>>,
    mut ctx: RenderContext,
) {
    let target = view.into_inner();
    let Some(group) = bind(target, (&glass, &wear), &pipeline, &cache, &numbers, &images, &ctx) else {
        return;
    };
    let Some(surface) = target.out_texture_color_attachment(Some(LinearRgba::BLACK)) else {
        return;
    };
    let mut pass = ctx.begin_tracked_render_pass(RenderPassDescriptor {
        label: Some("glass"),
        color_attachments: &[Some(surface)],
        ..default()
    });
    pass.set_bind_group(0, &group, &[]);
    for (area, program) in &plan.0 {
        if let Some(program) = cache.get_render_pipeline(*program) {
            let URect { min, .. } = area.place;
            pass.set_render_pipeline(program);
            pass.set_scissor_rect(min.x, min.y, area.place.width(), area.place.height());
            pass.draw(0..3, 0..1);
        }
    }
}

fn bind(
    target: &ViewTarget,
    (glass, wear): (&Glass, &Wear),
    pipeline: &GlassPipeline,
    cache: &PipelineCache,
    numbers: &GlassNumbers,
    images: &RenderAssets<GpuImage>,
    ctx: &RenderContext,
) -> Option<BindGroup> {
    let picture = images.get(&glass.picture)?;
    let masks = images.get(&glass.masks)?;
    let layer = images.get(&wear.layer)?;
    let entries = BindGroupEntries::sequential((
        numbers.0.binding()?,
        target.main_texture_view(),
        &picture.texture_view,
        &picture.sampler,
        &masks.texture_view,
        &layer.texture_view,
    ));
    let layout = cache.get_bind_group_layout(&pipeline.layout);
    Some(
        ctx.render_device()
            .create_bind_group("glass", &layout, &entries),
    )
}
