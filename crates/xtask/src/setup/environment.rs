//! What the product's processes need in their environment on this machine. Never overrides what the person has set.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};

/// Variables for child processes.
#[derive(Debug, Clone, Default)]
pub(crate) struct Environment {
    variables: Vec<(&'static str, OsString)>,
}

impl Environment {
    pub(super) fn assemble(cache: &Path, runtime_library: &Path, models: &Path) -> Result<Self> {
        let mut environment = Self::default();
        environment
            .variables
            .push(("ORT_DYLIB_PATH", runtime_library.into()));
        environment
            .variables
            .push(("CHEVAL_MODELS_DIR", models.into()));
        if env::var_os("XDG_RUNTIME_DIR").is_none() {
            environment
                .variables
                .push(("XDG_RUNTIME_DIR", private_runtime_dir(cache)?.into()));
        }
        if !vulkan_is_chosen() && !has_gpu() {
            environment.use_software_vulkan();
        }
        Ok(environment)
    }

    /// Draws in software from now on, unless the person chose a driver.
    pub(crate) fn use_software_vulkan(&mut self) {
        if let Some(icd) =
            lavapipe_icd().filter(|_| !vulkan_is_chosen() && !self.has("VK_ICD_FILENAMES"))
        {
            self.variables.push(("VK_ICD_FILENAMES", icd.into()));
        }
    }

    /// Hands the variables to `command`.
    pub(crate) fn apply<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        command.envs(self.variables.iter().map(|(key, value)| (key, value)))
    }

    /// The folder for sockets and other short-lived things.
    pub(crate) fn runtime_dir(&self) -> PathBuf {
        self.variables
            .iter()
            .find(|(key, _)| *key == "XDG_RUNTIME_DIR")
            .map(|(_, value)| value.clone())
            .or_else(|| env::var_os("XDG_RUNTIME_DIR"))
            .map_or_else(env::temp_dir, PathBuf::from)
    }

    fn has(&self, key: &str) -> bool {
        self.variables.iter().any(|(name, _)| *name == key)
    }
}

fn private_runtime_dir(cache: &Path) -> Result<PathBuf> {
    let dir = cache.join("run");
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(&dir)
        .with_context(|| format!("failed to create {}", dir.display()))?;
    Ok(dir)
}

fn vulkan_is_chosen() -> bool {
    ["VK_ICD_FILENAMES", "VK_DRIVER_FILES"]
        .iter()
        .any(|key| env::var_os(key).is_some())
}

fn has_gpu() -> bool {
    let render_node = fs::read_dir("/dev/dri").is_ok_and(|nodes| {
        nodes
            .flatten()
            .any(|node| node.file_name().as_encoded_bytes().starts_with(b"renderD"))
    });
    render_node || Path::new("/dev/nvidiactl").exists()
}

/// Mesa's software driver, where it is installed.
fn lavapipe_icd() -> Option<PathBuf> {
    let mut found: Vec<PathBuf> = fs::read_dir("/usr/share/vulkan/icd.d")
        .ok()?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| {
            path.file_name().is_some_and(|name| {
                name.as_encoded_bytes().starts_with(b"lvp_icd")
                    && name.as_encoded_bytes().ends_with(b".json")
            })
        })
        .collect();
    found.sort();
    let of_this_processor = found
        .iter()
        .position(|path| path.to_string_lossy().contains(env::consts::ARCH));
    Some(found.swap_remove(of_this_processor.or_else(|| (!found.is_empty()).then_some(0))?))
}
