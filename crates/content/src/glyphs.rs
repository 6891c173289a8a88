//! Can the fonts write the texts? Bevy does not fall back from one font to another glyph by glyph, so a letter that a font
//! lacks becomes an empty box on the glass.

use std::collections::BTreeSet;

use cheval_domain::catalogue::{Catalogue, LocalText};
use skrifa::{FontRef, MetadataProvider as _};

use crate::problem::Problem;

/// Checks every text of `catalogue` against the fonts, given as (language tag, bytes of a TTF or OTF file). A language may
/// be named several times: each of its fonts must have every letter.
#[must_use]
pub fn check_glyphs(catalogue: &Catalogue, fonts: &[(&str, &[u8])]) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (language, bytes) in fonts {
        let font = match FontRef::from_index(bytes, 0) {
            Ok(font) => font,
            Err(e) => {
                let what = format!("a font given for `{language}` cannot be read: {e}");
                problems.push(Problem::error("", None, "", what).mend("give a TTF or OTF file"));
                continue;
            }
        };
        for (file, key, text) in texts_in(catalogue, language) {
            problems.extend(missing_in(&font, language, &file, key, text));
        }
    }
    problems.dedup();
    problems
}

fn missing_in(
    font: &FontRef<'_>,
    language: &str,
    file: &str,
    key: String,
    text: &str,
) -> Option<Problem> {
    let charmap = font.charmap();
    let missing: BTreeSet<char> = text
        .chars()
        .filter(|c| charmap.map(*c).is_none_or(|g| g.to_u32() == 0))
        .collect();
    if missing.is_empty() {
        return None;
    }
    let letters = missing
        .iter()
        .map(|c| format!("{c} (U+{:04X})", u32::from(*c)))
        .collect::<Vec<_>>()
        .join(", ");
    let family = font
        .localized_strings(skrifa::string::StringId::FAMILY_NAME)
        .english_or_first()
        .map_or_else(|| "the font".to_owned(), |name| name.to_string());
    Some(
        Problem::error(
            file,
            None,
            key,
            format!("{family}, the font for `{language}`, has no {letters}"),
        )
        .because("an empty box would stand there on the glass")
        .mend("choose other characters, or a font that has them"),
    )
}

/// File, key and text of everything that is written in `language`.
fn texts_in<'c>(catalogue: &'c Catalogue, language: &str) -> Vec<(String, String, &'c str)> {
    let file = format!("texts/{language}.toml");
    let mut texts = vec![(
        "pack.toml".to_owned(),
        "brand".to_owned(),
        catalogue.brand.as_str(),
    )];
    let mut add = |key: String, text: &'c LocalText| {
        if let Some(text) = text.get(language) {
            texts.push((file.clone(), key, text.as_str()));
        }
    };
    for slide in &catalogue.slides {
        add(format!("slides.{}.title", slide.id.0), &slide.title);
        add(format!("slides.{}.body", slide.id.0), &slide.body);
    }
    for promo in &catalogue.promos {
        add(format!("promos.{}.title", promo.id.0), &promo.title);
        add(format!("promos.{}.body", promo.id.0), &promo.body);
        add(format!("promos.{}.reason", promo.id.0), &promo.reason);
    }
    for garment in &catalogue.garments {
        add(format!("garments.{}.name", garment.sku.0), &garment.name);
        add(
            format!("garments.{}.detail", garment.sku.0),
            &garment.detail,
        );
    }
    texts
}
