//! `camera-probe`: runs the product's own camera code on one source and says what came. For installers in front of a
//! camera, and for the virtual machine of `cargo xtask camera-vm`.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command-line tool"
)]

use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use cheval_perception::camera::{Camera, CameraCounts, CameraStatus};
use cheval_perception::source::{CameraDevice, CameraOptions, Rotation, list_cameras};
use cheval_perception::spec::SourceSpec;
use serde_json::{Value, json};

const HELP: &str = "\
camera-probe: open a camera as the kiosk does and say what comes

  --source SPEC     v4l2:/dev/video0, v4l2:serial=XYZ, images:DIR, video:FILE ... [v4l2:]
  --frames N        pictures to wait for [30]
  --seconds N       longest time to wait [30]
  --size WxH        wanted size [1280x720]
  --rate N          wanted pictures per second [30]
  --rotate DEGREES  0, 90, 180 or 270 [0]
  --lose N          count the pictures only after the camera was lost N times [0]
  --json            one line of JSON instead of text

Exit code 0 when N pictures came in time, 1 when not, 2 when the arguments are wrong.";

struct Arguments {
    spec: SourceSpec,
    frames: u64,
    limit: Duration,
    options: CameraOptions,
    lose: u32,
    json: bool,
}

fn main() -> ExitCode {
    match parse(std::env::args().skip(1)) {
        Ok(Some(arguments)) => probe(&arguments),
        Ok(None) => {
            println!("{HELP}");
            ExitCode::SUCCESS
        }
        Err(problem) => {
            eprintln!("camera-probe: {problem}\n\n{HELP}");
            ExitCode::from(2)
        }
    }
}

fn parse(mut words: impl Iterator<Item = String>) -> Result<Option<Arguments>, String> {
    let mut arguments = Arguments {
        spec: "v4l2:".parse().map_err(|e| format!("{e}"))?,
        frames: 30,
        limit: Duration::from_secs(30),
        options: CameraOptions::default(),
        lose: 0,
        json: false,
    };
    while let Some(word) = words.next() {
        match word.as_str() {
            "--json" => arguments.json = true,
            "--help" | "-h" => return Ok(None),
            _ => {
                let value = words
                    .next()
                    .ok_or_else(|| format!("`{word}` needs a value, or is no option"))?;
                take(&mut arguments, &word, &value)?;
            }
        }
    }
    Ok(Some(arguments))
}

fn take(arguments: &mut Arguments, option: &str, value: &str) -> Result<(), String> {
    let whole = |range: std::ops::RangeInclusive<u32>| {
        let number = value.parse().ok().filter(|number| range.contains(number));
        number.ok_or_else(|| {
            format!(
                "{option} {value}: expected {} to {}",
                range.start(),
                range.end()
            )
        })
    };
    match option {
        "--source" => arguments.spec = value.parse().map_err(|e| format!("{e}"))?,
        "--frames" => arguments.frames = whole(1..=1_000_000)?.into(),
        "--seconds" => arguments.limit = Duration::from_secs(whole(1..=86_400)?.into()),
        "--rate" => {
            let rate = value
                .parse()
                .ok()
                .filter(|rate| (0.1..=240.0).contains(rate));
            arguments.options.rate_hz =
                rate.ok_or_else(|| format!("--rate {value}: expected 0.1 to 240"))?;
        }
        "--rotate" => arguments.options.rotation = Rotation::from_degrees(whole(0..=359)?)?,
        "--lose" => arguments.lose = whole(0..=100)?,
        "--size" => {
            let side = |text: &str| text.parse().ok().filter(|px| (16..=8192).contains(px));
            let size = value
                .split_once('x')
                .and_then(|(width, height)| Some((side(width)?, side(height)?)));
            let size = size.ok_or_else(|| {
                format!("--size {value}: expected WIDTHxHEIGHT, each from 16 to 8192")
            })?;
            (arguments.options.width_px, arguments.options.height_px) = size;
        }
        other => return Err(format!("unknown option `{other}`")),
    }
    Ok(())
}

/// What one run of the camera gave.
struct Outcome {
    status: CameraStatus,
    counts: CameraCounts,
    taken: u64,
    size_px: (u32, u32),
    elapsed: Duration,
    first_after: Option<Duration>,
    times_lost: u32,
    frames_at_loss: u64,
}

