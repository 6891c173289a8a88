//! What is wrong with a pack, told so that a merchandiser can mend it: where, what, why it matters, what to do.

use std::cell::RefCell;
use std::fmt;

use serde::Serialize;

/// Problems past this number are not kept: a pack that broken is mended from the top.
const MOST_PROBLEMS: usize = 500;

/// How bad a problem is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The pack cannot be used.
    Error,
    /// The pack works, but something will look or read worse than it could.
    Warning,
    /// Nothing is wrong; something more could be had.
    Advice,
}

/// One thing that is wrong with a pack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// Whether the pack can still be used.
    pub severity: Severity,
    /// File inside the pack, with `/` between folders.
    pub file: String,
    /// Line in that file, from 1; none for pictures and missing files.
    pub line: Option<usize>,
    /// Key path such as `garments[3].price`; empty where the whole file is meant.
    pub key: String,
    /// What is wrong, with the offending value.
    pub what: String,
    /// Why it matters; empty where that is plain.
    pub why: String,
    /// What to do about it.
    pub mend: String,
}

impl Problem {
    pub(crate) fn error(
        file: &str,
        line: Option<usize>,
        key: impl Into<String>,
        what: impl Into<String>,
    ) -> Self {
        Self {
            severity: Severity::Error,
            file: file.to_owned(),
            line,
            key: key.into(),
            what: what.into(),
            why: String::new(),
            mend: String::new(),
        }
    }

    pub(crate) fn warning(
        file: &str,
        line: Option<usize>,
        key: impl Into<String>,
        what: impl Into<String>,
    ) -> Self {
        Self {
            severity: Severity::Warning,
            ..Self::error(file, line, key, what)
        }
    }

    pub(crate) fn advice(file: &str, key: impl Into<String>, what: impl Into<String>) -> Self {
        Self {
            severity: Severity::Advice,
            ..Self::error(file, None, key, what)
        }
    }

    pub(crate) fn because(mut self, why: impl Into<String>) -> Self {
        self.why = why.into();
        self
    }

    pub(crate) fn mend(mut self, mend: impl Into<String>) -> Self {
        self.mend = mend.into();
        self
    }

    /// `file:line`, or the file alone.
    #[must_use]
    pub fn place(&self) -> String {
        match self.line {
            Some(line) => format!("{}:{line}", self.file),
            None => self.file.clone(),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.place())?;
        if !self.key.is_empty() {
            write!(f, "{}: ", self.key)?;
        }
        write!(f, "{}", self.what)?;
        if !self.why.is_empty() {
            write!(f, " ({})", self.why)?;
        }
        if !self.mend.is_empty() {
            write!(f, "; {}", self.mend)?;
        }
        Ok(())
    }
}

/// Everything that is wrong with a pack; at least one of them is an error.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the content pack has {} problem(s):\n{}", .0.len(), lines(.0))]
pub struct PackProblems(pub Vec<Problem>);

fn lines(problems: &[Problem]) -> String {
    problems
        .iter()
        .map(|p| format!("  {p}"))
        .collect::<Vec<_>>()
        .join("\n")
}

/// Where checks leave what they find.
#[derive(Default)]
pub(crate) struct Sink(RefCell<Vec<Problem>>);

impl Sink {
    pub(crate) fn push(&self, problem: Problem) {
        let mut problems = self.0.borrow_mut();
        if problems.len() < MOST_PROBLEMS {
            problems.push(problem);
        }
    }

    pub(crate) fn has_errors(&self) -> bool {
        self.errors() > 0
    }

    pub(crate) fn errors(&self) -> usize {
        let problems = self.0.borrow();
        let errors = problems.iter().filter(|p| p.severity == Severity::Error);
        errors.count()
    }

    /// All problems, errors first, then by place.
    pub(crate) fn into_sorted(self) -> Vec<Problem> {
        let mut problems = self.0.into_inner();
        problems.sort_by(|a, b| {
            (a.severity, &a.file, a.line, &a.key).cmp(&(b.severity, &b.file, b.line, &b.key))
        });
        problems
    }
}

/// The known word nearest to a mistyped one, if it is near enough to be meant.
pub(crate) fn nearest<'k>(
    typed: &str,
    known: impl IntoIterator<Item = &'k str>,
) -> Option<&'k str> {
    if typed.len() > 64 {
        return None;
    }
    let lower = typed.to_lowercase();
    known
        .into_iter()
        .map(|k| (strsim::damerau_levenshtein(&lower, &k.to_lowercase()), k))
        .filter(|(distance, k)| *distance <= 1 + k.chars().count() / 4)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, k)| k)
}

/// “did you mean …?”, or the list of what is allowed when nothing is near.
pub(crate) fn did_you_mean(typed: &str, known: &[&str]) -> String {
    match nearest(typed, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None if known.len() <= 24 => format!("allowed here: {}", known.join(", ")),
        None => "check the spelling".to_owned(),
    }
}
