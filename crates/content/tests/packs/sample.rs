//! A small sound pack in a temporary folder, to be broken one way at a time.

use std::fs;
use std::path::{Path, PathBuf};

use cheval_content::{PackProblems, Problem, load_pack};
use image::{Rgba, RgbaImage};

pub(crate) struct Pack(tempfile::TempDir);

pub(crate) const PACK: &str = r##"schema_version = 1
id = "corner-shop"
revision = 3
brand = "Corner Shop"
currency = "EUR"
default_language = "en"
languages = ["en", "pl"]
licence = "CC0-1.0"

[[slides]]
id = "welcome"
ground = ["#781E34", "#17130F"]
duration_secs = 9

[[promos]]
id = "red-tee"
skus = ["TEE-1"]
ground = ["#B93B1C", "#781E34"]
priority = 5
condition = 'worn_torso == "shirt"'

[[garments]]
sku = "TEE-1"
category = "t_shirt"
colour = "red"
swatch = "#A8202C"
price = 29.90
old_price = 39
sizes = [{ size = "M", here = 3, warehouse = 10 }]
"##;

const TEXTS: &str = r#"[slides.welcome]
title = "Welcome"
body = "Come in."

[promos.red-tee]
title = "The red tee"
body = "Two sizes."
reason = "You wear a shirt"

[garments.TEE-1]
name = "Red tee"
detail = "Cotton"
"#;

/// How the tee is put on. Its picture is a disc, so the places are invented; the order is right.
pub(crate) const FIT: &str = r#"cut = "t_shirt"
aspect = 1.0
open = false
ease = 0.1
stretch = 0.02

[anchors]
neck_back = [0.5, 0.14]
neck_front = [0.5, 0.22]
neck_left = [0.58, 0.145]
neck_right = [0.42, 0.145]
shoulder_left = [0.72, 0.2]
shoulder_right = [0.28, 0.2]
armpit_left = [0.72, 0.4]
armpit_right = [0.28, 0.4]
waist_left = [0.715, 0.63]
waist_right = [0.285, 0.63]
hem_left = [0.725, 0.87]
hem_right = [0.275, 0.87]
"#;

impl Pack {
    pub(crate) fn new() -> Self {
        let pack = Self(tempfile::tempdir().unwrap());
        pack.write("pack.toml", PACK);
        pack.write("texts/en.toml", TEXTS);
        pack.write("texts/pl.toml", TEXTS);
        pack.picture("slides/welcome.png");
        pack.picture("garments/TEE-1.png");
        pack.write("garments/TEE-1.fit.toml", FIT);
        pack
    }

    pub(crate) fn dir(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn path(&self, relative: &str) -> PathBuf {
        self.dir().join(relative)
    }

    pub(crate) fn write(&self, relative: &str, contents: impl AsRef<[u8]>) {
        let path = self.path(relative);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, contents).unwrap();
    }

    pub(crate) fn picture(&self, relative: &str) {
        let path = self.path(relative);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let disc = |x: u32, y: u32| {
            if x.abs_diff(250) + y.abs_diff(250) < 200 {
                Rgba([200, 20, 30, 255])
            } else {
                Rgba([0; 4])
            }
        };
        RgbaImage::from_fn(500, 500, disc).save(path).unwrap();
    }

    /// Replaces `from` by `to` in `file`, once; `from` must be there.
    pub(crate) fn change(&self, file: &str, from: &str, to: &str) {
        let text = fs::read_to_string(self.path(file)).unwrap();
        assert!(text.contains(from), "`{from}` is not in {file}");
        self.write(file, text.replacen(from, to, 1));
    }

    pub(crate) fn problems(&self) -> Vec<Problem> {
        match load_pack(self.dir()) {
            Ok(pack) => pack.warnings,
            Err(PackProblems(problems)) => problems,
        }
    }
}
