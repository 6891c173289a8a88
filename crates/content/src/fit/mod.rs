//! How a garment is put on, as a file beside its picture: read, checked, and every problem told with file, anchor and what
//! to do. Knows the form; what makes a fit wrong is in `cheval_domain::anchors`.

mod chart;
mod form;

use std::collections::BTreeMap;
use std::path::Path;

use cheval_domain::anchors::{Anchor, Cut, Fit, FitProblem};
use cheval_domain::observation::WornCategory;

use crate::problem::{Problem, Sink, did_you_mean};
use crate::reader::{Placed, Table};
use crate::source::Source;
use crate::wording::clip;
pub use form::write as write_fit;

/// Largest fit file, bytes; a full one has about two thousand.
const FIT_CAP: u64 = 64 << 10;
/// How far the stated shape may be from the picture's.
const ASPECT_SLACK: f32 = 0.01;

/// A fit with the lines it stands on.
#[derive(Debug)]
pub(crate) struct FitFile {
    pub(crate) fit: Fit,
    chart: Option<chart::Lines>,
    name: String,
    cut_line: usize,
    aspect_line: usize,
}

/// The fit of a picture lies beside it: `garments/tee.png` → `garments/tee.fit.toml`.
pub(crate) fn beside(picture: &str) -> String {
    let folders = picture.rfind('/').map_or(0, |at| at + 1);
    let stem = picture[folders..]
        .rfind('.')
        .map_or(picture, |at| &picture[..folders + at]);
    format!("{stem}.fit.toml")
}

/// Reads the fit `name` inside `root` and reports everything that is wrong with it; `None` when it cannot be used.
pub(crate) fn read(root: &Path, name: &str, sink: &Sink) -> Option<FitFile> {
    let source = Source::read_within(root, name, FIT_CAP, sink)?;
    let parsed = source.parse(sink)?;
    let table = Table::root(&source, &parsed, sink);
    let words: Vec<&str> = Cut::ALL.iter().map(|cut| cut.as_str()).collect();
    let cut = table.word::<Cut>("cut", &words);
    let aspect = table.number("aspect", 0.1..=10.0);
    let open = table.optional_flag("open").is_some_and(|o| o.value);
    let ease = table.optional_number("ease", 0.0..=1.0);
    let stretch = table.optional_number("stretch", 0.0..=1.0);
    let neckline = table.optional_line("neckline");
    let chart = chart::Lines::read(&table);
    let anchors = table.table("anchors");
    let places = anchors.as_ref().map(|a| read_anchors(a, cut, sink));
    table.done();
    let (cut, aspect, places) = (cut?, aspect?, places?);
    let fit = Fit {
        cut: cut.value,
        aspect: single(aspect.value),
        open,
        ease: ease.map_or(Fit::REGULAR_EASE, |e| single(e.value)),
        anchors: places.iter().map(|(a, p)| (*a, p.value)).collect(),
        neckline: neckline.as_ref().map_or_else(Vec::new, |line| {
            line.value.iter().map(|at| at.map(single)).collect()
        }),
        stretch: stretch.map_or(Fit::WOVEN_STRETCH, |s| single(s.value)),
        chart: chart.as_ref().map(|lines| lines.chart.clone()),
    };
    let line_of = |problem: &FitProblem| match problem {
        FitProblem::Ease(_) => ease.map(|e| e.line),
        FitProblem::Stretch(_) => stretch.map(|s| s.line),
        FitProblem::Chart(problem) => chart.as_ref().map(|lines| lines.of(problem)),
        FitProblem::Aspect(_) => Some(aspect.line),
        FitProblem::Neckline | FitProblem::NecklineBackwards => {
            neckline.as_ref().map(|line| line.line)
        }
        _ => anchor_of(problem)
            .and_then(|a| places.get(&a))
            .map(|p| p.line)
            .or_else(|| anchors.as_ref().map(Table::line)),
    };
    let wrong = fit.problems();
    for problem in &wrong {
        sink.push(told(name, line_of(problem), problem));
    }
    wrong.is_empty().then(|| FitFile {
        fit,
        chart,
        name: name.to_owned(),
        cut_line: cut.line,
        aspect_line: aspect.line,
    })
}

