//! Tells a change of the light from a person, and what it did to the colours. Pure.
//!
//! A lamp or the camera's exposure changes all colours of a wide area by one gain and offset, or keeps the pattern of each
//! place while it changes its brightness; a person puts another pattern there. Wrong answers are cheap: a change that is
//! not explained keeps the search for faces going until it is learned as the scene; one that is explained wrongly delays
//! it to the next safety look.

use super::cells::{Cells, Now, ONE};
use super::thumb::Thumb;

/// Cells along one side of a tile.
const TILE: usize = 10;
/// Cells darker or brighter than this, in levels, are clipped or mostly noise: no gain is read from them.
const READABLE: std::ops::RangeInclusive<f32> = 8.0..=247.0;
/// A cell is explained when the fitted light leaves at most this difference, in levels.
const EXPLAINED: f32 = 12.0;
/// Share of the cells that one light for all must explain.
const WHOLE_SHARE: f32 = 0.6;
/// And it must leave at most this share of the changes.
const LEFT_SHARE: f32 = 0.5;
/// The light of one place must explain this share of the changed cells.
const PLACES_SHARE: f32 = 0.6;
/// Less than this share of the tiles is an object, however well it correlates.
const MIN_TILES_SHARE: f32 = 0.08;
/// The same pattern in another light correlates at least so well.
const MIN_CORRELATION: f32 = 0.85;
/// A tile with a standard deviation below this, in levels, has no pattern to go by.
const FLAT: f32 = 4.0;
/// A tile without pattern is lit like a neighbour when their gains differ by at most this factor.
const LIKE_NEIGHBOUR: f32 = 1.25;
/// Gains that a light can have.
const GAINS: std::ops::RangeInclusive<f32> = 0.1..=10.0;
/// Cells darker than this, in levels, get an offset instead of a gain.
const DARK: f32 = 16.0;

/// New = gain · old + offset, in levels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Line {
    pub(super) gain: f32,
    pub(super) offset: f32,
}

impl Line {
    const UNCHANGED: Self = Self {
        gain: 1.0,
        offset: 0.0,
    };

    fn at(self, level: f32) -> f32 {
        (self.gain * level + self.offset).clamp(0.0, 255.0)
    }
}

/// What the light did.
#[derive(Debug)]
pub(super) enum Relight {
    /// The same to every cell, by channel.
    Whole([Line; 3]),
    /// Cell by cell; `None` where it did nothing.
    Places(Vec<Option<[Line; 3]>>),
}

impl Relight {
    /// The colour of coarse cell `at` in the new light; colours in 1/256 levels.
    pub(super) fn apply(&self, at: usize, colour: [u16; 3]) -> [u16; 3] {
        let lines = match self {
            Self::Whole(lines) => Some(lines),
            Self::Places(cells) => cells[at].as_ref(),
        };
        let Some(lines) = lines else { return colour };
        let one = f32::from(ONE);
        std::array::from_fn(|c| (lines[c].at(f32::from(colour[c]) / one) * one).round() as u16)
    }
}

/// A cell that says something about the light: what it was and what it is, in levels.
struct Sample {
    at: usize,
    was: [f32; 3],
    is: [f32; 3],
    changed: bool,
}

/// The light that explains most of what changed, if there is one.
pub(super) fn explain(thumb: &Thumb, cells: &Cells) -> Option<Relight> {
    let samples: Vec<Sample> = (0..cells.len())
        .filter(|&at| cells.is_learned(at) && cells.now(at) != Now::Held)
        .map(|at| Sample {
            at,
            was: cells.colour(at),
            is: thumb.rgb[at].map(f32::from),
            changed: cells.now(at) == Now::Changed,
        })
        .collect();
    // What a quarter of the picture says does not hold for the rest.
    if samples.len() * 4 < cells.len() {
        return None;
    }
    whole(&samples).or_else(|| places(&samples, cells))
}

fn whole(samples: &[Sample]) -> Option<Relight> {
    let mut lines = [Line::UNCHANGED; 3];
    for (c, line) in lines.iter_mut().enumerate() {
        *line = fit(samples, c)?;
    }
    let changed = samples.iter().filter(|s| s.changed).count();
    let left = samples
        .iter()
        .filter(|s| (0..3).any(|c| (lines[c].at(s.was[c]) - s.is[c]).abs() > EXPLAINED))
        .count();
    let explains = left as f32 <= (1.0 - WHOLE_SHARE) * samples.len() as f32
        && left as f32 <= LEFT_SHARE * changed as f32;
    explains.then_some(Relight::Whole(lines))
}

/// Least squares over the cells that agree, from the median gain on; three rounds settle it.
fn fit(samples: &[Sample], c: usize) -> Option<Line> {
    let pairs: Vec<(f32, f32)> = samples
        .iter()
        .map(|s| (s.was[c], s.is[c]))
        .filter(|(was, is)| READABLE.contains(was) && READABLE.contains(is))
        .collect();
    let mut gains: Vec<f32> = pairs.iter().map(|(was, is)| is / was).collect();
    let middle = gains.len() / 2;
    if gains.is_empty() {
        return None;
    }
    let (_, median, _) = gains.select_nth_unstable_by(middle, f32::total_cmp);
    let mut line = Line {
        gain: *median,
        offset: 0.0,
    };
    for _ in 0..3 {
        let near = pairs
            .iter()
            .filter(|(was, is)| (line.at(*was) - is).abs() <= 2.0 * EXPLAINED);
        line = least_squares(near).unwrap_or(line);
    }
    GAINS.contains(&line.gain).then_some(line)
}

