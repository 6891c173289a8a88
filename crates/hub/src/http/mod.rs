//! HTTP: routes, limits and replies. Turns requests into calls and results into status codes; decides nothing about
//! records.

mod enrol;
mod failure;
mod ingest;
mod pages;

use std::collections::HashSet;
use std::future::poll_fn;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, HttpBody as _};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::{get, post};
use cheval_hub_api::{ENROL_PATH, HEALTH_PATH, INGEST_PATH, TODAY_PATH, limits};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use tokio::sync::Semaphore;
use uuid::Uuid;

use self::failure::Failure;
use crate::Clock;
use crate::store::{ControlStore, EventLog, StoreError};

/// Requests that touch the store at once; more are told to come back.
const AT_ONCE: usize = 64;
/// A body that is not complete by then is given up.
const BODY_TIMEOUT: Duration = Duration::from_secs(20);

/// Most bytes of a refused body that are read only to be thrown away.
const DISCARD_BYTES: usize = 4 * limits::BODY_BYTES;

/// What every handler shares.
pub(crate) struct App {
    log: Arc<dyn EventLog>,
    control: Arc<dyn ControlStore>,
    clock: Clock,
    time_zone: TimeZone,
    address: SocketAddr,
    permits: Arc<Semaphore>,
    sending: Mutex<HashSet<Uuid>>,
}

impl App {
    pub(crate) fn new<S: EventLog + ControlStore + 'static>(
        store: Arc<S>,
        clock: Clock,
        time_zone: TimeZone,
        address: SocketAddr,
    ) -> Self {
        Self {
            log: Arc::clone(&store) as Arc<dyn EventLog>,
            control: store,
            clock,
            time_zone,
            address,
            permits: Arc::new(Semaphore::new(AT_ONCE)),
            sending: Mutex::new(HashSet::new()),
        }
    }

    fn now(&self) -> Timestamp {
        (self.clock)()
    }

    /// Runs `work`, which may block, on a thread that may.
    async fn blocking<T: Send + 'static>(
        self: &Arc<Self>,
        work: impl FnOnce(&Self) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, Failure> {
        let permit = Arc::clone(&self.permits)
            .try_acquire_owned()
            .map_err(|_full| Failure::busy())?;
        let app = Arc::clone(self);
        let done = tokio::task::spawn_blocking(move || {
            let result = work(&app);
            drop(permit);
            result
        });
        match done.await {
            Ok(result) => result.map_err(Failure::from),
            Err(panicked) => Err(Failure::internal("answer this request", &panicked)),
        }
    }
}

pub(crate) fn router(app: App) -> Router {
    Router::new()
        .route(INGEST_PATH, post(ingest::ingest))
        .route(ENROL_PATH, post(enrol::enrol))
        .route(TODAY_PATH, get(pages::today_json))
        .route(HEALTH_PATH, get(pages::healthz))
        .route("/", get(pages::today_page))
        .route("/assets/{file}", get(pages::asset))
        .fallback(async || {
            Failure::new(
                StatusCode::NOT_FOUND,
                "no_such_path",
                "this hub has no such path; see docs/hub.md",
            )
        })
        .method_not_allowed_fallback(async || {
            Failure::new(
                StatusCode::METHOD_NOT_ALLOWED,
                "wrong_method",
                "this path does not take that method",
            )
        })
        .layer(axum::middleware::map_response(pages::harden))
        .with_state(Arc::new(app))
}

/// The whole body, within [`limits::BODY_BYTES`] and [`BODY_TIMEOUT`].
async fn read_body(body: Body) -> Result<Vec<u8>, Failure> {
    match tokio::time::timeout(BODY_TIMEOUT, collect(body, limits::BODY_BYTES)).await {
        Ok(Ok(Some(bytes))) => Ok(bytes),
        Ok(Ok(None)) => Err(Failure::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "body_too_large",
            format!(
                "the body has more than {} bytes: send fewer events at once",
                limits::BODY_BYTES
            ),
        )),
        Ok(Err(_broken)) => Err(Failure::new(
            StatusCode::BAD_REQUEST,
            "broken_body",
            "the body ended early",
        )),
        Err(_elapsed) => Err(Failure::new(
            StatusCode::REQUEST_TIMEOUT,
            "slow_body",
            "the body took longer than 20 s",
        )),
    }
}

/// Reads a refused body to its end, within bounds: a connection closed on a sender that is still writing is reset, and
/// the sender would never see why.
async fn discard(body: Body) {
    drop(tokio::time::timeout(BODY_TIMEOUT, collect(body, 0)).await);
}

/// `None` when there is more than `keep`; what is over is read and thrown away up to [`DISCARD_BYTES`].
async fn collect(mut body: Body, keep: usize) -> Result<Option<Vec<u8>>, axum::Error> {
    let mut bytes = Vec::new();
    let mut total = 0_usize;
    while let Some(frame) = poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await {
        let Ok(data) = frame?.into_data() else {
            continue;
        };
        total = total.saturating_add(data.len());
        if total <= keep {
            bytes.extend_from_slice(&data);
        } else if total > DISCARD_BYTES {
            break;
        } else {
            bytes = Vec::new();
        }
    }
    Ok((total <= keep).then_some(bytes))
}

/// The value of a header that must be there once, as text.
fn header<'a>(headers: &'a HeaderMap, name: &'static str) -> Result<&'a str, Failure> {
    headers
        .get(name)
        .and_then(|value| value.to_str().ok())
        .ok_or_else(|| {
            Failure::new(
                StatusCode::UNAUTHORIZED,
                "header_missing",
                format!("the header {name} is missing or not text"),
            )
        })
}
