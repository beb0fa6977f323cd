//! CF packing and missing values, with the types and the arithmetic of xarray 2026.9 (`xarray/coding/variables.py`).

mod array;
mod described;
mod recipe;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use nunatak_array::SharedArray;
use nunatak_format::Attributes;

use crate::{Encoding, Result, Variable};

pub use array::DecodedArray;
pub use described::Decoding;
use recipe::plan;

/// What to do with `valid_min`, `valid_max` and `valid_range`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ValidRange {
    /// Leave them alone, as xarray does: in the ISMIP6 archive they describe the first time step only.
    #[default]
    Ignore,
    /// Values outside are missing (CF conventions 2.5.1: compared with the packed values, bounds included).
    Mask,
}

/// How a variable is decoded.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct DecodeOptions {
    /// What to do with the valid range.
    pub valid_range: ValidRange,
    /// Fill values that the file uses but does not declare; used in floating-point data only.
    pub undeclared_fill_values: Vec<f64>,
}

/// Decodes a file's variable lazily: `_Unsigned`, fill values to NaN, then scale and offset.
///
/// Text, dates (`<unit> since <date>`) and durations are left raw with all their attributes, for xarray's own coders.
/// What is used up moves from `attributes` to `encoding.attributes`, as in xarray.
///
/// # Errors
/// [`TreeError::Packing`](crate::TreeError::Packing) when a scale or offset is not one number.
pub fn decode_variable(variable: &nunatak_format::Variable, options: &DecodeOptions) -> Result<Variable> {
    let mut attributes = variable.attributes.clone();
    let mut encoding = Encoding {
        attributes: Attributes::new(),
        data_type: Some(variable.array.data_type()),
        storage: variable.storage.clone(),
        source: None,
    };
    let mut array: SharedArray = variable.array.clone();
    if is_decodable(variable) {
        let recipe = plan(&variable.name, array.data_type(), &mut attributes, &mut encoding.attributes, options)?;
        if let Some(recipe) = recipe {
            array = Arc::new(DecodedArray::new(array, recipe)?);
        }
    }
    Ok(Variable { dimensions: variable.dimensions.clone(), attributes, encoding, array })
}

/// Whether [`decode_variable`] decodes this variable, or leaves it raw because it is text, dates or durations.
pub fn is_decodable(variable: &nunatak_format::Variable) -> bool {
    variable.array.data_type().is_numeric() && !is_time_like(&variable.attributes)
}

/// Whether xarray would decode the variable to dates or durations.
fn is_time_like(attributes: &Attributes) -> bool {
    const DURATIONS: [&str; 7] = ["days", "hours", "minutes", "seconds", "milliseconds", "microseconds", "nanoseconds"];
    match attributes.text("units") {
        Some(units) => units.contains(" since ") || DURATIONS.contains(&units),
        None => false,
    }
}
