//! Crowds that make no sense, and crowds at the edge of what is allowed.

use super::*;

fn faults(change: impl FnOnce(&mut CrowdParts)) -> Vec<String> {
    let mut parts = CrowdParts::default();
    change(&mut parts);
    let faults = Crowd::try_from(parts).map(|_| Vec::new());
    faults.unwrap_or_else(|CrowdFaults(f)| f.iter().map(ToString::to_string).collect())
}

#[test]
fn the_usual_crowd_is_sound() {
    assert_eq!(faults(|_| {}), Vec::<String>::new());
}

#[test]
fn every_wrong_number_is_told_with_its_key_and_what_is_expected() {
    type Change = fn(&mut CrowdParts);
    let cases: [(Change, &str); 16] = [
        (
            |p| p.behaviour.touch = -0.1,
            "behaviour.touch is -0.1; write a number from 0 to 1",
        ),
        (
            |p| p.behaviour.come_near = 1.5,
            "behaviour.come_near is 1.5; write a number from 0 to 1",
        ),
        (
            |p| p.behaviour.face_the_screen = f64::NAN,
            "behaviour.face_the_screen is NaN; write",
        ),
        (
            |p| p.people.age_unknown = f64::INFINITY,
            "people.age_unknown is inf; write",
        ),
        (
            |p| p.arrivals.usual[3] = -1.0,
            "arrivals.usual[3] is -1; write a number from 0 to 1200",
        ),
        (
            |p| p.arrivals.usual[3] = 1e9,
            "arrivals.usual[3] is 1000000000; write a number from 0 to 1200",
        ),
        (
            |p| p.arrivals.usual = Vec::new(),
            "arrivals.usual is a list of 0; write 24 numbers",
        ),
        (
            |p| p.arrivals.sunday = Some(vec![1.0; 25]),
            "arrivals.sunday is a list of 25; write 24",
        ),
        (
            |p| p.groups.sizes = Vec::new(),
            "groups.sizes is a list of 0; write from 1 to 8",
        ),
        (
            |p| p.groups.sizes = vec![0.0; 2],
            "groups.sizes is all zero; write a number above 0",
        ),
        (
            |p| p.groups.sizes = vec![1.0; 9],
            "groups.sizes is a list of 9; write from 1 to 8",
        ),
        (
            |p| p.behaviour.dwell.clear(),
            "behaviour.dwell is a list of 0",
        ),
        (
            |p| p.behaviour.dwell[0].secs = [9.0, 3.0],
            "behaviour.dwell[0].secs is [9, 3]; write the smaller",
        ),
        (
            |p| p.behaviour.dwell[0].secs[1] = 1e6,
            "behaviour.dwell[0].secs[1] is 1000000; write",
        ),
        (
            |p| p.wear.legs[0].category = WornCategory::Dress,
            "wear.legs[0].category is dress; write trousers",
        ),
        (
            |p| _ = p.people.ages.insert(AgeBand::Unknown, 1.0),
            "people.ages.unknown is an age band; use people.age_unknown",
        ),
    ];
    for (change, words) in cases {
        let told = faults(change);
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(
            told[0].starts_with(words),
            "{} does not start with {words}",
            told[0]
        );
    }
}

#[test]
fn all_faults_are_told_at_once() {
    let told = faults(|p| {
        p.schema_version = 2;
        p.behaviour.touch = 2.0;
        p.people.confidence = [0.9, 0.1];
    });
    assert_eq!(told.len(), 3, "{told:?}");
}

#[test]
fn the_busiest_crowd_there_may_be_is_bounded() {
    let crowd = changed(|p| {
        p.arrivals.usual = vec![GROUPS_PER_HOUR_MAX; 24];
        p.groups.sizes = vec![0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0];
        p.behaviour.dwell = vec![Dwell {
            secs: [SECS_MAX, SECS_MAX],
            weight: 1.0,
        }];
    });
    let catalogue = catalogue(vec![promo("all", "", 1)]);
    let story = play(&scenario(
        &catalogue,
        &crowd,
        ("2026-11-24T12:00", "2026-11-24T12:10"),
    ));
    assert!(story.people <= PRESENT_MAX as u64, "{}", story.people);
    assert!(story.people_unseen > 1_000, "{}", story.people_unseen);
    assert!(
        story
            .changes
            .iter()
            .all(|c| c.people as usize <= PRESENT_MAX)
    );
}
