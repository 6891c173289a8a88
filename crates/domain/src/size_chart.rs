//! What a garment measures in each of its sizes. Data and checks only; how a size is drawn is in `cheval_tryon`.
//!
//! Measures are of the finished garment, not of a body, in centimetres. `chest`, `waist`, `hip` and `head` go round it, closed
//! and not stretched: twice the breadth laid flat.

use serde::{Deserialize, Serialize};

use crate::anchors::Cut;

/// A measure of a finished garment, centimetres.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Measure {
    /// Round it, under the arms.
    Chest,
    /// Round it, at the waist; of skirts and trousers, along the waistband.
    Waist,
    /// Round it, at the widest place below the waist.
    Hip,
    /// Round the inside of a hat.
    Head,
    /// Across a scarf; from hinge to hinge of glasses.
    Breadth,
    /// Of tops and dresses from the side of the neck to the hem, of skirts and trousers from waistband to hem along the
    /// outside, of scarves from end to end.
    Length,
}

impl Measure {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Chest,
        Self::Waist,
        Self::Hip,
        Self::Head,
        Self::Breadth,
        Self::Length,
    ];

    /// The word in files.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Chest => "chest",
            Self::Waist => "waist",
            Self::Hip => "hip",
            Self::Head => "head",
            Self::Breadth => "breadth",
            Self::Length => "length",
        }
    }

    /// Less or more than this, centimetres, is a slip of the pen.
    #[must_use]
    pub const fn sane(self) -> (f32, f32) {
        match self {
            Self::Chest => (50.0, 220.0),
            Self::Waist => (40.0, 220.0),
            Self::Hip => (50.0, 240.0),
            Self::Head => (45.0, 70.0),
            Self::Breadth => (8.0, 120.0),
            Self::Length => (15.0, 260.0),
        }
    }
}

impl Cut {
    /// The measure by which this cut is sized, and others that its chart needs.
    #[must_use]
    pub const fn needed_measures(self) -> &'static [Measure] {
        match self {
            Self::TShirt | Self::Shirt | Self::Knitwear | Self::Jacket | Self::Coat => {
                &[Measure::Chest, Measure::Length]
            }
            Self::Dress => &[
                Measure::Chest,
                Measure::Waist,
                Measure::Hip,
                Measure::Length,
            ],
            Self::Skirt | Self::Trousers | Self::Shorts => {
                &[Measure::Hip, Measure::Waist, Measure::Length]
            }
            Self::Scarf => &[Measure::Breadth, Measure::Length],
            Self::Hat => &[Measure::Head],
            Self::Glasses => &[Measure::Breadth],
        }
    }

    /// Measures that its chart may have as well.
    #[must_use]
    pub const fn further_measures(self) -> &'static [Measure] {
        match self {
            Self::TShirt | Self::Shirt | Self::Knitwear | Self::Jacket | Self::Coat => {
                &[Measure::Waist, Measure::Hip]
            }
            _ => &[],
        }
    }
}

/// One size.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CutSize {
    /// As printed on the label.
    pub size: String,
    /// See [`Measure::Chest`], and so on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chest: Option<f32>,
    /// See [`Measure::Waist`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waist: Option<f32>,
    /// See [`Measure::Hip`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hip: Option<f32>,
    /// See [`Measure::Head`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub head: Option<f32>,
    /// See [`Measure::Breadth`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub breadth: Option<f32>,
    /// See [`Measure::Length`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub length: Option<f32>,
}

impl CutSize {
    /// A measure, centimetres.
    #[must_use]
    pub const fn get(&self, measure: Measure) -> Option<f32> {
        match measure {
            Measure::Chest => self.chest,
            Measure::Waist => self.waist,
            Measure::Hip => self.hip,
            Measure::Head => self.head,
            Measure::Breadth => self.breadth,
            Measure::Length => self.length,
        }
    }

    /// Where a measure is kept.
    pub const fn slot(&mut self, measure: Measure) -> &mut Option<f32> {
        match measure {
            Measure::Chest => &mut self.chest,
            Measure::Waist => &mut self.waist,
            Measure::Hip => &mut self.hip,
            Measure::Head => &mut self.head,
            Measure::Breadth => &mut self.breadth,
            Measure::Length => &mut self.length,
        }
    }
}

/// All sizes of a garment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SizeChart {
    /// The size that the picture shows: others are drawn in relation to it.
    pub shown: String,
    /// From the smallest to the largest.
    pub sizes: Vec<CutSize>,
}

