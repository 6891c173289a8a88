//! The live mirror: uploads the newest camera picture and garment masks into textures and draws them across the glass.
//! Pixels go from perception to the GPU here and nowhere else.

mod areas;
mod furniture;
mod glass;
mod pass;
mod wear;

use bevy::asset::RenderAssetUsages;
use bevy::image::ImageSampler;
use bevy::prelude::*;
use bevy::render::render_resource::{Extent3d, TextureDimension, TextureFormat, TextureUsages};
use cheval_domain::time::Mono;
use cheval_perception::PLANES;

pub use furniture::FurnitureSystems;
pub use glass::{Glass, GlassUniform, RecolourUniform};
pub use pass::DrawGlass;
pub use wear::{CapsuleUniform, Corner, Draw, Tones, Wear, WearUniform};

use crate::clock::Clock;
use crate::config::Config;
use crate::diagnostics::pace::Pace;
use crate::perception::Eyes;
use crate::theme::layout::Stage;
use crate::{KioskSystems, Startup as KioskStartup};

/// What the mirror shows now.
#[derive(Resource, Debug, Default, Clone, Copy, PartialEq)]
pub struct MirrorState {
    /// The mirror is part of the current scene.
    pub on_glass: bool,
    /// A picture has arrived since the camera was last opened.
    pub has_picture: bool,
    /// Camera frame number of the picture on the glass.
    pub frame: u64,
    /// When the picture on the glass came into memory.
    pub captured: Mono,
    /// Camera frame number that the garment masks were read from.
    pub masks_frame: u64,
    /// Size of the camera picture in pixels.
    pub size: UVec2,
    /// Pictures shown since the start.
    pub frames_shown: u64,
    /// Dims the picture under a full-page panel, 0..=1; 1 = undimmed.
    pub brightness: f32,
    /// Ink behind the furniture: top, bottom, and where the bottom starts.
    pub ink: Vec3,
}

/// Masks older than this many camera frames no longer lie where the shopper is (a third of a second at 30 per second).
const STALE_FRAMES: u64 = 10;

impl MirrorState {
    /// The masks belong to the picture on the glass, or nearly.
    #[must_use]
    pub fn masks_are_fresh(&self) -> bool {
        self.masks_frame > 0 && self.frame.saturating_sub(self.masks_frame) <= STALE_FRAMES
    }
}

pub(super) fn plugin(app: &mut App) {
    app.insert_resource(MirrorState {
        brightness: 1.0,
        ink: Vec3::new(0.55, 0.86, 0.42),
        ..default()
    });
    let glass = empty_glass(app);
    app.insert_resource(glass);
    app.add_plugins((furniture::plugin, pass::plugin, wear::plugin));
    hang_layer(app);
    app.add_systems(
        Update,
        (show_newest_picture, show_newest_masks, show_newest_plate)
            .chain()
            .in_set(KioskSystems::Ingest),
    );
    app.add_systems(Update, hang_mirror.in_set(KioskSystems::Present));
}

fn empty_glass(app: &mut App) -> Glass {
    let barcode = app.world().resource::<KioskStartup>().tools.barcode;
    let mut images = app.world_mut().resource_mut::<Assets<Image>>();
    Glass {
        uniform: GlassUniform::default(),
        picture: images.add(texture(UVec2::ONE, TextureFormat::Rgba8Unorm, vec![0; 4])),
        masks: images.add(texture(UVec2::ONE, TextureFormat::Rgba8Unorm, vec![0; 4])),
        furniture_at_right: false,
        mirror: false,
        barcode,
        masked: Rect::default(),
        furniture: Vec::new(),
    }
}

fn texture(size: UVec2, format: TextureFormat, data: Vec<u8>) -> Image {
    let extent = Extent3d {
        width: size.x,
        height: size.y,
        depth_or_array_layers: 1,
    };
    let mut image = Image::new(
        extent,
        TextureDimension::D2,
        data,
        format,
        // Handed over to the GPU, not kept beside it: the next picture brings bytes of its own.
        RenderAssetUsages::RENDER_WORLD,
    );
    image.sampler = ImageSampler::linear();
    image
}

