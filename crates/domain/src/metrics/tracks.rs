//! How well tracks follow people: CLEAR MOT (Bernardin and Stiefelhagen 2008) and IDF1 (Ristani and others 2016), with
//! the error of the plain count. A truth box and a found box may go together from an overlap that the caller sets, one
//! half in the papers.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::assignment::assign;
use crate::geometry::BoxInImage;

/// Dearer than any pair: first as many pairs as possible, then the largest overlaps.
const ALONE: f32 = 1_000.0;

/// A box with the number of whom it shows, in one frame.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Labelled {
    /// Who; the numbers of the truth and of what was found mean nothing to each other.
    pub id: u64,
    /// Where.
    pub bounds: BoxInImage,
}

/// The figures over a sequence.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct TrackScore {
    /// Frames compared.
    pub frames: usize,
    /// Boxes of the truth.
    pub truth_boxes: usize,
    /// Boxes that were found.
    pub found_boxes: usize,
    /// Pairs of a truth box and a found box.
    pub matches: usize,
    /// Truth boxes that were not found.
    pub misses: usize,
    /// Found boxes where nobody is.
    pub false_positives: usize,
    /// Times that somebody was followed under another number than the last one.
    pub switches: usize,
    /// Times that somebody who was followed, and then was not, was followed again.
    pub fragmentations: usize,
    /// `1 - (misses + false positives + switches) / truth boxes`; may be negative. 1 when there was nobody and nothing.
    pub mota: f64,
    /// Mean overlap of the pairs (intersection over union), 0..=1; 0 without pairs.
    pub motp: f64,
    /// Twice the boxes under the right number over all boxes, at the best matching of numbers for the whole sequence.
    pub idf1: f64,
    /// Share of found boxes under the right number.
    pub id_precision: f64,
    /// Share of truth boxes under the right number.
    pub id_recall: f64,
    /// Mean over frames of how far the count was off.
    pub count_error: f64,
    /// Mean over frames of found minus true count.
    pub count_bias: f64,
    /// Share of frames with the right count.
    pub count_right: f64,
}

/// Compares `found` with `truth`, frame by frame. A frame that one of them lacks at its end holds nothing there. A box
/// goes with another from an overlap of `min_iou` (0..=1).
#[must_use]
pub fn score(truth: &[Vec<Labelled>], found: &[Vec<Labelled>], min_iou: f32) -> TrackScore {
    let frames = truth.len().max(found.len());
    let frame = |list: &[Vec<Labelled>], k: usize| list.get(k).cloned().unwrap_or_default();
    let mut tally = Tally::default();
    let mut identities = Identities::default();
    for k in 0..frames {
        let (truth, found) = (frame(truth, k), frame(found, k));
        tally.frame(&truth, &found, min_iou);
        identities.frame(&truth, &found, min_iou);
    }
    let right = identities.right() as f64;
    let share = |part: f64, whole: usize| if whole == 0 { 1.0 } else { part / whole as f64 };
    let faults = tally.score.misses + tally.score.false_positives + tally.score.switches;
    TrackScore {
        frames,
        mota: 1.0 - faults as f64 / tally.score.truth_boxes.max(1) as f64,
        motp: tally.overlap / tally.score.matches.max(1) as f64,
        idf1: share(
            2.0 * right,
            tally.score.truth_boxes + tally.score.found_boxes,
        ),
        id_precision: share(right, tally.score.found_boxes),
        id_recall: share(right, tally.score.truth_boxes),
        count_error: tally.count_error as f64 / frames.max(1) as f64,
        count_bias: (tally.score.found_boxes as f64 - tally.score.truth_boxes as f64)
            / frames.max(1) as f64,
        count_right: share(tally.count_right as f64, frames),
        ..tally.score
    }
}

/// CLEAR MOT while the frames go by.
#[derive(Default)]
struct Tally {
    score: TrackScore,
    overlap: f64,
    count_error: usize,
    count_right: usize,
    /// The number under which somebody of the truth was followed last.
    last: BTreeMap<u64, u64>,
    /// Who was followed in the last frame in which they were there.
    followed: BTreeMap<u64, bool>,
}

impl Tally {
    fn frame(&mut self, truth: &[Labelled], found: &[Labelled], min_iou: f32) {
        let pairs = self.pair(truth, found, min_iou);
        for (person, pair) in truth.iter().zip(&pairs) {
            let was_followed = self.followed.insert(person.id, pair.is_some());
            let Some(other) = pair.and_then(|column| found.get(column)) else {
                self.score.misses += 1;
                continue;
            };
            self.score.matches += 1;
            self.overlap += f64::from(person.bounds.iou(other.bounds));
            let before = self.last.insert(person.id, other.id);
            self.score.switches += usize::from(before.is_some_and(|id| id != other.id));
            self.score.fragmentations +=
                usize::from(before.is_some() && was_followed == Some(false));
        }
        self.score.truth_boxes += truth.len();
        self.score.found_boxes += found.len();
        self.score.false_positives += found.len() - pairs.iter().flatten().count();
        self.count_error += truth.len().abs_diff(found.len());
        self.count_right += usize::from(truth.len() == found.len());
    }

    /// For each truth box its found box: first the pairs that were together before and still may be, then the best of
    /// the others.
    fn pair(&self, truth: &[Labelled], found: &[Labelled], min_iou: f32) -> Vec<Option<usize>> {
        let may = |t: &Labelled, f: &Labelled| {
            let iou = t.bounds.iou(f.bounds);
            (iou >= min_iou && iou > 0.0).then_some(1.0 - iou)
        };
        let mut taken = BTreeSet::new();
        let kept: Vec<Option<usize>> = truth
            .iter()
            .map(|t| {
                let before = self.last.get(&t.id)?;
                let column = found
                    .iter()
                    .position(|f| f.id == *before && may(t, f).is_some())?;
                taken.insert(column).then_some(column)
            })
            .collect();
        let best = assign(truth.len(), found.len(), ALONE, |row, column| {
            let free = kept[row].is_none() && !taken.contains(&column);
            free.then(|| may(&truth[row], &found[column])).flatten()
        });
        kept.into_iter().zip(best).map(|(a, b)| a.or(b)).collect()
    }
}

