//! The active generation as the screen plays it. Without one the kiosk shows its built-in welcome, never an error.

use std::path::{Path, PathBuf};

use bevy::prelude::*;
use cheval_content::{Store, StoreError};
use cheval_domain::catalogue::Catalogue;
use cheval_domain::schedule::Plan;
use jiff::Timestamp;

/// What is played, and where its pictures are.
#[derive(Resource, Debug, Clone)]
pub struct Content {
    /// Slides, promos, garments; empty without a sound generation.
    pub catalogue: Catalogue,
    /// `pack@rev`, as records name it.
    pub pack: String,
    /// Folder that picture paths start from.
    pub dir: PathBuf,
    /// When it was loaded into the kiosk: an earlier time on the clock is wrong.
    pub made: Option<Timestamp>,
    /// What staff should know: damaged content, an older generation playing.
    pub complaint: Option<String>,
}

impl Content {
    /// Reads the active generation of the store in `dir`.
    #[must_use]
    pub fn read(dir: &Path) -> Self {
        match Store::open(dir).active() {
            Ok(generation) => {
                let complaint = generation
                    .rolled_back
                    .map(|back| format!("an older pack is playing: {}", back.why));
                Self {
                    catalogue: generation.catalogue,
                    pack: generation.pack,
                    dir: generation.dir,
                    made: generation.staged,
                    complaint,
                }
            }
            Err(error) => Self::built_in(dir, &error),
        }
    }

    fn built_in(dir: &Path, error: &StoreError) -> Self {
        let catalogue = Catalogue {
            pack: "built-in".into(),
            revision: 0,
            brand: "Cheval".into(),
            currency: "EUR".into(),
            default_language: "en".into(),
            slides: Vec::new(),
            promos: Vec::new(),
            garments: Vec::new(),
            schedule: Plan::default(),
        };
        Self {
            catalogue,
            pack: "built-in@0".into(),
            dir: dir.to_path_buf(),
            made: None,
            complaint: Some(error.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_content_is_a_complaint_not_a_crash() {
        let content = Content::read(Path::new("/nonexistent/store"));
        assert!(content.catalogue.slides.is_empty());
        assert!(content.complaint.is_some());
    }
}
