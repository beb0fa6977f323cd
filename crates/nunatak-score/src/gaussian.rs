//! Scores of a normal prediction `N(mean, sigma²)`, one number for each observation.
//!
//! `sigma` is the total standard deviation: observation error, representativeness and model spread together.
//! NaN in, NaN out. Every function fails with [`ScoreError::Length`] when lists differ in length and with
//! [`ScoreError::Sigma`] when a standard deviation is not above zero. Scores are negatively oriented: small is good.

use std::f64::consts::PI;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use nunatak_array::has_room;
use nunatak_parallel::for_each_chunk;

use crate::{
    Result, ScoreError,
    error::{check_length, check_sigma, check_sigma_or_zero},
    normal::{cumulative, density, quantile},
    normal_distance::NormalDistance,
};

/// Standardised residuals `z = (observation - mean) / sigma`.
///
/// # Errors
/// As the [module](self) says.
pub fn z_score(observation: &[f64], mean: &[f64], sigma: &[f64]) -> Result<Vec<f64>> {
    check_length("mean", observation.len(), mean.len())?;
    check_length("sigma", observation.len(), sigma.len())?;
    check_sigma("sigma", sigma)?;
    let pairs = observation.iter().zip(mean).zip(sigma);
    Ok(pairs.map(|((observation, mean), sigma)| (observation - mean) / sigma).collect())
}

/// Continuous ranked probability score of a normal distribution, in the unit of the observation:
/// `σ [z (2Φ(z) - 1) + 2φ(z) - 1/√π]` (Gneiting and Raftery 2007, sect. 4.2; Gneiting et al. 2005, eq. 5; negatively
/// oriented). A standard deviation of 0 is allowed: the score of a prediction without spread is its distance `|x - m|`.
///
/// # Errors
/// [`ScoreError::Length`], and [`ScoreError::Sigma`] when a standard deviation is negative or infinite.
pub fn crps(observation: &[f64], mean: &[f64], sigma: &[f64]) -> Result<Vec<f64>> {
    check_length("mean", observation.len(), mean.len())?;
    check_length("sigma", observation.len(), sigma.len())?;
    let (table, mut scores) = (NormalDistance::table(), vec![0.0; observation.len()]);
    let is_wrong = AtomicBool::new(false);
    for_each_chunk(&mut scores, TOGETHER, |number, scores| {
        let from = number * TOGETHER;
        let pairs = observation[from..].iter().zip(&mean[from..]).zip(&sigma[from..]);
        let mut is_wrong_here = false;
        for (score, ((observation, mean), &sigma)) in scores.iter_mut().zip(pairs) {
            is_wrong_here |= sigma < 0.0 || sigma == f64::INFINITY;
            *score = crps_of_distance(table, observation - mean, sigma);
        }
        if is_wrong_here {
            is_wrong.store(true, Relaxed);
        }
    });
    // Which one it is, is asked for when there is one: all threads have looked.
    if is_wrong.into_inner() {
        check_sigma_or_zero("sigma", sigma)?;
    }
    Ok(scores)
}

/// Observations of one task.
const TOGETHER: usize = 8192;

/// Beyond this many standard deviations `2Φ(z) - 1` is 1 and `φ(z)` 0 to the last digit.
const FAR: f64 = 40.0;
const ONE_OVER_ROOT_PI: f64 = 0.5 * std::f64::consts::FRAC_2_SQRT_PI;

/// CRPS of `N(0, sigma²)` at a distance from its mean. Far away it is `|d| - σ/√π`, which has no quotient that overflows.
#[inline(always)]
fn crps_of_distance(table: &NormalDistance, distance: f64, sigma: f64) -> f64 {
    match distance.abs() >= FAR * sigma {
        true => distance.abs() - sigma * ONE_OVER_ROOT_PI,
        false => (table.at(distance / sigma) - ONE_OVER_ROOT_PI) * sigma,
    }
}

pub(crate) fn crps_standard(z: f64) -> f64 {
    z * (2.0 * cumulative(z) - 1.0) + 2.0 * density(z) - 1.0 / PI.sqrt()
}

/// Logarithmic score, minus the log density: `½ ln(2πσ²) + z²/2` (Good 1952; Gneiting and Raftery 2007, sect. 4.1).
///
/// # Errors
/// As the [module](self) says.
pub fn log_score(observation: &[f64], mean: &[f64], sigma: &[f64]) -> Result<Vec<f64>> {
    let scores = dawid_sebastiani(observation, mean, sigma)?;
    Ok(scores.into_iter().map(|score| 0.5 * (score + (2.0 * PI).ln())).collect())
}

