//! Arrays that wrap arrays: each produces a region of itself from regions of its inputs.

mod cast;
mod clamped;
mod concatenated;
mod described;
mod picked;
mod stacked;
mod taken;
mod transposed;

pub use cast::CastArray;
pub use clamped::{Clamp, ClampedArray};
pub use concatenated::ConcatenatedArray;
pub use described::Operator;
pub use picked::PickedArray;
pub use stacked::StackedArray;
pub use taken::TakenArray;
pub use transposed::TransposedArray;

use std::sync::Arc;

use crate::{Description, MemoryArray, Result, SharedArray};

impl Description {
    /// Rebuilds an array that this crate defines from its description and its rebuilt inputs; `None` when the
    /// kind belongs to another crate.
    ///
    /// # Errors
    /// [`ArrayError::Rebuild`](crate::ArrayError::Rebuild) when the parameters do not fit.
    pub fn rebuild_operator(&self, inputs: &[SharedArray]) -> Result<Option<SharedArray>> {
        let first = || inputs.first().cloned().ok_or_else(|| self.broken("its input is missing"));
        Ok(Some(match self.kind.as_str() {
            MemoryArray::KIND => Arc::new(MemoryArray::rebuild(self)?),
            TransposedArray::KIND => Arc::new(TransposedArray::new(first()?, self.parameters()?)?),
            TakenArray::KIND => {
                let (axis, indices) = self.parameters()?;
                Arc::new(TakenArray::new(first()?, axis, indices)?)
            }
            CastArray::KIND => Arc::new(CastArray::new(first()?, self.parameters()?)?),
            ClampedArray::KIND => Arc::new(ClampedArray::new(first()?, self.parameters()?)?),
            PickedArray::KIND => {
                let (axis, index) = self.parameters()?;
                Arc::new(PickedArray::new(first()?, axis, index)?)
            }
            StackedArray::KIND => Arc::new(StackedArray::new(inputs.to_vec(), self.parameters()?)?),
            ConcatenatedArray::KIND => Arc::new(ConcatenatedArray::new(inputs.to_vec(), self.parameters()?)?),
            _ => return Ok(None),
        }))
    }
}
