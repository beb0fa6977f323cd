//! A model at points of longitude and latitude.

use numpy::{PyArray1, PyReadonlyArray1};
use nunatak::ErrorKind;
use nunatak::regrid::{self, Method, OutsideTime, Records, TimeInterpolation};
use pyo3::prelude::*;

use crate::array::{LazyArray, vector_to_numpy};
use crate::errors::{exception, raise};
use crate::grid::Grid;
use crate::progress::PythonProgress;
use crate::threads::detach;

type Vector<'py> = PyReadonlyArray1<'py, f64>;

/// How records in time are met: `(record times, point times, "linear" or "nearest", "missing" or "clamp")`.
#[derive(FromPyObject)]
pub(super) struct TimeArguments<'py>(Vector<'py>, Vector<'py>, String, String);

/// Model values at points (degrees) of a grid of any family: in space by a method of regridding, and in time as `time`
/// says; NaN outside.
#[pyfunction]
#[pyo3(signature = (model, grid, longitude, latitude, time, progress, method="bilinear"))]
#[expect(clippy::too_many_arguments, reason = "names in Python")]
pub(super) fn interpolate_to_points<'py>(
    py: Python<'py>,
    model: &LazyArray,
    grid: &Grid,
    longitude: Vector<'py>,
    latitude: Vector<'py>,
    time: Option<TimeArguments<'py>>,
    progress: Option<Py<PyAny>>,
    method: &str,
) -> PyResult<Bound<'py, PyArray1<f64>>> {
    let (longitude, latitude) = (longitude.as_slice()?, latitude.as_slice()?);
    let method = method.parse::<Method>().map_err(exception)?;
    let records = time.as_ref().map(records).transpose()?;
    let watch = PythonProgress::new(progress);
    let values = detach(py, || regrid::sample(&model.0, &grid.0, longitude, latitude, method, records, &watch))?;
    // What was raised in `progress`, or by Ctrl-C, comes before the error of the job itself.
    let stopped = |error| watch.raised().unwrap_or_else(|| exception(error));
    values.map(|values| vector_to_numpy(py, values)).map_err(stopped)
}

fn records<'a>(time: &'a TimeArguments<'_>) -> PyResult<Records<'a>> {
    let between = match time.2.as_str() {
        "linear" => TimeInterpolation::Linear,
        "nearest" => TimeInterpolation::Nearest,
        other => {
            return Err(raise(ErrorKind::Argument, format!("time must be \"linear\" or \"nearest\", found `{other}`")));
        }
    };
    let outside = match time.3.as_str() {
        "missing" => OutsideTime::Missing,
        "clamp" => OutsideTime::Clamp,
        other => {
            return Err(raise(
                ErrorKind::Argument,
                format!("outside must be \"missing\" or \"clamp\", found `{other}`"),
            ));
        }
    };
    Ok(Records { times: time.0.as_slice()?, points: time.1.as_slice()?, between, outside })
}
