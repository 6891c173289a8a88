//! What tests share: hubs, and whatever stands in for the world. Nobody's normal dependency.

pub mod crowd;
pub mod frames;
pub mod hub;
