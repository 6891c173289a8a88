//! The stand-in camera: cut-out people walk through a fitting area, by the rules of `assets/standin/README.md`. It only
//! makes pictures; what the models see in them is theirs to find out.

mod script;
mod sprite;

use std::path::Path;
use std::time::Duration;

use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{PixelType, ResizeOptions, Resizer};

use self::script::{Placement, Script};
use self::sprite::{Sprites, Target};
use super::pace::Pacer;
use super::{CameraOptions, Captured, FrameBuffer, FrameSource, SourceError, SourceInfo, images};

/// Longest side of a cut-out or background after loading, in pixels; larger ones are scaled down.
const MAX_PICTURE_PX: u32 = 4096;

pub(super) struct Standin {
    script: Script,
    name: String,
    width_px: u32,
    height_px: u32,
    rate_hz: f64,
    background: Vec<u8>,
    actors: Vec<Sprites>,
    frame: u64,
    repeat: bool,
    pacer: Pacer,
    in_view: Vec<(usize, Placement)>,
}

impl Standin {
    pub(super) fn open(dir: &Path, options: &CameraOptions) -> Result<Self, SourceError> {
        let CameraOptions {
            width_px,
            height_px,
            rate_hz,
            repeat,
            ..
        } = *options;
        let script = Script::read(dir)?;
        let background = covering(
            &dir.join(script.background(width_px, height_px)),
            width_px,
            height_px,
        )?;
        let actors = script
            .actors()
            .map(|actor| {
                let cut_out = images::load(&dir.join(&actor.picture), MAX_PICTURE_PX)?;
                Sprites::prepare(cut_out, actor.flip, actor.tallest() * f64::from(height_px))
            })
            .collect::<Result<_, _>>()?;
        Ok(Self {
            script,
            name: format!("stand-in people of {}", dir.display()),
            width_px,
            height_px,
            rate_hz,
            background,
            actors,
            frame: 0,
            repeat,
            pacer: Pacer::new(rate_hz),
            in_view: Vec::new(),
        })
    }

    /// Paints the scene at `t_secs` after the start of the loop.
    fn paint(&mut self, t_secs: f64, rgba: &mut [u8]) {
        rgba.copy_from_slice(&self.background);
        self.script.place(t_secs, &mut self.in_view);
        let mut target = Target::new(rgba, self.width_px, self.height_px);
        for (actor, placement) in &self.in_view {
            if let Some(sprites) = self.actors.get_mut(*actor) {
                sprites.draw(*placement, &mut target);
            }
        }
    }
}

impl FrameSource for Standin {
    fn next(&mut self, timeout: Duration, into: &mut FrameBuffer) -> Result<Captured, SourceError> {
        self.pacer.wait(timeout)?;
        let since_start_secs = self.frame as f64 / self.rate_hz;
        if !self.repeat && since_start_secs >= self.script.loop_secs() {
            return Err(SourceError::Ended);
        }
        self.frame += 1;
        let rgba = into.prepare(self.width_px, self.height_px)?;
        self.paint(since_start_secs % self.script.loop_secs(), rgba);
        Ok(Captured::now())
    }

    fn describe(&self) -> SourceInfo {
        SourceInfo {
            name: self.name.clone(),
            width_px: self.width_px,
            height_px: self.height_px,
            rate_hz: self.rate_hz,
            format: "stand-in".to_owned(),
            settled_by: "file",
            live: false,
        }
    }
}

/// Loads a picture so that it fills the frame: scaled to the larger ratio, centred, cut.
fn covering(path: &Path, width_px: u32, height_px: u32) -> Result<Vec<u8>, SourceError> {
    let picture = images::load(path, MAX_PICTURE_PX)?;
    let mut frame = Image::new(width_px, height_px, PixelType::U8x4);
    let (from_width, from_height) = picture.dimensions();
    let from = ImageRef::new(from_width, from_height, picture.as_raw(), PixelType::U8x4)
        .map_err(|e| scaling(&e))?;
    let options = ResizeOptions::new()
        .use_alpha(false)
        .fit_into_destination(None);
    Resizer::new()
        .resize(&from, &mut frame, &options)
        .map_err(|e| scaling(&e))?;
    let mut rgba = frame.into_vec();
    rgba.as_chunks_mut::<4>()
        .0
        .iter_mut()
        .for_each(|pixel| pixel[3] = 255);
    Ok(rgba)
}

