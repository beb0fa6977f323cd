//! Grids of rows and columns.

use nunatak_parallel::for_each_chunk;
use serde::{Deserialize, Serialize};

use super::axis::Axis;
use super::stencil::Stencil;
use crate::area::{PolarSpans, PolarStrip};
use crate::crs::Crs;
use crate::error::{GridError, Result};

/// Rows and columns along the axes of a coordinate reference system. Cells are numbered row by row: (y, x).
///
/// # Examples
///
/// ```
/// use nunatak_grid::{Axis, Crs, RectilinearGrid};
///
/// let (x, y) = (Axis::from_centres(vec![0.0, 8e3, 16e3])?, Axis::from_centres(vec![0.0, 8e3])?);
/// let grid = RectilinearGrid::new(Crs::parse("EPSG:3413")?, x, y)?;
/// assert_eq!(grid.shape(), (2, 3));
/// // Row 1, column 2.
/// assert_eq!(grid.locate(15e3, 7e3), Some(5));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Axes", into = "Axes")]
pub struct RectilinearGrid {
    crs: Crs,
    x: Axis,
    y: Axis,
    /// The x axis closes round the globe.
    periodic: bool,
}

#[derive(Serialize, Deserialize)]
struct Axes {
    crs: Crs,
    x: Axis,
    y: Axis,
}

impl TryFrom<Axes> for RectilinearGrid {
    type Error = GridError;

    fn try_from(axes: Axes) -> Result<Self> {
        Self::new(axes.crs, axes.x, axes.y)
    }
}

impl From<RectilinearGrid> for Axes {
    fn from(grid: RectilinearGrid) -> Self {
        Self { crs: grid.crs, x: grid.x, y: grid.y }
    }
}

/// Degrees by which the edges of a global grid may miss a full turn or a pole.
const ROUNDING: f64 = 1e-6;

impl RectilinearGrid {
    /// A grid from its axes: metres for a projected system, degrees (x longitude, y latitude) for a geographic one,
    /// where cells that would reach over a pole end at it.
    ///
    /// # Errors
    /// [`GridError::Bounds`] for latitudes beyond the poles, longitudes that span more than a turn, and coordinates beyond the
    /// Earth.
    pub fn new(crs: Crs, x: Axis, y: Axis) -> Result<Self> {
        check_on_earth("x", &crs, &x)?;
        check_on_earth("y", &crs, &y)?;
        if !crs.is_geographic() {
            return Ok(Self { crs, x, y, periodic: false });
        }
        let (west, east) = x.extent();
        if east - west > 360.0 + ROUNDING {
            return Err(GridError::Bounds {
                problem: format!(
                    "longitudes from {west} to {east} span more than 360 degrees; is the first meridian there twice?"
                ),
            });
        }
        let periodic = east - west >= 360.0 - ROUNDING;
        Ok(Self { crs, x, y: within_poles(y)?, periodic })
    }

    /// Coordinate reference system of the axes.
    pub fn crs(&self) -> &Crs {
        &self.crs
    }

    /// Columns.
    pub fn x(&self) -> &Axis {
        &self.x
    }

    /// Rows.
    pub fn y(&self) -> &Axis {
        &self.y
    }

    /// Number of rows and columns: (ny, nx).
    pub fn shape(&self) -> (usize, usize) {
        (self.y.len(), self.x.len())
    }

    /// Number of cells.
    #[expect(clippy::len_without_is_empty, reason = "a grid always has a cell")]
    pub fn len(&self) -> usize {
        self.x.len() * self.y.len()
    }

    /// Whether the columns close round the globe.
    pub fn is_periodic(&self) -> bool {
        self.periodic
    }

    /// True areas of the cells on the ellipsoid (m2), row-major (y, x).
    ///
    /// Polar stereographic cells: the integral of the area factor; longitude-latitude cells: the closed authalic
    /// form of Snyder (1987, eq. 3-12). Areas of the parts of a split cell add up to round-off. On other maps the area
    /// factor at the middle of the cell; [`crate::Grid::cell_areas`] has those of the polygons.
    pub fn cell_areas(&self) -> Vec<f64> {
        let columns: Vec<(f64, f64)> = (0..self.x.len()).map(|column| self.x.cell(column)).collect();
        let spans = match &self.crs {
            Crs::PolarStereographic(projection) => PolarSpans::new(projection, columns.iter().copied()),
            _ => PolarSpans::default(),
        };
        let mut areas = vec![0.0; self.x.len() * self.y.len()];
        for_each_chunk(&mut areas, columns.len(), |row, areas| {
            self.fill_row_areas(self.y.cell(row), &columns, &spans, areas);
        });
        areas
    }

