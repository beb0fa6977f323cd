//! `Σ = D + K + U Uᵀ + c² 1 1ᵀ` of residuals, and quadratic forms of its inverse.

use std::collections::BTreeMap;

use nunatak_parallel::map;

use super::ancestry::Ancestry;
use super::cholesky::Factor;
use super::conditionals::Conditionals;
use super::discrepancy::Discrepancy;
use super::error_budget::Observed;
use super::kernel::Kernel;
use super::overpass_products::OverpassProducts;
use crate::Result;

/// Residuals whose pairs stand for all pairs.
const DRAWN: usize = 4000;
const DRAWN_FOR_MEAN: usize = 10_000;
const DRAWN_OF_A_PASS: usize = 200;

/// The covariance of residuals, ready for all that is asked of it.
///
/// With `V = F^-½ (I - W) U` of the [`Conditionals`], `M = I + Vᵀ V = L Lᵀ`, and whitened vectors `F^-½ (I - W) y`, quadratic
/// forms and the determinant follow from Woodbury's identity and the matrix determinant lemma (Harville 1997, theorem 18.1.1).
pub(crate) struct ResidualCovariance<'a> {
    observed: &'a Observed,
    ancestry: &'a Ancestry,
    kernel: Kernel,
    conditionals: Conditionals,
    /// Columns of `U` per overpass.
    width: usize,
    factor: Factor,
    /// Of the column that all residuals share: its row of `L` and the number on the diagonal.
    common: Option<(Vec<f64>, f64)>,
    residuals: Whitened,
    ones: Whitened,
}

/// A vector as the inverse of the covariance sees it.
struct Whitened {
    /// By place in the order.
    values: Vec<f64>,
    /// `L⁻¹ Vᵀ values`, the common column last.
    explained: Vec<f64>,
}

impl Whitened {
    fn product(&self, other: &Self) -> f64 {
        let dot = |one: &[f64], other: &[f64]| one.iter().zip(other).map(|(one, other)| one * other).sum::<f64>();
        dot(&self.values, &other.values) - dot(&self.explained, &other.explained)
    }
}

impl<'a> ResidualCovariance<'a> {
    /// Of residuals, which the ancestry is of too. What is independent of the discrepancy is among their variances.
    ///
    /// # Errors
    /// [`ScoreError::Overpasses`](crate::ScoreError::Overpasses) for more of these than there is memory for.
    pub(crate) fn new(observed: &'a Observed, ancestry: &'a Ancestry, discrepancy: &Discrepancy) -> Result<Self> {
        let kernel =
            if discrepancy.is_correlated() { Kernel::new(discrepancy) } else { Kernel::new(&Discrepancy::NONE) };
        let conditionals = Conditionals::new(observed, ancestry, &kernel);
        let whitened = |value: &(dyn Fn(usize) -> f64 + Sync)| whiten(ancestry, &conditionals, value);
        let residuals = whitened(&|at| observed.residual[at]);
        let ones = whitened(&|_| 1.0);
        let used = |column: usize| observed.shared.iter().any(|parts| parts[column] != 0.0);
        let width = (0..3).rev().find(|&column| used(column)).map_or(0, |last| last + 1);
        let products = OverpassProducts::of(observed, ancestry, &conditionals, &residuals, &ones);
        let factor = products.factor(width, observed.overpasses, ancestry.parents_in_all() > 0)?;
        let flat = |of: usize| -> Vec<f64> {
            let column =
                |at: usize| products.vectors.get(&((at / width) as u32)).map_or(0.0, |own| own[of][at % width]);
            (0..width * observed.overpasses).map(column).collect()
        };
        let (mut of_residuals, mut of_ones) = (factor.solve(flat(0)), factor.solve(flat(1)));
        let sigma = observed.common_sigma;
        let common = (sigma > 0.0).then(|| {
            let row: Vec<f64> = of_ones.iter().map(|value| sigma * value).collect();
            let squares = |values: &[f64]| values.iter().map(|value| value * value).sum::<f64>();
            let diagonal = (1.0 + sigma * sigma * squares(&ones) - squares(&row)).max(f64::MIN_POSITIVE).sqrt();
            let last = |values: &[f64], explained: &[f64]| {
                let dot = |one: &[f64], other: &[f64]| one.iter().zip(other).map(|(a, b)| a * b).sum::<f64>();
                (sigma * dot(values, &ones) - dot(explained, &row)) / diagonal
            };
            let both = [last(&residuals, &of_residuals), last(&ones, &of_ones)];
            of_residuals.push(both[0]);
            of_ones.push(both[1]);
            (row, diagonal)
        });
        let residuals = Whitened { values: residuals, explained: of_residuals };
        let ones = Whitened { values: ones, explained: of_ones };
        Ok(Self { observed, ancestry, kernel, conditionals, width, factor, common, residuals, ones })
    }

