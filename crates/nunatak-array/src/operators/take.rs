//! Take: other indices along one axis.

use crate::{Array, ArrayError, ChunkGrid, DataType, Description, Region, Result, SharedArray, Values};

/// An array with other indices along one axis: reordered, selected, repeated, or padded with missing values.
///
/// This is how a flipped axis, a subset of years, and a model that lacks the last year of a union axis are
/// made, without a copy of the data.
///
/// # Examples
/// ```
/// use std::sync::Arc;
/// use nunatak_array::{Array, MemoryArray, Region, TakeArray, Values};
///
/// // An axis the other way round, and one place more that is missing.
/// let input = Arc::new(MemoryArray::new(vec![2], Values::F64(vec![1.0, 2.0]))?);
/// let found = TakeArray::new(input, 0, vec![Some(1), Some(0), None])?.read(&Region::whole(&[3]))?.into_f64()?;
/// assert_eq!(found[..2], [2.0, 1.0]);
/// assert!(found[2].is_nan());
/// # Ok::<(), nunatak_array::ArrayError>(())
/// ```
pub struct TakeArray {
    input: SharedArray,
    axis: usize,
    indices: Vec<Option<usize>>,
    shape: Vec<usize>,
}

impl TakeArray {
    pub(crate) const KIND: &'static str = "array/take";

    /// Index `i` along `axis` of the result is index `indices[i]` of `input`; `None` is missing (NaN in floats,
    /// zero elsewhere).
    ///
    /// # Errors
    /// [`ArrayError::Rank`] when there is no such axis, [`ArrayError::OutOfBounds`] when an index is outside it.
    pub fn new(input: SharedArray, axis: usize, indices: Vec<Option<usize>>) -> Result<Self> {
        let mut shape = input.shape().to_vec();
        if axis >= shape.len() {
            return Err(ArrayError::Rank { expected: shape.len(), found: axis + 1 });
        }
        if let Some(&index) = indices.iter().flatten().find(|&&index| index >= shape[axis]) {
            return Err(ArrayError::OutOfBounds { region: Region::whole(&shape).with_axis(axis, index, 1), shape });
        }
        shape[axis] = indices.len();
        Ok(Self { input, axis, indices, shape })
    }
}

impl Array for TakeArray {
    fn data_type(&self) -> DataType {
        self.input.data_type()
    }

    fn shape(&self) -> &[usize] {
        &self.shape
    }

    fn chunk_grid(&self) -> ChunkGrid {
        let input = self.input.chunk_grid();
        let mut lengths: Vec<usize> = Vec::new();
        let mut previous = None;
        for index in &self.indices {
            let chunk = index.map(|index| input.chunk_of(self.axis, index));
            match lengths.last_mut() {
                Some(length) if previous == Some(chunk) => *length += 1,
                _ => lengths.push(1),
            }
            previous = Some(chunk);
        }
        input.with_axis(self.axis, &lengths)
    }

    fn read(&self, region: &Region) -> Result<Values> {
        region.check_within(&self.shape)?;
        let wanted = &self.indices[region.start()[self.axis]..region.end(self.axis)];
        let mut result = Values::missing(self.data_type(), region.len());
        for run in consecutive(wanted) {
            let block = region.with_axis(self.axis, run.source, run.length);
            let values = self.input.read(&block)?;
            let target = Region::whole(region.shape()).with_axis(self.axis, run.target, run.length);
            result.copy_block(region.shape(), &target, &values, block.shape(), &Region::whole(block.shape()))?;
        }
        Ok(result)
    }

    fn blocks(&self) -> bool {
        self.input.blocks()
    }

    fn describe(&self) -> Result<Description> {
        Ok(Description::new(Self::KIND, &(self.axis, &self.indices))?.with_inputs(vec![self.input.describe()?]))
    }
}

struct Consecutive {
    target: usize,
    source: usize,
    length: usize,
}

fn consecutive(wanted: &[Option<usize>]) -> Vec<Consecutive> {
    let mut runs: Vec<Consecutive> = Vec::new();
    for (target, index) in wanted.iter().enumerate() {
        let Some(source) = *index else { continue };
        match runs.last_mut() {
            Some(run) if run.target + run.length == target && run.source + run.length == source => run.length += 1,
            _ => runs.push(Consecutive { target, source, length: 1 }),
        }
    }
    runs
}
