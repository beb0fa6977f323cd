//! Which cell of a grid holds a point, for every family.
//!
//! ```text
//! Grid ─► Locator ─┬─ rows and columns: a search along each axis
//!                  ├─ HEALPix: arithmetic, and a sorted list where not all cells are there
//!                  └─ mesh: a tree of boxes ─► outlines that hold the point ─► the part of a node, for data on nodes
//! ```
//!
//! Memory goes with the points, and with a mesh, which is in memory anyway; never with the cells of a HEALPix level.

mod crossings;
mod healpix;
mod located;
mod mesh;
mod mesh_edges;
mod node_parts;
mod offsets;
mod rectilinear;
#[cfg(test)]
mod tests;

use nunatak_parallel::map_each;

use super::grid::Grid;
use super::rectilinear::RectilinearGrid;
use crate::error::{GridError, Result};

use healpix::HealpixLocator;
pub use located::LocatedPoint;
use mesh::MeshLocator;

/// Points located by one task: fixed, so that nothing depends on the number of threads.
const POINTS_PER_TASK: usize = 1 << 16;

/// Finds the cells of a grid that hold points.
///
/// A point belongs to one cell at most: of cells that share the edge or the node that it is on, to the next one along
/// an axis of a rectilinear grid, to the one of lowest index of a mesh. Edges of cells of a mesh are what they are in
/// regridding: great circles on the authalic sphere, parallels where the grid says so, straight lines of a map. The cell
/// of a node is its median dual. HEALPix cells are the exact ones, not quadrilaterals.
///
/// # Examples
///
/// ```
/// use nunatak_grid::{Ellipsoid, Grid, HealpixGrid, HealpixOrder, Locator};
///
/// let grid = Grid::Healpix(HealpixGrid::new(12, HealpixOrder::Nested, Ellipsoid::WGS84, None)?);
/// let located = Locator::new(&grid)?.locate(&[0.0, f64::NAN], &[-90.0, -75.0])?;
/// assert_eq!(located[0].map(|point| point.cell), Some(8 << 24));
/// assert_eq!(located[1], None);
/// # Ok::<(), nunatak_grid::GridError>(())
/// ```
#[derive(Debug)]
pub struct Locator<'a> {
    family: FamilyLocator<'a>,
}

#[derive(Debug)]
enum FamilyLocator<'a> {
    Rectilinear(&'a RectilinearGrid),
    Healpix(HealpixLocator<'a>),
    Mesh(MeshLocator<'a>),
}

impl<'a> Locator<'a> {
    /// A locator for a grid: an index of the outlines of a mesh, an order of the numbers of listed HEALPix cells.
    ///
    /// # Errors
    /// [`GridError::Projection`] for nodes that cannot be projected.
    pub fn new(grid: &'a Grid) -> Result<Self> {
        let family = match grid {
            Grid::Rectilinear(grid) => FamilyLocator::Rectilinear(grid),
            Grid::Healpix(grid) => FamilyLocator::Healpix(HealpixLocator::new(grid)),
            Grid::Mesh(grid) => FamilyLocator::Mesh(MeshLocator::new(grid)?),
        };
        Ok(Self { family })
    }

    /// The cell of each point and where in it the point is; nothing outside the grid, off its map, where a coordinate is
    /// not finite and beyond a pole. Geodetic longitudes (of any turn) and latitudes in degrees.
    ///
    /// # Errors
    /// [`GridError::Length`] when the lists differ in length.
    pub fn locate(&self, longitude: &[f64], latitude: &[f64]) -> Result<Vec<Option<LocatedPoint>>> {
        if longitude.len() != latitude.len() {
            let (expected, found) = (longitude.len(), latitude.len());
            return Err(GridError::Length { what: "latitudes of points", expected, found });
        }
        let tasks = longitude.chunks(POINTS_PER_TASK).zip(latitude.chunks(POINTS_PER_TASK)).collect();
        let located = map_each(tasks, |(longitude, latitude)| self.task(longitude, latitude));
        Ok(located.into_iter().collect::<Result<Vec<_>>>()?.concat())
    }

    fn task(&self, longitude: &[f64], latitude: &[f64]) -> Result<Vec<Option<LocatedPoint>>> {
        let is_known = |index: &usize| longitude[*index].is_finite() && latitude[*index].abs() <= 90.0;
        let known: Vec<usize> = (0..longitude.len()).filter(is_known).collect();
        let take = |values: &[f64]| known.iter().map(|&index| values[index]).collect::<Vec<_>>();
        let (longitude_known, latitude_known) = (take(longitude), take(latitude));
        let found = match &self.family {
            FamilyLocator::Rectilinear(grid) => rectilinear::locate(grid, &longitude_known, &latitude_known)?,
            FamilyLocator::Healpix(locator) => locator.locate(&longitude_known, &latitude_known),
            FamilyLocator::Mesh(locator) => locator.locate(&longitude_known, &latitude_known)?,
        };
        let mut located = vec![None; longitude.len()];
        known.iter().zip(found).for_each(|(&index, found)| located[index] = found);
        Ok(located)
    }

    /// Square root of the area of a cell (m): on its map, or on the ellipsoid where the grid has no map.
    ///
    /// # Errors
    /// [`GridError::Projection`] for a part of an edge that cannot be projected.
    pub fn cell_width(&self, cell: usize) -> Result<f64> {
        match &self.family {
            FamilyLocator::Rectilinear(grid) => Ok(rectilinear::cell_width(grid, cell)),
            FamilyLocator::Healpix(locator) => Ok(locator.cell_width()),
            FamilyLocator::Mesh(locator) => locator.cell_width(cell),
        }
    }
}
