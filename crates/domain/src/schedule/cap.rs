//! Frequency caps: plays in any sixty minutes, and plays while one person is there. Counts on the monotonic clock, so that
//! setting the clock on the wall changes nothing. Must not know who anybody is: a track is a number that is soon forgotten.

use std::collections::{BTreeMap, VecDeque};

use super::history::PlayNo;
use crate::observation::TrackId;
use crate::time::Mono;

/// A play counts for so long, milliseconds.
pub(super) const HOUR_MS: u64 = 60 * 60 * 1_000;
/// A person who is gone so long is forgotten, milliseconds.
const FORGET_AFTER_MS: u64 = 60_000;
/// People remembered at once; of more, whoever was away longest is forgotten.
const PEOPLE_MAX: usize = 256;

/// Plays of the last sixty minutes: a play at some moment no longer counts exactly one hour later.
#[derive(Debug, Clone, Default)]
pub(super) struct LastHour {
    /// When each play stops counting, and its number; oldest first.
    plays: VecDeque<(Mono, PlayNo)>,
}

impl LastHour {
    pub(super) fn count(&mut self, now: Mono) -> usize {
        while self.plays.front().is_some_and(|(free, _)| *free <= now) {
            self.plays.pop_front();
        }
        self.plays.len()
    }

    pub(super) fn add(&mut self, now: Mono, play: PlayNo) {
        self.plays.push_back((now.plus_ms(HOUR_MS), play));
    }

    /// This play was none.
    pub(super) fn take_back(&mut self, play: PlayNo) {
        self.plays.retain(|(_, known)| *known != play);
    }

    /// How much longer each play counts, milliseconds: the form that outlives a monotonic clock.
    pub(super) fn left_ms(&self, now: Mono) -> Vec<u64> {
        let left = self.plays.iter().map(|(free, _)| free.since_ms(now));
        left.filter(|ms| *ms > 0).collect()
    }

    /// The reverse of [`Self::left_ms`], after `away_ms` without a clock.
    pub(super) fn restore(left_ms: &[u64], away_ms: u64, now: Mono) -> Self {
        let still = |left: &u64| left.min(&HOUR_MS).checked_sub(away_ms).filter(|ms| *ms > 0);
        let mut plays: Vec<(Mono, PlayNo)> = left_ms
            .iter()
            .filter_map(still)
            .map(|ms| (now.plus_ms(ms), PlayNo::default()))
            .collect();
        plays.sort_unstable();
        Self {
            plays: plays.into(),
        }
    }
}

/// What people who are there have been shown.
#[derive(Debug, Clone, Default)]
pub(super) struct Seen {
    people: BTreeMap<TrackId, Person>,
}

#[derive(Debug, Clone, Default)]
struct Person {
    last_there: Mono,
    /// By the campaign's number in the plan.
    plays: BTreeMap<usize, u32>,
    /// The newest play that was counted, so that one play counts once.
    counted: Option<PlayNo>,
}

impl Seen {
    /// These people are there now; whoever has been away for a minute is forgotten.
    pub(super) fn there(&mut self, present: &[TrackId], now: Mono) {
        for track in present {
            self.people.entry(*track).or_default().last_there = now;
        }
        self.people
            .retain(|_, person| now.since_ms(person.last_there) < FORGET_AFTER_MS);
        while self.people.len() > PEOPLE_MAX {
            let longest_away = self
                .people
                .iter()
                .min_by_key(|(_, p)| p.last_there)
                .map(|(track, _)| *track);
            match longest_away {
                Some(track) => _ = self.people.remove(&track),
                None => return,
            }
        }
    }

    /// These people see play number `play` of this campaign.
    pub(super) fn count(&mut self, present: &[TrackId], campaign: usize, play: PlayNo) {
        for track in present {
            let Some(person) = self.people.get_mut(track) else {
                continue;
            };
            if person.counted != Some(play) {
                person.counted = Some(play);
                let plays = person.plays.entry(campaign).or_default();
                *plays = plays.saturating_add(1);
            }
        }
    }

    /// For each of `count` campaigns by number, the most plays of it that one of these people has seen.
    pub(super) fn most(&self, present: &[TrackId], count: usize) -> Vec<u32> {
        let mut most = vec![0; count];
        for person in present.iter().filter_map(|track| self.people.get(track)) {
            for (number, plays) in &person.plays {
                if let Some(most) = most.get_mut(*number) {
                    *most = (*plays).max(*most);
                }
            }
        }
        most
    }

    /// Another plan has other numbers; `None`: the campaign is gone.
    pub(super) fn renumber(&mut self, new_number: impl Fn(usize) -> Option<usize>) {
        for person in self.people.values_mut() {
            let plays = std::mem::take(&mut person.plays).into_iter();
            person.plays = plays
                .filter_map(|(old, plays)| Some((new_number(old)?, plays)))
                .collect();
        }
    }
}
