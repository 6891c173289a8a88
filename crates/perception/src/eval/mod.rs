//! Checks the models on labelled pictures of anybody's own: label sheets come in, a [`Report`] goes out, as a text table,
//! JSON or a page. Reads files that a person names on the command line, never a camera; writes no file.

pub mod card;
mod chain;
mod chart;
mod error;
pub mod faces;
pub mod figure;
pub mod garments;
mod labels;
pub mod metrics;
mod page;
mod picture;
mod report;
mod sheet;
mod show;
mod table;
pub mod tracks;

use std::path::PathBuf;

pub use error::EvalError;
pub use labels::{AgeLabel, age_label, gender_label};
pub use page::page;
pub use picture::attach_pictures;
pub use report::{
    Axis, Chart, Column, Example, Figure, Gallery, Mark, Matrix, ModelFact, Report, Section,
    Series, Table, TableRow, Unit,
};
pub use table::table;

/// Where pictures, labels and models are.
#[derive(Debug, Clone)]
pub struct EvalOptions {
    /// Folder that the file names of the label sheet start from.
    pub data: PathBuf,
    /// The label sheet (CSV).
    pub labels: PathBuf,
    /// Folders with models.
    pub models: Vec<PathBuf>,
    /// The ONNX Runtime library; `None` = the usual places.
    pub runtime: Option<PathBuf>,
}

/// Told how an evaluation goes on.
pub trait Watcher {
    /// `done` of `all` rows have been looked at.
    fn row_done(&mut self, done: usize, all: usize);
    /// A row was left out; the message names sheet, line and reason.
    fn left_out(&mut self, message: &str);
}

/// Watches nothing.
impl Watcher for () {
    fn row_done(&mut self, _: usize, _: usize) {}
    fn left_out(&mut self, _: &str) {}
}
