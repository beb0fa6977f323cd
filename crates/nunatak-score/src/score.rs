//! A model against observations, with the error budget of the observations.

use std::collections::BTreeMap;

use nunatak_array::order_statistics::{median, nmad};

use crate::{
    Agreement, Discrepancy, ErrorBudget, ModelDiscrepancy, NeighbourCorrelation, Result, ScoreError,
    agreement::of_residuals,
    correlated::{Ancestry, Observed, ResidualCovariance, resolve},
    gaussian::{coverage_of_z, crps_standard},
    normal::cumulative,
};

/// Fraction of residuals inside a central interval.
///
/// # Examples
///
/// ```
/// use nunatak_score::{ErrorBudget, ModelDiscrepancy, score};
///
/// let passes = &[1, 1, 2, 2];
/// let budget =
///     ErrorBudget { random_sigma: &[1.0; 4], shared: &[[0.0; 3]; 4], overpass: passes, pass: passes, ..Default::default() };
/// let coverage = score(&[0.0, 1.0, -1.0, 3.0], &budget, ModelDiscrepancy::None, &[0.9])?.coverage[0];
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
/// use nunatak_score::{ErrorBudget, ModelDiscrepancy, score};
///
/// let (random_sigma, shared, pass) = (&[3.0; 3], &[[4.0, 0.0, 0.0]; 3], &[1, 1, 7]);
/// let budget = ErrorBudget { random_sigma, shared, overpass: pass, pass, ..Default::default() };
/// let passes = score(&[1.0, 3.0, -2.0], &budget, ModelDiscrepancy::None, &[])?.passes;
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
/// use nunatak_score::{ErrorBudget, ModelDiscrepancy, score};
///
/// let (random_sigma, shared, pass) = (&[3.0; 2], &[[4.0, 0.0, 0.0]; 2], &[1, 2]);
/// let budget = ErrorBudget { random_sigma, shared, overpass: pass, pass, ..Default::default() };
/// let found = score(&[5.0, -5.0], &budget, ModelDiscrepancy::None, &[])?;
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
    /// Standard error of the bias under the covariance, `√(1ᵀΣ1)/n` (m).
    pub bias_sigma: f64,
    /// Best linear unbiased estimate of the bias, `1ᵀΣ⁻¹r / 1ᵀΣ⁻¹1` (m; Aitken 1935): residuals that say the same count less.
    pub weighted_bias: f64,
    /// Its standard error, `1/√(1ᵀΣ⁻¹1)` (m).
    pub weighted_bias_sigma: f64,
    /// Number of independent values that would give the plain mean the same variance: `n_eff = n · tr Σ / 1ᵀΣ1` (Kish 1965,
    /// section 8.2), at least 1 where no covariance is negative.
    pub effective_sample_size: f64,
    /// `Σz²/n`, 1 when the error budget explains the residuals.
    pub chi_square_reduced: f64,
    /// Standard deviation of that number if it does, `√(2/ν)` with `ν = n²/ΣΣρ²` (Satterthwaite 1946).
    pub chi_square_sigma: f64,
    /// `rᵀΣ⁻¹r / n`, the chi-square that knows of the correlation.
    pub mahalanobis_reduced: f64,
    /// Gaussian, `-½ (n ln 2π + ln|Σ| + rᵀΣ⁻¹r)`.
    pub log_likelihood: f64,
    /// Mean CRPS of a normal distribution of the total standard deviation (m).
    pub crps: f64,
    /// Mean Dawid–Sebastiani score of single residuals.
    pub dawid_sebastiani: f64,
    /// The discrepancy that was used, estimated or given.
    pub discrepancy: Discrepancy,
    /// Correlation of neighbours, found and expected.
    pub neighbours: NeighbourCorrelation,
    /// Coverage at each level asked for.
    pub coverage: Vec<Coverage>,
    /// One row per pass, by pass number.
    pub passes: Vec<PassScore>,
    /// Probability integral transform of every residual given, NaN where it was skipped.
    pub pit: Vec<f64>,
    /// Standardised residual of every residual given, NaN where it was skipped.
    pub z: Vec<f64>,
}

