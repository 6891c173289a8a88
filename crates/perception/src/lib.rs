//! From a camera to words: frames come in, [`FrameReport`](cheval_domain::observation::FrameReport)s go out.
//! Pixels stay in this crate, except for the copy that the screen's GPU texture gets. Knows no window, no network, and
//! writes no file (but the frame log, when asked for). [`eval`] works on files that a person names, never on a frame.

pub mod bench;
pub mod camera;
pub mod cloth;
pub mod eval;
pub mod figure;
pub mod frame;
mod masks;
pub mod models;
mod organs;
mod perception;
mod plate;
pub mod source;
pub mod spec;
pub mod track;
mod vision;

pub use masks::lens::Lens;
pub use masks::shade::Shade;
pub use masks::{CELL_PX, GarmentMasks, HAIR, LEGS, PLANES, SKIN, TORSO};
pub use organs::OrganState;
pub use perception::{Perception, PerceptionOptions, VisionHealth, default_models_folders};
pub use plate::{Background, PlateState};
pub use vision::{
    Economy, Effort, GovernorState, StageCost, TaskState, VisionCosts, VisionOptions, VisionRates,
};
