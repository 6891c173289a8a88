//! Records arrive exactly once, whatever the way does to them; what breaks the rules is named and refused.
#![expect(clippy::unwrap_used, reason = "tests, and the helpers they share")]

mod story;

use cheval_hub_api::client::{ClientError, DeviceIdentity};
use cheval_hub_api::{INGEST_PATH, batch};
use ed25519_dalek::SigningKey;
use serde_json::{Value, json};
use story::{Reply, Story, event, ingest_headers, play, plays};
use uuid::Uuid;

#[test]
fn repeated_and_reordered_batches_are_stored_once() {
    let story = Story::new();
    let kiosk = story.kiosk(1);

    let first = story.send(&kiosk, &plays(&kiosk, 1..=10));
    assert_eq!(
        (first.accepted, first.duplicates, first.ack_through),
        (10, 0, Some(10))
    );
    let again = story.send(&kiosk, &plays(&kiosk, 1..=10));
    assert_eq!(
        (again.accepted, again.duplicates, again.ack_through),
        (0, 10, Some(10))
    );
    let overlap = story.send(&kiosk, &plays(&kiosk, [14, 8, 11, 9, 11, 13]));
    assert_eq!(
        (overlap.accepted, overlap.duplicates, overlap.ack_through),
        (3, 3, Some(14))
    );

    let today = story.today();
    assert_eq!((today.records.accepted, today.plays.count), (13, 13));
}

#[test]
fn the_same_sequence_of_another_epoch_or_kiosk_is_another_record() {
    let story = Story::new();
    let (one, two) = (story.kiosk(1), story.kiosk(2));
    let mut second_life = plays(&one, [1]);
    second_life[0].epoch = 2;
    assert_eq!(
        story
            .client(&one)
            .ingest(&plays(&one, [1]))
            .unwrap()
            .accepted,
        1
    );
    assert_eq!(story.client(&one).ingest(&second_life).unwrap().accepted, 1);
    assert_eq!(
        story
            .client(&two)
            .ingest(&plays(&two, [1]))
            .unwrap()
            .accepted,
        1
    );
}

#[test]
fn a_restart_forgets_nothing() {
    let story = Story::new();
    let kiosk = story.kiosk(1);
    story.send(&kiosk, &plays(&kiosk, 1..=5));
    let before = story.today();
    let story = story.restart();
    assert_eq!(story.today(), before);
    let reply = story.send(&kiosk, &plays(&kiosk, 1..=6));
    assert_eq!((reply.accepted, reply.duplicates), (1, 5));
}

#[test]
fn many_kiosks_at_once_lose_and_double_nothing() {
    let story = Story::new();
    let kiosks: Vec<DeviceIdentity> = (1..=6).map(|seed| story.kiosk(seed)).collect();
    let shared = &story;
    std::thread::scope(|scope| {
        for kiosk in &kiosks {
            scope.spawn(move || {
                for start in [1, 11, 21, 11, 1] {
                    shared.send(kiosk, &plays(kiosk, start..start + 20));
                }
            });
        }
    });
    assert_eq!(story.today().records.accepted, 6 * 40);
}

fn good(kiosk: &DeviceIdentity, sequence: u64) -> Value {
    serde_json::to_value(event(
        kiosk,
        sequence,
        "2026-11-22T11:00:00Z",
        play("autumn"),
    ))
    .unwrap()
}

