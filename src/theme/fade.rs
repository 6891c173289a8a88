//! Fading of a node with all that stands on it. Nodes have no opacity of their own: every colour is dimmed, and comes back.

use bevy::prelude::*;

use crate::diagnostics::pace::Pace;

/// It takes so long to come, and to go, seconds.
const COMING_S: f32 = 0.32;
const GOING_S: f32 = 0.26;

/// Comes with a fade; [`Fade::go`] lets it go and takes the node away.
#[derive(Component, Debug, Clone, Copy, Default)]
pub struct Fade {
    going: bool,
    share: f32,
}

impl Fade {
    /// Fade out, then away.
    pub fn go(&mut self) {
        self.going = true;
    }

    /// It is on its way out.
    #[must_use]
    pub fn is_going(&self) -> bool {
        self.going
    }

    /// How much is seen, 0..=1.
    #[must_use]
    pub fn share(&self) -> f32 {
        self.share
    }

    /// Lets time go by; whether anything changed.
    fn step(&mut self, seconds: f32) -> bool {
        let before = self.share;
        let step = if self.going {
            -seconds / GOING_S
        } else {
            seconds / COMING_S
        };
        self.share = (self.share + step).clamp(0.0, 1.0);
        before != self.share
    }
}

/// Opacities of a node that fades, as they are when all of it is seen.
#[derive(Component, Clone, Copy)]
struct Undimmed {
    ground: f32,
    border: f32,
    words: f32,
    picture: f32,
}

type Paint = (
    Option<&'static mut BackgroundColor>,
    Option<&'static mut BorderColor>,
    Option<&'static mut TextColor>,
    Option<&'static mut ImageNode>,
    Option<&'static Undimmed>,
);

pub(super) fn plugin(app: &mut App) {
    // After the scene has set up what is to fade, before it is painted.
    app.add_systems(PostUpdate, fade);
}

fn fade(
    time: Res<Time<Real>>,
    mut pace: ResMut<Pace>,
    mut fades: Query<(Entity, &mut Fade)>,
    family: Query<&Children>,
    mut painted: Query<Paint>,
    mut commands: Commands,
) {
    let seconds = time.delta_secs().min(0.05);
    for (root, mut fade) in &mut fades {
        let changed = fade.bypass_change_detection().step(seconds);
        if !changed && !fade.is_added() {
            continue;
        }
        pace.animate();
        if fade.going && fade.share == 0.0 {
            commands.entity(root).despawn();
            continue;
        }
        for node in std::iter::once(root).chain(family.iter_descendants(root)) {
            if let Ok(paint) = painted.get_mut(node)
                && let Some(undimmed) = dim(paint, fade.share)
            {
                commands.entity(node).insert(undimmed);
            }
        }
    }
}

/// Dims one node; its own opacities where they were not known yet.
fn dim(
    (ground, border, words, picture, known): (
        Option<Mut<BackgroundColor>>,
        Option<Mut<BorderColor>>,
        Option<Mut<TextColor>>,
        Option<Mut<ImageNode>>,
        Option<&Undimmed>,
    ),
    share: f32,
) -> Option<Undimmed> {
    let own = known.copied().unwrap_or_else(|| Undimmed {
        ground: ground.as_ref().map_or(0.0, |c| c.0.alpha()),
        border: border.as_ref().map_or(0.0, |c| c.top.alpha()),
        words: words.as_ref().map_or(0.0, |c| c.0.alpha()),
        picture: picture.as_ref().map_or(0.0, |p| p.color.alpha()),
    });
    if let Some(mut ground) = ground {
        ground.0.set_alpha(own.ground * share);
    }
    if let Some(mut border) = border {
        *border = BorderColor::all(border.top.with_alpha(own.border * share));
    }
    if let Some(mut words) = words {
        words.0.set_alpha(own.words * share);
    }
    if let Some(mut picture) = picture {
        picture.color.set_alpha(own.picture * share);
    }
    known.is_none().then_some(own)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn app() -> App {
        let mut app = App::new();
        app.init_resource::<Time<Real>>()
            .init_resource::<Pace>()
            .add_plugins(plugin);
        app
    }

    fn run(app: &mut App, steps: u32) {
        for _ in 0..steps {
            app.world_mut()
                .resource_mut::<Time<Real>>()
                .update_with_duration(Duration::from_millis(40));
            app.update();
        }
    }

    #[test]
    fn a_tree_comes_in_its_own_colours_and_is_gone_after_it_went() {
        let mut app = app();
        let glass = Color::srgba(0.1, 0.1, 0.1, 0.8);
        let root = app
            .world_mut()
            .spawn((Fade::default(), BackgroundColor(glass)))
            .id();
        let words = app
            .world_mut()
            .spawn((TextColor(Color::WHITE), ChildOf(root)))
            .id();
        let alpha = |app: &App| {
            let world = app.world();
            let ground = world.get::<BackgroundColor>(root)?.0.alpha();
            Some((ground, world.get::<TextColor>(words)?.0.alpha()))
        };
        run(&mut app, 2);
        let (ground, text) = alpha(&app).unwrap();
        assert!(ground < 0.4 && text < 0.5, "{ground} {text}");
        run(&mut app, 12);
        let (ground, text) = alpha(&app).unwrap();
        assert!((ground - 0.8).abs() < 1e-3 && (text - 1.0).abs() < 1e-3);
        app.world_mut().get_mut::<Fade>(root).unwrap().go();
        run(&mut app, 2);
        assert!(alpha(&app).unwrap().1 < 0.9);
        run(&mut app, 12);
        assert_eq!(alpha(&app), None);
    }
}
