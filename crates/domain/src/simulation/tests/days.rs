//! Days and nights played through.

use super::*;

const DAY: (&str, &str) = ("2026-11-24T08:00", "2026-11-24T20:00");

fn promos() -> Vec<Promo> {
    vec![
        promo("women", "gender == \"female\"", 30),
        promo("black", "colour_torso == \"black\"", 20),
        promo("always", "", 0),
    ]
}

#[test]
fn the_same_seed_tells_the_same_story_and_another_has_other_people() {
    let (catalogue, crowd) = (catalogue(promos()), Crowd::default());
    let first = scenario(&catalogue, &crowd, DAY);
    let story = play(&first);
    assert_eq!(story, play(&first));
    let other = play(&Scenario {
        seed: 8,
        ..first.clone()
    });
    assert_ne!(story.hours, other.hours);
    assert!(story.people > 200, "{}", story.people);
    assert!(story.sessions.len() > 5, "{}", story.sessions.len());
    assert!(
        story
            .sessions
            .iter()
            .any(|s| !s.interaction.tried.is_empty())
    );
    assert!(story.plays.iter().any(|p| p.slot == Slot::Promo));
}

#[test]
fn a_week_has_the_same_people_on_tuesday_as_tuesday_alone() {
    let (catalogue, crowd) = (catalogue(Vec::new()), crowd_of(6.0));
    let two = play(&scenario(
        &catalogue,
        &crowd,
        ("2026-11-23T00:00", "2026-11-25T00:00"),
    ));
    let one = play(&scenario(
        &catalogue,
        &crowd,
        ("2026-11-24T00:00", "2026-11-25T00:00"),
    ));
    let tuesday = |story: &Story| -> u32 {
        let hours = story
            .hours
            .iter()
            .filter(|h| h.from >= at("2026-11-24T01:00"));
        hours.map(|h| h.people).sum()
    };
    assert_eq!(tuesday(&two), tuesday(&one));
}

#[test]
fn with_nobody_there_only_the_loop_plays_without_a_gap() {
    let (catalogue, crowd) = (catalogue(promos()), crowd_of(0.0));
    let story = play(&scenario(&catalogue, &crowd, DAY));
    assert_eq!((story.people, story.sessions.len()), (0, 0));
    assert!(
        story
            .plays
            .iter()
            .all(|p| p.slot == Slot::Attract && p.people == 0.0)
    );
    assert!(
        story
            .changes
            .iter()
            .all(|c| matches!(&c.to, OnGlass::Decided(Choice::Slide { .. })))
    );
    let shown: u64 = story.plays.iter().map(|p| p.shown_ms).sum();
    assert_eq!(shown, 12 * 60 * 60 * 1_000);
    assert!(story.rules.iter().all(|r| r.verdict() == Verdict::NotTried));
}

/// In Kyiv the clock is set back on 25 October 2026 at 04:00, and forward on 29 March at 03:00.
#[test]
fn nights_on_which_the_clock_is_changed_play_through() {
    let (catalogue, crowd) = (catalogue(Vec::new()), crowd_of(0.0));
    for (night, hours) in [
        (("2026-10-25T00:00", "2026-10-25T08:00"), 9),
        (("2026-03-29T00:00", "2026-03-29T08:00"), 7),
    ] {
        let story = play(&scenario(&catalogue, &crowd, night));
        let mut next = at(night.0);
        for played in &story.plays {
            assert_eq!(played.at, next, "no gap and no double");
            next += jiff::SignedDuration::from_millis(played.shown_ms.cast_signed());
        }
        assert_eq!(next, at(night.1));
        assert_eq!(story.hours.len(), hours);
        assert!(
            story
                .hours
                .windows(2)
                .all(|h| h[1].from.duration_since(h[0].from).as_secs() == 3_600)
        );
    }
}

#[test]
fn rules_that_always_or_never_hold_are_told() {
    let catalogue = catalogue(vec![
        promo("snow", "weather == \"snow\"", 90),
        promo("anybody", "group_size >= 1", 50),
        promo("shadowed", "group_size >= 1", 40),
        promo("black", "colour_torso == \"black\"", 60),
        promo("broken", "nonsense > 1", 0),
    ]);
    let story = play(&scenario(&catalogue, &Crowd::default(), DAY));
    let verdict = |id: &str| {
        let rule = story.rules.iter().find(|r| r.promo.0 == id);
        rule.unwrap().verdict()
    };
    assert_eq!(verdict("snow"), Verdict::NeverTrue);
    assert_eq!(verdict("anybody"), Verdict::AlwaysTrue);
    assert_eq!(verdict("black"), Verdict::Fine);
    assert_eq!(story.faults.len(), 1);
    assert!(story.faults[0].contains("nonsense"), "{}", story.faults[0]);
}

