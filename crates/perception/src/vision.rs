//! Owns the vision thread: takes the newest frame, decides which organs run on it, hands out reports and masks.
//!
//! While inference is not allowed no frame is even asked for. Every hand-over is bounded: frames newest wins, reports
//! newest four, masks newest one.

mod doubt;
mod engine;
mod governor;
mod meter;
mod schedule;

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use cheval_domain::observation::FrameReport;
use serde::Serialize;

pub(crate) use engine::{Engine, Shot};
pub use governor::{GovernorState, TaskState};
pub use meter::{StageCost, VisionCosts};
pub(crate) use schedule::Plan;
use schedule::Schedule;
pub use schedule::{Effort, VisionRates};

use crate::camera::{FrameTap, Wake};
use crate::frame::{Frame, mono_now};
use crate::masks::GarmentMasks;
use crate::organs::OrganState;
use crate::organs::picture::Pixels;
use crate::plate::{Background, PlateState};

/// Reports that wait for the screen; the oldest is dropped for a newer one.
const MAX_REPORTS: usize = 4;
/// Health is worked out on every so many-th report.
const HEALTH_EVERY: u64 = 15;
/// How long the thread waits for a frame before it looks whether it is still wanted.
const FRAME_WAIT: Duration = Duration::from_millis(250);
/// Without a frame for this long, everybody has left.
const FORGET_AFTER_MS: u64 = 1000;

/// How the vision thread works.
#[derive(Debug, Clone, PartialEq)]
pub struct VisionOptions {
    /// Folders with models; the first that holds `models.toml` gives the manifest.
    pub models: Vec<PathBuf>,
    /// The ONNX Runtime library; `None` = the usual places ([`crate::models::runtime_candidates`]).
    pub runtime: Option<PathBuf>,
    /// Rates of the organs.
    pub rates: VisionRates,
    /// Scheduling niceness of the thread, 0..=19; the screen goes first.
    pub nice: i32,
    /// Estimate the proportions of the shopper's body, for advice on fit. Off unless asked for: it is about a body.
    pub figure: bool,
    /// Run every organ on every frame, for measurements.
    pub everything: bool,
}

impl Default for VisionOptions {
    fn default() -> Self {
        Self {
            models: Vec::new(),
            runtime: None,
            rates: VisionRates::default(),
            nice: 10,
            figure: false,
            everything: false,
        }
    }
}

/// Where frames come from.
pub(crate) trait Feed {
    /// The newest frame that was not had yet, after at most `timeout`.
    fn wait(&self, timeout: Duration) -> Option<Arc<Frame>>;
}

impl Feed for FrameTap {
    fn wait(&self, timeout: Duration) -> Option<Arc<Frame>> {
        Self::wait(self, timeout)
    }
}

/// Opens a feed; called when inference is allowed, and the feed dropped when it is not any more.
pub(crate) type Subscribe = Box<dyn Fn() -> Box<dyn Feed> + Send>;

/// The running thread. Dropping it ends the thread after the pass it is in.
pub(crate) struct Vision {
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    wish: Mutex<Wish>,
    wished: Condvar,
    output: Mutex<Output>,
    results: AtomicU64,
}

#[derive(Debug, Clone, Copy, Default)]
struct Wish {
    allowed: bool,
    effort: Effort,
    stop: bool,
}

#[derive(Default)]
struct Output {
    reports: VecDeque<FrameReport>,
    masks: Option<Arc<GarmentMasks>>,
    background: Option<Arc<Background>>,
    organs: Vec<OrganState>,
    costs: VisionCosts,
    economy: Economy,
}

/// How work is saved.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Economy {
    /// The budget and what was dropped to keep it.
    pub governor: GovernorState,
    /// The learned background.
    pub plate: PlateState,
    /// Face searches that were due and not made, because nothing had changed.
    pub spared_searches: u64,
}

impl Vision {
    pub(crate) fn start(options: VisionOptions, subscribe: Subscribe, wake: Wake) -> Self {
        let shared = Arc::<Shared>::default();
        let worker = Worker {
            shared: Arc::clone(&shared),
            subscribe,
            wake,
        };
        let spawned = std::thread::Builder::new()
            .name("vision".to_owned())
            .spawn(move || worker.run(&options));
        if let Err(error) = spawned {
            tracing::error!("cannot start the vision thread: {error}");
            lock(&shared.output).organs = vec![OrganState {
                name: "vision".to_owned(),
                on: false,
                reason: format!("cannot start the vision thread: {error}"),
            }];
        }
        Self { shared }
    }

    pub(crate) fn allow(&self, allowed: bool) {
        self.wish(|wish| wish.allowed = allowed);
        if !allowed {
            let mut output = lock(&self.shared.output);
            output.reports.clear();
            output.masks = None;
            output.background = None;
        }
    }

    pub(crate) fn set_effort(&self, effort: Effort) {
        self.wish(|wish| wish.effort = effort);
    }

    /// The oldest report that was not had yet.
    pub(crate) fn try_report(&self) -> Option<FrameReport> {
        lock(&self.shared.output).reports.pop_front()
    }

