//! Bindings of units, and of what a model variable says of itself.

use nunatak::cf::{Quantity, Unit};
use nunatak::scores;
use pyo3::prelude::*;

use crate::errors::exception;

/// What a unit measures (`length`, `angle`, `time`) and its size in metres, degrees or seconds; None for any other name.
#[pyfunction]
fn parse_unit(name: &str) -> Option<(&'static str, f64)> {
    let unit = Unit::parse(name)?;
    let quantity = match unit.quantity() {
        Quantity::Length => "length",
        Quantity::Angle => "angle",
        Quantity::Time => "time",
    };
    Some((quantity, unit.size()))
}

/// Metres in the unit of a model's heights.
#[pyfunction]
fn height_unit(name: &str, units: &str) -> PyResult<f64> {
    scores::height_unit(name, units).map_err(exception)
}

/// A sentence on a model variable that is something else than a surface elevation.
#[pyfunction]
fn surface_doubt(name: &str, standard_name: &str) -> Option<String> {
    scores::surface_doubt(name, standard_name)
}

pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(parse_unit, module)?)?;
    module.add_function(wrap_pyfunction!(height_unit, module)?)?;
    module.add_function(wrap_pyfunction!(surface_doubt, module)?)
}
