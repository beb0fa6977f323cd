//! A covariance as conditionals: each residual given few before it.

use nunatak_parallel::map;

use super::ancestry::Ancestry;
use super::error_budget::Observed;
use super::kernel::Kernel;

/// Part of the variance of a discrepancy that is independent, so that smooth ones can be computed with: a tenth of a millimetre in a
/// metre.
pub(super) const INDEPENDENT: f64 = 1e-8;
/// Part of the variance of a residual below which what its neighbours leave of it is round-off.
const LEAST_VARIANCE: f64 = 1e-10;
/// Residuals that a task takes.
const BLOCK: usize = 2048;

/// `Σ⁻¹ = (I - W)ᵀ F⁻¹ (I - W)`, with one row of `W` for each residual (Vecchia 1988; Katzfuss and Guinness 2021).
#[derive(Debug, Clone)]
pub(super) struct Conditionals {
    /// Weights of the parents, as these lie in the ancestry.
    pub(super) weights: Vec<f64>,
    /// F, by place in the order, m².
    pub(super) variances: Vec<f64>,
}

impl Conditionals {
    /// Of independent errors and a discrepancy, `D + K`.
    pub(super) fn new(observed: &Observed, ancestry: &Ancestry, kernel: &Kernel) -> Self {
        let covariance = |one: usize, other: usize| kernel.at(observed.squared_distance(one, other));
        let blocks = map(ancestry.len().div_ceil(BLOCK), |block| {
            let places = block * BLOCK..((block + 1) * BLOCK).min(ancestry.len());
            let mut solver = Solver::default();
            let mut weights = Vec::new();
            let mut variances = Vec::with_capacity(BLOCK);
            for place in places {
                let (at, parents) = (ancestry.at(place), ancestry.parents(place));
                let total = |at: usize| kernel.variance * (1.0 + INDEPENDENT) + observed.variance[at];
                variances.push(solver.solve(at, parents, total, covariance));
                weights.extend_from_slice(&solver.weights);
            }
            (weights, variances)
        });
        let mut found = Self {
            weights: Vec::with_capacity(ancestry.parents_in_all()),
            variances: Vec::with_capacity(ancestry.len()),
        };
        for (weights, variances) in blocks {
            found.weights.extend(weights);
            found.variances.extend(variances);
        }
        found
    }
}

/// The best prediction of a residual from others, by the Cholesky factor of their covariance.
#[derive(Debug, Default)]
pub(super) struct Solver {
    /// Rows of the lower triangle, one after the other.
    lower: Vec<f64>,
    /// Weight of each of the others.
    pub(super) weights: Vec<f64>,
}

impl Solver {
    /// Sets the weights, and returns the variance of what they leave, m².
    pub(super) fn solve(
        &mut self,
        at: usize,
        parents: &[u32],
        total: impl Fn(usize) -> f64,
        covariance: impl Fn(usize, usize) -> f64,
    ) -> f64 {
        self.lower.clear();
        self.weights.clear();
        let own = total(at);
        let mut explained = 0.0;
        for (row, &parent) in parents.iter().enumerate() {
            let parent = parent as usize;
            let start = self.lower.len();
            for (column, &other) in parents[..row].iter().enumerate() {
                let begin = column * (column + 1) / 2;
                let (before, current) = self.lower.split_at(start);
                let dot: f64 = current.iter().zip(&before[begin..begin + column]).map(|(one, other)| one * other).sum();
                let value = (covariance(parent, other as usize) - dot) / before[begin + column];
                self.lower.push(value);
            }
            let squares: f64 = self.lower[start..].iter().map(|value| value * value).sum();
            let variance = total(parent);
            self.lower.push((variance - squares).max(LEAST_VARIANCE * variance).sqrt());
            let dot: f64 = self.lower[start..].iter().zip(&self.weights).map(|(one, other)| one * other).sum();
            let value = (covariance(at, parent) - dot) / self.lower[start + row];
            explained += value * value;
            self.weights.push(value);
        }
        self.back_substitute();
        (own - explained).max(LEAST_VARIANCE * own)
    }

    fn back_substitute(&mut self) {
        for row in (0..self.weights.len()).rev() {
            let start = row * (row + 1) / 2;
            let value = self.weights[row] / self.lower[start + row];
            self.weights[row] = value;
            for column in 0..row {
                self.weights[column] -= self.lower[start + column] * value;
            }
        }
    }
}
