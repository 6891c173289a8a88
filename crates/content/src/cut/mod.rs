//! A photo of a garment becomes a picture that can be worn: cut out, its anchors found, its label taken out. Knows pictures
//! only; files and words for the merchandiser are the command's.
//!
//! ```text
//! photo → ground (what is garment) → matte (soft edge, without the ground's colour)
//!       → figure, outline (silhouette) → shape (which cut) → torso, legs, neck (anchors) → label
//! ```

mod figure;
mod flow;
mod front;
mod ground;
mod label;
mod legs;
mod letters;
mod matte;
mod mixture;
mod neck;
mod neckline;
mod outline;
mod photo;
mod plane;
mod preview;
mod shape;
mod torso;

use std::collections::BTreeMap;

use cheval_domain::anchors::{Anchor, Cut, Fit, Side};
use cheval_domain::colour::srgb8_to_lab;
use image::imageops::{self, FilterType};
use image::{RgbImage, RgbaImage};

use crate::fit::aspect;
use crate::picture;
use figure::Figure;
use mixture::Lab;
use neck::Neckline;
use outline::{Place, distance};
pub use photo::PHOTO_CAP;
use plane::{Mask, Plane};
pub use preview::draw as draw_anchors;
use shape::Front;
use torso::Armpits;

/// Longest side of the finished picture, pixels.
const SIDE: u32 = 1200;
/// Margin around the garment, share of its longer side.
const MARGIN: f32 = 0.04;
/// Longest side while ground and garment are told apart, pixels.
const SKETCH_SIDE: u32 = 420;
/// Longest side while the outline is read, pixels.
const OUTLINE_SIDE: f32 = 640.0;
/// Stands where ground shows through an open front: a colour that no cloth has.
const UNLIKE_ANY: Lab = [200.0, 0.0, 0.0];
/// An anchor less sure than this is to be checked.
pub const CHECK_BELOW: f32 = 0.5;

/// Why a photo cannot be cut out.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum CutError {
    /// Neither PNG, JPEG nor WebP.
    #[error("the file's first bytes are neither PNG, JPEG nor WebP")]
    NoPicture,
    /// Cannot be decoded.
    #[error("the photo is damaged: {0}")]
    Damaged(String),
    /// Too many pixels.
    #[error(
        "the photo has {width} × {height} px; at most {} megapixels can be cut out, scale it down",
        photo::MEGAPIXELS_CAP
    )]
    TooLarge {
        /// Width.
        width: u32,
        /// Height.
        height: u32,
    },
    /// Too many pixels for a pack.
    #[error(
        "the picture has {width} × {height} px; a pack holds at most {} px a side and {} megapixels, scale it down first",
        picture::SIDE_CAP,
        picture::PIXEL_CAP >> 20
    )]
    TooLargeForPack {
        /// Width.
        width: u32,
        /// Height.
        height: u32,
    },
    /// Too few pixels.
    #[error("the photo has {width} × {height} px; that is too small to show a garment")]
    TooSmall {
        /// Width.
        width: u32,
        /// Height.
        height: u32,
    },
    /// Nothing stands out.
    #[error(
        "no garment stands out from the ground; lay it on a plain ground of another colour, with some ground all around"
    )]
    Nothing,
}

/// How far the work has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// The photo is being read.
    Reading,
    /// Round and rounds of telling garment and ground apart.
    Finding(usize, usize),
    /// The edge is being softened.
    Softening,
    /// Anchors are being found.
    Marking,
}

/// A garment cut out of its photo.
#[derive(Debug, Clone)]
pub struct CutOut {
    /// The garment on a transparent ground.
    pub picture: RgbaImage,
    /// What it is and where it meets a body.
    pub fit: Fit,
    /// How sure each anchor is, 0..=1.
    pub sure: BTreeMap<Anchor, f32>,
    /// How sure the cut is, 0..=1; 1 when it was given.
    pub sure_of_cut: f32,
    /// What the cut was told by.
    pub because: String,
    /// How well the garment stands out from the ground, 0..=1.
    pub contrast: f32,
    /// A label inside the neck was taken out.
    pub label_taken_out: bool,
    /// The garment reaches the edge of the photo.
    pub cropped: bool,
}

impl CutOut {
    /// It has sleeves, both with their cuffs.
    #[must_use]
    pub fn has_sleeves(&self) -> bool {
        Side::BOTH.into_iter().all(|side| self.fit.has_sleeve(side))
    }

    /// Anchors that a person should look at, least sure first.
    #[must_use]
    pub fn to_check(&self) -> Vec<Anchor> {
        let mut unsure: Vec<(f32, Anchor)> = self
            .sure
            .iter()
            .filter(|(_, sure)| **sure < CHECK_BELOW)
            .map(|(anchor, sure)| (*sure, *anchor))
            .collect();
        unsure.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        unsure.into_iter().map(|(_, anchor)| anchor).collect()
    }
}

/// Anchors as they are found, in pixels of the outline's mask.
#[derive(Default)]
struct Marks {
    anchors: BTreeMap<Anchor, (Place, f32)>,
    /// Upper edge of the front; empty when it was not seen.
    neckline: Vec<Place>,
}

