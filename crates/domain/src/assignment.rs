//! Who belongs to whom at the least total cost: the assignment problem (Kuhn 1955, Munkres 1957), by shortest augmenting
//! paths with potentials, in O(rows² · (rows + columns)).

/// Dearer than anything that is allowed.
const FORBIDDEN: f64 = 1e12;

/// For each row the column that it goes with, so that the sum of `cost` is least, where every row that goes alone costs
/// `alone`. A pair without a cost, or with one that is not finite, is not made; no column is used twice.
#[must_use]
pub fn assign(
    rows: usize,
    columns: usize,
    alone: f32,
    cost: impl Fn(usize, usize) -> Option<f32>,
) -> Vec<Option<usize>> {
    // One more column per row, in which the row is alone: there is always a way, and never a forbidden one.
    let width = columns + rows;
    let alone = f64::from(alone);
    let mut costs = vec![alone; rows * width];
    for row in 0..rows {
        for column in 0..columns {
            costs[row * width + column] = cost(row, column)
                .filter(|c| c.is_finite())
                .map_or(FORBIDDEN, f64::from);
        }
    }
    let owners = owners_of_columns(&costs, rows, width);
    let mut chosen = vec![None; rows];
    for (column, owner) in owners.into_iter().enumerate().take(columns) {
        if let Some(row) = owner {
            chosen[row] = Some(column);
        }
    }
    chosen
}

/// The row that owns each column, at the least sum over all rows.
fn owners_of_columns(costs: &[f64], rows: usize, width: usize) -> Vec<Option<usize>> {
    let mut owners: Vec<Option<usize>> = vec![None; width];
    let (mut of_rows, mut of_columns) = (vec![0.0; rows], vec![0.0; width]);
    for row in 0..rows {
        let mut reach = vec![f64::INFINITY; width];
        let mut came_from: Vec<Option<usize>> = vec![None; width];
        let mut closed = vec![false; width];
        let (mut at_row, mut at_column) = (row, None);
        loop {
            let (mut step, mut nearest) = (f64::INFINITY, None);
            for column in (0..width).filter(|&c| !closed[c]) {
                let way = costs[at_row * width + column] - of_rows[at_row] - of_columns[column];
                if way < reach[column] {
                    reach[column] = way;
                    came_from[column] = at_column;
                }
                if reach[column] < step {
                    (step, nearest) = (reach[column], Some(column));
                }
            }
            let Some(nearest) = nearest else { break };
            of_rows[row] += step;
            for column in 0..width {
                match owners[column] {
                    Some(owner) if closed[column] => {
                        of_rows[owner] += step;
                        of_columns[column] -= step;
                    }
                    _ => reach[column] -= step,
                }
            }
            closed[nearest] = true;
            match owners[nearest] {
                Some(owner) => (at_row, at_column) = (owner, Some(nearest)),
                None => {
                    turn_over(&mut owners, &came_from, row, nearest);
                    break;
                }
            }
        }
    }
    owners
}

/// Gives every column of the path to the row of the column before it, and the first one to `row`.
fn turn_over(owners: &mut [Option<usize>], came_from: &[Option<usize>], row: usize, last: usize) {
    let mut column = last;
    while let Some(before) = came_from[column] {
        owners[column] = owners[before];
        column = before;
    }
    owners[column] = Some(row);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn solve(table: &[&[f32]], alone: f32) -> Vec<Option<usize>> {
        let columns = table.first().map_or(0, |row| row.len());
        assign(table.len(), columns, alone, |r, c| Some(table[r][c]))
    }

    #[test]
    fn the_sum_counts_not_the_best_single_pair() {
        assert_eq!(
            solve(&[&[1.0, 2.0], &[1.5, 9.0]], 100.0),
            [Some(1), Some(0)],
            "greedy would pay 10"
        );
    }

    #[test]
    fn rows_and_columns_may_be_left_over() {
        assert_eq!(solve(&[&[5.0], &[1.0], &[3.0]], 4.0), [None, Some(0), None]);
        assert_eq!(solve(&[&[5.0, 4.0, 6.0]], 100.0), [Some(1)]);
        assert_eq!(solve(&[&[5.0, 4.5]], 4.0), [None], "alone is cheaper");
        assert!(solve(&[], 1.0).is_empty());
        assert_eq!(assign(2, 0, 1.0, |_, _| Some(0.0)), [None, None]);
    }

    #[test]
    fn what_is_forbidden_or_no_number_is_never_paired() {
        let costs = [[None, Some(f32::NAN)], [Some(f32::INFINITY), Some(1.0)]];
        assert_eq!(assign(2, 2, 1e9, |r, c| costs[r][c]), [None, Some(1)]);
    }

    /// Every way to pair, tried out.
    fn least_sum(table: &[Vec<f32>], alone: f32, row: usize, used: u32) -> f32 {
        let Some(costs) = table.get(row) else {
            return 0.0;
        };
        costs
            .iter()
            .enumerate()
            .filter(|(c, _)| used & (1 << c) == 0)
            .map(|(c, cost)| cost + least_sum(table, alone, row + 1, used | (1 << c)))
            .fold(alone + least_sum(table, alone, row + 1, used), f32::min)
    }

    proptest! {
        #[test]
        fn no_other_pairing_is_cheaper(
            table in (0usize..5, 0usize..6).prop_flat_map(|(rows, columns)| {
                prop::collection::vec(prop::collection::vec(0.0f32..10.0, columns), rows)
            }),
            alone in 0.0f32..12.0,
        ) {
            let columns = table.first().map_or(0, Vec::len);
            let chosen = assign(table.len(), columns, alone, |r, c| Some(table[r][c]));
            let sum: f32 = chosen.iter().enumerate().map(|(r, c)| c.map_or(alone, |c| table[r][c])).sum();
            prop_assert!((sum - least_sum(&table, alone, 0, 0)).abs() < 1e-3);
            let mut used: Vec<_> = chosen.into_iter().flatten().collect();
            let pairs = used.len();
            used.sort_unstable();
            used.dedup();
            prop_assert_eq!(used.len(), pairs);
        }
    }
}
