//! A record with its identity and the time it happened. Must not know where it is kept or sent.

use cheval_domain::record::Record;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Largest record body as JSON, in bytes: the hub takes events of 32 KiB, 1 KiB of it is for the envelope.
pub const MAX_RECORD_BYTES: usize = 31 * 1024;

/// One record as the screen hands it over. The id makes storing it idempotent: sent twice, stored once.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StampedRecord {
    /// UUID version 7, made where the record was made.
    pub id: Uuid,
    /// When it happened, RFC 3339 UTC with milliseconds.
    pub time: String,
    /// What happened.
    pub record: Record,
}

/// Why a record cannot be kept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadRecord {
    /// The id is not a version 7 UUID.
    #[error("record id {0} is not a version 7 UUID")]
    Id(Uuid),
    /// The time does not parse.
    #[error("record {id}: time {time:?} is not RFC 3339, e.g. 2026-01-31T12:00:00.000Z")]
    Time {
        /// The record.
        id: Uuid,
        /// What was given.
        time: String,
    },
    /// The body is larger than [`MAX_RECORD_BYTES`].
    #[error("record {id} is {bytes} bytes long, at most {MAX_RECORD_BYTES} are kept")]
    TooLarge {
        /// The record.
        id: Uuid,
        /// Its size.
        bytes: usize,
    },
    /// The body does not survive being written and read, e.g. a number that is not finite.
    #[error("record {id} cannot be written as JSON: {reason}")]
    Unwritable {
        /// The record.
        id: Uuid,
        /// What failed.
        reason: String,
    },
}

impl StampedRecord {
    /// Stamps `record` with a fresh id and `now`.
    #[must_use]
    pub fn new(now: Timestamp, record: Record) -> Self {
        Self {
            id: id_at(now),
            time: rfc3339_ms(now),
            record,
        }
    }

    /// The JSON body as it will be stored, if the record can be kept.
    ///
    /// # Errors
    /// [`BadRecord`] says what is wrong with it.
    pub fn checked_body(&self) -> Result<String, BadRecord> {
        let id = self.id;
        if id.get_version_num() != 7 {
            return Err(BadRecord::Id(id));
        }
        if self.time.parse::<Timestamp>().is_err() {
            return Err(BadRecord::Time {
                id,
                time: self.time.chars().take(40).collect(),
            });
        }
        let unwritable = |e: serde_json::Error| BadRecord::Unwritable {
            id,
            reason: e.to_string(),
        };
        let body = serde_json::to_string(&self.record).map_err(unwritable)?;
        if body.len() > MAX_RECORD_BYTES {
            return Err(BadRecord::TooLarge {
                id,
                bytes: body.len(),
            });
        }
        serde_json::from_str::<Record>(&body).map_err(unwritable)?;
        Ok(body)
    }
}

/// RFC 3339 UTC with exactly three decimals.
pub(crate) fn rfc3339_ms(at: Timestamp) -> String {
    format!("{at:.3}")
}

fn id_at(now: Timestamp) -> Uuid {
    let secs = u64::try_from(now.as_second()).unwrap_or(0);
    let nanos = u32::try_from(now.subsec_nanosecond()).unwrap_or(0);
    Uuid::new_v7(uuid::Timestamp::from_unix(uuid::NoContext, secs, nanos))
}

#[cfg(test)]
mod tests {
    use cheval_domain::record::{DeviceHealth, Fault, Privacy};

    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_fresh_stamp_is_kept_and_readable() {
        let record = StampedRecord::new(
            at("2026-03-01T10:00:00.1234Z"),
            Record::Privacy(Privacy::default()),
        );
        assert_eq!(record.time, "2026-03-01T10:00:00.123Z");
        assert_eq!(record.id.get_version_num(), 7);
        assert!(record.checked_body().unwrap().contains("privacy"));
    }

    #[test]
    fn a_clock_before_1970_still_gives_a_version_7_id() {
        let record = StampedRecord::new(
            at("1969-12-31T23:00:00Z"),
            Record::Privacy(Privacy::default()),
        );
        assert!(record.checked_body().is_ok());
    }

    #[test]
    fn what_cannot_be_kept_is_named() {
        let good = StampedRecord::new(
            at("2026-03-01T10:00:00Z"),
            Record::Privacy(Privacy::default()),
        );
        let wrong_id = StampedRecord {
            id: Uuid::nil(),
            ..good.clone()
        };
        assert!(
            wrong_id
                .checked_body()
                .unwrap_err()
                .to_string()
                .contains("version 7")
        );

        let wrong_time = StampedRecord {
            time: "yesterday".into(),
            ..good.clone()
        };
        assert!(
            wrong_time
                .checked_body()
                .unwrap_err()
                .to_string()
                .contains("\"yesterday\" is not RFC 3339")
        );

        let fault = Fault {
            code: "x".repeat(40_000),
            component: "screen".into(),
            count: 1,
            message: String::new(),
        };
        let long = StampedRecord {
            record: Record::Fault(fault),
            ..good.clone()
        };
        assert!(
            long.checked_body()
                .unwrap_err()
                .to_string()
                .contains("at most 31744")
        );

        let health = DeviceHealth {
            fps: f32::NAN,
            ..DeviceHealth::default()
        };
        let not_finite = StampedRecord {
            record: Record::DeviceHealth(health),
            ..good
        };
        assert!(matches!(
            not_finite.checked_body(),
            Err(BadRecord::Unwritable { .. })
        ));
    }
}
