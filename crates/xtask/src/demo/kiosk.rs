//! The kiosk under demonstration: enrolled at the demo's hub, then run.

use std::fs;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};

use super::display::Display;
use super::hub::Hub;
use super::{Options, Size};
use crate::setup::Environment;
use crate::shell::{self, Running};

/// What an unattended run may take longer than it was told: start-up, the last records, a clean end.
const RESERVE: Duration = Duration::from_secs(60);

/// A Unix socket's name may not be longer than 108 bytes (unix(7)); this leaves room for the file name.
const SOCKET_FOLDER_BYTES_MAX: usize = 80;

/// The kiosk's folders.
pub(crate) struct Place {
    state: PathBuf,
    runtime: PathBuf,
    log: PathBuf,
}

impl Place {
    pub(crate) fn new(out: &Path, environment: &Environment) -> Result<Self> {
        let mut runtime = out.join("runtime");
        if runtime.as_os_str().len() > SOCKET_FOLDER_BYTES_MAX {
            runtime = environment
                .runtime_dir()
                .join(format!("cheval-demo-{}", std::process::id()));
        }
        let place = Self {
            state: out.join("state"),
            runtime,
            log: out.join("logs/kiosk.log"),
        };
        for dir in [&place.state, &place.runtime] {
            fs::DirBuilder::new()
                .recursive(true)
                .mode(0o700)
                .create(dir)
                .with_context(|| format!("failed to create {}", dir.display()))?;
        }
        Ok(place)
    }

    /// The line that asks the running kiosk for its last decisions.
    pub(crate) fn question(&self, program: &Path) -> String {
        format!(
            "{} why --runtime {}",
            program.display(),
            self.runtime.display()
        )
    }

    pub(crate) fn screen_summary(&self) -> PathBuf {
        self.runtime.join("screen-summary.json")
    }

    /// What the log says of shaders that the graphics driver refused: the screen goes on without them.
    pub(crate) fn refused_shaders(&self) -> Option<String> {
        let log = fs::read_to_string(&self.log).ok()?;
        let mut lines = log.lines();
        lines.find(|line| line.contains("failed to process shader"))?;
        Some(lines.next().unwrap_or_default().trim().to_owned())
    }

    pub(crate) fn shots(&self) -> PathBuf {
        self.runtime.join("shots")
    }
}

/// How the kiosk is to run.
pub(crate) struct Wish<'a> {
    pub(crate) size: Size,
    pub(crate) camera: &'a str,
    pub(crate) seconds: Option<u32>,
    pub(crate) unattended: bool,
    pub(crate) options: &'a Options,
}

/// Gets the kiosk its key from the hub.
pub(crate) fn enrol(
    program: &Path,
    environment: &Environment,
    hub: &Hub,
    place: &Place,
) -> Result<()> {
    let mut command = Command::new(program);
    command
        .args([
            "enrol",
            "--hub",
            hub.url(),
            "--claim",
            hub.claim(),
            "--state",
        ])
        .arg(&place.state);
    environment.apply(&mut command);
    let log = place.log.with_file_name("enrol.log");
    let mut running = Running::start_logged(&command, "cheval enrol", &log)?;
    match running.wait(Duration::from_secs(60))? {
        Some(status) if status.success() => Ok(()),
        Some(status) => bail!(
            "the kiosk could not enrol ({status}):\n{}",
            shell::tail(&log, 10)
        ),
        None => bail!(
            "the kiosk did not finish enrolling within a minute:\n{}",
            shell::tail(&log, 10)
        ),
    }
}

/// The running kiosk.
pub(crate) struct Kiosk {
    running: Running,
    log: PathBuf,
}

impl Kiosk {
    pub(crate) fn start(
        program: &Path,
        environment: &Environment,
        display: &Display,
        place: &Place,
        wish: &Wish,
    ) -> Result<Self> {
        let mut command = arguments(program, place, wish)?;
        environment.apply(&mut command);
        display.apply(&mut command);
        let running = Running::start_logged(&command, "the kiosk", &place.log)?;
        Ok(Self {
            running,
            log: place.log.clone(),
        })
    }

