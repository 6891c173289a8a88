//! The kiosk's settings: one struct per concern, built from layers, every problem of every layer reported at once.
//!
//! Built-in defaults (`kiosk-config/default.toml`) < site file < device file < `--set key=value`. Each value keeps its origin.
//! Knows files and values; must not know windows, cameras or sockets.

mod convert;
mod layer;
mod problem;
mod sections;
mod spec;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::path::PathBuf;

pub use problem::{ConfigProblem, ConfigProblems};
pub use sections::{
    Audience, Camera, Content, Languages, Report, Screen, Session, Site, Sound, TryOn, Vision,
};

use bevy::prelude::Resource;
use serde::Deserialize as _;

use layer::Leaf;

const DEFAULTS: &str = include_str!("../../kiosk-config/default.toml");

/// All settings of a kiosk, checked.
#[derive(Resource, Debug, Clone, PartialEq)]
pub struct Config {
    /// The place the kiosk stands in.
    pub site: Site,
    /// The panel and its window.
    pub screen: Screen,
    /// The camera.
    pub camera: Camera,
    /// Models and their thread.
    pub vision: Vision,
    /// What the mirror may do with what people wear.
    pub try_on: TryOn,
    /// Durations of a session.
    pub session: Session,
    /// What is reported about people.
    pub audience: Audience,
    /// What is shown.
    pub content: Content,
    /// What is heard.
    pub sound: Sound,
    /// Records and where they go.
    pub report: Report,
    /// Languages on the glass.
    pub language: Languages,
    origins: BTreeMap<&'static str, Origin>,
}

/// Where settings come from, besides the built-in defaults.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Layers {
    /// Settings of the whole store.
    pub site_file: Option<PathBuf>,
    /// Settings of this kiosk.
    pub device_file: Option<PathBuf>,
    /// `key=value` from the command line, in order.
    pub overrides: Vec<String>,
}

/// Where one value comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// Built into the program.
    Default,
    /// The site file.
    Site {
        /// Which file.
        file: PathBuf,
        /// Which line, from 1.
        line: usize,
    },
    /// The device file.
    Device {
        /// Which file.
        file: PathBuf,
        /// Which line, from 1.
        line: usize,
    },
    /// The command line.
    CommandLine,
}

impl std::fmt::Display for Origin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Default => write!(f, "built-in default"),
            Self::Site { file, line } => write!(f, "site file {}:{line}", file.display()),
            Self::Device { file, line } => write!(f, "device file {}:{line}", file.display()),
            Self::CommandLine => write!(f, "command line"),
        }
    }
}

impl Config {
    /// Reads all layers.
    ///
    /// # Errors
    /// Everything that is wrong in any layer, each with place, key, value and expectation.
    pub fn load(layers: &Layers) -> Result<Self, ConfigProblems> {
        let mut problems = Vec::new();
        let mut leaves: BTreeMap<&'static str, Leaf> = BTreeMap::new();
        leaves.extend(layer::read_text(
            DEFAULTS,
            &layer::Place::Default,
            &mut problems,
        ));
        if let Some(file) = &layers.site_file {
            leaves.extend(layer::read_file(
                layer::Place::Site(file.clone()),
                &mut problems,
            ));
        }
        if let Some(file) = &layers.device_file {
            leaves.extend(layer::read_file(
                layer::Place::Device(file.clone()),
                &mut problems,
            ));
        }
        for given in &layers.overrides {
            leaves.extend(layer::read_override(given, &mut problems));
        }
        if problems.is_empty() {
            spec::check_together(&leaves, &mut problems);
        }
        if !problems.is_empty() {
            return Err(ConfigProblems(problems));
        }
        Self::build(leaves).map_err(|problem| ConfigProblems(vec![problem]))
    }

    /// Where the value of `key` (such as `camera.rate_hz`) comes from; `None` for an unknown key and for one left out.
    #[must_use]
    pub fn origin(&self, key: &str) -> Option<&Origin> {
        self.origins.get(key)
    }

    /// Every key that has a value, with its origin, in alphabetical order.
    pub fn origins(&self) -> impl Iterator<Item = (&'static str, &Origin)> {
        self.origins.iter().map(|(key, origin)| (*key, origin))
    }

    fn build(leaves: BTreeMap<&'static str, Leaf>) -> Result<Self, ConfigProblem> {
        let mut origins = BTreeMap::new();
        let mut tree = toml::Table::new();
        for (key, leaf) in leaves {
            let (section, name) = key.split_once('.').unwrap_or(("", key));
            let table = tree
                .entry(section)
                .or_insert_with(|| toml::Value::Table(toml::Table::new()));
            if let toml::Value::Table(table) = table {
                table.insert(name.to_owned(), leaf.value);
            }
            origins.insert(key, leaf.origin);
        }
        let all = sections::All::deserialize(tree)
            .map_err(|e| ConfigProblem::new(&layer::Place::Default, None, "", "", e.message()))?;
        let sections::All {
            site,
            screen,
            camera,
            vision,
            try_on,
            session,
            audience,
            content,
            sound,
            report,
            language,
        } = all;
        Ok(Self {
            site,
            screen,
            camera,
            vision,
            try_on,
            session,
            audience,
            content,
            sound,
            report,
            language,
            origins,
        })
    }
}
