//! The fine grid: colours of the empty scene for drawing. Learns a quarter of its rows a lesson, and only where the
//! coarse grid sees the scene as learned.

use super::background::Background;
use super::cells::{Cells, Now, ONE, stepped};
use super::light::Relight;
use super::thumb::{cell_px, mean_of};
use crate::organs::picture::Pixels;

/// Cells along the long side, at most: a quarter of a picture of 1280.
const LONG_SIDE: usize = 320;
/// One row in so many is learned a lesson.
const TURNS: usize = 4;
/// The first samples are averaged; after so many the median steps.
const AVERAGED: u8 = 8;
/// Step of the median, 1/256 levels: half a level a second.
const STEP: u16 = ONE / 2;

/// Colours in 1/256 levels and how many samples are in each.
#[derive(Default)]
pub(super) struct Colours {
    width: usize,
    height: usize,
    cell_px: usize,
    value: Vec<[u16; 3]>,
    samples: Vec<u8>,
}

impl Colours {
    pub(super) fn new(frame: Pixels<'_>) -> Self {
        let cell_px = cell_px(frame, LONG_SIDE);
        let (width, height) = (frame.width / cell_px, frame.height / cell_px);
        Self {
            width,
            height,
            cell_px,
            value: vec![[0; 3]; width * height],
            samples: vec![0; width * height],
        }
    }

    pub(super) fn wipe(&mut self) {
        self.value.fill([0; 3]);
        std::hint::black_box(&mut self.value);
    }

    /// Learns the rows whose turn it is.
    pub(super) fn learn(&mut self, frame: Pixels<'_>, cells: &Cells, lesson: u32) {
        if cells.any_replaced() {
            self.forget_replaced(cells);
        }
        for y in (lesson as usize % TURNS..self.height).step_by(TURNS) {
            for x in 0..self.width {
                let (at, coarse) = (y * self.width + x, self.coarse(cells, x, y));
                if cells.is_learned(coarse) && cells.now(coarse) == Now::Same {
                    self.learn_cell(at, mean_of(frame, self.cell_px, x, y));
                }
            }
        }
    }

    fn forget_replaced(&mut self, cells: &Cells) {
        for at in 0..self.samples.len() {
            if cells.was_replaced(self.coarse(cells, at % self.width, at / self.width)) {
                self.samples[at] = 0;
            }
        }
    }

    fn learn_cell(&mut self, at: usize, rgb: [u8; 3]) {
        let samples = self.samples[at];
        for (value, seen) in self.value[at].iter_mut().zip(rgb) {
            let seen = u16::from(seen) * ONE;
            let step = if samples < AVERAGED {
                seen.abs_diff(*value).div_ceil(u16::from(samples) + 1)
            } else {
                STEP
            };
            *value = stepped(*value, seen, step);
        }
        self.samples[at] = samples.saturating_add(1);
    }

    /// Takes over a change of the light, before the coarse grid does.
    pub(super) fn relight(&mut self, cells: &Cells, relight: &Relight) {
        for y in 0..self.height {
            for x in 0..self.width {
                let at = y * self.width + x;
                self.value[at] = relight.apply(self.coarse(cells, x, y), self.value[at]);
            }
        }
    }

    /// A copy for drawing.
    pub(super) fn background(&self) -> Background {
        let rgba = self
            .value
            .iter()
            .zip(&self.samples)
            .flat_map(|(value, samples)| {
                let [r, g, b] = value.map(|v| (v / ONE) as u8);
                [r, g, b, if *samples > 0 { 255 } else { 0 }]
            })
            .collect();
        Background::new(self.width, self.height, self.cell_px, rgba)
    }

    /// The coarse cell that a fine one lies in.
    fn coarse(&self, cells: &Cells, x: usize, y: usize) -> usize {
        let column = (x * self.cell_px / cells.cell_px).min(cells.width - 1);
        let row = (y * self.cell_px / cells.cell_px).min(cells.height - 1);
        row * cells.width + column
    }
}
