//! What `cheval-pack` says, laid out to be read.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "this is the command line's own voice"
)]

use std::io::IsTerminal as _;
use std::path::Path;

use cheval_content::bundle::{Changes, Difference, Manifest, PriceChange};
use cheval_content::{LoadedPack, Problem, Severity, written_amount};
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

pub(crate) fn as_json(value: &impl serde::Serialize) -> Result<(), String> {
    let text = serde_json::to_string_pretty(value).map_err(|e| e.to_string())?;
    println!("{text}");
    Ok(())
}

/// All problems, then one line that sums up.
pub(crate) fn verdict(dir: &Path, pack: Option<&LoadedPack>, problems: &[Problem]) {
    self::problems(dir, problems);
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

pub(crate) fn problems(dir: &Path, problems: &[Problem]) {
    for problem in problems {
        println!("{}\n", paragraph(dir, problem));
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
            written_amount(garment.price, &catalogue.currency),
            garment.stock_here(),
            garment.stock_warehouse(),
        );
    }
}

/// What is in a `.cheval` file, to stand in a sentence.
pub(crate) fn bundle(manifest: &Manifest) -> String {
    format!(
        "{}@{}, {}, licence {}",
        manifest.pack(),
        manifest.revision(),
        counted(manifest.files().len(), "file"),
        manifest.licence()
    )
}

/// What differs between two packs: first what shoppers notice, then the files.
pub(crate) fn difference(difference: &Difference) {
    println!("{} → {}", difference.before, difference.after);
    if difference.is_none() {
        println!("  no difference");
        return;
    }
    changes("garment", &difference.garments);
    changes("promo", &difference.promos);
    changes("slide", &difference.slides);
    for change in &difference.prices {
        println!("  price of {}", price(change));
    }
    let files = &difference.files;
    for (word, paths) in [
        ("added", &files.added),
        ("removed", &files.removed),
        ("changed", &files.changed),
    ] {
        for path in paths {
            println!("  file {word}: {path}");
        }
    }
}

fn changes(noun: &str, changes: &Changes) {
    for (word, things) in [("added", &changes.added), ("removed", &changes.removed)] {
        for thing in things {
            println!("  {noun} {word}: {} ({})", thing.id, thing.name);
        }
    }
}

fn price(change: &PriceChange) -> String {
    let tag = |price: &str, old: &Option<String>| match old {
        Some(old) => format!("{price} (before: {old})"),
        None => price.to_owned(),
    };
    format!(
        "{} ({}): {} → {}",
        change.sku,
        change.name,
        tag(&change.before, &change.old_price_before),
        tag(&change.after, &change.old_price_after)
    )
}