#[test]
fn minors_are_never_matched() {
    let crowd = changed(|p| {
        p.people.ages = [(AgeBand::Minor, 1.0)].into();
        p.people.age_unknown = 0.0;
        p.people.gender_unknown = 0.0;
        p.behaviour.face_the_screen = 1.0;
        p.behaviour.come_near = 1.0;
    });
    let catalogue = catalogue(vec![
        promo("women", "gender == \"female\" || gender == \"male\"", 30),
        promo("young", "age_band != \"65+\"", 20),
        promo("black", "colour_torso == \"black\"", 10),
    ]);
    let story = play(&scenario(&catalogue, &crowd, DAY));
    let held: Vec<(u64, u64)> = story.rules.iter().map(|r| (r.held, r.chosen)).collect();
    assert!(story.shoppers > 100, "{}", story.shoppers);
    assert_eq!(held[..2], [(0, 0), (0, 0)]);
    assert!(held[2].1 > 0, "what is not about them may be shown");
}

#[test]
fn caps_and_shares_hold_over_a_week() {
    let item = |id: &str| Item {
        creative: CreativeId(id.to_owned()),
        duration_ms: 10_000,
    };
    let all = PlaylistId("all".to_owned());
    let campaign = |id: &str, share_percent, cap_per_hour| Campaign {
        id: CampaignId(id.to_owned()),
        items: vec![item("two")],
        when: When::Always,
        priority: 0,
        share_percent,
        from: None,
        until: None,
        cap_per_hour,
        cap_per_person: None,
        target: None,
    };
    let mut catalogue = catalogue(promos());
    catalogue.schedule = Plan::try_from(PlanParts {
        playlists: vec![Playlist {
            id: all.clone(),
            items: vec![item("one")],
            when: When::Always,
            priority: 0,
            weight: 1,
        }],
        campaigns: vec![
            campaign("capped", Some(40), Some(12)),
            campaign("shared", Some(25), None),
        ],
        fallback: Some(all),
        ..PlanParts::default()
    })
    .unwrap();
    let crowd = crowd_of(4.0);
    let story = play(&scenario(
        &catalogue,
        &crowd,
        ("2026-11-23T00:00", "2026-11-30T00:00"),
    ));
    let entry = |id: &str| {
        let id = EntryId::Campaign(CampaignId(id.to_owned()));
        story.entries.iter().find(|e| e.entry == id).unwrap()
    };
    assert_eq!(entry("capped").most_in_an_hour, 12);
    assert!(entry("capped").plays > 12 * 24 * 6);
    let plays: u64 = story.entries.iter().map(|e| e.plays).sum();
    let share = entry("shared").plays as f64 / plays as f64;
    assert!((0.24..0.27).contains(&share), "{share}");
    assert!((entry("shared").due_plays - entry("shared").plays as f64).abs() < 3.0);
}

#[test]
fn time_must_go_forward_and_end() {
    let (catalogue, crowd) = (catalogue(Vec::new()), Crowd::default());
    let run = |from, to| simulate(&scenario(&catalogue, &crowd, (from, to)), |_| {});
    assert_eq!(
        run("2026-11-24T08:00", "2026-11-24T08:00"),
        Err(ScenarioFault::Backwards)
    );
    assert_eq!(
        run("2026-11-24T08:00", "2026-11-23T08:00"),
        Err(ScenarioFault::Backwards)
    );
    assert_eq!(
        run("2026-11-24T08:00", "2027-11-23T08:00"),
        Err(ScenarioFault::TooLong)
    );
}

#[test]
fn an_empty_catalogue_is_no_trouble() {
    let mut catalogue = catalogue(Vec::new());
    catalogue.slides.clear();
    catalogue.garments.clear();
    let story = play(&scenario(&catalogue, &Crowd::default(), DAY));
    assert!(story.plays.is_empty());
    assert!(story.people > 0);
}
