//! Attributes of xarray objects.

use nunatak::grid::recognition::{AttributeList, AttributeValue};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyFloat, PyInt, PyString};

/// Attributes that xarray's decoding moves to the encoding, as far as they say something about a grid.
const MOVED: [&str; 4] = ["grid_mapping", "bounds", "coordinates", "_FillValue"];

/// The attributes of an encoding that decoding moved there.
pub(crate) fn moved_attributes(encoding: &Bound<'_, PyDict>) -> PyResult<AttributeList> {
    let mut list = AttributeList::new();
    if encoding.is_empty() {
        return Ok(list);
    }
    for name in MOVED {
        if let Some(value) = encoding.get_item(name)?
            && let Some(value) = attribute_value(&value)?
        {
            list.set(name, value);
        }
    }
    Ok(list)
}

/// The attributes that are text or numbers.
pub(crate) fn attribute_list(attrs: &Bound<'_, PyDict>) -> PyResult<AttributeList> {
    let mut list = Vec::with_capacity(attrs.len());
    for (name, value) in attrs {
        if let Some(value) = attribute_value(&value)? {
            list.push((text(&name)?, value));
        }
        // The ellipsoid of xdggs: its name for all of it, and each of its numbers.
        for (part, value) in value.cast::<PyDict>().iter().flat_map(|parts| parts.iter()) {
            if let (Some(value), false) = (attribute_value(&value)?, value.is_instance_of::<PyDict>()) {
                list.push((format!("{}.{}", text(&name)?, text(&part)?), value));
            }
        }
    }
    Ok(list.into_iter().collect())
}

fn attribute_value(value: &Bound<'_, PyAny>) -> PyResult<Option<AttributeValue>> {
    if let Ok(text) = value.cast::<PyString>() {
        return Ok(Some(AttributeValue::Text(text.to_str()?.to_owned())));
    }
    if value.is_none() || value.is_instance_of::<PyBool>() {
        return Ok(None);
    }
    if value.is_instance_of::<PyFloat>() {
        return Ok(Some(AttributeValue::Number(value.extract()?)));
    }
    if value.is_instance_of::<PyInt>() {
        return Ok(match value.extract() {
            Ok(number) => Some(AttributeValue::Integer(number)),
            Err(_) => value.extract().ok().map(AttributeValue::Number),
        });
    }
    if let Ok(ellipsoid) = value.cast::<PyDict>() {
        let name = ellipsoid.get_item("name")?.and_then(|name| name.extract().ok());
        return Ok(name.map(AttributeValue::Text));
    }
    let Ok(array) = value.py().import("numpy")?.call_method1("ravel", (value,)) else { return Ok(None) };
    let kind: char = array.getattr("dtype")?.getattr("kind")?.extract()?;
    if !matches!(kind, 'f' | 'i' | 'u') || array.len()? == 0 {
        return Ok(None);
    }
    let numbers: Vec<f64> = array.call_method1("astype", ("float64",))?.call_method0("tolist")?.extract()?;
    Ok(Some(match numbers[..] {
        [number] if kind == 'f' => AttributeValue::Number(number),
        [number] => AttributeValue::Integer(number as i64),
        _ => AttributeValue::Numbers(numbers),
    }))
}

/// Attributes in Python.
pub(crate) fn attribute_dict<'py>(py: Python<'py>, attributes: &AttributeList) -> PyResult<Bound<'py, PyDict>> {
    let dict = PyDict::new(py);
    for (name, value) in attributes.iter() {
        match value {
            AttributeValue::Text(text) => dict.set_item(name, text)?,
            AttributeValue::Integer(number) => dict.set_item(name, number)?,
            AttributeValue::Number(number) => dict.set_item(name, number)?,
            AttributeValue::Numbers(numbers) => dict.set_item(name, numbers)?,
        }
    }
    Ok(dict)
}

/// What an object reads.
pub(crate) fn text(object: &Bound<'_, PyAny>) -> PyResult<String> {
    match object.cast::<PyString>() {
        Ok(text) => Ok(text.to_str()?.to_owned()),
        Err(_) => Ok(object.str()?.to_str()?.to_owned()),
    }
}
