//! Work: weights to apply to fields, and the blocks of both grids.

use super::interleave::Fields;
use crate::cell_block::CellBlock;
use crate::construct::reconstruction::Reconstruction;
use crate::options::ApplyOptions;
use crate::weights::Weights;

/// What is read and what is made of it.
#[derive(Clone, Copy)]
pub(crate) struct Work<'a> {
    pub(crate) weights: &'a Weights,
    pub(crate) options: ApplyOptions,
    /// The target cells to fill.
    pub(crate) target: CellBlock,
    /// The source cells that were read.
    pub(crate) source: CellBlock,
    pub(crate) fields: Fields<'a>,
    /// Weights of the fields' cells, when the mean is one: as many fields, or a divisor of their number.
    pub(crate) shares: Option<Fields<'a>>,
    /// Areas of the source's and of the target's cells, for amounts.
    pub(crate) areas: Option<(&'a [f64], &'a [f64])>,
    /// How fields vary within the source cells, when they do by more than the weights.
    pub(crate) reconstruction: Option<&'a Reconstruction>,
}

impl Work<'_> {
    /// The number on the source grid of a cell of the block.
    pub(super) fn source_cell(&self, cell: usize) -> usize {
        let (row, column) = (cell / self.source.columns, cell % self.source.columns);
        (self.source.row + row) * self.weights.source().rows_and_columns().1 + self.source.column + column
    }
}
