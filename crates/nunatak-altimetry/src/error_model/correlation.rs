//! How far along the track the surface resembles itself: a correlation length pooled over cells.
//!
//! In every (cell, pass) heights are averaged in bins along the track, a straight line is removed, and products of bins
//! at every lag are pooled. Each pass is scaled by its mean squared step from bin to bin, so that rough cells do not
//! outweigh smooth ones (scaling by its variance would bias the ratio: that varies with the very lags looked at). Where
//! the pooled autocorrelation falls to 1/e gives the length, as for `exp(-d/L)`. Removing a line from a track of length
//! T also removes correlation, so the crossing is compared with the one that a profile of known L/T shows after the same
//! treatment (its exact expectation).

use super::moments::Moments;
use crate::points::CellPoint;

/// Bins along a cell's width.
pub(crate) const BINS: usize = 200;
/// Lags looked at: up to half of a cell.
const LAGS: usize = BINS / 2;
/// A track with fewer bins says nothing about the correlation.
const MINIMUM_BINS: usize = 12;
/// Across-track standard deviation above which a pass is a pair of beams, m: they are 90 m apart, and a single one
/// bends by some metres within a cell.
pub(crate) const BEAM_SEPARATION: f64 = 15.0;
/// Points of the profile that stands for a track.
const PROFILE_POINTS: usize = 160;
/// Longest correlation length looked for, as part of the track: longer ones cross 1/e at the same place.
const LONGEST: f64 = 0.5;
/// Shortest line, in correlation lengths, for which the closed forms keep their digits.
const SHORTEST_LINE: f64 = 0.05;
/// Crossings shorter than this part of a track need no correction.
const SHORT_CROSSING: f64 = 0.02;

/// How near the longest length counts as it, as part of it.
const BOUND_TOLERANCE: f64 = 1e-6;

/// How far the surface resembles itself.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct CorrelationLength {
    pub(crate) metres: f64,
    /// Whether it is the longest that tracks of their length can tell: the true one is this or longer.
    pub(crate) is_bound: bool,
}

/// Pooled products of detrended heights per lag; merges by addition.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Autocovariance {
    products: Vec<f64>,
    pairs: Vec<f64>,
    extent: f64,
    tracks: f64,
}

impl Default for Autocovariance {
    fn default() -> Self {
        Self { products: vec![0.0; LAGS + 1], pairs: vec![0.0; LAGS + 1], extent: 0.0, tracks: 0.0 }
    }
}

impl Autocovariance {
    pub(crate) fn merge(&mut self, other: &Self) {
        self.products.iter_mut().zip(&other.products).for_each(|(own, theirs)| *own += theirs);
        self.pairs.iter_mut().zip(&other.pairs).for_each(|(own, theirs)| *own += theirs);
        self.extent += other.extent;
        self.tracks += other.tracks;
    }

    /// Adds one pass through one cell, in bins of `bin` metres; the two beams of a pair are two profiles.
    pub(crate) fn add_track(&mut self, points: &[CellPoint], bin: f64) {
        let mut moments = Moments::default();
        points.iter().for_each(|point| moments.merge(&Moments::of(1.0, point.offset, point.height)));
        let [(variance, along), (_, across)] = moments.principal_axes();
        if variance <= 0.0 {
            return;
        }
        let project = |point: &CellPoint, axis: [f64; 2]| point.offset[0] * axis[0] + point.offset[1] * axis[1];
        let middle = moments.mean[0] * across[0] + moments.mean[1] * across[1];
        let is_pair = beams(&moments) == 2.0;
        let (left, right): (Vec<_>, Vec<_>) =
            points.iter().partition(|point| is_pair && project(point, across) < middle);
        for line in [left, right] {
            let profile: Vec<_> =
                line.iter().map(|point| (project(point, along), point.height - moments.mean[2])).collect();
            self.add_profile(&profile, bin);
        }
    }

