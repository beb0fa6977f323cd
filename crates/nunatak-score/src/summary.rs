//! The numbers of a comparison by the names that Python and the program give them.

use crate::Score;

/// Names and meanings, with their units, of the numbers of a comparison, in the order in which they are shown.
pub const MEANINGS: [(&str, &str); 19] = [
    ("n", "residuals used"),
    ("skipped", "left out: NaN in the residual or its uncertainty"),
    ("passes", "satellite passes (rgt, cycle, pair)"),
    ("n_eff", "independent values that would fix the bias as well"),
    ("bias", "m, mean of observation minus model"),
    ("bias_sigma", "m, its standard error under the covariance"),
    ("weighted_bias", "m, by the inverse of the covariance: what says the same counts less"),
    ("weighted_bias_sigma", "m, its standard error"),
    ("median", "m"),
    ("nmad", "m, 1.4826 median|r - median|"),
    ("mae", "m"),
    ("rmse", "m"),
    ("centred_rmse", "m, without the bias"),
    ("chi2_reduced", "mean z²; 1 when the error budget explains the residuals"),
    ("chi2_reduced_sigma", "its standard deviation if so"),
    ("mahalanobis_reduced", "r'C⁻¹r / n with all correlation; 1 if so"),
    ("log_likelihood", "Gaussian, with all correlation"),
    ("crps", "m"),
    ("dawid_sebastiani", "mean ln σ² + z²"),
];

/// One number of a comparison.
///
/// # Examples
///
/// ```
/// use nunatak_score::{ErrorBudget, ModelDiscrepancy, score};
///
/// let (random_sigma, shared, pass) = (&[1.0; 2], &[[0.0; 3]; 2], &[1, 1]);
/// let budget = ErrorBudget { random_sigma, shared, overpass: pass, pass, ..Default::default() };
/// let found = score(&[1.0, 3.0], &budget, ModelDiscrepancy::None, &[])?;
/// let numbers = found.summary();
/// assert_eq!((numbers[0].name, numbers[0].value, numbers[0].is_count), ("n", 2.0, true));
/// assert_eq!((numbers[4].name, numbers[4].value), ("bias", 2.0));
/// assert_eq!(numbers[4].meaning, "m, mean of observation minus model");
/// # Ok::<(), nunatak_score::ScoreError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SummaryNumber {
    /// Its name.
    pub name: &'static str,
    /// What it is, with its unit.
    pub meaning: &'static str,
    /// Its value.
    pub value: f64,
    /// Whether it is a whole number.
    pub is_count: bool,
}

impl Score {
    /// The numbers of the comparison, in the order of [`MEANINGS`].
    pub fn summary(&self) -> Vec<SummaryNumber> {
        let agreement = &self.agreement;
        let values = [
            agreement.count as f64,
            agreement.skipped as f64,
            self.passes.len() as f64,
            self.effective_sample_size,
            agreement.bias,
            self.bias_sigma,
            self.weighted_bias,
            self.weighted_bias_sigma,
            self.median,
            self.nmad,
            agreement.mae,
            agreement.rmse,
            agreement.centred_rmse,
            self.chi_square_reduced,
            self.chi_square_sigma,
            self.mahalanobis_reduced,
            self.log_likelihood,
            self.crps,
            self.dawid_sebastiani,
        ];
        let named = MEANINGS.into_iter().zip(values).enumerate();
        named.map(|(at, ((name, meaning), value))| SummaryNumber { name, meaning, value, is_count: at < 3 }).collect()
    }
}
