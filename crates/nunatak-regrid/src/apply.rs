use nunatak_array::Element;
use rayon::prelude::*;

use crate::{MissingPolicy, Weights};

/// Entries whose block one task finds.
const CELLS_PER_TASK: usize = 1 << 16;

/// A block of source cells: first row and column, number of rows and columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Block {
    pub(crate) row: usize,
    pub(crate) column: usize,
    pub(crate) rows: usize,
    pub(crate) columns: usize,
}

impl Block {
    const EMPTY: Self = Self { row: 0, column: 0, rows: 0, columns: 0 };

    /// The smallest block that holds these cells of a grid of `width` columns; no rows when there are none.
    pub(crate) fn of(cells: &[u32], width: usize) -> Self {
        cells.par_chunks(CELLS_PER_TASK).map(|cells| Self::of_some(cells, width)).reduce(|| Self::EMPTY, Self::union)
    }

    fn of_some(cells: &[u32], width: usize) -> Self {
        // Cells are numbered with 32 bits; so are columns, and a division of 32 bits takes a third of the time.
        let divisor = u32::try_from(width).unwrap_or(u32::MAX);
        let (mut left, mut right, mut first, mut last) = (u32::MAX, 0, u32::MAX, 0);
        for &cell in cells {
            let column = cell % divisor;
            (left, right) = (left.min(column), right.max(column));
            (first, last) = (first.min(cell), last.max(cell));
        }
        if cells.is_empty() {
            return Self::EMPTY;
        }
        let (row, end_row) = ((first / divisor) as usize, (last / divisor) as usize + 1);
        Self { row, column: left as usize, rows: end_row - row, columns: (right - left) as usize + 1 }
    }

    /// The smallest block that holds both.
    pub(crate) fn union(self, other: Self) -> Self {
        if self.is_empty() {
            return other;
        }
        if other.is_empty() {
            return self;
        }
        let (row, column) = (self.row.min(other.row), self.column.min(other.column));
        let end_row = (self.row + self.rows).max(other.row + other.rows);
        let end_column = (self.column + self.columns).max(other.column + other.columns);
        Self { row, column, rows: end_row - row, columns: end_column - column }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.rows == 0
    }

    /// Number of its cells.
    pub(crate) fn len(&self) -> usize {
        self.rows * self.columns
    }
}

/// Fills consecutive target cells, from `first`, of `N` fields: sums in double precision, divided by the weight that
/// counted. Fields are summed side by side, so that each weight is loaded once for all of them.
///
/// `place` says where in a source the cell of an entry stands.
pub(crate) fn apply_rows<T: Element, R: Element, const N: usize>(
    weights: &Weights,
    first: usize,
    place: impl Fn(usize) -> usize,
    sources: [&[T]; N],
    missing: MissingPolicy,
    results: [&mut [R]; N],
) {
    // Coverages are sums of quotients: what is half but for round-off counts as half.
    let threshold = missing.min_coverage() - 1e-9;
    let (starts, values) = (weights.row_starts(), weights.values());
    let length = results.iter().map(|result| result.len()).min().unwrap_or(0);
    for at in 0..length {
        let entries = starts[first + at]..starts[first + at + 1];
        let (mut sums, mut covered, mut lost) = ([0.0; N], [0.0; N], [false; N]);
        for (&weight, entry) in values[entries.clone()].iter().zip(entries) {
            let place = place(entry);
            for field in 0..N {
                let value = sources[field][place].to_f64();
                let is_nan = value.is_nan();
                lost[field] |= is_nan;
                sums[field] += if is_nan { 0.0 } else { weight * value };
                covered[field] += if is_nan { 0.0 } else { weight };
            }
        }
        for field in 0..N {
            let covered = covered[field];
            let is_missing = covered <= 0.0 || covered < threshold || (lost[field] && !missing.skipna());
            results[field][at] = R::from_f64(if is_missing { f64::NAN } else { sums[field] / covered });
        }
    }
}
