//! Reads one garment on one picture, without a camera or a net: for checks of colour names and patterns on pictures whose
//! garment masks are known.

use cheval_domain::colour::{self, ColourName};
use cheval_domain::geometry::BoxInImage;
use cheval_domain::observation::Pattern;

use crate::masks::{GarmentMasks, CELL_PX, PLANES, TORSO};
use crate::organs::light::{Light, estimate};
use crate::organs::pattern::{PATTERNS, PatternReader};
use crate::organs::picture::{Pixels, Pyramid};
use crate::organs::worn::colours_of;

/// A picture with one garment on it. Its pixels go nowhere else.
#[derive(Clone, Copy)]
pub struct ClothPicture<'a> {
    /// Width in pixels.
    pub width: usize,
    /// Height in pixels.
    pub height: usize,
    /// RGBA, rows from the top.
    pub rgba: &'a [u8],
    /// One byte per pixel: 255 where the garment is.
    pub mask: &'a [u8],
    /// Where the wearer (or the garment) is; the light is read outside.
    pub person: BoxInImage,
}

/// What was read.
#[derive(Debug, Clone, PartialEq)]
pub struct ClothReading {
    /// Main colour in CIE L*a*b* (D65) as the picture shows it.
    pub lab: [f32; 3],
    /// The name of that colour as it stands.
    pub plain_name: ColourName,
    /// Gains of the light on linear red, green, blue.
    pub gains: [f32; 3],
    /// The name with the light taken away.
    pub name: ColourName,
    /// Patterns with their probabilities; empty when too little is seen.
    pub patterns: Vec<(Pattern, f32)>,
    /// What the pattern was read from, for training; empty when too little is seen.
    pub features: Vec<f32>,
}

/// Reads a garment; `None` when the sizes do not fit or too little cloth is seen.
#[must_use]
pub fn read(picture: ClothPicture<'_>) -> Option<ClothReading> {
    let ClothPicture { width, height, .. } = picture;
    let pixels = width.checked_mul(height)?;
    if pixels == 0 || picture.rgba.len() != pixels * 4 || picture.mask.len() != pixels {
        return None;
    }
    let frame = Pixels {
        width,
        height,
        rgba: picture.rgba,
    };
    let masks = masks_of(picture);
    let lab = colours_of(frame, &masks, TORSO).first()?.lab;
    let light = estimate(frame, &[picture.person]).map_or([1.0; 3], Light::gains);
    let mut reader = PatternReader::default();
    let features = reader.features(frame, &mut Pyramid::default(), &masks, TORSO);
    let scores = reader.read(frame, &mut Pyramid::default(), &masks, TORSO);
    Some(ClothReading {
        lab,
        plain_name: colour::nearest(lab),
        gains: light,
        name: colour::nearest(colour::relight(lab, light)),
        patterns: scores.map_or_else(Vec::new, |scores| {
            PATTERNS.into_iter().zip(scores).collect()
        }),
        features: features.map_or_else(Vec::new, Vec::from),
    })
}

fn masks_of(picture: ClothPicture<'_>) -> GarmentMasks {
    let (width, height) = (
        picture.width.div_ceil(CELL_PX),
        picture.height.div_ceil(CELL_PX),
    );
    let mut masks = GarmentMasks::empty(0, width, height);
    for (k, cell) in masks.rgba.chunks_exact_mut(PLANES).enumerate() {
        let x = ((k % width) * CELL_PX + CELL_PX / 2).min(picture.width - 1);
        let y = ((k / width) * CELL_PX + CELL_PX / 2).min(picture.height - 1);
        cell[TORSO] = picture.mask[y * picture.width + x];
    }
    masks
}
