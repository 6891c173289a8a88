//! The mirror, its hub and a display, started together and ended together.

mod camera;
mod display;
mod http;
mod hub;
mod kiosk;
mod stages;
mod summary;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use clap::Args;

use crate::setup::{self, Purpose};
use crate::stop::Stop;
use crate::{build, progress, workspace};
pub(crate) use camera::standin as standin_camera;
pub(crate) use display::Display;
use hub::Hub;
use kiosk::Kiosk;

/// Unattended runs end by themselves after this time unless told otherwise: one round of the touch script with reserve.
const UNATTENDED_SECONDS: u32 = 45;

#[derive(Args, Clone, Default)]
pub(crate) struct Options {
    /// Cover the whole display
    #[arg(long, conflicts_with = "headless")]
    pub(crate) fullscreen: bool,
    /// Run unattended on a virtual display: scripted touches, a PNG per state, summary.json
    #[arg(long)]
    pub(crate) headless: bool,
    /// End after this many seconds
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(5..=86_400))]
    pub(crate) seconds: Option<u32>,
    /// Size of the picture in pixels [default: 720x1280]
    #[arg(long, value_name = "WxH")]
    pub(crate) size: Option<Size>,
    /// Where the picture comes from: v4l2:/dev/videoN, images:DIR, video:FILE, standin:DIR, none [default: the first camera; stand-in people without one and with --headless]
    #[arg(long, value_name = "SPEC")]
    pub(crate) camera: Option<String>,
    /// Folder for pictures, hub.sqlite and summary.json [default: demo in the build folder]
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// Draw the camera frame's number as black and white blocks along the top edge
    #[arg(long)]
    pub(crate) barcode: bool,
    /// Write when each camera frame came into memory, one JSON line per frame
    #[arg(long, value_name = "FILE")]
    pub(crate) frame_log: Option<PathBuf>,
}

/// Width and height in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Size {
    pub(crate) width: u32,
    pub(crate) height: u32,
}

impl Size {
    pub(crate) const PORTRAIT: Self = Self {
        width: 720,
        height: 1280,
    };
}

impl std::str::FromStr for Size {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let refuse = || {
            format!(
                "`{text}` is not a size: write width x height in pixels, each from 240 to 7680, for example 1080x1920"
            )
        };
        let side = |digits: &str| {
            digits
                .parse::<u32>()
                .ok()
                .filter(|pixels| (240..=7680).contains(pixels))
                .ok_or_else(refuse)
        };
        let (width, height) = text.split_once('x').ok_or_else(refuse)?;
        Ok(Self {
            width: side(width)?,
            height: side(height)?,
        })
    }
}

impl std::fmt::Display for Size {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}x{}", self.width, self.height)
    }
}

/// Sets up, builds and shows the mirror.
pub(crate) fn run(options: &Options) -> Result<()> {
    let needs_display = options.headless || !display::is_there();
    let mut purposes = vec![Purpose::Build, Purpose::Run];
    if needs_display {
        purposes.push(Purpose::VirtualDisplay);
    }
    let mut environment = setup::prepare(&purposes)?;
    let programs = build::build()?;
    let out = output_folder(options)?;
    let size = options.size.unwrap_or(Size::PORTRAIT);

    let display = if needs_display {
        environment.use_software_vulkan();
        Display::start_virtual(size, &out)?
    } else {
        Display::of_the_person()
    };
    let mut hub = Hub::start(&programs.hub, &environment, &out)?;
    let place = kiosk::Place::new(&out, &environment)?;
    kiosk::enrol(&programs.kiosk, &environment, &hub, &place)?;
    let unattended = needs_display;
    let seconds = options.seconds.or(unattended.then_some(UNATTENDED_SECONDS));
    let camera = match &options.camera {
        Some(spec) => spec.clone(),
        // Pictures of a live camera never reach the disk, so an unattended run looks at the stand-in people.
        None if unattended => camera::standin(),
        None => camera::pick(),
    };
    let wish = kiosk::Wish {
        size,
        camera: &camera,
        seconds,
        unattended,
        options,
    };
    let mut kiosk = Kiosk::start(&programs.kiosk, &environment, &display, &place, &wish)?;
    announce(
        &hub,
        &camera,
        &place.question(&programs.kiosk),
        &out,
        seconds,
        unattended,
    );
    kiosk.wait(seconds.map(|seconds| Duration::from_secs(u64::from(seconds))))?;
    drop(kiosk);
    if !unattended {
        hub.stop();
        return Ok(());
    }
    conclude(hub, &place, &out, size)
}

