//! An xarray object as recognition sees it.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use numpy::{Element, PyReadonlyArray1};
use nunatak::grid::recognition::{AttributeList, CoordinateSource, CoordinateValues, Inventory, VariableEntry};
use nunatak::grid::{self, GridError};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PySlice, PyString, PyTuple};

use crate::attributes::{attribute_list, moved_attributes, text};
use crate::errors::exception;
use crate::threads::on_caller;

/// An xarray object as recognition sees it.
pub(crate) struct XarrayView {
    pub(crate) inventory: Inventory,
    /// The variables of the inventory, in its order.
    pub(crate) variables: Vec<Py<PyAny>>,
    /// Names of variables and dimensions that are no text, by what they read.
    pub(crate) originals: HashMap<String, Py<PyAny>>,
    /// Gives the grid mappings of the file that an array is from.
    pub(crate) mappings_in_file: Option<Py<PyAny>>,
}

impl XarrayView {
    pub(crate) fn name<'py>(&self, py: Python<'py>, name: &str) -> Bound<'py, PyAny> {
        match self.originals.get(name) {
            Some(original) => original.bind(py).clone(),
            None => PyString::new(py, name).into_any(),
        }
    }

    pub(crate) fn names<'py, 'a>(
        &self,
        py: Python<'py>,
        names: impl Iterator<Item = &'a String>,
    ) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, names.map(|name| self.name(py, name)).collect::<Vec<_>>())
    }
}

/// A view while a grid is built from it, and what Python raised when it was read.
pub(crate) struct Source<'a> {
    view: &'a XarrayView,
    raised: Mutex<Option<PyErr>>,
}

impl<'a> Source<'a> {
    pub(crate) fn new(view: &'a XarrayView) -> Self {
        Self { view, raised: Mutex::new(None) }
    }

    /// The exception for an error: the one that Python raised, when that was the reason.
    pub(crate) fn error(&self, error: GridError) -> PyErr {
        let raised = self.raised.lock().unwrap_or_else(PoisonError::into_inner).take();
        match (&error, raised) {
            (GridError::Unreadable { .. }, Some(raised)) => raised,
            _ => exception(error),
        }
    }

    fn unreadable(&self, variable: &str, error: PyErr) -> GridError {
        let problem = error.to_string();
        *self.raised.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
        GridError::Unreadable { variable: variable.into(), problem }
    }
}

impl CoordinateSource for Source<'_> {
    fn inventory(&self) -> &Inventory {
        &self.view.inventory
    }

    fn values(&self, variable: &str) -> grid::Result<CoordinateValues> {
        let at = self.view.inventory.variables().iter().position(|entry| entry.name == variable);
        let found = at.and_then(|at| self.view.variables.get(at)).ok_or_else(|| GridError::Unreadable {
            variable: variable.into(),
            problem: "it is not in the object".into(),
        })?;
        on_caller(|py| values(found.bind(py))).map_err(|error| self.unreadable(variable, error))
    }

    fn mappings_in_file(&self) -> grid::Result<Vec<(String, AttributeList)>> {
        let Some(read) = &self.view.mappings_in_file else { return Ok(Vec::new()) };
        let mappings = on_caller(|py| {
            let found: Vec<(Bound<'_, PyAny>, Bound<'_, PyDict>)> = read.bind(py).call0()?.extract()?;
            let mappings = found.into_iter().map(|(name, attrs)| Ok((text(&name)?, attribute_list(&attrs)?)));
            mappings.collect::<PyResult<Vec<_>>>()
        });
        mappings.map_err(|error| self.unreadable("grid mapping", error))
    }
}

/// Values that are looked at together, to tell whether they count.
const BLOCK: usize = 1 << 22;

/// The values of a variable of xarray, when they are numbers.
fn values(variable: &Bound<'_, PyAny>) -> PyResult<CoordinateValues> {
    let py = variable.py();
    let dtype = variable.getattr(intern!(py, "dtype"))?;
    let kind: char = dtype.getattr(intern!(py, "kind"))?.extract()?;
    Ok(match kind {
        'i' => match counted(variable)? {
            Some(length) => CoordinateValues::Counting(length),
            None => CoordinateValues::Integers(contiguous(variable, "int64")?.as_slice()?.to_vec()),
        },
        'u' => match counted(variable)? {
            Some(length) => CoordinateValues::Counting(length),
            None => CoordinateValues::Unsigned(contiguous(variable, "uint64")?.as_slice()?.to_vec()),
        },
        'f' => CoordinateValues::Floats(contiguous(variable, "float64")?.as_slice()?.to_vec()),
        _ => CoordinateValues::Other(text(&dtype)?),
    })
}

