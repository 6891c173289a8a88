//! Who is dressed when people come, cross and go.

use std::collections::BTreeMap;

use cheval_domain::geometry::BoxInImage;
use cheval_domain::observation::{AgeBand, Estimate, Gender, HeadPose};
use cheval_tryon::skeleton::Head;

use super::*;
use crate::try_on::test_body::{ASPECT, skeleton};

const FRAME_MS: u64 = 33;
const ANNA: TrackId = TrackId(1);
const MAREK: TrackId = TrackId(2);

fn tee() -> Fit {
    Fit {
        cut: Cut::TShirt,
        aspect: 1.0,
        open: false,
        ease: 0.1,
        stretch: Fit::WOVEN_STRETCH,
        chart: None,
        anchors: BTreeMap::new(),
        neckline: Vec::new(),
    }
}

fn person(track: TrackId, age: Estimate<AgeBand>) -> Person {
    Person {
        track,
        face: BoxInImage::default(),
        face_seen: true,
        score: 1.0,
        head: HeadPose::default(),
        age,
        gender: Estimate {
            value: Gender::Unknown,
            confidence: 0.0,
        },
        body_box: None,
        body: None,
        worn: Vec::new(),
        figure: None,
        breadths: None,
    }
}

fn adult() -> Estimate<AgeBand> {
    Estimate {
        value: AgeBand::From35To44,
        confidence: 0.9,
    }
}

/// A mirror with a tee chosen.
struct Mirror {
    fitting: Fitting,
    wear: Wear,
    now: Mono,
    frame: u64,
}

impl Mirror {
    fn new() -> Self {
        Self {
            fitting: Fitting::default(),
            wear: Wear::default(),
            now: Mono(10_000),
            frame: 0,
        }
    }

    /// One frame; the body that is dressed in it, if any.
    fn frame(&mut self, seen: Option<(TrackId, Skeleton, Estimate<AgeBand>)>) -> Option<Skeleton> {
        self.now = self.now.plus_ms(FRAME_MS);
        self.frame += 1;
        let fitting = &mut self.fitting;
        fitting.turn_to(seen.map(|(track, ..)| track));
        if let Some((track, body, age)) = seen {
            fitting.see(&person(track, age), body, ASPECT, (self.frame, self.now));
        }
        let body = fitting.dressed(self.now, ASPECT);
        fitting.refused = !fitting.suits(SizedFor::Adults);
        let fit = Some(tee()).filter(|_| !fitting.refused);
        let allowed = fitting.allows(fit.as_ref(), body.as_ref(), ASPECT, self.now);
        let sku = Sku("tee".into());
        let ready = Some(&sku).filter(|_| allowed && body.is_some());
        fitting.step(ready, self.now);
        let body = body.filter(|_| fitting.opacity > 0.0);
        match body {
            Some(_) => self.wear.on = true,
            None => fade_in_place(fitting, &mut self.wear, true),
        }
        body
    }

    fn frames(&mut self, count: usize, seen: Option<(TrackId, Skeleton, Estimate<AgeBand>)>) {
        for _ in 0..count {
            self.frame(seen);
        }
    }

    fn opacity(&self) -> f32 {
        self.fitting.opacity
    }
}

fn left_and_right() -> (Skeleton, Skeleton) {
    (skeleton(-0.15), skeleton(0.15))
}

#[test]
fn whoever_takes_the_place_is_dressed_anew_after_the_other_garment_has_faded() {
    let (left, right) = left_and_right();
    let mut mirror = Mirror::new();
    mirror.frames(30, Some((ANNA, left, adult())));
    assert!(mirror.opacity() == 1.0 && mirror.fitting.is_worn());
    let mut before = 1.0;
    let mut faded = false;
    for _ in 0..30 {
        let dressed = mirror.frame(Some((MAREK, right, adult())));
        if let Some(body) = dressed {
            assert!(faded, "the other one's garment is still there");
            let off = body.shoulders().distance(right.shoulders());
            assert!(off < 0.01, "half-way between two people: {off}");
        } else {
            assert!(mirror.opacity() < before || faded);
            before = mirror.opacity();
            faded |= before == 0.0;
        }
    }
    assert!(faded && mirror.opacity() == 1.0, "{}", mirror.opacity());
}

#[test]
fn tracks_that_swap_every_other_frame_dress_nobody() {
    let (left, right) = left_and_right();
    let mut mirror = Mirror::new();
    for k in 0..100 {
        let seen = if k % 4 < 2 {
            (ANNA, left, adult())
        } else {
            (MAREK, right, adult())
        };
        assert_eq!(mirror.frame(Some(seen)), None, "{k}");
    }
}

#[test]
fn whoever_leaves_half_way_takes_the_garment_along_with_a_fade() {
    let mut mirror = Mirror::new();
    mirror.frames(30, Some((ANNA, skeleton(0.0), adult())));
    // Walks out to the right, then is gone in the middle of the picture's edge.
    for k in 0..12 {
        mirror.frame(Some((ANNA, skeleton(k as f32 * 0.04), adult())));
    }
    let mut last = mirror.opacity();
    for _ in 0..15 {
        assert_eq!(mirror.frame(None), None);
        assert!(mirror.opacity() <= last);
        last = mirror.opacity();
    }
    assert!(last == 0.0 && !mirror.wear.on && !mirror.fitting.is_worn());
    assert_eq!(mirror.fitting.guide(), Some(Guide::ComeCloser));
}

