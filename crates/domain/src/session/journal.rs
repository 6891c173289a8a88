//! What one session leaves behind for its record: screens with time, garments with time. Bounded, and gone with the wipe.

use crate::catalogue::Sku;
use crate::record::{Interaction, InteractionStep, TriedGarment};
use crate::time::Mono;

use super::{Screen, TryOn};

/// Steps kept; further ones add to the time of the last.
const STEPS_MAX: usize = 64;
/// Garments kept; further ones are left out.
const TRIED_MAX: usize = 32;

#[derive(Debug, Clone)]
pub(super) struct Journal {
    number: u64,
    began: Mono,
    step_began: Mono,
    screen: &'static str,
    wearing: Option<Sku>,
    steps: Vec<InteractionStep>,
    tried: Vec<TriedGarment>,
    engaged: bool,
}

impl Journal {
    pub(super) fn new(number: u64, now: Mono) -> Self {
        Self {
            number,
            began: now,
            step_began: now,
            screen: "",
            wearing: None,
            steps: Vec::new(),
            tried: Vec::new(),
            engaged: false,
        }
    }

    pub(super) fn enter(&mut self, now: Mono, next: &Screen) {
        self.close_step(now);
        self.screen = next.name();
        self.engaged |= *next == Screen::Engaged;
        self.wearing = match next {
            Screen::TryOn(TryOn {
                sku, wearing: true, ..
            }) => sku.clone(),
            Screen::TryOn(_)
            | Screen::Attract
            | Screen::Noticed
            | Screen::Notice
            | Screen::Engaged
            | Screen::Feedback
            | Screen::Farewell => None,
        };
    }

    /// The record, if the shopper got past the notice.
    pub(super) fn finish(
        mut self,
        now: Mono,
        csat: Option<u8>,
        outcome: &str,
    ) -> Option<Interaction> {
        self.close_step(now);
        self.engaged.then(|| Interaction {
            session: self.number,
            duration_secs: (now.since_ms(self.began) + 500) / 1000,
            steps: self.steps,
            tried: self.tried,
            csat,
            outcome: outcome.to_owned(),
        })
    }

    fn close_step(&mut self, now: Mono) {
        let ms = now.since_ms(self.step_began);
        self.step_began = now;
        if self.screen.is_empty() {
            return;
        }
        let full = self.steps.len() >= STEPS_MAX;
        match self.steps.last_mut() {
            Some(last) if full || last.screen == self.screen => last.ms += ms,
            _ => self.steps.push(InteractionStep {
                screen: self.screen.to_owned(),
                ms,
            }),
        }
        let Some(sku) = self.wearing.take() else {
            return;
        };
        if let Some(tried) = self.tried.iter_mut().find(|t| t.sku == sku) {
            tried.ms += ms;
        } else if self.tried.len() < TRIED_MAX {
            self.tried.push(TriedGarment { sku, ms });
        }
    }
}
