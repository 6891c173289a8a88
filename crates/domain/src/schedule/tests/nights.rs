//! Every minute of the nights on which the clock is changed, against a clock that is looked at minute by minute.

use std::collections::BTreeMap;

use super::*;

const ZONES: [&str; 5] = [
    "Europe/Kyiv",
    "Europe/Warsaw",
    "America/New_York",
    "Australia/Lord_Howe", // half an hour
    "Africa/Cairo",        // skips midnight
];

/// Minutes looked at on each side of a change.
const AROUND_MINUTES: i64 = 40 * 60;

const HOURS: [(&str, &str); 12] = [
    ("00:00", "24:00"),
    ("00:00", "00:30"),
    ("23:30", "00:00"),
    ("01:30", "02:30"),
    ("02:00", "03:00"),
    ("02:15", "02:20"),
    ("02:30", "01:30"),
    ("03:00", "04:00"),
    ("03:30", "02:45"),
    ("22:00", "02:00"),
    ("22:00", "03:30"),
    ("23:59", "00:01"),
];

/// The changes of the clock in 2026, as instants on the minute.
fn changes(zone: &TimeZone) -> Vec<Timestamp> {
    zone.following(at("2026-01-01T00:00:00Z"))
        .map(|change| change.timestamp())
        .take_while(|change| *change < at("2027-01-01T00:00:00Z"))
        .collect()
}

fn minutes_from(start: Timestamp, count: i64) -> Vec<Timestamp> {
    let later = |minute: i64| start + jiff::SignedDuration::from_mins(minute);
    (0..count).map(later).collect()
}

/// The wall clock, minute by minute.
struct Watched {
    minutes: Vec<(Timestamp, DateTime)>,
}

impl Watched {
    fn new(zone: &TimeZone, change: Timestamp) -> Self {
        // A day more on both sides, for openings that begin or end there.
        let margin = AROUND_MINUTES + 2 * 24 * 60;
        let start = change - jiff::SignedDuration::from_mins(margin);
        let minutes = minutes_from(start, 2 * margin).into_iter();
        Self {
            minutes: minutes.map(|t| (t, zone.to_datetime(t))).collect(),
        }
    }

    /// The first minute at which the clock shows this time or a later one.
    fn first(&self, wall: DateTime) -> Option<Timestamp> {
        let shown = self.minutes.iter().find(|(_, shown)| *shown >= wall);
        shown.map(|(t, _)| *t)
    }

    fn openings(&self, daypart: &Daypart) -> Vec<(Timestamp, Timestamp)> {
        let days: std::collections::BTreeSet<Date> =
            self.minutes.iter().map(|(_, shown)| shown.date()).collect();
        let mut openings = Vec::new();
        for day in days {
            let usual = daypart.weekdays.has(day.weekday());
            if daypart.except.contains(&day) || !(usual || daypart.extra.contains(&day)) {
                continue;
            }
            let wall = |m: WallMinute, day: Date| {
                let minutes = i64::from(u16::from(m));
                day.at(0, 0, 0, 0) + jiff::SignedDuration::from_mins(minutes)
            };
            let last = if u16::from(daypart.to) <= u16::from(daypart.from) {
                day.tomorrow().unwrap()
            } else {
                day
            };
            let start = self.first(wall(daypart.from, day));
            let end = self.first(wall(daypart.to, last));
            openings.extend(start.zip(end));
        }
        openings
    }
}

fn dayparts() -> Vec<Daypart> {
    let mut dayparts: Vec<Daypart> = HOURS
        .iter()
        .map(|(from, to)| daypart(&format!("{from}-{to}"), from, to))
        .collect();
    let sundays = Weekdays::NONE.with(Weekday::Sunday);
    let mut saturday_night = daypart("saturday night", "22:00", "02:30");
    saturday_night.weekdays = Weekdays::NONE.with(Weekday::Saturday);
    let mut not_that_night = daypart("not that night", "21:00", "03:15");
    not_that_night.except = ["2026-03-28", "2026-03-29", "2026-10-24", "2026-10-31"]
        .map(date)
        .into();
    let mut only_that_day = daypart("only that day", "01:45", "02:15");
    only_that_day.weekdays = Weekdays::NONE;
    only_that_day.extra = ["2026-03-29", "2026-10-25", "2026-04-05", "2026-10-04"]
        .map(date)
        .into();
    let mut sunday = daypart("sunday", "00:00", "24:00");
    sunday.weekdays = sundays;
    dayparts.extend([saturday_night, not_that_night, only_that_day, sunday]);
    dayparts
}