/// Dawid–Sebastiani score `ln σ² + z²` (Dawid and Sebastiani 1999; Gneiting and Raftery 2007, eq. 25).
///
/// # Errors
/// As the [module](self) says.
pub fn dawid_sebastiani(observation: &[f64], mean: &[f64], sigma: &[f64]) -> Result<Vec<f64>> {
    let z = z_score(observation, mean, sigma)?;
    Ok(z.iter().zip(sigma).map(|(z, sigma)| 2.0 * sigma.ln() + z * z).collect())
}

/// Probability integral transform `Φ(z)`: uniform on (0, 1) when the prediction is calibrated (Dawid 1984).
///
/// # Errors
/// As the [module](self) says.
pub fn pit(observation: &[f64], mean: &[f64], sigma: &[f64]) -> Result<Vec<f64>> {
    Ok(z_score(observation, mean, sigma)?.into_iter().map(cumulative).collect())
}

/// Fraction of observations inside the central interval that should hold `level` of them,
/// `|z| <= Φ⁻¹((1 + level)/2)`; NaN are skipped, NaN when none is left.
///
/// # Errors
/// As the [module](self) says, and [`ScoreError::Level`] unless `0 < level < 1`.
pub fn coverage(observation: &[f64], mean: &[f64], sigma: &[f64], level: f64) -> Result<f64> {
    coverage_of_z(&z_score(observation, mean, sigma)?, level)
}

pub(crate) fn coverage_of_z(z: &[f64], level: f64) -> Result<f64> {
    let half_width = half_width(level)?;
    let valid = z.iter().filter(|z| !z.is_nan()).count();
    let inside = z.iter().filter(|z| z.abs() <= half_width).count();
    Ok(inside as f64 / valid as f64)
}

/// Half width, in standard deviations, of the central interval of probability `level`.
fn half_width(level: f64) -> Result<f64> {
    if !(level > 0.0 && level < 1.0) {
        return Err(ScoreError::Level { found: level });
    }
    quantile(0.5 + 0.5 * level)
}

/// Interval score of the central interval `[lower, upper]` of probability `level`, with `α = 1 - level`:
/// `(u - l) + (2/α)(l - x)₊ + (2/α)(x - u)₊` (Gneiting and Raftery 2007, eq. 43).
///
/// # Errors
/// [`ScoreError::Length`], [`ScoreError::Level`], and [`ScoreError::Interval`] where `lower > upper`.
pub fn interval_score(observation: &[f64], lower: &[f64], upper: &[f64], level: f64) -> Result<Vec<f64>> {
    check_length("lower", observation.len(), lower.len())?;
    check_length("upper", observation.len(), upper.len())?;
    if !(level > 0.0 && level < 1.0) {
        return Err(ScoreError::Level { found: level });
    }
    let penalty = 2.0 / (1.0 - level);
    let intervals = observation.iter().zip(lower.iter().zip(upper)).enumerate();
    intervals
        .map(|(index, (&x, (&lower, &upper)))| {
            if lower > upper {
                return Err(ScoreError::Interval { index, lower, upper });
            }
            let width = upper - lower;
            Ok(match x {
                x if x.is_nan() => f64::NAN,
                x if x < lower => width + penalty * (lower - x),
                x if x > upper => width + penalty * (x - upper),
                _ => width,
            })
        })
        .collect()
}

/// Interval score of the central interval of a normal prediction.
///
/// # Errors
/// As the [module](self) says, and [`ScoreError::Level`].
pub fn interval_score_of(observation: &[f64], mean: &[f64], sigma: &[f64], level: f64) -> Result<Vec<f64>> {
    check_length("mean", observation.len(), mean.len())?;
    check_length("sigma", observation.len(), sigma.len())?;
    check_sigma("sigma", sigma)?;
    let half_width = half_width(level)?;
    let end = |side: f64| -> Vec<f64> {
        mean.iter().zip(sigma).map(|(mean, sigma)| mean + side * half_width * sigma).collect()
    };
    interval_score(observation, &end(-1.0), &end(1.0), level)
}

