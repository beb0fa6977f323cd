//! Overlap areas of cells whose edges are great circles.

use nunatak_grid::vector::{Vector, polygon_area};
use nunatak_grid::{AuthalicSphere, Bounds, BoxTree, Cells, Grid};
use nunatak_parallel::{map_each, map_values};

use super::cell_parts::CellParts;
use super::clip::Clip;
use super::entries::{smallest_overlap, sum_by_cell};
use crate::csr::CsrRows;
use crate::error::Result;

/// Target cells of one task.
const CELLS_PER_TASK: usize = 2048;

/// Overlap areas of the cells, over the target's: every target cell finds the source cells about it in an
/// index of boxes and is clipped with each (Sutherland and Hodgman 1974, on planes through the centre of the sphere).
pub(crate) fn rows(source: &Grid, target: &Grid) -> Result<Vec<CsrRows>> {
    let sphere = AuthalicSphere::new(&target.ellipsoid());
    let sources = source.cells_on_sphere(&sphere)?;
    let targets = target.cells_on_sphere(&sphere)?;
    let tree = tree_of(&sources);
    let order = CellParts::new(&targets, target.len());
    let tasks: Vec<usize> = (0..target.len()).step_by(CELLS_PER_TASK).collect();
    Ok(map_each(tasks, |first| {
        let mut search =
            Search { sources: &sources, tree: &tree, found: Vec::new(), clip: Clip::default(), overlaps: Vec::new() };
        let mut rows = CsrRows::default();
        for cell in first..(first + CELLS_PER_TASK).min(target.len()) {
            search.overlaps.clear();
            let area: f64 = order.of(cell).map(|part| search.add_overlaps(targets.corners(part))).sum();
            rows.push(sum_by_cell(&mut search.overlaps).map(|(owner, overlap)| (owner, overlap / area)));
        }
        rows
    }))
}

/// True areas (m2) of the cells of a grid as polygons of great circles on this sphere.
pub(crate) fn areas(grid: &Grid, sphere: &AuthalicSphere) -> Result<Vec<f64>> {
    let areas = grid.cells_on_sphere(sphere)?.areas(grid.len());
    Ok(areas.into_iter().map(|area| area * sphere.radius_squared()).collect())
}

/// An index of the boxes about polygons.
pub(crate) fn tree_of(cells: &Cells<3>) -> BoxTree<3> {
    BoxTree::new(&map_values(cells.len(), |part| Bounds::of_polygon(cells.corners(part))))
}

/// Finds the overlap areas of a cell with the source cells; reuses its memory from cell to cell.
struct Search<'a> {
    sources: &'a Cells<3>,
    tree: &'a BoxTree<3>,
    found: Vec<u32>,
    clip: Clip,
    overlaps: Vec<(u32, f64)>,
}

impl Search<'_> {
    /// Adds the overlap areas of a convex polygon with the source cells (steradians); gives its own area.
    fn add_overlaps(&mut self, corners: &[Vector]) -> f64 {
        let area = polygon_area(corners);
        self.found.clear();
        self.tree.search(&Bounds::of_polygon(corners), |part| self.found.push(part));
        self.clip.set_window(corners);
        for &part in &self.found {
            let subject = self.sources.corners(part as usize);
            let shared = self.clip.area(subject);
            if shared > smallest_overlap(area.min(polygon_area(subject))) {
                self.overlaps.push((self.sources.owner(part as usize), shared));
            }
        }
        area
    }
}
