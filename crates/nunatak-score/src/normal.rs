//! The standard normal distribution.

use std::f64::consts::{FRAC_1_SQRT_2, PI};

use crate::{Result, ScoreError};

/// Density `φ(z) = exp(-z²/2) / √(2π)`.
pub fn density(z: f64) -> f64 {
    (-0.5 * z * z).exp() / (2.0 * PI).sqrt()
}

/// Cumulative probability `Φ(z) = erfc(-z/√2) / 2` (Abramowitz and Stegun 1964, 26.2.29; accurate in both tails).
pub fn cumulative(z: f64) -> f64 {
    0.5 * libm::erfc(-z * FRAC_1_SQRT_2)
}

/// The `z` with `Φ(z) = probability`: the rational start of Abramowitz and Stegun (1964, 26.2.23), made exact to
/// rounding by Halley's iteration.
///
/// # Errors
/// [`ScoreError::Level`] unless `0 < probability < 1`.
pub fn quantile(probability: f64) -> Result<f64> {
    if !(probability > 0.0 && probability < 1.0) {
        return Err(ScoreError::Level { found: probability });
    }
    // The lower tail keeps full relative precision; the upper one is its mirror image.
    let tail = probability.min(1.0 - probability);
    let t = (-2.0 * tail.ln()).sqrt();
    let numerator = 2.515_517 + t * (0.802_853 + t * 0.010_328);
    let denominator = 1.0 + t * (1.432_788 + t * (0.189_269 + t * 0.001_308));
    let mut z = numerator / denominator - t;
    for _ in 0..3 {
        let error = (cumulative(z) - tail) / density(z);
        z -= error / (1.0 + 0.5 * z * error);
    }
    Ok(if probability < 0.5 { z } else { -z })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_scipy() {
        // scipy.stats.norm 1.18: cdf, ppf
        for (z, expected) in [(-8.0, 6.220960574271785e-16), (-1.0, 0.15865525393145707), (2.5, 0.9937903346742238)] {
            assert!((cumulative(z) / expected - 1.0).abs() < 1e-14);
        }
        for (p, expected) in [(0.975, 1.959963984540054), (0.84, 0.994457883209753), (1e-10, -6.361340902404056)] {
            assert!((quantile(p).unwrap() / expected - 1.0).abs() < 1e-13, "{p}");
        }
        assert!(quantile(0.5).unwrap().abs() < 1e-15);
    }

    #[test]
    fn quantile_refuses_what_is_no_probability() {
        for probability in [0.0, 1.0, 50.0, f64::NAN] {
            assert!(matches!(quantile(probability), Err(ScoreError::Level { .. })));
        }
    }
}
