//! The score of a model against altimetry points with their random and correlated errors.

use nunatak_altimetry::Segments;
use nunatak_array::Progress;
use nunatak_grid::Crs;
use nunatak_score::{Residuals, Score, score};
use nunatak_tree::Dataset;

use super::residuals::{Datum, ModelRecords, at_points, difference};
use crate::Result;
use crate::error::argument;

/// Coverage levels that are scored.
pub const COVERAGE_LEVELS: [f64; 4] = [0.5, 0.68, 0.9, 0.95];

/// How a model is compared with points. What is not said is as in `nk.compare`.
#[derive(Debug, Clone, Default)]
pub struct CompareOptions {
    /// Coordinate reference system of the model; it wins over its own.
    pub crs: Option<Crs>,
    /// What the model's heights are counted from.
    pub datum: Datum,
    /// Which of its records.
    pub records: ModelRecords,
    /// Standard deviation of what the model cannot resolve, m: independent between points.
    pub discrepancy: f64,
}

/// What [`compare`] finds.
#[derive(Debug, Clone)]
pub struct Comparison {
    /// The numbers.
    pub score: Score,
    /// Observation minus model at every point, m.
    pub residual: Vec<f64>,
    /// The model at every point, m.
    pub model: Vec<f64>,
    /// Sentences for the user.
    pub warnings: Vec<String>,
}

/// Scores a variable of a model against segments: random errors per segment, geolocation errors shared within a pass.
///
/// # Errors
/// As [`residuals`](super::residuals()); [`NunatakError::Argument`](crate::NunatakError::Argument) when no segment has a
/// value of the model, and [`ScoreError`](nunatak_score::ScoreError).
pub fn compare(
    segments: &Segments,
    model: &Dataset,
    variable: &str,
    options: &CompareOptions,
    progress: &dyn Progress,
) -> Result<Comparison> {
    let at = at_points(segments, model, variable, options.crs.as_ref(), options.records, progress)?;
    let residual = difference(segments, &at.values, options.datum);
    if !residual.iter().any(|value| value.is_finite()) {
        return Err(argument("model", nowhere(segments, variable), "points and a model of one ice sheet and one time"));
    }
    let random_sigma: Vec<f64> = segments.height_sigma.iter().map(|&sigma| f64::from(sigma)).collect();
    let pass: Vec<i64> = segments.pass_id.iter().map(|&pass| i64::from(pass)).collect();
    let residuals =
        Residuals { residual: &residual, random_sigma: &random_sigma, common_sigma: &segments.sigma_geo, pass: &pass };
    let score = score(residuals, options.discrepancy, &COVERAGE_LEVELS)?;
    Ok(Comparison { score, residual, model: at.values, warnings: at.warnings })
}

/// Where the points are, for a user who sees that this is another place than that of the model.
fn nowhere(segments: &Segments, variable: &str) -> String {
    let extent = |values: &[f64]| {
        let low = values.iter().copied().fold(f64::INFINITY, f64::min);
        let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        format!("{low:.4} to {high:.4}")
    };
    format!(
        "no value of {variable} at any of {} points, which lie at longitude {}, latitude {}",
        segments.len(),
        extent(&segments.longitude),
        extent(&segments.latitude)
    )
}