/// How often every number of the truth and every number that was found were at the same place.
#[derive(Default)]
struct Identities {
    together: BTreeMap<(u64, u64), usize>,
}

impl Identities {
    fn frame(&mut self, truth: &[Labelled], found: &[Labelled], min_iou: f32) {
        for t in truth {
            for f in found {
                let iou = t.bounds.iou(f.bounds);
                if iou >= min_iou && iou > 0.0 {
                    *self.together.entry((t.id, f.id)).or_default() += 1;
                }
            }
        }
    }

    /// Boxes under the right number, when every number of the truth goes with the found number that serves the sum best.
    fn right(&self) -> usize {
        let list = |pick: fn(&(u64, u64)) -> u64| -> Vec<u64> {
            let ids: BTreeSet<u64> = self.together.keys().map(pick).collect();
            ids.into_iter().collect()
        };
        let (people, tracks) = (list(|k| k.0), list(|k| k.1));
        let frames =
            |row: usize, column: usize| self.together.get(&(people[row], tracks[column])).copied();
        assign(people.len(), tracks.len(), 0.0, |row, column| {
            frames(row, column).map(|n| -(n as f32))
        })
        .into_iter()
        .enumerate()
        .filter_map(|(row, column)| frames(row, column?))
        .sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(id: u64, x: f32) -> Labelled {
        let bounds = BoxInImage {
            x,
            y: 0.2,
            width: 0.1,
            height: 0.1,
        };
        Labelled { id, bounds }
    }

    /// Two people who stand still, for ten frames.
    fn two() -> Vec<Vec<Labelled>> {
        vec![vec![at(1, 0.2), at(2, 0.6)]; 10]
    }

    #[test]
    fn the_truth_itself_is_perfect_under_any_numbers() {
        let found: Vec<_> = two()
            .into_iter()
            .map(|frame| {
                frame
                    .into_iter()
                    .map(|b| at(b.id + 40, b.bounds.x))
                    .collect()
            })
            .collect();
        let score = score(&two(), &found, 0.5);
        assert_eq!((score.mota, score.idf1, score.count_right), (1.0, 1.0, 1.0));
        assert_eq!((score.matches, score.switches, score.misses), (20, 0, 0));
        assert!((score.motp - 1.0).abs() < 1e-6);
    }

    #[test]
    fn swapped_numbers_are_two_switches_and_cost_half_the_identity() {
        let mut found = two();
        for frame in &mut found[5..] {
            *frame = vec![at(2, 0.2), at(1, 0.6)];
        }
        let score = score(&two(), &found, 0.5);
        assert_eq!((score.switches, score.fragmentations), (2, 0));
        assert!((score.mota - (1.0 - 2.0 / 20.0)).abs() < 1e-9);
        assert!((score.idf1 - 0.5).abs() < 1e-9, "{}", score.idf1);
    }

    #[test]
    fn a_gap_is_misses_and_one_fragmentation() {
        let mut found = two();
        for frame in &mut found[4..6] {
            frame.remove(0);
        }
        let score = score(&two(), &found, 0.5);
        assert_eq!(
            (score.misses, score.fragmentations, score.switches),
            (2, 1, 0)
        );
        assert!((score.count_error - 0.2).abs() < 1e-9 && (score.count_bias + 0.2).abs() < 1e-9);
        assert!((score.id_precision - 1.0).abs() < 1e-9 && (score.id_recall - 0.9).abs() < 1e-9);
    }

    #[test]
    fn a_box_with_nobody_in_it_is_a_false_positive() {
        let mut found = two();
        found[3].push(at(9, 0.9));
        let score = score(&two(), &found, 0.5);
        assert_eq!((score.false_positives, score.misses), (1, 0));
    }

    #[test]
    fn who_was_together_stays_together_while_the_overlap_allows() {
        let truth = vec![vec![at(1, 0.2)]; 3];
        let found = vec![
            vec![at(5, 0.2)],
            vec![at(5, 0.22), at(6, 0.2)],
            vec![at(5, 0.2)],
        ];
        let score = score(&truth, &found, 0.5);
        assert_eq!((score.switches, score.false_positives), (0, 1));
    }

    #[test]
    fn nothing_and_nobody_have_figures_too() {
        let nothing = score(&[], &[], 0.5);
        assert_eq!((nothing.mota, nothing.idf1, nothing.frames), (1.0, 1.0, 0));
        let empty = score(&vec![vec![]; 3], &[], 0.5);
        assert_eq!((empty.mota, empty.count_right), (1.0, 1.0));
        let ghosts = score(&[], &two(), 0.5);
        assert_eq!((ghosts.false_positives, ghosts.idf1), (20, 0.0));
        assert!(ghosts.mota < 0.0);
        let missed = score(&two(), &[], 0.5);
        assert_eq!((missed.misses, missed.mota, missed.idf1), (20, 0.0, 0.0));
    }

    #[test]
    fn a_broken_box_matches_nothing() {
        let found = vec![vec![at(1, f32::NAN)]];
        let score = score(&[vec![at(1, 0.2)]], &found, 0.0);
        assert_eq!(
            (score.matches, score.misses, score.false_positives),
            (0, 1, 1)
        );
    }
}
