//! Energy score of an ensemble of vectors.

use nunatak_parallel::for_each_chunk;

use super::CrpsEstimator;
use crate::{Result, ScoreError};

/// Points of one task.
const POINTS: usize = 64;

/// Vectors that were observed, and those of the members.
///
/// # Examples
///
/// ```
/// use nunatak_score::{CrpsEstimator, ensemble::{Vectors, energy_score}};
///
/// // One member, 3 m/a and 4 m/a off along the two axes.
/// let vectors = Vectors { observation: &[10.0, 20.0], members: &[13.0, 24.0], components: 2, weights: None };
/// assert_eq!(energy_score(&vectors, CrpsEstimator::EmpiricalDistribution)?, [5.0]);
/// # Ok::<(), nunatak_score::ScoreError>(())
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Vectors<'a> {
    /// `(points, components)`, row-major.
    pub observation: &'a [f64],
    /// `(points, members, components)`, row-major.
    pub members: &'a [f64],
    /// Length of a vector.
    pub components: usize,
    /// Weights of the members, not negative; equal for none.
    pub weights: Option<&'a [f64]>,
}

/// `Σ wᵢ ‖xᵢ - y‖ - ½ Σ wᵢ wⱼ ‖xᵢ - xⱼ‖` for each vector `y` (Gneiting and Raftery 2007, eq. 22, with `β = 1`); fair ones
/// have the second sum over `1 - Σ wᵢ²`. With one component it is the CRPS.
///
/// A member with a missing component is left out; a vector that lacks one is NaN. Infinite numbers as in
/// [`crps`](super::crps()).
///
/// # Errors
/// [`ScoreError::Shape`] when lengths do not go together, and [`ScoreError::Weight`].
pub fn energy_score(vectors: &Vectors<'_>, estimator: CrpsEstimator) -> Result<Vec<f64>> {
    let Vectors { observation, members, components, weights } = *vectors;
    let count = observation.len().checked_div(components).unwrap_or(0);
    let size = members.len().checked_div(observation.len()).unwrap_or(0);
    let fits = count * components == observation.len() && size * observation.len() == members.len();
    if !fits || components == 0 || weights.is_some_and(|weights| count > 0 && weights.len() != size) {
        return Err(ScoreError::Shape {
            what: "energy score",
            expected: format!("vectors of {components} components, one for each member and its weight"),
            found: vec![observation.len(), members.len()],
        });
    }
    let negative = weights.and_then(|weights| weights.iter().position(|&own| !(own >= 0.0 && own.is_finite())));
    if let (Some(index), Some(weights)) = (negative, weights) {
        return Err(ScoreError::Weight { what: "member_weights", index, found: weights[index] });
    }
    let is_fair = estimator == CrpsEstimator::Fair;
    let mut scores = vec![0.0; count];
    for_each_chunk(&mut scores, POINTS, |number, chunk| {
        for (at, score) in chunk.iter_mut().enumerate() {
            let point = number * POINTS + at;
            let own = &observation[point * components..][..components];
            let rows = members[point * size * components..][..size * components].chunks(components);
            let weighted = rows.enumerate().map(|(at, row)| (row, weights.map_or(1.0, |weights| weights[at])));
            let valid = |row: &[f64]| row.iter().all(|value| !value.is_nan());
            let members: Vec<(&[f64], f64)> = weighted.filter(|(row, weight)| *weight > 0.0 && valid(row)).collect();
            *score = if valid(own) { of_point(own, &members, is_fair) } else { f64::NAN };
        }
    });
    Ok(scores)
}

fn of_point(observation: &[f64], members: &[(&[f64], f64)], is_fair: bool) -> f64 {
    if members.is_empty() || (is_fair && members.len() < 2) {
        return f64::NAN;
    }
    let is_infinite = |vector: &[f64]| vector.iter().any(|value| value.is_infinite());
    if is_infinite(observation) || members.iter().any(|(row, _)| is_infinite(row)) {
        let is_same = members.iter().all(|(row, _)| *row == observation);
        return match is_fair {
            true if members.iter().any(|(row, _)| is_infinite(row)) => f64::NAN,
            false if is_same => 0.0,
            _ => f64::INFINITY,
        };
    }
    let total: f64 = members.iter().map(|(_, weight)| weight).sum();
    let (mut distance, mut pairs, mut squares) = (0.0, 0.0, 0.0);
    for (at, (member, weight)) in members.iter().enumerate() {
        let weight = weight / total;
        squares += weight * weight;
        distance += weight * between(member, observation);
        let sum: f64 = members[..at].iter().map(|(other, own)| own * between(member, other)).sum();
        pairs += weight * sum / total;
    }
    distance - if is_fair { pairs / (1.0 - squares) } else { pairs }
}

/// Euclidean distance.
fn between(one: &[f64], other: &[f64]) -> f64 {
    one.iter().zip(other).map(|(one, other)| (one - other).powi(2)).sum::<f64>().sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_component_is_the_crps() {
        let (observation, members) = ([2.0, 0.5], [1.0, 4.0, f64::NAN, -1.0, 0.5, 3.0]);
        let vectors = Vectors { observation: &observation, members: &members, components: 1, weights: None };
        for estimator in [CrpsEstimator::EmpiricalDistribution, CrpsEstimator::Fair] {
            let found = energy_score(&vectors, estimator).unwrap();
            let expected = super::super::crps_ensemble(&observation, &members, estimator).unwrap();
            assert!(found.iter().zip(expected).all(|(found, expected)| (found - expected).abs() < 1e-15));
        }
    }

    #[test]
    fn missing_and_infinite_components() {
        let inf = f64::INFINITY;
        let score = |observation: [f64; 2], members: [f64; 4]| {
            let vectors = Vectors { observation: &observation, members: &members, components: 2, weights: None };
            energy_score(&vectors, CrpsEstimator::EmpiricalDistribution).unwrap()[0]
        };
        assert_eq!(score([0.0, 0.0], [f64::NAN, 1.0, 3.0, 4.0]), 5.0);
        assert!(score([0.0, f64::NAN], [0.0, 1.0, 3.0, 4.0]).is_nan());
        assert_eq!(score([0.0, 0.0], [inf, 0.0, 1.0, 1.0]), inf);
        assert_eq!(score([inf, 0.0], [inf, 0.0, inf, 0.0]), 0.0);
    }

    #[test]
    fn lengths_and_weights_are_checked() {
        let mut vectors = Vectors { observation: &[1.0, 2.0], members: &[1.0; 3], components: 2, weights: None };
        assert!(energy_score(&vectors, CrpsEstimator::Fair).is_err());
        vectors.members = &[1.0; 4];
        vectors.weights = Some(&[1.0, -1.0]);
        assert!(matches!(energy_score(&vectors, CrpsEstimator::Fair), Err(ScoreError::Weight { index: 1, .. })));
    }
}
