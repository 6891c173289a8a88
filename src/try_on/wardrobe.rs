//! Pictures of garments as they are put on: read and prepared beside the frames, in sRGB values premultiplied with their
//! alpha, the inside of the back cut away at the neck, with smaller versions for the distance.

use std::collections::BTreeMap;
use std::path::PathBuf;

use bevy::asset::RenderAssetUsages;
use bevy::image::{ImageFilterMode, ImageSampler, ImageSamplerDescriptor};
use bevy::prelude::*;
use bevy::render::render_resource::{Extent3d, TextureDimension, TextureFormat};
use bevy::tasks::futures::check_ready;
use bevy::tasks::{IoTaskPool, Task};
use cheval_domain::anchors::Fit;
use cheval_domain::catalogue::Sku;
use image::imageops::{FilterType, resize};
use image::{ImageReader, Limits, RgbaImage};

use crate::content::Content;

/// Longest side of a prepared picture: a garment fills at most this much of a mirror of 2160 lines.
const SIDE_PX: u32 = 768;
/// A pack's pictures are checked when it is loaded; a file that has changed since is not trusted.
const MAX_SIDE_PX: u32 = 4096;
/// Prepared pictures kept: an outfit and the ones tried before it, 3 MB each.
const KEPT: usize = 12;

/// Garments' pictures by SKU.
#[derive(Resource, Default)]
pub(super) struct Wardrobe {
    hung: BTreeMap<Sku, Hung>,
    /// Of the latest use, for forgetting the longest unused.
    uses: u64,
}

struct Hung {
    state: State,
    used: u64,
}

enum State {
    Preparing(Task<Result<Image, String>>),
    Ready(Handle<Image>),
    Unusable,
}

impl Wardrobe {
    /// The picture of a garment, if it is there already; else it is fetched.
    pub(super) fn picture(&mut self, sku: &Sku, fit: &Fit, path: PathBuf) -> Option<Handle<Image>> {
        self.uses += 1;
        let used = self.uses;
        let hung = self.hung.entry(sku.clone()).or_insert_with(|| {
            let fit = fit.clone();
            let task = IoTaskPool::get().spawn(async move { prepared(&path, &fit) });
            Hung {
                state: State::Preparing(task),
                used,
            }
        });
        hung.used = used;
        match &hung.state {
            State::Ready(handle) => Some(handle.clone()),
            State::Preparing(_) | State::Unusable => None,
        }
    }

    /// Other content: nothing that hangs here is of it.
    fn clear(&mut self) {
        self.hung.clear();
    }

    fn forget_unused(&mut self) {
        while self.hung.len() > KEPT {
            let oldest = self.hung.iter().min_by_key(|(_, hung)| hung.used);
            let Some(sku) = oldest.map(|(sku, _)| sku.clone()) else {
                return;
            };
            self.hung.remove(&sku);
        }
    }
}

/// Hangs up what has been prepared since the last frame.
pub(super) fn fetch(
    content: Res<Content>,
    mut wardrobe: ResMut<Wardrobe>,
    mut images: ResMut<Assets<Image>>,
) {
    if content.is_changed() {
        wardrobe.clear();
    }
    for (sku, hung) in &mut wardrobe.hung {
        let State::Preparing(task) = &mut hung.state else {
            continue;
        };
        match check_ready(task) {
            Some(Ok(image)) => hung.state = State::Ready(images.add(image)),
            Some(Err(reason)) => {
                tracing::warn!("{} cannot be put on: {reason}", sku.0);
                hung.state = State::Unusable;
            }
            None => {}
        }
    }
    wardrobe.forget_unused();
}

fn prepared(path: &PathBuf, fit: &Fit) -> Result<Image, String> {
    let wrong = |e: &dyn std::fmt::Display| format!("{}: {e}", path.display());
    // What a file is does not go by its name.
    let mut reader = ImageReader::open(path)
        .and_then(ImageReader::with_guessed_format)
        .map_err(|e| wrong(&e))?;
    let mut limits = Limits::default();
    limits.max_image_width = Some(MAX_SIDE_PX);
    limits.max_image_height = Some(MAX_SIDE_PX);
    reader.limits(limits);
    let picture = reader.decode().map_err(|e| wrong(&e))?.into_rgba8();
    let mut picture = at_most(picture);
    cut_neck(&mut picture, fit);
    premultiply(&mut picture);
    Ok(with_smaller_versions(picture))
}

fn at_most(picture: RgbaImage) -> RgbaImage {
    let (width, height) = picture.dimensions();
    let longest = width.max(height);
    if longest <= SIDE_PX {
        return picture;
    }
    let side = |px: u32| (px * SIDE_PX / longest).max(1);
    resize(&picture, side(width), side(height), FilterType::CatmullRom)
}

/// Cloth above the front's upper edge is the inside of the back: the shopper's neck is before it.
fn cut_neck(picture: &mut RgbaImage, fit: &Fit) {
    let line = neckline(fit);
    let (Some(first), Some(last)) = (line.first(), line.last()) else {
        return;
    };
    let size = Vec2::new(picture.width() as f32, picture.height() as f32);
    // Closed over the picture's upper edge.
    let mut outline: Vec<Vec2> = line.iter().map(|at| *at * size).collect();
    outline.push(Vec2::new(last.x * size.x, -1.0));
    outline.push(Vec2::new(first.x * size.x, -1.0));
    let lowest = outline.iter().map(|at| at.y).fold(0.0, f32::max);
    for (x, y, pixel) in picture.enumerate_pixels_mut() {
        if y as f32 > lowest || pixel.0[3] == 0 {
            continue;
        }
        let corner = Vec2::new(x as f32, y as f32);
        let samples = [(0.25, 0.25), (0.75, 0.25), (0.25, 0.75), (0.75, 0.75)];
        let inside = samples
            .iter()
            .filter(|(dx, dy)| is_inside(&outline, corner + Vec2::new(*dx, *dy)))
            .count();
        pixel.0[3] = (usize::from(pixel.0[3]) * (4 - inside) / 4) as u8;
    }
}

