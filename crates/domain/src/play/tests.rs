use proptest::prelude::*;

use super::*;

fn meter(people: u32) -> PlayMeter {
    let planned = Planned {
        slot: "attract".to_owned(),
        creative: CreativeId("autumn".to_owned()),
        pack: "demo@3".to_owned(),
        planned_ms: 10_000,
    };
    PlayMeter::new(planned, people)
}

fn civil() -> Timestamp {
    "2026-03-02T10:00:00.250Z".parse().unwrap()
}

#[test]
fn nothing_is_reported_that_was_never_on_the_glass() {
    let mut meter = meter(3);
    meter.people(Mono(10), 4);
    meter.probe(Probe {
        brightest: 200,
        fingerprint: 1,
        should_move: false,
    });
    assert_eq!(meter.end(Mono(10_000), EndReason::Complete), None);
}

#[test]
fn a_play_from_its_first_frame_to_its_end() {
    let mut meter = meter(0);
    meter.people(Mono(900), 1);
    meter.frame_presented(Mono(1_000), civil());
    meter.frame_presented(Mono(1_016), civil());
    meter.people(Mono(6_000), 3);
    let play = meter.end(Mono(11_000), EndReason::Touched).unwrap();
    assert_eq!(
        (play.started.as_str(), play.ended.as_str()),
        ("2026-03-02T10:00:00.250Z", "2026-03-02T10:00:10.250Z")
    );
    assert_eq!(
        (play.shown_ms, play.frames_presented, play.end_reason),
        (10_000, 2, EndReason::Touched)
    );
    assert!(
        (play.qty_multiplier - 2.0).abs() < 1e-6,
        "half the time one, half the time three"
    );
    assert!(!play.black && !play.frozen);
}

#[test]
fn black_and_frozen_are_noticed() {
    let look = |brightest, fingerprint, should_move| Probe {
        brightest,
        fingerprint,
        should_move,
    };
    for (probes, black, frozen) in [
        (vec![look(200, 1, true), look(200, 2, true)], false, false),
        (vec![look(200, 1, true), look(200, 1, true)], false, true),
        (vec![look(200, 1, false), look(200, 1, false)], false, false),
        (vec![look(8, 1, false)], true, false),
        (vec![look(9, 1, true)], false, false),
    ] {
        let mut meter = meter(0);
        meter.frame_presented(Mono(0), civil());
        probes.iter().for_each(|p| meter.probe(*p));
        let play = meter.end(Mono(1_000), EndReason::Complete).unwrap();
        assert_eq!((play.black, play.frozen), (black, frozen), "{probes:?}");
    }
}

#[test]
fn a_play_of_no_time_counts_the_people_at_its_frame() {
    let mut meter = meter(2);
    meter.frame_presented(Mono(5), civil());
    let play = meter.end(Mono(5), EndReason::Preempted).unwrap();
    assert_eq!((play.shown_ms, play.qty_multiplier), (0, 2.0));
}

proptest! {
    #[test]
    fn the_multiplier_lies_between_fewest_and_most(changes in prop::collection::vec((any::<u32>(), 0u32..50), 0..40), end: u64) {
        let mut meter = meter(7);
        meter.frame_presented(Mono(1_000), civil());
        let most = changes.iter().map(|c| c.1).chain([7]).max().unwrap_or(7);
        for (at, people) in &changes {
            meter.people(Mono((*at).into()), *people);
        }
        let play = meter.end(Mono(end), EndReason::Shutdown).unwrap();
        prop_assert!(play.qty_multiplier.is_finite() && play.qty_multiplier >= 0.0);
        prop_assert!(play.qty_multiplier <= most as f32 + 1e-3);
        prop_assert!(play.started <= play.ended);
    }
}
