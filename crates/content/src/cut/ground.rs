//! Garment and ground told apart: the ground's colours are learnt from the border of the photo, a first guess from the
//! distance to them, and a few rounds of colour models and cheapest cuts make it whole.

use super::flow::Grid;
use super::mixture::{Lab, Mixture, minus, square};
use super::plane::{Mask, Plane};

/// Width of the border, share of the longer side.
const BORDER: f32 = 0.03;
const GROUND_COLOURS: usize = 5;
const GARMENT_COLOURS: usize = 6;
const ROUNDS: usize = 4;
/// What parting two alike neighbours costs, in units of log-likelihood.
const BOND: f32 = 14.0;
/// No single pixel is surer than this.
const SUREST: f32 = 12.0;
/// Lightness counts less than hue: shadows fall on both.
const LIGHTNESS: f32 = 0.75;
/// Threads thinner than this share of the longer side are cut away: hooks of hangers, loose ends.
const THREAD: f32 = 0.008;
/// Holes smaller than this share of the garment are always filled: buttons, shine, dots.
const DOT: f32 = 0.0015;
/// Holes that do not look like the ground are filled up to this share: prints.
const PRINT: f32 = 0.04;
/// Holes in the middle of the chest are prints, whatever they look like: no ground shows through there.
const CHEST_PRINT: f32 = 0.3;

/// The garment in a photo of Lab colours, and how well it stands out from the ground: 0 not at all, 1 plainly.
pub(super) fn find(photo: &Plane<Lab>, mut step: impl FnMut(usize, usize)) -> Option<(Mask, f32)> {
    let photo = photo.map(|[l, a, b]| [l * LIGHTNESS, a, b]);
    let ground = border_model(&photo)?;
    let distance = photo.map(|colour| ground.distance(colour).sqrt().min(12.0));
    let threshold = threshold(&distance.at).clamp(2.2, 7.0);
    let mut mask = distance.blurred(1).map(|d| d > threshold);
    mask = tidied(&mask);
    let weight = edge_weight(&photo);
    for round in 0..ROUNDS {
        step(round, ROUNDS);
        mask = recut(&photo, &mask, &distance, &ground, threshold, weight)?;
    }
    let whole = filled(&tidied(&mask), &distance, threshold);
    let share = whole.count() as f32 / whole.at.len() as f32;
    if !(0.01..0.97).contains(&share) {
        return None;
    }
    let sure = contrast(&photo, &whole);
    Some((whole, sure))
}

/// The colours of the border, without those that are the garment's where it reaches the edge.
fn border_model(photo: &Plane<Lab>) -> Option<Mixture> {
    let (w, h) = (photo.width, photo.height);
    let wide = ((w.max(h) as f32 * BORDER) as usize).max(2);
    let is_border = |i: usize| {
        let (x, y) = (i % w, i / w);
        x < wide || y < wide || x + wide >= w || y + wide >= h
    };
    let is_middle = |i: usize| {
        let (x, y) = (i % w, i / w);
        (w / 4..w - w / 4).contains(&x) && (h / 4..h - h / 4).contains(&y)
    };
    let pick = |inside: &dyn Fn(usize) -> bool| -> Vec<Lab> {
        let chosen = photo.at.iter().enumerate().filter(|(i, _)| inside(*i));
        chosen.map(|(_, c)| *c).collect()
    };
    let (border, middle) = (pick(&is_border), pick(&is_middle));
    let mut model = Mixture::of(&border, GROUND_COLOURS)?;
    let mut in_middle = vec![0.0_f32; model.0.len()];
    for colour in &middle {
        if model.distance(*colour) < 9.0 {
            in_middle[model.nearest(*colour)] += 1.0 / middle.len() as f32;
        }
    }
    let keep: Vec<bool> = model
        .0
        .iter()
        .zip(&in_middle)
        .map(|(g, m)| g.weight > 0.3 || *m < 2.5 * g.weight)
        .collect();
    if keep.contains(&true) {
        let mut each = keep.into_iter();
        model.0.retain(|_| each.next().unwrap_or(true));
    }
    Some(model)
}

/// Otsu's threshold: where two groups differ most.
fn threshold(values: &[f32]) -> f32 {
    const BINS: usize = 96;
    let most = values.iter().copied().fold(0.0, f32::max).max(1e-3);
    let mut counts = [0.0_f32; BINS];
    for v in values {
        counts[((v / most * (BINS - 1) as f32) as usize).min(BINS - 1)] += 1.0;
    }
    let total = values.len() as f32;
    let all: f32 = counts.iter().enumerate().map(|(i, c)| i as f32 * c).sum();
    let (mut below, mut sum, mut best, mut at) = (0.0, 0.0, 0.0, 0);
    for (i, count) in counts.iter().enumerate() {
        below += count;
        sum += i as f32 * count;
        let above = total - below;
        if below == 0.0 || above == 0.0 {
            continue;
        }
        let apart = sum / below - (all - sum) / above;
        let between = below * above * apart * apart;
        if between > best {
            (best, at) = (between, i);
        }
    }
    (at as f32 + 0.5) / (BINS - 1) as f32 * most
}

/// One piece without threads and small holes.
fn tidied(mask: &Mask) -> Mask {
    let radius = mask.width.max(mask.height) as f32 * THREAD;
    let piece = mask.without_threads(radius).largest();
    let small = (piece.count() as f32 * DOT) as usize;
    piece.with_small_holes_filled(small)
}

