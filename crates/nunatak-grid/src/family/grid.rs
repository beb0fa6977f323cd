//! A grid of any family.

use nunatak_parallel::map_values;
use serde::{Deserialize, Serialize};

use super::healpix::{HealpixGrid, HealpixOrder};
use super::map_cells::map_cells;
use super::mesh::{Location, MeshGrid};
use super::rectilinear::RectilinearGrid;
use super::sphere_cells::{healpix_cells, mesh_cells};
use crate::crs::{AuthalicSphere, Crs, Ellipsoid};
use crate::error::{GridError, Result};
use crate::geometry::cells::Cells;
use crate::geometry::vector::{Vector, normalised, plus};

/// Bytes that the place of a value takes: in its own coordinates, as a longitude and latitude, and in space.
const PLACE: usize = 96;

/// Cells of some family of grids.
///
/// # Examples
///
/// ```
/// use nunatak_grid::{Axis, Crs, Grid, RectilinearGrid};
///
/// // The globe in two rows of four cells: eight octants.
/// let x = Axis::from_bounds(vec![0.0, 90.0, 180.0, 270.0, 360.0])?;
/// let y = Axis::from_bounds(vec![-90.0, 0.0, 90.0])?;
/// let grid = Grid::Rectilinear(RectilinearGrid::new(Crs::parse("EPSG:4326")?, x, y)?);
/// assert_eq!(grid.shape(), [2, 4]);
/// assert!((8.0 * grid.cell_areas()?[0] / grid.ellipsoid().area() - 1.0).abs() < 1e-12);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Grid {
    /// Rows and columns along the axes of a coordinate reference system.
    Rectilinear(RectilinearGrid),
    /// Cells of equal area along parallels of the sphere.
    Healpix(HealpixGrid),
    /// Polygons that share nodes: unstructured, curvilinear and reduced Gaussian grids.
    Mesh(MeshGrid),
}

impl Grid {
    /// The grid as rows and columns along axes, when it is one.
    pub fn rectilinear(&self) -> Option<&RectilinearGrid> {
        match self {
            Self::Rectilinear(grid) => Some(grid),
            _ => None,
        }
    }

    /// Number of values of a field.
    #[expect(clippy::len_without_is_empty, reason = "a grid has a cell")]
    pub fn len(&self) -> usize {
        match self {
            Self::Rectilinear(grid) => grid.len(),
            Self::Healpix(grid) => grid.len(),
            Self::Mesh(grid) => grid.len(),
        }
    }

    /// Axes of a field: rows and columns, or cells.
    pub fn shape(&self) -> Vec<usize> {
        match self {
            Self::Rectilinear(grid) => vec![grid.shape().0, grid.shape().1],
            Self::Healpix(grid) => vec![grid.len()],
            Self::Mesh(grid) => grid.shape().to_vec(),
        }
    }

    /// Rows and columns of a field; one row when it has a single axis.
    pub fn rows_and_columns(&self) -> (usize, usize) {
        match self.shape()[..] {
            [rows, columns] => (rows, columns),
            _ => (1, self.len()),
        }
    }

    /// The faces of a mesh in so many rows and columns.
    ///
    /// # Errors
    /// [`GridError::Length`] when that is another number of cells, or they are not the faces of a mesh.
    pub fn in_rows(&self, rows: usize, columns: usize) -> Result<Self> {
        match self {
            Self::Mesh(mesh) if mesh.location() == Location::Faces => {
                mesh.clone().with_shape(rows, columns).map(Self::Mesh)
            }
            other => Err(GridError::Length {
                what: "faces of a mesh",
                expected: rows.saturating_mul(columns),
                found: other.len(),
            }),
        }
    }

    /// Whether the cell at an index is a hole of a mesh, which has no area and holds nothing.
    pub fn is_hole(&self, index: usize) -> bool {
        matches!(self, Self::Mesh(mesh) if mesh.is_hole(index))
    }

