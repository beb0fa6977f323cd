//! Index: one index along an axis, which is dropped.

use crate::{Array, ArrayError, ChunkGrid, DataType, Description, Region, Result, SharedArray, Values};

/// One index of an array along one axis; the axis is gone.
///
/// # Examples
/// ```
/// use std::sync::Arc;
/// use nunatak_array::{Array, IndexArray, MemoryArray, Region, Values};
///
/// let input = Arc::new(MemoryArray::new(vec![2, 3], Values::F64(vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0]))?);
/// let second_year = IndexArray::new(input, 0, 1)?;
/// assert_eq!(second_year.shape(), [3]);
/// assert_eq!(second_year.read(&Region::whole(&[3]))?, Values::F64(vec![4.0, 5.0, 6.0]));
/// # Ok::<(), nunatak_array::ArrayError>(())
/// ```
pub struct IndexArray {
    input: SharedArray,
    axis: usize,
    index: usize,
    shape: Vec<usize>,
}

impl IndexArray {
    pub(crate) const KIND: &'static str = "array/index";

    /// The part of `input` at `index` along `axis`.
    ///
    /// # Errors
    /// [`ArrayError::Rank`] when there is no such axis, [`ArrayError::OutOfBounds`] when the index is outside it.
    pub fn new(input: SharedArray, axis: usize, index: usize) -> Result<Self> {
        let mut shape = input.shape().to_vec();
        if axis >= shape.len() {
            return Err(ArrayError::Rank { expected: shape.len(), found: axis + 1 });
        }
        Region::whole(&shape).with_axis(axis, index, 1).check_within(&shape)?;
        shape.remove(axis);
        Ok(Self { input, axis, index, shape })
    }
}

impl Array for IndexArray {
    fn data_type(&self) -> DataType {
        self.input.data_type()
    }

    fn shape(&self) -> &[usize] {
        &self.shape
    }

    fn chunk_grid(&self) -> ChunkGrid {
        self.input.chunk_grid().without_axis(self.axis)
    }

    fn read(&self, region: &Region) -> Result<Values> {
        region.check_within(&self.shape)?;
        self.input.read(&region.with_new_axis(self.axis, self.index, 1))
    }

    fn blocks(&self) -> bool {
        self.input.blocks()
    }

    fn describe(&self) -> Result<Description> {
        Ok(Description::new(Self::KIND, &(self.axis, self.index))?.with_inputs(vec![self.input.describe()?]))
    }
}