/// Holes are filled unless the ground shows through: between sleeve and body, or between legs.
fn filled(mask: &Mask, distance: &Plane<f32>, threshold: f32) -> Mask {
    let Some([l, t, r, b]) = mask.bounds().map(|b| b.map(|v| v as f32)) else {
        return mask.clone();
    };
    let (numbers, sizes, touches) = mask.holes();
    let garment = mask.count() as f32;
    let mut sums = vec![[0.0_f32; 3]; sizes.len()];
    for (i, number) in numbers.at.iter().enumerate() {
        if let Some(sum) = sums.get_mut(*number) {
            sum[0] += (i % mask.width) as f32;
            sum[1] += (i / mask.width) as f32;
            sum[2] += distance.at[i];
        }
    }
    let fill: Vec<bool> = (0..sizes.len())
        .map(|n| {
            let size = sizes[n] as f32;
            let [x, y, far] = sums[n].map(|s| s / size);
            let share = size / garment;
            let off = ((x - (l + r) / 2.0) / (r - l)).abs();
            let down = (y - t) / (b - t);
            let on_chest = off < 0.28 && (0.1..0.75).contains(&down);
            !touches[n]
                && (share < DOT
                    || (share < PRINT && far > 0.8 * threshold)
                    || (share < CHEST_PRINT && on_chest))
        })
        .collect();
    numbers.map(|n| n == usize::MAX || fill[n])
}

/// Half the inverse of the mean square step of colour between neighbours.
fn edge_weight(photo: &Plane<Lab>) -> f32 {
    let mut sum = 0.0_f64;
    for row in photo.at.chunks_exact(photo.width) {
        for pair in row.windows(2) {
            if let [a, b] = pair {
                sum += f64::from(square(minus(*a, *b)));
            }
        }
    }
    let mean = (sum / photo.at.len() as f64).max(0.5);
    (0.5 / mean) as f32
}

fn recut(
    photo: &Plane<Lab>,
    mask: &Mask,
    distance: &Plane<f32>,
    border: &Mixture,
    threshold: f32,
    weight: f32,
) -> Option<Mask> {
    let of = |wanted: bool| -> Vec<Lab> {
        let pairs = photo.at.iter().zip(&mask.at);
        pairs
            .filter(|(_, m)| **m == wanted)
            .map(|(c, _)| *c)
            .collect()
    };
    let garment = Mixture::of(&of(true), GARMENT_COLOURS)?;
    let ground = Mixture::of(&of(false), GROUND_COLOURS)?;
    let (w, h) = (photo.width, photo.height);
    let leaning: Vec<f32> = photo
        .at
        .iter()
        .enumerate()
        .map(|(i, colour)| {
            let (x, y) = (i % w, i / w);
            if x == 0 || y == 0 || x + 1 == w || y + 1 == h {
                // The outermost pixels are ground, unless they look like the garment.
                return if distance.at[i] < threshold {
                    -SUREST
                } else {
                    -1.0
                };
            }
            let as_ground = ground.cost(*colour).min(border.cost(*colour));
            let leaning = as_ground - garment.cost(*colour);
            leaning.clamp(-SUREST, SUREST)
        })
        .collect();
    let bond = |i: usize, j: usize, diagonal: bool| {
        let step = square(minus(photo.at[i], photo.at[j]));
        let bond = BOND * (-weight * step).exp() + 0.4;
        if diagonal {
            bond * std::f32::consts::FRAC_1_SQRT_2
        } else {
            bond
        }
    };
    let at = Grid::new(w, h, &leaning, bond).cut();
    let cut = Plane {
        width: w,
        height: h,
        at,
    };
    // A cut that lost everything says nothing; the last mask stands.
    Some(if cut.count() * 200 < cut.at.len() {
        mask.clone()
    } else {
        cut.largest()
    })
}

/// How far the colours on both sides of the outline lie apart, 0..=1.
fn contrast(photo: &Plane<Lab>, mask: &Mask) -> f32 {
    let reach = (mask.width.max(mask.height) as f32 * 0.012).max(2.0);
    let inside = mask.map(|m| !m).distances();
    let blur = |channel: usize, set: bool| {
        let weights = mask.map(|m| if m == set { 1.0 } else { 0.0 }).blurred(4);
        let mut values = Plane {
            width: mask.width,
            height: mask.height,
            at: photo
                .at
                .iter()
                .zip(&mask.at)
                .map(|(c, m)| if *m == set { c[channel] } else { 0.0 })
                .collect(),
        }
        .blurred(4);
        for (v, w) in values.at.iter_mut().zip(&weights.at) {
            *v /= w.max(1e-3);
        }
        values
    };
    let garment: [Plane<f32>; 3] = std::array::from_fn(|c| blur(c, true));
    let ground: [Plane<f32>; 3] = std::array::from_fn(|c| blur(c, false));
    let (mut good, mut all) = (0.0_f32, 0.0_f32);
    for i in 0..mask.at.len() {
        if mask.at[i] && inside.at[i] <= reach * reach {
            let d: Lab = std::array::from_fn(|c| garment[c].at[i] - ground[c].at[i]);
            all += 1.0;
            good += (square(d).sqrt() / 12.0).min(1.0);
        }
    }
    if all > 0.0 { good / all } else { 0.0 }
}
