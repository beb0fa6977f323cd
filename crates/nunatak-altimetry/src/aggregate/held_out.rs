//! Passes held out: whether the surface between tracks is as uncertain as the variogram says.

use nunatak_parallel::map_values;

use super::cell::Cell;
use super::pass::Pass;
use crate::surface::{Covariance, NeighbourhoodSlope, Prior, squared_error};

/// Cells of which the blocks of each pass are kept, and how many of these are asked: more tell hardly more.
const MOST_KEPT: usize = 800;
const MOST_ASKED: usize = 200;
/// Passes that would have been predicted as stated, added to those that were: what few passes say is shrunk towards 1.
const PRIOR_COUNT: f64 = 20.0;
/// A ratio beyond these says that something else than the surface is wrong.
const LIMITS: (f64, f64) = (0.5, 4.0);

/// Which of the cells that hold points keep the blocks of each pass: some, evenly spread.
#[derive(Debug, Clone, Copy)]
pub(super) struct HeldOut {
    step: usize,
}

impl HeldOut {
    /// Of so many cells.
    pub(super) fn of(cells: usize) -> Self {
        Self { step: cells.div_ceil(MOST_KEPT).max(1) }
    }

    /// Whether the cell of this place among them does.
    pub(super) fn contains(&self, cell: usize) -> bool {
        cell.is_multiple_of(self.step)
    }
}

/// Mean squared error of passes predicted from another in the same cell, over the stated variance: 1 where the variogram, whose
/// lags are mostly along tracks, holds across them as well. `None` where no cell has two passes.
///
/// The slope is that of the other cells. `between` is the variance of the difference of two overpasses by their geolocation, m².
pub(super) fn ratio_across_tracks(
    cells: &[Cell],
    slopes: &[NeighbourhoodSlope],
    scales: &[Option<f64>],
    covariance: &Covariance,
    between: f64,
) -> Option<f64> {
    let priors = cells.iter().zip(slopes).zip(scales).filter(|((cell, _), _)| cell.held_out.len() > 1);
    let priors: Vec<_> = priors
        .filter_map(|((cell, slope), scale)| {
            let prior = Prior { scale: (*scale)?, slope: slope.of_others.variance };
            Some((cell, slope.of_others.slope, prior))
        })
        .collect();
    let asked = priors.len().min(MOST_ASKED);
    let found = map_values(asked, |at| {
        let (cell, slope, prior) = &priors[at * priors.len() / asked];
        let about_slope = |pass: &Pass| Pass {
            blocks: pass.blocks.iter().map(|block| block.less_slope(*slope)).collect(),
            ..pass.clone()
        };
        squared_errors(&cell.held_out.iter().map(about_slope).collect::<Vec<_>>(), prior, covariance, between)
    });
    let (sum, count) = found.iter().flatten().fold((0.0, 0.0), |(sum, count), square| (sum + square, count + 1.0));
    (count > 0.0).then(|| ((sum + PRIOR_COUNT) / (count + PRIOR_COUNT)).clamp(LIMITS.0, LIMITS.1))
}

/// The squared standardised error of each pass predicted from each other one.
fn squared_errors(passes: &[Pass], prior: &Prior, covariance: &Covariance, between: f64) -> Vec<f64> {
    let pairs = passes.iter().enumerate().flat_map(|(at, seen)| {
        passes.iter().enumerate().filter(move |(other, _)| *other != at).map(move |(_, held_out)| (seen, held_out))
    });
    let error = |(seen, held_out): (&Pass, &Pass)| {
        let between = if seen.overpass == held_out.overpass { 0.0 } else { between };
        squared_error(&seen.blocks, &held_out.blocks, covariance, prior, between)
    };
    pairs.filter_map(error).collect()
}