/// Scores residuals (observation minus model, m) under `Σ = D + K + U Uᵀ + c²`: independent errors `D`, the discrepancy `K` of the
/// model, errors `U` that overpasses share, and one that all share.
///
/// Residuals that are not finite, or of which an error or the place is unknown (NaN, infinite, or a negative standard deviation as
/// fill values are), are skipped and counted.
///
/// # Errors
/// [`ScoreError::Length`](crate::ScoreError::Length), [`ScoreError::Sigma`](crate::ScoreError::Sigma) for a residual without any
/// error, [`ScoreError::Level`](crate::ScoreError::Level), [`ScoreError::Empty`](crate::ScoreError::Empty) when nothing is left to
/// score, and those of discrepancies.
pub fn score(
    residual: &[f64],
    budget: &ErrorBudget<'_>,
    discrepancy: ModelDiscrepancy,
    levels: &[f64],
) -> Result<Score> {
    let mut observed = Observed::new(residual, budget)?;
    let is_placed = !observed.position.is_empty();
    let ancestry = if is_placed { Ancestry::new(&observed.position) } else { Ancestry::independent(observed.len()) };
    let discrepancy = resolve(&observed, &ancestry, discrepancy)?;
    if discrepancy.is_correlated() && !is_placed {
        return Err(ScoreError::Positions);
    }
    if !discrepancy.is_correlated() {
        observed.add_independent(discrepancy.sigma);
    }
    check_some_error(&observed, &discrepancy)?;
    let independent = Ancestry::independent(observed.len());
    let used = if discrepancy.is_correlated() { &ancestry } else { &independent };
    let covariance = ResidualCovariance::new(&observed, used, &discrepancy)?;
    let neighbours = NeighbourCorrelation::new(&observed, &ancestry, &covariance);
    scored(&observed, &covariance, residual.len(), levels, discrepancy, neighbours)
}

/// Fails for a residual that is known exactly: no likelihood is left of it.
fn check_some_error(observed: &Observed, discrepancy: &Discrepancy) -> Result<()> {
    if discrepancy.is_correlated() {
        return Ok(());
    }
    match observed.variance.iter().position(|&variance| variance <= 0.0) {
        None => Ok(()),
        Some(at) => Err(ScoreError::Sigma {
            what: "random_sigma",
            index: observed.kept[at],
            found: observed.variance[at].sqrt(),
            bound: "above 0",
        }),
    }
}

fn scored(
    observed: &Observed,
    covariance: &ResidualCovariance<'_>,
    total: usize,
    levels: &[f64],
    discrepancy: Discrepancy,
    neighbours: NeighbourCorrelation,
) -> Result<Score> {
    let residual = &observed.residual;
    let variances = covariance.total_variances();
    let sigma: Vec<f64> = variances.iter().map(|variance| variance.sqrt()).collect();
    let z: Vec<f64> = residual.iter().zip(&sigma).map(|(residual, sigma)| residual / sigma).collect();
    let count = residual.len() as f64;
    let mean = |terms: &mut dyn Iterator<Item = f64>| terms.sum::<f64>() / count;
    let coverage = levels
        .iter()
        .map(|&level| Ok(Coverage { level, fraction: coverage_of_z(&z, level)? }))
        .collect::<Result<Vec<_>>>()?;
    let mean_variance = covariance.mean_variance();
    let (weighted_bias, weighted_bias_sigma) = covariance.weighted_mean();
    Ok(Score {
        agreement: of_residuals(residual, total - residual.len()),
        median: median(residual),
        nmad: nmad(residual),
        bias_sigma: mean_variance.sqrt(),
        weighted_bias,
        weighted_bias_sigma,
        effective_sample_size: mean(&mut variances.iter().copied()) / mean_variance,
        chi_square_reduced: mean(&mut z.iter().map(|z| z * z)),
        chi_square_sigma: (2.0 / covariance.chi_square_degrees()).sqrt(),
        mahalanobis_reduced: covariance.mahalanobis() / count,
        log_likelihood: covariance.log_likelihood(),
        crps: mean(&mut z.iter().zip(&sigma).map(|(&z, sigma)| crps_standard(z) * sigma)),
        dawid_sebastiani: mean(&mut z.iter().zip(&sigma).map(|(z, sigma)| z * z + 2.0 * sigma.ln())),
        discrepancy,
        neighbours,
        coverage,
        passes: score_passes(observed, covariance),
        pit: spread(&observed.kept, z.iter().map(|&z| cumulative(z)), total),
        z: spread(&observed.kept, z.iter().copied(), total),
    })
}

