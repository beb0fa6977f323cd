//! The pipeline from points to statistics of cells.

use std::collections::HashMap;

use nunatak_array::order_statistics::median_and_nmad;
use nunatak_grid::{Grid, Locator};
use nunatak_parallel::{Interrupt, map};

use super::editing::edit;
use super::finish::with_surface;
use super::gather::cells_of_points;
use super::located::Located;
use super::partial_sums::PartialSums;
use super::statistic::Statistic;
use super::statistics::{AggregateOptions, CellStatistics, OccupiedCells};
use crate::error::{AltimetryError, Result};
use crate::points::PointColumns;

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
/// `height` is a prediction of the mean of the cell (see the module `surface`), `mean` the weighted mean of its points, wherever in
/// the cell they lie, with `w = 1/(sigma² + r²)`. The uncertainties are those of `height`: `sigma_random` by independent errors,
/// `sigma_correlated` by those that the points of an overpass share, `sigma_sampling` by what no track sees; `sigma_total` is the
/// root of the sum of their squares and of that of the error common to all. Results depend neither on the number of threads nor on
/// the order of the points.
///
/// # Errors
/// [`AltimetryError::Argument`] for columns of different length, or options out of range; [`AltimetryError::Grid`] for a
/// mesh whose nodes cannot be projected.
pub fn aggregate_occupied(points: PointColumns<'_>, grid: &Grid, options: AggregateOptions) -> Result<OccupiedCells> {
    points.check(options.weight_floor, options.statistics.need_weights())?;
    check(&options)?;
    let locator = Locator::new(grid)?;
    let of_surface = options.statistics.need_surface();
    let with_medians = options.statistics.iter().any(Statistic::is_order_statistic);
    if !(options.editing || of_surface || with_medians) {
        return PartialSums::of_points(&points, &locator, &options)?.finish(&locator, &options);
    }
    let mut located = Located::new(&points, &locator)?;
    let edited = if options.editing { edit(&points, &mut located) } else { HashMap::new() };
    let medians = if with_medians { medians(&points, &located) } else { Vec::new() };
    let mut cells = if of_surface {
        let cells = cells_of_points(&points, &located, &edited, &locator, &options)?;
        drop(located);
        with_surface(cells, &options)
    } else {
        PartialSums::of_runs(&points, &located, &edited, &options)?.finish(&locator, &options)?
    };
    for (at, (median, nmad)) in medians.into_iter().enumerate() {
        if cells.statistics.count[at] as u64 >= options.minimum_count {
            cells.statistics.set_field(at, Statistic::Median, median);
            cells.statistics.set_field(at, Statistic::Nmad, nmad);
        }
    }
    Ok(cells)
}

fn check(options: &AggregateOptions) -> Result<()> {
    if options.correlation_length.is_some_and(|length| !length.is_finite() || length <= 0.0) {
        return Err(AltimetryError::Argument {
            argument: "correlation_length",
            found: format!("{:?}", options.correlation_length),
            expected: "a positive length in metres".into(),
        });
    }
    Ok(())
}

/// The median of each cell, and the spread about it.
fn medians(points: &PointColumns<'_>, located: &Located) -> Vec<(f64, f64)> {
    let cells = located.cells();
    let interrupt = Interrupt::current();
    map(cells.len(), |at| {
        interrupt.check();
        median_and_nmad(cells[at].iter().flat_map(|run| &points.height[run.points()]).copied().collect())
    })
}
