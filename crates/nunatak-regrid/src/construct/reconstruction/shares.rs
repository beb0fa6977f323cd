//! What target cells share of the source cells: areas, and integrals of the terms of polynomials over them.

use nunatak_grid::{AuthalicSphere, Bounds, BoxTree, Cells, Grid};
use nunatak_parallel::map_each;

use super::polynomials::{CellPolynomials, Moments, TERMS};
use crate::construct::overlap::{CellParts, Clip, Family, hierarchy_of, smallest_overlap, tree_of};
use crate::error::Result;

/// Target cells of one task.
const CELLS_PER_TASK: usize = 2048;
/// Part of a source cell that must be shared out for its means to be those of the shares.
const WHOLE: f64 = 1e-9;
/// Part of a source and of a target cell below which what they share may be round-off of edges that lie on each other:
/// fields are constant there, so that such a share at a cell's boundary limits nothing.
const THIN: f64 = 1e-8;

/// The polynomials within the source cells, and what the target cells share of these.
pub(super) fn shared_out(source: &Grid, target: &Grid) -> Result<(CellPolynomials, Vec<Task>)> {
    let sphere = AuthalicSphere::new(&target.ellipsoid());
    let (sources, targets) = (source.cells_on_sphere(&sphere)?, target.cells_on_sphere(&sphere)?);
    let mut polynomials = CellPolynomials::new(&sources, source.len());
    let tasks = match hierarchy_of(source, target) {
        Some((source, target)) => {
            // Cells are equal, whatever their polygons are.
            polynomials.areas.fill(1.0);
            hierarchy_shares(&Family::new(source, target), (&sources, &targets), &polynomials)
        }
        None => all_shares(&sources, &targets, target.len(), &polynomials),
    };
    centre_terms(&mut polynomials, &tasks);
    Ok((polynomials, tasks))
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
    pub(super) fn coefficients(&self, polynomials: &CellPolynomials) -> impl Iterator<Item = (u32, f64)> {
        let means = &polynomials.means[self.source as usize];
        let part = if self.is_thin { 0.0 } else { 1.0 };
        let terms: Moments = std::array::from_fn(|term| part * (self.moments[term] / self.area - means[term]));
        polynomials.stencil(self.source as usize).map(move |(neighbour, factors)| {
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

fn all_shares(sources: &Cells<3>, targets: &Cells<3>, count: usize, polynomials: &CellPolynomials) -> Vec<Task> {
    let tree = tree_of(sources);
    let order = CellParts::new(targets, count);
    let starts: Vec<usize> = (0..count).step_by(CELLS_PER_TASK).collect();
    map_each(starts, |first| {
        let mut clip = Clip::default();
        let mut task = Task { ends: Vec::new(), areas: Vec::new(), shares: Vec::new() };
        for cell in first..(first + CELLS_PER_TASK).min(count) {
            let start = task.shares.len();
            let area = order
                .of(cell)
                .map(|part| add_shares(targets.corners(part), sources, &tree, polynomials, &mut clip, &mut task.shares))
                .sum();
            merge(&mut task.shares, start);
            for share in &mut task.shares[start..] {
                share.is_thin = share.area < THIN * polynomials.areas[share.source as usize].min(area);
            }
            task.areas.push(area);
            task.ends.push(task.shares.len());
        }
        task
    })
}

/// Shares of HEALPix cells of one hierarchy: the polynomials over the polygons of the finer cells, by their part of the
/// cell.
fn hierarchy_shares(
    family: &Family<'_>,
    (sources, targets): (&Cells<3>, &Cells<3>),
    polynomials: &CellPolynomials,
) -> Vec<Task> {
    let parts = 4.0_f64.powi(i32::from(family.coarser_levels));
    let finer = 0.25_f64.powi(i32::from(family.finer_levels));
    let starts: Vec<usize> = (0..targets.len()).step_by(CELLS_PER_TASK).collect();
    map_each(starts, |first| {
        let mut task = Task { ends: Vec::new(), areas: Vec::new(), shares: Vec::new() };
        let mut found = Vec::new();
        for cell in first..(first + CELLS_PER_TASK).min(targets.len()) {
            family.find(cell, &mut found);
            found.sort_unstable();
            for &source in &found {
                let piece =
                    if family.finer_levels > 0 { targets.corners(cell) } else { sources.corners(source as usize) };
                let mut moments = [0.0; TERMS];
                let polygon = polynomials.frames[source as usize].add_moments(piece, &mut moments);
                let moments = moments.map(|moment| moment / polygon * finer);
                task.shares.push(Share { source, area: finer, moments, is_thin: false });
            }
            task.areas.push(parts * finer);
            task.ends.push(task.shares.len());
        }
        task
    })
}

/// Adds what a convex part of a target cell shares with the source cells; its area.
fn add_shares(
    corners: &[[f64; 3]],
    sources: &Cells<3>,
    tree: &BoxTree<3>,
    polynomials: &CellPolynomials,
    clip: &mut Clip,
    shares: &mut Vec<Share>,
) -> f64 {
    let area = nunatak_grid::vector::polygon_area(corners);
    clip.set_window(corners);
    tree.search(&Bounds::of_polygon(corners), |part| {
        let source = sources.owner(part as usize);
        let piece = clip.inside(sources.corners(part as usize));
        let mut moments = [0.0; TERMS];
        let shared = polynomials.frames[source as usize].add_moments(piece, &mut moments);
        if shared > smallest_overlap(area.min(polynomials.areas[source as usize])) {
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
fn centre_terms(polynomials: &mut CellPolynomials, tasks: &[Task]) {
    let mut sums = vec![(0.0, 0.0, [0.0; TERMS]); polynomials.areas.len()];
    for share in tasks.iter().flat_map(|task| &task.shares) {
        let (area, spread, moments) = &mut sums[share.source as usize];
        *area += share.area;
        if !share.is_thin {
            *spread += share.area;
            moments.iter_mut().zip(share.moments).for_each(|(sum, moment)| *sum += moment);
        }
    }
    for (cell, (area, spread, moments)) in sums.into_iter().enumerate() {
        if (area / polynomials.areas[cell] - 1.0).abs() < WHOLE {
            polynomials.means[cell] = moments.map(|moment| moment / spread);
        }
    }
}
