//! Figures, tables, matrices and curves of a face evaluation: faces found, gender, age. Pure.

use cheval_domain::observation::Gender;

use super::groups::groups;
use super::minor::minor;
use super::{FaceCase, FaceReading, FaceRules, Found};
use crate::eval::labels::{BIN_NAMES, FIRST_ADULT};
use crate::eval::metrics::{Confusion, Mean, Share, calibration, coverage, coverage_at};
use crate::eval::report::{
    Axis, Chart, Column, Figure, Mark, Matrix, Section, Series, Table, TableRow, Unit,
};

/// A labelled face that was read.
#[derive(Clone, Copy)]
pub(super) struct Read<'a> {
    pub(super) case: &'a FaceCase,
    pub(super) reading: &'a FaceReading,
}

impl Read<'_> {
    pub(super) fn adult(&self) -> bool {
        self.case.age.bin >= FIRST_ADULT
    }

    pub(super) fn years_off(&self) -> f64 {
        (self.reading.years - self.case.age.years).abs()
    }

    pub(super) fn said_bin(&self) -> usize {
        let age = &self.reading.age;
        (0..age.len()).fold(0, |best, k| if age[k] > age[best] { k } else { best })
    }

    fn bin_confidence(&self) -> f64 {
        self.reading.age[self.said_bin()]
    }

    fn exact_bin(&self) -> bool {
        self.said_bin() == self.case.age.bin
    }

    fn within_one_bin(&self) -> bool {
        self.said_bin().abs_diff(self.case.age.bin) <= 1
    }

    pub(super) fn said_gender(&self) -> Gender {
        if self.reading.female >= 0.5 {
            Gender::Female
        } else {
            Gender::Male
        }
    }

    pub(super) fn gender_confidence(&self) -> f64 {
        self.reading.female.max(1.0 - self.reading.female)
    }

    pub(super) fn gender_right(&self) -> bool {
        self.said_gender() == self.case.gender
    }
}

pub(super) fn read_of(cases: &[FaceCase]) -> Vec<Read<'_>> {
    cases
        .iter()
        .filter_map(|case| {
            let reading = case.reading.as_ref()?;
            Some(Read { case, reading })
        })
        .collect()
}

pub(super) fn all(cases: &[FaceCase], rules: FaceRules) -> Vec<Section> {
    let read = read_of(cases);
    let mut sections = vec![
        found(cases),
        gender(&read, rules),
        age(&read),
        minor(&read, rules),
    ];
    sections.extend(groups(&read, rules));
    sections
}

fn found(cases: &[FaceCase]) -> Section {
    let count = |found: Found| cases.iter().filter(|c| c.found == found).count();
    let share = |wanted: &dyn Fn(&FaceCase) -> bool| cases.iter().map(wanted).collect::<Share>();
    let mut section = Section::new("found", "Faces found", "");
    section.figures = vec![
        Figure::share(
            "found.share",
            "Faces found",
            share(&|c| c.found != Found::No),
        ),
        Figure::share(
            "found.directly",
            "Found without a border",
            share(&|c| c.found == Found::Directly),
        ),
        Figure::number(
            "found.missed",
            "Faces not found",
            Some(count(Found::No) as f64),
            Unit::Count,
            cases.len() as u64,
        ),
    ];
    section
}

pub(super) fn gender_answers(read: &[Read<'_>]) -> Vec<(f64, bool)> {
    read.iter()
        .map(|r| (r.gender_confidence(), r.gender_right()))
        .collect()
}

fn adults<'a>(read: &[Read<'a>]) -> Vec<Read<'a>> {
    read.iter().copied().filter(Read::adult).collect()
}

