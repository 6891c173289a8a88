//! A report as one page of HTML that needs nothing else: no script, no font, no picture from elsewhere.

use askama::Template;
use cheval_domain::number::thousands;

use super::EvalError;
use super::chart::{Drawing, drawing};
use super::report::{Example, Figure, Gallery, Matrix, Report, Section, Table};
use super::show;

/// Figures shown large at the top of the page.
const TILES: usize = 6;

#[derive(Template)]
#[template(path = "eval.html")]
struct EvalPage<'a> {
    title: String,
    report: &'a Report,
    used: String,
    rows: String,
    tiles: Vec<Tile<'a>>,
    sections: Vec<SectionView<'a>>,
    galleries: &'a [Gallery],
}

struct Tile<'a> {
    label: &'a str,
    value: String,
    note: String,
}

struct SectionView<'a> {
    section: &'a Section,
    figures: Vec<FigureRow<'a>>,
    drawings: Vec<Drawing<'a>>,
    tables: Vec<TableView<'a>>,
    matrices: Vec<MatrixView<'a>>,
}

struct FigureRow<'a> {
    label: &'a str,
    value: String,
    interval: String,
    n: String,
}

struct TableView<'a> {
    table: &'a Table,
    rows: Vec<(&'a str, Vec<String>)>,
}

struct MatrixView<'a> {
    matrix: &'a Matrix,
    rows: Vec<(&'a str, Vec<HeatCell>)>,
}

/// A cell of a confusion matrix; `heat` is its share of the row, in percent.
struct HeatCell {
    count: String,
    heat: u64,
    right: bool,
}

/// Draws the page; examples show their pictures when [`attach_pictures`](super::attach_pictures) was called.
///
/// # Errors
/// [`EvalError::Page`] when the template cannot be filled.
pub fn page(report: &Report) -> Result<String, EvalError> {
    let page = EvalPage {
        title: title(&report.what),
        report,
        used: thousands(report.used),
        rows: thousands(report.rows),
        tiles: tiles(report),
        sections: report.sections.iter().map(section_view).collect(),
        galleries: &report.worst,
    };
    Ok(page.render()?)
}

fn title(what: &str) -> String {
    let mut letters = what.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

/// The first figure of each section, then second ones, until the tiles are full.
fn tiles(report: &Report) -> Vec<Tile<'_>> {
    let nth = |n: usize| report.sections.iter().filter_map(move |s| s.figures.get(n));
    (0..TILES).flat_map(nth).take(TILES).map(tile).collect()
}

fn tile(figure: &Figure) -> Tile<'_> {
    Tile {
        label: &figure.label,
        value: show::number(figure.value, figure.unit),
        note: match show::interval(figure) {
            interval if interval.is_empty() => format!("n {}", thousands(figure.n)),
            interval => interval,
        },
    }
}

fn section_view(section: &Section) -> SectionView<'_> {
    SectionView {
        section,
        figures: section
            .figures
            .iter()
            .map(|figure| FigureRow {
                label: &figure.label,
                value: show::number(figure.value, figure.unit),
                interval: show::interval(figure),
                n: thousands(figure.n),
            })
            .collect(),
        drawings: section.charts.iter().map(drawing).collect(),
        tables: section.tables.iter().map(table_view).collect(),
        matrices: section.matrices.iter().map(matrix_view).collect(),
    }
}

fn table_view(table: &Table) -> TableView<'_> {
    let rows = table.rows.iter().map(|row| {
        let cells = row.cells.iter().zip(&table.columns);
        let shown = cells.map(|(cell, column)| show::number(*cell, column.unit));
        (row.label.as_str(), shown.collect())
    });
    TableView {
        table,
        rows: rows.collect(),
    }
}

fn matrix_view(matrix: &Matrix) -> MatrixView<'_> {
    let rows = matrix.truth.iter().zip(&matrix.counts).enumerate();
    let rows = rows.map(|(truth, (name, counts))| {
        let all = counts.iter().sum::<u64>().max(1);
        let cells = counts.iter().enumerate().map(|(said, count)| HeatCell {
            count: thousands(*count),
            heat: 100 * count / all,
            right: truth == said,
        });
        (name.as_str(), cells.collect())
    });
    MatrixView {
        matrix,
        rows: rows.collect(),
    }
}

impl Example {
    fn alt(&self) -> String {
        format!("line {} of the label sheet", self.line)
    }
}

#[cfg(test)]
mod tests {
    use super::super::report::tests::small_report;
    use super::*;

    #[test]
    fn the_page_shows_figures_curves_matrix_and_examples() {
        let html = page(&small_report()).unwrap();
        for wanted in [
            "66.7 %",
            "left out, no such file: 1",
            "<polyline",
            "Calibration error",
            "line 7",
            "data:image/jpeg;base64,QUJD",
            "female 99 %",
        ] {
            assert!(html.contains(wanted), "{wanted}");
        }
    }

    #[test]
    fn names_from_a_label_sheet_are_text_and_not_markup() {
        let html = page(&small_report()).unwrap();
        assert!(
            !html.contains("<script") && !html.contains("<b>&"),
            "file and group names are escaped"
        );
    }

    #[test]
    fn nothing_is_loaded_from_elsewhere() {
        let html = page(&small_report()).unwrap();
        for word in ["http://", "https://", "<link", "@import", "url("] {
            assert!(!html.contains(word), "{word}");
        }
    }

    #[test]
    fn heat_is_a_share_of_the_row() {
        let report = small_report();
        let view = matrix_view(&report.sections[0].matrices[0]);
        let heats: Vec<Vec<u64>> = view
            .rows
            .iter()
            .map(|(_, r)| r.iter().map(|c| c.heat).collect())
            .collect();
        assert_eq!(heats, [[100, 0, 0], [0, 50, 50]]);
    }
}
