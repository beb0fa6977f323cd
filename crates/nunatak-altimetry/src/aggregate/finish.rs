//! From cells to their statistics: the surface of all of them, then each in turn.

use nunatak_array::order_statistics::median_of_present;
use nunatak_parallel::{map, map_values};

use super::cell::{Cell, local_slope};
use super::held_out::ratio_across_tracks;
use super::plain::set_of_points;
use super::statistic::{FIELDS, Statistic};
use super::statistics::{AggregateOptions, CellStatistics, CellValues, ErrorModel, OccupiedCells};
use crate::error_model::OverpassPart;
use crate::surface::{
    Block, Covariance, Estimate, KnownSlope, LEAST_SCALE, LocalScale, NeighbourhoodSlopes, Neighbours, Prior, Sample,
    Variogram, WholeCell, estimate, fit, likelihood, local_scales, noise, typical_squared_slope,
};

/// Cells that the variogram is fitted to, and blocks of one of them: more tell hardly more.
const MOST_SAMPLES: usize = 60;
const MOST_BLOCKS: usize = 40;
/// Blocks that a cell needs to tell a variogram, or, where there are few such cells, to be asked at all.
const ENOUGH_BLOCKS: usize = 8;
const FEW_BLOCKS: usize = 4;
const ENOUGH_SAMPLES: usize = 5;
/// Mean radius of the Earth, m: for distances between cells.
const EARTH_RADIUS: f64 = 6_371_008.8;
/// Cells whose statistics are held beside the result.
const BATCH: usize = 1 << 12;
/// What a surface is taken for that no cell tells: steps that are independent, and alike from a quarter of a cell on.
const ASSUMED: (f64, f64) = (0.5, 0.25);

/// The statistics of cells, of which all together tell what the surface is.
pub(super) fn with_surface(mut cells: Vec<Cell>, options: &AggregateOptions) -> OccupiedCells {
    let surface = Surface::new(&mut cells, options);
    surface.statistics(cells, options)
}

/// What all cells tell of the surface.
struct Surface {
    /// Of the neighbourhood of each cell.
    slopes: Vec<KnownSlope>,
    /// Sill of each cell, m².
    scales: Vec<Option<f64>>,
    whole: WholeCell,
    covariance: Covariance,
    model: ErrorModel,
}

impl Surface {
    /// Leaves the blocks of each cell about the slope of its neighbourhood.
    fn new(cells: &mut [Cell], options: &AggregateOptions) -> Self {
        let near = Neighbours::new(&places(cells));
        let planes = map_values(cells.len(), |at| local_slope(&cells[at].blocks));
        let around = NeighbourhoodSlopes::new(&planes, &near);
        let slopes = around.of_all();
        for (cell, slope) in cells.iter_mut().zip(&slopes) {
            cell.blocks.iter_mut().for_each(|block| *block = block.less_slope(slope.slope));
        }
        let cells = &*cells;
        let width = median_of_present(&mut cells.iter().map(|cell| cell.width).collect::<Vec<_>>());
        let given = options.correlation_length.map(|length| Variogram::isotropic(0.5, length / width));
        let found = given.or_else(|| fit(&samples(cells, &slopes)));
        let variogram = found.unwrap_or(Variogram::isotropic(ASSUMED.0, ASSUMED.1));
        let covariance = Covariance::new(&variogram);
        let whole = WholeCell::new(&covariance);
        let own = |at: usize| local_scale(&cells[at].blocks, &covariance, slopes[at].variance);
        let scales = local_scales(&map(cells.len(), own), &near);
        let mut known: Vec<f64> =
            scales.iter().flatten().map(|scale| (scale * whole.variance_within()).sqrt()).collect();
        let model = ErrorModel {
            correlation_length: found.map(|variogram| variogram.length * width),
            correlation_length_is_bound: given.is_none() && found.is_some_and(|found| found.length_is_bound()),
            exponent: found.map(|found| found.exponent),
            smoothing_length: found.map(|found| found.smoothing * width),
            stretch: found.map(|found| found.stretch.max(found.stretch.recip())),
            stretch_azimuth: found.and_then(|found| found.furthest()),
            typical_spread: (!known.is_empty()).then(|| median_of_present(&mut known)),
            typical_slope: typical_squared_slope(&planes).map(|squared| squared.sqrt() / width),
            ratio_across_tracks: ratio_across_tracks(cells, &around, &scales, &covariance),
        };
        Self { slopes, scales, whole, covariance, model }
    }

    /// The statistics of the cells, whose blocks are let go of as it goes.
    fn statistics(&self, mut cells: Vec<Cell>, options: &AggregateOptions) -> OccupiedCells {
        let mut statistics = CellStatistics::empty((1, cells.len()), self.model, options.statistics);
        let mut parts = Vec::new();
        for (batch, cells) in cells.chunks_mut(BATCH).enumerate() {
            let summaries = map(cells.len(), |at| self.summary(BATCH * batch + at, &cells[at], options));
            for (at, (values, shared)) in (BATCH * batch..).zip(summaries) {
                statistics.set(at, &values, options.minimum_count);
                if values.count >= options.minimum_count {
                    let part = |(overpass, parts)| OverpassPart { cell: at, overpass, parts };
                    parts.extend(shared.into_iter().map(part));
                }
            }
            cells.iter_mut().for_each(Cell::forget_blocks);
        }
        OccupiedCells { cells: cells.iter().map(|cell| cell.index).collect(), statistics, parts }
    }

