//! What lint says about a schedule that is right: what never plays, holes, overlaps, promises that cannot be kept.

use cheval_content::{Severity, check_schedule_at, load_pack};
use cheval_domain::schedule::parse_date_time;

use crate::schedules::{one_problem, scheduled};

#[test]
fn what_never_plays_is_told() {
    let warning = |changes: &[(&str, &str)], at: &str, key: &str, words: &str| {
        let problem = one_problem(changes, at, key, words);
        assert_eq!(problem.severity, Severity::Warning, "{problem}");
    };
    warning(
        &[(
            "[[dayparts]]\nid = \"late\"",
            "[[playlists]]\nid = \"spare\"\ndayparts = []\nitems = [{ slide = \"welcome\" }]\n\n[[dayparts]]\nid = \"late\"",
        )],
        "[[playlists]]\nid = \"spare\"",
        "playlists[2].id",
        "playlist `spare` never plays",
    );
    warning(
        &[("dayparts = [\"late\", \"party\"]", "dayparts = [\"late\"]")],
        "[[dayparts]]\nid = \"party\"",
        "dayparts[1].id",
        "daypart `party` is not used",
    );
    let pack = scheduled();
    pack.change("pack.toml", "[[promos]]", "[[slides]]\nid = \"lost\"\nground = [\"#781E34\", \"#17130F\"]\nduration_secs = 9\npicture = \"slides/welcome.png\"\n\n[[promos]]");
    for language in ["en", "pl"] {
        pack.change(
            &format!("texts/{language}.toml"),
            "[slides.welcome]",
            "[slides.lost]\ntitle = \"Lost\"\nbody = \"Nobody sees it.\"\n\n[slides.welcome]",
        );
    }
    let problems = pack.problems();
    assert_eq!(problems.len(), 1, "{problems:#?}");
    assert!(problems[0].what.contains("slide `lost` is never shown"));
}

#[test]
fn holes_and_overlaps_are_advice() {
    let hole = one_problem(
        &[("id = \"day\"\n", "id = \"day\"\ndayparts = []\n")],
        "fallback",
        "fallback",
        "only the fallback plays Monday 00:00–Friday 18:00, Saturday 02:00–Saturday 18:00, Sunday 02:00–Sunday 24:00",
    );
    assert_eq!(hole.severity, Severity::Advice);
    let overlap = one_problem(
        &[("id = \"day\"\n", "id = \"day\"\npriority = 10\n")],
        "[[playlists]]\nid = \"evening\"",
        "playlists[1].id",
        "both have the priority 10 and are both open Friday 18:00–Saturday 02:00, Saturday 18:00–Sunday 02:00",
    );
    assert_eq!(overlap.severity, Severity::Advice);
}

fn second_campaign(more: &str) -> String {
    format!(
        "[[campaigns]]\nid = \"second\"\nitems = [{{ slide = \"welcome\" }}]\nshare_percent = 80\n{more}\n\n[[campaigns]]\nid = \"autumn\""
    )
}

#[test]
fn shares_that_add_up_to_too_much_are_told_with_a_moment() {
    let autumn = "[[campaigns]]\nid = \"autumn\"";
    for together in ["", "from = 2026-09-15", "until = \"2026-09-01 08:00\""] {
        let problem = one_problem(
            &[(autumn, &second_campaign(together))],
            if together.starts_with("from") {
                "[[campaigns]]\nid = \"second\""
            } else {
                autumn
            },
            if together.starts_with("from") {
                "campaigns[0].id"
            } else {
                "campaigns[1].id"
            },
            "such as on Friday 18:00, add up to 105 %",
        );
        assert_eq!(problem.severity, Severity::Warning);
    }
    for apart in ["from = 2026-10-01", "until = 2026-08-31", "priority = 3"] {
        let pack = scheduled();
        pack.change("pack.toml", autumn, &second_campaign(apart));
        let problems = pack.problems();
        assert!(problems.is_empty(), "{apart}: {problems:#?}");
    }
}

#[test]
fn a_cap_that_makes_the_share_unreachable_is_told() {
    let problem = one_problem(
        &[("cap_per_hour = 200", "cap_per_hour = 4")],
        "[[campaigns]]",
        "campaigns[0].id",
        "a share of 25 % is about 85 plays an hour, but `cap_per_hour` allows 4",
    );
    assert_eq!(problem.severity, Severity::Advice);
}

#[test]
fn what_is_over_is_told_when_a_date_is_given() {
    let pack = scheduled();
    pack.change(
        "pack.toml",
        "weekdays = []",
        "weekdays = []\nlast_day = 2026-06-01",
    );
    let catalogue = load_pack(pack.dir()).unwrap().catalogue;
    let told = |at: &str| -> Vec<String> {
        let problems = check_schedule_at(&catalogue, parse_date_time(at).unwrap());
        problems.into_iter().map(|p| p.what).collect()
    };
    assert_eq!(told("2026-09-30 23:59"), [""; 0]);
    assert_eq!(
        told("2026-10-01 00:00"),
        ["campaign `autumn` is over since 2026-10-01 00:00"]
    );
    assert_eq!(
        told("2027-01-02 00:00").len(),
        2,
        "the extra dates of `party` are over too"
    );
}
