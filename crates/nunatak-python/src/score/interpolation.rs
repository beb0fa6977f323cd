//! A model surface at points of longitude and latitude.

use numpy::PyArray1;
use nunatak::grid::Grid as AnyGrid;
use nunatak::score::{self, OutsideTime, Records, TimeInterpolation};
use pyo3::prelude::*;

use super::{Vector, stopped};
use crate::array::{LazyArray, vector_to_numpy};
use crate::errors::raise;
use crate::grid::Grid;
use crate::progress::PythonProgress;
use nunatak::ErrorKind;

/// How records in time are met: `(record times, point times, "linear" or "nearest", "missing" or "clamp")`.
#[derive(FromPyObject)]
pub(super) struct TimeArguments<'py>(Vector<'py>, Vector<'py>, String, String);

/// Model values at points (degrees): bilinear in space, and in time as `time` says; NaN outside.
#[pyfunction]
pub(super) fn interpolate_to_points<'py>(
    py: Python<'py>,
    model: &LazyArray,
    grid: &Grid,
    longitude: Vector<'py>,
    latitude: Vector<'py>,
    time: Option<TimeArguments<'py>>,
    progress: Option<Py<PyAny>>,
) -> PyResult<Bound<'py, PyArray1<f64>>> {
    let (longitude, latitude) = (longitude.as_slice()?, latitude.as_slice()?);
    let records = time.as_ref().map(records).transpose()?;
    let watch = PythonProgress::new(progress);
    let values = py.detach(|| {
        let AnyGrid::Rectilinear(cells) = &grid.0 else {
            return score::interpolate(&model.0, &grid.0, &[], &[], None, &watch);
        };
        let (x, y) = cells.crs().forward(longitude, latitude)?;
        score::interpolate(&model.0, &grid.0, &x, &y, records, &watch)
    });
    values.map(|values| vector_to_numpy(py, values)).map_err(|error| stopped(&watch, error))
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
