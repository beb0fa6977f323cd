//! Transpose: the axes in another order.

use crate::{Array, ArrayError, ChunkGrid, DataType, Description, Region, Result, SharedArray, Values};

/// An array with its axes in another order.
///
/// # Examples
/// ```
/// use std::sync::Arc;
/// use nunatak_array::{Array, MemoryArray, Region, TransposeArray, Values};
///
/// let input = Arc::new(MemoryArray::new(vec![2, 3], Values::I32(vec![1, 2, 3, 4, 5, 6]))?);
/// let transposed = TransposeArray::new(input, vec![1, 0])?;
/// assert_eq!(transposed.shape(), [3, 2]);
/// assert_eq!(transposed.read(&Region::whole(&[3, 2]))?, Values::I32(vec![1, 4, 2, 5, 3, 6]));
/// # Ok::<(), nunatak_array::ArrayError>(())
/// ```
pub struct TransposeArray {
    input: SharedArray,
    order: Vec<usize>,
    shape: Vec<usize>,
}

impl TransposeArray {
    pub(crate) const KIND: &'static str = "array/transpose";

    /// Axis `i` of the result is axis `order[i]` of `input`.
    ///
    /// # Errors
    /// [`ArrayError::Shape`] when `order` is not a permutation of the axes.
    pub fn new(input: SharedArray, order: Vec<usize>) -> Result<Self> {
        let mut sorted = order.clone();
        sorted.sort_unstable();
        let axes: Vec<usize> = (0..input.shape().len()).collect();
        if sorted != axes {
            return Err(ArrayError::Shape { what: "order of axes".into(), expected: axes, found: order });
        }
        let shape = order.iter().map(|&axis| input.shape()[axis]).collect();
        Ok(Self { input, order, shape })
    }
}

impl Array for TransposeArray {
    fn data_type(&self) -> DataType {
        self.input.data_type()
    }

    fn shape(&self) -> &[usize] {
        &self.shape
    }

    fn chunk_grid(&self) -> ChunkGrid {
        self.input.chunk_grid().transpose(&self.order)
    }

    fn read(&self, region: &Region) -> Result<Values> {
        region.check_within(&self.shape)?;
        let rank = self.order.len();
        let (mut start, mut shape) = (vec![0; rank], vec![0; rank]);
        for (axis, &source) in self.order.iter().enumerate() {
            start[source] = region.start()[axis];
            shape[source] = region.shape()[axis];
        }
        let values = self.input.read(&Region::new(start, shape.clone())?)?;
        let mut stride = 1;
        let mut strides = vec![0; rank];
        for axis in (0..rank).rev() {
            strides[axis] = stride;
            stride *= shape[axis];
        }
        let steps: Vec<usize> = self.order.iter().map(|&source| strides[source]).collect();
        Ok(values.gather(positions(region.shape(), &steps).map(Some)))
    }

    fn blocks(&self) -> bool {
        self.input.blocks()
    }

    fn describe(&self) -> Result<Description> {
        Ok(Description::new(Self::KIND, &self.order)?.with_inputs(vec![self.input.describe()?]))
    }
}

/// Flat positions of a row-major walk over `shape` whose axes advance by `steps`.
fn positions<'a>(shape: &'a [usize], steps: &'a [usize]) -> impl Iterator<Item = usize> + 'a {
    (0..shape.iter().product()).map(move |mut flat: usize| {
        let mut at = 0;
        for axis in (0..shape.len()).rev() {
            at += (flat % shape[axis]) * steps[axis];
            flat /= shape[axis];
        }
        at
    })
}
