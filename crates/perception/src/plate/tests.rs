//! The plate in a made-up shop: shelves with texture, sensor noise, people as patterned boxes.

use super::*;

const WIDTH: usize = 320;
const HEIGHT: usize = 240;
const STEP_MS: u64 = 100;
/// Times between frames of a lesson each, for what takes minutes.
const SLOW_MS: u64 = 250;

/// A shop, a camera and the plate that looks through it.
struct Shop {
    plate: Plate,
    now: Mono,
    step_ms: u64,
    random: u64,
    noise: i32,
    /// Light on the left and on the right half.
    light: [f32; 2],
    shift: usize,
    people: Vec<(usize, usize)>,
    rgba: Vec<u8>,
}

impl Shop {
    fn new() -> Self {
        Self {
            plate: Plate::default(),
            now: Mono(1000),
            step_ms: STEP_MS,
            random: 7,
            noise: 4,
            light: [1.0; 2],
            shift: 0,
            people: Vec::new(),
            rgba: Vec::new(),
        }
    }

    /// A shop that has been empty for ten seconds.
    fn learned() -> Self {
        let mut shop = Self::new();
        shop.pass(100, &[]);
        assert!(shop.plate.state().ready, "{:?}", shop.plate.state());
        shop
    }

    fn random(&mut self) -> i32 {
        // Knuth's MMIX generator.
        self.random = self
            .random
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.random >> 40) as i32
    }

    fn paint(&mut self) {
        let noise: Vec<i32> = (0..1024)
            .map(|_| self.random() % (2 * self.noise + 1) - self.noise)
            .collect();
        let mut rgba = std::mem::take(&mut self.rgba);
        rgba.clear();
        for y in 0..HEIGHT {
            let offset = self.random() as usize;
            for x in 0..WIDTH {
                let light = self.light[usize::from(x >= WIDTH / 2)];
                for (c, level) in self.scene_at(x, y).into_iter().enumerate() {
                    let noise = noise[(offset + 3 * x + c) % noise.len()];
                    rgba.push(((level * light) as i32 + noise).clamp(0, 255) as u8);
                }
                rgba.push(255);
            }
        }
        self.rgba = rgba;
    }

    fn scene_at(&self, x: usize, y: usize) -> [f32; 3] {
        for &(left, top) in &self.people {
            if (left..left + 60).contains(&x) && y >= top {
                let stripe = 40.0 + 60.0 * ((y / 9) % 2) as f32;
                return [stripe, 60.0, 200.0 - stripe];
            }
        }
        let shelf = 70.0 + 50.0 * (((x + self.shift) / 13 + y / 17) % 2) as f32;
        [shelf, shelf * 0.9, 60.0 + shelf * 0.5 + (x % 7) as f32]
    }

    /// Looks `frames` times; returns for each whether the scene was quiet.
    fn pass(&mut self, frames: usize, faces: &[BoxInImage]) -> Vec<bool> {
        (0..frames)
            .map(|_| {
                self.now = Mono(self.now.0 + self.step_ms);
                self.paint();
                let frame = Pixels {
                    width: WIDTH,
                    height: HEIGHT,
                    rgba: &self.rgba,
                };
                self.plate.look(frame, faces, self.now)
            })
            .collect()
    }

    fn quiet_share(&mut self, frames: usize) -> f32 {
        let quiet = self.pass(frames, &[]);
        quiet.iter().filter(|q| **q).count() as f32 / frames as f32
    }
}

/// The face of a person whose left edge is at `left`, head at `top`.
fn face(left: usize, top: usize) -> BoxInImage {
    BoxInImage {
        x: (left + 20) as f32 / WIDTH as f32,
        y: (top + 4) as f32 / HEIGHT as f32,
        width: 20.0 / WIDTH as f32,
        height: 24.0 / HEIGHT as f32,
    }
}

#[test]
fn a_plate_that_is_not_ready_gates_nothing() {
    let mut shop = Shop::new();
    assert_eq!(shop.pass(20, &[]), [false; 20]);
    assert!(!shop.plate.state().ready && shop.plate.background().is_none());
}

