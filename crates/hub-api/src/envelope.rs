//! The CloudEvents 1.0 envelope around one record. Typed inside, strings only on the wire: a value of [`Envelope`] is
//! always well-formed. Must not know batches or transport.

use cheval_domain::record::Record;
use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;
use uuid::Uuid;

/// Sequence numbers of an epoch begin here and rise by one with every record, dropped ones included.
pub const FIRST_SEQUENCE: u64 = 1;

/// Digits of the `sequence` attribute: CloudEvents compares sequences as text.
const SEQUENCE_DIGITS: usize = 20;
const SOURCE_PREFIX: &str = "urn:uuid:";
const TYPE_PREFIX: &str = "cheval.";
const TYPE_SUFFIX: &str = ".v1";

/// One record on its way to the hub. `(device, epoch, sequence)` names it for ever; the hub stores each name once.
#[derive(Debug, Clone, PartialEq)]
pub struct Envelope {
    /// Identifier for people and exports (UUID v7 recommended).
    pub id: Uuid,
    /// The kiosk that recorded it.
    pub device: Uuid,
    /// Life of the spool; rises when a spool is created anew. At most `i64::MAX`.
    pub epoch: u64,
    /// Place in the epoch, from [`FIRST_SEQUENCE`], at most `i64::MAX`.
    pub sequence: u64,
    /// When it happened, by the kiosk's clock.
    pub time: Timestamp,
    /// When it was written to the spool, by the kiosk's clock.
    pub recorded: Timestamp,
    /// After this moment the record is worth nothing and need not be delivered.
    pub expires: Option<Timestamp>,
    /// The record itself.
    pub record: Record,
}

impl Envelope {
    /// Wraps `record`, recorded when it happened (`recorded = time`) and without expiry.
    #[must_use]
    pub fn new(
        device: Uuid,
        epoch: u64,
        sequence: u64,
        id: Uuid,
        time: Timestamp,
        record: Record,
    ) -> Self {
        Self {
            id,
            device,
            epoch,
            sequence,
            time,
            recorded: time,
            expires: None,
            record,
        }
    }

    /// The CloudEvents `type`, e.g. `cheval.play.v1`.
    #[must_use]
    pub fn event_type(&self) -> String {
        format!("{TYPE_PREFIX}{}{TYPE_SUFFIX}", self.record.kind().as_str())
    }

    /// Reads one event.
    ///
    /// # Errors
    /// The first rule of the format that `json` breaks, with the event's sequence number where that could be read.
    pub fn parse(json: &str) -> Result<Self, EnvelopeError> {
        if json.len() > crate::limits::EVENT_BYTES {
            return Err(EnvelopeError::TooLarge {
                sequence: sequence_of(json),
                bytes: json.len(),
            });
        }
        let wire: Wire<'_> =
            serde_json::from_str(json).map_err(|source| EnvelopeError::Malformed {
                sequence: sequence_of(json),
                detail: source.to_string(),
            })?;
        wire.check()
    }
}

/// Why an event is not acceptable.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EnvelopeError {
    /// Over [`crate::limits::EVENT_BYTES`].
    #[error(
        "the event has {bytes} bytes, at most {} are allowed",
        crate::limits::EVENT_BYTES
    )]
    TooLarge {
        /// Its sequence number, where it could be read.
        sequence: Option<u64>,
        /// Its size.
        bytes: usize,
    },
    /// Not JSON, an attribute missing, unknown or of the wrong type.
    #[error("not an event: {detail}")]
    Malformed {
        /// Its sequence number, where it could be read.
        sequence: Option<u64>,
        /// What the parser met.
        detail: String,
    },
    /// An attribute with a value outside the format.
    #[error("attribute `{attribute}`: {expected}")]
    Attribute {
        /// Its sequence number, where it could be read.
        sequence: Option<u64>,
        /// Which attribute.
        attribute: &'static str,
        /// What it should be.
        expected: &'static str,
    },
    /// The `type` is none of ours.
    #[error("unknown event type")]
    UnknownType {
        /// Its sequence number.
        sequence: u64,
    },
    /// The data do not fit the type.
    #[error("the data do not fit the type: {detail}")]
    Data {
        /// Its sequence number.
        sequence: u64,
        /// What the parser met.
        detail: String,
    },
}

