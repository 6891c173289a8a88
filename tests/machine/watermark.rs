//! A picture that can be recognised by its bytes: a person before a wall of noise that is nowhere else in the world.

use std::fs;
use std::path::{Path, PathBuf};

use image::{Rgba, RgbaImage, imageops};

const WIDTH: u32 = 720;
const HEIGHT: u32 = 1280;
/// Pixels in a row that are looked for; three hundred random bits do not come about by chance.
const RUN: u32 = 13;

/// The picture and what to look for.
pub(crate) struct Watermark {
    marks: Vec<Vec<u8>>,
}

impl Watermark {
    /// Puts the picture into `folder`, as a camera for `images:`.
    pub(crate) fn paint(folder: &Path) -> Self {
        let mut picture = RgbaImage::from_fn(WIDTH, HEIGHT, noise);
        let person = image::open("assets/standin/astronaut.png").expect("the stand-in");
        let person = imageops::resize(&person.to_rgba8(), 600, 600, imageops::FilterType::Triangle);
        imageops::overlay(&mut picture, &person, 60, 340);
        picture.save(folder.join("person.png")).expect("a folder");
        Self {
            marks: [(8, 5), (300, 40), (640, 200), (12, 1100), (500, 1270)]
                .into_iter()
                .flat_map(|(x, y)| [run(x, y, 4), run(x, y, 3)])
                .collect(),
        }
    }

    /// Files below `folder` that hold a piece of the picture.
    pub(crate) fn found_below(&self, folder: &Path) -> Vec<PathBuf> {
        let mut found = Vec::new();
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                found.extend(self.found_below(&path));
            } else if fs::read(&path).is_ok_and(|bytes| self.is_in(&bytes)) {
                found.push(path);
            }
        }
        found
    }

    fn is_in(&self, bytes: &[u8]) -> bool {
        let holds = |mark: &Vec<u8>| bytes.windows(mark.len()).any(|window| window == mark);
        self.marks.iter().any(holds)
    }
}

/// The same noise at every run (the finaliser of SplitMix64).
fn noise(x: u32, y: u32) -> Rgba<u8> {
    let mut z = (u64::from(y) << 32 | u64::from(x)).wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    let [r, g, b, ..] = (z ^ (z >> 31)).to_le_bytes();
    Rgba([r, g, b, 255])
}

/// A piece of a row as it lies in memory with so many bytes to a pixel.
fn run(x: u32, y: u32, bytes: usize) -> Vec<u8> {
    (x..x + RUN)
        .flat_map(|x| noise(x, y).0[..bytes].to_vec())
        .collect()
}
