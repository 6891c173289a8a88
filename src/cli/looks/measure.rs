//! How well a garment sits, in numbers: what of the worn one is left (leak), what was changed that should not have been
//! (damage), and how restless the garment's edge is (flicker at rest, swim while the person walks).

use std::path::Path;

use image::{GrayImage, RgbImage, RgbaImage};

use super::Failure;
use super::person::{FRAMES, REST, shift_px};

/// What a pixel shows, as grey values of a mask by hand.
pub(super) const BACKGROUND: u8 = 0;
const SKIN: u8 = 1;
const HAIR: u8 = 2;
pub(super) const TORSO: u8 = 3;
pub(super) const LEGS: u8 = 4;
/// Carried things, shoes, everything else.
const OTHER: u8 = 5;

/// A channel that differs by more has visibly changed; a learned background and the noise of a sensor differ by less.
const CHANGED: u8 = 24;
/// Background is asked about as far around the person as this share of their size.
const AROUND: f32 = 0.1;
/// Distances are given as they are on a glass of this height, pixels.
const GLASS: f32 = 1920.0;
/// After a walk so many pictures pass until hems have swung out and the prediction has come to rest.
const SETTLING: usize = 36;

/// The pictures of one garment on one person, all of one size.
pub(super) struct Shown {
    pub(super) original: RgbImage,
    pub(super) look: RgbImage,
    /// Alpha of the garment.
    pub(super) cloth: GrayImage,
    /// What was painted where worn cloth gave way.
    pub(super) uncovered: RgbaImage,
    /// Worn tops give way down to one height and from another on, picture heights: what is below a new top's hem stays as
    /// the skirt it is.
    pub(super) torso_to: f32,
    pub(super) torso_from: f32,
    /// What is worn on the legs gives way.
    pub(super) legs: bool,
}

/// Shares in percent.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Still {
    /// Of the worn garment's pixels, those that are left outside of the new one. `None` where nothing gives way.
    pub(super) leak: Option<f32>,
    /// Of hair, skin, other things, and the background around the person, what was changed without a garment lying there;
    /// hair under the garment counts too.
    pub(super) damage: f32,
}

/// Pixels of a glass 1920 high, across the edge.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Motion {
    /// Between two pictures of somebody who stands still.
    pub(super) flicker: f32,
    /// From where the edge would be if it moved with the body.
    pub(super) swim: f32,
    /// Pictures with the garment that were looked at.
    pub(super) pictures: usize,
}

/// Compares a look with what each pixel is (`labels`, of the picture's size).
pub(super) fn still(shown: &Shown, labels: &GrayImage) -> Still {
    let around = around_person(labels);
    let (mut worn, mut left, mut fixed, mut changed) = (0_u32, 0_u32, 0_u32, 0_u32);
    for (x, y, label) in labels.enumerate_pixels() {
        let cloth = shown.cloth.get_pixel(x, y).0[0] > 127;
        let painted = shown.uncovered.get_pixel(x, y).0[3] > 127;
        let row = y as f32 / labels.height() as f32;
        let gives_way = match label.0[0] {
            TORSO => row < shown.torso_to || row > shown.torso_from,
            LEGS => shown.legs,
            _ => false,
        };
        if gives_way {
            worn += 1;
            left += u32::from(!cloth && !painted);
        } else if matches!(label.0[0], BACKGROUND | SKIN | HAIR | OTHER) && around(x, y) {
            fixed += 1;
            let visible = || {
                differs(
                    shown.original.get_pixel(x, y).0,
                    shown.look.get_pixel(x, y).0,
                )
            };
            let wrong = if cloth { label.0[0] == HAIR } else { painted };
            changed += u32::from(wrong && visible());
        }
    }
    let percent = |part: u32, whole: u32| 100.0 * part as f32 / whole.max(1) as f32;
    Still {
        leak: (worn > 0).then(|| percent(left, worn)),
        damage: percent(changed, fixed),
    }
}

fn differs(a: [u8; 3], b: [u8; 3]) -> bool {
    (0..3).any(|k| a[k].abs_diff(b[k]) > CHANGED)
}

/// Inside the person's box, grown.
fn around_person(labels: &GrayImage) -> impl Fn(u32, u32) -> bool + use<> {
    let person = labels
        .enumerate_pixels()
        .filter(|(_, _, l)| l.0[0] != BACKGROUND);
    let none = (u32::MAX, u32::MAX, 0, 0);
    let (left, top, right, bottom) = person.fold(none, |(l, t, r, b), (x, y, _)| {
        (l.min(x), t.min(y), r.max(x), b.max(y))
    });
    let grow = |size: u32| (size as f32 * AROUND) as u32;
    let across = grow(right.saturating_sub(left));
    let down = grow(bottom.saturating_sub(top));
    move |x, y| x + across >= left && x <= right + across && y + down >= top && y <= bottom + down
}

