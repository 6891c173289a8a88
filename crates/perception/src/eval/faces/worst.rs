//! The cases a person should look at first.

use super::FaceCase;
use super::sections::{Read, read_of};
use crate::eval::labels::FIRST_ADULT;
use crate::eval::report::{Example, Gallery};

/// Examples of each kind.
const EXAMPLES: usize = 12;

pub(super) fn galleries(cases: &[FaceCase]) -> Vec<Gallery> {
    let read = read_of(cases);
    let kinds = [
        worst("Gender wrong with the most confidence", &read, |r| {
            (!r.gender_right()).then(|| r.gender_confidence())
        }),
        worst("Age furthest off", &read, |r| Some(r.years_off())),
        worst("Minors that look grown-up to the net", &read, |r| {
            (r.case.age.bin < FIRST_ADULT).then_some(1.0 - r.reading.minor)
        }),
        Gallery {
            title: "Faces that were not found".to_owned(),
            examples: cases
                .iter()
                .filter(|case| case.reading.is_none())
                .take(EXAMPLES)
                .map(|case| example(case, "no face".to_owned()))
                .collect(),
        },
    ];
    kinds
        .into_iter()
        .filter(|g| !g.examples.is_empty())
        .collect()
}

/// The cases with the highest `badness`; cases without one take no part.
fn worst(title: &str, read: &[Read<'_>], badness: impl Fn(&Read<'_>) -> Option<f64>) -> Gallery {
    let mut ranked: Vec<(f64, &Read<'_>)> =
        read.iter().filter_map(|r| Some((badness(r)?, r))).collect();
    ranked.sort_by(|a, b| b.0.total_cmp(&a.0));
    Gallery {
        title: title.to_owned(),
        examples: ranked
            .into_iter()
            .take(EXAMPLES)
            .map(|(_, r)| example(r.case, said(r)))
            .collect(),
    }
}

fn said(r: &Read<'_>) -> String {
    format!(
        "{} {:.0} %, {:.0} years, minor {:.0} %",
        r.said_gender().as_str(),
        100.0 * r.gender_confidence(),
        r.reading.years,
        100.0 * r.reading.minor
    )
}

fn example(case: &FaceCase, said: String) -> Example {
    let age = if case.age.exact {
        format!("{} years", case.age.years)
    } else {
        crate::eval::labels::BIN_NAMES[case.age.bin].to_owned()
    };
    Example {
        file: case.file.clone(),
        line: case.line,
        truth: format!("{}, {age}", case.gender.as_str()),
        said,
        place: case.place,
        picture: None,
    }
}
