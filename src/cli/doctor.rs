//! `cheval doctor`: is everything here that a kiosk needs? One line per thing, with what to do about what is missing.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use cheval_agent::enrolment;
use cheval_content::Store;
use cheval_perception::Perception;
use cheval_perception::spec::SourceSpec;
use clap::Args;

use super::{Failure, SettingsArgs, say};
use crate::config::Config;

/// Options of the doctor.
#[derive(Debug, Args)]
pub(super) struct DoctorArgs {
    #[command(flatten)]
    settings: SettingsArgs,
    /// Folder for what lasts.
    #[arg(long, value_name = "DIR", env = "CHEVAL_STATE")]
    state: Option<PathBuf>,
    /// Also list every setting with where it comes from.
    #[arg(long)]
    settings_too: bool,
}

/// How one thing is.
struct Finding {
    what: &'static str,
    /// Without it the kiosk cannot run at all.
    needed: bool,
    state: Result<String, String>,
}

/// Loading every model takes a moment on a small machine.
const MODELS_PATIENCE: Duration = Duration::from_secs(20);

/// Checks this machine.
pub(super) fn run(args: &DoctorArgs) -> Result<(), Failure> {
    let config = args.settings.load(Vec::new())?;
    let state = args.state.clone();
    let content = state.as_ref().map_or_else(
        || config.content.store_dir.clone(),
        |dir| dir.join("content"),
    );
    let mut findings = vec![
        Finding {
            what: "display",
            needed: true,
            state: display(),
        },
        Finding {
            what: "graphics",
            needed: true,
            state: graphics(),
        },
        Finding {
            what: "program files",
            needed: true,
            state: assets(),
        },
        Finding {
            what: "content",
            needed: false,
            state: active_content(&content),
        },
        Finding {
            what: "camera",
            needed: false,
            state: camera(&config),
        },
        Finding {
            what: "sound",
            needed: false,
            state: sound(),
        },
        Finding {
            what: "hub",
            needed: false,
            state: hub(state.as_deref()),
        },
    ];
    findings.extend(organs(&config));
    findings.iter().for_each(say_finding);
    if args.settings_too {
        config
            .origins()
            .for_each(|(key, origin)| say(format!("setting  {key:<28} {origin}")));
    }
    let broken = findings
        .iter()
        .filter(|f| f.needed && f.state.is_err())
        .count();
    if broken == 0 {
        Ok(())
    } else {
        Err(Failure::new(format!(
            "{broken} thing(s) that a kiosk cannot do without are missing"
        )))
    }
}

fn say_finding(finding: &Finding) {
    let (mark, text) = match &finding.state {
        Ok(text) => ("ok   ", text),
        Err(text) if finding.needed => ("MISS ", text),
        Err(text) => ("off  ", text),
    };
    say(format!("{mark} {:<22} {text}", finding.what));
}

fn display() -> Result<String, String> {
    ["WAYLAND_DISPLAY", "DISPLAY"]
        .iter()
        .find_map(|name| {
            std::env::var(name)
                .ok()
                .map(|value| format!("{name}={value}"))
        })
        .ok_or_else(|| {
            "neither WAYLAND_DISPLAY nor DISPLAY is set; start it from the graphical session".into()
        })
}

fn graphics() -> Result<String, String> {
    let folders = ["/usr/share/vulkan/icd.d", "/etc/vulkan/icd.d"];
    let drivers: Vec<String> = folders
        .iter()
        .filter_map(|folder| std::fs::read_dir(folder).ok())
        .flatten()
        .filter_map(|entry| entry.ok()?.path().file_stem()?.to_str().map(str::to_owned))
        .collect();
    if drivers.is_empty() {
        Err("no Vulkan driver is installed; `apt install mesa-vulkan-drivers`".into())
    } else {
        Ok(format!("Vulkan drivers: {}", drivers.join(", ")))
    }
}

fn assets() -> Result<String, String> {
    super::screen::assets_dir()
        .map(|dir| dir.display().to_string())
        .map_err(|failure| failure.to_string())
}

fn active_content(dir: &Path) -> Result<String, String> {
    let generation = Store::open(dir)
        .active()
        .map_err(|error| error.to_string())?;
    let catalogue = &generation.catalogue;
    Ok(format!(
        "{}: {} slides, {} offers, {} garments",
        generation.pack,
        catalogue.slides.len(),
        catalogue.promos.len(),
        catalogue.garments.len()
    ))
}

fn camera(config: &Config) -> Result<String, String> {
    let source = config
        .camera
        .source
        .parse::<SourceSpec>()
        .map_err(|error| error.to_string())?;
    let SourceSpec::V4l2(_) = source else {
        return Ok(format!("{source} (not a camera)"));
    };
    let devices: Vec<String> = (0..16)
        .map(|n| format!("/dev/video{n}"))
        .filter(|path| Path::new(path).exists())
        .collect();
    if devices.is_empty() {
        Err(
            "no /dev/video* device; the kiosk plays without a mirror until one is plugged in"
                .into(),
        )
    } else {
        Ok(format!("{source}; devices here: {}", devices.join(", ")))
    }
}

fn sound() -> Result<String, String> {
    let cards = std::fs::read_to_string("/proc/asound/cards").unwrap_or_default();
    let first = cards
        .lines()
        .next()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.contains("no soundcards"));
    first
        .map(str::to_owned)
        .ok_or_else(|| "no sound card; the kiosk stays silent".into())
}

fn hub(state: Option<&Path>) -> Result<String, String> {
    let Some(state) = state else {
        return Err("name the state folder with --state to check the enrolment".into());
    };
    match enrolment::load(state) {
        Ok(Some((enrolled, _))) => Ok(format!(
            "{} as {} ({})",
            enrolled.hub_url, enrolled.name, enrolled.site
        )),
        Ok(None) => Err("not enrolled; records wait in the spool (`cheval enrol --help`)".into()),
        Err(error) => Err(error.to_string()),
    }
}

/// Loads every model as the kiosk does, and says which organs are on.
fn organs(config: &Config) -> Vec<Finding> {
    let options = crate::perception_options(config, SourceSpec::None, config.camera.options());
    let perception = Perception::start(options, Arc::new(|| {}));
    let begun = Instant::now();
    while perception.health().organs.is_empty() && begun.elapsed() < MODELS_PATIENCE {
        std::thread::sleep(Duration::from_millis(50));
    }
    let organs = perception.health().organs;
    if organs.is_empty() {
        return vec![Finding {
            what: "models",
            needed: false,
            state: Err("they took too long to load".into()),
        }];
    }
    organs
        .into_iter()
        .map(|organ| Finding {
            what: "model",
            needed: false,
            state: if organ.on {
                Ok(organ.name)
            } else {
                Err(format!("{}: {}", organ.name, organ.reason))
            },
        })
        .collect()
}