/// The front's upper edge; the usual one where the fit does not say.
fn neckline(fit: &Fit) -> Vec<Vec2> {
    let drawn = if fit.neckline.is_empty() {
        fit.usual_neckline()
    } else {
        fit.neckline.clone()
    };
    drawn.into_iter().map(Vec2::from).collect()
}

/// Even-odd rule.
fn is_inside(outline: &[Vec2], at: Vec2) -> bool {
    let mut inside = false;
    let mut from = outline[outline.len() - 1];
    for &to in outline {
        if (from.y > at.y) != (to.y > at.y) {
            let x = from.x + (to.x - from.x) * (at.y - from.y) / (to.y - from.y);
            inside ^= at.x < x;
        }
        from = to;
    }
    inside
}

fn premultiply(picture: &mut RgbaImage) {
    for pixel in picture.pixels_mut() {
        let alpha = u16::from(pixel.0[3]);
        for channel in &mut pixel.0[..3] {
            *channel = ((u16::from(*channel) * alpha + 127) / 255) as u8;
        }
    }
}

fn with_smaller_versions(picture: RgbaImage) -> Image {
    let (width, height) = picture.dimensions();
    let levels = width.max(height).ilog2() + 1;
    let mut data = picture.as_raw().clone();
    let mut smaller = picture;
    for level in 1..levels {
        let side = |px: u32| (px >> level).max(1);
        smaller = resize(&smaller, side(width), side(height), FilterType::Triangle);
        data.extend_from_slice(smaller.as_raw());
    }
    let mut image = Image::new_uninit(
        Extent3d {
            width,
            height,
            depth_or_array_layers: 1,
        },
        TextureDimension::D2,
        TextureFormat::Rgba8Unorm,
        RenderAssetUsages::RENDER_WORLD,
    );
    image.texture_descriptor.mip_level_count = levels;
    image.data = Some(data);
    image.sampler = ImageSampler::Descriptor(ImageSamplerDescriptor {
        mipmap_filter: ImageFilterMode::Linear,
        ..ImageSamplerDescriptor::linear()
    });
    image
}

#[cfg(test)]
mod tests {
    use cheval_domain::anchors::{Anchor, Cut, Side};

    use super::*;

    fn tee(neckline: Vec<[f32; 2]>) -> Fit {
        let anchors = [
            (Anchor::NeckBack, [0.5, 0.1]),
            (Anchor::NeckFront, [0.5, 0.3]),
            (Anchor::Neck(Side::Right), [0.3, 0.1]),
            (Anchor::Neck(Side::Left), [0.7, 0.1]),
        ];
        Fit {
            cut: Cut::TShirt,
            aspect: 1.0,
            open: false,
            ease: 0.1,
            stretch: Fit::WOVEN_STRETCH,
            anchors: anchors.into_iter().collect(),
            neckline,
            chart: None,
        }
    }

    fn alpha_after_cut(fit: &Fit) -> impl Fn(u32, u32) -> u8 + use<> {
        let mut picture = RgbaImage::from_pixel(100, 100, image::Rgba([200, 100, 50, 255]));
        cut_neck(&mut picture, fit);
        move |x, y| picture.get_pixel(x, y).0[3]
    }

    #[test]
    fn the_inside_of_the_back_is_cut_away_and_the_front_stays() {
        let alpha = alpha_after_cut(&tee(Vec::new()));
        assert_eq!((alpha(50, 15), alpha(50, 28), alpha(50, 33)), (0, 0, 255));
        assert_eq!((alpha(20, 5), alpha(75, 20)), (255, 255));
        assert_eq!(alpha(32, 27), 255, "an ellipse, no rectangle");
    }

    #[test]
    fn a_drawn_neckline_is_followed() {
        let v = tee(vec![[0.3, 0.1], [0.5, 0.3], [0.7, 0.1]]);
        let alpha = alpha_after_cut(&v);
        assert_eq!((alpha(50, 26), alpha(50, 32)), (0, 255));
        assert_eq!(alpha(37, 24), 255, "beside the V");
    }

    #[test]
    fn smaller_versions_halve_down_to_one_pixel() {
        let picture = RgbaImage::from_pixel(100, 60, image::Rgba([200, 100, 50, 255]));
        let image = with_smaller_versions(picture);
        assert_eq!(image.texture_descriptor.mip_level_count, 7);
        let pixels = [
            (100, 60),
            (50, 30),
            (25, 15),
            (12, 7),
            (6, 3),
            (3, 1),
            (1, 1),
        ];
        let bytes: usize = pixels.iter().map(|(w, h)| w * h * 4).sum();
        assert_eq!(image.data.map(|data| data.len()), Some(bytes));
    }

    #[test]
    fn a_file_that_is_no_picture_is_refused_with_its_name() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("tee.png");
        std::fs::write(&path, "no picture").unwrap();
        let error = prepared(&path, &tee(Vec::new())).unwrap_err();
        assert!(error.contains("tee.png"), "{error}");
        assert!(prepared(&dir.path().join("none.png"), &tee(Vec::new())).is_err());
    }
}
