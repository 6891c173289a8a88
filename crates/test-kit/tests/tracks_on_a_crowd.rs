//! The tracker on crowds of the test-kit: numbers are kept, and MOTA and IDF1 do not fall. What detectors find comes from
//! the crowd; the rate of the searches is the schedule's: 8 a second, and every frame while the tracker is in doubt.

use cheval_domain::geometry::PointInImage;
use cheval_domain::metrics::tracks::{Labelled, TrackScore, score};
use cheval_perception::track::{BodySighting, People, Sighting};
use cheval_test_kit::crowd::{Crowd, CrowdFrame, SeenBody, SeenFace, Walker};

/// A coasting box may lie a little off; the papers' threshold.
const MIN_IOU: f32 = 0.5;
/// Frames per usual search for faces, and for bodies, at 30 frames a second.
const FACES_EVERY: usize = 4;
const BODIES_EVERY: usize = 30;

fn face(seen: &SeenFace) -> Sighting {
    Sighting {
        bounds: seen.bounds,
        score: seen.score,
        head: seen.head,
    }
}

fn body(seen: &SeenBody) -> BodySighting {
    BodySighting {
        bounds: seen.bounds,
        score: 0.9,
        face_at: seen.face_at,
        radius: PointInImage {
            x: seen.radius,
            y: seen.radius,
        },
    }
}

/// What the tracker says of every frame: faces and bound bodies under their faces' numbers, and the share of frames that
/// were searched.
struct Watched {
    faces: Vec<Vec<Labelled>>,
    bodies: Vec<Vec<Labelled>>,
    searched: f64,
}

fn watch(frames: &[CrowdFrame]) -> Watched {
    let mut people = People::default();
    let (mut faces, mut bodies, mut searched) = (Vec::new(), Vec::new(), 0);
    for (k, frame) in frames.iter().enumerate() {
        if k % FACES_EVERY == 0 || people.is_in_doubt() {
            let seen: Vec<_> = frame.seen_faces.iter().map(face).collect();
            people.see_faces(&seen, 640.0, false, frame.at);
            searched += 1;
        }
        if k % BODIES_EVERY == 0 {
            let seen: Vec<_> = frame.seen_bodies.iter().map(body).collect();
            people.see_bodies(&seen, frame.at);
        }
        people.settle(frame.at);
        let label = |bounds, id: u64| Labelled { id, bounds };
        let present = people.present();
        let id = |t: &cheval_perception::track::Track<_>| t.id().map_or(0, |id| id.0);
        faces.push(present.iter().map(|t| label(t.bounds(), id(t))).collect());
        let bound =
            |t: &&cheval_perception::track::Track<_>| Some(label(people.body_of(t)?, id(t)));
        bodies.push(present.iter().filter_map(bound).collect());
    }
    Watched {
        faces,
        bodies,
        searched: searched as f64 / frames.len() as f64,
    }
}

fn faces_of(frames: &[CrowdFrame]) -> Vec<Vec<Labelled>> {
    frames.iter().map(|f| f.faces.clone()).collect()
}

/// Mean and worst over crowds.
fn scores(people: usize, seeds: std::ops::Range<u64>) -> Vec<TrackScore> {
    seeds
        .map(|seed| {
            let frames = Crowd::of(people, 30.0, seed).frames(30.0, 30.0);
            score(&faces_of(&frames), &watch(&frames).faces, MIN_IOU)
        })
        .collect()
}

fn mean(scores: &[TrackScore], pick: impl Fn(&TrackScore) -> f64) -> f64 {
    scores.iter().map(pick).sum::<f64>() / scores.len() as f64
}

#[test]
fn two_people_who_cross_are_never_mixed_up() {
    let (mut worst, mut crossings) = (1.0_f64, 0);
    for seed in 0..20 {
        for (near, far) in [(1.5, 1.6), (1.5, 2.0), (2.0, 3.0), (1.2, 1.2)] {
            for (there, back) in [(0.8, 0.8), (1.4, 1.0), (0.5, 0.4), (0.3, 0.3), (1.0, 0.2)] {
                let frames = Crowd::crossing(near, far, there, back, seed).frames(8.0, 30.0);
                let result = score(&faces_of(&frames), &watch(&frames).faces, MIN_IOU);
                assert_eq!(
                    result.switches, 0,
                    "{near} m and {far} m, {there} m/s and {back} m/s, seed {seed}: {result:?}"
                );
                worst = worst.min(result.idf1);
                crossings += 1;
            }
        }
    }
    println!("{crossings} crossings, no switch, worst IDF1 {worst:.3}");
    assert!(worst > 0.85, "{worst}");
}

