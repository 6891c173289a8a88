//! A batch of envelopes as a request body: a JSON array (`application/cloudevents-batch+json`) packed with zstd.
//! Unpacking is bounded in size, ratio and memory: the body comes from outside.

use std::io::Read;

use serde_json::value::RawValue;

use crate::Envelope;
use crate::limits::{
    BATCH_BYTES, BATCH_EVENTS, BODY_BYTES, EVENT_BYTES, MAX_RATIO, RATIO_FREE_BYTES,
    ZSTD_WINDOW_LOG,
};

/// Value of `Content-Type`.
pub const CONTENT_TYPE: &str = "application/cloudevents-batch+json";
/// Value of `Content-Encoding`.
pub const CONTENT_ENCODING: &str = "zstd";

/// Level 3: a third of the time of level 9 for a tenth more bytes on records.
const LEVEL: i32 = 3;

/// Why a batch cannot be packed or unpacked.
#[derive(Debug, thiserror::Error)]
pub enum BatchError {
    /// Over one of the [`crate::limits`]. A sender halves the batch and tries again.
    #[error("the batch is too large: {found} {unit}, at most {limit}")]
    TooLarge {
        /// What was found.
        found: usize,
        /// What is allowed.
        limit: usize,
        /// Of what.
        unit: &'static str,
    },
    /// Nothing in it.
    #[error("the batch is empty")]
    Empty,
    /// The body is not a zstd frame.
    #[error("the body is not valid zstd")]
    Compression(#[source] std::io::Error),
    /// The body unpacks to suspiciously much.
    #[error("the body unpacks to more than {MAX_RATIO} times its size")]
    Bomb,
    /// Not a JSON array.
    #[error("the body is not a JSON array of events")]
    NotAnArray(#[source] serde_json::Error),
    /// An envelope could not be written as JSON.
    #[error("an event cannot be written as JSON")]
    Encode(#[source] serde_json::Error),
}

/// Packs `envelopes` into a request body.
///
/// # Errors
/// [`BatchError::Empty`] and [`BatchError::TooLarge`] by the [`crate::limits`]; compression or JSON failures of the
/// machine itself.
pub fn encode(envelopes: &[Envelope]) -> Result<Vec<u8>, BatchError> {
    check_count(envelopes.len())?;
    let mut json = Vec::with_capacity(envelopes.len() * 640);
    for envelope in envelopes {
        json.push(if json.is_empty() { b'[' } else { b',' });
        let start = json.len();
        serde_json::to_writer(&mut json, envelope).map_err(BatchError::Encode)?;
        at_most(json.len() - start, EVENT_BYTES, "bytes in one event")?;
        at_most(json.len() + 1, BATCH_BYTES, "bytes before compression")?;
    }
    json.push(b']');
    zstd::bulk::compress(&json, LEVEL).map_err(BatchError::Compression)
}

/// Unpacks a request body into the JSON text of its events. The events themselves are not looked at: each is accepted
/// or refused on its own by [`Envelope::parse`].
///
/// # Errors
/// Everything in [`BatchError`] except [`BatchError::Encode`].
pub fn decode(body: &[u8]) -> Result<Vec<Box<RawValue>>, BatchError> {
    if body.is_empty() {
        return Err(BatchError::Empty);
    }
    at_most(body.len(), BODY_BYTES, "bytes in the body")?;
    let json = unpack(body)?;
    let events: Vec<Box<RawValue>> =
        serde_json::from_slice(&json).map_err(BatchError::NotAnArray)?;
    check_count(events.len())?;
    Ok(events)
}

fn unpack(body: &[u8]) -> Result<Vec<u8>, BatchError> {
    let ratio_limit = body.len().saturating_mul(MAX_RATIO).max(RATIO_FREE_BYTES);
    let limit = ratio_limit.min(BATCH_BYTES);
    let mut decoder =
        zstd::stream::read::Decoder::with_buffer(body).map_err(BatchError::Compression)?;
    decoder
        .window_log_max(ZSTD_WINDOW_LOG)
        .map_err(BatchError::Compression)?;
    let mut json = Vec::new();
    decoder
        .take(limit as u64 + 1)
        .read_to_end(&mut json)
        .map_err(BatchError::Compression)?;
    if json.len() > limit && limit < BATCH_BYTES {
        return Err(BatchError::Bomb);
    }
    at_most(json.len(), BATCH_BYTES, "bytes after decompression")?;
    Ok(json)
}

fn check_count(count: usize) -> Result<(), BatchError> {
    if count == 0 {
        return Err(BatchError::Empty);
    }
    at_most(count, BATCH_EVENTS, "events")
}

fn at_most(found: usize, limit: usize, unit: &'static str) -> Result<(), BatchError> {
    if found > limit {
        Err(BatchError::TooLarge { found, limit, unit })
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use cheval_domain::record::{Fault, Record};
    use jiff::Timestamp;
    use uuid::Uuid;

    use super::*;

    fn envelopes(count: u64, message_bytes: usize) -> Vec<Envelope> {
        (1..=count)
            .map(|sequence| {
                let record = Record::Fault(Fault {
                    code: "camera_lost".to_owned(),
                    component: "camera".to_owned(),
                    count: 1,
                    message: "m".repeat(message_bytes),
                });
                let id = Uuid::from_u128(u128::from(sequence));
                Envelope::new(
                    Uuid::from_u128(1),
                    1,
                    sequence,
                    id,
                    Timestamp::UNIX_EPOCH,
                    record,
                )
            })
            .collect()
    }

    #[test]
    fn a_batch_survives_the_way() {
        let sent = envelopes(500, 10);
        let body = encode(&sent).unwrap();
        let received: Vec<Envelope> = decode(&body)
            .unwrap()
            .iter()
            .map(|event| Envelope::parse(event.get()).unwrap())
            .collect();
        assert_eq!(received, sent);
    }

    #[test]
    fn senders_hold_to_the_limits() {
        assert!(matches!(encode(&[]), Err(BatchError::Empty)));
        assert!(matches!(
            encode(&envelopes(501, 1)),
            Err(BatchError::TooLarge { unit: "events", .. })
        ));
        assert!(matches!(
            encode(&envelopes(1, 40_000)),
            Err(BatchError::TooLarge {
                unit: "bytes in one event",
                ..
            })
        ));
        assert!(matches!(
            encode(&envelopes(30, 20_000)),
            Err(BatchError::TooLarge {
                unit: "bytes before compression",
                ..
            })
        ));
    }

    #[test]
    fn bombs_do_not_unpack() {
        let bomb = zstd::bulk::compress(&vec![b' '; 300_000], 3).unwrap();
        assert!(bomb.len() < 1_000);
        assert!(matches!(decode(&bomb), Err(BatchError::Bomb)));
        let huge = zstd::bulk::compress(&vec![b' '; 64_000_000], 3).unwrap();
        assert!(matches!(
            decode(&huge),
            Err(BatchError::Bomb | BatchError::TooLarge { .. })
        ));
    }

    #[test]
    fn wide_windows_are_refused() {
        let mut packer = zstd::stream::Encoder::new(Vec::new(), 3).unwrap();
        packer.window_log(27).unwrap();
        std::io::Write::write_all(&mut packer, b"[1]").unwrap();
        std::io::Write::flush(&mut packer).unwrap();
        std::io::Write::write_all(&mut packer, b" ").unwrap();
        assert!(matches!(
            decode(&packer.finish().unwrap()),
            Err(BatchError::Compression(_))
        ));
    }

    #[test]
    fn garbage_is_named_as_what_it_is() {
        let pack = |text: &str| zstd::bulk::compress(text.as_bytes(), 3).unwrap();
        assert!(matches!(decode(b""), Err(BatchError::Empty)));
        assert!(matches!(decode(b"[{}]"), Err(BatchError::Compression(_))));
        assert!(matches!(decode(&pack("[")), Err(BatchError::NotAnArray(_))));
        assert!(matches!(
            decode(&pack("{}")),
            Err(BatchError::NotAnArray(_))
        ));
        assert!(matches!(decode(&pack("[]")), Err(BatchError::Empty)));
        assert!(matches!(
            decode(&pack(&"[".repeat(100_000))),
            Err(BatchError::Bomb | BatchError::NotAnArray(_))
        ));
        let cut = encode(&envelopes(20, 100)).unwrap();
        assert!(matches!(
            decode(&cut[..cut.len() / 2]),
            Err(BatchError::Compression(_))
        ));
    }
}
