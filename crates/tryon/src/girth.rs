//! How broad a torso is: from its silhouette where that was seen, less the cloth that is worn, else from mean proportions.

use cheval_domain::figure::{Figure, TorsoBreadths};
use cheval_domain::observation::{Region, WornCategory, WornGarment};

use crate::skeleton::{CHEST_HALF, HIP_HALF, WAIST_HALF};

/// Half breadths of the torso, picture heights.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Girth {
    /// Under the arms: towards the person's left, towards the right.
    pub chest: [f32; 2],
    /// At the waist.
    pub waist: [f32; 2],
    /// At the hips.
    pub hip: [f32; 2],
}

/// How much broader than the body a silhouette is at chest, waist and hips because of what is worn, 1 = as broad.
///
/// Cloth hangs from the chest, so it hides more of the waist than of the chest. No body with known measures was seen by this
/// program, so these are not measured: they follow the ease that patterns are cut with (4.5 cm of girth adjusted, 7
/// semi-fitted, 10 loose, from 15 on very loose, on about a metre; Studio Calicot, "Ease allowances"), and for outerwear
/// what is worn under it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bulk([f32; 3]);

/// The mean proportions may be left by so much: chest, waist, hips. Shoulders do not grow with a trunk, so a chest cannot
/// grow much beyond them.
const LIMITS: [(f32, f32); 3] = [(0.8, 1.35), (0.75, 1.6), (0.75, 1.5)];
/// One side is at most so many times as broad as the other: what is more is a bag or a sleeve.
const ASIDE: f32 = 1.25;
/// What is not seen follows what is seen of the same torso by this share: breadths of a body go together, not all the way.
/// A judgement.
const TOGETHER: f32 = 0.6;
/// Weight of the figure's ratio of waist to hips against the waist that was seen: cloth hides a waist, and the net errs by
/// 5 to 8 % (`models/cards/figure.md`). Its shoulder ratio errs more and is not used.
const FIGURE: f32 = 0.5;

impl Bulk {
    /// Nothing loose is worn.
    pub const NONE: Self = Self([1.0; 3]);

    /// Of what a person wears.
    #[must_use]
    pub fn of(worn: &[WornGarment]) -> Self {
        let at = |region| {
            let found = worn.iter().find(|garment| garment.region == region);
            found.map(|garment| garment.category.value)
        };
        let [chest, waist, hip] = at(Region::Torso).map_or([1.04, 1.06, 1.02], around);
        let legs = at(Region::Legs).map_or(1.0, |category| around(category)[2]);
        Self([chest, waist, hip.max(legs)])
    }
}

/// Chest, waist and hips of a garment over the body under it.
const fn around(category: WornCategory) -> [f32; 3] {
    match category {
        WornCategory::TShirt => [1.06, 1.1, 1.05],
        WornCategory::Shirt => [1.1, 1.15, 1.07],
        WornCategory::LongSleeve => [1.08, 1.12, 1.06],
        WornCategory::Top => [1.08, 1.12, 1.06],
        WornCategory::Dress => [1.05, 1.08, 1.1],
        WornCategory::Outerwear => [1.2, 1.28, 1.15],
        WornCategory::Trousers | WornCategory::Shorts => [1.0, 1.0, 1.04],
        WornCategory::Skirt => [1.0, 1.0, 1.08],
        WornCategory::Scarf | WornCategory::Hat | WornCategory::Glasses => [1.0; 3],
    }
}

impl Girth {
    /// Mean proportions of a body of this scale.
    #[must_use]
    pub fn mean(scale: f32) -> Self {
        Self {
            chest: [CHEST_HALF * scale; 2],
            waist: [WAIST_HALF * scale; 2],
            hip: [HIP_HALF * scale; 2],
        }
    }

