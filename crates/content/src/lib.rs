//! Content packs and generations: read a merchandiser's folder, say everything that is wrong with it at once, copy a good
//! one into the kiosk's store, switch to it whole or not at all, and fall back by itself when it turns out damaged.
//!
//! Knows files and pictures; must not know windows, cameras, models or networks. The screen only ever calls
//! [`Store::active`], which writes nothing.

pub mod bundle;
mod caps;
pub mod cut;
mod disk;
mod fit;
mod glyphs;
mod money;
mod pack;
mod path;
mod picture;
mod problem;
mod reader;
mod source;
mod store;
mod whole;
mod wording;

pub use fit::{anchor_of as anchor_of_problem, write_fit};
pub use glyphs::check_glyphs;
pub use money::{decimals as currency_decimals, written as written_amount};
pub use pack::{LoadedPack, check_schedule_at, load_pack};
pub use problem::{PackProblems, Problem, Severity};
pub use store::{Generation, GenerationId, RollBack, Store, StoreError};
pub use whole::write_whole;
