//! Model cards: a part written by hand (`NAME.toml`), the manifest, and the evaluations the part names become `NAME.md`.
//! A card that was measured with another model than the one that ships is refused.

mod head;

use std::path::{Path, PathBuf};

use cheval_domain::number::thousands;

use super::report::{FORMAT, Report, Section, Table};
use super::{EvalError, show};
use crate::models::{Manifest, ModelEntry};
use head::{Evaluation, Head};

/// All cards below the models folder `models`: file and text of each, by name.
///
/// # Errors
/// [`EvalError`] for the first part that cannot be used.
pub fn cards(models: &Path) -> Result<Vec<(PathBuf, String)>, EvalError> {
    let path = models.join("models.toml");
    let manifest = Manifest::parse(&text_of(&path)?, &path)?;
    let folder = models.join("cards");
    let mut heads = Vec::new();
    for entry in std::fs::read_dir(&folder).map_err(|e| unusable(&folder, e))? {
        let path = entry.map_err(|e| unusable(&folder, e))?.path();
        if path.extension().is_some_and(|end| end == "toml") {
            heads.push(path);
        }
    }
    heads.sort();
    heads
        .into_iter()
        .map(|head| Ok((head.with_extension("md"), card(&head, &manifest)?)))
        .collect()
}

/// The text of one card.
fn card(path: &Path, manifest: &Manifest) -> Result<String, EvalError> {
    let head: Head = toml::from_str(&text_of(path)?).map_err(|e| unusable(path, e))?;
    let entries = head
        .organs
        .iter()
        .map(|organ| {
            manifest
                .entry(organ)
                .ok_or_else(|| unusable(path, format!("models.toml has no model for `{organ}`")))
        })
        .collect::<Result<Vec<_>, _>>()?;
    let mut lines = vec![
        format!("# {}: {}", head.title, names(&entries)),
        String::new(),
        "<!-- Made by `cheval eval cards` from the .toml beside it and the evaluations it names. Change those. -->".to_owned(),
        String::new(),
    ];
    lines.extend(facts(&head, &entries));
    chapter(&mut lines, "Intended use", Some(&head.intended_use));
    chapter(&mut lines, "How it is used", head.how_it_is_used.as_deref());
    for evaluation in &head.evaluation {
        let file = path.with_file_name(&evaluation.file);
        let report = stored(&file, manifest)?;
        lines.extend(accuracy(&file, evaluation, &report)?);
    }
    chapter(
        &mut lines,
        "Measured otherwise",
        head.measured_otherwise.as_deref(),
    );
    chapter(&mut lines, "Limits and risks", Some(&head.limits));
    chapter(&mut lines, "Rights", head.rights.as_deref());
    Ok(lines.join("\n") + "\n")
}

fn names(entries: &[&ModelEntry]) -> String {
    let files: Vec<String> = entries
        .iter()
        .map(|entry| format!("`{}`", entry.file))
        .collect();
    files.join(" and ")
}

fn facts(head: &Head, entries: &[&ModelEntry]) -> Vec<String> {
    let mut licences: Vec<&str> = entries.iter().map(|entry| entry.licence.as_str()).collect();
    licences.dedup();
    let mut lines = vec!["| | |".to_owned(), "|---|---|".to_owned()];
    let mut row = |name: &str, text: &str| lines.push(format!("| {name} | {} |", text.trim()));
    row("What", &head.what);
    row("From", &head.from);
    if let Some(data) = &head.data {
        row("Data", data);
    }
    row("Licence", &licences.join(", "));
    row("Size, cost", &head.size_and_cost);
    for entry in entries {
        row(
            &format!("SHA-256 of `{}`", entry.file),
            &format!("`{}`", entry.sha256),
        );
    }
    lines
}

fn chapter(lines: &mut Vec<String>, title: &str, text: Option<&str>) {
    if let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) {
        lines.extend([
            String::new(),
            format!("## {title}"),
            String::new(),
            text.to_owned(),
        ]);
    }
}

