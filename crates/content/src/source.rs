//! The text of one TOML file: read within its cap, parsed, and places turned into line numbers. Knows nothing of keys.

use std::path::Path;

use toml::Spanned;
use toml::de::DeTable;

use crate::path;
use crate::problem::{Problem, Sink};

/// Largest TOML file of a pack, bytes.
const TOML_CAP: u64 = 1 << 20;

/// The text of one TOML file with its name, to turn places into lines.
pub(crate) struct Source {
    pub(crate) name: String,
    text: String,
    /// Offset of each line's end.
    line_ends: Vec<usize>,
}

impl Source {
    /// Reads `name` inside `root`; a refusal is reported and gives `None`.
    pub(crate) fn read(root: &Path, name: &str, sink: &Sink) -> Option<Self> {
        Self::read_within(root, name, TOML_CAP, sink)
    }

    /// The same with a cap of its own, bytes.
    pub(crate) fn read_within(root: &Path, name: &str, cap: u64, sink: &Sink) -> Option<Self> {
        let bytes = match path::read_capped(root, name, cap) {
            Ok(bytes) => bytes,
            Err(refusal) => {
                sink.push(Problem::error(name, None, "", refusal.to_string()).mend(refusal.mend()));
                return None;
            }
        };
        match String::from_utf8(bytes) {
            Ok(text) => {
                let line_ends = text
                    .bytes()
                    .enumerate()
                    .filter(|(_, b)| *b == b'\n')
                    .map(|(at, _)| at)
                    .collect();
                Some(Self {
                    name: name.to_owned(),
                    text,
                    line_ends,
                })
            }
            Err(e) => {
                let good = e.utf8_error().valid_up_to();
                let line = 1 + e
                    .as_bytes()
                    .iter()
                    .take(good)
                    .filter(|b| **b == b'\n')
                    .count();
                sink.push(
                    Problem::error(name, Some(line), "", "this is not UTF-8 text")
                        .mend("save the file as UTF-8"),
                );
                None
            }
        }
    }

    /// Parses the text, reporting every syntax error. `None` when there was one: what follows would be guesswork.
    pub(crate) fn parse(&self, sink: &Sink) -> Option<Spanned<DeTable<'_>>> {
        let (table, errors) = DeTable::parse_recoverable(&self.text);
        for error in &errors {
            let line = error.span().map(|s| self.line(s.start));
            sink.push(
                Problem::error(
                    &self.name,
                    line,
                    "",
                    format!("this is not valid TOML: {}", error.message().trim()),
                )
                .mend("correct the line; strings need quotes, tables need [brackets]"),
            );
        }
        errors.is_empty().then_some(table)
    }

    pub(crate) fn line(&self, offset: usize) -> usize {
        1 + self.line_ends.partition_point(|end| *end < offset)
    }
}
