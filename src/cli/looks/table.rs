//! The table of all looks, and what stands below it.

use std::path::Path;

use super::measure::{Motion, Still};

/// One garment on one person.
#[derive(Debug, Clone, Default)]
pub(super) struct Line {
    pub(super) person: String,
    pub(super) garment: String,
    pub(super) shown: bool,
    /// What the shopper was asked to do instead.
    pub(super) guide: String,
    pub(super) still: Still,
    pub(super) motion: Motion,
    /// From the camera picture in memory to its drawing, milliseconds.
    pub(super) delay_ms: u64,
}

const HEAD: [&str; 10] = [
    "person",
    "garment",
    "shown",
    "guide",
    "leak_percent",
    "damage_percent",
    "flicker_px",
    "swim_px",
    "pictures",
    "delay_ms",
];

/// Writes `metrics.csv`; cells that were not measured are empty.
pub(super) fn write(file: &Path, lines: &[Line]) -> csv::Result<()> {
    let mut table = csv::Writer::from_path(file)?;
    table.write_record(HEAD)?;
    for line in lines {
        let Still { leak, damage } = line.still;
        let moved = line.shown && line.motion.pictures > 0;
        let cell = |value: Option<f32>| value.map_or(String::new(), |v| format!("{v:.2}"));
        table.write_record([
            line.person.clone(),
            line.garment.clone(),
            line.shown.to_string(),
            line.guide.clone(),
            cell(leak.filter(|_| line.shown)),
            cell(line.shown.then_some(damage)),
            cell(moved.then_some(line.motion.flicker)),
            cell(moved.then_some(line.motion.swim)),
            line.motion.pictures.to_string(),
            line.delay_ms.to_string(),
        ])?;
    }
    table.flush()?;
    Ok(())
}

/// Means and the worst, in a few lines.
pub(super) fn summary(lines: &[Line]) -> String {
    let shown: Vec<&Line> = lines.iter().filter(|line| line.shown).collect();
    let of = |value: &dyn Fn(&Line) -> Option<f32>| -> Vec<(f32, &Line)> {
        shown
            .iter()
            .filter_map(|line| Some((value(line)?, *line)))
            .collect()
    };
    let moved = |line: &Line, value: f32| (line.motion.pictures > 0).then_some(value);
    let rows = [
        ("leak, % of the worn garment", of(&|line| line.still.leak)),
        (
            "damage, % around the person",
            of(&|line| Some(line.still.damage)),
        ),
        (
            "flicker at rest, px",
            of(&|line| moved(line, line.motion.flicker)),
        ),
        (
            "swim while walking, px",
            of(&|line| moved(line, line.motion.swim)),
        ),
        (
            "camera picture to drawing, ms",
            of(&|line| Some(line.delay_ms as f32)),
        ),
    ];
    let mut text = format!("{} of {} looks shown", shown.len(), lines.len());
    for (name, values) in rows {
        let Some((worst, line)) = values.iter().max_by(|a, b| a.0.total_cmp(&b.0)) else {
            continue;
        };
        let mean = values.iter().map(|(v, _)| v).sum::<f32>() / values.len() as f32;
        let (garment, person) = (&line.garment, &line.person);
        text += &format!(
            "\n{name}: {mean:.2} on the mean, {worst:.2} at worst ({garment} on {person})"
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(garment: &str, leak: Option<f32>) -> Line {
        Line {
            person: "anna".into(),
            garment: garment.into(),
            shown: true,
            still: Still { leak, damage: 0.5 },
            delay_ms: 12,
            ..Line::default()
        }
    }

    #[test]
    fn what_was_not_measured_stays_empty() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("metrics.csv");
        let hidden = Line {
            person: "a, b".into(),
            shown: false,
            guide: "step-back".into(),
            ..line("coat", None)
        };
        write(&file, &[line("tee", Some(1.234)), hidden]).unwrap();
        let text = std::fs::read_to_string(&file).unwrap();
        let lines: Vec<&str> = text.lines().skip(1).collect();
        assert_eq!(lines[0], "anna,tee,true,,1.23,0.50,,,0,12");
        assert_eq!(lines[1], "\"a, b\",coat,false,step-back,,,,,0,12");
    }

    #[test]
    fn the_summary_names_the_worst() {
        let text = summary(&[
            line("tee", Some(1.0)),
            line("coat", Some(3.0)),
            line("hat", None),
        ]);
        assert!(text.contains("3 of 3 looks shown"), "{text}");
        assert!(
            text.contains("2.00 on the mean, 3.00 at worst (coat on anna)"),
            "{text}"
        );
        assert!(!text.contains("swim"), "{text}");
    }
}
