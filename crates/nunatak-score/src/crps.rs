//! Continuous ranked probability score of an ensemble.

use nunatak_parallel::Interrupt;
use rayon::prelude::*;

use crate::{Result, ScoreError};

/// How the spread of the members enters the score.
///
/// # Examples
///
/// ```
/// use nunatak_score::{CrpsEstimator, crps_ensemble};
///
/// // Members 1 m below and 1 m above the observation.
/// let (observation, members) = ([2.0], [1.0, 3.0]);
/// assert_eq!(crps_ensemble(&observation, &members, CrpsEstimator::EmpiricalDistribution)?, [0.5]);
/// assert_eq!(crps_ensemble(&observation, &members, CrpsEstimator::Fair)?, [0.0]);
/// # Ok::<(), nunatak_score::ScoreError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CrpsEstimator {
    /// The members are the whole distribution: pair differences over `M²` (Gneiting and Raftery 2007, eq. 20-21).
    #[default]
    EmpiricalDistribution,
    /// The members are a sample of it: pair differences over `M (M - 1)` (Ferro 2014), unbiased for any size.
    Fair,
}

/// CRPS of an ensemble for each observation, in the observation's unit: `mean|x - y| - ½ mean|x - x'|`.
///
/// `members` is row-major, `(observations, members)`. A NaN member is left out of its row; a row without
/// observation or with too few members (none; fewer than two for [`CrpsEstimator::Fair`]) gives NaN.
///
/// # Errors
/// [`ScoreError::Shape`] when `members` is not a whole number of rows.
pub fn crps_ensemble(observation: &[f64], members: &[f64], estimator: CrpsEstimator) -> Result<Vec<f64>> {
    if observation.is_empty() && members.is_empty() {
        return Ok(Vec::new());
    }
    let size = members.len().checked_div(observation.len()).unwrap_or(0);
    if size == 0 || size * observation.len() != members.len() {
        return Err(ScoreError::Shape {
            what: "CRPS of an ensemble",
            expected: format!("the same number of members for each of {} observations", observation.len()),
            found: vec![members.len()],
        });
    }
    let interrupt = Interrupt::current();
    let score = |(&y, row): (&f64, &[f64])| {
        interrupt.check();
        of_row(y, row, estimator)
    };
    Ok(observation.par_iter().zip(members.par_chunks(size)).map(score).collect())
}

/// With sorted members, `ΣΣ|x - x'|/2 = Σ (2i + 1 - M) x_i` for `i = 0…M-1`: `M log M` instead of `M²`.
fn of_row(observation: f64, members: &[f64], estimator: CrpsEstimator) -> f64 {
    let mut sorted: Vec<f64> = members.iter().copied().filter(|member| !member.is_nan()).collect();
    sorted.sort_unstable_by(f64::total_cmp);
    let size = sorted.len() as f64;
    let pairs = match estimator {
        CrpsEstimator::EmpiricalDistribution => size * size,
        CrpsEstimator::Fair => size * (size - 1.0),
    };
    if observation.is_nan() || pairs == 0.0 {
        return f64::NAN;
    }
    let distance = sorted.iter().map(|member| (member - observation).abs()).sum::<f64>() / size;
    // Differences from the observation keep the sum small, so that large heights lose no digits.
    let spread: f64 =
        sorted.iter().enumerate().map(|(rank, member)| (2.0 * rank as f64 + 1.0 - size) * (member - observation)).sum();
    distance - spread / pairs
}

#[cfg(test)]
mod tests {
    use super::*;

    fn brute_force(y: f64, members: &[f64], fair: bool) -> f64 {
        let size = members.len() as f64;
        let distance: f64 = members.iter().map(|x| (x - y).abs()).sum();
        let pairs: f64 = members.iter().flat_map(|x| members.iter().map(move |other| (x - other).abs())).sum();
        distance / size - 0.5 * pairs / (size * (size - if fair { 1.0 } else { 0.0 }))
    }

    proptest::proptest! {
        #[test]
        fn equals_the_double_sum(y in -50.0..50.0f64, members in proptest::collection::vec(-40.0..40.0f64, 2..12)) {
            let found = crps_ensemble(&[y], &members, CrpsEstimator::EmpiricalDistribution).unwrap()[0];
            proptest::prop_assert!((found - brute_force(y, &members, false)).abs() < 1e-11);
            let found = crps_ensemble(&[y], &members, CrpsEstimator::Fair).unwrap()[0];
            proptest::prop_assert!((found - brute_force(y, &members, true)).abs() < 1e-11);
        }
    }

    #[test]
    fn missing_members_leave_their_row() {
        let members = [1.0, f64::NAN, 3.0, f64::NAN, f64::NAN, f64::NAN];
        let found = crps_ensemble(&[2.0, 2.0], &members, CrpsEstimator::EmpiricalDistribution).unwrap();
        assert!((found[0] - brute_force(2.0, &[1.0, 3.0], false)).abs() < 1e-15);
        assert!(found[1].is_nan());
        assert!(crps_ensemble(&[1.0, 2.0], &[1.0, 2.0, 3.0], CrpsEstimator::Fair).is_err());
    }
}
