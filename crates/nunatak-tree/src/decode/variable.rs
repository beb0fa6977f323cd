//! Decoding of one variable of a file.

use std::sync::Arc;

use nunatak_array::SharedArray;
use nunatak_format::Attributes;

use super::array::DecodedArray;
use super::options::DecodeOptions;
use super::recipe::plan;
use crate::error::Result;
use crate::variable::{Encoding, Variable};

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