impl Marks {
    fn new() -> Self {
        Self::default()
    }

    fn set(&mut self, anchor: Anchor, at: Place, sure: f32) {
        self.anchors.insert(anchor, (at, sure));
    }

    fn take(&mut self, anchor: Anchor) -> Option<Place> {
        self.anchors.remove(&anchor).map(|(at, _)| at)
    }
}

/// Cuts the garment out of a photo. `cut` says what it is; without, the silhouette tells.
///
/// # Errors
/// The photo cannot be read, or nothing stands out from the ground.
pub fn cut_out(
    photo: &[u8],
    cut: Option<Cut>,
    mut progress: impl FnMut(Step),
) -> Result<CutOut, CutError> {
    progress(Step::Reading);
    let photo = photo::read(photo)?;
    let sketch = fitted(&photo, SKETCH_SIDE);
    let (mask, contrast) = ground::find(&lab_of(&sketch), |round, rounds| {
        progress(Step::Finding(round + 1, rounds));
    })
    .ok_or(CutError::Nothing)?;
    progress(Step::Softening);
    let cropped = reaches_the_edge(&mask);
    let mut picture = soft_picture(&photo, &mask).ok_or(CutError::Nothing)?;
    progress(Step::Marking);
    let mut read = read_silhouette(&picture, cut).ok_or(CutError::Nothing)?;
    let label_taken_out = take_out_label(&mut picture, &read.fit);
    if label_taken_out {
        // Its edge is gone: the neckline can be seen now.
        read = read_silhouette(&picture, cut).ok_or(CutError::Nothing)?;
    }
    Ok(CutOut {
        picture,
        fit: read.fit,
        sure: read.sure,
        sure_of_cut: read.sure_of_cut,
        because: read.because,
        contrast,
        label_taken_out,
        cropped,
    })
}

/// The picture of a garment, as a pack may hold it.
///
/// # Errors
/// It cannot be decoded, or is larger than a pack may hold.
pub fn read_picture(bytes: &[u8]) -> Result<RgbaImage, CutError> {
    let (width, height) = photo::size(bytes)?;
    if !picture::fits(width, height) {
        return Err(CutError::TooLargeForPack { width, height });
    }
    photo::decoded(bytes).map(|picture| picture.to_rgba8())
}

/// A fit to start from, read off the silhouette of a garment on a transparent ground.
#[must_use]
pub fn propose(picture: &RgbaImage) -> Option<Fit> {
    read_silhouette(picture, None).map(|read| read.fit)
}

/// What the silhouette of a cut-out says.
struct Reading {
    fit: Fit,
    sure: BTreeMap<Anchor, f32>,
    sure_of_cut: f32,
    because: String,
}

/// A garment at the size at which its outline is read.
struct Sketch {
    mask: Mask,
    cloth: Plane<Lab>,
    /// Ground shows through its front; closed in the mask.
    open: bool,
}

impl Sketch {
    fn of(picture: &RgbaImage) -> Self {
        let longest = picture.width().max(picture.height()) as f32;
        let scale = (OUTLINE_SIDE / longest).min(1.0);
        let side = |s: u32| ((s as f32 * scale).round() as u32).max(8);
        let (width, height) = (side(picture.width()), side(picture.height()));
        let small = imageops::resize(picture, width, height, FilterType::Triangle);
        // A rim of ground, so that the outline of a garment that fills the picture is closed.
        let (w, h) = (width as usize + 2, height as usize + 2);
        let mut mask = Plane::filled(w, h, false);
        let mut cloth = Plane::filled(w, h, [0.0; 3]);
        for (x, y, pixel) in small.enumerate_pixels() {
            let i = (y as usize + 1) * w + x as usize + 1;
            let [r, g, b, a] = pixel.0;
            mask.at[i] = a > 127;
            cloth.at[i] = srgb8_to_lab([r, g, b]);
        }
        let mut mask = mask.largest();
        let gap = front::gap(&mask);
        for (i, _) in gap
            .iter()
            .flat_map(|gap| gap.at.iter().enumerate())
            .filter(|(_, g)| **g)
        {
            mask.at[i] = true;
            cloth.at[i] = UNLIKE_ANY;
        }
        let mask = mask.with_holes_opened(mask.count() / 500).largest();
        let open = gap.is_some();
        Self { mask, cloth, open }
    }

    /// A place in the picture, as shares of it.
    fn share(&self, [x, y]: Place) -> [f32; 2] {
        let along = |v: f32, rimmed: usize| ((v - 0.5) / (rimmed - 2) as f32).clamp(0.0, 1.0);
        [along(x, self.mask.width), along(y, self.mask.height)]
    }
}

