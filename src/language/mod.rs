//! The words on the glass: Fluent messages in the shopper's language, and money as that language writes it.
//!
//! The locales are compiled in, so that no missing file can leave the glass without words. Knows no window; a raw message key
//! never reaches the glass.

mod money;
#[cfg(test)]
mod tests;

use std::fmt;

use bevy::prelude::Resource;
use cheval_domain::catalogue::LocalText;
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use unic_langid::LanguageIdentifier;

/// The language that is complete by definition; every other one is tested against it.
pub const REFERENCE: &str = "en";

/// Tag and messages of every language that the program speaks.
const LOCALES: [(&str, &str); 4] = [
    ("en", include_str!("../../assets/locales/en.ftl")),
    ("uk", include_str!("../../assets/locales/uk.ftl")),
    ("pl", include_str!("../../assets/locales/pl.ftl")),
    ("ru", include_str!("../../assets/locales/ru.ftl")),
];

/// The languages on offer, loaded once.
#[derive(Resource, Debug)]
pub struct Languages {
    default: Language,
    offered: Vec<Language>,
}

impl Languages {
    /// Loads the languages on offer; what nobody has chosen is spoken in `default`.
    #[must_use]
    pub fn load(default: &str, offered: &[String]) -> Self {
        Self {
            default: Language::load(default),
            offered: offered.iter().map(|tag| Language::load(tag)).collect(),
        }
    }

    /// The language with this tag, or the default one.
    #[must_use]
    pub fn spoken(&self, tag: Option<&str>) -> &Language {
        tag.and_then(|tag| self.offered.iter().find(|l| l.tag() == tag))
            .unwrap_or(&self.default)
    }

    /// Every language on offer, in the order of the settings.
    pub fn iter(&self) -> impl Iterator<Item = &Language> {
        self.offered.iter()
    }
}

/// One language, with the reference language behind it for words it lacks.
pub struct Language {
    tag: String,
    /// The language itself first, then the reference language.
    bundles: Vec<FluentBundle<FluentResource>>,
}

impl fmt::Debug for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Language")
            .field("tag", &self.tag)
            .finish_non_exhaustive()
    }
}

impl Language {
    /// The language with this tag, or the nearest one that the program speaks (`uk-UA` → `uk`), else the reference language.
    #[must_use]
    pub fn load(tag: &str) -> Self {
        let primary = tag
            .split(['-', '_'])
            .next()
            .unwrap_or_default()
            .to_ascii_lowercase();
        let known = LOCALES
            .iter()
            .find(|(t, _)| *t == primary)
            .or(LOCALES.iter().find(|(t, _)| *t == REFERENCE));
        let mut chain: Vec<&(&str, &str)> = known.into_iter().collect();
        chain.extend(
            LOCALES
                .iter()
                .filter(|(t, _)| *t == REFERENCE && known.is_none_or(|k| k.0 != REFERENCE)),
        );
        if known.is_none_or(|(t, _)| *t != primary) {
            tracing::warn!("the language `{tag}` is not spoken here; using `{REFERENCE}`");
        }
        Self {
            tag: known.map_or(REFERENCE, |(t, _)| t).to_owned(),
            bundles: chain
                .into_iter()
                .map(|(tag, messages)| bundle(tag, messages))
                .collect(),
        }
    }

    /// BCP 47 tag.
    #[must_use]
    pub fn tag(&self) -> &str {
        &self.tag
    }

    /// What the language calls itself.
    #[must_use]
    pub fn own_name(&self) -> String {
        self.t("language-name")
    }

    /// The message with this key.
    #[must_use]
    pub fn t(&self, key: &str) -> String {
        self.t_with::<&str>(key, &[])
    }

    /// The message with this key and these arguments. Arguments of digits only are numbers: they choose plural forms.
    #[must_use]
    pub fn t_with<V: AsRef<str>>(&self, key: &str, args: &[(&str, V)]) -> String {
        let mut values = FluentArgs::with_capacity(args.len());
        for (name, value) in args {
            values.set((*name).to_owned(), value_of(value.as_ref()));
        }
        self.bundles
            .iter()
            .find_map(|bundle| say(bundle, key, &values))
            .unwrap_or_else(|| {
                tracing::error!("no language has a message `{key}`; the glass stays empty there");
                debug_assert!(false, "no language has a message `{key}`");
                String::new()
            })
    }

    /// A text of the content pack in this language, else in `fallback`, else in any.
    #[must_use]
    pub fn pick<'t>(&self, text: &'t LocalText, fallback: &str) -> &'t str {
        let found = text
            .get(&self.tag)
            .or_else(|| text.get(fallback))
            .or_else(|| text.values().next());
        found.map_or("", String::as_str)
    }

    /// An amount of money in minor units as this language writes it: `€ 29`, `29,90 zł`.
    #[must_use]
    pub fn money(&self, minor: i64, currency: &str) -> String {
        money::written(&self.tag, minor, currency)
    }
}

/// Parses messages. They are compiled in and tested; should one be broken all the same, the others still speak.
fn bundle(tag: &str, messages: &str) -> FluentBundle<FluentResource> {
    let identifier: LanguageIdentifier = tag.parse().unwrap_or_default();
    let mut bundle = FluentBundle::new_concurrent(vec![identifier]);
    // The invisible marks around arguments have no glyph in the screen's fonts; all languages here run left to right.
    bundle.set_use_isolating(false);
    let resource =
        FluentResource::try_new(messages.to_owned()).unwrap_or_else(|(partly, errors)| {
            tracing::error!("{} messages of `{tag}` cannot be parsed", errors.len());
            partly
        });
    if let Err(errors) = bundle.add_resource(resource) {
        tracing::error!("{} messages of `{tag}` are there twice", errors.len());
    }
    bundle
}

fn value_of(written: &str) -> FluentValue<'_> {
    match written.parse::<u32>() {
        Ok(number) if !written.starts_with('+') => FluentValue::from(number),
        _ => FluentValue::from(written),
    }
}

fn say(bundle: &FluentBundle<FluentResource>, key: &str, args: &FluentArgs<'_>) -> Option<String> {
    let pattern = bundle.get_message(key)?.value()?;
    let mut errors = Vec::new();
    let said = bundle
        .format_pattern(pattern, Some(args), &mut errors)
        .into_owned();
    if let Some(error) = errors.first() {
        tracing::error!("the message `{key}` is incomplete: {error}");
        debug_assert!(false, "the message `{key}` is incomplete: {error}");
        return None;
    }
    Some(said)
}
