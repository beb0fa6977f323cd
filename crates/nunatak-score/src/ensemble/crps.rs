//! Continuous ranked probability score of an ensemble.

use std::f64::consts::SQRT_2;

use nunatak_parallel::for_each_chunk;
use pulp::Arch;

use super::members::{Ensemble, MemberAxis, POINTS, Point};
use super::sorting_network::{LANES, Lanes, comparisons, sort};
use crate::{Result, normal_distance::NormalDistance};

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

/// Members above which sorting point by point takes less time than a network of comparisons.
const MOST_TOGETHER: usize = 256;
/// Standard deviations below this are 0: a quotient by them overflows.
const LEAST_SIGMA: f64 = 1e-290;

/// CRPS of an ensemble for each observation, in the observation's unit: `mean|x - y| - ½ mean|x - x'|`.
///
/// `members` is row-major, `(observations, members)`. A NaN member is left out of its row; a row without
/// observation or with too few members (none; fewer than two for [`CrpsEstimator::Fair`]) gives NaN.
///
/// # Errors
/// [`ScoreError::Shape`](crate::ScoreError::Shape) when `members` is not a whole number of rows.
pub fn crps_ensemble(observation: &[f64], members: &[f64], estimator: CrpsEstimator) -> Result<Vec<f64>> {
    crps(&Ensemble::new(observation, members, MemberAxis::Last)?, estimator)
}

/// CRPS of an ensemble for each observation, in the observation's unit.
///
/// With weights `w` that add up to 1 and the standard deviation `σ` of the error of the observation `y`, members `x`
/// stand for the mixture of `N(x, σ²)`: `Σ wᵢ A(y - xᵢ, σ²) - ½ Σ wᵢ wⱼ A(xᵢ - xⱼ, 2σ²)` with the mean distance
/// `A(d, s²) = 2s φ(d/s) + d (2Φ(d/s) - 1)` (Grimit et al. 2006, eq. 5 and 6), and `A = |d|` where `σ` is 0. The fair
/// score has the sum over `i ≠ j` over `1 - Σ wᵢ²` (Ferro 2014, with equal weights).
///
/// With an infinite number the score is that of its integral: 0 where all members are the observation, else infinite.
/// The fair one, which is no integral, is NaN where a member is infinite.
///
/// # Errors
/// None yet.
pub fn crps(ensemble: &Ensemble<'_>, estimator: CrpsEstimator) -> Result<Vec<f64>> {
    let size = ensemble.size();
    if ensemble.weights.is_some() || ensemble.sigma.is_some() || size > MOST_TOGETHER {
        return Ok(ensemble.rows(1, |point, row| row[0] = of_point(point, estimator)));
    }
    let network = comparisons(size);
    let mut scores = vec![0.0; ensemble.observation.len()];
    for_each_chunk(&mut scores, POINTS, |number, chunk| {
        Arch::new().dispatch(
            #[inline(always)]
            || of_chunk(ensemble, number * POINTS, chunk, estimator, &network),
        );
    });
    Ok(scores)
}

/// Scores of points from `start` on, several at a time.
#[inline(always)]
fn of_chunk(
    ensemble: &Ensemble<'_>,
    start: usize,
    scores: &mut [f64],
    estimator: CrpsEstimator,
    network: &[(usize, usize)],
) {
    let mut rows = vec![[0.0; LANES]; ensemble.size()];
    let mut memory = Point::default();
    for (group, scores) in scores.chunks_mut(LANES).enumerate() {
        let first = start + group * LANES;
        let (counts, is_finite) = read_lanes(ensemble, first, scores.len(), &mut rows);
        let found = of_lanes(&mut rows, &counts, estimator, network);
        for (lane, score) in scores.iter_mut().enumerate() {
            *score = match is_finite[lane] {
                true => found[lane],
                false if ensemble.read(first + lane, &mut memory) => of_point(&memory, estimator),
                false => f64::NAN,
            };
        }
    }
}

/// Differences of members from observations, missing ones infinite; how many members there are, and which points have
/// finite numbers alone.
#[inline(always)]
fn read_lanes(ensemble: &Ensemble<'_>, first: usize, count: usize, rows: &mut [Lanes]) -> (Lanes, [bool; LANES]) {
    let observation = lanes_of(&ensemble.observation[first..first + count]);
    let (mut counts, mut infinite) = ([0.0; LANES], [0.0; LANES]);
    for (member, row) in rows.iter_mut().enumerate() {
        let values = match ensemble.axis {
            MemberAxis::First => {
                let from = member * ensemble.observation.len() + first;
                lanes_of(&ensemble.members[from..from + count])
            }
            MemberAxis::Last => {
                let from = first * ensemble.size() + member;
                let mut own = ensemble.members[from..].iter().step_by(ensemble.size()).take(count);
                std::array::from_fn(|_| own.next().copied().unwrap_or(f64::NAN))
            }
        };
        for lane in 0..LANES {
            let difference = values[lane] - observation[lane];
            let is_missing = difference.is_nan();
            infinite[lane] += if difference.abs() == f64::INFINITY { 1.0 } else { 0.0 };
            counts[lane] += if is_missing { 0.0 } else { 1.0 };
            row[lane] = if is_missing { f64::INFINITY } else { difference };
        }
    }
    (counts, std::array::from_fn(|lane| infinite[lane] == 0.0 && observation[lane].is_finite()))
}

