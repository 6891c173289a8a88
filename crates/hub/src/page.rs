//! The page of today: figures become words. Pure; knows nothing of storage or HTTP.

use std::net::SocketAddr;

use askama::Template;
use cheval_domain::number::thousands;
use cheval_hub_api::{Completeness, CreativePlays, KioskToday, Today};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// A kiosk sends its health every few minutes; after this long it counts as silent.
const SILENT_AFTER: SignedDuration = SignedDuration::from_mins(10);
/// A clock further off than this is worth a word: billing wants plays within minutes.
const CLOCK_OFF_MS: u64 = 120_000;
/// Creatives listed; the rest is summed up.
const CREATIVES: usize = 8;
/// Kiosks listed; the rest is in the JSON.
const KIOSKS: usize = 200;
/// Faults listed.
const FAULTS: usize = 8;

#[derive(Template)]
#[template(path = "today.html")]
struct TodayPage<'a> {
    date: String,
    zone: &'a str,
    updated: String,
    address: SocketAddr,
    today: &'a Today,
    tiles: Vec<Tile>,
    creatives: Vec<Bar<'a>>,
    more_creatives: usize,
    steps: Vec<Step>,
    kiosks: Vec<KioskRow<'a>>,
    more_kiosks: usize,
    healthy: usize,
    faults: Vec<FaultRow<'a>>,
    csat: Option<String>,
}

struct Tile {
    label: &'static str,
    value: String,
    note: String,
    estimate: bool,
}

struct Bar<'a> {
    creative: &'a str,
    plays: String,
    percent: f64,
    shown: String,
    impressions: String,
    faulty: u64,
}

/// One step from passing by to trying on, with its share of the picture (0..=100 high, centred on 50).
struct Step {
    label: &'static str,
    value: String,
    share: String,
    points: String,
}

struct KioskRow<'a> {
    name: &'a str,
    site: &'a str,
    last_seen: String,
    screen: String,
    camera: String,
    content: &'a str,
    plays: String,
    complete: String,
    complete_note: String,
    state: State,
}

struct FaultRow<'a> {
    kiosk: &'a str,
    component: &'a str,
    message: &'a str,
    count: String,
}

/// A kiosk's state in one or two words and a tone for its colour.
#[derive(Debug, PartialEq, Eq)]
struct State {
    word: String,
    tone: &'static str,
}

/// Draws the page.
pub(crate) fn render(
    today: &Today,
    zone: &TimeZone,
    address: SocketAddr,
) -> askama::Result<String> {
    let local = today.generated.to_zoned(zone.clone());
    let kiosks: Vec<KioskRow<'_>> = today
        .kiosks
        .iter()
        .map(|kiosk| kiosk_row(kiosk, today.generated))
        .collect();
    TodayPage {
        date: local.strftime("%A, %-d %B %Y").to_string(),
        zone: &today.time_zone,
        updated: local.strftime("%H:%M:%S").to_string(),
        address,
        today,
        tiles: tiles(today),
        creatives: bars(&today.plays.by_creative),
        more_creatives: today.plays.by_creative.len().saturating_sub(CREATIVES),
        steps: steps(today),
        healthy: kiosks
            .iter()
            .filter(|kiosk| kiosk.state.tone == "ok")
            .count(),
        more_kiosks: kiosks.len().saturating_sub(KIOSKS),
        kiosks: kiosks.into_iter().take(KIOSKS).collect(),
        faults: today
            .faults
            .iter()
            .take(FAULTS)
            .map(|fault| FaultRow {
                kiosk: &fault.kiosk,
                component: &fault.component,
                message: &fault.message,
                count: thousands(fault.count),
            })
            .collect(),
        csat: today.sessions.csat_mean.map(|mean| format!("{mean:.1}")),
    }
    .render()
}

/// IANA name of a time zone, `UTC` for a machine without one.
pub(crate) fn zone_name(zone: &TimeZone) -> String {
    zone.iana_name().unwrap_or("UTC").to_owned()
}

fn tiles(today: &Today) -> Vec<Tile> {
    let audience = &today.audience;
    let arrived = total_completeness(&today.kiosks);
    let attention = share(audience.attention_ms, audience.dwell_ms);
    vec![
        Tile {
            label: "Plays",
            value: thousands(today.plays.count),
            note: format!("{} on the glass", duration(today.plays.shown_ms)),
            estimate: false,
        },
        Tile {
            label: "Opportunity to see",
            value: thousands(audience.ots),
            note: "people in view".to_owned(),
            estimate: true,
        },
        Tile {
            label: "Watchers",
            value: thousands(audience.watchers),
            note: format!(
                "{} of people in view",
                share(audience.watchers, audience.ots)
            ),
            estimate: true,
        },
        Tile {
            label: "Mean dwell",
            value: audience
                .mean_dwell_ms
                .map_or_else(|| "–".to_owned(), duration),
            note: format!("{attention} facing the screen"),
            estimate: true,
        },
        Tile {
            label: "Records arrived",
            value: percent(&arrived),
            note: arrived_note(&arrived),
            estimate: false,
        },
    ]
}

