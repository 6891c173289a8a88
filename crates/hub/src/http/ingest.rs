//! `POST /v1/ingest`: who sends, is it theirs, is it in bounds; then the batch goes to [`crate::judge`] and the store.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use cheval_hub_api::batch::{self, BatchError};
use cheval_hub_api::signing::{self, DEVICE_HEADER, SENT_AT_HEADER, SIGNATURE_HEADER, Signed};
use cheval_hub_api::{INGEST_PATH, IngestReply};
use jiff::Timestamp;
use uuid::Uuid;

use super::failure::Failure;
use super::{App, discard, header, read_body};
use crate::judge::{Sender, Verdict, judge};
use crate::store::{Device, EventBatch};

pub(super) async fn ingest(
    State(app): State<Arc<App>>,
    request: Request,
) -> Result<Json<IngestReply>, Failure> {
    let (parts, body) = request.into_parts();
    let (device, _turn) = match admit(&app, &parts.headers).await {
        Ok(admitted) => admitted,
        Err(failure) => {
            discard(body).await;
            return Err(failure);
        }
    };
    let body = read_body(body).await?;
    let received = app.now();
    let clock_behind_ms = check_signature(&parts.headers, &device, &body, received)?;

    let events = batch::decode(&body).map_err(|error| refuse_batch(&error))?;
    let sender = Sender {
        device: device.device,
        received,
        clock_behind_ms,
        time_zone: app.time_zone.clone(),
    };
    let verdict = judge(&events, &sender);
    if !verdict.one_epoch() {
        return Err(Failure::new(
            StatusCode::BAD_REQUEST,
            "mixed_epochs",
            "a batch may hold events of one epoch only: split it",
        ));
    }
    store(&app, verdict, sender).await.map(Json)
}

/// Everything that can be said before the body is read.
async fn admit<'a>(app: &'a Arc<App>, headers: &HeaderMap) -> Result<(Device, Turn<'a>), Failure> {
    check_content(headers)?;
    let claimed = header(headers, DEVICE_HEADER)?.parse::<Uuid>();
    let claimed = claimed
        .ok()
        .ok_or_else(|| Failure::unauthorised("bad_device", "the device header is no UUID"))?;
    let turn = Turn::take(app, claimed)?;
    let device = app.blocking(move |app| app.control.device(claimed)).await?;
    let device = device.ok_or_else(|| {
        Failure::unauthorised(
            "unknown_device",
            "this hub does not know the kiosk: enrol it with a new claim code",
        )
    })?;
    Ok((device, turn))
}

async fn store(app: &Arc<App>, verdict: Verdict, sender: Sender) -> Result<IngestReply, Failure> {
    let ack_through = verdict.ack_through();
    let batch = EventBatch {
        device: sender.device,
        received: sender.received,
        received_day: sender.received.to_zoned(sender.time_zone).date(),
        clock_behind_ms: sender.clock_behind_ms,
        rejections: verdict
            .rejected
            .iter()
            .filter_map(|(r, code)| r.sequence.map(|s| (s, *code)))
            .collect(),
        events: verdict.accepted,
    };
    let appended = app.blocking(move |app| app.log.append(batch)).await?;
    if let Some((first, _)) = verdict.rejected.first() {
        tracing::warn!(
            device = %sender.device,
            rejected = verdict.rejected.len(),
            first_code = first.code,
            "refused records for good"
        );
    }
    Ok(IngestReply {
        ack_through,
        accepted: appended.accepted,
        duplicates: appended.duplicates,
        rejected: verdict
            .rejected
            .into_iter()
            .map(|(rejection, _)| rejection)
            .collect(),
        server_time: app.now(),
    })
}

fn check_content(headers: &HeaderMap) -> Result<(), Failure> {
    let is = |name, expected: &str| {
        headers
            .get(name)
            .is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(expected.as_bytes()))
    };
    if is(header::CONTENT_TYPE, batch::CONTENT_TYPE)
        && is(header::CONTENT_ENCODING, batch::CONTENT_ENCODING)
    {
        return Ok(());
    }
    Err(Failure::new(
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        "wrong_content",
        format!(
            "expected Content-Type {} and Content-Encoding {}",
            batch::CONTENT_TYPE,
            batch::CONTENT_ENCODING
        ),
    ))
}

/// Returns how far the sender's clock is behind, milliseconds.
fn check_signature(
    headers: &HeaderMap,
    device: &Device,
    body: &[u8],
    received: Timestamp,
) -> Result<i64, Failure> {
    let sent_at = header(headers, SENT_AT_HEADER)?;
    let signature = header(headers, SIGNATURE_HEADER)?;
    let key = signing::key_from_bytes(&device.public_key)
        .map_err(|error| Failure::internal("read a stored key", &error))?;
    let signed = Signed {
        method: "POST",
        path: INGEST_PATH,
        device: Some(device.device),
        sent_at,
    };
    signing::verify(&key, signed, body, signature)
        .map_err(|error| Failure::unauthorised("bad_signature", &error.to_string()))?;
    signing::clock_behind_ms(sent_at, received)
        .map_err(|error| Failure::unauthorised("bad_sent_at", &error.to_string()))
}

fn refuse_batch(error: &BatchError) -> Failure {
    let (status, code) = match error {
        BatchError::TooLarge { .. } => (StatusCode::PAYLOAD_TOO_LARGE, "batch_too_large"),
        BatchError::Bomb => (StatusCode::BAD_REQUEST, "bomb"),
        BatchError::Empty => (StatusCode::BAD_REQUEST, "empty_batch"),
        BatchError::Compression(_) => (StatusCode::BAD_REQUEST, "not_zstd"),
        BatchError::NotAnArray(_) | BatchError::Encode(_) => {
            (StatusCode::BAD_REQUEST, "not_a_batch")
        }
    };
    Failure::new(status, code, error.to_string())
}

/// One request at a time per kiosk: a kiosk that hammers takes no one else's place.
struct Turn<'a> {
    app: &'a App,
    device: Uuid,
}

impl<'a> Turn<'a> {
    fn take(app: &'a App, device: Uuid) -> Result<Self, Failure> {
        let free = app
            .sending
            .lock()
            .is_ok_and(|mut sending| sending.insert(device));
        if free {
            return Ok(Self { app, device });
        }
        Err(Failure::new(
            StatusCode::TOO_MANY_REQUESTS,
            "one_at_a_time",
            "a request of this kiosk is still being worked on: send the same again after the pause",
        )
        .retry_after(1))
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        if let Ok(mut sending) = self.app.sending.lock() {
            sending.remove(&self.device);
        }
    }
}
