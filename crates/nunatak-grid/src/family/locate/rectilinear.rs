//! Points in the cells of a rectilinear grid.

use super::super::rectilinear::RectilinearGrid;
use super::axis_cells::AxisCells;
use super::columns::LocatedColumns;
use super::even_cells::EvenCells;
use super::located::{LocatedPoint, OUTSIDE};
use super::offsets::metres;
use crate::crs::ForwardBatch;

/// Points that are projected before they are located: few enough that they stay in the cache of the processor.
const POINTS_AT_ONCE: usize = 512;

/// Rows and columns, with the projection of the grid and what guesses their numbers.
#[derive(Debug)]
pub(super) struct RectilinearLocator<'a> {
    grid: &'a RectilinearGrid,
    map: ForwardBatch,
    columns: AxisCells<'a>,
    rows: AxisCells<'a>,
    /// Where both axes of a map are evenly spaced.
    even: Option<EvenCells>,
    /// Lengths (m) of a degree east and north at the centre of each row, of a grid without a map.
    degrees: Option<Vec<[f64; 2]>>,
}

impl<'a> RectilinearLocator<'a> {
    pub(super) fn new(grid: &'a RectilinearGrid) -> Self {
        let ellipsoid = grid.crs().ellipsoid();
        let degree = |&latitude: &f64| metres([1.0, 1.0], latitude, ellipsoid);
        Self {
            grid,
            map: ForwardBatch::new(grid.crs()),
            columns: AxisCells::new(grid.x()),
            rows: AxisCells::new(grid.y()),
            even: EvenCells::new(grid.x(), grid.y()).filter(|_| !grid.crs().is_geographic()),
            degrees: grid.crs().is_geographic().then(|| grid.y().centres().iter().map(degree).collect()),
        }
    }

    pub(super) fn locate(&self, longitude: &[f64], latitude: &[f64], mut into: LocatedColumns<'_>) {
        let (mut x, mut y) = ([0.0; POINTS_AT_ONCE], [0.0; POINTS_AT_ONCE]);
        let mut start = 0;
        for (longitude, latitude) in longitude.chunks(POINTS_AT_ONCE).zip(latitude.chunks(POINTS_AT_ONCE)) {
            let count = longitude.len();
            let (x, y) = (&mut x[..count], &mut y[..count]);
            self.map.project(longitude, latitude, x, y);
            self.cells_of(x, y, into.part(start..start + count));
            start += count;
        }
    }

    /// Whether cells are found by arithmetic alone.
    #[cfg(test)]
    pub(super) fn is_even(&self) -> bool {
        self.even.is_some()
    }

    /// Cells of points in the system of the grid.
    pub(super) fn cells_of(&self, x: &[f64], y: &[f64], mut into: LocatedColumns<'_>) {
        let count = x.len();
        match (&self.degrees, &self.even) {
            (Some(degrees), _) => (0..count).for_each(|at| into.set(at, self.on_globe(x[at], y[at], degrees))),
            (None, None) => (0..count).for_each(|at| into.set(at, self.on_map(x[at], y[at]))),
            (None, Some(even)) => {
                if even.locate(x, y, into.part(0..count)) {
                    for at in 0..count {
                        if into.cells[at] == OUTSIDE {
                            into.set(at, self.on_map(x[at], y[at]));
                        }
                    }
                }
            }
        }
    }

    #[inline]
    fn on_map(&self, x: f64, y: f64) -> Option<LocatedPoint> {
        let (column, row) = (self.columns.find(x)?, self.rows.find(y)?);
        let offset = [x - self.grid.x().centres()[column], y - self.grid.y().centres()[row]];
        Some(LocatedPoint { cell: row * self.grid.x().len() + column, offset })
    }

    fn on_globe(&self, longitude: f64, latitude: f64, degrees: &[[f64; 2]]) -> Option<LocatedPoint> {
        if !longitude.is_finite() || latitude.is_nan() || latitude.abs() > 90.0 {
            return None;
        }
        let row = self.rows.find(latitude)?;
        let column = self.columns.find(longitude).or_else(|| self.columns.find(self.grid.wrapped(longitude)))?;
        let (centres, [east, north]) = (self.grid.x().centres(), degrees[row]);
        let apart = longitude - centres[column];
        let apart = if apart.abs() < 180.0 { apart } else { (apart + 180.0).rem_euclid(360.0) - 180.0 };
        let offset = [apart * east, (latitude - self.grid.y().centres()[row]) * north];
        Some(LocatedPoint { cell: row * self.grid.x().len() + column, offset })
    }

    /// Square root of the area of a cell in the plane of the grid (m).
    pub(super) fn cell_width(&self, cell: usize) -> f64 {
        let grid = self.grid;
        let (column, row) = (cell % grid.x().len(), cell / grid.x().len());
        let step = |bounds: &[f64], index: usize| (bounds[index + 1] - bounds[index]).abs();
        let size = [step(grid.x().bounds(), column), step(grid.y().bounds(), row)];
        let geographic = grid.crs().is_geographic();
        let [width, height] =
            if geographic { metres(size, grid.y().centres()[row], grid.crs().ellipsoid()) } else { size };
        (width * height).sqrt()
    }
}
