use proptest::prelude::*;

use crate::geometry::BoxInImage;

use super::*;

fn person(track: u64, x: f32, width: f32, facing: bool) -> Person {
    Person {
        track: TrackId(track),
        face: BoxInImage {
            x: x - width / 2.0,
            y: 0.2,
            width,
            height: width,
        },
        face_seen: true,
        score: 0.9,
        head: HeadPose {
            yaw_degrees: if facing { 5.0 } else { 60.0 },
            pitch_degrees: 0.0,
        },
        age: Estimate {
            value: AgeBand::From25To34,
            confidence: 0.8,
        },
        gender: Estimate {
            value: Gender::Female,
            confidence: 0.9,
        },
        body_box: None,
        body: None,
        worn: Vec::new(),
        figure: None,
        breadths: None,
    }
}

fn report(at: u64, people: Vec<Person>) -> FrameReport {
    FrameReport {
        frame: at,
        captured: Mono(at),
        people,
        faceless: 0,
        brightness: 0.5,
    }
}

fn audience() -> Audience {
    Audience::new(AudienceSettings::default(), Mono(0))
}

fn span(minutes: i64) -> WindowSpan {
    let from: Timestamp = "2026-03-02T10:00:00Z".parse().unwrap();
    WindowSpan {
        from,
        to: Timestamp::from_second(from.as_second() + minutes * 60).unwrap(),
        partial: false,
    }
}

/// Everybody stays from `from` to `to`, seen ten times a second.
fn stay(audience: &mut Audience, from: u64, to: u64, people: &[Person]) {
    for at in (from..=to).step_by(100) {
        audience.observe(&report(at, people.to_vec()));
    }
}

#[test]
fn a_glance_counts_whole_and_only_a_longer_look_makes_a_watcher() {
    let looks = |look_ms: u64| {
        let mut audience = audience();
        stay(&mut audience, 0, 900, &[person(1, 0.5, 0.2, false)]);
        stay(
            &mut audience,
            1_000,
            1_000 + look_ms,
            &[person(1, 0.5, 0.2, true)],
        );
        stay(
            &mut audience,
            1_100 + look_ms,
            4_000,
            &[person(1, 0.5, 0.2, false)],
        );
        let attention_ms = audience.snapshot().shopper.unwrap().attention_ms;
        audience.end_all();
        (
            attention_ms,
            audience.close_window(Mono(4_000), span(15)).watchers,
        )
    };
    assert_eq!(looks(100), (0, 0), "too short for a glance");
    assert_eq!(looks(300), (300, 0), "a glance");
    assert_eq!(looks(600), (600, 1), "a watcher");
}

#[test]
fn how_far_a_watcher_may_turn_is_a_setting() {
    let narrow = AudienceSettings {
        facing_yaw_degrees: 10.0,
        facing_pitch_degrees: 8.0,
        ..AudienceSettings::default()
    };
    let head = |yaw_degrees, pitch_degrees| HeadPose {
        yaw_degrees,
        pitch_degrees,
    };
    for (settings, degrees, facing) in [
        (AudienceSettings::default(), head(-24.0, 21.0), true),
        (AudienceSettings::default(), head(26.0, 0.0), false),
        (AudienceSettings::default(), head(0.0, -23.0), false),
        (narrow, head(11.0, 0.0), false),
        (narrow, head(9.0, 7.0), true),
        (narrow, head(f32::NAN, 0.0), false),
    ] {
        assert_eq!(settings.is_facing(degrees), facing, "{degrees:?}");
    }
}

#[test]
fn one_watcher_and_one_passer_by() {
    let mut audience = audience();
    audience.camera(Mono(0), true);
    stay(
        &mut audience,
        1_000,
        6_000,
        &[person(1, 0.5, 0.2, true), person(2, 0.2, 0.1, false)],
    );
    assert_eq!((audience.present(), audience.snapshot().facing), (2, 1));
    let window = audience.close_window(Mono(60_000), span(15));
    assert_eq!(
        (
            window.ots,
            window.watchers,
            window.dwell_ms,
            window.attention_ms
        ),
        (2, 1, 5_000, 5_000)
    );
    assert_eq!((window.camera_ms, window.other, window.k), (60_000, 2, 5));
    assert_eq!(
        (window.from.as_str(), window.to.as_str()),
        ("2026-03-02T10:00:00.000Z", "2026-03-02T10:15:00.000Z")
    );
}

#[test]
fn attention_is_only_the_facing_part_of_dwell() {
    let mut audience = audience();
    stay(&mut audience, 0, 2_000, &[person(1, 0.5, 0.2, true)]);
    stay(&mut audience, 2_100, 5_000, &[person(1, 0.5, 0.2, false)]);
    let window = audience.close_window(Mono(60_000), span(15));
    assert_eq!((window.dwell_ms, window.attention_ms), (5_000, 2_000));
}

