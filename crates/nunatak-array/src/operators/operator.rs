//! What an operator does, read from its description.

use super::{CastArray, Clamp, ClampArray, StackArray, TakeArray, TransposeArray};
use crate::{Description, MemoryArray, Result};

/// What an array does with its input, for whoever walks a description without building the array.
///
/// # Examples
/// ```
/// use std::sync::Arc;
/// use nunatak_array::{Array, MemoryArray, Operator, TransposeArray, Values};
///
/// let input = Arc::new(MemoryArray::new(vec![2, 3], Values::F64(vec![0.0; 6]))?);
/// let transposed = TransposeArray::new(input, vec![1, 0])?;
/// assert_eq!(Operator::of(&transposed.describe()?)?, Some(Operator::Transpose { order: vec![1, 0] }));
/// # Ok::<(), nunatak_array::ArrayError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub enum Operator {
    /// Values in memory; there is no input.
    Memory,
    /// Other indices along one axis.
    Take {
        /// The axis.
        axis: usize,
        /// Index of the input for each index of the result; `None` is missing.
        indices: Vec<Option<usize>>,
    },
    /// Axis `i` of the result is axis `order[i]` of the input.
    Transpose {
        /// The order.
        order: Vec<usize>,
    },
    /// One input with a new axis of length one.
    WithNewAxis {
        /// Where the new axis is in the result.
        axis: usize,
    },
    /// Numbers in another type.
    Cast,
    /// Numbers scaled and held within a range.
    Clamp(Clamp),
}

impl Operator {
    /// The operator of a description; `None` for any other kind of array.
    ///
    /// # Errors
    /// [`ArrayError::Rebuild`](crate::ArrayError::Rebuild) when the parameters do not fit.
    pub fn of(description: &Description) -> Result<Option<Self>> {
        Ok(Some(match description.kind.as_str() {
            MemoryArray::KIND => Self::Memory,
            TakeArray::KIND => {
                let (axis, indices) = description.parameters()?;
                Self::Take { axis, indices }
            }
            TransposeArray::KIND => Self::Transpose { order: description.parameters()? },
            StackArray::KIND if description.inputs.len() == 1 => Self::WithNewAxis { axis: description.parameters()? },
            CastArray::KIND => Self::Cast,
            ClampArray::KIND => Self::Clamp(description.parameters()?),
            _ => return Ok(None),
        }))
    }
}