    /// `rᵀ Σ⁻¹ r`, whose expectation is the number of residuals.
    pub(crate) fn mahalanobis(&self) -> f64 {
        self.residuals.product(&self.residuals)
    }

    /// `-½ (n ln 2π + ln|Σ| + rᵀ Σ⁻¹ r)`.
    pub(crate) fn log_likelihood(&self) -> f64 {
        self.log_likelihoods().values().sum()
    }

    /// The shares of passes in the log-likelihood: of the conditionals of their residuals, and of what their overpass explains of
    /// them, in parts of its residuals.
    pub(crate) fn log_likelihoods(&self) -> BTreeMap<i64, f64> {
        let observed = self.observed;
        let mut counts = vec![0.0; observed.overpasses];
        observed.overpass.iter().for_each(|&overpass| counts[overpass as usize] += 1.0);
        let of_column =
            |column: usize| 0.5 * self.residuals.explained[column].powi(2) - self.factor.diagonal(column).ln();
        let of_overpass = |overpass: usize| (overpass * self.width..(overpass + 1) * self.width).map(of_column).sum();
        let gains: Vec<f64> = (0..observed.overpasses).map(of_overpass).collect();
        let of_all = self
            .common
            .as_ref()
            .map_or(0.0, |(_, diagonal)| 0.5 * self.residuals.explained[self.factor.size()].powi(2) - diagonal.ln());
        let mut shares = BTreeMap::new();
        for (place, value) in self.residuals.values.iter().enumerate() {
            let at = self.ancestry.at(place);
            let own = -0.5 * ((std::f64::consts::TAU * self.conditionals.variances[place]).ln() + value * value);
            let overpass = observed.overpass[at] as usize;
            let gain = gains[overpass] / counts[overpass] + of_all / observed.len() as f64;
            *shares.entry(observed.pass[at]).or_insert(0.0) += own + gain;
        }
        shares
    }

    /// The best linear unbiased estimate of the mean of the residuals, and its standard deviation (Aitken 1935), m.
    pub(crate) fn weighted_mean(&self) -> (f64, f64) {
        let information = self.ones.product(&self.ones);
        (self.ones.product(&self.residuals) / information, information.sqrt().recip())
    }

    /// Total variance of each residual, m².
    pub(crate) fn total_variances(&self) -> Vec<f64> {
        (0..self.observed.len()).map(|at| self.total_variance(at)).collect()
    }

    fn total_variance(&self, at: usize) -> f64 {
        self.kernel.variance + self.observed.variance[at] + self.observed.shared_variance(at)
    }

    fn covariance(&self, one: usize, other: usize) -> f64 {
        let of_discrepancy =
            if self.kernel.variance > 0.0 { self.kernel.at(self.observed.squared_distance(one, other)) } else { 0.0 };
        of_discrepancy + self.observed.shared_covariance(one, other)
    }

    /// Covariance and total variances of a residual and its nearest neighbour before it, for those that have one.
    pub(crate) fn of_neighbours(&self, ancestry: &Ancestry) -> impl Iterator<Item = (usize, usize, f64, f64)> {
        let pairs = neighbour_pairs(ancestry, self.observed);
        pairs.into_iter().map(|(at, parent)| {
            let variance = 0.5 * (self.total_variance(at) + self.total_variance(parent));
            (at, parent, self.covariance(at, parent), variance)
        })
    }

    /// Variance of the plain mean of all residuals, m²: of the discrepancy from pairs of residuals drawn at random where there are
    /// too many. (The conditionals cannot tell it: they hold what is near, and far apart small covariances of both signs add up.)
    pub(crate) fn mean_variance(&self) -> f64 {
        let count = self.observed.len() as f64;
        let all: Vec<usize> = (0..self.observed.len()).collect();
        let random: f64 = self.observed.variance.iter().sum();
        let of_pairs = if self.kernel.variance > 0.0 { self.mean_of_pairs() } else { 0.0 };
        let discrepancy = (self.kernel.variance + (count - 1.0) * of_pairs) / count;
        (random + self.shared_variance_of_sum(&all)) / (count * count) + discrepancy.max(self.kernel.variance / count)
    }

