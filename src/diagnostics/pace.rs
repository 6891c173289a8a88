//! When to draw: on a new camera picture, on a touch, while something moves, at the next deadline; otherwise never. The
//! machine rests when nobody is there. A new camera picture is drawn under furniture that is already painted; the furniture
//! is painted again when something of it changed.

use std::time::Duration;

use bevy::prelude::*;
use bevy::render::view::screenshot::Screenshot;
use bevy::text::TextLayoutInfo;
use bevy::ui::UiGlobalTransform;
use bevy::window::WindowResized;
use bevy::winit::{UpdateMode, WinitSettings};
use cheval_domain::time::Mono;

use crate::KioskSystems;
use crate::clock::Clock;

/// Longest sleep: the beat that tells the agent that the screen lives.
const LONGEST_WAIT: Duration = Duration::from_millis(1000);
/// One animation step when no camera picture sets the beat.
const ANIMATION_STEP: Duration = Duration::from_millis(16);
/// With a live mirror the camera sets the beat; this is only the net below it.
const MIRROR_STEP: Duration = Duration::from_millis(120);

/// Furniture under a live mirror is painted this often at least, should a change of it have been missed.
const REPAINT: Duration = Duration::from_secs(3);
/// A picture that stands still is drawn again this often all the same, should the system have lost it.
const REFRESH: Duration = Duration::from_secs(10);
/// Updates drawn after a change: layout and uploads take one more to settle.
const SETTLING_UPDATES: u8 = 2;

/// What the systems of this frame want of this and the next one.
#[derive(Resource, Debug, Default)]
pub struct Pace {
    animating: bool,
    mirror_live: bool,
    deadline: Option<Mono>,
    settling: u8,
    new_picture: bool,
    drew_last: bool,
    drawn_at: Duration,
    painted_at: Duration,
}

/// What of the glass is made anew in an update.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Drawing {
    /// Nothing: the glass keeps its picture.
    Rest,
    /// The mirror, under the furniture of the update before.
    Mirror,
    /// The furniture too.
    Everything,
}

impl Pace {
    /// Something moves: draw now and again soon.
    pub fn animate(&mut self) {
        self.stay_awake();
        self.redraw();
    }

    /// Update again soon, whether or not anything is drawn.
    pub fn stay_awake(&mut self) {
        self.animating = true;
    }

    /// Something changed: draw now.
    pub fn redraw(&mut self) {
        self.settling = SETTLING_UPDATES;
    }

    /// The mirror has another picture; the furniture over it may stay as it is.
    pub fn new_picture(&mut self) {
        self.new_picture = true;
    }

    /// The mirror is on the glass and the camera wakes the loop for each picture.
    pub fn mirror_is_live(&mut self) {
        self.mirror_live = true;
    }

    /// Something changes at this time at the latest.
    pub fn wake_at(&mut self, at: Mono) {
        self.deadline = Some(self.deadline.map_or(at, |known| known.min(at)));
    }

    fn wait(&self, now: Mono) -> Duration {
        if self.mirror_live {
            return MIRROR_STEP;
        }
        if self.animating || self.settling > 0 {
            return ANIMATION_STEP;
        }
        let until_deadline = self.deadline.map_or(LONGEST_WAIT, |at| {
            Duration::from_millis(at.since_ms(now).max(1))
        });
        until_deadline.min(LONGEST_WAIT)
    }

    /// What this update makes anew.
    fn take_drawing(&mut self, now: Duration) -> Drawing {
        let old = now.saturating_sub(self.drawn_at) >= REFRESH;
        let changed = self.settling > 0 || old;
        let drawing = match (changed, self.new_picture) {
            (true, _) => Drawing::Everything,
            // The renderer forgets a layer that was not used in the update before.
            (false, true) if !self.drew_last => Drawing::Everything,
            (false, true) if now.saturating_sub(self.painted_at) >= REPAINT => Drawing::Everything,
            (false, true) => Drawing::Mirror,
            (false, false) => Drawing::Rest,
        };
        self.settling = self.settling.saturating_sub(1);
        self.new_picture = false;
        self.drew_last = drawing != Drawing::Rest;
        if self.drew_last {
            self.drawn_at = now;
        }
        if drawing == Drawing::Everything {
            self.painted_at = now;
        }
        drawing
    }
}

pub(super) fn plugin(app: &mut App) {
    app.insert_resource(Pace {
        settling: SETTLING_UPDATES,
        ..default()
    })
    .init_resource::<WinitSettings>();
    app.add_systems(First, (forget_wishes, wake_camera));
    app.add_systems(
        Last,
        (notice_changes, notice_furniture, draw_or_rest, set_pace)
            .chain()
            .after(KioskSystems::Report),
    );
}

fn forget_wishes(mut pace: ResMut<Pace>) {
    pace.animating = false;
    pace.mirror_live = false;
    pace.deadline = None;
}