/// Values of a variable, flat.
fn contiguous<'py, T: Element>(variable: &Bound<'py, PyAny>, dtype: &str) -> PyResult<PyReadonlyArray1<'py, T>> {
    let py = variable.py();
    let values = variable.getattr(intern!(py, "values"))?.call_method1(intern!(py, "reshape"), (-1,))?;
    py.import("numpy")?.call_method1("ascontiguousarray", (values, dtype))?.extract()
}

/// How many whole numbers a variable has, when they run from 0 in order, as those of all HEALPix cells do. They are
/// looked at in blocks, so that a fine level is never in memory whole.
fn counted(variable: &Bound<'_, PyAny>) -> PyResult<Option<usize>> {
    let py = variable.py();
    let length: usize = variable.getattr(intern!(py, "size"))?.extract()?;
    if length < 2 || variable.getattr(intern!(py, "ndim"))?.extract::<usize>()? != 1 {
        return Ok(None);
    }
    let is_long = length > BLOCK;
    if is_long && py.import("nunatak.io.counting")?.getattr("is_counting")?.call1((variable,))?.extract()? {
        return Ok(Some(length));
    }
    for start in (0..length).step_by(BLOCK) {
        let block = if is_long {
            variable.get_item(PySlice::new(py, start as isize, (start + BLOCK).min(length) as isize, 1))?
        } else {
            variable.clone()
        };
        let block: PyReadonlyArray1<'_, i64> = contiguous(&block, "int64")?;
        if !block.as_slice()?.iter().zip(start..).all(|(value, at)| *value == at as i64) {
            return Ok(None);
        }
    }
    Ok(Some(length))
}

/// Variables of xarray on their way into an inventory.
pub(crate) struct EntryReader {
    pub(crate) sizes: Vec<(String, usize)>,
    pub(crate) originals: HashMap<String, Py<PyAny>>,
}

impl EntryReader {
    pub(crate) fn new(sizes: &Bound<'_, PyDict>) -> PyResult<Self> {
        let mut reading = Self { sizes: Vec::with_capacity(sizes.len()), originals: HashMap::new() };
        for (dim, length) in sizes {
            let dim = reading.name(&dim)?;
            reading.sizes.push((dim, length.extract()?));
        }
        Ok(reading)
    }

    /// A name as text; one that is no text is kept.
    fn name(&mut self, name: &Bound<'_, PyAny>) -> PyResult<String> {
        if let Ok(name) = name.cast::<PyString>() {
            return Ok(name.to_str()?.to_owned());
        }
        let written = text(name)?;
        self.originals.insert(written.clone(), name.clone().unbind());
        Ok(written)
    }

    pub(crate) fn entry(&mut self, name: &Bound<'_, PyAny>, variable: &Bound<'_, PyAny>) -> PyResult<VariableEntry> {
        let py = variable.py();
        let name = if name.is_none() { String::new() } else { self.name(name)? };
        let dims: Bound<'_, PyTuple> = variable.getattr(intern!(py, "dims"))?.cast_into()?;
        let dims = dims.iter().map(|dim| self.name(&dim)).collect::<PyResult<Vec<_>>>()?;
        let length = |dim: &String| self.sizes.iter().find(|(own, _)| own == dim).map(|(_, length)| *length);
        let shape = match dims.iter().map(length).collect::<Option<Vec<_>>>() {
            Some(shape) => shape,
            None => variable.getattr(intern!(py, "shape"))?.extract()?,
        };
        let attributes = attribute_list(&variable.getattr(intern!(py, "attrs"))?.cast_into()?)?;
        let encoding = moved_attributes(&variable.getattr(intern!(py, "encoding"))?.cast_into()?)?;
        Ok(VariableEntry { name, dims, shape, attributes, encoding })
    }
}