fn gender(read: &[Read<'_>], rules: FaceRules) -> Section {
    let adults = adults(read);
    let (answers, of_adults) = (gender_answers(read), gender_answers(&adults));
    let right =
        |answers: &[(f64, bool)]| answers.iter().map(|&(_, right)| right).collect::<Share>();
    let (answered, accuracy) = coverage_at(&answers, rules.gender);
    let (adults_answered, adults_accuracy) = coverage_at(&of_adults, rules.gender);
    let reliability = calibration(&answers);
    let mut section = Section::new(
        "gender",
        "Gender",
        "How a face appears, female or male, against the label.",
    );
    section.figures = vec![
        Figure::share("gender.accuracy", "Gender right, all ages", right(&answers)),
        Figure::share(
            "gender.accuracy_20",
            "Gender right, 20 and over",
            right(&of_adults),
        ),
        Figure::share(
            "gender.answered",
            "Answered at the shipped threshold",
            answered,
        ),
        Figure::share("gender.answered_accuracy", "Right when answered", accuracy),
        Figure::share(
            "gender.answered_20",
            "Answered, 20 and over",
            adults_answered,
        ),
        Figure::share(
            "gender.answered_accuracy_20",
            "Right when answered, 20 and over",
            adults_accuracy,
        ),
        Figure::number(
            "gender.ece",
            "Calibration error (ECE)",
            reliability.ece,
            Unit::Ratio,
            reliability.count,
        ),
    ];
    section.matrices = vec![gender_matrix(read, rules)];
    section.charts = vec![
        reliability_chart(
            "Calibration of gender",
            vec![Series::calibration("all ages", &reliability)],
        ),
        Chart {
            title: "Abstention: gender right against share answered".to_owned(),
            note: "From right to left fewer, surer answers. The dots are the shipped threshold."
                .to_owned(),
            x: Axis::new("share answered", 0.0, 1.0),
            y: Axis::new("share right", 0.8, 1.0),
            diagonal: false,
            series: vec![
                abstention("all ages", &answers),
                abstention("20 and over", &of_adults),
            ],
            marks: [
                ("all", answered, accuracy),
                ("20+", adults_answered, adults_accuracy),
            ]
            .into_iter()
            .filter_map(|(label, x, y)| Some(Mark::new(label, x.value()?, y.value()?)))
            .collect(),
        },
    ];
    section
}

fn abstention(label: &str, answers: &[(f64, bool)]) -> Series {
    Series::line(
        label,
        coverage(answers).iter().map(|p| [p.answered, p.accuracy]),
    )
}

pub(super) fn reliability_chart(title: &str, series: Vec<Series>) -> Chart {
    Chart {
        title: title.to_owned(),
        note: "On the line, what is said with a confidence comes true as often. Larger dots stand for more cases.".to_owned(),
        x: Axis::new("confidence", 0.0, 1.0),
        y: Axis::new("share that came true", 0.0, 1.0),
        diagonal: true,
        series,
        marks: Vec::new(),
    }
}

fn gender_matrix(read: &[Read<'_>], rules: FaceRules) -> Matrix {
    let mut confusion = Confusion::new(&["female", "male"], &["unknown"]);
    let place = |gender| usize::from(gender == Gender::Male);
    for r in read {
        let said = if r.gender_confidence() >= rules.gender {
            place(r.said_gender())
        } else {
            2
        };
        confusion.add(place(r.case.gender), said);
    }
    Matrix::new("Gender at the shipped threshold", &confusion)
}

fn age(read: &[Read<'_>]) -> Section {
    let off: Mean = read.iter().map(Read::years_off).collect();
    let bins: Vec<(f64, bool)> = read
        .iter()
        .map(|r| (r.bin_confidence(), r.exact_bin()))
        .collect();
    let reliability = calibration(&bins);
    let share = |hit: fn(&Read<'_>) -> bool| read.iter().map(hit).collect::<Share>();
    let mut confusion = Confusion::new(&BIN_NAMES, &[]);
    read.iter()
        .for_each(|r| confusion.add(r.case.age.bin, r.said_bin()));
    let mut section = Section::new(
        "age",
        "Age",
        "Mean age in years, and the most probable of nine bins.",
    );
    section.figures = vec![
        Figure::number(
            "age.mae",
            "Mean error, years",
            off.value(),
            Unit::Years,
            off.of,
        ),
        Figure::share("age.exact_bin", "Bin right", share(|r| r.exact_bin())),
        Figure::share(
            "age.one_off",
            "Within one bin",
            share(|r| r.within_one_bin()),
        ),
        Figure::number(
            "age.ece",
            "Calibration error of the bin (ECE)",
            reliability.ece,
            Unit::Ratio,
            reliability.count,
        ),
    ];
    section.tables = vec![by_bin(read), by_gender(read)];
    section.matrices = vec![Matrix::new("Age bins", &confusion)];
    section.charts = vec![reliability_chart(
        "Calibration of the age bin",
        vec![Series::calibration("all ages", &reliability)],
    )];
    section
}

fn by_bin(read: &[Read<'_>]) -> Table {
    let rows = BIN_NAMES.iter().enumerate().filter_map(|(bin, name)| {
        let of_bin: Vec<_> = read
            .iter()
            .copied()
            .filter(|r| r.case.age.bin == bin)
            .collect();
        let gender = |wanted: Gender| {
            let right = of_bin
                .iter()
                .filter(|r| r.case.gender == wanted)
                .map(Read::gender_right);
            right.collect::<Share>().value()
        };
        let share = |hit: fn(&Read<'_>) -> bool| of_bin.iter().map(hit).collect::<Share>().value();
        (!of_bin.is_empty()).then(|| {
            TableRow::new(
                name,
                vec![
                    Some(of_bin.len() as f64),
                    of_bin.iter().map(Read::years_off).collect::<Mean>().value(),
                    of_bin
                        .iter()
                        .map(|r| r.reading.years - r.case.age.years)
                        .collect::<Mean>()
                        .value(),
                    share(|r| r.exact_bin()),
                    share(|r| r.within_one_bin()),
                    share(|r| r.gender_right()),
                    gender(Gender::Female),
                    gender(Gender::Male),
                ],
            )
        })
    });
    Table {
        key: "age_bins".to_owned(),
        title: "By age".to_owned(),
        rows_are: "Labelled age".to_owned(),
        columns: vec![
            Column::new("Faces", Unit::Count),
            Column::new("Mean error, years", Unit::Years),
            Column::new("Bias, years", Unit::Years),
            Column::new("Bin right", Unit::Share),
            Column::new("Within one bin", Unit::Share),
            Column::new("Gender right", Unit::Share),
            Column::new("of women", Unit::Share),
            Column::new("of men", Unit::Share),
        ],
        rows: rows.collect(),
    }
}

fn by_gender(read: &[Read<'_>]) -> Table {
    let rows = [(Gender::Female, "female"), (Gender::Male, "male")].map(|(gender, name)| {
        let of: Vec<_> = read
            .iter()
            .copied()
            .filter(|r| r.case.gender == gender)
            .collect();
        TableRow::new(name, common_cells(&of))
    });
    Table {
        key: "genders".to_owned(),
        title: "By gender".to_owned(),
        rows_are: "Labelled gender".to_owned(),
        columns: common_columns(),
        rows: rows.into(),
    }
}

pub(super) fn common_columns() -> Vec<Column> {
    vec![
        Column::new("Faces", Unit::Count),
        Column::new("Mean error, years", Unit::Years),
        Column::new("Within one bin", Unit::Share),
        Column::new("Gender right", Unit::Share),
        Column::new("20 and over", Unit::Share),
    ]
}

pub(super) fn common_cells(of: &[Read<'_>]) -> Vec<Option<f64>> {
    let share = |hit: fn(&Read<'_>) -> bool| of.iter().map(hit).collect::<Share>().value();
    vec![
        Some(of.len() as f64),
        of.iter().map(Read::years_off).collect::<Mean>().value(),
        share(|r| r.within_one_bin()),
        share(|r| r.gender_right()),
        adults(of)
            .iter()
            .map(Read::gender_right)
            .collect::<Share>()
            .value(),
    ]
}
