//! Notices when the picture is suddenly another one (a switched source, a moved camera): nobody in it is who was there
//! before. Pure apart from reading pixels.

use super::picture::Pixels;

/// Cells per side of the thumbnail that is compared.
const SIDE: usize = 16;
/// Two pictures of one scene, a frame apart, correlate above 0.9 with people walking through; two scenes below this.
const MIN_CORRELATION: f32 = 0.5;
/// A thumbnail flatter than this (standard deviation, 0..=1) is a covered lens or darkness and says nothing.
const MIN_CONTRAST: f32 = 0.03;

/// The last picture as a thumbnail.
#[derive(Debug, Default)]
pub(crate) struct SceneWatch {
    last: Option<Thumbnail>,
}

#[derive(Debug)]
struct Thumbnail {
    size: (usize, usize),
    /// Luma with mean 0 and variance 1, so that exposure does not count.
    luma: [f32; SIDE * SIDE],
}

impl SceneWatch {
    /// The picture shows another scene than the one before.
    pub(crate) fn is_cut(&mut self, frame: Pixels<'_>) -> bool {
        let Some(now) = Thumbnail::of(frame) else {
            return false;
        };
        let cut = self
            .last
            .as_ref()
            .is_some_and(|last| last.size != now.size || last.correlation(&now) < MIN_CORRELATION);
        self.last = Some(now);
        cut
    }
}

impl Thumbnail {
    fn of(frame: Pixels<'_>) -> Option<Self> {
        let mut luma = [0.0; SIDE * SIDE];
        for (k, cell) in luma.iter_mut().enumerate() {
            *cell = mean_luma(frame, k % SIDE, k / SIDE);
        }
        let mean = luma.iter().sum::<f32>() / luma.len() as f32;
        let deviation =
            (luma.iter().map(|v| (v - mean).powi(2)).sum::<f32>() / luma.len() as f32).sqrt();
        luma.iter_mut().for_each(|v| *v = (*v - mean) / deviation);
        (deviation >= MIN_CONTRAST).then_some(Self {
            size: (frame.width, frame.height),
            luma,
        })
    }

    fn correlation(&self, other: &Self) -> f32 {
        self.luma
            .iter()
            .zip(&other.luma)
            .map(|(a, b)| a * b)
            .sum::<f32>()
            / self.luma.len() as f32
    }
}

/// Mean of four by four pixels spread over a cell, 0..=1.
fn mean_luma(frame: Pixels<'_>, column: usize, row: usize) -> f32 {
    let mut sum = 0_u32;
    for k in 0..16 {
        let x = (column * 8 + 2 * (k % 4) + 1) * frame.width / (SIDE * 8);
        let y = (row * 8 + 2 * (k / 4) + 1) * frame.height / (SIDE * 8);
        let [r, g, b] = frame.rgb_at(x, y);
        sum += 2 * u32::from(r) + 5 * u32::from(g) + u32::from(b);
    }
    sum as f32 / (16.0 * 8.0 * 255.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(luma: impl Fn(usize, usize) -> f32) -> Vec<u8> {
        (0..64 * 64)
            .flat_map(|k| [(luma(k % 64, k / 64).clamp(0.0, 1.0) * 255.0) as u8; 4])
            .collect()
    }

    fn cut(watch: &mut SceneWatch, rgba: &[u8]) -> bool {
        watch.is_cut(Pixels {
            width: 64,
            height: 64,
            rgba,
        })
    }

    fn store(x: usize, y: usize) -> f32 {
        0.3 + 0.4 * ((x / 12 + y / 20) % 2) as f32
    }

    #[test]
    fn a_walking_person_and_a_change_of_exposure_are_no_cut() {
        let mut watch = SceneWatch::default();
        for step in 0..20 {
            let exposure = 1.0 + 0.3 * (step % 2) as f32;
            let walking = picture(|x, y| {
                if x.abs_diff(step * 3) < 8 && y > 10 {
                    0.1
                } else {
                    store(x, y) * exposure
                }
            });
            assert!(!cut(&mut watch, &walking), "step {step}");
        }
    }

    #[test]
    fn another_scene_is_a_cut_once() {
        let mut watch = SceneWatch::default();
        let street = picture(|x, _| x as f32 / 64.0);
        assert!(!cut(&mut watch, &picture(store)));
        assert!(cut(&mut watch, &street));
        assert!(!cut(&mut watch, &street));
    }

    #[test]
    fn a_hand_over_the_lens_is_no_cut() {
        let mut watch = SceneWatch::default();
        for rgba in [picture(store), picture(|_, _| 0.05), picture(store)] {
            assert!(!cut(&mut watch, &rgba));
        }
    }

    #[test]
    fn another_size_is_a_cut() {
        let mut watch = SceneWatch::default();
        let rgba = picture(store);
        assert!(!cut(&mut watch, &rgba));
        assert!(watch.is_cut(Pixels {
            width: 32,
            height: 128,
            rgba: &rgba
        }));
    }
}
