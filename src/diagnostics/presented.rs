//! Counts frames that reached the surface, and notes when the first complete picture did. Counting happens in the render
//! world after presentation, so a frame that was only planned is not counted.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use bevy::prelude::*;
use bevy::render::camera::ExtractedCamera;
use bevy::render::view::ViewTarget;
use bevy::render::{Render, RenderApp, RenderSystems};
use rustix::time::{ClockId, clock_gettime};

/// Counters shared between the render world and the main world.
#[derive(Resource, Clone, Default)]
pub struct Presented(Arc<Counters>);

#[derive(Default)]
struct Counters {
    frames: AtomicU64,
    picture_complete: AtomicBool,
    first_picture_ms: AtomicU64,
}

impl Presented {
    /// Frames presented since the start.
    #[must_use]
    pub fn frames(&self) -> u64 {
        self.0.frames.load(Ordering::Relaxed)
    }

    /// The scene on the glass has all its pictures and fonts.
    pub fn picture_is_complete(&self) {
        self.0.picture_complete.store(true, Ordering::Relaxed);
    }

    /// Milliseconds from the start of the process to the first complete picture.
    #[must_use]
    pub fn first_picture_ms(&self) -> Option<u64> {
        match self.0.first_picture_ms.load(Ordering::Relaxed) {
            0 => None,
            ms => Some(ms),
        }
    }

    /// One more frame reached the surface; called by the render world.
    pub fn count(&self) {
        self.0.frames.fetch_add(1, Ordering::Relaxed);
        if self.0.picture_complete.load(Ordering::Relaxed) && self.first_picture_ms().is_none() {
            self.0
                .first_picture_ms
                .store(process_age_ms().max(1), Ordering::Relaxed);
        }
    }
}

pub(super) fn plugin(app: &mut App) {
    let presented = Presented::default();
    app.insert_resource(presented.clone());
    if let Some(render_app) = app.get_sub_app_mut(RenderApp) {
        render_app.insert_resource(presented);
        render_app.add_systems(Render, count_presented.in_set(RenderSystems::Cleanup));
    }
}

/// Only what a pass has drawn to the surface is presented. Without an active camera an update draws nothing, and a camera
/// whose glass was not ready has drawn nothing either.
fn count_presented(presented: Res<Presented>, targets: Query<&ViewTarget, With<ExtractedCamera>>) {
    if targets.iter().any(ViewTarget::needs_present) {
        presented.count();
    }
}

/// Milliseconds since this process was started, from the kernel's own record (resolution 10 ms).
#[must_use]
pub fn process_age_ms() -> u64 {
    const TICKS_PER_SECOND: u64 = 100;
    let start_ticks = std::fs::read_to_string("/proc/self/stat")
        .ok()
        .and_then(|stat| {
            // The command name may hold spaces; fields are counted after its closing bracket. Start time is field 22.
            let after_name = stat.rsplit_once(')')?.1.to_owned();
            after_name.split_whitespace().nth(19)?.parse::<u64>().ok()
        });
    let now = clock_gettime(ClockId::Boottime);
    let now_ms = u64::try_from(now.tv_sec).unwrap_or(0) * 1000
        + u64::try_from(now.tv_nsec).unwrap_or(0) / 1_000_000;
    start_ticks.map_or(0, |ticks| {
        now_ms.saturating_sub(ticks * 1000 / TICKS_PER_SECOND)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_process_has_an_age() {
        let age = process_age_ms();
        assert!(age < 3_600_000, "{age} ms");
    }

    #[test]
    fn the_first_picture_counts_only_when_complete() {
        let presented = Presented::default();
        presented.count();
        assert_eq!(presented.first_picture_ms(), None);
        presented.picture_is_complete();
        presented.count();
        assert_eq!(presented.frames(), 2);
        assert!(presented.first_picture_ms().is_some());
    }
}
