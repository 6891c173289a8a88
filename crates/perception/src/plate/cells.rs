//! One cell of the plate learns its colour and how much it flickers, and tells whether a frame differs.
//!
//! Colour: the approximated median (McFarlane & Schofield 1995, "Segmentation and tracking of piglets in images"), a fixed
//! step towards each sample. Flicker: the sigma-delta estimate of the deviation (Manzanera & Richefeu 2007, "A new motion
//! detection algorithm based on sigma-delta background estimation"), likewise a fixed step. Both only where the frame
//! agrees with the plate; what differs must lie still for [`ABSORB`] before it is taken over.

use cheval_domain::geometry::BoxInImage;

use super::light::Relight;
use super::thumb::Thumb;

/// Colours and deviations are kept in 1/256 of a level, so that a dimmed scene comes back unharmed.
pub(super) const ONE: u16 = 256;
/// Step of a learned cell per lesson: at four lessons a second one level a second, faster than daylight.
const STEP: u16 = ONE / 4;
/// Step of a cell that is new.
const FIRST_STEP: u16 = ONE;
/// Sightings from which on a cell counts as learned: 3 s.
pub(super) const LEARNED: u8 = 12;
/// A difference up to this, in levels, is never a change; two averaged pixels of a quiet sensor stray by about two.
const MIN_DIFFERENCE: u16 = 10;
/// Nor is one up to so many times the learned deviation: beyond four standard deviations of normal noise.
const DEVIATIONS: u16 = 5;
/// However much a cell flickers, this is a change, in levels.
const MAX_DIFFERENCE: u16 = 60;
/// Deviation assumed at first.
const FIRST_DEVIATION: u16 = 3 * ONE;
/// Lessons in a row of the same new colour after which it is taken over: 20 s.
const ABSORB: i16 = 80;
/// Lessons that a place where a person was known to stand waits before that: 60 s more.
const HELD: i16 = -240;

/// What a cell is at the moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Now {
    /// As learned.
    #[default]
    Same,
    /// Not as learned, or not learned yet.
    Changed,
    /// A person is known to stand there.
    Held,
}

/// The coarse grid.
#[derive(Default)]
pub(super) struct Cells {
    pub(super) width: usize,
    pub(super) height: usize,
    /// Side of a cell, frame pixels.
    pub(super) cell_px: usize,
    cells: Vec<Cell>,
    changed: usize,
    learned: usize,
    replaced: usize,
}

#[derive(Clone, Copy, Default)]
struct Cell {
    /// Colour, 1/256 levels.
    value: [u16; 3],
    /// Flicker, 1/256 levels.
    deviation: u16,
    /// What has been there instead, and for how many lessons; negative: so many lessons must pass first.
    candidate: [u8; 3],
    still: i16,
    /// Sightings that agreed.
    seen: u8,
    now: Now,
    /// A new colour was taken over in the latest lesson.
    replaced: bool,
}

