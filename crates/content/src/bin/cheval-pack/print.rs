//! What `cheval-pack` says, laid out to be read.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "this is the command line's own voice"
)]

use std::io::IsTerminal as _;
use std::path::Path;

use cheval_content::{LoadedPack, Problem, Severity};
use cheval_domain::catalogue::LocalText;

pub(crate) fn failure(cause: &str) {
    eprintln!("cheval-pack: {cause}");
}

pub(crate) fn done(message: &str) {
    println!("{message}");
}

/// One line about long work, over the last one; nothing where nobody watches.
pub(crate) fn progress(doing: &str) {
    if std::io::stderr().is_terminal() {
        eprint!("\r\x1b[2K{doing}");
    }
}

pub(crate) fn json(problems: &[Problem]) -> Result<(), String> {
    let text = serde_json::to_string_pretty(problems).map_err(|e| e.to_string())?;
    println!("{text}");
    Ok(())
}

/// All problems, then one line that sums up.
pub(crate) fn verdict(dir: &Path, pack: Option<&LoadedPack>, problems: &[Problem]) {
    for problem in problems {
        println!("{}\n", paragraph(dir, problem));
    }
    let errors = problems
        .iter()
        .filter(|p| p.severity == Severity::Error)
        .count();
    let advice = problems
        .iter()
        .filter(|p| p.severity == Severity::Advice)
        .count();
    let mut counts = format!(
        "{}, {}",
        counted(errors, "error"),
        counted(problems.len() - errors - advice, "warning")
    );
    if advice > 0 {
        counts.push_str(&format!(", {} of advice", counted(advice, "piece")));
    }
    match pack {
        Some(pack) if errors == 0 => println!(
            "{} is ready to be shown: {}; {counts}.",
            pack.name(),
            contents(pack)
        ),
        _ => println!("This pack cannot be shown yet: {counts}."),
    }
}

fn paragraph(dir: &Path, problem: &Problem) -> String {
    let severity = match problem.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Advice => "advice",
    };
    let place = if problem.file.is_empty() {
        String::new()
    } else {
        dir.join(problem.place()).display().to_string()
    };
    let mut text = format!("{severity}: {place}");
    if !problem.key.is_empty() {
        text.push_str(&format!("  [{}]", problem.key));
    }
    text.push_str(&format!("\n    {}", problem.what));
    if !problem.why.is_empty() {
        text.push_str(&format!("\n    why   {}", problem.why));
    }
    if !problem.mend.is_empty() {
        text.push_str(&format!("\n    mend  {}", problem.mend));
    }
    text
}

fn contents(pack: &LoadedPack) -> String {
    let catalogue = &pack.catalogue;
    format!(
        "{}, {}, {}, texts in {}",
        counted(catalogue.slides.len(), "slide"),
        counted(catalogue.promos.len(), "promo"),
        counted(catalogue.garments.len(), "garment"),
        pack.languages.join(", "),
    )
}

fn counted(n: usize, noun: &str) -> String {
    format!("{n} {noun}{}", if n == 1 { "" } else { "s" })
}

/// What a pack offers, in its default language.
pub(crate) fn catalogue(pack: &LoadedPack) {
    let catalogue = &pack.catalogue;
    let words = |text: &LocalText| {
        text.get(&catalogue.default_language)
            .cloned()
            .unwrap_or_default()
    };
    println!("{} · {} · {}", catalogue.brand, pack.name(), pack.licence);
    println!("{}\n", contents(pack));
    println!("Attract loop");
    for slide in &catalogue.slides {
        #[expect(clippy::cast_precision_loss, reason = "at most 120 000")]
        let secs = slide.duration_ms as f64 / 1000.0;
        println!("  {secs:>4} s  {:<22} {}", slide.id.0, words(&slide.title));
    }
    println!("\nPromos, highest priority first");
    let mut promos: Vec<_> = catalogue.promos.iter().collect();
    promos.sort_by_key(|p| std::cmp::Reverse(p.priority));
    for promo in promos {
        println!(
            "  {:>4}  {:<22} {}",
            promo.priority,
            promo.id.0,
            words(&promo.title)
        );
        let condition = if promo.condition.is_empty() {
            "always"
        } else {
            &promo.condition
        };
        println!(
            "        when {}",
            condition.split_whitespace().collect::<Vec<_>>().join(" ")
        );
    }
    println!(
        "\nGarments: price in {}, pieces here and in the warehouse",
        catalogue.currency
    );
    for garment in &catalogue.garments {
        println!(
            "  {:<18} {:<24} {:>9} {:>5} {:>6}",
            garment.sku.0,
            words(&garment.name),
            plain_amount(garment.price.0, &catalogue.currency),
            garment.stock_here(),
            garment.stock_warehouse(),
        );
    }
}

fn plain_amount(minor: i64, currency: &str) -> String {
    let decimals = cheval_content::currency_decimals(currency);
    let scale = 10_i64.pow(decimals);
    let width = decimals as usize;
    if decimals == 0 {
        minor.to_string()
    } else {
        format!("{}.{:0width$}", minor / scale, minor % scale)
    }
}
