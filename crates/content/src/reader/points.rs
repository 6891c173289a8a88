//! Switches and points of a TOML table: `open = true`, `neck_back = [0.5, 0.14]`.

use toml::de::DeValue;

use super::{Placed, Table};
use crate::wording::{clip, describe, written_number};

impl<'a> Table<'a> {
    /// An optional `true` or `false`.
    pub(crate) fn optional_flag(&self, key: &'static str) -> Option<Placed<bool>> {
        let found = self.find(key)?;
        let Some(value) = found.value.as_bool() else {
            self.wrong_type(key, found, "true or false without quotes");
            return None;
        };
        Some(Placed {
            value,
            line: found.line,
        })
    }

    /// A table that must be there.
    pub(crate) fn table(&self, key: &'static str) -> Option<Table<'a>> {
        self.need(key, self.optional_table(key))
    }

    /// A list of points; absent is empty, and what is no list of pairs of numbers is reported.
    pub(crate) fn optional_line(&self, key: &'static str) -> Option<Placed<Vec<[f64; 2]>>> {
        let found = self.find(key)?;
        let items = found.value.as_array();
        let points = items.and_then(|items| items.iter().map(|at| pair(at.get_ref())).collect());
        if points.is_none() {
            self.wrong_type(
                key,
                found,
                "points, such as [[0.42, 0.15], [0.5, 0.22], [0.58, 0.15]]",
            );
        }
        Some(Placed {
            value: points?,
            line: found.line,
        })
    }

    /// All entries of this table as points; what is no pair of numbers is reported and left out.
    pub(crate) fn points(&self) -> Vec<(Placed<&'a str>, [f64; 2])> {
        let mut points = Vec::new();
        for (name, value) in self.table {
            let line = self.source.line(name.span().start);
            let name: &'a str = name.get_ref().as_ref();
            match pair(value.get_ref()) {
                Some(at) => points.push((Placed { value: name, line }, at)),
                None => self.report(
                    self.error(
                        &clip(name),
                        line,
                        format!("expected two numbers, found {}", describe(value.get_ref())),
                    )
                    .mend("write shares of the picture, across and down, such as [0.5, 0.14]"),
                ),
            }
        }
        points
    }
}

fn pair(value: &DeValue<'_>) -> Option<[f64; 2]> {
    let number = |value: &DeValue<'_>| written_number(value)?.parse().ok();
    let mut items = value.as_array()?.iter();
    let (x, y) = (items.next()?, items.next()?);
    if items.next().is_some() {
        return None;
    }
    Some([number(x.get_ref())?, number(y.get_ref())?])
}
