//! Reads back what the layer of garments holds, one part at a time: the cloth alone, or alone what gives way to it. Measuring
//! how well a garment sits needs them apart; the picture on the glass shows their sum. Refused while a live camera is on.

use std::path::PathBuf;

use bevy::prelude::*;
use bevy::render::gpu_readback::{Readback, ReadbackComplete};
use bevy::tasks::IoTaskPool;
use cheval_perception::GarmentMasks;
use image::{GrayImage, RgbaImage};

use crate::Startup as KioskStartup;
use crate::mirror::{MirrorState, Wear};
use crate::perception::Eyes;

/// Rows of a texture are read back at multiples of this, bytes.
const ROW_ALIGNMENT: usize = 256;

/// A part of the layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Plane {
    /// The garments. Only their alpha is kept.
    Cloth,
    /// What is painted where worn cloth gives way.
    Uncovered,
}

impl Plane {
    /// In names of files.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Cloth => "cloth",
            Self::Uncovered => "uncovered",
        }
    }
}

/// What is to be read back from the next drawing, and how many are on their way.
#[derive(Resource, Default)]
pub(super) struct Planes {
    wanted: Option<(Plane, String)>,
    under_way: usize,
}

impl Planes {
    /// Draws this part alone in this update and saves it under the name.
    pub(super) fn want(&mut self, plane: Plane, name: String) {
        self.wanted = Some((plane, name));
    }

    /// What is asked for and not yet drawn is not wanted any more.
    pub(super) fn give_up(&mut self) {
        self.wanted = None;
    }

    /// Nothing is asked for or on its way.
    pub(super) fn are_saved(&self) -> bool {
        self.wanted.is_none() && self.under_way == 0
    }
}

/// Leaves only the wanted part in the layer of this drawing and asks for it. Runs after the garments are laid out.
pub(super) fn read(
    startup: Res<KioskStartup>,
    (eyes, mirror): (Res<Eyes>, Res<MirrorState>),
    mut planes: ResMut<Planes>,
    mut wear: ResMut<Wear>,
    asked: Query<Entity, With<Readback>>,
    mut commands: Commands,
) {
    // Each is asked for in one drawing only; the answer comes some updates later.
    for entity in &asked {
        commands.entity(entity).remove::<Readback>();
    }
    // Something that is not drawn now may be in the next update.
    let Some((plane, name)) = planes.wanted.take_if(|_| wear.on) else {
        return;
    };
    let Some(dir) = &startup.tools.shots_dir else {
        return;
    };
    if super::super::shots::is_live_camera(&eyes.camera()) {
        return;
    }
    let gives_way = wear.uncovers;
    match plane {
        Plane::Cloth => wear.uncovers = false,
        Plane::Uncovered => wear.draws.clear(),
    }
    let (file, size) = (dir.join(&name), mirror.size);
    planes.under_way += 1;
    commands
        .spawn(Readback::texture(wear.layer.clone()))
        .observe(
            move |done: On<ReadbackComplete>,
                  mut planes: ResMut<Planes>,
                  mut commands: Commands| {
                planes.under_way = planes.under_way.saturating_sub(1);
                commands.entity(done.entity).despawn();
                let Some(layer) = unpadded(&done.data, size) else {
                    error!("the layer was read back in another size than the picture's");
                    return;
                };
                // A drawing that was left out is asked for once more.
                let drawn = layer.pixels().any(|pixel| pixel.0[3] > 0);
                if gives_way && plane == Plane::Uncovered && !drawn {
                    planes.want(plane, name.clone());
                    return;
                }
                match plane {
                    Plane::Cloth => save(file.clone(), move |file| alpha(&layer).save(file)),
                    Plane::Uncovered => save(file.clone(), move |file| layer.save(file)),
                }
            },
        );
}

/// What the parser takes for what, a quarter of the picture: torso garment, leg garment, hair and things, skin.
pub(super) fn save_masks(masks: &GarmentMasks, dir: PathBuf) {
    let side = |cells: usize| u32::try_from(cells).unwrap_or(0);
    let (width, height) = (side(masks.width), side(masks.height));
    if let Some(picture) = RgbaImage::from_raw(width, height, masks.rgba.clone()) {
        save(dir.join("masks.png"), move |file| picture.save(file));
    }
}

fn save(file: PathBuf, write: impl FnOnce(&PathBuf) -> image::ImageResult<()> + Send + 'static) {
    IoTaskPool::get()
        .spawn(async move {
            let folder = file.parent().map_or(Ok(()), std::fs::create_dir_all);
            let saved = folder.map_err(image::ImageError::IoError);
            if let Err(error) = saved.and_then(|()| write(&file)) {
                error!("failed to save {}: {error}", file.display());
            }
        })
        .detach();
}

fn unpadded(data: &[u8], size: UVec2) -> Option<RgbaImage> {
    let row = size.x as usize * 4;
    let step = row.next_multiple_of(ROW_ALIGNMENT);
    let rows = data.chunks_exact(step).take(size.y as usize);
    let bytes: Vec<u8> = rows.flat_map(|padded| &padded[..row]).copied().collect();
    RgbaImage::from_raw(size.x, size.y, bytes)
}

fn alpha(layer: &RgbaImage) -> GrayImage {
    let alpha = |x, y| image::Luma([layer.get_pixel(x, y).0[3]]);
    GrayImage::from_fn(layer.width(), layer.height(), alpha)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_lose_their_padding() {
        let mut data = vec![9_u8; 2 * 256];
        data[..12].copy_from_slice(&[1, 2, 3, 4, 5, 6, 7, 8, 1, 1, 1, 77]);
        data[256..268].fill(3);
        let layer = unpadded(&data, UVec2::new(3, 2)).unwrap();
        assert_eq!(layer.get_pixel(1, 0).0, [5, 6, 7, 8]);
        assert_eq!(layer.get_pixel(2, 1).0, [3; 4]);
        assert_eq!(alpha(&layer).as_raw()[..3], [4, 8, 77]);
        assert!(unpadded(&data, UVec2::new(3, 4)).is_none());
    }
}
