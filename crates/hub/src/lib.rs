//! The hub: takes records from kiosks, stores each once, and shows the day on one page.
//!
//! A request's way: `http` (limits, signature) → `judge` (each event on its own) → `store` (one transaction) →
//! reply. A page's way: `store` → `page` → `http`.

pub mod claim;
pub mod embedded;
mod http;
mod judge;
mod page;
pub mod store;
mod validate;

use std::future::{Future, IntoFuture as _};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use tokio::net::TcpListener;

use crate::store::sqlite::SqliteStore;
use crate::store::{ControlStore as _, StoreError};

/// After being asked to stop, requests that have begun get this long.
const GRACE: Duration = Duration::from_secs(10);

/// The hub's clock, an argument so that tests can turn it.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// The machine's clock.
#[must_use]
pub fn system_clock() -> Clock {
    Arc::new(Timestamp::now)
}

/// How a hub is set up.
#[derive(Clone)]
pub struct HubOptions {
    /// Folder of the database; created when missing.
    pub data: PathBuf,
    /// Address to listen on; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Where days begin and end.
    pub time_zone: TimeZone,
    /// The clock.
    pub clock: Clock,
}

/// Why a hub cannot run.
#[derive(Debug, thiserror::Error)]
pub enum HubError {
    /// The data folder cannot be made.
    #[error("cannot create the data folder {}", path.display())]
    DataFolder {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The store failed.
    #[error("cannot open the data in {}", path.display())]
    Store {
        /// Data folder.
        path: PathBuf,
        /// Why.
        #[source]
        source: StoreError,
    },
    /// The address cannot be used.
    #[error(
        "cannot listen on {address}: is another hub running there? choose another with --listen"
    )]
    Listen {
        /// Which.
        address: SocketAddr,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// Serving ended by itself.
    #[error("stopped serving")]
    Serve(#[source] std::io::Error),
    /// A claim code could not be made.
    #[error("cannot make a claim code")]
    Claim(#[source] claim::ClaimError),
}

/// A hub that listens and is ready to serve.
pub struct Hub {
    listener: TcpListener,
    address: SocketAddr,
    options: HubOptions,
    store: Arc<SqliteStore>,
}

impl Hub {
    /// Opens the data and the port. Connections wait until [`Hub::run`].
    ///
    /// # Errors
    /// Any [`HubError`] but [`HubError::Serve`].
    pub async fn bind(options: HubOptions) -> Result<Self, HubError> {
        let store = Arc::new(open_store(&options.data)?);
        let listen_failed = |source| HubError::Listen {
            address: options.listen,
            source,
        };
        let listener = TcpListener::bind(options.listen)
            .await
            .map_err(listen_failed)?;
        let address = listener.local_addr().map_err(listen_failed)?;
        Ok(Self {
            listener,
            address,
            options,
            store,
        })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Makes a one-time claim code for `site`, valid for `valid`.
    ///
    /// # Errors
    /// [`HubError::Claim`].
    pub fn claim(&self, site: &str, valid: Span) -> Result<claim::ClaimCode, HubError> {
        claim::create(&*self.store, site, (self.options.clock)(), valid).map_err(HubError::Claim)
    }

    /// Serves until `shutdown` is ready, then answers what has begun and closes the data.
    ///
    /// # Errors
    /// [`HubError::Serve`].
    pub async fn run(
        self,
        shutdown: impl Future<Output = ()> + Send + 'static,
    ) -> Result<(), HubError> {
        if !self.address.ip().is_loopback() {
            tracing::warn!(
                address = %self.address,
                "the pages need no login: anyone who reaches this address can read them; put a proxy with TLS and login in front"
            );
        }
        tracing::info!(address = %self.address, data = %self.options.data.display(), "the hub is ready");
        let app = http::router(http::App::new(
            self.store,
            self.options.clock,
            self.options.time_zone,
            self.address,
        ));
        let (asked, ask) = tokio::sync::oneshot::channel::<()>();
        let graceful = async move {
            shutdown.await;
            drop(asked);
        };
        let overdue = async {
            ask.await.ok();
            tokio::time::sleep(GRACE).await;
        };
        tokio::select! {
            served = axum::serve(self.listener, app).with_graceful_shutdown(graceful).into_future() => {
                served.map_err(HubError::Serve)?;
            }
            () = overdue => tracing::warn!("gave up waiting for connections that do not end"),
        }
        tracing::info!("the hub has stopped");
        Ok(())
    }
}

/// Opens the data folder without serving, e.g. to make a claim code beside a running hub.
///
/// # Errors
/// [`HubError::DataFolder`] or [`HubError::Store`].
pub fn open_store(data: &std::path::Path) -> Result<SqliteStore, HubError> {
    std::fs::create_dir_all(data).map_err(|source| HubError::DataFolder {
        path: data.to_owned(),
        source,
    })?;
    let store = SqliteStore::open(data).map_err(|source| HubError::Store {
        path: data.to_owned(),
        source,
    })?;
    store.check().map_err(|source| HubError::Store {
        path: data.to_owned(),
        source,
    })?;
    Ok(store)
}
