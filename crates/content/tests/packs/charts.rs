//! Size charts: what one gives, and what is said about a wrong one.

use crate::sample::{FIT, Pack};
use cheval_content::{Problem, Severity, load_pack, write_fit};
use cheval_domain::size_chart::Measure;

const FILE: &str = "garments/TEE-1.fit.toml";
const STOCK: &str = r#"sizes = [{ size = "M", here = 3, warehouse = 10 }]"#;
const STOCK_OF_TWO: &str = r#"sizes = [{ size = "S", here = 0, warehouse = 1 }, { size = "M", here = 3, warehouse = 10 }]"#;
const CHART: &str = r#"
[chart]
shown = "M"
sizes = [
  { size = "S", chest = 98.0, length = 69.0 },
  { size = "M", chest = 104.0, length = 71.5 },
]
"#;

fn pack() -> Pack {
    let pack = Pack::new();
    pack.change("pack.toml", STOCK, STOCK_OF_TWO);
    pack.write(FILE, format!("{FIT}{CHART}"));
    pack
}

#[test]
fn a_garment_gets_its_chart_and_its_stretch() {
    let loaded = load_pack(pack().dir()).unwrap();
    let fit = loaded.catalogue.garments[0].fit.as_ref().unwrap();
    let chart = fit.chart.as_ref().unwrap();
    assert_eq!(chart.shown, "M");
    let small = chart.size("S").unwrap();
    assert_eq!(small.get(Measure::Chest), Some(98.0));
    assert_eq!(small.get(Measure::Hip), None);
    assert_eq!(write_fit(fit), format!("{FIT}{CHART}"), "written as read");
}

#[test]
fn wrong_charts_are_told_with_line_and_remedy() {
    // The chart's table, the line of its photographed size, its two sizes.
    let (table, shown, small, medium) = (21, 22, 24, 25);
    for (from, to, key, line, words) in [
        (
            "shown = \"M\"",
            "shown = \"L\"",
            "chart.shown",
            shown,
            "not in the chart",
        ),
        ("shown = \"M\"\n", "", "chart.shown", table, "missing"),
        (
            "chest = 104.0",
            "chest = 96",
            "chart.sizes",
            medium,
            "chest 96 after 98",
        ),
        (
            "chest = 98.0",
            "chest = 980",
            "chart.sizes",
            small,
            "no measure of a garment",
        ),
        (
            "chest = 98.0",
            "chest = nan",
            "chart.sizes[0].chest",
            small,
            "out of range",
        ),
        ("chest = 98.0, ", "", "chart.sizes", small, "has no `chest`"),
        (
            "chest = 98.0",
            "chest = 98.0, head = 57",
            "chart.sizes",
            small,
            "a t_shirt has not",
        ),
        (
            "size = \"S\"",
            "size = \"M\"",
            "chart.sizes",
            medium,
            "twice",
        ),
        ("stretch = 0.02", "stretch = 4", "stretch", 5, "0 to 1"),
        (
            "chest = 98.0",
            "bust = 98.0",
            "chart.sizes[0].bust",
            small,
            "unknown",
        ),
        (
            "chest = 98.0",
            "chest = \"98\"",
            "chart.sizes[0].chest",
            small,
            "expected a number",
        ),
    ] {
        let pack = pack();
        pack.change(FILE, from, to);
        let problems = pack.problems();
        let named = |p: &&Problem| p.key == key && p.to_string().contains(words);
        let problem = problems.iter().find(named);
        let problem = problem.unwrap_or_else(|| panic!("{key} {words}: {problems:#?}"));
        assert_eq!(problem.severity, Severity::Error, "{problem}");
        assert_eq!(
            (problem.file.as_str(), problem.line),
            (FILE, Some(line)),
            "{problem}"
        );
        assert!(!problem.mend.is_empty(), "{problem}");
    }
}

#[test]
fn chart_and_stock_name_the_same_sizes() {
    let told = |from, to| {
        let pack = pack();
        pack.change("pack.toml", from, to);
        let problems = pack.problems();
        assert_eq!(problems.len(), 1, "{problems:#?}");
        problems[0].to_string()
    };
    let gone = told(STOCK_OF_TWO, STOCK);
    assert!(
        gone.contains("garment TEE-1 has no size `S` in pack.toml"),
        "{gone}"
    );
    let more = told(
        "sizes = [",
        "sizes = [{ size = \"L\", here = 0, warehouse = 1 }, ",
    );
    assert!(
        more.contains("sold in size `L`, which is not in the chart"),
        "{more}"
    );
}
