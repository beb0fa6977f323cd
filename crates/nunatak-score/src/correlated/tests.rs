//! Sparse covariances against dense matrices.

use super::ancestry::Ancestry;
use super::kernel::Kernel;
use super::*;
use crate::{ErrorBudget, ScoreError, score};

/// Numbers that look random, between -1 and 1.
fn noise(seed: u64) -> impl FnMut() -> f64 {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 11) as f64 / (1u64 << 52) as f64 - 1.0
    }
}

fn normal(random: &mut impl FnMut() -> f64) -> f64 {
    // Sum of twelve uniform numbers of variance 1/3.
    (0..12).map(|_| random()).sum::<f64>() / 2.0
}

/// Residuals on a few straight tracks of a plain, with three signed errors per overpass.
struct Tracks {
    random_sigma: Vec<f64>,
    shared: Vec<[f64; 3]>,
    overpass: Vec<i64>,
    pass: Vec<i64>,
    position: Vec<[f64; 3]>,
    residual: Vec<f64>,
}

impl Tracks {
    fn new(count: usize, tracks: usize) -> Self {
        let mut random = noise(7);
        let mut found = Self {
            random_sigma: Vec::new(),
            shared: Vec::new(),
            overpass: Vec::new(),
            pass: Vec::new(),
            position: Vec::new(),
            residual: Vec::new(),
        };
        for at in 0..count {
            let track = at % tracks;
            let along = 20_000.0 * random();
            let across = 4000.0 * (track as f64 - 0.5 * tracks as f64);
            let place = if track.is_multiple_of(2) { [along, across] } else { [across, along] };
            found.position.push([place[0], place[1], 0.0]);
            found.random_sigma.push(0.3 + 0.2 * random().abs());
            found.shared.push([0.2, 0.5 * random(), 0.4 * random()]);
            found.overpass.push(track as i64 / 2 * 10);
            found.pass.push(track as i64);
            found.residual.push(3.0 * random());
        }
        found
    }

    fn budget(&self) -> ErrorBudget<'_> {
        ErrorBudget {
            random_sigma: &self.random_sigma,
            shared: &self.shared,
            overpass: &self.overpass,
            pass: &self.pass,
            position: &self.position,
            common_sigma: 0.7,
        }
    }

    fn covariance(&self, discrepancy: &Discrepancy) -> Vec<Vec<f64>> {
        let count = self.residual.len();
        let none = Discrepancy::NONE;
        let kernel = Kernel::new(if discrepancy.is_correlated() { discrepancy } else { &none });
        let element = |i: usize, j: usize| {
            let distance: f64 = (0..3).map(|axis| (self.position[i][axis] - self.position[j][axis]).powi(2)).sum();
            let mut value = 0.49 + kernel.at(distance);
            if self.overpass[i] == self.overpass[j] {
                value += (0..3).map(|part| self.shared[i][part] * self.shared[j][part]).sum::<f64>();
            }
            if i == j { value + self.random_sigma[i].powi(2) } else { value }
        };
        (0..count).map(|i| (0..count).map(|j| element(i, j)).collect()).collect()
    }
}

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

fn solve(lower: &[Vec<f64>], values: &[f64]) -> Vec<f64> {
    let mut solved = Vec::new();
    for (row, value) in lower.iter().zip(values) {
        let sum: f64 = solved.iter().zip(row).map(|(one, other): (&f64, &f64)| one * other).sum();
        solved.push((value - sum) / row[solved.len()]);
    }
    solved
}

fn dot(one: &[f64], other: &[f64]) -> f64 {
    one.iter().zip(other).map(|(one, other)| one * other).sum()
}

