//! The proportions of a body from its silhouette and body points, for advice on fit; its breadths, for trying on. Owns nothing about anybody: a reading is
//! numbers of one frame, `FigureWatch` lives as long as the shopper stands there. Pure; time comes in as an argument.
//!
//! A small net, trained on rendered bodies of known measures (`models/train/figure`, card `models/cards/figure.md`), is told how
//! far the silhouette reaches to either side of the torso's axis. What it cannot measure is [`Shape::Unknown`]: coats, turned
//! bodies, hips out of the picture.

mod breadths;
mod features;
mod net;
mod watch;

use cheval_domain::figure::{Figure, Shape};
use cheval_domain::observation::{Estimate, KeyPoint};

pub(crate) use breadths::{BreadthWatch, halves};
pub(crate) use features::Places;
pub(crate) use net::Net;
pub(crate) use watch::FigureWatch;

/// The classes of the net, in its order.
const SHAPES: [Shape; 5] = [
    Shape::Hourglass,
    Shape::Triangle,
    Shape::InvertedTriangle,
    Shape::Rectangle,
    Shape::Oval,
];
/// Ratios outside are no body's: the net was asked something it never saw. The rendered bodies span 0.6 to 1.6.
const RATIOS: (f32, f32) = (0.4, 2.2);

/// What of a crop belongs to a person.
#[derive(Debug, Clone, Copy)]
pub struct Silhouette<'a> {
    /// Cells per row.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// Probability of "person", 0..=1, row by row.
    pub probability: &'a [f32],
    /// Width over height of the place that the cells cover, in pixels of the camera.
    pub aspect: f32,
}

/// What one silhouette says.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Reading {
    /// Natural logarithms of shoulder over hip and waist over hip.
    pub(crate) log_ratios: [f32; 2],
    /// Probability of each of [`SHAPES`], calibrated.
    pub(crate) shapes: [f32; 5],
    /// Probability that this body can be measured at all.
    pub(crate) measurable: f32,
}

/// The figure of one silhouette, without memory. `points` are the 33 body points as fractions of the silhouette, origin top
/// left. [`Figure::default`] where there is no torso to measure or the weights cannot be read.
#[must_use]
pub fn figure_of(silhouette: &Silhouette<'_>, points: &[KeyPoint]) -> Figure {
    let Some(net) = Net::shipped() else {
        return Figure::default();
    };
    Places::of(points)
        .and_then(|places| net.read(silhouette, &places))
        .map(|reading| figure(&reading, &net))
        .unwrap_or_default()
}

/// A reading in words.
pub(crate) fn figure(reading: &Reading, net: &Net) -> Figure {
    let ratios = reading.log_ratios.map(f32::exp);
    let possible = ratios
        .iter()
        .all(|ratio| (RATIOS.0..=RATIOS.1).contains(ratio));
    if reading.measurable < net.limits.measurable || !possible {
        return unknown(0.0);
    }
    let (shape, confidence) = SHAPES
        .into_iter()
        .zip(reading.shapes)
        .max_by(|a, b| a.1.total_cmp(&b.1))
        .unwrap_or((Shape::Unknown, 0.0));
    let value = if confidence >= net.limits.confidence {
        shape
    } else {
        Shape::Unknown
    };
    Figure {
        shoulder_to_hip: ratios[0],
        waist_to_hip: ratios[1],
        shape: Estimate { value, confidence },
    }
}

/// A body that was seen and not measured.
pub(crate) fn unknown(confidence: f32) -> Figure {
    Figure {
        shape: Estimate {
            value: Shape::Unknown,
            confidence,
        },
        ..Figure::default()
    }
}

#[cfg(test)]
mod tests;
