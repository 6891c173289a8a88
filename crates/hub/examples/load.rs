//! Fills a hub through its own front door and says how fast it took the records.
//!
//! `cargo run --release -p cheval-hub --example load -- DIR KIOSKS BATCHES EVENTS` starts a hub on DIR, enrols KIOSKS
//! and lets each send BATCHES of EVENTS records as fast as it is answered. The figure includes the senders' work.

use std::time::Instant;

use anyhow::Context as _;
use cheval_domain::catalogue::{CreativeId, Sku};
use cheval_domain::record::{
    AudienceWindow, DeviceHealth, EndReason, Interaction, Play, Privacy, Record, TriedGarment,
};
use cheval_hub::embedded::RunningHub;
use cheval_hub::{HubOptions, system_clock};
use cheval_hub_api::client::{DeviceIdentity, HubClient, enrol};
use cheval_hub_api::{Envelope, Inventory};
use ed25519_dalek::SigningKey;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use uuid::Uuid;

const CREATIVES: [&str; 6] = [
    "saffron-season",
    "linen-week",
    "wool-days",
    "free-alterations",
    "knit-on-a-cold-day",
    "denim-repair",
];
const SITES: [&str; 3] = ["Kyiv · Lavina", "Lviv · Forum", "Kraków · Bonarka"];

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [data, kiosks, batches, events] = arguments.as_slice() else {
        anyhow::bail!("expected: DIR KIOSKS BATCHES EVENTS");
    };
    let (kiosks, batches, events): (usize, u64, u64) =
        (kiosks.parse()?, batches.parse()?, events.parse()?);
    let hub = RunningHub::start(HubOptions {
        data: data.into(),
        listen: ([127, 0, 0, 1], 0).into(),
        time_zone: TimeZone::system(),
        clock: system_clock(),
    })?;
    let clients = (0..kiosks)
        .map(|number| enrolled(&hub, number))
        .collect::<anyhow::Result<Vec<_>>>()?;

    let start = Instant::now();
    std::thread::scope(|scope| {
        let senders: Vec<_> = clients
            .iter()
            .map(|client| scope.spawn(move || send(client, batches, events)))
            .collect();
        senders.into_iter().try_for_each(|sender| {
            sender
                .join()
                .map_err(|_panic| anyhow::anyhow!("a sender panicked"))
                .and_then(|sent| sent)
        })
    })?;
    let seconds = start.elapsed().as_secs_f64();
    let total = kiosks as u64 * batches * events;
    tracing_subscriber::fmt().init();
    tracing::info!(
        total,
        seconds,
        events_per_second = total as f64 / seconds,
        "stored"
    );
    hub.stop()?;
    Ok(())
}

fn enrolled(hub: &RunningHub, number: usize) -> anyhow::Result<HubClient> {
    let site = SITES[number % SITES.len()];
    let claim = hub.claim(site, Span::new().hours(1))?.to_string();
    let mut seed = [0; 32];
    getrandom::fill(&mut seed)
        .ok()
        .context("no random numbers")?;
    let key = SigningKey::from_bytes(&seed);
    let inventory = Inventory {
        name: format!("mirror-{:02}", number + 1),
        ..Inventory::default()
    };
    let device = enrol(&hub.url(), &claim, &key, inventory)?.device;
    Ok(HubClient::new(&hub.url(), DeviceIdentity { device, key })?)
}

fn send(client: &HubClient, batches: u64, events: u64) -> anyhow::Result<()> {
    let device = client.identity().device;
    for batch in 0..batches {
        let envelopes: Vec<Envelope> = (1..=events)
            .map(|place| {
                let sequence = batch * events + place;
                Envelope::new(
                    device,
                    1,
                    sequence,
                    Uuid::now_v7(),
                    Timestamp::now(),
                    record(sequence),
                )
            })
            .collect();
        client.ingest(&envelopes)?;
    }
    Ok(())
}

/// Mostly plays, as from a kiosk in a shop.
fn record(sequence: u64) -> Record {
    let now = Timestamp::now().to_string();
    match sequence % 50 {
        1 => Record::DeviceHealth(DeviceHealth {
            fps: 30.0,
            camera: "live".to_owned(),
            content: "autumn@41".to_owned(),
            ..DeviceHealth::default()
        }),
        2 => Record::AudienceWindow(AudienceWindow {
            from: "2026-01-01T10:00:00Z".to_owned(),
            to: "2026-01-01T10:15:00Z".to_owned(),
            partial: false,
            ots: 96,
            watchers: 41,
            dwell_ms: 790_000,
            attention_ms: 402_000,
            cells: Vec::new(),
            other: 96,
            k: 5,
            camera_ms: 900_000,
        }),
        3..=9 => Record::Interaction(Interaction {
            session: sequence,
            duration_secs: 48,
            steps: Vec::new(),
            tried: (0..sequence % 3)
                .map(|n| TriedGarment {
                    sku: Sku(format!("SKU-{n}")),
                    ms: 9000,
                })
                .collect(),
            csat: sequence
                .is_multiple_of(4)
                .then_some(if sequence.is_multiple_of(8) { 5 } else { 4 }),
            outcome: "done".to_owned(),
        }),
        10 => Record::Privacy(Privacy {
            notices_shown: 3,
            camera_paused: 1,
            sees_opened: 1,
        }),
        _ => Record::Play(Play {
            slot: "attract".to_owned(),
            creative: CreativeId(CREATIVES[(sequence % 11).min(5) as usize].to_owned()),
            pack: "autumn@41".to_owned(),
            started: now.clone(),
            ended: now,
            shown_ms: 8000,
            planned_ms: 8000,
            frames_presented: 240,
            black: false,
            frozen: false,
            end_reason: EndReason::Complete,
            qty_multiplier: 1.4,
        }),
    }
}
