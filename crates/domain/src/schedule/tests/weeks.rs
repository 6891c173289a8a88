//! The usual week: holes and overlaps as a merchandiser is told them.

use super::*;

fn told(spans: &[WeekSpan]) -> Vec<String> {
    spans.iter().map(ToString::to_string).collect()
}

fn open_during(id: &str, dayparts: &[&str]) -> Playlist {
    Playlist {
        when: during(dayparts),
        ..playlist(id, id)
    }
}

#[test]
fn holes_are_where_nothing_is_open() {
    let workdays = Daypart {
        weekdays: [
            Weekday::Monday,
            Weekday::Tuesday,
            Weekday::Wednesday,
            Weekday::Thursday,
            Weekday::Friday,
        ]
        .into_iter()
        .collect(),
        ..daypart("workdays", "00:00", "24:00")
    };
    let weekend_night = Daypart {
        weekdays: Weekdays::NONE.with(Weekday::Saturday).with(Weekday::Sunday),
        ..daypart("weekend night", "20:00", "06:00")
    };
    let plan = plan(
        &[
            open_during("w", &["workdays"]),
            open_during("n", &["weekend night"]),
        ],
        &[workdays, weekend_night],
        &[],
    );
    let week = Week::usual(&plan);
    assert_eq!(
        told(&week.holes()),
        ["Saturday 00:00–Saturday 20:00", "Sunday 06:00–Sunday 20:00"]
    );
    let id = |id: &str| EntryId::Playlist(PlaylistId(id.to_owned()));
    assert_eq!(
        told(&week.overlap(&id("w"), &id("n"))),
        ["Monday 00:00–Monday 06:00"]
    );
    assert_eq!(week.minutes_open(&id("n")), 20 * 60);
    assert_eq!(week.minutes_open(&id("safe")), 0);
    assert_eq!(week.open_at(60).len(), 2);
    assert_eq!(week.changes().first(), Some(&0));
}

#[test]
fn what_is_open_on_some_dates_only_covers_nothing() {
    let season = Daypart {
        first_day: Some(date("2026-06-01")),
        ..daypart("season", "00:00", "24:00")
    };
    let dates = Daypart {
        weekdays: Weekdays::NONE,
        extra: [date("2026-12-24")].into(),
        ..daypart("dates", "00:00", "24:00")
    };
    let term = Campaign {
        until: parse_date_time("2027-01-01 00:00"),
        ..campaign("term", "t")
    };
    let open = open_during("p", &["season", "dates"]);
    let plan = plan(&[open], &[season, dates], &[term]);
    let week = Week::usual(&plan);
    assert_eq!(told(&week.holes()), ["Monday 00:00–Sunday 24:00"]);
    let widest = Week::widest(&plan);
    assert_eq!(told(&widest.holes()), [""; 0]);
    let always = Week::usual(&super::plan(&[playlist("p", "a")], &[], &[]));
    assert_eq!(told(&always.holes()), [""; 0]);
}

#[test]
fn touching_hours_leave_no_hole() {
    let hours =
        [("a", "09:00", "17:00"), ("b", "17:00", "09:00")].map(|(id, f, t)| daypart(id, f, t));
    let week = Week::usual(&plan(
        &[open_during("p", &["a"]), open_during("q", &["b"])],
        &hours,
        &[],
    ));
    assert_eq!(told(&week.holes()), [""; 0]);
}
