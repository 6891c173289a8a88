//! Which camera the demo uses when nobody said.

use std::fs::{self, File, OpenOptions};
use std::path::{Path, PathBuf};

use crate::workspace;

/// The first camera that this user may open, else the stand-in people.
pub(crate) fn pick() -> String {
    first_capture_node(Path::new("/sys/class/video4linux"), |node| {
        OpenOptions::new().read(true).write(true).open(node)
    })
    .map_or_else(standin, |node| format!("v4l2:{}", node.display()))
}

/// The stand-in people that come with the project.
pub(crate) fn standin() -> String {
    format!(
        "standin:{}",
        workspace::root().join("assets/standin").display()
    )
}

/// A camera shows up as several nodes; the one with index 0 gives pictures, the others metadata.
fn first_capture_node(
    class: &Path,
    open: impl Fn(&Path) -> std::io::Result<File>,
) -> Option<PathBuf> {
    let mut numbers: Vec<u32> = fs::read_dir(class)
        .ok()?
        .filter_map(|entry| {
            entry
                .ok()?
                .file_name()
                .to_str()?
                .strip_prefix("video")?
                .parse()
                .ok()
        })
        .filter(|number| {
            fs::read_to_string(class.join(format!("video{number}/index")))
                .is_ok_and(|index| index.trim() == "0")
        })
        .collect();
    numbers.sort_unstable();
    numbers
        .into_iter()
        .map(|number| PathBuf::from(format!("/dev/video{number}")))
        .find(|node| open(node).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn machine_with(nodes: &[(&str, &str)]) -> tempfile::TempDir {
        let class = tempfile::tempdir().unwrap();
        for (name, index) in nodes {
            fs::create_dir(class.path().join(name)).unwrap();
            fs::write(class.path().join(name).join("index"), index).unwrap();
        }
        class
    }

    #[test]
    fn the_first_node_that_gives_pictures_and_opens_is_taken() {
        let class = machine_with(&[
            ("video10", "0\n"),
            ("video2", "0\n"),
            ("video1", "1\n"),
            ("v4l-subdev0", "0\n"),
        ]);
        let open_all = |_: &Path| File::open("/dev/null");
        assert_eq!(
            first_capture_node(class.path(), open_all),
            Some("/dev/video2".into())
        );
        let busy = |node: &Path| {
            if node.ends_with("video2") {
                Err(std::io::ErrorKind::PermissionDenied.into())
            } else {
                File::open("/dev/null")
            }
        };
        assert_eq!(
            first_capture_node(class.path(), busy),
            Some("/dev/video10".into())
        );
    }

    #[test]
    fn a_machine_without_cameras_has_none() {
        assert_eq!(
            first_capture_node(machine_with(&[]).path(), |_| File::open("/dev/null")),
            None
        );
        assert_eq!(
            first_capture_node(Path::new("/nowhere"), |_| File::open("/dev/null")),
            None
        );
    }
}