    /// Adds distances along a line and heights there.
    fn add_profile(&mut self, profile: &[(f64, f64)], bin: f64) {
        let start = profile.iter().map(|point| point.0).fold(f64::INFINITY, f64::min);
        let end = profile.iter().map(|point| point.0).fold(f64::NEG_INFINITY, f64::max);
        if profile.is_empty() || end - start < MINIMUM_BINS as f64 * bin {
            return;
        }
        let mut bins = vec![(0.0, 0.0); ((end - start) / bin) as usize + 1];
        for (along, height) in profile {
            if let Some((sum, count)) = bins.get_mut(((along - start) / bin) as usize) {
                *sum += height;
                *count += 1.0;
            }
        }
        let means: Vec<Option<f64>> = bins.iter().map(|&(sum, count)| (count > 0.0).then(|| sum / count)).collect();
        if let Some(residuals) = scaled_residuals(&means) {
            self.add_residuals(&residuals);
            self.extent += end - start;
            self.tracks += 1.0;
        }
    }

    fn add_residuals(&mut self, residuals: &[Option<f64>]) {
        for (index, first) in residuals.iter().enumerate() {
            let Some(first) = first else { continue };
            for (lag, second) in residuals.iter().skip(index).take(LAGS + 1).enumerate() {
                if let Some(second) = second {
                    self.products[lag] += first * second;
                    self.pairs[lag] += 1.0;
                }
            }
        }
    }

    /// The correlation length; `None` when no track was long enough.
    pub(crate) fn length(&self, bin: f64) -> Option<CorrelationLength> {
        let variance = self.products[0] / self.pairs[0];
        if self.tracks == 0.0 || variance.is_nan() || variance <= 0.0 {
            return None;
        }
        let correlation: Vec<f64> = self
            .products
            .iter()
            .zip(&self.pairs)
            .take_while(|(_, pairs)| **pairs > 0.0)
            .map(|(products, pairs)| products / pairs / variance)
            .collect();
        let extent = self.extent / self.tracks;
        let length = undo_detrending(crossing(&correlation) * bin / extent);
        Some(CorrelationLength { metres: length * extent, is_bound: length >= LONGEST * (1.0 - BOUND_TOLERANCE) })
    }
}

/// The correlation length whose detrended profile crosses 1/e at `observed`, both as part of the track.
fn undo_detrending(observed: f64) -> f64 {
    if observed < SHORT_CROSSING {
        return observed;
    }
    let (mut short, mut long) = (observed, LONGEST.max(observed));
    for _ in 0..40 {
        let middle = (short * long).sqrt();
        if detrended_crossing(middle) < observed { short = middle } else { long = middle }
    }
    (short * long).sqrt().min(LONGEST)
}

/// Where the expected autocorrelation of a profile of correlation `exp(-d/L)` crosses 1/e once a line is removed.
fn detrended_crossing(length: f64) -> f64 {
    let n = PROFILE_POINTS;
    let residual = residual_covariance(length);
    let covariance = |lag: usize| (0..n - lag).map(|i| residual[i][i + lag]).sum::<f64>() / (n - lag) as f64;
    let variance = covariance(0);
    crossing(&(0..n / 2).map(|lag| covariance(lag) / variance).collect::<Vec<_>>()) / n as f64
}

/// `M C M`: covariance of a profile after the projection `M = I - QQ'` on what is orthogonal to a constant and a slope.
fn residual_covariance(length: f64) -> Vec<Vec<f64>> {
    let n = PROFILE_POINTS;
    let centred = |index: usize| index as f64 - 0.5 * (n - 1) as f64;
    let norm = (0..n).map(|index| centred(index).powi(2)).sum::<f64>().sqrt();
    let line: Vec<[f64; 2]> = (0..n).map(|index| [(n as f64).sqrt().recip(), centred(index) / norm]).collect();
    let decay: Vec<f64> = (0..n).map(|lag| (-(lag as f64) / (n as f64 * length)).exp()).collect();
    let image = |index: usize| -> [f64; 2] {
        std::array::from_fn(|a| (0..n).map(|other| decay[index.abs_diff(other)] * line[other][a]).sum())
    };
    let images: Vec<[f64; 2]> = (0..n).map(image).collect();
    let inner: [[f64; 2]; 2] =
        std::array::from_fn(|a| std::array::from_fn(|b| (0..n).map(|index| line[index][a] * images[index][b]).sum()));
    let entry = |i: usize, j: usize| -> f64 {
        let crossed: f64 = (0..2).map(|a| line[i][a] * images[j][a] + images[i][a] * line[j][a]).sum();
        let both: f64 = (0..2).map(|a| (0..2).map(|b| line[i][a] * inner[a][b] * line[j][b]).sum::<f64>()).sum();
        decay[i.abs_diff(j)] - crossed + both
    };
    (0..n).map(|i| (0..n).map(|j| entry(i, j)).collect()).collect()
}

