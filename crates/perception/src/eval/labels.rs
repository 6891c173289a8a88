//! What a label sheet may say about a face.

use cheval_domain::observation::Gender;

use crate::organs::age_gender::AGE_BINS;

/// Names of the age bins, in the order of the net's output.
pub(crate) const BIN_NAMES: [&str; AGE_BINS] = [
    "0-2", "3-9", "10-19", "20-29", "30-39", "40-49", "50-59", "60-69", "70+",
];
/// Years that stand for a bin; nobody in front of a mirror is much over 80.
const CENTRES: [f64; AGE_BINS] = [1.0, 6.0, 14.5, 24.5, 34.5, 44.5, 54.5, 64.5, 75.0];
/// First year of each bin after the first.
const STARTS: [f64; AGE_BINS - 1] = [3.0, 10.0, 20.0, 30.0, 40.0, 50.0, 60.0, 70.0];
/// The first bin of grown-ups.
pub(crate) const FIRST_ADULT: usize = 3;
/// Bins of those under 10.
pub(crate) const UNDER_TEN: std::ops::Range<usize> = 0..2;
/// The bin from 10 to 19.
pub(crate) const TEENS: usize = 2;

/// A labelled age.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AgeLabel {
    /// Years; the middle of the bin when only that is known.
    pub years: f64,
    /// Place among the nine bins.
    pub bin: usize,
    /// The sheet gave years and not a bin.
    pub exact: bool,
}

/// Reads years (0 to 120) or one of the nine bins of FairFace. Spreadsheets turn `3-9` and `10-19` into dates; what they
/// leave is understood.
#[must_use]
pub fn age_label(text: &str) -> Option<AgeLabel> {
    let text = text
        .trim()
        .to_lowercase()
        .replace(['\u{2013}', '\u{2014}'], "-");
    let bin = match text.as_str() {
        "03-sep" | "3-sep" | "09-mar" | "9-mar" => Some(1),
        "oct-19" | "19-oct" => Some(2),
        "more than 70" | ">70" | "70 and over" => Some(AGE_BINS - 1),
        other => BIN_NAMES.iter().position(|name| *name == other),
    };
    if let Some(bin) = bin {
        return Some(AgeLabel {
            years: CENTRES[bin],
            bin,
            exact: false,
        });
    }
    let years: f64 = text.parse().ok()?;
    (0.0..=120.0).contains(&years).then(|| AgeLabel {
        years,
        bin: STARTS.iter().filter(|start| years >= **start).count(),
        exact: true,
    })
}

/// Reads `male` or `female`, also by their first letter.
#[must_use]
pub fn gender_label(text: &str) -> Option<Gender> {
    match text.trim().to_lowercase().as_str() {
        "male" | "m" => Some(Gender::Male),
        "female" | "f" => Some(Gender::Female),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bins_are_read_also_as_a_spreadsheet_leaves_them() {
        for (text, bin) in [
            ("0-2", 0),
            ("3-9", 1),
            ("03-Sep", 1),
            ("9-Mar", 1),
            ("3\u{2013}9", 1),
            ("Oct-19", 2),
            ("19-Oct", 2),
            ("20-29", 3),
            ("60-69", 7),
            ("70+", 8),
            ("more than 70", 8),
        ] {
            let label = age_label(text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!((label.bin, label.exact), (bin, false), "{text}");
        }
    }

    #[test]
    fn years_fall_into_their_bin() {
        for (text, bin) in [
            ("0", 0),
            ("2.9", 0),
            ("3", 1),
            ("19", 2),
            ("20", 3),
            ("70", 8),
            ("104", 8),
        ] {
            assert_eq!(
                age_label(text).map(|l| (l.bin, l.exact)),
                Some((bin, true)),
                "{text}"
            );
        }
    }

    #[test]
    fn what_is_no_age_or_gender_is_refused() {
        for text in ["", "nan", "inf", "-1", "121", "young", "20-30", "1e9"] {
            assert_eq!(age_label(text), None, "{text}");
        }
        for text in ["", "x", "0", "men"] {
            assert_eq!(gender_label(text), None, "{text}");
        }
        assert_eq!(gender_label(" Female "), Some(Gender::Female));
    }
}
