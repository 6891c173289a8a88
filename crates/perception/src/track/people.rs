//! Who is there: faces and bodies tracked side by side, each face bound to the body under it, and the one of them who
//! stands before the mirror.

use cheval_domain::assignment::assign;
use cheval_domain::geometry::{BoxInImage, PointInImage};
use cheval_domain::observation::TrackId;
use cheval_domain::prominence::{Choice, SWITCH_AFTER_MS, SWITCH_RATIO, prominence};
use cheval_domain::time::Mono;

use super::readings::Readings;
use super::tracks::{Key, Rules, Sighting, Track, Tracks};
use crate::organs::age_gender::AgeGender;

/// A face belongs to a body when it is this near to where the body should have it, in radii of the body's circle: on 15
/// pictures of people its own face was at most 0.06 away, and a neighbour's at least 0.3.
const HEAD_REACH: f32 = 0.2;
/// A body keeps the face that it has when that is at most this many times as far as another.
const LOYALTY: f32 = 2.0;

/// What a search for bodies found at one place.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BodySighting {
    /// Head to feet; may reach outside the picture.
    pub bounds: BoxInImage,
    /// Detector score 0..=1.
    pub score: f32,
    /// Where its face should be.
    pub face_at: PointInImage,
    /// Radius of the circle around the body, as shares of the picture's width and height.
    pub radius: PointInImage,
}

/// What is kept with a body's track: its face's place, seen from the middle of its box.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Head {
    offset: PointInImage,
    radius: PointInImage,
}

/// A face whose age and gender should be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReadingWish {
    /// Its index in what [`People::see_faces`] was given.
    pub face: usize,
    /// Count of the presence's readings so far.
    pub view: usize,
    key: Key,
}

/// Everybody in sight.
#[derive(Debug)]
pub struct People {
    faces: Tracks<Readings>,
    bodies: Tracks<Head>,
    /// Faces and their bodies, one to one.
    bonds: Vec<(Key, Key)>,
    active: Choice<TrackId>,
}

impl Default for People {
    fn default() -> Self {
        Self {
            faces: Tracks::new(Rules::FACES),
            bodies: Tracks::new(Rules::BODIES),
            bonds: Vec::new(),
            active: Choice::default(),
        }
    }
}

impl People {
    /// Takes in what a search for faces found. Gives the confirmed presences' faces whose age and gender are due, or all
    /// of them.
    pub fn see_faces(
        &mut self,
        found: &[Sighting],
        frame_width_px: f32,
        read_all: bool,
        now: Mono,
    ) -> Vec<ReadingWish> {
        let keys = self.faces.update(found, |_| Readings::default(), now);
        let wish = |(face, key): (usize, Option<Key>)| {
            let track = self.faces.get(key?).filter(|t| t.id().is_some())?;
            let width_px = found.get(face)?.bounds.width * frame_width_px;
            let due = || {
                track
                    .kept
                    .are_due(track.head(), width_px, track.first_seen(), now)
            };
            (read_all || due()).then(|| ReadingWish {
                face,
                view: track.kept.count() as usize,
                key: track.key,
            })
        };
        keys.into_iter().enumerate().filter_map(wish).collect()
    }

    /// Takes in a reading that was wished for.
    pub(crate) fn read(&mut self, wish: ReadingWish, reading: &AgeGender, now: Mono) {
        if let Some(track) = self.faces.get_mut(wish.key) {
            let head = track.head();
            track.kept.add(head, reading, now);
        }
    }

    /// Takes in what a search for bodies found, and binds faces to them.
    pub fn see_bodies(&mut self, found: &[BodySighting], now: Mono) {
        self.lead_bodies(now);
        let boxes: Vec<Sighting> = found
            .iter()
            .map(|body| Sighting {
                bounds: body.bounds,
                score: body.score,
                head: Default::default(),
            })
            .collect();
        let heads: Vec<Head> = found.iter().map(Head::of).collect();
        let keys = self.bodies.update(&boxes, |k| heads[k], now);
        for (key, head) in keys.into_iter().zip(heads) {
            if let Some(track) = key.and_then(|key| self.bodies.get_mut(key)) {
                track.kept = head;
            }
        }
        self.bind(now);
    }

    /// Works out where everybody is at `now`, and who stands before the mirror. To be called on every frame, last.
    pub fn settle(&mut self, now: Mono) {
        self.lead_bodies(now);
        self.faces.settle(now);
        self.bodies.settle(now);
        let Self {
            faces,
            bodies,
            bonds,
            active,
        } = self;
        bonds.retain(|(face, body)| faces.get(*face).is_some() && bodies.get(*body).is_some());
        let candidates = faces
            .present()
            .filter_map(|t| Some((t.id()?, prominence(t.bounds(), t.head()))));
        active.choose(candidates, SWITCH_RATIO, SWITCH_AFTER_MS, now);
    }

