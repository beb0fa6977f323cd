//! The numbers of a comparison by the names that Python and the program give them.

use crate::Score;

/// One number of a comparison.
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
    /// The numbers of the comparison, in the order in which they are shown.
    pub fn summary(&self) -> Vec<SummaryNumber> {
        let count = |name, value: usize, meaning| SummaryNumber { name, meaning, value: value as f64, is_count: true };
        let real = |name, value, meaning| SummaryNumber { name, meaning, value, is_count: false };
        let agreement = &self.agreement;
        vec![
            count("n", agreement.count, "residuals used"),
            count("skipped", agreement.skipped, "left out: NaN in the residual or its uncertainty"),
            count("passes", self.passes.len(), "satellite passes (rgt, cycle, pair)"),
            real("n_eff", self.effective_sample_size, "independent values that would fix the bias as well"),
            real("bias", agreement.bias, "m, mean of observation minus model"),
            real("bias_sigma", self.bias_sigma, "m, its standard error under the error budget"),
            real("median", self.median, "m"),
            real("nmad", self.nmad, "m, 1.4826 median|r - median|"),
            real("mae", agreement.mae, "m"),
            real("rmse", agreement.rmse, "m"),
            real("centred_rmse", agreement.centred_rmse, "m, without the bias"),
            real("chi2_reduced", self.chi_square_reduced, "mean z²; 1 when the error budget explains the residuals"),
            real("chi2_reduced_sigma", self.chi_square_sigma, "its standard deviation if so"),
            real("mahalanobis_reduced", self.mahalanobis_reduced, "r'C⁻¹r / n with the correlation in passes; 1 if so"),
            real("log_likelihood", self.log_likelihood, "Gaussian, covariance of passes included"),
            real("crps", self.crps, "m"),
            real("dawid_sebastiani", self.dawid_sebastiani, "mean ln σ² + z²"),
        ]
    }
}