fn probe(arguments: &Arguments) -> ExitCode {
    let devices = list_cameras();
    let camera = Camera::start(
        arguments.spec.clone(),
        arguments.options.clone(),
        Arc::new(|| {}),
    );
    let outcome = watch(&camera, arguments);
    if arguments.json {
        println!("{}", as_json(arguments, &devices, &outcome));
    } else {
        print_text(arguments, &devices, &outcome);
    }
    if outcome.complete(arguments) {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

fn watch(camera: &Camera, arguments: &Arguments) -> Outcome {
    let tap = camera.tap();
    let start = Instant::now();
    let mut outcome = Outcome {
        status: camera.status(),
        counts: camera.counts(),
        taken: 0,
        size_px: (0, 0),
        elapsed: Duration::ZERO,
        first_after: None,
        times_lost: 0,
        frames_at_loss: 0,
    };
    while !outcome.complete(arguments) && start.elapsed() < arguments.limit {
        if let Some(frame) = tap.wait(Duration::from_millis(100)) {
            outcome.taken += 1;
            outcome.size_px = (frame.width(), frame.height());
            outcome.first_after.get_or_insert_with(|| start.elapsed());
        }
        outcome.look(camera);
    }
    outcome.elapsed = start.elapsed();
    outcome
}

impl Outcome {
    fn look(&mut self, camera: &Camera) {
        let was_lost = matches!(self.status, CameraStatus::Lost { .. });
        self.status = camera.status();
        self.counts = camera.counts();
        if matches!(self.status, CameraStatus::Lost { .. }) && !was_lost {
            self.times_lost += 1;
            self.frames_at_loss = self.counts.frames_in;
        }
    }

    fn complete(&self, arguments: &Arguments) -> bool {
        let counted_from = if arguments.lose == 0 {
            0
        } else {
            self.frames_at_loss
        };
        self.times_lost >= arguments.lose
            && self.counts.frames_in - counted_from >= arguments.frames
    }
}

fn as_json(arguments: &Arguments, devices: &[CameraDevice], outcome: &Outcome) -> Value {
    let devices: Vec<_> = devices
        .iter()
        .map(|device| json!({ "path": device.path, "name": device.name, "serial": device.serial }))
        .collect();
    let (negotiated, problem) = match &outcome.status {
        CameraStatus::Live { info, frozen } => (
            json!({
                "name": info.name, "width_px": info.width_px, "height_px": info.height_px,
                "rate_hz": info.rate_hz, "format": info.format, "settled_by": info.settled_by, "frozen": frozen,
            }),
            Value::Null,
        ),
        CameraStatus::Lost { reason, .. } => (Value::Null, json!(reason)),
        CameraStatus::Starting | CameraStatus::Paused | CameraStatus::None => {
            (Value::Null, Value::Null)
        }
    };
    json!({
        "source": arguments.spec.to_string(),
        "devices": devices,
        "status": outcome.status.as_str(),
        "negotiated": negotiated,
        "problem": problem,
        "frames_wanted": arguments.frames,
        "frames_in": outcome.counts.frames_in,
        "frames_taken": outcome.taken,
        "dropped": outcome.counts.dropped,
        "torn": outcome.counts.torn,
        "times_lost": outcome.times_lost,
        "width_px": outcome.size_px.0,
        "height_px": outcome.size_px.1,
        "first_frame_ms": outcome.first_after.map(|after| after.as_millis()),
        "elapsed_ms": outcome.elapsed.as_millis(),
    })
}

fn print_text(arguments: &Arguments, devices: &[CameraDevice], outcome: &Outcome) {
    for CameraDevice {
        path, name, serial, ..
    } in devices
    {
        println!(
            "found {}: {name}, serial {}",
            path.display(),
            serial.as_deref().unwrap_or("unknown")
        );
    }
    match &outcome.status {
        CameraStatus::Live {
            info,
            frozen: false,
        } => println!("{info}"),
        CameraStatus::Live { info, frozen: true } => {
            println!("{info}, but the picture does not change")
        }
        CameraStatus::Lost { reason, .. } => println!("{reason}"),
        other => println!("{}: {}", arguments.spec, other.as_str()),
    }
    let CameraCounts {
        frames_in,
        dropped,
        torn,
    } = outcome.counts;
    let secs = outcome.elapsed.as_secs_f64();
    println!(
        "{frames_in} of {} pictures in {secs:.1} s, {dropped} dropped, {torn} torn",
        arguments.frames
    );
}
