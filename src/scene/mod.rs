//! Draws decisions, never takes them: the view is composed from the session, the decisions and the catalogue, and the scene
//! is rebuilt when the view changed. One file per screen.

mod attract;
mod beside;
mod chrome;
mod compose;
mod countdown;
mod engaged;
mod feedback;
mod guide;
mod notice;
mod sees;
mod try_on;
pub mod view;

use bevy::asset::{LoadState, RenderAssetUsages};
use bevy::ecs::system::SystemParam;
use bevy::image::ImageLoaderSettings;
use bevy::prelude::*;
use bevy::render::camera::CameraRenderGraph;

pub(crate) use compose::garment_args;
pub use notice::NoticePanel;
pub use sees::glass_from_image;
use view::{Beliefs, Beside, Page, View};

use crate::KioskSystems;
use crate::config::Config;
use crate::diagnostics::pace::Pace;
use crate::diagnostics::presented::Presented;
use crate::language::Languages;
use crate::mirror::{DrawGlass, MirrorState};
use crate::perception::Alarm;
use crate::theme::layout::Stage;
use crate::theme::motion::Enter;
use crate::theme::typography::Fonts;
use crate::third_party::PACK_SOURCE;

#[derive(Component)]
struct SceneRoot;

/// What every screen needs to be built.
struct Stagehand {
    fonts: Fonts,
    stage: Stage,
    assets: AssetServer,
}

impl Stagehand {
    fn pack_picture(&self, path: &str) -> Handle<Image> {
        self.load(format!("{PACK_SOURCE}://{path}"))
    }

    fn icon(&self, name: &str) -> Handle<Image> {
        self.load(format!("icons/{name}.png"))
    }

    /// Decoded pictures go to the GPU and are not kept in memory beside it.
    fn load(&self, path: String) -> Handle<Image> {
        let to_the_gpu = |settings: &mut ImageLoaderSettings| {
            settings.asset_usage = RenderAssetUsages::RENDER_WORLD
        };
        self.assets
            .load_builder()
            .with_settings(to_the_gpu)
            .load(path)
    }
}

#[derive(SystemParam)]
struct Props<'w> {
    fonts: Res<'w, Fonts>,
    stage: Res<'w, Stage>,
    assets: Res<'w, AssetServer>,
    finger: Finger<'w>,
}

/// Whether the glass is being touched.
#[derive(SystemParam)]
struct Finger<'w> {
    touches: Option<Res<'w, Touches>>,
    mouse: Option<Res<'w, ButtonInput<MouseButton>>>,
}

impl Finger<'_> {
    fn is_down(&self) -> bool {
        self.touches
            .as_ref()
            .is_some_and(|touches| touches.iter().next().is_some())
            || self
                .mouse
                .as_ref()
                .is_some_and(|mouse| mouse.pressed(MouseButton::Left))
    }
}

impl Props<'_> {
    fn hand(&self) -> Stagehand {
        Stagehand {
            fonts: self.fonts.clone(),
            stage: *self.stage,
            assets: self.assets.clone(),
        }
    }
}

pub(super) fn plugin(app: &mut App) {
    let spoken = &app.world().resource::<Config>().language;
    let languages = Languages::load(&spoken.default, &spoken.offered);
    app.insert_resource(languages)
        .init_resource::<View>()
        .init_resource::<Beliefs>()
        .init_resource::<Beside>();
    app.add_plugins((
        beside::plugin,
        compose::plugin,
        countdown::plugin,
        guide::plugin,
        sees::plugin,
    ));
    app.add_systems(Startup, spawn_camera);
    app.add_systems(
        Update,
        (rebuild, set_the_mirror, note_complete_picture)
            .chain()
            .after(compose::ComposeSystems)
            .in_set(KioskSystems::Present),
    );
}

fn spawn_camera(mut commands: Commands) {
    // The camera paints the furniture on nothing; the mirror's own pass brings it to the glass. No multisampling, no tone
    // mapping: on software rendering they cost half the frame and this scene gains nothing.
    commands.spawn((
        Name::new("camera"),
        Camera2d,
        Camera {
            clear_color: ClearColorConfig::Custom(Color::NONE),
            ..default()
        },
        CameraRenderGraph::new(DrawGlass),
        Msaa::Off,
        bevy::core_pipeline::tonemapping::Tonemapping::None,
    ));
}

