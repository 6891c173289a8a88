//! Values that the types allow and the field does not: a record that breaks one of these rules would spoil sums or
//! privacy, so it is refused for good. Pure.

use cheval_domain::observation::{AgeBand, Gender};
use cheval_domain::record::{
    AudienceWindow, DeviceHealth, Fault, Interaction, Play, Privacy, Record, SpoolGap,
};
use jiff::{SignedDuration, Timestamp};

/// Longest text in a record, bytes. Nothing a kiosk reports is longer; what is may be smuggled data.
const TEXT_BYTES: usize = 256;
/// Most entries in a list of a record.
const LIST_ENTRIES: usize = 64;
/// Longest time in a record: 31 days.
const DURATION_MS: u64 = 31 * 24 * 3600 * 1000;
/// Highest counter since start: a year at 1000 a second. Sums over a day then stay far below 2^63.
const COUNTER: u64 = 365 * 24 * 3600 * 1000;
/// Shortest full audience window (DESIGN: demographics only in windows of at least 15 minutes).
const WINDOW: SignedDuration = SignedDuration::from_mins(15);
/// Fewest people in a demographic cell: one is a person, not a group.
const MIN_K: u32 = 2;
/// Most people present at once that an impression estimate may claim.
const MULTIPLIER: f32 = 1000.0;

/// What is wrong with a record: `field` as in JSON.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{field}`: expected {expected}")]
pub(crate) struct Problem {
    field: &'static str,
    expected: &'static str,
}

type Check = Result<(), Problem>;

/// Checks the values of `record`.
pub(crate) fn record(record: &Record) -> Check {
    match record {
        Record::Play(play) => check_play(play),
        Record::AudienceWindow(window) => check_window(window),
        Record::Interaction(interaction) => check_interaction(interaction),
        Record::DeviceHealth(health) => check_health(health),
        Record::Fault(fault) => check_fault(fault),
        Record::Privacy(privacy) => check_privacy(privacy),
        Record::SpoolGap(gap) => check_gap(gap),
    }
}

fn check_play(play: &Play) -> Check {
    name("slot", &play.slot)?;
    name("creative", &play.creative.0)?;
    text("pack", &play.pack)?;
    let (started, ended) = (time("started", &play.started)?, time("ended", &play.ended)?);
    ensure(started <= ended, "ended", "a time not before `started`")?;
    duration("shown_ms", play.shown_ms)?;
    duration("planned_ms", play.planned_ms)?;
    counter("frames_presented", play.frames_presented)?;
    ensure(
        play.qty_multiplier.is_finite() && (0.0..=MULTIPLIER).contains(&play.qty_multiplier),
        "qty_multiplier",
        "a number from 0 to 1000",
    )
}

fn check_window(window: &AudienceWindow) -> Check {
    let (from, to) = (time("from", &window.from)?, time("to", &window.to)?);
    ensure(from < to, "to", "a time after `from`")?;
    let length = to.duration_since(from);
    ensure(
        window.partial || length >= WINDOW,
        "to",
        "at least 15 minutes after `from`, unless `partial`",
    )?;
    ensure(window.watchers <= window.ots, "watchers", "at most `ots`")?;
    duration("camera_ms", window.camera_ms)?;
    counter("dwell_ms", window.dwell_ms)?;
    ensure(
        window.attention_ms <= window.dwell_ms,
        "attention_ms",
        "at most `dwell_ms`",
    )?;
    ensure(
        window.cells.len() <= LIST_ENTRIES,
        "cells",
        "at most 64 entries",
    )?;
    ensure(
        window.cells.is_empty() || window.k >= MIN_K,
        "k",
        "at least 2 when there are cells",
    )?;
    for cell in &window.cells {
        ensure(
            cell.n >= window.k,
            "cells",
            "at least `k` people in each cell",
        )?;
        ensure(
            TARGETABLE_AGES
                .iter()
                .any(|age| age.as_str() == cell.age_band),
            "cells",
            "an age band of adults",
        )?;
        ensure(
            [Gender::Female, Gender::Male]
                .iter()
                .any(|gender| gender.as_str() == cell.gender),
            "cells",
            "`female` or `male`",
        )?;
    }
    Ok(())
}

/// Bands that may stand in a record: neither minors nor unknowns.
const TARGETABLE_AGES: [AgeBand; 6] = [
    AgeBand::From18To24,
    AgeBand::From25To34,
    AgeBand::From35To44,
    AgeBand::From45To54,
    AgeBand::From55To64,
    AgeBand::From65,
];

