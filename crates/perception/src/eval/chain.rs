//! The whole chain of the kiosk, from detector to words, on pictures instead of a camera.

use cheval_domain::observation::{FrameReport, Person};
use cheval_domain::time::Mono;

use super::EvalOptions;
use crate::organs::picture::Pixels;
use crate::vision::{Engine, Plan, Shot, VisionOptions, VisionRates};

/// How often a still picture is shown: names are smoothed over about a second.
pub(crate) const PASSES: u64 = 12;
/// Time between two of them, in milliseconds.
pub(crate) const STEP_MS: u64 = 200;

/// The organs with their memory, and a clock of its own.
pub(crate) struct Chain {
    engine: Engine,
    shown: u64,
    now_ms: u64,
}

impl Chain {
    pub(crate) fn load(options: &EvalOptions) -> Self {
        Self {
            engine: Engine::load(&VisionOptions {
                models: options.models.clone(),
                runtime: options.runtime.clone(),
                figure: true,
                // What is said is measured, not what a busy machine had time for.
                rates: VisionRates {
                    budget_cores: f32::INFINITY,
                    ..VisionRates::default()
                },
                ..VisionOptions::default()
            }),
            shown: 0,
            now_ms: 0,
        }
    }

    /// What is reported of somebody who stands still like this; `None` when nobody is seen.
    pub(crate) fn stand_before(&mut self, pixels: Pixels<'_>) -> Option<Person> {
        self.engine.forget();
        let mut last = None;
        for _ in 0..PASSES {
            let report = self.next(pixels, STEP_MS, Plan::EVERYTHING);
            last = report.people.into_iter().next();
        }
        last
    }

    /// What is reported of the next picture of a sequence, `step_ms` after the one before.
    pub(crate) fn next(&mut self, pixels: Pixels<'_>, step_ms: u64, plan: Plan) -> FrameReport {
        self.shown += 1;
        self.now_ms += step_ms;
        let shot = Shot {
            number: self.shown,
            captured: Mono(self.now_ms),
            pixels,
        };
        self.engine.pass(shot, plan)
    }
}
