//! The pipeline from points to statistics of cells.

use nunatak_array::order_statistics::{median_and_nmad, median_of_present};
use nunatak_grid::{Grid, LocatedPoint, Locator};
use nunatak_parallel::{Interrupt, carried};
use rayon::prelude::*;

use super::cell_sums::{CellSums, PassSums};
use super::location::locate;
use super::partial::PartialSums;
use super::statistics::{AggregateOptions, CellStatistics, ErrorModel, OccupiedCells};
use crate::error::{AltimetryError, Result};
use crate::error_model::{Autocovariance, BINS, Blocks, CellShape, CorrelationLength, beams, sampling_sigmas};
use crate::points::{CellPoint, PointColumns};

/// Cells per task: fixed, so that pooled sums do not depend on the number of threads.
const CHUNK: usize = 256;

impl PartialSums {
    /// The sums of points on a grid: the exact, mergeable part of [`aggregate`]. Cells are flat indices, (y, x) where the
    /// grid has rows.
    ///
    /// # Errors
    /// As [`aggregate`].
    pub fn of(points: PointColumns<'_>, grid: &Grid, weight_floor: f64) -> Result<Self> {
        points.check(weight_floor)?;
        let mut sums = Self::default();
        for (index, located) in locate(&Locator::new(grid)?, points.longitude, points.latitude)?.into_iter().enumerate()
        {
            let Some(located) = located.filter(|_| points.height[index].is_finite()) else { continue };
            sums.add(located.cell as u64, points.pass_id[index], &points.point(index, located.offset, weight_floor));
        }
        Ok(sums)
    }
}

/// Aggregates points to the cells of a grid of any family, and gives all of its cells: as [`aggregate_occupied`], with
/// the cells that hold no point. Memory goes with the grid.
///
/// # Errors
/// As [`aggregate_occupied`], and [`AltimetryError::Argument`] for a grid for which there is no memory.
pub fn aggregate(points: PointColumns<'_>, grid: &Grid, options: AggregateOptions) -> Result<CellStatistics> {
    aggregate_occupied(points, grid, options)?.spread(grid.rows_and_columns())
}

/// Aggregates points to the cells of a grid of any family that hold at least one; memory goes with the points.
///
/// The weighted mean uses `w = 1/(sigma² + r²)`. Three uncertainties of it are kept apart: `sigma_random`
/// (`sqrt(Σw²σ²)/Σw`), `sigma_correlated` (fully shared within a pass, independent between passes:
/// `sqrt(Σ_p (Σ wσ_geo)²)/Σw`) and `sigma_sampling` (the tracks do not see the whole cell: see the module `sampling` of the error model);
/// `sigma_total` is the root of the sum of their squares. Results do not depend on the number of threads.
///
/// # Errors
/// [`AltimetryError::Argument`] for columns of different length, or options out of range; [`AltimetryError::Grid`] for a
/// mesh whose nodes cannot be projected.
pub fn aggregate_occupied(points: PointColumns<'_>, grid: &Grid, options: AggregateOptions) -> Result<OccupiedCells> {
    points.check(options.weight_floor)?;
    if options.correlation_length.is_some_and(|length| !length.is_finite() || length <= 0.0) {
        return Err(AltimetryError::Argument {
            argument: "correlation_length",
            found: format!("{:?}", options.correlation_length),
            expected: "a positive length in metres".into(),
        });
    }
    let locator = Locator::new(grid)?;
    let located = locate(&locator, points.longitude, points.latitude)?;
    let order = by_cell_and_pass(&points, &located);
    let place = |index: u32| located[index as usize].as_ref();
    let cells: Vec<&[u32]> = order.chunk_by(|&a, &b| place(a).map(|a| a.cell) == place(b).map(|b| b.cell)).collect();
    let cells = CellPoints { points, located: &located, cells, options };
    let summaries = cells.summarise(&locator)?;
    let estimated = options.correlation_length.is_none().then(|| cells.correlation_length(&summaries)).flatten();
    let correlation_length = options.correlation_length.or(estimated.map(|length| length.metres));
    let shapes = cells.shapes(&summaries, correlation_length);
    let (sampling, pool) = sampling_sigmas(&shapes, correlation_length);
    let model = ErrorModel {
        correlation_length,
        correlation_length_is_bound: estimated.is_some_and(|length| length.is_bound),
        typical_spread: pool.variance.map(f64::sqrt),
        typical_slope: pool.slope_squared.map(f64::sqrt),
    };
    Ok(occupied(&summaries, &shapes, &sampling, options.minimum_count, model))
}

/// Indices of the points in the grid that have a height, by cell, then pass, then their own order.
fn by_cell_and_pass(points: &PointColumns<'_>, located: &[Option<LocatedPoint>]) -> Vec<u32> {
    let inside = |index: &u32| located[*index as usize].is_some() && points.height[*index as usize].is_finite();
    let mut order: Vec<u32> = (0..located.len() as u32).filter(inside).collect();
    let key = |&index: &u32| {
        let cell = located[index as usize].as_ref().map(|located| located.cell);
        (cell, points.pass_id[index as usize], index)
    };
    order.par_sort_unstable_by_key(key);
    order
}

/// Points sorted into cells.
struct CellPoints<'a> {
    points: PointColumns<'a>,
    located: &'a [Option<LocatedPoint>],
    cells: Vec<&'a [u32]>,
    options: AggregateOptions,
}

/// One cell's exact statistics.
struct Summary {
    cell: usize,
    /// Width of the cell, m.
    width: f64,
    sums: CellSums,
    median: f64,
    nmad: f64,
    /// Distance between segments along the densest pass, m.
    spacing: Option<f64>,
}

