//! Boxes of single searches become tracks: who was seen where goes on under one number. Generic over what is kept with a
//! track. Pure: time and boxes come in, tracks come out.
//!
//! A track gets its number when it is confirmed; numbers rise and are never used twice while the program runs.

use cheval_domain::assignment::assign;
use cheval_domain::geometry::BoxInImage;
use cheval_domain::observation::{HeadPose, TrackId};
use cheval_domain::time::Mono;

use super::motion::{Motion, Nature};
use crate::organs::one_euro::{OneEuro, Smoothing};

/// Dearer than any pair that may be.
const ALONE: f32 = 40.0;
/// A head turns by this many degrees a second at most, and is read with this error.
const HEAD_TURN: f32 = 150.0;
const HEAD_NOISE: f32 = 15.0;
/// Two heads that point differently speak no louder than this against being one.
const HEAD_COST_MAX: f32 = 4.0;
/// A box is hidden when another that was seen, and is not much smaller, covers this share of it.
const COVERED: f32 = 0.3;
const MUCH_SMALLER: f32 = 0.75;

/// What a search found at one place.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sighting {
    /// Where.
    pub bounds: BoxInImage,
    /// Detector score 0..=1.
    pub score: f32,
    /// Where the head points; the same for all where that is not known.
    pub head: HeadPose,
}

/// When a track begins and ends. Hits and misses are counted in searches; times bound them where searches are few.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rules {
    /// Sightings without a miss before it counts.
    pub confirm_hits: u32,
    /// Misses in a row after which it has left.
    pub drop_misses: u32,
    /// It has left, too, when it was not seen for this long, milliseconds, and missed [`Rules::away_misses`] times.
    pub away_ms: u64,
    /// See [`Rules::away_ms`].
    pub away_misses: u32,
    /// Behind somebody else it is waited for this long, milliseconds, and misses do not count.
    pub hidden_ms: u64,
    /// Not seen for longer than this, milliseconds, it has left in any case.
    pub longest_ms: u64,
    /// It has left when less than this share of its box is inside the picture.
    pub min_inside: f32,
    nature: Nature,
}

impl Rules {
    /// Faces, looked for 8 to 30 times a second.
    pub const FACES: Self = Self {
        confirm_hits: 3,
        drop_misses: 12,
        away_ms: 400,
        away_misses: 3,
        hidden_ms: 1_500,
        longest_ms: 2_000,
        min_inside: 0.5,
        nature: Nature::FACE,
    };
    /// Bodies, looked for once or twice a second.
    pub const BODIES: Self = Self {
        confirm_hits: 3,
        drop_misses: 12,
        away_ms: 1_500,
        away_misses: 3,
        hidden_ms: 5_000,
        longest_ms: 5_000,
        min_inside: 0.1,
        nature: Nature::BODY,
    };
}

/// Names a track among those of one [`Tracks`], confirmed or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key(u64);

/// One presence, with what is kept for it.
#[derive(Debug, Clone)]
pub struct Track<P> {
    pub(super) key: Key,
    id: Option<TrackId>,
    pub(super) motion: Motion,
    smooth: [OneEuro; 3],
    shown: BoxInImage,
    seen: bool,
    hidden: bool,
    head: HeadPose,
    score: f32,
    hits: u32,
    misses: u32,
    first_seen: Mono,
    last_seen: Mono,
    pub(super) kept: P,
}

impl<P> Track<P> {
    /// Its number, once confirmed.
    #[must_use]
    pub fn id(&self) -> Option<TrackId> {
        self.id
    }

    /// Where it is, as of the last [`Tracks::settle`]: moved on since it was seen, and smoothed.
    #[must_use]
    pub fn bounds(&self) -> BoxInImage {
        self.shown
    }

    /// The latest search found it.
    #[must_use]
    pub fn is_seen(&self) -> bool {
        self.seen
    }

    /// Where the head pointed when it was seen last.
    #[must_use]
    pub fn head(&self) -> HeadPose {
        self.head
    }

    /// Detector score when it was seen last, 0..=1.
    #[must_use]
    pub fn score(&self) -> f32 {
        self.score
    }

    /// What is kept with it.
    #[must_use]
    pub fn kept(&self) -> &P {
        &self.kept
    }

    pub(super) fn first_seen(&self) -> Mono {
        self.first_seen
    }

    fn new(key: Key, rules: &Rules, found: &Sighting, kept: P, now: Mono) -> Self {
        Self {
            key,
            id: None,
            motion: Motion::new(rules.nature, found.bounds, now),
            smooth: Default::default(),
            shown: found.bounds,
            seen: true,
            hidden: false,
            head: found.head,
            score: found.score,
            hits: 1,
            misses: 0,
            first_seen: now,
            last_seen: now,
            kept,
        }
    }

    fn see(&mut self, found: &Sighting, now: Mono) {
        self.motion.see(found.bounds, now);
        (self.seen, self.hidden) = (true, false);
        (self.head, self.score) = (found.head, found.score);
        self.hits += 1;
        self.misses = 0;
        self.last_seen = now;
    }

    fn cost(&self, found: &Sighting, now: Mono) -> Option<f32> {
        let seconds = now.since_ms(self.last_seen) as f32 / 1000.0;
        let turned =
            (self.head.yaw_degrees - found.head.yaw_degrees) / (HEAD_NOISE + HEAD_TURN * seconds);
        let head = (turned * turned).min(HEAD_COST_MAX);
        Some(self.motion.cost(found.bounds, now)? + head)
    }

