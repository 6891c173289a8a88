//! Measures what vision costs on a source, frame by frame.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::time::{Duration, Instant};

use cheval_domain::observation::FrameReport;
use serde::Serialize;

use crate::camera::{Camera, CameraStatus, Wake};
use crate::perception::Perception;
use crate::perception::VisionHealth;
use crate::source::CameraOptions;
use crate::spec::SourceSpec;
use crate::vision::{Economy, Effort, VisionOptions, VisionRates};

/// A source that gives nothing for this long has ended or is broken.
const SILENCE: Duration = Duration::from_secs(15);

/// What is measured.
#[derive(Debug, Clone)]
pub struct BenchOptions {
    /// Where pictures come from.
    pub source: SourceSpec,
    /// What is asked of the camera.
    pub camera: CameraOptions,
    /// Folders with models.
    pub models: Vec<PathBuf>,
    /// The ONNX Runtime library; `None` = the usual places.
    pub runtime: Option<PathBuf>,
    /// Reports to wait for.
    pub frames: u64,
    /// Every organ on every frame, instead of the rates of normal use.
    pub everything: bool,
    /// Share of one core that vision may use when it keeps the rates of normal use.
    pub budget_cores: f32,
}

/// What was measured.
#[derive(Debug, Clone, Serialize)]
pub struct BenchReport {
    /// `everything` or `scheduled`.
    pub mode: &'static str,
    /// Reports received.
    pub frames: u64,
    /// Camera frames in the same time.
    pub camera_frames: u64,
    /// From the start of camera and vision to the first report, milliseconds: loading the models and one pass.
    pub first_report_ms: u64,
    /// Wall time, seconds.
    pub seconds: f64,
    /// Most people in one frame, and their mean.
    pub people_max: usize,
    /// See `people_max`.
    pub people_mean: f64,
    /// Processor time of the vision thread per frame, milliseconds.
    pub cpu_ms_per_frame: f64,
    /// The same by stage, spread over all frames.
    pub cpu_ms_per_frame_by_stage: std::collections::BTreeMap<String, f64>,
    /// Share of one core that the vision thread used.
    pub cores: f64,
    /// Median and 99th percentile of the processor time of a pass, milliseconds.
    pub pass_cpu_ms_p50: f32,
    /// See `pass_cpu_ms_p50`.
    pub pass_cpu_ms_p99: f32,
    /// Median and 99th percentile of the wall time of a pass, milliseconds.
    pub pass_ms_p50: f32,
    /// See `pass_ms_p50`.
    pub pass_ms_p99: f32,
    /// Resident memory of the process at the end, bytes.
    pub rss_bytes: u64,
    /// What was dropped to keep the budget, and what an empty scene spared.
    pub economy: Economy,
    /// Organs that were off, with the reason.
    pub organs_off: Vec<String>,
}

/// Why nothing could be measured.
#[derive(Debug, Clone, thiserror::Error)]
pub enum BenchError {
    /// The source gives no pictures.
    #[error("the source gave no picture that could be looked at within {} s: {status}", SILENCE.as_secs())]
    Silent {
        /// The camera's status in words.
        status: String,
    },
}

/// Measures until `frames` reports came.
///
/// # Errors
/// [`BenchError::Silent`] when the source gives no pictures.
pub fn run(options: BenchOptions) -> Result<BenchReport, BenchError> {
    run_with(options, |_| {})
}

