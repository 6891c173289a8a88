//! A verified model, ready to run.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use ort::session::builder::GraphOptimizationLevel;
use ort::session::{RunOptions, Session};
use ort::value::{Outlet, TensorElementType, TensorRef, ValueType};
use sha2::{Digest, Sha256};

use super::protobuf::{self, Finding};
use super::watchdog::Watchdog;
use super::{Manifest, ModelEntry, ModelError, Runtime, TensorSpec};

/// A manifest is a page of text.
const MAX_MANIFEST_BYTES: u64 = 1 << 20;
/// The first run also plans memory; a slow kiosk under load gets time for it.
const WARM_UP_DEADLINE: Duration = Duration::from_secs(20);
/// A net that takes longer is of no use to a mirror.
const RUN_DEADLINE: Duration = Duration::from_secs(5);

/// The folders with the models, the manifest read from them, and the runtime.
#[derive(Clone)]
pub struct ModelStore {
    folders: Vec<PathBuf>,
    manifest: Manifest,
    runtime: Runtime,
    watchdog: Arc<Watchdog>,
}

impl ModelStore {
    /// Reads the manifest from the first of `folders` that has one. Model files are later searched in all of them, each
    /// also in its subfolder `weights`.
    ///
    /// # Errors
    /// [`ModelError`] when there is no usable manifest.
    pub fn open(folders: &[PathBuf], runtime: Runtime) -> Result<Self, ModelError> {
        let path = folders
            .iter()
            .map(|folder| folder.join("models.toml"))
            .find(|path| path.is_file())
            .ok_or_else(|| ModelError::NoManifest {
                looked: folders.to_vec(),
            })?;
        let wrong = |reason: String| ModelError::Manifest {
            path: path.clone(),
            reason,
        };
        let bytes = read_capped(&path, MAX_MANIFEST_BYTES)
            .map_err(|e| wrong(e.to_string()))?
            .ok_or_else(|| wrong(format!("it is larger than {MAX_MANIFEST_BYTES} bytes")))?;
        let text = String::from_utf8(bytes).map_err(|e| wrong(e.to_string()))?;
        let manifest = Manifest::parse(&text, &path)?;
        let watchdog = Watchdog::start().map_err(|e| ModelError::Run {
            file: "watchdog".to_owned(),
            reason: e.to_string(),
        })?;
        Ok(Self {
            folders: folders.to_vec(),
            manifest,
            runtime,
            watchdog: Arc::new(watchdog),
        })
    }

    /// What the manifest says of an organ's model.
    #[must_use]
    pub fn entry(&self, organ: &str) -> Option<&ModelEntry> {
        self.manifest.entry(organ)
    }

    /// Loads the model of an organ: reads the file once, verifies exactly those bytes, compares inputs and outputs with
    /// the manifest, and runs it once on zeros.
    ///
    /// # Errors
    /// [`ModelError`], for the one model only.
    pub fn load(&self, organ: &str) -> Result<Model, ModelError> {
        let entry = self
            .manifest
            .entry(organ)
            .ok_or_else(|| ModelError::NotListed {
                organ: organ.to_owned(),
            })?;
        let bytes = self.read(entry)?;
        verify(entry, &bytes)?;
        let session = commit(&self.runtime, entry, &bytes)?;
        check_signature(entry, "inputs", session.inputs(), &entry.inputs)?;
        check_signature(entry, "outputs", session.outputs(), &entry.outputs)?;
        Model::warm(entry.clone(), session, Arc::clone(&self.watchdog))
    }

    /// Width and height of an organ's input picture, if it is listed.
    #[must_use]
    pub fn picture_size(&self, organ: &str) -> Option<(usize, usize)> {
        let picture = &self.manifest.entry(organ)?.picture;
        Some((picture.width, picture.height))
    }