    /// Waits for the kiosk's own end; `limit` is the time that it was told to run.
    pub(crate) fn wait(&mut self, limit: Option<Duration>) -> Result<()> {
        let started = Instant::now();
        loop {
            if let Some(status) = self.running.ended()? {
                if status.success() {
                    return Ok(());
                }
                bail!(
                    "the kiosk ended with {status}. The end of {}:\n{}",
                    self.log.display(),
                    shell::tail(&self.log, 25)
                );
            }
            if limit.is_some_and(|limit| started.elapsed() > limit + RESERVE) {
                bail!(
                    "the kiosk did not end when its time was over. The end of {}:\n{}",
                    self.log.display(),
                    shell::tail(&self.log, 25)
                );
            }
            shell::pause()?;
        }
    }
}

fn arguments(program: &Path, place: &Place, wish: &Wish) -> Result<Command> {
    let mut command = Command::new(program);
    command
        .arg("run")
        .arg("--state")
        .arg(&place.state)
        .arg("--runtime")
        .arg(&place.runtime);
    command.args([
        "--size",
        &wish.size.to_string(),
        "--camera",
        wish.camera,
        "--exit-on-stdin-close",
    ]);
    if let Some(seconds) = wish.seconds {
        command.args(["--seconds", &seconds.to_string()]);
    }
    if wish.unattended {
        command
            .args(["--script", "--shots"])
            .arg(place.shots())
            .arg("--summary")
            .arg(place.screen_summary());
    }
    if wish.options.fullscreen {
        command.arg("--fullscreen");
    }
    if wish.options.barcode {
        command.arg("--barcode");
    }
    if let Some(file) = &wish.options.frame_log {
        let file = std::path::absolute(file)
            .with_context(|| format!("failed to make sense of --frame-log {}", file.display()))?;
        command.arg("--frame-log").arg(file);
    }
    Ok(command)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(wish: &Wish) -> String {
        let place = Place {
            state: "/s".into(),
            runtime: "/r".into(),
            log: "/l".into(),
        };
        let command = arguments(Path::new("cheval"), &place, wish).unwrap();
        command
            .get_args()
            .map(|word| word.to_string_lossy().into_owned())
            .collect::<Vec<_>>()
            .join(" ")
    }

    #[test]
    fn an_unattended_run_plays_the_script_and_leaves_pictures_and_a_summary() {
        let options = Options {
            barcode: true,
            frame_log: Some("/tmp/frames".into()),
            ..Options::default()
        };
        let wish = Wish {
            size: Size::PORTRAIT,
            camera: "none",
            seconds: Some(20),
            unattended: true,
            options: &options,
        };
        let expected = "run --state /s --runtime /r --size 720x1280 --camera none --exit-on-stdin-close --seconds 20 \
                        --script --shots /r/shots --summary /r/screen-summary.json --barcode --frame-log /tmp/frames";
        assert_eq!(words(&wish), expected);
    }

    #[test]
    fn a_run_for_a_person_has_no_script() {
        let options = Options {
            fullscreen: true,
            ..Options::default()
        };
        let wish = Wish {
            size: Size::PORTRAIT,
            camera: "v4l2:/dev/video0",
            seconds: None,
            unattended: false,
            options: &options,
        };
        let words = words(&wish);
        assert!(
            words.ends_with("--exit-on-stdin-close --fullscreen") && !words.contains("--script"),
            "{words}"
        );
    }

    #[test]
    fn a_folder_too_deep_for_a_socket_is_replaced_by_a_short_one() {
        let dir = tempfile::tempdir().unwrap();
        let deep = dir.path().join("d".repeat(90));
        let place = Place::new(&deep, &Environment::default()).unwrap();
        assert!(
            place.runtime.as_os_str().len() <= SOCKET_FOLDER_BYTES_MAX && place.runtime.is_dir(),
            "{}",
            place.runtime.display()
        );
        fs::remove_dir(&place.runtime).unwrap();
    }
}
