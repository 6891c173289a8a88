//! How well possible minors are noticed. Pure.

use super::FaceRules;
use super::sections::{Read, reliability_chart};
use crate::eval::labels::{FIRST_ADULT, TEENS, UNDER_TEN};
use crate::eval::metrics::{Share, calibration};
use crate::eval::report::{Axis, Chart, Figure, Mark, Section, Series, Unit};

pub(super) fn minor(read: &[Read<'_>], rules: FaceRules) -> Section {
    let flagged = |r: &Read<'_>| r.reading.minor > rules.minor;
    let share = |of: &dyn Fn(&Read<'_>) -> bool| {
        read.iter()
            .filter(|r| of(r))
            .map(flagged)
            .collect::<Share>()
    };
    let answers: Vec<_> = read.iter().map(|r| (r.reading.minor, !r.adult())).collect();
    let reliability = calibration(&answers);
    let mut section = Section::new(
        "minor",
        "Possible minors",
        "A possible minor is never targeted. Under 20 counts as a minor here: the bins of common sets end there.",
    );
    section.figures = vec![
        Figure::share(
            "minor.recall_under_10",
            "Flagged of 0 to 9",
            share(&|r| UNDER_TEN.contains(&r.case.age.bin)),
        ),
        Figure::share(
            "minor.recall_10_19",
            "Flagged of 10 to 19",
            share(&|r| r.case.age.bin == TEENS),
        ),
        Figure::share(
            "minor.false_alarms",
            "Flagged of 20 and over",
            share(&|r| r.adult()),
        ),
        Figure::share(
            "minor.false_alarms_20_29",
            "Flagged of 20 to 29",
            share(&|r| r.case.age.bin == FIRST_ADULT),
        ),
        Figure::number(
            "minor.ece",
            "Calibration error (ECE)",
            reliability.ece,
            Unit::Ratio,
            reliability.count,
        ),
    ];
    if read.iter().any(|r| r.case.age.exact) {
        let between = |from: f64, to: f64| {
            share(&|r| r.case.age.exact && (from..to).contains(&r.case.age.years))
        };
        section.figures.extend([
            Figure::share(
                "minor.recall_under_13",
                "Flagged of those under 13, by years",
                between(0.0, 13.0),
            ),
            Figure::share(
                "minor.recall_13_17",
                "Flagged of 13 to 17, by years",
                between(13.0, 18.0),
            ),
        ]);
    }
    section.charts = vec![
        reliability_chart(
            "Calibration of the minor flag",
            vec![Series::calibration("P(under 20)", &reliability)],
        ),
        trade_off(read, rules),
    ];
    section
}

/// Share of minors that are flagged against share of grown-ups that are, for every threshold in steps of 0.01.
fn trade_off(read: &[Read<'_>], rules: FaceRules) -> Chart {
    let flagged = |threshold: f64, of: &dyn Fn(&Read<'_>) -> bool| {
        let cases = read.iter().filter(|r| of(r));
        cases
            .map(|r| r.reading.minor > threshold)
            .collect::<Share>()
            .value()
    };
    let kinds: [(&str, &dyn Fn(&Read<'_>) -> bool); 2] = [
        ("0 to 9", &|r| UNDER_TEN.contains(&r.case.age.bin)),
        ("10 to 19", &|r| r.case.age.bin == TEENS),
    ];
    let at = |threshold: f64, kind: &dyn Fn(&Read<'_>) -> bool| {
        Some([
            flagged(threshold, &|r| r.adult())?,
            flagged(threshold, kind)?,
        ])
    };
    Chart {
        title: "Minors flagged against grown-ups flagged".to_owned(),
        note: "Each threshold of P(under 20) is a point. The dots are the shipped threshold."
            .to_owned(),
        x: Axis::new("share of 20 and over flagged", 0.0, 1.0),
        y: Axis::new("share of minors flagged", 0.0, 1.0),
        diagonal: false,
        series: kinds
            .iter()
            .map(|(label, kind)| {
                let thresholds = (0..=100).rev().map(|k| f64::from(k) / 100.0);
                Series::line(label, thresholds.filter_map(|t| at(t, *kind)))
            })
            .collect(),
        marks: kinds
            .iter()
            .filter_map(|(label, kind)| {
                let [x, y] = at(rules.minor, *kind)?;
                Some(Mark::new(label, x, y))
            })
            .collect(),
    }
}