impl EnvelopeError {
    /// Short code for replies and counters.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::TooLarge { .. } => "event_too_large",
            Self::Malformed { .. } => "malformed_event",
            Self::Attribute { .. } => "bad_attribute",
            Self::UnknownType { .. } => "unknown_type",
            Self::Data { .. } => "bad_data",
        }
    }

    /// The event's sequence number, where it could be read.
    #[must_use]
    pub const fn sequence(&self) -> Option<u64> {
        match self {
            Self::TooLarge { sequence, .. }
            | Self::Malformed { sequence, .. }
            | Self::Attribute { sequence, .. } => *sequence,
            Self::UnknownType { sequence } | Self::Data { sequence, .. } => Some(*sequence),
        }
    }
}

/// The envelope as it stands in JSON. CloudEvents allows extension attributes; we refuse them, because unknown fields
/// are how leaks happen.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wire<'a> {
    specversion: String,
    id: String,
    source: String,
    #[serde(rename = "type")]
    event_type: String,
    time: String,
    recordedtime: String,
    sequence: String,
    epoch: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    expirytime: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    datacontenttype: Option<String>,
    #[serde(borrow)]
    data: &'a RawValue,
}

impl Wire<'_> {
    fn check(self) -> Result<Envelope, EnvelopeError> {
        let number = parse_sequence(&self.sequence);
        let wrong = |attribute, expected| EnvelopeError::Attribute {
            sequence: number,
            attribute,
            expected,
        };
        let time_of = |attribute, text: &str| {
            text.parse::<Timestamp>()
                .ok()
                .ok_or_else(|| wrong(attribute, "must be an RFC 3339 time in UTC"))
        };

        let sequence = number
            .ok_or_else(|| wrong("sequence", "must be 20 decimal digits, from 1 to 2^63-1"))?;
        if self.specversion != "1.0" {
            return Err(wrong("specversion", "must be 1.0"));
        }
        if self
            .datacontenttype
            .is_some_and(|t| t != "application/json")
        {
            return Err(wrong(
                "datacontenttype",
                "must be application/json or absent",
            ));
        }
        let device = self
            .source
            .strip_prefix(SOURCE_PREFIX)
            .and_then(|u| Uuid::try_parse(u).ok());
        Ok(Envelope {
            id: Uuid::try_parse(&self.id)
                .ok()
                .ok_or_else(|| wrong("id", "must be a UUID"))?,
            device: device.ok_or_else(|| wrong("source", "must be urn:uuid:<device>"))?,
            epoch: parse_number(&self.epoch)
                .ok_or_else(|| wrong("epoch", "must be a number from 0 to 2^63-1"))?,
            sequence,
            time: time_of("time", &self.time)?,
            recorded: time_of("recordedtime", &self.recordedtime)?,
            expires: self
                .expirytime
                .as_deref()
                .map(|t| time_of("expirytime", t))
                .transpose()?,
            record: parse_record(&self.event_type, self.data, sequence)?,
        })
    }
}

fn parse_record(event_type: &str, data: &RawValue, sequence: u64) -> Result<Record, EnvelopeError> {
    let bad = |source: serde_json::Error| EnvelopeError::Data {
        sequence,
        detail: source.to_string(),
    };
    let kind = event_type
        .strip_prefix(TYPE_PREFIX)
        .and_then(|t| t.strip_suffix(TYPE_SUFFIX));
    let json = data.get();
    match kind {
        Some("play") => serde_json::from_str(json).map(Record::Play).map_err(bad),
        Some("audience_window") => serde_json::from_str(json)
            .map(Record::AudienceWindow)
            .map_err(bad),
        Some("interaction") => serde_json::from_str(json)
            .map(Record::Interaction)
            .map_err(bad),
        Some("device_health") => serde_json::from_str(json)
            .map(Record::DeviceHealth)
            .map_err(bad),
        Some("fault") => serde_json::from_str(json).map(Record::Fault).map_err(bad),
        Some("privacy") => serde_json::from_str(json).map(Record::Privacy).map_err(bad),
        Some("spool_gap") => serde_json::from_str(json)
            .map(Record::SpoolGap)
            .map_err(bad),
        Some(_) | None => Err(EnvelopeError::UnknownType { sequence }),
    }
}