/// Up to 64 residuals are conditioned on all before them, and nothing is approximate.
#[test]
fn few_residuals_have_the_dense_likelihood() {
    let field = Discrepancy { sigma: 2.0, length: 3000.0, smoothness: 0.8, compensation: 2500.0, smoothing: 100.0 };
    let tracks = Tracks::new(60, 6);
    for discrepancy in [field, Discrepancy { length: 0.0, ..field }, Discrepancy::NONE] {
        let asked = ModelDiscrepancy::Field(discrepancy);
        let found = score(&tracks.residual, &tracks.budget(), asked, &[]).unwrap();
        let mut matrix = tracks.covariance(&discrepancy);
        if discrepancy.length == 0.0 {
            matrix = tracks.covariance(&Discrepancy::NONE);
            (0..60).for_each(|at| matrix[at][at] += discrepancy.sigma.powi(2));
        }
        let lower = cholesky(&matrix);
        let (residual, ones) = (solve(&lower, &tracks.residual), solve(&lower, &[1.0; 60]));
        let log_determinant: f64 = lower.iter().enumerate().map(|(at, row)| 2.0 * row[at].ln()).sum();
        let expected = -0.5 * (60.0 * std::f64::consts::TAU.ln() + log_determinant + dot(&residual, &residual));
        assert!((found.log_likelihood - expected).abs() < 1e-6 * expected.abs(), "{} {expected}", found.log_likelihood);
        assert!((found.mahalanobis_reduced * 60.0 / dot(&residual, &residual) - 1.0).abs() < 1e-6);
        let mean = dot(&ones, &residual) / dot(&ones, &ones);
        assert!((found.weighted_bias - mean).abs() < 1e-6, "{} {mean}", found.weighted_bias);
        assert!((found.weighted_bias_sigma * dot(&ones, &ones).sqrt() - 1.0).abs() < 1e-6);
        let sum: f64 = matrix.iter().flatten().sum();
        assert!((found.bias_sigma / (sum.sqrt() / 60.0) - 1.0).abs() < 1e-6);
        let trace: f64 = (0..60).map(|at| matrix[at][at]).sum();
        assert!((found.effective_sample_size / (60.0 * trace / sum) - 1.0).abs() < 1e-6);
        let of_pass: Vec<usize> = (0..60).filter(|&at| tracks.pass[at] == 3).collect();
        let sum: f64 =
            of_pass.iter().flat_map(|&i| of_pass.iter().map(move |&j| (i, j))).map(|(i, j)| matrix[i][j]).sum();
        assert!((found.passes[3].bias_sigma / (sum.sqrt() / of_pass.len() as f64) - 1.0).abs() < 1e-6);
        let shares: f64 = found.passes.iter().map(|pass| pass.log_likelihood).sum();
        assert!((shares - found.log_likelihood).abs() < 1e-9 * expected.abs());
        let squares: f64 = (0..60)
            .flat_map(|i| (0..60).map(move |j| (i, j)))
            .map(|(i, j)| matrix[i][j].powi(2) / (matrix[i][i] * matrix[j][j]))
            .sum();
        assert!((found.chi_square_sigma / (2.0 * squares / 3600.0).sqrt() - 1.0).abs() < 1e-6);
    }
}

/// More residuals are conditioned on twenty neighbours, which costs little.
#[test]
fn many_residuals_are_close_to_the_dense_likelihood() {
    let discrepancy =
        Discrepancy { sigma: 2.0, length: 3000.0, smoothness: 0.7, compensation: 4000.0, smoothing: 50.0 };
    let count = 700;
    let mut tracks = Tracks::new(count, 8);
    let matrix = tracks.covariance(&discrepancy);
    let lower = cholesky(&matrix);
    let mut random = noise(3);
    let deviates: Vec<f64> = (0..count).map(|_| normal(&mut random)).collect();
    tracks.residual = lower.iter().map(|row| dot(row, &deviates)).collect();
    let found = score(&tracks.residual, &tracks.budget(), ModelDiscrepancy::Field(discrepancy), &[]).unwrap();
    let log_determinant: f64 = lower.iter().enumerate().map(|(at, row)| 2.0 * row[at].ln()).sum();
    let expected = -0.5 * (count as f64 * std::f64::consts::TAU.ln() + log_determinant + dot(&deviates, &deviates));
    assert!((found.log_likelihood - expected).abs() < 0.01 * count as f64, "{} {expected}", found.log_likelihood);
    let sum: f64 = matrix.iter().flatten().sum();
    let ratio = found.bias_sigma / (sum.sqrt() / count as f64);
    assert!((ratio - 1.0).abs() < 1e-6, "{ratio}");
    let ones = solve(&lower, &vec![1.0; count]);
    let ratio = found.weighted_bias_sigma * dot(&ones, &ones).sqrt();
    assert!((ratio - 1.0).abs() < 0.05, "{ratio}");
}

