//! Covariances of passes against dense matrices.

use proptest::prelude::*;

use super::*;

/// `Σ` written out.
fn dense(random: &[f64], common: &[f64], pass: &[i64]) -> Vec<Vec<f64>> {
    let element = |i: usize, j: usize| {
        let shared = if pass[i] == pass[j] { common[i] * common[j] } else { 0.0 };
        shared + if i == j { random[i] * random[i] } else { 0.0 }
    };
    (0..random.len()).map(|i| (0..random.len()).map(|j| element(i, j)).collect()).collect()
}

/// Lower Cholesky factor, the independent way to a determinant and a quadratic form.
fn cholesky(matrix: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let n = matrix.len();
    let mut lower = vec![vec![0.0; n]; n];
    for i in 0..n {
        for j in 0..=i {
            let sum: f64 = (0..j).map(|k| lower[i][k] * lower[j][k]).sum();
            let value: f64 = matrix[i][j] - sum;
            lower[i][j] = if i == j { value.sqrt() } else { value / lower[j][j] };
        }
    }
    lower
}

fn dense_log_likelihood(matrix: &[Vec<f64>], residual: &[f64]) -> f64 {
    let lower = cholesky(matrix);
    let n = residual.len();
    let mut solved = vec![0.0; n];
    for i in 0..n {
        let sum: f64 = (0..i).map(|k| lower[i][k] * solved[k]).sum();
        solved[i] = (residual[i] - sum) / lower[i][i];
    }
    let quadratic: f64 = solved.iter().map(|value| value * value).sum();
    let log_determinant: f64 = (0..n).map(|i| 2.0 * lower[i][i].ln()).sum();
    -0.5 * (n as f64 * (2.0 * PI).ln() + log_determinant + quadratic)
}

proptest! {
    #[test]
    fn likelihood_equals_the_dense_one(
        rows in proptest::collection::vec((-3.0..3.0f64, 0.1..2.0f64, 0.0..3.0f64, 0..4i64), 1..25)
    ) {
        let residual: Vec<f64> = rows.iter().map(|row| row.0).collect();
        let random: Vec<f64> = rows.iter().map(|row| row.1).collect();
        let common: Vec<f64> = rows.iter().map(|row| row.2).collect();
        let pass: Vec<i64> = rows.iter().map(|row| row.3).collect();
        let covariance = PassCovariance::new(&random, &common, &pass).unwrap();
        let matrix = dense(&random, &common, &pass);
        let expected = dense_log_likelihood(&matrix, &residual);
        let found = covariance.log_likelihood(&residual).unwrap();
        prop_assert!((found - expected).abs() < 1e-9 * expected.abs().max(1.0), "{found} {expected}");
        let whole = -2.0 * found - residual.len() as f64 * (2.0 * PI).ln();
        let parts = covariance.log_determinant() + covariance.mahalanobis(&residual).unwrap();
        prop_assert!((whole - parts).abs() < 1e-9 * whole.abs().max(1.0));

        let n = residual.len() as f64;
        let sum: f64 = matrix.iter().flatten().sum();
        let trace: f64 = (0..residual.len()).map(|i| matrix[i][i]).sum();
        let effective = covariance.effective_sample_size();
        prop_assert!((effective / (n * trace / sum) - 1.0).abs() < 1e-12);
        prop_assert!(effective > 1.0 - 1e-12 && effective < n + 1e-9);
        let squares: f64 = (0..residual.len())
            .flat_map(|i| (0..residual.len()).map(move |j| (i, j)))
            .map(|(i, j)| matrix[i][j].powi(2) / (matrix[i][i] * matrix[j][j]))
            .sum();
        prop_assert!((covariance.chi_square_degrees() / (n * n / squares) - 1.0).abs() < 1e-12);
    }
}

#[test]
fn effective_size_of_known_structures() {
    let pass: Vec<i64> = (0..40).map(|index| index / 10).collect();
    let independent = PassCovariance::new(&[0.5; 40], &[0.0; 40], &pass).unwrap();
    assert!((independent.effective_sample_size() - 40.0).abs() < 1e-9);
    assert!((independent.chi_square_degrees() - 40.0).abs() < 1e-9);
    let common = PassCovariance::new(&[1e-9; 40], &[0.5; 40], &pass).unwrap();
    assert!((common.effective_sample_size() - 4.0).abs() < 1e-9);
    assert!((common.chi_square_degrees() - 4.0).abs() < 1e-9);
}

#[test]
fn a_large_shared_error_costs_no_digits() {
    // 3,000 residuals of 100 m, 2 cm noise, all explained by one common error: exactly a² = (100/σ)² up to 1/signal.
    let n = 3000;
    let covariance = PassCovariance::new(&vec![0.02; n], &vec![0.5; n], &vec![7; n]).unwrap();
    let signal = n as f64 * (0.5f64 / 0.02).powi(2);
    let expected = (100.0f64 / 0.5).powi(2) * signal / (1.0 + signal);
    let found = covariance.mahalanobis(&vec![100.0; n]).unwrap();
    assert!((found / expected - 1.0).abs() < 1e-12, "{found} {expected}");
}

#[test]
fn refuses_what_is_no_standard_deviation() {
    assert!(matches!(PassCovariance::new(&[0.0], &[1.0], &[1]), Err(ScoreError::Sigma { what: "random_sigma", .. })));
    assert!(matches!(PassCovariance::new(&[1.0], &[-1.0], &[1]), Err(ScoreError::Sigma { what: "common_sigma", .. })));
    assert!(matches!(PassCovariance::new(&[f64::NAN], &[1.0], &[1]), Err(ScoreError::Sigma { .. })));
    assert!(matches!(PassCovariance::new(&[1.0], &[1.0], &[]), Err(ScoreError::Length { what: "pass", .. })));
}
