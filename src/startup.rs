//! What the screen is started with: settings, folders, content, tools. Decided before the first window opens.

use std::path::PathBuf;

use bevy::prelude::Resource;
use cheval_perception::source::CameraOptions;
use cheval_perception::spec::SourceSpec;
use cheval_perception::{PerceptionOptions, VisionRates, default_models_folders};

use crate::config::Config;
use crate::content::Content;

/// What the screen is started with.
#[derive(Resource, Debug, Clone)]
pub struct Startup {
    /// Settings.
    pub config: Config,
    /// Program files: fonts, shaders, icons, sounds, locales.
    pub assets_dir: PathBuf,
    /// The active generation.
    pub content: Content,
    /// The agent's socket; `None` = the screen runs alone.
    pub agent_socket: Option<PathBuf>,
    /// Times the agent has brought the screen back.
    pub restarts: u32,
    /// Where pictures come from.
    pub camera: SourceSpec,
    /// Tools to look at the screen from outside.
    pub tools: Tools,
}

/// What is to be tried on and looked at.
#[derive(Debug, Clone, Default)]
pub struct Looks {
    /// SKUs, outfits joined with `+`, or `all` alone; nothing is tried on when empty.
    pub garments: Vec<String>,
    /// Follow each garment over the camera pictures of a few seconds, instead of taking one picture of it.
    pub motion: bool,
}

/// Tools to look at the screen from outside.
#[derive(Debug, Clone, Default)]
pub struct Tools {
    /// Play the scripted shopper.
    pub script: bool,
    /// End after this many seconds.
    pub seconds: Option<f64>,
    /// Pictures of states go here.
    pub shots_dir: Option<PathBuf>,
    /// The summary goes here.
    pub summary_file: Option<PathBuf>,
    /// Try garments on, take a picture of each, and end.
    pub looks: Looks,
    /// Draw the camera frame number along the top edge.
    pub barcode: bool,
    /// Log frame numbers and their times here.
    pub frame_log: Option<PathBuf>,
}

impl Startup {
    /// Options of the perception worker.
    #[must_use]
    pub fn perception_options(&self) -> PerceptionOptions {
        let camera = CameraOptions {
            frame_log: self.tools.frame_log.clone(),
            ..self.config.camera.options()
        };
        perception_options(&self.config, self.camera.clone(), camera)
    }
}

/// Perception as the settings want it. Without vision there are no folders to look for models in.
#[must_use]
pub fn perception_options(
    config: &Config,
    spec: SourceSpec,
    camera: CameraOptions,
) -> PerceptionOptions {
    let vision = &config.vision;
    let models = if vision.enabled {
        models_folders(config)
    } else {
        Vec::new()
    };
    PerceptionOptions {
        spec,
        camera,
        models,
        runtime: vision.runtime.clone(),
        rates: VisionRates {
            detect_hz: vision.detect_hz as f32,
            budget_cores: vision.budget_cores as f32,
            ..VisionRates::default()
        },
        nice: vision.nice,
        figure: vision.figure,
    }
}

/// Where models are looked for: `CHEVAL_MODELS_DIR`, the configured folder, then the usual places.
#[must_use]
pub fn models_folders(config: &Config) -> Vec<PathBuf> {
    let asked = std::env::var_os("CHEVAL_MODELS_DIR").map(PathBuf::from);
    asked
        .into_iter()
        .chain([config.vision.models_dir.clone()])
        .chain(default_models_folders())
        .collect()
}
