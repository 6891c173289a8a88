//! Anchors of what is worn on legs, head and neck, from the corners of the outline.

use cheval_domain::anchors::{Anchor, Cut, Side};

use super::Marks;
use super::figure::{Figure, Sign};
use super::outline::{Outline, Place, distance, middle};

const SEEN: f32 = 0.9;
const USUAL: f32 = 0.6;
const GUESSED: f32 = 0.3;
/// The widest place of trousers, share of the way from waistband to crotch.
const HIP_ABOVE_CROTCH: f32 = 0.87;
/// The knee, share of the way from crotch to hem.
const KNEE: f32 = 0.45;
/// The hip of a skirt lies this far below its waistband, in widths of the waistband.
const HIP_BELOW_WAIST: f32 = 0.56;

const SIGNS: [(Sign, Side); 2] = [(1.0, Side::Left), (-1.0, Side::Right)];

/// The outline of one half, from the upper to the lower end, and the corners of it.
struct Half {
    run: Vec<usize>,
    corners: Vec<usize>,
}

impl Half {
    fn of(
        figure: &Figure<'_>,
        upper: usize,
        lower: usize,
        side: Sign,
        count: usize,
    ) -> Option<Self> {
        let outline = &figure.outline;
        if side > 0.0 {
            let run = outline.run(upper, lower);
            let corners = outline.corners(&run, count)?;
            return Some(Self { run, corners });
        }
        let mut run = outline.run(lower, upper);
        let mut corners = outline.corners(&run, count)?;
        run.reverse();
        corners.reverse();
        Some(Self { run, corners })
    }

    /// The part between two of its places.
    fn between(&self, from: usize, to: usize) -> Vec<usize> {
        let place = |wanted: usize| self.run.iter().position(|i| *i == wanted).unwrap_or(0);
        let (a, b) = (place(from), place(to));
        self.run[a.min(b)..=a.max(b)].to_vec()
    }
}

/// Trousers and shorts.
pub(super) fn mark_legs(figure: &Figure<'_>, cut: Cut) -> Option<Marks> {
    let mut marks = Marks::new();
    let outline = &figure.outline;
    let top = figure.on_axis(true)?;
    let Some((crotch, sharp)) = figure.crotch() else {
        return closed_legs(figure, cut);
    };
    let parts = outline.at(crotch);
    marks.set(Anchor::Crotch, parts, (sharp / 60.0).clamp(0.4, SEEN));
    for (sign, side) in SIGNS {
        let half = Half::of(figure, top, crotch, sign, 4)?;
        // The second corner is the hip's round; where there is none it lies on a straight line and harms nothing.
        let [waist, _, outer, inner] = half.corners[..] else {
            return None;
        };
        let places = [outline.at(waist), outline.at(outer), outline.at(inner)];
        marks.set(Anchor::Waist(side), places[0], SEEN);
        marks.set(Anchor::HemOuter(side), places[1], SEEN);
        marks.set(Anchor::HemInner(side), places[2], SEEN);
        let outside = half.between(waist, outer);
        let hip = places[0][1] + HIP_ABOVE_CROTCH * (parts[1] - places[0][1]);
        marks.set(Anchor::Hip(side), figure.passes(&outside, hip)?, USUAL);
        if cut == Cut::Trousers {
            let knee = parts[1] + KNEE * (middle(places[1], places[2])[1] - parts[1]);
            let inside = half.between(inner, crotch);
            marks.set(
                Anchor::KneeOuter(side),
                figure.passes(&outside, knee)?,
                USUAL,
            );
            marks.set(
                Anchor::KneeInner(side),
                figure.passes(&inside, knee)?,
                USUAL,
            );
        }
    }
    Some(marks)
}

