//! Today's figures follow from the records, on the page as in the JSON.
#![expect(clippy::unwrap_used, reason = "tests, and the helpers they share")]

mod story;

use cheval_domain::catalogue::Sku;
use cheval_domain::record::{AudienceWindow, Interaction, Privacy, Record, SpoolGap, TriedGarment};
use jiff::Span;
use story::{Story, event, fault, health, play, time};

const AT: &str = "2026-11-22T11:00:00Z";

fn window(ots: u32, watchers: u32, dwell_ms: u64) -> Record {
    Record::AudienceWindow(AudienceWindow {
        from: "2026-11-22T10:45:00Z".to_owned(),
        to: "2026-11-22T11:00:00Z".to_owned(),
        partial: false,
        ots,
        watchers,
        dwell_ms,
        attention_ms: dwell_ms / 2,
        cells: Vec::new(),
        other: ots,
        k: 5,
        camera_ms: 900_000,
    })
}

fn interaction(tried: usize, csat: Option<u8>) -> Record {
    Record::Interaction(Interaction {
        session: 1,
        duration_secs: 30,
        steps: Vec::new(),
        tried: (0..tried)
            .map(|n| TriedGarment {
                sku: Sku(format!("S{n}")),
                ms: 4000,
            })
            .collect(),
        csat,
        outcome: "done".to_owned(),
    })
}

#[test]
fn known_records_give_known_figures() {
    let story = Story::new();
    let (one, two) = (story.kiosk(1), story.kiosk(2));
    let mut frozen = play("linen");
    if let Record::Play(play) = &mut frozen {
        play.frozen = true;
    }
    story.send(
        &one,
        &[
            event(&one, 1, AT, play("autumn")),
            event(&one, 2, AT, play("autumn")),
            event(&one, 3, AT, frozen),
            event(&one, 4, AT, window(40, 10, 120_000)),
            event(&one, 5, AT, interaction(2, Some(5))),
            event(&one, 6, AT, interaction(0, None)),
            event(
                &one,
                7,
                AT,
                fault("camera_lost", "The camera was unplugged", 3),
            ),
            event(
                &one,
                8,
                AT,
                Record::Privacy(Privacy {
                    notices_shown: 4,
                    camera_paused: 1,
                    sees_opened: 2,
                }),
            ),
            event(&one, 9, "2026-11-21T23:59:59Z", play("yesterday")),
        ],
    );
    story.send(
        &two,
        &[
            event(&two, 1, AT, play("autumn")),
            event(&two, 2, AT, window(2, 2, 20_000)),
        ],
    );

    let today = story.today();
    assert_eq!(today.day.to_string(), "2026-11-22");
    assert_eq!(today.records.accepted, 10);
    assert_eq!(today.records.by_kind["play"], 4);
    assert_eq!((today.plays.count, today.plays.shown_ms), (4, 32_000));
    assert!((today.plays.impressions - 6.0).abs() < 1e-9);
    let creatives: Vec<(&str, u64, u64)> = today
        .plays
        .by_creative
        .iter()
        .map(|c| (c.creative.as_str(), c.count, c.faulty))
        .collect();
    assert_eq!(creatives, [("autumn", 3, 0), ("linen", 1, 1)]);
    assert_eq!(
        (
            today.audience.ots,
            today.audience.watchers,
            today.audience.windows
        ),
        (42, 12, 2)
    );
    assert_eq!(today.audience.mean_dwell_ms, Some(140_000 / 12));
    assert_eq!(
        (
            today.sessions.count,
            today.sessions.with_try_on,
            today.sessions.garments_tried
        ),
        (2, 1, 2)
    );
    assert_eq!(
        (today.sessions.mean_duration_ms, today.sessions.csat_mean),
        (Some(30_000), Some(5.0))
    );
    assert_eq!(
        (
            today.privacy.notices_shown,
            today.privacy.camera_paused,
            today.privacy.sees_opened
        ),
        (4, 1, 2)
    );
    assert_eq!(
        (today.faults[0].kiosk.as_str(), today.faults[0].count),
        ("KYI-001", 3)
    );

    story.pass(Span::new().hours(13));
    let tomorrow = story.today();
    assert_eq!(
        (tomorrow.day.to_string().as_str(), tomorrow.records.accepted),
        ("2026-11-23", 0)
    );
}

#[test]
fn gaps_in_the_numbering_show() {
    let story = Story::new();
    let kiosk = story.kiosk(1);
    let completeness = |story: &Story| {
        let one = &story.today().kiosks[0].completeness;
        (one.received, one.expected, one.dropped)
    };
    assert_eq!(completeness(&story), (0, 0, 0));
    story.send(&kiosk, &story::plays(&kiosk, [1, 2, 5]));
    assert_eq!(completeness(&story), (3, 5, 0));
    story.send(&kiosk, &story::plays(&kiosk, [4]));
    assert_eq!(completeness(&story), (4, 5, 0), "late is not lost");
    let gap = SpoolGap {
        from_sequence: 3,
        to_sequence: 3,
        dropped: 1,
        reason: "disk_cap".to_owned(),
    };
    story.send(&kiosk, &[event(&kiosk, 6, AT, Record::SpoolGap(gap))]);
    assert_eq!(completeness(&story), (5, 6, 1));

    story.pass(Span::new().hours(24));
    story.send(
        &kiosk,
        &[event(&kiosk, 8, "2026-11-23T09:00:00Z", play("autumn"))],
    );
    assert_eq!(
        completeness(&story),
        (1, 2, 0),
        "the lost head of a day counts from the day before"
    );
    let mut second_life = event(&kiosk, 3, "2026-11-23T10:00:00Z", play("autumn"));
    second_life.epoch = 2;
    story.send(&kiosk, &[second_life]);
    assert_eq!(completeness(&story), (2, 5, 0), "a new epoch begins at 1");
}

