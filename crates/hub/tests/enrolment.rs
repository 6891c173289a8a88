//! A kiosk gets its identity: once per claim code, and only with the key that it proves to own.
#![expect(clippy::unwrap_used, reason = "tests, and the helpers they share")]

mod story;

use cheval_hub_api::client::ClientError;
use cheval_hub_api::signing::{self, Signed};
use cheval_hub_api::{ENROL_PATH, EnrolRequest, Inventory};
use ed25519_dalek::SigningKey;
use jiff::Span;
use story::Story;

fn code_of(result: Result<uuid::Uuid, ClientError>) -> String {
    match result {
        Err(ClientError::Rejected { code, .. }) => code,
        other => panic!("expected a refusal, got {other:?}"),
    }
}

#[test]
fn a_claim_code_gives_one_kiosk_an_identity() {
    let story = Story::new();
    let claim = story.claim();
    let device = story.enrol_with(&claim, 1).unwrap();
    let today = story.today();
    assert_eq!(today.kiosks.len(), 1);
    assert_eq!(
        (today.kiosks[0].device, today.kiosks[0].name.as_str()),
        (device, "KYI-001")
    );

    assert_eq!(
        story.enrol_with(&claim, 1).unwrap(),
        device,
        "a lost reply may be asked for again"
    );
    assert_eq!(code_of(story.enrol_with(&claim, 2)), "claim_used");
    assert_eq!(code_of(story.enrol_with(&story.claim(), 1)), "key_known");
    assert_eq!(story.today().kiosks.len(), 1);
}

#[test]
fn codes_are_forgiving_about_how_they_are_typed() {
    let story = Story::new();
    let sloppy = story.claim().to_lowercase().replace('-', " ");
    assert!(story.enrol_with(&sloppy, 1).is_ok());
}

#[test]
fn unknown_and_expired_codes_are_refused() {
    let story = Story::new();
    assert_eq!(
        code_of(story.enrol_with("AAAA-BBBB-CCCC", 1)),
        "claim_unknown"
    );
    assert_eq!(code_of(story.enrol_with("", 1)), "claim_unknown");
    let claim = story.claim();
    story.pass(Span::new().hours(25));
    assert_eq!(code_of(story.enrol_with(&claim, 1)), "claim_expired");
    assert!(story.today().kiosks.is_empty());
}

#[test]
fn a_spent_code_still_answers_its_own_kiosk_after_expiry() {
    let story = Story::new();
    let claim = story.claim();
    let device = story.enrol_with(&claim, 1).unwrap();
    story.pass(Span::new().hours(48));
    let story = story.restart();
    assert_eq!(story.enrol_with(&claim, 1).unwrap(), device);
}

fn request(claim: &str, key: &SigningKey, name: &str) -> Vec<u8> {
    let inventory = Inventory {
        name: name.to_owned(),
        ..Inventory::default()
    };
    let public_key = signing::key_to_text(&key.verifying_key());
    serde_json::to_vec(&EnrolRequest {
        claim_code: claim.to_owned(),
        public_key,
        inventory,
    })
    .unwrap()
}

fn headers(key: &SigningKey, body: &[u8]) -> String {
    let sent_at = story::NOON;
    let signature = signing::sign(
        key,
        Signed {
            method: "POST",
            path: ENROL_PATH,
            device: None,
            sent_at,
        },
        body,
    );
    format!(
        "Content-Type: application/json\r\nx-cheval-sent-at: {sent_at}\r\nx-cheval-signature: {signature}\r\n"
    )
}

#[test]
fn someone_elses_key_cannot_be_enrolled() {
    let story = Story::new();
    let (owner, thief) = (
        SigningKey::from_bytes(&[1; 32]),
        SigningKey::from_bytes(&[2; 32]),
    );
    let body = request(&story.claim(), &owner, "x");
    let reply = story.raw("POST", ENROL_PATH, &headers(&thief, &body), &body);
    assert_eq!(
        (reply.status, reply.code().as_str()),
        (401, "bad_signature")
    );
    let reply = story.raw("POST", ENROL_PATH, "", &body);
    assert_eq!(
        (reply.status, reply.code().as_str()),
        (401, "header_missing")
    );
    assert!(story.today().kiosks.is_empty());
}

#[test]
fn hostile_requests_are_refused_with_a_reason() {
    let story = Story::new();
    let key = SigningKey::from_bytes(&[1; 32]);
    for (body, code) in [
        (b"".to_vec(), "not_an_enrolment"),
        (b"{".to_vec(), "not_an_enrolment"),
        (vec![0xff; 100], "not_an_enrolment"),
        (br#"{"claim_code":"A","public_key":"B","inventory":{"name":"","version":"","system":""},"admin":true}"#.to_vec(), "not_an_enrolment"),
        (br#"{"claim_code":"A","public_key":"B","inventory":{"name":"","version":"","system":""}}"#.to_vec(), "bad_key"),
        (request("A", &key, &"n".repeat(201)), "bad_inventory"),
        (request("A", &key, "a\u{7}b"), "bad_inventory"),
    ] {
        let reply = story.raw("POST", ENROL_PATH, &headers(&key, &body), &body);
        assert_eq!((reply.status, reply.code().as_str()), (400, code), "{}", String::from_utf8_lossy(&body));
    }
    let huge = vec![b' '; 2_000_000];
    assert_eq!(story.raw("POST", ENROL_PATH, "", &huge).status, 413);
}

#[test]
fn only_the_hash_of_a_code_is_kept() {
    let story = Story::new();
    let claim = story.claim();
    let bytes = [
        story.folder.path().join("hub.sqlite"),
        story.folder.path().join("hub.sqlite-wal"),
    ]
    .iter()
    .flat_map(|path| std::fs::read(path).unwrap_or_default())
    .collect::<Vec<u8>>();
    let contains = |needle: &str| {
        bytes
            .windows(needle.len())
            .any(|window| window == needle.as_bytes())
    };
    assert!(contains("Lavina"), "the search itself works");
    assert!(!contains(&claim) && !contains(&claim.replace('-', "")));
}
