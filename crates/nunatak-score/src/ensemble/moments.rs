//! Mean and spread of the members beside the observation.

use super::members::{Ensemble, Point};

/// Numbers in a row of [`moments`].
pub const MOMENTS: usize = 3;

/// For each observation its difference from the mean of the members, the square of it, and the square that the spread of
/// the members makes one expect.
///
/// Expected is `(1 + Σ wᵢ²) s² + σ²` with the unbiased variance `s² = Σ wᵢ (xᵢ - mean)² / (1 - Σ wᵢ²)`: with equal weights
/// `(M + 1)/M` times it (Fortin et al. 2014, eq. 15), and the variance of the error of the observation. It is NaN for one
/// member. Rows of [`MOMENTS`] numbers, one after the other.
pub fn moments(ensemble: &Ensemble<'_>) -> Vec<f64> {
    ensemble.rows(MOMENTS, |point, row| row.copy_from_slice(&of_point(point)))
}

pub(crate) fn of_point(point: &Point) -> [f64; MOMENTS] {
    // Differences from the observation keep the sums small.
    let weighted = || point.members.iter().map(|member| member - point.observation).zip(&point.weights);
    let mean: f64 = weighted().map(|(difference, weight)| weight * difference).sum();
    let squares: f64 = weighted().map(|(difference, weight)| weight * (difference - mean).powi(2)).sum();
    let own = point.squared_weights;
    let variance = if point.members.len() > 1 { squares / (1.0 - own) } else { f64::NAN };
    [-mean, mean * mean, (1.0 + own) * variance + point.sigma * point.sigma]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ensemble::MemberAxis;

    #[test]
    fn moments_of_three_members() {
        let members = [1.0, 2.0, 6.0, 5.0, f64::NAN, f64::NAN];
        let ensemble = Ensemble::new(&[4.0, 4.0], &members, MemberAxis::Last).unwrap().with_sigma(&[2.0, 2.0]).unwrap();
        let found = moments(&ensemble);
        // mean 3, unbiased variance 7, 4/3 of it and 4
        for (found, expected) in found.iter().zip([1.0, 1.0, 28.0 / 3.0 + 4.0, -1.0, 1.0]) {
            assert!((found - expected).abs() < 1e-14, "{found} {expected}");
        }
        assert!(found[5].is_nan());
    }
}
