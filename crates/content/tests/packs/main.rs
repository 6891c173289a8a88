//! Stories about content packs: what a merchandiser is told, and what a kiosk plays after a power cut.
#![expect(clippy::unwrap_used, reason = "tests, and the helpers they share")]

mod bad_fits;
mod bad_pictures;
mod browser;
mod bundle_commands;
mod bundle_damage;
mod bundle_hostile;
mod bundle_sample;
mod bundle_trust;
mod bundles;
mod charts;
mod command_line;
mod cutting;
mod editing;
mod fits;
mod generations;
mod hostile;
mod installing;
mod lint;
mod sample;
mod schedule_lint;
mod schedules;
mod simulating;
mod trials;