/// Values of as many points; NaN for those that are none.
#[inline(always)]
fn lanes_of(values: &[f64]) -> Lanes {
    match values.first_chunk() {
        Some(whole) => *whole,
        None => std::array::from_fn(|lane| values.get(lane).copied().unwrap_or(f64::NAN)),
    }
}

/// With sorted members, `ΣΣ|x - x'|/2 = Σ (2i + 1 - M) x_i` for `i = 0…M-1`: `M log M` instead of `M²`. Differences from
/// the observation keep the sum small, so that large heights lose no digits.
#[inline(always)]
fn of_lanes(rows: &mut [Lanes], counts: &Lanes, estimator: CrpsEstimator, network: &[(usize, usize)]) -> Lanes {
    sort(rows, network);
    let (mut distance, mut spread) = ([0.0; LANES], [0.0; LANES]);
    for (rank, row) in rows.iter().enumerate() {
        let rank = rank as f64;
        for lane in 0..LANES {
            let difference = if rank < counts[lane] { row[lane] } else { 0.0 };
            distance[lane] += difference.abs();
            spread[lane] += (2.0 * rank + 1.0 - counts[lane]) * difference;
        }
    }
    std::array::from_fn(|lane| {
        let size = counts[lane];
        let pairs = match estimator {
            CrpsEstimator::EmpiricalDistribution => size * size,
            CrpsEstimator::Fair => size * (size - 1.0),
        };
        distance[lane] / size - spread[lane] / pairs
    })
}

/// Score of one point, whatever its numbers.
pub(crate) fn of_point(point: &Point, estimator: CrpsEstimator) -> f64 {
    let is_fair = estimator == CrpsEstimator::Fair;
    if point.members.iter().any(|member| !(member - point.observation).is_finite()) {
        let is_same = point.members.iter().all(|&member| member == point.observation);
        return match is_fair {
            true if point.members.iter().any(|member| member.is_infinite()) || point.members.len() < 2 => f64::NAN,
            false if is_same => 0.0,
            _ => f64::INFINITY,
        };
    }
    if is_fair && point.members.len() < 2 {
        return f64::NAN;
    }
    match point.sigma < LEAST_SIGMA {
        true => of_exact_observation(point, is_fair),
        false => of_uncertain_observation(point, is_fair),
    }
}

fn of_exact_observation(point: &Point, is_fair: bool) -> f64 {
    let weighted = point.members.iter().zip(&point.weights);
    let mut sorted: Vec<(f64, f64)> = weighted.map(|(member, &weight)| (member - point.observation, weight)).collect();
    sorted.sort_unstable_by(|one, other| one.0.total_cmp(&other.0));
    let (mut distance, mut spread, mut below) = (0.0, 0.0, 0.0);
    for (difference, weight) in sorted {
        distance += weight * difference.abs();
        spread += weight * difference * (2.0 * below + weight - 1.0);
        below += weight;
    }
    distance - if is_fair { spread / (1.0 - point.squared_weights) } else { spread }
}

fn of_uncertain_observation(point: &Point, is_fair: bool) -> f64 {
    let (table, sigma) = (NormalDistance::table(), point.sigma);
    let per_sigma = 1.0 / sigma;
    let per_both = per_sigma / SQRT_2;
    let (mut distance, mut pairs) = (0.0, 0.0);
    for (at, (&member, &weight)) in point.members.iter().zip(&point.weights).enumerate() {
        distance += weight * table.at((member - point.observation) * per_sigma);
        let others = point.members[..at].iter().zip(&point.weights);
        let sum: f64 = others.map(|(&other, &own)| own * table.at((member - other) * per_both)).sum();
        pairs += weight * sum;
    }
    let spread = match is_fair {
        true => pairs / (1.0 - point.squared_weights),
        // Members beside themselves: two errors of the observation differ too.
        false => pairs + 0.5 * point.squared_weights * table.at(0.0),
    };
    sigma * (distance - SQRT_2 * spread)
}

#[cfg(test)]
mod tests;