#[test]
fn who_still_stands_there_is_counted_in_the_window_in_which_they_leave() {
    let mut audience = audience();
    stay(&mut audience, 0, 10_000, &[person(1, 0.5, 0.2, true)]);
    assert_eq!(audience.close_window(Mono(10_000), span(15)).ots, 0);
    stay(&mut audience, 10_100, 20_000, &[person(1, 0.5, 0.2, true)]);
    let window = audience.close_window(Mono(60_000), span(15));
    assert_eq!((window.ots, window.dwell_ms), (1, 20_000));
}

#[test]
fn a_track_that_comes_back_soon_is_the_same_person_and_one_that_left_is_gone() {
    let mut audience = audience();
    stay(&mut audience, 0, 1_000, &[person(1, 0.5, 0.2, true)]);
    audience.advance(Mono(3_100));
    assert_eq!((audience.present(), audience.shopper()), (0, None));
    stay(&mut audience, 5_000, 6_000, &[person(1, 0.5, 0.2, true)]);
    audience.advance(Mono(20_000));
    assert!(audience.presences.is_empty());
    let window = audience.close_window(Mono(20_000), span(15));
    assert_eq!((window.ots, window.dwell_ms), (1, 2_000));
}

#[test]
fn nobody_is_remembered_longer_than_a_minute_whatever_the_settings_say() {
    let settings = AudienceSettings {
        forget_after_ms: u64::MAX,
        leave_after_ms: u64::MAX,
        ..Default::default()
    };
    let mut audience = Audience::new(settings, Mono(0));
    audience.observe(&report(1, vec![person(1, 0.5, 0.2, true)]));
    audience.advance(Mono(60_002));
    assert!(audience.presences.is_empty());
}

#[test]
fn closing_the_camera_ends_all_presences() {
    let mut audience = audience();
    audience.camera(Mono(0), true);
    stay(&mut audience, 0, 1_000, &[person(1, 0.5, 0.2, true)]);
    audience.camera(Mono(1_000), false);
    assert_eq!((audience.present(), audience.shopper()), (0, None));
    let window = audience.close_window(Mono(9_000), span(15));
    assert_eq!((window.ots, window.camera_ms), (1, 1_000));
}

#[test]
fn small_cells_minors_and_unknowns_go_to_other() {
    let mut audience = audience();
    let mut people: Vec<Person> = (1..=5).map(|t| person(t, 0.5, 0.1, true)).collect();
    people.extend((6..=9).map(|t| Person {
        gender: Estimate {
            value: Gender::Male,
            confidence: 0.9,
        },
        ..person(t, 0.5, 0.1, true)
    }));
    people.extend((10..=20).map(|t| Person {
        age: Estimate {
            value: AgeBand::Minor,
            confidence: 0.9,
        },
        ..person(t, 0.5, 0.1, true)
    }));
    people.extend((21..=30).map(|t| Person {
        gender: Estimate::default(),
        ..person(t, 0.5, 0.1, true)
    }));
    stay(&mut audience, 0, 1_000, &people);
    let window = audience.close_window(Mono(60_000), span(15));
    assert_eq!(
        window.cells,
        [AudienceCell {
            age_band: "25-34".to_owned(),
            gender: "female".to_owned(),
            n: 5
        }]
    );
    assert_eq!((window.ots, window.other), (30, 25));
}

#[test]
fn a_short_window_tells_nothing_about_age_and_gender() {
    let mut audience = audience();
    stay(
        &mut audience,
        0,
        1_000,
        &(1..=9)
            .map(|t| person(t, 0.5, 0.1, true))
            .collect::<Vec<_>>(),
    );
    let window = audience.close_window(Mono(60_000), span(14));
    assert_eq!((window.cells.len(), window.other, window.ots), (0, 9, 9));
}

#[test]
fn the_shopper_is_the_prominent_one_and_does_not_flicker() {
    let mut audience = audience();
    let near =
        |first: f32, second: f32| [person(1, 0.5, first, true), person(2, 0.6, second, true)];
    stay(&mut audience, 0, 1_000, &near(0.2, 0.1));
    assert_eq!(audience.shopper(), Some(TrackId(1)));
    stay(&mut audience, 1_100, 5_000, &near(0.2, 0.22));
    assert_eq!(
        audience.shopper(),
        Some(TrackId(1)),
        "a little larger is not enough"
    );
    stay(&mut audience, 5_100, 5_900, &near(0.2, 0.4));
    assert_eq!(audience.shopper(), Some(TrackId(1)), "not yet");
    stay(&mut audience, 6_000, 6_500, &near(0.2, 0.4));
    assert_eq!(audience.shopper(), Some(TrackId(2)));
    audience.observe(&report(9_000, vec![person(1, 0.5, 0.2, true)]));
    assert_eq!(audience.shopper(), Some(TrackId(1)), "the other one went");
}

