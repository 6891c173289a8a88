//! One person who comes by: when, who, in what, and what the camera sees of them. Must not know what is on the glass.

use super::crowd::{Crowd, Worn};
use super::random::Random;
use crate::geometry::BoxInImage;
use crate::observation::{
    AgeBand, Estimate, Gender, HeadPose, Pattern, Person, Region, TrackId, WornCategory,
    WornGarment,
};
use crate::time::Mono;

/// Height of a face near the mirror, and of one that is too far away to use it: shares of the picture.
const NEAR: [f64; 2] = [0.07, 0.16];
const FAR: [f64; 2] = [0.02, 0.045];
/// Whoever looks at the screen begins to after so long, seconds.
const LOOKS_AFTER_SECS: [f64; 2] = [0.0, 1.5];
/// The members of a group come within so long, seconds.
const STRAGGLE_SECS: [f64; 2] = [0.0, 2.0];

/// One person who comes by.
#[derive(Debug, Clone)]
pub(super) struct Visitor {
    pub(super) track: TrackId,
    pub(super) arrives: Mono,
    pub(super) leaves: Mono,
    /// Time between two touches, seconds; none: does not touch.
    pub(super) touches_every_secs: Option<[f64; 2]>,
    looks_from: Option<Mono>,
    face: BoxInImage,
    away_degrees: f32,
    age: Estimate<AgeBand>,
    gender: Estimate<Gender>,
    worn: Vec<WornGarment>,
}

/// A group of people that arrives at `at`.
pub(super) fn group(crowd: &Crowd, random: &mut Random, at: Mono) -> Vec<Visitor> {
    let parts = crowd.parts();
    let sizes = parts.groups.sizes.iter().enumerate();
    let size = random.pick(sizes.map(|(i, w)| (i + 1, *w))).unwrap_or(1);
    let stays = parts.behaviour.dwell.iter().map(|d| (d.secs, d.weight));
    let secs = random.pick(stays).unwrap_or([1.0, 1.0]);
    let stay_ms = random.ms_between(secs);
    let mut group: Vec<Visitor> = (0..size)
        .map(|number| {
            let late_ms = if number == 0 {
                0
            } else {
                random.ms_between(STRAGGLE_SECS)
            };
            visitor(crowd, random, (at.plus_ms(late_ms), stay_ms))
        })
        .collect();
    // Who came together leaves together, when the last one is done.
    let last = group.iter().map(|v| v.leaves).max();
    for visitor in &mut group {
        visitor.leaves = last.unwrap_or(visitor.leaves);
    }
    group
}

fn visitor(crowd: &Crowd, random: &mut Random, (arrives, stay_ms): (Mono, u64)) -> Visitor {
    let does = &crowd.parts().behaviour;
    let looks = random.chance(does.face_the_screen);
    let near = random.chance(does.come_near) && looks;
    let touches = random.chance(does.touch) && near;
    let use_ms = random.ms_between(does.use_secs);
    let looks_after_ms = random.ms_between(LOOKS_AFTER_SECS);
    let height = random.small(if near { NEAR } else { FAR });
    let middle = random.small(if near { [0.35, 0.65] } else { [0.1, 0.9] });
    Visitor {
        track: TrackId(0),
        arrives,
        leaves: arrives.plus_ms(stay_ms + if touches { use_ms } else { 0 }),
        touches_every_secs: touches.then_some(does.touch_every_secs),
        looks_from: looks.then_some(arrives.plus_ms(looks_after_ms)),
        face: BoxInImage {
            x: middle - height / 2.0,
            y: 0.2,
            width: height,
            height,
        },
        away_degrees: random.small([40.0, 80.0]),
        age: age(crowd, random),
        gender: gender(crowd, random),
        worn: worn(crowd, random),
    }
}

/// A confidence above zero goes with an unknown value too: it was too low.
fn age(crowd: &Crowd, random: &mut Random) -> Estimate<AgeBand> {
    let people = &crowd.parts().people;
    let is_unknown = random.chance(people.age_unknown);
    let value = random.pick(people.ages.iter().map(|(age, w)| (*age, *w)));
    let confidence = random.small(people.confidence);
    match value {
        Some(value) if !is_unknown => Estimate { value, confidence },
        Some(_) | None => Estimate::default(),
    }
}

fn gender(crowd: &Crowd, random: &mut Random) -> Estimate<Gender> {
    let people = &crowd.parts().people;
    let is_unknown = random.chance(people.gender_unknown);
    let weights = [
        (Gender::Female, people.genders.female),
        (Gender::Male, people.genders.male),
    ];
    let value = random.pick(weights.into_iter());
    let confidence = random.small(people.confidence);
    match value {
        Some(value) if !is_unknown => Estimate { value, confidence },
        Some(_) | None => Estimate::default(),
    }
}

fn worn(crowd: &Crowd, random: &mut Random) -> Vec<WornGarment> {
    let wear = &crowd.parts().wear;
    let mut one = |region, kinds: &[Worn], unknown| {
        let is_unknown = random.chance(unknown);
        let picked = random.pick(kinds.iter().map(|kind| (*kind, kind.weight)))?;
        let confidence = random.small(wear.confidence);
        (!is_unknown).then(|| WornGarment {
            region,
            category: Estimate {
                value: picked.category,
                confidence,
            },
            colour: picked.colour,
            lab: picked.colour.lab(),
            pattern: Estimate {
                value: Pattern::Plain,
                confidence,
            },
        })
    };
    let torso = one(Region::Torso, &wear.torso, wear.torso_unknown);
    let legs = one(Region::Legs, &wear.legs, wear.legs_unknown);
    let is_dress = torso
        .as_ref()
        .is_some_and(|t| t.category.value == WornCategory::Dress);
    torso
        .into_iter()
        .chain(legs.filter(|_| !is_dress))
        .collect()
}

impl Visitor {
    pub(super) fn is_here(&self, now: Mono) -> bool {
        (self.arrives..self.leaves).contains(&now)
    }

    /// What the camera sees of this person now. Clothes are read of the shopper only, once somebody was noticed.
    pub(super) fn seen(&self, now: Mono, with_clothes: bool) -> Person {
        let looks = self.looks_from.is_some_and(|from| now >= from);
        Person {
            track: self.track,
            face: self.face,
            face_seen: true,
            score: 0.9,
            head: HeadPose {
                yaw_degrees: if looks { 0.0 } else { self.away_degrees },
                pitch_degrees: 0.0,
            },
            age: self.age,
            gender: self.gender,
            body_box: None,
            body: None,
            worn: if with_clothes {
                self.worn.clone()
            } else {
                Vec::new()
            },
            figure: None,
            breadths: None,
        }
    }
}
