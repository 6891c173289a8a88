//! Anchors of what is worn on the torso: armpits are the notches under the sleeves, cuffs the far corners of what sticks
//! out between shoulder and armpit, the hem the lower corners of the rest.

use cheval_domain::anchors::{Anchor, Cut, Side};

use super::Marks;
use super::figure::{Figure, Sign};
use super::neck::Neckline;
use super::outline::{Outline, Place, distance, middle};

/// How sure of a place that was read off the outline, put where it usually is, or only guessed.
const SEEN: f32 = 0.9;
const USUAL: f32 = 0.6;
const GUESSED: f32 = 0.3;
/// The waist lies this far below the armpits, in widths between the armpits, and the hip this far below the waist.
const WAIST: f32 = 0.56;
const HIP: f32 = 0.43;
/// Share of the way down the outer and the inner seam at which elbows lie.
const ELBOW: [f32; 2] = [0.53, 0.29];

/// The side of a body is what lies farther out than this: a share of its widest place, of the width between the armpits.
const SIDE_ENDS: [f32; 2] = [0.97, 0.42];

/// The notches under both sleeves.
pub(super) struct Armpits {
    /// Right half of the picture first.
    pub(super) at: [usize; 2],
    pub(super) sure: f32,
    /// Length of the longer sleeve.
    pub(super) sleeve: f32,
}

const SIGNS: [(Sign, Side); 2] = [(1.0, Side::Left), (-1.0, Side::Right)];

impl Armpits {
    /// Finds the pair of notches that mirror each other best.
    pub(super) fn find(figure: &Figure<'_>) -> Option<Self> {
        let candidates = figure.notches(32.0);
        let of = |side: Sign| -> Vec<(usize, f32)> {
            let fits = |(i, _): &&(usize, f32)| {
                let at = figure.outline.at(*i);
                let opens = figure.outline.opening(*i, 10);
                figure.out(at, side) > 0.1 * figure.width
                    && (figure.y(0.08)..figure.y(0.7)).contains(&at[1])
                    && opens[1] > -0.3
                    && opens[0] * side > -0.6
            };
            candidates.iter().filter(fits).copied().collect()
        };
        let (right, left) = (of(1.0), of(-1.0));
        let mut best: Option<(f32, Self)> = None;
        for (r, sharp_r) in &right {
            for (l, sharp_l) in &left {
                let (a, b) = (figure.outline.at(*r), figure.outline.at(*l));
                let uneven = (a[1] - b[1]).abs() / figure.height
                    + (figure.out(a, 1.0) - figure.out(b, -1.0)).abs() / figure.width;
                let far = (figure.out(a, 1.0) + figure.out(b, -1.0)) / figure.width;
                let mut found = Self {
                    at: [*r, *l],
                    sure: (sharp_r.min(*sharp_l) / 80.0).min(1.0) * (1.0 - uneven).max(0.1),
                    sleeve: 0.0,
                };
                found.sleeve = found.sleeves(figure);
                if found.sleeve < 0.09 * (far * figure.width) {
                    continue;
                }
                let score = sharp_r + sharp_l - 220.0 * uneven - 60.0 * far;
                if best.as_ref().is_none_or(|(most, _)| score > *most) {
                    best = Some((score, found));
                }
            }
        }
        best.filter(|(score, _)| *score > 10.0)
            .map(|(_, found)| found)
    }

    /// Without sleeves: where the armhole ends and the side begins.
    pub(super) fn of_sleeveless(figure: &Figure<'_>) -> Option<Self> {
        let (top, bottom) = (figure.on_axis(true)?, figure.on_axis(false)?);
        let lowest = |run: Vec<usize>, side: Sign| {
            let upper: Vec<usize> = run
                .into_iter()
                .filter(|i| (figure.y(0.05)..figure.y(0.45)).contains(&figure.outline.at(*i)[1]))
                .collect();
            let most = upper
                .iter()
                .map(|i| figure.out(figure.outline.at(*i), side))
                .fold(0.0, f32::max);
            upper
                .into_iter()
                .filter(|i| figure.out(figure.outline.at(*i), side) > 0.95 * most)
                .min_by(|a, b| figure.outline.at(*a)[1].total_cmp(&figure.outline.at(*b)[1]))
        };
        Some(Self {
            at: [
                lowest(figure.outline.run(top, bottom), 1.0)?,
                lowest(figure.outline.run(bottom, top), -1.0)?,
            ],
            sure: 0.4,
            sleeve: 0.0,
        })
    }

    /// Width from armpit to armpit.
    pub(super) fn across(&self, figure: &Figure<'_>) -> f32 {
        distance(figure.outline.at(self.at[0]), figure.outline.at(self.at[1]))
    }

    /// Height of the armpits.
    pub(super) fn level(&self, figure: &Figure<'_>) -> f32 {
        middle(figure.outline.at(self.at[0]), figure.outline.at(self.at[1]))[1]
    }