/// What the parser itself says, from its masks (torso garment, leg garment, hair and things, skin), in the picture's size.
pub(super) fn labels_of(masks: &RgbaImage, (width, height): (u32, u32)) -> GrayImage {
    let filter = image::imageops::FilterType::Triangle;
    let masks = image::imageops::resize(masks, width, height, filter);
    GrayImage::from_fn(width, height, |x, y| {
        let planes = masks.get_pixel(x, y).0;
        let names = [TORSO, LEGS, HAIR, SKIN];
        let likeliest = (0..4).max_by_key(|&k| planes[k]).unwrap_or(0);
        let sure = planes[likeliest] > 127;
        image::Luma([if sure { names[likeliest] } else { BACKGROUND }])
    })
}

/// Follows the edge over `folder/NUMBER.png`, alphas of camera pictures by number.
pub(super) fn motion(folder: &Path) -> Result<Motion, Failure> {
    let mut planes = Vec::new();
    // Somebody who could not be dressed while they walked left nothing.
    if !folder.exists() {
        return Ok(Motion::default());
    }
    for entry in std::fs::read_dir(folder).map_err(Failure::new)? {
        let file = entry.map_err(Failure::new)?.path();
        let number = file
            .file_stem()
            .and_then(|s| s.to_str()?.parse::<usize>().ok());
        let (Some(number), Some("png")) = (number, file.extension().and_then(|e| e.to_str()))
        else {
            continue;
        };
        let plane = image::open(&file)
            .map_err(|e| Failure::new(format!("{}: {e}", file.display())))?
            .to_luma8();
        if plane.pixels().any(|alpha| alpha.0[0] > 127) {
            planes.push((number, plane));
        }
    }
    planes.sort_by_key(|(number, _)| *number);
    Ok(followed(&planes))
}

/// Camera pictures are numbered from 1.
fn followed(planes: &[(usize, GrayImage)]) -> Motion {
    let step = |number: usize| (number + FRAMES - 1) % FRAMES;
    let rests = |number: usize| (SETTLING..REST).contains(&step(number));
    let pairs = planes.windows(2).filter(|w| rests(w[0].0) && rests(w[1].0));
    let flicker = mean(pairs.map(|w| apart(&w[0].1, &w[1].1, 0)));
    let still: Vec<&GrayImage> = planes.iter().filter(|p| rests(p.0)).map(|p| &p.1).collect();
    let Some(reference) = still.get(still.len() / 2) else {
        return Motion::default();
    };
    let walking = planes.iter().filter(|(number, _)| step(*number) >= REST);
    let swim =
        mean(walking.map(|(number, plane)| {
            apart(reference, plane, shift_px(step(*number), plane.height()))
        }));
    Motion {
        flicker,
        swim,
        pictures: planes.len(),
    }
}

fn mean(values: impl Iterator<Item = f32>) -> f32 {
    let (sum, count) = values.fold((0.0, 0_u32), |(sum, count), v| (sum + v, count + 1));
    sum / count.max(1) as f32
}

/// Mean distance of two outlines, the second shifted by `shift` pixels: the area between them over the length of the edge.
fn apart(a: &GrayImage, b: &GrayImage, shift: i64) -> f32 {
    let (width, height) = a.dimensions();
    let inside = |plane: &GrayImage, x: i64, y: u32| {
        let x = u32::try_from(x).ok().filter(|x| *x < width);
        x.is_some_and(|x| plane.get_pixel(x, y).0[0] > 127)
    };
    let (mut between, mut edge) = (0_u32, 0_u32);
    for y in 0..height.min(b.height()) {
        for x in 0..i64::from(width) {
            let here = inside(a, x, y);
            // What left the picture cannot be compared.
            let in_sight = (0..i64::from(width)).contains(&(x + shift));
            between += u32::from(in_sight && here != inside(b, x + shift, y));
            let below = y + 1 < height && inside(a, x, y + 1);
            edge += u32::from(here != inside(a, x + 1, y) || here != below);
        }
    }
    between as f32 / edge.max(1) as f32 * GLASS / height.max(1) as f32
}

#[cfg(test)]
mod tests {
    use image::{Luma, Rgb, Rgba};

    use super::*;

    /// A person of skin from 20 to 80 with a worn top from 40 to 60, both ways, in a picture of 100.
    fn labels() -> GrayImage {
        GrayImage::from_fn(100, 100, |x, y| {
            let within = |a: u32, b: u32| (a..b).contains(&x) && (a..b).contains(&y);
            Luma([if within(40, 60) {
                TORSO
            } else if within(20, 80) {
                SKIN
            } else {
                BACKGROUND
            }])
        })
    }

