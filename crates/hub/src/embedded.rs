//! A hub inside another program, on threads of its own: for tests and demonstrations.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::mpsc::sync_channel;
use std::thread::JoinHandle;

use jiff::Span;
use tokio::sync::oneshot;

use crate::store::sqlite::SqliteStore;
use crate::{Clock, Hub, HubError, HubOptions, claim};

/// A serving hub; dropping it stops it as [`RunningHub::stop`] does.
pub struct RunningHub {
    address: SocketAddr,
    clock: Clock,
    store: Option<Arc<SqliteStore>>,
    /// Dropping it is the sign to stop.
    shutdown: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<Result<(), HubError>>>,
}

impl RunningHub {
    /// Starts a hub and returns when it takes connections.
    ///
    /// # Errors
    /// As [`Hub::bind`]; [`HubError::Serve`] when the machine gives no threads.
    pub fn start(options: HubOptions) -> Result<Self, HubError> {
        let clock = Arc::clone(&options.clock);
        let (shutdown, stopped) = oneshot::channel();
        let (ready, started) = sync_channel(1);
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .thread_name("hub-http")
            .build()
            .map_err(HubError::Serve)?;
        let serve = async move {
            let hub = match Hub::bind(options).await {
                Ok(hub) => hub,
                Err(error) => {
                    drop(ready.send(Err(error)));
                    return Ok(());
                }
            };
            drop(ready.send(Ok((hub.address, Arc::clone(&hub.store)))));
            hub.run(async {
                stopped.await.ok();
            })
            .await
        };
        let thread = std::thread::Builder::new()
            .name("hub".to_owned())
            .spawn(move || runtime.block_on(serve))
            .map_err(HubError::Serve)?;
        let (address, store) = started.recv().unwrap_or_else(|_gone| {
            Err(HubError::Serve(std::io::Error::other(
                "the hub's thread ended before it was ready",
            )))
        })?;
        Ok(Self {
            address,
            clock,
            store: Some(store),
            shutdown: Some(shutdown),
            thread: Some(thread),
        })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its address as kiosks are given it.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Makes a one-time claim code for `site`, valid for `valid`.
    ///
    /// # Errors
    /// [`HubError::Claim`].
    pub fn claim(&self, site: &str, valid: Span) -> Result<claim::ClaimCode, HubError> {
        let closed = HubError::Claim(claim::ClaimError::Store(crate::store::StoreError::Closed));
        let store = self.store.as_ref().ok_or(closed)?;
        claim::create(&**store, site, (self.clock)(), valid).map_err(HubError::Claim)
    }

    /// Answers what has begun, closes the data and ends.
    ///
    /// # Errors
    /// [`HubError::Serve`].
    pub fn stop(mut self) -> Result<(), HubError> {
        self.end()
    }

    fn end(&mut self) -> Result<(), HubError> {
        self.store = None;
        self.shutdown = None;
        match self.thread.take().map(JoinHandle::join) {
            None => Ok(()),
            Some(Ok(served)) => served,
            Some(Err(_panic)) => Err(HubError::Serve(std::io::Error::other(
                "the hub's thread panicked",
            ))),
        }
    }
}

impl Drop for RunningHub {
    fn drop(&mut self) {
        if let Err(error) = self.end() {
            tracing::error!(%error, "the hub did not end cleanly");
        }
    }
}