fn read_anchors(
    table: &Table<'_>,
    cut: Option<Placed<Cut>>,
    sink: &Sink,
) -> BTreeMap<Anchor, Placed<[f32; 2]>> {
    let known: Vec<&str> = match cut {
        Some(cut) => anchors_of(cut.value),
        None => Anchor::ALL.to_vec(),
    }
    .into_iter()
    .map(Anchor::as_str)
    .collect();
    let mut anchors = BTreeMap::new();
    for (word, [x, y]) in table.points() {
        match Anchor::named(word.value) {
            Some(anchor) => {
                let value = [single(x), single(y)];
                let line = word.line;
                anchors.insert(anchor, Placed { value, line });
            }
            None => {
                let what = format!("there is no anchor `{}`", clip(word.value));
                sink.push(
                    table
                        .error(&clip(word.value), word.line, what)
                        .mend(did_you_mean(word.value, &known)),
                );
            }
        }
    }
    anchors
}

/// All anchors that a cut can have, those it needs first.
pub(crate) fn anchors_of(cut: Cut) -> Vec<Anchor> {
    let mut anchors = cut.required();
    anchors.extend(cut.optional());
    anchors
}

/// The anchor that a problem is about.
#[must_use]
pub fn anchor_of(problem: &FitProblem) -> Option<Anchor> {
    match *problem {
        FitProblem::Missing { anchor, .. }
        | FitProblem::Foreign { anchor, .. }
        | FitProblem::Outside { anchor, .. } => Some(anchor),
        FitProblem::Half { has, .. } => Some(has),
        FitProblem::Exchanged { left, .. } => Some(left),
        FitProblem::UpsideDown { lower, .. } => Some(lower),
        FitProblem::Ease(_)
        | FitProblem::Stretch(_)
        | FitProblem::Chart(_)
        | FitProblem::Aspect(_)
        | FitProblem::Neckline
        | FitProblem::NecklineBackwards => None,
    }
}

fn told(name: &str, line: Option<usize>, problem: &FitProblem) -> Problem {
    let key = match problem {
        FitProblem::Ease(_) => "ease".to_owned(),
        FitProblem::Stretch(_) => "stretch".to_owned(),
        FitProblem::Chart(problem) => chart::key(problem),
        FitProblem::Aspect(_) => "aspect".to_owned(),
        FitProblem::Neckline | FitProblem::NecklineBackwards => "neckline".to_owned(),
        _ => anchor_of(problem).map_or_else(String::new, |a| format!("anchors.{}", a.as_str())),
    };
    let mend = match problem {
        FitProblem::Missing { anchor, .. } => format!(
            "add `{} = [across, down]`, or drag it into place with `cheval-pack garment edit`",
            anchor.as_str()
        ),
        FitProblem::Foreign { .. } => "delete the line, or correct `cut`".to_owned(),
        FitProblem::Half { has, lacks } => {
            format!("add `{}` or delete `{}`", lacks.as_str(), has.as_str())
        }
        FitProblem::Outside { .. } | FitProblem::UpsideDown { .. } => {
            "move it with `cheval-pack garment edit`".to_owned()
        }
        FitProblem::Exchanged { left, right } => {
            format!("exchange `{}` and `{}`", left.as_str(), right.as_str())
        }
        FitProblem::NecklineBackwards => "write its places in the other order".to_owned(),
        FitProblem::Neckline => "keep every place between 0 and 1, or delete the line".to_owned(),
        FitProblem::Ease(_) => "write 0.1 for a regular cut".to_owned(),
        FitProblem::Stretch(_) => "write 0.02 for woven cloth, 0.35 for rib knit".to_owned(),
        FitProblem::Chart(problem) => chart::mend(problem),
        FitProblem::Aspect(_) => {
            "write the picture's width divided by its height; a long narrow picture needs a margin"
                .to_owned()
        }
    };
    Problem::error(name, line, key, problem.to_string()).mend(mend)
}

