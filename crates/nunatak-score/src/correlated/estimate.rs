//! The discrepancy that makes residuals most likely.

use nunatak_array::simplex::minimum;
use nunatak_parallel::map;

use super::ancestry::Ancestry;
use super::conditionals::Solver;
use super::discrepancy::{Discrepancy, ModelDiscrepancy};
use super::error_budget::Observed;
use super::kernel::Kernel;
use crate::{Result, ScoreError};

/// Residuals of a level that are looked at: so all distances count alike, however many residuals are close to each other.
const OF_A_LEVEL: usize = 1500;
/// Residuals below which nothing can be estimated.
const FEWEST: usize = 20;
const EVALUATIONS: usize = 160;
/// Residuals that a task takes.
const BLOCK: usize = 256;
/// What is looked for: lengths in parts of the extent of the residuals, smoothness, and smoothing in lengths.
const LENGTHS: [f64; 2] = [1e-4, 1.0];
const SMOOTHNESS: [f64; 2] = [0.1, 3.0];
const SMOOTHINGS: [f64; 2] = [1e-3, 1.0];
const COMPENSATIONS: [f64; 2] = [1e-3, 0.999];

/// The discrepancy that is meant, estimated where it is not given.
///
/// # Errors
/// [`ScoreError::TooFew`] and [`ScoreError::Positions`] where there is nothing to estimate it from.
pub(crate) fn resolve(observed: &Observed, ancestry: &Ancestry, asked: ModelDiscrepancy) -> Result<Discrepancy> {
    match asked {
        ModelDiscrepancy::None => Ok(Discrepancy::NONE),
        ModelDiscrepancy::Field(field) => field.checked(),
        ModelDiscrepancy::Estimate => estimate(observed, ancestry, None),
        ModelDiscrepancy::Sigma(sigma) => {
            Discrepancy { sigma, ..Discrepancy::NONE }.checked()?;
            if sigma == 0.0 { Ok(Discrepancy::NONE) } else { estimate(observed, ancestry, Some(sigma)) }
        }
    }
}

/// Makes the restricted likelihood (Patterson and Thompson 1971) of the residuals given their neighbours largest, in which the mean
/// is not known. Of each level so many residuals are taken, the errors of overpasses included in their covariance.
fn estimate(observed: &Observed, ancestry: &Ancestry, sigma: Option<f64>) -> Result<Discrepancy> {
    if observed.position.is_empty() {
        return Err(ScoreError::Positions);
    }
    if observed.len() < FEWEST {
        return Err(ScoreError::TooFew { found: observed.len(), fewest: FEWEST });
    }
    let search = Search { observed, places: places(ancestry), ancestry, sigma, extent: extent(&observed.position) };
    let mut best: Option<([f64; 5], f64)> = None;
    for start in search.starts() {
        let found = (start, search.misfit(&start));
        if best.is_none_or(|best| found.1 < best.1) {
            best = Some(found);
        }
    }
    let start = best.map_or([0.0; 5], |best| best.0);
    let (first, _) = minimum(start, [0.4, 0.5, 0.3, 0.8, 0.8], EVALUATIONS, |point| search.misfit(point));
    // A simplex that has shrunk in one direction starts anew.
    let (found, _) = minimum(first, [0.2, -0.3, -0.2, -0.8, -0.8], EVALUATIONS, |point| search.misfit(point));
    search.discrepancy(&found).checked()
}

struct Search<'a> {
    observed: &'a Observed,
    ancestry: &'a Ancestry,
    places: Vec<usize>,
    sigma: Option<f64>,
    extent: f64,
}