fn rebuild(
    view: Res<View>,
    props: Props,
    roots: Query<Entity, With<SceneRoot>>,
    mut shown: Local<Option<Shown>>,
    mut pace: ResMut<Pace>,
    mut commands: Commands,
) {
    let wanted = Shown {
        view: view.clone(),
        stage: *props.stage,
    };
    if shown.as_ref() == Some(&wanted) {
        return;
    }
    let same_page = shown
        .as_ref()
        .is_some_and(|shown| shown.view.page.is_same_screen(&view.page));
    if same_page && props.finger.is_down() {
        // A button must not vanish under the finger; the change comes when it is lifted.
        return;
    }
    for root in &roots {
        commands.entity(root).despawn();
    }
    let hand = props.hand();
    let mut root = commands.spawn((
        Name::new(format!("scene {}", view.page.name())),
        SceneRoot,
        Node {
            position_type: PositionType::Absolute,
            width: percent(100.0),
            height: percent(100.0),
            ..default()
        },
        Pickable::IGNORE,
    ));
    root.with_children(|root| spawn_page(root, &view, &hand));
    if same_page {
        commands.queue(stand_still);
    }
    pace.animate();
    *shown = Some(wanted);
}

/// What the scene was last built from.
#[derive(PartialEq)]
struct Shown {
    view: View,
    stage: Stage,
}

/// A page that only changed its words or prices must not slide in again.
fn stand_still(world: &mut World) {
    let moving: Vec<Entity> = world
        .query_filtered::<Entity, With<Enter>>()
        .iter(world)
        .collect();
    for entity in moving {
        world.entity_mut(entity).remove::<Enter>();
    }
}

fn spawn_page(root: &mut ChildSpawnerCommands, view: &View, hand: &Stagehand) {
    match &view.page {
        // The warning asks one thing; the shopper's page comes back with the answer.
        _ if view.warning.is_some() => {}
        Page::Blank => {}
        Page::Attract(slide) => attract::spawn(root, slide, hand),
        Page::Noticed(greeting) => notice::spawn_greeting(root, greeting, hand),
        Page::Notice(notice) => notice::spawn(root, notice, hand),
        Page::Engaged(engaged) => engaged::spawn(root, engaged, hand),
        Page::TryOn(try_on) => try_on::spawn(root, try_on, hand),
        Page::Sees(sees) => sees::spawn(root, sees, hand),
        Page::Feedback(feedback) => feedback::spawn(root, feedback, hand),
        Page::Farewell(farewell) => feedback::spawn_farewell(root, farewell, hand),
    }
    if let Some(line) = &view.chrome {
        chrome::spawn(root, line, hand);
    }
    if let Some(warning) = &view.warning {
        chrome::spawn_warning(root, warning, hand);
    }
}

fn set_the_mirror(
    view: Res<View>,
    stage: Res<Stage>,
    alarm: Res<Alarm>,
    mut mirror: ResMut<MirrorState>,
) {
    if !view.is_changed() && !stage.is_changed() {
        return;
    }
    if mirror.on_glass != view.mirror {
        mirror.on_glass = view.mirror;
        alarm.every_picture(view.mirror);
        mirror.has_picture = false;
    }
    let under_panel = matches!(view.page, Page::Sees(_)) || view.warning.is_some();
    mirror.brightness = if under_panel { 0.62 } else { 1.0 };
    mirror.ink = match view.page {
        Page::Noticed(_) => Vec3::new(0.55, 0.80, 0.62),
        Page::Notice(_) | Page::Sees(_) => Vec3::new(0.55, 0.50, 0.55),
        Page::TryOn(_) => Vec3::new(0.55, 0.70, 0.55),
        _ => Vec3::new(0.55, 0.90, 0.34),
    };
}

/// The picture is complete when nothing on the glass is still being read.
fn note_complete_picture(
    view: Res<View>,
    assets: Res<AssetServer>,
    presented: Res<Presented>,
    pictures: Query<&ImageNode>,
    mut complete: Local<bool>,
    mut pace: ResMut<Pace>,
) {
    if *complete || view.page == Page::Blank {
        return;
    }
    let waiting = |node: &ImageNode| {
        matches!(
            assets.load_state(&node.image),
            LoadState::NotLoaded | LoadState::Loading
        )
    };
    if pictures.is_empty() || pictures.iter().any(waiting) {
        pace.animate();
        return;
    }
    presented.picture_is_complete();
    *complete = true;
}
