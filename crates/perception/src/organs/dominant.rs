//! The few colours a garment shows, largest first. A median by channel would invent a colour between two stripes.
//! Pure; the same samples give the same answer.

/// At most this many colours are told apart.
pub(crate) const COLOURS: usize = 3;
/// Lightness counts this much against hue and chroma, so that a fold is no colour of its own (own choice).
const LIGHTNESS_WEIGHT: f32 = 0.4;
/// Colours nearer than this, in L*a*b* with lightness so weighted, are one (own choice: a just noticeable difference is
/// 2.3, a fold's shadow moves up to 10).
const ONE_COLOUR: f32 = 14.0;
/// Rounds of k-means; the centres hardly move after five.
const ROUNDS: usize = 5;
/// Samples are sorted by their distance, and a new centre is put where this share lies nearer: not on an outlier.
const FAR: f32 = 0.94;

/// One colour of a garment.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Shade {
    /// Median in CIE L*a*b* (D65) of the samples that show it.
    pub(crate) lab: [f32; 3],
    /// Share of all samples, 0..=1.
    pub(crate) share: f32,
}

/// The colours of the samples, largest share first; none for no sample.
pub(crate) fn shades(labs: &[[f32; 3]]) -> Vec<Shade> {
    let labs: Vec<[f32; 3]> = labs
        .iter()
        .copied()
        .filter(|lab| lab.iter().all(|v| v.is_finite()))
        .collect();
    let Some(middle) = median(labs.iter()) else {
        return Vec::new();
    };
    let mut centres = vec![middle];
    while centres.len() < COLOURS {
        centres.push(farthest(&labs, &centres));
    }
    for _ in 0..ROUNDS {
        centres = means(&labs, &centres);
    }
    merge(&mut centres, &labs);
    let mut found: Vec<Shade> = (0..centres.len())
        .filter_map(|k| {
            let members: Vec<&[f32; 3]> = labs
                .iter()
                .filter(|lab| nearest(lab, &centres) == k)
                .collect();
            Some(Shade {
                share: members.len() as f32 / labs.len() as f32,
                lab: median(members.into_iter())?,
            })
        })
        .collect();
    found.sort_by(|a, b| b.share.total_cmp(&a.share));
    found
}

/// Squared distance with lightness weighted down.
fn apart(a: &[f32; 3], b: &[f32; 3]) -> f32 {
    let light = (a[0] - b[0]) * LIGHTNESS_WEIGHT;
    light * light + (a[1] - b[1]).powi(2) + (a[2] - b[2]).powi(2)
}

fn nearest(lab: &[f32; 3], centres: &[[f32; 3]]) -> usize {
    let mut best = (0, f32::INFINITY);
    for (k, centre) in centres.iter().enumerate() {
        let distance = apart(lab, centre);
        if distance < best.1 {
            best = (k, distance);
        }
    }
    best.0
}

fn farthest(labs: &[[f32; 3]], centres: &[[f32; 3]]) -> [f32; 3] {
    let mut by_distance: Vec<(f32, [f32; 3])> = labs
        .iter()
        .map(|lab| (apart(lab, &centres[nearest(lab, centres)]), *lab))
        .collect();
    let at = ((by_distance.len() - 1) as f32 * FAR) as usize;
    by_distance
        .select_nth_unstable_by(at, |a, b| a.0.total_cmp(&b.0))
        .1
        .1
}

fn means(labs: &[[f32; 3]], centres: &[[f32; 3]]) -> Vec<[f32; 3]> {
    let mut sums = vec![([0.0_f32; 3], 0.0_f32); centres.len()];
    for lab in labs {
        let (sum, count) = &mut sums[nearest(lab, centres)];
        sum.iter_mut().zip(lab).for_each(|(s, v)| *s += v);
        *count += 1.0;
    }
    sums.iter()
        .zip(centres)
        .map(|((sum, count), old)| {
            if *count > 0.0 {
                sum.map(|s| s / count)
            } else {
                *old
            }
        })
        .collect()
}

/// Makes one of centres that are one colour, the nearest pair first.
fn merge(centres: &mut Vec<[f32; 3]>, labs: &[[f32; 3]]) {
    loop {
        let pairs = (1..centres.len()).flat_map(|b| (0..b).map(move |a| (a, b)));
        let closest = pairs
            .map(|(a, b)| (apart(&centres[a], &centres[b]), b))
            .min_by(|x, y| x.0.total_cmp(&y.0));
        match closest {
            Some((distance, b)) if distance < ONE_COLOUR * ONE_COLOUR => {
                centres.remove(b);
                *centres = means(labs, centres);
            }
            _ => return,
        }
    }
}

fn median<'a>(labs: impl Iterator<Item = &'a [f32; 3]>) -> Option<[f32; 3]> {
    let mut labs: Vec<[f32; 3]> = labs.copied().collect();
    let middle = labs.len() / 2;
    (!labs.is_empty()).then(|| {
        std::array::from_fn(|k| {
            labs.select_nth_unstable_by(middle, |a, b| a[k].total_cmp(&b[k]))
                .1[k]
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHITE: [f32; 3] = [92.0, 0.0, 2.0];
    const NAVY: [f32; 3] = [18.0, 6.0, -24.0];

    #[test]
    fn stripes_give_their_own_colours_and_none_between() {
        let labs: Vec<_> = (0..300)
            .map(|k| if k % 5 < 2 { NAVY } else { WHITE })
            .collect();
        let found = shades(&labs);
        assert_eq!(found.len(), 2, "{found:?}");
        assert_eq!((found[0].lab, found[1].lab), (WHITE, NAVY));
        assert!((found[0].share - 0.6).abs() < 1e-6, "{found:?}");
    }

    #[test]
    fn folds_are_one_colour() {
        let labs: Vec<_> = (0..200)
            .map(|k| [40.0 + (k % 25) as f32, 50.0, 30.0])
            .collect();
        let found = shades(&labs);
        assert_eq!(found.len(), 1, "{found:?}");
        assert!((found[0].lab[0] - 52.0).abs() <= 1.0);
    }

    #[test]
    fn a_small_logo_is_not_the_colour() {
        let labs: Vec<_> = (0..200)
            .map(|k| if k % 10 == 0 { WHITE } else { NAVY })
            .collect();
        assert_eq!(shades(&labs)[0].lab, NAVY);
    }

    #[test]
    fn no_samples_one_sample_and_numbers_that_are_none() {
        assert_eq!(shades(&[]), []);
        assert_eq!(shades(&[[f32::NAN, 0.0, 0.0]]), []);
        let one = shades(&[NAVY]);
        assert_eq!((one.len(), one[0].lab, one[0].share), (1, NAVY, 1.0));
    }
}