/// What is wrong with a size chart, in words for the merchandiser.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ChartProblem {
    /// The size of the picture is not among the sizes.
    #[error("the picture shows size `{shown}`, which is not in the chart")]
    NotShown {
        /// That size.
        shown: String,
    },
    /// A size is there twice.
    #[error("size `{size}` is in the chart twice")]
    Twice {
        /// That size.
        size: String,
    },
    /// A measure that the cut needs is not there.
    #[error("size `{size}` has no `{}`; a {} needs it", .measure.as_str(), .cut.as_str())]
    Missing {
        /// The size.
        size: String,
        /// The measure.
        measure: Measure,
        /// What needs it.
        cut: Cut,
    },
    /// A measure that the cut has not.
    #[error("size `{size}` has `{}`, which a {} has not", .measure.as_str(), .cut.as_str())]
    Foreign {
        /// The size.
        size: String,
        /// The measure.
        measure: Measure,
        /// What has it not.
        cut: Cut,
    },
    /// No garment measures that.
    #[error("size `{size}`: {} = {cm} is no measure of a garment in centimetres", .measure.as_str())]
    Absurd {
        /// The size.
        size: String,
        /// The measure.
        measure: Measure,
        /// What it says.
        cm: f32,
    },
    /// A larger size is smaller.
    #[error("size `{size}` is smaller than the one before it: {} {cm} after {before}", .measure.as_str())]
    Shrinks {
        /// The later size.
        size: String,
        /// In this measure.
        measure: Measure,
        /// What it says.
        cm: f32,
        /// What the size before says.
        before: f32,
    },
}

impl ChartProblem {
    /// The size that it is about.
    #[must_use]
    pub fn size(&self) -> Option<&str> {
        match self {
            Self::NotShown { .. } => None,
            Self::Twice { size }
            | Self::Missing { size, .. }
            | Self::Foreign { size, .. }
            | Self::Absurd { size, .. }
            | Self::Shrinks { size, .. } => Some(size),
        }
    }
}

impl SizeChart {
    /// One size of it.
    #[must_use]
    pub fn size(&self, size: &str) -> Option<&CutSize> {
        self.sizes.iter().find(|row| row.size == size)
    }

    /// Everything that is wrong with it as the chart of a cut.
    #[must_use]
    pub fn problems(&self, cut: Cut) -> Vec<ChartProblem> {
        let mut found = Vec::new();
        if self.size(&self.shown).is_none() {
            found.push(ChartProblem::NotShown {
                shown: self.shown.clone(),
            });
        }
        for (k, row) in self.sizes.iter().enumerate() {
            if self
                .sizes
                .iter()
                .take(k)
                .any(|other| other.size == row.size)
            {
                found.push(ChartProblem::Twice {
                    size: row.size.clone(),
                });
            }
            let before = k.checked_sub(1).and_then(|k| self.sizes.get(k));
            found.extend(
                Measure::ALL
                    .into_iter()
                    .filter_map(|m| wrong(row, before, m, cut)),
            );
        }
        found
    }
}

fn wrong(
    row: &CutSize,
    before: Option<&CutSize>,
    measure: Measure,
    cut: Cut,
) -> Option<ChartProblem> {
    let needed = cut.needed_measures().contains(&measure);
    let size = row.size.clone();
    let Some(cm) = row.get(measure) else {
        return needed.then_some(ChartProblem::Missing { size, measure, cut });
    };
    if !needed && !cut.further_measures().contains(&measure) {
        return Some(ChartProblem::Foreign { size, measure, cut });
    }
    let (least, most) = measure.sane();
    if !(least..=most).contains(&cm) {
        return Some(ChartProblem::Absurd { size, measure, cm });
    }
    let before = before?.get(measure)?;
    (cm < before).then_some(ChartProblem::Shrinks {
        size,
        measure,
        cm,
        before,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chart() -> SizeChart {
        let row = |size: &str, chest, length| CutSize {
            size: size.to_owned(),
            chest: Some(chest),
            length: Some(length),
            ..CutSize::default()
        };
        SizeChart {
            shown: "M".to_owned(),
            sizes: vec![
                row("S", 98.0, 69.0),
                row("M", 104.0, 71.0),
                row("L", 110.0, 73.0),
            ],
        }
    }

    #[test]
    fn a_sound_chart_has_no_problem() {
        assert_eq!(chart().problems(Cut::TShirt), []);
        assert_eq!(chart().size("L").and_then(|row| row.chest), Some(110.0));
    }

    #[test]
    fn every_cut_has_a_measure_by_which_it_is_sized() {
        for cut in Cut::ALL {
            assert!(!cut.needed_measures().is_empty(), "{cut:?}");
        }
    }

    #[test]
    fn wrong_charts_are_told() {
        let told = |change: fn(&mut SizeChart), cut| {
            let mut chart = chart();
            change(&mut chart);
            let told: Vec<_> = chart
                .problems(cut)
                .iter()
                .map(ToString::to_string)
                .collect();
            told.join("; ")
        };
        for (change, words) in [
            (
                (|c| c.shown = "XS".to_owned()) as fn(&mut SizeChart),
                "shows size `XS`",
            ),
            (
                |c| c.sizes[1].size = "S".to_owned(),
                "`S` is in the chart twice",
            ),
            (|c| c.sizes[0].length = None, "`S` has no `length`"),
            (|c| c.sizes[0].head = Some(57.0), "a t_shirt has not"),
            (|c| c.sizes[2].chest = Some(1100.0), "chest = 1100"),
            (|c| c.sizes[2].chest = Some(f32::NAN), "chest = NaN"),
            (|c| c.sizes[2].chest = Some(100.0), "chest 100 after 104"),
        ] {
            let told = told(change, Cut::TShirt);
            assert!(told.contains(words), "`{words}` is not in: {told}");
        }
    }
}
