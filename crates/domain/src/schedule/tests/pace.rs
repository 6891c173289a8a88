//! Targets: reached exactly, and not before their time.

use proptest::prelude::*;

use super::*;

fn aiming(id: &str, target: Target, from: &str, until: &str) -> Campaign {
    Campaign {
        target: Some(target),
        from: parse_date_time(from),
        until: parse_date_time(until),
        ..campaign(id, id)
    }
}

/// Plays until the campaign is over; the moments at which it played.
fn run_out(stage: &mut Stage, until: Timestamp) -> Vec<Timestamp> {
    let mut plays = Vec::new();
    while stage.civil < until {
        let Some(decision) = stage.next() else {
            let deadline = stage.schedule.deadline().unwrap();
            stage.wait(deadline.since_ms(stage.mono));
            continue;
        };
        if slide(&decision) == "c" {
            plays.push(stage.civil);
        }
    }
    plays
}

#[test]
fn plays_are_spread_evenly_and_end_on_the_target() {
    let campaign = aiming(
        "c",
        Target::Plays(24),
        "2026-09-07 00:00",
        "2026-09-08 00:00",
    );
    let plan = plan(&[playlist("day", "d1 d2 d3")], &[], &[campaign]);
    let mut stage = Stage::with(schedule(&plan), at("2026-09-07T00:00:00Z"));
    let plays = run_out(&mut stage, at("2026-09-09T00:00:00Z"));
    assert_eq!(plays.len(), 24);
    for (hour, play) in (0..).zip(&plays) {
        let due = at("2026-09-07T00:00:00Z") + jiff::SignedDuration::from_hours(hour);
        let late = play.duration_since(due).as_secs();
        assert!(
            (0..=40).contains(&late),
            "play {hour} came {late} s after its time"
        );
    }
}

#[test]
fn only_open_hours_count() {
    let mut campaign = aiming(
        "c",
        Target::Plays(60),
        "2026-09-07 00:00",
        "2026-09-12 00:00",
    );
    campaign.when = during(&["noon"]);
    let plan = plan(
        &[playlist("day", "d")],
        &[daypart("noon", "12:00", "14:00")],
        &[campaign],
    );
    let mut stage = Stage::with(schedule(&plan), at("2026-09-07T00:00:00Z"));
    let plays = run_out(&mut stage, at("2026-09-12T00:00:00Z"));
    assert_eq!(plays.len(), 60);
    for day in 7..12i8 {
        let that_day = plays
            .iter()
            .filter(|t| TimeZone::UTC.to_datetime(**t).day() == day);
        assert_eq!(that_day.count(), 12, "on the {day}th");
    }
}

#[test]
fn who_comes_late_spreads_what_is_left() {
    let campaign = aiming(
        "c",
        Target::Plays(100),
        "2026-09-07 00:00",
        "2026-09-09 00:00",
    );
    let plan = plan(&[playlist("day", "d")], &[], &[campaign]);
    let mut schedule = schedule(&plan);
    let mut history = History::default();
    let kept = CampaignHistory {
        totals: Totals {
            plays: 20,
            impressions_milli: 0,
        },
        hour_left_ms: vec![],
    };
    history.campaigns.insert(CampaignId("c".to_owned()), kept);
    schedule.restore(&history, 0, Mono(0));
    let mut stage = Stage::with(schedule, at("2026-09-08T00:00:00Z"));
    let plays = run_out(&mut stage, at("2026-09-09T00:00:00Z"));
    assert_eq!(plays.len(), 80);
    let morning = plays.iter().filter(|t| **t < at("2026-09-08T12:00:00Z"));
    assert_eq!(morning.count(), 40);
}

#[test]
fn after_an_outage_the_rest_is_spread_not_crammed() {
    let campaign = aiming(
        "c",
        Target::Plays(240),
        "2026-09-07 00:00",
        "2026-09-09 00:00",
    );
    let plan = plan(&[playlist("day", "d1 d2 d3 d4")], &[], &[campaign]);
    let mut stage = Stage::with(schedule(&plan), at("2026-09-07T00:00:00Z"));
    let before = run_out(&mut stage, at("2026-09-07T12:00:00Z"));
    assert_eq!(before.len(), 60);
    stage.schedule.interrupt();
    stage.wait(24 * 3_600_000);
    let first_hour = run_out(&mut stage, at("2026-09-08T13:00:00Z"));
    assert!(
        (14..=17).contains(&first_hour.len()),
        "{}",
        first_hour.len()
    );
    let rest = run_out(&mut stage, at("2026-09-09T00:00:00Z"));
    assert_eq!(60 + first_hour.len() + rest.len(), 240);
}

