//! Conservative weights of higher order: the source varies within its cells.

use nunatak_grid::{AuthalicSphere, Bounds, BoxTree, Cells, Grid};
use rayon::prelude::*;

use super::reconstruction::{Moments, Reconstruction, TERMS};
use super::sphere::{Clip, PartsOfCells, tree_of};
use super::{Rows, SLIVER};
use crate::Result;

/// Target cells of one task.
const CELLS_PER_TASK: usize = 2048;
/// Part of a source cell that must be shared out for its means to be those of the shares.
const WHOLE: f64 = 1e-9;

/// Integrals, over each target cell, of the polynomials that a [`Reconstruction`] finds within the source cells, over
/// the target's area.
///
/// The means of the terms over a source cell are those over its shares, when the targets share all of it: so that the
/// sum over the targets is the source cell's value times its area to round-off.
pub(super) fn rows(source: &Grid, target: &Grid) -> Result<Vec<Rows>> {
    let sphere = AuthalicSphere::new(&target.ellipsoid());
    let (sources, targets) = (source.cells_on_sphere(&sphere)?, target.cells_on_sphere(&sphere)?);
    let mut reconstruction = Reconstruction::new(&sources, source.len());
    let tasks = all_shares(&sources, &targets, target.len(), &reconstruction);
    centre_terms(&mut reconstruction, &tasks);
    Ok(tasks.into_par_iter().map(|task| task_rows(&task, &reconstruction)).collect())
}

/// What a target cell has of one source cell: its area, and the integrals of the source's terms over it.
struct Share {
    source: u32,
    area: f64,
    moments: Moments,
}

/// Shares of consecutive target cells: where those of each cell end, and the areas of the cells.
struct Task {
    ends: Vec<usize>,
    areas: Vec<f64>,
    shares: Vec<Share>,
}

fn all_shares(sources: &Cells<3>, targets: &Cells<3>, count: usize, reconstruction: &Reconstruction) -> Vec<Task> {
    let tree = tree_of(sources);
    let order = PartsOfCells::new(targets, count);
    let starts: Vec<usize> = (0..count).step_by(CELLS_PER_TASK).collect();
    let tasks = starts.into_par_iter().map(|first| {
        let mut clip = Clip::default();
        let mut task = Task { ends: Vec::new(), areas: Vec::new(), shares: Vec::new() };
        for cell in first..(first + CELLS_PER_TASK).min(count) {
            let start = task.shares.len();
            let area = order
                .of(cell)
                .map(|part| {
                    add_shares(targets.corners(part), sources, &tree, reconstruction, &mut clip, &mut task.shares)
                })
                .sum();
            merge(&mut task.shares, start);
            task.areas.push(area);
            task.ends.push(task.shares.len());
        }
        task
    });
    tasks.collect()
}

/// Adds what a convex part of a target cell shares with the source cells; its area.
fn add_shares(
    corners: &[[f64; 3]],
    sources: &Cells<3>,
    tree: &BoxTree<3>,
    reconstruction: &Reconstruction,
    clip: &mut Clip,
    shares: &mut Vec<Share>,
) -> f64 {
    let area = nunatak_grid::vector::polygon_area(corners);
    clip.set_window(corners);
    tree.search(&Bounds::of_polygon(corners), |part| {
        let source = sources.owner(part as usize);
        let piece = clip.inside(sources.corners(part as usize));
        let mut moments = [0.0; TERMS];
        let shared = reconstruction.frames[source as usize].add_moments(piece, &mut moments);
        if shared > SLIVER * area.min(reconstruction.areas[source as usize]) {
            shares.push(Share { source, area: shared, moments });
        }
    });
    area
}

/// Shares of one source cell together, by rising number, from a place on.
fn merge(shares: &mut Vec<Share>, start: usize) {
    let mut own = shares.split_off(start);
    own.sort_by_key(|share| share.source);
    for share in own {
        match shares[start..].last_mut() {
            Some(last) if last.source == share.source => {
                last.area += share.area;
                last.moments.iter_mut().zip(share.moments).for_each(|(sum, moment)| *sum += moment);
            }
            _ => shares.push(share),
        }
    }
}

/// Means of the terms over the source cells that are shared out whole: those over the shares.
fn centre_terms(reconstruction: &mut Reconstruction, tasks: &[Task]) {
    let mut sums = vec![(0.0, [0.0; TERMS]); reconstruction.areas.len()];
    for share in tasks.iter().flat_map(|task| &task.shares) {
        let sum = &mut sums[share.source as usize];
        sum.0 += share.area;
        sum.1.iter_mut().zip(share.moments).for_each(|(sum, moment)| *sum += moment);
    }
    for (cell, (area, moments)) in sums.into_iter().enumerate() {
        if (area / reconstruction.areas[cell] - 1.0).abs() < WHOLE {
            reconstruction.means[cell] = moments.map(|moment| moment / area);
        }
    }
}

fn task_rows(task: &Task, reconstruction: &Reconstruction) -> Rows {
    let mut rows = Rows::default();
    let mut entries: Vec<(u32, f64)> = Vec::new();
    let mut start = 0;
    for (&end, area) in task.ends.iter().zip(&task.areas) {
        entries.clear();
        for share in &task.shares[start..end] {
            add_entries(share, share.area / area, reconstruction, &mut entries);
        }
        rows.push_signed(super::sphere::merged(&mut entries));
        start = end;
    }
    rows
}

/// Adds what a share takes of the values of its source cell and of the cells about it.
fn add_entries(share: &Share, weight: f64, reconstruction: &Reconstruction, entries: &mut Vec<(u32, f64)>) {
    let cell = share.source as usize;
    let means = &reconstruction.means[cell];
    let terms: Moments = std::array::from_fn(|term| share.moments[term] / share.area - means[term]);
    let mut own = 1.0;
    for (neighbour, factors) in reconstruction.stencil(cell) {
        let part: f64 = terms.iter().zip(factors).map(|(term, factor)| term * factor).sum();
        own -= part;
        entries.push((neighbour, weight * part));
    }
    entries.push((share.source, weight * own));
}
