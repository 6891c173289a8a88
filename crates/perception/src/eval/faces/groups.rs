//! The same figures by the groups of the label sheet. Pure.

use std::collections::BTreeMap;

use super::FaceRules;
use super::sections::{Read, common_cells, common_columns, gender_answers};
use crate::eval::metrics::{Share, coverage_at};
use crate::eval::report::{Column, Section, Table, TableRow, Unit};

/// A table by labelled group, to see whether some are served worse; nothing when the sheet has no groups.
pub(super) fn groups(read: &[Read<'_>], rules: FaceRules) -> Option<Section> {
    let mut by_name: BTreeMap<&str, Vec<Read<'_>>> = BTreeMap::new();
    for r in read.iter().filter(|r| !r.case.group.is_empty()) {
        by_name.entry(&r.case.group).or_default().push(*r);
    }
    let mut columns = common_columns();
    columns.extend([
        Column::new("Answered", Unit::Share),
        Column::new("Minors flagged", Unit::Share),
        Column::new("20 and over flagged", Unit::Share),
    ]);
    let rows: Vec<TableRow> = by_name
        .iter()
        .map(|(name, of)| {
            let flagged = |adult: bool| {
                let cases = of.iter().filter(|r| r.adult() == adult);
                cases
                    .map(|r| r.reading.minor > rules.minor)
                    .collect::<Share>()
                    .value()
            };
            let mut cells = common_cells(of);
            cells.extend([
                coverage_at(&gender_answers(of), rules.gender).0.value(),
                flagged(false),
                flagged(true),
            ]);
            TableRow::new(name, cells)
        })
        .collect();
    if rows.is_empty() {
        return None;
    }
    let mut section = Section::new(
        "groups",
        "By group",
        "The groups of the label sheet, only to see whether some are served worse. No model of this program puts anybody into \
         a group.",
    );
    section.tables = vec![Table {
        key: "groups".to_owned(),
        title: "By group".to_owned(),
        rows_are: "Group".to_owned(),
        columns,
        rows,
    }];
    Some(section)
}
