//! Frequency caps: no hour and no person gets more than was promised.

use proptest::prelude::*;

use super::*;

const HOUR_MS: u64 = 3_600_000;

fn capped(id: &str, per_hour: u32) -> Campaign {
    Campaign {
        cap_per_hour: Some(per_hour),
        ..campaign(id, id)
    }
}

fn per_person(id: &str, plays: u32) -> Campaign {
    Campaign {
        cap_per_person: Some(plays),
        ..campaign(id, id)
    }
}

#[test]
fn a_full_hour_gives_way_and_says_so() {
    let plan = plan(&[playlist("day", "d")], &[], &[capped("c", 2)]);
    let mut stage = Stage::of(&plan);
    assert_eq!(stage.counts(10)["c"], 2);
    let decision = stage.play();
    let lost = decision.rejected.iter().find(|r| r.what == "campaign c");
    assert_eq!(lost.unwrap().because, "played 2 times in the last hour");
}

#[test]
fn a_play_counts_for_exactly_one_hour() {
    let plan = plan(&[], &[], &[capped("c", 1)]);
    let mut stage = Stage::of(&plan);
    assert_eq!(slide(&stage.play()), "c");
    stage.wait(HOUR_MS - 1);
    assert_eq!(slide(&stage.next().unwrap()), "safe");
    stage.schedule.interrupt();
    stage.wait(1);
    assert_eq!(slide(&stage.next().unwrap()), "c");
}

#[test]
fn setting_the_wall_clock_frees_no_cap() {
    let plan = plan(&[playlist("day", "d")], &[], &[capped("c", 1)]);
    let mut stage = Stage::of(&plan);
    stage.plays(4);
    for civil in ["2027-01-01T00:00:00Z", "2020-01-01T00:00:00Z"] {
        stage.civil = at(civil);
        assert_eq!(stage.counts(20).get("c"), None, "at {civil}");
    }
}

#[test]
fn nobody_is_shown_it_more_often_than_promised() {
    let plan = plan(&[playlist("day", "d")], &[], &[per_person("c", 2)]);
    let mut stage = Stage::of(&plan);
    stage.present = vec![TrackId(1)];
    assert_eq!(stage.counts(40)["c"], 2);
    // One who has seen it is enough: the other would get it, but the first must not.
    stage.present = vec![TrackId(1), TrackId(2)];
    assert_eq!(stage.counts(10).get("c"), None);
    stage.present = vec![TrackId(2)];
    assert_eq!(stage.counts(40)["c"], 2);
    stage.present = vec![];
    assert_eq!(stage.counts(10)["c"], 5, "nobody is there to be annoyed");
}

#[test]
fn whoever_comes_during_a_play_has_seen_it() {
    let plan = plan(&[playlist("day", "d")], &[], &[per_person("c", 1)]);
    let mut stage = Stage::of(&plan);
    while slide(&stage.play()) != "c" {}
    stage.wait(9_000);
    stage.present = vec![TrackId(5)];
    assert_eq!(stage.next(), None);
    assert_eq!(stage.counts(20).get("c"), None);
}

#[test]
fn people_are_forgotten_a_minute_after_they_left() {
    let plan = plan(&[playlist("day", "d")], &[], &[per_person("c", 1)]);
    let mut stage = Stage::of(&plan);
    stage.present = vec![TrackId(1)];
    stage.plays(10);
    stage.present = vec![];
    stage.plays(7);
    stage.present = vec![TrackId(1)];
    assert_eq!(stage.counts(4).get("c"), Some(&1), "the number begins anew");
    let shown = format!("{:?}", stage.schedule);
    stage.present = vec![];
    stage.plays(7);
    assert!(shown.contains("TrackId(1)") && !format!("{:?}", stage.schedule).contains("TrackId"));
}

#[test]
fn what_people_have_seen_survives_another_plan_with_other_numbers() {
    let mut stage = Stage::of(&plan(&[playlist("day", "d")], &[], &[per_person("c", 1)]));
    stage.present = vec![TrackId(1)];
    stage.plays(5);
    let campaigns = [per_person("new", 1), per_person("c", 1)];
    stage
        .schedule
        .replace_plan(&plan(&[playlist("day", "d")], &[], &campaigns));
    let counts = stage.counts(20);
    assert_eq!((counts.get("c"), counts.get("new")), (None, Some(&1)));
}

#[test]
fn a_crowd_is_bounded() {
    let plan = plan(&[playlist("day", "d")], &[], &[per_person("c", 1)]);
    let mut stage = Stage::of(&plan);
    stage.present = (0..5_000).map(TrackId).collect();
    stage.plays(3);
    assert!(format!("{:?}", stage.schedule).matches("TrackId").count() <= 256);
}

