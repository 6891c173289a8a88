//! Which cameras are there, and which one a name means.

use std::fs;
use std::panic::catch_unwind;
use std::path::{Path, PathBuf};

use nokhwa::utils::{ApiBackend, CameraIndex};

use crate::source::SourceError;
use crate::spec::DeviceName;

/// A V4L2 device node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CameraDevice {
    /// `/dev/videoN`.
    pub path: PathBuf,
    /// The N.
    pub index: u32,
    /// The name the driver gives it.
    pub name: String,
    /// Serial number of its USB descriptor, if it has one.
    pub serial: Option<String>,
}

/// The video devices of this machine, lowest number first; some may turn out to give no pictures.
#[must_use]
pub fn list_cameras() -> Vec<CameraDevice> {
    // nokhwa's list panics on a node of /dev that starts with `video` and has no number.
    let listed = catch_unwind(|| nokhwa::query(ApiBackend::Video4Linux))
        .ok()
        .and_then(Result::ok)
        .unwrap_or_default();
    let mut cameras: Vec<_> = listed
        .iter()
        .filter_map(|info| match info.index() {
            CameraIndex::Index(index) => Some(described(*index, info.human_name())),
            CameraIndex::String(_) => None,
        })
        .collect();
    cameras.sort_by_key(|camera| camera.index);
    cameras
}

/// The cameras that `name` may mean, in the order in which to try them.
pub(super) fn matching(name: &DeviceName) -> Result<Vec<CameraDevice>, SourceError> {
    match name {
        DeviceName::First => Ok(list_cameras()),
        DeviceName::Serial(serial) => {
            let mut cameras = list_cameras();
            cameras.retain(|camera| camera.serial.as_deref() == Some(serial));
            Ok(cameras)
        }
        DeviceName::Path(path) => {
            let real = fs::canonicalize(path).map_err(|_not_there| none_found(name))?;
            let index = index_of(&real).ok_or_else(|| none_found(name))?;
            let known = list_cameras()
                .into_iter()
                .find(|camera| camera.index == index);
            Ok(vec![known.unwrap_or_else(|| {
                described(index, real.display().to_string())
            })])
        }
    }
}

/// Says what was wanted and what is there.
pub(super) fn none_found(name: &DeviceName) -> SourceError {
    let wanted = match name {
        DeviceName::First => "at /dev/video*".to_owned(),
        DeviceName::Path(path) => path.display().to_string(),
        DeviceName::Serial(serial) => format!("with serial={serial}"),
    };
    let found: Vec<_> = list_cameras()
        .into_iter()
        .map(
            |CameraDevice {
                 path, name, serial, ..
             }| {
                let serial = serial
                    .map(|serial| format!(", serial={serial}"))
                    .unwrap_or_default();
                format!("{} ({name}{serial})", path.display())
            },
        )
        .collect();
    let found = if found.is_empty() {
        "none".to_owned()
    } else {
        found.join(", ")
    };
    SourceError::NoDevice { wanted, found }
}

fn described(index: u32, name: String) -> CameraDevice {
    CameraDevice {
        path: PathBuf::from(format!("/dev/video{index}")),
        index,
        name,
        serial: serial_of(index),
    }
}

/// `/dev/video3` → 3.
fn index_of(path: &Path) -> Option<u32> {
    path.to_str()?.strip_prefix("/dev/video")?.parse().ok()
}

/// The kernel links a video node to its USB interface; the serial number stands at the device above it.
fn serial_of(index: u32) -> Option<String> {
    let interface = fs::canonicalize(format!("/sys/class/video4linux/video{index}/device")).ok()?;
    let serial = fs::read_to_string(interface.parent()?.join("serial")).ok()?;
    let serial = serial.trim();
    (!serial.is_empty()).then(|| serial.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_video_nodes_have_an_index() {
        for (path, index) in [
            ("/dev/video0", Some(0)),
            ("/dev/video12", Some(12)),
            ("/dev/video", None),
            ("/dev/video-1", None),
            ("/dev/null", None),
            ("/tmp/dev/video0", None),
        ] {
            assert_eq!(index_of(Path::new(path)), index, "{path}");
        }
    }
}
