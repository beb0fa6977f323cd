//! Rows of a beam that are read: all, or the runs that hold what is wanted.

use std::ops::Range;

/// Wanted rows that lie closer together than this are read as one run: fewer rows than a chunk of the product (10,000), as
/// the chunk must be decoded anyway.
const SAME_RUN: usize = 10_000;

/// Runs of rows, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Rows {
    runs: Vec<Range<usize>>,
}

impl Rows {
    /// The leading rows.
    pub(super) fn all(count: usize) -> Self {
        Self { runs: std::iter::once(0..count).filter(|run| !run.is_empty()).collect() }
    }

    /// Of these rows, the runs that hold the wanted ones; a flag for each.
    pub(super) fn around(&self, wanted: &[bool]) -> Self {
        let mut runs: Vec<Range<usize>> = Vec::new();
        let rows = self.runs.iter().flat_map(Clone::clone);
        for (row, _) in rows.zip(wanted).filter(|(_, wanted)| **wanted) {
            match runs.last_mut() {
                Some(run) if row - run.end < SAME_RUN => run.end = row + 1,
                _ => runs.push(row..row + 1),
            }
        }
        Self { runs }
    }

    /// The runs.
    pub(super) fn runs(&self) -> &[Range<usize>] {
        &self.runs
    }

    /// How many rows they hold.
    pub(super) fn count(&self) -> usize {
        self.runs.iter().map(Range::len).sum()
    }

    /// Values of the runs' rows at their places among `count` rows, and another value elsewhere.
    pub(super) fn among<T: Copy>(&self, values: &[T], count: usize, elsewhere: T) -> Vec<T> {
        let mut all = vec![elsewhere; count];
        for (row, &value) in self.runs.iter().flat_map(Clone::clone).zip(values) {
            all[row] = value;
        }
        all
    }

    /// Of values of all rows, those of the runs.
    pub(super) fn of<T: Copy>(&self, values: &[T]) -> Vec<T> {
        self.runs.iter().flat_map(|run| &values[run.clone()]).copied().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_hold_the_wanted_rows_and_little_else() {
        let mut wanted = vec![false; 50_000];
        for row in [7, 9, 30_000] {
            wanted[row] = true;
        }
        let rows = Rows::all(50_000).around(&wanted);
        assert_eq!(rows.runs(), [7..10, 30_000..30_001]);
        assert_eq!((rows.count(), rows.of(&wanted)), (4, vec![true, false, true, true]));
        assert_eq!(rows.of(&rows.among(&[1, 2, 3, 4], 50_000, 0)), [1, 2, 3, 4]);
        assert_eq!(rows.around(&[false, false, true, true]).runs(), [9..10, 30_000..30_001]);
        assert_eq!(
            (Rows::all(3).around(&[false; 3]).count(), Rows::all(3).count(), Rows::all(0).runs().len()),
            (0, 3, 0)
        );
    }
}
