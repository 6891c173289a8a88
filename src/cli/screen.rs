//! `cheval screen`: puts itself into the sandbox, then opens the window.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use bevy::prelude::*;
use cheval_agent::child::{self, Upbringing};
use cheval_perception::spec::SourceSpec;
use clap::Args;

use super::{Failure, SettingsArgs};
use crate::clock::Clock;
use crate::config::Config;
use crate::content::Content;
use crate::report::Reporter;
use crate::{KioskPlugin, Looks, Startup, Tools, third_party};

/// Options of the screen; `run` hands them on.
#[derive(Debug, Clone, Default, Args)]
pub(super) struct ScreenArgs {
    #[command(flatten)]
    settings: SettingsArgs,
    /// Window size in pixels.
    #[arg(long, value_name = "WxH")]
    size: Option<String>,
    /// Cover the whole screen.
    #[arg(long)]
    fullscreen: bool,
    /// Where pictures come from: v4l2:/dev/video0, images:DIR, video:FILE, standin:DIR, none.
    #[arg(long, value_name = "SOURCE")]
    camera: Option<String>,
    /// Content store with the active generation.
    #[arg(long, value_name = "DIR", env = "CHEVAL_CONTENT")]
    pub(super) content: Option<PathBuf>,
    /// Folder the screen may write into.
    #[arg(long, value_name = "DIR")]
    pub(super) runtime: Option<PathBuf>,
    /// Play a scripted shopper (for demos and checks).
    #[arg(long)]
    script: bool,
    /// End after so many seconds.
    #[arg(long, value_name = "N")]
    pub(super) seconds: Option<f64>,
    /// Save a picture of each state here; refused while a live camera is on.
    #[arg(long, value_name = "DIR")]
    pub(super) shots: Option<PathBuf>,
    /// Write what happened into this JSON file.
    #[arg(long, value_name = "FILE")]
    pub(super) summary: Option<PathBuf>,
    /// Try garments on and save a picture of the bare mirror with each: SKUs, outfits joined with `+`, or `all`.
    #[arg(long, value_name = "SKU,…", value_delimiter = ',', requires = "shots")]
    looks: Vec<String>,
    /// With `--looks`: follow each garment over the camera pictures of a few seconds, instead of one picture.
    #[arg(long, requires = "looks")]
    looks_motion: bool,
    /// Draw the camera frame number as 16 black or white blocks along the top edge.
    #[arg(long)]
    barcode: bool,
    /// Log each camera frame's number and time into this file (JSON lines).
    #[arg(long, value_name = "FILE")]
    pub(super) frame_log: Option<PathBuf>,
    /// Do not enter the sandbox (for debuggers only).
    #[arg(long, hide = true)]
    no_sandbox: bool,
}

impl ScreenArgs {
    /// Settings: defaults, files, then the command line.
    pub(super) fn config(&self) -> Result<Config, Failure> {
        let mut set = Vec::new();
        if let Some(size) = &self.size {
            let (width, height) = parse_size(size)?;
            set.extend([
                format!("screen.width_px={width}"),
                format!("screen.height_px={height}"),
            ]);
        }
        if !self.looks.is_empty() {
            // Nobody touches the glass meanwhile.
            set.push("session.idle_ms=600000".into());
            // The pictures count, not the machine that makes them.
            set.push("vision.budget_cores=1.0".into());
        }
        if self.script {
            // Long enough for a picture of the greeting.
            set.push("session.linger_ms=2000".into());
        }
        if self.fullscreen {
            set.push("screen.fullscreen=true".into());
        }
        if let Some(camera) = &self.camera {
            set.push(format!("camera.source={camera}"));
        }
        self.settings.load(set)
    }

    /// The same options as arguments for the child process.
    pub(super) fn to_args(&self) -> Vec<OsString> {
        let mut args: Vec<OsString> = vec!["screen".into()];
        let mut option =
            |name: &str, value: OsString| args.extend([OsString::from(format!("--{name}")), value]);
        for set in &self.settings.set {
            option("set", set.into());
        }
        let texts = [("size", &self.size), ("camera", &self.camera)];
        for (name, text) in texts {
            if let Some(text) = text {
                option(name, text.into());
            }
        }
        let paths = [
            ("site-config", &self.settings.site_config),
            ("config", &self.settings.config),
            ("content", &self.content),
            ("runtime", &self.runtime),
            ("shots", &self.shots),
            ("summary", &self.summary),
            ("frame-log", &self.frame_log),
        ];
        for (name, path) in paths {
            if let Some(path) = path {
                option(name, path.into());
            }
        }
        if let Some(seconds) = self.seconds {
            option("seconds", seconds.to_string().into());
        }
        let flags = [
            ("fullscreen", self.fullscreen),
            ("script", self.script),
            ("barcode", self.barcode),
            ("no-sandbox", self.no_sandbox),
        ];
        args.extend(
            flags
                .iter()
                .filter(|(_, on)| *on)
                .map(|(name, _)| OsString::from(format!("--{name}"))),
        );
        args
    }

    fn writable(&self) -> Vec<PathBuf> {
        let files = [&self.summary, &self.frame_log]
            .into_iter()
            .flatten()
            .filter_map(|f| f.parent().map(Path::to_path_buf));
        files
            .chain(self.runtime.clone())
            .chain(self.shots.clone())
            .collect()
    }
}

