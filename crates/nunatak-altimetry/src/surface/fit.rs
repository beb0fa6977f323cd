//! The variogram that makes the heights of a sample of cells most likely.

use nunatak_array::simplex::minimum;
use nunatak_parallel::map;

use super::covariance::Covariance;
use super::kriging::{Likelihood, Prior, likelihood};
use super::patch::Block;
use super::variogram::{GREATEST_EXPONENT, GREATEST_STRETCH, LEAST_EXPONENT, LONGEST, SHORTEST, Variogram};

/// A cell that tells the shape of the surface: its blocks about the slope of its neighbourhood.
#[derive(Debug, Clone)]
pub(crate) struct Sample {
    pub(crate) blocks: Vec<Block>,
    pub(crate) prior: Prior,
}

/// Smoothing lengths looked for, in widths of the cell.
const LEAST_SMOOTHING: f64 = 0.001;
const GREATEST_SMOOTHING: f64 = 0.3;
/// What a likelihood must gain for a direction to be believed.
const GAIN_OF_A_DIRECTION: f64 = 4.0;
/// Information of one cell on the ratio of the variance within blocks to that between them: the logarithm of a variance of n
/// samples has the variance 2/n, and a cell has some 15 blocks.
const INFORMATION_WITHIN: f64 = 5.0;
const EVALUATIONS: usize = 70;

/// The variogram of a sample of cells, each with a scale of its own; `None` without a cell.
///
/// What is made largest is the sum of the restricted likelihoods of the cells (Patterson and Thompson 1971), each at its best
/// scale, so that a rough cell does not outweigh a smooth one. Lags below a block are in the variance of the heights within
/// blocks, which is to be that of the same surface.
pub(crate) fn fit(samples: &[Sample]) -> Option<Variogram> {
    if samples.is_empty() {
        return None;
    }
    let misfit = |variogram: &Variogram| misfit(samples, variogram);
    let isotropic = |&[exponent, length, smoothing]: &[f64; 3]| Variogram {
        smoothing: smoothing.exp(),
        ..Variogram::isotropic(exponent, length.exp())
    };
    let starts = [[0.5, -0.5, -4.0], [0.8, 1.0, -4.0], [0.5, -3.0, -5.0]];
    let best = starts
        .map(|start| minimum(start, [0.15, 0.8, 1.2], EVALUATIONS, |point| misfit(&isotropic(point))))
        .into_iter()
        .min_by(|one, other| one.1.total_cmp(&other.1))?;
    let alike = isotropic(&best.0);
    let directed = |stretch: f64, azimuth: f64| Variogram { stretch: stretch.exp(), azimuth, ..alike };
    let directions = (0..6).flat_map(|part| [0.7, 1.6].map(|stretch| (stretch, f64::from(part) * 30f64.to_radians())));
    let (stretch, azimuth) =
        directions.min_by(|a, b| misfit(&directed(a.0, a.1)).total_cmp(&misfit(&directed(b.0, b.1))))?;
    let free = |&[exponent, length, stretch, azimuth]: &[f64; 4]| Variogram {
        exponent,
        length: length.exp(),
        stretch: stretch.exp(),
        azimuth,
        ..alike
    };
    let start = [alike.exponent, alike.length.ln(), stretch, azimuth];
    let (found, value) = minimum(start, [-0.1, 0.4, 0.4, 0.25], 2 * EVALUATIONS, |point| misfit(&free(point)));
    Some(if value < best.1 - GAIN_OF_A_DIRECTION { free(&found) } else { alike })
}

fn is_sought(variogram: &Variogram) -> bool {
    (LEAST_EXPONENT..=GREATEST_EXPONENT).contains(&variogram.exponent)
        && (SHORTEST..=LONGEST).contains(&variogram.length)
        && (LEAST_SMOOTHING..=GREATEST_SMOOTHING).contains(&variogram.smoothing)
        && (1.0 / GREATEST_STRETCH..=GREATEST_STRETCH).contains(&variogram.stretch)
}

/// Minus the logarithm of the likelihood.
fn misfit(samples: &[Sample], variogram: &Variogram) -> f64 {
    if !is_sought(variogram) {
        return f64::INFINITY;
    }
    let covariance = Covariance::new(variogram);
    let likelihoods = map(samples.len(), |at| likelihood(&samples[at].blocks, &covariance, &samples[at].prior));
    let (mut misfit, mut ratios, mut cells) = (0.0, 0.0, 0.0);
    for likelihood in likelihoods {
        let Some(Likelihood { squares, degrees, log_determinant, within: [expected, found] }) = likelihood else {
            return f64::INFINITY;
        };
        let scale = squares / degrees + f64::MIN_POSITIVE;
        misfit += 0.5 * (degrees * scale.ln() + log_determinant);
        if expected > 0.0 && found > 0.0 {
            ratios += (found / (scale * expected)).ln();
            cells += 1.0;
        }
    }
    if cells > 0.0 { misfit + 0.5 * INFORMATION_WITHIN * ratios * ratios / cells } else { misfit }
}
