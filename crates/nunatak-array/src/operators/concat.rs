//! Concat: join arrays along an axis they all have.

use super::stack::same_kind;
use crate::{Array, ArrayError, ChunkGrid, DataType, Description, Region, Result, SharedArray, Values};

/// Arrays one after the other along an axis they all have.
///
/// # Examples
/// ```
/// use std::sync::Arc;
/// use nunatak_array::{Array, ConcatArray, MemoryArray, Region, Values};
///
/// let historical = Arc::new(MemoryArray::new(vec![2], Values::I32(vec![2013, 2014]))?);
/// let projection = Arc::new(MemoryArray::new(vec![1], Values::I32(vec![2015]))?);
/// let years = ConcatArray::new(vec![historical, projection], 0)?;
/// assert_eq!(years.read(&Region::whole(&[3]))?, Values::I32(vec![2013, 2014, 2015]));
/// # Ok::<(), nunatak_array::ArrayError>(())
/// ```
pub struct ConcatArray {
    inputs: Vec<SharedArray>,
    axis: usize,
    /// First index of each input along the axis, then the axis length.
    starts: Vec<usize>,
    shape: Vec<usize>,
}

impl ConcatArray {
    pub(crate) const KIND: &'static str = "array/concat";

    /// Joins `inputs` along `axis`; they must agree in data type and along every other axis.
    ///
    /// # Errors
    /// [`ArrayError::Shape`] or [`ArrayError::Type`] when they do not, [`ArrayError::Rank`] for an unknown axis.
    pub fn new(inputs: Vec<SharedArray>, axis: usize) -> Result<Self> {
        let mut shape = same_kind(&inputs, "arrays to join")?;
        if axis >= shape.len() {
            return Err(ArrayError::Rank { expected: shape.len(), found: axis + 1 });
        }
        let mut starts = vec![0];
        for input in &inputs {
            let mut found = input.shape().to_vec();
            let length = found.get(axis).copied().unwrap_or(0);
            if let Some(along) = found.get_mut(axis) {
                *along = shape[axis];
            }
            if found != shape {
                return Err(ArrayError::Shape { what: "arrays to join".into(), expected: shape, found });
            }
            starts.push(starts[starts.len() - 1] + length);
        }
        shape[axis] = starts[starts.len() - 1];
        Ok(Self { inputs, axis, starts, shape })
    }
}

impl Array for ConcatArray {
    fn data_type(&self) -> DataType {
        self.inputs[0].data_type()
    }

    fn shape(&self) -> &[usize] {
        &self.shape
    }

    fn chunk_grid(&self) -> ChunkGrid {
        let lengths: Vec<usize> = self.inputs.iter().flat_map(|input| input.chunk_grid().lengths(self.axis)).collect();
        self.inputs[0].chunk_grid().with_axis(self.axis, &lengths)
    }

    fn read(&self, region: &Region) -> Result<Values> {
        region.check_within(&self.shape)?;
        let mut result = Values::zeros(self.data_type(), region.len());
        for (input, bounds) in self.inputs.iter().zip(self.starts.windows(2)) {
            let low = region.start()[self.axis].max(bounds[0]);
            let high = region.end(self.axis).min(bounds[1]);
            if low >= high {
                continue;
            }
            let block = region.with_axis(self.axis, low - bounds[0], high - low);
            let values = input.read(&block)?;
            let at = low - region.start()[self.axis];
            let target = Region::whole(region.shape()).with_axis(self.axis, at, high - low);
            result.copy_block(region.shape(), &target, &values, block.shape(), &Region::whole(block.shape()))?;
        }
        Ok(result)
    }

    fn blocks(&self) -> bool {
        self.inputs.iter().any(|input| input.blocks())
    }

    fn describe(&self) -> Result<Description> {
        let inputs = self.inputs.iter().map(|input| input.describe()).collect::<Result<_>>()?;
        Ok(Description::new(Self::KIND, &self.axis)?.with_inputs(inputs))
    }
}
