//! Rank of an observation among the members.

use super::members::Ensemble;
use nunatak_parallel::for_each_chunk;

use super::members::POINTS;
use crate::{Result, ScoreError, normal_distance::NormalDistance};
use nunatak_array::has_room;

/// Probability of each rank of each observation, from 0 (below all `M` members) to `M` (above all): rows of `M + 1`.
///
/// Members are perturbed by the error of the observation (Anderson 1996; Hamill 2001, sect. 3c): each is below it with the
/// probability `Φ((y - x)/σ)`, and the rank is the sum of so many independent events. This is the mean over all
/// perturbations, without random numbers. Where `σ` is 0, a tie with `k` members is shared evenly by `k + 1` ranks. Weights
/// of members do not count. A point without observation, or with a missing member, is NaN.
///
/// # Errors
/// [`ScoreError::Shape`] when there is no memory for the result.
pub fn rank_probabilities(ensemble: &Ensemble<'_>) -> Result<Vec<f64>> {
    let (width, count) = (ensemble.size() + 1, ensemble.observation.len());
    if !has_room(width as u128 * count as u128 * size_of::<f64>() as u128) {
        let expected = "fewer observations or members, for which there is memory".into();
        return Err(ScoreError::Shape { what: "rank histogram", expected, found: vec![count, width] });
    }
    let mut rows = vec![0.0; width * count];
    for_each_chunk(&mut rows, POINTS * width, |number, chunk| {
        for (at, row) in chunk.chunks_mut(width).enumerate() {
            of_point(ensemble, number * POINTS + at, row);
        }
    });
    Ok(rows)
}

pub(crate) fn of_point(ensemble: &Ensemble<'_>, index: usize, row: &mut [f64]) {
    let (observation, sigma) = (ensemble.observation[index], ensemble.sigma.map_or(0.0, |sigma| sigma[index]));
    let members = (0..ensemble.size()).map(|member| ensemble.member(index, member));
    row.fill(0.0);
    if observation.is_nan() || sigma.is_nan() || members.clone().any(f64::is_nan) {
        return row.fill(f64::NAN);
    }
    if sigma == 0.0 {
        let below = members.clone().filter(|&member| member < observation).count();
        let ties = members.filter(|&member| member == observation).count();
        return row[below..=below + ties].fill(1.0 / (ties + 1) as f64);
    }
    let table = NormalDistance::table();
    // Members that are surely below move the row up; the others spread it.
    let (mut below, mut spread) = (0, 0);
    row[0] = 1.0;
    for member in members {
        // Infinite numbers of one sign are a tie, whatever the error.
        let chance = if member == observation { 0.5 } else { table.cumulative((observation - member) / sigma) };
        if chance >= 1.0 {
            below += 1;
        } else if chance > 0.0 {
            spread += 1;
            for rank in (1..=spread).rev() {
                row[rank] = row[rank] * (1.0 - chance) + row[rank - 1] * chance;
            }
            row[0] *= 1.0 - chance;
        }
    }
    row.rotate_right(below);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ensemble::MemberAxis;
    use crate::normal::cumulative;

    #[test]
    fn ties_are_shared_and_missing_members_leave_the_point_out() {
        let members = [1.0, 2.0, 2.0, 5.0, 1.0, 2.0, f64::NAN, 5.0];
        let found = rank_probabilities(&Ensemble::new(&[2.0, 2.0], &members, MemberAxis::Last).unwrap()).unwrap();
        assert_eq!(found[..5], [0.0, 1.0 / 3.0, 1.0 / 3.0, 1.0 / 3.0, 0.0]);
        assert!(found[5..].iter().all(|chance| chance.is_nan()));
    }

    #[test]
    fn errors_spread_the_rank_over_all_outcomes() {
        let (observation, members, sigma) = (0.3, [-90.0, -0.5, 0.1, 0.3, 1.5], 0.8);
        let ensemble = Ensemble::new(std::slice::from_ref(&observation), &members, MemberAxis::Last).unwrap();
        let found = rank_probabilities(&ensemble.with_sigma(std::slice::from_ref(&sigma)).unwrap()).unwrap();
        let mut expected = [0.0; 6];
        for outcome in 0..32_u32 {
            let chances = members.iter().enumerate().map(|(at, member)| {
                let below = cumulative((observation - member) / sigma);
                if outcome >> at & 1 == 1 { below } else { 1.0 - below }
            });
            expected[outcome.count_ones() as usize] += chances.product::<f64>();
        }
        for (found, expected) in found.iter().zip(expected) {
            assert!((found - expected).abs() < 1e-14, "{found} {expected}");
        }
    }
}
