//! How numbers are written for people, the same in the terminal, on the page and in the cards.

use cheval_domain::number::thousands;

use super::report::{Figure, Unit};

/// What stands where there is nothing to count.
const NOTHING: &str = "\u{2013}";

/// A number in its unit.
pub(crate) fn number(value: Option<f64>, unit: Unit) -> String {
    let Some(value) = value else {
        return NOTHING.to_owned();
    };
    match unit {
        Unit::Share => format!("{:.1} %", 100.0 * value),
        Unit::Years => format!("{value:.1}"),
        Unit::Count => thousands(value.round().max(0.0) as u64),
        Unit::Ratio => format!("{value:.3}"),
    }
}

/// The interval of a figure; empty without one.
pub(crate) fn interval(figure: &Figure) -> String {
    figure.interval.map_or_else(String::new, |[low, high]| {
        format!("{:.1} to {:.1} %", 100.0 * low, 100.0 * high)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_like_numbers() {
        for (value, unit, text) in [
            (Some(0.8944), Unit::Share, "89.4 %"),
            (Some(-1.25), Unit::Years, "-1.2"),
            (Some(12_345.0), Unit::Count, "12,345"),
            (Some(0.0182), Unit::Ratio, "0.018"),
            (None, Unit::Share, "\u{2013}"),
        ] {
            assert_eq!(number(value, unit), text);
        }
    }
}