#[test]
fn every_minute_around_every_change_is_as_the_wall_clock_says() {
    for name in ZONES {
        let zone = zone(name);
        let changes = changes(&zone);
        assert_eq!(changes.len(), 2, "{name} changes its clock twice a year");
        for change in changes {
            let watched = Watched::new(&zone, change);
            let start = change - jiff::SignedDuration::from_mins(AROUND_MINUTES);
            for daypart in dayparts() {
                let openings = watched.openings(&daypart);
                for t in minutes_from(start, 2 * AROUND_MINUTES) {
                    let open = openings.iter().any(|(from, to)| (*from..*to).contains(&t));
                    assert_eq!(
                        daypart.is_open(&zone, t),
                        open,
                        "{name}, {} at {t} = {}",
                        daypart.id,
                        zone.to_datetime(t)
                    );
                }
            }
        }
    }
}

#[test]
fn what_ends_and_what_begins_at_the_same_time_meet_without_hole_or_overlap() {
    for name in ZONES {
        let zone = zone(name);
        for change in changes(&zone) {
            let start = change - jiff::SignedDuration::from_mins(AROUND_MINUTES);
            for cut in [
                "00:00", "00:30", "01:30", "01:45", "02:00", "02:30", "03:00", "03:59",
            ] {
                let [a, b] = [("a", cut, "12:00"), ("b", "12:00", cut)]
                    .map(|(id, from, to)| daypart(id, from, to));
                for t in minutes_from(start, 2 * AROUND_MINUTES) {
                    let open = [&a, &b].map(|d| d.is_open(&zone, t));
                    assert_ne!(open[0], open[1], "{name}, cut at {cut}, {t}");
                }
            }
        }
    }
}

#[test]
fn the_next_change_is_the_minute_at_which_the_open_set_changes() {
    let dayparts = dayparts();
    let playlists: Vec<Playlist> = dayparts
        .iter()
        .map(|d| Playlist {
            when: during(&[&d.id.0]),
            ..playlist(&d.id.0, "x")
        })
        .collect();
    let plan = plan(&playlists, &dayparts, &[]);
    for name in ZONES {
        let zone = zone(name);
        let hours = Hours::new(&plan, zone.clone());
        for change in changes(&zone) {
            let start = change - jiff::SignedDuration::from_mins(30 * 60);
            let minutes = minutes_from(start, 60 * 60);
            let set = |t: Timestamp| -> Vec<bool> {
                dayparts.iter().map(|d| d.is_open(&zone, t)).collect()
            };
            let sets: Vec<Vec<bool>> = minutes.iter().map(|t| set(*t)).collect();
            let mut expected: BTreeMap<usize, Timestamp> = BTreeMap::new();
            for i in (0..minutes.len() - 1).rev() {
                let next = if sets[i] == sets[i + 1] {
                    expected.get(&(i + 1)).copied()
                } else {
                    Some(minutes[i + 1])
                };
                expected.extend(next.map(|t| (i, t)));
            }
            for (i, next) in expected {
                assert_eq!(
                    hours.next_change(minutes[i]),
                    Some(next),
                    "{name} at {}",
                    minutes[i]
                );
            }
        }
    }
}

#[test]
fn an_hour_that_comes_twice_is_used_once_and_a_skipped_one_not_at_all() {
    let warsaw = zone("Europe/Warsaw");
    let happy = daypart("happy", "02:00", "03:00");
    let open_minutes = |day: &str| {
        let start = local(&warsaw, &format!("{day}T00:00"));
        let minutes = minutes_from(start, 12 * 60).into_iter();
        minutes.filter(|t| happy.is_open(&warsaw, *t)).count()
    };
    assert_eq!(open_minutes("2026-03-28"), 60);
    assert_eq!(open_minutes("2026-03-29"), 0, "02:00 to 03:00 is skipped");
    // 02:00 comes twice, 03:00 once: from the first 02:00 to 03:00 it is two hours.
    assert_eq!(open_minutes("2026-10-25"), 120);
    let first_half = daypart("first half", "02:00", "02:30");
    let start = local(&warsaw, "2026-10-25T00:00");
    let open = minutes_from(start, 6 * 60)
        .into_iter()
        .filter(|t| first_half.is_open(&warsaw, *t));
    assert_eq!(open.count(), 30, "only when 02:00 comes first");
}
