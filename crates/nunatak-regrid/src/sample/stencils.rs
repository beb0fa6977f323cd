//! Point stencils: which cells of a grid a point takes its value from, and with which weights.

use nunatak_grid::vector::Vector;
use nunatak_grid::{AuthalicSphere, Grid, HealpixGrid, HealpixOrder, Locator, RectilinearGrid};
use nunatak_parallel::{map_each, map_values};
use rayon::prelude::*;

use super::near_cells::HealpixRings;
use crate::construct::points::{Interpolator, NearestValues, in_source, smooth_entries};
use crate::csr::CsrRows;
use crate::error::{RegridError, Result};
use crate::options::Method;

/// Points of one task.
const POINTS_PER_TASK: usize = 4096;
/// How far from a point, in sides of cells, the HEALPix cells are that linear interpolation and the nearest need.
const LINEAR_REACH: f64 = 2.5;
/// The same for the smooth fit and what it needs to know about its cells.
const SMOOTH_REACH: f64 = 7.0;

/// The cells of a grid from which points take their values, and their weights: sparse rows, a point each.
///
/// # Examples
///
/// ```
/// use nunatak_grid::{Axis, Crs, RectilinearGrid};
/// use nunatak_regrid::{Method, PointStencils};
///
/// let axis = Axis::from_centres(vec![0.0, 8e3])?;
/// let axes = RectilinearGrid::new(Crs::parse("EPSG:3413")?, axis.clone(), axis)?;
/// // One point between four centres, and one beyond them.
/// let stencils = PointStencils::on_axes(&axes, &[2e3, 9e3], &[0.0, 0.0], Method::Bilinear)?;
/// assert_eq!(stencils.of(0).collect::<Vec<_>>(), [(0, 0.75), (1, 0.25)]);
/// assert_eq!(stencils.of(1).count(), 0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct PointStencils {
    grid_shape: Vec<usize>,
    /// The cells that some point needs, by rising number.
    cells: Vec<usize>,
    /// Where the entries of each point begin, and where the last ones end.
    starts: Vec<usize>,
    /// Which of the cells each entry is, and its weight.
    slots: Vec<u32>,
    weights: Vec<f64>,
}

impl PointStencils {
    /// The stencils of points (degrees; longitudes of any turn) on the ellipsoid of the grid.
    ///
    /// Methods are those of regridding, at the points: bilinear within rows and columns, in their own system, along the
    /// rings of HEALPix and reduced Gaussian grids, and within the polygons of a mesh, in the plane of its map when it has
    /// one; patch, the smooth one; nearest, inverse_distance; and conservative, which is the value of the cell that holds
    /// the point. A point outside the grid, or beyond the centres for the methods that interpolate, has no cells; so has one
    /// that is not finite.
    ///
    /// # Errors
    /// [`RegridError::SampleMethod`] for second-order conservative and for nearest target, [`RegridError::PointCount`] when
    /// the lists differ in length, [`RegridError::TooLarge`] for more cells than can be numbered, errors of projections.
    pub fn new(grid: &Grid, longitude: &[f64], latitude: &[f64], method: Method) -> Result<Self> {
        if latitude.len() != longitude.len() {
            let (expected, found) = (longitude.len(), latitude.len());
            return Err(RegridError::PointCount { what: "latitude", expected, found });
        }
        let rows = match (method, grid) {
            (Method::Conservative2 | Method::NearestTarget, _) => {
                return Err(RegridError::SampleMethod { method: method.to_string() });
            }
            (Method::Conservative, _) => held_by_cells(grid, longitude, latitude)?,
            (Method::Bilinear | Method::Patch | Method::Nearest, Grid::Rectilinear(axes)) => {
                let (x, y) = axes.crs().forward(longitude, latitude)?;
                return Self::on_axes(axes, &x, &y, method);
            }
            (_, Grid::Healpix(healpix)) if healpix.cells().is_none() || is_local(method) => {
                near_points(healpix, grid, longitude, latitude, method)?
            }
            _ => at_points(grid, longitude, latitude, method)?.into_iter().map(Into::into).collect(),
        };
        Self::assemble(grid.shape(), rows)
    }

