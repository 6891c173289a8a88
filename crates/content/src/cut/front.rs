//! The front of a garment that is worn open: ground shows between its two halves. It is closed before the outline is
//! read, because it is neither a neckline nor the place where legs part.

use super::plane::Mask;

/// The gap reaches at least this high, share of the height from the top: legs part lower.
const REACHES: f32 = 0.18;
/// It may be interrupted by this much, share of the height: a button, a hem longer on one side.
const MISSED: f32 = 0.06;
/// Widest gap, share of the silhouette's width.
const WIDEST: f32 = 0.3;
/// The gap's middle is at most this far from the middle, share of the width.
const OFF: f32 = 0.12;

/// The gap between the halves of an open front; `None` when the front is closed.
pub(super) fn gap(mask: &Mask) -> Option<Mask> {
    let [left, top, right, bottom] = mask.bounds()?;
    let (wide, high) = ((right - left) as f32, (bottom - top) as f32);
    let middle = (left + right) as f32 / 2.0;
    let mut gap = mask.map(|_| false);
    let (mut highest, mut missed) = (bottom, 0);
    // From the hem upwards, as long as there is a gap: the hollow of a waistband is none.
    for y in (top..=bottom).rev() {
        let run = gap_in_row(mask, y, middle, OFF * wide);
        let Some((from, to)) = run.filter(|(from, to)| (to - from) as f32 <= WIDEST * wide) else {
            missed += 1;
            if missed as f32 > MISSED * high {
                break;
            }
            continue;
        };
        (highest, missed) = (y, 0);
        gap.at[y * mask.width + from..y * mask.width + to].fill(true);
    }
    ((highest - top) as f32 <= REACHES * high).then_some(gap)
}

/// The run of ground between two pieces of cloth whose middle lies nearest to `middle`.
fn gap_in_row(mask: &Mask, y: usize, middle: f32, off: f32) -> Option<(usize, usize)> {
    let row = mask.at.get(y * mask.width..(y + 1) * mask.width)?;
    let first = row.iter().position(|m| *m)?;
    let last = row.iter().rposition(|m| *m)?;
    let mut best: Option<(f32, (usize, usize))> = None;
    let mut from = None;
    for (x, set) in row.iter().enumerate().take(last + 1).skip(first) {
        match (*set, from) {
            (false, None) => from = Some(x),
            (true, Some(start)) => {
                let away = ((start + x) as f32 / 2.0 - middle).abs();
                if away <= off && best.is_none_or(|(least, _)| away < least) {
                    best = Some((away, (start, x)));
                }
                from = None;
            }
            _ => {}
        }
    }
    best.map(|(_, run)| run)
}

#[cfg(test)]
mod tests {
    use super::super::plane::Plane;
    use super::*;

    /// A block of cloth with a gap of ten columns that begins at row `from`.
    fn block(from: usize) -> Mask {
        let mut mask = Plane::filled(100, 120, false);
        for y in 10..110 {
            for x in 10..90 {
                mask.at[y * 100 + x] = y < from || !(45..55).contains(&x);
            }
        }
        mask
    }

    #[test]
    fn an_open_front_has_a_gap_and_parted_legs_have_none() {
        assert_eq!(gap(&block(20)).unwrap().count(), 10 * 90);
        assert!(gap(&block(40)).is_none(), "legs");
        assert!(gap(&block(110)).is_none(), "no gap");
    }

    #[test]
    fn the_hollow_of_a_waistband_is_no_open_front() {
        let mut trousers = block(40);
        for y in 10..16 {
            for x in 30..70 {
                trousers.at[y * 100 + x] = false;
            }
        }
        assert!(gap(&trousers).is_none());
    }
}
