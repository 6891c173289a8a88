//! The texts of a pack, one file per language: every text that `pack.toml` calls for must be there in every language, and
//! nothing else.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use cheval_domain::catalogue::{Garment, LocalText, Promo, Slide};

use super::fields::nearest_name;
use crate::problem::{Problem, Sink};
use crate::reader::Table;
use crate::source::Source;
use crate::wording::clip;

/// The three kinds of things with texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Section {
    Slides,
    Promos,
    Garments,
}

impl Section {
    const ALL: [Self; 3] = [Self::Slides, Self::Promos, Self::Garments];

    const fn name(self) -> &'static str {
        match self {
            Self::Slides => "slides",
            Self::Promos => "promos",
            Self::Garments => "garments",
        }
    }

    /// Fields with the most characters that fit where they are shown.
    const fn fields(self) -> &'static [(&'static str, usize)] {
        match self {
            Self::Slides => &[("title", 40), ("body", 160)],
            Self::Promos => &[("title", 48), ("body", 160), ("reason", 90)],
            Self::Garments => &[("name", 36), ("detail", 80)],
        }
    }
}

/// Which entries need texts.
#[derive(Default)]
pub(crate) struct Wanted(BTreeMap<Section, BTreeSet<String>>);

impl Wanted {
    pub(crate) fn add(&mut self, section: Section, id: &str) {
        self.0.entry(section).or_default().insert(id.to_owned());
    }

    /// Ids of all entries of this kind.
    pub(crate) fn of(&self, section: Section) -> BTreeSet<String> {
        self.0.get(&section).cloned().unwrap_or_default()
    }
}

/// The file that holds the texts of a language.
pub(crate) fn file_of(language: &str) -> String {
    format!("texts/{language}.toml")
}

/// All texts of a pack.
#[derive(Default)]
pub(crate) struct Texts(BTreeMap<(Section, String, &'static str), LocalText>);

impl Texts {
    /// Reads the file of each language and reports what is missing or superfluous.
    pub(crate) fn read(dir: &Path, languages: &[String], wanted: &Wanted, sink: &Sink) -> Self {
        let mut texts = Self::default();
        for language in languages {
            let Some(source) = Source::read(dir, &file_of(language), sink) else {
                continue;
            };
            let Some(parsed) = source.parse(sink) else {
                continue;
            };
            let root = Table::root(&source, &parsed, sink);
            for section in Section::ALL {
                let none = BTreeSet::new();
                let ids = wanted.0.get(&section).unwrap_or(&none);
                texts.read_section(&root, section, ids, language, sink);
            }
            root.done();
        }
        texts
    }

    fn read_section(
        &mut self,
        root: &Table<'_>,
        section: Section,
        ids: &BTreeSet<String>,
        language: &str,
        sink: &Sink,
    ) {
        let mut missing = ids.clone();
        for (id, entry) in root
            .optional_table(section.name())
            .map(|t| t.entries())
            .unwrap_or_default()
        {
            if !ids.contains(id.value) {
                let what = format!(
                    "pack.toml lists no `{}` among its {}",
                    clip(id.value),
                    section.name()
                );
                let key = format!("{}.{}", section.name(), clip(id.value));
                let problem = Problem::error(root.file(), Some(id.line), key, what);
                sink.push(
                    problem
                        .because("nobody would ever read this text")
                        .mend(nearest_name(id.value, ids)),
                );
                continue;
            }
            missing.remove(id.value);
            for (field, most) in section.fields() {
                if let Some(text) = entry.text(field, *most) {
                    let key = (section, id.value.to_owned(), *field);
                    self.0
                        .entry(key)
                        .or_default()
                        .insert(language.to_owned(), text.value.to_owned());
                }
            }
            entry.done();
        }
        for id in missing {
            let fields = section
                .fields()
                .iter()
                .map(|(field, _)| format!("{field} = \"…\""))
                .collect::<Vec<_>>();
            let key = format!("{}.{id}", section.name());
            let what = format!("there is no {language} text for `{id}`");
            let mend = format!("add [{key}] with {}", fields.join(", "));
            sink.push(Problem::error(root.file(), None, key, what).mend(mend));
        }
    }

    fn take(&mut self, section: Section, id: &str, field: &'static str) -> LocalText {
        self.0
            .remove(&(section, id.to_owned(), field))
            .unwrap_or_default()
    }

    pub(crate) fn fill_slide(&mut self, mut slide: Slide) -> Slide {
        slide.title = self.take(Section::Slides, &slide.id.0, "title");
        slide.body = self.take(Section::Slides, &slide.id.0, "body");
        slide
    }

    pub(crate) fn fill_promo(&mut self, mut promo: Promo) -> Promo {
        promo.title = self.take(Section::Promos, &promo.id.0, "title");
        promo.body = self.take(Section::Promos, &promo.id.0, "body");
        promo.reason = self.take(Section::Promos, &promo.id.0, "reason");
        promo
    }

    pub(crate) fn fill_garment(&mut self, mut garment: Garment) -> Garment {
        garment.name = self.take(Section::Garments, &garment.sku.0, "name");
        garment.detail = self.take(Section::Garments, &garment.sku.0, "detail");
        garment
    }
}
