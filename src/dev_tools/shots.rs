//! Pictures of states as PNG files. Refused while a live camera is the source: pixels of people never reach the disk.

use std::path::PathBuf;

use bevy::prelude::*;
use bevy::render::view::screenshot::{Screenshot, ScreenshotCaptured};
use bevy::tasks::IoTaskPool;
use cheval_perception::camera::CameraStatus;

use crate::Startup as KioskStartup;
use crate::perception::Eyes;

/// Take a picture of the glass under this name.
#[derive(Message, Debug, Clone)]
pub(super) struct TakeShot(pub String);

pub(super) fn plugin(app: &mut App) {
    app.add_message::<TakeShot>();
    app.add_systems(Last, take);
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

fn is_live_camera(status: &CameraStatus) -> bool {
    matches!(status, CameraStatus::Live { info, .. } if info.live)
}

/// Encoding and writing happen on an IO thread: no system waits for the disk.
fn save(image: Image, file: PathBuf) {
    IoTaskPool::get()
        .spawn(async move {
            let result = image
                .try_into_dynamic()
                .map_err(|e| e.to_string())
                .and_then(|picture| {
                    let unfinished = file.with_extension("tmp");
                    picture
                        .to_rgb8()
                        .save_with_format(&unfinished, image::ImageFormat::Png)
                        .map_err(|e| e.to_string())?;
                    std::fs::rename(&unfinished, &file).map_err(|e| e.to_string())
                });
            if let Err(error) = result {
                error!("failed to save {}: {error}", file.display());
            }
        })
        .detach();
}