fn scaling(error: &dyn std::fmt::Display) -> SourceError {
    SourceError::Decode {
        what: "stand-in picture",
        reason: error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use image::{Rgba, RgbaImage};

    use super::*;

    const SCRIPT: &str = r#"
version = 1
loop_secs = 4.0
background = "tall.png"
background_wide = "wide.png"
[[actor]]
picture = "red.png"
keyframes = [
  { t_secs = 1.0, x = 0.5, y = 1.0, height = 0.5 },
  { t_secs = 3.0, x = 0.5, y = 1.0, height = 0.5 },
]
"#;

    fn scene(script: &str) -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("standin.toml"), script).unwrap();
        let save = |name: &str, width, height, colour| {
            RgbaImage::from_pixel(width, height, Rgba(colour))
                .save(dir.path().join(name))
                .unwrap();
        };
        save("tall.png", 40, 80, [0, 0, 200, 255]);
        save("wide.png", 80, 40, [0, 200, 0, 255]);
        save("red.png", 20, 40, [250, 0, 0, 255]);
        dir
    }

    fn options(width_px: u32, height_px: u32) -> CameraOptions {
        CameraOptions {
            width_px,
            height_px,
            rate_hz: 240.0,
            ..CameraOptions::default()
        }
    }

    fn pixel(rgba: &[u8], width: usize, x: usize, y: usize) -> [u8; 4] {
        rgba[(y * width + x) * 4..][..4].try_into().unwrap()
    }

    #[test]
    fn people_are_there_only_in_their_time() {
        let dir = scene(SCRIPT);
        let mut standin = Standin::open(dir.path(), &options(100, 200)).unwrap();
        let mut rgba = vec![0; 100 * 200 * 4];
        standin.paint(0.5, &mut rgba);
        assert_eq!(pixel(&rgba, 100, 50, 150), [0, 0, 200, 255], "not yet come");
        standin.paint(2.0, &mut rgba);
        assert_eq!(
            pixel(&rgba, 100, 50, 150),
            [250, 0, 0, 255],
            "in front of the background"
        );
        assert_eq!(
            pixel(&rgba, 100, 50, 80),
            [0, 0, 200, 255],
            "the wall above the head"
        );
        assert_eq!(
            pixel(&rgba, 100, 10, 150),
            [0, 0, 200, 255],
            "the wall beside"
        );
        standin.paint(3.5, &mut rgba);
        assert_eq!(pixel(&rgba, 100, 50, 150), [0, 0, 200, 255], "gone again");
    }

    #[test]
    fn wide_frames_get_the_wide_background() {
        let dir = scene(SCRIPT);
        let mut standin = Standin::open(dir.path(), &options(200, 100)).unwrap();
        let mut rgba = vec![0; 100 * 200 * 4];
        standin.paint(0.0, &mut rgba);
        assert_eq!(pixel(&rgba, 200, 0, 0), [0, 200, 0, 255]);
    }

    #[test]
    fn no_two_frames_are_equal_while_somebody_is_there() {
        let dir = scene(SCRIPT);
        let mut standin = Standin::open(dir.path(), &options(360, 640)).unwrap();
        let mut paint = |t_secs| {
            let mut rgba = vec![0; 360 * 640 * 4];
            standin.paint(t_secs, &mut rgba);
            rgba
        };
        for n in 0..30 {
            let t_secs = 1.5 + f64::from(n) / 30.0;
            assert_ne!(paint(t_secs), paint(t_secs + 1.0 / 30.0), "at {t_secs}");
        }
    }

    #[test]
    fn broken_scenes_are_refused_with_the_reason() {
        for (script, expected) in [
            ("version = 2", "missing field"),
            ("versio = 1", "unknown field `versio`"),
            (
                &SCRIPT.replace("version = 1", "version = 2"),
                "version 2; this program reads version 1",
            ),
            (
                &SCRIPT.replace("loop_secs = 4.0", "loop_secs = -1.0"),
                "`loop_secs`",
            ),
            (
                &SCRIPT.replace("t_secs = 3.0", "t_secs = 1.0"),
                "keyframes must rise in time",
            ),
            (&SCRIPT.replace("height = 0.5", "height = 0.0"), "`height`"),
            (&SCRIPT.replace("x = 0.5", "x = nan"), "`x`"),
            (
                &SCRIPT.replace("red.png", "../red.png"),
                "a file name in this folder",
            ),
            (&SCRIPT.replace("red.png", "nobody.png"), "nobody.png"),
        ] {
            let dir = scene(script);
            let refused = Standin::open(dir.path(), &options(100, 200))
                .err()
                .map(|e| e.to_string())
                .unwrap_or_default();
            assert!(
                refused.contains(expected),
                "wanted `{expected}`, got: {refused}"
            );
        }
    }

    #[test]
    fn a_folder_without_script_is_named() {
        let dir = tempfile::tempdir().unwrap();
        let refused = Standin::open(dir.path(), &options(100, 200))
            .err()
            .unwrap()
            .to_string();
        assert!(refused.contains("standin.toml"), "{refused}");
    }
}