fn least_squares<'a>(pairs: impl Iterator<Item = &'a (f32, f32)> + Clone) -> Option<Line> {
    let n = pairs.clone().count() as f32;
    let (x, y) = pairs
        .clone()
        .fold((0.0, 0.0), |(x, y), p| (x + p.0 / n, y + p.1 / n));
    let (mut xx, mut xy) = (0.0, 0.0);
    for p in pairs {
        xx += (p.0 - x) * (p.0 - x);
        xy += (p.0 - x) * (p.1 - y);
    }
    // A scene of one brightness gives a gain only.
    if n < 8.0 || xx / n < FLAT * FLAT {
        return (n >= 8.0).then(|| Line {
            gain: y / x.max(1.0),
            offset: 0.0,
        });
    }
    Some(Line {
        gain: xy / xx,
        offset: y - x * xy / xx,
    })
}

/// What one tile says.
#[derive(Default)]
struct Tile {
    samples: Vec<usize>,
    changed: usize,
    /// Brightness now against before.
    gain: f32,
    has_pattern: bool,
    lit: bool,
}

fn places(samples: &[Sample], cells: &Cells) -> Option<Relight> {
    let columns = cells.width.div_ceil(TILE);
    let mut tiles: Vec<Tile> = Vec::new();
    tiles.resize_with(columns * cells.height.div_ceil(TILE), Tile::default);
    for (k, sample) in samples.iter().enumerate() {
        let (x, y) = (sample.at % cells.width, sample.at / cells.width);
        let tile = &mut tiles[(y / TILE) * columns + x / TILE];
        tile.samples.push(k);
        tile.changed += usize::from(sample.changed);
    }
    tiles.iter_mut().for_each(|tile| tile.judge(samples));
    spread(&mut tiles, columns);
    let lit = tiles.iter().filter(|t| t.lit).count();
    let explained: usize = tiles.iter().filter(|t| t.lit).map(|t| t.changed).sum();
    let changed = samples.iter().filter(|s| s.changed).count();
    let enough = lit as f32 >= MIN_TILES_SHARE * tiles.len() as f32
        && explained as f32 >= PLACES_SHARE * changed as f32;
    enough.then(|| {
        let mut lines = vec![None; cells.len()];
        for &k in tiles.iter().filter(|t| t.lit).flat_map(|t| &t.samples) {
            let sample = &samples[k];
            lines[sample.at] = Some(std::array::from_fn(|c| {
                cell_line(sample.was[c], sample.is[c])
            }));
        }
        Relight::Places(lines)
    })
}

fn cell_line(was: f32, is: f32) -> Line {
    if was >= DARK {
        Line {
            gain: is / was,
            offset: 0.0,
        }
    } else {
        Line {
            gain: 1.0,
            offset: is - was,
        }
    }
}

impl Tile {
    fn is_changed(&self) -> bool {
        2 * self.changed >= self.samples.len() && !self.samples.is_empty()
    }

    /// Looks for the old pattern in the new picture.
    fn judge(&mut self, all: &[Sample]) {
        let luma = |colour: [f32; 3]| colour.iter().sum::<f32>() / 3.0;
        let n = self.samples.len().max(1) as f32;
        let pairs = || {
            let samples = self.samples.iter().map(|&k| &all[k]);
            samples.map(|s| (luma(s.was), luma(s.is)))
        };
        let (x, y) = pairs().fold((0.0, 0.0), |(x, y), p| (x + p.0 / n, y + p.1 / n));
        let (mut xx, mut yy, mut xy) = (0.0, 0.0, 0.0);
        for (was, is) in pairs() {
            xx += (was - x) * (was - x) / n;
            yy += (is - y) * (is - y) / n;
            xy += (was - x) * (is - y) / n;
        }
        let flat = FLAT * FLAT;
        self.gain = y.max(1.0) / x.max(1.0);
        self.has_pattern = xx >= flat || yy >= flat;
        let same_pattern = xy / (xx * yy).sqrt().max(1e-3) >= MIN_CORRELATION;
        self.lit = self.is_changed() && self.has_pattern && same_pattern;
    }
}

/// Tiles without pattern are lit when a neighbour is and their gains are alike.
fn spread(tiles: &mut [Tile], columns: usize) {
    let mut open: Vec<usize> = (0..tiles.len()).filter(|&t| tiles[t].lit).collect();
    while let Some(from) = open.pop() {
        let (column, gain) = (from % columns, tiles[from].gain);
        let neighbours = [
            (column > 0).then(|| from - 1),
            (column + 1 < columns).then_some(from + 1),
            from.checked_sub(columns),
            Some(from + columns).filter(|&t| t < tiles.len()),
        ];
        for at in neighbours.into_iter().flatten() {
            let tile = &mut tiles[at];
            let alike = (1.0 / LIKE_NEIGHBOUR..=LIKE_NEIGHBOUR).contains(&(tile.gain / gain));
            if !tile.lit && tile.is_changed() && !tile.has_pattern && alike {
                tile.lit = true;
                open.push(at);
            }
        }
    }
}
