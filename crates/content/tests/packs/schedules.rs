//! The schedule of a pack: what is read, and what is refused.

use cheval_content::{Problem, Severity, load_pack};
use cheval_domain::catalogue::Catalogue;
use cheval_domain::schedule::{Plan, PlaylistId, Target, When, parse_date_time};

use crate::sample::Pack;

/// Lines of `pack.toml` before the schedule that the tests append.
const HEAD: &str = r#"[[playlists]]
id = "day"
items = [{ slide = "welcome" }]

[[playlists]]
id = "evening"
dayparts = ["late", "party"]
priority = 10
weight = 2
items = [{ slide = "welcome", duration_secs = 4.5 }, { slide = "welcome" }]

[[dayparts]]
id = "late"
weekdays = ["friday", "saturday"]
from = "18:00"
to = "02:00"

[[dayparts]]
id = "party"
weekdays = []
extra_dates = [2026-12-24, "2026-12-31"]

[[campaigns]]
id = "autumn"
items = [{ slide = "welcome", duration_secs = 12 }]
dayparts = ["late"]
share_percent = 25
cap_per_hour = 200
cap_per_person = 3
from = 2026-09-01
until = 2026-09-30
target_plays = 9000
"#;

pub(crate) fn scheduled() -> Pack {
    let pack = Pack::new();
    pack.change("pack.toml", "brand =", "fallback = \"day\"\nbrand =");
    let text = std::fs::read_to_string(pack.path("pack.toml")).unwrap();
    pack.write("pack.toml", format!("{text}\n{HEAD}"));
    pack
}

/// After these changes there is exactly one problem, at the line of `at`, with this key and these words.
#[track_caller]
pub(crate) fn one_problem(changes: &[(&str, &str)], at: &str, key: &str, words: &str) -> Problem {
    let pack = scheduled();
    for (from, to) in changes {
        pack.change("pack.toml", from, to);
    }
    let problems = pack.problems();
    assert_eq!(problems.len(), 1, "{problems:#?}");
    let problem = problems.into_iter().next().unwrap();
    let text = std::fs::read_to_string(pack.path("pack.toml")).unwrap();
    assert!(text.contains(at), "`{at}` is not in the pack");
    let line = text.split(at).next().unwrap().matches('\n').count() + 1;
    assert_eq!(
        (problem.file.as_str(), problem.line, problem.key.as_str()),
        ("pack.toml", Some(line), key),
        "{problem}"
    );
    let told = problem.to_string();
    assert!(told.contains(words), "`{words}` is not in: {told}");
    assert!(!problem.mend.is_empty(), "nothing says how to mend: {told}");
    problem
}

#[track_caller]
fn an_error(changes: &[(&str, &str)], at: &str, key: &str, words: &str) {
    let problem = one_problem(changes, at, key, words);
    assert_eq!(problem.severity, Severity::Error, "{problem}");
}

#[test]
fn a_schedule_is_read_as_it_is_written() {
    let pack = load_pack(scheduled().dir()).unwrap();
    assert!(pack.warnings.is_empty(), "{:#?}", pack.warnings);
    let plan = &pack.catalogue.schedule;
    assert_eq!(plan.fallback(), Some(&PlaylistId("day".to_owned())));
    let [day, evening] = plan.playlists() else {
        panic!("{plan:?}");
    };
    assert_eq!((&day.when, day.priority, day.weight), (&When::Always, 0, 1));
    assert_eq!(day.items[0].duration_ms, 9_000, "the slide's own time");
    assert_eq!((evening.priority, evening.weight), (10, 2));
    let durations: Vec<u64> = evening.items.iter().map(|item| item.duration_ms).collect();
    assert_eq!(durations, [4_500, 9_000]);
    let [late, party] = plan.dayparts() else {
        panic!("{plan:?}");
    };
    assert_eq!(
        (late.from.to_string(), late.to.to_string()),
        ("18:00".into(), "02:00".into())
    );
    assert!(late.crosses_midnight() && !party.crosses_midnight());
    assert_eq!(party.extra.len(), 2);
    let campaign = &plan.campaigns()[0];
    assert_eq!(campaign.target, Some(Target::Plays(9_000)));
    assert_eq!(
        (
            campaign.share_percent,
            campaign.cap_per_hour,
            campaign.cap_per_person
        ),
        (Some(25), Some(200), Some(3))
    );
    assert_eq!(campaign.from, parse_date_time("2026-09-01 00:00"));
    assert_eq!(
        campaign.until,
        parse_date_time("2026-10-01 00:00"),
        "the last day is meant whole"
    );
}

