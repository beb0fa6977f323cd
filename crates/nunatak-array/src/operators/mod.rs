//! Operators: arrays that wrap arrays, each of which makes a region of itself from regions of its inputs.

mod cast;
mod clamp;
mod concat;
mod difference;
mod index;
mod operator;
mod stack;
mod take;
mod transpose;

pub use cast::CastArray;
pub use clamp::{Clamp, ClampArray};
pub use concat::ConcatArray;
pub use difference::DifferenceArray;
pub use index::IndexArray;
pub use operator::Operator;
pub use stack::StackArray;
pub use take::TakeArray;
pub use transpose::TransposeArray;

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
            TransposeArray::KIND => Arc::new(TransposeArray::new(first()?, self.parameters()?)?),
            TakeArray::KIND => {
                let (axis, indices) = self.parameters()?;
                Arc::new(TakeArray::new(first()?, axis, indices)?)
            }
            CastArray::KIND => Arc::new(CastArray::new(first()?, self.parameters()?)?),
            ClampArray::KIND => Arc::new(ClampArray::new(first()?, self.parameters()?)?),
            IndexArray::KIND => {
                let (axis, index) = self.parameters()?;
                Arc::new(IndexArray::new(first()?, axis, index)?)
            }
            StackArray::KIND => Arc::new(StackArray::new(inputs.to_vec(), self.parameters()?)?),
            ConcatArray::KIND => Arc::new(ConcatArray::new(inputs.to_vec(), self.parameters()?)?),
            DifferenceArray::KIND => match inputs {
                [minuend, subtrahend] => Arc::new(DifferenceArray::new(minuend.clone(), subtrahend.clone())?),
                _ => return Err(self.broken("it needs two inputs")),
            },
            _ => return Ok(None),
        }))
    }
}