impl Search<'_> {
    /// Where the search begins: the residuals' own size, and lengths of all orders.
    fn starts(&self) -> Vec<[f64; 5]> {
        let count = self.observed.len() as f64;
        let mean = self.observed.residual.iter().sum::<f64>() / count;
        let variance = self.observed.residual.iter().map(|own| (own - mean).powi(2)).sum::<f64>() / count;
        let size = 0.5 * variance.max(f64::MIN_POSITIVE).ln();
        let lengths = [0.003f64, 0.01, 0.03, 0.1];
        let start = |length: f64, smoothness: f64| [size, (length * self.extent).ln(), smoothness.ln(), -4.0, 0.0];
        lengths.into_iter().flat_map(|length| [0.4, 0.9].map(|smoothness| start(length, smoothness))).collect()
    }

    fn discrepancy(&self, point: &[f64; 5]) -> Discrepancy {
        let [sigma, length, smoothness, smoothing, compensation] = *point;
        let length = length.exp().clamp(LENGTHS[0] * self.extent, LENGTHS[1] * self.extent);
        Discrepancy {
            sigma: self.sigma.unwrap_or_else(|| sigma.exp().min(1e8)),
            length,
            smoothness: smoothness.exp().clamp(SMOOTHNESS[0], SMOOTHNESS[1]),
            compensation: (1.0 / (1.0 + (-compensation).exp())).clamp(COMPENSATIONS[0], COMPENSATIONS[1]),
            smoothing: length * smoothing.exp().clamp(SMOOTHINGS[0], SMOOTHINGS[1]),
        }
    }

    /// How far a point lies beyond what is looked for, so that the search comes back.
    fn beyond(&self, point: &[f64; 5]) -> f64 {
        let logit = |share: f64| (share / (1.0 - share)).ln();
        let bounds = [
            (point[1] - self.extent.ln(), LENGTHS.map(f64::ln)),
            (point[2], SMOOTHNESS.map(f64::ln)),
            (point[3], SMOOTHINGS.map(f64::ln)),
            (point[4], COMPENSATIONS.map(logit)),
        ];
        bounds.into_iter().map(|(value, [low, high])| (low - value).max(value - high).max(0.0).powi(2)).sum()
    }

    /// Minus the restricted log-likelihood, but for constants.
    fn misfit(&self, point: &[f64; 5]) -> f64 {
        let kernel = Kernel::new(&self.discrepancy(point));
        let sums = map(self.places.len().div_ceil(BLOCK), |block| {
            let places = &self.places[block * BLOCK..((block + 1) * BLOCK).min(self.places.len())];
            let mut solver = Solver::default();
            places.iter().fold([0.0; 4], |sums, &place| {
                let terms = self.conditional(&kernel, &mut solver, place);
                std::array::from_fn(|at| sums[at] + terms[at])
            })
        });
        let [log_variance, of_residuals, both, of_ones] =
            sums.iter().fold([0.0; 4], |sums, terms| std::array::from_fn(|at| sums[at] + terms[at]));
        0.5 * (log_variance + of_residuals - both * both / of_ones + of_ones.ln()) + self.beyond(point)
    }

    /// Logarithm of the variance of a residual given its neighbours, and products of it and one, whitened.
    fn conditional(&self, kernel: &Kernel, solver: &mut Solver, place: usize) -> [f64; 4] {
        let (observed, at, parents) = (self.observed, self.ancestry.at(place), self.ancestry.parents(place));
        let variance = solver.solve(
            at,
            parents,
            |at| kernel.variance + observed.variance[at] + observed.shared_variance(at),
            |one, other| kernel.at(observed.squared_distance(one, other)) + observed.shared_covariance(one, other),
        );
        let (mut residual, mut one) = (observed.residual[at], 1.0);
        for (&parent, weight) in parents.iter().zip(&solver.weights) {
            residual -= weight * observed.residual[parent as usize];
            one -= weight;
        }
        [variance.ln(), residual * residual / variance, residual * one / variance, one * one / variance]
    }
}

/// Of each level, the first residuals.
fn places(ancestry: &Ancestry) -> Vec<usize> {
    ancestry.levels().iter().flat_map(|level| level.clone().take(OF_A_LEVEL)).collect()
}

/// The longest side of the box of places, m.
fn extent(positions: &[[f64; 3]]) -> f64 {
    let side = |axis: usize| {
        let values = positions.iter().map(|place| place[axis]);
        values.clone().fold(f64::NEG_INFINITY, f64::max) - values.fold(f64::INFINITY, f64::min)
    };
    (0..3).map(side).fold(1.0, f64::max)
}
