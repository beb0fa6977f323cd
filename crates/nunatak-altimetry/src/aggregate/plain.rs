//! Statistics that are read off the sums of a cell, whatever the surface between its points.

use std::collections::HashMap;

use nunatak_grid::Locator;

use super::aside::Aside;
use super::cell::passes;
use super::column::PLAIN;
use super::leaf::{Leaf, OfPoints};
use super::statistic::{FIELDS, Statistic};
use super::statistics::{AggregateOptions, CellStatistics, CellValues, ErrorModel, OccupiedCells};
use crate::error::Result;
use crate::exact_sums::SortedSums;

/// The cells that hold points, of their sums by pass or cell alone.
pub(super) fn plain_cells<const N: usize>(
    sums: &SortedSums<N>,
    asides: &HashMap<u64, Aside>,
    locator: &Locator<'_>,
    options: &AggregateOptions,
) -> Result<OccupiedCells> {
    let leaves: Vec<Leaf<N>> = Leaf::all(sums).collect();
    let groups: Vec<&[Leaf<N>]> = leaves.chunk_by(|one, other| one.cell == other.cell).collect();
    let mut cells = Vec::with_capacity(groups.len());
    let mut statistics = CellStatistics::empty((1, groups.len()), ErrorModel::default(), options.statistics);
    for leaves in groups {
        let Some(all) = Leaf::merged(leaves) else { continue };
        // Only offsets are in widths.
        let width = if N > PLAIN { locator.cell_width(all.cell as usize)? } else { 1.0 };
        let mut fields = [f64::NAN; FIELDS];
        set_of_points(&mut fields, &OfPoints::new(&all, width));
        let edited = asides.get(&all.cell).map_or(0, |aside| aside.edited);
        let values = CellValues {
            count: all.count + u64::from(edited),
            edited,
            passes: passes(leaves.iter().map(|leaf| leaf.pass).collect()),
            times: all.times,
            fields,
        };
        statistics.set(cells.len(), &values, options.minimum_count);
        cells.push(all.cell);
    }
    Ok(OccupiedCells { cells, statistics, parts: Vec::new() })
}

/// Puts what the points of a cell are in its place.
pub(super) fn set_of_points(fields: &mut [f64; FIELDS], found: &OfPoints) {
    let OfPoints { mean, plain_mean, spread, offset: [x, y] } = *found;
    let found = [
        (Statistic::Mean, mean),
        (Statistic::PlainMean, plain_mean),
        (Statistic::Spread, spread),
        (Statistic::OffsetX, x),
        (Statistic::OffsetY, y),
        (Statistic::OffsetDistance, x.hypot(y)),
    ];
    found.into_iter().for_each(|(statistic, value)| fields[statistic.field()] = value);
}
