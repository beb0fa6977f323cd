//! A model against observations, with the error budget of the observations.

use nunatak_array::order_statistics::{median, nmad};

use crate::{
    Agreement, PassCovariance, Result, ScoreError,
    agreement::of_residuals,
    error::check_length,
    gaussian::{coverage_of_z, crps_standard},
    normal::cumulative,
};

/// Residuals and what is known of their errors, one value each.
///
/// # Examples
///
/// ```
/// use nunatak_score::{Residuals, score};
///
/// let residuals = Residuals {
///     residual: &[5.0, -5.0, f64::NAN],
///     random_sigma: &[3.0; 3],
///     common_sigma: &[4.0; 3],
///     pass: &[1, 2, 2],
/// };
/// let found = score(residuals, 0.0, &[])?;
/// assert_eq!((found.agreement.count, found.agreement.skipped), (2, 1));
/// // √(3² + 4²) m is the total error of each.
/// assert_eq!(found.z[..2], [1.0, -1.0]);
/// # Ok::<(), nunatak_score::ScoreError>(())
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Residuals<'a> {
    /// Observation minus model (m).
    pub residual: &'a [f64],
    /// Random standard deviation, independent between residuals (m).
    pub random_sigma: &'a [f64],
    /// Standard deviation of the error that a pass shares (m).
    pub common_sigma: &'a [f64],
    /// Pass of each residual.
    pub pass: &'a [i64],
}

/// Fraction of residuals inside a central interval.
///
/// # Examples
///
/// ```
/// use nunatak_score::{Residuals, score};
///
/// let (residual, sigma) = (&[0.0, 1.0, -1.0, 3.0], &[1.0; 4]);
/// let residuals = Residuals { residual, random_sigma: sigma, common_sigma: &[0.0; 4], pass: &[1, 1, 2, 2] };
/// let coverage = score(residuals, 0.0, &[0.9])?.coverage[0];
/// // 90 % should lie within 1.64 standard deviations.
/// assert_eq!((coverage.level, coverage.fraction), (0.9, 0.75));
/// # Ok::<(), nunatak_score::ScoreError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Coverage {
    /// Fraction that should be inside.
    pub level: f64,
    /// Fraction that is.
    pub fraction: f64,
}

/// One pass's share of a comparison.
///
/// # Examples
///
/// ```
/// use nunatak_score::{Residuals, score};
///
/// let (residual, random_sigma) = (&[1.0, 3.0, -2.0], &[3.0; 3]);
/// let residuals = Residuals { residual, random_sigma, common_sigma: &[4.0; 3], pass: &[1, 1, 7] };
/// let passes = score(residuals, 0.0, &[])?.passes;
/// assert_eq!((passes[0].pass, passes[0].count, passes[0].bias), (1, 2, 2.0));
/// // One residual of 3 m random and 4 m common error.
/// assert_eq!((passes[1].pass, passes[1].bias, passes[1].bias_sigma), (7, -2.0, 5.0));
/// # Ok::<(), nunatak_score::ScoreError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PassScore {
    /// Pass number.
    pub pass: i64,
    /// Residuals used.
    pub count: usize,
    /// Mean residual (m).
    pub bias: f64,
    /// Standard error of that mean under the error budget (m).
    pub bias_sigma: f64,
    /// Median residual (m).
    pub median: f64,
    /// Normalised median absolute deviation (m).
    pub nmad: f64,
    /// Root mean square residual (m).
    pub rmse: f64,
    /// Share in the log-likelihood.
    pub log_likelihood: f64,
}

/// What [`score`] finds.
///
/// # Examples
///
/// ```
/// use nunatak_score::{Residuals, score};
///
/// let (residual, random_sigma) = (&[5.0, -5.0], &[3.0; 2]);
/// let found = score(Residuals { residual, random_sigma, common_sigma: &[4.0; 2], pass: &[1, 2] }, 0.0, &[])?;
/// assert_eq!((found.agreement.bias, found.agreement.rmse), (0.0, 5.0));
/// // The error budget explains the residuals.
/// assert_eq!(found.chi_square_reduced, 1.0);
/// assert_eq!(found.effective_sample_size, 2.0);
/// # Ok::<(), nunatak_score::ScoreError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Score {
    /// Bias, MAE, RMSE, centred RMSE, and how many residuals were used and skipped.
    pub agreement: Agreement,
    /// Median residual (m).
    pub median: f64,
    /// Normalised median absolute deviation (m).
    pub nmad: f64,
    /// Standard error of the bias under the error budget, `√(1ᵀΣ1)/n` (m).
    pub bias_sigma: f64,
    /// [`PassCovariance::effective_sample_size`].
    pub effective_sample_size: f64,
    /// `Σz²/n`, 1 when the error budget explains the residuals.
    pub chi_square_reduced: f64,
    /// Standard deviation of that number if it does, `√(2/ν)` with [`PassCovariance::chi_square_degrees`].
    pub chi_square_sigma: f64,
    /// `rᵀΣ⁻¹r / n`, the chi-square that knows of the correlation.
    pub mahalanobis_reduced: f64,
    /// [`PassCovariance::log_likelihood`].
    pub log_likelihood: f64,
    /// Mean CRPS of a normal distribution of the total standard deviation (m).
    pub crps: f64,
    /// Mean Dawid–Sebastiani score of single residuals.
    pub dawid_sebastiani: f64,
    /// Coverage at each level asked for.
    pub coverage: Vec<Coverage>,
    /// One row per pass, by pass number.
    pub passes: Vec<PassScore>,
    /// Probability integral transform of every residual given, NaN where it was skipped.
    pub pit: Vec<f64>,
    /// Standardised residual of every residual given, NaN where it was skipped.
    pub z: Vec<f64>,
}