/// Picking and layout want an active camera; whether it draws is decided at the end of the update.
fn wake_camera(mut cameras: Query<&mut Camera>) {
    for mut camera in &mut cameras {
        camera.is_active = true;
    }
}

/// Changes that no system of ours announces: loaded pictures and fonts, a window of another size, wanted screenshots.
fn notice_changes(
    mut pace: ResMut<Pace>,
    mut images: MessageReader<AssetEvent<Image>>,
    mut fonts: MessageReader<AssetEvent<Font>>,
    mut resized: MessageReader<WindowResized>,
    screenshots: Query<(), With<Screenshot>>,
) {
    let loaded = images
        .read()
        .any(|event| matches!(event, AssetEvent::LoadedWithDependencies { .. }));
    let font = fonts.read().next().is_some();
    if loaded || font || resized.read().next().is_some() {
        pace.redraw();
    }
    if !screenshots.is_empty() {
        pace.animate();
    }
}

/// Everything that changes how a node looks or where it stands.
type AnyLook = Or<(
    Changed<ComputedNode>,
    Changed<UiGlobalTransform>,
    Changed<InheritedVisibility>,
    Changed<BackgroundColor>,
    Changed<BackgroundGradient>,
    Changed<BorderColor>,
    Changed<ImageNode>,
    Changed<TextColor>,
    Changed<TextLayoutInfo>,
)>;

/// Whatever changed a node, and for whatever reason, the furniture is painted again.
fn notice_furniture(
    mut pace: ResMut<Pace>,
    changed: Query<(), AnyLook>,
    mut gone: RemovedComponents<ComputedNode>,
) {
    if gone.read().next().is_some() || !changed.is_empty() {
        pace.redraw();
    }
}

fn draw_or_rest(time: Res<Time<Real>>, mut pace: ResMut<Pace>, mut cameras: Query<&mut Camera>) {
    let drawing = pace.take_drawing(time.elapsed());
    for mut camera in &mut cameras {
        camera.is_active = drawing != Drawing::Rest;
        camera.clear_color = if drawing == Drawing::Everything {
            ClearColorConfig::Custom(Color::NONE)
        } else {
            ClearColorConfig::None
        };
    }
}

fn set_pace(pace: Res<Pace>, clock: Res<Clock>, mut winit: ResMut<WinitSettings>) {
    let mode = UpdateMode::Reactive {
        wait: pace.wait(clock.now()),
        react_to_device_events: false,
        react_to_user_events: true,
        react_to_window_events: true,
    };
    winit.focused_mode = mode;
    winit.unfocused_mode = mode;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_drawn_until_it_has_settled_and_then_no_more() {
        let mut pace = Pace::default();
        pace.redraw();
        let drawn: Vec<_> = (0..10).map(|_| pace.take_drawing(Duration::ZERO)).collect();
        let settled = usize::from(SETTLING_UPDATES);
        assert!(drawn[..settled].iter().all(|d| *d == Drawing::Everything));
        assert!(drawn[settled..].iter().all(|d| *d == Drawing::Rest));
        let still = pace.take_drawing(REFRESH);
        assert_eq!(
            still,
            Drawing::Everything,
            "a still picture is refreshed now and then"
        );
    }

    #[test]
    fn a_new_picture_leaves_the_furniture_as_it_is() {
        let mut pace = Pace::default();
        pace.redraw();
        pace.take_drawing(Duration::ZERO);
        pace.settling = 0;
        for _ in 0..5 {
            pace.new_picture();
            assert_eq!(pace.take_drawing(Duration::ZERO), Drawing::Mirror);
        }
        pace.new_picture();
        let late = pace.take_drawing(REPAINT);
        assert_eq!(late, Drawing::Everything, "a missed change heals");
    }

    #[test]
    fn furniture_is_painted_again_after_a_rest() {
        let mut pace = Pace::default();
        pace.new_picture();
        pace.take_drawing(Duration::ZERO);
        assert_eq!(pace.take_drawing(Duration::ZERO), Drawing::Rest);
        pace.new_picture();
        assert_eq!(pace.take_drawing(Duration::ZERO), Drawing::Everything);
    }

    #[test]
    fn nothing_to_do_means_a_long_sleep() {
        let pace = Pace::default();
        assert_eq!(pace.wait(Mono(0)), LONGEST_WAIT);
    }

    #[test]
    fn the_nearest_deadline_wins() {
        let mut pace = Pace::default();
        pace.wake_at(Mono(900));
        pace.wake_at(Mono(300));
        assert_eq!(pace.wait(Mono(100)), Duration::from_millis(200));
        assert_eq!(pace.wait(Mono(400)), Duration::from_millis(1));
    }

    #[test]
    fn the_camera_sets_the_beat_of_a_live_mirror() {
        let mut pace = Pace::default();
        pace.animate();
        assert_eq!(pace.wait(Mono(0)), ANIMATION_STEP);
        pace.mirror_is_live();
        assert_eq!(pace.wait(Mono(0)), MIRROR_STEP);
    }
}