    fn shown(cloth: impl Fn(u32, u32) -> bool, painted: impl Fn(u32, u32) -> bool) -> Shown {
        let pixel = |on: bool| if on { 255 } else { 0 };
        Shown {
            original: RgbImage::from_pixel(100, 100, Rgb([100; 3])),
            look: RgbImage::from_fn(100, 100, |x, y| {
                Rgb([if cloth(x, y) || painted(x, y) {
                    200
                } else {
                    101
                }; 3])
            }),
            cloth: GrayImage::from_fn(100, 100, |x, y| Luma([pixel(cloth(x, y))])),
            uncovered: RgbaImage::from_fn(100, 100, |x, y| Rgba([0, 0, 0, pixel(painted(x, y))])),
            torso_to: 1.0,
            torso_from: 1.0,
            legs: false,
        }
    }

    #[test]
    fn what_is_left_of_the_worn_garment_leaks() {
        let whole = still(
            &shown(|x, _| (40..60).contains(&x), |_, _| false),
            &labels(),
        );
        assert_eq!(
            whole,
            Still {
                leak: Some(0.0),
                damage: 0.0
            }
        );
        let half = still(
            &shown(|x, _| (40..50).contains(&x), |_, _| false),
            &labels(),
        );
        assert_eq!(half.leak, Some(50.0));
        let gone = still(
            &shown(|x, _| (40..50).contains(&x), |x, _| (50..60).contains(&x)),
            &labels(),
        );
        assert_eq!(gone.leak, Some(0.0));
        let other = Shown {
            torso_to: 0.0,
            ..shown(|_, _| false, |_, _| false)
        };
        assert_eq!(still(&other, &labels()).leak, None);
        let hem = Shown {
            torso_to: 0.5,
            ..shown(|_, y| y < 50, |_, _| false)
        };
        assert_eq!(still(&hem, &labels()).leak, Some(0.0), "a skirt stays");
    }

    #[test]
    fn what_is_painted_where_no_garment_was_is_damage() {
        // 5 + 60 + 5 pixels each way lie around the person; 400 of them are the garment.
        let around = 70.0 * 70.0;
        let within = |x: u32| (40..60).contains(&x);
        let sleeve = |x: u32, y: u32| within(x) && (60..65).contains(&y);
        let damaged = still(&shown(|x, y| within(x) && within(y), sleeve), &labels());
        let expected = 100.0 * 100.0 / (around - 400.0);
        assert!(
            (damaged.damage - expected).abs() < 0.1,
            "{}",
            damaged.damage
        );
        let far = still(&shown(|_, _| false, |x, _| x < 10), &labels());
        assert_eq!(far.damage, 0.0, "too far away to be this person's");
    }

    #[test]
    fn hair_under_a_garment_is_damage_and_skin_is_not() {
        let mut labels = labels();
        labels.put_pixel(50, 30, Luma([HAIR]));
        let over = |x: u32, y: u32| (45..55).contains(&x) && (25..60).contains(&y);
        assert!(still(&shown(over, |_, _| false), &labels).damage > 0.0);
        labels.put_pixel(50, 30, Luma([SKIN]));
        assert_eq!(still(&shown(over, |_, _| false), &labels).damage, 0.0);
    }

    fn square(left: i64) -> GrayImage {
        GrayImage::from_fn(400, 200, |x, y| {
            let inside = (left..left + 80).contains(&i64::from(x)) && (60..140).contains(&y);
            Luma([if inside { 255 } else { 0 }])
        })
    }

    #[test]
    fn an_edge_that_stays_with_the_body_neither_flickers_nor_swims() {
        let calm: Vec<_> = (1..=FRAMES)
            .map(|n| (n, square(150 + shift_px(n - 1, 200))))
            .collect();
        let measured = followed(&calm);
        assert_eq!((measured.flicker, measured.swim), (0.0, 0.0));
        assert_eq!(measured.pictures, FRAMES);
    }

    #[test]
    fn an_edge_that_jumps_or_lags_is_told_in_pixels() {
        let jumping: Vec<_> = (1..=FRAMES)
            .map(|n| (n, square(150 + shift_px(n - 1, 200) + (n % 2) as i64 * 2)))
            .collect();
        // Two of four sides move, by two pixels of 200.
        let flicker = followed(&jumping).flicker * 200.0 / GLASS;
        assert!((0.9..1.1).contains(&flicker), "{flicker}");
        let lagging: Vec<_> = (1..=FRAMES)
            .map(|n| (n, square(150 + shift_px((n + FRAMES - 3) % FRAMES, 200))))
            .collect();
        let swim = followed(&lagging).swim * 200.0 / GLASS;
        assert!((1.0..4.0).contains(&swim), "{swim}");
    }

    #[test]
    fn the_parsers_masks_name_the_likeliest_of_what_is_sure() {
        let mut masks = RgbaImage::from_pixel(4, 4, Rgba([0, 0, 0, 0]));
        for x in 0..4 {
            masks.put_pixel(x, 0, Rgba([200, 250, 0, 0]));
            masks.put_pixel(x, 3, Rgba([90, 100, 0, 0]));
        }
        let labels = labels_of(&masks, (4, 4));
        assert_eq!(labels.get_pixel(1, 0).0[0], LEGS);
        assert_eq!(labels.get_pixel(1, 3).0[0], BACKGROUND);
    }
}