/// Number of beams of a pass, from how far its points lie apart across the track.
pub(crate) fn beams(moments: &Moments) -> f64 {
    let [_, (variance, _)] = moments.principal_axes();
    if variance.sqrt() > BEAM_SEPARATION { 2.0 } else { 1.0 }
}

/// Residuals of the bin means about a straight line, scaled by their root mean square step; `None` when there are too few.
fn scaled_residuals(means: &[Option<f64>]) -> Option<Vec<Option<f64>>> {
    let mut moments = Moments::default();
    let mut count = 0;
    for (index, mean) in means.iter().enumerate() {
        if let Some(mean) = mean {
            moments.merge(&Moments::of(1.0, [index as f64, 0.0], *mean));
            count += 1;
        }
    }
    let [xx, _, _, xh, _, _] = moments.products;
    if count < MINIMUM_BINS {
        return None;
    }
    let slope = xh / xx;
    let residual = |index: usize, mean: f64| mean - moments.mean[2] - slope * (index as f64 - moments.mean[0]);
    let residuals: Vec<Option<f64>> =
        means.iter().enumerate().map(|(index, mean)| mean.map(|mean| residual(index, mean))).collect();
    let steps = residuals.windows(2).filter_map(|pair| Some((pair[1]? - pair[0]?).powi(2)));
    let (sum, steps) = steps.fold((0.0, 0.0), |(sum, count), step| (sum + step, count + 1.0));
    let scale = (sum / steps).sqrt();
    (scale > 0.0).then(|| residuals.iter().map(|value| value.map(|value| value / scale)).collect())
}

/// First lag at which the autocorrelation falls to 1/e, between lags by straight line; the last lag when it does not.
fn crossing(correlation: &[f64]) -> f64 {
    let target = (-1f64).exp();
    match correlation.windows(2).enumerate().find(|(_, pair)| pair[1] <= target) {
        Some((lag, pair)) => lag as f64 + (pair[0] - target) / (pair[0] - pair[1]),
        None => correlation.len() as f64,
    }
}

/// Mean of `exp(-|a - b|/L)` over all pairs of points of a line `t` correlation lengths long:
/// `2/t - 2(1 - e^-t)/t²` (Vanmarcke 1983, table 5.1).
pub(crate) fn mean_correlation(t: f64) -> f64 {
    if t < 1e-3 { 1.0 - t / 3.0 } else { 2.0 / t - 2.0 * (-(-t).exp_m1()) / (t * t) }
}

/// Share of the variance of a line `t` correlation lengths long that is left once a mean and a slope are removed.
pub(crate) fn unexplained_by_line(t: f64) -> f64 {
    1.0 - mean_correlation(t.max(SHORTEST_LINE)) - explained_by_slope(t)
}

/// Share of the variance of a line `t` correlation lengths long that a slope takes up by chance:
/// `12 ∫∫ x y exp(-t|x-y|)` over the unit interval centred on 0, in closed form.
pub(crate) fn explained_by_slope(t: f64) -> f64 {
    let t = t.max(SHORTEST_LINE);
    let decay = (-t).exp();
    // Moments of the distance, ∫ d^k exp(-td) over 0..1, by parts.
    let first = ((1.0 - decay) / t - decay) / t;
    let second = (2.0 * first - decay) / t;
    let third = (3.0 * second - decay) / t;
    let squared_distance = 2.0 * (second - third);
    // ∫ x² cosh(tx) times exp(-t/2), so that long lines do not overflow.
    let (sinh, cosh) = (0.5 * (1.0 - decay), 0.5 * (1.0 + decay));
    let squared_place = 2.0 * (sinh / (4.0 * t) - cosh / (t * t) + 2.0 * sinh / t.powi(3));
    let same_place = (1.0 / 6.0 - 2.0 * squared_place) / t;
    12.0 * (same_place - 0.5 * squared_distance)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unexplained_share_is_the_trace_of_the_projected_covariance() {
        for t in [0.3, 1.0, 4.0, 15.0] {
            let covariance = residual_covariance(1.0 / t);
            let trace: f64 = (0..PROFILE_POINTS).map(|index| covariance[index][index]).sum();
            let (found, expected) = (unexplained_by_line(t), trace / PROFILE_POINTS as f64);

            assert!((found / expected - 1.0).abs() < 0.06, "{t}: {found} {expected}");
        }
    }
}
