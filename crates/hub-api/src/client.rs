//! The kiosk's side of the wire: blocking HTTPS with time-outs and bounded replies. Knows what an answer means for the
//! sender (try later, halve, give up), not what the sender does about it.

use std::io::Read as _;
use std::net::IpAddr;
use std::time::Duration;

use ed25519_dalek::SigningKey;
use jiff::Timestamp;
use reqwest::blocking::{Client, RequestBuilder, Response};
use reqwest::header::{CONTENT_ENCODING, CONTENT_TYPE, RETRY_AFTER};
use reqwest::{StatusCode, Url};
use serde::de::DeserializeOwned;
use uuid::Uuid;

use crate::batch::{self, BatchError};
use crate::limits::MESSAGE_BYTES;
use crate::signing::{self, DEVICE_HEADER, SENT_AT_HEADER, SIGNATURE_HEADER, Signed};
use crate::{
    ENROL_PATH, EnrolReply, EnrolRequest, Envelope, ErrorBody, INGEST_PATH, IngestReply, Inventory,
};

/// A connection that is not up by then is given up.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// A request that has no complete answer by then is given up; it may still have been stored.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);
/// Pause when the hub asks for one without saying how long.
const DEFAULT_RETRY: Duration = Duration::from_secs(30);
/// Longest pause a hub can ask for.
const MAX_RETRY: Duration = Duration::from_secs(3600);

/// Who this kiosk is. Keeping it on disk is the caller's business.
#[derive(Clone)]
pub struct DeviceIdentity {
    /// Given by the hub at enrolment.
    pub device: Uuid,
    /// Never leaves the kiosk.
    pub key: SigningKey,
}

/// What a failed request means for its sender.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The hub is busy or unwell: send the same again after a pause.
    #[error("the hub asks to wait {} s: {detail}", after.as_secs())]
    Retry {
        /// How long, at most an hour.
        after: Duration,
        /// Its reason.
        detail: String,
    },
    /// Too much at once: halve the batch. A batch of one event can never be sent.
    #[error("the batch is too large: {0}")]
    TooLarge(String),
    /// The hub does not know this device or its key: enrol again.
    #[error("the hub does not accept this kiosk's identity: {0}")]
    Unauthorised(String),
    /// The hub will never accept this request.
    #[error("the hub refuses ({code}): {detail}")]
    Rejected {
        /// Short code of the hub.
        code: String,
        /// Its explanation.
        detail: String,
    },
    /// No answer: no connection, broken connection, time-out. The request may or may not have been stored.
    #[error("the hub cannot be reached: {0}")]
    Unreachable(String),
    /// An answer, but not a hub's.
    #[error("the answer is not a hub's: {0}")]
    BadReply(String),
    /// The address of the hub cannot be used.
    #[error("hub address {url:?}: {expected}")]
    BadAddress {
        /// As given.
        url: String,
        /// What it should be.
        expected: &'static str,
    },
}

/// A kiosk's connection to its hub.
pub struct HubClient {
    http: Client,
    ingest: Url,
    identity: DeviceIdentity,
}

impl HubClient {
    /// Prepares a connection; nothing is sent yet.
    ///
    /// # Errors
    /// [`ClientError::BadAddress`] unless `url` is `https://host[:port]`, or `http://` with a loopback address.
    pub fn new(url: &str, identity: DeviceIdentity) -> Result<Self, ClientError> {
        Self::with_timeout(url, identity, REQUEST_TIMEOUT)
    }

    /// As [`HubClient::new`] with another limit for a whole request.
    ///
    /// # Errors
    /// As [`HubClient::new`].
    pub fn with_timeout(
        url: &str,
        identity: DeviceIdentity,
        timeout: Duration,
    ) -> Result<Self, ClientError> {
        let ingest = endpoint(url, INGEST_PATH)?;
        Ok(Self {
            http: http_client(&ingest, timeout)?,
            ingest,
            identity,
        })
    }

    /// Who this connection speaks for.
    #[must_use]
    pub fn identity(&self) -> &DeviceIdentity {
        &self.identity
    }

