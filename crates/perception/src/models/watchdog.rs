//! Stops a run of the runtime that takes too long. A kernel in flight is not interrupted: the run ends at its next node.

use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

use ort::session::RunOptions;

/// One thread that watches one run at a time. The thread ends with the last owner.
pub(super) struct Watchdog {
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    watched: Option<(Instant, Arc<RunOptions>)>,
    fired: bool,
    idle: bool,
    closed: bool,
}

impl Watchdog {
    pub(super) fn start() -> std::io::Result<Self> {
        let shared = Arc::<Shared>::default();
        let for_thread = Arc::clone(&shared);
        std::thread::Builder::new()
            .name("vision-watch".to_owned())
            .spawn(move || watch(&for_thread))?;
        Ok(Self { shared })
    }

    /// Watches `options` until [`Watchdog::disarm`]; terminates its run when `limit` is over.
    pub(super) fn arm(&self, options: &Arc<RunOptions>, limit: Duration) {
        let mut state = self
            .shared
            .state
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        state.watched = Some((Instant::now() + limit, Arc::clone(options)));
        state.fired = false;
        // A thread that waits for an earlier run's deadline looks again by itself.
        if state.idle {
            self.shared.changed.notify_one();
        }
    }

    /// Stops watching; true if the run was terminated.
    pub(super) fn disarm(&self) -> bool {
        let mut state = self
            .shared
            .state
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        state.watched = None;
        state.fired
    }
}

impl Drop for Watchdog {
    fn drop(&mut self) {
        self.shared
            .state
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .closed = true;
        self.shared.changed.notify_one();
    }
}

fn watch(shared: &Shared) {
    let mut state = shared.state.lock().unwrap_or_else(PoisonError::into_inner);
    while !state.closed {
        let Some((deadline, options)) = state.watched.clone() else {
            state.idle = true;
            state = shared
                .changed
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
            state.idle = false;
            continue;
        };
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            state.fired = options.terminate().is_ok();
            state.watched = None;
        } else {
            state = shared
                .changed
                .wait_timeout(state, left)
                .unwrap_or_else(PoisonError::into_inner)
                .0;
        }
    }
}