/// Scores residuals under `Σ = D + B Bᵀ` (see [`PassCovariance`]), with `discrepancy`, the standard deviation of
/// what the model cannot represent (m), added to the random error: `D = random² + discrepancy²`.
///
/// Residuals that are not finite, or of which a standard deviation is unknown (NaN, infinite, or negative as fill values
/// are), are skipped and counted.
///
/// # Errors
/// [`ScoreError::Length`], [`ScoreError::Sigma`], [`ScoreError::Level`], and [`ScoreError::Empty`] when nothing is
/// left to score.
pub fn score(residuals: Residuals<'_>, discrepancy: f64, levels: &[f64]) -> Result<Score> {
    let kept = keep_valid(&residuals)?;
    if !(discrepancy >= 0.0 && discrepancy.is_finite()) {
        let bound = "of 0 or more";
        return Err(ScoreError::Sigma { what: "discrepancy", index: 0, found: discrepancy, bound });
    }
    let pick = |values: &[f64]| -> Vec<f64> { kept.iter().map(|&index| values[index]).collect() };
    let residual = pick(residuals.residual);
    let random: Vec<f64> = pick(residuals.random_sigma).iter().map(|sigma| sigma.hypot(discrepancy)).collect();
    let pass: Vec<i64> = kept.iter().map(|&index| residuals.pass[index]).collect();
    let covariance = PassCovariance::new(&random, &pick(residuals.common_sigma), &pass)?;
    let sigma = covariance.total_sigma();
    let z: Vec<f64> = residual.iter().zip(&sigma).map(|(residual, sigma)| residual / sigma).collect();
    let count = residual.len() as f64;
    let mean = |terms: &mut dyn Iterator<Item = f64>| terms.sum::<f64>() / count;
    let coverage = levels
        .iter()
        .map(|&level| Ok(Coverage { level, fraction: coverage_of_z(&z, level)? }))
        .collect::<Result<Vec<_>>>()?;
    Ok(Score {
        agreement: of_residuals(&residual, residuals.residual.len() - residual.len()),
        median: median(&residual),
        nmad: nmad(&residual),
        bias_sigma: covariance.mean_variance().sqrt(),
        effective_sample_size: covariance.effective_sample_size(),
        chi_square_reduced: mean(&mut z.iter().map(|z| z * z)),
        chi_square_sigma: (2.0 / covariance.chi_square_degrees()).sqrt(),
        mahalanobis_reduced: covariance.mahalanobis(&residual)? / count,
        log_likelihood: covariance.log_likelihood(&residual)?,
        crps: mean(&mut z.iter().zip(&sigma).map(|(&z, sigma)| crps_standard(z) * sigma)),
        dawid_sebastiani: mean(&mut z.iter().zip(&sigma).map(|(z, sigma)| z * z + 2.0 * sigma.ln())),
        coverage,
        passes: score_passes(&covariance, &residual),
        pit: spread(&kept, z.iter().map(|&z| cumulative(z)), residuals.residual.len()),
        z: spread(&kept, z.iter().copied(), residuals.residual.len()),
    })
}

/// Indices of residuals that are known, with both of their standard deviations.
fn keep_valid(residuals: &Residuals<'_>) -> Result<Vec<usize>> {
    let total = residuals.residual.len();
    check_length("random_sigma", total, residuals.random_sigma.len())?;
    check_length("common_sigma", total, residuals.common_sigma.len())?;
    check_length("pass", total, residuals.pass.len())?;
    let is_known = |sigma: f64| sigma.is_finite() && sigma >= 0.0;
    let is_kept = |&index: &usize| {
        residuals.residual[index].is_finite()
            && is_known(residuals.random_sigma[index])
            && is_known(residuals.common_sigma[index])
    };
    let kept: Vec<usize> = (0..total).filter(is_kept).collect();
    if kept.is_empty() { Err(ScoreError::Empty { skipped: total }) } else { Ok(kept) }
}