    /// Mean covariance of the discrepancy at two residuals, m².
    fn mean_of_pairs(&self) -> f64 {
        let drawn = self.ancestry.drawn(DRAWN_FOR_MEAN);
        let sums: Vec<f64> = map(drawn.len(), |row| {
            let one = drawn[row] as usize;
            drawn[..row].iter().map(|&other| self.kernel.at(self.observed.squared_distance(one, other as usize))).sum()
        });
        let pairs = drawn.len() * drawn.len().saturating_sub(1) / 2;
        if pairs == 0 { 0.0 } else { sums.iter().sum::<f64>() / pairs as f64 }
    }

    /// Variance of the sum of the shared errors of residuals, m².
    fn shared_variance_of_sum(&self, members: &[usize]) -> f64 {
        let mut sums: BTreeMap<u32, [f64; 3]> = BTreeMap::new();
        for &at in members {
            let sum = sums.entry(self.observed.overpass[at]).or_default();
            sum.iter_mut().zip(self.observed.shared[at]).for_each(|(sum, part)| *sum += part);
        }
        let squares: f64 = sums.into_values().flatten().map(|sum| sum * sum).sum();
        squares + (self.observed.common_sigma * members.len() as f64).powi(2)
    }

    /// Variance of the plain mean of some residuals, such as those of a pass, m²: of the discrepancy from some of their pairs.
    pub(crate) fn mean_variance_of(&self, members: &[usize]) -> f64 {
        let count = members.len() as f64;
        let random: f64 = members.iter().map(|&at| self.observed.variance[at]).sum();
        let drawn: Vec<usize> = members.iter().copied().step_by(members.len().div_ceil(DRAWN_OF_A_PASS)).collect();
        let of_pairs = if self.kernel.variance > 0.0 {
            let of = |&one: &usize| -> f64 {
                drawn.iter().map(|&other| self.kernel.at(self.observed.squared_distance(one, other))).sum()
            };
            drawn.iter().map(of).sum::<f64>() / (drawn.len() as f64).powi(2)
        } else {
            0.0
        };
        (random + self.shared_variance_of_sum(members)) / (count * count) + of_pairs
    }

    /// Degrees of freedom that count for the reduced chi-square `Σz²/n`: `ν = n² / ΣΣ ρ_ij²`, by pairs of residuals drawn at random
    /// where there are too many.
    ///
    /// For normal residuals with correlations `ρ_ij`, `Σz²` has mean `n` and variance `2 ΣΣ ρ_ij²` (Isserlis 1918), so `Σz²/n`
    /// behaves like a reduced chi-square with `ν` degrees of freedom (Satterthwaite 1946): it is 1 give or take `√(2/ν)`.
    pub(crate) fn chi_square_degrees(&self) -> f64 {
        let drawn = self.ancestry.drawn(DRAWN);
        let squares: Vec<f64> = map(drawn.len(), |row| {
            let one = drawn[row] as usize;
            let of = |&other: &u32| {
                let total = self.total_variance(one) * self.total_variance(other as usize);
                self.covariance(one, other as usize).powi(2) / total
            };
            drawn[..row].iter().map(of).sum()
        });
        let pairs = drawn.len() * drawn.len().saturating_sub(1);
        let mean = if pairs == 0 { 0.0 } else { 2.0 * squares.iter().sum::<f64>() / pairs as f64 };
        let count = self.observed.len() as f64;
        count / (1.0 + (count - 1.0) * mean)
    }
}

/// Each residual of the last level, and the nearest one before it that is somewhere else.
fn neighbour_pairs(ancestry: &Ancestry, observed: &Observed) -> Vec<(usize, usize)> {
    let last = ancestry.levels().last().cloned().unwrap_or(0..0);
    let pair = |place: usize| {
        let at = ancestry.at(place);
        let mut parents = ancestry.parents(place).iter().map(|&parent| parent as usize);
        parents.find(|&parent| observed.squared_distance(at, parent) > 0.0).map(|parent| (at, parent))
    };
    last.filter_map(pair).collect()
}

/// `F^-½ (I - W) y`, by place in the order.
fn whiten(ancestry: &Ancestry, conditionals: &Conditionals, value: &(dyn Fn(usize) -> f64 + Sync)) -> Vec<f64> {
    nunatak_parallel::map_values(ancestry.len(), |place| {
        let weights = &conditionals.weights[ancestry.parent_range(place)];
        let parents = ancestry.parents(place).iter().zip(weights);
        let predicted: f64 = parents.map(|(&parent, weight)| weight * value(parent as usize)).sum();
        (value(ancestry.at(place)) - predicted) / conditionals.variances[place].sqrt()
    })
}
