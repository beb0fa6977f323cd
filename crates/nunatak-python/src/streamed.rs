//! Rasters too large for their weights, in Python.

use std::sync::Arc;

use numpy::{IntoPyArray, PyArray1};
use nunatak::regrid::{self, MissingPolicy, StreamedArray};
use pyo3::prelude::*;

use crate::array::LazyArray;
use crate::errors::exception;
use crate::grid::Grid;
use crate::threads::detach;

/// The order in which the cells of a mesh are given what they have of a raster.
#[pyclass(frozen, module = "nunatak._nunatak")]
struct StreamPlan(Arc<regrid::StreamPlan>);

#[pymethods]
impl StreamPlan {
    /// For a raster and a mesh on one polar map.
    #[new]
    fn new(py: Python<'_>, source: Grid, target: Grid) -> PyResult<Self> {
        detach(py, || regrid::StreamPlan::new(&source.0, &target.0))?
            .map(|plan| Self(Arc::new(plan)))
            .map_err(exception)
    }

    /// True areas (m2) of the cells of the mesh, whose edges are straight lines of the map.
    fn areas<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyArray1<f64>>> {
        Ok(detach(py, || self.0.areas())?.into_pyarray(py))
    }

    /// A lazy array whose last two axes are the raster's, on the cells of the mesh.
    fn regrid(&self, array: &LazyArray, skipna: bool, min_coverage: f64) -> PyResult<LazyArray> {
        let missing = MissingPolicy::new(skipna, min_coverage).map_err(exception)?;
        let streamed = StreamedArray::new(Arc::clone(&array.0), Arc::clone(&self.0), missing).map_err(exception)?;
        Ok(LazyArray(Arc::new(streamed)))
    }
}

pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<StreamPlan>()
}
