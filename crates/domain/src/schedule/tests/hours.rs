//! Dayparts on ordinary days: over midnight, with dates added and taken away, and what the plan makes of them.

use proptest::prelude::*;

use super::*;

/// Open at these wall times in Warsaw, and closed at those.
#[track_caller]
fn check(daypart: &Daypart, open: &[&str], closed: &[&str]) {
    let zone = zone("Europe/Warsaw");
    for (walls, expected) in [(open, true), (closed, false)] {
        for wall in walls {
            let is_open = daypart.is_open(&zone, local(&zone, wall));
            assert_eq!(is_open, expected, "{} at {wall}", daypart.id);
        }
    }
}

#[test]
fn hours_begin_on_the_minute_and_end_before_it() {
    check(
        &daypart("day", "09:00", "18:00"),
        &["2026-09-07T09:00", "2026-09-07T17:59:59"],
        &[
            "2026-09-07T08:59:59",
            "2026-09-07T18:00",
            "2026-09-07T00:00",
        ],
    );
    check(
        &daypart("whole day", "00:00", "24:00"),
        &[
            "2026-09-07T00:00",
            "2026-09-07T23:59:59",
            "2026-09-08T00:00",
        ],
        &[],
    );
}

#[test]
fn over_midnight_belongs_to_the_day_on_which_it_begins() {
    let friday_night = Daypart {
        weekdays: Weekdays::NONE.with(Weekday::Friday),
        ..daypart("friday night", "22:00", "02:00")
    };
    check(
        &friday_night,
        &["2026-09-11T22:00", "2026-09-12T00:00", "2026-09-12T01:59"],
        &["2026-09-11T01:00", "2026-09-12T02:00", "2026-09-12T22:00"],
    );
    let not_that_friday = Daypart {
        except: [date("2026-09-11")].into(),
        ..friday_night.clone()
    };
    check(
        &not_that_friday,
        &["2026-09-04T23:00", "2026-09-18T23:00", "2026-09-19T01:00"],
        &["2026-09-11T23:00", "2026-09-12T01:00"],
    );
    let and_that_tuesday = Daypart {
        extra: [date("2026-09-08")].into(),
        ..friday_night
    };
    check(
        &and_that_tuesday,
        &["2026-09-08T23:00", "2026-09-09T01:00", "2026-09-11T23:00"],
        &["2026-09-08T01:00", "2026-09-09T23:00"],
    );
}

#[test]
fn first_and_last_day_bound_the_beginning_and_extra_days_do_not_care() {
    let sales = Daypart {
        first_day: Some(date("2026-09-08")),
        last_day: Some(date("2026-09-09")),
        extra: [date("2026-09-20")].into(),
        ..daypart("sales", "20:00", "04:00")
    };
    check(
        &sales,
        &["2026-09-08T20:00", "2026-09-10T03:59", "2026-09-20T21:00"],
        &["2026-09-08T03:00", "2026-09-10T20:00", "2026-09-19T21:00"],
    );
}

#[test]
fn a_day_that_a_country_skipped_has_no_hours() {
    // Samoa went from 29 to 31 December 2011.
    let apia = zone("Pacific/Apia");
    let only = Daypart {
        weekdays: Weekdays::NONE,
        extra: [date("2011-12-30")].into(),
        ..daypart("skipped", "00:00", "24:00")
    };
    let start = local(&apia, "2011-12-28T00:00");
    for hour in 0..96 {
        assert!(!only.is_open(&apia, start + jiff::SignedDuration::from_hours(hour)));
    }
    let plan = plan(
        &[Playlist {
            when: during(&["skipped"]),
            ..playlist("p", "a")
        }],
        &[only],
        &[],
    );
    assert_eq!(Hours::new(&plan, apia).next_change(start), None);
}

#[test]
fn a_day_that_begins_twice_begins_the_first_time() {
    // St John's went from 00:01 on 7 November 2010 back to 23:01 on the 6th.
    let st_johns = zone("America/St_Johns");
    let sunday = Daypart {
        weekdays: Weekdays::NONE.with(Weekday::Sunday),
        ..daypart("sunday", "00:00", "24:00")
    };
    let open: Vec<bool> = ["02:29:59", "02:30:00", "02:31:00", "03:00:00", "03:30:00"]
        .iter()
        .map(|time| sunday.is_open(&st_johns, at(&format!("2010-11-07T{time}Z"))))
        .collect();
    assert_eq!(open, [false, true, true, true, true]);
}