    fn has_left(&self, rules: &Rules, now: Mono) -> bool {
        let away_ms = now.since_ms(self.last_seen);
        if self.seen {
            return away_ms > rules.longest_ms;
        }
        let missed = match self.hidden {
            true => away_ms > rules.hidden_ms,
            false if self.misses >= rules.away_misses => away_ms >= rules.away_ms,
            false => false,
        };
        let whole = BoxInImage {
            x: 0.0,
            y: 0.0,
            width: 1.0,
            height: 1.0,
        };
        let expected = self.motion.expected_at(now);
        self.id.is_none()
            || missed
            || self.misses >= rules.drop_misses
            || away_ms > rules.longest_ms
            || expected.common(whole) < expected.area() * rules.min_inside
    }

    fn settle(&mut self, now: Mono) {
        let expected = self.motion.expected_at(now);
        let (centre, width) = (expected.centre(), expected.width);
        let [x, y, size] = &mut self.smooth;
        let x = x.next(Smoothing::BOX, centre.x, width, now);
        let y = y.next(Smoothing::BOX, centre.y, expected.height, now);
        let size = size.next(Smoothing::BOX, width, width, now);
        let height = size * expected.height / width;
        self.shown = BoxInImage {
            x: x - size / 2.0,
            y: y - height / 2.0,
            width: size,
            height,
        };
    }
}

/// All tracks of one kind.
#[derive(Debug)]
pub struct Tracks<P> {
    rules: Rules,
    last_key: u64,
    last_id: u64,
    tracks: Vec<Track<P>>,
}

impl<P> Tracks<P> {
    /// Nobody there.
    #[must_use]
    pub fn new(rules: Rules) -> Self {
        Self {
            rules,
            last_key: 0,
            last_id: 0,
            tracks: Vec::new(),
        }
    }

    /// Takes in all that a search found, and what to keep of each if it is new. Gives the track of each; none for what
    /// is no box.
    pub fn update(
        &mut self,
        found: &[Sighting],
        mut fresh: impl FnMut(usize) -> P,
        now: Mono,
    ) -> Vec<Option<Key>> {
        let longest_ms = self.rules.longest_ms;
        self.tracks
            .retain(|t| now.since_ms(t.last_seen) <= longest_ms);
        let pairs = assign(found.len(), self.tracks.len(), ALONE, |f, t| {
            self.tracks[t].cost(&found[f], now)
        });
        for track in &mut self.tracks {
            track.seen = false;
        }
        let mut newcomers = Vec::new();
        let mut keys = Vec::with_capacity(found.len());
        for (k, (found, pair)) in found.iter().zip(pairs).enumerate() {
            keys.push(match pair {
                Some(t) => {
                    self.tracks[t].see(found, now);
                    Some(self.tracks[t].key)
                }
                None if is_box(found.bounds) => {
                    self.last_key += 1;
                    let key = Key(self.last_key);
                    newcomers.push(Track::new(key, &self.rules, found, fresh(k), now));
                    Some(key)
                }
                None => None,
            });
        }
        self.count_misses(now);
        let rules = self.rules;
        self.tracks.retain(|t| !t.has_left(&rules, now));
        self.tracks.append(&mut newcomers);
        self.confirm();
        keys
    }

    /// Works out where everybody is at `now`; those not seen for long have left.
    pub fn settle(&mut self, now: Mono) {
        let longest_ms = self.rules.longest_ms;
        self.tracks
            .retain(|t| now.since_ms(t.last_seen) <= longest_ms);
        for track in &mut self.tracks {
            track.settle(now);
        }
    }

    /// A search on the next frame would tell something: whether somebody new is real, or somebody missed is gone. Who is
    /// hidden behind another is not missed.
    #[must_use]
    pub fn is_in_doubt(&self) -> bool {
        self.tracks
            .iter()
            .any(|t| t.id.is_none() || (t.misses > 0 && !t.hidden))
    }

    /// Forgets everybody; numbers still rise.
    pub fn clear(&mut self) {
        self.tracks.clear();
    }

    /// Confirmed tracks, those that coast included, in the order in which they came.
    pub fn present(&self) -> impl Iterator<Item = &Track<P>> + Clone {
        self.tracks.iter().filter(|t| t.id.is_some())
    }

    /// Confirmed or not.
    pub(super) fn all(&self) -> &[Track<P>] {
        &self.tracks
    }

    pub(super) fn get(&self, key: Key) -> Option<&Track<P>> {
        self.tracks.iter().find(|t| t.key == key)
    }

    pub(super) fn get_mut(&mut self, key: Key) -> Option<&mut Track<P>> {
        self.tracks.iter_mut().find(|t| t.key == key)
    }

    fn count_misses(&mut self, now: Mono) {
        let seen: Vec<BoxInImage> = self
            .tracks
            .iter()
            .filter(|t| t.seen)
            .map(|t| t.motion.expected_at(now))
            .collect();
        for track in self.tracks.iter_mut().filter(|t| !t.seen) {
            let own = track.motion.expected_at(now);
            track.hidden = seen.iter().any(|other| {
                other.width >= own.width * MUCH_SMALLER && other.common(own) >= own.area() * COVERED
            });
            track.misses += u32::from(!track.hidden);
        }
    }

    fn confirm(&mut self) {
        let hits = self.rules.confirm_hits;
        for track in &mut self.tracks {
            if track.id.is_none() && track.hits >= hits {
                self.last_id += 1;
                track.id = Some(TrackId(self.last_id));
            }
        }
    }
}

fn is_box(bounds: BoxInImage) -> bool {
    bounds.is_finite() && bounds.width > 0.0 && bounds.height > 0.0
}

#[cfg(test)]
mod tests;
