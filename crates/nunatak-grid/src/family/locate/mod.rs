//! Which cell of a grid holds a point, for every family.
//!
//! ```text
//! Grid ─► Locator ─┬─ rows and columns: a search along each axis
//!                  │    (points onto the map many at a time)
//!                  ├─ HEALPix: arithmetic, and a sorted list where not all cells are there
//!                  └─ mesh: a tree of boxes ─► outlines that hold the point ─► the part of a node, for data on nodes
//! ```
//!
//! Memory goes with the points, and with a mesh, which is in memory anyway; never with the cells of a HEALPix level.

mod axis_cells;
#[cfg(test)]
mod batch_tests;
mod columns;
mod crossings;
mod even_cells;
mod healpix;
mod located;
mod mesh;
mod mesh_edges;
mod node_parts;
mod offsets;
mod rectilinear;
#[cfg(test)]
mod tests;

use nunatak_parallel::for_each_of;

use super::grid::Grid;
use crate::error::{GridError, Result};

use columns::LocatedColumns;
use healpix::HealpixLocator;
pub use located::LocatedPoint;
use mesh::MeshLocator;
use rectilinear::RectilinearLocator;

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
    Rectilinear(RectilinearLocator<'a>),
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
            Grid::Rectilinear(grid) => FamilyLocator::Rectilinear(RectilinearLocator::new(grid)),
            Grid::Healpix(grid) => FamilyLocator::Healpix(HealpixLocator::new(grid)),
            Grid::Mesh(grid) => FamilyLocator::Mesh(MeshLocator::new(grid)?),
        };
        Ok(Self { family })
    }

    /// The cell in the column of [`Locator::locate_batch`] of a point that is in none.
    pub const OUTSIDE: u64 = located::OUTSIDE;

    /// The cell of each point and where in it the point is; nothing outside the grid, off its map, where a coordinate is
    /// not finite and beyond a pole. Geodetic longitudes (of any turn; within 572 degrees of Greenwich for a map) and
    /// latitudes in degrees.
    ///
    /// # Errors
    /// [`GridError::Length`] when the lists differ in length.
    pub fn locate(&self, longitude: &[f64], latitude: &[f64]) -> Result<Vec<Option<LocatedPoint>>> {
        let (mut cells, mut x, mut y) =
            (vec![Self::OUTSIDE; longitude.len()], vec![f64::NAN; longitude.len()], vec![f64::NAN; longitude.len()]);
        self.locate_batch(longitude, latitude, &mut cells, &mut x, &mut y)?;
        let point = |((&cell, &x), &y): ((&u64, &f64), &f64)| {
            (cell != Self::OUTSIDE).then_some(LocatedPoint { cell: cell as usize, offset: [x, y] })
        };
        Ok(cells.iter().zip(&x).zip(&y).map(point).collect())
    }

    /// As [`Locator::locate`], into columns that the caller has: the flat index of the cell that holds each point
    /// ([`Locator::OUTSIDE`] for none) and the offset from its centre along x and y (m; NaN outside).
    ///
    /// Up to 65,536 points are located by the thread that calls, so that a caller who works through points in pieces on
    /// all threads finds each piece in the cache of its processor; more are shared among all threads. Results are the
    /// same however the points are cut.
    ///
    /// # Errors
    /// [`GridError::Length`] when the columns differ in length.
    ///
    /// # Examples
    ///
    /// ```
    /// use nunatak_grid::{Axis, Crs, Grid, Locator, RectilinearGrid};
    ///
    /// let axis = Axis::from_centres(vec![-4e3, 4e3])?;
    /// let grid = Grid::Rectilinear(RectilinearGrid::new(Crs::parse("EPSG:3031")?, axis.clone(), axis)?);
    /// let (mut cells, mut x, mut y) = ([0; 2], [0.0; 2], [0.0; 2]);
    /// Locator::new(&grid)?.locate_batch(&[45.0, 0.0], &[-90.0, -60.0], &mut cells, &mut x, &mut y)?;
    /// assert_eq!(cells, [3, Locator::OUTSIDE]);
    /// assert_eq!((x[0], y[0]), (-4e3, -4e3));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn locate_batch(
        &self,
        longitude: &[f64],
        latitude: &[f64],
        cells: &mut [u64],
        x: &mut [f64],
        y: &mut [f64],
    ) -> Result<()> {
        let expected = longitude.len();
        for (what, found) in [
            ("latitudes of points", latitude.len()),
            ("cells of points", cells.len()),
            ("offsets of points", x.len()),
            ("offsets of points", y.len()),
        ] {
            if found != expected {
                return Err(GridError::Length { what, expected, found });
            }
        }
        let into = LocatedColumns { cells, x, y };
        if expected <= POINTS_PER_TASK {
            return self.task(longitude, latitude, into);
        }
        let points = longitude.chunks(POINTS_PER_TASK).zip(latitude.chunks(POINTS_PER_TASK));
        let mut results: Vec<Result<()>> = Vec::new();
        results.resize_with(points.len(), || Ok(()));
        let tasks = points.zip(into.split(POINTS_PER_TASK)).zip(results.iter_mut()).collect();
        for_each_of(tasks, |_, (((longitude, latitude), into), result)| {
            *result = self.task(longitude, latitude, into);
        });
        results.into_iter().collect()
    }

    fn task(&self, longitude: &[f64], latitude: &[f64], mut into: LocatedColumns<'_>) -> Result<()> {
        match &self.family {
            FamilyLocator::Rectilinear(locator) => locator.locate(longitude, latitude, into),
            FamilyLocator::Healpix(locator) => locator.locate(longitude, latitude, into),
            FamilyLocator::Mesh(locator) => {
                let is_known = |index: &usize| longitude[*index].is_finite() && latitude[*index].abs() <= 90.0;
                let (known, unknown): (Vec<usize>, Vec<usize>) = (0..longitude.len()).partition(is_known);
                let take = |values: &[f64]| known.iter().map(|&index| values[index]).collect::<Vec<_>>();
                let found = locator.locate(&take(longitude), &take(latitude))?;
                known.iter().zip(found).for_each(|(&index, found)| into.set(index, found));
                unknown.iter().for_each(|&index| into.set(index, None));
            }
        }
        Ok(())
    }

    /// Square root of the area of a cell (m): on its map, or on the ellipsoid where the grid has no map.
    ///
    /// # Errors
    /// [`GridError::Projection`] for a part of an edge that cannot be projected.
    pub fn cell_width(&self, cell: usize) -> Result<f64> {
        match &self.family {
            FamilyLocator::Rectilinear(locator) => Ok(locator.cell_width(cell)),
            FamilyLocator::Healpix(locator) => Ok(locator.cell_width()),
            FamilyLocator::Mesh(locator) => locator.cell_width(cell),
        }
    }
}