    /// Length of the longer of both sleeves.
    fn sleeves(&self, figure: &Figure<'_>) -> f32 {
        let length = |n: usize| {
            let sleeve = Sleeve::find(figure, self.at[n], SIGNS[n].0)?;
            let root = middle(
                figure.outline.at(sleeve.shoulder),
                figure.outline.at(self.at[n]),
            );
            let end = middle(
                figure.outline.at(sleeve.outer),
                figure.outline.at(sleeve.inner),
            );
            Some(distance(root, end))
        };
        length(0).unwrap_or(0.0).max(length(1).unwrap_or(0.0))
    }

    /// How much lower the hem hangs in the middle than where the sides end.
    pub(super) fn tail(&self, figure: &Figure<'_>) -> f32 {
        let at = |i: usize| figure.outline.at(i);
        let sides = self.sides(figure);
        let ends = sides.iter().zip(SIGNS).map(|(run, (sign, _))| {
            let out = |i: &usize| figure.out(at(*i), sign);
            let widest = run.iter().map(out).fold(0.0, f32::max);
            let side = (SIDE_ENDS[0] * widest).min(SIDE_ENDS[1] * self.across(figure));
            let along = run.iter().filter(|i| out(i) > side);
            along.map(|i| at(*i)[1]).fold(0.0, f32::max)
        });
        let middle = figure.on_axis(false).map_or(0.0, |i| at(i)[1]);
        middle - ends.sum::<f32>() / 2.0
    }

    /// Least width of the body below the armpits.
    pub(super) fn narrowest(&self, figure: &Figure<'_>) -> f32 {
        let [right, left] = self.sides(figure);
        let from = self.level(figure);
        let to = figure.y(0.9);
        (1..20)
            .filter_map(|k| {
                let y = from + (to - from) * k as f32 / 20.0;
                let (a, b) = (figure.passes(&right, y)?, figure.passes(&left, y)?);
                Some(a[0] - b[0])
            })
            .fold(f32::INFINITY, f32::min)
    }

    /// The outline below both armpits, each from the armpit down to the bottom of the axis.
    fn sides(&self, figure: &Figure<'_>) -> [Vec<usize>; 2] {
        let bottom = figure.on_axis(false).unwrap_or(self.at[0]);
        let mut left = figure.outline.run(bottom, self.at[1]);
        left.reverse();
        [figure.outline.run(self.at[0], bottom), left]
    }
}

/// A sleeve's corners on the outline.
struct Sleeve {
    shoulder: usize,
    outer: usize,
    inner: usize,
}

impl Sleeve {
    fn find(figure: &Figure<'_>, armpit: usize, side: Sign) -> Option<Self> {
        let top = figure.on_axis(true)?;
        let mut run = if side > 0.0 {
            figure.outline.run(top, armpit)
        } else {
            figure.outline.run(armpit, top)
        };
        if side < 0.0 {
            run.reverse();
        }
        let root = figure.out(figure.outline.at(armpit), side);
        let begins = run
            .iter()
            .position(|i| figure.out(figure.outline.at(*i), side) >= 0.97 * root)?;
        let shoulder = run[begins];
        let sleeve = run.get(begins..)?;
        let mut forward = sleeve.to_vec();
        if side < 0.0 {
            forward.reverse();
        }
        let mut corners = figure.outline.corners(&forward, 2)?;
        if side < 0.0 {
            corners.reverse();
        }
        let root = distance(figure.outline.at(shoulder), figure.outline.at(armpit));
        let end = figure.outline.at(corners[0]);
        if distance(figure.outline.at(shoulder), end) < 1.15 * root {
            corners = short_cuff(figure, sleeve, side).unwrap_or(corners);
        }
        Some(Self {
            shoulder,
            outer: corners[0],
            inner: corners[1],
        })
    }
}

/// Corners of the cuff of a sleeve that is no longer than wide: the bend farthest out, and the next one on the way to the
/// armpit.
fn short_cuff(figure: &Figure<'_>, sleeve: &[usize], side: Sign) -> Option<Vec<usize>> {
    let outline = &figure.outline;
    let out = |i: usize| figure.out(outline.at(i), side);
    let most = sleeve.iter().map(|i| out(*i)).fold(1.0, f32::max);
    let outer = Outline::most(sleeve, |i| outline.turn(i, 6) / 60.0 + 4.0 * out(i) / most)?;
    let at = sleeve.iter().position(|i| *i == outer)?;
    let under = sleeve.get(at + 3..sleeve.len().saturating_sub(1))?;
    let inner = Outline::most(under, |i| outline.turn(i, 5))?;
    Some(vec![outer, inner])
}

