//! The head of `pack.toml` and the small fields that several entries share: ids, colours, money, durations.

use std::collections::BTreeSet;

use cheval_domain::catalogue::MinorUnits;

use crate::money;
use crate::path;
use crate::problem::nearest;
use crate::reader::{Placed, Table};
use crate::wording::clip;

/// Most of a price, minor units: a typing slip past this is caught.
const PRICE_CAP: i64 = 100_000_000;

/// What stands at the top of `pack.toml`.
pub(crate) struct Head {
    pub(crate) id: Option<String>,
    pub(crate) revision: Option<u64>,
    pub(crate) brand: Option<String>,
    pub(crate) currency: Option<String>,
    pub(crate) licence: Option<String>,
    /// The default language first.
    pub(crate) languages: Vec<String>,
}

impl Head {
    pub(crate) fn read(root: &Table<'_>) -> Self {
        Self {
            id: id(root, "id"),
            revision: root
                .whole("revision", 1..=999_999_999_999)
                .and_then(|r| u64::try_from(r.value).ok()),
            brand: root.text("brand", 40).map(|b| b.value.to_owned()),
            currency: currency(root),
            licence: root.text("licence", 80).map(|l| l.value.to_owned()),
            languages: languages(root),
        }
    }
}

fn currency(root: &Table<'_>) -> Option<String> {
    let code = root.text("currency", 8)?;
    if code.value.len() == 3 && code.value.bytes().all(|b| b.is_ascii_uppercase()) {
        return Some(code.value.to_owned());
    }
    let what = format!("`{}` is no currency code", clip(code.value));
    root.report(
        root.error("currency", code.line, what)
            .mend("write the three capital letters of ISO 4217, such as EUR"),
    );
    None
}

fn languages(root: &Table<'_>) -> Vec<String> {
    let default = root.text("default_language", 20);
    let Some(listed) = root.texts("languages", 1..=16) else {
        return Vec::new();
    };
    let mut languages: Vec<String> = Vec::new();
    for tag in listed.value {
        if !is_language_tag(tag.value) {
            let what = format!("`{}` is no language tag", clip(tag.value));
            root.report(
                root.error("languages", tag.line, what)
                    .mend("write tags such as en, uk, pl, pt-BR"),
            );
        } else if languages.iter().any(|l| l == tag.value) {
            root.report(
                root.error(
                    "languages",
                    tag.line,
                    format!("`{}` is listed twice", tag.value),
                )
                .mend("list it once"),
            );
        } else {
            languages.push(tag.value.to_owned());
        }
    }
    let Some(default) = default else {
        return languages;
    };
    match languages.iter().position(|l| l == default.value) {
        Some(at) => languages[..=at].rotate_right(1),
        None => {
            let what = format!(
                "the default language `{}` is not among `languages`",
                clip(default.value)
            );
            root.report(
                root.error("default_language", default.line, what)
                    .mend("add it to `languages`"),
            );
        }
    }
    languages
}

fn is_language_tag(tag: &str) -> bool {
    let mut parts = tag.split('-');
    let primary = parts.next().unwrap_or_default();
    (2..=3).contains(&primary.len())
        && primary.bytes().all(|b| b.is_ascii_lowercase())
        && parts.all(|p| (1..=8).contains(&p.len()) && p.bytes().all(|b| b.is_ascii_alphanumeric()))
}

/// An identifier: small letters, digits and hyphens.
pub(crate) fn id(table: &Table<'_>, key: &'static str) -> Option<String> {
    let id = table.text(key, 64)?;
    let fine = id
        .value
        .bytes()
        .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    report_unless(
        table,
        key,
        id,
        fine,
        "an id has small letters a–z, digits and hyphens only",
    )
}

/// A SKU as the shop writes it; it also names the picture file.
pub(crate) fn sku(table: &Table<'_>, key: &'static str) -> Option<String> {
    let sku = table.text(key, 64)?;
    let fine = sku
        .value
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
        && !sku.value.starts_with('.');
    report_unless(
        table,
        key,
        sku,
        fine,
        "a SKU has letters A–Z, digits, hyphens, underscores and dots only",
    )
}

fn report_unless(
    table: &Table<'_>,
    key: &str,
    text: Placed<&str>,
    fine: bool,
    rule: &str,
) -> Option<String> {
    if !fine {
        table.report(
            table
                .error(
                    key,
                    text.line,
                    format!("`{}` cannot be used", clip(text.value)),
                )
                .mend(rule),
        );
    }
    fine.then(|| text.value.to_owned())
}

/// Reports `name` if it was there before.
pub(crate) fn unique(table: &Table<'_>, key: &str, name: &str, seen: &mut BTreeSet<String>) {
    if !seen.insert(name.to_owned()) {
        let problem = table.error(key, table.line(), format!("`{name}` is there twice"));
        table.report(
            problem
                .because("nobody could tell which one is meant")
                .mend("rename or remove one of them"),
        );
    }
}