fn score_passes(covariance: &PassCovariance, residual: &[f64]) -> Vec<PassScore> {
    let row = |(&pass, members): (&i64, &Vec<usize>)| {
        let of_pass: Vec<f64> = members.iter().map(|&index| residual[index]).collect();
        let sizes = of_residuals(&of_pass, 0);
        PassScore {
            pass,
            count: sizes.count,
            bias: sizes.bias,
            bias_sigma: covariance.sum_variance_of(members).sqrt() / sizes.count as f64,
            median: median(&of_pass),
            nmad: nmad(&of_pass),
            rmse: sizes.rmse,
            log_likelihood: covariance.log_likelihood_of(members, residual),
        }
    };
    covariance.passes().iter().map(row).collect()
}

/// Puts values back where they came from, NaN elsewhere.
fn spread(kept: &[usize], values: impl Iterator<Item = f64>, length: usize) -> Vec<f64> {
    let mut all = vec![f64::NAN; length];
    for (&index, value) in kept.iter().zip(values) {
        all[index] = value;
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scores_two_passes_and_skips_what_is_missing() {
        let residuals = Residuals {
            residual: &[3.0, 5.0, f64::NAN, -4.0, 1.0],
            random_sigma: &[3.0, 3.0, 1.0, 1.0, 1.0],
            common_sigma: &[4.0, 4.0, 1.0, 0.0, f64::NAN],
            pass: &[2, 2, 2, 1, 1],
        };
        let found = score(residuals, 0.0, &[0.9]).unwrap();
        assert_eq!((found.agreement.count, found.agreement.skipped), (3, 2));
        // total σ 5, 5, 1: z 0.6, 1, -4
        assert!((found.chi_square_reduced - (0.36 + 1.0 + 16.0) / 3.0).abs() < 1e-14);
        assert_eq!(found.coverage[0].fraction, 2.0 / 3.0);
        // Var of the sum: 9 + 9 + 8² + 1
        assert!((found.bias_sigma - 83f64.sqrt() / 3.0).abs() < 1e-14);
        assert!((found.effective_sample_size - 3.0 * 51.0 / 83.0).abs() < 1e-14);
        assert_eq!(found.passes.iter().map(|pass| (pass.pass, pass.count)).collect::<Vec<_>>(), [(1, 1), (2, 2)]);
        let shares: f64 = found.passes.iter().map(|pass| pass.log_likelihood).sum();
        assert!((shares - found.log_likelihood).abs() < 1e-12);
        assert!(found.pit[2].is_nan() && found.pit[4].is_nan() && (found.pit[1] - cumulative(1.0)).abs() < 1e-15);
    }

    #[test]
    fn unknown_errors_are_skipped_whatever_stands_for_them() {
        let alone = Residuals { residual: &[3.0], random_sigma: &[1.0], common_sigma: &[2.0], pass: &[1] };
        let expected = score(alone, 0.0, &[0.9]).unwrap();
        for unknown in [f64::NAN, f64::INFINITY, -9999.0, -0.1] {
            for (random, common) in [(unknown, 2.0), (1.0, unknown)] {
                let residuals = Residuals {
                    residual: &[3.0, 8.0],
                    random_sigma: &[1.0, random],
                    common_sigma: &[2.0, common],
                    pass: &[1, 1],
                };
                let found = score(residuals, 0.0, &[0.9]).unwrap();
                assert_eq!((found.agreement.count, found.agreement.skipped), (1, 1));
                assert_eq!(found.bias_sigma, expected.bias_sigma);
                assert_eq!(found.log_likelihood, expected.log_likelihood);
            }
        }
    }

    #[test]
    fn discrepancy_joins_the_random_error() {
        let residuals =
            Residuals { residual: &[1.0, 2.0], random_sigma: &[3.0, 0.0], common_sigma: &[0.0, 0.0], pass: &[1, 1] };
        let found = score(residuals, 4.0, &[]).unwrap();
        assert!((found.z[0] - 0.2).abs() < 1e-15 && (found.z[1] - 0.5).abs() < 1e-15);
        assert!(matches!(score(residuals, 0.0, &[]), Err(ScoreError::Sigma { what: "random_sigma", index: 1, .. })));
        assert!(matches!(score(residuals, -1.0, &[]), Err(ScoreError::Sigma { what: "discrepancy", .. })));
    }

    #[test]
    fn nothing_left_is_an_error() {
        let residuals = Residuals { residual: &[f64::NAN], random_sigma: &[1.0], common_sigma: &[1.0], pass: &[1] };
        assert!(matches!(score(residuals, 0.0, &[]), Err(ScoreError::Empty { skipped: 1 })));
    }
}