/// The numbers of a field that was drawn are found again, within what so many residuals tell.
#[test]
fn a_drawn_field_is_estimated() {
    let discrepancy = Discrepancy { sigma: 3.0, length: 2000.0, ..Discrepancy::NONE };
    let count = 900;
    let mut tracks = Tracks::new(count, 12);
    let lower = cholesky(&tracks.covariance(&discrepancy));
    let mut random = noise(11);
    let deviates: Vec<f64> = (0..count).map(|_| normal(&mut random)).collect();
    tracks.residual = lower.iter().map(|row| dot(row, &deviates)).collect();
    let found = score(&tracks.residual, &tracks.budget(), ModelDiscrepancy::Estimate, &[]).unwrap();
    let estimate = found.discrepancy;
    assert!((estimate.sigma / 3.0).ln().abs() < 0.4, "{estimate}");
    for distance in [0.0, 500.0, 2000.0, 6000.0] {
        let (own, truth) = (estimate.covariance(distance), discrepancy.covariance(distance));
        assert!((own - truth).abs() < 3.0, "{estimate}, at {distance} m {own} {truth}");
    }
    assert!((found.mahalanobis_reduced - 1.0).abs() < 0.15, "{}", found.mahalanobis_reduced);
    assert!(!found.neighbours.is_contradiction());
    let given = score(&tracks.residual, &tracks.budget(), ModelDiscrepancy::Sigma(3.0), &[]).unwrap();
    assert_eq!(given.discrepancy.sigma, 3.0);
    let without = score(&tracks.residual, &tracks.budget(), ModelDiscrepancy::None, &[]).unwrap();
    assert!(without.neighbours.is_contradiction(), "{:?}", without.neighbours);
    assert!(without.log_likelihood < found.log_likelihood - 100.0);
}

#[test]
fn what_cannot_be_estimated_is_said() {
    let tracks = Tracks::new(19, 3);
    let asked = ModelDiscrepancy::Estimate;
    let found = score(&tracks.residual, &tracks.budget(), asked, &[]);
    assert!(matches!(found, Err(ScoreError::TooFew { found: 19, .. })));
    let budget = ErrorBudget { position: &[], ..tracks.budget() };
    assert!(matches!(score(&tracks.residual, &budget, asked, &[]), Err(ScoreError::Positions)));
    let field = ModelDiscrepancy::Field(Discrepancy { sigma: 1.0, length: 10.0, ..Discrepancy::NONE });
    assert!(matches!(score(&tracks.residual, &budget, field, &[]), Err(ScoreError::Positions)));
}

#[test]
fn ancestors_come_before() {
    let tracks = Tracks::new(500, 5);
    let ancestry = Ancestry::new(&tracks.position);
    let mut seen = std::collections::HashSet::new();
    for place in 0..500 {
        assert!(ancestry.parents(place).iter().all(|parent| seen.contains(parent)));
        assert!(seen.insert(ancestry.at(place) as u32));
    }
    assert_eq!(ancestry.levels().iter().map(ExactSizeIterator::len).collect::<Vec<_>>(), [64, 64, 128, 244]);
}