    /// The stencils of points whose coordinates are those of the rows and columns, whatever their system: bilinear
    /// between four centres in the order of the axes, patch, or nearest.
    ///
    /// # Errors
    /// [`RegridError::PointCount`] when the lists differ in length, [`RegridError::SampleMethod`] for other methods.
    pub fn on_axes(axes: &RectilinearGrid, x: &[f64], y: &[f64], method: Method) -> Result<Self> {
        if x.len() != y.len() {
            return Err(RegridError::PointCount { what: "y", expected: x.len(), found: y.len() });
        }
        if !matches!(method, Method::Bilinear | Method::Patch | Method::Nearest) {
            return Err(RegridError::SampleMethod { method: method.to_string() });
        }
        let tasks = x.chunks(POINTS_PER_TASK).zip(y.chunks(POINTS_PER_TASK)).collect();
        let rows = map_each(tasks, |(x, y)| {
            let mut rows = PointRows::default();
            x.iter().zip(y).for_each(|(&x, &y)| rows.push_on_axes(axes, x, y, method));
            rows
        });
        let (lines, columns) = axes.shape();
        Self::assemble(vec![lines, columns], rows)
    }

    /// Number of points.
    pub fn len(&self) -> usize {
        self.starts.len() - 1
    }

    /// Whether there are no points.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The cells (flat, y then x, or along the list of cells) that some point needs, by rising number.
    pub fn cells(&self) -> &[usize] {
        &self.cells
    }

    /// The cells of a point and their weights, which sum to one; none for a point without a value.
    pub fn of(&self, point: usize) -> impl Iterator<Item = (usize, f64)> + '_ {
        let (slots, weights) = self.slots_of(point);
        slots.iter().map(|&slot| self.cells[slot as usize]).zip(weights.iter().copied())
    }

    pub(super) fn grid_shape(&self) -> &[usize] {
        &self.grid_shape
    }

    /// Which of the cells a point needs, and their weights.
    pub(super) fn slots_of(&self, point: usize) -> (&[u32], &[f64]) {
        let entries = self.starts[point]..self.starts[point + 1];
        (&self.slots[entries.clone()], &self.weights[entries])
    }

    fn assemble(grid_shape: Vec<usize>, blocks: Vec<PointRows>) -> Result<Self> {
        let mut cells: Vec<usize> = blocks.iter().flat_map(|block| block.cells.iter().copied()).collect();
        cells.par_sort_unstable();
        cells.dedup();
        if u32::try_from(cells.len()).is_err() {
            return Err(RegridError::TooLarge { cells: cells.len() });
        }
        let (mut starts, mut slots, mut weights) = (vec![0], Vec::new(), Vec::new());
        for block in blocks {
            let first = slots.len();
            starts.extend(block.ends.iter().map(|end| first + end));
            let slot = |at: usize| cells.partition_point(|&other| other < block.cells[at]) as u32;
            slots.extend(map_values(block.cells.len(), slot));
            weights.extend(block.weights);
        }
        Ok(Self { grid_shape, cells, starts, slots, weights })
    }
}

/// Entries of consecutive points, in the order in which they are summed.
#[derive(Default)]
struct PointRows {
    ends: Vec<usize>,
    cells: Vec<usize>,
    weights: Vec<f64>,
}

impl PointRows {
    fn push(&mut self, entries: impl IntoIterator<Item = (usize, f64)>) {
        for (cell, weight) in entries {
            // A missing value without a weight must not spoil the point.
            if weight != 0.0 {
                self.cells.push(cell);
                self.weights.push(weight);
            }
        }
        self.ends.push(self.cells.len());
    }

    fn push_on_axes(&mut self, axes: &RectilinearGrid, x: f64, y: f64, method: Method) {
        match method {
            Method::Bilinear => {
                let stencil = axes.bilinear_stencil(x, y);
                self.push(stencil.into_iter().flat_map(|stencil| stencil.cells.into_iter().zip(stencil.weights)));
            }
            Method::Patch => {
                let mut rows = CsrRows::default();
                rows.push_sum(&mut smooth_entries(axes, x, y).unwrap_or_default());
                self.push(rows.cells.iter().map(|&cell| cell as usize).zip(rows.values));
            }
            _ => self.push(axes.locate(x, y).map(|cell| (cell, 1.0))),
        }
    }
}

impl From<CsrRows> for PointRows {
    fn from(rows: CsrRows) -> Self {
        Self {
            ends: rows.ends,
            cells: rows.cells.into_iter().map(|cell| cell as usize).collect(),
            weights: rows.values,
        }
    }
}

/// Whether a method looks for values near the point alone, and not for so many wherever they are.
fn is_local(method: Method) -> bool {
    !matches!(method, Method::InverseDistance(_))
}

/// Positions that no method knows are NaN: those that are not finite, and those beyond a pole.
fn known(longitude: &[f64], latitude: &[f64]) -> (Vec<f64>, Vec<f64>) {
    let position = |(&longitude, &latitude): (&f64, &f64)| {
        if longitude.is_finite() && latitude.abs() <= 90.0 { (longitude, latitude) } else { (f64::NAN, f64::NAN) }
    };
    longitude.iter().zip(latitude).map(position).unzip()
}

