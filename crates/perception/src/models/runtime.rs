//! The ONNX Runtime library: where it is looked for, and the one environment of the process.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use ort::environment::Environment;

use super::RuntimeError;

const LIBRARY: &str = "libonnxruntime.so";

/// The runtime allows one environment per process, for as long as it lives.
static ENVIRONMENT: Mutex<Option<Environment>> = Mutex::new(None);

/// A loaded runtime library.
#[derive(Clone)]
pub struct Runtime {
    pub(super) environment: Environment,
}

impl Runtime {
    /// Loads the library from the first place of [`runtime_candidates`] where there is one; a later call gets the
    /// library that is loaded already.
    ///
    /// # Errors
    /// [`RuntimeError`] when there is none, or when it is broken or too old.
    pub fn load(configured: Option<&Path>) -> Result<Self, RuntimeError> {
        let mut slot = ENVIRONMENT.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(environment) = slot.as_ref() {
            return Ok(Self {
                environment: environment.clone(),
            });
        }
        let looked = runtime_candidates(configured);
        let path = match looked.iter().find(|path| path.is_file()) {
            Some(path) => path.clone(),
            None => return Err(RuntimeError::NotFound { looked }),
        };
        let environment = open(&path)?;
        *slot = Some(environment.clone());
        tracing::info!(path = %path.display(), "loaded ONNX Runtime");
        Ok(Self { environment })
    }
}

fn open(path: &Path) -> Result<Environment, RuntimeError> {
    let failed = |reason: String| RuntimeError::Load {
        path: path.to_owned(),
        reason,
    };
    ort::init_from(path)
        .map_err(|e| failed(e.to_string()))?
        .with_name("cheval")
        .with_telemetry(false)
        .build()
        .map_err(|e| failed(e.to_string()))
}

/// Where the library is looked for, in order. A configured path is the only candidate when given: a kiosk told to use
/// one library must not silently use another. The system's own search path is never used; it finds odd versions.
#[must_use]
pub fn runtime_candidates(configured: Option<&Path>) -> Vec<PathBuf> {
    if let Some(path) = configured {
        return vec![path.to_owned()];
    }
    if let Some(path) = std::env::var_os("ORT_DYLIB_PATH").filter(|p| !p.is_empty()) {
        return vec![PathBuf::from(path)];
    }
    let beside = std::env::current_exe()
        .ok()
        .and_then(|exe| exe.parent().map(Path::to_owned));
    let installed = beside
        .iter()
        .flat_map(|dir| [dir.join("../lib/cheval").join(LIBRARY), dir.join(LIBRARY)]);
    installed
        .chain(cache_folder().map(|cache| cache.join("onnxruntime").join(LIBRARY)))
        .collect()
}

/// Where set-up keeps what it fetched and built: `$XDG_CACHE_HOME/cheval`, else `~/.cache/cheval`.
#[must_use]
pub fn cache_folder() -> Option<PathBuf> {
    let absolute = |name| {
        std::env::var_os(name)
            .map(PathBuf::from)
            .filter(|p| p.is_absolute())
    };
    absolute("XDG_CACHE_HOME")
        .or_else(|| Some(absolute("HOME")?.join(".cache")))
        .map(|c| c.join("cheval"))
}
