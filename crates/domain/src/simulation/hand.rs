//! What somebody who touches the screen touches next: only what is on the glass. Must not know what a touch leads to.

use super::random::Random;
use crate::catalogue::Sku;
use crate::observation::TrackId;
use crate::session::{Action, Screen};
use crate::time::Mono;

/// A stay goes on with another garment in this share of cases; else the shopper is done.
const ONE_MORE: f64 = 0.75;
/// The card is touched in this share of cases, when one is up; else the strip.
const CARD_FIRST: f64 = 0.4;
/// The next page is asked for in this share of cases.
const NEXT_PAGE: f64 = 0.15;
/// Whoever gives stars gives so many: weights of 1 to 5.
const STARS: [(u8, f64); 5] = [(1, 1.0), (2, 1.0), (3, 3.0), (4, 8.0), (5, 9.0)];

/// The hand of the person who uses the mirror.
#[derive(Debug, Clone)]
pub(super) struct Hand {
    pub(super) track: TrackId,
    random: Random,
    every_secs: [f64; 2],
    next: Mono,
}

/// What can be touched.
pub(super) struct Offered<'a> {
    pub(super) screen: &'a Screen,
    /// The garment that the card on the glass opens.
    pub(super) card: Option<&'a Sku>,
    pub(super) strip: Vec<&'a Sku>,
}

impl Hand {
    pub(super) fn new(seed: u64, track: TrackId, every_secs: [f64; 2], now: Mono) -> Self {
        let mut hand = Self {
            track,
            random: Random::new(seed, !track.0),
            every_secs,
            next: now,
        };
        hand.rest(now);
        hand
    }

    fn rest(&mut self, now: Mono) {
        self.next = now.plus_ms(self.random.ms_between(self.every_secs));
    }

    /// The touch that is due now, if any.
    pub(super) fn touch(&mut self, now: Mono, offered: &Offered<'_>) -> Option<Action> {
        if now < self.next {
            return None;
        }
        self.rest(now);
        match offered.screen {
            Screen::Attract | Screen::Noticed => Some(Action::StepCloser),
            Screen::Notice => Some(Action::Understood),
            Screen::Engaged => Some(self.choose(offered)),
            Screen::TryOn(on) => Some(match &on.sku {
                Some(sku) if !on.wearing => Action::Wear(sku.clone()),
                Some(_) | None if self.random.chance(ONE_MORE) => Action::Back,
                Some(_) | None => Action::Done,
            }),
            Screen::Feedback => self.random.pick(STARS.into_iter()).map(Action::Rate),
            Screen::Farewell => None,
        }
    }

    fn choose(&mut self, offered: &Offered<'_>) -> Action {
        if !self.random.chance(ONE_MORE) {
            return Action::Done;
        }
        if let Some(sku) = offered.card.filter(|_| self.random.chance(CARD_FIRST)) {
            return Action::OpenGarment(sku.clone());
        }
        if offered.strip.is_empty() || self.random.chance(NEXT_PAGE) {
            return Action::NextSuggestions;
        }
        let evenly = offered.strip.iter().map(|sku| (*sku, 1.0));
        self.random
            .pick(evenly)
            .map_or(Action::Elsewhere, |sku| Action::OpenGarment(sku.clone()))
    }
}
