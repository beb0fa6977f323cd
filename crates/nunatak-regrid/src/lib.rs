//! Sparse weights between two grids, and their lazy application.
//!
//! [`Weights`] are computed once for a pair of grids and a [`Method`] and shared; a [`RegriddedArray`] applies them
//! to a lazy array whose last two axes are the source grid's (y, x), reading only the source block that a target
//! region needs. A [`RotatedArray`] does the same to a component of vectors, along the axes of the target. [`sample()`]
//! gives the values of a field on any grid at points.
//!
//! ```text
//! Grid × Grid × Method ─► Weights (CSR) ─┐
//! lazy array (…, y, x) ──────────────────┴─► RegriddedArray (…, y', x')
//! ```

mod apply;
mod cell_block;
mod construct;
mod csr;
mod error;
mod lazy;
mod options;
mod sample;
#[cfg(test)]
mod test_grids;
mod vectors;
mod weights;

pub use error::{RegridError, Result};
pub use lazy::{RegriddedArray, StreamPlan, StreamedArray};
pub use options::{
    ApplyOptions, Extrapolation, Method, MissingPolicy, Neighbours, Normalisation, QuantileLevel, Quantity, Reducer,
};
pub use sample::{OutsideTime, PointStencils, Records, TimeInterpolation, sample};
pub use vectors::{Component, RotatedArray};
pub use weights::{Recipe, Weights, forget_weights};

use std::sync::Arc;

use nunatak_array::{ArrayError, Description, SharedArray};

/// Rebuilds an array that this crate defines from its description and its rebuilt inputs; `None` when the kind
/// belongs to another crate. Weights come from a bounded cache of this process, keyed by their content, so that
/// many arrays of one tree rebuild them once.
///
/// # Errors
/// [`ArrayError::Rebuild`] when the parameters do not fit.
pub fn rebuild(
    description: &Description,
    inputs: &[SharedArray],
) -> std::result::Result<Option<SharedArray>, ArrayError> {
    let input = || inputs.first().cloned().ok_or_else(|| description.broken("its input is missing"));
    Ok(match description.kind.as_str() {
        RegriddedArray::KIND => Some(Arc::new(RegriddedArray::rebuild(description, inputs)?)),
        RotatedArray::KIND => Some(Arc::new(RotatedArray::rebuild(description, inputs)?)),
        StreamedArray::KIND => Some(Arc::new(StreamedArray::rebuild(description, input()?)?)),
        _ => None,
    })
}
