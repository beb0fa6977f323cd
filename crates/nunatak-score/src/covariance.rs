//! The covariance of altimetry residuals: independent noise, and one error shared by each satellite pass.

use std::{collections::BTreeMap, f64::consts::PI};

use crate::{
    Result, ScoreError,
    error::{check_length, check_sigma},
};

/// `Σ = D + B Bᵀ`: `D` holds the random variances, `B` one column per pass with the pass's common standard
/// deviation at each of its residuals.
///
/// Within a pass the common error is one unknown number times `common_sigma`; between passes it is independent.
/// Each residual belongs to one pass, so the columns of `B` do not overlap, `Σ` is block diagonal, each block is
/// diagonal plus rank one, and everything here costs `O(n)`.
///
/// # Examples
///
/// ```
/// use nunatak_score::PassCovariance;
///
/// let (random, common) = ([3.0, 3.0], [4.0, 4.0]);
/// let apart = PassCovariance::new(&random, &common, &[1, 2])?;
/// assert_eq!(apart.total_sigma(), [5.0, 5.0]);
/// assert_eq!(apart.effective_sample_size(), 2.0);
/// // In one pass the error of 4 m is shared: 2 · (25 + 25) / (9 + 9 + 8²) values.
/// let together = PassCovariance::new(&random, &common, &[1, 1])?;
/// assert!((together.effective_sample_size() - 100.0 / 82.0).abs() < 1e-12);
/// # Ok::<(), nunatak_score::ScoreError>(())
/// ```
#[derive(Debug, Clone)]
pub struct PassCovariance {
    variance: Vec<f64>,
    common: Vec<f64>,
    passes: BTreeMap<i64, Vec<usize>>,
}

impl PassCovariance {
    /// A covariance from standard deviations (m) and the pass of each residual.
    ///
    /// # Errors
    /// [`ScoreError::Length`]; [`ScoreError::Sigma`] when a random standard deviation is not above zero or a common
    /// one is negative, NaN or infinite.
    pub fn new(random_sigma: &[f64], common_sigma: &[f64], pass: &[i64]) -> Result<Self> {
        check_length("common_sigma", random_sigma.len(), common_sigma.len())?;
        check_length("pass", random_sigma.len(), pass.len())?;
        check_sigma("random_sigma", random_sigma)?;
        let refuse = |what, sigma: &[f64], wrong: fn(f64) -> bool, bound| match sigma.iter().position(|&s| wrong(s)) {
            Some(index) => Err(ScoreError::Sigma { what, index, found: sigma[index], bound }),
            None => Ok(()),
        };
        refuse("random_sigma", random_sigma, f64::is_nan, "above 0")?;
        refuse("common_sigma", common_sigma, |s| !(s >= 0.0 && s.is_finite()), "of 0 or more")?;
        let mut passes: BTreeMap<i64, Vec<usize>> = BTreeMap::new();
        for (index, &pass) in pass.iter().enumerate() {
            passes.entry(pass).or_default().push(index);
        }
        let variance = random_sigma.iter().map(|sigma| sigma * sigma).collect();
        Ok(Self { variance, common: common_sigma.to_vec(), passes })
    }

    /// Number of residuals.
    pub fn len(&self) -> usize {
        self.variance.len()
    }

    /// Whether there is no residual.
    pub fn is_empty(&self) -> bool {
        self.variance.is_empty()
    }

    /// The residuals of each pass, by pass number.
    pub fn passes(&self) -> &BTreeMap<i64, Vec<usize>> {
        &self.passes
    }

    /// Total standard deviation of each residual, `√(D + b²)`.
    pub fn total_sigma(&self) -> Vec<f64> {
        (0..self.len()).map(|index| self.total_variance(index).sqrt()).collect()
    }

    fn total_variance(&self, index: usize) -> f64 {
        self.variance[index] + self.common[index].powi(2)
    }

    /// Best estimate of a pass's common error, in units of its standard deviation: `bᵀD⁻¹r / (1 + bᵀD⁻¹b)`.
    fn amplitude(&self, members: &[usize], residual: &[f64]) -> f64 {
        let pull: f64 = members.iter().map(|&at| self.common[at] * residual[at] / self.variance[at]).sum();
        pull / (1.0 + self.signal(members))
    }

    /// `bᵀD⁻¹b` of a pass.
    fn signal(&self, members: &[usize]) -> f64 {
        members.iter().map(|&at| self.common[at].powi(2) / self.variance[at]).sum()
    }

    /// `ln |Σ|` by the matrix determinant lemma: `Σ ln D + Σ_pass ln(1 + Σ b²/D)`.
    pub fn log_determinant(&self) -> f64 {
        self.passes.values().map(|members| self.log_determinant_of(members)).sum()
    }