#[test]
fn who_is_behind_gets_more_within_limits() {
    // Due every 20 s, but its right is only one play in eleven.
    let campaign = aiming(
        "c",
        Target::Plays(360),
        "2026-09-07 00:00",
        "2026-09-07 02:00",
    );
    let others: Vec<Playlist> = (0..10).map(|n| playlist(&format!("p{n}"), "d")).collect();
    let plan = plan(&others, &[], &[campaign]);
    let mut stage = Stage::with(schedule(&plan), at("2026-09-07T00:00:00Z"));
    let plays = run_out(&mut stage, at("2026-09-07T02:00:00Z")).len();
    // With four times its right it has 4 of 14 plays: 205 of 720. Without, it would be 65.
    assert!((120..=206).contains(&plays), "{plays}");
}

#[test]
fn a_share_behind_its_target_leaves_the_others_a_quarter() {
    let mut campaign = aiming(
        "c",
        Target::Plays(1_000_000),
        "2026-09-07 00:00",
        "2026-09-08 00:00",
    );
    campaign.share_percent = Some(40);
    let plan = plan(&[playlist("day", "d")], &[], &[campaign]);
    let counts = Stage::with(schedule(&plan), at("2026-09-07T00:00:00Z")).counts(400);
    assert!(counts["c"] <= 300 && counts["d"] >= 100, "{counts:?}");
}

#[test]
fn impressions_count_when_they_are_settled() {
    let campaign = aiming(
        "c",
        Target::Impressions(100),
        "2026-09-07 00:00",
        "2026-09-07 10:00",
    );
    let plan = plan(&[playlist("day", "d")], &[], &[campaign]);
    let mut stage = Stage::with(schedule(&plan), at("2026-09-07T00:00:00Z"));
    let mut impressions = 0;
    while stage.civil < at("2026-09-07T10:00:00Z") {
        let decision = stage.play();
        if slide(&decision) == "c" {
            let play = stage.schedule.playing().unwrap().play;
            let impressions_milli = 2_500;
            impressions += impressions_milli;
            stage
                .schedule
                .settle(play, Outcome::Presented { impressions_milli });
        }
        let gone = stage
            .civil
            .duration_since(at("2026-09-07T00:00:00Z"))
            .as_millis();
        let due = 100_000 * gone / 36_000_000;
        assert!(
            i128::from(impressions) <= due + 2_500 + 1,
            "{impressions} of {due}"
        );
    }
    assert_eq!(impressions, 100_000);
}

#[test]
fn the_wall_clock_set_back_and_forth_crams_nothing() {
    let campaign = aiming(
        "c",
        Target::Plays(48),
        "2026-09-07 00:00",
        "2026-09-09 00:00",
    );
    let plan = plan(&[playlist("day", "d")], &[], &[campaign]);
    let mut stage = Stage::with(schedule(&plan), at("2026-09-07T12:00:00Z"));
    let mut plays = 0;
    // A clock that is corrected by a few seconds every minute, for six hours.
    for minute in 0..360 {
        let end = stage.civil + jiff::SignedDuration::from_secs(60);
        plays += run_out(&mut stage, end).len();
        let seconds = if minute % 2 == 0 { 7 } else { -7 };
        stage.civil += jiff::SignedDuration::from_secs(seconds);
    }
    assert!(
        (6..=10).contains(&plays),
        "{plays} in six hours at 1.33 an hour"
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn never_before_its_time_and_exact_at_the_end(
        plays in 1u64..200,
        hours in 4i64..48,
        open_from in 0u16..600,
        open_minutes in 300u16..800,
        duration_ms in 1_000u64..15_000,
        seed in any::<u64>(),
    ) {
        // At most one play a minute of open time, which its right of one in two always allows.
        let start = at("2026-09-07T00:00:00Z");
        let end = start + jiff::SignedDuration::from_hours(hours);
        let noon = Daypart {
            from: WallMinute::try_from(open_from).unwrap(),
            to: WallMinute::try_from(open_from + open_minutes).unwrap(),
            ..daypart("open", "00:00", "24:00")
        };
        let campaign = Campaign {
            target: Some(Target::Plays(plays)),
            from: Some(TimeZone::UTC.to_datetime(start)),
            until: Some(TimeZone::UTC.to_datetime(end)),
            when: during(&["open"]),
            items: items("c", duration_ms),
            ..campaign("c", "c")
        };
        let plan = plan(&[playlist("day", "d")], std::slice::from_ref(&noon), &[campaign]);
        let settings = Settings { seed, ..settings(TimeZone::UTC) };
        let mut stage = Stage::with(Schedule::of_plan(&plan, settings), start);
        let open: Vec<Timestamp> = (0..hours * 60)
            .map(|m| start + jiff::SignedDuration::from_mins(m))
            .filter(|t| noon.is_open(&TimeZone::UTC, *t))
            .collect();
        let total = open.len() as u64;
        let played = run_out(&mut stage, end);
        for (n, play) in (0u64..).zip(&played) {
            let gone = open.iter().filter(|t| *t <= play).count() as u64;
            prop_assert!(n * total <= plays * gone, "play {} after {} of {} minutes", n + 1, gone, total);
        }
        if plays * 2 <= total {
            prop_assert_eq!(played.len() as u64, plays);
        }
    }
}
