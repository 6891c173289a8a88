//! How a size of a garment is drawn. One camera knows no centimetres of a body, so no size can be advised: the size that the
//! picture shows sits as the cut means it to, and any other is drawn broader and longer by what the chart says.

use cheval_domain::anchors::{Cut, Fit};
use cheval_domain::size_chart::{CutSize, Measure};

use crate::girth::Girth;
use crate::skeleton::Skeleton;

/// A size is drawn at most so much narrower or broader, shorter or longer than the one shown.
const LIMITS: (f32, f32) = (0.75, 1.35);
/// Sleeves and trouser legs follow the length only so far: wrist and floor stay where they are.
const ALONG_LIMBS: (f32, f32) = (0.9, 1.08);
/// Girth of chest, waist and hips of a body of mean proportions, metres (ANSUR II, 50th percentiles of both sexes).
const ROUND: [f32; 3] = [1.0, 0.9, 1.02];
const LEVELS: [Measure; 3] = [Measure::Chest, Measure::Waist, Measure::Hip];

/// How a garment sits where it is narrowest on the body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Sits {
    /// With air, or without having to stretch.
    Easily,
    /// Its cloth gives way to the body.
    Stretched,
    /// Narrower than its cloth can stretch: it could not be closed.
    Tight,
}

/// A size in relation to the one that the picture shows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sizing {
    /// So many times as broad.
    pub breadth: f32,
    /// So many times as long.
    pub length: f32,
    /// On this body, if the size shown fits it as the cut is meant to where the cut is sized.
    pub sits: Sits,
}

impl Sizing {
    /// The size that the picture shows.
    pub const AS_SHOWN: Self = Self {
        breadth: 1.0,
        length: 1.0,
        sits: Sits::Easily,
    };

    /// How much further sleeves and trouser legs reach.
    pub(crate) fn along_limbs(self) -> f32 {
        self.length.clamp(ALONG_LIMBS.0, ALONG_LIMBS.1)
    }
}

/// A garment in one of its sizes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SizedFit<'a> {
    /// The garment.
    pub fit: &'a Fit,
    /// The size.
    pub sizing: Sizing,
}

impl<'a> From<&'a Fit> for SizedFit<'a> {
    fn from(fit: &'a Fit) -> Self {
        Self {
            fit,
            sizing: Sizing::AS_SHOWN,
        }
    }
}

impl<'a> SizedFit<'a> {
    /// The garment in the chosen size on a body; without a choice or without its measures, in the size that the picture shows.
    #[must_use]
    pub fn of(fit: &'a Fit, chosen: Option<&str>, body: &Skeleton) -> Self {
        Self {
            fit,
            sizing: sizing(fit, chosen, &body.girth, body.scale).unwrap_or(Sizing::AS_SHOWN),
        }
    }
}

/// How the chosen size, or the one shown, is drawn; `None` when the chart says nothing about it.
#[must_use]
pub fn sizing(fit: &Fit, chosen: Option<&str>, girth: &Girth, scale: f32) -> Option<Sizing> {
    let chart = fit.chart.as_ref()?;
    let shown = chart.size(&chart.shown)?;
    let row = chart.size(chosen.unwrap_or(&chart.shown))?;
    let leading = *fit.cut.needed_measures().first()?;
    let factor = |measure| ratio(row.get(measure), shown.get(measure));
    let tightest = tightest(fit, row, shown, leading, girth, scale);
    let least = 1.0 / (1.0 + fit.stretch.max(0.0));
    let sits = match tightest {
        Some(air) if air < least => Sits::Tight,
        Some(air) if air < 1.0 => Sits::Stretched,
        _ => Sits::Easily,
    };
    let limited = |factor: f32| factor.clamp(LIMITS.0, LIMITS.1);
    Some(Sizing {
        // However small a size is, its cloth reaches round the body by stretching.
        breadth: limited(factor(leading)?).max(least / (1.0 + fit.ease.max(0.0))),
        length: factor(Measure::Length).map_or(1.0, limited),
        sits,
    })
}