#[test]
fn a_bad_event_is_set_aside_and_its_neighbours_are_stored() {
    let story = Story::new();
    let kiosk = story.kiosk(1);
    let changed = |sequence, pointer: &str, value: Value| {
        let mut event = good(&kiosk, sequence);
        *event.pointer_mut(pointer).unwrap() = value;
        event
    };
    let mut with_face = good(&kiosk, 4);
    with_face["data"]["face"] = json!([0.1, 0.2]);
    let events = json!([
        good(&kiosk, 1),
        changed(2, "/data/shown_ms", json!(-5)),
        changed(3, "/type", json!("cheval.photo.v1")),
        with_face,
        changed(5, "/data/qty_multiplier", json!(1e30)),
        changed(
            6,
            "/source",
            json!(format!("urn:uuid:{}", Uuid::from_u128(77)))
        ),
        changed(7, "/sequence", json!("seven")),
        "not an event",
        changed(8, "/data/creative", json!("x".repeat(40_000))),
        good(&kiosk, 9),
    ]);
    let reply = story.post_events(&kiosk, &events.to_string());
    assert_eq!(reply.status, 200, "{}", reply.body);
    let reply = reply.json();
    assert_eq!(
        (&reply["accepted"], &reply["ack_through"]),
        (&json!(2), &json!(9))
    );
    let codes: Vec<(Option<u64>, &str)> = reply["rejected"]
        .as_array()
        .unwrap()
        .iter()
        .map(|rejection| {
            (
                rejection["sequence"].as_u64(),
                rejection["code"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        codes,
        [
            (Some(2), "bad_data"),
            (Some(3), "unknown_type"),
            (Some(4), "bad_data"),
            (Some(5), "bad_values"),
            (Some(6), "wrong_source"),
            (None, "bad_attribute"),
            (None, "malformed_event"),
            (Some(8), "event_too_large"),
        ]
    );
    let messages: Vec<&str> = reply["rejected"]
        .as_array()
        .unwrap()
        .iter()
        .map(|r| r["message"].as_str().unwrap())
        .collect();
    assert!(messages[2].contains("face"), "{messages:?}");
    assert!(messages[3].contains("qty_multiplier"), "{messages:?}");

    story.post_events(&kiosk, &events.to_string());
    let records = story.today().records;
    assert_eq!(
        (records.accepted, records.rejected),
        (2, 6),
        "a repeated refusal counts once"
    );
}

fn refused(reply: &Reply) -> (u16, String) {
    (reply.status, reply.code())
}

#[test]
fn whole_batches_that_break_the_rules_are_refused() {
    let story = Story::new();
    let kiosk = story.kiosk(1);
    let raw = |body: &[u8]| refused(&story.post_signed(&kiosk, story.now(), body));
    let packed = |text: &str| refused(&story.post_events(&kiosk, text));

    assert_eq!(raw(b""), (400, "empty_batch".to_owned()));
    assert_eq!(raw(b"[{}]"), (400, "not_zstd".to_owned()));
    let cut = batch::encode(&plays(&kiosk, 1..=50)).unwrap();
    assert_eq!(raw(&cut[..cut.len() - 9]), (400, "not_zstd".to_owned()));
    assert_eq!(packed("{\"events\":[]}"), (400, "not_a_batch".to_owned()));
    assert_eq!(packed("[1,"), (400, "not_a_batch".to_owned()));
    assert_eq!(packed("[]"), (400, "empty_batch".to_owned()));
    assert_eq!(packed(&" ".repeat(400_000)), (400, "bomb".to_owned()));
    assert_eq!(
        packed(&json!(vec![0; 501]).to_string()),
        (413, "batch_too_large".to_owned())
    );
    assert_eq!(
        raw(&vec![7; 600 * 1024]),
        (413, "body_too_large".to_owned())
    );
    let mut other_epoch = good(&kiosk, 2);
    other_epoch["epoch"] = json!("9");
    let mixed = json!([good(&kiosk, 1), other_epoch]);
    assert_eq!(packed(&mixed.to_string()), (400, "mixed_epochs".to_owned()));
    assert_eq!(story.today().records.accepted, 0);
}

#[test]
fn only_enrolled_kiosks_are_heard() {
    let story = Story::new();
    let kiosk = story.kiosk(1);
    let stranger = DeviceIdentity {
        device: Uuid::from_u128(5),
        key: kiosk.key.clone(),
    };
    let thief = DeviceIdentity {
        device: kiosk.device,
        key: SigningKey::from_bytes(&[9; 32]),
    };
    for (who, word) in [(&stranger, "does not know"), (&thief, "signature")] {
        match story.client(who).ingest(&plays(who, [1])) {
            Err(ClientError::Unauthorised(detail)) => assert!(detail.contains(word), "{detail}"),
            other => panic!("{other:?}"),
        }
    }
    let body = batch::encode(&plays(&kiosk, [1])).unwrap();
    let headers = ingest_headers(&kiosk, story::NOON, &body);
    let post = |headers: &str, body: &[u8]| refused(&story.raw("POST", INGEST_PATH, headers, body));
    assert_eq!(
        post(&headers, &batch::encode(&plays(&kiosk, [2])).unwrap()),
        (401, "bad_signature".to_owned())
    );
    assert_eq!(
        post(&headers.replace(story::NOON, "2026-11-22T12:00:01Z"), &body),
        (401, "bad_signature".to_owned())
    );
    assert_eq!(
        post(&ingest_headers(&kiosk, "noon", &body), &body),
        (401, "bad_sent_at".to_owned())
    );
    assert_eq!(
        post(&headers.replace("x-cheval-device", "x-other"), &body),
        (401, "header_missing".to_owned())
    );
    assert_eq!(
        post(&headers.replace(&kiosk.device.to_string(), "42"), &body),
        (401, "bad_device".to_owned())
    );
    assert_eq!(
        post(&headers.replace("zstd", "gzip"), &body),
        (415, "wrong_content".to_owned())
    );
    assert_eq!(story.today().records.accepted, 0);
}

#[test]
fn a_replayed_request_changes_nothing() {
    let story = Story::new();
    let kiosk = story.kiosk(1);
    let body = batch::encode(&plays(&kiosk, 1..=3)).unwrap();
    let sent_at = story.now();
    assert_eq!(story.post_signed(&kiosk, sent_at, &body).status, 200);
    let before = story.today();
    story.pass(jiff::Span::new().hours(1));
    let replay = story.post_signed(&kiosk, sent_at, &body).json();
    assert_eq!(
        (&replay["accepted"], &replay["duplicates"]),
        (&json!(0), &json!(3))
    );
    assert_eq!(story.today().plays, before.plays);
}
