//! Weights between grids, and lazy regridded arrays, in Python.

use std::sync::Arc;

use numpy::ndarray::ArrayView1;
use numpy::{Element, IntoPyArray, PyArray1, PyArrayMethods, PyReadonlyArray1};
use nunatak::grid::VectorAxes;
use nunatak::regrid::{
    self, Component, Extrapolation, Method, MissingPolicy, Neighbours, Normalisation, Quantity, Recipe, Reducer,
    RegriddedArray, RotatedArray,
};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyTuple};

use crate::array::{LazyArray, data_type_from_numpy};
use crate::errors::{exception, raise};
use crate::grid::Grid;
use crate::threads::detach;
use nunatak::ErrorKind;

/// How weights are applied to a field.
#[pyclass(frozen, module = "nunatak._nunatak", from_py_object)]
#[derive(Clone, Copy)]
struct ApplyOptions(regrid::ApplyOptions);

#[pymethods]
impl ApplyOptions {
    /// What missing values do, which statistic of the source cells is taken, what values mean, and whether changes
    /// within source cells are limited.
    #[new]
    #[pyo3(signature = (
        skipna=true, min_coverage=0.5, reducer="mean", quantity="intensive", normalisation=None, limited=false
    ))]
    fn new(
        skipna: bool,
        min_coverage: f64,
        reducer: &str,
        quantity: &str,
        normalisation: Option<&str>,
        limited: bool,
    ) -> PyResult<Self> {
        let missing = MissingPolicy::new(skipna, min_coverage).map_err(exception)?;
        let quantity = match quantity {
            "intensive" => Quantity::Intensive,
            "extensive" => Quantity::Extensive,
            other => return Err(unknown("quantity", other, "'intensive' or 'extensive'")),
        };
        let options = regrid::ApplyOptions::new(missing)
            .of(quantity)
            .limited(limited)
            .reduced_by(reducer.parse::<Reducer>().map_err(exception)?);
        Ok(Self(match normalisation {
            None => options,
            Some("fraction") => options.normalised_by(Normalisation::FractionalArea),
            Some("destination") => options.normalised_by(Normalisation::DestinationArea),
            Some(other) => return Err(unknown("normalisation", other, "'fraction' or 'destination'")),
        }))
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyAny>, Bound<'py, PyTuple>)> {
        let bytes = postcard::to_stdvec(&self.0).map_err(|error| raise(ErrorKind::Argument, error))?;
        let rebuild = py.import("nunatak._nunatak")?.getattr("_rebuild_apply_options")?;
        Ok((rebuild, (PyBytes::new(py, &bytes),).into_pyobject(py)?))
    }
}

/// Part of the weights as an array that keeps them alive.
fn borrowed<'py, T: Element>(values: &[T], owner: &Bound<'py, Weights>) -> PyResult<Bound<'py, PyArray1<T>>> {
    // SAFETY: the weights are owned by `owner`, which the array holds; they never change, nor can they be written to.
    let array = unsafe { PyArray1::borrow_from_array(&ArrayView1::from(values), owner.clone().into_any()) };
    array.try_readwrite()?.make_nonwriteable();
    Ok(array)
}

fn unknown(argument: &str, found: &str, expected: &str) -> PyErr {
    raise(ErrorKind::Argument, format!("{argument}: found {found:?}, expected {expected}"))
}

/// Drops the weights that the process keeps.
#[pyfunction]
fn forget_weights() {
    regrid::forget_weights();
}

#[pyfunction]
fn _rebuild_apply_options(bytes: &[u8]) -> PyResult<ApplyOptions> {
    postcard::from_bytes(bytes).map(ApplyOptions).map_err(|error| raise(ErrorKind::Argument, error))
}

/// A sparse matrix from the cells of one grid to those of another.
#[pyclass(frozen, module = "nunatak._nunatak")]
struct Weights(Arc<regrid::Weights>);

type Vector<'py, T> = PyReadonlyArray1<'py, T>;
type TwoVectors<'py> = (Bound<'py, PyArray1<f64>>, Bound<'py, PyArray1<f64>>);

