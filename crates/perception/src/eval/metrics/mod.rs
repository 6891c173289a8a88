//! Measures over plain values. Pure; know no model, no file and no picture.

mod calibration;
mod confusion;
mod coverage;
mod share;

pub use calibration::{BINS, Bin, Calibration, calibration};
pub use confusion::Confusion;
pub use coverage::{CoveragePoint, coverage, coverage_at};
pub use share::{Mean, Overlap, Share};
