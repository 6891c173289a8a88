//! Dates, and lists that may be left out. A date may stand in quotes or without.

use std::ops::RangeInclusive;

use toml::de::DeValue;

use super::{Placed, Table};

impl<'a> Table<'a> {
    /// A list of one-line texts that may be left out.
    pub(crate) fn optional_texts(
        &self,
        key: &'static str,
        count: RangeInclusive<usize>,
    ) -> Option<Placed<Vec<Placed<&'a str>>>> {
        self.find(key)?;
        self.texts(key, count)
    }

    /// A date or moment as written, which may be left out.
    pub(crate) fn optional_date(&self, key: &'static str) -> Option<Placed<String>> {
        let found = self.find(key)?;
        let value = written_date(found.value);
        if value.is_none() {
            self.wrong_type(key, found, "a date, such as 2026-12-24");
        }
        Some(Placed {
            value: value?,
            line: found.line,
        })
    }

    /// A list of dates as written; absent is empty.
    pub(crate) fn dates(&self, key: &'static str, most: usize) -> Vec<Placed<String>> {
        let Some(found) = self.find(key) else {
            return Vec::new();
        };
        let Some(array) = found.value.as_array() else {
            self.wrong_type(
                key,
                found,
                "a list of dates, such as [2026-12-24, 2026-12-31]",
            );
            return Vec::new();
        };
        self.check_count(key, found.line, array.len(), 0..=most);
        let mut dates = Vec::new();
        for item in array.iter().take(most) {
            let line = self.source.line(item.span().start);
            let value = item.get_ref();
            match written_date(value) {
                Some(value) => dates.push(Placed { value, line }),
                None => self.wrong_type(key, Placed { value, line }, "a date, such as 2026-12-24"),
            }
        }
        dates
    }
}

fn written_date(value: &DeValue<'_>) -> Option<String> {
    match value {
        DeValue::String(text) => Some(text.to_string()),
        DeValue::Datetime(date) => Some(date.to_string()),
        DeValue::Integer(_)
        | DeValue::Float(_)
        | DeValue::Boolean(_)
        | DeValue::Array(_)
        | DeValue::Table(_) => None,
    }
}
