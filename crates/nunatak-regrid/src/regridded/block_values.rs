use std::borrow::Cow;

use nunatak_array::{Array, ArrayError, Element, Region, Values};
use nunatak_grid::Grid;
use rayon::prelude::*;

use crate::apply::Fields;
use crate::block::Block;

/// Values in which one task looks for missing ones.
const VALUES_PER_TASK: usize = 1 << 16;

/// Fields of a block of the source: read, or where they are in memory.
pub(super) struct BlockValues<'a> {
    values: Cow<'a, Values>,
    /// The first field, and how many.
    first: usize,
    count: usize,
    cells: usize,
}

impl BlockValues<'_> {
    pub(super) fn fields(&self) -> Fields<'_> {
        Fields::new(&self.values, self.cells).between(self.first, self.count)
    }

    pub(super) fn has_missing(&self) -> bool {
        let cells = self.first * self.cells..(self.first + self.count) * self.cells;
        match &*self.values {
            Values::F32(values) => has_nan(&values[cells]),
            Values::F64(values) => has_nan(&values[cells]),
            _ => false,
        }
    }
}

fn has_nan<T: Element>(values: &[T]) -> bool {
    let is_any = |values: &[T]| values.iter().fold(false, |found, value| found | value.to_f64().is_nan());
    values.par_chunks(VALUES_PER_TASK).any(is_any)
}

pub(super) fn block_values<'a>(
    array: &'a dyn Array,
    leading: &Region,
    block: Block,
    source: &Grid,
) -> Result<BlockValues<'a>, ArrayError> {
    let count = leading.len();
    if let (Some(values), true) = (array.in_memory(), block == Block::whole(source))
        && let Some(first) = first_field(leading, array.shape())
    {
        return Ok(BlockValues { values: Cow::Borrowed(values), first, count, cells: block.len() });
    }
    let (mut start, mut shape) = (leading.start().to_vec(), leading.shape().to_vec());
    if source.shape().len() == 2 {
        start.push(block.row);
        shape.push(block.rows);
    }
    start.push(block.column);
    shape.push(block.columns);
    let values = Cow::Owned(array.read(&Region::new(start, shape)?)?);
    Ok(BlockValues { values, first: 0, count, cells: block.len() })
}

/// Number of the first field of a region of leading axes, when its fields follow each other in the array.
fn first_field(leading: &Region, shape: &[usize]) -> Option<usize> {
    let (mut first, mut has_length) = (0, false);
    for (axis, &length) in shape.iter().enumerate().take(leading.rank()) {
        let part = leading.shape()[axis];
        if has_length && part != length {
            return None;
        }
        has_length |= part != 1;
        first = first * length + leading.start()[axis];
    }
    Some(first)
}
