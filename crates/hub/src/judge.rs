//! Each event of a batch on its own: accepted with the hub's view of its time, or refused for good with a reason.
//! Pure: time and time zone come in as arguments.

use cheval_hub_api::{Envelope, Rejection};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde_json::value::RawValue;
use uuid::Uuid;

use crate::store::CheckedEvent;
use crate::validate;

/// Below this the kiosk's clock is as good as ours and the difference may be the network's.
const CLOCK_TRUSTED_MS: i64 = 60_000;

/// Who sent the batch and when.
#[derive(Debug, Clone)]
pub(crate) struct Sender {
    pub(crate) device: Uuid,
    pub(crate) received: Timestamp,
    pub(crate) clock_behind_ms: i64,
    pub(crate) time_zone: TimeZone,
}

/// What became of a batch.
#[derive(Debug, Default)]
pub(crate) struct Verdict {
    pub(crate) accepted: Vec<CheckedEvent>,
    pub(crate) rejected: Vec<(Rejection, &'static str)>,
}

impl Verdict {
    /// Highest sequence number that could be read.
    pub(crate) fn ack_through(&self) -> Option<u64> {
        let accepted = self.accepted.iter().map(|event| event.envelope.sequence);
        accepted
            .chain(
                self.rejected
                    .iter()
                    .filter_map(|(rejection, _)| rejection.sequence),
            )
            .max()
    }

    /// All accepted events are of one epoch; acknowledging "through" a sequence means nothing otherwise.
    pub(crate) fn one_epoch(&self) -> bool {
        let mut epochs = self.accepted.iter().map(|event| event.envelope.epoch);
        let first = epochs.next();
        epochs.all(|epoch| Some(epoch) == first)
    }
}

pub(crate) fn judge(events: &[Box<RawValue>], sender: &Sender) -> Verdict {
    let mut verdict = Verdict::default();
    for (index, event) in events.iter().enumerate() {
        match judge_one(event.get(), sender) {
            Ok(event) => verdict.accepted.push(event),
            Err((sequence, code, message)) => {
                verdict.rejected.push((
                    Rejection {
                        index,
                        sequence,
                        code: code.to_owned(),
                        message,
                    },
                    code,
                ));
            }
        }
    }
    verdict
}

fn judge_one(
    json: &str,
    sender: &Sender,
) -> Result<CheckedEvent, (Option<u64>, &'static str, String)> {
    let envelope = Envelope::parse(json)
        .map_err(|error| (error.sequence(), error.code(), clipped(&error.to_string())))?;
    if envelope.device != sender.device {
        return Err((
            Some(envelope.sequence),
            "wrong_source",
            "the event's source is not the kiosk that signed".into(),
        ));
    }
    validate::record(&envelope.record)
        .map_err(|problem| (Some(envelope.sequence), "bad_values", problem.to_string()))?;
    let occurred = by_our_clock(envelope.time, sender);
    Ok(CheckedEvent {
        day: occurred.to_zoned(sender.time_zone.clone()).date(),
        occurred,
        envelope,
    })
}

/// `received − (sent − time)`: right as long as the kiosk's clock did not jump between recording and sending.
/// Nothing happens after it was received.
fn by_our_clock(time: Timestamp, sender: &Sender) -> Timestamp {
    let time = if sender.clock_behind_ms.saturating_abs() > CLOCK_TRUSTED_MS {
        let behind = SignedDuration::from_millis(sender.clock_behind_ms);
        time.checked_add(behind).unwrap_or(sender.received)
    } else {
        time
    };
    time.min(sender.received)
}

/// Parser messages may quote what they met; replies stay short.
fn clipped(message: &str) -> String {
    message
        .chars()
        .filter(|c| !c.is_control())
        .take(300)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sender(clock_behind_ms: i64) -> Sender {
        Sender {
            device: Uuid::from_u128(1),
            received: "2026-11-22T08:00:00Z".parse().unwrap(),
            clock_behind_ms,
            time_zone: TimeZone::UTC,
        }
    }

    #[test]
    fn a_wrong_clock_is_corrected_and_a_good_one_left_alone() {
        for (time, behind_ms, expect) in [
            ("2026-11-22T07:00:00Z", 0, "2026-11-22T07:00:00Z"),
            ("2026-11-22T07:00:00Z", 59_000, "2026-11-22T07:00:00Z"),
            ("2026-11-22T07:00:00Z", -59_000, "2026-11-22T07:00:00Z"),
            (
                "2025-11-22T07:00:00Z",
                365 * 86_400_000,
                "2026-11-22T07:00:00Z",
            ),
            (
                "2027-11-22T07:00:00Z",
                -365 * 86_400_000,
                "2026-11-22T07:00:00Z",
            ),
            ("2030-01-01T00:00:00Z", 0, "2026-11-22T08:00:00Z"),
            ("2026-11-22T07:00:00Z", i64::MAX, "2026-11-22T08:00:00Z"),
        ] {
            let expect: Timestamp = expect.parse().unwrap();
            assert_eq!(
                by_our_clock(time.parse().unwrap(), &sender(behind_ms)),
                expect,
                "{time} {behind_ms}"
            );
        }
    }
}
