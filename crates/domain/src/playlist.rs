//! The attract loop: which slide is due. Owns the playhead; must not know people, promos or pictures.

use crate::catalogue::{Catalogue, CreativeId};
use crate::decision::{Choice, Decision};
use crate::time::Mono;

/// No slide is shown for less, so that a bad pack cannot make the screen flicker, milliseconds.
pub const SHORTEST_SLIDE_MS: u64 = 1_000;
/// A change this late still keeps the beat; after a longer gap (a shopper came between) the slide gets its full time.
const LATE_MS: u64 = 500;

/// The loop of slides with its playhead.
#[derive(Debug, Clone, Default)]
pub struct Playlist {
    slides: Vec<(CreativeId, u64)>,
    playhead: Option<Playhead>,
    /// Where to go on when the slide under the playhead vanished from the catalogue.
    resume_at: usize,
}

#[derive(Debug, Clone, Copy)]
struct Playhead {
    index: usize,
    since: Mono,
}

impl Playlist {
    /// The catalogue's slides in order, nothing playing yet.
    #[must_use]
    pub fn new(catalogue: &Catalogue) -> Self {
        Self {
            slides: slides_of(catalogue),
            playhead: None,
            resume_at: 0,
        }
    }

    /// Takes another catalogue. The slide that plays goes on with its time if it is still there; else the next
    /// [`Self::next`] goes on with the first of its former followers that is.
    pub fn replace(&mut self, catalogue: &Catalogue) {
        let slides = slides_of(catalogue);
        let find = |id: &CreativeId| slides.iter().position(|(other, _)| other == id);
        if let Some(head) = self.playhead {
            let mut followers = self
                .slides
                .iter()
                .cycle()
                .skip(head.index)
                .take(self.slides.len());
            self.playhead = followers
                .next()
                .and_then(|(id, _)| find(id))
                .map(|index| Playhead {
                    index,
                    since: head.since,
                });
            self.resume_at = followers.find_map(|(id, _)| find(id)).unwrap_or(0);
        }
        self.slides = slides;
    }

    /// Moves on if it is time. A decision when a slide starts (also the same one again), `None` when nothing changes or
    /// there are no slides.
    pub fn next(&mut self, now: Mono) -> Option<Decision> {
        let next = match (self.playhead, self.deadline()) {
            (Some(head), Some(deadline)) if now >= deadline => {
                let since = if now.since_ms(deadline) <= LATE_MS {
                    deadline
                } else {
                    now
                };
                Playhead {
                    index: (head.index + 1) % self.slides.len().max(1),
                    since,
                }
            }
            (Some(_), Some(_)) => return None,
            _ => Playhead {
                index: self.resume_at,
                since: now,
            },
        };
        let (id, duration_ms) = self.slides.get(next.index)?;
        let decision = Decision {
            frame: 0,
            at: now,
            chosen: Choice::Slide { id: id.clone() },
            rule: "playlist".to_owned(),
            priority: 0.0,
            because: format!(
                "slide {} of {}, for {duration_ms} ms",
                next.index + 1,
                self.slides.len()
            ),
            rejected: Vec::new(),
        };
        self.playhead = Some(next);
        Some(decision)
    }

    /// The slide that plays.
    #[must_use]
    pub fn current(&self) -> Option<&CreativeId> {
        self.playhead
            .and_then(|head| self.slides.get(head.index))
            .map(|(id, _)| id)
    }

    /// Time the slide that plays was given, milliseconds.
    #[must_use]
    pub fn planned_ms(&self) -> Option<u64> {
        self.playhead
            .and_then(|head| self.slides.get(head.index))
            .map(|&(_, ms)| ms)
    }

    /// When the next change is due.
    #[must_use]
    pub fn deadline(&self) -> Option<Mono> {
        let head = self.playhead?;
        self.slides
            .get(head.index)
            .map(|&(_, ms)| head.since.plus_ms(ms))
    }

    /// The loop leaves the screen; the next [`Self::next`] starts the following slide with its full time.
    pub fn interrupt(&mut self) {
        if let Some(head) = self.playhead.take() {
            self.resume_at = (head.index + 1) % self.slides.len().max(1);
        }
    }
}

fn slides_of(catalogue: &Catalogue) -> Vec<(CreativeId, u64)> {
    catalogue
        .slides
        .iter()
        .map(|s| (s.id.clone(), s.duration_ms.max(SHORTEST_SLIDE_MS)))
        .collect()
}

#[cfg(test)]
mod tests;