/// Distance between neighbours along the beams of a pass.
fn spacing(pass: &PassSums) -> Option<f64> {
    let [(variance, _), _] = pass.moments().principal_axes();
    let per_beam = pass.count() as f64 / beams(pass.moments()) - 1.0;
    (per_beam > 0.0).then(|| (12.0 * variance).sqrt() / per_beam)
}

impl CellPoints<'_> {
    fn cell_of(&self, members: &[u32]) -> Option<usize> {
        Some(self.located[*members.first()? as usize]?.cell)
    }

    fn members(&self, indices: &[u32]) -> Vec<CellPoint> {
        let point = |&index: &u32| {
            let located = self.located[index as usize].as_ref()?;
            Some(self.points.point(index as usize, located.offset, self.options.weight_floor))
        };
        indices.iter().filter_map(point).collect()
    }

    /// The members of a cell, one list per pass.
    fn passes(&self, indices: &[u32]) -> Vec<Vec<CellPoint>> {
        let pass = |index: u32| self.points.pass_id[index as usize];
        indices.chunk_by(|&a, &b| pass(a) == pass(b)).map(|members| self.members(members)).collect()
    }

    fn summarise(&self, locator: &Locator<'_>) -> Result<Vec<Summary>> {
        let interrupt = Interrupt::current();
        let summary = |indices: &&[u32]| {
            interrupt.check();
            self.summary(locator, indices).transpose()
        };
        self.cells.par_iter().filter_map(summary).collect()
    }

    fn summary(&self, locator: &Locator<'_>, indices: &[u32]) -> Result<Option<Summary>> {
        let Some(cell) = self.cell_of(indices) else { return Ok(None) };
        let mut passes = Vec::new();
        for members in self.passes(indices) {
            let mut sums = PassSums::default();
            members.iter().for_each(|point| sums.add(point));
            passes.push(sums);
        }
        let heights = indices.iter().map(|&index| self.points.height[index as usize]).collect();
        let (median, nmad) = median_and_nmad(heights);
        let spacing = passes.iter().filter_map(spacing).reduce(f64::min);
        let (width, sums) = (locator.cell_width(cell)?, CellSums::from_passes(&passes));
        Ok(Some(Summary { cell, width, sums, median, nmad, spacing }))
    }

    /// The correlation length along the tracks, pooled over all cells.
    fn correlation_length(&self, summaries: &[Summary]) -> Option<CorrelationLength> {
        let mut widths: Vec<f64> = summaries.iter().map(|summary| summary.width).collect();
        let mut spacings: Vec<f64> = summaries.iter().filter_map(|summary| summary.spacing).collect();
        let bin = (median_of_present(&mut widths) / BINS as f64).max(median_of_present(&mut spacings));
        let of_chunk = |cells: &[&[u32]]| {
            let mut autocovariance = Autocovariance::default();
            for members in cells.iter().flat_map(|indices| self.passes(indices)) {
                autocovariance.add_track(&members, bin);
            }
            autocovariance
        };
        let chunks: Vec<_> = self.cells.par_chunks(CHUNK).map(carried(of_chunk)).collect();
        let mut pooled = Autocovariance::default();
        chunks.iter().for_each(|chunk| pooled.merge(chunk));
        pooled.length(bin)
    }

    fn shapes(&self, summaries: &[Summary], correlation_length: Option<f64>) -> Vec<CellShape> {
        let interrupt = Interrupt::current();
        let shape = |(summary, indices): (&Summary, &&[u32])| {
            interrupt.check();
            let (count, width) = (summary.sums.count(), summary.width);
            let (effective_count, extension) = correlation_length.map_or((1.0, 1.0), |length| {
                let mut blocks = Blocks::new(width);
                self.members(indices).iter().for_each(|point| blocks.add(point.offset, point.weight));
                (blocks.effective_count(length, count), blocks.extension(length, count))
            });
            CellShape { moments: *summary.sums.moments(), count, effective_count, extension, width }
        };
        summaries.par_iter().zip(&self.cells).map(shape).collect()
    }
}

/// The statistics of the cells, in their order.
fn occupied(
    summaries: &[Summary],
    shapes: &[CellShape],
    sampling: &[f64],
    minimum_count: u32,
    model: ErrorModel,
) -> OccupiedCells {
    let mut result = CellStatistics::empty((1, summaries.len()), model);
    for (at, ((summary, shape), &sampling)) in summaries.iter().zip(shapes).zip(sampling).enumerate() {
        let sums = &summary.sums;
        result.count[at] = i32::try_from(sums.count()).unwrap_or(i32::MAX);
        if sums.count() < u64::from(minimum_count) {
            continue;
        }
        result.passes[at] = i32::try_from(sums.passes()).unwrap_or(i32::MAX);
        (result.first_time[at], result.last_time[at]) = sums.time_span();
        let (random, correlated) = (sums.sigma_random(), sums.sigma_correlated());
        let [x, y] = sums.centroid_offset();
        let values = [
            sums.mean(),
            sums.plain_mean(),
            summary.median,
            sums.spread(),
            summary.nmad,
            random,
            correlated,
            sampling,
            random.hypot(correlated).hypot(sampling),
            shape.effective_count,
            x,
            y,
            x.hypot(y),
        ];
        result.fields.iter_mut().zip(values).for_each(|((_, field), value)| field[at] = value);
    }
    OccupiedCells { cells: summaries.iter().map(|summary| summary.cell as u64).collect(), statistics: result }
}
