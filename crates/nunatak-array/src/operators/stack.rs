//! Stack: join arrays along a new axis.

use nunatak_parallel::carried;
use rayon::prelude::*;

use crate::{Array, ArrayError, ChunkGrid, DataType, Description, Region, Result, SharedArray, Values};

/// Arrays of one shape and data type along a new axis (models of an ensemble, for example).
///
/// # Examples
/// ```
/// use std::sync::Arc;
/// use nunatak_array::{Array, MemoryArray, Region, StackArray, Values};
///
/// let one_model = Arc::new(MemoryArray::new(vec![2], Values::F64(vec![1.0, 2.0]))?);
/// let another = Arc::new(MemoryArray::new(vec![2], Values::F64(vec![3.0, 4.0]))?);
/// let ensemble = StackArray::new(vec![one_model, another], 0)?;
/// assert_eq!(ensemble.shape(), [2, 2]);
/// assert_eq!(ensemble.read(&Region::new(vec![0, 1], vec![2, 1])?)?, Values::F64(vec![2.0, 4.0]));
/// # Ok::<(), nunatak_array::ArrayError>(())
/// ```
pub struct StackArray {
    inputs: Vec<SharedArray>,
    axis: usize,
    shape: Vec<usize>,
}

impl StackArray {
    pub(crate) const KIND: &'static str = "array/stack";

    /// Stacks `inputs` along a new axis put before axis `axis`.
    ///
    /// # Errors
    /// [`ArrayError::Shape`] or [`ArrayError::Type`] when the inputs differ or there is none.
    pub fn new(inputs: Vec<SharedArray>, axis: usize) -> Result<Self> {
        let mut shape = same_kind(&inputs, "arrays to stack")?;
        if axis > shape.len() {
            return Err(ArrayError::Rank { expected: shape.len(), found: axis });
        }
        for input in &inputs {
            if input.shape() != shape {
                return Err(ArrayError::Shape {
                    what: "arrays to stack".into(),
                    expected: shape,
                    found: input.shape().to_vec(),
                });
            }
        }
        shape.insert(axis, inputs.len());
        Ok(Self { inputs, axis, shape })
    }
}

/// The first array's shape, after a check that all have its data type.
pub(super) fn same_kind(inputs: &[SharedArray], what: &str) -> Result<Vec<usize>> {
    let Some(first) = inputs.first() else {
        return Err(ArrayError::Shape { what: what.into(), expected: vec![1], found: vec![0] });
    };
    match inputs.iter().find(|input| input.data_type() != first.data_type()) {
        Some(other) => Err(ArrayError::Type {
            what: what.into(),
            expected: first.data_type().to_string(),
            found: other.data_type(),
        }),
        None => Ok(first.shape().to_vec()),
    }
}

impl Array for StackArray {
    fn data_type(&self) -> DataType {
        self.inputs[0].data_type()
    }

    fn shape(&self) -> &[usize] {
        &self.shape
    }

    fn chunk_grid(&self) -> ChunkGrid {
        self.inputs[0].chunk_grid().with_new_axis(self.axis, &vec![1; self.inputs.len()])
    }

    fn read(&self, region: &Region) -> Result<Values> {
        region.check_within(&self.shape)?;
        let inner = region.without_axis(self.axis);
        let members = &self.inputs[region.start()[self.axis]..region.end(self.axis)];
        let read = |input: &SharedArray| input.read(&inner);
        let parts: Vec<Values> = match members.iter().any(|input| input.blocks()) {
            true => members.iter().map(read).collect::<Result<_>>()?,
            false => members.par_iter().map(carried(read)).collect::<Result<_>>()?,
        };
        let mut result = Values::zeros(self.data_type(), region.len());
        for (at, values) in parts.iter().enumerate() {
            let target = Region::whole(region.shape()).with_axis(self.axis, at, 1);
            let block = target.with_axis(self.axis, 0, 1);
            result.copy_block(region.shape(), &target, values, block.shape(), &block)?;
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
