//! Fill values that a variable declares.

use nunatak_array::DataType;
use nunatak_format::{Attribute, Attributes};

/// Fill values that are numbers, by the attribute that declares them.
pub(crate) fn declared_fills(attributes: &Attributes) -> Vec<(&'static str, f64)> {
    ["_FillValue", "missing_value"]
        .into_iter()
        .filter_map(|name| attributes.get(name).and_then(Attribute::as_f64).map(|value| (name, value)))
        .collect()
}

/// A double that single precision rounds never equals any of the data.
pub(crate) fn unmatched_fill(data_type: DataType, declared: &[(&'static str, f64)]) -> Option<(&'static str, f64)> {
    let rounded = |value: f64| f64::from(value as f32);
    let single = data_type == DataType::F32;
    let (name, value) = *declared.iter().find(|(_, value)| single && value.is_finite() && *value != rounded(*value))?;
    (!declared.iter().any(|(_, other)| *other == rounded(value))).then_some((name, value))
}
