//! Integrals of model fields over an ice sheet: volume, volume above flotation, masses, areas and fluxes, for the whole
//! sheet and for each zone (basin, region).
//!
//! [`Integrals`] binds the fields of one run to their [`Cells`], which have true areas and zones; each [`Scalar`] of it is a
//! lazy array of its own, a [`ScalarArray`]. Records are streamed, block by block:
//!
//! ```text
//! fields ─► blocks of some records and rows ─► runs of cells of one zone ─► compensated sums ─► ScalarArray::read
//! ```
//!
//! The formulas are those of the published scalars: Seroussi et al. (2020, The Cryosphere 14, 3033) for Antarctica and
//! Goelzer et al. (2020, The Cryosphere 14, 3071) for Greenland; [`Scalar`] has each of them.

mod blocks;
mod cells;
mod convention;
mod error;
mod field;
mod formula;
mod integrals;
mod scalar;
mod scalar_array;
mod sums;
#[cfg(test)]
mod tests;
mod zones;

pub use cells::Cells;
pub use convention::Convention;
pub use error::{Result, ScalarsError};
pub use field::{BoundField, Field};
pub use formula::{Constants, SEA_LEVEL_PER_KILOGRAM};
pub use integrals::Integrals;
pub use scalar::Scalar;
pub use scalar_array::ScalarArray;
pub use zones::Layer;

use std::sync::Arc;

use nunatak_array::{ArrayError, Description, SharedArray};

/// Rebuilds an array that this crate defines; `None` when the kind belongs to another crate.
///
/// # Errors
/// [`ArrayError::Rebuild`] when the parameters do not fit.
pub fn rebuild(
    description: &Description,
    inputs: &[SharedArray],
) -> std::result::Result<Option<SharedArray>, ArrayError> {
    match description.kind.as_str() {
        ScalarArray::KIND => Ok(Some(Arc::new(ScalarArray::rebuild(description, inputs)?))),
        _ => Ok(None),
    }
}