fn parse_sequence(text: &str) -> Option<u64> {
    (text.len() == SEQUENCE_DIGITS)
        .then(|| parse_number(text))
        .flatten()
        .filter(|n| *n >= FIRST_SEQUENCE)
}

fn parse_number(text: &str) -> Option<u64> {
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    digits
        .then(|| text.parse::<i64>().ok())
        .flatten()
        .map(i64::unsigned_abs)
}

/// The sequence number of an event that is otherwise wrong, so that its sender knows which one to set aside.
fn sequence_of(json: &str) -> Option<u64> {
    #[derive(Deserialize)]
    struct Only {
        sequence: String,
    }
    serde_json::from_str::<Only>(json)
        .ok()
        .and_then(|only| parse_sequence(&only.sequence))
}

impl Envelope {
    /// The record's data alone, as JSON without its type tag.
    ///
    /// # Errors
    /// Only if the record cannot be written as JSON at all.
    pub fn data_json(&self) -> serde_json::Result<Box<RawValue>> {
        match &self.record {
            Record::Play(data) => serde_json::value::to_raw_value(data),
            Record::AudienceWindow(data) => serde_json::value::to_raw_value(data),
            Record::Interaction(data) => serde_json::value::to_raw_value(data),
            Record::DeviceHealth(data) => serde_json::value::to_raw_value(data),
            Record::Fault(data) => serde_json::value::to_raw_value(data),
            Record::Privacy(data) => serde_json::value::to_raw_value(data),
            Record::SpoolGap(data) => serde_json::value::to_raw_value(data),
        }
    }
}

impl Serialize for Envelope {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let data = self.data_json().map_err(serde::ser::Error::custom)?;
        Wire {
            specversion: "1.0".to_owned(),
            id: self.id.to_string(),
            source: format!("{SOURCE_PREFIX}{}", self.device),
            event_type: self.event_type(),
            time: rfc3339_ms(self.time),
            recordedtime: rfc3339_ms(self.recorded),
            sequence: format!("{:0width$}", self.sequence, width = SEQUENCE_DIGITS),
            epoch: self.epoch.to_string(),
            expirytime: self.expires.map(rfc3339_ms),
            datacontenttype: None,
            data: &data,
        }
        .serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Envelope {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let json = Box::<RawValue>::deserialize(deserializer)?;
        Self::parse(json.get()).map_err(serde::de::Error::custom)
    }
}

/// Milliseconds are all that the kiosk promises; more digits would only tell devices apart.
fn rfc3339_ms(time: Timestamp) -> String {
    format!("{time:.3}")
}

#[cfg(test)]
mod tests {
    use cheval_domain::record::{Fault, Privacy};
    use serde_json::{Value, json};

    use super::*;

    fn envelope() -> Envelope {
        let time: Timestamp = "2026-11-22T08:15:30.250Z".parse().unwrap();
        let record = Record::Privacy(Privacy {
            notices_shown: 3,
            camera_paused: 1,
            sees_opened: 2,
        });
        Envelope::new(
            Uuid::from_u128(7),
            3,
            1234,
            Uuid::from_u128(9),
            time,
            record,
        )
    }

    fn altered(change: impl FnOnce(&mut Value)) -> EnvelopeError {
        let mut value = serde_json::to_value(envelope()).unwrap();
        change(&mut value);
        Envelope::parse(&value.to_string()).unwrap_err()
    }