impl FitFile {
    /// The cut must be one of the garment's category.
    pub(crate) fn check_category(&self, category: WornCategory, asked_by: &str, sink: &Sink) {
        let cuts = cuts_of(category);
        if cuts.contains(&self.fit.cut) {
            return;
        }
        let words: Vec<&str> = cuts.iter().map(|c| c.as_str()).collect();
        let what = format!(
            "{asked_by} is listed as `{}` in pack.toml, but is cut as a `{}`",
            category.as_str(),
            self.fit.cut.as_str()
        );
        sink.push(
            Problem::error(&self.name, Some(self.cut_line), "cut", what)
                .because("it would be put on the wrong part of the shopper")
                .mend(format!(
                    "write `cut = \"{}\"` here, or correct the category",
                    words.join("\"` or `cut = \"")
                )),
        );
    }

    /// The chart and the stock must name the same sizes.
    pub(crate) fn check_sizes(&self, stocked: &[String], asked_by: &str, sink: &Sink) {
        if let Some(chart) = &self.chart {
            chart.check_stock(&self.name, stocked, asked_by, sink);
        }
    }

    /// The anchors must have been set on this picture.
    pub(crate) fn check_shape(&self, width: u32, height: u32, sink: &Sink) {
        let own = aspect(width, height);
        if ((self.fit.aspect - own) / own).abs() <= ASPECT_SLACK {
            return;
        }
        let what = format!(
            "the anchors were set on a picture of the shape {}, but the picture is {width} × {height} px: {own:.4}",
            self.fit.aspect
        );
        sink.push(
            Problem::error(&self.name, Some(self.aspect_line), "aspect", what)
                .because("they would sit in the wrong places")
                .mend("set them again with `cheval-pack garment edit`; saving corrects the shape"),
        );
    }
}

/// Width over height.
#[expect(clippy::cast_precision_loss, reason = "pictures are far below 2^24 px")]
pub(crate) fn aspect(width: u32, height: u32) -> f32 {
    width as f32 / height.max(1) as f32
}

/// What garments of a category are cut like.
fn cuts_of(category: WornCategory) -> &'static [Cut] {
    match category {
        WornCategory::TShirt => &[Cut::TShirt, Cut::Knitwear],
        WornCategory::Shirt => &[Cut::Shirt, Cut::TShirt],
        WornCategory::LongSleeve => &[Cut::Knitwear, Cut::TShirt, Cut::Shirt],
        WornCategory::Outerwear => &[Cut::Jacket, Cut::Coat, Cut::Knitwear],
        WornCategory::Dress => &[Cut::Dress],
        WornCategory::Trousers => &[Cut::Trousers],
        WornCategory::Shorts => &[Cut::Shorts],
        WornCategory::Skirt => &[Cut::Skirt],
        WornCategory::Scarf => &[Cut::Scarf],
        WornCategory::Hat => &[Cut::Hat],
        WornCategory::Glasses => &[Cut::Glasses],
        WornCategory::Top => &[Cut::TShirt, Cut::Shirt, Cut::Knitwear],
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "shares of a picture; single precision is plenty"
)]
fn single(number: f64) -> f32 {
    number as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fit_lies_beside_its_picture() {
        for (picture, fit) in [
            ("garments/tee.png", "garments/tee.fit.toml"),
            ("garments/TEE.1.png", "garments/TEE.1.fit.toml"),
            ("v1.2/tee", "v1.2/tee.fit.toml"),
            ("tee.webp", "tee.fit.toml"),
        ] {
            assert_eq!(beside(picture), fit);
        }
    }
}
