//! Bytes from Python.

use bytes::Bytes;
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;
use pyo3::types::{PyBytes, PyString};

/// The bytes of `bytes` where they lie, those of anything with a buffer as a copy.
pub(super) fn to_bytes(object: &Bound<'_, PyAny>) -> PyResult<Bytes> {
    if let Ok(bytes) = object.cast::<PyBytes>() {
        return Ok(Bytes::from_owner(PyBackedBytes::from(bytes.clone())));
    }
    if object.is_none() {
        return Ok(Bytes::new());
    }
    if object.is_instance_of::<PyString>() {
        let problem = "expected bytes from read(), found text; open the file in binary mode";
        return Err(pyo3::exceptions::PyTypeError::new_err(problem));
    }
    let copy = object.py().import("builtins")?.getattr("bytes")?.call1((object,))?;
    Ok(Bytes::from_owner(PyBackedBytes::from(copy.cast_into::<PyBytes>()?)))
}