fn show_newest_picture(
    eyes: Res<Eyes>,
    (glass, wear): (Res<Glass>, Res<Wear>),
    mut state: ResMut<MirrorState>,
    mut images: ResMut<Assets<Image>>,
    mut pace: ResMut<Pace>,
) {
    if !state.on_glass {
        return;
    }
    let Some(frame) = eyes.latest_frame() else {
        return;
    };
    let size = UVec2::new(frame.width(), frame.height());
    if state.size != size
        && let Some(mut over) = images.get_mut(&wear.layer)
    {
        *over = layer(size);
    }
    let Some(mut image) = images.get_mut(&glass.picture) else {
        return;
    };
    let mut data = Vec::new();
    frame.copy_to_gpu_buffer(&mut data);
    if image.size() == size {
        image.data = Some(data);
    } else {
        *image = texture(size, TextureFormat::Rgba8Unorm, data);
    }
    pace.new_picture();
    state.has_picture = true;
    state.frame = frame.number();
    state.captured = frame.captured();
    state.size = size;
    state.frames_shown += 1;
}

fn show_newest_masks(
    eyes: Res<Eyes>,
    (mut glass, mut wear): (ResMut<Glass>, ResMut<Wear>),
    mut state: ResMut<MirrorState>,
    mut images: ResMut<Assets<Image>>,
) {
    if !state.on_glass {
        return;
    }
    let Some(masks) = eyes
        .latest_masks()
        .filter(|masks| masks.frame != state.masks_frame)
    else {
        return;
    };
    state.masks_frame = masks.frame;
    let size = UVec2::new(texels(masks.width), texels(masks.height));
    put(
        &mut images,
        &glass.masks,
        size,
        TextureFormat::Rgba8Unorm,
        masks.rgba.clone(),
    );
    let shade = &masks.shade;
    let size = UVec2::new(texels(shade.width), texels(shade.height));
    let both = shade.relative.iter().zip(&shade.folds);
    let light = both.flat_map(|(light, fold)| [*light, *fold]).collect();
    put(
        &mut images,
        &wear.shade,
        size,
        TextureFormat::Rg8Unorm,
        light,
    );
    put(
        &mut images,
        &wear.skin,
        size,
        TextureFormat::Rgba8Unorm,
        shade.skin_field.clone(),
    );
    glass.masked = extent(&masks.rgba, masks.width, masks.height);
    wear.tones = Tones {
        skin: shade.skin,
        light: shade.light,
        lens: shade.lens,
    };
}

/// Time between two looks at the learned background, milliseconds: it changes slowly.
const PLATE_MS: u64 = 1_000;

fn show_newest_plate(
    eyes: Res<Eyes>,
    clock: Res<Clock>,
    (state, wear): (Res<MirrorState>, Res<Wear>),
    mut images: ResMut<Assets<Image>>,
    mut looked: Local<Option<Mono>>,
) {
    let now = clock.now();
    let due = looked.is_none_or(|then| now.since_ms(then) >= PLATE_MS);
    if !due || !wear.on || !state.on_glass {
        return;
    }
    *looked = Some(now);
    let Some(background) = eyes.latest_background() else {
        return;
    };
    let size = UVec2::new(texels(background.width()), texels(background.height()));
    let mut data = Vec::new();
    background.copy_to_gpu_buffer(&mut data);
    put(
        &mut images,
        &wear.plate,
        size,
        TextureFormat::Rgba8Unorm,
        data,
    );
}

/// New bytes for a picture, in its old texture where the size is the same.
fn put(
    images: &mut Assets<Image>,
    handle: &Handle<Image>,
    size: UVec2,
    format: TextureFormat,
    data: Vec<u8>,
) {
    let Some(mut image) = images.get_mut(handle) else {
        return;
    };
    if image.size() == size {
        image.data = Some(data);
    } else {
        *image = texture(size, format, data);
    }
}

/// The layer that garments are drawn into, and empty pictures of light and background until there are some.
fn hang_layer(app: &mut App) {
    let mut images = app.world_mut().resource_mut::<Assets<Image>>();
    let wear = Wear {
        layer: images.add(layer(UVec2::ONE)),
        shade: images.add(texture(UVec2::ONE, TextureFormat::Rg8Unorm, vec![128; 2])),
        skin: images.add(texture(UVec2::ONE, TextureFormat::Rgba8Unorm, vec![0; 4])),
        plate: images.add(texture(UVec2::ONE, TextureFormat::Rgba8Unorm, vec![0; 4])),
        ..default()
    };
    app.insert_resource(wear);
}

