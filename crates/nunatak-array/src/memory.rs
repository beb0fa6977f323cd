//! Arrays whose values are in memory.

use std::sync::Arc;

use crate::{Array, ArrayError, ByteOrder, ChunkGrid, DataType, Description, Numbers, Region, Result, Values};

/// An array whose values are in memory already.
///
/// # Examples
/// ```
/// use nunatak_array::{Array, MemoryArray, Region, Values};
///
/// let array = MemoryArray::new(vec![2, 2], Values::F32(vec![1.0, 2.0, 3.0, 4.0]))?;
/// let second_column = Region::new(vec![0, 1], vec![2, 1])?;
/// assert_eq!(array.read(&second_column)?, Values::F32(vec![2.0, 4.0]));
/// # Ok::<(), nunatak_array::ArrayError>(())
/// ```
#[derive(Debug, Clone)]
pub struct MemoryArray {
    shape: Vec<usize>,
    values: Arc<Values>,
}

impl MemoryArray {
    pub(crate) const KIND: &'static str = "array/memory";

    /// An array of `shape` from its row-major values.
    ///
    /// # Errors
    /// [`ArrayError::Shape`] when the number of values does not fit the shape.
    pub fn new(shape: Vec<usize>, values: Values) -> Result<Self> {
        if shape.iter().product::<usize>() != values.len() {
            return Err(ArrayError::Shape {
                what: "values of an in-memory array".into(),
                expected: shape,
                found: vec![values.len()],
            });
        }
        Ok(Self { shape, values: Arc::new(values) })
    }

    /// All values.
    pub fn values(&self) -> &Values {
        &self.values
    }

    pub(crate) fn rebuild(description: &Description) -> Result<Self> {
        let (shape, data_type): (Vec<usize>, DataType) = description.parameters()?;
        let values = Values::from_bytes(data_type, ByteOrder::Little, description.blob(0)?);
        Self::new(shape, values)
    }
}

impl Array for MemoryArray {
    fn data_type(&self) -> DataType {
        self.values.data_type()
    }

    fn shape(&self) -> &[usize] {
        &self.shape
    }

    fn chunk_grid(&self) -> ChunkGrid {
        ChunkGrid::single(&self.shape)
    }

    fn read(&self, region: &Region) -> Result<Values> {
        region.check_within(&self.shape)?;
        if region.shape() == self.shape {
            return Ok((*self.values).clone());
        }
        let mut block = Values::zeros(self.data_type(), region.len());
        block.copy_block(region.shape(), &Region::whole(region.shape()), &self.values, &self.shape, region)?;
        Ok(block)
    }

    fn in_memory(&self) -> Option<Numbers<'_>> {
        Numbers::of(&self.values)
    }

    fn describe(&self) -> Result<Description> {
        let bytes = self.values.to_bytes().ok_or(ArrayError::NotDescribable { kind: "text in memory" })?;
        Ok(Description::new(Self::KIND, &(&self.shape, self.data_type()))?.with_blob(bytes.into()))
    }
}