    /// What was seen of a torso, less what is worn on it; mean proportions where nothing was seen.
    #[must_use]
    pub fn of(
        scale: f32,
        breadths: Option<&TorsoBreadths>,
        figure: Option<&Figure>,
        worn: Bulk,
    ) -> Self {
        let mean = Self::mean(1.0).levels();
        let seen = breadths.map_or([[None; 2]; 3], |b| [b.chest, b.waist, b.hip]);
        // As multiples of the mean proportions.
        let mut ratios: [Option<[f32; 2]>; 3] = [0, 1, 2].map(|level: usize| {
            let bare = |half: f32| half / worn.0[level] / mean[level][0];
            both(seen[level].map(|half| {
                half.filter(|half| half.is_finite() && *half > 0.0)
                    .map(bare)
            }))
        });
        if let (Some(hip), Some(figure)) = (ratios[2], figure.filter(|f| f.is_measured())) {
            let told = middle(hip) * figure.waist_to_hip * mean[2][0] / mean[1][0];
            let waist = ratios[1].unwrap_or([told; 2]);
            ratios[1] = Some(waist.map(|seen| seen + (told - seen) * FIGURE));
        }
        let known: Vec<f32> = ratios.iter().flatten().map(|pair| middle(*pair)).collect();
        let others = if known.is_empty() {
            1.0
        } else {
            known.iter().sum::<f32>() / known.len() as f32
        };
        let unseen = 1.0 + (others - 1.0) * TOGETHER;
        let [chest, waist, hip] = [0, 1, 2].map(|level: usize| {
            let pair = ratios[level].unwrap_or([unseen; 2]);
            limited(pair, LIMITS[level]).map(|ratio| ratio * mean[level][0] * scale)
        });
        Self { chest, waist, hip }
    }

    /// Chest, waist and hips.
    #[must_use]
    pub const fn levels(&self) -> [[f32; 2]; 3] {
        [self.chest, self.waist, self.hip]
    }

    /// Every half breadth changed by `f`, which is told this one's and the same one of `other`.
    #[must_use]
    pub fn joined(&self, other: &Self, f: impl Fn(f32, f32) -> f32) -> Self {
        let two = |a: [f32; 2], b: [f32; 2]| [0, 1].map(|k: usize| f(a[k], b[k]));
        Self {
            chest: two(self.chest, other.chest),
            waist: two(self.waist, other.waist),
            hip: two(self.hip, other.hip),
        }
    }

    /// Left and right exchanged.
    #[must_use]
    pub fn mirrored(&self) -> Self {
        let swap = |[left, right]: [f32; 2]| [right, left];
        Self {
            chest: swap(self.chest),
            waist: swap(self.waist),
            hip: swap(self.hip),
        }
    }

    /// How much thicker than the mean a thigh is, going by the hips; the knee by half of it.
    #[must_use]
    pub fn thigh(&self, scale: f32) -> f32 {
        middle(self.hip) / (HIP_HALF * scale.max(1e-6))
    }
}

/// Where one side was not seen, it is like the other.
fn both([left, right]: [Option<f32>; 2]) -> Option<[f32; 2]> {
    let one = left.or(right)?;
    Some([left.unwrap_or(one), right.unwrap_or(one)])
}

fn middle(pair: [f32; 2]) -> f32 {
    (pair[0] + pair[1]) / 2.0
}

fn limited(pair: [f32; 2], (least, most): (f32, f32)) -> [f32; 2] {
    let narrow = pair[0].min(pair[1]);
    let even = pair.map(|one| one.min(narrow * ASIDE));
    let middle = middle(even).max(1e-6);
    even.map(|one| one / middle * middle.clamp(least, most))
}

#[cfg(test)]
mod tests {
    use cheval_domain::colour::ColourName;
    use cheval_domain::observation::{Estimate, Pattern};
    use proptest::prelude::*;

    use super::*;

    fn wearing(region: Region, category: WornCategory) -> WornGarment {
        WornGarment {
            region,
            category: Estimate {
                value: category,
                confidence: 0.9,
            },
            colour: ColourName::Navy,
            lab: [30.0, 0.0, -20.0],
            pattern: Estimate {
                value: Pattern::Plain,
                confidence: 0.9,
            },
        }
    }

    fn seen(chest: f32, waist: f32, hip: f32) -> TorsoBreadths {
        TorsoBreadths {
            chest: [Some(chest); 2],
            waist: [Some(waist); 2],
            hip: [Some(hip); 2],
        }
    }