    /// Sends one batch and waits until the hub has it on disk. Sending the same again is harmless.
    ///
    /// # Errors
    /// See [`ClientError`]: each variant says what to do.
    pub fn ingest(&self, batch: &[Envelope]) -> Result<IngestReply, ClientError> {
        let body = batch::encode(batch).map_err(|error| match error {
            BatchError::TooLarge { .. } => ClientError::TooLarge(error.to_string()),
            BatchError::Empty
            | BatchError::Compression(_)
            | BatchError::Bomb
            | BatchError::NotAnArray(_)
            | BatchError::Encode(_) => ClientError::Rejected {
                code: "not_sendable".to_owned(),
                detail: error.to_string(),
            },
        })?;
        let request = self
            .http
            .post(self.ingest.clone())
            .header(CONTENT_TYPE, batch::CONTENT_TYPE)
            .header(CONTENT_ENCODING, batch::CONTENT_ENCODING);
        let reply: IngestReply = send(signed(
            request,
            INGEST_PATH,
            &self.identity.key,
            Some(self.identity.device),
            body,
        ))?;
        let settled = reply.accepted + reply.duplicates + reply.rejected.len() as u64;
        if settled != batch.len() as u64 {
            return Err(ClientError::BadReply(format!(
                "{settled} events settled of {} sent",
                batch.len()
            )));
        }
        Ok(reply)
    }
}

/// Trades a one-time claim code for an identity. May be repeated with the same code and key.
///
/// # Errors
/// [`ClientError::BadAddress`] as in [`HubClient::new`]; [`ClientError::Rejected`] with the code `claim_unknown`,
/// `claim_used` or `claim_expired`; the rest as for [`HubClient::ingest`].
pub fn enrol(
    url: &str,
    claim_code: &str,
    key: &SigningKey,
    inventory: Inventory,
) -> Result<EnrolReply, ClientError> {
    let url = endpoint(url, ENROL_PATH)?;
    let request = EnrolRequest {
        claim_code: claim_code.to_owned(),
        public_key: signing::key_to_text(&key.verifying_key()),
        inventory,
    };
    let body =
        serde_json::to_vec(&request).map_err(|error| ClientError::BadReply(error.to_string()))?;
    let http = http_client(&url, REQUEST_TIMEOUT)?;
    send(signed(
        http.post(url).header(CONTENT_TYPE, "application/json"),
        ENROL_PATH,
        key,
        None,
        body,
    ))
}

fn endpoint(url: &str, path: &str) -> Result<Url, ClientError> {
    let wrong = |expected| ClientError::BadAddress {
        url: url.to_owned(),
        expected,
    };
    let mut parsed = Url::parse(url)
        .ok()
        .ok_or_else(|| wrong("must look like https://hub.example"))?;
    if parsed.path() != "/" || parsed.query().is_some() || parsed.fragment().is_some() {
        return Err(wrong(
            "must be only scheme, host and port, like https://hub.example",
        ));
    }
    if !parsed.username().is_empty() || parsed.password().is_some() {
        return Err(wrong("must not contain a user name or password"));
    }
    match parsed.scheme() {
        "https" => {}
        "http" if is_loopback(&parsed) => {}
        "http" => {
            return Err(wrong(
                "http is only for a hub on this machine (127.0.0.1, ::1, localhost); use https",
            ));
        }
        _ => return Err(wrong("must begin with https://")),
    }
    parsed.set_path(path);
    Ok(parsed)
}

fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost"
        || bare
            .parse::<IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

fn http_client(url: &Url, timeout: Duration) -> Result<Client, ClientError> {
    // Fails only when a provider is there already, which is as good.
    drop(rustls::crypto::ring::default_provider().install_default());
    let mut builder = Client::builder()
        .connect_timeout(CONNECT_TIMEOUT.min(timeout))
        .timeout(timeout)
        .redirect(reqwest::redirect::Policy::none())
        .user_agent(concat!("cheval/", env!("CARGO_PKG_VERSION")));
    if is_loopback(url) {
        builder = builder.no_proxy();
    }
    builder
        .build()
        .map_err(|error| ClientError::Unreachable(chain(&error)))
}

