//! What cells of great circles have in common.

use nunatak_grid::vector::{Vector, cross, dot, minus, normalised, plus, polygon_area, times};
use nunatak_grid::{AuthalicSphere, Bounds, BoxTree, Cells, Grid};
use rayon::prelude::*;

use super::{Rows, SLIVER};
use crate::Result;

/// Target cells of one task.
const CELLS_PER_TASK: usize = 2048;

/// Areas that the cells have in common, over the target's: every target cell finds the source cells about it in an
/// index of boxes and is clipped with each (Sutherland and Hodgman 1974, on planes through the centre of the sphere).
pub(super) fn rows(source: &Grid, target: &Grid) -> Result<Vec<Rows>> {
    let sphere = AuthalicSphere::new(&target.ellipsoid());
    let sources = source.cells_on_sphere(&sphere)?;
    let targets = target.cells_on_sphere(&sphere)?;
    let tree = tree_of(&sources);
    let order = PartsOfCells::new(&targets, target.len());
    let tasks: Vec<usize> = (0..target.len()).step_by(CELLS_PER_TASK).collect();
    Ok(tasks
        .into_par_iter()
        .map(|first| {
            let mut search =
                Search { sources: &sources, tree: &tree, found: Vec::new(), clip: Clip::default(), common: Vec::new() };
            let mut rows = Rows::default();
            for cell in first..(first + CELLS_PER_TASK).min(target.len()) {
                search.common.clear();
                let area: f64 = order.of(cell).map(|part| search.add_common(targets.corners(part))).sum();
                rows.push(merged(&mut search.common).map(|(owner, common)| (owner, common / area)));
            }
            rows
        })
        .collect())
}

/// True areas (m2) of the cells of a grid as polygons of great circles on this sphere.
pub(super) fn areas(grid: &Grid, sphere: &AuthalicSphere) -> Result<Vec<f64>> {
    let areas = grid.cells_on_sphere(sphere)?.areas(grid.len());
    Ok(areas.into_iter().map(|area| area * sphere.radius_squared()).collect())
}

/// An index of the boxes about polygons.
pub(super) fn tree_of(cells: &Cells<3>) -> BoxTree<3> {
    let bounds: Vec<Bounds<3>> =
        (0..cells.len()).into_par_iter().map(|part| Bounds::of_polygon(cells.corners(part))).collect();
    BoxTree::new(&bounds)
}

/// Which parts make up each cell.
#[derive(Debug)]
pub(crate) struct PartsOfCells {
    /// Where the parts of each cell begin, and the parts; nothing when every cell is its own part.
    listed: Option<(Vec<u32>, Vec<u32>)>,
}

impl PartsOfCells {
    pub(crate) fn new<const D: usize>(cells: &Cells<D>, count: usize) -> Self {
        if cells.is_whole() && cells.len() == count {
            return Self { listed: None };
        }
        let mut starts = vec![0_u32; count + 1];
        for part in 0..cells.len() {
            starts[cells.owner(part) as usize + 1] += 1;
        }
        for cell in 0..count {
            starts[cell + 1] += starts[cell];
        }
        let mut next = starts.clone();
        let mut parts = vec![0_u32; cells.len()];
        for part in 0..cells.len() {
            let place = &mut next[cells.owner(part) as usize];
            parts[*place as usize] = part as u32;
            *place += 1;
        }
        Self { listed: Some((starts, parts)) }
    }

    pub(crate) fn of(&self, cell: usize) -> impl Iterator<Item = usize> + '_ {
        let range = match &self.listed {
            None => cell..cell + 1,
            Some((starts, _)) => starts[cell] as usize..starts[cell + 1] as usize,
        };
        range.map(|at| self.listed.as_ref().map_or(at, |(_, parts)| parts[at] as usize))
    }
}

/// Finds what a cell has in common with the source cells; keeps its memory from cell to cell.
struct Search<'a> {
    sources: &'a Cells<3>,
    tree: &'a BoxTree<3>,
    found: Vec<u32>,
    clip: Clip,
    common: Vec<(u32, f64)>,
}

