//! Bindings of the score room: ensembles, scores, and models at points.

mod ensemble_scores;
mod interpolation;

use std::sync::Arc;

use numpy::{PyArray1, PyReadonlyArray1};
use nunatak::altimetry::SharedErrors;
use nunatak::array::{CastArray, DataType, StackArray};
use nunatak::ensemble::{self, Statistic};
use nunatak::score::{self, Discrepancy, ErrorBudget, ModelDiscrepancy, PassScore, Score, geocentric};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};

use crate::altimetry::GeolocationOption;
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

/// Which discrepancy: none, `estimate`, its standard deviation, or all of its numbers.
#[derive(FromPyObject)]
enum DiscrepancyOption {
    Field(f64, f64, f64, f64, f64),
    Sigma(f64),
    Name(String),
}

impl DiscrepancyOption {
    fn parse(self) -> score::Result<ModelDiscrepancy> {
        match self {
            Self::Name(name) => name.parse(),
            Self::Sigma(sigma) => Ok(ModelDiscrepancy::Sigma(sigma)),
            Self::Field(sigma, length, smoothness, compensation, smoothing) => {
                let field = Discrepancy { sigma, length, smoothness, compensation, smoothing };
                field.checked().map(ModelDiscrepancy::Field)
            }
        }
    }
}

/// Errors that points share with others of their overpass, one row of three per point (m), and the numbers of who shares them.
#[pyfunction]
fn shared_errors<'py>(
    py: Python<'py>,
    geolocation: GeolocationOption,
    passes: PyReadonlyArray1<'py, i32>,
    slopes: (PyReadonlyArray1<'py, f32>, PyReadonlyArray1<'py, f32>),
    sigma_geo: Vector<'py>,
) -> PyResult<(Bound<'py, PyArray1<f64>>, Bound<'py, PyArray1<i64>>)> {
    let geolocation = geolocation.parse().map_err(exception)?;
    let (passes, along, across) = (passes.as_slice()?, slopes.0.as_slice()?, slopes.1.as_slice()?);
    let sigma_geo = sigma_geo.as_slice()?;
    let found = detach(py, || SharedErrors::new(geolocation, passes, along, across, sigma_geo))?;
    Ok((vector_to_numpy(py, found.parts.into_flattened()), vector_to_numpy(py, found.overpass)))
}

/// Everything `nk.compare` reports, from residuals and their error budget: `shared` as [`shared_errors`] gives it, places in degrees.
#[pyfunction]
#[expect(clippy::too_many_arguments, reason = "one column each")]
fn score_residuals<'py>(
    py: Python<'py>,
    residual: Vector<'py>,
    random_sigma: Vector<'py>,
    shared: (Vector<'py>, PyReadonlyArray1<'py, i64>),
    passes: PyReadonlyArray1<'py, i64>,
    places: Option<(Vector<'py>, Vector<'py>)>,
    common_sigma: f64,
    discrepancy: Option<DiscrepancyOption>,
    levels: Vec<f64>,
) -> PyResult<Bound<'py, PyDict>> {
    let discrepancy = discrepancy.map_or(Ok(ModelDiscrepancy::None), DiscrepancyOption::parse).map_err(exception)?;
    let position: Vec<[f64; 3]> = match &places {
        None => Vec::new(),
        Some((longitude, latitude)) => {
            let both = longitude.as_slice()?.iter().zip(latitude.as_slice()?);
            both.map(|(&longitude, &latitude)| geocentric(longitude, latitude)).collect()
        }
    };
    let (parts, _) = shared.0.as_slice()?.as_chunks::<3>();
    let budget = ErrorBudget {
        random_sigma: random_sigma.as_slice()?,
        shared: parts,
        overpass: shared.1.as_slice()?,
        pass: passes.as_slice()?,
        position: &position,
        common_sigma,
    };
    let residual = residual.as_slice()?;
    let found = detach(py, || score::score(residual, &budget, discrepancy, &levels))?.map_err(exception)?;
    score_to_python(py, found)
}

fn score_to_python(py: Python<'_>, found: Score) -> PyResult<Bound<'_, PyDict>> {
    let result = PyDict::new(py);
    for own in found.summary() {
        match own.is_count {
            true => result.set_item(own.name, own.value as u64)?,
            false => result.set_item(own.name, own.value)?,
        }
    }
    let coverage = PyDict::new(py);
    for row in &found.coverage {
        coverage.set_item(row.level, row.fraction)?;
    }
    result.set_item("coverage", coverage)?;
    let passes: Vec<_> = found.passes.iter().map(|pass| pass_to_python(py, pass)).collect::<PyResult<_>>()?;
    result.set_item("passes", PyList::new(py, passes)?)?;
    let Discrepancy { sigma, length, smoothness, compensation, smoothing } = found.discrepancy;
    result.set_item("discrepancy", (sigma, length, smoothness, compensation, smoothing))?;
    let neighbours = found.neighbours;
    result.set_item("neighbours", (neighbours.found, neighbours.expected, neighbours.is_contradiction()))?;
    result.set_item("pit", vector_to_numpy(py, found.pit))?;
    result.set_item("z", vector_to_numpy(py, found.z))?;
    Ok(result)
}

/// Names and meanings of the numbers of a comparison, in the order in which they are shown.
#[pyfunction]
fn summary_meanings() -> Vec<(&'static str, &'static str)> {
    score::MEANINGS.to_vec()
}

fn pass_to_python<'py>(py: Python<'py>, pass: &PassScore) -> PyResult<Bound<'py, PyDict>> {
    let row = PyDict::new(py);
    row.set_item("pass_id", pass.pass)?;
    row.set_item("n", pass.count)?;
    for (name, value) in [
        ("bias", pass.bias),
        ("bias_sigma", pass.bias_sigma),
        ("median", pass.median),
        ("nmad", pass.nmad),
        ("rmse", pass.rmse),
        ("log_likelihood", pass.log_likelihood),
    ] {
        row.set_item(name, value)?;
    }
    Ok(row)
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
    module.add_function(wrap_pyfunction!(shared_errors, module)?)?;
    module.add_function(wrap_pyfunction!(score_residuals, module)?)?;
    module.add_function(wrap_pyfunction!(summary_meanings, module)?)?;
    module.add_function(wrap_pyfunction!(interpolation::interpolate_to_points, module)?)
}
