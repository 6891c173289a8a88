//! The figure net: three small layers with their limits, read from the file that `models/train/figure/train.py` writes.

use super::features::{COUNT, Places, features, mirrored};
use super::{Reading, Silhouette};

/// The shipped weights; their card is `models/cards/figure.md`.
static WEIGHTS: &[u8] = include_bytes!("../../../../models/weights/figure.bin");
const MAGIC: &[u8] = b"CHEVALF1";
/// Two ratios, five shapes, one "can be measured".
const OUTPUTS: usize = 8;
/// A layer wider than this is not ours.
const MAX_WIDTH: usize = 1024;

/// When an answer counts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Limits {
    /// The shapes' logits are divided by this, so that confidence means what it says.
    temperature: f32,
    /// Confidence below which a shape is not named.
    pub(crate) confidence: f32,
    /// Probability below which a body is not measured.
    pub(crate) measurable: f32,
}

#[derive(Debug, Clone, PartialEq)]
struct Layer {
    inputs: usize,
    /// Row by row, one row per output.
    weights: Vec<f32>,
    biases: Vec<f32>,
}

/// The net.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Net {
    pub(crate) limits: Limits,
    mean: Vec<f32>,
    deviation: Vec<f32>,
    layers: Vec<Layer>,
}

impl Net {
    /// The net in this program; `None` if its weights were damaged when it was built.
    pub(crate) fn shipped() -> Option<Self> {
        Self::parse(WEIGHTS)
    }

    /// Reads the file; `None` for anything that is not wholly as it must be.
    pub(crate) fn parse(bytes: &[u8]) -> Option<Self> {
        let mut rest = Rest(bytes.strip_prefix(MAGIC)?);
        let limits = Limits {
            temperature: rest.floats(1)?[0],
            confidence: rest.floats(1)?[0],
            measurable: rest.floats(1)?[0],
        };
        let count = rest.whole()?;
        let (mean, deviation) = (rest.floats(COUNT)?, rest.floats(COUNT)?);
        let mut width = COUNT;
        let mut layers = Vec::new();
        for _ in 0..count.min(MAX_WIDTH) {
            let (inputs, outputs) = (rest.whole()?, rest.whole()?);
            if inputs != width || outputs == 0 || outputs > MAX_WIDTH {
                return None;
            }
            layers.push(Layer {
                inputs,
                weights: rest.floats(inputs * outputs)?,
                biases: rest.floats(outputs)?,
            });
            width = outputs;
        }
        let sound = !layers.is_empty()
            && width == OUTPUTS
            && rest.0.is_empty()
            && limits.temperature > 0.0
            && deviation.iter().all(|d| *d > 0.0);
        sound.then_some(Self {
            limits,
            mean,
            deviation,
            layers,
        })
    }

    /// What a silhouette says; the mean over the picture and its mirror image.
    pub(crate) fn read(&self, silhouette: &Silhouette<'_>, places: &Places) -> Option<Reading> {
        let told = features(silhouette, places)?;
        let (plain, mirror) = (self.run(&told), self.run(&mirrored(&told)));
        let out: [f32; OUTPUTS] = std::array::from_fn(|k| {
            (plain.get(k).copied().unwrap_or(f32::NAN) + mirror.get(k).copied().unwrap_or(f32::NAN))
                / 2.0
        });
        let [shoulder, waist, a, b, c, d, e, measurable] = out;
        let reading = Reading {
            log_ratios: [shoulder, waist],
            shapes: soft_max([a, b, c, d, e].map(|logit| logit / self.limits.temperature)),
            measurable: 1.0 / (1.0 + (-measurable).exp()),
        };
        out.iter().all(|v| v.is_finite()).then_some(reading)
    }

    fn run(&self, told: &[f32; COUNT]) -> Vec<f32> {
        let mut values: Vec<f32> = told
            .iter()
            .zip(&self.mean)
            .zip(&self.deviation)
            .map(|((value, mean), deviation)| (value - mean) / deviation)
            .collect();
        for (k, layer) in self.layers.iter().enumerate() {
            let last = k + 1 == self.layers.len();
            values = layer
                .weights
                .chunks_exact(layer.inputs)
                .zip(&layer.biases)
                .map(|(weights, bias)| {
                    let sum: f32 = weights.iter().zip(&values).map(|(w, v)| w * v).sum();
                    if last {
                        sum + bias
                    } else {
                        (sum + bias).max(0.0)
                    }
                })
                .collect();
        }
        values
    }
}

fn soft_max(logits: [f32; 5]) -> [f32; 5] {
    let highest = logits.iter().copied().fold(f32::MIN, f32::max);
    let weights = logits.map(|logit| (logit - highest).exp());
    let sum: f32 = weights.iter().sum();
    weights.map(|weight| weight / sum)
}

/// What of the file is still to be read.
struct Rest<'a>(&'a [u8]);

impl Rest<'_> {
    fn word(&mut self) -> Option<[u8; 4]> {
        let (word, rest) = self.0.split_first_chunk::<4>()?;
        self.0 = rest;
        Some(*word)
    }

    fn whole(&mut self) -> Option<usize> {
        usize::try_from(u32::from_le_bytes(self.word()?)).ok()
    }

    fn floats(&mut self, count: usize) -> Option<Vec<f32>> {
        if count.checked_mul(4)? > self.0.len() {
            return None;
        }
        (0..count)
            .map(|_| {
                self.word()
                    .map(f32::from_le_bytes)
                    .filter(|v| v.is_finite())
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_weights_can_be_read_and_are_small() {
        assert!(Net::shipped().is_some());
        assert!(WEIGHTS.len() <= 100_000, "{} bytes", WEIGHTS.len());
    }

    #[test]
    fn damaged_weights_are_refused() {
        let cut = |n: usize| &WEIGHTS[..n];
        assert_eq!(Net::parse(&[]), None);
        assert_eq!(Net::parse(b"CHEVALF2"), None);
        for length in [8, 20, 24, 500, WEIGHTS.len() - 4, WEIGHTS.len() - 1] {
            assert_eq!(Net::parse(cut(length)), None, "{length} bytes");
        }
        let with = |at: usize, word: [u8; 4]| {
            let mut bytes = WEIGHTS.to_vec();
            bytes[at..at + 4].copy_from_slice(&word);
            bytes
        };
        let layer = 8 + 12 + 4 + 8 * COUNT;
        for (at, word) in [
            (8, 0.0_f32.to_le_bytes()),
            (8, f32::NAN.to_le_bytes()),
            (20, 0_u32.to_le_bytes()),
            (20, u32::MAX.to_le_bytes()),
            (layer, 7_u32.to_le_bytes()),
            (layer + 4, u32::MAX.to_le_bytes()),
            (layer + 8, f32::INFINITY.to_le_bytes()),
        ] {
            assert_eq!(Net::parse(&with(at, word)), None, "at {at}");
        }
        assert_eq!(Net::parse(&[WEIGHTS, &[0; 4]].concat()), None);
    }
}
