//! What is known of the errors of residuals.

use crate::{Result, ScoreError, error::check_length};

/// Errors of residuals, one value each.
///
/// # Examples
///
/// ```
/// use nunatak_score::{ErrorBudget, ModelDiscrepancy, score};
///
/// let budget = ErrorBudget {
///     random_sigma: &[3.0; 3],
///     shared: &[[4.0, 0.0, 0.0]; 3],
///     overpass: &[1, 2, 2],
///     pass: &[1, 2, 2],
///     ..ErrorBudget::default()
/// };
/// let found = score(&[5.0, -5.0, f64::NAN], &budget, ModelDiscrepancy::None, &[])?;
/// assert_eq!((found.agreement.count, found.agreement.skipped), (2, 1));
/// // √(3² + 4²) m is the total error of each.
/// assert_eq!(found.z[..2], [1.0, -1.0]);
/// # Ok::<(), nunatak_score::ScoreError>(())
/// ```
#[derive(Debug, Clone, Copy, Default)]
pub struct ErrorBudget<'a> {
    /// Random standard deviation, independent between residuals (m).
    pub random_sigma: &'a [f64],
    /// Errors that the residuals of an overpass share, with their signs (m): each is one unknown standard normal number of the
    /// overpass times this. All zero where nothing is shared.
    pub shared: &'a [[f64; 3]],
    /// Who shares them.
    pub overpass: &'a [i64],
    /// Pass of each residual, for the table of passes.
    pub pass: &'a [i64],
    /// Geocentric coordinates (m; [`geocentric`]), for a discrepancy that is correlated; may be empty without one.
    pub position: &'a [[f64; 3]],
    /// Standard deviation of an error that all residuals share (m).
    pub common_sigma: f64,
}

/// Geocentric coordinates of a place on the ellipsoid of WGS84, m (Torge 2001, eq. 4.27), from degrees.
///
/// # Examples
///
/// ```
/// let [x, y, z] = nunatak_score::geocentric(90.0, 0.0);
/// assert!(x.abs() < 1e-6 && (y - 6_378_137.0).abs() < 1e-6 && z == 0.0);
/// ```
pub fn geocentric(longitude: f64, latitude: f64) -> [f64; 3] {
    const SEMI_MAJOR: f64 = 6_378_137.0;
    const FLATTENING: f64 = 1.0 / 298.257_223_563;
    const SQUARED_ECCENTRICITY: f64 = FLATTENING * (2.0 - FLATTENING);
    let ((sin_lon, cos_lon), (sin_lat, cos_lat)) = (longitude.to_radians().sin_cos(), latitude.to_radians().sin_cos());
    let normal = SEMI_MAJOR / (1.0 - SQUARED_ECCENTRICITY * sin_lat * sin_lat).sqrt();
    [normal * cos_lat * cos_lon, normal * cos_lat * sin_lon, normal * (1.0 - SQUARED_ECCENTRICITY) * sin_lat]
}

/// The residuals that can be scored, with their errors.
#[derive(Debug, Clone, Default)]
pub(crate) struct Observed {
    /// Where each comes from among those that were given.
    pub(crate) kept: Vec<usize>,
    pub(crate) residual: Vec<f64>,
    /// Squares of the random errors, m².
    pub(crate) variance: Vec<f64>,
    pub(crate) shared: Vec<[f64; 3]>,
    /// Place of its overpass among those in use.
    pub(crate) overpass: Vec<u32>,
    pub(crate) overpasses: usize,
    pub(crate) pass: Vec<i64>,
    pub(crate) position: Vec<[f64; 3]>,
    pub(crate) common_sigma: f64,
}

impl Observed {
    /// Residuals that are finite, all of whose errors are known.
    pub(crate) fn new(residual: &[f64], budget: &ErrorBudget<'_>) -> Result<Self> {
        let total = residual.len();
        check_length("random_sigma", total, budget.random_sigma.len())?;
        check_length("shared", total, budget.shared.len())?;
        check_length("overpass", total, budget.overpass.len())?;
        check_length("pass", total, budget.pass.len())?;
        if !budget.position.is_empty() {
            check_length("position", total, budget.position.len())?;
        }
        if !(budget.common_sigma >= 0.0 && budget.common_sigma.is_finite()) {
            let (found, bound) = (budget.common_sigma, "of 0 or more");
            return Err(ScoreError::Sigma { what: "common_sigma", index: 0, found, bound });
        }
        let is_kept = |&at: &usize| {
            let sigma = budget.random_sigma[at];
            let is_placed = budget.position.get(at).is_none_or(|place| place.iter().all(|own| own.is_finite()));
            let is_shared = budget.shared[at].iter().all(|part| part.is_finite());
            residual[at].is_finite() && sigma.is_finite() && sigma >= 0.0 && is_shared && is_placed
        };
        let kept: Vec<usize> = (0..total).filter(is_kept).collect();
        if kept.is_empty() {
            return Err(ScoreError::Empty { skipped: total });
        }
        let mut numbers: Vec<i64> = kept.iter().map(|&at| budget.overpass[at]).collect();
        numbers.sort_unstable();
        numbers.dedup();
        let place = |at: &usize| numbers.partition_point(|&number| number < budget.overpass[*at]) as u32;
        Ok(Self {
            residual: kept.iter().map(|&at| residual[at]).collect(),
            variance: kept.iter().map(|&at| budget.random_sigma[at].powi(2)).collect(),
            shared: kept.iter().map(|&at| budget.shared[at]).collect(),
            overpass: kept.iter().map(place).collect(),
            overpasses: numbers.len(),
            pass: kept.iter().map(|&at| budget.pass[at]).collect(),
            position: if budget.position.is_empty() {
                Vec::new()
            } else {
                kept.iter().map(|&at| budget.position[at]).collect()
            },
            common_sigma: budget.common_sigma,
            kept,
        })
    }

    pub(crate) fn len(&self) -> usize {
        self.residual.len()
    }

    /// Adds an independent error to each, m.
    pub(crate) fn add_independent(&mut self, sigma: f64) {
        self.variance.iter_mut().for_each(|variance| *variance += sigma * sigma);
    }

    /// Variance of the errors of one that others have too, m²: of its overpass and of all.
    pub(crate) fn shared_variance(&self, at: usize) -> f64 {
        self.shared[at].iter().map(|part| part * part).sum::<f64>() + self.common_sigma.powi(2)
    }

    /// Covariance of the errors that two share, m².
    pub(crate) fn shared_covariance(&self, one: usize, other: usize) -> f64 {
        let common = self.common_sigma.powi(2);
        if self.overpass[one] != self.overpass[other] {
            return common;
        }
        common + self.shared[one].iter().zip(&self.shared[other]).map(|(one, other)| one * other).sum::<f64>()
    }

    pub(crate) fn squared_distance(&self, one: usize, other: usize) -> f64 {
        let (one, other) = (&self.position[one], &self.position[other]);
        (one[0] - other[0]).powi(2) + (one[1] - other[1]).powi(2) + (one[2] - other[2]).powi(2)
    }
}
