//! The kiosk's screen: camera → perception → audience → session → decision → scene, once per frame, in this order.
//!
//! The binary's `cheval run` is the agent (crate `cheval-agent`), which starts `cheval screen` (this library) as a child
//! without network and without leave to write outside its runtime folder.

pub mod audience;
pub mod audio;
pub mod cli;
pub mod clock;
pub mod config;
pub mod content;
pub mod dev_tools;
pub mod diagnostics;
pub mod language;
pub mod mirror;
pub mod perception;
pub mod playback;
pub mod report;
pub mod scene;
pub mod session;
mod startup;
pub mod targeting;
pub mod theme;
pub mod third_party;
pub mod try_on;

use bevy::prelude::*;

pub use startup::{Looks, Startup, Tools, models_folders, perception_options};

/// The steps of one frame, in this order. A decision is taken on the frame that carried the observation.
#[derive(SystemSet, Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum KioskSystems {
    /// Take what perception left: reports, the newest picture, the newest masks.
    Ingest,
    /// Who is there, since when, and do they look.
    Audience,
    /// What the shopper does.
    Session,
    /// What to show, and why.
    Decide,
    /// Put the decisions on the glass. Draws decisions, never takes them.
    Present,
    /// Tell the agent what really happened.
    Report,
}

/// Everything Bevy of the kiosk. Needs a [`Startup`] resource and Bevy's own plugins.
pub struct KioskPlugin;

impl Plugin for KioskPlugin {
    fn build(&self, app: &mut App) {
        // An error in one system is logged and the others go on; a panic is what the agent restarts the screen for.
        app.set_error_handler(bevy::ecs::error::error);
        // A few dozen small systems: one thread runs them faster than many threads can agree on who runs what.
        app.edit_schedule(Update, |schedule| {
            schedule.set_executor(bevy::ecs::schedule::SingleThreadedExecutor::new());
        });
        app.configure_sets(
            Update,
            (
                KioskSystems::Ingest,
                KioskSystems::Audience,
                KioskSystems::Session,
                KioskSystems::Decide,
                KioskSystems::Present,
                KioskSystems::Report,
            )
                .chain(),
        );
        app.add_plugins((
            clock::plugin,
            diagnostics::plugin,
            theme::plugin,
            perception::plugin,
            mirror::plugin,
            audience::plugin,
            session::plugin,
            targeting::plugin,
            playback::plugin,
            try_on::plugin,
            scene::plugin,
            audio::plugin,
            report::plugin,
            dev_tools::plugin,
        ));
    }
}