    /// A search for faces on the next frame would tell something.
    #[must_use]
    pub fn is_in_doubt(&self) -> bool {
        self.faces.is_in_doubt()
    }

    /// Forgets everybody; numbers still rise.
    pub fn clear(&mut self) {
        self.faces.clear();
        self.bodies.clear();
        self.bonds.clear();
        self.active = Choice::default();
    }

    /// Confirmed presences, largest face first.
    #[must_use]
    pub fn present(&self) -> Vec<&Track<Readings>> {
        let mut present: Vec<_> = self.faces.present().collect();
        present.sort_by(|a, b| b.bounds().area().total_cmp(&a.bounds().area()));
        present
    }

    /// Who stands before the mirror: near, central and attentive, kept until gone or until another has been clearly more
    /// so for a while.
    #[must_use]
    pub fn active(&self) -> Option<&Track<Readings>> {
        let active = self.active.chosen()?;
        self.faces.present().find(|t| t.id() == Some(active))
    }

    /// The body under a face.
    #[must_use]
    pub fn body_of(&self, face: &Track<Readings>) -> Option<BoxInImage> {
        let (_, body) = self.bonds.iter().find(|(key, _)| *key == face.key)?;
        Some(self.bodies.get(*body)?.bounds())
    }

    /// Bodies that are there for certain while their face is not to be seen.
    #[must_use]
    pub fn faceless(&self) -> Vec<&Track<Head>> {
        let is_bound = |key: Key| self.bonds.iter().any(|(_, body)| *body == key);
        self.bodies.present().filter(|t| !is_bound(t.key)).collect()
    }

    /// Faces are looked for more often than bodies: a body goes where its face goes.
    fn lead_bodies(&mut self, now: Mono) {
        for (face, body) in &self.bonds {
            let (Some(face), Some(body)) = (self.faces.get(*face), self.bodies.get_mut(*body))
            else {
                continue;
            };
            let (at, offset) = (face.motion.expected_at(now).centre(), body.kept.offset);
            let centre = PointInImage {
                x: at.x - offset.x,
                y: at.y - offset.y,
            };
            body.motion.follow(centre, face.motion.velocity(), now);
        }
    }

    /// One face to one body, the nearest pairs in all.
    fn bind(&mut self, now: Mono) {
        let (faces, bodies) = (self.faces.all(), self.bodies.all());
        let pairs = assign(faces.len(), bodies.len(), HEAD_REACH, |f, b| {
            let (face, body) = (&faces[f], &bodies[b]);
            let way = body.kept.way_to(body, face, now);
            let is_bound = self.bonds.contains(&(face.key, body.key));
            let cost = if is_bound { way / LOYALTY } else { way };
            (way < HEAD_REACH && body.is_seen()).then_some(cost)
        });
        let mut bonds: Vec<(Key, Key)> = pairs
            .into_iter()
            .enumerate()
            .filter_map(|(f, b)| Some((faces[f].key, bodies[b?].key)))
            .collect();
        // A body that this search missed keeps its face, unless that has found another.
        let missed = |key: Key| bodies.iter().any(|b| b.key == key && !b.is_seen());
        let kept = |(face, body): &(Key, Key)| {
            missed(*body) && !bonds.iter().any(|(other, _)| other == face)
        };
        let old: Vec<_> = self.bonds.iter().copied().filter(kept).collect();
        bonds.extend(old);
        self.bonds = bonds;
    }
}

impl Head {
    fn of(body: &BodySighting) -> Self {
        let centre = body.bounds.centre();
        Self {
            offset: PointInImage {
                x: body.face_at.x - centre.x,
                y: body.face_at.y - centre.y,
            },
            radius: body.radius,
        }
    }

    /// From where the face should be to where it is, in radii.
    fn way_to(&self, body: &Track<Self>, face: &Track<Readings>, now: Mono) -> f32 {
        let body = body.motion.expected_at(now).centre();
        let face = face.motion.expected_at(now).centre();
        let dx = (face.x - body.x - self.offset.x) / self.radius.x.max(1e-4);
        let dy = (face.y - body.y - self.offset.y) / self.radius.y.max(1e-4);
        dx.hypot(dy)
    }
}

#[cfg(test)]
mod tests;