    fn fill_row_areas(&self, y: (f64, f64), columns: &[(f64, f64)], spans: &PolarSpans, areas: &mut [f64]) {
        let height = y.1 - y.0;
        let fill = |areas: &mut [f64], area: &dyn Fn((f64, f64)) -> f64| {
            areas.iter_mut().zip(columns).for_each(|(own, &x)| *own = area(x));
        };
        match &self.crs {
            Crs::Geographic(ellipsoid) => {
                let zone = ellipsoid.zone_area(y.0, y.1, 1.0);
                fill(areas, &|x| zone * (x.1 - x.0));
            }
            Crs::PolarStereographic(projection) => match PolarStrip::new(projection, y, spans) {
                Some(strip) => strip.fill_areas(spans, areas),
                None => fill(areas, &|x| projection.rectangle_area(x, y)),
            },
            Crs::Projected(_) => {
                let factor = |x: (f64, f64)| self.crs.area_factor(f64::midpoint(x.0, x.1), f64::midpoint(y.0, y.1));
                fill(areas, &|x| factor(x) * (x.1 - x.0) * height);
            }
        }
    }

    /// The flat (y, x) cell that holds a point given in the grid's own system; longitudes may be a turn off.
    /// Lower edges belong to a cell, upper edges to the next (the outermost to the last).
    pub fn locate(&self, x: f64, y: f64) -> Option<usize> {
        let row = self.y.locate(y)?;
        let column = self.x.locate(x).or_else(|| self.x.locate(self.wrapped(x)))?;
        Some(row * self.x.len() + column)
    }

    /// The four cells whose centres enclose a point given in the grid's own system, and their bilinear weights;
    /// nothing outside the hull of the cell centres (which has no seam where columns close round the globe).
    pub fn bilinear_stencil(&self, x: f64, y: f64) -> Option<Stencil> {
        let (south, north, up) = self.y.bracket(y)?;
        let (west, east, right) = self.bracket_column(x)?;
        let columns = self.x.len();
        Some(Stencil {
            cells: [south * columns + west, south * columns + east, north * columns + west, north * columns + east],
            weights: [(1.0 - up) * (1.0 - right), (1.0 - up) * right, up * (1.0 - right), up * right],
        })
    }

    fn bracket_column(&self, x: f64) -> Option<(usize, usize, f64)> {
        if let Some(found) = self.x.bracket(x) {
            return Some(found);
        }
        let wrapped = self.wrapped(x);
        if let Some(found) = self.x.bracket(wrapped) {
            return Some(found);
        }
        if !self.periodic || !wrapped.is_finite() {
            return None;
        }
        let last = self.x.len() - 1;
        let (first_centre, last_centre) = (self.x.centres()[0], self.x.centres()[last]);
        let turn = if self.x.is_descending() { -360.0 } else { 360.0 };
        let gap = first_centre + turn - last_centre;
        let along = (wrapped - last_centre) / gap;
        let along = if along < 0.0 { along + turn / gap } else { along };
        Some((last, 0, along.clamp(0.0, 1.0)))
    }

    /// A longitude moved by whole turns into the grid's own range; other coordinates as they are.
    pub(super) fn wrapped(&self, x: f64) -> f64 {
        if !self.crs.is_geographic() {
            return x;
        }
        let (west, _) = self.x.extent();
        west + (x - west).rem_euclid(360.0)
    }
}

/// That an axis is one of the Earth; of a longitude, whatever its turn.
fn check_on_earth(name: &str, crs: &Crs, axis: &Axis) -> Result<()> {
    let (low, high) = axis.extent();
    let checked = [low, high].into_iter().try_for_each(|end| crs.check_coordinate(end));
    checked.map_err(|error| GridError::Bounds { problem: format!("{name}: {error}") })
}

/// A latitude axis whose outer edges stop at the poles.
fn within_poles(y: Axis) -> Result<Axis> {
    let (south, north) = y.extent();
    if south >= -90.0 && north <= 90.0 {
        return Ok(y);
    }
    if let Some(&latitude) = y.centres().iter().find(|latitude| latitude.abs() > 90.0 + ROUNDING) {
        return Err(GridError::Bounds {
            problem: format!("latitude {latitude} is beyond the pole; are longitude and latitude swapped?"),
        });
    }
    let centres = y.centres().iter().map(|latitude| latitude.clamp(-90.0, 90.0)).collect();
    Axis::with_bounds(centres, y.bounds().iter().map(|edge| edge.clamp(-90.0, 90.0)).collect())
}

#[cfg(test)]
mod tests;
