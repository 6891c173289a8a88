//! The people over time: who arrives in which second, who is there now, when somebody comes next. Must not know the mirror.

use std::collections::VecDeque;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::clock::VirtualClock;
use super::crowd::Crowd;
use super::random::Random;
use super::visitor::{self, Visitor};
use crate::observation::TrackId;
use crate::time::Mono;

/// People in the picture at once; whoever comes when it is full is not seen.
pub const PRESENT_MAX: usize = 12;

/// The people over time.
pub(super) struct Street<'c> {
    crowd: &'c Crowd,
    zone: TimeZone,
    seed: u64,
    /// The next second that nobody was drawn for.
    next_second: i64,
    until_second: i64,
    /// Groups per second during the hour that is drawn, and its end.
    rate: (f64, i64),
    waiting: VecDeque<Visitor>,
    here: Vec<Visitor>,
    last_track: u64,
    unseen: u64,
}

impl<'c> Street<'c> {
    pub(super) fn new(
        (crowd, seed): (&'c Crowd, u64),
        zone: TimeZone,
        (from, to): (Timestamp, Timestamp),
    ) -> Self {
        Self {
            crowd,
            zone,
            seed,
            next_second: from.as_second(),
            until_second: to.as_second(),
            rate: (0.0, i64::MIN),
            waiting: VecDeque::new(),
            here: Vec::new(),
            last_track: 0,
            unseen: 0,
        }
    }

    /// Who is in the picture now. Time only goes on.
    pub(super) fn at(&mut self, clock: &VirtualClock) -> &[Visitor] {
        let now = clock.now();
        self.draw(clock, clock.civil().as_second());
        self.here.retain(|visitor| visitor.is_here(now));
        while self.waiting.front().is_some_and(|next| next.arrives <= now) {
            let Some(mut visitor) = self.waiting.pop_front() else {
                break;
            };
            if !visitor.is_here(now) {
                continue;
            }
            if self.here.len() >= PRESENT_MAX {
                self.unseen += 1;
                continue;
            }
            self.last_track += 1;
            visitor.track = TrackId(self.last_track);
            self.here.push(visitor);
        }
        &self.here
    }

    /// When somebody comes next.
    pub(super) fn next_arrival(&mut self, clock: &VirtualClock) -> Option<Mono> {
        while self.waiting.is_empty() && self.next_second < self.until_second {
            self.draw(clock, self.next_second);
        }
        self.waiting.front().map(|visitor| visitor.arrives)
    }

    /// People who were in the picture so far.
    pub(super) fn seen(&self) -> u64 {
        self.last_track
    }

    /// People for whom the picture was too full.
    pub(super) fn unseen(&self) -> u64 {
        self.unseen
    }

    /// Draws the arrivals of every second up to and with this one.
    fn draw(&mut self, clock: &VirtualClock, second: i64) {
        while self.next_second <= second.min(self.until_second - 1) {
            let drawn = self.next_second;
            self.next_second += 1;
            let mut random = Random::new(self.seed, drawn.cast_unsigned());
            if !random.chance(self.groups_per_second(drawn)) {
                continue;
            }
            let Ok(at) = Timestamp::from_second(drawn) else {
                continue;
            };
            let at = clock.mono_at(at).plus_ms(random.next() % 1_000);
            self.waiting
                .extend(visitor::group(self.crowd, &mut random, at));
            // Groups may overlap by their stragglers.
            self.waiting.make_contiguous().sort_by_key(|v| v.arrives);
        }
    }

    /// The wall is looked at once a minute: it shows another hour at a full minute only.
    fn groups_per_second(&mut self, second: i64) -> f64 {
        if second >= self.rate.1 {
            let at = Timestamp::from_second(second).unwrap_or(Timestamp::MAX);
            let local = self.zone.to_datetime(at);
            let hour = usize::try_from(local.hour()).unwrap_or(0);
            let groups = self.crowd.groups_per_hour(local.weekday(), hour);
            self.rate = (groups / 3_600.0, second - second.rem_euclid(60) + 60);
        }
        self.rate.0
    }
}