#[test]
fn spans_tell_what_is_open_without_a_gap() {
    let evening = daypart("evening", "18:00", "22:00");
    let lunch = daypart("lunch", "11:00", "14:00");
    let plan = plan(
        &[
            Playlist {
                when: during(&["evening"]),
                priority: 5,
                ..playlist("evening", "e")
            },
            Playlist {
                when: during(&["lunch", "evening"]),
                ..playlist("meals", "m")
            },
        ],
        &[evening, lunch],
        &[],
    );
    let zone = zone("Europe/Kyiv");
    let hours = Hours::new(&plan, zone.clone());
    let (from, until) = (
        local(&zone, "2026-09-07T12:00"),
        local(&zone, "2026-09-08T12:00"),
    );
    let told: Vec<(String, Vec<String>)> = hours
        .spans(from, until)
        .into_iter()
        .map(|span| {
            let wall = zone.to_datetime(span.from).strftime("%a %H:%M").to_string();
            (
                wall,
                span.open.iter().map(|(id, _)| id.to_string()).collect(),
            )
        })
        .collect();
    let expected: [(&str, &[&str]); 5] = [
        ("Mon 12:00", &["playlist meals"]),
        ("Mon 14:00", &[]),
        ("Mon 18:00", &["playlist evening", "playlist meals"]),
        ("Mon 22:00", &[]),
        ("Tue 11:00", &["playlist meals"]),
    ];
    assert_eq!(told.len(), expected.len(), "{told:?}");
    for ((wall, open), (expected_wall, expected_open)) in told.iter().zip(expected) {
        assert_eq!(
            (wall.as_str(), open.as_slice()),
            (expected_wall, &expected_open.map_names()[..])
        );
    }
    let spans = hours.spans(from, until);
    assert!(spans.windows(2).all(|pair| pair[0].until == pair[1].from));
    assert_eq!(spans.last().map(|span| span.until), Some(until));
}

trait MapNames {
    fn map_names(&self) -> Vec<String>;
}

impl MapNames for &[&str] {
    fn map_names(&self) -> Vec<String> {
        self.iter().map(|name| (*name).to_owned()).collect()
    }
}

#[test]
fn what_never_changes_has_no_next_change() {
    let now = at("2026-09-07T12:00:00Z");
    let always = plan(&[playlist("p", "a")], &[], &[]);
    assert_eq!(Hours::new(&always, TimeZone::UTC).next_change(now), None);
    assert_eq!(
        Hours::new(&Plan::default(), TimeZone::UTC).next_change(now),
        None
    );
    let one_day = Daypart {
        weekdays: Weekdays::NONE,
        extra: [date("2026-09-01")].into(),
        ..daypart("past", "09:00", "10:00")
    };
    let past = plan(
        &[Playlist {
            when: during(&["past"]),
            ..playlist("p", "a")
        }],
        &[one_day],
        &[],
    );
    assert_eq!(Hours::new(&past, TimeZone::UTC).next_change(now), None);
}

#[test]
fn a_change_that_changes_nothing_is_passed_over() {
    let hours =
        [("a", "09:00", "12:00"), ("b", "12:00", "18:00")].map(|(id, f, t)| daypart(id, f, t));
    let plan = plan(
        &[Playlist {
            when: during(&["a", "b"]),
            ..playlist("p", "x")
        }],
        &hours,
        &[],
    );
    let next = Hours::new(&plan, TimeZone::UTC).next_change(at("2026-09-07T10:00:00Z"));
    assert_eq!(next, Some(at("2026-09-07T18:00:00Z")));
}

