//! Accounting of one play: one creative presented once. Owns the proof of pixels; must not know who decided it or how it
//! is painted. Nothing is reported that was never presented (DESIGN §6.8), and no demographics (§6.9).

use jiff::{SignedDuration, Timestamp};

use crate::catalogue::CreativeId;
use crate::record::{EndReason, Play};
use crate::time::{Mono, rfc3339_ms};

mod slot;

pub use slot::Slot;

/// A presented surface whose brightest channel is at most this is black (8-bit).
pub const BLACK_AT_MOST: u8 = 8;

/// What is played, where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    /// `attract` or `promo`.
    pub slot: String,
    /// What.
    pub creative: CreativeId,
    /// `pack@revision`.
    pub pack: String,
    /// Time it is meant to stay, milliseconds.
    pub planned_ms: u64,
}

/// A look at the presented surface.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Probe {
    /// Brightest channel value found.
    pub brightest: u8,
    /// Fingerprint of the pixels; equal pixels give equal fingerprints.
    pub fingerprint: u64,
    /// The scene painted motion since the probe before.
    pub should_move: bool,
}

/// One play in progress.
#[derive(Debug, Clone)]
pub struct PlayMeter {
    planned: Planned,
    started: Option<(Mono, Timestamp)>,
    frames: u64,
    people: u32,
    last: Mono,
    people_ms: u128,
    last_fingerprint: Option<u64>,
    black: bool,
    frozen: bool,
}

impl PlayMeter {
    /// A play that was decided and is not on the glass yet; `people` are present.
    #[must_use]
    pub fn new(planned: Planned, people: u32) -> Self {
        Self {
            planned,
            started: None,
            frames: 0,
            people,
            last: Mono::default(),
            people_ms: 0,
            last_fingerprint: None,
            black: false,
            frozen: false,
        }
    }

    /// What is played.
    #[must_use]
    pub fn planned(&self) -> &Planned {
        &self.planned
    }

    /// A frame with the creative was presented. The first one starts the play.
    pub fn frame_presented(&mut self, now: Mono, civil: Timestamp) {
        if self.started.is_none() {
            self.started = Some((now, civil));
            self.last = now;
        }
        self.frames += 1;
    }

    /// Time since the first presented frame, milliseconds; 0 before it.
    #[must_use]
    pub fn shown_ms(&self, now: Mono) -> u64 {
        self.started.map_or(0, |(start, _)| now.since_ms(start))
    }

    /// So many people are present from now on.
    pub fn people(&mut self, now: Mono, people: u32) {
        self.weigh(now);
        self.people = people;
    }

    /// The presented surface was looked at.
    pub fn probe(&mut self, probe: Probe) {
        self.black |= probe.brightest <= BLACK_AT_MOST;
        self.frozen |= probe.should_move && self.last_fingerprint == Some(probe.fingerprint);
        self.last_fingerprint = Some(probe.fingerprint);
    }

    /// Ends the play. `None` when not one frame was presented. The civil end is the civil start plus the monotonic
    /// duration, so that a clock that is set meanwhile cannot make a play negative.
    #[must_use]
    pub fn end(mut self, now: Mono, end_reason: EndReason) -> Option<Play> {
        let (start, civil_start) = self.started?;
        self.weigh(now);
        let shown_ms = self.last.since_ms(start);
        let elapsed = SignedDuration::from_millis(i64::try_from(shown_ms).unwrap_or(i64::MAX));
        let civil_end = civil_start.checked_add(elapsed).unwrap_or(civil_start);
        #[expect(
            clippy::cast_precision_loss,
            clippy::cast_possible_truncation,
            reason = "a mean of small counts"
        )]
        let mean = if shown_ms == 0 {
            self.people as f32
        } else {
            (self.people_ms as f64 / shown_ms as f64) as f32
        };
        Some(Play {
            slot: self.planned.slot,
            creative: self.planned.creative,
            pack: self.planned.pack,
            started: rfc3339_ms(civil_start),
            ended: rfc3339_ms(civil_end),
            shown_ms,
            planned_ms: self.planned.planned_ms,
            frames_presented: self.frames,
            black: self.black,
            frozen: self.frozen,
            end_reason,
            qty_multiplier: mean,
        })
    }

    fn weigh(&mut self, now: Mono) {
        if self.started.is_none() {
            return;
        }
        self.people_ms += u128::from(self.people) * u128::from(now.since_ms(self.last));
        self.last = self.last.max(now);
    }
}

#[cfg(test)]
mod tests;
