//! Weights between grids, and lazy regridded arrays, in Python.

use std::sync::Arc;

use numpy::{IntoPyArray, PyArray1, PyReadonlyArray1};
use nunatak::grid::Grid as AnyGrid;
use nunatak::regrid::{self, Method, MissingPolicy, RegridError, RegriddedArray};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyTuple};

use crate::array::{LazyArray, data_type_from_numpy};
use crate::errors::{ErrorKind, array_error, grid_error, raise};
use crate::grid::Grid;

fn regrid_error(error: RegridError) -> PyErr {
    match error {
        RegridError::Grid(error) => grid_error(error),
        RegridError::NoOverlap { .. } | RegridError::Systems { .. } | RegridError::TooLarge { .. } => {
            raise(ErrorKind::Grid, error)
        }
        other => raise(ErrorKind::Argument, other),
    }
}

/// A sparse matrix from the cells of one grid to those of another.
#[pyclass(frozen, module = "nunatak._nunatak")]
struct Weights(Arc<regrid::Weights>);

#[pymethods]
impl Weights {
    /// The weights between two grids, without the source cells (flat, y then x) whose mask is False.
    #[new]
    #[pyo3(signature = (source, target, method, mask=None))]
    fn new(
        py: Python<'_>,
        source: Grid,
        target: Grid,
        method: &str,
        mask: Option<PyReadonlyArray1<'_, bool>>,
    ) -> PyResult<Self> {
        let method: Method = method.parse().map_err(regrid_error)?;
        let mask = mask.as_ref().map(PyReadonlyArray1::as_slice).transpose()?;
        py.detach(|| regrid::Weights::shared(&source.0, &target.0, method, mask)).map(Self).map_err(regrid_error)
    }

    /// Number of target and of source cells.
    #[getter]
    fn shape(&self) -> (usize, usize) {
        (self.0.target().len(), self.0.source().len())
    }

    /// Where each row begins and ends (CSR `indptr`).
    #[getter]
    fn row_starts<'py>(&self, py: Python<'py>) -> Bound<'py, PyArray1<i64>> {
        self.0.row_starts().iter().map(|&start| start as i64).collect::<Vec<_>>().into_pyarray(py)
    }

    /// Source cell of each entry (CSR `indices`).
    #[getter]
    fn cells<'py>(&self, py: Python<'py>) -> Bound<'py, PyArray1<i64>> {
        self.0.cells().iter().map(|&cell| i64::from(cell)).collect::<Vec<_>>().into_pyarray(py)
    }

    /// Weight of each entry (CSR `data`).
    #[getter]
    fn values<'py>(&self, py: Python<'py>) -> Bound<'py, PyArray1<f64>> {
        PyArray1::from_slice(py, self.0.values())
    }

    /// A lazy array whose last two axes are the source's (y, x), on the target grid.
    #[pyo3(signature = (array, skipna, min_coverage, dtype=None))]
    fn regrid(&self, array: &LazyArray, skipna: bool, min_coverage: f64, dtype: Option<&str>) -> PyResult<LazyArray> {
        let missing = MissingPolicy::new(skipna, min_coverage).map_err(regrid_error)?;
        let regridded = RegriddedArray::new(Arc::clone(&array.0), Arc::clone(&self.0), missing);
        let array = match dtype {
            Some(name) => data_type_from_numpy(name)
                .and_then(|data_type| regridded.and_then(|array| array.with_data_type(data_type)).map_err(array_error)),
            None => regridded.map_err(array_error),
        }?;
        Ok(LazyArray(Arc::new(array)))
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyAny>, Bound<'py, PyTuple>)> {
        let parts = (self.0.source(), self.0.target(), self.0.method());
        let bytes = py.detach(|| postcard::to_stdvec(&parts)).map_err(|error| raise(ErrorKind::Grid, error))?;
        let mask = self.0.mask().map(|mask| PyBytes::new(py, mask));
        let rebuild = py.import("nunatak._nunatak")?.getattr("_rebuild_weights")?;
        Ok((rebuild, (PyBytes::new(py, &bytes), mask).into_pyobject(py)?))
    }
}

#[pyfunction]
fn _rebuild_weights(py: Python<'_>, bytes: &[u8], mask: Option<Vec<u8>>) -> PyResult<Weights> {
    let (source, target, method): (AnyGrid, AnyGrid, Method) = postcard::from_bytes(bytes).map_err(|error| {
        raise(ErrorKind::Grid, format!("the pickled weights are not of this version of nunatak: {error}"))
    })?;
    let mask: Option<Vec<bool>> = mask.map(|mask| mask.into_iter().map(|byte| byte != 0).collect());
    py.detach(|| regrid::Weights::shared(&source, &target, method, mask.as_deref())).map(Weights).map_err(regrid_error)
}

pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<Weights>()?;
    module.add_function(wrap_pyfunction!(_rebuild_weights, module)?)
}