    /// The ellipsoid under it.
    pub fn ellipsoid(&self) -> Ellipsoid {
        match self {
            Self::Rectilinear(grid) => grid.crs().ellipsoid(),
            Self::Healpix(grid) => grid.ellipsoid(),
            Self::Mesh(grid) => grid.crs().ellipsoid(),
        }
    }

    /// Coordinate reference system of its coordinates; longitude and latitude for HEALPix.
    pub fn crs(&self) -> Crs {
        match self {
            Self::Rectilinear(grid) => grid.crs().clone(),
            Self::Healpix(grid) => Crs::Geographic(grid.ellipsoid()),
            Self::Mesh(grid) => grid.crs().clone(),
        }
    }

    /// The cells as convex polygons of great circles on an authalic sphere.
    ///
    /// Edges of cells of a map, and parallels, are cut into pieces of great circles that stay within 1e-4 of their
    /// length of them.
    ///
    /// # Errors
    /// [`GridError::Projection`](crate::GridError::Projection) for corners that the map does not have, [`GridError::Cell`](crate::GridError::Cell) for a cell that crosses
    /// itself, [`GridError::Memory`](crate::GridError::Memory) for more cells than there is memory for.
    pub fn cells_on_sphere(&self, sphere: &AuthalicSphere) -> Result<Cells<3>> {
        self.check_outlines()?;
        match self {
            Self::Healpix(grid) => healpix_cells(grid, sphere),
            Self::Mesh(mesh) => mesh_cells(mesh, sphere),
            Self::Rectilinear(grid) => grid.cells_on_sphere(sphere),
        }
    }

    /// The cells as convex polygons on their own map, when it is one and its edges are straight.
    ///
    /// # Errors
    /// [`GridError::Cell`](crate::GridError::Cell) for a cell that crosses itself, and
    /// [`GridError::Memory`](crate::GridError::Memory).
    pub fn cells_on_map(&self) -> Result<Option<Cells<2>>> {
        if matches!(self, Self::Healpix(_)) || self.crs().is_geographic() {
            return Ok(None);
        }
        self.check_outlines()?;
        match self {
            Self::Mesh(mesh) => map_cells(mesh).map(Some),
            Self::Rectilinear(grid) => map_cells(&grid.mesh()?).map(Some),
            Self::Healpix(_) => Ok(None),
        }
    }

    /// True areas of the cells (m2) on their ellipsoid.
    ///
    /// Longitude-latitude, polar stereographic and HEALPix cells exactly; cells of a mesh, and of axes on other maps, as
    /// the polygons of great circles that [`Self::cells_on_sphere`] makes of them.
    ///
    /// # Errors
    /// As [`Self::cells_on_sphere`].
    pub fn cell_areas(&self) -> Result<Vec<f64>> {
        self.check_room("areas", size_of::<f64>())?;
        match self {
            Self::Rectilinear(grid) if !matches!(grid.crs(), Crs::Projected(_)) => Ok(grid.cell_areas()),
            Self::Healpix(grid) => Ok(vec![grid.cell_area(); grid.len()]),
            Self::Rectilinear(_) | Self::Mesh(_) => self.polygon_areas(),
        }
    }

    /// Areas (m2) of the polygons of great circles that [`Self::cells_on_sphere`] makes of the cells.
    ///
    /// Integrals over cells that meet cells of other kinds are conserved with these: HEALPix cells are equal, and the
    /// quadrilaterals of their corners are not.
    ///
    /// # Errors
    /// As [`Self::cells_on_sphere`].
    pub fn polygon_areas(&self) -> Result<Vec<f64>> {
        let sphere = AuthalicSphere::new(&self.ellipsoid());
        let areas = self.cells_on_sphere(&sphere)?.areas(self.len());
        Ok(areas.into_iter().map(|area| area * sphere.radius_squared()).collect())
    }