    fn read(&self, entry: &ModelEntry) -> Result<Vec<u8>, ModelError> {
        let path = self
            .folders
            .iter()
            .flat_map(|folder| {
                [
                    folder.join(&entry.file),
                    folder.join("weights").join(&entry.file),
                ]
            })
            .find(|path| path.is_file())
            .ok_or_else(|| ModelError::Missing {
                file: entry.file.clone(),
                looked: self.folders.clone(),
            })?;
        read_capped(&path, entry.max_bytes)
            .map_err(|e| ModelError::Unreadable {
                path,
                reason: e.to_string(),
            })?
            .ok_or_else(|| ModelError::TooLarge {
                file: entry.file.clone(),
                max_bytes: entry.max_bytes,
            })
    }
}

/// The whole file, or `None` when it is larger than `max_bytes`.
fn read_capped(path: &Path, max_bytes: u64) -> std::io::Result<Option<Vec<u8>>> {
    let mut bytes = Vec::new();
    let read = File::open(path)?
        .take(max_bytes + 1)
        .read_to_end(&mut bytes)?;
    Ok((read as u64 <= max_bytes).then_some(bytes))
}

fn verify(entry: &ModelEntry, bytes: &[u8]) -> Result<(), ModelError> {
    let file = entry.file.clone();
    let found = hex::encode(Sha256::digest(bytes));
    if found != entry.sha256 {
        return Err(ModelError::WrongHash {
            file,
            found,
            expected: entry.sha256.clone(),
        });
    }
    protobuf::refuse_external_data(bytes).map_err(|finding| match finding {
        Finding::Malformed(reason) => ModelError::Malformed { file, reason },
        Finding::External(tensor) => ModelError::ExternalData { file, tensor },
    })
}

/// One thread, no spinning: inference shares two cores with the screen, and a second or a spinning thread costs frames.
fn commit(runtime: &Runtime, entry: &ModelEntry, bytes: &[u8]) -> Result<Session, ModelError> {
    let build = || -> ort::Result<Session> {
        Session::builder(&runtime.environment)?
            .with_optimization_level(GraphOptimizationLevel::All)?
            .with_intra_threads(1)?
            .with_inter_threads(1)?
            .with_intra_op_spinning(false)?
            .with_inter_op_spinning(false)?
            .with_log_level(ort::logging::LogLevel::Error)?
            .commit_from_memory(bytes)
    };
    build().map_err(|e| ModelError::Refused {
        file: entry.file.clone(),
        reason: e.to_string(),
    })
}

fn check_signature(
    entry: &ModelEntry,
    what: &'static str,
    found: &[Outlet],
    expected: &[TensorSpec],
) -> Result<(), ModelError> {
    let matches = |outlet: &Outlet, spec: &TensorSpec| {
        outlet.name() == spec.name
            && matches!(outlet.dtype(), ValueType::Tensor { ty: TensorElementType::Float32, shape, .. }
                if shape.len() == spec.dims.len() && shape.iter().zip(&spec.dims).all(|(a, b)| a == b))
    };
    let all = found.len() == expected.len()
        && expected.iter().all(|s| found.iter().any(|o| matches(o, s)));
    if all {
        return Ok(());
    }
    let found = found
        .iter()
        .map(|o| format!("{} {}", o.name(), o.dtype()))
        .collect::<Vec<_>>()
        .join(", ");
    let expected = expected
        .iter()
        .map(|s| format!("{} {} {:?}", s.name, s.dtype, s.dims))
        .collect::<Vec<_>>()
        .join(", ");
    Err(ModelError::Signature {
        file: entry.file.clone(),
        what,
        found,
        expected,
    })
}

/// A net that passed every check.
pub struct Model {
    entry: ModelEntry,
    session: Session,
    input_shape: Vec<i64>,
    options: Arc<RunOptions>,
    watchdog: Arc<Watchdog>,
}