fn check_interaction(interaction: &Interaction) -> Check {
    counter("session", interaction.session)?;
    duration(
        "duration_secs",
        interaction.duration_secs.saturating_mul(1000),
    )?;
    list("steps", interaction.steps.len())?;
    for step in &interaction.steps {
        name("steps", &step.screen)?;
        duration("steps", step.ms)?;
    }
    list("tried", interaction.tried.len())?;
    for tried in &interaction.tried {
        name("tried", &tried.sku.0)?;
        duration("tried", tried.ms)?;
    }
    ensure(
        interaction.csat.is_none_or(|csat| (1..=5).contains(&csat)),
        "csat",
        "1 to 5 or null",
    )?;
    name("outcome", &interaction.outcome)
}

fn check_health(health: &DeviceHealth) -> Check {
    counter("frames_presented", health.frames_presented)?;
    rate("fps", health.fps)?;
    text("camera", &health.camera)?;
    counter("camera_frames", health.camera_frames)?;
    counter("vision_results", health.vision_results)?;
    rate("vision_ms", health.vision_ms)?;
    list("organs_off", health.organs_off.len())?;
    health
        .organs_off
        .iter()
        .try_for_each(|organ| text("organs_off", organ))?;
    text("sound", &health.sound)?;
    text("content", &health.content)?;
    text("version", &health.version)
}

fn check_fault(fault: &Fault) -> Check {
    name("code", &fault.code)?;
    name("component", &fault.component)?;
    text("message", &fault.message)
}

fn check_privacy(_: &Privacy) -> Check {
    Ok(())
}

fn check_gap(gap: &SpoolGap) -> Check {
    ensure(
        gap.from_sequence <= gap.to_sequence,
        "to_sequence",
        "at least `from_sequence`",
    )?;
    ensure(
        gap.to_sequence <= i64::MAX.unsigned_abs()
            && gap.dropped <= gap.to_sequence - gap.from_sequence + 1,
        "dropped",
        "at most the sequences from `from_sequence` to `to_sequence`",
    )?;
    counter("dropped", gap.dropped)?;
    name("reason", &gap.reason)
}

fn ensure(holds: bool, field: &'static str, expected: &'static str) -> Check {
    if holds {
        Ok(())
    } else {
        Err(Problem { field, expected })
    }
}

fn text(field: &'static str, value: &str) -> Check {
    let fits = value.len() <= TEXT_BYTES && !value.chars().any(char::is_control);
    ensure(fits, field, "at most 256 bytes without control characters")
}

fn name(field: &'static str, value: &str) -> Check {
    ensure(!value.is_empty(), field, "a text that is not empty")?;
    text(field, value)
}

fn list(field: &'static str, entries: usize) -> Check {
    ensure(entries <= LIST_ENTRIES, field, "at most 64 entries")
}

fn duration(field: &'static str, ms: u64) -> Check {
    ensure(ms <= DURATION_MS, field, "at most 31 days")
}

fn counter(field: &'static str, count: u64) -> Check {
    ensure(count <= COUNTER, field, "at most 31536000000")
}

fn rate(field: &'static str, value: f32) -> Check {
    ensure(value.is_finite() && value >= 0.0, field, "a number from 0")
}

fn time(field: &'static str, value: &str) -> Result<Timestamp, Problem> {
    value.parse().ok().ok_or(Problem {
        field,
        expected: "an RFC 3339 time",
    })
}

#[cfg(test)]
mod tests {
    use cheval_domain::record::AudienceCell;
    use serde_json::{Value, json};

    use super::*;

    fn play() -> Value {
        json!({"type": "play", "data": {
            "slot": "attract", "creative": "autumn", "pack": "demo@1",
            "started": "2026-11-22T08:00:00.000Z", "ended": "2026-11-22T08:00:08.000Z",
            "shown_ms": 8000, "planned_ms": 8000, "frames_presented": 240, "black": false, "frozen": false,
            "end_reason": "complete", "qty_multiplier": 1.5}})
    }

    fn window() -> AudienceWindow {
        AudienceWindow {
            from: "2026-11-22T08:00:00Z".to_owned(),
            to: "2026-11-22T08:15:00Z".to_owned(),
            partial: false,
            ots: 30,
            watchers: 12,
            dwell_ms: 90_000,
            attention_ms: 40_000,
            cells: vec![AudienceCell {
                age_band: "25-34".to_owned(),
                gender: "female".to_owned(),
                n: 6,
            }],
            other: 24,
            k: 5,
            camera_ms: 900_000,
        }
    }

