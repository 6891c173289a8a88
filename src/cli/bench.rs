//! `cheval bench`: what this machine manages. Prints numbers, judges nothing: timed limits do not belong into tests.

use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use cheval_perception::bench::BenchOptions;
use clap::{Args, Subcommand};
use serde::Serialize;
use serde_json::Value;

use super::{Failure, SettingsArgs, say};

/// Options of the benches.
#[derive(Debug, Args)]
pub(super) struct BenchArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// CPU time of the models on pictures, by stage.
    Perception(PerceptionArgs),
    /// The whole screen in a window: pictures shown per second with vision running, CPU time and memory.
    Screen(ScreenBenchArgs),
    /// The screen at rest: a still attract picture with the camera off.
    Rest(RestArgs),
}

#[derive(Debug, Args)]
struct PerceptionArgs {
    #[command(flatten)]
    settings: SettingsArgs,
    /// Where pictures come from: images:DIR, video:FILE, standin:DIR.
    #[arg(long, value_name = "SOURCE")]
    frames: String,
    /// How many frames.
    #[arg(long, default_value_t = 300)]
    count: u64,
    /// As the kiosk does it at 30 pictures a second, instead of every model on every frame.
    #[arg(long)]
    scheduled: bool,
    /// Machine-readable.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Args)]
struct ScreenBenchArgs {
    /// Where pictures come from.
    #[arg(long, value_name = "SOURCE")]
    frames: String,
    /// Window size.
    #[arg(long, default_value = "720x1280")]
    size: String,
    /// Measured seconds, after the mirror has come up.
    #[arg(long, default_value_t = 12)]
    seconds: u64,
    /// Content store; the kiosk's own when absent.
    #[arg(long, value_name = "DIR")]
    content: Option<PathBuf>,
    /// Machine-readable.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Args)]
struct RestArgs {
    /// Window size.
    #[arg(long, default_value = "1080x1920")]
    size: String,
    /// Measured seconds.
    #[arg(long, default_value_t = 4)]
    seconds: u64,
    /// Content store; the kiosk's own when absent.
    #[arg(long, value_name = "DIR")]
    content: Option<PathBuf>,
    /// Machine-readable.
    #[arg(long)]
    json: bool,
}

/// Runs one bench.
pub(super) fn run(args: &BenchArgs) -> Result<(), Failure> {
    match &args.what {
        What::Perception(args) => perception(args),
        What::Screen(args) => screen(args),
        What::Rest(args) => rest(args),
    }
}

fn perception(args: &PerceptionArgs) -> Result<(), Failure> {
    let config = args.settings.load(Vec::new())?;
    let options = BenchOptions {
        source: args.frames.parse().map_err(Failure::config)?,
        camera: config.camera.options(),
        models: crate::models_folders(&config),
        runtime: config.vision.runtime.clone(),
        frames: args.count,
        everything: !args.scheduled,
        budget_cores: config.vision.budget_cores as f32,
    };
    let report = cheval_perception::bench::run(options).map_err(Failure::new)?;
    tell(&report, args.json)
}

fn tell(report: &impl Serialize, json: bool) -> Result<(), Failure> {
    if json {
        print_json(report)
    } else {
        say_lines(report)
    }
}

/// What the screen did between two moments.
#[derive(Debug, Serialize)]
struct ScreenReport {
    size: String,
    seconds: f64,
    camera_frames_per_second: f64,
    shown_frames_per_second: f64,
    presented_frames_per_second: f64,
    vision_results_per_second: f64,
    cpu_share_of_one_core: f64,
    pss_mb: f64,
    first_picture_ms: f64,
}

/// The notice goes on by itself after 8 s; the mirror is in full use from here on.
const WARM_UP: Duration = Duration::from_secs(16);

fn screen(args: &ScreenBenchArgs) -> Result<(), Failure> {
    let report = watch(
        &args.size,
        Some(&args.frames),
        args.content.as_deref(),
        WARM_UP,
        args.seconds,
    )?;
    tell(&report, args.json)
}

fn rest(args: &RestArgs) -> Result<(), Failure> {
    // A slide has come to rest and was looked at (proof of pixels) three seconds after it came; it stays for nine.
    let report = watch(
        &args.size,
        None,
        args.content.as_deref(),
        Duration::from_millis(3_600),
        args.seconds,
    )?;
    tell(&report, args.json)
}

fn watch(
    size: &str,
    frames: Option<&str>,
    content: Option<&Path>,
    warm_up: Duration,
    seconds: u64,
) -> Result<ScreenReport, Failure> {
    let dir = std::env::temp_dir().join(format!("cheval-bench-{}", std::process::id()));
    std::fs::create_dir_all(&dir)
        .map_err(|error| Failure::new(format!("failed to make {}: {error}", dir.display())))?;
    let summary = dir.join("summary.json");
    let mut command = Command::new(std::env::current_exe().map_err(Failure::new)?);
    command.args([
        "screen",
        "--size",
        size,
        "--camera",
        frames.unwrap_or("none"),
    ]);
    command
        .arg("--runtime")
        .arg(&dir)
        .arg("--summary")
        .arg(&summary);
    if let Some(content) = content {
        command.arg("--content").arg(content);
    }
    let mut child = command.spawn().map_err(Failure::new)?;
    let measured = measure(
        &mut child,
        &summary,
        warm_up,
        Duration::from_secs(seconds),
        size,
    );
    // The child is ours to end, whatever came out; a child that is already gone is fine.
    _ = child.kill();
    _ = child.wait();
    _ = std::fs::remove_dir_all(&dir);
    measured
}

fn measure(
    child: &mut Child,
    summary: &Path,
    warm_up: Duration,
    length: Duration,
    size: &str,
) -> Result<ScreenReport, Failure> {
    sleep(warm_up);
    let before = Moment::read(child, summary)?;
    sleep(length);
    let after = Moment::read(child, summary)?;
    let seconds = after.number("seconds") - before.number("seconds");
    let rate = |key: &str| (after.number(key) - before.number(key)) / seconds.max(0.001);
    Ok(ScreenReport {
        size: size.to_owned(),
        seconds,
        camera_frames_per_second: rate("camera_frames_in"),
        shown_frames_per_second: rate("camera_frames_shown"),
        presented_frames_per_second: rate("presented_frames"),
        vision_results_per_second: rate("vision_results"),
        cpu_share_of_one_core: (after.cpu_secs - before.cpu_secs)
            / (after.at - before.at).as_secs_f64(),
        pss_mb: after.number("pss_mb"),
        first_picture_ms: after.number("first_picture_ms"),
    })
}

fn sleep(time: Duration) {
    std::thread::sleep(time);
}

/// One reading of a running screen.
struct Moment {
    summary: Value,
    cpu_secs: f64,
    at: Instant,
}

impl Moment {
    fn read(child: &mut Child, summary: &Path) -> Result<Self, Failure> {
        if let Ok(Some(status)) = child.try_wait() {
            return Err(Failure::new(format!(
                "the screen ended by itself: {status}"
            )));
        }
        let text = std::fs::read(summary).map_err(|error| {
            Failure::new(format!(
                "the screen wrote no summary ({}): {error}",
                summary.display()
            ))
        })?;
        let summary = serde_json::from_slice(&text).map_err(Failure::new)?;
        Ok(Self {
            summary,
            cpu_secs: cpu_secs_of(child.id()),
            at: Instant::now(),
        })
    }