    fn estimate(&self, at: usize, cell: &Cell) -> Option<Estimate> {
        let prior = Prior { scale: self.scales[at]?, slope: self.slopes[at].variance };
        let found = estimate(&cell.blocks, &self.covariance, &self.whole, &prior)?;
        // As far as a cell has not been seen, its height is as uncertain as that of a pass that was held out.
        let unseen = (found.variance / (prior.scale * self.whole.variance_within())).sqrt().min(1.0);
        let variance = found.variance * (1.0 + (self.model.ratio_across_tracks.unwrap_or(1.0) - 1.0) * unseen);
        Some(Estimate { variance, ..found })
    }

    /// The statistics of one cell, and what it shares with others.
    fn summary(&self, at: usize, cell: &Cell, options: &AggregateOptions) -> (CellValues, Vec<(i64, [f64; 3])>) {
        // Nothing is known of the surface: the mean stands for the cell, with an error that is not known.
        let found = self.estimate(at, cell).unwrap_or_else(|| Estimate {
            height: cell.of_points.mean,
            variance: f64::NAN,
            noise: noise(&cell.blocks, &cell.block_shares),
            weights: cell.block_shares.clone(),
            effective_count: 1.0,
            slope: [f64::NAN; 2],
            slope_variance: [f64::NAN; 3],
        });
        let KnownSlope { slope: [gx, gy], variance: [vx, _, vy] } = self.slopes[at];
        let [x, y] = found.slope;
        let sigma_slope = [found.slope_variance[0] + vx, found.slope_variance[2] + vy];
        let [sigma_x, sigma_y] = sigma_slope.map(|variance| root(variance) / cell.width);
        let random = if cell.has_sigma { found.noise.sqrt() } else { f64::NAN };
        let shared = cell.shared(&found.weights, options.pair);
        let square = |(_, parts): &(i64, [f64; 3])| parts.iter().map(|part| part * part).sum::<f64>();
        let correlated = shared.as_ref().map_or(f64::NAN, |parts| parts.iter().map(square).sum::<f64>().sqrt());
        let sampling = root(found.variance - found.noise);
        let mut fields = [f64::NAN; FIELDS];
        set_of_points(&mut fields, &cell.of_points);
        let own = [
            (Statistic::Height, found.height),
            (Statistic::SlopeX, (gx + x) / cell.width),
            (Statistic::SlopeY, (gy + y) / cell.width),
            (Statistic::SigmaSlopeX, sigma_x),
            (Statistic::SigmaSlopeY, sigma_y),
            (
                Statistic::Roughness,
                self.scales[at].map_or(f64::NAN, |scale| (scale * self.whole.variance_within()).sqrt()),
            ),
            (Statistic::SigmaRandom, random),
            (Statistic::SigmaCorrelated, correlated),
            (Statistic::SigmaSampling, sampling),
            (Statistic::SigmaTotal, random.hypot(correlated).hypot(sampling).hypot(options.common)),
            (Statistic::EffectiveCount, found.effective_count),
        ];
        own.into_iter().for_each(|(statistic, value)| fields[statistic.field()] = value);
        let Cell { count, edited, passes, times, .. } = *cell;
        (CellValues { count, edited, passes, times, fields }, shared.unwrap_or_default())
    }
}

/// Square root of a variance that may be rounded below zero; NaN of one that is not known.
fn root(variance: f64) -> f64 {
    if variance.is_nan() { variance } else { variance.max(0.0).sqrt() }
}

/// Places of the cells in space, each in its own widths.
fn places(cells: &[Cell]) -> Vec<[f64; 3]> {
    let place = |cell: &Cell| {
        let [latitude, longitude] = cell.place;
        let ((sin, cos), (east, north)) = (latitude.to_radians().sin_cos(), longitude.to_radians().sin_cos());
        let radius = EARTH_RADIUS / cell.width;
        [radius * cos * north, radius * cos * east, radius * sin]
    };
    cells.iter().map(place).collect()
}

/// What a cell alone tells of the sill of the surface.
fn local_scale(blocks: &[Block], covariance: &Covariance, slope: [f64; 3]) -> LocalScale {
    let prior = Prior { scale: guess(blocks), slope };
    match likelihood(blocks, covariance, &prior) {
        Some(found) => LocalScale { scale: found.squares / found.degrees, degrees: found.degrees },
        None => LocalScale { scale: 0.0, degrees: 0.0 },
    }
}

/// Variance of the blocks, as a first guess of the sill.
fn guess(blocks: &[Block]) -> f64 {
    local_slope(blocks).variance.max(LEAST_SCALE)
}

/// The cells with the most to tell, spread evenly over all of them, and of each so many blocks.
fn samples(cells: &[Cell], slopes: &[KnownSlope]) -> Vec<Sample> {
    let with = |fewest: usize| (0..cells.len()).filter(|&at| cells[at].blocks.len() >= fewest).collect::<Vec<_>>();
    let mut chosen = with(ENOUGH_BLOCKS);
    if chosen.len() < ENOUGH_SAMPLES {
        chosen = with(FEW_BLOCKS);
    }
    let evenly = |count: usize, most: usize| {
        let kept = count.min(most);
        (0..kept).map(move |at| at * count / kept)
    };
    evenly(chosen.len(), MOST_SAMPLES)
        .map(|at| {
            let own = &cells[chosen[at]].blocks;
            let blocks: Vec<Block> = evenly(own.len(), MOST_BLOCKS).map(|at| own[at]).collect();
            Sample { prior: Prior { scale: guess(&blocks), slope: slopes[chosen[at]].variance }, blocks }
        })
        .collect()
}
