//! Scores of residuals with their error budget and the discrepancy of a model.

use numpy::{PyArray1, PyReadonlyArray1};
use nunatak::altimetry::SharedErrors;
use nunatak::score::{self, Discrepancy, ErrorBudget, ModelDiscrepancy, PassScore, Score, geocentric};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};

use crate::altimetry::GeolocationOption;
use crate::array::vector_to_numpy;
use crate::errors::exception;
use crate::threads::detach;

type Vector<'py> = PyReadonlyArray1<'py, f64>;
type PartsAndNumbers<'py> = (Bound<'py, PyArray1<f64>>, Bound<'py, PyArray1<i64>>);

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
) -> PyResult<PartsAndNumbers<'py>> {
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

pub(super) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(shared_errors, module)?)?;
    module.add_function(wrap_pyfunction!(score_residuals, module)?)?;
    module.add_function(wrap_pyfunction!(summary_meanings, module)?)
}