    fn number(&self, key: &str) -> f64 {
        self.summary.get(key).and_then(Value::as_f64).unwrap_or(0.0)
    }
}

/// CPU seconds of another process so far (fields 14 and 15 of its stat line, in hundredths).
fn cpu_secs_of(pid: u32) -> f64 {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    let after_name = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    let ticks: f64 = after_name
        .split_whitespace()
        .skip(11)
        .take(2)
        .filter_map(|t| t.parse::<f64>().ok())
        .sum();
    ticks / 100.0
}

fn print_json(report: &impl Serialize) -> Result<(), Failure> {
    say(serde_json::to_string_pretty(report).map_err(Failure::new)?);
    Ok(())
}

/// The same, for people: one `key: value` per line.
fn say_lines(report: &impl Serialize) -> Result<(), Failure> {
    let value = serde_json::to_value(report).map_err(Failure::new)?;
    say_value("", &value);
    Ok(())
}

fn say_value(prefix: &str, value: &Value) {
    match value {
        Value::Object(fields) => {
            for (key, value) in fields {
                say_value(
                    &if prefix.is_empty() {
                        key.clone()
                    } else {
                        format!("{prefix}.{key}")
                    },
                    value,
                );
            }
        }
        Value::Array(items) if items.iter().all(Value::is_object) => {
            for item in items {
                let name = item.get("name").and_then(Value::as_str).unwrap_or("?");
                say_value(&format!("{prefix}.{name}"), item);
            }
        }
        Value::Number(number) if number.is_f64() => say(format!(
            "{prefix:<34} {:.3}",
            number.as_f64().unwrap_or(0.0)
        )),
        other => say(format!("{prefix:<34} {other}")),
    }
}