    /// Unit vectors of the points where the values are, on an authalic sphere: centres of the axes' cells, centres of HEALPix
    /// cells, nodes, centres that came with a mesh, and else the mean of a face's corners.
    ///
    /// # Errors
    /// [`crate::GridError::Projection`] for a point that the map does not have, [`crate::GridError::Memory`] for more cells
    /// than there is memory for.
    pub fn centres_on_sphere(&self, sphere: &AuthalicSphere) -> Result<Vec<Vector>> {
        self.check_room("centres", PLACE)?;
        match self {
            Self::Rectilinear(grid) => {
                let (x, y) = (grid.x().centres(), grid.y().centres());
                let xs: Vec<f64> = y.iter().flat_map(|_| x.iter().copied()).collect();
                let ys: Vec<f64> = y.iter().flat_map(|&y| x.iter().map(move |_| y)).collect();
                grid.crs().unit_vectors(sphere, &xs, &ys)
            }
            Self::Healpix(grid) => {
                let own = AuthalicSphere::new(&grid.ellipsoid());
                let centre = |index| {
                    let centre = grid.centre(index);
                    if own == *sphere {
                        return centre;
                    }
                    let (longitude, latitude) = own.longitude_latitude(centre);
                    sphere.unit_vector(longitude, latitude)
                };
                Ok(map_values(grid.len(), centre))
            }
            Self::Mesh(mesh) => mesh_centres(mesh, sphere),
        }
    }

    /// Geodetic longitudes (-180 to 180) and latitudes (degrees) of the points where the values are.
    ///
    /// # Errors
    /// As [`Self::centres_on_sphere`].
    pub fn centres(&self) -> Result<(Vec<f64>, Vec<f64>)> {
        let sphere = AuthalicSphere::new(&self.ellipsoid());
        Ok(self.centres_on_sphere(&sphere)?.into_iter().map(|centre| sphere.longitude_latitude(centre)).unzip())
    }

    /// Family, system, numbers and, for axes, extent in a line.
    pub fn summary(&self) -> String {
        match self {
            Self::Rectilinear(grid) => {
                let ((west, east), (south, north)) = (grid.x().extent(), grid.y().extent());
                let unit = if grid.crs().is_geographic() { "degrees" } else { "m" };
                let ((rows, columns), name) = (grid.shape(), grid.crs().name());
                format!(
                    "{name}, {rows} x {columns} cells (y, x), x {west} to {east} {unit}, y {south} to {north} {unit}"
                )
            }
            Self::Healpix(grid) => {
                let part = if grid.cells().is_some() { " of its cells" } else { " cells" };
                let order = match grid.order() {
                    HealpixOrder::Nested => "nested",
                    HealpixOrder::Ring => "ring",
                };
                format!("HEALPix level {} {order}, {}{part}", grid.level(), grid.len())
            }
            Self::Mesh(grid) => {
                let name = grid.crs().name();
                match (grid.shape(), grid.location()) {
                    ([rows, columns], _) => format!("{name}, curvilinear, {rows} x {columns} cells"),
                    (_, Location::Faces) => format!("{name}, mesh of {} faces", grid.faces()),
                    (_, Location::Nodes) if grid.faces() == 0 => format!("{name}, {} places", grid.len()),
                    (_, Location::Nodes) => {
                        format!("{name}, mesh of {} nodes (data) and {} faces", grid.len(), grid.faces())
                    }
                }
            }
        }
    }
}

fn mesh_centres(mesh: &MeshGrid, sphere: &AuthalicSphere) -> Result<Vec<Vector>> {
    if mesh.location() == Location::Nodes {
        return mesh.node_vectors(sphere);
    }
    if let Some((x, y)) = mesh.centres_of_cells() {
        return mesh.crs().unit_vectors(sphere, &x, &y);
    }
    let nodes = mesh.node_vectors(sphere)?;
    let corners = |face| mesh.face(face).iter().map(|&node| nodes[node as usize]);
    Ok(map_values(mesh.faces(), |face| normalised(corners(face).fold([0.0; 3], plus))))
}
