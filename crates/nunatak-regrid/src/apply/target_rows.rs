//! Rows of the weights for a block of target cells.

use std::borrow::Cow;
use std::ops::Range;

use nunatak_parallel::{for_each_chunk, map, map_values};

use crate::cell_block::CellBlock;
use crate::weights::Weights;

/// Most target cells whose sums stay in the nearest cache.
pub(super) const PIECE: usize = 256;
/// Pieces of one task.
const PIECES_PER_TASK: usize = 16;

/// How many entries ahead values are prefetched.
const AHEAD: usize = 24;

/// The rows of the weights for a block of target cells. These are numbered within the block, and source cells by
/// their position in the block that is read.
pub(super) struct TargetRows<'a> {
    starts: &'a [usize],
    values: &'a [f64],
    places: Cow<'a, [u32]>,
    /// What is taken from an entry's number to find it in `values` and `places`.
    shift: usize,
    target: CellBlock,
    /// Columns of the target grid.
    width: usize,
    covered: Vec<f64>,
}

impl<'a> TargetRows<'a> {
    /// The rows of `target`, whose entries all lie within `source`.
    pub(super) fn new(weights: &'a Weights, target: CellBlock, source: CellBlock) -> Self {
        let width = weights.target().rows_and_columns().1;
        let source_width = weights.source().rows_and_columns().1;
        let starts = weights.row_starts();
        let mut rows = Self {
            starts,
            values: weights.values(),
            places: Cow::Borrowed(weights.cells()),
            shift: 0,
            target,
            width,
            covered: Vec::new(),
        };
        if source != CellBlock::whole(weights.source()) {
            let entries = starts[target.row * width]..starts[(target.row + target.rows) * width];
            rows.places = Cow::Owned(places(&weights.cells()[entries.clone()], source, source_width));
            rows.values = &weights.values()[entries.clone()];
            rows.shift = entries.start;
        }
        rows.covered = rows.sums_of_weights();
        rows
    }

    fn sums_of_weights(&self) -> Vec<f64> {
        let mut covered = vec![0.0; self.target.len()];
        for_each_chunk(&mut covered, PIECES_PER_TASK * PIECE, |number, covered| {
            let first = number * PIECES_PER_TASK * PIECE;
            let mut covered = covered.iter_mut();
            for (_, piece) in self.pieces(first..first + covered.len()) {
                for ((weights, _), covered) in piece.rows().zip(&mut covered) {
                    *covered = weights.iter().sum();
                }
            }
        });
        covered
    }

    /// Consecutive target cells in pieces that lie within one row of the grid, each with where it begins among them.
    pub(super) fn pieces(&self, cells: Range<usize>) -> impl Iterator<Item = (usize, Piece<'_>)> {
        let mut next = cells.start;
        let columns = if self.target.columns == self.width { usize::MAX } else { self.target.columns };
        std::iter::from_fn(move || {
            let first = next;
            let length = (cells.end - first).min(PIECE).min(columns - first % columns);
            next = first + length;
            (length > 0).then(|| (first - cells.start, self.piece(first, length)))
        })
    }

    fn piece(&self, first: usize, length: usize) -> Piece<'_> {
        let (row, column) = (first / self.target.columns, first % self.target.columns);
        let cell = (self.target.row + row) * self.width + self.target.column + column;
        let starts = &self.starts[cell..=cell + length];
        let entry = starts[0] - self.shift;
        Piece {
            starts,
            weights: &self.values[entry..],
            places: &self.places[entry..],
            covered: self.covered.get(first..first + length).unwrap_or_default(),
            cell,
        }
    }

    /// Most source cells of a target cell.
    pub(super) fn longest(&self) -> usize {
        let rows = map(self.target.rows, |row| {
            let first = (self.target.row + row) * self.width + self.target.column;
            let starts = &self.starts[first..=first + self.target.columns];
            starts.windows(2).map(|ends| ends[1] - ends[0]).max().unwrap_or(0)
        });
        rows.into_iter().max().unwrap_or(0)
    }
}

/// Positions of cells of a grid in a block of it; those outside get any number.
fn places(cells: &[u32], block: CellBlock, width: usize) -> Vec<u32> {
    let [width, row, column, columns] = [width, block.row, block.column, block.columns].map(|value| value as u32);
    let place = |at: usize| {
        let (own_row, own_column) = (cells[at] / width, cells[at] % width);
        own_row.wrapping_sub(row).wrapping_mul(columns).wrapping_add(own_column).wrapping_sub(column)
    };
    map_values(cells.len(), place)
}

/// A few consecutive rows of the weights.
#[derive(Clone, Copy)]
pub(super) struct Piece<'a> {
    starts: &'a [usize],
    /// The weights and places of the rows' entries, and of those that follow.
    weights: &'a [f64],
    places: &'a [u32],
    /// Sum of the weights of each row.
    pub(super) covered: &'a [f64],
    /// Number of the first row's cell on the target grid.
    pub(super) cell: usize,
}

impl<'a> Piece<'a> {
    pub(super) fn len(&self) -> usize {
        self.starts.len() - 1
    }

    /// One of its rows.
    pub(super) fn row(&self, row: usize) -> Self {
        let entry = self.starts[row] - self.starts[0];
        Self {
            starts: &self.starts[row..=row + 1],
            weights: &self.weights[entry..],
            places: &self.places[entry..],
            covered: &self.covered[row..=row],
            cell: self.cell + row,
        }
    }

    /// The same, its source cells being where these say.
    pub(super) fn with_places(self, places: &'a [u32]) -> Self {
        Self { places, ..self }
    }

    /// The place of every entry.
    pub(super) fn places(&self) -> &'a [u32] {
        &self.places[..self.starts[self.len()] - self.starts[0]]
    }

    /// Weights and places of the entries of each row.
    #[inline(always)]
    pub(super) fn rows(&self) -> impl Iterator<Item = (&'a [f64], &'a [u32])> {
        let Self { starts, weights, places, .. } = *self;
        starts.windows(2).map(move |ends| {
            let entries = ends[0] - starts[0]..ends[1] - starts[0];
            (&weights[entries.clone()], &places[entries])
        })
    }

    /// Which entries are looked up while those of a row are summed: some that come after, so that what they name is
    /// on its way.
    #[inline(always)]
    pub(super) fn ahead(&self, row: usize) -> &'a [u32] {
        let [start, end] = [row, row + 1].map(|at| (self.starts[at] - self.starts[0] + AHEAD).min(self.places.len()));
        &self.places[start..end]
    }
}