/// Girth of the garment over that of the body where that is least; `None` for what is not worn round a trunk.
///
/// No girth of the body is known in centimetres. But the size shown fits the cut's own body with its ease where it is sized,
/// so this body's other girths follow from how broad it is there in comparison.
fn tightest(
    fit: &Fit,
    row: &CutSize,
    shown: &CutSize,
    leading: Measure,
    girth: &Girth,
    scale: f32,
) -> Option<f32> {
    if fit.open || matches!(fit.cut, Cut::Scarf | Cut::Hat | Cut::Glasses) {
        return None;
    }
    let mean = Girth::mean(scale).levels();
    let broad = |level: usize| girth.levels()[level].iter().sum::<f32>() / (2.0 * mean[level][0]);
    let at = LEVELS.iter().position(|measure| *measure == leading)?;
    let body_there = shown.get(leading)? / (1.0 + fit.ease.max(0.0));
    (0..LEVELS.len())
        .filter_map(|level| {
            let body = body_there * ROUND[level] / ROUND[at] * broad(level) / broad(at).max(1e-3);
            ratio(row.get(LEVELS[level]), Some(body))
        })
        .min_by(f32::total_cmp)
}

fn ratio(of: Option<f32>, to: Option<f32>) -> Option<f32> {
    let ratio = of? / to?;
    (ratio.is_finite() && ratio > 0.0).then_some(ratio)
}

#[cfg(test)]
mod tests {
    use cheval_domain::size_chart::SizeChart;

    use super::*;

    fn top(stretch: f32) -> Fit {
        let row = |size: &str, chest, waist, length| CutSize {
            size: size.to_owned(),
            chest: Some(chest),
            waist: Some(waist),
            length: Some(length),
            ..CutSize::default()
        };
        Fit {
            cut: Cut::TShirt,
            aspect: 1.0,
            open: false,
            ease: 0.05,
            stretch,
            anchors: std::collections::BTreeMap::new(),
            neckline: Vec::new(),
            chart: Some(SizeChart {
                shown: "M".to_owned(),
                sizes: vec![
                    row("XS", 84.0, 82.0, 66.0),
                    row("M", 100.0, 98.0, 70.0),
                    row("XXL", 124.0, 122.0, 77.0),
                ],
            }),
        }
    }

    fn of(fit: &Fit, size: &str) -> Sizing {
        sizing(fit, Some(size), &Girth::mean(1.0), 1.0).unwrap()
    }

    #[test]
    fn the_size_shown_is_drawn_as_it_is() {
        let fit = top(0.02);
        assert_eq!(of(&fit, "M"), Sizing::AS_SHOWN);
        assert_eq!(
            sizing(&fit, None, &Girth::mean(1.0), 1.0),
            Some(Sizing::AS_SHOWN)
        );
    }

    #[test]
    fn a_larger_size_is_broader_and_longer() {
        let fit = top(0.02);
        let large = of(&fit, "XXL");
        assert_eq!((large.breadth, large.length), (1.24, 1.1));
        assert_eq!(large.sits, Sits::Easily);
    }

    #[test]
    fn how_a_small_size_sits_is_a_matter_of_its_cloth() {
        let (woven, knitted) = (top(0.02), top(0.35));
        assert_eq!(of(&woven, "XS").sits, Sits::Tight);
        assert_eq!(of(&knitted, "XS").sits, Sits::Stretched);
        assert!(of(&woven, "XS").breadth > of(&knitted, "XS").breadth);
    }

    #[test]
    fn a_body_with_a_broad_waist_is_tight_there_first() {
        let fit = top(0.02);
        let mut girth = Girth::mean(1.0);
        girth.waist = girth.waist.map(|half| half * 1.4);
        let sits = |size| sizing(&fit, Some(size), &girth, 1.0).unwrap().sits;
        assert_eq!((sits("M"), sits("XXL")), (Sits::Tight, Sits::Easily));
    }

    #[test]
    fn what_the_chart_does_not_know_is_drawn_as_shown() {
        let fit = top(0.02);
        assert_eq!(sizing(&fit, Some("7"), &Girth::mean(1.0), 1.0), None);
        let without = Fit { chart: None, ..fit };
        assert_eq!(sizing(&without, Some("M"), &Girth::mean(1.0), 1.0), None);
    }
}