#[test]
fn an_empty_shop_is_quiet_whatever_the_sensor_noise() {
    for noise in [0, 4, 12, 25] {
        let mut shop = Shop::new();
        shop.noise = noise;
        shop.pass(150, &[]);
        assert!(
            shop.quiet_share(100) >= 0.98,
            "noise {noise}: {:?}",
            shop.plate.state()
        );
    }
}

#[test]
fn a_person_is_a_change_on_the_first_frame() {
    let mut shop = Shop::learned();
    assert!(shop.quiet_share(20) > 0.95);
    shop.people = vec![(100, 60)];
    assert_eq!(shop.pass(5, &[]), [false; 5]);
    assert!(shop.plate.state().changed_share > 0.1);
}

#[test]
fn a_small_person_far_away_is_a_change_too() {
    let mut shop = Shop::learned();
    shop.people = vec![(250, 232)];
    assert_eq!(shop.pass(3, &[]), [false; 3], "60 x 8 of 320 x 240");
}

#[test]
fn who_is_tracked_never_melts_and_the_shop_behind_is_kept() {
    let mut shop = Shop::learned();
    shop.people = vec![(100, 60)];
    shop.pass(3, &[]);
    shop.step_ms = SLOW_MS;
    shop.pass(1200, &[face(100, 60)]);
    // Five minutes later the track is lost, the person still stands there.
    assert_eq!(shop.pass(120, &[]), [false; 120]);
    shop.people.clear();
    assert!(shop.quiet_share(50) >= 0.95, "{:?}", shop.plate.state());
    assert_eq!(shop.plate.state().relearned, 0);
}

#[test]
fn a_person_who_was_there_from_the_start_leaves_no_ghost() {
    let mut shop = Shop::new();
    shop.people = vec![(100, 60)];
    shop.pass(4, &[]);
    shop.pass(200, &[face(100, 60)]);
    assert!(!shop.plate.state().ready);
    shop.people.clear();
    shop.pass(60, &[]);
    assert!(shop.quiet_share(50) >= 0.95, "{:?}", shop.plate.state());
}

#[test]
fn furniture_that_is_put_down_becomes_part_of_the_shop() {
    let mut shop = Shop::learned();
    shop.people = vec![(40, 150)];
    assert_eq!(shop.pass(100, &[]), [false; 100]);
    shop.pass(150, &[]);
    assert!(shop.quiet_share(50) >= 0.95, "{:?}", shop.plate.state());
}

#[test]
fn a_lamp_for_all_is_followed_at_once() {
    for light in [0.45, 0.7, 1.4, 1.9] {
        let mut shop = Shop::learned();
        shop.light = [light; 2];
        assert!(!shop.pass(1, &[])[0], "the change itself is looked at");
        shop.pass(3, &[]);
        assert!(
            shop.quiet_share(20) >= 0.95,
            "light {light}: {:?}",
            shop.plate.state()
        );
        assert!(shop.plate.state().relit >= 1 && shop.plate.state().relearned == 0);
        shop.light = [1.0; 2];
        shop.pass(4, &[]);
        assert!(
            shop.quiet_share(20) >= 0.95,
            "and back: {:?}",
            shop.plate.state()
        );
    }
}

#[test]
fn a_lamp_for_one_half_is_followed_at_once() {
    for light in [0.5, 1.5] {
        let mut shop = Shop::learned();
        shop.light = [1.0, light];
        shop.pass(4, &[]);
        assert!(
            shop.quiet_share(20) >= 0.95,
            "light {light}: {:?}",
            shop.plate.state()
        );
        assert_eq!(shop.plate.state().relearned, 0);
    }
}

#[test]
fn a_person_is_not_taken_for_light() {
    let mut shop = Shop::learned();
    shop.people = vec![(40, 30), (130, 30), (220, 50)];
    assert_eq!(shop.pass(100, &[]), [false; 100]);
    assert_eq!(shop.plate.state().relit, 0);
}

#[test]
fn exposure_that_follows_a_person_leaves_the_person_a_change() {
    let mut shop = Shop::learned();
    shop.people = vec![(100, 60)];
    shop.light = [1.35; 2];
    assert_eq!(shop.pass(30, &[]), [false; 30]);
    assert!(shop.plate.state().relit >= 1);
    let changed = shop.plate.state().changed_share;
    assert!(
        (0.1..0.25).contains(&changed),
        "the person alone: {changed}"
    );
}

