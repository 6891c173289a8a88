//! One way to end the agent, from a signal or from code.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::Builder;

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

/// Asks a running agent to end. Clones share the request; asking before the agent runs counts too.
#[derive(Clone, Default)]
pub struct StopSignal(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    asked: bool,
    wake: Option<Box<dyn Fn() + Send>>,
}

impl StopSignal {
    /// A request that nobody has made yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Also made by SIGTERM and SIGINT from now on.
    ///
    /// # Errors
    /// When the handlers cannot be installed.
    pub fn on_signals(self) -> std::io::Result<Self> {
        let mut signals = Signals::new([SIGTERM, SIGINT])?;
        let stop = self.clone();
        Builder::new()
            .name("signals".into())
            .spawn(move || signals.forever().for_each(|_| stop.stop()))?;
        Ok(self)
    }

    /// Makes the request.
    pub fn stop(&self) {
        let mut state = self.lock();
        state.asked = true;
        if let Some(wake) = &state.wake {
            wake();
        }
    }

    /// Whether it was made.
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        self.lock().asked
    }

    /// Calls `wake` on every request from now on.
    pub(crate) fn on_stop(&self, wake: impl Fn() + Send + 'static) {
        self.lock().wake = Some(Box::new(wake));
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
