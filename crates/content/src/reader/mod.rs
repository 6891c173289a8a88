//! Reads TOML table by table and reports everything it cannot use: wrong types, values out of range, missing and unknown
//! keys, each with its line. Knows nothing of what the keys mean.

mod dates;
mod points;

use std::cell::RefCell;
use std::fmt;
use std::ops::RangeInclusive;

use serde::de::value::{Error as WordError, StrDeserializer};
use serde::de::{DeserializeOwned, IntoDeserializer as _};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::problem::{Problem, Sink, did_you_mean};
use crate::source::Source;
use crate::wording::{clip, describe, text_problem, written_number};

/// One TOML table being read. Call [`Table::done`] at the end to have unknown keys reported.
pub(crate) struct Table<'a> {
    source: &'a Source,
    sink: &'a Sink,
    table: &'a DeTable<'a>,
    path: String,
    line: usize,
    asked: RefCell<Vec<&'static str>>,
}

/// A value with the line it stands on.
#[derive(Clone, Copy)]
pub(crate) struct Placed<T> {
    pub(crate) value: T,
    pub(crate) line: usize,
}

impl<'a> Table<'a> {
    pub(crate) fn root(
        source: &'a Source,
        table: &'a Spanned<DeTable<'a>>,
        sink: &'a Sink,
    ) -> Self {
        Self {
            source,
            sink,
            table: table.get_ref(),
            path: String::new(),
            line: 1,
            asked: RefCell::default(),
        }
    }

    fn child(&self, path: String, table: &'a DeTable<'a>, offset: usize) -> Self {
        let line = self.source.line(offset);
        Self {
            source: self.source,
            sink: self.sink,
            table,
            path,
            line,
            asked: RefCell::default(),
        }
    }

    pub(crate) fn file(&self) -> &str {
        &self.source.name
    }

    pub(crate) fn line(&self) -> usize {
        self.line
    }

    /// The full key path of `key` in this table.
    pub(crate) fn key(&self, key: &str) -> String {
        if self.path.is_empty() {
            key.to_owned()
        } else {
            format!("{}.{key}", self.path)
        }
    }

    /// Starts an error about `key`.
    pub(crate) fn error(&self, key: &str, line: usize, what: impl Into<String>) -> Problem {
        Problem::error(&self.source.name, Some(line), self.key(key), what)
    }

    /// Starts a warning about `key`.
    pub(crate) fn warning(&self, key: &str, line: usize, what: impl Into<String>) -> Problem {
        Problem::warning(&self.source.name, Some(line), self.key(key), what)
    }

    pub(crate) fn report(&self, problem: Problem) {
        self.sink.push(problem);
    }

    /// Errors found so far, in this table and elsewhere.
    pub(crate) fn errors_so_far(&self) -> usize {
        self.sink.errors()
    }

