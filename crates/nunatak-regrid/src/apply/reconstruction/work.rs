//! Work on fields that vary within the source cells: where these cells are, and which parts of them count.

use crate::apply::sums::Rule;
use crate::apply::work::Work;
use crate::cell_block::CellBlock;
use crate::construct::reconstruction::{Part, Reconstruction};
use crate::weights::Weights;

/// Cells of one task.
pub(super) const CELLS_PER_TASK: usize = 2048;

/// What the values of a source cell are taken for.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Mean {
    Plain,
    /// Products with a second field and that field, both of which vary.
    Weighted,
    /// The field varies, and the second does not.
    LimitedWeighted,
}

/// A work whose fields vary within the source cells.
pub(in crate::apply) struct ReconstructedWork<'a> {
    pub(super) work: &'a Work<'a>,
    pub(super) weights: &'a Weights,
    pub(super) reconstruction: &'a Reconstruction,
    pub(super) rule: Rule,
    pub(super) mean: Mean,
    pub(super) source_width: usize,
    pub(super) is_whole: bool,
}

impl<'a> ReconstructedWork<'a> {
    pub(in crate::apply) fn new(work: &'a Work<'a>, reconstruction: &'a Reconstruction) -> Self {
        let mean = match (work.shares.is_some(), work.options.is_limited()) {
            (false, _) => Mean::Plain,
            (true, false) => Mean::Weighted,
            (true, true) => Mean::LimitedWeighted,
        };
        Self {
            work,
            weights: work.weights,
            reconstruction,
            rule: Rule::new(work.options.missing(), work.options.normalisation()),
            mean,
            source_width: work.weights.source().rows_and_columns().1,
            is_whole: work.source == CellBlock::whole(work.weights.source()),
        }
    }

    /// The source cell at a place of the block.
    #[inline(always)]
    pub(super) fn cell(&self, place: usize) -> usize {
        let block = &self.work.source;
        (block.row + place / block.columns) * self.source_width + block.column + place % block.columns
    }

    /// Where a source cell is in the block, when it is.
    #[inline(always)]
    pub(super) fn place(&self, cell: u32) -> Option<usize> {
        if self.is_whole {
            return Some(cell as usize);
        }
        let (block, width) = (&self.work.source, self.source_width as u32);
        let row = ((cell / width) as usize).wrapping_sub(block.row);
        let column = ((cell % width) as usize).wrapping_sub(block.column);
        (row < block.rows && column < block.columns).then(|| row * block.columns + column)
    }

    #[inline(always)]
    pub(super) fn is_masked(&self, cell: u32) -> bool {
        self.weights.mask().is_some_and(|mask| mask[cell as usize] == 0)
    }

    /// The parts of a target cell; none where the mask leaves all of them out: what such a cell has is extrapolated,
    /// by weights.
    #[inline(always)]
    pub(super) fn parts(&self, target: usize) -> &[Part] {
        let parts = self.reconstruction.parts(target);
        if parts.iter().all(|part| self.is_masked(part.source)) { &[] } else { parts }
    }
}
