//! Pictures of states as PNG files. Refused while a live camera is the source: pixels of people never reach the disk.

use std::path::{Path, PathBuf};

use bevy::prelude::*;
use bevy::render::view::screenshot::{Screenshot, ScreenshotCaptured};
use bevy::tasks::IoTaskPool;
use cheval_perception::camera::CameraStatus;
use image::{ImageFormat, RgbImage};

use crate::Startup as KioskStartup;
use crate::perception::Eyes;

/// Take a picture of the glass under this name.
#[derive(Message, Debug, Clone)]
pub(super) struct TakeShot(pub String);

pub(super) fn plugin(app: &mut App) {
    app.add_message::<TakeShot>();
    // Before the pace of the update is set: a picture is taken of a glass that is drawn.
    app.add_systems(PostUpdate, take);
}

fn take(
    startup: Res<KioskStartup>,
    eyes: Res<Eyes>,
    mut wanted: MessageReader<TakeShot>,
    mut commands: Commands,
) {
    for TakeShot(name) in wanted.read() {
        let Some(dir) = &startup.tools.shots_dir else {
            continue;
        };
        if is_live_camera(&eyes.camera()) {
            warn!(
                "no picture of state {name}: a live camera is on, and its pixels never reach the disk"
            );
            continue;
        }
        let file = dir.join(format!("{name}.png"));
        commands.spawn(Screenshot::primary_window()).observe(
            move |shot: On<ScreenshotCaptured>| {
                save(shot.image.clone(), file.clone());
            },
        );
    }
}

pub(super) fn is_live_camera(status: &CameraStatus) -> bool {
    matches!(status, CameraStatus::Live { info, .. } if info.live)
}

/// Encoding and writing happen on an IO thread: no system waits for the disk.
fn save(image: Image, file: PathBuf) {
    IoTaskPool::get()
        .spawn(async move {
            let picture = image.try_into_dynamic().map_err(|e| e.to_string());
            let saved = picture.and_then(|picture| write(&picture.to_rgb8(), &file));
            if let Err(error) = saved {
                error!("failed to save {}: {error}", file.display());
            }
        })
        .detach();
}

fn write(picture: &RgbImage, file: &Path) -> Result<(), String> {
    if is_empty(picture) {
        return Err("the glass was empty, all in one colour".into());
    }
    if let Some(folder) = file.parent() {
        std::fs::create_dir_all(folder).map_err(|e| e.to_string())?;
    }
    let unfinished = file.with_extension("tmp");
    picture
        .save_with_format(&unfinished, ImageFormat::Png)
        .map_err(|e| e.to_string())?;
    std::fs::rename(&unfinished, file).map_err(|e| e.to_string())
}

/// Every state shows something; one colour alone is a screen that failed to draw.
fn is_empty(picture: &RgbImage) -> bool {
    let mut pixels = picture.pixels();
    let first = pixels.next();
    pixels.all(|pixel| Some(pixel) == first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_black_glass_is_not_saved_as_a_picture_of_a_state() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("farewell.png");
        let mut picture = RgbImage::new(8, 8);
        assert!(write(&picture, &file).is_err());
        assert!(!file.exists());
        picture.put_pixel(3, 3, image::Rgb([255, 0, 0]));
        write(&picture, &file).unwrap();
        assert_eq!(image::open(&file).unwrap().to_rgb8(), picture);
    }
}
