//! Located points, or their sums, to cells of blocks.

use std::collections::HashMap;

use nunatak_grid::Locator;
use nunatak_parallel::map;

use super::aside::Aside;
use super::cell::Cell;
use super::column::{COLUMNS, units};
use super::held_out::HeldOut;
use super::leaf::Leaf;
use super::located::Located;
use super::statistics::AggregateOptions;
use super::summing::{Keys, push_runs};
use crate::error::Result;
use crate::exact_sums::{SortedSums, SumsByKey};
use crate::points::PointColumns;

/// The cells of sums by leaf.
pub(super) fn cells_of_sums(
    sums: &SortedSums<COLUMNS>,
    asides: &HashMap<u64, Aside>,
    locator: &Locator<'_>,
    options: &AggregateOptions,
) -> Result<Vec<Cell>> {
    let groups: Vec<_> = sums.cells().collect();
    let held_out = HeldOut::of(groups.len());
    let of_group = |at: usize| {
        let leaves: Vec<Leaf> = groups[at].iter().map(|(key, own)| Leaf::new(*key, own, sums)).collect();
        let Some(first) = leaves.first() else { return Ok(None) };
        let aside = asides.get(&first.cell).copied().unwrap_or_default();
        let width = locator.cell_width(first.cell as usize)?;
        Ok(Cell::new(&leaves, width, aside, held_out.contains(at), options))
    };
    let cells: Vec<Option<Cell>> = map(groups.len(), of_group).into_iter().collect::<Result<_>>()?;
    Ok(cells.into_iter().flatten().collect())
}

/// The cells of points that are located, of which so many in each cell were edited: as those of their sums, which are let go of
/// task by task, so that memory goes with the blocks.
pub(super) fn cells_of_points(
    points: &PointColumns<'_>,
    located: &Located,
    edited: &HashMap<u64, u32>,
    locator: &Locator<'_>,
    options: &AggregateOptions,
) -> Result<Vec<Cell>> {
    let tasks = located.tasks();
    let held_out = HeldOut::of(located.cells().len());
    let counts =
        tasks.iter().map(|task| located.runs[task.clone()].chunk_by(|one, other| one.cell == other.cell).count());
    let firsts: Vec<usize> = counts
        .scan(0, |next, count| {
            let first = *next;
            *next += count;
            Some(first)
        })
        .collect();
    let of_task = |at: usize| {
        let runs = &located.runs[tasks[at].clone()];
        let mut sums = SumsByKey::new(units());
        push_runs(&mut sums, points, located, runs, Keys::Leaf, options.weight_floor)?;
        let leaves: Vec<Leaf> = Leaf::all(&sums.into_sorted()).collect();
        let leaves = leaves.chunk_by(|one, other| one.cell == other.cell);
        let mut cells = Vec::new();
        let groups = leaves.zip(runs.chunk_by(|one, other| one.cell == other.cell));
        for (place, (leaves, runs)) in (firsts[at]..).zip(groups) {
            let index = runs[0].cell;
            let aside = Aside::of_runs(points, runs, edited.get(&index).copied().unwrap_or(0));
            let width = locator.cell_width(index as usize)?;
            cells.extend(Cell::new(leaves, width, aside, held_out.contains(place), options));
        }
        Ok(cells)
    };
    let cells: Vec<Vec<Cell>> = map(tasks.len(), of_task).into_iter().collect::<Result<_>>()?;
    Ok(cells.into_iter().flatten().collect())
}
