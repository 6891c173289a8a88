//! `models.toml`: what every model file must look like, as plain data, checked when it is read.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;

use super::ModelError;

/// Version of the manifest this program reads.
const FORMAT: u32 = 1;
/// No model may be larger, whatever the manifest says.
const MAX_MODEL_BYTES: u64 = 64 << 20;
/// No input or output may hold more numbers.
const MAX_ELEMENTS: usize = 16 << 20;

/// All models, in the order of the file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    format: u32,
    /// The models.
    #[serde(rename = "model")]
    pub models: Vec<ModelEntry>,
}

/// One model file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModelEntry {
    /// The organ it serves.
    pub organ: String,
    /// File name, without folders.
    pub file: String,
    /// SHA-256 of the file, lower-case hexadecimal.
    pub sha256: String,
    /// Largest size that is read.
    pub max_bytes: u64,
    /// SPDX licence of the weights.
    pub licence: String,
    /// Model card, relative to the manifest.
    pub card: String,
    /// The only input.
    pub inputs: Vec<TensorSpec>,
    /// Outputs that are read, in the order in which organs get them.
    pub outputs: Vec<TensorSpec>,
    /// How a picture becomes the input.
    pub picture: PictureInput,
    /// Thresholds by name; their meaning stands in the manifest.
    #[serde(default)]
    pub thresholds: BTreeMap<String, f32>,
    /// Names of the output classes, in order.
    #[serde(default)]
    pub labels: Vec<String>,
    #[serde(rename = "source")]
    _source: toml::Table,
}

/// Name, type and shape of an input or output.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TensorSpec {
    /// Name in the graph.
    pub name: String,
    /// Element type; only `f32` is known.
    pub dtype: String,
    /// Dimensions; -1 is a free batch, which this program always sets to 1.
    pub dims: Vec<i64>,
}

impl TensorSpec {
    /// Count of numbers for a batch of one.
    #[must_use]
    pub fn elements(&self) -> usize {
        self.dims
            .iter()
            .map(|&d| usize::try_from(d).unwrap_or(1))
            .product()
    }
}

/// How a picture becomes the input tensor: value = (byte - mean) / scale.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PictureInput {
    /// Width in pixels.
    pub width: usize,
    /// Height in pixels.
    pub height: usize,
    /// Order of the channels.
    pub colour: ColourOrder,
    /// Order of the dimensions.
    pub layout: Layout,
    /// Subtracted from each byte, by channel.
    pub mean: [f32; 3],
    /// Divides what is left.
    pub scale: f32,
}

/// Order of the colour channels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ColourOrder {
    /// Red, green, blue.
    Rgb,
    /// Blue, green, red.
    Bgr,
}

/// Order of the dimensions of a picture tensor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Layout {
    /// Channels last.
    Nhwc,
    /// One plane per channel.
    Nchw,
}

impl Manifest {
    /// Reads the text of a manifest; `path` only names it in errors.
    ///
    /// # Errors
    /// [`ModelError::Manifest`] with the first thing that is wrong.
    pub fn parse(text: &str, path: &Path) -> Result<Self, ModelError> {
        let wrong = |reason: String| ModelError::Manifest {
            path: path.to_owned(),
            reason,
        };
        let manifest: Self = toml::from_str(text).map_err(|e| wrong(e.to_string()))?;
        if manifest.format != FORMAT {
            return Err(wrong(format!(
                "format is {}, this program reads format {FORMAT}",
                manifest.format
            )));
        }
        for model in &manifest.models {
            model
                .check()
                .map_err(|reason| wrong(format!("model `{}`: {reason}", model.organ)))?;
        }
        Ok(manifest)
    }

    /// The model of an organ.
    #[must_use]
    pub fn entry(&self, organ: &str) -> Option<&ModelEntry> {
        self.models.iter().find(|m| m.organ == organ)
    }
}

impl ModelEntry {
    /// A threshold of this model.
    ///
    /// # Errors
    /// [`ModelError::NotGiven`] when the manifest lacks it.
    pub fn threshold(&self, name: &'static str) -> Result<f32, ModelError> {
        self.thresholds
            .get(name)
            .copied()
            .ok_or_else(|| ModelError::NotGiven {
                organ: self.organ.clone(),
                name,
            })
    }

    fn check(&self) -> Result<(), String> {
        if self.file.contains(['/', '\\']) || self.file.starts_with('.') || self.file.is_empty() {
            return Err(format!(
                "file is `{}`, expected a plain file name",
                self.file
            ));
        }
        if self.sha256.len() != 64
            || !self
                .sha256
                .bytes()
                .all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
        {
            return Err(format!(
                "sha256 is `{}`, expected 64 lower-case hexadecimal digits",
                self.sha256
            ));
        }
        if self.max_bytes == 0 || self.max_bytes > MAX_MODEL_BYTES {
            return Err(format!(
                "max_bytes is {}, expected 1 to {MAX_MODEL_BYTES}",
                self.max_bytes
            ));
        }
        let [input] = self.inputs.as_slice() else {
            return Err(format!("{} inputs, expected one", self.inputs.len()));
        };
        if self.outputs.is_empty() {
            return Err("no outputs".to_owned());
        }
        self.inputs
            .iter()
            .chain(&self.outputs)
            .try_for_each(TensorSpec::check)?;
        let picture = &self.picture;
        let pixels = picture
            .width
            .saturating_mul(picture.height)
            .saturating_mul(3);
        if pixels != input.elements() {
            return Err(format!(
                "picture needs {pixels} numbers, the input holds {}",
                input.elements()
            ));
        }
        if !(picture.scale.is_finite()
            && picture.scale > 0.0
            && picture.mean.iter().all(|m| m.is_finite()))
        {
            return Err("picture mean and scale must be finite, scale above 0".to_owned());
        }
        self.thresholds
            .iter()
            .find(|(_, v)| !(0.0..=1.0).contains(*v))
            .map_or(Ok(()), |(name, v)| {
                Err(format!("threshold {name} is {v}, expected 0 to 1"))
            })
    }
}

impl TensorSpec {
    fn check(&self) -> Result<(), String> {
        let name = &self.name;
        if self.dtype != "f32" {
            return Err(format!(
                "`{name}` has dtype `{}`, expected `f32`",
                self.dtype
            ));
        }
        let free_batch_only = self
            .dims
            .iter()
            .enumerate()
            .all(|(i, &d)| d > 0 || (i == 0 && d == -1));
        let elements = self.dims.iter().try_fold(1_usize, |n, &d| {
            n.checked_mul(usize::try_from(d).unwrap_or(1))
        });
        if self.dims.is_empty() || !free_batch_only || elements.is_none_or(|n| n > MAX_ELEMENTS) {
            return Err(format!(
                "`{name}` has dims {:?}, expected positive sizes, -1 only first",
                self.dims
            ));
        }
        Ok(())
    }
}