    fn log_determinant_of(&self, members: &[usize]) -> f64 {
        members.iter().map(|&index| self.variance[index].ln()).sum::<f64>() + self.signal(members).ln_1p()
    }

    /// Squared Mahalanobis distance `rᵀ Σ⁻¹ r` (Sherman and Morrison 1950, Woodbury 1950). Its expectation is the number of residuals.
    ///
    /// # Errors
    /// [`ScoreError::Length`] when there is not one residual per row.
    pub fn mahalanobis(&self, residual: &[f64]) -> Result<f64> {
        check_length("residual", self.len(), residual.len())?;
        Ok(self.passes.values().map(|members| self.mahalanobis_of(members, residual)).sum())
    }

    /// The identity `rᵀΣ⁻¹r = Σ (r - b a)²/D + a²`, with `a` the best common amplitude, adds positive terms only;
    /// the textbook form subtracts two large numbers.
    fn mahalanobis_of(&self, members: &[usize], residual: &[f64]) -> f64 {
        let amplitude = self.amplitude(members, residual);
        let misfit: f64 = members
            .iter()
            .map(|&index| (residual[index] - self.common[index] * amplitude).powi(2) / self.variance[index])
            .sum();
        misfit + amplitude * amplitude
    }

    /// Gaussian log-likelihood `-½ (n ln 2π + ln|Σ| + rᵀΣ⁻¹r)` of residuals with mean zero.
    ///
    /// # Errors
    /// [`ScoreError::Length`] when there is not one residual per row.
    pub fn log_likelihood(&self, residual: &[f64]) -> Result<f64> {
        check_length("residual", self.len(), residual.len())?;
        Ok(self.passes.values().map(|members| self.log_likelihood_of(members, residual)).sum())
    }

    /// The share of one pass in the log-likelihood: passes are independent, so shares add up.
    pub(crate) fn log_likelihood_of(&self, members: &[usize], residual: &[f64]) -> f64 {
        let normalisation = members.len() as f64 * (2.0 * PI).ln();
        -0.5 * (normalisation + self.log_determinant_of(members) + self.mahalanobis_of(members, residual))
    }

    /// Variance of the plain mean of all residuals, `1ᵀΣ1 / n²` (m²).
    pub fn mean_variance(&self) -> f64 {
        let sum: f64 = self.passes.values().map(|members| self.sum_variance_of(members)).sum();
        sum / (self.len() as f64).powi(2)
    }

    /// Variance of the sum of a pass's residuals.
    pub(crate) fn sum_variance_of(&self, members: &[usize]) -> f64 {
        let random: f64 = members.iter().map(|&index| self.variance[index]).sum();
        let common: f64 = members.iter().map(|&index| self.common[index]).sum();
        random + common * common
    }

    /// Number of independent values that would give the plain mean the same variance:
    /// `n_eff = n · tr Σ / 1ᵀΣ1`.
    ///
    /// It is `n` without common errors, and the number of passes when they are all there is and the passes are equal
    /// (Kish 1965, sect. 8.2: `n` over the design effect). Since `1ᵀΣ1 <= n λ_max <= n tr Σ` and no element of `Σ`
    /// is negative, it lies between 1 and `n`. NaN when there is no residual.
    pub fn effective_sample_size(&self) -> f64 {
        let trace: f64 = (0..self.len()).map(|index| self.total_variance(index)).sum();
        trace / (self.mean_variance() * self.len() as f64)
    }

    /// Degrees of freedom that count for the reduced chi-square `Σz²/n`: `ν = n² / ΣΣ ρ_ij²`.
    ///
    /// For normal residuals with correlations `ρ_ij`, `Σz²` has mean `n` and variance `2 ΣΣ ρ_ij²` (Isserlis 1918),
    /// so `Σz²/n` behaves like a reduced chi-square with `ν` degrees of freedom (Satterthwaite 1946): it is 1 give
    /// or take `√(2/ν)`.
    pub fn chi_square_degrees(&self) -> f64 {
        let share = |index: usize| self.common[index].powi(2) / self.total_variance(index);
        let off_diagonal: f64 = self
            .passes
            .values()
            .map(|members| {
                let sum: f64 = members.iter().map(|&index| share(index)).sum();
                let squares: f64 = members.iter().map(|&index| share(index).powi(2)).sum();
                (sum * sum - squares).max(0.0)
            })
            .sum();
        let n = self.len() as f64;
        n * n / (n + off_diagonal)
    }
}

#[cfg(test)]
mod tests;