/// Reads a stored evaluation; every model in it must be the one that ships.
fn stored(path: &Path, manifest: &Manifest) -> Result<Report, EvalError> {
    let report: Report = serde_json::from_str(&text_of(path)?).map_err(|e| unusable(path, e))?;
    if report.format != FORMAT {
        return Err(unusable(
            path,
            format!("format {} is not {FORMAT}", report.format),
        ));
    }
    for fact in &report.models {
        let ships = manifest
            .entry(&fact.organ)
            .map(|entry| entry.sha256.as_str());
        if ships != Some(fact.sha256.as_str()) {
            return Err(unusable(
                path,
                format!(
                    "it was measured with another {} than models.toml names; measure again with `cheval eval {} --card`",
                    fact.organ, report.what
                ),
            ));
        }
    }
    Ok(report)
}

fn accuracy(
    path: &Path,
    evaluation: &Evaluation,
    report: &Report,
) -> Result<Vec<String>, EvalError> {
    let mut lines = vec![
        String::new(),
        format!("## Accuracy: {}", evaluation.title),
        String::new(),
        evaluation.data.trim().to_owned(),
        format!(
            "{} of {} rows were used{}.",
            thousands(report.used),
            thousands(report.rows),
            left_out(report)
        ),
    ];
    for key in &evaluation.sections {
        let section = report
            .sections
            .iter()
            .find(|section| section.key == *key)
            .ok_or_else(|| unusable(path, format!("it has no section `{key}`")))?;
        lines.extend(section_lines(section));
    }
    lines.push(String::new());
    lines.push(report.method.join(" "));
    Ok(lines)
}

fn left_out(report: &Report) -> String {
    let reasons: Vec<String> = report
        .skipped
        .iter()
        .map(|(reason, n)| format!("{reason} {n}"))
        .collect();
    if reasons.is_empty() {
        return String::new();
    }
    format!(" (left out: {})", reasons.join(", "))
}

fn section_lines(section: &Section) -> Vec<String> {
    let mut lines = vec![String::new(), format!("### {}", section.title)];
    if !section.note.is_empty() {
        lines.extend([String::new(), section.note.clone()]);
    }
    if !section.figures.is_empty() {
        lines.extend(
            [
                "",
                "| measure | value | 95 % interval | n |",
                "|---|---:|---:|---:|",
            ]
            .map(str::to_owned),
        );
    }
    for figure in &section.figures {
        lines.push(format!(
            "| {} | {} | {} | {} |",
            escaped(&figure.label),
            show::number(figure.value, figure.unit),
            show::interval(figure),
            thousands(figure.n)
        ));
    }
    section
        .tables
        .iter()
        .for_each(|table| lines.extend(table_lines(table)));
    lines
}

fn table_lines(table: &Table) -> Vec<String> {
    let heads: Vec<String> = table.columns.iter().map(|c| escaped(&c.label)).collect();
    let mut lines = vec![
        String::new(),
        format!("| {} | {} |", table.rows_are, heads.join(" | ")),
        format!("|---|{}", "---:|".repeat(heads.len())),
    ];
    for row in &table.rows {
        let cells = row.cells.iter().zip(&table.columns);
        let shown: Vec<String> = cells
            .map(|(cell, column)| show::number(*cell, column.unit))
            .collect();
        lines.push(format!(
            "| {} | {} |",
            escaped(&row.label),
            shown.join(" | ")
        ));
    }
    lines
}

/// A bar would end a table's cell.
fn escaped(text: &str) -> String {
    text.replace('|', "\\|").replace(['\r', '\n'], " ")
}

fn text_of(path: &Path) -> Result<String, EvalError> {
    std::fs::read_to_string(path).map_err(|e| unusable(path, e))
}

fn unusable(path: &Path, reason: impl ToString) -> EvalError {
    EvalError::Card {
        path: path.to_owned(),
        reason: reason.to_string(),
    }
}

#[cfg(test)]
mod tests;
