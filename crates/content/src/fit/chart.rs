//! The size chart of a fit: read with the lines it stands on, and held against the sizes in stock.

use cheval_domain::size_chart::{ChartProblem, CutSize, Measure, SizeChart};

use super::single;
use crate::problem::{Problem, Sink};
use crate::reader::Table;

/// More sizes than this no garment has.
const MOST_SIZES: usize = 40;

/// A chart with the lines it stands on.
#[derive(Debug)]
pub(super) struct Lines {
    pub(super) chart: SizeChart,
    shown_line: usize,
    /// Of each size.
    lines: Vec<usize>,
}

impl Lines {
    /// The table `chart` of a fit; `None` when there is none or nobody could use it.
    pub(super) fn read(fit: &Table<'_>) -> Option<Self> {
        let table = fit.optional_table("chart")?;
        let shown = table.text("shown", 12);
        let (mut sizes, mut lines) = (Vec::new(), Vec::new());
        for row in table.tables("sizes", 1..=MOST_SIZES) {
            lines.push(row.line());
            sizes.extend(size(&row));
            row.done();
        }
        table.done();
        let shown = shown?;
        (sizes.len() == lines.len()).then(|| Self {
            chart: SizeChart {
                shown: shown.value.to_owned(),
                sizes,
            },
            shown_line: shown.line,
            lines,
        })
    }

    /// The line that a problem is about.
    pub(super) fn of(&self, problem: &ChartProblem) -> usize {
        let named = |row: &CutSize| Some(row.size.as_str()) == problem.size();
        let at = match problem {
            ChartProblem::Twice { .. } => self.chart.sizes.iter().rposition(named),
            _ => self.chart.sizes.iter().position(named),
        };
        at.and_then(|at| self.lines.get(at).copied())
            .unwrap_or(self.shown_line)
    }

    /// Each size must be in stock and in the chart, or in neither.
    pub(super) fn check_stock(&self, file: &str, stocked: &[String], asked_by: &str, sink: &Sink) {
        for (row, line) in self.chart.sizes.iter().zip(&self.lines) {
            if !stocked.contains(&row.size) {
                let what = format!("{asked_by} has no size `{}` in pack.toml", row.size);
                sink.push(
                    Problem::error(file, Some(*line), "chart.sizes", what)
                        .because("nobody could choose it")
                        .mend(
                            "add it to `sizes` there, with 0 pieces if need be, or delete the line",
                        ),
                );
            }
        }
        for size in stocked
            .iter()
            .filter(|size| self.chart.size(size).is_none())
        {
            let what = format!("{asked_by} is sold in size `{size}`, which is not in the chart");
            sink.push(
                Problem::error(file, Some(self.shown_line), "chart.sizes", what)
                    .because("it would be drawn like the size of the picture")
                    .mend(format!("add a line `{{ size = \"{size}\", … }}`")),
            );
        }
    }
}

fn size(row: &Table<'_>) -> Option<CutSize> {
    let mut read = CutSize::default();
    for measure in Measure::ALL {
        *read.slot(measure) = row
            .optional_number(measure.as_str(), 0.0..=1_000.0)
            .map(|number| single(number.value));
    }
    read.size = row.text("size", 12)?.value.to_owned();
    Some(read)
}

pub(super) fn key(problem: &ChartProblem) -> String {
    match problem {
        ChartProblem::NotShown { .. } => "chart.shown".to_owned(),
        _ => "chart.sizes".to_owned(),
    }
}

pub(super) fn mend(problem: &ChartProblem) -> String {
    match problem {
        ChartProblem::NotShown { .. } => {
            "name the size that was photographed, as it stands in `sizes`".to_owned()
        }
        ChartProblem::Twice { .. } => "delete one of them".to_owned(),
        ChartProblem::Missing { measure, .. } => {
            format!("add `{} = …` in centimetres", measure.as_str())
        }
        ChartProblem::Foreign { measure, .. } => {
            format!("delete `{}`, or correct `cut`", measure.as_str())
        }
        ChartProblem::Absurd { measure, .. } => {
            let (least, most) = measure.sane();
            format!("write {least} to {most}; twice the breadth laid flat for what goes round")
        }
        ChartProblem::Shrinks { .. } => {
            "order the sizes from the smallest to the largest, or correct the measure".to_owned()
        }
    }
}