/// Collects what an unattended run left behind and judges it.
fn conclude(mut hub: Hub, place: &kiosk::Place, out: &Path, size: Size) -> Result<()> {
    let screen = summary::ScreenSummary::read(&place.screen_summary());
    let accepted = hub.wait_for_records(Duration::from_secs(10));
    hub.stop();
    hub.keep_database(out)?;
    let pictures = stages::collect_pictures(&place.shots(), out, size)?;
    let screen = screen?;
    let accepted = accepted?;
    summary::write(&out.join("summary.json"), &screen, &accepted)?;
    let mut missing = stages::missing(&screen, &accepted, &pictures);
    missing.extend(
        place
            .refused_shaders()
            .map(|why| format!("a shader was refused: {why}")),
    );
    progress::answer(&format!("{}", out.join("summary.json").display()));
    if missing.is_empty() {
        progress::say(&format!(
            "Demo: every stage happened; pictures and summary.json are in {}",
            out.display()
        ));
        return Ok(());
    }
    bail!(Stop::StagesMissing(missing))
}

fn announce(
    hub: &Hub,
    camera: &str,
    why: &str,
    out: &Path,
    seconds: Option<u32>,
    unattended: bool,
) {
    progress::say(&format!("Camera: {camera}"));
    progress::say(&format!("Hub: {} (open it in a browser)", hub.url()));
    progress::say(&format!("Why is this on the screen: {why}"));
    match (unattended, seconds) {
        (true, Some(seconds)) => {
            progress::say(&format!(
                "The mirror runs on a virtual display for {seconds} s; pictures of it go to {}. Ctrl-C ends it.",
                out.display()
            ));
        }
        (_, Some(seconds)) => progress::say(&format!(
            "The mirror is on your display for {seconds} s. Ctrl-C ends it."
        )),
        (_, None) => progress::say("The mirror is on your display. Ctrl-C ends it."),
    }
}

/// The folder for results, with what an earlier demo left there removed. Nothing else in it is touched.
fn output_folder(options: &Options) -> Result<PathBuf> {
    let out = match &options.out {
        Some(dir) => std::path::absolute(dir)
            .with_context(|| format!("failed to make sense of --out {}", dir.display()))?,
        None => workspace::target_dir()?.join("demo"),
    };
    fs::create_dir_all(&out).with_context(|| {
        format!(
            "failed to create the folder {} for the results",
            out.display()
        )
    })?;
    for name in ["hub", "state", "runtime", "logs"] {
        remove(&out.join(name))?;
    }
    for name in ["summary.json", "hub.sqlite"] {
        remove(&out.join(name))?;
    }
    for state in stages::STATES {
        remove(&out.join(format!("{state}.png")))?;
    }
    Ok(out)
}

fn remove(path: &Path) -> Result<()> {
    let outcome = if path.is_dir() {
        fs::remove_dir_all(path)
    } else {
        fs::remove_file(path)
    };
    match outcome {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| {
                format!(
                    "failed to remove {}, left by an earlier demo",
                    path.display()
                )
            })
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_and_refused_with_an_example() {
        assert_eq!(
            "1080x1920".parse(),
            Ok(Size {
                width: 1080,
                height: 1920
            })
        );
        for wrong in [
            "",
            "1080",
            "1080x",
            "x1920",
            "0x0",
            "1080x-1920",
            "1e3x900",
            "99999x1080",
            "1080X1920",
            "1080x1920x3",
        ] {
            let refusal = wrong.parse::<Size>().unwrap_err();
            assert!(refusal.contains("1080x1920"), "{wrong}: {refusal}");
        }
    }

    #[test]
    fn only_what_an_earlier_demo_left_is_removed() {
        let dir = tempfile::tempdir().unwrap();
        let out = dir.path().join("results");
        fs::create_dir_all(out.join("state")).unwrap();
        for name in ["summary.json", "attract.png", "my-notes.txt"] {
            fs::write(out.join(name), "x").unwrap();
        }
        let found = output_folder(&Options {
            out: Some(out.clone()),
            ..Options::default()
        })
        .unwrap();
        assert_eq!(found, out);
        let left: Vec<_> = fs::read_dir(&out)
            .unwrap()
            .map(|entry| entry.unwrap().file_name())
            .collect();
        assert_eq!(left, ["my-notes.txt"]);
    }
}