/// A colour `#RRGGBB`.
pub(crate) fn colour(table: &Table<'_>, key: &str, written: Placed<&str>) -> Option<String> {
    let digits = written.value.strip_prefix('#').unwrap_or_default();
    if digits.len() == 6 && digits.bytes().all(|b| b.is_ascii_hexdigit()) {
        return Some(written.value.to_ascii_uppercase());
    }
    let problem = table.error(
        key,
        written.line,
        format!("`{}` is no colour", clip(written.value)),
    );
    table.report(problem.mend("write # and six digits, such as #E8562A"));
    None
}

/// The gradient behind a picture: two or three colours, dark enough for the paper-coloured text that stands on it.
pub(crate) fn ground(table: &Table<'_>) -> Option<Vec<String>> {
    let stops = table.texts("ground", 2..=3)?;
    let mut colours = Vec::new();
    for stop in &stops.value {
        let colour = colour(table, "ground", *stop)?;
        if contrast_with_paper(&colour) < LEAST_CONTRAST {
            let problem = table.warning(
                "ground",
                stop.line,
                format!("{colour} is too light for the text that stands on it"),
            );
            table.report(
                problem
                    .because("words would fade into the ground")
                    .mend("take a darker shade"),
            );
        }
        colours.push(colour);
    }
    (2..=3).contains(&colours.len()).then_some(colours)
}

/// WCAG 2.2 §1.4.3: large text needs 3 : 1.
const LEAST_CONTRAST: f64 = 3.0;
/// Relative luminance of the paper colour #F7F2EB.
const PAPER_LUMINANCE: f64 = 0.891;

/// WCAG 2.2 contrast ratio of `colour` (`#RRGGBB`, sRGB) with the paper colour.
fn contrast_with_paper(colour: &str) -> f64 {
    let channel = |at: usize| {
        let byte = colour
            .get(at..at + 2)
            .and_then(|hex| u8::from_str_radix(hex, 16).ok())
            .unwrap_or(0);
        let value = f64::from(byte) / 255.0;
        if value <= 0.04045 {
            value / 12.92
        } else {
            ((value + 0.055) / 1.055).powf(2.4)
        }
    };
    let luminance = 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5);
    (PAPER_LUMINANCE.max(luminance) + 0.05) / (PAPER_LUMINANCE.min(luminance) + 0.05)
}

/// A price that is there, above zero.
pub(crate) fn price(table: &Table<'_>, currency: &str) -> Option<MinorUnits> {
    let written = table.written("price")?;
    amount(table, "price", written, currency)
}

/// The price before a reduction; must be higher than `now`.
pub(crate) fn old_price(
    table: &Table<'_>,
    currency: &str,
    now: Option<MinorUnits>,
) -> Option<MinorUnits> {
    let written = table.optional_written("old_price")?;
    let old = amount(table, "old_price", written, currency)?;
    if now.is_some_and(|now| old <= now) {
        let problem = table.error(
            "old_price",
            written.line,
            format!("{} is not higher than the price", written.value),
        );
        table.report(
            problem
                .because("a reduction that is none misleads shoppers")
                .mend("correct it or take it away"),
        );
    }
    Some(old)
}

fn amount(
    table: &Table<'_>,
    key: &str,
    written: Placed<&str>,
    currency: &str,
) -> Option<MinorUnits> {
    let decimals = money::decimals(currency);
    let parsed = money::parse(written.value, decimals);
    let what = match parsed {
        None => format!(
            "{} is no amount of {currency}, which has {decimals} decimals",
            clip(written.value)
        ),
        Some(MinorUnits(minor)) if minor <= 0 => format!("{} is not above zero", written.value),
        Some(MinorUnits(minor)) if minor > PRICE_CAP => {
            format!("{} is far too much", written.value)
        }
        Some(_) => return parsed,
    };
    table.report(
        table
            .error(key, written.line, what)
            .mend("write the amount the shopper pays, such as 29 or 29.90"),
    );
    None
}

/// Seconds as written → milliseconds.
pub(crate) fn millis(secs: f64) -> u64 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "checked to be 0..=3600 when read"
    )]
    let ms = (secs * 1000.0).round() as u64;
    ms
}

/// The path of a picture inside the pack: as written, or by its usual name.
pub(crate) fn picture(table: &Table<'_>, usual: String) -> Option<String> {
    let Some(written) = table.optional_text("picture", 200) else {
        return Some(usual);
    };
    match path::checked(written.value) {
        Ok(relative) => Some(relative.to_owned()),
        Err(refusal) => {
            table.report(
                table
                    .error("picture", written.line, refusal.to_string())
                    .mend(refusal.mend()),
            );
            None
        }
    }
}

/// “did you mean” among the pack's own names.
pub(crate) fn nearest_name(typed: &str, names: &BTreeSet<String>) -> String {
    match nearest(typed, names.iter().map(String::as_str)) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "name one that is in this pack".to_owned(),
    }
}
