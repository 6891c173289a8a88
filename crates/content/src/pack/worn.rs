//! Which garments of a pack can be put on: the fits beside their pictures.

use std::collections::BTreeMap;
use std::path::Path;

use cheval_domain::catalogue::Garment;
use cheval_domain::observation::WornCategory;

use crate::fit::{self, FitFile};
use crate::path;
use crate::problem::{Problem, Sink};

/// A garment that may lie beside a fit.
pub(crate) struct Wearable {
    pub(crate) sku: String,
    pub(crate) picture: String,
    /// None when the category itself is wrong.
    pub(crate) category: Option<WornCategory>,
    /// The sizes in stock.
    pub(crate) sizes: Vec<String>,
}

/// The fits of a pack, by picture.
pub(crate) struct Fits(BTreeMap<String, FitFile>);

impl Fits {
    /// Reads the fit of each garment; where there is none, says what that means.
    pub(crate) fn read(dir: &Path, wearable: &[Wearable], sink: &Sink) -> Self {
        let mut fits: BTreeMap<String, FitFile> = BTreeMap::new();
        for garment in wearable {
            let name = fit::beside(&garment.picture);
            let asked_by = format!("garment {}", garment.sku);
            if !path::is_there(dir, &name) {
                sink.push(
                    Problem::advice(
                        &name,
                        &asked_by,
                        "the garment cannot be worn in the mirror; only its colour can be tried on",
                    )
                    .because("no file says where it meets a body")
                    .mend(
                        "make one with `cheval-pack garment edit`, or with the picture: `cheval-pack garment cut`",
                    ),
                );
                continue;
            }
            // Two garments may share a picture; its fit is told about once.
            if !fits.contains_key(&garment.picture)
                && let Some(fit) = fit::read(dir, &name, sink)
            {
                fits.insert(garment.picture.clone(), fit);
            }
            let Some(fit) = fits.get(&garment.picture) else {
                continue;
            };
            fit.check_sizes(&garment.sizes, &asked_by, sink);
            if let Some(category) = garment.category {
                fit.check_category(category, &asked_by, sink);
            }
        }
        Self(fits)
    }

    pub(crate) fn has(&self, picture: &str) -> bool {
        self.0.contains_key(picture)
    }

    pub(crate) fn check_shape(&self, picture: &str, width: u32, height: u32, sink: &Sink) {
        if let Some(fit) = self.0.get(picture) {
            fit.check_shape(width, height, sink);
        }
    }

    /// The files that hold them.
    pub(crate) fn files(&self) -> impl Iterator<Item = String> {
        self.0.keys().map(|picture| fit::beside(picture))
    }

    pub(crate) fn fill_garment(&self, mut garment: Garment) -> Garment {
        garment.fit = self.0.get(&garment.picture).map(|f| f.fit.clone());
        garment
    }
}
