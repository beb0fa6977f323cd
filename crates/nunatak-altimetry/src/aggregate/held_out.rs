//! Passes held out: whether the surface between tracks is as uncertain as the variogram says.

use nunatak_parallel::map_values;

use super::cell::Cell;
use super::pass::Pass;
use crate::surface::{Covariance, NeighbourhoodSlopes, Prior, squared_error};

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
/// The slope is that of the other cells; what the geolocation of the two overpasses adds to the variance is not the surface's.
pub(super) fn ratio_across_tracks(
    cells: &[Cell],
    slopes: &NeighbourhoodSlopes<'_>,
    scales: &[Option<f64>],
    covariance: &Covariance,
) -> Option<f64> {
    let several: Vec<(usize, f64)> = (0..cells.len())
        .filter(|&at| cells[at].held_out.len() > 1)
        .filter_map(|at| scales[at].map(|scale| (at, scale)))
        .collect();
    let asked = several.len().min(MOST_ASKED);
    let found = map_values(asked, |at| {
        let (cell, scale) = several[at * several.len() / asked];
        let slope = slopes.of_others(cell);
        let passes: Vec<Pass> = cells[cell].held_out.iter().map(|pass| pass.less_slope(slope.slope)).collect();
        squared_errors(&passes, &Prior { scale, slope: slope.variance }, covariance)
    });
    let (sum, count) = found.iter().flatten().fold((0.0, 0.0), |(sum, count), square| (sum + square, count + 1.0));
    (count > 0.0).then(|| ((sum + PRIOR_COUNT) / (count + PRIOR_COUNT)).clamp(LIMITS.0, LIMITS.1))
}

/// The squared standardised error of each pass predicted from each other one.
fn squared_errors(passes: &[Pass], prior: &Prior, covariance: &Covariance) -> Vec<f64> {
    let others = |at: usize| (0..passes.len()).filter(move |&other| other != at);
    let pairs = (0..passes.len()).flat_map(|at| others(at).map(move |other| (at, other)));
    pairs
        .filter_map(|(at, other)| {
            let (seen, held_out) = (&passes[at], &passes[other]);
            squared_error(&seen.blocks, &held_out.blocks, covariance, prior, seen.geolocation_variance(held_out))
        })
        .collect()
}