    /// Whether the key is there, whatever it holds.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.table.contains_key(key)
    }

    fn find(&self, key: &'static str) -> Option<Placed<&'a DeValue<'a>>> {
        self.asked.borrow_mut().push(key);
        let value = self.table.get(key)?;
        Some(Placed {
            value: value.get_ref(),
            line: self.source.line(value.span().start),
        })
    }

    fn need<T>(&self, key: &'static str, found: Option<T>) -> Option<T> {
        if found.is_none() && !self.table.contains_key(key) {
            self.report(
                self.error(key, self.line, format!("`{key}` is missing"))
                    .mend(format!("add `{key} = …`")),
            );
        }
        found
    }

    fn wrong_type(&self, key: &str, found: Placed<&DeValue<'_>>, expected: &str) {
        let what = format!("expected {expected}, found {}", describe(found.value));
        self.report(
            self.error(key, found.line, what)
                .mend(format!("write {expected}")),
        );
    }

    /// An optional one-line text of 1..=`most` characters.
    pub(crate) fn optional_text(&self, key: &'static str, most: usize) -> Option<Placed<&'a str>> {
        let found = self.find(key)?;
        let Some(text) = found.value.as_str() else {
            self.wrong_type(key, found, "a text in quotes");
            return None;
        };
        if let Some(problem) = text_problem(text, most) {
            self.report(self.error(key, found.line, problem.0).mend(problem.1));
            return None;
        }
        Some(Placed {
            value: text,
            line: found.line,
        })
    }

    /// A text that must be there.
    pub(crate) fn text(&self, key: &'static str, most: usize) -> Option<Placed<&'a str>> {
        self.need(key, self.optional_text(key, most))
    }

    /// An optional text that may have several lines (a condition).
    pub(crate) fn optional_lines(&self, key: &'static str, most: usize) -> Option<Placed<&'a str>> {
        let found = self.find(key)?;
        match found.value.as_str() {
            Some(text) if text.chars().count() <= most => Some(Placed {
                value: text,
                line: found.line,
            }),
            Some(text) => {
                let what = format!(
                    "{} characters; at most {most} are allowed",
                    text.chars().count()
                );
                self.report(self.error(key, found.line, what).mend("shorten it"));
                None
            }
            None => {
                self.wrong_type(key, found, "a text in quotes");
                None
            }
        }
    }

    /// An optional whole number in `range`.
    pub(crate) fn optional_whole(
        &self,
        key: &'static str,
        range: RangeInclusive<i64>,
    ) -> Option<Placed<i64>> {
        let found = self.find(key)?;
        let Some(number) = found
            .value
            .as_integer()
            .and_then(|i| i64::from_str_radix(i.as_str(), i.radix()).ok())
        else {
            self.wrong_type(key, found, "a whole number");
            return None;
        };
        self.within(key, found.line, number, &range)
    }

    fn within<T: PartialOrd + fmt::Display>(
        &self,
        key: &'static str,
        line: usize,
        value: T,
        range: &RangeInclusive<T>,
    ) -> Option<Placed<T>> {
        if range.contains(&value) {
            return Some(Placed { value, line });
        }
        let allowed = format!("{} to {}", range.start(), range.end());
        self.report(
            self.error(key, line, format!("{value} is out of range"))
                .mend(format!("write {allowed}")),
        );
        None
    }

    /// A whole number that must be there.
    pub(crate) fn whole(
        &self,
        key: &'static str,
        range: RangeInclusive<i64>,
    ) -> Option<Placed<i64>> {
        self.need(key, self.optional_whole(key, range))
    }

    /// An optional number (`9` or `1.5`) in `range`.
    pub(crate) fn optional_number(
        &self,
        key: &'static str,
        range: RangeInclusive<f64>,
    ) -> Option<Placed<f64>> {
        let found = self.find(key)?;
        let Some(number) = written_number(found.value).and_then(|w| w.parse::<f64>().ok()) else {
            self.wrong_type(key, found, "a number without quotes or unit");
            return None;
        };
        self.within(key, found.line, number, &range)
    }

    /// A number that must be there.
    pub(crate) fn number(
        &self,
        key: &'static str,
        range: RangeInclusive<f64>,
    ) -> Option<Placed<f64>> {
        self.need(key, self.optional_number(key, range))
    }

    /// An optional decimal number exactly as written, for money.
    pub(crate) fn optional_written(&self, key: &'static str) -> Option<Placed<&'a str>> {
        let found = self.find(key)?;
        match written_number(found.value) {
            Some(written) => Some(Placed {
                value: written,
                line: found.line,
            }),
            None => {
                self.wrong_type(
                    key,
                    found,
                    "an amount without quotes or currency, such as 29 or 29.90",
                );
                None
            }
        }
    }

    /// A decimal number exactly as written that must be there.
    pub(crate) fn written(&self, key: &'static str) -> Option<Placed<&'a str>> {
        self.need(key, self.optional_written(key))
    }

    /// An optional word out of `words`, which are the serialised names of `T`.
    pub(crate) fn optional_word<T: DeserializeOwned>(
        &self,
        key: &'static str,
        words: &[&str],
    ) -> Option<Placed<T>> {
        let found = self.find(key)?;
        let Some(word) = found.value.as_str() else {
            self.wrong_type(key, found, "a word in quotes");
            return None;
        };
        let parsed = if words.contains(&word) {
            let deserializer: StrDeserializer<'_, WordError> = word.into_deserializer();
            T::deserialize(deserializer).ok()
        } else {
            None
        };
        if parsed.is_none() {
            let what = format!("`{}` is not known here", clip(word));
            self.report(
                self.error(key, found.line, what)
                    .mend(did_you_mean(word, words)),
            );
        }
        parsed.map(|value| Placed {
            value,
            line: found.line,
        })
    }

    /// A word that must be there.
    pub(crate) fn word<T: DeserializeOwned>(
        &self,
        key: &'static str,
        words: &[&str],
    ) -> Option<Placed<T>> {
        self.need(key, self.optional_word(key, words))
    }

    /// A list of one-line texts, `count` of them; elements that are no texts are reported and left out.
    pub(crate) fn texts(
        &self,
        key: &'static str,
        count: RangeInclusive<usize>,
    ) -> Option<Placed<Vec<Placed<&'a str>>>> {
        let Some(found) = self.find(key) else {
            return self.need(key, None);
        };
        let Some(array) = found.value.as_array() else {
            self.wrong_type(key, found, "a list such as [\"…\", \"…\"]");
            return None;
        };
        let mut texts = Vec::new();
        for (i, item) in array.iter().enumerate() {
            let line = self.source.line(item.span().start);
            match item.get_ref().as_str() {
                Some(value) => texts.push(Placed { value, line }),
                None => self.wrong_type(
                    &format!("{key}[{i}]"),
                    Placed {
                        value: item.get_ref(),
                        line,
                    },
                    "a text in quotes",
                ),
            }
        }
        self.check_count(key, found.line, array.len(), count);
        Some(Placed {
            value: texts,
            line: found.line,
        })
    }

    /// A list of tables, `count` of them; missing counts as empty.
    pub(crate) fn tables(&self, key: &'static str, count: RangeInclusive<usize>) -> Vec<Table<'a>> {
        let Some(found) = self.find(key) else {
            self.check_count(key, self.line, 0, count);
            return Vec::new();
        };
        let Some(array) = found.value.as_array() else {
            self.wrong_type(
                key,
                found,
                &format!("a list of tables, each headed [[{key}]]"),
            );
            return Vec::new();
        };
        self.check_count(key, found.line, array.len(), count);
        let mut tables = Vec::new();
        for (i, item) in array.iter().enumerate() {
            let path = self.key(&format!("{key}[{i}]"));
            match item.get_ref().as_table() {
                Some(table) => tables.push(self.child(path, table, item.span().start)),
                None => {
                    let line = self.source.line(item.span().start);
                    self.wrong_type(
                        &format!("{key}[{i}]"),
                        Placed {
                            value: item.get_ref(),
                            line,
                        },
                        "a table",
                    );
                }
            }
        }
        tables
    }

    /// The table under a fixed key; missing gives `None` without a report.
    pub(crate) fn optional_table(&self, key: &'static str) -> Option<Table<'a>> {
        let found = self.find(key)?;
        self.entry(key, found)
    }

    /// All entries of this table that are tables themselves; others are reported.
    pub(crate) fn entries(&self) -> Vec<(Placed<&'a str>, Table<'a>)> {
        let mut entries = Vec::new();
        for (name, value) in self.table {
            let line = self.source.line(name.span().start);
            let name: &'a str = name.get_ref().as_ref();
            if let Some(table) = self.entry(
                name,
                Placed {
                    value: value.get_ref(),
                    line,
                },
            ) {
                entries.push((Placed { value: name, line }, table));
            }
        }
        entries
    }

    fn entry(&self, key: &str, found: Placed<&'a DeValue<'a>>) -> Option<Table<'a>> {
        let Some(table) = found.value.as_table() else {
            self.wrong_type(key, found, "a table");
            return None;
        };
        let mut child = self.child(self.key(key), table, 0);
        child.line = found.line;
        Some(child)
    }

    fn check_count(&self, key: &str, line: usize, found: usize, allowed: RangeInclusive<usize>) {
        if allowed.contains(&found) {
            return;
        }
        let what = format!(
            "{found} entries; {} to {} are allowed",
            allowed.start(),
            allowed.end()
        );
        let mend = if found < *allowed.start() {
            "add what is missing"
        } else {
            "take some away"
        };
        self.report(self.error(key, line, what).mend(mend));
    }

    /// Reports every key that nobody asked for.
    pub(crate) fn done(self) {
        let asked = self.asked.borrow();
        for key in self.table.keys() {
            let name: &str = key.get_ref().as_ref();
            if !asked.contains(&name) {
                let line = self.source.line(key.span().start);
                let problem = self.error(&clip(name), line, "this key is unknown");
                self.report(
                    problem
                        .because("it would silently do nothing")
                        .mend(did_you_mean(name, &asked)),
                );
            }
        }
    }
}
