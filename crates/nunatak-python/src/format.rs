//! Files in Python: groups and variables with lazy arrays.

use std::path::PathBuf;

use nunatak::format::{
    self, Attribute, Attributes, ElementType, FileKind, Group, Location, Storage, StorageOptions, Variable,
};
use nunatak::tree::{DecodeOptions, TreeError, ValidRange, decode_variable, is_decodable};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyList, PyTuple};

use crate::array::{LazyArray, numpy_name, values_to_numpy};
use crate::errors::{exception, raise};
use crate::store::{location, storage_options};
use crate::threads::detach;
use nunatak::ErrorKind;

/// Attributes as a Python dictionary of `str`, lists of `str`, numpy scalars and numpy vectors, as netCDF4 gives them.
pub(crate) fn attributes_to_python<'py>(py: Python<'py>, attributes: &Attributes) -> PyResult<Bound<'py, PyDict>> {
    let dictionary = PyDict::new(py);
    for (name, attribute) in attributes.iter() {
        dictionary.set_item(name, attribute_to_python(py, attribute)?)?;
    }
    Ok(dictionary)
}

fn attribute_to_python<'py>(py: Python<'py>, attribute: &Attribute) -> PyResult<Bound<'py, PyAny>> {
    match attribute {
        Attribute::Text(text) => Ok(text.into_pyobject(py)?.into_any()),
        Attribute::TextList(texts) => Ok(PyList::new(py, texts)?.into_any()),
        Attribute::Number(values) => values_to_numpy(py, values.clone(), &[values.len()])?.get_item(0),
        Attribute::Numbers(values) => values_to_numpy(py, values.clone(), &[values.len()]),
        Attribute::Shaped { shape, values } => values_to_numpy(py, values.clone(), shape),
        Attribute::Records { element_type, shape, bytes } => records_to_numpy(py, element_type, shape, bytes),
    }
}

/// Records as a structured array; one record as a structured scalar.
fn records_to_numpy<'py>(
    py: Python<'py>,
    element_type: &ElementType,
    shape: &[usize],
    bytes: &[u8],
) -> PyResult<Bound<'py, PyAny>> {
    let numpy = py.import("numpy")?;
    let dtype = numpy
        .call_method1("dtype", (dtype_description(py, element_type)?,))
        .map_err(|error| raise(ErrorKind::Format, format!("an attribute of a type that NumPy refuses: {error}")))?;
    let flat = numpy.call_method1("frombuffer", (PyBytes::new(py, bytes), dtype))?;
    let native = flat.getattr("dtype")?.call_method1("newbyteorder", ("=",))?;
    let records = flat.call_method1("astype", (native,))?.call_method1("reshape", (shape.to_vec(),))?;
    if shape.is_empty() { records.get_item(PyTuple::empty(py)) } else { Ok(records) }
}

/// What `numpy.dtype` takes: a name, or a dictionary of names, formats, offsets and the size of a record.
fn dtype_description<'py>(py: Python<'py>, element_type: &ElementType) -> PyResult<Bound<'py, PyAny>> {
    let record = match element_type {
        ElementType::Plain(name) => return Ok(name.into_pyobject(py)?.into_any()),
        ElementType::Record(record) => record,
    };
    let (names, formats, offsets) = (PyList::empty(py), PyList::empty(py), PyList::empty(py));
    for member in &record.members {
        names.append(&member.name)?;
        offsets.append(member.offset)?;
        let format = dtype_description(py, &member.element_type)?;
        if member.shape.is_empty() {
            formats.append(format)?;
        } else {
            formats.append((format, PyTuple::new(py, &member.shape)?))?;
        }
    }
    let dictionary = PyDict::new(py);
    dictionary.set_item("names", names)?;
    dictionary.set_item("formats", formats)?;
    dictionary.set_item("offsets", offsets)?;
    dictionary.set_item("itemsize", record.size)?;
    Ok(dictionary.into_any())
}

pub(crate) fn storage_to_python<'py>(py: Python<'py>, storage: &Storage) -> PyResult<Bound<'py, PyDict>> {
    let dictionary = PyDict::new(py);
    dictionary.set_item("chunk_shape", storage.chunk_shape.clone())?;
    dictionary.set_item("deflate", storage.deflate)?;
    dictionary.set_item("shuffle", storage.shuffle)?;
    dictionary.set_item("fletcher32", storage.fletcher32)?;
    dictionary.set_item("big_endian", storage.big_endian)?;
    let element_type = storage.element_type.as_ref().map(|one| dtype_description(py, one)).transpose()?;
    dictionary.set_item("element_type", element_type)?;
    Ok(dictionary)
}

/// How the variables of a file are decoded.
struct Decoding {
    options: DecodeOptions,
    /// Names of variables that stay as the file has them.
    packed: Vec<String>,
}

