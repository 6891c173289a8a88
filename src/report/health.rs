//! How the kiosk feels, every few minutes, and faults when they begin.

use std::time::Duration;

use bevy::prelude::*;
use cheval_domain::record::{DeviceHealth, Record};
use cheval_perception::camera::CameraStatus;

use super::Reporter;
use crate::audio::Speaker;
use crate::clock::Clock;
use crate::content::Content;
use crate::diagnostics::cost::rss_bytes;
use crate::diagnostics::presented::Presented;
use crate::perception::Eyes;
use crate::{KioskSystems, Startup as KioskStartup};

/// What was true at the last report.
#[derive(Resource, Default)]
struct LastHealth {
    at: Option<Duration>,
    frames: u64,
}

pub(super) fn plugin(app: &mut App) {
    app.init_resource::<LastHealth>();
    app.add_systems(
        Update,
        (report_health, report_faults).in_set(KioskSystems::Report),
    );
}

fn report_health(
    time: Res<Time<Real>>,
    clock: Res<Clock>,
    (startup, content, speaker): (Res<KioskStartup>, Res<Content>, Res<Speaker>),
    (eyes, presented, reporter): (Res<Eyes>, Res<Presented>, Res<Reporter>),
    mut last: ResMut<LastHealth>,
) {
    let now = time.elapsed();
    // The first report comes soon, so that a new kiosk shows up at the hub at once.
    let due = last.at.map_or(Duration::from_secs(5), |at| {
        at + Duration::from_secs(startup.config.report.health_secs)
    });
    if now < due {
        return;
    }
    let interval = now
        .saturating_sub(last.at.unwrap_or_default())
        .as_secs_f32();
    let frames = presented.frames();
    let vision = eyes.health();
    let health = DeviceHealth {
        frames_presented: frames,
        fps: frames.saturating_sub(last.frames) as f32 / interval.max(0.001),
        camera: eyes.camera().as_str().into(),
        camera_frames: vision.camera_frames,
        vision_results: vision.results,
        vision_ms: vision.costs.pass_ms_p50,
        organs_off: vision
            .organs
            .iter()
            .filter(|o| !o.on)
            .map(|o| format!("{}: {}", o.name, o.reason))
            .collect(),
        sound: speaker.state().into(),
        rss_bytes: rss_bytes(),
        content: content.pack.clone(),
        version: env!("CARGO_PKG_VERSION").into(),
        restarts: startup.restarts,
    };
    reporter.report(&clock, Record::DeviceHealth(health));
    *last = LastHealth {
        at: Some(now),
        frames,
    };
}

fn report_faults(
    clock: Res<Clock>,
    eyes: Res<Eyes>,
    content: Res<Content>,
    reporter: Res<Reporter>,
    mut camera_was_lost: Local<bool>,
    mut content_told: Local<bool>,
) {
    let lost = matches!(eyes.camera(), CameraStatus::Lost { .. });
    if lost && !*camera_was_lost {
        reporter.fault(
            &clock,
            "camera",
            "camera_lost",
            "The camera gives no pictures; it is tried again and again.",
        );
    }
    *camera_was_lost = lost;
    if content.complaint.is_some() && !*content_told {
        reporter.fault(
            &clock,
            "content",
            "content_not_active",
            "The active content is missing or damaged; older or built-in content plays.",
        );
        *content_told = true;
    }
}
