//! The discrepancy that makes residuals most likely.

use std::ops::Range;

use nunatak_array::simplex::minimum;
use nunatak_parallel::map;

use super::ancestry::Ancestry;
use super::conditionals::{INDEPENDENT, Solver};
use super::discrepancy::{Discrepancy, ModelDiscrepancy};
use super::error_budget::Observed;
use super::kernel::Kernel;
use crate::{Result, ScoreError};

/// Residuals of a level that are looked at: so all distances count alike, however many residuals are close to each other.
const OF_A_LEVEL: usize = 1000;
/// Neighbours that tell the covariance: the nearest ones of those that residuals are scored with.
const NEIGHBOURS: usize = 12;
/// Residuals below which nothing can be estimated.
const FEWEST: usize = 20;
const EVALUATIONS: usize = 160;
/// Residuals that a task takes.
const BLOCK: usize = 256;
/// What is looked for: smoothness, and lengths in parts of the extent of the residuals. A compensation over more than the extent
/// is none.
const LENGTHS: [f64; 2] = [1e-4, 1.0];
const SMOOTHNESS: [f64; 2] = [0.1, 3.0];
const SMOOTHINGS: [f64; 2] = [1e-6, 3e-3];
const COMPENSATIONS: [f64; 2] = [1e-2, 2.0];
const FIRST_SMOOTHING: f64 = 3e-4;

/// How far the standard deviation may lie from the size of the residuals, in logarithms: of a field that is longer than the region,
/// data tell the ratio of variance and length alone (Zhang 2004, theorem 2).
const SIGMA_WIDTH: f64 = 0.15;

/// The discrepancy that is meant, estimated where it is not given.
///
/// # Errors
/// [`ScoreError::TooFew`] and [`ScoreError::Positions`] where there is nothing to estimate it from.
pub(crate) fn resolve(observed: &Observed, ancestry: &Ancestry, asked: ModelDiscrepancy) -> Result<Discrepancy> {
    match asked {
        ModelDiscrepancy::None => Ok(Discrepancy::NONE),
        ModelDiscrepancy::Field(field) => field.checked(),
        ModelDiscrepancy::Estimate => estimate(observed, ancestry, None),
        ModelDiscrepancy::Sigma(sigma) => {
            Discrepancy { sigma, ..Discrepancy::NONE }.checked()?;
            if sigma == 0.0 { Ok(Discrepancy::NONE) } else { estimate(observed, ancestry, Some(sigma)) }
        }
    }
}

/// Makes the restricted likelihood (Patterson and Thompson 1971) of the residuals given their neighbours largest, in which the mean
/// is not known, with tails that outliers do not move. Of each level so many residuals are taken, the errors of overpasses included in their covariance.
fn estimate(observed: &Observed, ancestry: &Ancestry, sigma: Option<f64>) -> Result<Discrepancy> {
    if observed.position.is_empty() {
        return Err(ScoreError::Positions);
    }
    if observed.len() < FEWEST {
        return Err(ScoreError::TooFew { found: observed.len(), fewest: FEWEST });
    }
    let (extent, size) = (extent(&observed.position), size(&observed.residual));
    let search = Search { observed, places: places(ancestry), ancestry, sigma, extent, size };
    let mut best: Option<([f64; 5], f64)> = None;
    for start in search.starts() {
        let found = (start, search.misfit(&start));
        if best.is_none_or(|best| found.1 < best.1) {
            best = Some(found);
        }
    }
    let start = best.map_or([0.0; 5], |best| best.0);
    let (first, _) = minimum(start, [0.4, 0.5, 0.3, 0.8, 0.5], EVALUATIONS, |point| search.misfit(point));
    // A simplex that has shrunk in one direction starts anew.
    let (found, _) = minimum(first, [0.2, -0.3, -0.2, -0.8, -0.5], EVALUATIONS, |point| search.misfit(point));
    search.discrepancy(&found).checked()
}

struct Search<'a> {
    observed: &'a Observed,
    ancestry: &'a Ancestry,
    places: Vec<usize>,
    sigma: Option<f64>,
    /// Of the region, m.
    extent: f64,
    /// Of the residuals, m.
    size: f64,
}