#[pymethods]
impl Weights {
    /// The weights between two grids, without the source cells (flat, y then x) whose mask is False; `extrapolate`
    /// says what target cells get that the method leaves without a value.
    #[new]
    #[pyo3(signature = (source, target, method, mask=None, extrapolate=None))]
    fn new(
        py: Python<'_>,
        source: Grid,
        target: Grid,
        method: &str,
        mask: Option<Vector<'_, bool>>,
        extrapolate: Option<&str>,
    ) -> PyResult<Self> {
        let method: Method = method.parse().map_err(exception)?;
        let extrapolation = match extrapolate {
            None => Extrapolation::Off,
            Some("nearest") => Extrapolation::Nearest,
            Some("inverse_distance") => Extrapolation::InverseDistance(Neighbours::default()),
            Some(other) => return Err(unknown("extrapolate", other, "'nearest' or 'inverse_distance'")),
        };
        let mut recipe = Recipe::new(&source.0, &target.0, method).extrapolated(extrapolation);
        if let Some(mask) = &mask {
            recipe = recipe.masked(mask.as_slice()?);
        }
        detach(py, || recipe.weights())?.map(Self).map_err(exception)
    }

    /// The same weights for fields with the cells of the source mesh in so many rows and columns.
    fn for_rows(&self, rows: usize, columns: usize) -> PyResult<Self> {
        self.0.for_rows(rows, columns).map(|weights| Self(Arc::new(weights))).map_err(exception)
    }

    /// Weights from entries in any order: target cells, source cells (from 0) and weights.
    #[staticmethod]
    fn external(
        py: Python<'_>,
        source: Grid,
        target: Grid,
        method: &str,
        target_cells: Vector<'_, u32>,
        source_cells: Vector<'_, u32>,
        values: Vector<'_, f64>,
    ) -> PyResult<Self> {
        let method: Method = method.parse().map_err(exception)?;
        let (rows, cells, values) = (target_cells.as_slice()?, source_cells.as_slice()?, values.as_slice()?);
        let entries = rows.iter().zip(cells).zip(values).map(|((&row, &cell), &value)| (row, cell, value));
        detach(py, || regrid::Weights::external(&source.0, &target.0, method, entries))?
            .map(|weights| Self(Arc::new(weights)))
            .map_err(exception)
    }

    /// Weights from the bytes of `to_bytes`.
    #[staticmethod]
    fn from_bytes(py: Python<'_>, bytes: &[u8]) -> PyResult<Self> {
        detach(py, || regrid::Weights::from_bytes(bytes))?.map(Self).map_err(exception)
    }

