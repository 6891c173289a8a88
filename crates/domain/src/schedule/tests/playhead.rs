//! What plays on: the beat, interruptions, replacement, ends, wrong clocks.

use proptest::prelude::*;

use super::*;
use crate::catalogue::{Artwork, Catalogue, LocalText, Slide};

#[test]
fn slides_come_in_order_round_and_round_without_drift() {
    let mut stage = Stage::of(&plan(&[playlist("day", "a b c")], &[], &[]));
    assert_eq!(slide(&stage.next().unwrap()), "a");
    let start = stage.mono;
    assert_eq!(stage.schedule.deadline(), Some(start.plus_ms(10_000)));
    assert_eq!(stage.schedule.planned_ms(), Some(10_000));
    stage.wait(9_999);
    assert_eq!(stage.next(), None);
    stage.wait(17);
    assert_eq!(slide(&stage.next().unwrap()), "b");
    assert_eq!(
        stage.schedule.deadline(),
        Some(start.plus_ms(20_000)),
        "16 ms late, and still on the beat"
    );
    stage.wait(60_000);
    assert_eq!(slide(&stage.next().unwrap()), "c");
    assert_eq!(
        stage.schedule.deadline(),
        Some(stage.mono.plus_ms(10_000)),
        "far too late: its full time"
    );
    assert_eq!(stage.plays(2), ["a", "b"]);
}

#[test]
fn after_an_interruption_the_following_slide_comes() {
    let mut stage = Stage::of(&plan(&[playlist("day", "a b")], &[], &[]));
    stage.play();
    stage.schedule.interrupt();
    assert_eq!(
        (stage.schedule.current(), stage.schedule.deadline()),
        (None, None)
    );
    assert_eq!(slide(&stage.next().unwrap()), "b");
}

#[test]
fn a_catalogue_without_a_schedule_plays_all_its_slides() {
    let slide_of = |id: &str| Slide {
        id: CreativeId(id.to_owned()),
        title: LocalText::new(),
        body: LocalText::new(),
        artwork: Artwork {
            picture: String::new(),
            ground: Vec::new(),
        },
        duration_ms: 0,
    };
    let mut catalogue = Catalogue {
        pack: "demo".to_owned(),
        revision: 1,
        brand: String::new(),
        currency: "EUR".to_owned(),
        default_language: "en".to_owned(),
        slides: vec![slide_of("a"), slide_of("b")],
        promos: Vec::new(),
        garments: Vec::new(),
        schedule: Plan::default(),
    };
    let schedule = Schedule::new(&catalogue, settings(TimeZone::UTC));
    let mut stage = Stage::with(schedule, at("2026-09-07T08:00:00Z"));
    let decision = stage.play();
    assert_eq!(
        (
            decision.rule.as_str(),
            decision.because.as_str(),
            stage.schedule.planned_ms()
        ),
        (
            "playlist",
            "slide 1 of 2, for 1000 ms",
            Some(SHORTEST_ITEM_MS)
        ),
        "a slide without time does not flicker"
    );
    assert_eq!(stage.plays(3), ["b", "a", "b"]);
    catalogue.slides.clear();
    stage.schedule.replace(&catalogue);
    assert_eq!(stage.next(), None);
    assert_eq!(
        (stage.schedule.current(), stage.schedule.deadline()),
        (None, None)
    );
}

#[test]
fn nothing_planned_plays_nothing() {
    let mut stage = Stage::of(&Plan::default());
    for clock in [ClockTrust::Trusted, ClockTrust::Doubtful] {
        stage.clock = clock;
        assert_eq!(stage.next(), None);
        assert_eq!(
            (stage.schedule.current(), stage.schedule.deadline()),
            (None, None)
        );
    }
    assert!(stage.schedule.history(Mono(0)).campaigns.is_empty());
}

#[test]
fn when_nothing_may_play_the_fallback_does_and_says_so() {
    let closed = Playlist {
        when: during(&["evening"]),
        ..playlist("evening", "e")
    };
    let mut stage = Stage::of(&plan(
        &[closed],
        &[daypart("evening", "18:00", "22:00")],
        &[],
    ));
    let decision = stage.play();
    assert_eq!(decision.rule, "fallback");
    assert_eq!(
        decision.because,
        "nothing else may play now: playlist safe plays; slide 1 of 1, for 10000 ms"
    );
    assert_eq!(decision.rejected[0].because, "none of its dayparts is open");
    assert!(stage.schedule.playing().unwrap().as_fallback);
    stage.civil = at("2026-09-07T18:00:00Z");
    assert_eq!(stage.next(), None, "a slide is not cut short");
    assert_eq!(slide(&stage.play()), "e");
}