#[test]
fn facing_and_central_beats_a_little_larger() {
    let mut audience = audience();
    audience.observe(&report(
        1,
        vec![person(1, 0.9, 0.22, false), person(2, 0.5, 0.2, true)],
    ));
    assert_eq!(audience.shopper(), Some(TrackId(2)));
}

#[test]
fn a_crowd_beyond_the_bound_is_still_counted() {
    let mut audience = audience();
    for t in 0..500 {
        audience.observe(&report(t + 1, vec![person(t, 0.5, 0.1, false)]));
        assert!(audience.presences.len() <= PRESENCES_MAX);
    }
    audience.end_all();
    assert_eq!(audience.close_window(Mono(600), span(15)).ots, 500);
}

#[test]
fn broken_boxes_do_not_break_the_choice() {
    let mut audience = audience();
    audience.observe(&report(
        1,
        vec![
            person(1, f32::NAN, f32::NAN, true),
            person(2, 0.5, 0.1, true),
        ],
    ));
    assert_eq!(audience.shopper(), Some(TrackId(2)));
}

#[test]
fn windows_are_aligned() {
    let at: Timestamp = "2026-03-02T10:29:59.999Z".parse().unwrap();
    assert_eq!(rfc3339_ms(window_start(at, 15)), "2026-03-02T10:15:00.000Z");
    assert_eq!(window_start(at, 0), window_start(at, 1));
}

fn any_person() -> impl Strategy<Value = Person> {
    let age = prop_oneof![
        Just(AgeBand::Unknown),
        Just(AgeBand::Minor),
        Just(AgeBand::From18To24),
        Just(AgeBand::From65)
    ];
    let gender = prop_oneof![
        Just(Gender::Unknown),
        Just(Gender::Female),
        Just(Gender::Male)
    ];
    (
        0u64..40,
        any::<bool>(),
        any::<bool>(),
        0.0f32..1.0,
        age,
        gender,
    )
        .prop_map(|(track, seen, facing, x, age, gender)| Person {
            face_seen: seen,
            age: Estimate {
                value: age,
                confidence: 0.9,
            },
            gender: Estimate {
                value: gender,
                confidence: 0.9,
            },
            ..person(track, x, 0.1, facing)
        })
}

proptest! {
    #[test]
    fn windows_keep_their_promises(
        k in 0u32..8,
        frames in prop::collection::vec((prop_oneof![0u64..400, 0u64..200_000], any::<bool>(), prop::collection::vec(any_person(), 0..12)), 0..80),
        close_every in 1usize..30,
    ) {
        let mut audience = Audience::new(AudienceSettings { k, ..Default::default() }, Mono(0));
        let (mut now, mut tracks, mut ots) = (0u64, std::collections::BTreeSet::new(), 0);
        let check = |window: &AudienceWindow| {
            prop_assert!(window.attention_ms <= window.dwell_ms);
            prop_assert!(window.watchers <= window.ots);
            prop_assert!(window.cells.iter().all(|c| c.n >= k.max(2) && c.age_band != "minor" && c.age_band != "unknown" && c.gender != "unknown"));
            prop_assert_eq!(window.cells.iter().map(|c| c.n).sum::<u32>() + window.other, window.ots);
            Ok(())
        };
        for (i, (ms, back, people)) in frames.into_iter().enumerate() {
            let at = if back { now.saturating_sub(ms) } else { now + ms };
            // A report that is not newer than the last one counts for nothing.
            if i == 0 || at > now {
                tracks.extend(people.iter().filter(|p| p.face_seen).map(|p| p.track));
            }
            now = now.max(at);
            let frame = report(at, people);
            audience.observe(&frame);
            let once = audience.snapshot();
            audience.observe(&frame);
            prop_assert_eq!(&once, &audience.snapshot(), "a duplicate changes nothing");
            prop_assert_eq!(once.shopper.is_some(), once.people > 0);
            if i % close_every == 0 {
                let window = audience.close_window(Mono(now), span(15));
                check(&window)?;
                ots += window.ots;
            }
        }
        audience.end_all();
        let window = audience.close_window(Mono(now), span(15));
        check(&window)?;
        prop_assert!(tracks.is_empty() || ots + window.ots > 0 || now == 0);
        prop_assert!(audience.presences.is_empty());
    }

    #[test]
    fn nobody_dwells_longer_than_the_time_that_passed(frames in prop::collection::vec((0u64..3_000, any::<bool>()), 1..60)) {
        let mut audience = audience();
        let mut now = 0;
        for (ms, facing) in frames {
            now += ms;
            audience.observe(&report(now, vec![person(1, 0.5, 0.2, facing)]));
        }
        audience.end_all();
        prop_assert!(audience.close_window(Mono(now), span(15)).dwell_ms <= now);
    }
}