fn score_passes(observed: &Observed, covariance: &ResidualCovariance<'_>) -> Vec<PassScore> {
    let mut members: BTreeMap<i64, Vec<usize>> = BTreeMap::new();
    for (at, &pass) in observed.pass.iter().enumerate() {
        members.entry(pass).or_default().push(at);
    }
    let log_likelihoods = covariance.log_likelihoods();
    let passes: Vec<(i64, Vec<usize>)> = members.into_iter().collect();
    nunatak_parallel::map(passes.len(), |number| {
        let (pass, members) = &passes[number];
        let residual: Vec<f64> = members.iter().map(|&at| observed.residual[at]).collect();
        let sizes = of_residuals(&residual, 0);
        PassScore {
            pass: *pass,
            count: sizes.count,
            bias: sizes.bias,
            bias_sigma: covariance.mean_variance_of(members).sqrt(),
            median: median(&residual),
            nmad: nmad(&residual),
            rmse: sizes.rmse,
            log_likelihood: log_likelihoods.get(pass).copied().unwrap_or(f64::NAN),
        }
    })
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

    fn shared(sigma: &[f64]) -> Vec<[f64; 3]> {
        sigma.iter().map(|&sigma| [sigma, 0.0, 0.0]).collect()
    }

    #[test]
    fn scores_two_passes_and_skips_what_is_missing() {
        let pass = [2, 2, 2, 1, 1];
        let budget = ErrorBudget {
            random_sigma: &[3.0, 3.0, 1.0, 1.0, 1.0],
            shared: &shared(&[4.0, 4.0, 1.0, 0.0, f64::NAN]),
            overpass: &pass,
            pass: &pass,
            ..ErrorBudget::default()
        };
        let found = score(&[3.0, 5.0, f64::NAN, -4.0, 1.0], &budget, ModelDiscrepancy::None, &[0.9]).unwrap();
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
        let of = |residual: &[f64], random: &[f64], common: &[f64]| {
            let pass = vec![1; residual.len()];
            let shared = shared(common);
            let budget = ErrorBudget {
                random_sigma: random,
                shared: &shared,
                overpass: &pass,
                pass: &pass,
                ..Default::default()
            };
            score(residual, &budget, ModelDiscrepancy::None, &[0.9]).unwrap()
        };
        let expected = of(&[3.0], &[1.0], &[2.0]);
        for unknown in [f64::NAN, f64::INFINITY, -9999.0, -0.1] {
            let random = (unknown, 2.0);
            let common = (1.0, if unknown < 0.0 { f64::NAN } else { unknown });
            for (random, common) in [random, common] {
                let found = of(&[3.0, 8.0], &[1.0, random], &[2.0, common]);
                assert_eq!((found.agreement.count, found.agreement.skipped), (1, 1));
                assert_eq!(found.bias_sigma, expected.bias_sigma);
                assert_eq!(found.log_likelihood, expected.log_likelihood);
            }
        }
    }

    #[test]
    fn discrepancy_without_a_length_joins_the_random_error() {
        let budget = ErrorBudget {
            random_sigma: &[3.0, 0.0],
            shared: &[[0.0; 3]; 2],
            overpass: &[1, 1],
            pass: &[1, 1],
            ..ErrorBudget::default()
        };
        let independent = |sigma| ModelDiscrepancy::Field(Discrepancy { sigma, ..Discrepancy::NONE });
        let of = |discrepancy| score(&[1.0, 2.0], &budget, discrepancy, &[]);
        let found = of(independent(4.0)).unwrap();
        assert!((found.z[0] - 0.2).abs() < 1e-15 && (found.z[1] - 0.5).abs() < 1e-15);
        assert!(matches!(of(ModelDiscrepancy::None), Err(ScoreError::Sigma { what: "random_sigma", index: 1, .. })));
        assert!(matches!(of(independent(-1.0)), Err(ScoreError::Discrepancy { name: "sigma", .. })));
        assert!(matches!(of(ModelDiscrepancy::Estimate), Err(ScoreError::Positions)));
    }

    #[test]
    fn nothing_left_is_an_error() {
        let budget = ErrorBudget {
            random_sigma: &[1.0],
            shared: &[[1.0, 0.0, 0.0]],
            overpass: &[1],
            pass: &[1],
            ..ErrorBudget::default()
        };
        let found = score(&[f64::NAN], &budget, ModelDiscrepancy::None, &[]);
        assert!(matches!(found, Err(ScoreError::Empty { skipped: 1 })));
    }
}