    fn field_of(problem: Check) -> &'static str {
        problem.unwrap_err().field
    }

    #[test]
    fn good_records_pass() {
        assert_eq!(record(&serde_json::from_value(play()).unwrap()), Ok(()));
        assert_eq!(check_window(&window()), Ok(()));
        let short = AudienceWindow {
            to: "2026-11-22T08:01:00Z".to_owned(),
            partial: true,
            ..window()
        };
        assert_eq!(check_window(&short), Ok(()));
        assert_eq!(check_health(&DeviceHealth::default()), Ok(()));
    }

    #[test]
    fn plays_that_would_spoil_sums_are_refused() {
        for (field, value) in [
            ("slot", json!("")),
            ("creative", json!("x".repeat(300))),
            ("creative", json!("a\nb")),
            ("started", json!("today")),
            ("ended", json!("2026-11-22T07:59:59Z")),
            ("shown_ms", json!(u64::MAX)),
            ("planned_ms", json!(u64::MAX)),
            ("frames_presented", json!(u64::MAX)),
            ("qty_multiplier", json!(-1.0)),
            ("qty_multiplier", json!(1e9)),
        ] {
            let mut bad = play();
            bad["data"][field] = value;
            assert_eq!(
                field_of(record(&serde_json::from_value(bad).unwrap())),
                field
            );
        }
    }

    #[test]
    fn windows_that_would_spoil_privacy_are_refused() {
        let cell = |age: &str, gender: &str, n| AudienceCell {
            age_band: age.to_owned(),
            gender: gender.to_owned(),
            n,
        };
        for (field, bad) in [
            (
                "cells",
                AudienceWindow {
                    cells: vec![cell("25-34", "female", 4)],
                    ..window()
                },
            ),
            (
                "cells",
                AudienceWindow {
                    cells: vec![cell("minor", "female", 9)],
                    ..window()
                },
            ),
            (
                "cells",
                AudienceWindow {
                    cells: vec![cell("unknown", "male", 9)],
                    ..window()
                },
            ),
            (
                "cells",
                AudienceWindow {
                    cells: vec![cell("25-34", "unknown", 9)],
                    ..window()
                },
            ),
            ("k", AudienceWindow { k: 1, ..window() }),
            (
                "to",
                AudienceWindow {
                    to: "2026-11-22T08:14:59Z".to_owned(),
                    ..window()
                },
            ),
            (
                "to",
                AudienceWindow {
                    to: window().from,
                    partial: true,
                    ..window()
                },
            ),
            (
                "watchers",
                AudienceWindow {
                    watchers: 31,
                    ..window()
                },
            ),
            (
                "attention_ms",
                AudienceWindow {
                    attention_ms: 90_001,
                    ..window()
                },
            ),
            (
                "dwell_ms",
                AudienceWindow {
                    dwell_ms: u64::MAX,
                    ..window()
                },
            ),
        ] {
            assert_eq!(field_of(check_window(&bad)), field);
        }
    }

    #[test]
    fn the_rest_is_bounded_too() {
        let fault = |message: String| Fault {
            code: "c".into(),
            component: "camera".into(),
            count: 1,
            message,
        };
        assert_eq!(field_of(check_fault(&fault("x".repeat(257)))), "message");
        let health = DeviceHealth {
            fps: f32::NAN,
            ..DeviceHealth::default()
        };
        assert_eq!(field_of(check_health(&health)), "fps");
        let gap = |from, to, dropped| SpoolGap {
            from_sequence: from,
            to_sequence: to,
            dropped,
            reason: "disk_cap".to_owned(),
        };
        assert_eq!(check_gap(&gap(3, 5, 3)), Ok(()));
        assert_eq!(field_of(check_gap(&gap(3, 5, 4))), "dropped");
        assert_eq!(field_of(check_gap(&gap(5, 3, 1))), "to_sequence");
        assert_eq!(field_of(check_gap(&gap(0, u64::MAX, 1))), "dropped");
        let rude: Interaction = serde_json::from_value(json!({
            "session": 1, "duration_secs": 5, "steps": [], "tried": [], "csat": 6, "outcome": "done"}))
        .unwrap();
        assert_eq!(field_of(check_interaction(&rude)), "csat");
    }
}