#[test]
fn with_a_doubtful_clock_only_the_fallback_plays_at_once() {
    let mut stage = Stage::of(&plan(&[playlist("day", "d")], &[], &[campaign("c", "c")]));
    stage.plays(3);
    stage.wait(2_000);
    stage.clock = ClockTrust::Doubtful;
    let decision = stage.next().unwrap();
    assert_eq!(
        (slide(&decision).as_str(), decision.rule.as_str()),
        ("safe", "fallback")
    );
    assert!(
        decision.because.starts_with("the clock cannot be trusted"),
        "{}",
        decision.because
    );
    assert_eq!(decision.rejected.len(), 2);
    assert!(
        decision
            .rejected
            .iter()
            .all(|r| r.because == "it needs a clock that can be trusted")
    );
    assert_eq!(stage.counts(50)["safe"], 50);
    stage.clock = ClockTrust::Trusted;
    assert_eq!(stage.next(), None, "the slide ends in peace");
    assert_ne!(slide(&stage.play()), "safe");
}

#[test]
fn a_clock_before_the_content_was_made_is_wrong() {
    let settings = Settings {
        made: Some(at("2026-09-01T00:00:00Z")),
        ..settings(TimeZone::UTC)
    };
    let schedule = Schedule::of_plan(&plan(&[playlist("day", "d")], &[], &[]), settings);
    let mut stage = Stage::with(schedule, at("1970-01-01T00:00:00Z"));
    let decision = stage.play();
    assert_eq!(slide(&decision), "safe");
    assert!(decision.because.contains("before the content was made"));
    stage.civil = at("2026-09-01T00:00:00Z");
    assert_eq!(slide(&stage.play()), "d");
}

#[test]
fn a_campaign_ends_at_its_exact_instant() {
    let ending = Campaign {
        until: parse_date_time("2026-09-07 08:00:25"),
        priority: 1,
        ..campaign("c", "c")
    };
    let plan = plan(&[playlist("day", "d")], &[], &[ending]);
    let mut stage = Stage::of(&plan);
    assert_eq!(stage.plays(3), ["c", "c", "c"]);
    assert_eq!(
        stage.schedule.planned_ms(),
        Some(5_000),
        "no longer than it may"
    );
    stage.wait(4_999);
    assert_eq!(stage.next(), None);
    stage.wait(1);
    assert_eq!(slide(&stage.next().unwrap()), "d");
    // Also when the wall clock jumps over the end in the middle of a slide.
    let mut stage = Stage::of(&plan);
    stage.play();
    stage.wait(100);
    stage.civil = at("2026-09-07T08:00:25Z");
    let decision = stage.next().unwrap();
    assert_eq!(slide(&decision), "d");
    assert_eq!(decision.rejected[0].because, "it is over");
    assert_eq!(stage.schedule.deadline(), Some(stage.mono.plus_ms(10_000)));
}

#[test]
fn the_last_second_of_a_campaign_is_not_begun() {
    let ending = Campaign {
        until: parse_date_time("2026-09-07 08:00:10"),
        ..campaign("c", "c")
    };
    let mut stage = Stage::of(&plan(&[], &[], &[ending]));
    stage.wait(9_001);
    let decision = stage.next().unwrap();
    assert_eq!(slide(&decision), "safe");
    let lost = decision
        .rejected
        .iter()
        .find(|r| r.what == "campaign c")
        .unwrap();
    assert_eq!(lost.because, "it ends within a second");
}

#[test]
fn a_campaign_begins_at_its_first_moment() {
    let coming = Campaign {
        from: parse_date_time("2026-09-07 09:00"),
        priority: 1,
        ..campaign("c", "c")
    };
    let mut stage = Stage::of(&plan(&[playlist("day", "d")], &[], &[coming]));
    let decision = stage.play();
    let lost = decision
        .rejected
        .iter()
        .find(|r| r.what == "campaign c")
        .unwrap();
    assert_eq!(lost.because, "its first day has not come");
    stage.wait(3_600_000);
    assert_eq!(slide(&stage.next().unwrap()), "c");
}

