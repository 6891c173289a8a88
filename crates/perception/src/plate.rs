//! What the fixed camera sees when nobody is there: learned, kept up with the light, compared with every frame of an idle
//! shop. Owns pixels of the shop and wipes them when told to forget; knows no thread, no model and no clock.
//!
//! Two grids: coarse cells (160 along the long side) tell whether anything changed, fine ones (320) keep the colours that
//! a drawing may put where a person stands. Both learn by the approximated median (`cells.rs`, `colours.rs`), which a
//! person who walks through does not move. What people cover is held: it learns nothing, however long they stand.

mod background;
mod cells;
mod colours;
mod gate;
mod light;
mod thumb;

use std::sync::Arc;

use cheval_domain::geometry::BoxInImage;
use cheval_domain::time::Mono;
use serde::Serialize;

pub use background::Background;
use cells::Cells;
use colours::Colours;
pub(crate) use gate::Gate;
use thumb::Thumb;

use crate::organs::picture::Pixels;

/// Time between two lessons. The median moves by a fixed step a lesson, so this sets its pace.
const LESSON_MS: u64 = 250;
/// Changed cells with changed neighbours that count as something: a person whose face has 28 px (the smallest that is
/// read) in a picture of 1280 px covers more than 200 cells.
const SOMETHING_CELLS: usize = 12;
/// Share of learned cells from which on the plate may say that nothing changed.
const READY_SHARE: f32 = 0.9;
/// Share of changed cells from which on the light is suspected.
const RELIGHT_SHARE: f32 = 0.15;
/// Share of changed cells that no light explains, from which on the camera may have moved.
const MOVED_SHARE: f32 = 0.5;
/// Lessons in a row with so much changed, and nobody there, after which everything is learned anew: 2 s.
const MOVED_LESSONS: u32 = 8;
/// Fewer cells than this on a side are too few to judge by.
const MIN_SIDE_CELLS: usize = 24;
/// Lessons between two copies of the background for drawing: 2 s.
const PUBLISH_LESSONS: u32 = 8;

/// How the plate is, in numbers.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct PlateState {
    /// Enough is learned to tell an empty scene.
    pub ready: bool,
    /// Share of the picture that is learned, 0..=1.
    pub confidence: f32,
    /// Share of the picture that differs from the plate at the latest look, 0..=1; unlearned places count.
    pub changed_share: f32,
    /// Times a change of the light was followed.
    pub relit: u64,
    /// Times everything was learned anew because the camera had moved or the scene was cut.
    pub relearned: u64,
}

/// The learned background of one camera place.
#[derive(Default)]
pub(crate) struct Plate {
    cells: Cells,
    colours: Colours,
    thumb: Thumb,
    last_lesson: Option<Mono>,
    lessons: u32,
    moved_for: u32,
    quiet: bool,
    state: PlateState,
    background: Option<Arc<Background>>,
}

impl Plate {
    /// A lesson is due.
    pub(crate) fn is_due(&self, now: Mono) -> bool {
        self.last_lesson
            .is_none_or(|last| now.since_ms(last) >= LESSON_MS)
    }

    /// Compares a frame with the plate and learns from it when a lesson is due. `people`: faces that are known, in shares
    /// of the picture. True when the plate is ready and nothing has changed.
    pub(crate) fn look(&mut self, frame: Pixels<'_>, people: &[BoxInImage], now: Mono) -> bool {
        self.thumb.take(frame);
        if self.thumb.width.min(self.thumb.height) < MIN_SIDE_CELLS {
            self.forget();
            return false;
        }
        if !self.cells.fits(&self.thumb) {
            self.start(frame);
        }
        self.cells.hold(people);
        self.cells.compare(&self.thumb);
        let changed = self.cells.changed_share();
        self.quiet = self.cells.learned_share() >= READY_SHARE
            && self.cells.changed_clusters(SOMETHING_CELLS) < SOMETHING_CELLS;
        if self.is_due(now) {
            self.last_lesson = Some(now);
            self.learn(frame, people);
        }
        self.state.changed_share = changed;
        self.state.confidence = self.cells.learned_share();
        self.state.ready = self.state.confidence >= READY_SHARE;
        self.quiet
    }

    /// How the plate is.
    pub(crate) fn state(&self) -> PlateState {
        self.state
    }

    /// The colours of the empty scene as of the last few seconds, once they are learned.
    pub(crate) fn background(&self) -> Option<Arc<Background>> {
        self.background.clone()
    }

    /// Another scene: everything is learned anew.
    pub(crate) fn relearn(&mut self) {
        let relearned = self.state.relearned + u64::from(!self.cells.is_empty());
        let relit = self.state.relit;
        self.forget();
        self.state.relearned = relearned;
        self.state.relit = relit;
    }

    /// Overwrites every pixel with zeros and starts from nothing.
    pub(crate) fn forget(&mut self) {
        self.cells.wipe();
        self.colours.wipe();
        self.thumb.wipe();
        *self = Self::default();
    }

    fn start(&mut self, frame: Pixels<'_>) {
        self.relearn();
        self.thumb.take(frame);
        self.cells = Cells::new(&self.thumb);
        self.colours = Colours::new(frame);
    }

    /// What a lamp or the camera's exposure did to the whole picture or to a part of it is taken over at once. True when
    /// it was that.
    fn follow_light(&mut self) -> bool {
        let Some(relight) = light::explain(&self.thumb, &self.cells) else {
            return false;
        };
        self.colours.relight(&self.cells, &relight);
        self.cells.relight(&relight, &self.thumb);
        self.state.relit += 1;
        true
    }

    fn learn(&mut self, frame: Pixels<'_>, people: &[BoxInImage]) {
        if self.cells.changed_share() >= RELIGHT_SHARE && self.follow_light() {
            self.cells.hold(people);
            self.cells.compare(&self.thumb);
        }
        let moved =
            people.is_empty() && self.state.ready && self.cells.changed_share() >= MOVED_SHARE;
        self.moved_for = if moved { self.moved_for + 1 } else { 0 };
        if self.moved_for >= MOVED_LESSONS {
            self.start(frame);
        }
        self.cells.learn(&self.thumb);
        self.colours.learn(frame, &self.cells, self.lessons);
        self.lessons = self.lessons.wrapping_add(1);
        if self.lessons.is_multiple_of(PUBLISH_LESSONS) {
            self.background = Some(Arc::new(self.colours.background()));
        }
    }
}

#[cfg(test)]
mod tests;
