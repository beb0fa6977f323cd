//! All scores of an ensemble, with each of its points read once.

use nunatak_array::has_room;
use nunatak_parallel::for_each_of;

use super::members::{Ensemble, POINTS, Point};
use super::moments::MOMENTS;
use super::{CrpsEstimator, crps, log_score, moments, ranks};
use crate::{Result, ScoreError};

/// Names of the columns of [`AllScores::columns`].
pub const COLUMNS: [&str; 2 + MOMENTS] = ["crps", "log_score", "error", "squared_error", "expected_squared_error"];

/// What [`all_scores`] finds.
///
/// # Examples
///
/// ```
/// use nunatak_score::ensemble::{COLUMNS, Ensemble, MemberAxis, all_scores};
/// use nunatak_score::CrpsEstimator;
///
/// let members = Ensemble::new(&[2.0], &[1.0, 3.0], MemberAxis::Last)?;
/// let found = all_scores(&members, CrpsEstimator::EmpiricalDistribution)?;
/// assert_eq!((COLUMNS[0], found.columns[0][0]), ("crps", 0.5));
/// assert_eq!(found.ranks, [0.0, 1.0, 0.0]);
/// # Ok::<(), nunatak_score::ScoreError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct AllScores {
    /// One number for each observation: [`crps`](super::crps()), [`log_score`](super::log_score()), which is NaN
    /// without an error of the observation, and [`moments`](super::moments()).
    pub columns: [Vec<f64>; COLUMNS.len()],
    /// As [`rank_probabilities`](super::rank_probabilities()).
    pub ranks: Vec<f64>,
}

/// All scores of an ensemble in one pass; each is the same as by its own function, within rounding.
///
/// # Errors
/// [`ScoreError::Shape`] when there is no memory for the results.
pub fn all_scores(ensemble: &Ensemble<'_>, estimator: CrpsEstimator) -> Result<AllScores> {
    let (count, width) = (ensemble.observation.len(), ensemble.size() + 1);
    if !has_room((width + COLUMNS.len()) as u128 * count as u128 * size_of::<f64>() as u128) {
        let expected = "fewer observations or members, for which there is memory".into();
        return Err(ScoreError::Shape { what: "scores of an ensemble", expected, found: vec![count, width] });
    }
    let mut columns: [Vec<f64>; COLUMNS.len()] = std::array::from_fn(|_| vec![0.0; count]);
    let mut ranks = vec![0.0; count * width];
    let mut parts = columns.each_mut().map(|column| column.chunks_mut(POINTS));
    let chunks = ranks.chunks_mut(POINTS * width).map(|ranks| {
        let columns = parts.each_mut().map(|column| column.next().unwrap_or_default());
        (columns, ranks)
    });
    for_each_of(chunks.collect(), |number, (mut columns, ranks)| {
        let mut memory = Point::default();
        for (at, ranks) in ranks.chunks_mut(width).enumerate() {
            let index = number * POINTS + at;
            let found = match ensemble.read(index, &mut memory) {
                true => of_point(&memory, estimator),
                false => [f64::NAN; COLUMNS.len()],
            };
            for (column, found) in columns.iter_mut().zip(found) {
                column[at] = found;
            }
            ranks::of_point(ensemble, index, ranks);
        }
    });
    Ok(AllScores { columns, ranks })
}

fn of_point(point: &Point, estimator: CrpsEstimator) -> [f64; COLUMNS.len()] {
    let [error, squared, expected] = moments::of_point(point);
    [crps::of_point(point, estimator), log_score::of_point(point), error, squared, expected]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ensemble::{MemberAxis, rank_probabilities};

    #[test]
    fn one_pass_equals_single_scores() {
        let observation: Vec<f64> = (0..2500).map(|at| f64::from(at % 17) - 8.0).collect();
        let members: Vec<f64> = (0..7500).map(|at| if at % 97 == 0 { f64::NAN } else { f64::from(at % 23) }).collect();
        let sigma: Vec<f64> = (0..2500).map(|at| f64::from(at % 5) + 0.5).collect();
        let ensemble = Ensemble::new(&observation, &members, MemberAxis::First).unwrap().with_sigma(&sigma).unwrap();
        let found = all_scores(&ensemble, CrpsEstimator::Fair).unwrap();
        let same = |one: &[f64], other: &[f64]| {
            assert_eq!(one.len(), other.len());
            assert!(one.iter().zip(other).all(|(one, other)| one == other || (one.is_nan() && other.is_nan())));
        };
        same(&found.columns[0], &crps::crps(&ensemble, CrpsEstimator::Fair).unwrap());
        same(&found.columns[1], &log_score::log_score(&ensemble).unwrap());
        let rows = moments::moments(&ensemble);
        for at in 0..MOMENTS {
            same(&found.columns[2 + at], &rows.iter().skip(at).step_by(MOMENTS).copied().collect::<Vec<_>>());
        }
        same(&found.ranks, &rank_probabilities(&ensemble).unwrap());
    }
}
