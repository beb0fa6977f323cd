//! Fields of a block of source cells, from memory or read.

use nunatak_array::{Array, ArrayError, DataType, Element, Numbers, Region, Values};
use nunatak_grid::Grid;
use rayon::prelude::*;

use crate::apply::Fields;
use crate::cell_block::CellBlock;

/// Values in which one task looks for missing ones.
const VALUES_PER_TASK: usize = 1 << 16;

/// Fields of a block of the source: where they are in memory, or read.
pub(super) struct BlockValues<'a> {
    values: FieldSource<'a>,
    cells: usize,
}

enum FieldSource<'a> {
    /// In memory from the first field on, and so many.
    InMemory(Numbers<'a>, usize, usize),
    Read(Values),
}

impl BlockValues<'_> {
    pub(super) fn fields(&self) -> Result<Fields<'_>, ArrayError> {
        match &self.values {
            FieldSource::InMemory(numbers, first, count) => {
                Ok(Fields::new(*numbers, self.cells).between(*first, *count))
            }
            FieldSource::Read(values) => Numbers::of(values)
                .map(|numbers| Fields::new(numbers, self.cells))
                .ok_or_else(|| not_numbers(values.data_type())),
        }
    }

    pub(super) fn has_missing(&self) -> bool {
        let (numbers, first, count) = match &self.values {
            FieldSource::InMemory(numbers, first, count) => (Some(*numbers), *first, *count),
            FieldSource::Read(values) => (Numbers::of(values), 0, values.len() / self.cells.max(1)),
        };
        let cells = first * self.cells..(first + count) * self.cells;
        match numbers {
            Some(Numbers::F32(values)) => has_nan(&values[cells]),
            Some(Numbers::F64(values)) => has_nan(&values[cells]),
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
    block: CellBlock,
    source: &Grid,
) -> Result<BlockValues<'a>, ArrayError> {
    let cells = block.len();
    if let (Some(numbers), true) = (array.in_memory(), block == CellBlock::whole(source))
        && let Some(first) = first_field(leading, array.shape())
    {
        return Ok(BlockValues { values: FieldSource::InMemory(numbers, first, leading.len()), cells });
    }
    let (mut start, mut shape) = (leading.start().to_vec(), leading.shape().to_vec());
    if source.shape().len() == 2 {
        start.push(block.row);
        shape.push(block.rows);
    }
    start.push(block.column);
    shape.push(block.columns);
    Ok(BlockValues { values: FieldSource::Read(array.read(&Region::new(start, shape)?)?), cells })
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

/// The error that says that a field to regrid is text.
pub(super) fn not_numbers(found: DataType) -> ArrayError {
    ArrayError::Type { what: "field to regrid".into(), expected: "numbers".into(), found }
}
