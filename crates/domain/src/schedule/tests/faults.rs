//! Plans that make no sense, each with the fault that says so.

use super::*;

fn parts() -> PlanParts {
    let term = parse_date_time;
    PlanParts {
        playlists: vec![playlist("day", "a")],
        dayparts: vec![daypart("noon", "12:00", "13:00")],
        campaigns: vec![Campaign {
            from: term("2026-09-01 00:00"),
            until: term("2026-10-01 00:00"),
            ..campaign("c", "a")
        }],
        fallback: Some(PlaylistId("day".to_owned())),
    }
}

/// After this change there is exactly one fault, with these words.
#[track_caller]
fn one_fault(change: impl FnOnce(&mut PlanParts), words: &str) {
    let mut parts = parts();
    change(&mut parts);
    let PlanFaults(faults) = Plan::try_from(parts).unwrap_err();
    let told: Vec<String> = faults.iter().map(ToString::to_string).collect();
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].contains(words), "`{words}` is not in: {}", told[0]);
}

#[test]
fn a_sound_plan_has_no_faults() {
    assert_eq!(Plan::try_from(parts()).map(PlanParts::from), Ok(parts()));
    assert_eq!(Plan::try_from(PlanParts::default()), Ok(Plan::default()));
    assert!(Plan::of_slides(&[]).is_empty());
}

#[test]
fn hostile_numbers_are_faults() {
    let duration = |ms: u64| move |p: &mut PlanParts| p.playlists[0].items[0].duration_ms = ms;
    one_fault(duration(u64::MAX), "18446744073709551615 ms");
    one_fault(duration(0), "shows `a` for 0 ms");
    one_fault(duration(999), "1000 to 86400000");
    one_fault(|p| p.playlists[0].weight = 0, "the weight 0");
    one_fault(|p| p.playlists[0].weight = u32::MAX, "1 to 100");
    one_fault(
        |p| p.playlists[0].priority = i32::MIN,
        "the priority -2147483648",
    );
    one_fault(
        |p| p.campaigns[0].priority = 1_001,
        "campaign c has the priority",
    );
    one_fault(|p| p.campaigns[0].share_percent = Some(0), "a share of 0 %");
    one_fault(
        |p| p.campaigns[0].share_percent = Some(101),
        "a share of 101 %",
    );
    one_fault(
        |p| p.campaigns[0].share_percent = Some(u32::MAX),
        "1 to 100",
    );
    one_fault(|p| p.campaigns[0].cap_per_hour = Some(0), "a cap of 0");
    one_fault(
        |p| p.campaigns[0].cap_per_person = Some(u32::MAX),
        "1 to 3600",
    );
    one_fault(
        |p| p.campaigns[0].target = Some(Target::Plays(0)),
        "a target of 0",
    );
    one_fault(
        |p| p.campaigns[0].target = Some(Target::Impressions(u64::MAX)),
        "1 to 1000000000",
    );
}

#[test]
fn times_that_make_no_sense_are_faults() {
    one_fault(
        |p| p.dayparts[0].to = p.dayparts[0].from,
        "begins and ends at the same time",
    );
    one_fault(
        |p| p.dayparts[0].from = WallMinute::END_OF_DAY,
        "begins at 24:00",
    );
    one_fault(
        |p| p.dayparts[0].weekdays = Weekdays::NONE,
        "no weekday and no date",
    );
    one_fault(
        |p| p.dayparts[0].weekdays = serde_json::from_str("255").unwrap(),
        "no days of the week",
    );
    one_fault(
        |p| {
            p.dayparts[0].first_day = Some(date("2026-09-02"));
            p.dayparts[0].last_day = Some(date("2026-09-01"));
        },
        "comes before its first",
    );
    one_fault(
        |p| {
            p.dayparts[0].extra = [date("2026-12-24"), date("2026-12-25")].into();
            p.dayparts[0].except = [date("2026-12-24")].into();
        },
        "adds and takes away 2026-12-24",
    );
    one_fault(
        |p| p.campaigns[0].until = p.campaigns[0].from,
        "ends before it begins",
    );
    one_fault(
        |p| {
            p.campaigns[0].target = Some(Target::Plays(5));
            p.campaigns[0].until = None;
        },
        "not both a first and a last moment",
    );
    one_fault(
        |p| {
            p.campaigns[0].target = Some(Target::Plays(5));
            p.campaigns[0].until = parse_date_time("2028-01-01 00:00");
        },
        "over 487 days",
    );
}

#[test]
fn names_that_lead_nowhere_are_faults() {
    one_fault(
        |p| p.campaigns[0].when = during(&["moon"]),
        "no daypart `moon`",
    );
    one_fault(|p| p.playlists[0].when = during(&[]), "names no daypart");
    one_fault(|p| p.campaigns[0].when = When::Never, "names no daypart");
    one_fault(
        |p| p.fallback = Some(PlaylistId("gone".to_owned())),
        "no playlist `gone`",
    );
    one_fault(|p| p.fallback = None, "nothing is said about the fallback");
    one_fault(
        |p| p.playlists[0].items.clear(),
        "playlist day has no items",
    );
    one_fault(
        |p| p.playlists.push(playlist("day", "b")),
        "`playlist day` is there twice",
    );
    one_fault(
        |p| p.dayparts.push(daypart("noon", "01:00", "02:00")),
        "`daypart noon`",
    );
    one_fault(
        |p| p.campaigns.push(campaign("c", "b")),
        "`campaign c` is there twice",
    );
}

#[test]
fn too_much_is_a_fault() {
    let many = |n: usize| (0..n).map(|i| i.to_string()).collect::<Vec<_>>();
    one_fault(
        |p| {
            p.playlists
                .extend(many(PLAYLISTS_MAX).iter().map(|id| playlist(id, "a")))
        },
        "65 playlists; at most 64",
    );
    one_fault(
        |p| {
            p.dayparts.extend(
                many(DAYPARTS_MAX)
                    .iter()
                    .map(|id| daypart(id, "01:00", "02:00")),
            )
        },
        "65 dayparts",
    );
    one_fault(
        |p| {
            p.campaigns
                .extend(many(CAMPAIGNS_MAX).iter().map(|id| campaign(id, "a")))
        },
        "201 campaigns",
    );
    one_fault(
        |p| p.playlists[0].items = items(&"a ".repeat(ITEMS_MAX + 1), 1_000),
        "201 items",
    );
    let dates = || {
        (0..).map(|n| {
            date("2026-01-01")
                .checked_add(jiff::Span::new().days(n))
                .unwrap()
        })
    };
    one_fault(
        |p| p.dayparts[0].extra = dates().take(DATES_MAX + 1).collect(),
        "401 extra dates",
    );
    one_fault(
        |p| p.dayparts[0].except = dates().take(DATES_MAX + 1).collect(),
        "401 excepted dates",
    );
}

#[test]
fn all_faults_are_told_at_once() {
    let mut parts = parts();
    parts.fallback = None;
    parts.playlists[0].weight = 0;
    parts.campaigns[0].share_percent = Some(500);
    parts.campaigns[0].when = during(&["x", "y"]);
    let faults = Plan::try_from(parts).unwrap_err();
    assert_eq!(faults.0.len(), 5, "{faults}");
    assert!(
        faults
            .to_string()
            .starts_with("the schedule has 5 fault(s): ")
    );
}
