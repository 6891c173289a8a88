//! Every model card is what its parts make, and speaks of the model that ships.
//!
//! `cheval eval cards` (or `perception-eval cards models`) writes the cards anew.

use std::path::{Path, PathBuf};

use cheval_perception::eval::card::cards;
use cheval_perception::models::Manifest;
use sha2::{Digest, Sha256};

fn models() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../models")
}

fn manifest() -> Manifest {
    let path = models().join("models.toml");
    let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    Manifest::parse(&text, &path).unwrap_or_else(|e| panic!("{e}"))
}

#[test]
fn every_card_is_made_from_its_parts() {
    for (path, made) in cards(&models()).unwrap_or_else(|e| panic!("{e}")) {
        let stored = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(
            stored == made,
            "{} is not what its parts make; run `cheval eval cards`",
            path.display()
        );
    }
}

#[test]
fn every_model_has_a_card_with_its_hash() {
    for model in &manifest().models {
        let card = std::fs::read_to_string(models().join(&model.card))
            .unwrap_or_else(|e| panic!("{}: {e}", model.card));
        assert!(
            card.contains(&model.sha256),
            "{} lacks the hash of {}",
            model.card,
            model.file
        );
        assert!(
            card.contains(&model.file),
            "{} lacks the name of {}",
            model.card,
            model.file
        );
    }
}

#[test]
fn the_figure_s_card_speaks_of_the_weights_that_ship() {
    let weights = std::fs::read(models().join("weights/figure.bin")).unwrap();
    let card = std::fs::read_to_string(models().join("cards/figure.md")).unwrap();
    assert!(card.contains(&hex::encode(Sha256::digest(weights))));
}

#[test]
fn no_stored_evaluation_names_a_picture() {
    let mut seen = 0;
    for entry in std::fs::read_dir(models().join("cards")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|end| end == "json") {
            let text = std::fs::read_to_string(&path).unwrap();
            assert!(
                !text.contains(".jpg") && !text.contains("\"worst\""),
                "{}",
                path.display()
            );
            seen += 1;
        }
    }
    assert!(seen > 0, "there are stored evaluations");
}
