//! The sampling uncertainty of a cell: how far the mean along its tracks may lie from the mean of the whole cell.
//!
//! ```text
//! sigma_sampling² = s² · extension  +  E[(g · d)²]
//! ```
//!
//! s² is the variance of the heights about a plane of slope g, `extension` the part of it by which the mean along the
//! tracks differs from the mean of the cell (see the module `extension`), and d the offset of the centroid from the
//! centre of the cell: a track that misses the centre sees a height that differs by g·d.
//!
//! Few tracks cannot give s and g alone (one beam knows nothing of the slope across it; ten neighbouring segments know
//! nothing of the cell). Both are therefore shrunk towards values pooled over all cells (empirical Bayes, Efron and
//! Morris 1973): a slope component ĝ ± σ_g with the prior N(0, g0²) has E[g²] = (κĝ)² + κσ_g², κ = g0²/(g0² + σ_g²);
//! a variance takes the pooled median variance as [`PRIOR_SAMPLES`] further samples. Cells with much data are hardly
//! moved.

use nunatak_array::order_statistics::median_of_present;

use super::correlation::{BEAM_SEPARATION, explained_by_slope, unexplained_by_line};
use super::moments::Moments;

/// Weight of the pooled variance, in effective samples.
const PRIOR_SAMPLES: f64 = 2.0;

/// One cell's input.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CellShape {
    pub(crate) moments: Moments,
    pub(crate) count: u64,
    pub(crate) effective_count: f64,
    /// Variance of the tracks' mean about the cell's, as part of the surface's variance.
    pub(crate) extension: f64,
    /// Width of the cell, m.
    pub(crate) width: f64,
}

/// What all cells together say about one.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Pool {
    /// Median variance about the along-track line, m².
    pub(crate) variance: Option<f64>,
    /// Mean squared slope component.
    pub(crate) slope_squared: Option<f64>,
}

/// Sampling uncertainty of every cell, m, and the pooled values it rests on.
pub(crate) fn sampling_sigmas(cells: &[CellShape], correlation_length: Option<f64>) -> (Vec<f64>, Pool) {
    let pool = pool(cells, correlation_length);
    (cells.iter().map(|cell| sampling_variance(cell, &pool, correlation_length).sqrt()).collect(), pool)
}

/// Component of the surface slope along one axis of the points.
#[derive(Debug, Clone, Copy)]
struct SlopeComponent {
    slope: f64,
    /// Height variance that the slope explains per unit of shrinkage, m².
    explained: f64,
    /// Variance of the slope per unit of height variance, m^-2; infinite when the axis has no extent.
    precision_loss: f64,
    axis: [f64; 2],
}

fn components(cell: &CellShape, correlation_length: Option<f64>) -> [SlopeComponent; 2] {
    cell.moments.principal_axes().map(|(variance, axis)| {
        // Across a single beam there is no slope to see, only how the beam bends and the round-off of its places.
        if variance.sqrt() <= BEAM_SEPARATION {
            return SlopeComponent { slope: 0.0, explained: 0.0, precision_loss: f64::INFINITY, axis };
        }
        let covariance = cell.moments.covariance_with_height(axis);
        // Two lines closer than the correlation length share their errors, which cancel in the slope between them.
        let separation = 2.0 * variance.sqrt();
        let by_chance = correlation_length.map_or(1.0, |length| {
            let between_lines = -(-separation / length).exp_m1() / cell.effective_count;
            between_lines.min(explained_by_slope((12.0 * variance).sqrt() / length))
        });
        SlopeComponent {
            slope: covariance / variance,
            explained: covariance * covariance / variance,
            precision_loss: by_chance / variance,
            axis,
        }
    })
}

/// A cell is crossed when its points extend over this part of its width: such cells tell what cells look like.
const CROSSED: f64 = 0.6;

/// Pools over the cells that are crossed, from the line along their tracks.
fn pool(cells: &[CellShape], correlation_length: Option<f64>) -> Pool {
    let Some(length) = correlation_length else { return Pool::default() };
    let (mut variances, mut slopes) = (Vec::new(), Vec::new());
    for cell in cells {
        let [(spread, _), _] = cell.moments.principal_axes();
        let extent = (12.0 * spread).sqrt();
        if cell.count < 3 || extent < CROSSED * cell.width {
            continue;
        }
        let [along, _] = components(cell, correlation_length);
        let residual = (cell.moments.height_variance() - along.explained).max(0.0);
        let unexplained = unexplained_by_line(extent / length).max(1.0 - 2.0 / cell.effective_count);
        let variance = residual / unexplained;
        variances.push(variance);
        slopes.push(along.slope * along.slope - variance * along.precision_loss);
    }
    let mean = slopes.iter().sum::<f64>() / slopes.len() as f64;
    Pool {
        variance: (!variances.is_empty()).then(|| median_of_present(&mut variances)),
        slope_squared: (!slopes.is_empty()).then(|| mean.max(0.0)),
    }
}

fn sampling_variance(cell: &CellShape, pool: &Pool, correlation_length: Option<f64>) -> f64 {
    if cell.count < 2 && pool.variance.is_none() {
        return f64::NAN;
    }
    let components = components(cell, correlation_length);
    let residual = |explained: f64| (cell.moments.height_variance() - explained).max(0.0);
    let first_guess = shrunk_variance(residual(components[0].explained), cell.effective_count, 2.0, pool);
    let prior = pool.slope_squared.unwrap_or(components[0].slope * components[0].slope);
    let shrinkage = components.map(|component| shrinkage(prior, first_guess * component.precision_loss));
    let explained = components.iter().zip(shrinkage).map(|(component, k)| k * (2.0 - k) * component.explained).sum();
    let parameters = 1.0 + shrinkage[0] + shrinkage[1];
    let variance = shrunk_variance(residual(explained), cell.effective_count, parameters, pool);
    let [x, y, _] = cell.moments.mean;
    let tilt: f64 = components
        .iter()
        .zip(shrinkage)
        .map(|(component, k)| {
            let offset = x * component.axis[0] + y * component.axis[1];
            let uncertain = (1.0 - k) * prior;
            ((k * component.slope).powi(2) + uncertain) * offset * offset
        })
        .sum();
    variance * cell.extension + tilt
}

/// κ; the posterior variance κσ_g² equals (1 - κ) g0².
fn shrinkage(prior: f64, slope_variance: f64) -> f64 {
    if slope_variance.is_finite() && prior + slope_variance > 0.0 { prior / (prior + slope_variance) } else { 0.0 }
}

/// Variance of the surface from that of `effective_count` samples about `parameters` fitted values.
fn shrunk_variance(residual: f64, effective_count: f64, parameters: f64, pool: &Pool) -> f64 {
    let freedom = effective_count - parameters;
    match pool.variance {
        Some(prior) => (residual * effective_count + PRIOR_SAMPLES * prior) / (freedom.max(0.0) + PRIOR_SAMPLES),
        None => residual * effective_count / freedom.max(1.0),
    }
}