#[test]
fn a_pose_that_stays_away_fades_the_garment_where_it_was() {
    let mut mirror = Mirror::new();
    mirror.frames(30, Some((ANNA, skeleton(0.0), adult())));
    let seen = mirror.now;
    mirror.now = seen.plus_ms(LOST_MS);
    mirror.fitting.at = Some(mirror.now);
    let fitting = &mut mirror.fitting;
    assert_eq!(fitting.dressed(mirror.now.plus_ms(1), ASPECT), None);
    fitting.step(None, mirror.now.plus_ms(50));
    fade_in_place(fitting, &mut mirror.wear, true);
    let opacity = mirror.wear.uniform.what.w;
    assert!(
        mirror.wear.on && opacity > 0.5 && opacity < 1.0,
        "{opacity}"
    );
    fade_in_place(&mut mirror.fitting, &mut mirror.wear, false);
    assert!(!mirror.wear.on, "without a mirror nothing is drawn at all");
}

#[test]
fn who_stands_still_stays_dressed_though_their_body_is_seldom_looked_at() {
    let face = |x: f32| BoxInImage {
        x,
        y: 0.1,
        width: 0.1,
        height: 0.1,
    };
    let mut mirror = Mirror::new();
    mirror.frames(30, Some((ANNA, skeleton(0.0), adult())));
    let (soon, later) = (mirror.now.plus_ms(1400), mirror.now.plus_ms(1600));
    let fitting = &mut mirror.fitting;
    (fitting.face, fitting.face_of_pose) = (face(0.4), face(0.405));
    let place = |fitting: &mut Fitting, at: Mono| {
        let body = fitting.dressed(at, ASPECT);
        body.map(|body| body.shoulders().x)
    };
    assert_eq!(place(fitting, later), None, "nothing was reported");
    fitting.face_at = later;
    let stood = place(fitting, later).unwrap();
    fitting.face = face(0.47);
    assert_eq!(place(fitting, later), None, "they have walked on");
    let gone = place(fitting, soon).unwrap() - stood;
    let beyond = (0.47 - 0.4) * ASPECT;
    assert!((gone - beyond).abs() < 1e-4, "along with the face: {gone}");
    fitting.face = face(0.4);
    let at_last = mirror.now.plus_ms(STAYED_MS + 1);
    fitting.face_at = at_last;
    assert_eq!(place(&mut mirror.fitting, at_last), None);
}

#[test]
fn a_pose_that_is_reported_again_is_no_sign_of_standing_still() {
    let mut fitting = Fitting::default();
    let anna = person(ANNA, adult());
    let mut see = |frame: u64, captured: u64, x: f32| {
        fitting.see(&anna, skeleton(x), ASPECT, (frame, Mono(captured)));
        (fitting.poses.len(), fitting.body(Mono(captured), ASPECT))
    };
    see(1, 1000, 0.0);
    let (count, _) = see(3, 1066, 0.02);
    let (again, _) = see(4, 1066, 0.02);
    assert_eq!((count, again), (2, 2));
    let ahead = fitting.body(Mono(1133), ASPECT).unwrap().shoulders().x;
    let seen = skeleton(0.02).shoulders().x;
    assert!(ahead > seen + 0.005, "they go on walking: {ahead} {seen}");
}

#[test]
fn a_large_face_without_a_body_is_asked_to_move_back_and_a_small_one_to_come() {
    let fit = tee();
    for (height, guide) in [(0.4, Guide::StepBack), (0.08, Guide::ComeCloser)] {
        let mut fitting = Fitting {
            face: BoxInImage {
                height,
                ..BoxInImage::default()
            },
            ..Fitting::default()
        };
        assert!(!fitting.allows(Some(&fit), None, ASPECT, Mono(0)));
        assert_eq!(fitting.guide(), Some(guide));
    }
}

/// The head as large for the shoulders as a child's.
fn child() -> Skeleton {
    let adult = skeleton(0.0);
    let middle = (adult.head.ears[0] + adult.head.ears[1]) / 2.0;
    let ears = adult.head.ears.map(|ear| middle + (ear - middle) * 1.8);
    Skeleton {
        head: Head { ears, ..adult.head },
        ..adult
    }
}

#[test]
fn adult_sizes_are_not_put_on_a_child_and_nobody_is_asked_anything() {
    let young = Estimate {
        value: AgeBand::Minor,
        confidence: 0.97,
    };
    let mut mirror = Mirror::new();
    mirror.frames(60, Some((ANNA, child(), young)));
    let fitting = &mirror.fitting;
    assert!(fitting.is_refused() && !fitting.is_worn());
    assert_eq!(fitting.guide(), None);
    assert!(fitting.suits(SizedFor::Children));
    // The parent steps in.
    mirror.frames(60, Some((MAREK, skeleton(0.0), adult())));
    assert!(!mirror.fitting.is_refused() && mirror.fitting.is_worn());
}

#[test]
fn an_unknown_age_is_dressed() {
    let unknown = Estimate {
        value: AgeBand::Unknown,
        confidence: 0.4,
    };
    let mut mirror = Mirror::new();
    mirror.frames(60, Some((ANNA, child(), unknown)));
    assert!(mirror.fitting.is_worn());
}
