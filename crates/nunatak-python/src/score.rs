//! Bindings of the score room: ensembles, scores, and models at points.

mod ensemble_scores;
mod interpolation;
mod residuals;

use std::sync::Arc;

use numpy::{PyArray1, PyReadonlyArray1};
use nunatak::array::{CastArray, DataType, StackArray};
use nunatak::ensemble::{self, Statistic};
use nunatak::score;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::array::{LazyArray, values_to_numpy, vector_to_numpy};
use crate::errors::{exception, raise};
use crate::progress::PythonProgress;
use crate::threads::detach;
use nunatak::ErrorKind;

type Vector<'py> = PyReadonlyArray1<'py, f64>;
type Scores<'py> = PyResult<Bound<'py, PyArray1<f64>>>;

/// Arrays of one shape and type along a new axis, lazily.
#[pyfunction]
fn stack_arrays(arrays: Vec<Py<LazyArray>>, axis: usize) -> PyResult<LazyArray> {
    let inputs = arrays.iter().map(|array| Arc::clone(&array.get().0)).collect();
    Ok(LazyArray(Arc::new(StackArray::new(inputs, axis).map_err(exception)?)))
}

/// An array in float32 or float64, lazily.
#[pyfunction]
fn cast_array(array: &LazyArray, dtype: &str) -> PyResult<LazyArray> {
    let to = match dtype {
        "float32" => DataType::F32,
        "float64" => DataType::F64,
        other => return Err(raise(ErrorKind::Argument, format!("cast to float32 or float64, not to `{other}`"))),
    };
    Ok(LazyArray(Arc::new(CastArray::new(Arc::clone(&array.0), to).map_err(exception)?)))
}

fn statistic(name: &str) -> PyResult<Statistic> {
    Ok(match name {
        "count" => Statistic::Count,
        "mean" => Statistic::Mean,
        "var" => Statistic::Variance,
        "std" => Statistic::StandardDeviation,
        "min" => Statistic::Minimum,
        "max" => Statistic::Maximum,
        other => {
            let known = "mean, var, std, min, max, count";
            return Err(raise(ErrorKind::Argument, format!("no ensemble statistic `{other}`; there are {known}")));
        }
    })
}

/// Statistics across one axis, streamed within `memory` bytes: one numpy array per name.
#[pyfunction]
fn ensemble_statistics<'py>(
    py: Python<'py>,
    array: &LazyArray,
    axis: usize,
    statistics: Vec<String>,
    memory: usize,
    progress: Option<Py<PyAny>>,
) -> PyResult<Vec<Bound<'py, PyAny>>> {
    let wanted: Vec<Statistic> = statistics.iter().map(|name| statistic(name)).collect::<PyResult<_>>()?;
    let watch = PythonProgress::new(progress);
    let values = detach(py, || ensemble::ensemble_statistics(&array.0, axis, &wanted, memory, &watch))?
        .map_err(|error| watch.raised().unwrap_or_else(|| exception(error)))?;
    let mut shape = array.0.shape().to_vec();
    shape.remove(axis);
    values.into_iter().map(|values| values_to_numpy(py, values, &shape)).collect()
}

/// Bias, MAE, RMSE and centred RMSE of observation minus model.
#[pyfunction]
fn agreement<'py>(py: Python<'py>, observation: Vector<'py>, model: Vector<'py>) -> PyResult<Bound<'py, PyDict>> {
    let (observation, model) = (observation.as_slice()?, model.as_slice()?);
    let found = detach(py, || score::agreement(observation, model))?.map_err(exception)?;
    let result = PyDict::new(py);
    set_agreement(&result, &found)?;
    Ok(result)
}

fn set_agreement(result: &Bound<'_, PyDict>, found: &score::Agreement) -> PyResult<()> {
    result.set_item("n", found.count)?;
    result.set_item("skipped", found.skipped)?;
    result.set_item("bias", found.bias)?;
    result.set_item("mae", found.mae)?;
    result.set_item("rmse", found.rmse)?;
    result.set_item("centred_rmse", found.centred_rmse)
}

#[pyfunction]
fn median(py: Python<'_>, values: Vector<'_>) -> PyResult<f64> {
    let values = values.as_slice()?;
    detach(py, || score::median(values))
}

#[pyfunction]
fn nmad(py: Python<'_>, values: Vector<'_>) -> PyResult<f64> {
    let values = values.as_slice()?;
    detach(py, || score::nmad(values))
}

/// A formula of `score::gaussian`: one number per observation.
macro_rules! gaussian {
    ($($name:ident $formula:path),*) => {
        $(#[pyfunction]
        fn $name<'py>(
            py: Python<'py>,
            observation: Vector<'py>,
            mean: Vector<'py>,
            sigma: Vector<'py>,
        ) -> Scores<'py> {
            let (observation, mean, sigma) = (observation.as_slice()?, mean.as_slice()?, sigma.as_slice()?);
            let scores = detach(py, || $formula(observation, mean, sigma))?.map_err(exception)?;
            Ok(vector_to_numpy(py, scores))
        })*
    };
}

