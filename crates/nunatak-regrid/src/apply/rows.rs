use std::borrow::Cow;
use std::ops::Range;

use rayon::prelude::*;

use crate::Weights;
use crate::block::Block;

/// Most target cells whose sums stay in the nearest cache.
pub(super) const PIECE: usize = 256;

/// How many entries ahead memory is asked for.
const AHEAD: usize = 24;

/// The rows of the weights for a block of target cells. These are numbered within the block, and source cells as they
/// stand in the block that is read.
pub(super) struct Rows<'a> {
    starts: &'a [usize],
    values: &'a [f64],
    places: Cow<'a, [u32]>,
    /// What is taken from an entry's number to find it in `values` and `places`.
    shift: usize,
    /// What is taken from a place to find it in the block of source cells.
    before: usize,
    target: Block,
    /// Columns of the target grid.
    width: usize,
    covered: Vec<f64>,
}

impl<'a> Rows<'a> {
    /// The rows of `target`, whose entries all lie within `source`.
    pub(super) fn new(weights: &'a Weights, target: Block, source: Block) -> Self {
        let width = weights.target().rows_and_columns().1;
        let source_width = weights.source().rows_and_columns().1;
        let starts = weights.row_starts();
        let mut rows = Self {
            starts,
            values: weights.values(),
            places: Cow::Borrowed(weights.cells()),
            shift: 0,
            before: source.row * source_width,
            target,
            width,
            covered: Vec::new(),
        };
        if source.columns < source_width {
            let entries = starts[target.row * width]..starts[(target.row + target.rows) * width];
            rows.places = Cow::Owned(places(&weights.cells()[entries.clone()], source, source_width));
            rows.values = &weights.values()[entries.clone()];
            (rows.shift, rows.before) = (entries.start, 0);
        }
        rows.covered = rows.sums_of_weights();
        rows
    }

    fn sums_of_weights(&self) -> Vec<f64> {
        let mut covered = vec![0.0; self.target.len()];
        covered.par_chunks_mut(PIECE).enumerate().for_each(|(number, covered)| {
            let first = number * PIECE;
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
        Piece {
            starts: &self.starts[cell..=cell + length],
            values: self.values,
            places: &self.places,
            shift: self.shift,
            covered: self.covered.get(first..first + length).unwrap_or_default(),
            cell,
        }
    }

    /// The span of source cells, as they stand in the block that is read, of consecutive target cells.
    pub(super) fn span(&self, cells: Range<usize>) -> Range<usize> {
        let (mut low, mut high) = (u32::MAX, 0);
        for (_, piece) in self.pieces(cells) {
            for &place in piece.entries() {
                (low, high) = (low.min(place), high.max(place));
            }
        }
        if low > high { 0..0 } else { low as usize - self.before..high as usize + 1 - self.before }
    }

    /// What is taken from a place to find it among the source cells from `first` of the block on.
    pub(super) fn base(&self, first: usize) -> usize {
        self.before + first
    }
}

/// Cells of a grid as they stand in a block of it; those outside get any number.
fn places(cells: &[u32], block: Block, width: usize) -> Vec<u32> {
    let [width, row, column, columns] = [width, block.row, block.column, block.columns].map(|value| value as u32);
    let place = |&cell: &u32| {
        let (own_row, own_column) = (cell / width, cell % width);
        own_row.wrapping_sub(row).wrapping_mul(columns).wrapping_add(own_column).wrapping_sub(column)
    };
    cells.par_iter().map(place).collect()
}

/// A few consecutive rows of the weights.
pub(super) struct Piece<'a> {
    starts: &'a [usize],
    values: &'a [f64],
    places: &'a [u32],
    shift: usize,
    /// Sum of the weights of each row.
    pub(super) covered: &'a [f64],
    /// Number of the first row's cell on the target grid.
    pub(super) cell: usize,
}

impl Piece<'_> {
    pub(super) fn len(&self) -> usize {
        self.starts.len() - 1
    }

    /// Weights and places of the entries of each row.
    #[inline(always)]
    pub(super) fn rows(&self) -> impl Iterator<Item = (&[f64], &[u32])> {
        self.starts.windows(2).map(|ends| {
            let entries = ends[0] - self.shift..ends[1] - self.shift;
            (&self.values[entries.clone()], &self.places[entries])
        })
    }

    /// Which entries are looked up while those of a row are summed: some that come after, so that what they name is
    /// on its way.
    #[inline(always)]
    pub(super) fn ahead(&self, row: usize) -> &[u32] {
        let [start, end] = [row, row + 1].map(|at| (self.starts[at] - self.shift + AHEAD).min(self.places.len()));
        &self.places[start..end]
    }

    fn entries(&self) -> &[u32] {
        &self.places[self.starts[0] - self.shift..self.starts[self.len()] - self.shift]
    }
}