#[test]
fn a_play_that_was_never_shown_does_not_count() {
    let plan = plan(&[], &[], &[capped("c", 1)]);
    let mut stage = Stage::of(&plan);
    stage.play();
    let play = stage.schedule.playing().unwrap().play;
    stage.schedule.settle(play, Outcome::NeverShown);
    assert_eq!(slide(&stage.play()), "c");
    stage.schedule.settle(play, Outcome::NeverShown);
    assert_eq!(slide(&stage.play()), "safe", "the second one stands");
    stage.schedule.settle(PlayNo(u64::MAX), Outcome::NeverShown);
}

#[test]
fn a_restart_frees_no_cap() {
    let plan = plan(&[playlist("day", "d")], &[], &[capped("c", 3)]);
    let mut before = Stage::of(&plan);
    before.plays(20);
    let history = before.schedule.history(before.mono);
    let json = serde_json::to_string(&history).unwrap();
    let history: History = serde_json::from_str(&json).unwrap();
    let restart = |away_ms| {
        let mut schedule = schedule(&plan);
        // Another boot: the monotonic clock begins again.
        schedule.restore(&history, away_ms, Mono(5));
        let mut stage = Stage::with(schedule, before.civil);
        stage.mono = Mono(5);
        stage.counts(20).get("c").copied().unwrap_or(0)
    };
    assert_eq!(restart(0), 0);
    assert_eq!(restart(HOUR_MS), 3);
    assert_eq!(restart(u64::MAX), 3);
}

#[test]
fn a_hostile_history_frees_and_blocks_nothing_for_ever() {
    let plan = plan(&[playlist("day", "d")], &[], &[capped("c", 1)]);
    let mut history = History::default();
    let kept = CampaignHistory {
        totals: Totals {
            plays: u64::MAX,
            impressions_milli: u64::MAX,
        },
        hour_left_ms: vec![u64::MAX, 0, 3],
    };
    history.campaigns.insert(CampaignId("c".to_owned()), kept);
    let mut schedule = schedule(&plan);
    schedule.restore(&history, 0, Mono(0));
    let mut stage = Stage::with(schedule, at("2026-09-07T08:00:00Z"));
    assert_eq!(stage.counts(20).get("c"), None);
    stage.wait(HOUR_MS);
    assert_eq!(stage.counts(20)["c"], 1);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    /// In no sixty minutes, wherever they begin, are there more plays than the cap; whatever people and clocks do.
    #[test]
    fn no_sliding_hour_has_too_many(
        cap in 1u32..8,
        share in prop::option::of(1u32..=100),
        seed in any::<u64>(),
        steps in prop::collection::vec((0u64..400_000, any::<bool>(), -100_000i64..100_000), 50..400),
    ) {
        let campaign = Campaign { share_percent: share, ..capped("c", cap) };
        let plan = plan(&[playlist("day", "d1 d2")], &[], &[campaign]);
        let settings = Settings { seed, ..settings(TimeZone::UTC) };
        let mut stage = Stage::with(Schedule::of_plan(&plan, settings), at("2026-09-07T08:00:00Z"));
        let mut plays = Vec::new();
        for (wait, interrupt, jump_secs) in steps {
            if interrupt {
                stage.schedule.interrupt();
            }
            stage.civil += jiff::SignedDuration::from_secs(jump_secs);
            if stage.next().is_some_and(|d| slide(&d) == "c") {
                plays.push(stage.mono.0);
            }
            stage.wait(wait);
        }
        for (i, start) in plays.iter().enumerate() {
            let within = plays[i..].iter().filter(|play| **play < start + HOUR_MS).count();
            prop_assert!(within <= usize::try_from(cap).unwrap());
        }
    }

    /// No play starts while somebody is there who has had enough.
    #[test]
    fn no_person_has_too_many(
        cap in 1u32..4,
        groups in prop::collection::vec(prop::collection::btree_set(0u64..6, 0..4), 20..120),
    ) {
        let plan = plan(&[playlist("day", "d")], &[], &[per_person("c", cap)]);
        let mut stage = Stage::of(&plan);
        let mut seen: BTreeMap<u64, u32> = BTreeMap::new();
        let mut last_there: BTreeMap<u64, u64> = BTreeMap::new();
        for (plays_so_far, group) in (0u64..).zip(groups) {
            stage.present = group.iter().copied().map(TrackId).collect();
            let decision = stage.play();
            for track in &group {
                // Forgotten a minute after leaving: six plays of ten seconds.
                if plays_so_far >= last_there.get(track).map_or(0, |last| last + 6) {
                    seen.remove(track);
                }
                last_there.insert(*track, plays_so_far);
            }
            if slide(&decision) == "c" {
                for track in group {
                    *seen.entry(track).or_default() += 1;
                }
            }
            prop_assert!(seen.values().all(|plays| *plays <= cap), "{:?}", seen);
        }
    }
}
