//! A report as text for a terminal.

use std::fmt::Write as _;

use cheval_domain::number::thousands;

use super::report::{Matrix, Report, Section, Table};
use super::show;

/// Draws the report. Curves and examples are on the page only.
#[must_use]
pub fn table(report: &Report) -> String {
    let mut lines = vec![format!(
        "{}: {} of {} rows used",
        report.what,
        thousands(report.used),
        thousands(report.rows)
    )];
    for (reason, count) in &report.skipped {
        lines.push(format!("  left out, {reason}: {}", thousands(*count)));
    }
    for model in &report.models {
        lines.push(format!(
            "  {:<18} {} {}",
            model.organ,
            &model.file,
            short(&model.sha256)
        ));
    }
    for section in &report.sections {
        lines.push(String::new());
        lines.push(section.title.clone());
        lines.extend(figures(section));
        section.tables.iter().for_each(|t| lines.extend(numbers(t)));
        section
            .matrices
            .iter()
            .for_each(|m| lines.extend(counts(m)));
    }
    lines.push(String::new());
    lines.extend(report.method.iter().cloned());
    lines.join("\n")
}

fn short(sha256: &str) -> &str {
    sha256.get(..12).unwrap_or(sha256)
}

fn figures(section: &Section) -> Vec<String> {
    section
        .figures
        .iter()
        .map(|figure| {
            let line = format!(
                "  {:<48} {:>9}  {:<16} n {}",
                figure.label,
                show::number(figure.value, figure.unit),
                show::interval(figure),
                thousands(figure.n)
            );
            line.trim_end().to_owned()
        })
        .collect()
}

fn numbers(table: &Table) -> Vec<String> {
    let heads = std::iter::once(table.rows_are.clone())
        .chain(table.columns.iter().map(|c| c.label.clone()))
        .collect();
    let rows = table.rows.iter().map(|row| {
        let cells = row.cells.iter().zip(&table.columns);
        std::iter::once(row.label.clone())
            .chain(cells.map(|(cell, column)| show::number(*cell, column.unit)))
            .collect()
    });
    aligned(&table.title, std::iter::once(heads).chain(rows).collect())
}

fn counts(matrix: &Matrix) -> Vec<String> {
    let heads = std::iter::once("truth \\ said".to_owned())
        .chain(matrix.said.iter().cloned())
        .collect();
    let rows = matrix.truth.iter().zip(&matrix.counts).map(|(name, row)| {
        std::iter::once(name.clone())
            .chain(row.iter().map(|n| thousands(*n)))
            .collect()
    });
    aligned(&matrix.title, std::iter::once(heads).chain(rows).collect())
}

/// Columns as wide as their widest cell; the first to the left, the others to the right.
fn aligned(title: &str, rows: Vec<Vec<String>>) -> Vec<String> {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |at: usize| {
        let cells = rows.iter().filter_map(|row| row.get(at));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let mut lines = vec![String::new(), format!("  {title}")];
    for row in &rows {
        let mut line = String::from("   ");
        for (at, (cell, width)) in row.iter().zip(&widths).enumerate() {
            // Writing to a string cannot fail.
            _ = if at == 0 {
                write!(line, " {cell:<width$}")
            } else {
                write!(line, "  {cell:>width$}")
            };
        }
        lines.push(line.trim_end().to_owned());
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::super::report::tests::small_report;
    use super::*;

    #[test]
    fn everything_a_script_reader_needs_is_there_and_columns_align() {
        let text = table(&small_report());
        assert!(
            text.starts_with("faces: 3 of 4 rows used\n  left out, no such file: 1\n"),
            "{text}"
        );
        assert!(
            text.contains("Gender right") && text.contains("66.7 %") && text.contains("n 3"),
            "{text}"
        );
        let rows: Vec<&str> = text
            .lines()
            .skip_while(|line| !line.contains("truth \\ said"))
            .take(3)
            .collect();
        assert_eq!(rows.len(), 3);
        assert!(
            rows.iter()
                .all(|row| row.chars().count() == rows[0].chars().count()),
            "{rows:?}"
        );
    }
}
