//! The lazy array.

use std::sync::Arc;

use crate::{ChunkGrid, DataType, Description, Numbers, Region, Result, Values};

/// A lazy N-D array: something that can produce any region of itself.
///
/// Implementors hold no lock while reading and may be read from many threads
/// at once. `read` must give the same values whatever the number of threads.
///
/// # Examples
/// ```
/// use std::sync::Arc;
/// use nunatak_array::{MemoryArray, Region, SharedArray, Values};
///
/// let values = Values::F64(vec![0.0, 1.0, 2.0, 10.0, 11.0, 12.0]);
/// let array: SharedArray = Arc::new(MemoryArray::new(vec![2, 3], values)?);
/// let second_row = Region::new(vec![1, 0], vec![1, 3])?;
/// assert_eq!(array.read(&second_row)?, Values::F64(vec![10.0, 11.0, 12.0]));
/// # Ok::<(), nunatak_array::ArrayError>(())
/// ```
pub trait Array: Send + Sync {
    /// Type of one element.
    fn data_type(&self) -> DataType;

    /// Length along each axis; empty for a scalar.
    fn shape(&self) -> &[usize];

    /// How the array is stored: regions that follow it cost least.
    fn chunk_grid(&self) -> ChunkGrid;

    /// The values of `region`, row-major, `region.len()` of them.
    ///
    /// # Errors
    /// [`ArrayError::OutOfBounds`](crate::ArrayError::OutOfBounds) when the region is not inside the array, and the
    /// source's own errors.
    fn read(&self, region: &Region) -> Result<Values>;

    /// Number of leading rows along the first axis that its file has: nothing was ever stored beyond them.
    ///
    /// # Errors
    /// The source's, when it must look.
    fn stored_rows(&self) -> Result<usize> {
        Ok(self.shape().first().copied().unwrap_or(1))
    }

    /// All numbers, row-major, when they are in memory anyway, so that an operator can use them without a copy.
    fn in_memory(&self) -> Option<Numbers<'_>> {
        None
    }

    /// Whether reading it runs code that may wait for the threads of this process, as Python does: Dask's tasks read
    /// other arrays of ours. Such an array is read where the caller is, one region after the other, and never by several
    /// threads of the pool at once, which would all wait for each other.
    fn blocks(&self) -> bool {
        false
    }

    /// Plain data from which the same array can be rebuilt in another process.
    ///
    /// # Errors
    /// [`ArrayError::NotDescribable`](crate::ArrayError::NotDescribable) for arrays that live in this process only.
    fn describe(&self) -> Result<Description>;
}

/// An array shared between operators and threads.
pub type SharedArray = Arc<dyn Array>;

impl dyn Array {
    /// The values of the whole array.
    ///
    /// # Errors
    /// As [`Array::read`].
    pub fn read_all(&self) -> Result<Values> {
        self.read(&Region::whole(self.shape()))
    }

    /// Number of elements.
    pub fn len(&self) -> usize {
        self.shape().iter().product()
    }

    /// Whether the array has no element.
    pub fn is_empty(&self) -> bool {
        self.shape().contains(&0)
    }
}
