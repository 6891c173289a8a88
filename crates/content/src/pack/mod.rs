//! A pack folder on disk → a checked catalogue. All or nothing, with everything that is wrong in one list.
//!
//! ```text
//! pack.toml              what there is: slides, promos, garments, and what plays when
//! texts/<language>.toml  what it is called, one file per language
//! garments/<sku>.png     pictures, found by name unless `picture` says otherwise
//! garments/<sku>.fit.toml where the garment meets a body, beside its picture
//! slides/<id>.png
//! ```

mod entries;
mod fields;
mod looking;
mod schedule;
mod texts;
mod worn;

use std::collections::BTreeSet;
use std::path::Path;

use cheval_domain::catalogue::Catalogue;

use crate::picture::Use;
use crate::problem::{PackProblems, Problem, Severity, Sink};
use crate::reader::Table;
use crate::source::Source;
use entries::Draft;
use looking::Look;
use texts::Texts;
use worn::Fits;

pub use schedule::check_schedule_at;

/// The layout of `pack.toml` that this program reads.
const SCHEMA_VERSION: i64 = 1;
/// Name of the pack's main file.
pub(crate) const PACK_FILE: &str = "pack.toml";

/// A pack without errors.
#[derive(Debug, Clone, PartialEq)]
pub struct LoadedPack {
    /// What can be shown.
    pub catalogue: Catalogue,
    /// Languages in which every text is there, the default language first.
    pub languages: Vec<String>,
    /// Licence of texts and pictures, SPDX.
    pub licence: String,
    /// Every file that belongs to the pack, `/`-separated, sorted.
    pub files: Vec<String>,
    /// What could be better, and what more could be had.
    pub warnings: Vec<Problem>,
}

impl LoadedPack {
    /// The pack as records name it: `pack@rev`.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{}@{}", self.catalogue.pack, self.catalogue.revision)
    }
}

/// Reads and checks the pack in `dir`, every picture decoded, on all cores.
///
/// # Errors
/// All problems at once, warnings included, when at least one of them is an error.
pub fn load_pack(dir: &Path) -> Result<LoadedPack, PackProblems> {
    read(dir, Pictures::DecodeOnAllCores)
}

/// Whether pictures are decoded while a pack is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pictures {
    /// Decode each one to the end, one after the other: beside a mirror that plays.
    Decode,
    /// The same as fast as the machine can: for somebody who waits.
    DecodeOnAllCores,
    /// They were decoded when the pack was staged and their hashes still match.
    Trust,
}

pub(crate) fn read(dir: &Path, pictures: Pictures) -> Result<LoadedPack, PackProblems> {
    let sink = Sink::default();
    let pack = read_all(dir, pictures, &sink);
    let has_errors = sink.has_errors();
    let problems = sink.into_sorted();
    debug_assert!(
        problems.iter().all(|p| p.severity != Severity::Error) != has_errors,
        "severity is consistent"
    );
    match pack {
        Some(mut pack) if !has_errors => {
            pack.warnings = problems;
            Ok(pack)
        }
        _ => Err(PackProblems(problems)),
    }
}

fn read_all(dir: &Path, pictures: Pictures, sink: &Sink) -> Option<LoadedPack> {
    let source = Source::read(dir, PACK_FILE, sink)?;
    let parsed = source.parse(sink)?;
    let root = Table::root(&source, &parsed, sink);
    if !schema_is_known(&root) {
        return None;
    }
    let head = fields::Head::read(&root);
    let draft = Draft::read(&root, head.currency.as_deref().unwrap_or("EUR"));
    root.done();

    let mut texts = Texts::read(dir, &head.languages, &draft.wanted, sink);
    let fits = Fits::read(dir, &draft.wearable, sink);
    let looks: Vec<Look<'_>> = draft
        .pictures
        .iter()
        .map(|(relative, used_as, asked_by)| Look {
            relative,
            used_as: if *used_as == Use::Cutout && fits.has(relative) {
                Use::Worn
            } else {
                *used_as
            },
            asked_by,
        })
        .collect();
    let sizes = looking::look_at_all(dir, &looks, pictures, sink);
    for (look, size) in looks.iter().zip(sizes) {
        if let Some((width, height)) = size {
            fits.check_shape(look.relative, width, height, sink);
        }
    }
    let files = files_of(&head, &draft, &fits);
    let catalogue = Catalogue {
        pack: head.id?,
        revision: head.revision?,
        brand: head.brand?,
        currency: head.currency?,
        default_language: head.languages.first()?.clone(),
        slides: draft
            .slides
            .into_iter()
            .map(|s| texts.fill_slide(s))
            .collect(),
        promos: draft
            .promos
            .into_iter()
            .map(|p| texts.fill_promo(p))
            .collect(),
        garments: draft
            .garments
            .into_iter()
            .map(|g| fits.fill_garment(texts.fill_garment(g)))
            .collect(),
        schedule: draft.schedule,
    };
    Some(LoadedPack {
        catalogue,
        languages: head.languages,
        licence: head.licence?,
        files,
        warnings: Vec::new(),
    })
}

/// A later layout is refused whole: half-understood content is worse than yesterday's.
fn schema_is_known(root: &Table<'_>) -> bool {
    let Some(version) = root.whole("schema_version", 1..=i64::from(u16::MAX)) else {
        return false;
    };
    if version.value == SCHEMA_VERSION {
        return true;
    }
    let what = format!(
        "this pack is written for layout {}, this program reads {SCHEMA_VERSION}",
        version.value
    );
    root.report(
        root.error("schema_version", version.line, what)
            .mend("update Cheval, or export the pack again"),
    );
    false
}

fn files_of(head: &fields::Head, draft: &Draft, fits: &Fits) -> Vec<String> {
    let mut files: BTreeSet<String> = draft
        .pictures
        .iter()
        .map(|(relative, ..)| relative.clone())
        .collect();
    files.extend(
        head.languages
            .iter()
            .map(|language| texts::file_of(language)),
    );
    files.extend(fits.files());
    files.insert(PACK_FILE.to_owned());
    files.into_iter().collect()
}

/// A picture, what it is for and the key that asks for it.
pub(crate) type WantedPicture = (String, Use, String);
