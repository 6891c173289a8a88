use cheval_domain::observation::HeadPose;

use super::*;

/// A face and the body under it, standing at `x`; the frame is square.
fn person(x: f32, size: f32) -> (Sighting, BodySighting) {
    let radius = size * 6.0;
    let face = Sighting {
        bounds: BoxInImage {
            x: x - size / 2.0,
            y: 0.2,
            width: size,
            height: size,
        },
        score: 0.9,
        head: HeadPose::default(),
    };
    let face_at = face.bounds.centre();
    let body = BodySighting {
        bounds: BoxInImage {
            x: x - radius * 0.4,
            y: face_at.y - radius * 0.2,
            width: radius * 0.8,
            height: radius * 2.0,
        },
        score: 0.9,
        face_at,
        radius: PointInImage {
            x: radius,
            y: radius,
        },
    };
    (face, body)
}

/// Frames of 33 ms: faces on every fourth and on the first three, bodies every second.
fn watch(people: &mut People, frames: std::ops::Range<u64>, who: impl Fn(u64) -> Vec<(f32, f32)>) {
    for k in frames {
        let now = Mono(k * 33);
        let all: Vec<_> = who(k).into_iter().map(|(x, s)| person(x, s)).collect();
        let faces: Vec<_> = all.iter().map(|p| p.0).collect();
        let bodies: Vec<_> = all.iter().map(|p| p.1).collect();
        if k % 4 == 0 || people.is_in_doubt() {
            people.see_faces(&faces, 640.0, false, now);
        }
        people.settle(now);
        if k % 30 == 5 {
            people.see_bodies(&bodies, now);
            people.settle(now);
        }
    }
}

fn active_x(people: &People) -> f32 {
    people.active().unwrap().bounds().centre().x
}

#[test]
fn the_near_one_is_active_and_equals_do_not_flip() {
    let mut people = People::default();
    watch(&mut people, 0..30, |_| vec![(0.4, 0.1), (0.6, 0.14)]);
    assert!(active_x(&people) > 0.5);
    watch(&mut people, 30..90, |_| vec![(0.4, 0.16), (0.6, 0.14)]);
    assert!(active_x(&people) > 0.5, "a little nearer is not enough");
    watch(&mut people, 90..115, |_| vec![(0.4, 0.2), (0.6, 0.14)]);
    assert!(active_x(&people) > 0.5, "a moment is not enough");
    watch(&mut people, 115..150, |_| vec![(0.4, 0.2), (0.6, 0.14)]);
    assert!(active_x(&people) < 0.5);
}

#[test]
fn every_face_has_its_own_body() {
    let mut people = People::default();
    let row = [
        (0.2, 0.06),
        (0.34, 0.06),
        (0.48, 0.06),
        (0.62, 0.06),
        (0.76, 0.06),
        (0.9, 0.06),
    ];
    watch(&mut people, 0..40, |_| row.to_vec());
    assert_eq!(people.present().len(), 6);
    for face in people.present() {
        let body = people.body_of(face).expect("a body each").centre().x;
        assert!((body - face.bounds().centre().x).abs() < 0.01);
    }
    assert!(people.faceless().is_empty());
}

#[test]
fn a_body_goes_where_its_face_goes_between_searches() {
    let mut people = People::default();
    let walk = |k: u64| vec![(0.2 + k as f32 * 0.008, 0.06)];
    watch(&mut people, 0..64, walk);
    let face = people.present()[0];
    let (face, body) = (
        face.bounds().centre().x,
        people.body_of(face).unwrap().centre().x,
    );
    assert!(
        (face - (0.2 + 63.0 * 0.008)).abs() < 0.01 && (body - face).abs() < 0.01,
        "{face} {body}"
    );
}

#[test]
fn who_turns_away_is_a_body_without_a_face() {
    let mut people = People::default();
    watch(&mut people, 0..100, |_| vec![(0.5, 0.08)]);
    assert!(people.faceless().is_empty());
    let (_, body) = person(0.5, 0.08);
    for k in 100..160_u64 {
        let now = Mono(k * 33);
        people.see_faces(&[], 640.0, false, now);
        if k % 30 == 5 {
            people.see_bodies(&[body], now);
        }
        people.settle(now);
    }
    assert!(people.present().is_empty());
    assert_eq!(people.faceless().len(), 1);
    people.settle(Mono(100_000));
    assert!(people.faceless().is_empty(), "and is forgotten");
}

#[test]
fn a_face_on_a_poster_has_no_body_of_somebody_else() {
    let mut people = People::default();
    let (mut poster, (face, body)) = (person(0.62, 0.06).0, person(0.5, 0.06));
    poster.bounds.y = 0.05;
    for k in 0..40_u64 {
        let now = Mono(k * 33);
        people.see_faces(&[poster, face], 640.0, false, now);
        people.settle(now);
        people.see_bodies(&[body], now);
    }
    let bound: Vec<_> = people
        .present()
        .into_iter()
        .map(|t| people.body_of(t).is_some() && t.bounds().y > 0.1)
        .collect();
    assert_eq!(bound.iter().filter(|b| **b).count(), 1);
    assert_eq!(people.bonds.len(), 1);
}

#[test]
fn readings_are_wished_for_by_confirmed_faces_only() {
    let mut people = People::default();
    let faces = [person(0.5, 0.1).0];
    let wishes =
        |people: &mut People, k: u64| people.see_faces(&faces, 640.0, false, Mono(k * 33)).len();
    assert_eq!([0, 1, 2].map(|k| wishes(&mut people, k)), [0, 0, 1]);
    assert_eq!(
        people.see_faces(&faces, 200.0, false, Mono(99)).len(),
        0,
        "too small"
    );
    assert_eq!(people.see_faces(&faces, 200.0, true, Mono(132)).len(), 1);
}

#[test]
fn broken_bodies_and_an_empty_frame_do_no_harm() {
    let mut people = People::default();
    let (face, mut body) = person(0.5, 0.1);
    body.bounds.x = f32::NAN;
    body.radius = PointInImage {
        x: 0.0,
        y: f32::NAN,
    };
    for k in 0..10_u64 {
        people.see_faces(&[face], 640.0, false, Mono(k * 33));
        people.see_bodies(&[body], Mono(k * 33));
        people.settle(Mono(k * 33));
    }
    assert!(people.body_of(people.present()[0]).is_none());
    people.see_bodies(&[], Mono(400));
    people.clear();
    assert!(people.active().is_none() && people.present().is_empty());
}