/// Legs that lie on each other: the corners of the whole, the rest by custom.
fn closed_legs(figure: &Figure<'_>, cut: Cut) -> Option<Marks> {
    let mut marks = mark_skirt(figure)?;
    let crotch = figure.y(if cut == Cut::Trousers { 0.36 } else { 0.6 });
    marks.set(Anchor::Crotch, [figure.axis, crotch], GUESSED);
    for (sign, side) in SIGNS {
        let hem = marks.take(Anchor::Hem(side))?;
        marks.set(Anchor::HemOuter(side), hem, USUAL);
        let inner = [figure.axis + sign * 0.02 * figure.width, hem[1]];
        marks.set(Anchor::HemInner(side), inner, GUESSED);
    }
    Some(marks)
}

/// A skirt: four corners and the hip.
pub(super) fn mark_skirt(figure: &Figure<'_>) -> Option<Marks> {
    let mut marks = Marks::new();
    let (top, bottom) = (figure.on_axis(true)?, figure.on_axis(false)?);
    let outline = &figure.outline;
    let halves = [
        Half::of(figure, top, bottom, 1.0, 3)?,
        Half::of(figure, top, bottom, -1.0, 3)?,
    ];
    let corner = |n: usize, k: usize| outline.at(halves[n].corners[k]);
    let band = distance(corner(0, 0), corner(1, 0));
    for (n, (_, side)) in SIGNS.into_iter().enumerate() {
        let (waist, hem) = (corner(n, 0), corner(n, 2));
        marks.set(Anchor::Waist(side), waist, SEEN);
        marks.set(Anchor::Hem(side), hem, SEEN);
        let drop = (HIP_BELOW_WAIST * band).min(0.45 * (hem[1] - waist[1]));
        let outside = halves[n].between(halves[n].corners[0], halves[n].corners[2]);
        marks.set(
            Anchor::Hip(side),
            figure.passes(&outside, waist[1] + drop)?,
            USUAL,
        );
    }
    Some(marks)
}

/// Hats, glasses and scarves: the far ends, and what lies between them.
pub(super) fn mark_small(figure: &Figure<'_>, cut: Cut) -> Option<Marks> {
    let mut marks = Marks::new();
    let (top, bottom) = (figure.on_axis(true)?, figure.on_axis(false)?);
    let (crown, under) = (figure.outline.at(top), figure.outline.at(bottom));
    match cut {
        Cut::Hat => marks.set(Anchor::Crown, crown, SEEN),
        Cut::Glasses => marks.set(Anchor::Bridge, middle(crown, under), USUAL),
        _ => {
            marks.set(Anchor::WrapTop, crown, USUAL);
            let parted = figure.crotch().map(|(i, _)| figure.outline.at(i));
            let by_custom = [figure.axis, figure.y(0.25)];
            marks.set(Anchor::NeckFront, parted.unwrap_or(by_custom), GUESSED);
        }
    }
    for (sign, side) in SIGNS {
        let run = if sign > 0.0 {
            figure.outline.run(top, bottom)
        } else {
            figure.outline.run(bottom, top)
        };
        let far = |out: f32, down: f32| -> Option<Place> {
            let at = |i: usize| figure.outline.at(i);
            let reach = |i: usize| {
                out * figure.out(at(i), sign) / figure.width + down * at(i)[1] / figure.height
            };
            Outline::most(&run, reach).map(at)
        };
        match cut {
            Cut::Hat => marks.set(Anchor::Brim(side), far(1.0, 0.8)?, 0.45),
            Cut::Glasses => marks.set(Anchor::Temple(side), far(1.0, -0.5)?, USUAL),
            _ => {
                let level = figure.y(0.12);
                let upper: Vec<usize> = run
                    .iter()
                    .copied()
                    .filter(|i| figure.outline.at(*i)[1] < figure.y(0.4))
                    .collect();
                marks.set(Anchor::Neck(side), figure.passes(&upper, level)?, GUESSED);
                marks.set(Anchor::Hem(side), far(0.4, 1.0)?, USUAL);
            }
        }
    }
    Some(marks)
}