/// Counts of PIT values in equal bins of [0, 1]; 1 belongs to the last bin, NaN are skipped.
///
/// # Errors
/// [`ScoreError::Bins`] for none, and for more than there is memory for.
pub fn pit_histogram(pit: &[f64], bins: usize) -> Result<Vec<u64>> {
    if bins == 0 || !has_room(bins as u128 * size_of::<u64>() as u128) {
        return Err(ScoreError::Bins { found: bins });
    }
    let mut counts = vec![0; bins];
    for &value in pit.iter().filter(|value| (0.0..=1.0).contains(*value)) {
        let bin = ((value * bins as f64) as usize).min(bins.saturating_sub(1));
        if let Some(count) = counts.get_mut(bin) {
            *count += 1;
        }
    }
    Ok(counts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crps_of_a_standard_normal_at_its_mean() {
        // 2φ(0) - 1/√π
        let expected = (2.0 / PI).sqrt() - 1.0 / PI.sqrt();
        let found = crps(&[3.0, f64::NAN], &[3.0, 0.0], &[2.0, 1.0]).unwrap();
        assert!((found[0] - 2.0 * expected).abs() < 1e-15);
        assert!(found[1].is_nan());
    }

    #[test]
    fn crps_without_spread_is_the_distance() {
        let sigma = [0.0, 0.0, 1e-320, 1e-9, f64::NAN];
        let found = crps(&[3.0, 1.0, 3.0, 3.0, 3.0], &[1.0; 5], &sigma).unwrap();
        for (found, expected) in found.iter().zip([2.0, 0.0, 2.0, 2.0 - 1e-9 / PI.sqrt()]) {
            assert!((found - expected).abs() < 1e-15, "{found} {expected}");
        }
        assert!(found[4].is_nan());
        for wrong in [-1.0, f64::INFINITY] {
            let error = crps(&[1.0, 1.0], &[1.0, 1.0], &[0.0, wrong]).unwrap_err();
            assert!(matches!(error, ScoreError::Sigma { what: "sigma", index: 1, .. }), "{error}");
        }
    }

    #[test]
    fn crps_is_smooth_where_the_far_form_begins() {
        let of_distance = |distance| crps_of_distance(NormalDistance::table(), distance, 1.0);
        let (near, far) = (of_distance(39.999_999), of_distance(40.000_001));
        assert!((far - near - 2e-6).abs() < 1e-12, "{near} {far}");
    }

    #[test]
    fn crps_equals_its_defining_integral() {
        // ∫ (Φ(x) - 1{x >= z})² dx by the midpoint rule
        for z in [-1.7, 0.0, 0.4, 3.0] {
            let step = 1e-4;
            let integral: f64 = (-120_000..120_000)
                .map(|index| (f64::from(index) + 0.5) * step)
                .map(|x| (cumulative(x) - f64::from(u8::from(x >= z))).powi(2) * step)
                .sum();
            assert!((crps_standard(z) - integral).abs() < 1e-4, "{z}");
        }
    }

    #[test]
    fn refuses_a_sigma_of_zero_and_unequal_lists() {
        let error = z_score(&[1.0], &[1.0], &[0.0]).unwrap_err();
        assert_eq!(error.to_string(), "`sigma` is 0 at index 0, expected a finite standard deviation above 0");
        assert!(matches!(crps(&[1.0], &[], &[1.0]), Err(ScoreError::Length { what: "mean", .. })));
    }

    #[test]
    fn interval_score_penalises_what_is_outside() {
        let found = interval_score(&[0.0, 2.0, -1.0], &[-1.0, -1.0, 0.0], &[1.0, 1.0, 1.0], 0.9).unwrap();
        for (found, expected) in found.iter().zip([2.0, 2.0 + 20.0, 1.0 + 20.0]) {
            assert!((found - expected).abs() < 1e-12);
        }
        assert!(matches!(interval_score(&[0.0], &[1.0], &[0.0], 0.9), Err(ScoreError::Interval { .. })));
    }

    #[test]
    fn coverage_counts_the_closed_interval() {
        let z = [0.0, 0.6, -0.7, 1.5, f64::NAN];
        // half width of 50 %: 0.674
        let found = coverage(&z, &[0.0; 5], &[1.0; 5], 0.5).unwrap();
        assert_eq!(found, 0.5);
        assert!(matches!(coverage(&z, &[0.0; 5], &[1.0; 5], 50.0), Err(ScoreError::Level { .. })));
    }

    #[test]
    fn histogram_keeps_the_end_of_the_range() {
        assert_eq!(pit_histogram(&[0.0, 0.1, 0.5, 1.0, f64::NAN], 2).unwrap(), vec![2, 2]);
        for bins in [0, 1 << 45, usize::MAX] {
            let refused = pit_histogram(&[0.5], bins);
            assert!(matches!(refused, Err(ScoreError::Bins { found }) if found == bins), "{refused:?}");
        }
    }
}
