//! Variables, datasets and trees with CF meaning.
//!
//! A file's raw [`nunatak_format::Variable`] becomes a [`Variable`] whose array decodes itself lazily: packing and
//! fill values as xarray does it, bit for bit. Text and time variables stay raw (xarray has its own coders for
//! them); `nunatak-cf` knows every CF calendar, so that archives can be repaired and joined on their years.
//!
//! ```text
//! format::Group ─► from_group ─► DataTree ─► Dataset ─► Variable { dimensions, attributes, encoding, array }
//!                                                                                       DecodedArray ─┘
//! ```

mod dataset;
mod decode;
mod error;
mod tree;
mod variable;

pub use dataset::Dataset;
pub use decode::{DecodeOptions, DecodedArray, Decoding, ValidRange, decode_variable, is_decodable};
pub use error::{Result, TreeError};
pub use nunatak_cf::{Calendar, Moment, TimeEncoding, TimeUnit, nominal_year};
pub use tree::{DataTree, from_group};
pub use variable::{Encoding, Variable};

use std::sync::Arc;

use nunatak_array::{Description, SharedArray};

/// Rebuilds an array that this crate defines from its description and its rebuilt inputs; `None` when the kind
/// belongs to another crate.
///
/// # Errors
/// [`nunatak_array::ArrayError::Rebuild`] when the parameters do not fit.
pub fn rebuild(description: &Description, inputs: &[SharedArray]) -> nunatak_array::Result<Option<SharedArray>> {
    if description.kind != DecodedArray::KIND {
        return Ok(None);
    }
    let input = inputs.first().cloned().ok_or_else(|| description.broken("its input is missing"))?;
    Ok(Some(Arc::new(DecodedArray::new(input, description.parameters()?)?)))
}
