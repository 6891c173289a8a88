//! What is wrong with the settings, told so that an admin can mend it.

use std::fmt;

use super::layer::Place;

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigProblem {
    /// File, `--set`, or `built-in defaults`; with the line where there is one.
    pub place: String,
    /// Key such as `camera.rate_hz`; empty where the whole file is meant.
    pub key: String,
    /// The value as written; empty where there is none.
    pub value: String,
    /// What was expected instead, or what is wrong.
    pub expectation: String,
}

impl ConfigProblem {
    pub(super) fn new(
        place: &Place,
        line: Option<usize>,
        key: &str,
        value: &str,
        expectation: impl Into<String>,
    ) -> Self {
        let place = match line {
            Some(line) => format!("{place}:{line}"),
            None => place.to_string(),
        };
        Self {
            place,
            key: key.to_owned(),
            value: clip(value),
            expectation: expectation.into(),
        }
    }
}

impl fmt::Display for ConfigProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.place)?;
        match (self.key.is_empty(), self.value.is_empty()) {
            (true, _) => write!(f, "{}", self.expectation),
            (false, true) => write!(f, "{}: {}", self.key, self.expectation),
            (false, false) => write!(f, "{} = {}: {}", self.key, self.value, self.expectation),
        }
    }
}

/// Everything that is wrong in any layer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the settings have {} problem(s):\n{}", .0.len(), .0.iter().map(|p| format!("  {p}")).collect::<Vec<_>>().join("\n"))]
pub struct ConfigProblems(pub Vec<ConfigProblem>);

/// A value from outside, short and printable enough to be quoted.
fn clip(value: &str) -> String {
    let mut shown: String = value
        .chars()
        .take(80)
        .map(|c| if c.is_control() { '·' } else { c })
        .collect();
    if value.chars().count() > 80 {
        shown.push('…');
    }
    shown
}

/// “did you mean …?” among `known`, or nothing when none is near.
pub(super) fn did_you_mean<'k>(
    typed: &str,
    known: impl IntoIterator<Item = &'k str>,
) -> Option<String> {
    if typed.len() > 80 {
        return None;
    }
    known
        .into_iter()
        .map(|k| (strsim::damerau_levenshtein(typed, k), k))
        .filter(|(distance, k)| *distance <= 1 + k.chars().count() / 5)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, k)| format!("did you mean `{k}`?"))
}
