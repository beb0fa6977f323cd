//! Blocks of cells of a grid: consecutive rows and columns.

use nunatak_array::Region;
use nunatak_grid::Grid;
use nunatak_parallel::map_each;

/// Entries whose block one task finds.
const CELLS_PER_TASK: usize = 1 << 16;

/// A block of the cells of a grid: first row and column, number of rows and columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct CellBlock {
    pub(crate) row: usize,
    pub(crate) column: usize,
    pub(crate) rows: usize,
    pub(crate) columns: usize,
}

impl CellBlock {
    /// All cells of a grid.
    pub(crate) fn whole(grid: &Grid) -> Self {
        let (rows, columns) = grid.rows_and_columns();
        Self { row: 0, column: 0, rows, columns }
    }

    /// The cells of a grid in the last axes of a region of an array on it.
    pub(crate) fn of_region(region: &Region, grid: &Grid) -> Self {
        let (start, shape) = (region.start(), region.shape());
        let last = region.rank() - 1;
        if grid.shape().len() == 2 {
            Self { row: start[last - 1], column: start[last], rows: shape[last - 1], columns: shape[last] }
        } else {
            Self { row: 0, column: start[last], rows: 1, columns: shape[last] }
        }
    }

    const EMPTY: Self = Self { row: 0, column: 0, rows: 0, columns: 0 };

    /// The smallest block that holds these cells of a grid of `width` columns; no rows when there are none.
    pub(crate) fn of(cells: &[u32], width: usize) -> Self {
        map_each(cells.chunks(CELLS_PER_TASK).collect(), |cells| Self::of_some(cells, width))
            .into_iter()
            .fold(Self::EMPTY, Self::union)
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

    /// Its cells, flat in their grid.
    pub(crate) fn cells(&self, grid: &Grid) -> Vec<usize> {
        let width = grid.rows_and_columns().1;
        let rows = self.row..self.row + self.rows;
        rows.flat_map(|row| (self.column..self.column + self.columns).map(move |column| row * width + column)).collect()
    }

    /// Number of its cells.
    pub(crate) fn len(&self) -> usize {
        self.rows * self.columns
    }
}