fn signed(
    request: RequestBuilder,
    path: &str,
    key: &SigningKey,
    device: Option<Uuid>,
    body: Vec<u8>,
) -> RequestBuilder {
    let sent_at = format!("{:.3}", Timestamp::now());
    let signature = signing::sign(
        key,
        Signed {
            method: "POST",
            path,
            device,
            sent_at: &sent_at,
        },
        &body,
    );
    let request = request
        .header(SENT_AT_HEADER, sent_at)
        .header(SIGNATURE_HEADER, signature)
        .body(body);
    match device {
        Some(device) => request.header(DEVICE_HEADER, device.to_string()),
        None => request,
    }
}

fn send<T: DeserializeOwned>(request: RequestBuilder) -> Result<T, ClientError> {
    let response = request
        .send()
        .map_err(|error| ClientError::Unreachable(chain(&error)))?;
    let status = response.status();
    let after = retry_after(&response);
    let body = read_bounded(response)?;
    if status == StatusCode::OK {
        return serde_json::from_slice(&body)
            .map_err(|error| ClientError::BadReply(error.to_string()));
    }
    let error = serde_json::from_slice::<ErrorBody>(&body)
        .ok()
        .and_then(|body| body.errors.into_iter().next());
    let is_hub = error.is_some();
    let (code, detail) = error.map_or_else(
        || (status.as_u16().to_string(), format!("HTTP status {status}")),
        |error| (clipped(&error.code), clipped(&error.detail)),
    );
    Err(match status {
        StatusCode::TOO_MANY_REQUESTS | StatusCode::REQUEST_TIMEOUT => {
            ClientError::Retry { after, detail }
        }
        _ if status.is_server_error() => ClientError::Retry { after, detail },
        // A proxy in between may answer as well; only a hub can refuse for good.
        _ if !is_hub => ClientError::BadReply(detail),
        StatusCode::PAYLOAD_TOO_LARGE => ClientError::TooLarge(detail),
        StatusCode::UNAUTHORIZED => ClientError::Unauthorised(detail),
        _ => ClientError::Rejected { code, detail },
    })
}

fn retry_after(response: &Response) -> Duration {
    let header = response
        .headers()
        .get(RETRY_AFTER)
        .and_then(|value| value.to_str().ok());
    let seconds = header.and_then(|text| text.trim().parse::<u64>().ok());
    seconds
        .map_or(DEFAULT_RETRY, Duration::from_secs)
        .min(MAX_RETRY)
}

fn read_bounded(response: Response) -> Result<Vec<u8>, ClientError> {
    let mut body = Vec::new();
    let read = response
        .take(MESSAGE_BYTES as u64 + 1)
        .read_to_end(&mut body);
    read.map_err(|error| ClientError::Unreachable(chain(&error)))?;
    if body.len() > MESSAGE_BYTES {
        return Err(ClientError::BadReply(format!(
            "more than {MESSAGE_BYTES} bytes"
        )));
    }
    Ok(body)
}

/// Text from outside goes into logs: short, one line.
fn clipped(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(300).collect()
}

/// The error with its causes: `reqwest` alone says only "error sending request".
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_https_leaves_the_machine() {
        for good in [
            "https://hub.example",
            "https://hub.example:8443/",
            "http://127.0.0.1:8787",
            "http://[::1]:1",
            "http://localhost",
        ] {
            assert!(endpoint(good, INGEST_PATH).is_ok(), "{good}");
        }
        for bad in [
            "http://hub.example",
            "http://127.0.0.1.example.com",
            "http://localhost.example.com",
            "http://10.0.0.1",
            "ftp://hub.example",
            "hub.example",
            "",
            "https://user:secret@hub.example",
            "https://hub.example/v2",
            "https://hub.example?x=1",
        ] {
            let error = endpoint(bad, INGEST_PATH).unwrap_err();
            assert!(
                matches!(error, ClientError::BadAddress { .. }),
                "{bad}: {error}"
            );
        }
        let error = endpoint("http://hub.example", INGEST_PATH)
            .unwrap_err()
            .to_string();
        assert!(error.contains("use https"), "{error}");
    }

    #[test]
    fn a_batch_over_the_limits_is_not_even_sent() {
        let identity = DeviceIdentity {
            device: Uuid::nil(),
            key: SigningKey::from_bytes(&[1; 32]),
        };
        let client = HubClient::new("http://127.0.0.1:9", identity).unwrap();
        assert!(matches!(
            client.ingest(&[]),
            Err(ClientError::Rejected { .. })
        ));
    }
}
