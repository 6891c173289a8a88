//! Tools to look at a running kiosk from outside: a touch script, pictures of states, a summary. Off unless
//! asked for on the command line; pictures are never taken of a live camera.

mod looks;
mod script;
mod shots;
pub mod summary;

use bevy::prelude::*;

use crate::Startup as KioskStartup;

pub(super) fn plugin(app: &mut App) {
    let startup = app.world().resource::<KioskStartup>();
    let tools = startup.tools.clone();
    if tools.shots_dir.is_some() || tools.script {
        app.add_plugins(shots::plugin);
    }
    if !tools.looks.garments.is_empty() {
        app.add_plugins(looks::plugin);
    }
    if tools.script {
        app.add_plugins(script::plugin);
    }
    if tools.summary_file.is_some() {
        app.add_plugins(summary::plugin);
    }
    app.add_plugins(end_plugin);
}

fn end_plugin(app: &mut App) {
    app.add_systems(Last, end_in_time);
}

/// `--seconds N`: the screen ends by itself.
fn end_in_time(
    startup: Res<KioskStartup>,
    time: Res<Time<Real>>,
    mut exit: MessageWriter<AppExit>,
) {
    if startup
        .tools
        .seconds
        .is_some_and(|seconds| time.elapsed_secs_f64() >= seconds)
    {
        exit.write(AppExit::Success);
    }
}
