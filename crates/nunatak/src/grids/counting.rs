//! The whole numbers from 0, in order, as an array that holds none of them.

use nunatak_array::{Array, ArrayError, ChunkGrid, DataType, Description, Region, Result, Values};

/// Numbers of one block to a reader.
const BLOCK: usize = 1 << 20;

/// The numbers from 0 to below a length, made when they are read: those of all cells of a fine HEALPix level would take
/// gigabytes.
pub(super) struct CountingArray([usize; 1]);

impl CountingArray {
    pub(super) fn new(length: usize) -> Self {
        Self([length])
    }
}

impl Array for CountingArray {
    fn data_type(&self) -> DataType {
        DataType::I64
    }

    fn shape(&self) -> &[usize] {
        &self.0
    }

    fn chunk_grid(&self) -> ChunkGrid {
        ChunkGrid::regular(&self.0, &[BLOCK])
    }

    fn read(&self, region: &Region) -> Result<Values> {
        region.check_within(&self.0)?;
        Ok(Values::I64((region.start()[0] as i64..region.end(0) as i64).collect()))
    }

    fn describe(&self) -> Result<Description> {
        Err(ArrayError::NotDescribable { kind: "grids/counting" })
    }
}