/// All anchors of a top or a dress.
pub(super) fn mark(
    figure: &Figure<'_>,
    cut: Cut,
    armpits: &Armpits,
    neckline: &Neckline<'_>,
) -> Option<Marks> {
    let mut marks = Marks::new();
    let outline = &figure.outline;
    let across = armpits.across(figure);
    let has_sleeves = armpits.sleeve > 0.12 * across;
    let mut shoulders = [[0.0; 2]; 2];
    for (n, (sign, side)) in SIGNS.into_iter().enumerate() {
        let armpit = armpits.at[n];
        marks.set(Anchor::Armpit(side), outline.at(armpit), armpits.sure);
        let sleeve = Sleeve::find(figure, armpit, sign).filter(|_| has_sleeves);
        shoulders[n] = match &sleeve {
            Some(sleeve) => outline.at(sleeve.shoulder),
            None => strap(figure, armpit, sign)?,
        };
        let sure = if sleeve.is_some() {
            USUAL + 0.1
        } else {
            GUESSED
        };
        marks.set(Anchor::Shoulder(side), shoulders[n], sure);
        if let Some(sleeve) = sleeve {
            mark_sleeve(
                figure,
                &sleeve,
                armpit,
                (sign, side),
                armpits.sleeve > 0.65 * across,
                &mut marks,
            );
        }
    }
    let ends = outline.run(armpits.at[0], armpits.at[1]);
    let hem = outline.corners(&ends, 2)?;
    let sides = armpits.sides(figure);
    let corners = [outline.at(hem[0]), outline.at(hem[1])];
    let lowest = middle(corners[0], corners[1])[1];
    let level = armpits.level(figure);
    let (waist, seen) = waist(figure, &sides, level, lowest, across);
    for (n, (_, side)) in SIGNS.into_iter().enumerate() {
        marks.set(Anchor::Hem(side), corners[n], SEEN);
        let sure = if seen { SEEN } else { USUAL };
        marks.set(Anchor::Waist(side), figure.passes(&sides[n], waist)?, sure);
        if cut == Cut::Dress {
            let hip = (waist + HIP * across).min((waist + lowest) / 2.0 + 0.1 * across);
            marks.set(Anchor::Hip(side), figure.passes(&sides[n], hip)?, USUAL);
        }
    }
    neckline.mark(figure, cut, shoulders, &mut marks)?;
    Some(marks)
}

fn mark_sleeve(
    figure: &Figure<'_>,
    sleeve: &Sleeve,
    armpit: usize,
    (sign, side): (Sign, Side),
    long: bool,
    marks: &mut Marks,
) {
    let outline = &figure.outline;
    marks.set(Anchor::CuffOuter(side), outline.at(sleeve.outer), SEEN);
    marks.set(Anchor::CuffInner(side), outline.at(sleeve.inner), SEEN);
    if !long {
        return;
    }
    let run = |from: usize, to: usize| {
        if sign > 0.0 {
            outline.run(from, to)
        } else {
            let mut run = outline.run(to, from);
            run.reverse();
            run
        }
    };
    let outer = outline.along(&run(sleeve.shoulder, sleeve.outer), ELBOW[0]);
    let inner = outline.along(&run(sleeve.inner, armpit), 1.0 - ELBOW[1]);
    if let (Some(outer), Some(inner)) = (outer, inner) {
        marks.set(Anchor::ElbowOuter(side), outer, USUAL);
        marks.set(Anchor::ElbowInner(side), inner, USUAL);
    }
}

/// End of the shoulder of a garment without sleeves: the corner between neck and armhole.
fn strap(figure: &Figure<'_>, armpit: usize, side: Sign) -> Option<Place> {
    let top = figure.on_axis(true)?;
    let run = if side > 0.0 {
        figure.outline.run(top, armpit)
    } else {
        figure.outline.run(armpit, top)
    };
    let at = |i: usize| figure.outline.at(i);
    let i = Outline::most(&run, |i| {
        figure.out(at(i), side) / figure.width - 1.6 * at(i)[1] / figure.height
    })?;
    Some(at(i))
}

/// Height of the waist, and whether the outline shows one.
fn waist(
    figure: &Figure<'_>,
    sides: &[Vec<usize>; 2],
    armpit: f32,
    hem: f32,
    across: f32,
) -> (f32, bool) {
    let width = |y: f32| {
        let (a, b) = (figure.passes(&sides[0], y)?, figure.passes(&sides[1], y)?);
        Some(a[0] - b[0])
    };
    let to = (armpit + 0.95 * across).min(hem - 0.15 * (hem - armpit));
    let from = armpit + 0.25 * across;
    let narrowest = (0..=24)
        .map(|k| from + (to - from) * k as f32 / 24.0)
        .filter_map(|y| {
            // Of two narrow places the one where a waist usually is.
            let off = (y - armpit) / across - WAIST;
            width(y).map(|w| (w * (1.0 + 0.8 * off * off), y))
        })
        .min_by(|a, b| a.0.total_cmp(&b.0));
    if let Some((least, y)) = narrowest
        && least < 0.93 * across
        && width(hem - 0.05 * (hem - armpit)).is_some_and(|below| least < 0.95 * below)
        && y > from
        && y < to
    {
        return (y, true);
    }
    ((armpit + WAIST * across).min((armpit + hem) / 2.0), false)
}
