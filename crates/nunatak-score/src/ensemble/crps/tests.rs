//! CRPS against the double sum over members, with weights, errors, holes and infinite numbers.

use super::*;
use crate::normal::{cumulative, density};

fn mean_distance(difference: f64, sigma: f64) -> f64 {
    if sigma == 0.0 {
        return difference.abs();
    }
    let z = difference / sigma;
    2.0 * sigma * density(z) + difference * (2.0 * cumulative(z) - 1.0)
}

/// The double sum, with weights and an error.
fn brute_force(y: f64, members: &[f64], weights: &[f64], sigma: f64, is_fair: bool) -> f64 {
    let total: f64 = weights.iter().sum();
    let (mut distance, mut pairs, mut squares) = (0.0, 0.0, 0.0);
    for (at, member) in members.iter().enumerate() {
        let weight = weights[at] / total;
        squares += weight * weight;
        distance += weight * mean_distance(member - y, sigma);
        for (beside, other) in members.iter().enumerate().filter(|(beside, _)| !is_fair || *beside != at) {
            pairs += weight * weights[beside] / total * mean_distance(member - other, sigma * SQRT_2);
        }
    }
    distance - 0.5 * pairs / if is_fair { 1.0 - squares } else { 1.0 }
}

const ESTIMATORS: [CrpsEstimator; 2] = [CrpsEstimator::EmpiricalDistribution, CrpsEstimator::Fair];

proptest::proptest! {
    #[test]
    fn equals_the_double_sum(
        y in -50.0..50.0f64,
        members in proptest::collection::vec((-40.0..40.0f64, 0.1..3.0f64), 2..12),
        sigma in 0.0..20.0f64,
    ) {
        let (members, weights): (Vec<f64>, Vec<f64>) = members.into_iter().unzip();
        let (equal, sigmas) = (vec![1.0; weights.len()], [sigma]);
        let plain = Ensemble::new(std::slice::from_ref(&y), &members, MemberAxis::Last).unwrap();
        for estimator in ESTIMATORS {
            let is_fair = estimator == CrpsEstimator::Fair;
            for (ensemble, weights, sigma) in [
                (plain, &equal, 0.0),
                (plain.with_weights(&weights).unwrap(), &weights, 0.0),
                (plain.with_sigma(&sigmas).unwrap(), &equal, sigma),
                (plain.with_weights(&weights).unwrap().with_sigma(&sigmas).unwrap(), &weights, sigma),
            ] {
                let found = crps(&ensemble, estimator).unwrap()[0];
                let expected = brute_force(y, &members, weights, sigma, is_fair);
                proptest::prop_assert!((found - expected).abs() < 2e-12, "{found} {expected}");
            }
        }
    }

    #[test]
    fn many_points_equal_one_at_a_time(
        values in proptest::collection::vec(-40.0..40.0f64, 21 * 6),
        missing in proptest::collection::vec(0..21 * 6usize, 0..60),
    ) {
        let mut values = values;
        missing.into_iter().for_each(|at| values[at] = f64::NAN);
        let (observation, members) = values.split_at(21);
        let rows: Vec<f64> = (0..21).flat_map(|at| (0..5).map(move |member| members[member * 21 + at])).collect();
        for estimator in ESTIMATORS {
            let first = crps(&Ensemble::new(observation, members, MemberAxis::First).unwrap(), estimator).unwrap();
            let last = crps_ensemble(observation, &rows, estimator).unwrap();
            for at in 0..21 {
                let own: Vec<f64> = rows[at * 5..][..5].iter().copied().filter(|member| !member.is_nan()).collect();
                let is_fair = estimator == CrpsEstimator::Fair;
                let expected = match own.len() {
                    0 => f64::NAN,
                    1 if is_fair => f64::NAN,
                    size => brute_force(observation[at], &own, &vec![1.0; size], 0.0, is_fair),
                };
                for found in [first[at], last[at]] {
                    let same = (found - expected).abs() < 1e-12 || (found.is_nan() && expected.is_nan());
                    proptest::prop_assert!(same, "{found} {expected}");
                }
            }
        }
    }
}

#[test]
fn missing_members_leave_their_row() {
    let members = [1.0, f64::NAN, 3.0, f64::NAN, f64::NAN, f64::NAN];
    let found = crps_ensemble(&[2.0, 2.0], &members, CrpsEstimator::EmpiricalDistribution).unwrap();
    assert!((found[0] - 0.5).abs() < 1e-15);
    assert!(found[1].is_nan());
    assert!(crps_ensemble(&[1.0, 2.0], &[1.0, 2.0, 3.0], CrpsEstimator::Fair).is_err());
}

#[test]
fn infinite_numbers_have_the_score_of_the_integral() {
    let (inf, one) = (f64::INFINITY, 1.0);
    let cases = [
        (one, [one, inf], inf, f64::NAN),
        (one, [-inf, inf], inf, f64::NAN),
        (inf, [inf, inf], 0.0, f64::NAN),
        (inf, [one, inf], inf, f64::NAN),
        (inf, [one, one], inf, inf),
    ];
    for (observation, members, plain, fair) in cases {
        for sigma in [0.0, 2.0] {
            let ensemble = Ensemble::new(std::slice::from_ref(&observation), &members, MemberAxis::Last).unwrap();
            for ensemble in [ensemble, ensemble.with_sigma(&[sigma]).unwrap()] {
                let [found, found_fair] = ESTIMATORS.map(|estimator| crps(&ensemble, estimator).unwrap()[0]);
                assert_eq!(found, plain, "{observation} {members:?}");
                assert!(found_fair == fair || (found_fair.is_nan() && fair.is_nan()), "{observation} {members:?}");
            }
        }
    }
    // A member without weight is none.
    let members = [3.0, inf];
    let ensemble = Ensemble::new(&[1.0], &members, MemberAxis::Last).unwrap().with_weights(&[2.0, 0.0]).unwrap();
    assert_eq!(crps(&ensemble, CrpsEstimator::EmpiricalDistribution).unwrap(), [2.0]);
}