#[test]
fn slow_daylight_is_followed_without_a_change() {
    let mut shop = Shop::learned();
    let mut quiet = 0;
    for k in 0..300 {
        shop.light = [1.0 - 0.0005 * k as f32; 2];
        quiet += usize::from(shop.pass(1, &[])[0]);
    }
    assert!(quiet >= 280, "{quiet} of 300: {:?}", shop.plate.state());
}

#[test]
fn a_camera_that_was_moved_starts_anew() {
    let mut shop = Shop::learned();
    shop.shift = 7;
    shop.pass(30, &[]);
    assert_eq!(shop.plate.state().relearned, 1, "{:?}", shop.plate.state());
    shop.pass(60, &[]);
    assert!(shop.quiet_share(20) >= 0.95, "{:?}", shop.plate.state());
}

#[test]
fn the_background_shows_the_shop_and_not_the_person() {
    let mut shop = Shop::learned();
    shop.people = vec![(100, 60)];
    shop.pass(100, &[face(100, 60)]);
    shop.pass(100, &[]);
    let background = shop.plate.background().unwrap();
    assert_eq!(
        (
            background.width(),
            background.height(),
            background.cell_px()
        ),
        (320, 240, 1)
    );
    shop.people.clear();
    let mut far = 0;
    for (x, y) in [(120, 100), (140, 200), (110, 70), (10, 10), (300, 230)] {
        let [r, g, b, alpha] = background.rgba_at(x, y);
        assert_eq!(alpha, 255);
        let truth = shop.scene_at(x, y);
        far += [r, g, b]
            .iter()
            .zip(truth)
            .filter(|(seen, truth)| (f32::from(**seen) - truth).abs() > 6.0)
            .count();
    }
    assert_eq!(far, 0);
}

#[test]
fn the_background_follows_the_light() {
    let mut shop = Shop::learned();
    shop.light = [0.5; 2];
    shop.pass(25, &[]);
    let [r, ..] = shop.plate.background().unwrap().rgba_at(200, 100);
    let truth = 0.5 * shop.scene_at(200, 100)[0];
    assert!((f32::from(r) - truth).abs() < 6.0, "{r} for {truth}");
}

#[test]
fn forgetting_leaves_nothing() {
    let mut shop = Shop::learned();
    assert!(shop.plate.background().is_some());
    shop.plate.forget();
    assert!(shop.plate.background().is_none());
    assert_eq!(shop.plate.state(), PlateState::default());
    assert_eq!(shop.pass(10, &[]), [false; 10]);
}

#[test]
fn another_size_and_frames_too_small_to_judge_gate_nothing() {
    let mut shop = Shop::learned();
    for (width, height) in [(0, 0), (1, 1), (8, 8), (2000, 1), (240, 320), (641, 479)] {
        let rgba = vec![90; width * height * 4];
        let frame = Pixels {
            width,
            height,
            rgba: &rgba,
        };
        assert!(
            !shop.plate.look(frame, &[], Mono(90_000)),
            "{width} x {height}"
        );
    }
}

#[test]
fn a_black_and_a_white_picture_are_changes_and_do_no_harm() {
    for level in [0, 255] {
        let mut shop = Shop::learned();
        let rgba = vec![level; WIDTH * HEIGHT * 4];
        let frame = Pixels {
            width: WIDTH,
            height: HEIGHT,
            rgba: &rgba,
        };
        assert!(!shop.plate.look(frame, &[], Mono(shop.now.0 + 300)));
        shop.now = Mono(shop.now.0 + 300);
        shop.pass(4, &[]);
        assert!(
            shop.quiet_share(20) >= 0.95,
            "level {level}: {:?}",
            shop.plate.state()
        );
    }
}

#[test]
fn faces_outside_the_picture_hold_nothing_and_break_nothing() {
    let mut shop = Shop::learned();
    let strange = [
        (-3.0, -3.0, 0.1, 0.1),
        (5.0, 5.0, 0.1, 0.1),
        (f32::NAN, 0.2, 0.1, 0.1),
        (0.5, 0.5, -0.2, 0.3),
    ]
    .map(|(x, y, width, height)| BoxInImage {
        x,
        y,
        width,
        height,
    });
    assert!(shop.pass(10, &strange).len() == 10);
    assert!(shop.quiet_share(20) >= 0.9);
}
