//! `dress-cost [DIR]`: what dressing a body costs, µs of a garment in a frame, by cut, for every fit of a pack's garments; and
//! that in times of a floor: filling as many corners with plain arithmetic in the same run. Prints, judges nothing.

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::hint::black_box;
use std::io::Write;
use std::path::Path;
use std::time::Instant;

use cheval_domain::anchors::Fit;
use cheval_domain::geometry::{BoxInImage, PointInImage};
use cheval_domain::observation::{BODY_POINTS, Body, KeyPoint};
use cheval_domain::time::Mono;
use cheval_tryon::cover::cover;
use cheval_tryon::dress::dress;
use cheval_tryon::girth::{Bulk, Girth};
use cheval_tryon::size::SizedFit;
use cheval_tryon::skeleton::Skeleton;
use cheval_tryon::strip::Corner;
use glam::Vec2;

/// Frames of one garment that are timed together.
const FRAMES: u32 = 200;
/// The best of so many counts: what else the machine does is not asked for.
const ROUNDS: usize = 15;

/// Somebody who stands in a portrait picture: point, share of the width, share of the height.
const PLACES: [(usize, f32, f32); 19] = [
    (0, 0.5, 0.16),
    (2, 0.52, 0.15),
    (5, 0.48, 0.15),
    (7, 0.55, 0.16),
    (8, 0.45, 0.16),
    (9, 0.51, 0.18),
    (10, 0.49, 0.18),
    (11, 0.62, 0.26),
    (12, 0.38, 0.26),
    (13, 0.66, 0.39),
    (14, 0.34, 0.39),
    (15, 0.68, 0.5),
    (16, 0.32, 0.5),
    (23, 0.57, 0.48),
    (24, 0.43, 0.48),
    (25, 0.57, 0.68),
    (26, 0.43, 0.68),
    (27, 0.57, 0.88),
    (28, 0.43, 0.88),
];

struct Cost {
    dress_us: f64,
    cover_us: f64,
    floor_us: f64,
    corners: usize,
}

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args().nth(1);
    let folder = folder.unwrap_or_else(|| "assets/demo-pack/garments".to_owned());
    let body = somebody().ok_or("the body has no size")?;
    let mut by_cut: BTreeMap<&str, Vec<Cost>> = BTreeMap::new();
    for fit in fits(Path::new(&folder))? {
        by_cut
            .entry(fit.cut.as_str())
            .or_default()
            .push(cost(&fit, &body));
    }
    let mut out = std::io::stdout().lock();
    writeln!(
        out,
        "cut        fits corners  dress µs  cover µs  floor µs  (dress + cover) / floor, worst"
    )?;
    for (cut, costs) in by_cut {
        let most = |of: fn(&Cost) -> f64| costs.iter().map(of).fold(0.0, f64::max);
        writeln!(
            out,
            "{cut:10} {:4} {:7} {:9.1} {:9.2} {:9.2} {:9.1}",
            costs.len(),
            costs.iter().map(|cost| cost.corners).max().unwrap_or(0),
            most(|cost| cost.dress_us),
            most(|cost| cost.cover_us),
            most(|cost| cost.floor_us),
            most(|cost| (cost.dress_us + cost.cover_us) / cost.floor_us),
        )?;
    }
    Ok(())
}

fn fits(folder: &Path) -> Result<Vec<Fit>, Box<dyn Error>> {
    let mut fits = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.to_string_lossy().ends_with(".fit.toml") {
            fits.push(toml::from_str(&fs::read_to_string(&path)?)?);
        }
    }
    Ok(fits)
}

fn somebody() -> Option<Skeleton> {
    let mut points = vec![KeyPoint::default(); BODY_POINTS];
    for (k, x, y) in PLACES {
        let place = points.get_mut(k)?;
        place.at = PointInImage { x, y };
        place.visibility = 1.0;
    }
    let body = Body {
        points,
        bounds: BoxInImage::default(),
        score: 1.0,
        captured: Mono(0),
    };
    let skeleton = Skeleton::of(&body, 0.5625)?;
    let girth = Girth::of(skeleton.scale, None, None, Bulk::NONE);
    Some(Skeleton { girth, ..skeleton })
}

fn cost(fit: &Fit, body: &Skeleton) -> Cost {
    let largest = fit.chart.as_ref().and_then(|chart| chart.sizes.last());
    let size = largest.map(|row| row.size.as_str());
    let pieces = dress(SizedFit::of(fit, size, body), body, Vec2::ZERO);
    let corners: usize = pieces.iter().map(|piece| piece.mesh.corners.len()).sum();
    Cost {
        dress_us: timed(|| {
            let garment = SizedFit::of(black_box(fit), size, body);
            black_box(dress(garment, black_box(body), Vec2::ZERO));
        }),
        cover_us: timed(|| {
            let garment = SizedFit::of(black_box(fit), size, body);
            black_box(cover(garment, black_box(body), None));
        }),
        floor_us: timed(|| {
            black_box(filled(black_box(corners)));
        }),
        corners,
    }
}

/// As many corners as the garment has, each worked out by one multiplication and one addition for either direction.
fn filled(corners: usize) -> Vec<Corner> {
    (0..corners)
        .map(|k| {
            let t = k as f32 / corners as f32;
            Corner {
                at: Vec2::ONE.lerp(Vec2::splat(2.0), t),
                source: Vec2::ZERO.lerp(Vec2::ONE, t),
            }
        })
        .collect()
}

/// µs of one run.
fn timed(run: impl Fn()) -> f64 {
    let round = |_| {
        let start = Instant::now();
        (0..FRAMES).for_each(|_| run());
        start.elapsed().as_secs_f64() * 1e6 / f64::from(FRAMES)
    };
    (0..ROUNDS).map(round).fold(f64::MAX, f64::min)
}