    #[test]
    fn what_was_not_seen_is_mean() {
        assert_eq!(Girth::of(0.2, None, None, Bulk::NONE), Girth::mean(0.2));
        let nothing = TorsoBreadths::default();
        let girth = Girth::of(0.2, Some(&nothing), None, Bulk::of(&[]));
        assert_eq!(girth, Girth::mean(0.2));
    }

    #[test]
    fn a_coat_makes_nobody_broad() {
        let breadths = seen(0.66, 0.64, 0.66);
        let of = |worn: &[WornGarment]| Girth::of(0.1, Some(&breadths), None, Bulk::of(worn));
        let coat = of(&[wearing(Region::Torso, WornCategory::Outerwear)]);
        let tee = of(&[wearing(Region::Torso, WornCategory::TShirt)]);
        assert!((coat.chest[0] - 0.055).abs() < 1e-4, "{coat:?}");
        assert!(tee.chest[0] > coat.chest[0] && tee.waist[0] > coat.waist[0]);
    }

    #[test]
    fn a_side_behind_an_arm_is_like_the_other_and_a_level_follows_the_others_half_way() {
        let breadths = TorsoBreadths {
            waist: [Some(WAIST_HALF * 1.4), None],
            ..TorsoBreadths::default()
        };
        let girth = Girth::of(1.0, Some(&breadths), None, Bulk::NONE);
        assert_eq!(girth.waist, [WAIST_HALF * 1.4; 2]);
        assert!((girth.hip[0] / HIP_HALF - 1.24).abs() < 1e-5, "{girth:?}");
    }

    #[test]
    fn a_bag_on_one_side_broadens_nobody_by_much() {
        let breadths = TorsoBreadths {
            hip: [Some(HIP_HALF), Some(HIP_HALF * 2.0)],
            ..TorsoBreadths::default()
        };
        let [left, right] = Girth::of(1.0, Some(&breadths), None, Bulk::NONE).hip;
        assert!((left - HIP_HALF).abs() < 1e-5 && right <= HIP_HALF * 1.26);
    }

    #[test]
    fn a_measured_figure_draws_the_waist_in() {
        let breadths = seen(0.55, 0.57, 0.57);
        let figure = Figure {
            shoulder_to_hip: 1.0,
            waist_to_hip: 0.7,
            ..Figure::default()
        };
        let with = Girth::of(1.0, Some(&breadths), Some(&figure), Bulk::NONE);
        let without = Girth::of(1.0, Some(&breadths), Some(&Figure::default()), Bulk::NONE);
        assert!(with.waist[0] < without.waist[0] && with.hip == without.hip);
    }

    fn any_half() -> impl Strategy<Value = Option<f32>> {
        prop::option::of(prop_oneof![
            0.0_f32..3.0,
            Just(f32::NAN),
            Just(f32::INFINITY)
        ])
    }

    prop_compose! {
        fn any_breadths()(chest in [any_half(), any_half()], waist in [any_half(), any_half()], hip in [any_half(), any_half()]) -> TorsoBreadths {
            TorsoBreadths { chest, waist, hip }
        }
    }

    proptest! {
        #[test]
        fn every_girth_is_a_body_s(breadths in any_breadths(), scale in 0.05_f32..0.3) {
            let girth = Girth::of(scale, Some(&breadths), None, Bulk::of(&[]));
            let mean = Girth::mean(scale).levels();
            for (level, mean) in girth.levels().iter().zip(mean) {
                for half in level {
                    let ratio = half / mean[0];
                    prop_assert!((0.63..=1.85).contains(&ratio), "{girth:?}");
                }
            }
        }

        #[test]
        fn a_mirrored_silhouette_is_a_mirrored_girth(breadths in any_breadths()) {
            let swap = |[a, b]: [Option<f32>; 2]| [b, a];
            let other = TorsoBreadths { chest: swap(breadths.chest), waist: swap(breadths.waist), hip: swap(breadths.hip) };
            let of = |b: &TorsoBreadths| Girth::of(1.0, Some(b), None, Bulk::NONE);
            prop_assert_eq!(of(&breadths).mirrored(), of(&other));
        }
    }
}