impl Cells {
    pub(super) fn new(thumb: &Thumb) -> Self {
        Self {
            width: thumb.width,
            height: thumb.height,
            cell_px: thumb.cell_px,
            cells: vec![Cell::default(); thumb.rgb.len()],
            changed: 0,
            learned: 0,
            replaced: 0,
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.cells.is_empty()
    }

    pub(super) fn len(&self) -> usize {
        self.cells.len()
    }

    pub(super) fn fits(&self, thumb: &Thumb) -> bool {
        (self.width, self.height, self.cell_px) == (thumb.width, thumb.height, thumb.cell_px)
    }

    pub(super) fn wipe(&mut self) {
        self.cells.fill(Cell::default());
        std::hint::black_box(&mut self.cells);
    }

    /// Marks where these people stand: from above the face down to the lower edge, five faces wide.
    pub(super) fn hold(&mut self, faces: &[BoxInImage]) {
        for cell in &mut self.cells {
            cell.now = Now::Same;
        }
        for face in faces {
            let span = |low: f32, high: f32, cells: usize| {
                let cell = |v: f32| (v * cells as f32).clamp(0.0, cells as f32);
                cell(low) as usize..(cell(high).ceil() as usize).max(cell(low) as usize)
            };
            let centre = face.centre().x;
            let columns = span(
                centre - 2.5 * face.width,
                centre + 2.5 * face.width,
                self.width,
            );
            for row in span(face.y - 0.6 * face.height, 1.0, self.height) {
                for cell in &mut self.cells[row * self.width..][columns.clone()] {
                    cell.now = Now::Held;
                }
            }
        }
    }

    /// Tells for each cell that is not held whether it is as learned.
    pub(super) fn compare(&mut self, thumb: &Thumb) {
        (self.changed, self.learned) = (0, 0);
        for (cell, rgb) in self.cells.iter_mut().zip(&thumb.rgb) {
            let learned = cell.seen >= LEARNED;
            self.learned += usize::from(learned);
            if cell.now != Now::Held && !(learned && cell.agrees(*rgb)) {
                cell.now = Now::Changed;
                self.changed += 1;
            }
        }
    }

    /// Share of the cells that changed, 0..=1.
    pub(super) fn changed_share(&self) -> f32 {
        self.changed as f32 / self.cells.len().max(1) as f32
    }

    /// Share of the cells that are learned, 0..=1.
    pub(super) fn learned_share(&self) -> f32 {
        self.learned as f32 / self.cells.len().max(1) as f32
    }

    /// Changed cells with at least four changed neighbours of eight: noise comes alone. Stops counting at `enough`.
    pub(super) fn changed_clusters(&self, enough: usize) -> usize {
        if self.changed < enough {
            return 0;
        }
        let mut found = 0;
        for y in 1..self.height.saturating_sub(1) {
            for x in 1..self.width.saturating_sub(1) {
                let at = y * self.width + x;
                if self.cells[at].now == Now::Changed && self.changed_around(at) >= 4 {
                    found += 1;
                    if found >= enough {
                        return found;
                    }
                }
            }
        }
        found
    }

    /// Changed ones of the eight neighbours of a cell that is not at the border.
    fn changed_around(&self, at: usize) -> usize {
        [at - self.width, at, at + self.width]
            .iter()
            .flat_map(|&middle| &self.cells[middle - 1..=middle + 1])
            .filter(|cell| cell.now == Now::Changed)
            .count()
            - 1
    }

    /// Learns from the frame that was compared last.
    pub(super) fn learn(&mut self, thumb: &Thumb) {
        for (cell, rgb) in self.cells.iter_mut().zip(&thumb.rgb) {
            cell.learn(*rgb);
        }
        self.replaced = self.cells.iter().filter(|c| c.replaced).count();
    }

    /// Some cell took over a new colour in the latest lesson.
    pub(super) fn any_replaced(&self) -> bool {
        self.replaced > 0
    }

    pub(super) fn now(&self, at: usize) -> Now {
        self.cells[at].now
    }

    pub(super) fn is_learned(&self, at: usize) -> bool {
        self.cells[at].seen >= LEARNED
    }

    /// A new colour was taken over in the latest lesson.
    pub(super) fn was_replaced(&self, at: usize) -> bool {
        self.cells[at].replaced
    }

    /// The learned colour in levels.
    pub(super) fn colour(&self, at: usize) -> [f32; 3] {
        self.cells[at].value.map(|v| f32::from(v) / f32::from(ONE))
    }

    /// Takes over a change of the light. Cells that were or are clipped take what is seen.
    pub(super) fn relight(&mut self, relight: &Relight, thumb: &Thumb) {
        for (at, (cell, rgb)) in self.cells.iter_mut().zip(&thumb.rgb).enumerate() {
            let old = cell.value;
            cell.value = relight.apply(at, old);
            let clipped = old.iter().any(|v| *v >= 250 * ONE);
            if clipped && cell.now == Now::Changed {
                cell.value = rgb.map(|v| u16::from(v) * ONE);
            }
        }
    }
}

impl Cell {
    fn difference(&self, rgb: [u8; 3]) -> u16 {
        (0..3)
            .map(|c| self.value[c].abs_diff(u16::from(rgb[c]) * ONE))
            .max()
            .unwrap_or(0)
    }

    fn tolerance(&self) -> u16 {
        self.deviation
            .saturating_mul(DEVIATIONS)
            .clamp(MIN_DIFFERENCE * ONE, MAX_DIFFERENCE * ONE)
    }

    fn agrees(&self, rgb: [u8; 3]) -> bool {
        self.difference(rgb) <= self.tolerance()
    }

    fn learn(&mut self, rgb: [u8; 3]) {
        self.replaced = false;
        if self.now == Now::Held {
            self.still = HELD;
            if self.seen < LEARNED {
                self.seen = 0;
            }
        } else if self.seen == 0 {
            self.begin(rgb, 1);
        } else if self.agrees(rgb) {
            self.approach(rgb);
        } else {
            self.wait(rgb);
        }
    }

    fn begin(&mut self, rgb: [u8; 3], seen: u8) {
        *self = Self {
            value: rgb.map(|v| u16::from(v) * ONE),
            deviation: self.deviation.max(FIRST_DEVIATION),
            seen,
            now: self.now,
            ..Self::default()
        };
    }

    /// A step of the median and of the deviation.
    fn approach(&mut self, rgb: [u8; 3]) {
        let difference = self.difference(rgb);
        let step = if self.seen < LEARNED {
            FIRST_STEP
        } else {
            STEP
        };
        for (value, target) in self.value.iter_mut().zip(rgb) {
            *value = stepped(*value, u16::from(target) * ONE, step);
        }
        self.deviation = stepped(self.deviation, difference, STEP);
        self.still = (self.still + 1).min(0);
        self.seen = self.seen.saturating_add(1);
    }

    /// Something else is there: when it stays, it becomes the plate; when it changes all the time, this place flickers.
    fn wait(&mut self, rgb: [u8; 3]) {
        let tolerance = self.tolerance() / ONE;
        let same = (0..3).all(|c| u16::from(self.candidate[c].abs_diff(rgb[c])) <= tolerance);
        if !same {
            self.candidate = rgb;
            self.still = self.still.min(0);
            self.deviation = (self.deviation + STEP).min(MAX_DIFFERENCE * ONE / DEVIATIONS);
            if self.seen < LEARNED {
                self.begin(rgb, 1);
            }
        }
        self.still = self.still.saturating_add(1);
        if self.still >= ABSORB {
            self.begin(rgb, LEARNED);
            self.replaced = true;
        }
    }
}

/// `from` moved towards `to` by at most `step`.
pub(super) fn stepped(from: u16, to: u16, step: u16) -> u16 {
    if to > from {
        from + (to - from).min(step)
    } else {
        from - (from - to).min(step)
    }
}
