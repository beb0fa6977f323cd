//! The pipeline from granules and a model surface to a score.

use nunatak_altimetry::Segments;
use nunatak_array::Progress;
use nunatak_score::{Residuals, Score, interpolate, score};

use crate::{Result, Surface};

/// What the model's heights are counted from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Datum {
    /// The geoid: the granule's `geoid_h` is taken from the observed heights.
    #[default]
    Geoid,
    /// The WGS84 ellipsoid, as the observed heights.
    Ellipsoid,
}

/// Coverage levels that are scored.
pub const COVERAGE_LEVELS: [f64; 4] = [0.5, 0.68, 0.9, 0.95];

/// Residuals (observation - model, m) at every segment, NaN where the model has no value.
///
/// # Errors
/// Those of the projection and of reading the model.
pub fn residuals(segments: &Segments, surface: &Surface, datum: Datum, progress: &dyn Progress) -> Result<Vec<f64>> {
    let nunatak_grid::Grid::Rectilinear(grid) = &surface.grid else { return Ok(vec![f64::NAN; segments.len()]) };
    let (x, y) = grid.crs().forward(&segments.longitude, &segments.latitude)?;
    let model = interpolate(&surface.array, &surface.grid, &x, &y, None, progress)?;
    Ok((0..segments.len())
        .map(|at| {
            let height = f64::from(segments.height[at]);
            let observed = match datum {
                Datum::Geoid => height - f64::from(segments.geoid_height[at]),
                Datum::Ellipsoid => height,
            };
            observed - model[at]
        })
        .collect())
}

/// The score of a model surface against segments: random errors per segment, geolocation errors shared within a pass.
///
/// `discrepancy` (m) is added to every segment's error for what the model cannot resolve.
///
/// # Errors
/// As [`residuals`], and [`ScoreError`](nunatak_score::ScoreError) when no segment lies on the model.
pub fn compare(
    segments: &Segments,
    surface: &Surface,
    datum: Datum,
    discrepancy: f64,
    progress: &dyn Progress,
) -> Result<Score> {
    let residual = residuals(segments, surface, datum, progress)?;
    let random_sigma: Vec<f64> = segments.height_sigma.iter().map(|&sigma| f64::from(sigma)).collect();
    let pass: Vec<i64> = segments.pass_id.iter().map(|&pass| i64::from(pass)).collect();
    let residuals =
        Residuals { residual: &residual, random_sigma: &random_sigma, common_sigma: &segments.sigma_geo, pass: &pass };
    Ok(score(residuals, discrepancy, &COVERAGE_LEVELS)?)
}
