//! Lazy arrays of half-precision numbers, widened to single precision.

use nunatak_array::{Array, ArrayError, ChunkGrid, DataType, Description, Region, Values};

use super::stored_array::StoredArray;
use crate::manifest::{Stored, widen};

/// Half-precision numbers as single precision, which holds each of them exactly.
pub(crate) struct HalfArray {
    /// The bits of the numbers.
    bits: StoredArray,
}

impl HalfArray {
    pub(crate) fn new(bits: StoredArray) -> Self {
        Self { bits }
    }
}

impl Array for HalfArray {
    fn data_type(&self) -> DataType {
        DataType::F32
    }

    fn shape(&self) -> &[usize] {
        self.bits.shape()
    }

    fn chunk_grid(&self) -> ChunkGrid {
        self.bits.chunk_grid()
    }

    fn read(&self, region: &Region) -> Result<Values, ArrayError> {
        match self.bits.read(region)? {
            Values::U16(bits) => Ok(Values::F32(bits.into_iter().map(widen).collect())),
            other => Err(ArrayError::Type {
                what: "half precision".into(),
                expected: "uint16".into(),
                found: other.data_type(),
            }),
        }
    }

    fn describe(&self) -> Result<Description, ArrayError> {
        self.bits.describe_as(Stored::Halves)
    }
}