impl Search<'_> {
    /// Adds the areas that a convex polygon has in common with the source cells (steradians); its own area.
    fn add_common(&mut self, corners: &[Vector]) -> f64 {
        let area = polygon_area(corners);
        self.found.clear();
        self.tree.search(&Bounds::of_polygon(corners), |part| self.found.push(part));
        self.clip.set_window(corners);
        for &part in &self.found {
            let subject = self.sources.corners(part as usize);
            let shared = self.clip.area(subject);
            if shared > SLIVER * area.min(polygon_area(subject)) {
                self.common.push((self.sources.owner(part as usize), shared));
            }
        }
        area
    }
}

/// The areas of each cell together, by rising index.
pub(super) fn merged(common: &mut Vec<(u32, f64)>) -> impl Iterator<Item = (u32, f64)> + '_ {
    common.sort_unstable_by(|one, other| one.0.cmp(&other.0).then(one.1.total_cmp(&other.1)));
    common.dedup_by(|next, kept| {
        let same = next.0 == kept.0;
        if same {
            kept.1 += next.1;
        }
        same
    });
    common.iter().copied()
}

/// Clips convex polygons of the sphere to a window.
#[derive(Default)]
pub(crate) struct Clip {
    /// A corner of each edge of the window, and the normal of the edge's plane, inwards.
    window: Vec<(Vector, Vector)>,
    whole: Vec<Vector>,
    kept: Vec<Vector>,
}

impl Clip {
    /// The polygon to clip with, counter-clockwise.
    pub(crate) fn set_window(&mut self, corners: &[Vector]) {
        self.window.clear();
        for (at, &corner) in corners.iter().enumerate() {
            let along = minus(corners[(at + 1) % corners.len()], corner);
            // In differences of corners, so that the normal of a short edge keeps its digits.
            let normal = cross(corner, along);
            if dot(normal, normal) > 0.0 {
                self.window.push((corner, normal));
            }
        }
    }

    /// The window between planes, each a point of it and its normal, inwards.
    pub(super) fn set_planes(&mut self, planes: &[(Vector, Vector)]) {
        self.window.clear();
        self.window.extend_from_slice(planes);
    }

    /// The planes of the window, each a point of it and its normal, inwards.
    #[cfg(test)]
    pub(super) fn planes(&self) -> &[(Vector, Vector)] {
        &self.window
    }

    /// Corners of the part of a polygon inside the window; none when there is no such part.
    pub(crate) fn inside(&mut self, subject: &[Vector]) -> &[Vector] {
        self.whole.clear();
        self.whole.extend_from_slice(subject);
        for &(corner, normal) in &self.window {
            self.kept.clear();
            let Some(&last) = self.whole.last() else { break };
            let side = |point: Vector| dot(normal, minus(point, corner));
            let (mut before, mut before_side) = (last, side(last));
            for &point in &self.whole {
                let point_side = side(point);
                if (before_side > 0.0 && point_side < 0.0) || (before_side < 0.0 && point_side > 0.0) {
                    self.kept.push(crossing(before, before_side, point, point_side));
                }
                if point_side >= 0.0 {
                    self.kept.push(point);
                }
                (before, before_side) = (point, point_side);
            }
            std::mem::swap(&mut self.whole, &mut self.kept);
            if self.whole.len() < 3 {
                self.whole.clear();
                break;
            }
        }
        &self.whole
    }

    /// Area (steradians) of the part of a polygon inside the window.
    pub(crate) fn area(&mut self, subject: &[Vector]) -> f64 {
        polygon_area(self.inside(subject))
    }
}

/// Where the arc between two points on either side of a plane crosses it. The same point whichever way the arc is
/// gone: it is measured from the lower end of a fixed order.
fn crossing(a: Vector, side_a: f64, b: Vector, side_b: f64) -> Vector {
    let (a, side_a, b, side_b) = if a < b { (a, side_a, b, side_b) } else { (b, side_b, a, side_a) };
    normalised(plus(a, times(side_a / (side_a - side_b), minus(b, a))))
}
