//! The door of this crate: one value that owns camera and vision, and never fails, whatever is missing.

use std::path::PathBuf;
use std::sync::Arc;

use cheval_domain::observation::FrameReport;
use serde::Serialize;

use crate::camera::{Camera, CameraStatus, FrameTap, Wake};
use crate::frame::Frame;
use crate::masks::GarmentMasks;
use crate::organs::OrganState;
use crate::plate::Background;
use crate::source::CameraOptions;
use crate::spec::SourceSpec;
use crate::vision::{Economy, Effort, Feed, Vision, VisionCosts, VisionOptions, VisionRates};

/// How perception works.
#[derive(Debug, Clone)]
pub struct PerceptionOptions {
    /// Where pictures come from.
    pub spec: SourceSpec,
    /// What is asked of the camera.
    pub camera: CameraOptions,
    /// Folders with models; see [`default_models_folders`].
    pub models: Vec<PathBuf>,
    /// The ONNX Runtime library; `None` = the usual places ([`crate::models::runtime_candidates`]).
    pub runtime: Option<PathBuf>,
    /// Rates of the organs and their budget.
    pub rates: VisionRates,
    /// Scheduling niceness of the vision thread, 0..=19.
    pub nice: i32,
    /// Estimate the proportions of the shopper's body, for advice on fit.
    pub figure: bool,
}

/// Where models lie when nothing is configured: beside an installed program, then where set-up built them.
#[must_use]
pub fn default_models_folders() -> Vec<PathBuf> {
    let exe = std::env::current_exe().ok();
    let installed = exe
        .as_deref()
        .and_then(|exe| exe.parent())
        .map(|dir| dir.join("../lib/cheval/models"));
    installed
        .into_iter()
        .chain(crate::models::cache_folder().map(|cache| cache.join("models")))
        .collect()
}

/// How vision is.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct VisionHealth {
    /// Camera frames that came into memory since the start.
    pub camera_frames: u64,
    /// Camera frames that the device took but could not deliver whole.
    pub dropped: u64,
    /// Reports since the start.
    pub results: u64,
    /// Processor and wall time.
    pub costs: VisionCosts,
    /// What was dropped to keep the budget, and what an empty scene spared.
    pub economy: Economy,
    /// Every organ; empty until the models are loaded.
    pub organs: Vec<OrganState>,
}

/// A running camera with its vision thread. Dropping it ends both.
pub struct Perception {
    camera: Arc<Camera>,
    screen: FrameTap,
    vision: Vision,
}

impl Perception {
    /// Starts camera and vision. Inference is not allowed until [`Perception::allow_inference`]. Whatever is missing
    /// shows in [`Perception::camera_status`] and [`Perception::health`]. `wake` is called from other threads when there
    /// is a new frame or report.
    #[must_use]
    pub fn start(options: PerceptionOptions, wake: Wake) -> Self {
        let camera = Arc::new(Camera::start(
            options.spec,
            options.camera,
            Arc::clone(&wake),
        ));
        Self::with_camera(
            camera,
            VisionOptions {
                models: options.models,
                runtime: options.runtime,
                rates: options.rates,
                nice: options.nice,
                figure: options.figure,
                everything: false,
            },
            wake,
        )
    }

    pub(crate) fn with_camera(camera: Arc<Camera>, vision: VisionOptions, wake: Wake) -> Self {
        let source = Arc::clone(&camera);
        let subscribe = Box::new(move || Box::new(source.tap()) as Box<dyn Feed>);
        Self {
            screen: camera.tap(),
            vision: Vision::start(vision, subscribe, wake),
            camera,
        }
    }

    /// The newest camera frame, unless this was asked before. Does not wait.
    #[must_use]
    pub fn latest_frame(&self) -> Option<Arc<Frame>> {
        self.screen.take()
    }

    /// The oldest report that was not had yet; at most four wait. Does not wait.
    #[must_use]
    pub fn try_report(&self) -> Option<FrameReport> {
        self.vision.try_report()
    }

    /// The shopper's garment masks, while there is a shopper. Does not wait.
    #[must_use]
    pub fn latest_masks(&self) -> Option<Arc<GarmentMasks>> {
        self.vision.masks()
    }

    /// The scene without people, once it is learned; a new one every two seconds. Does not wait.
    #[must_use]
    pub fn latest_background(&self) -> Option<Arc<Background>> {
        self.vision.background()
    }

    /// How the camera is.
    #[must_use]
    pub fn camera_status(&self) -> CameraStatus {
        self.camera.status()
    }

    /// Opens or closes the camera device. Returns at once; see [`Perception::camera_status`].
    pub fn set_camera(&self, on: bool) {
        if on {
            self.camera.resume()
        } else {
            self.camera.pause()
        }
    }

    /// Allows or forbids inference. While forbidden, vision asks for no frame; what it knew is forgotten.
    pub fn allow_inference(&self, allowed: bool) {
        self.vision.allow(allowed);
    }

    /// How much of a person is read.
    pub fn set_effort(&self, effort: Effort) {
        self.vision.set_effort(effort);
    }

    /// How vision is. Costs are brought up to date every few reports.
    #[must_use]
    pub fn health(&self) -> VisionHealth {
        let counts = self.camera.counts();
        VisionHealth {
            camera_frames: counts.frames_in,
            dropped: counts.dropped + counts.torn,
            results: self.vision.results(),
            costs: self.vision.costs(),
            economy: self.vision.economy(),
            organs: self.vision.organs(),
        }
    }
}