impl Decoding {
    fn decode(&self, variable: &Variable) -> Result<Option<nunatak::tree::Variable>, TreeError> {
        let wanted = is_decodable(variable) && !self.packed.contains(&variable.name);
        wanted.then(|| decode_variable(variable, &self.options)).transpose()
    }
}

/// A variable, decoded when it can be: `decoded` is False for text and time, which xarray's own coders decode.
fn variable_to_python<'py>(
    py: Python<'py>,
    variable: &Variable,
    decoded: Option<nunatak::tree::Variable>,
) -> PyResult<Bound<'py, PyDict>> {
    let (attributes, encoding, array) = match &decoded {
        Some(decoded) => (&decoded.attributes, decoded.encoding.attributes.clone(), &decoded.array),
        None => (&variable.attributes, Attributes::new(), &variable.array),
    };
    let dictionary = PyDict::new(py);
    dictionary.set_item("name", &variable.name)?;
    dictionary.set_item("dimensions", &variable.dimensions)?;
    dictionary.set_item("attributes", attributes_to_python(py, attributes)?)?;
    dictionary.set_item("encoding", attributes_to_python(py, &encoding)?)?;
    dictionary.set_item("decoded", decoded.is_some())?;
    dictionary.set_item("stored_dtype", numpy_name(variable.array.data_type()))?;
    dictionary.set_item("array", LazyArray(array.clone()).into_pyobject(py)?)?;
    dictionary.set_item("storage", storage_to_python(py, &variable.storage)?)?;
    Ok(dictionary)
}

/// A group with those below it. A variable that cannot be decoded is left out and named: it costs no other.
fn group_to_python<'py>(py: Python<'py>, group: &Group, decoding: Option<&Decoding>) -> PyResult<Bound<'py, PyDict>> {
    let dictionary = PyDict::new(py);
    let unlimited: Vec<&str> = group
        .dimensions
        .iter()
        .filter(|dimension| dimension.unlimited)
        .map(|dimension| dimension.name.as_str())
        .collect();
    let mut unreadable: Vec<(String, String)> =
        group.unreadable.iter().map(|one| (one.object.clone(), one.reason.clone())).collect();
    let mut variables = Vec::with_capacity(group.variables.len());
    for variable in &group.variables {
        match decoding.map_or(Ok(None), |decoding| decoding.decode(variable)) {
            Ok(decoded) => variables.push(variable_to_python(py, variable, decoded)?),
            Err(error) => unreadable.push((variable.name.clone(), error.to_string())),
        }
    }
    let groups = PyDict::new(py);
    for child in &group.groups {
        groups.set_item(&child.name, group_to_python(py, child, decoding)?)?;
    }
    dictionary.set_item("attributes", attributes_to_python(py, &group.attributes)?)?;
    dictionary.set_item("unlimited", unlimited)?;
    dictionary.set_item("variables", variables)?;
    dictionary.set_item("groups", groups)?;
    dictionary.set_item("unreadable", unreadable)?;
    Ok(dictionary)
}

/// Opens a file and returns its groups as nested dictionaries; data stay on disk. Variables named `packed` are not decoded.
#[pyfunction]
#[pyo3(signature = (path, *, decode = true, packed = Vec::new(), mask_valid_range = false, options = Vec::new()))]
fn open_file<'py>(
    py: Python<'py>,
    path: &str,
    decode: bool,
    packed: Vec<String>,
    mask_valid_range: bool,
    options: Vec<(String, String)>,
) -> PyResult<Bound<'py, PyDict>> {
    let (location, store) = (location(path)?, storage_options(options)?);
    let valid_range = if mask_valid_range { ValidRange::Mask } else { ValidRange::Ignore };
    let decoding = Decoding { options: DecodeOptions { valid_range, ..DecodeOptions::default() }, packed };
    let file = detach(py, || format::open_with(&location, &store))?.map_err(exception)?;
    group_to_python(py, file.root(), decode.then_some(&decoding))
}

/// Whether the content of a file, or of what a reader reads, is a format that can be read; `False` when it cannot be
/// opened.
#[pyfunction]
fn can_open(py: Python<'_>, path: PathBuf) -> PyResult<bool> {
    let reader = path.to_str().and_then(|text| location(text).ok()).filter(Location::is_reader);
    let kind = || match &reader {
        Some(location) => FileKind::at(location, &StorageOptions::default()),
        None => FileKind::of(&path),
    };
    Ok(detach(py, kind)?.is_ok())
}

/// Bytes of data (not metadata) read from files by this process so far.
#[pyfunction]
fn data_bytes_read() -> u64 {
    format::data_bytes_read()
}

pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(open_file, module)?)?;
    module.add_function(wrap_pyfunction!(can_open, module)?)?;
    module.add_function(wrap_pyfunction!(data_bytes_read, module)?)
}
