//! How many independent samples of the surface the points of a cell amount to.
//!
//! For a surface of correlation `exp(-d/L)` the weighted mean of n points has the variance of
//! `n_eff = (Σw)² / ΣΣ w_i w_j exp(-d_ij/L)` independent ones. The double sum runs over small blocks of the cell, not
//! over points, and over *all* points whatever their pass: a repeat of the same track sees the same surface and adds no
//! sample of it. Within a block and between blocks the points are taken as line segments with the block's own variance
//! of position; for one straight track this is the exact double integral.

use std::collections::BTreeMap;

use super::correlation::mean_correlation;
use super::extension::{correlation_in_cell, correlation_with_cell};
use super::moments::Moments;

/// Blocks along a cell's width.
const BLOCKS: f64 = 32.0;

#[derive(Debug, Clone, Copy, Default)]
struct BlockSums {
    moments: Moments,
    squared_weights: f64,
}

/// Points of a cell summed in small blocks.
#[derive(Debug, Clone, Default)]
pub(crate) struct Blocks {
    blocks: BTreeMap<(i32, i32), BlockSums>,
    /// Width of a block, m.
    width: f64,
}

/// Smallest variance of a track's mean about its cell's, as part of the variance of the track's own mean: blocks are
/// approximate, and a difference of like numbers keeps no more digits.
const LEAST_EXTENSION: f64 = 0.02;

impl Blocks {
    /// Blocks of a cell `width` metres wide.
    pub(crate) fn new(width: f64) -> Self {
        Self { blocks: BTreeMap::new(), width: width / BLOCKS }
    }

    pub(crate) fn add(&mut self, offset: [f64; 2], weight: f64) {
        let key = offset.map(|offset| (offset / self.width).floor() as i32);
        let block = self.blocks.entry((key[0], key[1])).or_default();
        block.moments.merge(&Moments::of(weight, offset, 0.0));
        block.squared_weights += weight * weight;
    }

    /// The effective number of samples, from 1 to the number of points.
    pub(crate) fn effective_count(&self, length: f64, count: u64) -> f64 {
        1.0 / self.own_correlation(length, count)
    }

    /// Variance of the mean of the points about the mean of their cell, as part of the surface's variance.
    pub(crate) fn extension(&self, length: f64, count: u64) -> f64 {
        let cell = BLOCKS * self.width;
        let blocks = self.blocks.values().map(|block| &block.moments);
        let (sum, total) = blocks.fold((0.0, 0.0), |(sum, total), moments| {
            let correlation = correlation_with_cell([moments.mean[0], moments.mean[1]], cell, length);
            (sum + moments.weight * correlation, total + moments.weight)
        });
        let own = self.own_correlation(length, count);
        (own - 2.0 * sum / total + correlation_in_cell(cell, length)).max(LEAST_EXTENSION * own)
    }

    /// Mean correlation between two of the points, from one over their number to 1.
    fn own_correlation(&self, length: f64, count: u64) -> f64 {
        let blocks: Vec<_> = self.blocks.values().map(|block| (block, line_length(block) / length)).collect();
        let total: f64 = blocks.iter().map(|(block, _)| block.moments.weight).sum();
        let mut sum = 0.0;
        for (index, &(block, extent)) in blocks.iter().enumerate() {
            let weight = block.moments.weight;
            sum += (weight * weight * mean_correlation(extent)).max(block.squared_weights);
            for &(other, other_extent) in blocks.iter().skip(index + 1) {
                let distance = (block.moments.mean[0] - other.moments.mean[0])
                    .hypot(block.moments.mean[1] - other.moments.mean[1]);
                let exponent = -distance / length + line_factor(extent) + line_factor(other_extent);
                sum += 2.0 * weight * other.moments.weight * exponent.min(0.0).exp();
            }
        }
        (sum / (total * total)).clamp(1.0 / (count as f64).max(1.0), 1.0)
    }
}

/// Length of the uniform line whose variance of position is the block's.
fn line_length(block: &BlockSums) -> f64 {
    let [(variance, _), _] = block.moments.principal_axes();
    (12.0 * variance).sqrt()
}

/// `ln(sinh(t/2) / (t/2))`: how much a line of length t (in correlation lengths) raises the mean correlation with what
/// lies beyond its ends, above that of its centre.
fn line_factor(t: f64) -> f64 {
    if t < 1e-2 { t * t / 24.0 } else { 0.5 * t + (-(-t).exp_m1()).ln() - t.ln() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn track(count: usize, spacing: f64, lateral: f64) -> Vec<[f64; 2]> {
        (0..count).map(|index| [(index as f64 + 0.5) * spacing - 4000.0, lateral]).collect()
    }

    fn found(points: &[[f64; 2]], length: f64) -> f64 {
        let mut blocks = Blocks::new(8000.0);
        points.iter().for_each(|&point| blocks.add(point, 1.0));
        blocks.effective_count(length, points.len() as u64)
    }

    fn brute_force(points: &[[f64; 2]], length: f64) -> f64 {
        let correlation = |a: &[f64; 2], b: &[f64; 2]| (-(a[0] - b[0]).hypot(a[1] - b[1]) / length).exp();
        let sum: f64 = points.iter().flat_map(|a| points.iter().map(move |b| correlation(a, b))).sum();
        (points.len() as f64).powi(2) / sum
    }

    #[test]
    fn one_straight_track_is_exact() {
        for length in [100.0, 400.0, 1200.0, 5000.0, 1e6] {
            let points = track(400, 20.0, 0.0);
            let (found, expected) = (found(&points, length), brute_force(&points, length));
            assert!((found / expected - 1.0).abs() < 0.02, "L = {length}: {found} {expected}");
        }
    }

    #[test]
    fn pairs_and_crossings_are_close() {
        let mut points = track(400, 20.0, 0.0);
        points.extend(track(400, 20.0, 90.0));
        points.extend(track(400, 20.0, 3300.0).iter().map(|&[x, y]| [y, x]));
        for length in [300.0, 1200.0, 4000.0] {
            let (found, expected) = (found(&points, length), brute_force(&points, length));
            assert!((found / expected - 1.0).abs() < 0.1, "L = {length}: {found} {expected}");
        }
    }

    #[test]
    fn repeats_add_no_sample_and_bounds_hold() {
        let once = track(400, 20.0, 0.0);
        let repeated: Vec<_> = (0..10).flat_map(|_| once.clone()).collect();
        assert!((found(&repeated, 1000.0) / found(&once, 1000.0) - 1.0).abs() < 1e-6);
        assert_eq!(found(&[[0.0, 0.0]], 1000.0), 1.0);
        let tiny = found(&once, 1e-3);
        assert!(tiny > 399.0 && tiny <= 400.0, "{tiny}");
        assert!(found(&once, 1e12) < 1.0 + 1e-6);
    }
}