    #[test]
    fn the_wire_form_is_cloudevents() {
        assert_eq!(
            serde_json::to_value(envelope()).unwrap(),
            json!({
                "specversion": "1.0",
                "id": "00000000-0000-0000-0000-000000000009",
                "source": "urn:uuid:00000000-0000-0000-0000-000000000007",
                "type": "cheval.privacy.v1",
                "time": "2026-11-22T08:15:30.250Z",
                "recordedtime": "2026-11-22T08:15:30.250Z",
                "sequence": "00000000000000001234",
                "epoch": "3",
                "data": {"notices_shown": 3, "camera_paused": 1, "sees_opened": 2},
            })
        );
    }

    #[test]
    fn what_is_written_is_read_back() {
        let mut sent = envelope();
        sent.expires = Some("2026-12-22T08:15:30Z".parse().unwrap());
        sent.record = Record::Fault(Fault {
            code: "camera_lost".to_owned(),
            component: "camera".to_owned(),
            count: 2,
            message: "Tom \"& Jerry\" </script>".to_owned(),
        });
        assert_eq!(
            Envelope::parse(&serde_json::to_string(&sent).unwrap()).unwrap(),
            sent
        );
    }

    #[test]
    fn every_kind_has_a_type_that_reads_back() {
        use cheval_domain::record::RecordKind;
        for kind in [
            RecordKind::DeviceHealth,
            RecordKind::Fault,
            RecordKind::Interaction,
            RecordKind::AudienceWindow,
            RecordKind::Play,
            RecordKind::Privacy,
            RecordKind::SpoolGap,
        ] {
            let empty = RawValue::from_string("{\"x\":1}".to_owned()).unwrap();
            let error = parse_record(&format!("cheval.{}.v1", kind.as_str()), &empty, 1);
            assert!(
                !matches!(error, Err(EnvelopeError::UnknownType { .. })),
                "{kind:?} is not known on the wire"
            );
        }
    }

    #[test]
    fn wrong_attributes_are_named() {
        for (attribute, value) in [
            ("specversion", json!("0.3")),
            ("id", json!("abc")),
            ("source", json!("//kiosk/7")),
            ("source", json!("urn:uuid:nonsense")),
            ("time", json!("yesterday")),
            ("recordedtime", json!("2026-13-01T00:00:00Z")),
            ("expirytime", json!("soon")),
            ("sequence", json!("1234")),
            ("sequence", json!("00000000000000000000")),
            ("sequence", json!("99999999999999999999")),
            ("sequence", json!("+0000000000000000001")),
            ("epoch", json!("-1")),
            ("epoch", json!("")),
            ("datacontenttype", json!("text/xml")),
        ] {
            let error = altered(|event| event[attribute] = value.clone());
            assert_eq!(error.code(), "bad_attribute", "{attribute} = {value}");
            assert!(error.to_string().contains(attribute), "{error}");
        }
    }

    #[test]
    fn unknown_fields_types_and_shapes_are_refused_with_the_sequence() {
        let unknown = altered(|event| event["shopper"] = json!("Ann"));
        assert_eq!(
            (unknown.code(), unknown.sequence()),
            ("malformed_event", Some(1234))
        );
        let field = altered(|event| event["data"]["face"] = json!([0.1]));
        assert_eq!((field.code(), field.sequence()), ("bad_data", Some(1234)));
        let kind = altered(|event| event["type"] = json!("cheval.frame.v1"));
        assert_eq!((kind.code(), kind.sequence()), ("unknown_type", Some(1234)));
        let number = altered(|event| event["sequence"] = json!(1234));
        assert_eq!(
            (number.code(), number.sequence()),
            ("malformed_event", None)
        );
        let missing = altered(|event| drop(event.as_object_mut().unwrap().remove("epoch")));
        assert!(missing.to_string().contains("epoch"), "{missing}");
    }

    #[test]
    fn a_giant_event_is_refused_before_it_is_parsed() {
        let giant = altered(|event| event["data"]["x"] = json!("y".repeat(40_000)));
        assert_eq!(giant.code(), "event_too_large");
        assert_eq!(giant.sequence(), Some(1234));
    }
}
