//! Bindings of the scalars: integrals over an ice sheet and its zones.

use std::sync::Arc;

use numpy::PyReadonlyArray1;
use nunatak::ErrorKind;
use nunatak::array::DifferenceArray;
use nunatak::scalars::{self, BoundField, Constants, Convention, Field, Layer, Scalar, ScalarArray};
use pyo3::prelude::*;

use crate::array::LazyArray;
use crate::errors::{exception, raise};
use crate::threads::detach;

/// The name of a field, its values, the leading axes that it has, and what it is multiplied with.
type GivenField = (String, LazyArray, Vec<usize>, f64);
/// The number of the zone of each cell, and how many there are.
type GivenLayer<'py> = (PyReadonlyArray1<'py, u32>, usize);

/// The cells of a grid, with their areas and zones.
#[pyclass(frozen, module = "nunatak._nunatak")]
struct Cells(Arc<scalars::Cells>);

#[pymethods]
impl Cells {
    #[new]
    fn new(
        py: Python<'_>,
        shape: Vec<usize>,
        areas: PyReadonlyArray1<'_, f64>,
        layers: Vec<GivenLayer<'_>>,
    ) -> PyResult<Self> {
        let areas = areas.as_slice()?.to_vec();
        let layer = |(zones, count): &GivenLayer<'_>| Ok(Layer { zones: zones.as_slice()?.to_vec(), count: *count });
        let layers = layers.iter().map(layer).collect::<PyResult<Vec<_>>>()?;
        let cells = detach(py, || scalars::Cells::new(shape, areas, layers))?.map_err(exception)?;
        Ok(Self(Arc::new(cells)))
    }
}

/// The fields of a run, bound to their cells.
#[pyclass(frozen, module = "nunatak._nunatak")]
struct Integrals(Arc<scalars::Integrals>);

#[pymethods]
impl Integrals {
    #[new]
    fn new(
        fields: Vec<GivenField>,
        leading: Vec<usize>,
        time: Option<usize>,
        cells: &Cells,
        densities: (f64, f64),
        convention: &str,
    ) -> PyResult<Self> {
        let bind = |(name, array, axes, scale): GivenField| {
            Ok(BoundField { field: field(&name)?, array: array.0, axes, scale })
        };
        let fields = fields.into_iter().map(bind).collect::<PyResult<Vec<_>>>()?;
        let constants = Constants::new(densities.0, densities.1, parse_convention(convention)?).map_err(exception)?;
        let integrals = scalars::Integrals::new(fields, leading, time, Arc::clone(&cells.0), constants);
        integrals.map(|integrals| Self(Arc::new(integrals))).map_err(exception)
    }

    /// A scalar of the whole ice sheet, lazily.
    fn total(&self, name: &str) -> PyResult<LazyArray> {
        let array = ScalarArray::total(Arc::clone(&self.0), scalar(name)?).map_err(exception)?;
        Ok(LazyArray(Arc::new(array)))
    }

    /// A scalar of some zones, lazily; zone 0 is the whole ice sheet.
    fn zones(&self, name: &str, first: usize, end: usize) -> PyResult<LazyArray> {
        let array = ScalarArray::zones(Arc::clone(&self.0), scalar(name)?, first..end).map_err(exception)?;
        Ok(LazyArray(Arc::new(array)))
    }
}

fn field(name: &str) -> PyResult<Field> {
    Field::of_name(name).ok_or_else(|| raise(ErrorKind::Argument, format!("`{name}` is no field of an ice sheet")))
}

fn scalar(name: &str) -> PyResult<Scalar> {
    Scalar::of_name(name).ok_or_else(|| raise(ErrorKind::Argument, format!("`{name}` is no scalar of an ice sheet")))
}

fn parse_convention(name: &str) -> PyResult<Convention> {
    match name {
        "AIS" => Ok(Convention::Antarctica),
        "GrIS" => Ok(Convention::Greenland),
        other => Err(raise(ErrorKind::Argument, format!("convention: found `{other}`, expected AIS or GrIS"))),
    }
}

/// Name, unit, long name and standard name of every scalar.
#[pyfunction]
fn scalar_facts() -> Vec<(&'static str, &'static str, &'static str, Option<&'static str>)> {
    let facts = |own: &Scalar| (own.name(), own.units(), own.long_name(), own.standard_name());
    Scalar::ALL.iter().map(facts).collect()
}

/// Name and unit of every field.
#[pyfunction]
fn scalar_fields() -> Vec<(&'static str, &'static str)> {
    Field::ALL.iter().map(|field| (field.name(), field.units())).collect()
}

/// Names of the fields that a scalar needs, where those of `there` are at hand.
#[pyfunction]
fn fields_of_scalar(name: &str, convention: &str, there: Vec<String>) -> PyResult<Vec<&'static str>> {
    let there = there.iter().map(|name| field(name)).collect::<PyResult<Vec<_>>>()?;
    let needed = scalar(name)?.fields(parse_convention(convention)?, &there);
    Ok(needed.into_iter().map(Field::name).collect())
}

/// An array minus another one of its shape, lazily.
#[pyfunction]
fn subtract_arrays(minuend: &LazyArray, subtrahend: &LazyArray) -> PyResult<LazyArray> {
    let difference = DifferenceArray::new(Arc::clone(&minuend.0), Arc::clone(&subtrahend.0)).map_err(exception)?;
    Ok(LazyArray(Arc::new(difference)))
}

pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("SEA_LEVEL_PER_KILOGRAM", scalars::SEA_LEVEL_PER_KILOGRAM)?;
    module.add_class::<Cells>()?;
    module.add_class::<Integrals>()?;
    module.add_function(wrap_pyfunction!(scalar_facts, module)?)?;
    module.add_function(wrap_pyfunction!(scalar_fields, module)?)?;
    module.add_function(wrap_pyfunction!(fields_of_scalar, module)?)?;
    module.add_function(wrap_pyfunction!(subtract_arrays, module)?)
}
