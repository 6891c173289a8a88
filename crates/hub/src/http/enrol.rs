//! `POST /v1/enrol`: a claim code and a proof of owning the key, against an identity.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode};
use cheval_hub_api::signing::{self, SENT_AT_HEADER, SIGNATURE_HEADER, Signed};
use cheval_hub_api::{ENROL_PATH, EnrolReply, EnrolRequest, Inventory};
use uuid::Uuid;

use super::failure::Failure;
use super::{App, header, read_body};
use crate::claim;
use crate::store::{EnrolOutcome, Enrolment};

/// Longest text of an inventory, bytes.
const INVENTORY_BYTES: usize = 200;

pub(super) async fn enrol(
    State(app): State<Arc<App>>,
    request: Request,
) -> Result<Json<EnrolReply>, Failure> {
    let (parts, body) = request.into_parts();
    let body = read_body(body).await?;
    let wish: EnrolRequest = serde_json::from_slice(&body).map_err(|error| {
        Failure::new(
            StatusCode::BAD_REQUEST,
            "not_an_enrolment",
            format!("expected an enrolment request: {error}"),
        )
    })?;
    let public_key = check_proof(&parts.headers, &wish, &body)?;
    check_inventory(&wish.inventory)?;
    let at = app.now();
    let enrolment = Enrolment {
        claim_hash: claim::hash(&wish.claim_code),
        device: Uuid::now_v7(),
        public_key,
        inventory: wish.inventory,
        at,
    };
    let outcome = app
        .blocking(move |app| app.control.enrol(enrolment))
        .await?;
    let device = match outcome {
        EnrolOutcome::Enrolled(device) => device,
        EnrolOutcome::UnknownClaim => {
            return Err(refused(
                "claim_unknown",
                "no such claim code: check it for typos",
            ));
        }
        EnrolOutcome::UsedClaim => {
            return Err(refused(
                "claim_used",
                "the claim code has been used by another kiosk: make a new one",
            ));
        }
        EnrolOutcome::ExpiredClaim => {
            return Err(refused(
                "claim_expired",
                "the claim code has expired: make a new one",
            ));
        }
        EnrolOutcome::KnownKey => {
            return Err(refused(
                "key_known",
                "this key has enrolled before: keep its identity or make a new key",
            ));
        }
    };
    tracing::info!(device = %device.device, name = device.name, site = device.site, "a kiosk has enrolled");
    Ok(Json(EnrolReply {
        device: device.device,
        name: device.name,
        site: device.site,
        server_time: at,
    }))
}

/// The request is signed with the key that it presents.
fn check_proof(headers: &HeaderMap, wish: &EnrolRequest, body: &[u8]) -> Result<[u8; 32], Failure> {
    let key = signing::key_from_text(&wish.public_key)
        .map_err(|error| Failure::new(StatusCode::BAD_REQUEST, "bad_key", error.to_string()))?;
    let sent_at = header(headers, SENT_AT_HEADER)?;
    let signed = Signed {
        method: "POST",
        path: ENROL_PATH,
        device: None,
        sent_at,
    };
    signing::verify(&key, signed, body, header(headers, SIGNATURE_HEADER)?)
        .map_err(|error| Failure::unauthorised("bad_signature", &error.to_string()))?;
    Ok(key.to_bytes())
}

fn check_inventory(inventory: &Inventory) -> Result<(), Failure> {
    for (field, text) in [
        ("name", &inventory.name),
        ("version", &inventory.version),
        ("system", &inventory.system),
    ] {
        if text.len() > INVENTORY_BYTES || text.chars().any(char::is_control) {
            return Err(Failure::new(
                StatusCode::BAD_REQUEST,
                "bad_inventory",
                format!(
                    "inventory.{field}: expected at most {INVENTORY_BYTES} bytes without control characters"
                ),
            ));
        }
    }
    Ok(())
}

fn refused(code: &str, detail: &str) -> Failure {
    Failure::new(StatusCode::FORBIDDEN, code, detail)
}