    pub(crate) fn masks(&self) -> Option<Arc<GarmentMasks>> {
        lock(&self.shared.output).masks.clone()
    }

    pub(crate) fn background(&self) -> Option<Arc<Background>> {
        lock(&self.shared.output).background.clone()
    }

    pub(crate) fn economy(&self) -> Economy {
        lock(&self.shared.output).economy.clone()
    }

    pub(crate) fn results(&self) -> u64 {
        self.shared.results.load(Ordering::Relaxed)
    }

    pub(crate) fn costs(&self) -> VisionCosts {
        lock(&self.shared.output).costs.clone()
    }

    /// Empty until the models are loaded.
    pub(crate) fn organs(&self) -> Vec<OrganState> {
        lock(&self.shared.output).organs.clone()
    }

    fn wish(&self, change: impl FnOnce(&mut Wish)) {
        change(&mut lock(&self.shared.wish));
        self.shared.wished.notify_all();
    }
}

impl Drop for Vision {
    fn drop(&mut self) {
        self.wish(|wish| wish.stop = true);
    }
}

struct Worker {
    shared: Arc<Shared>,
    subscribe: Subscribe,
    wake: Wake,
}

impl Worker {
    fn run(&self, options: &VisionOptions) {
        // Before any session exists: threads of the runtime, should it ever make some, inherit it.
        if let Err(error) = rustix::process::setpriority_process(None, options.nice) {
            tracing::warn!("cannot lower the vision thread's priority: {error}");
        }
        let mut engine = Engine::load(options);
        lock(&self.shared.output).organs = engine.organs();
        while self.wait_until_allowed() {
            let feed = (self.subscribe)();
            self.look(feed.as_ref(), &mut engine, options);
            engine.forget();
        }
    }

    /// False when the thread shall end.
    fn wait_until_allowed(&self) -> bool {
        let wish = lock(&self.shared.wish);
        let wish = self
            .shared
            .wished
            .wait_while(wish, |wish| !wish.allowed && !wish.stop)
            .unwrap_or_else(PoisonError::into_inner);
        !wish.stop
    }

    fn look(&self, feed: &dyn Feed, engine: &mut Engine, options: &VisionOptions) {
        let mut schedule = Schedule::new(options.rates);
        let mut last_frame = mono_now();
        loop {
            let wish = *lock(&self.shared.wish);
            if !wish.allowed || wish.stop {
                return;
            }
            match feed.wait(FRAME_WAIT) {
                Some(frame) => {
                    last_frame = frame.captured();
                    self.look_at(
                        &frame,
                        engine,
                        &mut schedule,
                        wish.effort,
                        options.everything,
                    );
                }
                None if mono_now().since_ms(last_frame) > FORGET_AFTER_MS => {
                    engine.forget();
                    let mut output = lock(&self.shared.output);
                    output.masks = None;
                    output.background = None;
                }
                None => {}
            }
        }
    }

    fn look_at(
        &self,
        frame: &Frame,
        engine: &mut Engine,
        schedule: &mut Schedule,
        effort: Effort,
        everything: bool,
    ) {
        let plan = match everything {
            true => Plan::EVERYTHING,
            false => schedule.plan(effort, engine.needs(), frame.captured()),
        };
        let report = engine.pass(shot(frame), plan);
        tell_limits(engine, frame);
        self.publish(report, engine);
    }

    fn publish(&self, report: FrameReport, engine: &mut Engine) {
        // Not after a "no": what was seen before must not come up afterwards.
        let wish = lock(&self.shared.wish);
        if !wish.allowed {
            return;
        }
        let mut output = lock(&self.shared.output);
        if output.reports.len() == MAX_REPORTS {
            output.reports.pop_front();
        }
        output.reports.push_back(report);
        output.masks = engine.masks();
        output.background = engine.plate().background();
        let results = self.shared.results.fetch_add(1, Ordering::Relaxed);
        if results.is_multiple_of(HEALTH_EVERY) {
            output.organs = engine.organs();
            output.costs = engine.meter().costs();
            output.economy = Economy {
                governor: engine.governor().state(),
                plate: engine.plate().state(),
                spared_searches: engine.spared_searches(),
            };
        }
        drop(output);
        drop(wish);
        (self.wake)();
    }
}

/// Logs what the governor holds back, once per change.
fn tell_limits(engine: &mut Engine, frame: &Frame) {
    match engine.governor().news(frame.captured()) {
        Some(names) if names.is_empty() => tracing::info!("vision runs at its full rates again"),
        Some(names) => tracing::warn!(
            "vision would take more than its budget: held back are {}",
            names.join(", ")
        ),
        None => {}
    }
}

/// A frame as the organs see it.
pub(crate) fn shot(frame: &Frame) -> Shot<'_> {
    let pixels = Pixels {
        width: frame.width() as usize,
        height: frame.height() as usize,
        rgba: frame.rgba(),
    };
    Shot {
        number: frame.number(),
        captured: frame.captured(),
        pixels,
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod hard_frames;
#[cfg(test)]
mod tests;