fn bars(creatives: &[CreativePlays]) -> Vec<Bar<'_>> {
    let most = creatives
        .iter()
        .map(|creative| creative.count)
        .max()
        .unwrap_or(0)
        .max(1);
    creatives
        .iter()
        .take(CREATIVES)
        .map(|creative| Bar {
            creative: &creative.creative,
            plays: thousands(creative.count),
            percent: 100.0 * creative.count as f64 / most as f64,
            shown: duration(creative.shown_ms),
            impressions: format!("{:.1}", creative.impressions),
            faulty: creative.faulty,
        })
        .collect()
}

fn steps(today: &Today) -> Vec<Step> {
    let counts = [
        ("Opportunity to see", today.audience.ots),
        ("Watchers", today.audience.watchers),
        ("Used the mirror", today.sessions.count),
        ("Tried something on", today.sessions.with_try_on),
    ];
    let most = counts
        .iter()
        .map(|(_, count)| *count)
        .max()
        .unwrap_or(0)
        .max(1);
    let height = |count: u64| (100.0 * count as f64 / most as f64).max(1.5);
    let next = counts.iter().skip(1).chain(counts.last());
    counts
        .iter()
        .zip(next)
        .enumerate()
        .map(|(place, ((label, count), (_, after)))| {
            let (left, right) = (place * 100, place * 100 + 98);
            let (here, there) = (height(*count) / 2.0, height(*after) / 2.0);
            Step {
                label,
                value: thousands(*count),
                share: if place == 0 {
                    "in view".to_owned()
                } else {
                    format!("{} of them", share(*count, today.audience.ots))
                },
                points: format!(
                    "{left},{:.1} {right},{:.1} {right},{:.1} {left},{:.1}",
                    50.0 - here,
                    50.0 - there,
                    50.0 + there,
                    50.0 + here
                ),
            }
        })
        .collect()
}

fn kiosk_row(kiosk: &KioskToday, now: Timestamp) -> KioskRow<'_> {
    let health = kiosk.health.as_ref().map(|last| &last.health);
    KioskRow {
        name: &kiosk.name,
        site: &kiosk.site,
        last_seen: kiosk
            .last_seen
            .map_or_else(|| "never".to_owned(), |seen| ago(seen, now)),
        screen: health.map_or_else(
            || "–".to_owned(),
            |health| format!("{:.0} frames/s", health.fps),
        ),
        camera: health.map_or_else(|| "–".to_owned(), |health| camera_words(&health.camera)),
        content: health.map_or("–", |health| health.content.as_str()),
        plays: thousands(kiosk.plays),
        complete: percent(&kiosk.completeness),
        complete_note: missing_note(&kiosk.completeness),
        state: state(kiosk, now),
    }
}

/// The worst thing first.
fn state(kiosk: &KioskToday, now: Timestamp) -> State {
    let is = |word: &str, tone| State {
        word: word.to_owned(),
        tone,
    };
    let Some(seen) = kiosk.last_seen else {
        return is("nothing yet", "calm");
    };
    if now.duration_since(seen) > SILENT_AFTER {
        return is("silent", "bad");
    }
    let clock_off = kiosk
        .clock_behind_ms
        .is_some_and(|behind| behind.unsigned_abs() > CLOCK_OFF_MS);
    let Some(last) = &kiosk.health else {
        return is("no health yet", "calm");
    };
    match (last.health.camera.as_str(), last.health.organs_off.len()) {
        ("lost", _) => is("camera lost", "warn"),
        (_, 1) => is("1 organ off", "warn"),
        (_, organs) if organs > 1 => State {
            word: format!("{organs} organs off"),
            tone: "warn",
        },
        _ if clock_off => is("clock wrong", "warn"),
        _ => is("healthy", "ok"),
    }
}

fn camera_words(camera: &str) -> String {
    match camera {
        "paused" => "paused by shopper".to_owned(),
        "none" => "no camera".to_owned(),
        other => other.to_owned(),
    }
}

fn total_completeness(kiosks: &[KioskToday]) -> Completeness {
    kiosks
        .iter()
        .map(|kiosk| &kiosk.completeness)
        .fold(Completeness::default(), |sum, one| Completeness {
            expected: sum.expected + one.expected,
            received: sum.received + one.received,
            dropped: sum.dropped + one.dropped,
        })
}

/// Rounded down: 99.96 % is not all.
fn percent(completeness: &Completeness) -> String {
    match completeness.percent() {
        Some(percent) if percent >= 100.0 => "100 %".to_owned(),
        Some(percent) => format!("{:.1} %", (percent * 10.0).floor() / 10.0),
        None => "–".to_owned(),
    }
}

