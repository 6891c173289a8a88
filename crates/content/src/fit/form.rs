//! The form in which a fit is written: the same whoever writes it, so that a file saved twice is the same file.

use std::fmt::Write as _;

use cheval_domain::anchors::Fit;
use cheval_domain::size_chart::{Measure, SizeChart};

use super::anchors_of;

/// A fit as the text of `<sku>.fit.toml`.
#[must_use]
pub fn write(fit: &Fit) -> String {
    let mut text = format!(
        "cut = \"{}\"\naspect = {}\nopen = {}\nease = {}\nstretch = {}\n",
        fit.cut.as_str(),
        short(fit.aspect),
        fit.open,
        short(fit.ease),
        short(fit.stretch)
    );
    if !fit.neckline.is_empty() {
        let places = fit
            .neckline
            .iter()
            .map(|[x, y]| format!("[{}, {}]", short(*x), short(*y)));
        // Writing into a String cannot fail.
        _ = writeln!(
            text,
            "neckline = [{}]",
            places.collect::<Vec<_>>().join(", ")
        );
    }
    text.push_str("\n[anchors]\n");
    // In the order of the cut, from the neck down; what does not belong to it stands last.
    let mut order = anchors_of(fit.cut);
    let foreign = fit.anchors.keys().filter(|a| !order.contains(a)).copied();
    let foreign: Vec<_> = foreign.collect();
    order.extend(foreign);
    for anchor in order {
        if let Some([x, y]) = fit.at(anchor) {
            // Writing into a String cannot fail.
            _ = writeln!(text, "{} = [{}, {}]", anchor.as_str(), short(x), short(y));
        }
    }
    if let Some(chart) = &fit.chart {
        text.push_str(&written_chart(chart));
    }
    text
}

fn written_chart(chart: &SizeChart) -> String {
    let quoted = |size: &str| toml::Value::from(size).to_string();
    let mut text = format!("\n[chart]\nshown = {}\nsizes = [\n", quoted(&chart.shown));
    for row in &chart.sizes {
        let measures = Measure::ALL.into_iter().filter_map(|measure| {
            let cm = row.get(measure)?;
            Some(format!(", {} = {}", measure.as_str(), short(cm)))
        });
        // Writing into a String cannot fail.
        _ = writeln!(
            text,
            "  {{ size = {}{} }},",
            quoted(&row.size),
            measures.collect::<String>()
        );
    }
    text.push_str("]\n");
    text
}

/// At most four decimals: a tenth of a pixel of the largest picture. Always with a point, as TOML wants of fractions.
fn short(number: f32) -> String {
    let text = format!("{number:.4}");
    let text = text.trim_end_matches('0');
    if text.ends_with('.') {
        format!("{text}0")
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cheval_domain::anchors::{Anchor, Cut, Side};
    use cheval_domain::size_chart::CutSize;

    #[test]
    fn a_fit_is_written_from_the_neck_down() {
        let fit = Fit {
            cut: Cut::Hat,
            aspect: 1.5,
            open: false,
            ease: 0.1,
            stretch: Fit::WOVEN_STRETCH,
            anchors: [
                (Anchor::Brim(Side::Right), [0.125_04, 1.0]),
                (Anchor::Crown, [0.5, 0.0]),
                (Anchor::Brim(Side::Left), [0.875, 0.9]),
            ]
            .into(),
            neckline: vec![[0.25, 0.5], [0.75, 0.5]],
            chart: Some(SizeChart {
                shown: "57".to_owned(),
                sizes: vec![CutSize {
                    size: "57".to_owned(),
                    head: Some(57.5),
                    ..CutSize::default()
                }],
            }),
        };
        let text = write(&fit);
        assert_eq!(
            text,
            "cut = \"hat\"\naspect = 1.5\nopen = false\nease = 0.1\nstretch = 0.02\nneckline = [[0.25, 0.5], [0.75, 0.5]]\n\n[anchors]\ncrown = [0.5, 0.0]\nbrim_left = [0.875, 0.9]\nbrim_right = [0.125, 1.0]\n\n[chart]\nshown = \"57\"\nsizes = [\n  { size = \"57\", head = 57.5 },\n]\n"
        );
        let again: Fit = toml::from_str(&text).unwrap();
        assert_eq!(again.chart, fit.chart);
        assert_eq!(write(&again), text);
    }
}
