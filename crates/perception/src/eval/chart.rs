//! Curves as places in a drawing of 360 by 250 units: the page only has to put lines through them.

use super::report::{Axis, Chart};

/// The plot's left, upper, right and lower edge.
const LEFT: f64 = 44.0;
const TOP: f64 = 10.0;
const RIGHT: f64 = 350.0;
const BOTTOM: f64 = 206.0;
/// Largest radius of a dot that stands for all cases.
const MAX_RADIUS: f64 = 13.0;
const MIN_RADIUS: f64 = 2.0;
/// Lines of the grid in each direction.
const STEPS: u32 = 5;

/// A chart ready to be drawn.
pub(super) struct Drawing<'a> {
    pub(super) chart: &'a Chart,
    pub(super) x_ticks: Vec<Tick>,
    pub(super) y_ticks: Vec<Tick>,
    pub(super) diagonal: Option<String>,
    pub(super) curves: Vec<Curve<'a>>,
    pub(super) marks: Vec<Dot<'a>>,
}

/// A line of the grid.
pub(super) struct Tick {
    pub(super) at: String,
    pub(super) label: String,
}

/// One curve.
pub(super) struct Curve<'a> {
    pub(super) label: &'a str,
    pub(super) points: String,
    pub(super) dots: Vec<Dot<'a>>,
}

/// A dot with a word that shows when it is pointed at.
pub(super) struct Dot<'a> {
    pub(super) x: String,
    pub(super) y: String,
    pub(super) radius: String,
    pub(super) word: String,
    pub(super) label: &'a str,
    /// The word stands left of the dot, because there is no room on its right.
    pub(super) flipped: bool,
    /// The word stands above the dot instead of below it, so that neighbours do not cover each other's.
    pub(super) above: bool,
}

/// Lays a chart out.
pub(super) fn drawing(chart: &Chart) -> Drawing<'_> {
    let x = |value: f64| LEFT + (RIGHT - LEFT) * share(value, &chart.x);
    let y = |value: f64| BOTTOM - (BOTTOM - TOP) * share(value, &chart.y);
    let most = chart
        .series
        .iter()
        .flat_map(|series| &series.counts)
        .copied()
        .max()
        .unwrap_or(1)
        .max(1) as f64;
    let dot = |at: [f64; 2], radius: f64, label, cases: Option<u64>| Dot {
        x: unit(x(at[0])),
        y: unit(y(at[1])),
        radius: unit(radius),
        word: word(at, cases),
        label,
        flipped: x(at[0]) > (LEFT + RIGHT) / 2.0,
        above: false,
    };
    Drawing {
        chart,
        x_ticks: ticks(&chart.x, x),
        y_ticks: ticks(&chart.y, y),
        diagonal: chart.diagonal.then(|| {
            let (from, to) = (chart.x.from.max(chart.y.from), chart.x.to.min(chart.y.to));
            format!(
                "{},{} {},{}",
                unit(x(from)),
                unit(y(from)),
                unit(x(to)),
                unit(y(to))
            )
        }),
        curves: chart
            .series
            .iter()
            .map(|series| Curve {
                label: &series.label,
                points: series
                    .points
                    .iter()
                    .map(|p| format!("{},{}", unit(x(p[0])), unit(y(p[1]))))
                    .collect::<Vec<_>>()
                    .join(" "),
                dots: series
                    .points
                    .iter()
                    .zip(&series.counts)
                    .map(|(p, count)| {
                        let radius = MIN_RADIUS.max(MAX_RADIUS * (*count as f64 / most).sqrt());
                        dot(*p, radius, "", Some(*count))
                    })
                    .collect(),
            })
            .collect(),
        marks: chart
            .marks
            .iter()
            .enumerate()
            .map(|(k, mark)| Dot {
                above: k % 2 == 1,
                ..dot([mark.x, mark.y], 4.5, mark.label.as_str(), None)
            })
            .collect(),
    }
}

/// Where a value lies on an axis, 0..=1; what lies beyond its ends is drawn at the end.
fn share(value: f64, axis: &Axis) -> f64 {
    let length = axis.to - axis.from;
    let share = (value - axis.from) / if length.abs() > 1e-9 { length } else { 1.0 };
    if share.is_finite() {
        share.clamp(0.0, 1.0)
    } else {
        0.0
    }
}

fn ticks(axis: &Axis, place: impl Fn(f64) -> f64) -> Vec<Tick> {
    (0..=STEPS)
        .map(|k| axis.from + (axis.to - axis.from) * f64::from(k) / f64::from(STEPS))
        .map(|value| Tick {
            at: unit(place(value)),
            label: format!("{:.0}", 100.0 * value),
        })
        .collect()
}

fn word(at: [f64; 2], cases: Option<u64>) -> String {
    let place = format!("{:.1} %, {:.1} %", 100.0 * at[0], 100.0 * at[1]);
    match cases {
        Some(cases) => format!("{place}, {cases} cases"),
        None => place,
    }
}

fn unit(value: f64) -> String {
    format!("{value:.1}")
}

#[cfg(test)]
mod tests {
    use super::super::report::tests::small_report;
    use super::*;

    #[test]
    fn corners_lie_in_the_corners_and_nothing_leaves_the_plot() {
        let mut chart = small_report().sections[0].charts[0].clone();
        chart.series[0].points = vec![[0.0, 0.5], [1.0, 1.0], [7.0, -7.0], [f64::NAN, 1.0]];
        let drawn = drawing(&chart);
        assert_eq!(
            drawn.curves[0].points,
            "44.0,206.0 350.0,10.0 350.0,206.0 44.0,10.0"
        );
        assert_eq!(drawn.x_ticks.last().unwrap().label, "100");
        assert_eq!(drawn.diagonal.as_deref(), Some("197.0,206.0 350.0,10.0"));
    }

    #[test]
    fn the_area_of_a_dot_follows_its_cases() {
        let report = small_report();
        let drawn = drawing(&report.sections[0].charts[0]);
        let radii: Vec<&str> = drawn.curves[0]
            .dots
            .iter()
            .map(|d| d.radius.as_str())
            .collect();
        assert_eq!(radii, ["4.3", "13.0"]);
        assert!(drawn.curves[0].dots[1].word.ends_with("9 cases"));
    }
}