gaussian!(
    z_score score::gaussian::z_score,
    crps_gaussian score::gaussian::crps,
    log_score_gaussian score::gaussian::log_score,
    dawid_sebastiani score::gaussian::dawid_sebastiani,
    pit_gaussian score::gaussian::pit
);

#[pyfunction]
fn coverage_gaussian(
    py: Python<'_>,
    observation: Vector<'_>,
    mean: Vector<'_>,
    sigma: Vector<'_>,
    level: f64,
) -> PyResult<f64> {
    let (observation, mean, sigma) = (observation.as_slice()?, mean.as_slice()?, sigma.as_slice()?);
    detach(py, || score::gaussian::coverage(observation, mean, sigma, level))?.map_err(exception)
}

#[pyfunction]
fn interval_score<'py>(
    py: Python<'py>,
    observation: Vector<'py>,
    lower: Vector<'py>,
    upper: Vector<'py>,
    level: f64,
) -> Scores<'py> {
    let (observation, lower, upper) = (observation.as_slice()?, lower.as_slice()?, upper.as_slice()?);
    let scores = detach(py, || score::gaussian::interval_score(observation, lower, upper, level))?;
    Ok(vector_to_numpy(py, scores.map_err(exception)?))
}

#[pyfunction]
fn interval_score_gaussian<'py>(
    py: Python<'py>,
    observation: Vector<'py>,
    mean: Vector<'py>,
    sigma: Vector<'py>,
    level: f64,
) -> Scores<'py> {
    let (observation, mean, sigma) = (observation.as_slice()?, mean.as_slice()?, sigma.as_slice()?);
    let scores = detach(py, || score::gaussian::interval_score_of(observation, mean, sigma, level))?;
    Ok(vector_to_numpy(py, scores.map_err(exception)?))
}

#[pyfunction]
fn pit_histogram<'py>(py: Python<'py>, pit: Vector<'py>, bins: usize) -> PyResult<Bound<'py, PyArray1<u64>>> {
    Ok(vector_to_numpy(py, score::gaussian::pit_histogram(pit.as_slice()?, bins).map_err(exception)?))
}

/// `D + B Bᵀ` with one column per pass.
#[pyclass(frozen, module = "nunatak._nunatak")]
struct PassCovariance(score::PassCovariance);

#[pymethods]
impl PassCovariance {
    #[new]
    fn new(
        py: Python<'_>,
        random_sigma: Vector<'_>,
        common_sigma: Vector<'_>,
        passes: PyReadonlyArray1<'_, i64>,
    ) -> PyResult<Self> {
        let (random, common, passes) = (random_sigma.as_slice()?, common_sigma.as_slice()?, passes.as_slice()?);
        detach(py, || score::PassCovariance::new(random, common, passes))?.map(Self).map_err(exception)
    }

    fn log_likelihood(&self, py: Python<'_>, residual: Vector<'_>) -> PyResult<f64> {
        let residual = residual.as_slice()?;
        detach(py, || self.0.log_likelihood(residual))?.map_err(exception)
    }

    fn mahalanobis(&self, py: Python<'_>, residual: Vector<'_>) -> PyResult<f64> {
        let residual = residual.as_slice()?;
        detach(py, || self.0.mahalanobis(residual))?.map_err(exception)
    }

    fn log_determinant(&self) -> f64 {
        self.0.log_determinant()
    }

    fn effective_sample_size(&self) -> f64 {
        self.0.effective_sample_size()
    }

    fn chi_square_degrees(&self) -> f64 {
        self.0.chi_square_degrees()
    }
}

pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<PassCovariance>()?;
    module.add_function(wrap_pyfunction!(stack_arrays, module)?)?;
    module.add_function(wrap_pyfunction!(cast_array, module)?)?;
    module.add_function(wrap_pyfunction!(ensemble_statistics, module)?)?;
    module.add_function(wrap_pyfunction!(agreement, module)?)?;
    module.add_function(wrap_pyfunction!(median, module)?)?;
    module.add_function(wrap_pyfunction!(nmad, module)?)?;
    module.add_function(wrap_pyfunction!(z_score, module)?)?;
    module.add_function(wrap_pyfunction!(crps_gaussian, module)?)?;
    module.add_function(wrap_pyfunction!(log_score_gaussian, module)?)?;
    module.add_function(wrap_pyfunction!(dawid_sebastiani, module)?)?;
    module.add_function(wrap_pyfunction!(pit_gaussian, module)?)?;
    module.add_function(wrap_pyfunction!(coverage_gaussian, module)?)?;
    module.add_function(wrap_pyfunction!(interval_score, module)?)?;
    module.add_function(wrap_pyfunction!(interval_score_gaussian, module)?)?;
    ensemble_scores::register(module)?;
    module.add_function(wrap_pyfunction!(pit_histogram, module)?)?;
    residuals::register(module)?;
    module.add_function(wrap_pyfunction!(interpolation::interpolate_to_points, module)?)
}
