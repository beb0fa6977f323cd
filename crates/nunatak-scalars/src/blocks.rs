//! Which records and rows are read at once.

use crate::field::BoundField;

/// Values that a block grows to where chunks are smaller: enough to hide the cost of a read.
const COMFORTABLE: usize = 1 << 20;
/// Most values of a block, unless one row of one record has more: 64 MiB in double precision.
const MOST: usize = 1 << 23;

/// A number of records along the last leading axis, and a number of rows of cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct BlockSize {
    pub(crate) records: usize,
    pub(crate) rows: usize,
}

impl BlockSize {
    /// As many as a chunk of the field with the largest chunks, so that none is decoded more often than it must be.
    ///
    /// `row` cells are a row, `rows` of which are all cells; `leading` is the number of leading axes of the result.
    pub(crate) fn of(fields: &[&BoundField], leading: usize, row: usize, rows: usize) -> Self {
        let chunk = fields
            .iter()
            .filter(|bound| bound.array.in_memory().is_none())
            .map(|bound| chunk_of(bound, leading, row))
            .max_by_key(|chunk| chunk.records * chunk.rows)
            .unwrap_or(Self { records: 1, rows: 1 });
        let most = (MOST / row).max(1);
        let records = chunk.records.min(most);
        let times = (COMFORTABLE / (row * records * chunk.rows)).max(1);
        Self { records, rows: (chunk.rows * times).min((most / records).max(1)).min(rows.max(1)) }
    }
}

/// Records along the last leading axis and rows of the largest chunk of a field.
fn chunk_of(bound: &BoundField, leading: usize, row: usize) -> BlockSize {
    let chunks = bound.array.chunk_grid();
    let longest = |axis: usize| chunks.lengths(axis).into_iter().max().unwrap_or(1).max(1);
    let cells: usize = bound.array.shape().iter().skip(bound.axes.len() + 1).product();
    let rows = (longest(bound.axes.len()) * cells).div_ceil(row).max(1);
    let records = bound.axes.iter().position(|&axis| axis + 1 == leading).map_or(1, longest);
    BlockSize { records, rows }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use nunatak_array::{CastArray, DataType, MemoryArray, SharedArray, Values};

    use super::*;
    use crate::Field;

    #[test]
    fn blocks_have_the_records_of_a_chunk_within_bounds() {
        let memory: SharedArray = Arc::new(MemoryArray::new(vec![6, 20, 10], Values::F32(vec![0.0; 1200])).unwrap());
        // An operator hides that values are in memory; its chunk is the whole.
        let chunked: SharedArray = Arc::new(CastArray::new(Arc::clone(&memory), DataType::F64).unwrap());
        let bound = |array| BoundField { field: Field::Thickness, array, axes: vec![0], scale: 1.0 };
        let (memory, chunked) = (bound(memory), bound(chunked));
        assert_eq!(BlockSize::of(&[&memory], 1, 10, 20), BlockSize { records: 1, rows: 20 });
        assert_eq!(BlockSize::of(&[&memory, &chunked], 1, 10, 20), BlockSize { records: 6, rows: 20 });
        assert_eq!(BlockSize::of(&[&chunked], 1, 1 << 22, 20), BlockSize { records: 2, rows: 1 });
    }
}