impl Model {
    fn warm(
        entry: ModelEntry,
        session: Session,
        watchdog: Arc<Watchdog>,
    ) -> Result<Self, ModelError> {
        let options = RunOptions::new().map_err(|e| ModelError::Run {
            file: entry.file.clone(),
            reason: e.to_string(),
        })?;
        let input_shape = entry.inputs[0].dims.iter().map(|&d| d.max(1)).collect();
        let zeros = vec![0.0; entry.inputs[0].elements()];
        let mut model = Self {
            entry,
            session,
            input_shape,
            options: Arc::new(options),
            watchdog,
        };
        model.run_within(1, &zeros, WARM_UP_DEADLINE, |_| ())?;
        Ok(model)
    }

    /// The model's manifest entry.
    #[must_use]
    pub fn entry(&self) -> &ModelEntry {
        &self.entry
    }

    /// Runs the net on one input and hands the outputs, in manifest order, to `read`.
    ///
    /// # Errors
    /// [`ModelError`] when the run fails, takes more than 5 s, or gives anything but finite numbers.
    pub fn run<R>(
        &mut self,
        input: &[f32],
        read: impl FnOnce(&[&[f32]]) -> R,
    ) -> Result<R, ModelError> {
        self.run_within(1, input, RUN_DEADLINE, read)
    }

    /// As [`Model::run`], on `count` inputs at once, one after another in `input`; outputs likewise. For nets whose batch
    /// is open.
    ///
    /// # Errors
    /// As [`Model::run`].
    pub fn run_batch<R>(
        &mut self,
        count: usize,
        input: &[f32],
        read: impl FnOnce(&[&[f32]]) -> R,
    ) -> Result<R, ModelError> {
        self.run_within(count, input, RUN_DEADLINE, read)
    }

    pub(super) fn run_within<R>(
        &mut self,
        count: usize,
        input: &[f32],
        deadline: Duration,
        read: impl FnOnce(&[&[f32]]) -> R,
    ) -> Result<R, ModelError> {
        let file = &self.entry.file;
        let failed = |e: ort::Error| ModelError::Run {
            file: file.clone(),
            reason: e.to_string(),
        };
        let mut shape = self.input_shape.clone();
        shape[0] = i64::try_from(count).unwrap_or(i64::MAX);
        let tensor = TensorRef::from_array_view((shape, input)).map_err(failed)?;
        let name = self.entry.inputs[0].name.as_str();
        self.watchdog.arm(&self.options, deadline);
        let result = self
            .session
            .run_with_options(ort::inputs![name => tensor], &self.options);
        if self.watchdog.disarm() {
            self.options.unterminate().map_err(failed)?;
            let deadline_ms = u64::try_from(deadline.as_millis()).unwrap_or(u64::MAX);
            return Err(ModelError::Deadline {
                file: file.clone(),
                deadline_ms,
            });
        }
        let outputs = result.map_err(failed)?;
        let mut slices = Vec::with_capacity(self.entry.outputs.len());
        for spec in &self.entry.outputs {
            let (_, values) = outputs[spec.name.as_str()]
                .try_extract_tensor::<f32>()
                .map_err(failed)?;
            check_values(file, spec, count, values)?;
            slices.push(values);
        }
        Ok(read(&slices))
    }
}

fn check_values(
    file: &str,
    spec: &TensorSpec,
    count: usize,
    values: &[f32],
) -> Result<(), ModelError> {
    let wrong = |reason: String| ModelError::BadOutput {
        file: file.to_owned(),
        output: spec.name.clone(),
        reason,
    };
    if values.len() != count * spec.elements() {
        return Err(wrong(format!(
            "has {} numbers instead of {}",
            values.len(),
            count * spec.elements()
        )));
    }
    // A sum is not finite if any of its parts is not; it vectorises where a test per value does not.
    let sum: f32 = values.iter().map(|v| v * 0.0).sum();
    if sum == 0.0 {
        Ok(())
    } else {
        Err(wrong("is not finite".to_owned()))
    }
}