#[test]
fn crowds_of_two_to_sixteen_are_followed() {
    for (people, mota, idf1) in [
        (2, 0.9, 0.9),
        (4, 0.9, 0.9),
        (8, 0.88, 0.88),
        (12, 0.85, 0.85),
        (16, 0.85, 0.8),
    ] {
        let scores = scores(people, 0..20);
        let (mean_mota, mean_idf1) = (mean(&scores, |s| s.mota), mean(&scores, |s| s.idf1));
        println!(
            "{people} people: MOTA {mean_mota:.3} (worst {:.3}), IDF1 {mean_idf1:.3} (worst {:.3}), switches {}, \
             fragmentations {}, misses {}, false {}, of {} boxes; count error {:.3}, right on {:.3} of frames",
            scores.iter().map(|s| s.mota).fold(1.0, f64::min),
            scores.iter().map(|s| s.idf1).fold(1.0, f64::min),
            scores.iter().map(|s| s.switches).sum::<usize>(),
            scores.iter().map(|s| s.fragmentations).sum::<usize>(),
            scores.iter().map(|s| s.misses).sum::<usize>(),
            scores.iter().map(|s| s.false_positives).sum::<usize>(),
            scores.iter().map(|s| s.truth_boxes).sum::<usize>(),
            mean(&scores, |s| s.count_error),
            mean(&scores, |s| s.count_right),
        );
        assert!(
            mean_mota >= mota && mean_idf1 >= idf1,
            "{people} people: {mean_mota} {mean_idf1}"
        );
    }
}

#[test]
fn twelve_faces_and_six_bodies_are_held_at_once() {
    let mut crowd = Crowd::crossing(2.0, 2.0, 0.0, 0.0, 1);
    // Shoulder to shoulder, 3.5 m away.
    let stand = |k: u64| Walker::straight(k + 1, (k as f32 - 5.5) * 0.33, 3.5, 0.0);
    crowd.walkers = (0..12).map(stand).collect();
    let frames = crowd.frames(20.0, 30.0);
    let watched = watch(&frames);
    let settled = &watched.faces[60..];
    assert!(settled.iter().all(|f| f.len() == 12));
    let ids: std::collections::BTreeSet<u64> = settled.iter().flatten().map(|l| l.id).collect();
    assert_eq!(ids.len(), 12, "each kept its number: {ids:?}");
    assert!(watched.bodies[60..].iter().all(|b| b.len() >= 6));
    // A body is under its face: both boxes' owners are the same person of the truth.
    let last = frames.len() - 1;
    for bound in &watched.bodies[last] {
        let face = watched.faces[last]
            .iter()
            .find(|f| f.id == bound.id)
            .unwrap();
        let nearest = |list: &[Labelled], b: &Labelled| {
            let best = list
                .iter()
                .max_by(|x, y| x.bounds.iou(b.bounds).total_cmp(&y.bounds.iou(b.bounds)));
            best.unwrap().id
        };
        assert_eq!(
            nearest(&frames[last].faces, face),
            nearest(&frames[last].bodies, bound)
        );
    }
}

#[test]
fn an_empty_room_with_false_alarms_is_empty() {
    let mut crowd = Crowd::of(0, 60.0, 4);
    crowd.detectors.false_faces = 0.3;
    let frames = crowd.frames(60.0, 30.0);
    let watched = watch(&frames);
    let ghosts = watched.faces.iter().filter(|f| !f.is_empty()).count();
    assert_eq!(ghosts, 0);
}

#[test]
fn doubt_does_not_cost_the_full_rate() {
    let frames = Crowd::of(6, 60.0, 2).frames(60.0, 30.0);
    let share = watch(&frames).searched;
    println!("searched {share:.3} of the frames, 0.25 by the rate alone");
    assert!(share < 0.6, "{share}");
}