#[test]
fn a_campaign_opens_and_ends_with_its_terms() {
    let kyiv = zone("Europe/Kyiv");
    let plan = plan(
        &[],
        &[],
        &[Campaign {
            from: parse_date_time("2026-09-07T09:00"),
            until: parse_date_time("2026-10-25T03:30"),
            ..campaign("c", "a")
        }],
    );
    let hours = Hours::new(&plan, kyiv.clone());
    let first = local(&kyiv, "2026-09-07T09:00");
    assert_eq!(
        hours.next_change(local(&kyiv, "2026-01-01T00:00")),
        Some(first)
    );
    // 03:30 comes twice that night; the first one ends it: 00:30 in UTC.
    assert_eq!(hours.next_change(first), Some(at("2026-10-25T00:30:00Z")));
    assert_eq!(hours.next_change(at("2026-10-25T00:30:00Z")), None);
}

#[test]
fn minutes_and_dates_are_read_strictly() {
    for (text, minutes) in [
        ("00:00", 0),
        ("09:05", 545),
        ("23:59", 1439),
        ("24:00", 1440),
    ] {
        assert_eq!(
            WallMinute::parse(text).map(u16::from),
            Some(minutes),
            "{text}"
        );
        assert_eq!(minute(text).to_string(), text);
    }
    for text in [
        "",
        "9:00",
        "09:0",
        "24:01",
        "25:00",
        "12:60",
        "-1:00",
        "12",
        "12:00:00",
        "１２:00",
        "+9:00",
    ] {
        assert_eq!(WallMinute::parse(text), None, "{text}");
    }
    assert_eq!(WallMinute::try_from(1_441), Err(NoMinute(1_441)));
    for text in [
        "2026-02-29",
        "2026-13-01",
        "26-01-01",
        "2026-1-1",
        "yesterday",
        "+002026-01",
    ] {
        assert_eq!(parse_date(text), None, "{text}");
    }
    for text in [
        "2026-09-07",
        "2026-09-07T25:00",
        "2026-09-07T09:00+02:00",
        "2026-09-07T09:00Z",
        "",
    ] {
        assert_eq!(parse_date_time(text), None, "{text}");
    }
    assert_eq!(
        parse_date_time("2026-09-07 09:30"),
        parse_date_time("2026-09-07T09:30:00")
    );
    assert!(parse_date_time("2026-09-07 09:30").is_some());
}

proptest! {
    /// Whatever the hours and the zone: what the state promises holds until then, and not after.
    #[test]
    fn a_state_holds_until_it_says(
        (from, to) in (0u16..1440, 1u16..=1440).prop_filter("differ", |(from, to)| from != to),
        days in 0u8..128,
        extra in prop::collection::btree_set(0i64..60, 1..4),
        except in prop::collection::btree_set(60i64..120, 0..4),
        zone_name in prop::sample::select(vec!["Europe/Kyiv", "America/New_York", "Australia/Lord_Howe", "America/Nuuk", "Africa/Casablanca"]),
        at_minute in 0i64..525_600,
    ) {
        let zone = zone(zone_name);
        let start = date("2026-01-01");
        let day = |n: &i64| start.checked_add(jiff::Span::new().days(n * 3)).unwrap();
        let weekdays = (0..7).filter(|d| days >> d & 1 == 1).map(|d| Weekday::from_monday_zero_offset(d).unwrap()).collect();
        let daypart = Daypart {
            weekdays,
            from: WallMinute::try_from(from).unwrap(),
            to: WallMinute::try_from(to).unwrap(),
            extra: extra.iter().map(day).collect(),
            except: except.iter().map(day).collect(),
            ..daypart("d", "00:00", "24:00")
        };
        let now = at("2026-01-01T00:00:00Z") + jiff::SignedDuration::from_mins(at_minute);
        let state = daypart.state(&zone, now);
        prop_assert_eq!(state.open, daypart.is_open(&zone, now));
        let horizon = now + jiff::SignedDuration::from_hours(24 * 9);
        let until = state.until.unwrap_or(horizon);
        prop_assert!(until > now);
        for step in 0..50i32 {
            let between = now + (until.min(horizon).duration_since(now) * step) / 50;
            prop_assert_eq!(daypart.is_open(&zone, between), state.open, "at {}", between);
        }
        if let Some(until) = state.until {
            prop_assert_eq!(daypart.is_open(&zone, until), !state.open, "at {}", until);
        }
    }
}
