//! Values of variables as numbers and texts; fill becomes missing.

use nunatak_array::{Region, Values};
use nunatak_cf::{Quantity, Unit};
use nunatak_format::{Attribute, Attributes, File, Variable};

use crate::error::{AltimetryError, Result};

/// Numbers beyond this are fill in every release, also where a subsetter lost the `_FillValue` attribute.
const LARGEST_REAL_VALUE: f64 = 1e37;

/// Most values that are read of a variable about the whole granule: real ones have one for each part of an orbit.
const MOST_HEADER_VALUES: usize = 1000;

/// What turns the numbers of a variable into metres or degrees: 1 in a granule as it is released.
fn size_of_unit(attributes: &Attributes) -> f64 {
    let unit = attributes.text("units").and_then(Unit::parse).filter(|unit| unit.quantity() != Quantity::Time);
    unit.map_or(1.0, Unit::size)
}

/// Double-precision numbers of a variable in metres or degrees, NaN where fill.
pub(crate) fn doubles(values: Values, attributes: &Attributes) -> Result<Vec<f64>, nunatak_array::ArrayError> {
    let fill = attributes.number("_FillValue");
    let mut values = values.into_f64()?;
    let size = size_of_unit(attributes);
    for value in &mut values {
        if Some(*value) == fill || value.abs() > LARGEST_REAL_VALUE {
            *value = f64::NAN;
        }
        *value *= size;
    }
    Ok(values)
}

/// Single-precision numbers of a variable in metres or degrees, NaN where fill.
pub(crate) fn singles(values: Values, attributes: &Attributes) -> Result<Vec<f32>, nunatak_array::ArrayError> {
    let Values::F32(mut values) = values else {
        return Ok(doubles(values, attributes)?.into_iter().map(|value| value as f32).collect());
    };
    let fill = attributes.number("_FillValue");
    let size = size_of_unit(attributes);
    for value in &mut values {
        if Some(f64::from(*value)) == fill || value.abs() > LARGEST_REAL_VALUE as f32 {
            *value = f32::NAN;
        }
        *value = (f64::from(*value) * size) as f32;
    }
    Ok(values)
}

/// The first number of a variable; `None` where it is not in the file.
pub(crate) fn scalar(file: &File, path: &str) -> Result<Option<f64>> {
    Ok(first_values(file, path)?.and_then(|values| Attribute::Numbers(values).as_f64()))
}

/// The leading numbers of a variable; none where it is not in the file.
pub(crate) fn numbers(file: &File, path: &str) -> Result<Vec<f64>> {
    let values = first_values(file, path)?;
    Ok(values.and_then(|values| values.into_f64().ok()).unwrap_or_default())
}

/// The first text of a variable; `None` where it is not in the file.
pub(crate) fn text(file: &File, path: &str) -> Result<Option<String>> {
    Ok(first_values(file, path)?.and_then(|values| match values {
        Values::Bytes { width, data } => {
            let bytes = data.get(..width).unwrap_or(&data);
            Some(String::from_utf8_lossy(bytes).trim_matches([' ', '\0']).to_string())
        }
        Values::Text(texts) => texts.into_iter().next().map(|text| text.trim().to_string()),
        _ => None,
    }))
}

/// Each value once, in the order in which they come.
pub(crate) fn distinct(values: &[f64]) -> Vec<f64> {
    let mut found: Vec<f64> = Vec::new();
    for value in values {
        if !found.contains(value) {
            found.push(*value);
        }
    }
    found
}

/// Numbers for a sentence.
pub(crate) fn listed(values: &[f64]) -> String {
    values.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

fn first_values(file: &File, path: &str) -> Result<Option<Values>> {
    let Some(variable) = file.root().variable(path) else { return Ok(None) };
    read(file, variable, path).map(|values| (!values.is_empty()).then_some(values))
}

/// The leading values of a variable that has few: of what a granule says about itself.
fn read(file: &File, variable: &Variable, path: &str) -> Result<Values> {
    let lengths = variable.array.shape().iter().enumerate();
    let few =
        lengths.map(|(axis, &length)| length.min(if axis == 0 { MOST_HEADER_VALUES } else { 1 })).collect::<Vec<_>>();
    let values = variable.array.read(&Region::whole(&few));
    values.map_err(|source| AltimetryError::reading(file.location(), path.into(), source))
}