#[test]
fn a_pack_without_a_schedule_plays_all_its_slides() {
    let pack = load_pack(Pack::new().dir()).unwrap();
    assert_eq!(pack.catalogue.schedule, Plan::default());
    let plan = pack.catalogue.plan();
    assert_eq!(plan.playlists()[0].items.len(), pack.catalogue.slides.len());
}

#[test]
fn a_moment_may_have_a_time_with_or_without_quotes() {
    for written in [
        "\"2026-09-30 18:30\"",
        "2026-09-30T18:30:00",
        "\"2026-09-30T18:30\"",
    ] {
        let pack = scheduled();
        pack.change(
            "pack.toml",
            "until = 2026-09-30",
            &format!("until = {written}"),
        );
        let catalogue = load_pack(pack.dir()).unwrap().catalogue;
        let until = catalogue.schedule.campaigns()[0].until;
        assert_eq!(until, parse_date_time("2026-09-30 18:30"), "{written}");
    }
}

#[test]
fn unknown_names_are_told_with_the_nearest_one() {
    an_error(
        &[("[\"late\", \"party\"]", "[\"late\", \"patry\"]")],
        "dayparts = [\"late\", \"patry\"]",
        "playlists[1].dayparts",
        "did you mean `party`?",
    );
    an_error(
        &[(
            "{ slide = \"welcome\", duration_secs = 12 }",
            "{ slide = \"welcom\" }",
        )],
        "{ slide = \"welcom\" }",
        "campaigns[0].items[0].slide",
        "did you mean `welcome`?",
    );
    an_error(
        &[("fallback = \"day\"", "fallback = \"dya\"")],
        "fallback =",
        "fallback",
        "did you mean `day`?",
    );
    an_error(
        &[("fallback = \"day\"\n", "")],
        "schema_version",
        "fallback",
        "something to play when nothing else may",
    );
    an_error(
        &[("fallback = \"day\"", "fallback = 3")],
        "fallback =",
        "fallback",
        "a text in quotes",
    );
    an_error(
        &[("share_percent", "share_precent")],
        "share_precent",
        "campaigns[0].share_precent",
        "did you mean `share_percent`?",
    );
    an_error(
        &[("id = \"evening\"", "id = \"day\"")],
        "[[playlists]]\nid = \"day\"\ndayparts",
        "playlists[1].id",
        "`day` is there twice",
    );
}

#[test]
fn hours_and_days_that_make_no_sense_are_refused() {
    let late = |to: &'static str| [("to = \"02:00\"", to)];
    an_error(
        &late("to = \"2:00\""),
        "to = \"2:00\"",
        "dayparts[0].to",
        "`2:00` is no time of day",
    );
    an_error(
        &late("to = \"18:00\""),
        "to = \"18:00\"",
        "dayparts[0].to",
        "begins and ends at 18:00",
    );
    an_error(
        &late(""),
        "[[dayparts]]",
        "dayparts[0].from",
        "`from` is there without `to`",
    );
    an_error(
        &late("to = 2"),
        "to = 2",
        "dayparts[0].to",
        "a text in quotes",
    );
    an_error(
        &[("from = \"18:00\"\n", "")],
        "[[dayparts]]",
        "dayparts[0].to",
        "without `from`",
    );
    an_error(
        &[("from = \"18:00\"", "from = \"24:00\"")],
        "from = \"24:00\"",
        "dayparts[0].from",
        "write 00:00",
    );
    an_error(
        &[("\"friday\"", "\"firday\"")],
        "\"firday\"",
        "dayparts[0].weekdays",
        "did you mean `friday`?",
    );
    an_error(
        &[("weekdays = [\"friday\", \"saturday\"]", "weekdays = []")],
        "[[dayparts]]",
        "dayparts[0].weekdays",
        "it would never begin",
    );
    an_error(
        &[("\"2026-12-31\"", "\"2026-12-32\"")],
        "extra_dates",
        "dayparts[1].extra_dates",
        "`2026-12-32` is no date",
    );
    an_error(
        &[("\"2026-12-31\"", "31")],
        "extra_dates",
        "dayparts[1].extra_dates",
        "expected a date",
    );
    an_error(
        &[(
            "weekdays = []",
            "weekdays = []\nexcept_dates = [2026-12-24]",
        )],
        "[[dayparts]]\nid = \"party\"",
        "dayparts[1].except_dates",
        "2026-12-24 is among",
    );
    an_error(
        &[(
            "weekdays = []",
            "weekdays = []\nfirst_day = 2026-12-24\nlast_day = 2026-12-23",
        )],
        "last_day",
        "dayparts[1].last_day",
        "comes before the first day",
    );
}

