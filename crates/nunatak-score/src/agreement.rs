//! Sizes of a set of residuals, without an error model.

use nunatak_parallel::map;
use pulp::Arch;

use crate::{Result, error::check_length};

/// Pairs of one task; sums of tasks are added in order, so that threads do not matter.
const PAIRS: usize = 16_384;
/// Sums side by side, so that the compiler vectorises.
const LANES: usize = 16;

/// How far a model is from observations; a residual is observation minus model.
///
/// # Examples
///
/// ```
/// use nunatak_score::agreement;
///
/// let found = agreement(&[101.0, 103.0, f64::NAN], &[100.0, 100.0, 100.0])?;
/// assert_eq!((found.count, found.skipped), (2, 1));
/// // The residuals 1 and 3 m: the model is too low by 2 m.
/// assert_eq!((found.bias, found.mae, found.centred_rmse), (2.0, 2.0, 1.0));
/// # Ok::<(), nunatak_score::ScoreError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Agreement {
    /// Pairs used.
    pub count: usize,
    /// Pairs left out because one side is NaN.
    pub skipped: usize,
    /// Mean residual: positive where the model is too low.
    pub bias: f64,
    /// Mean absolute residual.
    pub mae: f64,
    /// Root mean square residual.
    pub rmse: f64,
    /// Root mean square of the residual less its mean: `√(RMSE² - bias²)` (Taylor 2001, eq. 2), computed in two
    /// passes.
    pub centred_rmse: f64,
}

/// Bias, MAE, RMSE and centred RMSE of `observation - model`; pairs with a NaN are skipped and counted, all
/// sizes are NaN when none is left.
///
/// # Errors
/// [`ScoreError::Length`](crate::ScoreError::Length) when the two lists differ in length.
pub fn agreement(observation: &[f64], model: &[f64]) -> Result<Agreement> {
    check_length("model", observation.len(), model.len())?;
    let residuals: Vec<f64> = observation
        .iter()
        .zip(model)
        .map(|(observation, model)| observation - model)
        .filter(|residual| !residual.is_nan())
        .collect();
    Ok(of_residuals(&residuals, observation.len() - residuals.len()))
}

/// Root mean square of `observation - model` in one pass, on all threads; pairs with a NaN are skipped, NaN when none is
/// left.
///
/// # Errors
/// [`ScoreError::Length`](crate::ScoreError::Length) when the two lists differ in length.
///
/// # Examples
///
/// ```
/// use nunatak_score::rmse;
///
/// // Residuals of 3 and 4 m.
/// assert_eq!(rmse(&[103.0, 104.0, f64::NAN], &[100.0; 3])?, 12.5_f64.sqrt());
/// # Ok::<(), nunatak_score::ScoreError>(())
/// ```
pub fn rmse(observation: &[f64], model: &[f64]) -> Result<f64> {
    check_length("model", observation.len(), model.len())?;
    let sums = map(observation.len().div_ceil(PAIRS), |task| {
        let own = task * PAIRS..observation.len().min((task + 1) * PAIRS);
        Arch::new().dispatch(
            #[inline(always)]
            || sum_of_squares(&observation[own.clone()], &model[own]),
        )
    });
    let (squares, count) = sums.iter().fold((0.0, 0.0), |whole, part| (whole.0 + part.0, whole.1 + part.1));
    Ok((squares / count).sqrt())
}

/// Sum of squared differences that are not NaN, and their number.
#[inline(always)]
fn sum_of_squares(observation: &[f64], model: &[f64]) -> (f64, f64) {
    let (mut squares, mut counts) = ([0.0; LANES], [0.0; LANES]);
    let (observed, observed_rest) = observation.as_chunks::<LANES>();
    let (modelled, modelled_rest) = model.as_chunks::<LANES>();
    for (observed, modelled) in observed.iter().zip(modelled) {
        for lane in 0..LANES {
            let residual = observed[lane] - modelled[lane];
            let is_there = !residual.is_nan();
            squares[lane] += if is_there { residual * residual } else { 0.0 };
            counts[lane] += if is_there { 1.0 } else { 0.0 };
        }
    }
    let rest = observed_rest.iter().zip(modelled_rest).map(|(observed, modelled)| observed - modelled);
    for residual in rest.filter(|residual| !residual.is_nan()) {
        squares[0] += residual * residual;
        counts[0] += 1.0;
    }
    (squares.iter().sum(), counts.iter().sum())
}

/// The same from residuals that hold no NaN.
pub(crate) fn of_residuals(residuals: &[f64], skipped: usize) -> Agreement {
    let mean = |term: &dyn Fn(f64) -> f64| {
        residuals.iter().map(|&residual| term(residual)).sum::<f64>() / residuals.len() as f64
    };
    let bias = mean(&|residual| residual);
    Agreement {
        count: residuals.len(),
        skipped,
        bias,
        mae: mean(&f64::abs),
        rmse: mean(&|residual| residual * residual).sqrt(),
        centred_rmse: mean(&|residual| (residual - bias).powi(2)).sqrt(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_of_known_residuals() {
        let found = agreement(&[1.0, 2.0, f64::NAN, 6.0], &[0.0, 4.0, 1.0, 2.0]).unwrap();
        // residuals 1, -2, 4
        assert_eq!((found.count, found.skipped, found.bias), (3, 1, 1.0));
        assert!((found.mae - 7.0 / 3.0).abs() < 1e-15);
        assert!((found.rmse - 7f64.sqrt()).abs() < 1e-15);
        assert!((found.centred_rmse - 6f64.sqrt()).abs() < 1e-15);
        assert!((rmse(&[1.0, 2.0, f64::NAN, 6.0], &[0.0, 4.0, 1.0, 2.0]).unwrap() - found.rmse).abs() < 1e-15);
        assert!(agreement(&[1.0], &[]).is_err() && rmse(&[1.0], &[]).is_err());
        assert!(agreement(&[f64::NAN], &[1.0]).unwrap().bias.is_nan());
    }
    #[test]
    fn rmse_of_many_pairs_equals_the_plain_sum() {
        let values = |step: usize| -> Vec<f64> {
            (0..100_003).map(|at| if at % (41 * step) == 0 { f64::NAN } else { (at * step % 101) as f64 }).collect()
        };
        let (observation, model) = (values(3), values(7));
        let expected = agreement(&observation, &model).unwrap().rmse;
        assert!((rmse(&observation, &model).unwrap() / expected - 1.0).abs() < 1e-13);
        assert!(rmse(&[], &[]).unwrap().is_nan());
    }
}
