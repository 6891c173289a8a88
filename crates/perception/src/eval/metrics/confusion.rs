//! What is taken for what.

use super::share::Share;

/// Counts by truth (rows) and answer (columns); there may be more answers than truths, such as "unknown".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Confusion {
    truth: Vec<String>,
    said: Vec<String>,
    counts: Vec<u64>,
}

impl Confusion {
    /// An empty matrix. The first answers are the truths in the same order, then come `more`.
    #[must_use]
    pub fn new(truth: &[&str], more: &[&str]) -> Self {
        let said: Vec<String> = truth.iter().chain(more).map(|&s| s.to_owned()).collect();
        Self {
            truth: truth.iter().map(|&s| s.to_owned()).collect(),
            counts: vec![0; truth.len() * said.len()],
            said,
        }
    }

    /// Counts one case; a place outside the matrix is not counted.
    pub fn add(&mut self, truth: usize, said: usize) {
        if truth < self.truth.len() && said < self.said.len() {
            self.counts[truth * self.said.len() + said] += 1;
        }
    }

    /// Names of the rows.
    #[must_use]
    pub fn truth(&self) -> &[String] {
        &self.truth
    }

    /// Names of the columns.
    #[must_use]
    pub fn said(&self) -> &[String] {
        &self.said
    }

    /// Counts, row by row.
    pub fn rows(&self) -> impl Iterator<Item = &[u64]> {
        self.counts.chunks_exact(self.said.len().max(1))
    }

    /// Share of cases on the diagonal.
    #[must_use]
    pub fn right(&self) -> Share {
        Share {
            hits: self.rows().enumerate().map(|(k, row)| row[k]).sum(),
            of: self.counts.iter().sum(),
        }
    }

    /// Share of one truth's cases that are on the diagonal.
    #[must_use]
    pub fn recall(&self, truth: usize) -> Share {
        self.rows()
            .nth(truth)
            .map_or_else(Share::default, |row| Share {
                hits: row[truth],
                of: row.iter().sum(),
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_diagonal_is_right_and_an_extra_answer_is_not() {
        let mut confusion = Confusion::new(&["a", "b"], &["unknown"]);
        for (truth, said) in [(0, 0), (0, 1), (0, 2), (1, 1), (7, 0), (0, 9)] {
            confusion.add(truth, said);
        }
        assert_eq!(confusion.right(), Share { hits: 2, of: 4 });
        assert_eq!(confusion.recall(0), Share { hits: 1, of: 3 });
        assert_eq!(confusion.recall(9), Share::default());
        assert_eq!(confusion.said(), ["a", "b", "unknown"]);
    }
}
