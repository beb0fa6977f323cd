//! Bindings of the altimetry room: crossovers, and the errors of overpasses that they support.

use numpy::PyReadonlyArray1;
use nunatak::altimetry::{AltimetryError, Calibration, Crossover, Interval, calibrate, find_crossovers};
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::altimetry::Columns;
use crate::errors::exception;
use crate::threads::detach;

const NANOSECONDS_PER_DAY: f64 = 86_400e9;

/// Crossovers as columns, by name.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
struct CrossoverColumns<'py> {
    first: PyReadonlyArray1<'py, i64>,
    second: PyReadonlyArray1<'py, i64>,
    difference: PyReadonlyArray1<'py, f64>,
    sigma: PyReadonlyArray1<'py, f64>,
    slope_x: PyReadonlyArray1<'py, f64>,
    slope_y: PyReadonlyArray1<'py, f64>,
}

/// The errors of overpasses that crossovers of points support, within so many days (30 where None).
#[pyfunction]
fn calibrate_points<'py>(py: Python<'py>, columns: Columns<'py>, days: Option<f64>) -> PyResult<Bound<'py, PyDict>> {
    let points = columns.points()?;
    let longest = days.map_or(Crossover::LONGEST_LAG, |days| (days * NANOSECONDS_PER_DAY) as i64);
    let found = detach(py, || calibrate(&find_crossovers(points, longest)?))?;
    described(py, found)
}

/// The errors of overpasses that crossovers support, with the slopes of the surface in one frame for both overpasses.
#[pyfunction]
fn calibrate_crossovers<'py>(py: Python<'py>, columns: CrossoverColumns<'py>) -> PyResult<Bound<'py, PyDict>> {
    let (first, second) = (columns.first.as_slice()?, columns.second.as_slice()?);
    let (difference, sigma) = (columns.difference.as_slice()?, columns.sigma.as_slice()?);
    let slopes = columns.slope_x.as_slice()?.iter().zip(columns.slope_y.as_slice()?);
    let crossovers: Vec<Crossover> = first
        .iter()
        .zip(second)
        .zip(difference.iter().zip(sigma))
        .zip(slopes)
        .map(|(((&first, &second), (&difference, &sigma)), (&x, &y))| Crossover {
            overpasses: [first, second],
            difference,
            sigma,
            slopes: [[x, y]; 2],
        })
        .collect();
    let found = detach(py, || calibrate(&crossovers))?;
    described(py, found)
}

fn described(py: Python<'_>, found: Result<Calibration, AltimetryError>) -> PyResult<Bound<'_, PyDict>> {
    let Calibration { radial, horizontal, scatter, crossovers, overpasses } = found.map_err(exception)?;
    let dict = PyDict::new(py);
    for (name, Interval { lower, median, upper }) in
        [("radial", radial), ("horizontal", horizontal), ("scatter", scatter)]
    {
        dict.set_item(name, (lower, median, upper))?;
    }
    dict.set_item("crossovers", crossovers)?;
    dict.set_item("overpasses", overpasses)?;
    Ok(dict)
}

pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(calibrate_points, module)?)?;
    module.add_function(wrap_pyfunction!(calibrate_crossovers, module)?)
}
