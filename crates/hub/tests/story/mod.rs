//! A hub under test: fixed clock, raw HTTP for what no honest client would send.
#![allow(dead_code, unreachable_pub, reason = "each test file uses its part")]

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use cheval_domain::catalogue::CreativeId;
use cheval_domain::record::{DeviceHealth, EndReason, Fault, Play, Record};
use cheval_hub::HubOptions;
use cheval_hub::embedded::RunningHub;
use cheval_hub_api::client::{ClientError, DeviceIdentity, HubClient, enrol};
use cheval_hub_api::signing::{self, Signed};
use cheval_hub_api::{Envelope, INGEST_PATH, IngestReply, Inventory, Today, batch};
use ed25519_dalek::SigningKey;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use serde_json::Value;
use uuid::Uuid;

pub const NOON: &str = "2026-11-22T12:00:00Z";

pub struct Story {
    pub hub: RunningHub,
    pub folder: tempfile::TempDir,
    now_ms: Arc<AtomicI64>,
}

pub struct Reply {
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl Reply {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    pub fn code(&self) -> String {
        self.json()["errors"][0]["code"]
            .as_str()
            .unwrap()
            .to_owned()
    }
}

pub fn time(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn start(data: &Path, now_ms: &Arc<AtomicI64>) -> RunningHub {
    let now_ms = Arc::clone(now_ms);
    RunningHub::start(HubOptions {
        data: data.to_owned(),
        listen: "127.0.0.1:0".parse().unwrap(),
        time_zone: TimeZone::UTC,
        clock: Arc::new(move || {
            Timestamp::from_millisecond(now_ms.load(Ordering::SeqCst)).unwrap()
        }),
    })
    .unwrap()
}

impl Story {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let now_ms = Arc::new(AtomicI64::new(time(NOON).as_millisecond()));
        Self {
            hub: start(folder.path(), &now_ms),
            folder,
            now_ms,
        }
    }

    pub fn restart(self) -> Self {
        self.hub.stop().unwrap();
        Self {
            hub: start(self.folder.path(), &self.now_ms),
            folder: self.folder,
            now_ms: self.now_ms,
        }
    }

    pub fn now(&self) -> Timestamp {
        Timestamp::from_millisecond(self.now_ms.load(Ordering::SeqCst)).unwrap()
    }

    pub fn pass(&self, span: Span) {
        self.now_ms.store(
            self.now().checked_add(span).unwrap().as_millisecond(),
            Ordering::SeqCst,
        );
    }

    pub fn claim(&self) -> String {
        self.hub
            .claim("Kyiv · Lavina", Span::new().hours(24))
            .unwrap()
            .to_string()
    }

    pub fn enrol_with(&self, claim: &str, seed: u8) -> Result<Uuid, ClientError> {
        let inventory = Inventory {
            name: format!("KYI-{seed:03}"),
            version: "0.1.0".into(),
            system: "test".into(),
        };
        let reply = enrol(
            &self.hub.url(),
            claim,
            &SigningKey::from_bytes(&[seed; 32]),
            inventory,
        )?;
        assert_eq!(reply.site, "Kyiv · Lavina");
        Ok(reply.device)
    }

    pub fn kiosk(&self, seed: u8) -> DeviceIdentity {
        let device = self.enrol_with(&self.claim(), seed).unwrap();
        DeviceIdentity {
            device,
            key: SigningKey::from_bytes(&[seed; 32]),
        }
    }

    pub fn client(&self, kiosk: &DeviceIdentity) -> HubClient {
        HubClient::new(&self.hub.url(), kiosk.clone()).unwrap()
    }

    /// Sends with a kiosk clock of our choice; [`HubClient`] always uses the machine's.
    pub fn send_at(
        &self,
        kiosk: &DeviceIdentity,
        sent_at: Timestamp,
        events: &[Envelope],
    ) -> IngestReply {
        let reply = self.post_signed(kiosk, sent_at, &batch::encode(events).unwrap());
        assert_eq!(reply.status, 200, "{}", reply.body);
        serde_json::from_str(&reply.body).unwrap()
    }

    pub fn send(&self, kiosk: &DeviceIdentity, events: &[Envelope]) -> IngestReply {
        self.send_at(kiosk, self.now(), events)
    }

    pub fn post_signed(&self, kiosk: &DeviceIdentity, sent_at: Timestamp, body: &[u8]) -> Reply {
        let headers = ingest_headers(kiosk, &sent_at.to_string(), body);
        self.raw("POST", INGEST_PATH, &headers, body)
    }

    /// A batch of JSON texts that an honest client would never make.
    pub fn post_events(&self, kiosk: &DeviceIdentity, json: &str) -> Reply {
        self.post_signed(
            kiosk,
            self.now(),
            &zstd::bulk::compress(json.as_bytes(), 3).unwrap(),
        )
    }

    pub fn get(&self, path: &str) -> Reply {
        self.raw("GET", path, "", b"")
    }

    pub fn today(&self) -> Today {
        let reply = self.get("/v1/today");
        assert_eq!(reply.status, 200, "{}", reply.body);
        serde_json::from_str(&reply.body).unwrap()
    }

    pub fn raw(&self, method: &str, path: &str, headers: &str, body: &[u8]) -> Reply {
        let mut stream = TcpStream::connect(self.hub.address()).unwrap();
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: hub\r\nConnection: close\r\nContent-Length: {}\r\n{headers}\r\n",
            body.len()
        );
        stream.write_all(head.as_bytes()).unwrap();
        // A refused body may be cut off while it is sent.
        drop(stream.write_all(body));
        let mut reply = Vec::new();
        drop(stream.read_to_end(&mut reply));
        let reply = String::from_utf8_lossy(&reply).into_owned();
        let (head, body) = reply.split_once("\r\n\r\n").expect("an HTTP reply");
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        Reply {
            status,
            head: head.to_lowercase(),
            body: body.to_owned(),
        }
    }
}

