//! Logarithmic score of an ensemble whose observations have errors.

use std::f64::consts::PI;

use super::members::{Ensemble, Point};
use crate::{Result, error::check_sigma};

/// Minus the log density of each observation `y` in the mixture of `N(x, σ²)` about the members:
/// `-ln Σ wᵢ φ((y - xᵢ)/σ)/σ` (Good 1952; Gneiting and Raftery 2007, sect. 4.1).
///
/// Members alone have no density, so `σ` must be above zero. Infinite members have none at any observation, and an
/// observation without density has the score infinity.
///
/// # Errors
/// [`ScoreError::Sigma`](crate::ScoreError::Sigma) when a standard deviation is 0, and without any.
pub fn log_score(ensemble: &Ensemble<'_>) -> Result<Vec<f64>> {
    check_sigma("sigma", ensemble.sigma.unwrap_or(&[0.0]))?;
    Ok(ensemble.rows(1, |point, row| row[0] = of_point(point)))
}

/// NaN where the observation has no error.
pub(crate) fn of_point(point: &Point) -> f64 {
    if point.sigma == 0.0 {
        return f64::NAN;
    }
    let exponent = |member: f64| {
        let z = (point.observation - member) / point.sigma;
        // An infinite member at an infinite observation is no density either.
        if z.is_nan() { f64::NEG_INFINITY } else { -0.5 * z * z }
    };
    let largest = point.members.iter().map(|&member| exponent(member)).fold(f64::NEG_INFINITY, f64::max);
    if largest == f64::NEG_INFINITY {
        return f64::INFINITY;
    }
    let weighted = point.members.iter().zip(&point.weights);
    let sum: f64 = weighted.map(|(&member, weight)| weight * (exponent(member) - largest).exp()).sum();
    point.sigma.ln() + 0.5 * (2.0 * PI).ln() - largest - sum.ln()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ScoreError, ensemble::MemberAxis, gaussian};

    #[test]
    fn one_member_is_a_normal_prediction() {
        let (observation, members, sigma) = ([2.0, 900.0, f64::NAN], [1.0, -900.0, 0.0], [0.5, 1.0, 1.0]);
        let ensemble = Ensemble::new(&observation, &members, MemberAxis::First).unwrap().with_sigma(&sigma).unwrap();
        let (found, expected) = (log_score(&ensemble).unwrap(), gaussian::log_score(&observation, &members, &sigma));
        for (found, expected) in found.iter().zip(expected.unwrap()) {
            assert!((found - expected).abs() <= 1e-14 * expected.abs() || (found.is_nan() && expected.is_nan()));
        }
    }

    #[test]
    fn infinite_members_have_no_density() {
        let members = [f64::INFINITY, 1.0, f64::INFINITY, f64::NEG_INFINITY];
        let ensemble = Ensemble::new(&[1.0, 1.0], &members, MemberAxis::Last).unwrap().with_sigma(&[1.0, 1.0]).unwrap();
        let found = log_score(&ensemble).unwrap();
        assert!((found[0] - (0.5 * (2.0 * PI).ln() + 2f64.ln())).abs() < 1e-15);
        assert_eq!(found[1], f64::INFINITY);
    }

    #[test]
    fn no_error_is_refused() {
        let ensemble = Ensemble::new(&[1.0], &[1.0], MemberAxis::Last).unwrap();
        for ensemble in [ensemble, ensemble.with_sigma(&[0.0]).unwrap()] {
            assert!(matches!(log_score(&ensemble), Err(ScoreError::Sigma { what: "sigma", .. })));
        }
    }
}
