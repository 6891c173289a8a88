//! The live mirror: uploads the newest camera picture and garment masks into textures and draws them across the glass.
//! Pixels go from perception to the GPU here and nowhere else.

mod material;

use bevy::asset::RenderAssetUsages;
use bevy::image::ImageSampler;
use bevy::prelude::*;
use bevy::render::render_resource::{Extent3d, TextureDimension, TextureFormat};

pub use material::{MirrorMaterial, MirrorUniform, RecolourUniform};

use crate::KioskSystems;
use crate::config::Config;
use crate::diagnostics::pace::Pace;
use crate::perception::Eyes;

/// What the mirror shows now.
#[derive(Resource, Debug, Default, Clone, Copy, PartialEq)]
pub struct MirrorState {
    /// The mirror is part of the current scene.
    pub on_glass: bool,
    /// A picture has arrived since the camera was last opened.
    pub has_picture: bool,
    /// Camera frame number of the picture on the glass.
    pub frame: u64,
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
    /// The furniture stands at the right (landscape) instead of along the bottom.
    pub furniture_at_right: bool,
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

/// Handles of the mirror's GPU resources.
#[derive(Resource)]
pub struct MirrorHandles {
    picture: Handle<Image>,
    masks: Handle<Image>,
    /// The material; the try-on writes its recolours here.
    pub material: Handle<MirrorMaterial>,
}

#[derive(Component)]
struct MirrorNode;

pub(super) fn plugin(app: &mut App) {
    app.add_plugins(UiMaterialPlugin::<MirrorMaterial>::default());
    app.insert_resource(MirrorState {
        brightness: 1.0,
        ink: Vec3::new(0.55, 0.86, 0.42),
        ..default()
    });
    app.add_systems(Startup, spawn_mirror);
    app.add_systems(
        Update,
        (show_newest_picture, show_newest_masks)
            .chain()
            .in_set(KioskSystems::Ingest),
    );
    app.add_systems(Update, place_mirror.in_set(KioskSystems::Present));
}

fn spawn_mirror(
    mut commands: Commands,
    mut images: ResMut<Assets<Image>>,
    mut materials: ResMut<Assets<MirrorMaterial>>,
) {
    let picture = images.add(texture(
        UVec2::ONE,
        TextureFormat::Rgba8UnormSrgb,
        vec![0; 4],
    ));
    let masks = images.add(texture(UVec2::ONE, TextureFormat::Rg8Unorm, vec![0; 2]));
    let material = materials.add(MirrorMaterial {
        uniform: MirrorUniform::default(),
        picture: picture.clone(),
        masks: masks.clone(),
    });
    commands.spawn((
        Name::new("mirror"),
        MirrorNode,
        MaterialNode(material.clone()),
        Node {
            position_type: PositionType::Absolute,
            width: percent(100.0),
            height: percent(100.0),
            display: Display::None,
            ..default()
        },
        GlobalZIndex(-10),
        Pickable::IGNORE,
    ));
    commands.insert_resource(MirrorHandles {
        picture,
        masks,
        material,
    });
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
        RenderAssetUsages::all(),
    );
    image.sampler = ImageSampler::linear();
    image
}

fn show_newest_picture(
    eyes: Res<Eyes>,
    handles: Res<MirrorHandles>,
    mut state: ResMut<MirrorState>,
    mut images: ResMut<Assets<Image>>,
    mut materials: ResMut<Assets<MirrorMaterial>>,
    mut pace: ResMut<Pace>,
) {
    if !state.on_glass {
        return;
    }
    let Some(frame) = eyes.latest_frame() else {
        return;
    };
    let Some(mut image) = images.get_mut(&handles.picture) else {
        return;
    };
    let size = UVec2::new(frame.width(), frame.height());
    let mut data = image.data.take().unwrap_or_default();
    frame.copy_to_gpu_buffer(&mut data);
    if image.size() == size {
        image.data = Some(data);
    } else {
        *image = texture(size, TextureFormat::Rgba8UnormSrgb, data);
        // A texture of another size is a new GPU resource; touching the material makes it bind the new one.
        _ = materials.get_mut(&handles.material);
    }
    pace.redraw();
    state.has_picture = true;
    state.frame = frame.number();
    state.size = size;
    state.frames_shown += 1;
}

fn show_newest_masks(
    eyes: Res<Eyes>,
    handles: Res<MirrorHandles>,
    mut state: ResMut<MirrorState>,
    mut images: ResMut<Assets<Image>>,
    mut materials: ResMut<Assets<MirrorMaterial>>,
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
    let Some(mut image) = images.get_mut(&handles.masks) else {
        return;
    };
    let size = UVec2::new(texels(masks.width), texels(masks.height));
    let mut data = image.data.take().unwrap_or_default();
    data.clear();
    data.extend_from_slice(&masks.rg);
    if image.size() == size {
        image.data = Some(data);
    } else {
        *image = texture(size, TextureFormat::Rg8Unorm, data);
        _ = materials.get_mut(&handles.material);
    }
}

fn texels(cells: usize) -> u32 {
    u32::try_from(cells).unwrap_or(u32::MAX)
}

fn place_mirror(
    state: Res<MirrorState>,
    config: Res<Config>,
    handles: Res<MirrorHandles>,
    mut pace: ResMut<Pace>,
    mut materials: ResMut<Assets<MirrorMaterial>>,
    mut nodes: Query<&mut Node, With<MirrorNode>>,
) {
    let visible = state.on_glass && state.has_picture;
    for mut node in &mut nodes {
        let wanted = if visible {
            Display::Flex
        } else {
            Display::None
        };
        if node.display != wanted {
            node.display = wanted;
        }
    }
    if !visible {
        return;
    }
    pace.mirror_is_live();
    let picture = Vec4::new(
        state.size.x as f32,
        state.size.y as f32,
        if config.camera.mirrored { 1.0 } else { 0.0 },
        state.brightness,
    );
    let ink = state
        .ink
        .extend(if state.furniture_at_right { 1.0 } else { 0.0 });
    let unchanged = materials
        .get(&handles.material)
        .is_some_and(|m| m.uniform.picture == picture && m.uniform.ink == ink);
    if !unchanged && let Some(mut material) = materials.get_mut(&handles.material) {
        material.uniform.picture = picture;
        material.uniform.ink = ink;
    }
}
