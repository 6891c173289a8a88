//! Motion: things come from where they belong, in 240–420 ms with an ease-out, and then stand still. While anything moves
//! the screen is drawn; when nothing moves it is not.

use std::time::Duration;

use bevy::prelude::*;

use crate::diagnostics::pace::Pace;

/// A panel or card sliding in.
pub const PANEL: Duration = Duration::from_millis(380);
/// A slide of the attract loop settling.
pub const SLIDE: Duration = Duration::from_millis(900);
/// Between neighbours that come one after the other.
pub const STAGGER: Duration = Duration::from_millis(60);

/// Slides a node in from an offset (design pixels) and turns it upright from an angle (radians).
#[derive(Component, Debug, Clone, Copy)]
pub struct Enter {
    from: Vec2,
    tilt_from: f32,
    tilt_to: f32,
    delay: Duration,
    duration: Duration,
    elapsed: Duration,
}

impl Enter {
    /// From below.
    #[must_use]
    pub fn rise(distance: f32) -> Self {
        Self::from_offset(Vec2::new(0.0, distance))
    }

    /// From the right.
    #[must_use]
    pub fn from_right(distance: f32) -> Self {
        Self::from_offset(Vec2::new(distance, 0.0))
    }

    /// From above.
    #[must_use]
    pub fn from_offset(from: Vec2) -> Self {
        Self {
            from,
            tilt_from: 0.0,
            tilt_to: 0.0,
            delay: Duration::ZERO,
            duration: PANEL,
            elapsed: Duration::ZERO,
        }
    }

    /// Starts later.
    #[must_use]
    pub fn after(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    /// Takes this long.
    #[must_use]
    pub fn over(mut self, duration: Duration) -> Self {
        self.duration = duration;
        self
    }

    /// Turns from one angle to another on the way, radians clockwise.
    #[must_use]
    pub fn tilting(mut self, from: f32, to: f32) -> Self {
        self.tilt_from = from;
        self.tilt_to = to;
        self
    }

    fn progress(&self) -> f32 {
        let moving = self.elapsed.saturating_sub(self.delay).as_secs_f32();
        ease_out((moving / self.duration.as_secs_f32()).min(1.0))
    }

    fn done(&self) -> bool {
        self.elapsed >= self.delay + self.duration
    }

    fn transform(&self) -> UiTransform {
        let left = 1.0 - self.progress();
        UiTransform {
            translation: Val2::px(self.from.x * left, self.from.y * left),
            rotation: Rot2::radians(self.tilt_to + (self.tilt_from - self.tilt_to) * left),
            ..UiTransform::IDENTITY
        }
    }
}

/// Cubic ease-out, 0..=1 → 0..=1.
#[must_use]
pub fn ease_out(t: f32) -> f32 {
    1.0 - (1.0 - t.clamp(0.0, 1.0)).powi(3)
}

pub(super) fn plugin(app: &mut App) {
    app.add_systems(Update, move_nodes.in_set(crate::KioskSystems::Present));
}

fn move_nodes(
    time: Res<Time<Real>>,
    mut pace: ResMut<Pace>,
    mut commands: Commands,
    mut moving: Query<(Entity, &mut Enter, &mut UiTransform)>,
) {
    for (entity, mut enter, mut transform) in &mut moving {
        enter.elapsed += time.delta().min(Duration::from_millis(50));
        *transform = enter.transform();
        if enter.done() {
            // Its page may be cleared away in this very update.
            commands.entity(entity).try_remove::<Enter>();
        } else {
            pace.animate();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_node_ends_where_it_belongs() {
        let mut enter = Enter::rise(100.0).tilting(0.2, -0.1).after(STAGGER);
        assert_eq!(enter.transform().translation, Val2::px(0.0, 100.0));
        enter.elapsed = STAGGER + PANEL;
        assert!(enter.done());
        assert_eq!(enter.transform().translation, Val2::px(0.0, 0.0));
        assert!((enter.transform().rotation.as_radians() + 0.1).abs() < 1e-5);
    }
}
