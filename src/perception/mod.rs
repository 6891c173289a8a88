//! Drains the perception worker into messages. Never blocks; pixels pass by on their way to the GPU, unseen.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use bevy::prelude::*;
use bevy::winit::{EventLoopProxyWrapper, WinitUserEvent};
use cheval_domain::observation::FrameReport;
use cheval_domain::time::Mono;
use cheval_perception::camera::CameraStatus;
use cheval_perception::frame::{Frame, mono_now};
use cheval_perception::{Background, Effort, GarmentMasks, Perception, VisionHealth};

use crate::{KioskSystems, Startup as KioskStartup};

/// The perception worker as the screen sees it.
#[derive(Resource)]
pub struct Eyes(Perception);

impl Eyes {
    /// The newest camera picture, once.
    #[must_use]
    pub fn latest_frame(&self) -> Option<Arc<Frame>> {
        self.0.latest_frame()
    }

    /// The newest garment masks, while there is a shopper.
    #[must_use]
    pub fn latest_masks(&self) -> Option<Arc<GarmentMasks>> {
        self.0.latest_masks()
    }

    /// The background as it was learned, if it was.
    #[must_use]
    pub fn latest_background(&self) -> Option<Arc<Background>> {
        self.0.latest_background()
    }

    /// How the camera is.
    #[must_use]
    pub fn camera(&self) -> CameraStatus {
        self.0.camera_status()
    }

    /// How the models are.
    #[must_use]
    pub fn health(&self) -> VisionHealth {
        self.0.health()
    }

    /// Opens or closes the camera device.
    pub fn set_camera(&self, on: bool) {
        self.0.set_camera(on);
    }

    /// Nothing is inferred while this is false.
    pub fn allow_inference(&self, allowed: bool) {
        self.0.allow_inference(allowed);
    }

    /// Faces only, or bodies and garments too.
    pub fn set_effort(&self, effort: Effort) {
        self.0.set_effort(effort);
    }
}

/// What perception saw in one camera frame.
#[derive(Message, Debug, Clone)]
pub struct Seen(pub FrameReport);

pub(super) fn plugin(app: &mut App) {
    let waker = app
        .world()
        .get_resource::<EventLoopProxyWrapper>()
        .map(|proxy| (**proxy).clone());
    let startup = app.world().resource::<KioskStartup>();
    let alarm = Alarm::default();
    let ring = alarm.clone();
    let wake = Arc::new(move || {
        if ring.due()
            && let Some(waker) = &waker
        {
            // The loop is gone only when the screen ends; there is nobody left to wake then.
            _ = waker.send_event(WinitUserEvent::WakeUp);
        }
    });
    let eyes = Eyes(Perception::start(startup.perception_options(), wake));
    // The session opens it when the notice is on the glass.
    eyes.set_camera(false);
    app.insert_resource(eyes).insert_resource(alarm);
    app.add_message::<Seen>();
    app.add_systems(Update, ingest_reports.in_set(KioskSystems::Ingest));
}

/// Whether a new picture wakes the screen at once: yes while the mirror is on the glass, else a few times a second will do.
#[derive(Resource, Clone, Default)]
pub struct Alarm(Arc<AlarmState>);

#[derive(Default)]
struct AlarmState {
    every_picture: AtomicBool,
    last_ms: AtomicU64,
}

/// Least time between two wake-ups while the mirror is not on the glass.
const DROWSY_MS: u64 = 110;

impl Alarm {
    /// Wake for every picture, or now and then.
    pub fn every_picture(&self, on: bool) {
        self.0.every_picture.store(on, Ordering::Relaxed);
    }

    fn due(&self) -> bool {
        let now = mono_now();
        let last = Mono(self.0.last_ms.load(Ordering::Relaxed));
        let due = self.0.every_picture.load(Ordering::Relaxed) || now.since_ms(last) >= DROWSY_MS;
        if due {
            self.0.last_ms.store(now.0, Ordering::Relaxed);
        }
        due
    }
}

fn ingest_reports(eyes: Res<Eyes>, mut seen: MessageWriter<Seen>) {
    while let Some(report) = eyes.0.try_report() {
        seen.write(Seen(report));
    }
}
