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
    days: PyReadonlyArray1<'py, f64>,
}

/// Longest time between two overpasses, ns: what users give in days, or the default.
fn longest_lag(days: Option<f64>) -> i64 {
    days.map_or(Crossover::LONGEST_LAG, |days| (days * NANOSECONDS_PER_DAY) as i64)
}

/// The errors of overpasses that crossovers of points support, within so many days (30 where None).
#[pyfunction]
fn calibrate_points<'py>(py: Python<'py>, columns: Columns<'py>, days: Option<f64>) -> PyResult<Bound<'py, PyDict>> {
    let points = columns.points()?;
    let longest = longest_lag(days);
    let found = detach(py, || calibrate(&find_crossovers(points, longest)?))?;
    described(py, found)
}

/// The errors of overpasses that crossovers within so many days (30 where None) support, with the slopes of the surface in one
/// frame for both overpasses.
#[pyfunction]
fn calibrate_crossovers<'py>(
    py: Python<'py>,
    columns: CrossoverColumns<'py>,
    days: Option<f64>,
) -> PyResult<Bound<'py, PyDict>> {
    let longest = longest_lag(days) as f64 / NANOSECONDS_PER_DAY;
    let lags = columns.days.as_slice()?;
    let (first, second) = (columns.first.as_slice()?, columns.second.as_slice()?);
    let (difference, sigma) = (columns.difference.as_slice()?, columns.sigma.as_slice()?);
    let slopes = columns.slope_x.as_slice()?.iter().zip(columns.slope_y.as_slice()?);
    let crossovers: Vec<Crossover> = first
        .iter()
        .zip(second)
        .zip(difference.iter().zip(sigma))
        .zip(slopes)
        .zip(lags)
        .filter(|(_, lag)| lag.abs() <= longest)
        .map(|((((&first, &second), (&difference, &sigma)), (&x, &y)), _)| Crossover {
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
