//! Bindings of the scores of ensembles.

use numpy::{PyArray1, PyReadonlyArray1, PyReadonlyArray2, PyReadonlyArray3};
use nunatak::score::ensemble::{self, Ensemble, MemberAxis, Vectors};
use nunatak::score::{self, CrpsEstimator, ScoreError};
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::array::vector_to_numpy;
use crate::errors::exception;
use crate::threads::detach;

type Vector<'py> = PyReadonlyArray1<'py, f64>;

/// Observations; members, whether they are the first axis, and their weights; errors of the observations.
type Given<'py> = (Vector<'py>, PyReadonlyArray2<'py, f64>, bool, Option<Vector<'py>>, Option<Vector<'py>>);

fn estimator(fair: bool) -> CrpsEstimator {
    if fair { CrpsEstimator::Fair } else { CrpsEstimator::EmpiricalDistribution }
}

fn with_ensemble<T: Send>(
    py: Python<'_>,
    given: &Given<'_>,
    kernel: impl FnOnce(&Ensemble<'_>) -> Result<T, ScoreError> + Send,
) -> PyResult<T> {
    let (observation, members, members_first, weights, sigma) = given;
    let (observation, members) = (observation.as_slice()?, members.as_slice()?);
    let weights = weights.as_ref().map(|weights| weights.as_slice()).transpose()?;
    let sigma = sigma.as_ref().map(|sigma| sigma.as_slice()).transpose()?;
    let axis = if *members_first { MemberAxis::First } else { MemberAxis::Last };
    let found = detach(py, || {
        let mut ensemble = Ensemble::new(observation, members, axis)?;
        if let Some(weights) = weights {
            ensemble = ensemble.with_weights(weights)?;
        }
        if let Some(sigma) = sigma {
            ensemble = ensemble.with_sigma(sigma)?;
        }
        kernel(&ensemble)
    })?;
    found.map_err(exception)
}

#[pyfunction]
fn crps_ensemble<'py>(py: Python<'py>, given: Given<'py>, fair: bool) -> PyResult<Bound<'py, PyArray1<f64>>> {
    let scores = with_ensemble(py, &given, |ensemble| ensemble::crps(ensemble, estimator(fair)))?;
    Ok(vector_to_numpy(py, scores))
}

#[pyfunction]
fn log_score_ensemble<'py>(py: Python<'py>, given: Given<'py>) -> PyResult<Bound<'py, PyArray1<f64>>> {
    Ok(vector_to_numpy(py, with_ensemble(py, &given, ensemble::log_score)?))
}

/// Rows of one more than there are members.
#[pyfunction]
fn rank_probabilities<'py>(py: Python<'py>, given: Given<'py>) -> PyResult<Bound<'py, PyArray1<f64>>> {
    Ok(vector_to_numpy(py, with_ensemble(py, &given, ensemble::rank_probabilities)?))
}

/// Rows of error, squared error and expected squared error.
#[pyfunction]
fn ensemble_moments<'py>(py: Python<'py>, given: Given<'py>) -> PyResult<Bound<'py, PyArray1<f64>>> {
    Ok(vector_to_numpy(py, with_ensemble(py, &given, |ensemble| Ok(ensemble::moments(ensemble)))?))
}

/// Scores by name, and `rank_probabilities`.
#[pyfunction]
fn all_ensemble_scores<'py>(py: Python<'py>, given: Given<'py>, fair: bool) -> PyResult<Bound<'py, PyDict>> {
    let found = with_ensemble(py, &given, |ensemble| ensemble::all_scores(ensemble, estimator(fair)))?;
    let result = PyDict::new(py);
    for (name, column) in ensemble::COLUMNS.into_iter().zip(found.columns) {
        result.set_item(name, vector_to_numpy(py, column))?;
    }
    result.set_item("rank_probabilities", vector_to_numpy(py, found.ranks))?;
    Ok(result)
}

/// Energy score of (points, components) and (points, members, components).
#[pyfunction]
fn energy_score<'py>(
    py: Python<'py>,
    observation: PyReadonlyArray2<'py, f64>,
    members: PyReadonlyArray3<'py, f64>,
    weights: Option<Vector<'py>>,
    fair: bool,
) -> PyResult<Bound<'py, PyArray1<f64>>> {
    let weights = weights.as_ref().map(|weights| weights.as_slice()).transpose()?;
    let components = observation.as_array().ncols();
    let vectors = Vectors { observation: observation.as_slice()?, members: members.as_slice()?, components, weights };
    let scores = detach(py, || ensemble::energy_score(&vectors, estimator(fair)))?.map_err(exception)?;
    Ok(vector_to_numpy(py, scores))
}

/// Root mean square difference in one pass.
#[pyfunction]
fn rmse(py: Python<'_>, observation: Vector<'_>, model: Vector<'_>) -> PyResult<f64> {
    let (observation, model) = (observation.as_slice()?, model.as_slice()?);
    detach(py, || score::rmse(observation, model))?.map_err(exception)
}

pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(crps_ensemble, module)?)?;
    module.add_function(wrap_pyfunction!(log_score_ensemble, module)?)?;
    module.add_function(wrap_pyfunction!(rank_probabilities, module)?)?;
    module.add_function(wrap_pyfunction!(ensemble_moments, module)?)?;
    module.add_function(wrap_pyfunction!(all_ensemble_scores, module)?)?;
    module.add_function(wrap_pyfunction!(energy_score, module)?)?;
    module.add_function(wrap_pyfunction!(rmse, module)?)
}
