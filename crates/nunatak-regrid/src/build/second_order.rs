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
/// Part of a source and of a target cell below which what they share may be round-off of edges that lie on each other:
/// fields are constant there, so that such a share at a cell's rim limits nothing.
const THIN: f64 = 1e-8;

/// Integrals, over each target cell, of the polynomials that a [`Reconstruction`] finds within the source cells, over
/// the target's area.
///
/// The means of the terms over a source cell are those over its shares, when the targets share all of it: so that the
/// sum over the targets is the source cell's value times its area to round-off.
///
/// Source cells whose mask is false are left out, and those beside one do not vary within themselves.
pub(super) fn rows(source: &Grid, target: &Grid, mask: Option<&[bool]>) -> Result<Vec<Rows>> {
    let (reconstruction, tasks) = shared_out(source, target)?;
    Ok(tasks.into_par_iter().map(|task| task_rows(&task, &reconstruction, mask)).collect())
}

/// The polynomials within the source cells, and what the target cells share of these.
pub(super) fn shared_out(source: &Grid, target: &Grid) -> Result<(Reconstruction, Vec<Task>)> {
    let sphere = AuthalicSphere::new(&target.ellipsoid());
    let (sources, targets) = (source.cells_on_sphere(&sphere)?, target.cells_on_sphere(&sphere)?);
    let mut reconstruction = Reconstruction::new(&sources, source.len());
    let tasks = all_shares(&sources, &targets, target.len(), &reconstruction);
    centre_terms(&mut reconstruction, &tasks);
    Ok((reconstruction, tasks))
}

/// What a target cell has of one source cell: its area, and the integrals of the source's terms over it.
pub(super) struct Share {
    pub(super) source: u32,
    pub(super) area: f64,
    moments: Moments,
    is_thin: bool,
}

impl Share {
    /// What the value of each neighbour of the source cell, less the cell's, adds to the mean over the share.
    pub(super) fn coefficients(&self, reconstruction: &Reconstruction) -> impl Iterator<Item = (u32, f64)> {
        let means = &reconstruction.means[self.source as usize];
        let part = if self.is_thin { 0.0 } else { 1.0 };
        let terms: Moments = std::array::from_fn(|term| part * (self.moments[term] / self.area - means[term]));
        reconstruction.stencil(self.source as usize).map(move |(neighbour, factors)| {
            (neighbour, terms.iter().zip(factors).map(|(term, factor)| term * factor).sum())
        })
    }
}

/// Shares of consecutive target cells: where those of each cell end, and the areas of the cells.
pub(super) struct Task {
    pub(super) ends: Vec<usize>,
    pub(super) areas: Vec<f64>,
    pub(super) shares: Vec<Share>,
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
            for share in &mut task.shares[start..] {
                share.is_thin = share.area < THIN * reconstruction.areas[share.source as usize].min(area);
            }
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
            shares.push(Share { source, area: shared, moments, is_thin: false });
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

/// Means of the terms over the source cells that are shared out whole: those over the shares in which fields vary.
fn centre_terms(reconstruction: &mut Reconstruction, tasks: &[Task]) {
    let mut sums = vec![(0.0, 0.0, [0.0; TERMS]); reconstruction.areas.len()];
    for share in tasks.iter().flat_map(|task| &task.shares) {
        let (area, varying, moments) = &mut sums[share.source as usize];
        *area += share.area;
        if !share.is_thin {
            *varying += share.area;
            moments.iter_mut().zip(share.moments).for_each(|(sum, moment)| *sum += moment);
        }
    }
    for (cell, (area, varying, moments)) in sums.into_iter().enumerate() {
        if (area / reconstruction.areas[cell] - 1.0).abs() < WHOLE {
            reconstruction.means[cell] = moments.map(|moment| moment / varying);
        }
    }
}

fn task_rows(task: &Task, reconstruction: &Reconstruction, mask: Option<&[bool]>) -> Rows {
    let mut rows = Rows::default();
    let mut entries: Vec<(u32, f64)> = Vec::new();
    let mut start = 0;
    for (&end, area) in task.ends.iter().zip(&task.areas) {
        entries.clear();
        for share in &task.shares[start..end] {
            let keeps = |cell: u32| mask.is_none_or(|mask| mask[cell as usize]);
            let is_whole = || reconstruction.stencil(share.source as usize).all(|(neighbour, _)| keeps(neighbour));
            if keeps(share.source) && is_whole() {
                add_entries(share, share.area / area, reconstruction, &mut entries);
            } else if keeps(share.source) {
                entries.push((share.source, share.area / area));
            }
        }
        rows.push_signed(super::sphere::merged(&mut entries));
        start = end;
    }
    rows
}

/// Adds what a share takes of the values of its source cell and of the cells about it.
fn add_entries(share: &Share, weight: f64, reconstruction: &Reconstruction, entries: &mut Vec<(u32, f64)>) {
    let mut own = 1.0;
    for (neighbour, part) in share.coefficients(reconstruction) {
        own -= part;
        entries.push((neighbour, weight * part));
    }
    entries.push((share.source, weight * own));
}
