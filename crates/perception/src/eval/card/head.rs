//! The part of a card that a person writes.

use serde::Deserialize;

/// `NAME.toml`: Markdown in every text.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Head {
    /// What the model does, in two or three words.
    pub(super) title: String,
    /// Organs as in `models.toml`.
    pub(super) organs: Vec<String>,
    /// What goes in and what comes out.
    pub(super) what: String,
    /// Who made it, from what, how.
    pub(super) from: String,
    /// What it was trained on, with licence.
    pub(super) data: Option<String>,
    /// Bytes and processor time.
    pub(super) size_and_cost: String,
    /// What it is for and what it must not be used for.
    pub(super) intended_use: String,
    /// What the program makes of its answers.
    pub(super) how_it_is_used: Option<String>,
    /// Findings that no stored evaluation holds, each with where it comes from.
    pub(super) measured_otherwise: Option<String>,
    /// Where it fails.
    pub(super) limits: String,
    /// What is known and not known about rights in the data.
    pub(super) rights: Option<String>,
    /// Evaluations to show.
    #[serde(default)]
    pub(super) evaluation: Vec<Evaluation>,
}

/// A stored evaluation.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Evaluation {
    /// JSON that `cheval eval ... --card FILE` wrote, beside this file.
    pub(super) file: String,
    /// Names the data, for the headline.
    pub(super) title: String,
    /// What the data are, from where, under which licence.
    pub(super) data: String,
    /// Sections to show, by key.
    pub(super) sections: Vec<String>,
}