pub fn ingest_headers(kiosk: &DeviceIdentity, sent_at: &str, body: &[u8]) -> String {
    let signed = Signed {
        method: "POST",
        path: INGEST_PATH,
        device: Some(kiosk.device),
        sent_at,
    };
    let signature = signing::sign(&kiosk.key, signed, body);
    format!(
        "Content-Type: {}\r\nContent-Encoding: zstd\r\nx-cheval-device: {}\r\nx-cheval-sent-at: {sent_at}\r\nx-cheval-signature: {signature}\r\n",
        batch::CONTENT_TYPE,
        kiosk.device
    )
}

pub fn event(kiosk: &DeviceIdentity, sequence: u64, at: &str, record: Record) -> Envelope {
    Envelope::new(
        kiosk.device,
        1,
        sequence,
        Uuid::from_u128(u128::from(sequence)),
        time(at),
        record,
    )
}

pub fn play(creative: &str) -> Record {
    Record::Play(Play {
        slot: "attract".to_owned(),
        creative: CreativeId(creative.to_owned()),
        pack: "demo@1".to_owned(),
        started: "2026-11-22T11:00:00.000Z".to_owned(),
        ended: "2026-11-22T11:00:08.000Z".to_owned(),
        shown_ms: 8000,
        planned_ms: 8000,
        frames_presented: 240,
        black: false,
        frozen: false,
        end_reason: EndReason::Complete,
        qty_multiplier: 1.5,
    })
}

pub fn plays(kiosk: &DeviceIdentity, sequences: impl IntoIterator<Item = u64>) -> Vec<Envelope> {
    sequences
        .into_iter()
        .map(|sequence| event(kiosk, sequence, "2026-11-22T11:00:00Z", play("autumn")))
        .collect()
}

pub fn fault(code: &str, message: &str, count: u32) -> Record {
    Record::Fault(Fault {
        code: code.to_owned(),
        component: "camera".to_owned(),
        count,
        message: message.to_owned(),
    })
}

pub fn health(camera: &str) -> Record {
    Record::DeviceHealth(DeviceHealth {
        fps: 30.0,
        camera: camera.to_owned(),
        content: "demo@1".to_owned(),
        ..DeviceHealth::default()
    })
}
