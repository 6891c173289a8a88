//! Who is there: feeds reports to the domain's audience and closes its windows. Counting rules are in
//! `cheval_domain::audience`.

use bevy::prelude::*;
use cheval_domain::audience::{Audience, AudienceSettings, Snapshot, WindowSpan, window_start};
use cheval_domain::observation::FrameReport;
use cheval_domain::record::Record;
use cheval_domain::session::Input;
use cheval_perception::camera::CameraStatus;
use jiff::{SignedDuration, Timestamp};

use crate::KioskSystems;
use crate::clock::Clock;
use crate::config::Config;
use crate::perception::{Eyes, Seen};
use crate::report::Reporter;

/// The people in front of the mirror.
#[derive(Resource)]
pub struct Crowd {
    audience: Audience,
    snapshot: Snapshot,
    latest: Option<FrameReport>,
    seen_now: bool,
    window_from: Timestamp,
    first_window: bool,
}

impl Crowd {
    /// The audience at this moment.
    #[must_use]
    pub fn snapshot(&self) -> &Snapshot {
        &self.snapshot
    }

    /// The newest report.
    #[must_use]
    pub fn latest(&self) -> Option<&FrameReport> {
        self.latest.as_ref()
    }

    /// People present.
    #[must_use]
    pub fn people(&self) -> u32 {
        self.snapshot.people
    }

    /// Number of the camera frame that this frame's decisions rest on; 0 without a camera.
    #[must_use]
    pub fn frame(&self) -> u64 {
        self.latest.as_ref().map_or(0, |report| report.frame)
    }

    /// A report came in during this frame.
    #[must_use]
    pub fn seen_now(&self) -> bool {
        self.seen_now
    }

    /// What the session should know about presence, if there is news.
    #[must_use]
    pub fn session_input(&self) -> Option<Input> {
        let report = self.latest.as_ref().filter(|_| self.seen_now)?;
        Some(Input::of_presence(&self.snapshot, report))
    }
}

pub(super) fn plugin(app: &mut App) {
    let config = app.world().resource::<Config>();
    let clock = app.world().resource::<Clock>();
    let settings = AudienceSettings {
        k: config.audience.k,
        facing_yaw_degrees: config.audience.facing_yaw_degrees as f32,
        facing_pitch_degrees: config.audience.facing_pitch_degrees as f32,
        glance_ms: config.audience.glance_ms,
        watcher_ms: config.audience.watcher_ms,
        ..AudienceSettings::default()
    };
    app.insert_resource(Crowd {
        audience: Audience::new(settings, clock.now()),
        snapshot: Snapshot::default(),
        latest: None,
        seen_now: false,
        window_from: clock.civil(),
        first_window: true,
    });
    app.add_systems(
        Update,
        (observe, close_windows, close_last_window)
            .chain()
            .in_set(KioskSystems::Audience),
    );
}

fn observe(
    clock: Res<Clock>,
    eyes: Res<Eyes>,
    mut seen: MessageReader<Seen>,
    mut crowd: ResMut<Crowd>,
) {
    let crowd = &mut *crowd;
    crowd.seen_now = false;
    crowd.audience.camera(
        clock.now(),
        matches!(eyes.camera(), CameraStatus::Live { .. }),
    );
    for Seen(report) in seen.read() {
        crowd.audience.observe(report);
        crowd.latest = Some(report.clone());
        crowd.seen_now = true;
    }
    crowd.audience.advance(clock.now());
    crowd.snapshot = crowd.audience.snapshot();
}

fn close_windows(
    clock: Res<Clock>,
    config: Res<Config>,
    reporter: Res<Reporter>,
    mut crowd: ResMut<Crowd>,
) {
    let minutes = u16::try_from(config.audience.window_minutes).unwrap_or(u16::MAX);
    let length = SignedDuration::from_mins(i64::from(minutes));
    let due = window_start(crowd.window_from, minutes).saturating_add(length);
    let Ok(due) = due else { return };
    if clock.civil() < due {
        return;
    }
    let span = WindowSpan {
        from: crowd.window_from,
        to: due,
        partial: crowd.first_window,
    };
    let window = crowd.audience.close_window(clock.now(), span);
    reporter.report(&clock, Record::AudienceWindow(window));
    crowd.window_from = window_start(clock.civil(), minutes);
    crowd.first_window = false;
}

/// The last window is cut short, but its counts are still true.
fn close_last_window(
    clock: Res<Clock>,
    reporter: Res<Reporter>,
    mut crowd: ResMut<Crowd>,
    mut exits: MessageReader<AppExit>,
) {
    if exits.read().next().is_none() {
        return;
    }
    crowd.audience.end_all();
    let span = WindowSpan {
        from: crowd.window_from,
        to: clock.civil(),
        partial: true,
    };
    let window = crowd.audience.close_window(clock.now(), span);
    reporter.report(&clock, Record::AudienceWindow(window));
}
