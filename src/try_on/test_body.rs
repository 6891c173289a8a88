//! Somebody for tests: stands in a portrait picture, arms hanging.

use cheval_domain::geometry::{BoxInImage, PointInImage};
use cheval_domain::observation::{BODY_POINTS, Body, KeyPoint};
use cheval_domain::time::Mono;
use cheval_tryon::skeleton::Skeleton;

/// Width of the picture over its height.
pub(super) const ASPECT: f32 = 0.5625;

/// So far right of the middle, shares of the picture.
pub(super) fn skeleton(right: f32) -> Skeleton {
    let mut points = vec![KeyPoint::default(); BODY_POINTS];
    let places = [
        (0, 0.5, 0.16),
        (2, 0.52, 0.15),
        (5, 0.48, 0.15),
        (7, 0.55, 0.16),
        (8, 0.45, 0.16),
        (9, 0.51, 0.18),
        (10, 0.49, 0.18),
        (11, 0.62, 0.26),
        (12, 0.38, 0.26),
        (13, 0.66, 0.39),
        (14, 0.34, 0.39),
        (15, 0.68, 0.5),
        (16, 0.32, 0.5),
        (23, 0.57, 0.48),
        (24, 0.43, 0.48),
        (25, 0.57, 0.68),
        (26, 0.43, 0.68),
        (27, 0.57, 0.88),
        (28, 0.43, 0.88),
    ];
    for (k, x, y) in places {
        points[k] = KeyPoint {
            at: PointInImage { x: x + right, y },
            visibility: 1.0,
        };
    }
    let body = Body {
        points,
        bounds: BoxInImage::default(),
        score: 1.0,
        captured: Mono(0),
    };
    Skeleton::of(&body, ASPECT).unwrap()
}
