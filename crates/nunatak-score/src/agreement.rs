//! Sizes of a set of residuals, without an error model.

use crate::{Result, error::check_length};

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
        assert!(agreement(&[1.0], &[]).is_err());
        assert!(agreement(&[f64::NAN], &[1.0]).unwrap().bias.is_nan());
    }
}
