//! Arrays over memory that something else owns.

use crate::{Array, ArrayError, ChunkGrid, DataType, Description, MemoryArray, Numbers, Region, Result};

/// An array over numbers in memory that something else owns: nothing is copied before it is read, so that what is read
/// is what the owner has there by then.
///
/// # Examples
/// ```
/// use std::sync::Arc;
/// use nunatak_array::{Array, BorrowedArray, Numbers, Region, Values};
///
/// let owner: Arc<[i16]> = Arc::from([1, 2, 3, 4]);
/// // SAFETY: the numbers stay where they are as long as the array holds its share of them.
/// let array = unsafe { BorrowedArray::new(vec![2, 2], Numbers::I16(&owner), Arc::clone(&owner)) }?;
/// assert_eq!(array.read(&Region::new(vec![1, 0], vec![1, 2])?)?, Values::I16(vec![3, 4]));
/// # Ok::<(), nunatak_array::ArrayError>(())
/// ```
pub struct BorrowedArray<O> {
    shape: Vec<usize>,
    numbers: Numbers<'static>,
    /// Dropped last of all.
    _owner: O,
}

impl<O> BorrowedArray<O> {
    /// An array of `shape` over row-major numbers.
    ///
    /// # Safety
    /// The numbers must stay where they are for as long as `owner` lives.
    ///
    /// # Errors
    /// [`ArrayError::Shape`] when their number does not fit the shape.
    pub unsafe fn new(shape: Vec<usize>, numbers: Numbers<'_>, owner: O) -> Result<Self> {
        if shape.iter().product::<usize>() != numbers.len() {
            return Err(ArrayError::Shape {
                what: "values of an in-memory array".into(),
                expected: shape,
                found: vec![numbers.len()],
            });
        }
        // SAFETY: they outlive the array, which owns their owner, as the caller says; what the array gives lives no
        // longer than itself.
        let numbers = unsafe { std::mem::transmute::<Numbers<'_>, Numbers<'static>>(numbers) };
        Ok(Self { shape, numbers, _owner: owner })
    }
}

impl<O: Send + Sync> Array for BorrowedArray<O> {
    fn data_type(&self) -> DataType {
        self.numbers.data_type()
    }

    fn shape(&self) -> &[usize] {
        &self.shape
    }

    fn chunk_grid(&self) -> ChunkGrid {
        ChunkGrid::single(&self.shape)
    }

    fn read(&self, region: &Region) -> Result<crate::Values> {
        region.check_within(&self.shape)?;
        Ok(self.numbers.region(&self.shape, region))
    }

    fn in_memory(&self) -> Option<Numbers<'_>> {
        Some(self.numbers)
    }

    fn describe(&self) -> Result<Description> {
        let values = self.numbers.region(&self.shape, &Region::whole(&self.shape));
        MemoryArray::new(self.shape.clone(), values)?.describe()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::Values;

    #[test]
    fn reads_as_an_array_that_owns_its_values() {
        let owner: Arc<[i16]> = (0..60).collect();
        let shape = vec![3, 4, 5];
        // SAFETY: the owner is immutable and kept.
        let borrowed = unsafe { BorrowedArray::new(shape.clone(), Numbers::I16(&owner), Arc::clone(&owner)) }.unwrap();
        let own = MemoryArray::new(shape.clone(), Values::I16(owner.to_vec())).unwrap();
        for region in [Region::whole(&shape), Region::new(vec![1, 2, 0], vec![2, 1, 4]).unwrap()] {
            assert_eq!(borrowed.read(&region).unwrap(), own.read(&region).unwrap());
        }
        assert!(borrowed.read(&Region::new(vec![2, 0, 0], vec![2, 4, 5]).unwrap()).is_err());
        let blob = |array: &dyn Array| array.describe().unwrap().blob(0).unwrap().to_vec();
        assert_eq!(blob(&borrowed), blob(&own));
        // SAFETY: as above.
        assert!(unsafe { BorrowedArray::new(vec![7], Numbers::I16(&owner), ()) }.is_err());
    }
}