/// The cell that holds each point.
fn held_by_cells(grid: &Grid, longitude: &[f64], latitude: &[f64]) -> Result<Vec<PointRows>> {
    let located = Locator::new(grid)?.locate(longitude, latitude)?;
    let mut rows = PointRows::default();
    located.into_iter().for_each(|located| rows.push(located.map(|located| (located.cell, 1.0))));
    Ok(vec![rows])
}

/// Rows of points on a grid all of whose values are indexed.
fn at_points(grid: &Grid, longitude: &[f64], latitude: &[f64], method: Method) -> Result<Vec<CsrRows>> {
    let (longitude, latitude) = known(longitude, latitude);
    let sphere = AuthalicSphere::new(&grid.ellipsoid());
    let on_sphere = || unit_vectors(&sphere, &longitude, &latitude);
    Ok(match method {
        Method::Bilinear | Method::Patch => {
            let interpolator = Interpolator::new(grid, &sphere)?;
            let points = if interpolator.is_on_map() {
                let (x, y) = in_source(&grid.crs(), longitude, latitude)?;
                x.into_iter().zip(y).map(|(x, y)| [x, y, 0.0]).collect()
            } else {
                on_sphere()
            };
            if method == Method::Bilinear { interpolator.bilinear(&points) } else { interpolator.smooth(&points) }
        }
        Method::InverseDistance(neighbours) => {
            NearestValues::new(grid, &sphere)?.inverse_distance(&on_sphere(), neighbours)
        }
        _ => NearestValues::new(grid, &sphere)?.nearest(&on_sphere()),
    })
}

fn unit_vectors(sphere: &AuthalicSphere, longitude: &[f64], latitude: &[f64]) -> Vec<Vector> {
    map_values(longitude.len().min(latitude.len()), |at| sphere.unit_vector(longitude[at], latitude[at]))
}

/// Rows of points on HEALPix cells: those of the grid of the cells that are near, task by task.
fn near_points(
    healpix: &HealpixGrid,
    grid: &Grid,
    longitude: &[f64],
    latitude: &[f64],
    method: Method,
) -> Result<Vec<PointRows>> {
    let rings = HealpixRings::new(healpix.level());
    let reach = rings.cell_sides(match method {
        Method::Patch => SMOOTH_REACH,
        // A disc of so many cells, and what its boundary may lack.
        Method::InverseDistance(neighbours) => LINEAR_REACH + (neighbours.count() as f64).sqrt(),
        _ => LINEAR_REACH,
    });
    let sphere = AuthalicSphere::new(&healpix.ellipsoid());
    let locator = Locator::new(grid)?;
    let tasks = longitude.chunks(POINTS_PER_TASK).zip(latitude.chunks(POINTS_PER_TASK)).collect();
    let rows = map_each(tasks, |(longitude, latitude)| {
        let mut near = Vec::new();
        let (known_longitude, known_latitude) = known(longitude, latitude);
        for point in unit_vectors(&sphere, &known_longitude, &known_latitude) {
            if point[2].is_finite() {
                rings.add_within(point, reach, &mut near);
            }
        }
        near.sort_unstable();
        near.dedup();
        let (near, indices) = listed(healpix, &locator, &sphere, near)?;
        let rows = at_points(&Grid::Healpix(near), longitude, latitude, method)?;
        let CsrRows { ends, cells, values } = CsrRows::joined(rows);
        Ok(PointRows { ends, cells: cells.into_iter().map(|cell| indices[cell as usize]).collect(), weights: values })
    });
    rows.into_iter().collect()
}

/// The grid of those of some cells, numbered along rings, that a grid has, and their indices there.
fn listed(
    grid: &HealpixGrid,
    locator: &Locator<'_>,
    sphere: &AuthalicSphere,
    cells: Vec<u64>,
) -> Result<(HealpixGrid, Vec<usize>)> {
    let near = HealpixGrid::new(grid.level(), HealpixOrder::Ring, grid.ellipsoid(), Some(cells))?;
    let centres = (0..near.len()).map(|index| sphere.longitude_latitude(near.centre(index)));
    let (longitude, latitude): (Vec<f64>, Vec<f64>) = centres.unzip();
    let located = locator.locate(&longitude, &latitude)?;
    let own = (0..near.len()).zip(located).filter_map(|(index, located)| Some((near.number(index), located?.cell)));
    let (cells, indices) = own.unzip();
    Ok((HealpixGrid::new(grid.level(), HealpixOrder::Ring, grid.ellipsoid(), Some(cells))?, indices))
}