#[test]
fn clocks_that_jump_show_what_their_time_shows() {
    let noon = Playlist {
        when: during(&["noon"]),
        priority: 1,
        ..playlist("noon", "n")
    };
    let plan = plan(
        &[playlist("day", "d"), noon],
        &[daypart("noon", "12:00", "13:00")],
        &[],
    );
    let mut stage = Stage::of(&plan);
    for (civil, expected) in [
        ("2026-09-07T08:00:00Z", "d"),
        ("2026-09-07T12:30:00Z", "n"),
        ("2026-09-07T11:59:59Z", "d"),
        ("2030-01-01T12:00:00Z", "n"),
        ("1970-01-01T12:00:00Z", "n"),
        ("-009999-01-02T01:59:59Z", "d"),
        ("9999-12-30T22:00:00Z", "d"),
    ] {
        stage.schedule.interrupt();
        stage.civil = at(civil);
        assert_eq!(slide(&stage.next().unwrap()), expected, "at {civil}");
    }
}

#[test]
fn another_plan_keeps_the_slide_that_plays_and_goes_on_after_it() {
    let mut stage = Stage::of(&plan(&[playlist("day", "a b c")], &[], &[]));
    stage.plays(2);
    let deadline = stage.schedule.deadline();
    stage.wait(3_000);
    stage.schedule.replace_plan(&plan(
        &[playlist("day", "new c b")],
        &[],
        &[campaign("x", "x")],
    ));
    assert_eq!(stage.schedule.current().map(|id| id.0.as_str()), Some("b"));
    assert_eq!(stage.schedule.deadline(), deadline);
    assert_eq!(stage.next(), None);
    stage
        .schedule
        .replace_plan(&plan(&[playlist("day", "new c b")], &[], &[]));
    assert_eq!(stage.plays(3), ["new", "c", "b"]);
}

#[test]
fn a_slide_that_vanished_is_followed_by_its_former_follower() {
    let mut stage = Stage::of(&plan(&[playlist("day", "a b c")], &[], &[]));
    stage.plays(2);
    stage
        .schedule
        .replace_plan(&plan(&[playlist("day", "new a c")], &[], &[]));
    assert_eq!(stage.schedule.current(), None);
    assert_eq!(stage.plays(3), ["c", "new", "a"]);
}

#[test]
fn a_slide_that_moved_to_another_playlist_plays_on() {
    let mut stage = Stage::of(&plan(&[playlist("day", "a b")], &[], &[]));
    stage.play();
    let deadline = stage.schedule.deadline();
    stage
        .schedule
        .replace_plan(&plan(&[playlist("other", "x a y")], &[], &[]));
    assert_eq!(stage.schedule.current().map(|id| id.0.as_str()), Some("a"));
    assert_eq!(stage.schedule.deadline(), deadline);
    assert_eq!(stage.plays(1), ["y"]);
}

#[test]
fn counters_survive_another_plan() {
    let capped = Campaign {
        cap_per_hour: Some(2),
        ..campaign("c", "c")
    };
    let before = plan(&[playlist("day", "d")], &[], std::slice::from_ref(&capped));
    let mut stage = Stage::of(&before);
    stage.plays(10);
    stage.schedule.replace_plan(&plan(
        &[playlist("day", "e")],
        &[],
        &[campaign("other", "o"), capped],
    ));
    assert_eq!(stage.counts(20).get("c"), None);
    let history = stage.schedule.history(stage.mono);
    assert_eq!(
        history.campaigns[&CampaignId("c".to_owned())].totals.plays,
        2
    );
}