fn parse_size(text: &str) -> Result<(u32, u32), Failure> {
    let parsed = text
        .split_once('x')
        .and_then(|(w, h)| Some((w.parse().ok()?, h.parse().ok()?)));
    parsed.ok_or_else(|| {
        Failure::config(format!(
            "--size {text}: expected WIDTHxHEIGHT in pixels, e.g. 1080x1920"
        ))
    })
}

/// Runs the screen until it is told to end.
pub(super) fn run(args: &ScreenArgs) -> Result<(), Failure> {
    super::run::start_log();
    let upbringing = Upbringing::from_env();
    child::die_with_agent(&upbringing).map_err(Failure::new)?;
    let startup = startup(args, upbringing)?;
    prepare_folders(args)?;
    if !args.no_sandbox {
        enter_sandbox(args);
    }
    if std::env::var_os("DISPLAY").is_none() && std::env::var_os("WAYLAND_DISPLAY").is_none() {
        return Err(Failure::no_display());
    }
    // Bevy panics deep inside when there is no device; the kiosk says so in one line instead.
    let outcome = std::panic::catch_unwind(|| play(startup));
    match outcome {
        Ok(exit) if exit.is_success() => Ok(()),
        Ok(_) => Err(Failure::new(
            "the screen ended with an error; see the log above",
        )),
        Err(panic) if panic_text(panic.as_ref()).contains("Unable to find a GPU") => {
            Err(Failure::no_graphics())
        }
        Err(panic) => Err(Failure::new(format!(
            "the screen stopped: {}",
            panic_text(panic.as_ref())
        ))),
    }
}

fn panic_text(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().cloned();
    text.or_else(|| panic.downcast_ref::<&str>().map(|s| (*s).to_owned()))
        .unwrap_or_default()
}

fn startup(args: &ScreenArgs, upbringing: Upbringing) -> Result<Startup, Failure> {
    let config = args.config()?;
    let camera = config
        .camera
        .source
        .parse::<SourceSpec>()
        .map_err(Failure::config)?;
    let content_dir = args
        .content
        .clone()
        .unwrap_or_else(|| config.content.store_dir.clone());
    Ok(Startup {
        assets_dir: assets_dir()?,
        content: Content::read(&content_dir),
        agent_socket: upbringing.socket,
        restarts: upbringing.restarts,
        camera,
        tools: Tools {
            script: args.script,
            seconds: args.seconds,
            shots_dir: args.shots.clone(),
            summary_file: args.summary.clone(),
            looks: Looks {
                garments: args.looks.clone(),
                motion: args.looks_motion,
            },
            barcode: args.barcode,
            frame_log: args.frame_log.clone(),
        },
        config,
    })
}

/// The program's own files: `CHEVAL_ASSETS`, beside the program, in its share folder, or in the source tree it was built
/// from.
pub(super) fn assets_dir() -> Result<PathBuf, Failure> {
    let exe = std::env::current_exe().unwrap_or_default();
    let beside = exe.parent().unwrap_or(Path::new("."));
    let candidates = [
        std::env::var_os("CHEVAL_ASSETS").map(PathBuf::from),
        Some(beside.join("assets")),
        Some(beside.join("../share/cheval/assets")),
        Some(Path::new(env!("CARGO_MANIFEST_DIR")).join("assets")),
    ];
    candidates
        .into_iter()
        .flatten()
        .find(|dir| dir.join("shaders/glass.wgsl").is_file())
        .ok_or_else(|| {
            Failure::new("the program's assets folder (fonts, shaders, sounds) is missing")
                .advise("set CHEVAL_ASSETS to it, or put it beside the program as `assets`")
        })
}

fn prepare_folders(args: &ScreenArgs) -> Result<(), Failure> {
    for dir in args.writable() {
        std::fs::create_dir_all(&dir)
            .map_err(|error| Failure::new(format!("failed to make {}: {error}", dir.display())))?;
    }
    Ok(())
}

fn enter_sandbox(args: &ScreenArgs) {
    let options = cheval_agent::sandbox::SandboxOptions {
        writable: args.writable(),
    };
    let report = cheval_agent::sandbox::enter(&options);
    if report.is_full() {
        tracing::info!("{report}");
    } else {
        tracing::warn!("{report}");
    }
}

fn play(startup: Startup) -> AppExit {
    let zone =
        jiff::tz::TimeZone::get(&startup.config.site.time_zone).unwrap_or(jiff::tz::TimeZone::UTC);
    let mut app = App::new();
    third_party::register_pack_source(&mut app, &startup);
    app.insert_resource(Clock::new(zone))
        .insert_resource(startup.config.clone())
        .insert_resource(startup.content.clone())
        .add_plugins(third_party::bevy_plugins(&startup))
        .insert_resource(startup)
        .add_plugins(KioskPlugin)
        .add_systems(Last, flush_reports);
    app.run()
}

/// The last records wait for the agent, so that ending the screen loses nothing.
fn flush_reports(reporter: Res<Reporter>, mut exits: MessageReader<AppExit>) {
    if exits.read().next().is_some() {
        reporter.flush();
    }
}