#[test]
fn promises_that_make_no_sense_are_refused() {
    let share = |to: &'static str| [("share_percent = 25", to)];
    an_error(
        &share("share_percent = 101"),
        "share_percent",
        "campaigns[0].share_percent",
        "101 is out of range",
    );
    an_error(
        &share("share_percent = 0"),
        "share_percent",
        "campaigns[0].share_percent",
        "write 1 to 100",
    );
    an_error(
        &share("share_percent = 9223372036854775807"),
        "share_percent",
        "campaigns[0].share_percent",
        "out of range",
    );
    an_error(
        &[("cap_per_hour = 200", "cap_per_hour = 0")],
        "cap_per_hour",
        "campaigns[0].cap_per_hour",
        "out of range",
    );
    an_error(
        &[("weight = 2", "weight = 0")],
        "weight",
        "playlists[1].weight",
        "out of range",
    );
    an_error(
        &[("priority = 10", "priority = 1001")],
        "priority = 1001",
        "playlists[1].priority",
        "-1000 to 1000",
    );
    an_error(
        &[("duration_secs = 12", "duration_secs = 1e300")],
        "items = [{ slide = \"welcome\", duration_secs = 1e300",
        "campaigns[0].items[0].duration_secs",
        "out of range",
    );
    an_error(
        &[("until = 2026-09-30", "until = 2026-08-30")],
        "until",
        "campaigns[0].until",
        "ends before it begins",
    );
    an_error(
        &[("until = 2026-09-30", "until = \"soon\"")],
        "until",
        "campaigns[0].until",
        "`soon` is no date",
    );
    an_error(
        &[("until = 2026-09-30", "until = 2026-09-30T10:00:00Z")],
        "until",
        "campaigns[0].until",
        "so it has no zone",
    );
    an_error(
        &[("until = 2026-09-30", "until = 2028-09-30")],
        "target_plays",
        "campaigns[0].target_plays",
        "at most 400 days",
    );
    an_error(
        &[("until = 2026-09-30\n", "")],
        "target_plays",
        "campaigns[0].target_plays",
        "needs `from` and `until`",
    );
    an_error(
        &[(
            "target_plays = 9000",
            "target_plays = 9000\ntarget_impressions = 5",
        )],
        "target_impressions",
        "campaigns[0].target_impressions",
        "two targets",
    );
    an_error(
        &[("dayparts = [\"late\"]", "dayparts = []")],
        "dayparts = []",
        "campaigns[0].dayparts",
        "1 to 64",
    );
    an_error(
        &[(
            "items = [{ slide = \"welcome\", duration_secs = 12 }]",
            "items = []",
        )],
        "items = []",
        "campaigns[0].items",
        "1 to 200",
    );
}

#[test]
fn everything_that_is_wrong_is_told_at_once() {
    let pack = scheduled();
    for (from, to) in [
        ("fallback = \"day\"", "fallback = \"night\""),
        ("to = \"02:00\"", "to = \"two\""),
        ("share_percent = 25", "share_percent = -1"),
        ("weight = 2", "weight = \"much\""),
        ("price = 29.90", "price = 0"),
    ] {
        pack.change("pack.toml", from, to);
    }
    let keys: Vec<String> = pack.problems().into_iter().map(|p| p.key).collect();
    for key in [
        "fallback",
        "dayparts[0].to",
        "campaigns[0].share_percent",
        "playlists[1].weight",
        "garments[0].price",
    ] {
        assert!(keys.iter().any(|k| k == key), "{key} is not in {keys:?}");
    }
}

#[test]
fn what_was_read_is_stored_and_read_again() {
    let catalogue = load_pack(scheduled().dir()).unwrap().catalogue;
    let json = serde_json::to_string(&catalogue).unwrap();
    assert_eq!(serde_json::from_str::<Catalogue>(&json).unwrap(), catalogue);
    let before = json.replace(",\"schedule\":", ",\"schedule_\":");
    let before: Catalogue = serde_json::from_str(&before).unwrap();
    assert!(
        before.schedule.is_empty(),
        "an older catalogue has no schedule"
    );
}

#[test]
fn the_biggest_and_the_most_broken_schedules_are_bounded() {
    let pack = scheduled();
    let many: String = (0..70)
        .map(|n| format!("[[playlists]]\nid = \"p{n}\"\nitems = [{{ slide = \"welcome\" }}]\n\n"))
        .collect();
    pack.change(
        "pack.toml",
        "[[dayparts]]\nid = \"late\"",
        &format!("{many}[[dayparts]]\nid = \"late\""),
    );
    let problems = pack.problems();
    assert_eq!(problems.len(), 1, "{problems:#?}");
    assert!(
        problems[0].what.contains("72 entries; 0 to 64 are allowed"),
        "{}",
        problems[0]
    );
}
