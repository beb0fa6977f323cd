//! Lazy arrays as references into their files, in Python: plain dictionaries and numpy arrays.

use nunatak::format::{Stamp, Version};
use nunatak::{ChunkReference, VirtualArray, virtual_array};
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::array::{LazyArray, numpy_name, vector_to_numpy};
use crate::errors::exception;
use crate::threads::detach;

/// References to the bytes of a lazy array as a dictionary, or why there are none as a text.
#[pyfunction]
fn array_references<'py>(py: Python<'py>, array: PyRef<'_, LazyArray>) -> PyResult<Bound<'py, PyAny>> {
    let array = array.0.clone();
    match detach(py, || virtual_array(&*array))?.map_err(exception)? {
        Ok(found) => Ok(to_python(py, found)?.into_any()),
        Err(reason) => Ok(reason.to_string().into_pyobject(py)?.into_any()),
    }
}

fn to_python(py: Python<'_>, found: VirtualArray) -> PyResult<Bound<'_, PyDict>> {
    let dictionary = PyDict::new(py);
    let decoded_type = found.decoded_type().map(numpy_name);
    let (etag, modified) = version(&found.stamp);
    dictionary.set_item("location", found.location.to_string())?;
    dictionary.set_item("etag", etag)?;
    dictionary.set_item("modified", modified)?;
    dictionary.set_item("options", found.options)?;
    dictionary.set_item("dtype", found.dtype)?;
    dictionary.set_item("decoded_dtype", decoded_type)?;
    dictionary.set_item("fill_values", found.decoding.as_ref().map_or(&[][..], |decoding| &decoding.fill_values))?;
    dictionary.set_item("packed", found.decoding.as_ref().is_some_and(|decoding| decoding.packed))?;
    dictionary
        .set_item("other_signedness", found.decoding.as_ref().is_some_and(|decoding| decoding.other_signedness))?;
    dictionary.set_item("clipped", found.clipped)?;
    dictionary.set_item("shape", found.shape)?;
    dictionary.set_item("chunk_shape", found.chunk_shape)?;
    dictionary.set_item("order", found.order)?;
    dictionary.set_item("filters", found.filters)?;
    dictionary.set_item("missing", found.missing)?;
    dictionary.set_item("unwritten", found.unwritten)?;
    let column = |value: fn(&ChunkReference) -> u64| vector_to_numpy(py, found.references.iter().map(value).collect());
    dictionary.set_item("offsets", column(|one| one.offset))?;
    dictionary.set_item("lengths", column(|one| one.length))?;
    let indices: Vec<u64> =
        found.references.iter().flat_map(|one| one.index.iter().map(|&index| index as u64)).collect();
    dictionary.set_item("indices", vector_to_numpy(py, indices))?;
    Ok(dictionary)
}

/// An entity tag, and nanoseconds since 1970.
fn version(stamp: &Stamp) -> (Option<&str>, Option<i64>) {
    match &stamp.version {
        Version::ETag(tag) => (Some(tag), None),
        Version::Modified(nanoseconds) => (None, Some(*nanoseconds)),
        Version::Unknown => (None, None),
    }
}

pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(array_references, module)?)
}
