//! Difference: one array minus another.

use crate::{Array, ArrayError, ChunkGrid, DataType, Description, Region, Result, SharedArray, Values};

/// An array minus another one of the same shape: float32 where both are, else float64. Missing where either is.
///
/// # Examples
/// ```
/// use std::sync::Arc;
/// use nunatak_array::{Array, DifferenceArray, MemoryArray, Region, Values};
///
/// let projection = Arc::new(MemoryArray::new(vec![2], Values::F32(vec![3.0, f32::NAN]))?);
/// let control = Arc::new(MemoryArray::new(vec![2], Values::F32(vec![1.0, 1.0]))?);
/// let change = DifferenceArray::new(projection, control)?;
/// assert_eq!(change.read(&Region::new(vec![0], vec![1])?)?, Values::F32(vec![2.0]));
/// # Ok::<(), nunatak_array::ArrayError>(())
/// ```
pub struct DifferenceArray {
    minuend: SharedArray,
    subtrahend: SharedArray,
    data_type: DataType,
}

impl DifferenceArray {
    pub(crate) const KIND: &'static str = "array/difference";

    /// `minuend` minus `subtrahend`.
    ///
    /// # Errors
    /// [`ArrayError::Shape`] when their shapes differ, [`ArrayError::Type`] for text.
    pub fn new(minuend: SharedArray, subtrahend: SharedArray) -> Result<Self> {
        let what = || "arrays to subtract".to_string();
        if minuend.shape() != subtrahend.shape() {
            let (expected, found) = (minuend.shape().to_vec(), subtrahend.shape().to_vec());
            return Err(ArrayError::Shape { what: what(), expected, found });
        }
        for found in [minuend.data_type(), subtrahend.data_type()] {
            if !found.is_numeric() {
                return Err(ArrayError::Type { what: what(), expected: "numbers".into(), found });
            }
        }
        let is_single = [&minuend, &subtrahend].iter().all(|array| array.data_type() == DataType::F32);
        let data_type = if is_single { DataType::F32 } else { DataType::F64 };
        Ok(Self { minuend, subtrahend, data_type })
    }
}

impl Array for DifferenceArray {
    fn data_type(&self) -> DataType {
        self.data_type
    }

    fn shape(&self) -> &[usize] {
        self.minuend.shape()
    }

    fn chunk_grid(&self) -> ChunkGrid {
        self.minuend.chunk_grid()
    }

    fn read(&self, region: &Region) -> Result<Values> {
        match (self.minuend.read(region)?, self.subtrahend.read(region)?) {
            (Values::F32(mut values), Values::F32(others)) => {
                values.iter_mut().zip(others).for_each(|(value, other)| *value -= other);
                Ok(Values::F32(values))
            }
            (values, others) => {
                let (mut values, others) = (values.into_f64()?, others.into_f64()?);
                values.iter_mut().zip(others).for_each(|(value, other)| *value -= other);
                Ok(Values::F64(values))
            }
        }
    }

    fn blocks(&self) -> bool {
        self.minuend.blocks() || self.subtrahend.blocks()
    }

    fn describe(&self) -> Result<Description> {
        let inputs = vec![self.minuend.describe()?, self.subtrahend.describe()?];
        Ok(Description::new(Self::KIND, &())?.with_inputs(inputs))
    }
}
