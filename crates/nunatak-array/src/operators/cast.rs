//! Cast: another numeric data type.

use crate::{Array, ArrayError, ChunkGrid, DataType, Description, Region, Result, SharedArray, Values};

/// An array of numbers in another numeric data type.
///
/// # Examples
/// ```
/// use std::sync::Arc;
/// use nunatak_array::{Array, CastArray, DataType, MemoryArray, Region, Values};
///
/// let input = Arc::new(MemoryArray::new(vec![2], Values::F64(vec![2.7, -2.7]))?);
/// let whole_numbers = CastArray::new(input, DataType::I32)?;
/// assert_eq!(whole_numbers.read(&Region::whole(&[2]))?, Values::I32(vec![2, -2]));
/// # Ok::<(), nunatak_array::ArrayError>(())
/// ```
pub struct CastArray {
    input: SharedArray,
    to: DataType,
}

impl CastArray {
    pub(crate) const KIND: &'static str = "array/cast";

    /// `input` converted to `to`.
    ///
    /// # Errors
    /// [`ArrayError::Type`] when either is not numeric.
    pub fn new(input: SharedArray, to: DataType) -> Result<Self> {
        for data_type in [input.data_type(), to] {
            if !data_type.is_numeric() {
                return Err(ArrayError::Type {
                    what: "cast".into(),
                    expected: "a numeric type".into(),
                    found: data_type,
                });
            }
        }
        Ok(Self { input, to })
    }
}

impl Array for CastArray {
    fn data_type(&self) -> DataType {
        self.to
    }

    fn shape(&self) -> &[usize] {
        self.input.shape()
    }

    fn chunk_grid(&self) -> ChunkGrid {
        self.input.chunk_grid()
    }

    fn read(&self, region: &Region) -> Result<Values> {
        self.input.read(region)?.cast(self.to)
    }

    fn blocks(&self) -> bool {
        self.input.blocks()
    }

    fn describe(&self) -> Result<Description> {
        Ok(Description::new(Self::KIND, &self.to)?.with_inputs(vec![self.input.describe()?]))
    }
}