impl Search<'_> {
    /// Where the search begins: the residuals' own size, and lengths of all orders.
    fn starts(&self) -> Vec<[f64; 5]> {
        let lengths = [0.0005f64, 0.002, 0.01, 0.05, 0.3];
        let shapes = [(0.4f64, 0.04f64), (0.9, 0.04), (0.4, 0.5), (0.9, 0.5)];
        let start = |length: f64, (smoothness, compensation): (f64, f64)| {
            [self.size.ln(), length.ln(), smoothness.ln(), FIRST_SMOOTHING.ln(), compensation.ln()]
        };
        lengths.into_iter().flat_map(|length| shapes.map(|shape| start(length, shape))).collect()
    }

    fn discrepancy(&self, point: &[f64; 5]) -> Discrepancy {
        let [sigma, length, smoothness, smoothing, compensation] = *point;
        let within = |logarithm: f64, [low, high]: [f64; 2]| logarithm.exp().clamp(low, high);
        let compensation = within(compensation, COMPENSATIONS);
        Discrepancy {
            sigma: self.sigma.unwrap_or_else(|| sigma.exp().min(1e8)),
            length: self.extent * within(length, LENGTHS),
            smoothness: within(smoothness, SMOOTHNESS),
            compensation: if compensation < 1.0 { self.extent * compensation } else { 0.0 },
            smoothing: self.extent * within(smoothing, SMOOTHINGS),
        }
    }

    /// How far a point lies beyond what is looked for, and from the size of the residuals.
    fn beyond(&self, point: &[f64; 5]) -> f64 {
        let bounds = [(point[1], LENGTHS), (point[2], SMOOTHNESS), (point[3], SMOOTHINGS), (point[4], COMPENSATIONS)];
        let far = |value: f64, [low, high]: [f64; 2]| (low.ln() - value).max(value - high.ln()).max(0.0).powi(2);
        let beyond: f64 = bounds.into_iter().map(|(value, range)| far(value, range)).sum();
        beyond + 0.5 * ((point[0] - self.size.ln()) / SIGMA_WIDTH).powi(2)
    }

    /// Minus the restricted log-likelihood, but for constants.
    fn misfit(&self, point: &[f64; 5]) -> f64 {
        let kernel = Kernel::new(&self.discrepancy(point));
        let conditionals: Vec<Conditional> = map(self.places.len().div_ceil(BLOCK), |block| {
            let places = &self.places[block * BLOCK..((block + 1) * BLOCK).min(self.places.len())];
            let mut solver = Solver::default();
            places.iter().map(|&place| self.conditional(&kernel, &mut solver, place)).collect::<Vec<_>>()
        })
        .concat();
        let (both, of_ones) = conditionals.iter().fold((0.0, 0.0), |(both, of_ones), own| {
            (both + own.residual * own.one / own.variance, of_ones + own.one * own.one / own.variance)
        });
        let mean = both / of_ones;
        let loss: f64 = conditionals.iter().map(|own| own.loss(mean)).sum();
        loss + 0.5 * of_ones.ln() + self.beyond(point)
    }

    fn conditional(&self, kernel: &Kernel, solver: &mut Solver, place: usize) -> Conditional {
        let (observed, at, parents) = (self.observed, self.ancestry.at(place), self.ancestry.parents(place));
        // Those of the first level are in no order, and all there are.
        let is_first = self.ancestry.levels().first().is_some_and(|first| first.contains(&place));
        let parents = if is_first { parents } else { &parents[..parents.len().min(NEIGHBOURS)] };
        let variance = solver.solve(
            at,
            parents,
            |at| kernel.variance * (1.0 + INDEPENDENT) + observed.variance[at] + observed.shared_variance(at),
            |one, other| kernel.at(observed.squared_distance(one, other)) + observed.shared_covariance(one, other),
        );
        let (mut residual, mut one) = (observed.residual[at], 1.0);
        for (&parent, weight) in parents.iter().zip(&solver.weights) {
            residual -= weight * observed.residual[parent as usize];
            one -= weight;
        }
        Conditional { variance, residual, one }
    }
}

/// What neighbours leave of a residual, and of one; and the variance they leave, m².
#[derive(Clone, Copy)]
struct Conditional {
    variance: f64,
    residual: f64,
    one: f64,
}

impl Conditional {
    /// Minus the logarithm of a Student density of five degrees of freedom, whose scale is such that normal residuals have the same
    /// estimate (Lange, Little and Taylor 1989): ice is rough in some places and smooth in others, and the rough ones alone would
    /// say how large the discrepancy is everywhere.
    fn loss(&self, mean: f64) -> f64 {
        const DEGREES: f64 = 5.0;
        const SQUARED_SCALE: f64 = 0.733799;
        let z = (self.residual - mean * self.one).powi(2) / self.variance;
        0.5 * self.variance.ln() + 0.5 * (DEGREES + 1.0) * (z / (DEGREES * SQUARED_SCALE)).ln_1p()
    }
}

/// Of each level, residuals spread over all of it.
fn places(ancestry: &Ancestry) -> Vec<usize> {
    let of_level = |level: &Range<usize>| level.clone().step_by(level.len().div_ceil(OF_A_LEVEL).max(1));
    ancestry.levels().iter().flat_map(of_level).collect()
}

/// Root mean square of residuals, m.
fn size(residual: &[f64]) -> f64 {
    let squares: f64 = residual.iter().map(|own| own * own).sum();
    (squares / residual.len() as f64).sqrt().max(1e-6)
}

/// The longest side of the box of places, m.
fn extent(positions: &[[f64; 3]]) -> f64 {
    let side = |axis: usize| {
        let values = positions.iter().map(|place| place[axis]);
        values.clone().fold(f64::NEG_INFINITY, f64::max) - values.fold(f64::INFINITY, f64::min)
    };
    (0..3).map(side).fold(1.0, f64::max)
}
