//! Replies that are no success: a status, a code for programs, a sentence for people. Internals go to the log only.

use std::fmt::Display;

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use cheval_hub_api::ErrorBody;

use crate::store::StoreError;

/// A refusal on its way out.
#[derive(Debug)]
pub(super) struct Failure {
    status: StatusCode,
    retry_after_secs: Option<u16>,
    body: ErrorBody,
}

impl Failure {
    pub(super) fn new(status: StatusCode, code: &str, detail: impl Into<String>) -> Self {
        Self {
            status,
            retry_after_secs: None,
            body: ErrorBody::new(code, detail),
        }
    }

    pub(super) fn unauthorised(code: &str, detail: &str) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, code, detail)
    }

    pub(super) fn busy() -> Self {
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "busy",
            "the hub is busy: send the same again after the pause",
        )
        .retry_after(2)
    }

    /// Logged here, once; the caller learns only that it may try again.
    pub(super) fn internal(doing: &str, error: &dyn Display) -> Self {
        tracing::error!(%error, "could not {doing}");
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "unwell",
            "the hub could not do its work; nothing was stored: send the same again after the pause",
        )
        .retry_after(15)
    }

    pub(super) fn retry_after(mut self, seconds: u16) -> Self {
        self.retry_after_secs = Some(seconds);
        self
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Busy => Self::busy(),
            StoreError::Closed | StoreError::Failed { .. } | StoreError::TooNew { .. } => {
                Self::internal("use the store", &error)
            }
        }
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let mut response = (self.status, Json(self.body)).into_response();
        if let Some(seconds) = self.retry_after_secs {
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}
