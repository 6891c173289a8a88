//! The field as plain data and pure functions. Nothing here knows a window, a file, a thread, a clock or a model:
//! time and randomness come in as arguments, so the same inputs always give the same storyboard.
//!
//! The path of a frame: [`observation`] (what perception saw) → [`audience`] (who is there) → [`session`] (what one
//! shopper is doing) → [`targeting`] and [`suggest`] (what to show, and why) → [`record`] (what is reported). What plays while
//! nobody shops: [`schedule`]. All of it with a made-up crowd and clock: [`simulation`].
#![warn(missing_docs)]

pub mod anchors;
pub mod assignment;
pub mod audience;
pub mod catalogue;
pub mod colour;
pub mod decision;
pub mod figure;
pub mod geometry;
pub mod metrics;
pub mod number;
pub mod observation;
pub mod play;
pub mod prominence;
pub mod record;
pub mod schedule;
pub mod session;
pub mod simulation;
pub mod size_chart;
pub mod suggest;
pub mod targeting;
pub mod time;
