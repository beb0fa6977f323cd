//! Clamp: scale numbers and hold them within a range.

use serde::{Deserialize, Serialize};

use crate::{Array, ArrayError, ChunkGrid, DataType, Description, Region, Result, SharedArray, Values};

/// How the numbers of a [`ClampArray`] are put right.
///
/// # Examples
/// ```
/// use std::sync::Arc;
/// use nunatak_array::{Array, Clamp, ClampArray, MemoryArray, Region, Values};
///
/// // A fraction becomes per cent; the fill value stays.
/// let clamp = Clamp { nan: None, scale: Some(100.0), range: Some([0.0, 100.0]), keep: vec![1e20] };
/// let input = Arc::new(MemoryArray::new(vec![3], Values::F64(vec![-0.25, 0.5, 1e20]))?);
/// let array = ClampArray::new(input, clamp)?;
/// assert_eq!(array.read(&Region::whole(&[3]))?, Values::F64(vec![0.0, 50.0, 1e20]));
/// # Ok::<(), nunatak_array::ArrayError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Clamp {
    /// What NaN becomes.
    pub nan: Option<f64>,
    /// What every other number is multiplied with.
    pub scale: Option<f64>,
    /// Smallest and largest number; those beyond become these.
    pub range: Option<[f64; 2]>,
    /// Numbers that are left as they are, such as fill values.
    pub keep: Vec<f64>,
}

/// An array of floats whose numbers are scaled and held within a range, as they are read.
///
/// # Examples
/// ```
/// use std::sync::Arc;
/// use nunatak_array::{Array, Clamp, ClampArray, MemoryArray, Region, Values};
///
/// let clamp = Clamp { nan: Some(0.0), scale: None, range: Some([0.0, 1.0]), keep: vec![] };
/// let input = Arc::new(MemoryArray::new(vec![3], Values::F32(vec![f32::NAN, 0.5, 1.5]))?);
/// let fraction = ClampArray::new(input, clamp)?;
/// assert_eq!(fraction.read(&Region::whole(&[3]))?, Values::F32(vec![0.0, 0.5, 1.0]));
/// # Ok::<(), nunatak_array::ArrayError>(())
/// ```
pub struct ClampArray {
    input: SharedArray,
    clamp: Clamp,
}

impl ClampArray {
    pub(crate) const KIND: &'static str = "array/clamp";

    /// `input` put right.
    ///
    /// # Errors
    /// [`ArrayError::Type`] when it holds no floats.
    pub fn new(input: SharedArray, clamp: Clamp) -> Result<Self> {
        if !input.data_type().is_float() {
            let (what, expected) = ("clamp".into(), "float32 or float64".into());
            return Err(ArrayError::Type { what, expected, found: input.data_type() });
        }
        // NaN equals nothing, and no description can carry it.
        let keep = clamp.keep.into_iter().filter(|value| value.is_finite()).collect();
        Ok(Self { input, clamp: Clamp { keep, ..clamp } })
    }
}

impl Clamp {
    fn of(&self, value: f64) -> f64 {
        if value.is_nan() {
            return self.nan.unwrap_or(value);
        }
        if self.keep.contains(&value) {
            return value;
        }
        let scaled = value * self.scale.unwrap_or(1.0);
        self.range.map_or(scaled, |[least, most]| scaled.max(least).min(most))
    }
}

impl Array for ClampArray {
    fn data_type(&self) -> DataType {
        self.input.data_type()
    }

    fn shape(&self) -> &[usize] {
        self.input.shape()
    }

    fn chunk_grid(&self) -> ChunkGrid {
        self.input.chunk_grid()
    }

    fn read(&self, region: &Region) -> Result<Values> {
        Ok(match self.input.read(region)? {
            Values::F32(mut values) => {
                values.iter_mut().for_each(|value| *value = self.clamp.of(f64::from(*value)) as f32);
                Values::F32(values)
            }
            Values::F64(mut values) => {
                values.iter_mut().for_each(|value| *value = self.clamp.of(*value));
                Values::F64(values)
            }
            other => other,
        })
    }

    fn blocks(&self) -> bool {
        self.input.blocks()
    }

    fn describe(&self) -> Result<Description> {
        Ok(Description::new(Self::KIND, &self.clamp)?.with_inputs(vec![self.input.describe()?]))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::MemoryArray;

    fn clamped(values: Values, clamp: Clamp) -> ClampArray {
        let input = Arc::new(MemoryArray::new(vec![values.len()], values).unwrap());
        ClampArray::new(input, clamp).unwrap()
    }

    #[test]
    fn numbers_beyond_the_range_are_held_and_fill_values_kept() {
        let clamp = Clamp { nan: None, scale: Some(6.0), range: Some([0.0, 1.0]), keep: vec![1e20, f64::NAN] };
        let array = clamped(Values::F64(vec![-0.1, 0.0, 1.0 / 12.0, 0.5, 1e20, f64::NAN]), clamp);
        let whole = Region::whole(array.shape());
        let found = array.read(&whole).unwrap().into_f64().unwrap();
        assert_eq!(found[..5], [0.0, 0.0, 0.5, 1.0, 1e20]);
        assert!(found[5].is_nan());
        let description = array.describe().unwrap();
        let rebuilt = description.rebuild_operator(std::slice::from_ref(&array.input)).unwrap().unwrap();
        assert_eq!(rebuilt.read(&whole).unwrap().into_f64().unwrap()[..5], found[..5]);
    }

    #[test]
    fn nan_becomes_a_number_and_integers_are_refused() {
        let clamp = Clamp { nan: Some(-4000.0), scale: None, range: None, keep: Vec::new() };
        let array = clamped(Values::F32(vec![f32::NAN, 0.1]), clamp.clone());
        assert_eq!(array.read(&Region::whole(&[2])).unwrap(), Values::F32(vec![-4000.0, 0.1]));
        let integers = Arc::new(MemoryArray::new(vec![1], Values::I32(vec![1])).unwrap());
        assert!(ClampArray::new(integers, clamp).is_err());
    }
}
