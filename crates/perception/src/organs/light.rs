//! What light the shop has, from what stands behind people: its tint and how bright white is. Used to name colours, never
//! to change the picture. Pure apart from reading pixels; time comes in as an argument.
//!
//! Lamps and daylight lie near one line of chromaticities, so only what could be grey under such a light votes, bright
//! things louder, and the largest agreement wins (after colour by correlation, Finlayson et al. 2001, and grey pixels,
//! Yang et al. 2015; mean shift, Comaniciu & Meer 2002). A red wall could not be grey under any lamp and has no vote.

use cheval_domain::colour::linear;
use cheval_domain::geometry::BoxInImage;
use cheval_domain::time::Mono;

use super::picture::Pixels;

/// The picture is looked at in so many places across and down.
const GRID: usize = 48;
/// A channel above this is clipped and has lost its colour; a pixel below that is noise.
const CLIPPED: u8 = 250;
const DARK: u8 = 24;
/// Fewer usable places than this, or a smaller sum of votes, say nothing.
const MIN_PLACES: usize = 100;
const MIN_VOTES: f32 = 6.0;

/// Direction of warmer light in (log2 red/green, log2 blue/green) of linear sRGB: from daylight at 6500 K to a black body
/// at 2700 K (CIE daylight locus; Kim et al. 2002). The other direction is magenta against green.
const WARMER: [f32; 2] = [0.5226, -0.8526];
const MAGENTA: [f32; 2] = [0.8526, 0.5226];
/// How a vote falls with the distance from the line, and from the middle of the lamps along it, in log2 units. Found on
/// the tuning half of `models/train/pattern`, as are the width of agreement and its rounds.
const OFF_LINE: f32 = 0.2;
const MIDDLE: f32 = 0.4;
const ALONG_LINE: f32 = 1.0;
const AGREEMENT: f32 = 0.2;
const ROUNDS: usize = 3;

/// The tint that is believed at most, in log2 units: from a clear sky (about 9000 K) to a warm lamp (about 3100 K) that
/// the camera has not balanced at all, and an eighth of a stop of green or magenta.
const WARMTH_MIN: f32 = -0.5;
const WARMTH_MAX: f32 = 1.7;
const MAGENTA_MAX: f32 = 0.2;
/// White paper reflects about this much (linear); brighter than [`STOPS_MAX`] stops the picture is not made.
const PAPER: f32 = 0.8;
const STOPS_MAX: f32 = 0.7;
/// Share of the places that are brighter than what counts as the white of the scene.
const BRIGHTEST: f32 = 0.02;
/// Time constant of the smoothing, seconds: the light of a shop and the camera's own balance change slowly.
const SECONDS: f32 = 4.0;
/// Time between two looks, milliseconds.
const EVERY_MS: u64 = 1000;

/// Where a person with this face (brows to chin, square) stands: head and hair, and shoulders to feet with loose arms, in
/// multiples of the face's width and height (a face is a quarter of the shoulders' breadth; NASA-STD-3000, 95th percentile).
pub(crate) fn person_of(face: BoxInImage) -> [BoxInImage; 2] {
    let centre = face.centre();
    let around = |sides: f32, top: f32, bottom: f32| BoxInImage {
        x: centre.x - face.width * sides,
        y: top,
        width: face.width * sides * 2.0,
        height: (bottom - top).max(0.0),
    };
    let (hair, shoulders) = (face.y - face.height, face.y + face.height * 1.2);
    [around(1.1, hair, shoulders), around(2.6, shoulders, 1.0)]
}

/// Light at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct Light {
    /// Log2 of red against green and blue against green of something grey, within the stated limits.
    tint: [f32; 2],
    /// Stops (log2) by which the picture is darker than well lit, 0..=[`STOPS_MAX`].
    stops: f32,
}

impl Light {
    /// What to multiply linear channels by, so that grey is grey and white is white. Red 0.48..=2.2, green 1..=1.63, blue
    /// 0.69..=4.8 at the utmost; all 1 in neutral light that is bright enough.
    pub(crate) fn gains(self) -> [f32; 3] {
        let level = self.stops.exp2();
        [
            level * (-self.tint[0]).exp2(),
            level,
            level * (-self.tint[1]).exp2(),
        ]
    }

    fn towards(self, other: Self, weight: f32) -> Self {
        let step = |old: f32, new: f32| old + (new - old) * weight;
        Self {
            tint: [0, 1].map(|k: usize| step(self.tint[k], other.tint[k])),
            stops: step(self.stops, other.stops),
        }
    }
}

/// The light of the shop, smoothed over seconds. It outlives shoppers: it belongs to the place.
#[derive(Debug, Default)]
pub(crate) struct LightMeter {
    light: Light,
    looked_at: Option<Mono>,
    at: Option<Mono>,
}

impl LightMeter {
    /// The last look is long enough ago for another.
    pub(crate) fn is_due(&self, now: Mono) -> bool {
        self.looked_at
            .is_none_or(|then| now.since_ms(then) >= EVERY_MS)
    }

