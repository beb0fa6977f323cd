//! Blocks: the parts of an array that are reduced one at a time.

use nunatak_array::{ChunkGrid, Region};

/// Cells a block grows to when chunks are smaller and memory allows: enough to hide the cost of a read.
const COMFORTABLE_CELLS: usize = 1 << 20;
/// Cells of the smallest block, whatever the budget.
pub(crate) const FEWEST_CELLS: usize = 1 << 10;

/// Blocks of at most `cells` cells (but never fewer than 1024) that cover `shape`, row-major.
///
/// A block is one chunk of the source where that fits, several along the last axes where chunks are small, and a
/// slab of a chunk, cut along the first axes, where a chunk is too large.
pub fn plan_blocks(shape: &[usize], chunks: &ChunkGrid, cells: usize) -> Vec<Region> {
    let cells = cells.max(FEWEST_CELLS);
    let mut block: Vec<usize> = (0..shape.len())
        .map(|axis| chunks.lengths(axis).into_iter().max().unwrap_or(1).clamp(1, shape[axis].max(1)))
        .collect();
    for axis in 0..shape.len() {
        let size: usize = block.iter().product();
        block[axis] = (block[axis] * cells / size.max(1)).clamp(1, block[axis]);
    }
    for axis in (0..shape.len()).rev() {
        let size: usize = block.iter().product();
        let times = (cells.min(COMFORTABLE_CELLS) / size).max(1);
        block[axis] = (block[axis] * times).min(shape[axis].max(1));
    }
    ChunkGrid::regular(shape, &block).chunks_touching(&Region::whole(shape))
}
