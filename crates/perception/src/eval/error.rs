//! Why nothing could be evaluated at all. A bad row is no error: it is counted, told, and the others go on.

use std::path::PathBuf;

use crate::models::{ModelError, RuntimeError};

/// Why there is no report.
#[derive(Debug, thiserror::Error)]
pub enum EvalError {
    /// The folder with the pictures is not there.
    #[error("{} is not a folder; --data names the folder that the file names of the label sheet start from", path.display())]
    NoFolder {
        /// What was given.
        path: PathBuf,
    },
    /// The label sheet cannot be read.
    #[error("failed to read the label sheet {}: {reason}", path.display())]
    Sheet {
        /// The sheet.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// A column is missing.
    #[error("{}:1: the column `{column}` is missing; found: {found}. See docs/eval.md", path.display())]
    Column {
        /// The sheet.
        path: PathBuf,
        /// The missing column.
        column: String,
        /// The columns that are there.
        found: String,
    },
    /// No row could be used.
    #[error("none of the {rows} rows of {} could be used; the first: {first}", path.display())]
    NothingUsable {
        /// The sheet.
        path: PathBuf,
        /// Rows in the sheet.
        rows: usize,
        /// Why the first was left out.
        first: String,
    },
    /// The runtime library cannot be used.
    #[error(transparent)]
    Runtime(#[from] RuntimeError),
    /// A model that is to be evaluated does not work.
    #[error("failed to load a model that is to be evaluated: {0}")]
    Model(#[from] ModelError),
    /// The page cannot be drawn.
    #[error("failed to draw the page: {0}")]
    Page(#[from] askama::Error),
    /// A part of a model card cannot be used.
    #[error("failed to make the model card {}: {reason}", path.display())]
    Card {
        /// The part.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
}