fn arrived_note(all: &Completeness) -> String {
    if all.expected == 0 {
        return "nothing expected yet".to_owned();
    }
    format!("{} of {}", thousands(all.received), thousands(all.expected))
}

fn missing_note(completeness: &Completeness) -> String {
    let missing = completeness.expected.saturating_sub(completeness.received);
    match (missing, completeness.dropped) {
        (0, _) => String::new(),
        (missing, 0) => format!("{} missing", thousands(missing)),
        (missing, dropped) if dropped >= missing => {
            format!("{} dropped by the kiosk", thousands(missing))
        }
        (missing, dropped) => format!(
            "{} missing, of them {} dropped",
            thousands(missing),
            thousands(dropped)
        ),
    }
}

fn share(part: u64, whole: u64) -> String {
    if whole == 0 {
        return "–".to_owned();
    }
    format!("{:.1} %", 100.0 * part as f64 / whole as f64)
}

fn ago(then: Timestamp, now: Timestamp) -> String {
    let secs = now.duration_since(then).as_secs().max(0).unsigned_abs();
    match secs {
        0..60 => "now".to_owned(),
        60..3600 => format!("{} min ago", secs / 60),
        3600..86_400 => format!("{} h ago", secs / 3600),
        _ => format!("{} d ago", secs / 86_400),
    }
}

/// Two units at most: `8.4 s`, `1 min 12 s`, `3 h 5 min`.
fn duration(ms: u64) -> String {
    let secs = ms / 1000;
    match secs {
        0..10 => format!("{}.{} s", secs, ms % 1000 / 100),
        10..60 => format!("{secs} s"),
        60..3600 => format!("{} min {} s", secs / 60, secs % 60),
        _ => format!("{} h {} min", thousands(secs / 3600), secs % 3600 / 60),
    }
}

#[cfg(test)]
mod tests {
    use cheval_domain::record::DeviceHealth;
    use cheval_hub_api::LastHealth;
    use uuid::Uuid;

    use super::*;

    #[test]
    fn spans_read_like_spans() {
        for (ms, text) in [
            (0, "0.0 s"),
            (8_450, "8.4 s"),
            (59_999, "59 s"),
            (72_000, "1 min 12 s"),
            (11_100_000, "3 h 5 min"),
        ] {
            assert_eq!(duration(ms), text);
        }
    }

    #[test]
    fn nearly_all_is_not_all() {
        let of = |received, expected| {
            percent(&Completeness {
                expected,
                received,
                dropped: 0,
            })
        };
        assert_eq!(of(0, 0), "–");
        assert_eq!(of(10_000, 10_000), "100 %");
        assert_eq!(of(9_999, 10_000), "99.9 %");
        assert_eq!(of(0, 7), "0.0 %");
    }

    fn kiosk(camera: &str, organs_off: usize) -> KioskToday {
        let now: Timestamp = "2026-11-22T08:00:00Z".parse().unwrap();
        let health = DeviceHealth {
            camera: camera.to_owned(),
            organs_off: vec!["pose: wrong hash".to_owned(); organs_off],
            ..DeviceHealth::default()
        };
        KioskToday {
            device: Uuid::nil(),
            name: "window".to_owned(),
            site: "Kyiv".to_owned(),
            enrolled: now,
            last_seen: Some(now),
            clock_behind_ms: Some(40),
            plays: 0,
            health: Some(LastHealth { at: now, health }),
            completeness: Completeness::default(),
        }
    }

    #[test]
    fn a_kiosk_says_the_worst_first() {
        let now: Timestamp = "2026-11-22T08:00:00Z".parse().unwrap();
        let later = now + SignedDuration::from_mins(11);
        assert_eq!(state(&kiosk("live", 0), now).word, "healthy");
        assert_eq!(
            state(&kiosk("paused", 0), now).word,
            "healthy",
            "a shopper's pause is no fault"
        );
        assert_eq!(state(&kiosk("lost", 2), now).word, "camera lost");
        assert_eq!(state(&kiosk("live", 2), now).word, "2 organs off");
        assert_eq!(state(&kiosk("lost", 2), later).word, "silent");
        assert_eq!(
            state(
                &KioskToday {
                    clock_behind_ms: Some(-600_000),
                    ..kiosk("live", 0)
                },
                now
            )
            .word,
            "clock wrong"
        );
        assert_eq!(
            state(
                &KioskToday {
                    health: None,
                    ..kiosk("live", 0)
                },
                now
            )
            .word,
            "no health yet"
        );
        assert_eq!(
            state(
                &KioskToday {
                    last_seen: None,
                    ..kiosk("live", 0)
                },
                later
            )
            .word,
            "nothing yet"
        );
    }
}