    /// All of the weights as bytes.
    fn to_bytes<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        let bytes = detach(py, || self.0.to_all_bytes())?.map_err(exception)?;
        Ok(PyBytes::new(py, &bytes))
    }

    /// Fraction of each target cell that the source covers: the sum of its weights.
    #[getter]
    fn covered_fraction<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyArray1<f64>>> {
        Ok(detach(py, || self.0.covered_fraction())?.into_pyarray(py))
    }

    /// Areas of the source cells and of the target cells between which weights of this method conserve (m2): of HEALPix
    /// cells and cells of other maps, and with second order of all cells, the polygons of great circles that stand for
    /// them.
    fn areas<'py>(&self, py: Python<'py>) -> PyResult<TwoVectors<'py>> {
        let (source, target) = detach(py, || self.0.regridded_areas())?.map_err(exception)?;
        Ok((source.into_pyarray(py), target.into_pyarray(py)))
    }

    /// Number of target and of source cells.
    #[getter]
    fn shape(&self) -> (usize, usize) {
        (self.0.target().len(), self.0.source().len())
    }

    /// Where each row begins and ends (CSR `indptr`): 32 bits wide where that is enough, as SciPy has it.
    #[getter]
    fn row_starts<'py>(&self, py: Python<'py>) -> Bound<'py, PyAny> {
        let starts = self.0.row_starts();
        if i32::try_from(self.0.values().len()).is_ok() && i32::try_from(self.0.source().len()).is_ok() {
            starts.iter().map(|&start| start as i32).collect::<Vec<_>>().into_pyarray(py).into_any()
        } else {
            starts.iter().map(|&start| start as i64).collect::<Vec<_>>().into_pyarray(py).into_any()
        }
    }

    /// Source cell of each entry (CSR `indices`), as wide as `row_starts`; where 32 bits are enough, the weights' own
    /// memory, not to be written to.
    #[getter]
    fn cells<'py>(own: Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        let weights = &own.get().0;
        if i32::try_from(weights.values().len()).is_ok() && i32::try_from(weights.source().len()).is_ok() {
            return Ok(borrowed(bytemuck::cast_slice::<u32, i32>(weights.cells()), &own)?.into_any());
        }
        let cells: Vec<i64> = weights.cells().iter().map(|&cell| i64::from(cell)).collect();
        Ok(cells.into_pyarray(own.py()).into_any())
    }

    /// Weight of each entry (CSR `data`): the weights' own memory, not to be written to.
    #[getter]
    fn values<'py>(own: Bound<'py, Self>) -> PyResult<Bound<'py, PyArray1<f64>>> {
        borrowed(own.get().0.values(), &own)
    }

    /// A lazy array whose last axes are the source's, on the target grid; `shares` weigh a mean besides the area.
    #[pyo3(signature = (array, options, dtype=None, shares=None))]
    fn regrid(
        &self,
        array: &LazyArray,
        options: ApplyOptions,
        dtype: Option<&str>,
        shares: Option<&LazyArray>,
    ) -> PyResult<LazyArray> {
        let regridded = RegriddedArray::new(Arc::clone(&array.0), Arc::clone(&self.0), options.0);
        let mut regridded = regridded.map_err(exception)?;
        if let Some(shares) = shares {
            regridded = regridded.weighted_by(Arc::clone(&shares.0)).map_err(exception)?;
        }
        if let Some(name) = dtype {
            regridded = regridded.with_data_type(data_type_from_numpy(name)?).map_err(exception)?;
        }
        Ok(LazyArray(Arc::new(regridded)))
    }

    /// A component (`x` or `y`) of vectors whose components are two lazy arrays, along the axes of the target grid, or
    /// eastward and northward.
    #[pyo3(signature = (components, component, axes, options, dtype=None, shares=None))]
    fn rotate(
        &self,
        components: (LazyArray, LazyArray),
        component: &str,
        axes: &str,
        options: ApplyOptions,
        dtype: Option<&str>,
        shares: Option<&LazyArray>,
    ) -> PyResult<LazyArray> {
        let component = match component {
            "x" => Component::X,
            "y" => Component::Y,
            other => return Err(unknown("component", other, "'x' or 'y'")),
        };
        let axes = match axes {
            "grid" => VectorAxes::Grid,
            "geographic" => VectorAxes::Geographic,
            other => return Err(unknown("axes", other, "'grid' or 'geographic'")),
        };
        let components = [components.0.0, components.1.0];
        let rotated = RotatedArray::new(components, component, axes, Arc::clone(&self.0), options.0);
        let mut rotated = rotated.map_err(exception)?;
        if let Some(shares) = shares {
            rotated = rotated.weighted_by(Arc::clone(&shares.0)).map_err(exception)?;
        }
        if let Some(name) = dtype {
            rotated = rotated.with_data_type(data_type_from_numpy(name)?).map_err(exception)?;
        }
        Ok(LazyArray(Arc::new(rotated)))
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyAny>, Bound<'py, PyTuple>)> {
        let bytes = detach(py, || self.0.to_bytes())?.map_err(exception)?;
        let rebuild = py.import("nunatak._nunatak")?.getattr("Weights")?.getattr("from_bytes")?;
        Ok((rebuild, (PyBytes::new(py, &bytes),).into_pyobject(py)?))
    }
}

pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<Weights>()?;
    module.add_class::<ApplyOptions>()?;
    module.add_function(wrap_pyfunction!(forget_weights, module)?)?;
    module.add_function(wrap_pyfunction!(_rebuild_apply_options, module)?)
}
