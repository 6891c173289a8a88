//! What vision costs: processor time by stage, wall time by pass. Numbers only.

use std::collections::BTreeMap;

use rustix::time::{ClockId, clock_gettime};
use serde::Serialize;

/// Passes kept for the percentiles.
const WINDOW: usize = 512;

/// A part of a pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stage {
    FaceDetector,
    AgeGender,
    PersonDetector,
    Pose,
    PersonMask,
    GarmentParser,
    Masks,
    Garments,
    Light,
    Pattern,
    Figure,
    Breadths,
    Report,
    Plate,
}

const STAGES: [(Stage, &str); 14] = [
    (Stage::FaceDetector, "face_detector"),
    (Stage::AgeGender, "age_gender"),
    (Stage::PersonDetector, "person_detector"),
    (Stage::Pose, "pose"),
    (Stage::PersonMask, "person_mask"),
    (Stage::GarmentParser, "garment_parser"),
    (Stage::Masks, "masks"),
    (Stage::Garments, "garments"),
    (Stage::Light, "light"),
    (Stage::Pattern, "pattern"),
    (Stage::Figure, "figure"),
    (Stage::Breadths, "breadths"),
    (Stage::Report, "report"),
    (Stage::Plate, "plate"),
];

/// Processor time of one stage.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct StageCost {
    /// How often it ran.
    pub runs: u64,
    /// Processor time in all, milliseconds.
    pub cpu_ms: f64,
}

/// Running totals.
#[derive(Debug, Clone, Default)]
pub(crate) struct Meter {
    costs: [StageCost; STAGES.len()],
    passes: u64,
    cpu_ms: f64,
    recent_wall_ms: Vec<f32>,
    recent_cpu_ms: Vec<f32>,
}

/// Totals and percentiles, ready to be reported.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct VisionCosts {
    /// Frames looked at.
    pub passes: u64,
    /// Processor time of all passes, milliseconds.
    pub cpu_ms: f64,
    /// Median and 99th percentile of the wall time of the latest passes, milliseconds.
    pub pass_ms_p50: f32,
    /// See `pass_ms_p50`.
    pub pass_ms_p99: f32,
    /// Median and 99th percentile of the processor time of the latest passes, milliseconds.
    pub pass_cpu_ms_p50: f32,
    /// See `pass_cpu_ms_p50`.
    pub pass_cpu_ms_p99: f32,
    /// Processor time by stage.
    pub stages: BTreeMap<String, StageCost>,
}

impl Meter {
    /// Runs a stage and counts what it took.
    pub(crate) fn time<R>(&mut self, stage: Stage, run: impl FnOnce() -> R) -> R {
        let start = thread_cpu_ms();
        let result = run();
        let cost = &mut self.costs[stage as usize];
        cost.runs += 1;
        cost.cpu_ms += thread_cpu_ms() - start;
        result
    }

    /// Counts a whole pass.
    pub(crate) fn pass(&mut self, wall_ms: f32, cpu_ms: f64) {
        let at = (self.passes % WINDOW as u64) as usize;
        for (recent, value) in [
            (&mut self.recent_wall_ms, wall_ms),
            (&mut self.recent_cpu_ms, cpu_ms as f32),
        ] {
            match recent.get_mut(at) {
                Some(slot) => *slot = value,
                None => recent.push(value),
            }
        }
        self.passes += 1;
        self.cpu_ms += cpu_ms;
    }

    /// Processor time of some stages so far, milliseconds.
    pub(crate) fn spent_on(&self, stages: &[Stage]) -> f64 {
        stages.iter().map(|s| self.costs[*s as usize].cpu_ms).sum()
    }

    pub(crate) fn costs(&self) -> VisionCosts {
        VisionCosts {
            passes: self.passes,
            cpu_ms: self.cpu_ms,
            pass_ms_p50: percentile(&self.recent_wall_ms, 0.5),
            pass_ms_p99: percentile(&self.recent_wall_ms, 0.99),
            pass_cpu_ms_p50: percentile(&self.recent_cpu_ms, 0.5),
            pass_cpu_ms_p99: percentile(&self.recent_cpu_ms, 0.99),
            stages: STAGES
                .iter()
                .map(|&(stage, name)| (name.to_owned(), self.costs[stage as usize]))
                .collect(),
        }
    }
}

fn percentile(values: &[f32], share: f64) -> f32 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f32::total_cmp);
    let at = ((sorted.len() as f64 * share) as usize).min(sorted.len().saturating_sub(1));
    sorted.get(at).copied().unwrap_or(0.0)
}

/// Processor time of the calling thread, milliseconds.
pub(crate) fn thread_cpu_ms() -> f64 {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    time.tv_sec as f64 * 1000.0 + time.tv_nsec as f64 / 1e6
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_come_from_the_latest_passes() {
        let mut meter = Meter::default();
        (0..WINDOW).for_each(|_| meter.pass(500.0, 500.0));
        (0..WINDOW).for_each(|k| meter.pass(k as f32, 1.0));
        let costs = meter.costs();
        assert_eq!(
            (costs.pass_ms_p50, costs.pass_ms_p99, costs.pass_cpu_ms_p99),
            (256.0, 506.0, 1.0)
        );
        assert_eq!(costs.passes, 2 * WINDOW as u64);
    }

    #[test]
    fn every_stage_has_its_own_place() {
        for (k, (stage, _)) in STAGES.iter().enumerate() {
            assert_eq!(*stage as usize, k);
        }
        let mut meter = Meter::default();
        meter.time(Stage::Report, || ());
        assert_eq!(meter.costs().stages["report"].runs, 1);
        assert_eq!(meter.costs().stages["pose"].runs, 0);
    }
}