/// The same, and shows every report to `each`.
///
/// # Errors
/// [`BenchError::Silent`] when the source gives no pictures.
pub fn run_with(
    options: BenchOptions,
    each: impl FnMut(&FrameReport),
) -> Result<BenchReport, BenchError> {
    let (sender, woken) = sync_channel(1);
    // A full channel already says what the message would say.
    let wake: Wake = Arc::new(move || {
        sender.try_send(()).ok();
    });
    let camera = Arc::new(Camera::start(
        options.source,
        options.camera,
        Arc::clone(&wake),
    ));
    let vision = VisionOptions {
        models: options.models,
        runtime: options.runtime,
        everything: options.everything,
        rates: VisionRates {
            budget_cores: options.budget_cores,
            ..VisionRates::default()
        },
        nice: 0,
        figure: false,
    };
    let perception = Perception::with_camera(camera, vision, wake);
    perception.set_effort(Effort::TryOn);
    perception.allow_inference(true);
    let mode = if options.everything {
        "everything"
    } else {
        "scheduled"
    };
    measure(&perception, &woken, options.frames.max(1), mode, each)
}

fn measure(
    perception: &Perception,
    woken: &Receiver<()>,
    wanted: u64,
    mode: &'static str,
    mut each: impl FnMut(&FrameReport),
) -> Result<BenchReport, BenchError> {
    let mut people = Vec::new();
    let asked = Instant::now();
    let mut first_report = Duration::ZERO;
    let mut started = None;
    let mut frames_before = 0;
    let mut last_report = Instant::now();
    while (people.len() as u64) < wanted {
        match woken.recv_timeout(SILENCE) {
            Ok(()) => {}
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {
                return Err(silent(perception));
            }
        }
        while let Some(report) = perception.try_report() {
            if started.is_none() {
                started = Some(Instant::now());
                first_report = asked.elapsed();
                frames_before = perception.health().camera_frames;
            }
            each(&report);
            people.push(report.people.len());
            last_report = Instant::now();
        }
        if last_report.elapsed() > SILENCE {
            return Err(silent(perception));
        }
    }
    let seconds = started.map_or(0.0, |s| s.elapsed().as_secs_f64());
    let health = perception.health();
    Ok(summary(
        mode,
        &people,
        (first_report, seconds),
        health.camera_frames - frames_before,
        health,
    ))
}

fn summary(
    mode: &'static str,
    people: &[usize],
    (first_report, seconds): (Duration, f64),
    camera_frames: u64,
    health: VisionHealth,
) -> BenchReport {
    let costs = &health.costs;
    let passes = costs.passes.max(1) as f64;
    let frames = people.len() as u64;
    let cpu_ms_per_frame = costs.cpu_ms / passes;
    BenchReport {
        mode,
        frames,
        camera_frames,
        first_report_ms: u64::try_from(first_report.as_millis()).unwrap_or(u64::MAX),
        seconds,
        people_max: people.iter().copied().max().unwrap_or(0),
        people_mean: people.iter().sum::<usize>() as f64 / frames.max(1) as f64,
        cpu_ms_per_frame,
        cpu_ms_per_frame_by_stage: costs
            .stages
            .iter()
            .map(|(name, cost)| (name.clone(), cost.cpu_ms / passes))
            .collect(),
        cores: cpu_ms_per_frame * frames as f64 / (seconds * 1000.0).max(1.0),
        pass_cpu_ms_p50: costs.pass_cpu_ms_p50,
        pass_cpu_ms_p99: costs.pass_cpu_ms_p99,
        pass_ms_p50: costs.pass_ms_p50,
        pass_ms_p99: costs.pass_ms_p99,
        rss_bytes: resident_bytes(),
        economy: health.economy,
        organs_off: health
            .organs
            .into_iter()
            .filter(|o| !o.on)
            .map(|o| format!("{}: {}", o.name, o.reason))
            .collect(),
    }
}

fn silent(perception: &Perception) -> BenchError {
    let status = match perception.camera_status() {
        CameraStatus::Lost { reason, .. } => reason,
        other => format!("the camera is {}", other.as_str()),
    };
    BenchError::Silent { status }
}

/// From `/proc/self/statm`, second field, in pages of 4 KiB; 0 where there is no such file.
fn resident_bytes() -> u64 {
    std::fs::read_to_string("/proc/self/statm")
        .ok()
        .and_then(|text| text.split_whitespace().nth(1)?.parse::<u64>().ok())
        .map_or(0, |pages| pages * 4096)
}
