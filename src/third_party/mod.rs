//! Foreign plugins are configured here and nowhere else.

use bevy::app::PluginGroupBuilder;
use bevy::asset::io::AssetSourceBuilder;
use bevy::log::LogPlugin;
use bevy::prelude::*;
use bevy::render::RenderPlugin;
use bevy::render::settings::{MemoryHints, WgpuSettings};
use bevy::window::{
    CursorOptions, ExitCondition, MonitorSelection, PresentMode, WindowMode, WindowResolution,
};

use crate::Startup as KioskStartup;

/// Asset source of the active content pack: `pack://garments/x.png`.
pub const PACK_SOURCE: &str = "pack";

/// Registers the active generation's folder as an asset source; must come before [`bevy_plugins`].
pub fn register_pack_source(app: &mut App, startup: &KioskStartup) {
    let pack_dir = startup.content.dir.to_string_lossy().into_owned();
    app.register_asset_source(
        PACK_SOURCE,
        AssetSourceBuilder::platform_default(&pack_dir, None),
    );
}

/// Bevy, trimmed to what a kiosk needs.
#[must_use]
pub fn bevy_plugins(startup: &KioskStartup) -> PluginGroupBuilder {
    DefaultPlugins
        .set(WindowPlugin {
            primary_window: Some(window(startup)),
            primary_cursor_options: Some(CursorOptions {
                visible: startup.config.screen.cursor,
                ..default()
            }),
            exit_condition: ExitCondition::OnPrimaryClosed,
            close_when_requested: true,
        })
        .set(AssetPlugin {
            file_path: startup.assets_dir.to_string_lossy().into_owned(),
            ..default()
        })
        .set(RenderPlugin {
            synchronous_pipeline_compilation: true,
            render_creation: WgpuSettings {
                // Small blocks go back to the system when slides and garments leave the glass.
                memory_hints: MemoryHints::MemoryUsage,
                ..default()
            }
            .into(),
            ..default()
        })
        .set(ImagePlugin::default_linear())
        .disable::<LogPlugin>()
}

fn window(startup: &KioskStartup) -> Window {
    let screen = &startup.config.screen;
    let mode = if screen.fullscreen {
        WindowMode::BorderlessFullscreen(MonitorSelection::Primary)
    } else {
        WindowMode::Windowed
    };
    Window {
        title: "Cheval".into(),
        name: Some("cheval".into()),
        resolution: WindowResolution::new(screen.width_px, screen.height_px)
            .with_scale_factor_override(1.0),
        present_mode: PresentMode::AutoVsync,
        decorations: false,
        mode,
        ..default()
    }
}
