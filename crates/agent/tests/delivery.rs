//! From the screen through spool and network into a hub that misbehaves: every record arrives exactly once.
#![allow(clippy::unwrap_used, reason = "tests, and the helpers they share")]

mod support;

use std::time::Duration;

use support::{FakeHub, Mood, Running, be_a_screen, options, screen, until};

#[test]
fn fake_screen() {
    be_a_screen();
}

/// Runs a screen with `records` records against a hub in these moods until the spool is empty.
fn deliver(records: usize, moods: &[Mood]) -> (FakeHub, cheval_agent::AgentStatus) {
    let dir = tempfile::tempdir().unwrap();
    let hub = FakeHub::start(moods);
    let agent = Running::start(options(
        dir.path(),
        screen(&format!("records:{records}")),
        Some(hub.options()),
    ));
    let status = agent.status_when("delivered", |status| {
        status.spool.last_sequence >= records as u64 && status.spool.pending == 0
    });
    agent.stop();
    (hub, status)
}

#[test]
fn every_record_arrives_exactly_once_whatever_the_hub_does() {
    let moods = [
        Mood::Down,
        Mood::Broken,
        Mood::Garbage,
        Mood::Forgetful,
        Mood::HalfAnswer,
        Mood::Acknowledges(0),
        Mood::Down,
        Mood::Forgetful,
        Mood::Well,
    ];
    let (hub, status) = deliver(50, &moods);
    assert_eq!(hub.notices(), (0..50).collect::<Vec<_>>());
    assert_eq!(hub.sequences(), (1..=50).collect::<Vec<_>>());
    let to_hub = status.hub.unwrap();
    assert_eq!(to_hub.trouble, None);
    assert_eq!(status.spool.quarantined, 0);
}

#[test]
fn an_acknowledgement_of_more_than_was_sent_deletes_only_what_was_sent() {
    let (hub, status) = deliver(30, &[Mood::Acknowledges(u64::MAX / 2)]);
    assert_eq!(hub.sequences(), (1..=30).collect::<Vec<_>>());
    assert_eq!(status.spool.acknowledged_through, 30);
}

#[test]
fn batches_shrink_for_a_hub_that_finds_them_too_large() {
    let (hub, status) = deliver(40, &[Mood::Narrow(3)]);
    assert_eq!(hub.notices(), (0..40).collect::<Vec<_>>());
    assert_eq!(status.spool.quarantined, 0);
}

#[test]
fn a_record_the_hub_refuses_is_set_aside_and_the_others_go_on() {
    let (hub, status) = deliver(10, &[Mood::Picky(4)]);
    assert_eq!(hub.sequences(), [1, 2, 3, 5, 6, 7, 8, 9, 10]);
    assert_eq!(status.spool.quarantined, 1);
    assert_eq!(status.hub.unwrap().rejected, 1);
}

#[test]
fn a_hub_that_refuses_everything_does_not_empty_the_spool() {
    let dir = tempfile::tempdir().unwrap();
    let hub = FakeHub::start(&[Mood::Hostile]);
    let agent = Running::start(options(
        dir.path(),
        screen("records:40"),
        Some(hub.options()),
    ));
    // Far more attempts than it takes to set all aside one by one.
    until("many requests", || {
        (hub.requests().len() > 60).then_some(())
    });
    let status = agent.status_when("stored", |status| status.spool.last_sequence == 40);
    assert_eq!(
        status.spool.quarantined, 10,
        "after ten in a row the hub is at fault"
    );
    assert_eq!(status.spool.pending, 30);
    assert!(status.hub.unwrap().trouble.unwrap().contains("bad_batch"));
    agent.stop();
}

#[test]
fn a_wish_to_be_left_alone_is_granted() {
    let (hub, _) = deliver(5, &[Mood::Busy, Mood::Well]);
    let requests = hub.requests();
    let pause = requests[1].0.duration_since(requests[0].0);
    assert!(pause >= Duration::from_secs(1), "{pause:?}");
}

#[test]
fn a_hub_that_never_answers_is_given_up_and_tried_again() {
    let dir = tempfile::tempdir().unwrap();
    let hub = FakeHub::start(&[Mood::Slow, Mood::Well]);
    let mut patience = hub.options();
    patience.request_timeout = Duration::from_millis(300);
    let agent = Running::start(options(dir.path(), screen("records:5"), Some(patience)));
    agent.status_when("delivered", |s| {
        s.spool.last_sequence == 5 && s.spool.pending == 0
    });
    agent.stop();
    assert_eq!(hub.notices(), [0, 1, 2, 3, 4]);
}

#[test]
fn without_a_hub_records_wait_and_the_next_run_delivers_them() {
    let dir = tempfile::tempdir().unwrap();
    let agent = Running::start(options(dir.path(), screen("records:7"), None));
    let status = agent.status_when("stored", |status| status.spool.pending == 7);
    assert!(status.hub.is_none());
    agent.stop();

    let hub = FakeHub::start(&[Mood::Well]);
    let agent = Running::start(options(dir.path(), screen("idle"), Some(hub.options())));
    agent.status_when("delivered", |status| status.spool.pending == 0);
    agent.stop();
    assert_eq!(hub.notices(), (0..7).collect::<Vec<_>>());
}

#[test]
fn what_the_screen_says_last_still_reaches_the_hub() {
    let dir = tempfile::tempdir().unwrap();
    let hub = FakeHub::start(&[Mood::Well]);
    let agent = Running::start(options(dir.path(), screen("farewell"), Some(hub.options())));
    agent.status_when("beating", |status| status.screen.beat.is_some());
    agent.stop();
    assert_eq!(hub.notices(), [99]);
}

#[test]
fn a_bad_record_is_refused_and_the_next_is_taken() {
    let dir = tempfile::tempdir().unwrap();
    let agent = Running::start(options(dir.path(), screen("bad"), None));
    agent.status_when("the good one", |status| status.spool.pending == 1);
    agent.stop();
}