#[test]
fn the_forecast_is_what_then_plays() {
    let share = Campaign {
        share_percent: Some(30),
        ..campaign("c", "c1 c2")
    };
    let lunch = Playlist {
        when: during(&["lunch"]),
        priority: 3,
        ..playlist("lunch", "l")
    };
    let plan = plan(
        &[playlist("day", "a b"), lunch],
        &[daypart("lunch", "12:00", "13:00")],
        &[share],
    );
    let mut stage = Stage::of(&plan);
    let nobody = |_| Vec::new();
    let until = at("2026-09-07T14:00:00Z");
    let forecast = Forecast::new(
        stage.schedule.clone(),
        (stage.mono, stage.civil),
        until,
        nobody,
    );
    let foreseen: Vec<Foreseen> = forecast.collect();
    assert_eq!(foreseen.len(), 6 * 360);
    for play in &foreseen {
        assert_eq!(stage.play(), play.decision);
        assert_eq!(stage.civil, play.at);
        assert_eq!(stage.schedule.planned_ms(), Some(play.planned_ms));
    }
    let empty = Forecast::new(
        schedule(&Plan::default()),
        (Mono(0), until),
        Timestamp::MAX,
        nobody,
    );
    assert_eq!(empty.count(), 0);
    let at_the_end_of_time = Forecast::new(
        schedule(&plan),
        (Mono(u64::MAX - 5), Timestamp::MAX),
        Timestamp::MAX,
        nobody,
    );
    assert_eq!(at_the_end_of_time.count(), 0);
}

#[test]
fn a_plan_is_stored_and_read_again() {
    let plan = plan(
        &[playlist("day", "a b")],
        &[daypart("noon", "12:00", "13:00")],
        &[Campaign {
            until: parse_date_time("2026-09-07 08:00"),
            from: parse_date_time("2026-09-01 08:00"),
            target: Some(Target::Plays(5)),
            ..campaign("c", "c")
        }],
    );
    let json = serde_json::to_string(&plan).unwrap();
    assert_eq!(serde_json::from_str::<Plan>(&json).unwrap(), plan);
    let hostile = json.replace("10000", "18446744073709551615");
    let error = serde_json::from_str::<Plan>(&hostile)
        .unwrap_err()
        .to_string();
    assert!(error.contains("18446744073709551615 ms"), "{error}");
    let hostile = json.replace("\"from\":720", "\"from\":1441");
    assert!(serde_json::from_str::<Plan>(&hostile).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(80))]

    /// Whatever happens to clocks, plan and shopper: something plays whenever there is something to play, the same inputs
    /// give the same plays, and no play is shorter than it may be.
    #[test]
    fn any_history_is_survived_and_repeatable(
        steps in prop::collection::vec((0u64..30_000, any::<bool>(), prop::option::weighted(0.1, 0usize..3), -1_000_000i64..1_000_000, any::<bool>(), 0u64..4), 1..120),
        seed in any::<u64>(),
    ) {
        let plans = [
            plan(&[playlist("day", "a b c")], &[], &[campaign("x", "x")]),
            plan(
                &[Playlist { when: during(&["night"]), priority: 2, ..playlist("day", "b d") }],
                &[daypart("night", "22:00", "06:00")],
                &[Campaign { cap_per_hour: Some(3), share_percent: Some(50), until: parse_date_time("2026-09-08 00:00"), ..campaign("x", "y x") }],
            ),
            Plan::default(),
        ];
        let run = || {
            let settings = Settings { seed, ..settings(zone("Europe/Kyiv")) };
            let mut stage = Stage::with(Schedule::of_plan(&plans[0], settings), at("2026-09-07T08:00:00Z"));
            let mut empty = false;
            let mut decisions = Vec::new();
            for (wait, interrupt, other_plan, jump_secs, doubtful, person) in &steps {
                if let Some(number) = other_plan {
                    stage.schedule.replace_plan(&plans[*number]);
                    empty = *number == 2;
                }
                if *interrupt {
                    stage.schedule.interrupt();
                }
                stage.clock = if *doubtful { ClockTrust::Doubtful } else { ClockTrust::Trusted };
                stage.present = vec![TrackId(*person)];
                decisions.extend(stage.next());
                assert_eq!(stage.schedule.current().is_none(), empty);
                assert!(stage.schedule.planned_ms().is_none_or(|ms| (SHORTEST_ITEM_MS..=10_000).contains(&ms)));
                let deadline = stage.schedule.deadline();
                assert!(deadline.is_none_or(|deadline| deadline > stage.mono));
                if stage.clock == ClockTrust::Doubtful && !empty {
                    assert_eq!(stage.schedule.playing().map(|p| p.as_fallback), Some(true));
                }
                stage.wait(*wait);
                stage.civil += jiff::SignedDuration::from_secs(*jump_secs);
            }
            decisions
        };
        prop_assert_eq!(run(), run());
    }
}