/// A picture of this size that can be drawn into, and read back where it is measured.
fn layer(size: UVec2) -> Image {
    let mut image = Image::new_target_texture(size.x, size.y, wear::LAYER_FORMAT, None);
    image.texture_descriptor.usage |= TextureUsages::COPY_SRC;
    image.asset_usage = RenderAssetUsages::RENDER_WORLD;
    image.sampler = ImageSampler::linear();
    image
}

fn texels(cells: usize) -> u32 {
    u32::try_from(cells).unwrap_or(u32::MAX)
}

/// Where any garment mask is not empty, as shares of the picture, with half a cell of reserve: the sampler reaches that far.
fn extent(masks: &[u8], width: usize, height: usize) -> Rect {
    let cloth = |k: usize| masks[k * PLANES..][..2] != [0, 0];
    let row_has = |y: usize| (y * width..(y + 1) * width).any(cloth);
    let column_has = |x: usize| (0..height).any(|y| cloth(y * width + x));
    let span = |count: usize, has: &dyn Fn(usize) -> bool| {
        let first = (0..count).find(|&i| has(i))?;
        let last = (0..count).rev().find(|&i| has(i))?;
        let share = |cells: f32| (cells / count as f32).clamp(0.0, 1.0);
        Some((share(first as f32 - 0.5), share(last as f32 + 1.5)))
    };
    match (span(width, &column_has), span(height, &row_has)) {
        (Some((left, right)), Some((top, bottom))) => Rect::new(left, top, right, bottom),
        _ => Rect::default(),
    }
}

/// Share of the width that the furniture leaves to the shopper in landscape.
const FREE: f32 = 0.5;

/// Where a picture of this size lies on the glass, in design pixels: it covers what the furniture leaves free, in the middle
/// of which the shopper stands.
#[must_use]
pub fn picture_place(stage: Stage, picture: Vec2) -> Rect {
    let share = if stage.landscape() { FREE } else { 1.0 };
    let free = Vec2::new(stage.width * share, stage.height);
    let drawn = picture * (free / picture).max_element();
    Rect::from_center_size(free / 2.0, drawn)
}

fn hang_mirror(
    state: Res<MirrorState>,
    stage: Res<Stage>,
    config: Res<Config>,
    mut glass: ResMut<Glass>,
    mut pace: ResMut<Pace>,
) {
    glass.mirror = state.on_glass && state.has_picture;
    if !glass.mirror {
        return;
    }
    pace.mirror_is_live();
    let place = picture_place(*stage, state.size.as_vec2());
    let whole = Vec2::new(stage.width, stage.height);
    let (corner, size) = (place.min / whole, place.size() / whole);
    glass.uniform.place = Vec4::new(corner.x, corner.y, size.x, size.y);
    let mirrored = if config.camera.mirrored { 1.0 } else { 0.0 };
    glass.uniform.look = Vec4::new(mirrored, state.brightness, 0.0, 0.0);
    glass.uniform.ink = state.ink.extend(0.0);
    glass.furniture_at_right = stage.landscape();
    // The barcode has 16 bits; the lower half of the number is all it needs.
    glass.uniform.frame = state.frame as u32;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_picture_covers_what_is_free_and_keeps_its_shape() {
        for (width, height, free) in [(1080.0, 1920.0, 1080.0), (1920.0, 1080.0, 960.0)] {
            let stage = Stage { width, height };
            for picture in [Vec2::new(1280.0, 720.0), Vec2::new(720.0, 1280.0)] {
                let place = picture_place(stage, picture);
                assert!(place.min.max_element() <= 0.01 && place.max.y >= height - 0.01);
                assert!(place.max.x >= free - 0.01, "{place:?}");
                assert!((place.center().x - free / 2.0).abs() < 0.01);
                let shape = place.width() / place.height();
                assert!((shape - picture.x / picture.y).abs() < 1e-3);
            }
        }
    }

    #[test]
    fn the_extent_of_masks_holds_every_cell_that_is_not_empty() {
        let (width, height) = (10, 8);
        let mut masks = vec![0; width * height * PLANES];
        assert_eq!(extent(&masks, width, height), Rect::default());
        masks[(3 * width + 4) * PLANES] = 200;
        masks[(5 * width + 6) * PLANES + 1] = 1;
        masks[PLANES - 1] = 255;
        let extent = extent(&masks, width, height);
        assert_eq!(extent, Rect::new(0.35, 2.5 / 8.0, 0.75, 6.5 / 8.0));
    }
}