#[test]
fn absurd_numbering_does_not_break_the_page() {
    let story = Story::new();
    let kiosk = story.kiosk(1);
    let far = i64::MAX.unsigned_abs();
    story.send(&kiosk, &story::plays(&kiosk, [1, far]));
    assert_eq!(story.today().plays.count, 2);
    assert_eq!(story.get("/").status, 200);
}

#[test]
fn the_newest_health_stays() {
    let story = Story::new();
    let kiosk = story.kiosk(1);
    story.send(&kiosk, &[event(&kiosk, 5, AT, health("live"))]);
    story.send(
        &kiosk,
        &[event(&kiosk, 2, "2026-11-22T10:00:00Z", health("lost"))],
    );
    let last = story.today().kiosks[0].health.clone().unwrap();
    assert_eq!((last.health.camera.as_str(), last.at), ("live", time(AT)));
}

#[test]
fn a_wrong_clock_is_corrected_and_shown() {
    let story = Story::new();
    let kiosk = story.kiosk(1);
    let year_ago = time("2025-11-22T12:00:00Z");
    story.send_at(
        &kiosk,
        year_ago,
        &[event(&kiosk, 1, "2025-11-22T11:30:00Z", play("autumn"))],
    );
    let today = story.today();
    assert_eq!(today.plays.count, 1);
    assert_eq!(today.kiosks[0].clock_behind_ms, Some(365 * 86_400_000));
}

#[test]
fn the_page_explains_itself_before_there_is_anything() {
    let story = Story::new();
    let empty = story.get("/");
    assert_eq!(empty.status, 200);
    assert!(empty.body.contains("No kiosk has enrolled yet"));
    assert!(empty.body.contains("cheval-hub claim"));
    assert!(empty.body.contains("Open only to this machine"));

    story.kiosk(1);
    let enrolled = story.get("/").body;
    for text in [
        "KYI-001",
        "never",
        "nothing yet",
        "Nothing has been played today",
        "None reported today",
    ] {
        assert!(enrolled.contains(text), "{text}");
    }
}

#[test]
fn the_page_shows_the_figures_and_which_are_estimates() {
    let story = Story::new();
    let kiosk = story.kiosk(1);
    let mut events: Vec<_> = (1..=1234)
        .map(|n| event(&kiosk, n, AT, play("autumn")))
        .collect();
    events.push(event(&kiosk, 1235, AT, window(200, 50, 4_250_000)));
    events.push(event(&kiosk, 1236, AT, health("live")));
    for part in events.chunks(400) {
        story.send(&kiosk, part);
    }
    let page = story.get("/").body;
    for text in [
        "1,234",
        "autumn",
        "25.0 %",
        "1 min 25 s",
        "100 %",
        "healthy",
        "1 of 1 healthy",
        "title=\"estimate\"",
    ] {
        assert!(page.contains(text), "{text}");
    }
}

#[test]
fn texts_from_kiosks_cannot_become_markup() {
    let story = Story::new();
    let kiosk = story.kiosk(1);
    let evil = "<script>alert(1)</script>\"'";
    story.send(
        &kiosk,
        &[
            event(&kiosk, 1, AT, play(evil)),
            event(&kiosk, 2, AT, fault(evil, evil, 1)),
        ],
    );
    let page = story.get("/");
    assert!(!page.body.contains("<script"), "no script element at all");
    assert!(
        page.body.contains("script&#62;") || page.body.contains("script&gt;"),
        "shown as text"
    );
    assert!(
        page.head
            .contains("content-security-policy: default-src 'none'"),
        "{}",
        page.head
    );
    assert!(
        !page.body.contains("style=\""),
        "inline style would be blocked by our own policy"
    );
}

#[test]
fn every_file_the_page_names_is_served() {
    let story = Story::new();
    let css = story.get("/assets/hub.css");
    assert!(css.status == 200 && css.head.contains("text/css"));
    let fonts = css
        .body
        .split("url(")
        .skip(1)
        .map(|rest| rest.split(')').next().unwrap());
    for file in fonts.chain(["mark.svg"]) {
        assert_eq!(story.get(&format!("/assets/{file}")).status, 200, "{file}");
    }
    for path in [
        "/assets/none.css",
        "/assets/..%2fhub.css",
        "/admin",
        "/v1/ingest/",
    ] {
        assert_eq!(story.get(path).code(), "no_such_path", "{path}");
    }
    assert_eq!(story.get("/v1/ingest").code(), "wrong_method");
    assert_eq!(story.get("/healthz").body, "ok\n");
}
