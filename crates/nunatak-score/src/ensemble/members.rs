//! Observations and the members of an ensemble there.

use nunatak_parallel::for_each_chunk;

use crate::{Result, ScoreError, error::check_length, error::check_sigma_or_zero};

/// Points of one task.
pub(crate) const POINTS: usize = 1024;

/// Where the members are in the memory of their values.
///
/// # Examples
///
/// ```
/// use nunatak_score::ensemble::{Ensemble, MemberAxis};
///
/// // Two members at three observations.
/// let first = Ensemble::new(&[0.0; 3], &[1.0, 2.0, 3.0, 10.0, 20.0, 30.0], MemberAxis::First)?;
/// let last = Ensemble::new(&[0.0; 3], &[1.0, 10.0, 2.0, 20.0, 3.0, 30.0], MemberAxis::Last)?;
/// assert_eq!(first.size(), last.size());
/// # Ok::<(), nunatak_score::ScoreError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MemberAxis {
    /// One member after the other: `(members, observations)`.
    First,
    /// One observation after the other: `(observations, members)`.
    Last,
}

/// Observations, and the members of an ensemble at each.
///
/// # Examples
///
/// ```
/// use nunatak_score::ensemble::{CrpsEstimator, Ensemble, MemberAxis, crps};
///
/// let members = Ensemble::new(&[2.0], &[1.0, 3.0], MemberAxis::Last)?.with_weights(&[3.0, 1.0])?;
/// // ¾ |1 - 2| + ¼ |3 - 2| - ¾ ¼ |1 - 3|
/// assert_eq!(crps(&members, CrpsEstimator::EmpiricalDistribution)?, [0.625]);
/// # Ok::<(), nunatak_score::ScoreError>(())
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Ensemble<'a> {
    pub(crate) observation: &'a [f64],
    pub(crate) members: &'a [f64],
    pub(crate) axis: MemberAxis,
    pub(crate) weights: Option<&'a [f64]>,
    pub(crate) sigma: Option<&'a [f64]>,
    size: usize,
}

impl<'a> Ensemble<'a> {
    /// Members of equal weight and observations without error.
    ///
    /// # Errors
    /// [`ScoreError::Shape`] when there is not the same number of members, one or more, for each observation.
    pub fn new(observation: &'a [f64], members: &'a [f64], axis: MemberAxis) -> Result<Self> {
        let size = members.len().checked_div(observation.len()).unwrap_or(0);
        if size * observation.len() != members.len() || (size == 0 && !observation.is_empty()) {
            return Err(ScoreError::Shape {
                what: "members of an ensemble",
                expected: format!("the same number of members for each of {} observations", observation.len()),
                found: vec![members.len()],
            });
        }
        Ok(Self { observation, members, axis, weights: None, sigma: None, size })
    }

    /// With a weight for each member; what they add up to does not matter.
    ///
    /// # Errors
    /// [`ScoreError::Length`], and [`ScoreError::Weight`] when one is negative or not finite, or all are 0.
    pub fn with_weights(self, weights: &'a [f64]) -> Result<Self> {
        if !self.observation.is_empty() {
            check_length("member_weights", self.size, weights.len())?;
        }
        let wrong = weights.iter().position(|&weight| !(weight >= 0.0 && weight.is_finite()));
        let wrong = wrong.or((!weights.is_empty() && weights.iter().all(|&weight| weight == 0.0)).then_some(0));
        match wrong {
            Some(index) => Err(ScoreError::Weight { what: "member_weights", index, found: weights[index] }),
            None => Ok(Self { weights: Some(weights), ..self }),
        }
    }

    /// With the standard deviation of the error of each observation; 0 is allowed, NaN makes a point missing.
    ///
    /// # Errors
    /// [`ScoreError::Length`], and [`ScoreError::Sigma`] when one is negative or infinite.
    pub fn with_sigma(self, sigma: &'a [f64]) -> Result<Self> {
        check_length("sigma", self.observation.len(), sigma.len())?;
        check_sigma_or_zero("sigma", sigma)?;
        Ok(Self { sigma: Some(sigma), ..self })
    }

    /// Number of members.
    pub fn size(&self) -> usize {
        self.size
    }

    #[inline(always)]
    pub(crate) fn member(&self, point: usize, member: usize) -> f64 {
        match self.axis {
            MemberAxis::First => self.members[member * self.observation.len() + point],
            MemberAxis::Last => self.members[point * self.size + member],
        }
    }

    /// Numbers for each point, `width` of them in a row, on all threads; those of a point that is missing are NaN.
    pub(crate) fn rows(&self, width: usize, score: impl Fn(&Point, &mut [f64]) + Sync) -> Vec<f64> {
        let mut rows = vec![0.0; width * self.observation.len()];
        for_each_chunk(&mut rows, POINTS * width, |number, chunk| {
            let mut memory = Point::default();
            for (at, row) in chunk.chunks_mut(width).enumerate() {
                match self.read(number * POINTS + at, &mut memory) {
                    true => score(&memory, row),
                    false => row.fill(f64::NAN),
                }
            }
        });
        rows
    }

    /// Reads a point into memory; false when it has no observation, or no member.
    pub(crate) fn read(&self, index: usize, point: &mut Point) -> bool {
        point.observation = self.observation[index];
        point.sigma = self.sigma.map_or(0.0, |sigma| sigma[index]);
        point.members.clear();
        point.weights.clear();
        for at in 0..self.size {
            let (member, weight) = (self.member(index, at), self.weights.map_or(1.0, |weights| weights[at]));
            if !member.is_nan() && weight > 0.0 {
                point.members.push(member);
                point.weights.push(weight);
            }
        }
        let total: f64 = point.weights.iter().sum();
        point.weights.iter_mut().for_each(|weight| *weight /= total);
        point.squared_weights = point.weights.iter().map(|weight| weight * weight).sum();
        !point.observation.is_nan() && !point.sigma.is_nan() && !point.members.is_empty()
    }
}

/// An observation with the members that count there.
#[derive(Debug, Default)]
pub(crate) struct Point {
    pub(crate) observation: f64,
    /// Standard deviation of the error of the observation.
    pub(crate) sigma: f64,
    pub(crate) members: Vec<f64>,
    /// They add up to 1.
    pub(crate) weights: Vec<f64>,
    /// Sum of their squares: one over the effective number of members.
    pub(crate) squared_weights: f64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_and_sigmas_are_checked() {
        let members = Ensemble::new(&[1.0], &[1.0, 2.0], MemberAxis::Last).unwrap();
        for wrong in [[1.0, -1.0], [0.0, 0.0], [f64::NAN, 1.0], [f64::INFINITY, 1.0]] {
            assert!(matches!(members.with_weights(&wrong), Err(ScoreError::Weight { .. })), "{wrong:?}");
        }
        assert!(matches!(members.with_weights(&[1.0]), Err(ScoreError::Length { expected: 2, .. })));
        assert!(matches!(members.with_sigma(&[-1.0]), Err(ScoreError::Sigma { .. })));
        assert!(Ensemble::new(&[1.0, 2.0], &[1.0, 2.0, 3.0], MemberAxis::First).is_err());
        assert!(Ensemble::new(&[1.0], &[], MemberAxis::First).is_err());
    }
}
