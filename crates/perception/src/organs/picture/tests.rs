//! Sampling, by pictures small enough to reckon by hand.

use super::*;

fn rgb_input(width: usize, height: usize) -> PictureInput {
    PictureInput {
        width,
        height,
        colour: ColourOrder::Rgb,
        layout: Layout::Nhwc,
        mean: [0.0; 3],
        scale: 1.0,
    }
}

/// Red rises to the right, green downwards.
fn ramp(width: usize, height: usize) -> Vec<u8> {
    (0..width * height)
        .flat_map(|i| [(i % width) as u8, (i / width) as u8, 7, 255])
        .collect()
}

#[test]
fn identity_copies_and_swaps_and_scales() {
    let rgba = ramp(4, 3);
    let frame = Pixels {
        width: 4,
        height: 3,
        rgba: &rgba,
    };
    let identity = Affine {
        x: [1.0, 0.0, 0.0],
        y: [0.0, 1.0, 0.0],
    };
    let mut tensor = Vec::new();
    Pyramid::default().sample(
        frame,
        &identity,
        Outside::Edge,
        &rgb_input(4, 3),
        &mut tensor,
    );
    assert_eq!(tensor[(2 * 4 + 3) * 3..], [3.0, 2.0, 7.0]);
    let bgr = PictureInput {
        colour: ColourOrder::Bgr,
        layout: Layout::Nchw,
        mean: [1.0, 2.0, 3.0],
        scale: 2.0,
        ..rgb_input(4, 3)
    };
    Pyramid::default().sample(frame, &identity, Outside::Edge, &bgr, &mut tensor);
    assert_eq!(tensor[11], 2.0, "blue plane first: (7 - 3) / 2");
    assert_eq!(tensor[35], 1.0, "red plane last: (3 - 1) / 2");
}

#[test]
fn shrinking_averages_instead_of_skipping() {
    let checker: Vec<u8> = (0..64 * 64)
        .flat_map(|i| [if (i + i / 64) % 2 == 0 { 0 } else { 200 }; 4])
        .collect();
    let frame = Pixels {
        width: 64,
        height: 64,
        rgba: &checker,
    };
    let mut tensor = Vec::new();
    let map = letterbox(frame, 16, 16);
    Pyramid::default().sample(frame, &map, Outside::Edge, &rgb_input(16, 16), &mut tensor);
    assert!(tensor.iter().all(|v| (v - 100.0).abs() < 1.0), "{tensor:?}");
}

#[test]
fn outside_has_the_given_colour() {
    let rgba = ramp(4, 4);
    let frame = Pixels {
        width: 4,
        height: 4,
        rgba: &rgba,
    };
    let map = letterbox(
        Pixels {
            width: 4,
            height: 2,
            rgba: &rgba,
        },
        4,
        4,
    );
    let mut tensor = Vec::new();
    Pyramid::default().sample(
        frame,
        &map,
        Outside::Colour([9, 8, 7]),
        &rgb_input(4, 4),
        &mut tensor,
    );
    assert_eq!(tensor[..3], [9.0, 8.0, 7.0]);
}

#[test]
fn similarity_recovers_turn_scale_and_shift() {
    let turn = Affine {
        x: [0.0, -2.0, 5.0],
        y: [2.0, 0.0, 7.0],
    };
    let from = [
        Point::new(0.0, 0.0),
        Point::new(3.0, 0.0),
        Point::new(1.0, 4.0),
    ];
    let found = Affine::similarity(from, from.map(|p| turn.apply(p)));
    for (a, b) in found
        .x
        .iter()
        .chain(&found.y)
        .zip(turn.x.iter().chain(&turn.y))
    {
        assert!((a - b).abs() < 1e-4, "{found:?}");
    }
}

#[test]
fn mirroring_swaps_left_and_right() {
    let map = Affine::from_turned_square(Point::new(30.0, 40.0), 10.0, 0.3, 64);
    let mirrored = map.mirrored(64.0);
    assert!(
        mirrored
            .apply(Point::new(4.0, 9.0))
            .distance(map.apply(Point::new(60.0, 9.0)))
            < 1e-3
    );
}

#[test]
fn inverse_undoes() {
    let map = Affine::from_turned_square(Point::new(30.0, 40.0), 10.0, 0.7, 64);
    let there = map.apply(Point::new(13.0, 50.0));
    let back = map.inverse().apply(there);
    assert!(back.distance(Point::new(13.0, 50.0)) < 1e-3);
    let centre = map.apply(Point::new(32.0, 32.0));
    assert!(centre.distance(Point::new(30.0, 40.0)) < 1e-3);
}

#[test]
fn an_upright_map_gives_what_a_hardly_turned_one_gives() {
    let rgba = ramp(40, 30);
    let frame = Pixels {
        width: 40,
        height: 30,
        rgba: &rgba,
    };
    let upright = Affine {
        x: [1.3, 0.0, -2.0],
        y: [0.0, 1.1, -3.0],
    };
    let turned = Affine {
        x: [1.3, 1e-6, -2.0],
        ..upright
    };
    for outside in [Outside::Edge, Outside::Colour([90, 80, 70])] {
        let (mut a, mut b) = (Vec::new(), Vec::new());
        let input = rgb_input(36, 34);
        Pyramid::default().sample(frame, &upright, outside, &input, &mut a);
        Pyramid::default().sample(frame, &turned, outside, &input, &mut b);
        let apart = a.iter().zip(&b).map(|(a, b)| (a - b).abs());
        assert!(apart.fold(0.0, f32::max) < 0.01, "{outside:?}");
    }
}