/// Cut and anchors of a garment on a transparent ground.
fn read_silhouette(picture: &RgbaImage, cut: Option<Cut>) -> Option<Reading> {
    let sketch = Sketch::of(picture);
    let figure = Figure::of(&sketch.mask)?;
    let neckline = Neckline {
        cloth: &sketch.cloth,
    };
    let armpits = Armpits::find(&figure);
    let sides = match armpits {
        Some(_) => None,
        None => Armpits::of_sleeveless(&figure),
    };
    let either = armpits.as_ref().or(sides.as_ref());
    let front = Front {
        opening: either.map_or(0.0, |a| neckline.opening(&figure, a)),
        open: sketch.open,
    };
    let guess = shape::decide(&figure, armpits.as_ref(), front);
    let (cut, sure_of_cut) = match cut {
        Some(given) => (given, 1.0),
        None => (guess.cut, guess.sure),
    };
    // A silhouette that no rule fits has no anchors yet; a person sets them.
    let marks = match cut {
        Cut::TShirt | Cut::Shirt | Cut::Knitwear | Cut::Jacket | Cut::Coat | Cut::Dress => {
            either.and_then(|armpits| torso::mark(&figure, cut, armpits, &neckline))
        }
        Cut::Trousers | Cut::Shorts => legs::mark_legs(&figure, cut),
        Cut::Skirt => legs::mark_skirt(&figure),
        Cut::Scarf | Cut::Hat | Cut::Glasses => legs::mark_small(&figure, cut),
    }
    .unwrap_or_default();
    let anchors = marks.anchors.iter();
    let mut fit = Fit {
        cut,
        aspect: aspect(picture.width(), picture.height()),
        open: sketch.open && matches!(cut, Cut::Shirt | Cut::Knitwear | Cut::Jacket | Cut::Coat),
        neckline: marks.neckline.iter().map(|at| sketch.share(*at)).collect(),
        ease: Fit::REGULAR_EASE,
        stretch: Fit::WOVEN_STRETCH,
        chart: None,
        anchors: anchors
            .map(|(a, (at, _))| (*a, sketch.share(*at)))
            .collect(),
    };
    if fit.neckline.is_empty() {
        fit.neckline = fit.usual_neckline();
    }
    Some(Reading {
        fit,
        sure: marks
            .anchors
            .iter()
            .map(|(a, (_, sure))| (*a, *sure))
            .collect(),
        sure_of_cut,
        because: guess.because.to_owned(),
    })
}

fn take_out_label(picture: &mut RgbaImage, fit: &Fit) -> bool {
    let (w, h) = (picture.width() as f32, picture.height() as f32);
    let at = |anchor| fit.at(anchor).map(|[x, y]| [x * w, y * h]);
    let places = (
        at(Anchor::NeckBack),
        at(Anchor::NeckFront),
        at(Anchor::Neck(Side::Left)),
        at(Anchor::Neck(Side::Right)),
    );
    let (Some(back), Some(front), Some(left), Some(right)) = places else {
        return false;
    };
    let wide = distance(left, right);
    label::take_out(picture, &label::Inside { back, front, wide })
}

/// The garment with its soft edge, cropped with a margin, at most [`SIDE`] long.
fn soft_picture(photo: &RgbImage, mask: &Mask) -> Option<RgbaImage> {
    let scale = photo.width() as f32 / mask.width as f32;
    let [l, t, r, b] = mask.bounds()?.map(|v| v as f32);
    let margin = MARGIN * (r - l).max(b - t) + 1.0;
    let bounded = |v: f32, most: usize| v.clamp(0.0, most as f32) as usize;
    let (left, top) = (
        bounded(l - margin, mask.width),
        bounded(t - margin, mask.height),
    );
    let (right, bottom) = (
        bounded(r + margin + 1.0, mask.width),
        bounded(b + margin + 1.0, mask.height),
    );
    let (w, h) = (right - left, bottom - top);
    let cropped = Plane {
        width: w,
        height: h,
        at: (0..w * h)
            .map(|i| mask.get(left + i % w, top + i / w).unwrap_or(false))
            .collect(),
    };
    let px = |v: usize| (v as f32 * scale).round() as u32;
    let (x, y) = (px(left), px(top));
    let part = imageops::crop_imm(
        photo,
        x,
        y,
        px(w).min(photo.width() - x),
        px(h).min(photo.height() - y),
    )
    .to_image();
    let part = fitted(&part, SIDE);
    let band = 1.6 * part.width() as f32 / w as f32;
    Some(matte::soften(&part, &cropped, band.max(2.0)))
}

fn fitted(photo: &RgbImage, side: u32) -> RgbImage {
    let longest = photo.width().max(photo.height());
    if longest <= side {
        return photo.clone();
    }
    let scaled = |s: u32| ((u64::from(s) * u64::from(side)) / u64::from(longest)).max(1) as u32;
    imageops::resize(
        photo,
        scaled(photo.width()),
        scaled(photo.height()),
        FilterType::Triangle,
    )
}

fn lab_of(photo: &RgbImage) -> Plane<Lab> {
    Plane {
        width: photo.width() as usize,
        height: photo.height() as usize,
        at: photo.pixels().map(|p| srgb8_to_lab(p.0)).collect(),
    }
}

fn reaches_the_edge(mask: &Mask) -> bool {
    mask.bounds()
        .is_some_and(|[l, t, r, b]| l == 0 || t == 0 || r + 1 == mask.width || b + 1 == mask.height)
}