    /// Takes in one frame; `people` are boxes that are not looked at. A frame that says nothing changes nothing.
    pub(crate) fn observe(&mut self, frame: Pixels<'_>, people: &[BoxInImage], now: Mono) {
        self.looked_at = Some(now);
        let Some(seen) = estimate(frame, people) else {
            return;
        };
        let weight = self.at.map_or(1.0, |then| {
            1.0 - (-(now.since_ms(then) as f32) / 1000.0 / SECONDS).exp()
        });
        self.light = self.light.towards(seen, weight);
        self.at = Some(now);
    }

    /// The light as it is believed now; neutral until something was seen.
    pub(crate) fn light(&self) -> Light {
        self.light
    }
}

/// The light of one frame, from what is outside the boxes; `None` when too little of it can be used.
pub(crate) fn estimate(frame: Pixels<'_>, people: &[BoxInImage]) -> Option<Light> {
    let (places, clipped) = background(frame, people);
    if places.len() < MIN_PLACES {
        return None;
    }
    Some(Light {
        tint: tint(&places).map_or([0.0; 2], limited),
        stops: stops(&places, clipped),
    })
}

/// Linear colours of the usable places outside the boxes, and the count of clipped ones.
fn background(frame: Pixels<'_>, people: &[BoxInImage]) -> (Vec<[f32; 3]>, usize) {
    let (mut places, mut clipped) = (Vec::new(), 0);
    if frame.width == 0 || frame.height == 0 {
        return (places, clipped);
    }
    for k in 0..GRID * GRID {
        let x = ((k % GRID) as f32 + 0.5) / GRID as f32;
        let y = ((k / GRID) as f32 + 0.5) / GRID as f32;
        if people.iter().any(|b| holds(b, x, y)) {
            continue;
        }
        let rgb = frame.rgb_at(
            (x * frame.width as f32) as usize,
            (y * frame.height as f32) as usize,
        );
        let brightest = rgb.into_iter().max().unwrap_or(0);
        if brightest >= CLIPPED {
            clipped += 1;
        } else if brightest >= DARK {
            places.push(rgb.map(|c| linear(f32::from(c) / 255.0)));
        }
    }
    (places, clipped)
}

fn holds(b: &BoxInImage, x: f32, y: f32) -> bool {
    x >= b.x && y >= b.y && x < b.x + b.width && y < b.y + b.height
}

fn luminance(rgb: &[f32; 3]) -> f32 {
    0.2126 * rgb[0] + 0.7152 * rgb[1] + 0.0722 * rgb[2]
}

fn dot(a: [f32; 2], b: [f32; 2]) -> f32 {
    a[0] * b[0] + a[1] * b[1]
}

/// Where most of what could be grey agrees, log2 of red and blue against green.
fn tint(places: &[[f32; 3]]) -> Option<[f32; 2]> {
    let votes: Vec<([f32; 2], f32)> = places
        .iter()
        .map(|rgb| {
            let [r, g, b] = rgb.map(|c| c.max(1e-4).log2());
            let at = [r - g, b - g];
            let off = dot(at, MAGENTA) / OFF_LINE;
            let along = (dot(at, WARMER) - MIDDLE) / ALONG_LINE;
            (
                at,
                (-off * off - along * along).exp() * luminance(rgb).sqrt(),
            )
        })
        .collect();
    let mean = |weight: &dyn Fn([f32; 2], f32) -> f32| {
        let (mut sum, mut whole) = ([0.0; 2], 0.0);
        for (at, vote) in &votes {
            let w = weight(*at, *vote);
            sum = [sum[0] + at[0] * w, sum[1] + at[1] * w];
            whole += w;
        }
        (sum.map(|s| s / f32::max(whole, 1e-6)), whole)
    };
    let (mut centre, whole) = mean(&|_, vote| vote);
    if whole < MIN_VOTES {
        return None;
    }
    for _ in 0..ROUNDS {
        let from = centre;
        centre = mean(&|at, vote| {
            let apart = [at[0] - from[0], at[1] - from[1]];
            vote * (-dot(apart, apart) / AGREEMENT).exp()
        })
        .0;
    }
    Some(centre)
}

fn limited(tint: [f32; 2]) -> [f32; 2] {
    let warmth = dot(tint, WARMER).clamp(WARMTH_MIN, WARMTH_MAX);
    let magenta = dot(tint, MAGENTA).clamp(-MAGENTA_MAX, MAGENTA_MAX);
    [0, 1].map(|k: usize| warmth * WARMER[k] + magenta * MAGENTA[k])
}

/// Stops by which the brightest of the background is darker than paper; none when some of it is clipped.
fn stops(places: &[[f32; 3]], clipped: usize) -> f32 {
    let mut levels: Vec<f32> = places.iter().map(luminance).collect();
    let whole = levels.len() + clipped;
    let rank = (whole as f32 * BRIGHTEST) as usize;
    if rank < clipped || levels.is_empty() {
        return 0.0;
    }
    let at = levels.len() - 1 - (rank - clipped).min(levels.len() - 1);
    let white = *levels.select_nth_unstable_by(at, f32::total_cmp).1;
    (PAPER / white.max(1e-3)).log2().clamp(0.0, STOPS_MAX)
}

#[cfg(test)]
mod tests;
