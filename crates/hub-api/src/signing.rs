//! Who sent a request: Ed25519 over what the request says. Nothing here knows HTTP libraries or storage.
//!
//! The signature covers protocol name, method, path, device, sending time and the SHA-256 of the body as sent (packed).
//! **Replay:** a kiosk's clock may be years off, so an old sending time is no reason to refuse; it only *measures* the
//! clock. That is safe as long as every signed request may be repeated without harm: ingest stores each
//! (device, epoch, sequence) once, enrolment spends a claim code once. A later endpoint that is not idempotent needs a
//! nonce of the hub in its body.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use jiff::Timestamp;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

/// Header with the device's UUID.
pub const DEVICE_HEADER: &str = "x-cheval-device";
/// Header with the time of sending, RFC 3339, by the kiosk's clock.
pub const SENT_AT_HEADER: &str = "x-cheval-sent-at";
/// Header with the signature, base64.
pub const SIGNATURE_HEADER: &str = "x-cheval-signature";

/// What a signature covers besides the body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Signed<'a> {
    /// HTTP method in capitals.
    pub method: &'a str,
    /// Path without query.
    pub path: &'a str,
    /// The sender; `None` only when it enrols and has no identity yet.
    pub device: Option<Uuid>,
    /// The value of [`SENT_AT_HEADER`], as it stands there.
    pub sent_at: &'a str,
}

/// Why a signature does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// Not the text form of an Ed25519 signature.
    #[error("the signature is not 64 bytes in base64")]
    Malformed,
    /// Another key, or another request.
    #[error("the signature does not belong to this request and key")]
    Wrong,
    /// Not the text form of an Ed25519 key.
    #[error("the public key is not 32 bytes in base64")]
    Key,
    /// Not RFC 3339.
    #[error("the sending time is not RFC 3339")]
    SentAt,
}

/// Signs a request; the result is the value of [`SIGNATURE_HEADER`].
#[must_use]
pub fn sign(key: &SigningKey, signed: Signed<'_>, body: &[u8]) -> String {
    STANDARD.encode(key.sign(&message(signed, body)).to_bytes())
}

/// Checks the value of [`SIGNATURE_HEADER`] (strict: no small-order keys, no malleable signatures).
///
/// # Errors
/// [`SignatureError::Malformed`] or [`SignatureError::Wrong`].
pub fn verify(
    key: &VerifyingKey,
    signed: Signed<'_>,
    body: &[u8],
    signature: &str,
) -> Result<(), SignatureError> {
    let bytes = STANDARD
        .decode(signature)
        .ok()
        .and_then(|bytes| <[u8; 64]>::try_from(bytes).ok());
    let signature = Signature::from_bytes(&bytes.ok_or(SignatureError::Malformed)?);
    key.verify_strict(&message(signed, body), &signature)
        .ok()
        .ok_or(SignatureError::Wrong)
}

/// How far the sender's clock is behind (positive) or ahead (negative) of `received`, in milliseconds; includes the
/// time on the wire.
///
/// # Errors
/// [`SignatureError::SentAt`].
pub fn clock_behind_ms(sent_at: &str, received: Timestamp) -> Result<i64, SignatureError> {
    let sent: Timestamp = sent_at.parse().ok().ok_or(SignatureError::SentAt)?;
    Ok(received
        .as_millisecond()
        .saturating_sub(sent.as_millisecond()))
}

/// The text form of a public key.
#[must_use]
pub fn key_to_text(key: &VerifyingKey) -> String {
    STANDARD.encode(key.as_bytes())
}

/// Reads the text form of a public key.
///
/// # Errors
/// [`SignatureError::Key`].
pub fn key_from_text(text: &str) -> Result<VerifyingKey, SignatureError> {
    let bytes = STANDARD
        .decode(text)
        .ok()
        .and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
    key_from_bytes(&bytes.ok_or(SignatureError::Key)?)
}

/// Reads the binary form of a public key; small-order keys, which "sign" anything, are refused.
///
/// # Errors
/// [`SignatureError::Key`].
pub fn key_from_bytes(bytes: &[u8; 32]) -> Result<VerifyingKey, SignatureError> {
    let key = VerifyingKey::from_bytes(bytes).ok();
    key.filter(|key| !key.is_weak()).ok_or(SignatureError::Key)
}

fn message(signed: Signed<'_>, body: &[u8]) -> Vec<u8> {
    let device = signed
        .device
        .map(|device| device.to_string())
        .unwrap_or_default();
    let hash = hex::encode(Sha256::digest(body));
    format!(
        "cheval-hub-v1\n{}\n{}\n{device}\n{}\n{hash}",
        signed.method, signed.path, signed.sent_at
    )
    .into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIGNED: Signed<'_> = Signed {
        method: "POST",
        path: "/v1/ingest",
        device: Some(Uuid::from_u128(5)),
        sent_at: "2026-11-22T08:00:00.000Z",
    };

    #[test]
    fn a_signature_holds_for_exactly_one_request() {
        let key = SigningKey::from_bytes(&[7; 32]);
        let public = key.verifying_key();
        let signature = sign(&key, SIGNED, b"body");
        assert_eq!(verify(&public, SIGNED, b"body", &signature), Ok(()));
        for other in [
            Signed {
                method: "PUT",
                ..SIGNED
            },
            Signed {
                path: "/v1/enrol",
                ..SIGNED
            },
            Signed {
                device: Some(Uuid::from_u128(6)),
                ..SIGNED
            },
            Signed {
                device: None,
                ..SIGNED
            },
            Signed {
                sent_at: "2026-11-22T08:00:01.000Z",
                ..SIGNED
            },
        ] {
            assert_eq!(
                verify(&public, other, b"body", &signature),
                Err(SignatureError::Wrong),
                "{other:?}"
            );
        }
        assert_eq!(
            verify(&public, SIGNED, b"bodY", &signature),
            Err(SignatureError::Wrong)
        );
        let stranger = SigningKey::from_bytes(&[8; 32]).verifying_key();
        assert_eq!(
            verify(&stranger, SIGNED, b"body", &signature),
            Err(SignatureError::Wrong)
        );
    }

    #[test]
    fn malformed_signatures_and_keys_are_told_apart() {
        let key = SigningKey::from_bytes(&[7; 32]).verifying_key();
        for text in ["", "====", "AAAA", "not base64!"] {
            assert_eq!(
                verify(&key, SIGNED, b"", text),
                Err(SignatureError::Malformed),
                "{text}"
            );
            assert_eq!(key_from_text(text), Err(SignatureError::Key), "{text}");
        }
        assert_eq!(key_from_text(&key_to_text(&key)), Ok(key));
        let weak = STANDARD.encode([1u8].iter().copied().chain([0; 31]).collect::<Vec<_>>());
        assert_eq!(
            key_from_text(&weak),
            Err(SignatureError::Key),
            "small-order key"
        );
    }

    #[test]
    fn the_clock_is_measured_however_wrong_it_is() {
        let received: Timestamp = "2026-11-22T08:00:00Z".parse().unwrap();
        assert_eq!(
            clock_behind_ms("2026-11-22T07:59:59.750Z", received),
            Ok(250)
        );
        assert_eq!(
            clock_behind_ms("2026-11-22T08:01:00Z", received),
            Ok(-60_000)
        );
        assert!(clock_behind_ms("1970-01-01T00:00:00Z", received).unwrap() > 0);
        assert_eq!(
            clock_behind_ms("noon", received),
            Err(SignatureError::SentAt)
        );
    }
}
